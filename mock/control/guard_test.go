package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock/control"
)

// changes are calls that would change something, one for each way to do so.
var changes = []struct{ method, target, body string }{
	{"PUT", "/_standin/scenario", `{"active":["slow"]}`},
	{"DELETE", "/_standin/scenario", ""},
	{"PUT", "/_standin/sandboxes/default", `{"seed":9}`},
	{"PUT", "/_standin/sandboxes/new", ""},
	{"DELETE", "/_standin/sandboxes/ada", ""},
	{"PUT", "/_standin/clock", `{"now":"2030-01-01T00:00:00Z"}`},
	{"POST", "/_standin/clock/advance", `{"by":"15m"}`},
	{"PUT", "/_standin/state", `{"standin":1,"sandbox":{"seed":3},"tables":{}}`},
	{"DELETE", "/_standin/state", ""},
	{"DELETE", "/_standin/exchanges", ""},
	{"POST", "/_standin/users", `{"count":1}`},
	{"DELETE", "/_standin/users/USER", ""},
	{"PATCH", "/_standin/users/USER", `{"deactivated":true}`},
	{"POST", "/_standin/users/USER/tokens", ""},
	{"PUT", "/~fresh/_standin/scenario", `{"active":["slow"]}`},
	{"POST", "/~fresh/_standin/clock/advance", `{"by":"15m"}`},
}

// prepared is a fake with something to lose.
func prepared(t *testing.T, o control.Options) (h *harness, user string) {
	h = newHarness(t, control.Options{})
	type users struct{ Users []struct{ ID string } }
	user = as[users](h.want(200, "GET", "/_standin/users", "")).Users[0].ID
	h.want(200, "PUT", "/_standin/scenario", `{"active":["flaky"]}`)
	h.want(201, "PUT", "/_standin/sandboxes/ada", `{"seed":7}`)
	h.want(201, "POST", "/_standin/users", "")
	h.call("GET", "/auth/user/1", "")
	h.handler = control.New(h.fake, o)
	return h, user
}

// without tries every change and fails if one was not refused so, or has had an
// effect.
func without(t *testing.T, o control.Options, status int, code string, edits ...func(*http.Request)) {
	t.Helper()
	h, user := prepared(t, o)
	before := h.picture()
	for _, c := range changes {
		out := h.call(c.method, strings.Replace(c.target, "USER", user, 1), c.body, edits...)
		out.refused(status, code)
		if after := h.picture(); after != before {
			t.Fatalf("%s %s was refused and has had an effect", c.method, c.target)
		}
		for name := range out.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s %s: the answer has %s", c.method, c.target, name)
			}
		}
	}
}

// with tries every change and fails if one is refused or has no effect.
func with(t *testing.T, o control.Options, edits ...func(*http.Request)) {
	t.Helper()
	for _, c := range changes {
		h, user := prepared(t, o)
		before := h.picture()
		out := h.call(c.method, strings.Replace(c.target, "USER", user, 1), c.body, edits...)
		if out.Status >= 300 {
			t.Errorf("%s %s: status %d\n%s", c.method, c.target, out.Status, out.Body)
		}
		if h.picture() == before {
			t.Errorf("%s %s has had no effect", c.method, c.target)
		}
	}
}

func TestForeignPagesChangeNothing(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edits []func(*http.Request)
	}{
		{"it refuses another site's script", []func(*http.Request){header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site")}},
		{"it refuses another port's script", []func(*http.Request){header("Origin", "http://localhost:3000"), header("Sec-Fetch-Site", "same-site")}},
		{"it refuses another origin where the browser is old", []func(*http.Request){header("Origin", "https://evil.example")}},
		{"it refuses another port where the browser is old", []func(*http.Request){header("Origin", "http://localhost:3000")}},
		{"it refuses an opaque origin", []func(*http.Request){header("Origin", "null")}},
		{"it refuses a form", []func(*http.Request){
			header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"),
			header("Content-Type", "application/x-www-form-urlencoded")}},
		{"it refuses a form that looks like JSON", []func(*http.Request){
			header("Origin", "https://evil.example"), header("Sec-Fetch-Site", "cross-site"), header("Content-Type", "text/plain")}},
	} {
		t.Run(tt.name, func(t *testing.T) { without(t, control.Options{Loopback: true}, 403, "cross-origin", tt.edits...) })
	}
}

func TestFormsAreNotReadAsJSONFromABrowser(t *testing.T) {
	for _, media := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""} {
		h, _ := prepared(t, control.Options{})
		before := h.picture()
		h.call("PUT", "/_standin/scenario", `{"active":["slow"]}`, header("Sec-Fetch-Site", "same-origin"), header("Content-Type", media)).
			refused(415, "bad-media-type", "application/json")
		if h.picture() != before {
			t.Errorf("%s has had an effect", media)
		}
	}
}

func TestPreflightsGetNoLeave(t *testing.T) {
	h, _ := prepared(t, control.Options{})
	before := h.picture()
	for _, c := range changes {
		out := h.call("OPTIONS", c.target, "", header("Origin", "http://localhost:3000"), header("Sec-Fetch-Site", "same-site"),
			header("Access-Control-Request-Method", c.method), header("Access-Control-Request-Headers", "content-type"))
		out.refused(403, "cross-origin")
		for name := range out.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: the answer has %s", c.target, name)
			}
		}
	}
	h.want(405, "OPTIONS", "/_standin/clock", "").refused(405, "unknown-method", "GET, HEAD, PUT")
	if h.picture() != before {
		t.Error("something has changed")
	}
}

func TestForeignPagesReadNothing(t *testing.T) {
	h, _ := prepared(t, control.Options{})
	for _, path := range []string{"/", "/health", "/users", "/state", "/exchanges", "/openapi.json", "/nowhere"} {
		out := h.call("GET", "/_standin"+path, "", header("Origin", "http://localhost:3000"), header("Sec-Fetch-Site", "same-site"))
		if got := out.Header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" {
			t.Errorf("%s: Cross-Origin-Resource-Policy is %q", path, got)
		}
		for name := range out.Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: the answer has %s", path, name)
			}
		}
	}
}

func TestOnlyLoopbackNamesReachALoopbackServer(t *testing.T) {
	for _, name := range []string{"evil.example", "evil.example:4010", "localhost.evil.example", "127.0.0.1.evil.example:4010", "10.0.0.7:4010", "[2001:db8::1]:4010", "0.0.0.0:4010", "", "localhost@evil.example", "::1.evil"} {
		t.Run("it refuses "+name, func(t *testing.T) {
			// As a rebound page would send it: to itself, as far as the browser knows.
			without(t, control.Options{Loopback: true}, 421, "bad-host",
				host(name), header("Origin", "http://"+name), header("Sec-Fetch-Site", "same-origin"))
		})
	}
	for _, name := range []string{"localhost", "localhost:4010", "LOCALHOST.:4010", "app.localhost:4010", "127.0.0.1:4010", "127.1.2.3", "[::1]:4010", "[::1]", "[::ffff:127.0.0.1]:80"} {
		h := newPlain(t)
		h.handler = control.New(h.fake, control.Options{Loopback: true})
		h.want(200, "GET", "/_standin/health", "", host(name))
		h.want(200, "GET", "/_standin/", "", host(name))
	}
}

func TestALoopbackServerGuardsReadingToo(t *testing.T) {
	h, _ := prepared(t, control.Options{Loopback: true})
	for _, path := range []string{"/", "", "/health", "/users", "/state", "/exchanges/stream", "/nowhere", "/clock"} {
		h.want(421, "GET", "/_standin"+path, "", host("evil.example")).refused(421, "bad-host", "localhost")
	}
	h.want(200, "GET", "/_standin/health", "", host("localhost:4010"))
	if h.call("GET", "/auth/user/1", "", host("shop.example")).Header.Get("Standin-Exchange") == "" {
		t.Error("the fake's own paths are guarded")
	}
}

func TestAnyNameReachesAPublicServer(t *testing.T) {
	h := newPlain(t)
	h.want(200, "GET", "/_standin/health", "", host("standin.internal:4010"))
}

func TestEveryCallNeedsTheToken(t *testing.T) {
	o := control.Options{Token: "s3cret"}
	for name, edit := range map[string]func(*http.Request){
		"it refuses none":             func(*http.Request) {},
		"it refuses another":          header("Authorization", "Bearer s3cres"),
		"it refuses a part":           header("Authorization", "Bearer s3cre"),
		"it refuses a longer one":     header("Authorization", "Bearer s3crets"),
		"it refuses an empty one":     header("Authorization", "Bearer "),
		"it refuses another scheme":   header("Authorization", "Basic s3cret"),
		"it refuses a bare token":     header("Authorization", "s3cret"),
		"it refuses one in the query": func(r *http.Request) { r.URL.RawQuery = "token=s3cret" },
	} {
		t.Run(name, func(t *testing.T) { without(t, o, 401, "unauthorized", edit) })
	}
	h, _ := prepared(t, o)
	for _, path := range []string{"/health", "/scenarios", "/users", "/state", "/exchanges", "/exchanges/stream", "/openapi.json", "/schema/scenario.json", "/nowhere"} {
		out := h.want(401, "GET", "/_standin"+path, "")
		out.refused(401, "unauthorized")
		if !strings.HasPrefix(out.Header.Get("Www-Authenticate"), "Bearer") {
			t.Errorf("%s: WWW-Authenticate is %q", path, out.Header.Get("Www-Authenticate"))
		}
	}
	h.want(200, "GET", "/_standin/", "")
	h.want(308, "GET", "/_standin", "")
	with(t, o, header("Authorization", "bearer s3cret"))
}

func TestWhoMayChangesThings(t *testing.T) {
	for _, tt := range []struct {
		name  string
		edits []func(*http.Request)
	}{
		{"it lets curl", nil},
		{"it lets curl with its default type", []func(*http.Request){header("Content-Type", "application/x-www-form-urlencoded")}},
		{"it lets its own page", []func(*http.Request){header("Origin", "http://localhost:4010"), header("Sec-Fetch-Site", "same-origin")}},
		{"it lets its own page in an old browser", []func(*http.Request){header("Origin", "http://localhost:4010")}},
	} {
		t.Run(tt.name, func(t *testing.T) { with(t, control.Options{Loopback: true}, tt.edits...) })
	}
}
