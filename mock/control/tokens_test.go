package control_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
)

func init() { documents["../testdata/guarded.yaml"] = loaded("../testdata/guarded.yaml") }

// issuedToken is an answer of /tokens, as a client reads it.
type issuedToken struct {
	ID, Token, Subject, Scheme string
	Scopes                     []string
	Expires                    time.Time `json:"expires_at"`
	Schemes                    map[string]struct{ Type, In, Name, Value, User, Password, Note string }
}

// TestTokensSayHowToBeSent sends an issued credential as the answer says, for
// each scheme of the document, to an operation that asks for it.
func TestTokensSayHowToBeSent(t *testing.T) {
	h := controlled(t, "../testdata/guarded.yaml", mock.Options{Auth: mock.AuthIssued}, control.Options{})
	made := as[issuedToken](h.want(201, "POST", "/_standin/tokens", `{"subject":"ada","expires_in":"15m"}`))
	if made.Subject != "ada" || strings.Join(made.Scopes, " ") != "admin read write" || made.Expires.Truncate(time.Second) != start.Add(15*time.Minute) {
		t.Errorf("made %+v", made)
	}
	for scheme, path := range map[string]string{
		"bearer": "/bearer", "basic": "/basic", "hoba": "/hoba", "keyHeader": "/key", "keyQuery": "/key", "keyCookie": "/key", "oauth": "/write", "oidc": "/write", "tls": "/tls",
	} {
		send, ok := made.Schemes[scheme]
		if !ok {
			t.Errorf("it does not say how to send it for %s", scheme)
			continue
		}
		target, header := path, ""
		switch send.In {
		case "query":
			target += "?" + send.Name + "=" + send.Value
		case "cookie":
			header = "Cookie: " + send.Name + "=" + send.Value
		case "header":
			header = send.Name + ": " + send.Value
		}
		if out := h.call("GET", target, "", withHeader(header)); out.Status != 200 {
			t.Errorf("%s, sent as %+v: status %d\n%s", scheme, send, out.Status, out.Body)
		}
	}
	if d := made.Schemes["digest"]; d.User != "ada" || d.Password != made.Token || d.Note == "" {
		t.Errorf("digest %+v", d)
	}
}

// TestTokensAreListedAndRevoked, per sandbox.
func TestTokensAreListedAndRevoked(t *testing.T) {
	h := controlled(t, "../testdata/guarded.yaml", mock.Options{Auth: mock.AuthIssued}, control.Options{})
	first := as[issuedToken](h.want(201, "POST", "/~ada/_standin/tokens", ``))
	second := as[issuedToken](h.want(201, "POST", "/~ada/_standin/tokens", `{"scheme":"bearer","scopes":[],"expires_in":-5}`))
	if len(second.Schemes) != 1 || !second.Expires.Before(start) {
		t.Errorf("made %+v", second)
	}
	list := as[struct{ Tokens []issuedToken }](h.want(200, "GET", "/~ada/_standin/tokens", ""))
	if len(list.Tokens) != 2 || list.Tokens[0].ID != first.ID {
		t.Errorf("listed %+v", list)
	}
	if list := as[struct{ Tokens []issuedToken }](h.want(200, "GET", "/_standin/tokens", "")); len(list.Tokens) != 0 {
		t.Errorf("the default sandbox has %+v", list)
	}
	h.want(204, "DELETE", "/~ada/_standin/tokens/"+first.ID, "")
	h.call("DELETE", "/~ada/_standin/tokens/"+first.ID, "").refused(404, "unknown-token", first.ID)
	if out := h.call("GET", "/bearer", "", withHeader("Authorization: Bearer "+first.Token)); out.Status != 401 {
		t.Errorf("revoked, and still answered %d", out.Status)
	}
}

// TestTokensRefuse says what is wrong.
func TestTokensRefuse(t *testing.T) {
	h := controlled(t, "../testdata/guarded.yaml", mock.Options{}, control.Options{})
	h.want(201, "POST", "/_standin/tokens", `{"token":"t"}`)
	h.call("POST", "/_standin/tokens", `{"token":"t"}`).refused(409, "token-taken", "DELETE")
	for body, words := range map[string]string{
		`{"scheme":"x"}`:            "no such security scheme",
		`{"scope":"read"}`:          `no member "scope"`,
		`{"token":"a b"}`:           "characters",
		`{"subject":"a:b"}`:         "colon",
		`{"expires_in":"soon"}`:     "duration",
		`{"expires_in":0}`:          "not 0",
		`{"expires_in":null}`:       "expires_in is null",
		`{"expires_in":1e300}`:      "a hundred years",
		`{"expires_in":[1]}`:        "duration",
		`{"scopes":"read"}`:         "scopes",
		`{"expires_in":"9999999h"}`: "a hundred years",
	} {
		h.call("POST", "/_standin/tokens", body).refused(400, "bad-body", words)
	}
}

// withHeader adds "Name: value"; "" adds nothing.
func withHeader(line string) func(*http.Request) {
	return func(r *http.Request) {
		if name, value, ok := strings.Cut(line, ": "); ok {
			r.Header.Set(name, value)
		}
	}
}
