package storefront

import (
	"bytes"
	"slices"
	"testing"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// The transactions alone, without HTTP, binding and checking.

func BenchmarkLogout(b *testing.B) {
	w := newWorld(b)
	access, _ := tokens(b, w.do(b, w.call(b, "POST /auth/login/password", "", ashaLogin)))
	c := w.call(b, "POST /auth/logout", access, "")
	bearer := &c.Credentials[slices.IndexFunc(c.Credentials, func(cr spec.Credential) bool { return cr.Kind == "bearer" })]
	var a mock.Answer
	fn := func(tx *mock.Tx) error {
		a = w.run(tx, c)
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Update(b.Context(), fn); err != nil || a.Status != 200 {
			b.Fatalf("%v %d %s", err, a.Status, a.Body)
		}
		// The next logout presents the token that this one gave.
		_, rest, _ := bytes.Cut(a.Body, []byte(`"access_token":"`))
		token, _, _ := bytes.Cut(rest, []byte(`"`))
		bearer.Value = string(token)
	}
}

func BenchmarkGetUser(b *testing.B) {
	w := newWorld(b)
	access, _ := tokens(b, w.do(b, w.call(b, "POST /auth/login/password", "", ashaLogin)))
	c := w.call(b, "GET /auth/user/"+Seeded()[0].ID, access, "")
	fn := func(tx *mock.Tx) error {
		if a := w.run(tx, c); a.Status != 200 {
			b.Fatalf("%d %s", a.Status, a.Body)
		}
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Update(b.Context(), fn); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnonymous(b *testing.B) {
	w := newWorld(b)
	c := w.call(b, "POST /auth/anonymous", "", "")
	b.ReportAllocs()
	for b.Loop() {
		w.do(b, c)
	}
}
