package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// direct sends requests straight to the handler.
type direct struct{ http.Handler }

func (d direct) do(method, target, token, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "localhost"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	} else {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// wholeProgram is the handler that `standin` with those arguments serves.
func wholeProgram(t *testing.T, args ...string) direct {
	t.Helper()
	var log bytes.Buffer
	p := program{getenv: func(string) string { return "" }, stdin: strings.NewReader(""), stdout: &log, stderr: &gatherer{w: &log}}
	s, err := p.parseServe(args)
	if err != nil {
		t.Fatal(err)
	}
	fake, err := p.newFake(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	server, err := newServer(s, fake)
	if err != nil {
		t.Fatal(err)
	}
	return direct{server.Handler}
}

// TestFiveHundredClients lets each log in, out and in again in a sandbox of its
// own, one in ten under a scenario. Nothing of one may be seen in another.
func TestFiveHundredClients(t *testing.T) {
	const clients = 500
	d := wholeProgram(t)
	exchanges := make([][]string, clients) // ids, as the clients saw them
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			box := fmt.Sprintf("c%d", i)
			troubled := i%10 == 0
			if troubled {
				if w := d.do("PUT", "/~"+box+"/_standin/scenario", "", `{"active":["unknown-user"]}`); w.Code != 200 {
					t.Errorf("%s: switching: %d %s", box, w.Code, w.Body)
				}
			}
			ask := func(method, path, token, body string, want int) session {
				w := d.do(method, path, token, body, "Standin-Sandbox: "+box)
				if w.Code != want {
					t.Errorf("%s: %s %s: %d, want %d: %s", box, method, path, w.Code, want, w.Body)
				}
				exchanges[i] = append(exchanges[i], w.Header().Get("Standin-Exchange"))
				var s session
				_ = json.Unmarshal(w.Body.Bytes(), &s)
				return s
			}
			login := `{"email":"asha@example.com","password":"standin-Passw0rd"}`
			out := 200
			if troubled {
				out = 404
			}
			s := ask("POST", "/auth/login/password", "", login, 200)
			ask("POST", "/auth/logout", s.Content.AccessToken, "", out)
			if !troubled {
				ask("POST", "/auth/logout", s.Content.AccessToken, "", 401)
			}
			ask("POST", "/auth/login/password", "", login, 200)
			if i%25 == 0 {
				ask("POST", "/auth/login/password", "", `{"email":7}`, 400)
			}
		})
	}
	wg.Wait()
	owner := map[string]int{}
	for i := range clients {
		box := fmt.Sprintf("c%d", i)
		w := d.do("GET", "/_standin/exchanges", "", "", "Standin-Sandbox: "+box)
		var got struct {
			Exchanges []struct {
				ID, Sandbox string
				Violations  []json.RawMessage
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		var ids []string
		violations := 0
		for _, ex := range got.Exchanges {
			ids = append(ids, ex.ID)
			violations += len(ex.Violations)
			if ex.Sandbox != box {
				t.Errorf("%s's journal holds an exchange of %s", box, ex.Sandbox)
			}
			if other, taken := owner[ex.ID]; taken {
				t.Errorf("c%d and %s share exchange %s", other, box, ex.ID)
			}
			owner[ex.ID] = i
		}
		if strings.Join(ids, " ") != strings.Join(exchanges[i], " ") {
			t.Errorf("%s made %v, its journal holds %v", box, exchanges[i], ids)
		}
		if broken := i%25 == 0; (violations > 0) != broken {
			t.Errorf("%s has %d violations", box, violations)
		}
	}
	if w := d.do("GET", "/_standin/exchanges", "", ""); !strings.Contains(w.Body.String(), `"exchanges": []`) && !strings.Contains(w.Body.String(), `"exchanges":[]`) {
		t.Errorf("the default sandbox's journal: %s", w.Body)
	}
	var health struct {
		Checked struct{ Seen, Accepted, Reported int }
	}
	_ = json.Unmarshal(d.do("GET", "/_standin/health", "", "").Body.Bytes(), &health)
	if c := health.Checked; c.Seen != len(owner) || c.Seen != c.Accepted+c.Reported || c.Reported != clients/25 {
		t.Errorf("checked %+v of %d exchanges", c, len(owner))
	}
}

// TestClocksAreApart: one sandbox's clock expires its own tokens.
func TestClocksAreApart(t *testing.T) {
	d := wholeProgram(t)
	token := func(box string) string {
		var s session
		_ = json.Unmarshal(d.do("POST", "/~"+box+"/auth/login/password", "", `{"email":"asha@example.com","password":"standin-Passw0rd"}`).Body.Bytes(), &s)
		return s.Content.AccessToken
	}
	a, b := token("a"), token("b")
	if w := d.do("POST", "/~a/_standin/clock/advance", "", `{"by":"744h"}`); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	// By the token alone: it is in the sandbox that issued it.
	if w := d.do("POST", "/auth/logout", a, ""); w.Code != 401 || !strings.Contains(w.Body.String(), "expired") {
		t.Errorf("a: %d %s", w.Code, w.Body)
	}
	if w := d.do("POST", "/auth/logout", b, ""); w.Code != 200 {
		t.Errorf("b: %d %s", w.Code, w.Body)
	}
}

// TestTheSameBytesOfTheWholeProgram: same seed, frozen clock, scenarios and
// requests, same bytes, tokens included.
func TestTheSameBytesOfTheWholeProgram(t *testing.T) {
	run := func(seed string) string {
		d := wholeProgram(t, "--seed", seed, "--clock", "2026-01-31T09:30:00Z", "--freeze", "--scenario", "flaky")
		var all strings.Builder
		var s session
		ask := func(method, target, token, body string) {
			w := d.do(method, target, token, body)
			_ = w.Result().Write(&all)
			var next session
			if json.Unmarshal(w.Body.Bytes(), &next) == nil && next.Content.AccessToken != "" {
				s = next
			}
		}
		for range 20 {
			ask("POST", "/auth/login/password", "", `{"email":"asha@example.com","password":"standin-Passw0rd"}`)
			ask("POST", "/auth/login/email", "", `{"email":"isha@example.com"}`)
			ask("POST", "/auth/logout", s.Content.AccessToken, "")
			ask("POST", "/auth/logout?__dynamic=true", "", "")
			ask("GET", "/nope", "", "")
		}
		return all.String()
	}
	first := run("7")
	if first != run("7") {
		t.Error("two runs differ")
	}
	if first == run("8") {
		t.Error("another seed gives the same bytes")
	}
}
