package storefront

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// world is one sandbox, and the behaviours without a server around them.
type world struct {
	*mock.Sandbox
	doc *spec.Document
	b   mock.Behaviours
	s   *service
}

func newWorld(t testing.TB) *world {
	t.Helper()
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{Behaviours: b, Start: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), Freeze: true})
	if err != nil {
		t.Fatal(err)
	}
	box, err := h.Sandbox(mock.DefaultSandbox)
	if err != nil {
		t.Fatal(err)
	}
	o, _ := Options{}.withDefaults()
	keys, _ := newSigner(o)
	return &world{box, doc, b, &service{o: o, keys: keys}}
}

// call binds a request "METHOD /path".
func (w *world) call(t testing.TB, at, token, body string) *mock.Call {
	t.Helper()
	method, path, _ := strings.Cut(at, " ")
	r := &spec.Request{Method: method, Path: path, Header: http.Header{}}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	r.Header.Set("X-Api-Key", "a key")
	if body != "" {
		r.Body = []byte(body)
		r.Header.Set("Content-Type", "application/json")
	}
	route := w.doc.Find(method, path)
	if route.Operation == nil {
		t.Fatalf("nothing answers %s", at)
	}
	c, violations := w.doc.Bind(r, route)
	for _, v := range violations {
		if v.Severity == spec.SeverityError {
			t.Fatalf("%s: %+v", at, v)
		}
	}
	return &mock.Call{Call: c}
}

// run does what the mock does between binding and checking.
func (w *world) run(tx *mock.Tx, c *mock.Call) mock.Answer {
	c.Identity = mock.Identity{}
	if len(c.Credentials) > 0 {
		id, no := w.b.Authenticate(tx, c)
		if no != nil {
			return *no
		}
		c.Identity = id
	}
	template := strings.Replace(c.Operation.Path, "{userId}", "{id}", 1)
	return w.b.Operations[c.Operation.Method+" "+template](tx, c)
}

// do runs a call in a transaction of its own.
func (w *world) do(t testing.TB, c *mock.Call) mock.Answer {
	t.Helper()
	var a mock.Answer
	if err := w.Update(t.Context(), func(tx *mock.Tx) error {
		a = w.run(tx, c)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return a
}

// tokens reads an answer's tokens.
func tokens(t testing.TB, a mock.Answer) (access, refresh string) {
	t.Helper()
	var body struct {
		Content struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}
	}
	if err := json.Unmarshal(a.Body, &body); err != nil || body.Content.Access == "" {
		t.Fatalf("no tokens in %d %s", a.Status, a.Body)
	}
	return body.Content.Access, body.Content.Refresh
}

const ashaLogin = `{"email":"asha@example.com","password":"` + SeededPassword + `"}`

// TestPure runs every behaviour twice on the same state, as an engine does after
// a conflict: the answers are the same bytes.
func TestPure(t *testing.T) {
	w := newWorld(t)
	access, refresh := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
	asha := Seeded()[0].ID
	var sent struct {
		Content struct {
			Token string `json:"otp_token"`
		}
	}
	if err := json.Unmarshal(w.do(t, w.call(t, "POST /auth/forgot-password", "", `{"email":"asha@example.com"}`)).Body, &sent); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{
		"POST /auth/login/password":       ashaLogin,
		"POST /auth/login/email":          `{"email":"new@example.com","register_if_not_exists":true}`,
		"POST /auth/login/phone":          `{"phone":"9000000001"}`,
		"POST /auth/login/whatsapp":       `{"phone":"9000000001"}`,
		"POST /auth/register/email":       `{"email":"new@example.com","first_name":"New"}`,
		"POST /auth/register/phone":       `{"phone":"9111111111","first_name":"New"}`,
		"POST /auth/register/whatsapp":    `{"phone":"9111111111","first_name":"New"}`,
		"POST /auth/register/password":    `{"email":"new@example.com","password":"p","confirm_password":"p"}`,
		"POST /auth/generate-otp":         `{"channel":"email","email":"asha@example.com","otp_action":"verify-email"}`,
		"POST /auth/verify-otp":           `{"otp":"123456","otp_token":"` + sent.Content.Token + `","otp_action":"reset-password"}`,
		"POST /auth/reset-password":       `{"otp":"123456","otp_token":"` + sent.Content.Token + `","new_password":"n","confirm_password":"n"}`,
		"POST /auth/refresh-token":        `{"refresh_token":"` + refresh + `"}`,
		"POST /auth/change-password":      `{"old_password":"` + SeededPassword + `","new_password":"n","confirm_password":"n"}`,
		"POST /auth/forgot-password":      `{"email":"asha@example.com"}`,
		"POST /auth/verified-email-phone": `{"email":["asha@example.com"]}`,
		"PUT /auth/user/{id}":             `{"last_name":"Varma"}`,
	}
	for at := range w.b.Operations {
		if strings.HasSuffix(at, "/profile-image") {
			continue // the same code as updateUser, and a body that is no JSON
		}
		t.Run(at, func(t *testing.T) {
			token := access
			if strings.HasPrefix(at, "POST /auth/login") || strings.HasPrefix(at, "POST /auth/register") {
				token = ""
			}
			c := w.call(t, strings.Replace(at, "{id}", asha, 1), token, bodies[at])
			var answers [2]mock.Answer
			for i := range answers {
				_ = w.Update(t.Context(), func(tx *mock.Tx) error {
					answers[i] = w.run(tx, c)
					return errors.New("a conflict")
				})
			}
			if answers[0].Status != 200 || !reflect.DeepEqual(answers[0], answers[1]) {
				t.Errorf("first %d %s\nthen  %d %s", answers[0].Status, answers[0].Body, answers[1].Status, answers[1].Body)
			}
		})
	}
}

// lens are the sizes of the tables.
func (w *world) lens(t testing.TB) (n struct{ users, visitors, emails, phones, sessions, otps int }) {
	w.View(t.Context(), func(tx *mock.Tx) {
		n.users, n.visitors, n.emails = users.Len(tx), visitors.Len(tx), emails.Len(tx)
		n.phones, n.sessions, n.otps = phones.Len(tx), sessions.Len(tx), otps.Len(tx)
	})
	return n
}

func TestBounded(t *testing.T) {
	t.Run("it keeps so many visitors and sessions, and those that are used", func(t *testing.T) {
		w := newWorld(t)
		access, _ := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
		logout := "POST /auth/logout"
		for i := range maxSessions + 500 {
			if i%1000 == 0 { // the session that goes on being used is among the oldest
				if err := w.Advance(t.Context(), time.Second); err != nil {
					t.Fatal(err)
				}
				access, _ = tokens(t, w.do(t, w.call(t, logout, access, "")))
			}
			w.do(t, w.call(t, "POST /auth/anonymous", "", ""))
		}
		if n := w.lens(t); n.sessions != maxSessions || n.visitors != maxVisitors {
			t.Errorf("there are %d sessions and %d visitors", n.sessions, n.visitors)
		}
		if a := w.do(t, w.call(t, logout, access, "")); a.Status != 200 {
			t.Errorf("the session in use was forgotten: %s", a.Body)
		}
	})
	t.Run("it forgets sessions that have expired", func(t *testing.T) {
		w := newWorld(t)
		for range 100 {
			w.do(t, w.call(t, "POST /auth/anonymous", "", ""))
		}
		if err := w.Advance(t.Context(), 31*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		for range 100 / look {
			w.do(t, w.call(t, "POST /auth/anonymous", "", ""))
		}
		if n := w.lens(t).sessions; n > 100/look+100%look {
			t.Errorf("there are %d sessions", n)
		}
	})
	t.Run("it keeps one record for a session that logs in and out for ever", func(t *testing.T) {
		w := newWorld(t)
		access, _ := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
		for range 50 {
			access, _ = tokens(t, w.do(t, w.call(t, "POST /auth/logout", access, "")))
			var refresh string
			access, refresh = tokens(t, w.do(t, w.call(t, "POST /auth/login/password", access, ashaLogin)))
			for range maxLive + 3 {
				access, refresh = tokens(t, w.do(t, w.call(t, "POST /auth/refresh-token", "", `{"refresh_token":"`+refresh+`"}`)))
			}
		}
		w.View(t.Context(), func(tx *mock.Tx) {
			for _, s := range sessions.All(tx) {
				if sessions.Len(tx) != 1 || len(s.Live) != maxLive {
					t.Errorf("%d sessions, %d live tokens", sessions.Len(tx), len(s.Live))
				}
			}
		})
	})
	t.Run("it forgets access tokens that have expired", func(t *testing.T) {
		w := newWorld(t)
		_, refresh := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
		for range 3 {
			if err := w.Advance(t.Context(), time.Hour); err != nil {
				t.Fatal(err)
			}
			_, refresh = tokens(t, w.do(t, w.call(t, "POST /auth/refresh-token", "", `{"refresh_token":"`+refresh+`"}`)))
		}
		w.View(t.Context(), func(tx *mock.Tx) {
			for _, s := range sessions.All(tx) {
				if len(s.Live) != 1 {
					t.Errorf("the session keeps %d access tokens", len(s.Live))
				}
			}
		})
	})
	t.Run("it keeps so many one-time passwords", func(t *testing.T) {
		w := newWorld(t)
		for range maxOTPs + 10 {
			w.do(t, w.call(t, "POST /auth/login/email", "", `{"email":"asha@example.com"}`))
		}
		if n := w.lens(t).otps; n != maxOTPs {
			t.Errorf("there are %d", n)
		}
	})
	t.Run("it keeps so many images, and so many bytes of them, the newest", func(t *testing.T) {
		w := newWorld(t)
		fill := func(n, size int) {
			t.Helper()
			if err := w.Update(t.Context(), func(tx *mock.Tx) error {
				for i := range n {
					makeRoomForImage(tx, size)
					images.Put(tx, tx.ULID(fmt.Sprint("image", i)), &image{Data: make([]byte, size)})
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		count := func() (n int) {
			w.View(t.Context(), func(tx *mock.Tx) { n = images.Len(tx) })
			return n
		}
		fill(maxImages+10, 1)
		if n := count(); n != maxImages {
			t.Errorf("there are %d", n)
		}
		fill(1, maxImageBytes-1)
		if n := count(); n != 2 {
			t.Errorf("there are %d beside a large one", n)
		}
	})
	t.Run("it keeps so many users, the seeded ones among them, and their indexes", func(t *testing.T) {
		w := newWorld(t)
		for made := 0; made < maxUsers+100; made += 500 {
			if err := w.Update(t.Context(), func(tx *mock.Tx) error {
				for n := range 500 {
					if _, no := w.s.makeUser(tx, n, map[string]json.RawMessage{}); no != nil {
						return errors.New(no.Problem)
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.lens(t); n.users != maxUsers || n.emails != maxUsers || n.phones != maxUsers {
			t.Errorf("there are %+v", n)
		}
		if a := w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)); a.Status != 200 {
			t.Errorf("a seeded user is gone: %s", a.Body)
		}
	})
}

func TestExport(t *testing.T) {
	w := newWorld(t)
	access, refresh := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
	w.do(t, w.call(t, "POST /auth/register/password", "", `{"email":"new@example.com","password":"hunter22","confirm_password":"hunter22"}`))
	state, err := w.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{access, refresh, SeededPassword, "hunter22"} {
		if strings.Contains(string(state), secret) {
			t.Errorf("the export tells %s", secret)
		}
	}
	if err := w.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a := w.do(t, w.call(t, "POST /auth/logout", access, "")); a.Status != 401 {
		t.Errorf("after a reset the token is answered %d", a.Status)
	}
	if err := w.Import(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	if a := w.do(t, w.call(t, "POST /auth/logout", access, "")); a.Status != 200 {
		t.Errorf("after the import the token is answered %s", a.Body)
	}
}

func TestIdentity(t *testing.T) {
	w := newWorld(t)
	access, _ := tokens(t, w.do(t, w.call(t, "POST /auth/login/password", "", ashaLogin)))
	c := w.call(t, "POST /auth/logout", access, "")
	err := w.Update(context.Background(), func(tx *mock.Tx) error {
		id, no := w.b.Authenticate(tx, c)
		if no != nil || !id.Token.Present || !id.Token.Valid || id.Token.Session == "" {
			t.Errorf("identity %+v, answer %+v", id, no)
		}
		if !id.Token.IssuedAt.Before(tx.Now()) || id.Token.ExpiresAt.Sub(tx.Now()).Round(time.Minute) != 15*time.Minute {
			t.Errorf("issued at %v, expires at %v, now %v", id.Token.IssuedAt, id.Token.ExpiresAt, tx.Now())
		}
		u, _ := id.User().(map[string]any)
		if got := fmt.Sprint(u["email"], u["is_logged_in"]); got != "asha@example.com true" && got != "asha@example.comtrue" {
			t.Errorf("the user is %v", u)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Advance(context.Background(), time.Hour); err != nil {
		t.Fatal(err)
	}
	_ = w.Update(context.Background(), func(tx *mock.Tx) error {
		id, no := w.b.Authenticate(tx, c)
		if no == nil || no.Status != 401 || !id.Token.Present || id.Token.Valid || id.Token.ExpiresAt.IsZero() || id.Principal != nil {
			t.Errorf("an expired token: identity %+v, answer %+v", id, no)
		}
		return nil
	})
}
