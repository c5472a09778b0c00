package mock

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

func guarded(t *testing.T, o Options) *Handler {
	t.Helper()
	doc, err := spec.Load(t.Context(), "testdata/guarded.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o.Start, o.Freeze = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC), true
	h, err := New(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func issue(t *testing.T, h *Handler, sandbox string, want IssueRequest) Issued {
	t.Helper()
	box, err := h.Sandbox(sandbox)
	if err != nil {
		t.Fatal(err)
	}
	is, err := box.Issue(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func basicAuth(user, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// TestIssuedCredentials sends what was issued, and what was not, to operations
// of every kind of security.
func TestIssuedCredentials(t *testing.T) {
	h := guarded(t, Options{Auth: AuthIssued})
	all := issue(t, h, DefaultSandbox, IssueRequest{Subject: "ada"}).Token
	none := issue(t, h, DefaultSandbox, IssueRequest{Scopes: []string{}}).Token
	read := issue(t, h, DefaultSandbox, IssueRequest{Scopes: []string{"read"}}).Token
	admin := issue(t, h, DefaultSandbox, IssueRequest{Scopes: []string{"admin"}}).Token
	only := issue(t, h, DefaultSandbox, IssueRequest{Scheme: "keyHeader"}).Token
	old := issue(t, h, DefaultSandbox, IssueRequest{Life: -time.Minute}).Token
	own := issue(t, h, DefaultSandbox, IssueRequest{Token: "written-down"}).Token

	for _, tc := range []struct {
		it, target string
		headers    []string
		status     int
		challenge  string // of the answer, all of them
	}{
		{"leaves open operations open", "/open", nil, 200, ""},
		{"asks for a token", "/bearer", nil, 401, `Bearer realm="Guarded"`},
		{"takes an issued token", "/bearer", []string{"Authorization: bearer " + all}, 200, ""},
		{"takes an issued token without scopes where none are asked for", "/bearer", []string{"Authorization: Bearer " + none}, 200, ""},
		{"takes a value of one's own", "/bearer", []string{"Authorization: Bearer " + own}, 200, ""},
		{"refuses another token", "/bearer", []string{"Authorization: Bearer abc"}, 401, `Bearer realm="Guarded", error="invalid_token"`},
		{"refuses an expired token", "/bearer", []string{"Authorization: Bearer " + old}, 401, `Bearer realm="Guarded", error="invalid_token"`},
		{"refuses a token for another scheme", "/bearer", []string{"Authorization: Bearer " + only}, 401, `Bearer realm="Guarded", error="invalid_token"`},
		{"refuses a token with a letter more", "/bearer", []string{"Authorization: Bearer " + all + "x"}, 401, `Bearer realm="Guarded", error="invalid_token"`},
		{"takes the pair", "/basic", []string{basicAuth("ada", all)}, 200, ""},
		{"refuses the pair of another user", "/basic", []string{basicAuth("bob", all)}, 401, `Basic realm="Guarded", charset="UTF-8"`},
		{"refuses another password", "/basic", []string{basicAuth("ada", "x")}, 401, `Basic realm="Guarded", charset="UTF-8"`},
		{"asks for a digest", "/digest", nil, 401, `Digest realm="Guarded", qop="auth", algorithm=SHA-256, nonce=`},
		{"takes another scheme's credential", "/hoba", []string{"Authorization: HOBA " + all}, 200, ""},
		{"challenges by that scheme's name", "/hoba", nil, 401, `HOBA realm="Guarded"`},
		{"takes a key in a header", "/key", []string{"X-Api-Key: " + only}, 200, ""},
		{"takes a key in the query", "/key?key=" + all, nil, 200, ""},
		{"takes a key in a cookie", "/key", []string{"Cookie: a=b; sid=" + all}, 200, ""},
		{"refuses another key", "/key?key=abc", nil, 401, `ApiKey realm="Guarded", in="header", name="X-Api-Key" | ApiKey realm="Guarded", in="query", name="key" | ApiKey realm="Guarded", in="cookie", name="sid"`},
		{"takes two together", "/both", []string{"Authorization: Bearer " + all, "X-Api-Key: " + own}, 200, ""},
		{"refuses two of which one is not issued", "/both", []string{"Authorization: Bearer " + all, "X-Api-Key: x"}, 401, "Bearer realm="},
		{"lets who shows nothing be nobody", "/maybe", nil, 200, ""},
		{"refuses who shows what was not issued", "/maybe", []string{"Authorization: Bearer x"}, 401, "error="},
		{"takes a token with the scope", "/read", []string{"Authorization: Bearer " + read}, 200, ""},
		{"refuses a token without the scope", "/read", []string{"Authorization: Bearer " + none}, 403, `Bearer realm="Guarded", error="insufficient_scope", scope="read"`},
		{"asks for all scopes of an alternative", "/write", []string{"Authorization: Bearer " + read}, 403, `error="insufficient_scope", scope="read write"`},
		{"takes the scope of the other alternative", "/write", []string{"Authorization: Bearer " + admin}, 200, ""},
		{"takes a token that may do everything", "/write", []string{"Authorization: Bearer " + all}, 200, ""},
		{"does not ask for a certificate", "/tls", nil, 200, ""},
		{"lets a preference go first", "/bearer?__code=200", nil, 200, ""},
	} {
		t.Run(tc.it, func(t *testing.T) {
			w := ask(h, "GET", tc.target, "", tc.headers...)
			if w.Code != tc.status {
				t.Errorf("status %d, want %d\n%s", w.Code, tc.status, w.Body)
			}
			got := strings.Join(w.Header()["Www-Authenticate"], " | ")
			if got != tc.challenge && (tc.challenge == "" || !strings.Contains(got, tc.challenge)) {
				t.Errorf("WWW-Authenticate is %s\nwant %s", got, tc.challenge)
			}
			documented := strings.Contains(w.Body.String(), "Said by the document.")
			if want := tc.status >= 400 && (strings.HasPrefix(tc.target, "/bearer") || strings.HasPrefix(tc.target, "/key") || strings.HasPrefix(tc.target, "/read")); documented != want {
				t.Errorf("the document's own refusal: %v, want %v\n%s", documented, want, w.Body)
			}
			if n := w.Header().Get("Standin-Violations"); tc.status == 200 && n != "" && !strings.Contains(tc.target, "__") {
				t.Errorf("%s violations", n)
			}
		})
	}
}

// The responses of Mufasa, whose password is CircleOfLife, worked out apart from
// the code under test.
const (
	digestSHA = "4f88b5f9d4b6949fc835cb251e1307aa9bc6cdd625e9fd6e7af48b0474373955"
	digestMD5 = "931f27687492b82e3ba523dc6369aea9"
)

// TestIssuedDigest answers a challenge in both algorithms (RFC 7616, 3.4.1).
func TestIssuedDigest(t *testing.T) {
	h := guarded(t, Options{Auth: AuthIssued})
	issue(t, h, DefaultSandbox, IssueRequest{Subject: "Mufasa", Token: "CircleOfLife"})
	const head = `Authorization: Digest username="Mufasa", realm="Guarded", nonce="n", uri="/digest", qop=auth, nc=00000001, cnonce="c", `
	for _, tc := range []struct {
		rest   string
		status int
	}{
		{`algorithm=SHA-256, response="` + digestSHA + `"`, 200},
		{`response="` + digestMD5 + `"`, 200},
		{`algorithm=SHA-256, response="` + digestMD5 + `"`, 401},
		{`response=""`, 401},
		{`response="`, 401},
	} {
		if w := ask(h, "GET", "/digest", "", head+tc.rest); w.Code != tc.status {
			t.Errorf("%s: status %d, want %d", tc.rest, w.Code, tc.status)
		}
	}
}

// TestIssuedBelongToTheirSandbox sends a token of another sandbox: it says
// where it belongs.
func TestIssuedBelongToTheirSandbox(t *testing.T) {
	h := guarded(t, Options{Auth: AuthIssued})
	ada := issue(t, h, "ada", IssueRequest{Subject: "ada"}).Token
	for _, tc := range []struct {
		it, target, header, sandbox string
		status                      int
	}{
		{"is routed by the token", "/bearer", "Authorization: Bearer " + ada, "ada", 200},
		{"is routed by the password", "/basic", basicAuth("ada", ada), "ada", 200},
		{"is routed by the key in a header", "/key", "X-Api-Key: " + ada, "ada", 200},
		{"is routed by the key in a cookie", "/key", "Cookie: sid=" + ada + "; b=c", "ada", 200},
		{"is routed by the key in the query", "/key?a=b&key=" + ada + "&c=d", "A: b", "ada", 200},
		{"goes by the name of the sandbox first", "/~bob/bearer", "Authorization: Bearer " + ada, "bob", 401},
	} {
		t.Run(tc.it, func(t *testing.T) {
			w := ask(h, "GET", tc.target, "", tc.header)
			box := h.Lookup(tc.sandbox)
			if w.Code != tc.status || box == nil {
				t.Fatalf("status %d, sandbox %v", w.Code, box)
			}
			if box.Journal().Get(w.Header().Get("Standin-Exchange")) == nil {
				t.Errorf("sandbox %s does not know of it", tc.sandbox)
			}
		})
	}
}

// TestIssuedLiveByTheClock lets one expire, revokes one, and takes them along
// into an exported world.
func TestIssuedLiveByTheClock(t *testing.T) {
	h := guarded(t, Options{Auth: AuthIssued})
	box, _ := h.Sandbox(DefaultSandbox)
	first := issue(t, h, DefaultSandbox, IssueRequest{Life: time.Minute})
	second := issue(t, h, DefaultSandbox, IssueRequest{})
	status := func(is Issued) int { return ask(h, "GET", "/bearer", "", "Authorization: Bearer "+is.Token).Code }
	world, err := box.Export(t.Context())
	if err != nil || status(first) != 200 || status(second) != 200 {
		t.Fatalf("%v, %d, %d", err, status(first), status(second))
	}
	if err := box.Advance(t.Context(), time.Minute); err != nil || status(first) != 401 || status(second) != 200 {
		t.Errorf("after a minute: %v, %d and %d", err, status(first), status(second))
	}
	if !box.Revoke(t.Context(), second.ID) || box.Revoke(t.Context(), second.ID) || status(second) != 401 {
		t.Errorf("revoked: status %d", status(second))
	}
	if err := box.Import(t.Context(), world); err != nil || status(first) != 200 || status(second) != 200 || len(box.Issued(t.Context())) != 2 {
		t.Errorf("imported: %v, %d and %d", err, status(first), status(second))
	}
	if err := box.Reset(t.Context()); err != nil || status(first) != 401 {
		t.Errorf("reset: %v, %d", err, status(first))
	}
}

// TestIssueRefuses names what cannot be issued.
func TestIssueRefuses(t *testing.T) {
	h := guarded(t, Options{})
	box, _ := h.Sandbox(DefaultSandbox)
	issue(t, h, DefaultSandbox, IssueRequest{Token: "taken"})
	for _, tc := range []struct {
		want IssueRequest
		err  error
	}{
		{IssueRequest{Scheme: "nobody"}, ErrNoScheme},
		{IssueRequest{Token: "taken"}, ErrTokenTaken},
		{IssueRequest{Token: "a b"}, ErrTokenText},
		{IssueRequest{Token: "=="}, ErrTokenText},
		{IssueRequest{Token: strings.Repeat("a", 4097)}, ErrTokenText},
		{IssueRequest{Subject: "a:b"}, ErrSubject},
	} {
		if _, err := box.Issue(t.Context(), tc.want); !errors.Is(err, tc.err) {
			t.Errorf("%+v: %v, want %v", tc.want, err, tc.err)
		}
	}
}

// TestIssuedAreBounded issues more than a sandbox keeps: the oldest go.
func TestIssuedAreBounded(t *testing.T) {
	h := guarded(t, Options{})
	box, _ := h.Sandbox(DefaultSandbox)
	err := box.Update(t.Context(), func(tx *Tx) error {
		for i := range maxIssued {
			is := Issued{ID: itoa(i), Token: "t" + itoa(i), IssuedAt: tx.now.Add(time.Duration(i) - time.Hour)}
			issued.Put(tx, issuedKey(is.Token), is)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	issue(t, h, DefaultSandbox, IssueRequest{})
	all := box.Issued(t.Context())
	if len(all) != maxIssued-maxIssued/10+1 || all[0].ID != itoa(maxIssued/10) {
		t.Errorf("%d are kept, the oldest is %s", len(all), all[0].ID)
	}
}

// TestAnyAuth takes whatever is well-formed, and knows an issued credential all
// the same.
func TestAnyAuth(t *testing.T) {
	h := guarded(t, Options{})
	old := issue(t, h, DefaultSandbox, IssueRequest{Life: -time.Minute, Scopes: []string{}})
	for _, token := range []string{"abc", old.Token} {
		if w := ask(h, "GET", "/write", "", "Authorization: Bearer "+token); w.Code != 200 {
			t.Errorf("status %d", w.Code)
		}
	}
	if w := ask(h, "GET", "/read", "", "Authorization: Bearer x", "Prefer: scenario=expired-token"); w.Code != 401 {
		t.Errorf("a token of no age counts as old: status %d", w.Code)
	}
	if w := ask(h, "GET", "/bearer", ""); w.Code != 401 {
		t.Errorf("without any: status %d", w.Code)
	}
}
