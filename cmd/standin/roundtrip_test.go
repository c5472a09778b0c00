package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const tripDocument = `openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
security: [{token: []}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{name: limit, in: query, schema: {type: integer}}]
      responses:
        "200": {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}
    post:
      operationId: addPet
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      responses:
        "200": {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
        "404": {description: none, content: {application/json: {schema: {type: object, required: [code], properties: {code: {type: string}}}}}}
    delete:
      operationId: deletePet
      responses: {"204": {description: gone}, "404": {description: none, content: {application/json: {}}}}
  /pets/{id}/photo:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPhoto
      responses: {"200": {description: photo, content: {image/png: {}}}}
  /login:
    post:
      operationId: login
      security: []
      requestBody: {content: {application/json: {schema: {type: object, properties: {user: {type: string}, password: {type: string}}}}}}
      responses:
        "200":
          description: in
          content:
            application/json:
              schema:
                type: object
                required: [access_token]
                properties: {access_token: {type: string, pattern: '^[a-z0-9]{20}$'}, pin: {type: integer}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    Pet: {type: object, required: [name], properties: {id: {type: integer}, name: {type: string}}}
`

// tripService is a real service: small, but with JSON, bytes, empty and refusing
// answers, one that changes, and secrets.
type tripService struct {
	gone   atomic.Bool // pet 2
	drifts atomic.Bool // names have become numbers
}

const (
	tripToken    = "abcdefghij0123456789"
	tripPassword = "hush-hush-hush"
)

var tripPhoto = append([]byte("\x89PNG\r\n\x1a\n\x00\xff"), bytes.Repeat([]byte{0xfe, 0}, 40<<10)...)

func (s *tripService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	send := func(status int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	if r.URL.Path != "/login" && r.Header.Get("Authorization") != "Bearer "+tripToken {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /pets":
		send(200, `[ {"name" : "Rex", "id":1},{"id":2,"name":"{{ Bella }}"} ]`)
	case "POST /pets":
		body, _ := io.ReadAll(r.Body)
		send(201, strings.Replace(string(body), "{", `{"id":3,`, 1))
	case "GET /pets/1":
		if s.drifts.Load() {
			send(200, `{"id":1,"name":7}`)
			return
		}
		send(200, "{\"id\":1,\n  \"name\":\"R\u00e9x\u2028\"}")
	case "GET /pets/1/photo":
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(tripPhoto)
	case "DELETE /pets/2":
		if s.gone.Swap(true) {
			send(404, `{"code":"gone"}`)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	case "POST /login":
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "cookie-secret"})
		send(200, `{"access_token":"`+tripToken+`","pin":4711}`)
	default:
		send(404, `{"code":"none"}`)
	}
}

// tripCall is a request of the client's.
type tripCall struct {
	method, target, body string
	anonymous            bool
}

var tripCalls = []tripCall{
	{method: "POST", target: "/login", body: `{"user":"ada","password":"` + tripPassword + `"}`, anonymous: true},
	{method: "GET", target: "/pets"}, {method: "GET", target: "/pets?limit=1"}, {method: "GET", target: "/pets"},
	{method: "GET", target: "/pets/1"}, {method: "GET", target: "/pets/7"}, {method: "GET", target: "/pets/1/photo"},
	{method: "POST", target: "/pets", body: `{"name":"Tom"}`}, {method: "POST", target: "/pets", body: `{"name":"Kit"}`},
	{method: "DELETE", target: "/pets/2"}, {method: "DELETE", target: "/pets/2"},
}

func (c tripCall) do(t *testing.T, base string) (answer string, violations string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), c.method, base+c.target, strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if !c.anonymous {
		req.Header.Set("Authorization", "Bearer "+tripToken)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s %q", resp.StatusCode, resp.Header.Get("Content-Type"), body), resp.Header.Get("Standin-Violations")
}

// said is what a program prints, while others read it.
type said struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// standin runs the program to its end.
func standin(t *testing.T, args ...string) (code int, words string) {
	t.Helper()
	var out said
	code = program{args, func(string) string { return "" }, strings.NewReader(""), &out, &out}.run(t.Context())
	return code, out.String()
}

// serving runs the program as a server; stop ends it.
func serving(t *testing.T, args ...string) (base string, stop func() (code int, words string)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var out, errs said
	ended := make(chan int, 1)
	go func() {
		ended <- program{append(args, "--port", "0"), func(string) string { return "" }, strings.NewReader(""), &out, &errs}.run(ctx)
	}()
	for deadline := time.Now().Add(time.Minute); ; {
		if m := apiLine.FindStringSubmatch(out.String()); m != nil {
			return m[1], func() (int, string) {
				cancel()
				return <-ended, errs.String()
			}
		}
		select {
		case code := <-ended:
			cancel()
			t.Fatalf("it ended with %d: %s", code, errs.String())
		case <-time.After(time.Millisecond):
			if time.Now().After(deadline) {
				cancel()
				t.Fatal("it does not listen")
			}
		}
	}
}

func download(t *testing.T, address, file string) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || os.WriteFile(file, data, 0o600) != nil {
		t.Fatalf("%s: %d %v", address, resp.StatusCode, err)
	}
}

// TestRoundTrip: what a real service answers goes through the proxy into a
// recording and into archives, and comes back from both as it was; and each leg
// finds that the service has changed.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	doc := in("api.yaml")
	if err := os.WriteFile(doc, []byte(tripDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	service := &tripService{}
	real := httptest.NewServer(service)
	defer real.Close()

	// Through the proxy.
	base, stop := serving(t, "proxy", real.URL, doc, "--record", in("rec"))
	want := make([]string, len(tripCalls))
	for i, c := range tripCalls {
		var violations string
		if want[i], violations = c.do(t, base); violations != "" {
			t.Errorf("%s %s has %s violations through the proxy", c.method, c.target, violations)
		}
	}
	download(t, base+"/_standin/report?format=har&redact=false", in("plain.har"))
	download(t, base+"/_standin/report?format=har", in("redacted.har"))
	if code, words := stop(); code != 0 || !strings.Contains(words, "recorded: 10 answers\n") {
		t.Errorf("the proxy ended with %d: %s", code, words)
	}

	t.Run("the recording holds no secrets, and loads", func(t *testing.T) {
		files := 0
		_ = filepath.WalkDir(in("rec"), func(path string, e fs.DirEntry, err error) error {
			if data, _ := os.ReadFile(path); !e.IsDir() {
				files++
				for _, secret := range []string{tripToken, tripPassword, "cookie-secret", "4711"} {
					if bytes.Contains(data, []byte(secret)) {
						t.Errorf("%s holds %s", path, secret)
					}
				}
			}
			return err
		})
		if files != 3 { // the scenario, the photo, the seeds
			t.Errorf("there are %d files", files)
		}
		if code, words := standin(t, "check", doc, in("rec")); code != 0 {
			t.Errorf("check ends with %d: %s", code, words)
		}
	})
	t.Run("the recording answers the same", func(t *testing.T) {
		base, stop := serving(t, "serve", doc, "--scenarios", in("rec"), "--scenario", "recorded", "--state-seed", in("rec/state/recorded.yaml"))
		defer stop()
		for i, c := range tripCalls {
			want := want[i]
			if c.target == "/login" { // in the shape of what was left out
				want = strings.NewReplacer(tripToken, "aaaaaaaaaa1111111111", "4711", "1111").Replace(want)
			}
			if got, violations := c.do(t, base); got != want || violations != "" {
				t.Errorf("%s %s is answered %.200s, %s violations, want %.200s", c.method, c.target, got, violations, want)
			}
		}
		// What was not recorded comes from the state that was.
		if got, _ := (tripCall{method: "GET", target: "/pets/3"}).do(t, base); !strings.Contains(got, `Kit`) {
			t.Errorf("the last pet that was made is %s", got)
		}
	})
	t.Run("the captures keep the contract", func(t *testing.T) {
		if code, words := standin(t, "check", "--har", in("plain.har"), doc); code != 0 || !strings.Contains(words, "11 exchanges, 0 with violations") {
			t.Errorf("check --har ends with %d: %s", code, words)
		}
		code, words := standin(t, "check", "--har", in("redacted.har"), doc)
		if code != 0 || !strings.Contains(words, "11 exchanges, 1 with violations") || !strings.Contains(words, "the capture leaves it out") {
			t.Errorf("check --har of the redacted one ends with %d: %s", code, words)
		}
	})
	t.Run("the capture answers the same bytes", func(t *testing.T) {
		base, stop := serving(t, "serve", doc, "--replay", in("plain.har"))
		defer stop()
		for i, c := range tripCalls {
			if got, violations := c.do(t, base); got != want[i] || violations != "" {
				t.Errorf("%s %s is answered %.200s, %s violations, want %.200s", c.method, c.target, got, violations, want[i])
			}
		}
	})
	t.Run("the service keeps to the capture", func(t *testing.T) {
		for file, passed := range map[string]string{"plain.har": "11 checks passed, 0 failed, 0 skipped", "redacted.har": "10 checks passed, 0 failed, 1 skipped"} {
			service.gone.Store(false)
			if code, words := standin(t, "verify", real.URL, doc, "--har", in(file), "--allow-writes", "--credential", "token="+tripToken); code != 0 || !strings.Contains(words, passed) {
				t.Errorf("verify --har %s ends with %d: %s", file, code, words)
			}
		}
	})

	service.drifts.Store(true)
	t.Run("each leg finds the drift", func(t *testing.T) {
		get := tripCall{method: "GET", target: "/pets/1"}
		base, stop := serving(t, "proxy", real.URL, doc, "--record", in("rec"))
		if _, violations := get.do(t, base); violations != "1" {
			t.Errorf("the proxy finds %q violations", violations)
		}
		download(t, base+"/_standin/report?format=har", in("drifted.har"))
		if code, words := stop(); code != 0 || !strings.Contains(words, "recorded: 1 answers; 1 of them break the document") {
			t.Errorf("the proxy ended with %d: %s", code, words)
		}
		if code, words := standin(t, "check", "--har", in("drifted.har"), doc); code != 1 || !strings.Contains(words, "body/name") || !strings.Contains(words, "upstream") {
			t.Errorf("check --har ends with %d: %s", code, words)
		}
		service.gone.Store(false)
		if code, words := standin(t, "verify", real.URL, doc, "--har", in("plain.har"), "--credential", "token="+tripToken); code != 1 || !strings.Contains(words, "body/name") {
			t.Errorf("verify --har ends with %d: %s", code, words)
		}
		if code, words := standin(t, "check", doc, in("rec")); code != 0 {
			t.Errorf("the drifted recording does not load: %d, %s", code, words)
		}
		for _, args := range [][]string{{"--replay", in("drifted.har")}, {"--scenarios", in("rec"), "--scenario", "recorded-2"}} {
			base, stop := serving(t, append([]string{"serve", doc}, args...)...)
			got, violations := get.do(t, base)
			stop()
			if violations != "1" || !strings.Contains(got, `\"name\":7`) {
				t.Errorf("%v answers %s with %q violations", args, got, violations)
			}
		}
	})
}
