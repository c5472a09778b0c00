package storefront_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// start is what the shops' clocks show.
var start = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// document is the built-in document, loaded once: it never changes.
var document = sync.OnceValues(func() (*spec.Document, error) {
	return spec.Load(context.Background(), spec.Builtin)
})

// shop is a fake of the built-in document. When its test ends, every answer
// that broke the document is an error.
type shop struct {
	*mock.Handler
	t testing.TB
}

func newShop(t testing.TB, o storefront.Options) *shop {
	t.Helper()
	return newShopWith(t, o, mock.Options{Start: start, Freeze: true})
}

func newShopWith(t testing.TB, o storefront.Options, mo mock.Options) *shop {
	t.Helper()
	doc, err := document()
	if err != nil {
		t.Fatal(err)
	}
	if mo.Behaviours, err = storefront.New(o); err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mo)
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{h, t}
	t.Cleanup(s.report)
	return s
}

// on is the same shop for a subtest.
func (s *shop) on(t testing.TB) *shop { return &shop{s.Handler, t} }

// report makes errors of the answers that broke the document.
func (s *shop) report() {
	for _, box := range s.Sandboxes() {
		for ex := range box.Journal().All() {
			for _, v := range ex.Violations {
				if v.In == "response" {
					s.t.Errorf("%s %s: %d: %s: %s\n%s", ex.Request.Method, ex.Target, ex.Response.Status, v.Where, v.Message, ex.Response.Body)
				}
			}
		}
	}
}

// reply is an answer of the shop.
type reply struct {
	t       testing.TB
	status  int
	header  http.Header
	body    string
	Message string
	Success bool
	Code    string
	Errors  map[string][]string
	Content struct {
		User     map[string]any
		Access   string   `json:"access_token"`
		Refresh  string   `json:"refresh_token"`
		OTPToken string   `json:"otp_token"`
		Action   string   `json:"otp_action"`
		OTP      string   `json:"otp"`
		Image    string   `json:"profile_image_url"`
		Phones   []string `json:"verified_phone"`
		Emails   []string `json:"verified_email"`
	}
}

// bearerOf is the headers of a call with an access token.
func bearerOf(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}}
}

// keyed is the headers of a call with an API key.
func keyed() http.Header { return http.Header{"X-Api-Key": {"a key"}} }

// send makes a request "METHOD /path"; a string body is sent as it is, another
// as JSON.
func (s *shop) send(at string, header http.Header, body any) *reply {
	s.t.Helper()
	method, path, _ := strings.Cut(at, " ")
	var data []byte
	switch b := body.(type) {
	case nil:
	case string:
		data = []byte(b)
	default:
		var err error
		if data, err = json.Marshal(b); err != nil {
			s.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, path, bytes.NewReader(data))
	if len(data) > 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	out := &reply{t: s.t, status: w.Code, header: w.Header(), body: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
		s.t.Errorf("%s answered %d with no JSON: %q", at, w.Code, w.Body)
	}
	return out
}

// want fails the test unless the reply has the status and, for an error, the code.
func (r *reply) want(status int, code string) *reply {
	r.t.Helper()
	if r.status != status || r.Code != code || r.Success != (status == 200) {
		r.t.Fatalf("got %d %q, want %d %q: %s", r.status, r.Code, status, code, r.body)
	}
	return r
}

// id is the id of the reply's user.
func (r *reply) id() string {
	id, _ := r.Content.User["id"].(string)
	return id
}

// fields are members of the reply's user, for comparison.
func (r *reply) fields(names ...string) string {
	var parts []string
	for _, name := range names {
		v, there := r.Content.User[name]
		if !there {
			parts = append(parts, name+"=absent")
			continue
		}
		parts = append(parts, fmt.Sprintf("%s=%v", name, v))
	}
	return strings.Join(parts, " ")
}

type m = map[string]any

// login logs a seeded user in with the password.
func (s *shop) login(name string) *reply {
	s.t.Helper()
	return s.send("POST /auth/login/password", nil, m{"email": name + "@example.com", "password": storefront.SeededPassword}).want(200, "")
}

// visit begins an anonymous session.
func (s *shop) visit() *reply {
	s.t.Helper()
	return s.send("POST /auth/anonymous", keyed(), nil).want(200, "")
}

// advance moves the default sandbox's clock.
func (s *shop) advance(d time.Duration) {
	s.t.Helper()
	box, err := s.Sandbox(mock.DefaultSandbox)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := box.Advance(s.t.Context(), d); err != nil {
		s.t.Fatal(err)
	}
}
