package mock

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// proxy is a toy before a real service, and a client's way to it over a socket.
func proxy(t *testing.T, o Options, service http.HandlerFunc) (h *Handler, url string) {
	t.Helper()
	real := httptest.NewServer(service)
	t.Cleanup(real.Close)
	o.Upstream = &Upstream{URL: real.URL + "/v1", MaxBody: o.Upstream.MaxBody}
	h = toy(t, o)
	front := httptest.NewServer(h)
	t.Cleanup(front.Close)
	return h, front.URL
}

func send(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	transport := &http.Transport{DisableCompression: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(data)
}

// lastOf is the newest exchange of a journal, and its violations one a line.
func lastOf(t *testing.T, h *Handler) (*Exchange, string) {
	t.Helper()
	box, _ := h.Sandbox(DefaultSandbox)
	all := box.Journal().Exchanges()
	if len(all) == 0 {
		t.Fatal("nothing is recorded")
	}
	ex := all[len(all)-1]
	var lines []string
	for _, v := range ex.Violations {
		lines = append(lines, fmt.Sprintf("%s %s %s %s", v.In, v.Where, v.Keyword, v.Blame))
	}
	return ex, strings.Join(lines, "\n")
}

func TestForward(t *testing.T) {
	var seen *http.Request
	var sent string
	var answer func(w http.ResponseWriter)
	h, url := proxy(t, Options{Upstream: &Upstream{}}, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		seen, sent = r, string(data)
		answer(w)
	})
	answer = func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", "Thu, 01 Jan 2026 00:00:00 GMT")
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		fmt.Fprint(w, `{"items":["one"]}`)
	}

	t.Run("it passes a request on, without what is ours, and the answer back", func(t *testing.T) {
		resp, body := send(t, "GET", url+"/~ada/things?limit=2&__wait=0", "", "X-Real-Ip: 10.0.0.1",
			"Cookie: theirs=1; standin-sandbox=x", "Baggage: k=v,standin-sandbox=x", "Prefer: respond-async", "Standin-Sandbox: bob")
		if got := seen.URL.String(); got != "/v1/things?limit=2" {
			t.Errorf("the service saw %s", got)
		}
		want := map[string]string{"Cookie": "theirs=1", "Baggage": "k=v", "Prefer": "", "Standin-Sandbox": "", "X-Forwarded-For": "127.0.0.1", "Accept-Encoding": "identity"}
		for name, value := range want {
			if got := seen.Header.Get(name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
		if resp.StatusCode != 200 || body != `{"items":["one"]}` || resp.Header.Get("Date") != "Thu, 01 Jan 2026 00:00:00 GMT" || len(resp.Header["Set-Cookie"]) != 2 {
			t.Errorf("%d %s %v", resp.StatusCode, body, resp.Header)
		}
		if resp.Header.Get("Standin-Exchange") == "" || resp.Header.Get("Standin-Violations") != "" {
			t.Errorf("%v", resp.Header)
		}
		box, _ := h.Sandbox("ada")
		if ex := box.Journal().Exchanges(); len(ex) != 1 || ex[0].Source != SourceUpstream || ex[0].Operation != "list" {
			t.Errorf("recorded %+v", ex)
		}
	})
	t.Run("it leaves a path alone that has the service's own prefix", func(t *testing.T) {
		send(t, "GET", url+"/v1/things", "")
		if seen.URL.Path != "/v1/things" {
			t.Errorf("the service saw %s", seen.URL.Path)
		}
	})
	t.Run("it blames the service for an answer that breaks the document", func(t *testing.T) {
		answer = func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"items":[1]}`)
		}
		resp, body := send(t, "GET", url+"/things", "")
		if _, got := lastOf(t, h); got != "response body/items/0 type upstream" || body != `{"items":[1]}` || resp.Header.Get("Standin-Violations") != "1" {
			t.Errorf("%s: %s", body, got)
		}
	})
	t.Run("it lets the service judge a request that breaks the document", func(t *testing.T) {
		answer = func(w http.ResponseWriter) { w.WriteHeader(401) }
		resp, _ := send(t, "POST", url+"/things", `{"name":5}`, "Content-Type: application/json")
		if resp.StatusCode != 401 || sent != `{"name":5}` || resp.Header.Get("Www-Authenticate") != "" {
			t.Errorf("%d, the service got %s", resp.StatusCode, sent)
		}
		want := "request body/name type client\nrequest security security client\nresponse body required upstream"
		if _, got := lastOf(t, h); got != want {
			t.Errorf("%s", got)
		}
	})
	t.Run("it passes on what the document does not hold, and tells whose fault that is", func(t *testing.T) {
		for status, blame := range map[int]spec.Blame{404: spec.BlameClient, 200: spec.BlameUpstream} {
			answer = func(w http.ResponseWriter) { w.WriteHeader(status) }
			resp, _ := send(t, "GET", url+"/nothing", "")
			if _, got := lastOf(t, h); resp.StatusCode != status || got != "request path path "+string(blame) {
				t.Errorf("%d: %s", resp.StatusCode, got)
			}
		}
	})
	t.Run("it keeps a compressed body as it is, and reads it decoded", func(t *testing.T) {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		fmt.Fprint(z, `{"items":[false]}`)
		z.Close()
		answer = func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(packed.Bytes())
		}
		_, body := send(t, "GET", url+"/things", "", "Accept-Encoding: br, gzip;q=0.8, zstd")
		if seen.Header.Get("Accept-Encoding") != "gzip;q=0.8" {
			t.Errorf("asked for %s", seen.Header.Get("Accept-Encoding"))
		}
		ex, got := lastOf(t, h)
		if body != packed.String() || string(ex.Response.Body) != `{"items":[false]}` || got != "response body/items/0 type upstream" {
			t.Errorf("%q %s: %s", body, ex.Response.Body, got)
		}
	})
	t.Run("it follows no redirect, and keeps the length of an answer to HEAD", func(t *testing.T) {
		answer = func(w http.ResponseWriter) {
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Content-Length", "17")
			w.WriteHeader(302)
		}
		resp, _ := send(t, "HEAD", url+"/things", "")
		if resp.StatusCode != 302 || resp.Header.Get("Location") != "/elsewhere" || resp.Header.Get("Content-Length") != "17" {
			t.Errorf("%d %v", resp.StatusCode, resp.Header)
		}
	})
}

func TestForwardLarge(t *testing.T) {
	large := `{"name":"` + strings.Repeat("x", 5000) + `"}`
	var got int
	h, url := proxy(t, Options{MaxBody: 1000, Upstream: &Upstream{MaxBody: 1000}}, func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		got = len(data)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(201)
		fmt.Fprint(w, large)
	})
	for _, length := range []string{"known", "unknown"} {
		r, _ := http.NewRequest("POST", url+"/things", strings.NewReader(large))
		if length == "unknown" {
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(large)), -1
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Key", "k")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || string(body) != large || got != len(large) {
			t.Errorf("length %s: %d of %d bytes arrived, %d of %d came back, %v", length, got, len(large), len(body), len(large), err)
		}
		if _, found := lastOf(t, h); found != "request body unchecked client\nresponse body unchecked upstream" {
			t.Errorf("length %s: %s", length, found)
		}
	}
}

// TestForwardStream reads the first event while the service holds the second
// back.
func TestForwardStream(t *testing.T) {
	more := make(chan bool)
	h, url := proxy(t, Options{Upstream: &Upstream{}}, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: 1\n\n")
		http.NewResponseController(w).Flush()
		<-more
		fmt.Fprint(w, "data: 2\n\n")
	})
	resp, err := http.Get(url + "/things")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	first := make([]byte, 9)
	if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "data: 1\n\n" {
		t.Errorf("%q, %v", first, err)
	}
	if ex, _ := lastOf(t, h); ex.Response.Status != 200 {
		t.Errorf("recorded %+v", ex)
	}
	close(more)
	if rest, err := io.ReadAll(resp.Body); err != nil || string(rest) != "data: 2\n\n" {
		t.Errorf("%q, %v", rest, err)
	}
}

func TestForwardNot(t *testing.T) {
	called := false
	h, url := proxy(t, Options{Upstream: &Upstream{}, Scenarios: []scenarios.Scenario{{
		Name: "busy", Rules: []scenarios.Rule{{On: scenarios.On("list"), Reply: &scenarios.Reply{Status: 404, Example: "gone"}}},
	}}}, func(w http.ResponseWriter, r *http.Request) { called = true })
	t.Run("it lets a scenario answer", func(t *testing.T) {
		resp, body := send(t, "GET", url+"/things", "")
		if resp.StatusCode != 404 || !strings.Contains(body, "All gone.") || called {
			t.Errorf("%d %s, the service was asked: %v", resp.StatusCode, body, called)
		}
	})
	t.Run("it says that the service is not there", func(t *testing.T) {
		gone := httptest.NewServer(nil)
		gone.Close()
		h = toy(t, Options{Upstream: &Upstream{URL: gone.URL}})
		resp := ask(h, "GET", "/things", "")
		if resp.Code != 502 || !strings.Contains(resp.Body.String(), "did not answer") || strings.Contains(resp.Body.String(), "limit") {
			t.Errorf("%d %s", resp.Code, resp.Body)
		}
	})
	t.Run("it refuses an address that is none", func(t *testing.T) {
		for _, bad := range []string{"", "example.com", "ftp://x", "http://", "http://[::1"} {
			if _, err := New(h.Document(), Options{Upstream: &Upstream{URL: bad}}); err == nil {
				t.Errorf("%q is taken", bad)
			}
		}
	})
}
