package mock

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec"
)

func TestNamedSandbox(t *testing.T) {
	for _, tc := range []struct {
		name, target string
		header       http.Header
		want, path   string
	}{
		{"it finds none", "/a/b", nil, "", "/a/b"},
		{"it cuts the prefix", "/~ada/a/b", nil, "ada", "/a/b"},
		{"it takes a prefix alone for the root", "/~ada", nil, "ada", "/"},
		{"it keeps escapes in the path", "/~ada/a%2Fb", nil, "ada", "/a%2Fb"},
		{"it takes a prefix without a name for a bad one", "/~/a", nil, "~", "/a"},
		{"it reads the header", "/a", http.Header{"Standin-Sandbox": {" ada "}}, "ada", "/a"},
		{"it reads the baggage", "/a", http.Header{"Baggage": {"k=v, standin-sandbox=ada;p=1,z=2"}}, "ada", "/a"},
		{"it decodes the baggage", "/a", http.Header{"Baggage": {"x=y", "standin-sandbox=%61da"}}, "ada", "/a"},
		{"it does not take another member for ours", "/a", http.Header{"Baggage": {"x-standin-sandbox=ada"}}, "", "/a"},
		{"it reads the cookie", "/a", http.Header{"Cookie": {`a=b; standin-sandbox="ada"; c=d`}}, "ada", "/a"},
		{"it does not take another cookie for ours", "/a", http.Header{"Cookie": {"my-standin-sandbox=ada"}}, "", "/a"},
		{"it prefers the prefix to the header", "/~eve/a", http.Header{"Standin-Sandbox": {"ada"}}, "eve", "/a"},
		{"it prefers the header to the baggage", "/a", http.Header{"Standin-Sandbox": {"eve"}, "Baggage": {"standin-sandbox=ada"}}, "eve", "/a"},
		{"it prefers the baggage to the cookie", "/a", http.Header{"Baggage": {"standin-sandbox=eve"}, "Cookie": {"standin-sandbox=ada"}}, "eve", "/a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", tc.target, nil)
			r.Header = tc.header
			name, path := NamedSandbox(r)
			if name != tc.want || path != tc.path {
				t.Errorf("got %q and %q, want %q and %q", name, path, tc.want, tc.path)
			}
		})
	}
}

func TestSandboxOfTheToken(t *testing.T) {
	h := toy(t, Options{Behaviours: Behaviours{SandboxOf: func(r *spec.Request) (string, bool) {
		v := r.Header.Get("X-Token")
		return v, v != ""
	}}})
	for _, tc := range []struct {
		name, target, token, want string
	}{
		{"it takes the sandbox that issued the token", "/things", "ada", "ada"},
		{"it prefers a name to the token", "/~eve/things", "ada", "eve"},
		{"it lets a token with an impossible name be", "/things", "../x", DefaultSandbox},
		{"it falls back on the default", "/things", "", DefaultSandbox},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", tc.target, nil)
			r.Header.Set("X-Token", tc.token)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			box := h.Lookup(tc.want)
			if box == nil || box.Journal().Get(w.Header().Get("Standin-Exchange")) == nil {
				t.Errorf("the exchange is not in %s's journal", tc.want)
			}
		})
	}
}

func TestValidSandboxName(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "A9._-": true, strings.Repeat("x", 64): true, "0": true,
		"": false, strings.Repeat("x", 65): false, "-a": false, ".a": false, "a/b": false, "a b": false, "ä": false, "a\n": false,
	} {
		if got := ValidSandboxName(name); got != want {
			t.Errorf("ValidSandboxName(%q) = %v", name, got)
		}
	}
}

func FuzzResolve(f *testing.F) {
	f.Add("/~ada/x", "h", "standin-sandbox=b", "standin-sandbox=c")
	f.Add("/~", "", ";=,", `standin-sandbox="`)
	f.Add("/~%zz/%", "%", "standin-sandbox=%zz;;", "=;=")
	h := toy(f, Options{})
	f.Fuzz(func(t *testing.T, path, header, baggage, cookie string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawPath = path, ""
		r.Header = http.Header{"Standin-Sandbox": {header}, "Baggage": {baggage}, "Cookie": {cookie}}
		name, rest := NamedSandbox(r)
		if !strings.HasSuffix(r.URL.EscapedPath(), rest) && rest != "/" {
			t.Errorf("%q is no rest of %q", rest, r.URL.EscapedPath())
		}
		box, err := h.Sandbox(name)
		if (err == nil) != ValidSandboxName(name) {
			t.Errorf("Sandbox(%q): %v", name, err)
		}
		if err == nil && box.Name() != name {
			t.Errorf("Sandbox(%q) is %q", name, box.Name())
		}
	})
}
