package storefront

import (
	"testing"

	"github.com/standin-dev/standin/mock"
)

// The transactions alone, without HTTP, binding and checking.

func BenchmarkLogout(b *testing.B) {
	w := newWorld(b)
	access, _ := tokens(b, w.do(b, w.call(b, "POST /auth/login/password", "", ashaLogin)))
	c := w.call(b, "POST /auth/logout", access, "")
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
		for i := range c.Credentials {
			if c.Credentials[i].Kind == "bearer" {
				c.Credentials[i].Value = between(a.Body, `"access_token":"`)
			}
		}
	}
}

// between is the text after a mark up to the next quote.
func between(body []byte, mark string) string {
	for i := range body {
		if body[i] == '"' && i+len(mark) < len(body) && string(body[i:i+len(mark)]) == mark {
			rest := body[i+len(mark):]
			for j := range rest {
				if rest[j] == '"' {
					return string(rest[:j])
				}
			}
		}
	}
	return ""
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
