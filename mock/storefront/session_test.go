package storefront_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
)

// payload decodes a token's claims without verifying them, as a client does.
func payload(t testing.TB, token string) m {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no JWT", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims m
	if err := json.Unmarshal(raw, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func refreshBody(token string) m { return m{"refresh_token": token} }

func TestAnonymous(t *testing.T) {
	t.Run("it gives each visitor an id of its own", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		a, b := s.visit(), s.visit()
		if a.id() == b.id() {
			t.Errorf("two visitors share the id %s", a.id())
		}
		if got, want := a.fields("is_anonymous", "is_logged_in", "email"), "is_anonymous=true is_logged_in=false email=<nil>"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("it takes an empty body of type JSON for none", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		h := keyed()
		h.Set("Content-Type", "application/json")
		s.send("POST /auth/anonymous", h, nil).want(200, "")
	})
	t.Run("it keeps the id that a bearer token stands for, and that session lives on", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		h := keyed()
		h.Set("Authorization", "Bearer "+in.Content.Access)
		anon := s.send("POST /auth/anonymous", h, nil).want(200, "")
		if anon.id() != in.id() {
			t.Errorf("the id became %s, want %s", anon.id(), in.id())
		}
		if got, want := anon.fields("is_anonymous", "is_logged_in", "first_name"), "is_anonymous=true is_logged_in=false first_name=Asha"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if payload(t, anon.Content.Access)["is_logged_in"] != false {
			t.Error("the anonymous session's token says that it is logged in")
		}
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
	})
	t.Run("it takes an expired bearer token, and one whose session is forgotten, but no revoked one", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.advance(31 * 24 * time.Hour)
		for range 2 { // the second time the session has been pruned
			h := keyed()
			h.Set("Authorization", "Bearer "+in.Content.Access)
			if anon := s.send("POST /auth/anonymous", h, nil).want(200, ""); anon.id() != in.id() {
				t.Errorf("the id became %s, want %s", anon.id(), in.id())
			}
		}
		in = s.login("asha")
		s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
		h := keyed()
		h.Set("Authorization", "Bearer "+in.Content.Access)
		s.send("POST /auth/anonymous", h, nil).want(401, "unauthorized")
		s.advance(time.Hour) // expired as well, and revoked none the less
		s.send("POST /auth/anonymous", h, nil).want(401, "unauthorized")
	})
	t.Run("it needs an API key", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		r := s.send("POST /auth/anonymous", nil, nil).want(401, "unauthorized")
		if r.Message != "The X-Api-Key header is missing." {
			t.Errorf("message %q", r.Message)
		}
	})
	t.Run("it makes a new visitor of one who is gone", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		h := keyed()
		h.Set("Authorization", "Bearer "+in.Content.Access)
		if anon := s.send("POST /auth/anonymous", h, nil).want(200, ""); anon.id() == in.id() {
			t.Error("the visitor has the id of a deleted user")
		}
	})
}

func TestLogin(t *testing.T) {
	s := newShop(t, storefront.Options{})
	for _, tt := range []struct {
		name   string
		body   m
		status int
		code   string
	}{
		{"it takes an address", m{"email": "asha@example.com", "password": storefront.SeededPassword}, 200, ""},
		{"it takes an address in any case", m{"email": "Asha@Example.com", "password": storefront.SeededPassword}, 200, ""},
		{"it takes a number", m{"phone": "9000000001", "password": storefront.SeededPassword}, 200, ""},
		{"it takes a number with its country", m{"phone": "9000000001", "country_code": "+91", "password": storefront.SeededPassword}, 200, ""},
		{"it takes the number of another country for another", m{"phone": "9000000001", "country_code": "+1", "password": storefront.SeededPassword}, 404, "not_found"},
		{"it refuses another password", m{"email": "asha@example.com", "password": "guess"}, 400, "wrong_password"},
		{"it says when there is no password", m{"email": "vikram@example.com", "password": "guess"}, 400, "password_not_set"},
		{"it does not know an address", m{"email": "nobody@example.com", "password": "guess"}, 404, "not_found"},
		{"it does not know a number", m{"phone": "9999999999", "password": "guess"}, 404, "not_found"},
		{"it says when the user is deactivated", m{"email": "rohan@example.com", "password": storefront.SeededPassword}, 404, "user_deactivated"},
		{"it says so to the wrong password too", m{"email": "rohan@example.com", "password": "guess"}, 404, "user_deactivated"},
		{"it refuses a body that breaks the document", m{"email": "asha@example.com"}, 400, "invalid_request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := s.on(t).send("POST /auth/login/password", nil, tt.body)
			r.want(tt.status, tt.code)
			if tt.status != 200 {
				return
			}
			if got, want := r.fields("email", "is_anonymous", "is_logged_in"), "email=asha@example.com is_anonymous=false is_logged_in=true"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			s.send("GET /auth/user/"+r.id(), bearerOf(r.Content.Access), nil).want(200, "")
		})
	}
}

func TestLoginOnASession(t *testing.T) {
	t.Run("it turns the visitor's session into the user's, and what it had before is void", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		anon := s.visit()
		in := s.send("POST /auth/login/password", bearerOf(anon.Content.Access), m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(200, "")
		before, after := payload(t, anon.Content.Access), payload(t, in.Content.Access)
		if before["sid"] != after["sid"] || after["anonymous_id"] != anon.id() || after["ulid"] != in.id() {
			t.Errorf("the session was %v of %v, is %v of %v, anonymous_id %v", before["sid"], anon.id(), after["sid"], after["ulid"], after["anonymous_id"])
		}
		s.send("GET /auth/user/"+anon.id(), bearerOf(anon.Content.Access), nil).want(401, "unauthorized")
		s.send("POST /auth/refresh-token", nil, refreshBody(anon.Content.Refresh)).want(400, "refresh_token_revoked")
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
	})
	t.Run("it refuses a bad bearer token though none is needed", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		s.send("POST /auth/login/password", bearerOf("a.b.c"), m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(401, "unauthorized")
	})
	t.Run("it lets somebody else in whose bearer token is of a user that is gone", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.send("POST /auth/login/password", bearerOf(in.Content.Access), m{"email": "meera@example.com", "password": storefront.SeededPassword}).want(200, "")
	})
}

func TestLogout(t *testing.T) {
	t.Run("it makes the session anonymous and keeps the user's name", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		out := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
		const want = "email=asha@example.com first_name=Asha is_anonymous=true is_logged_in=false"
		if got := out.fields("email", "first_name", "is_anonymous", "is_logged_in"); got != want || out.id() != in.id() {
			t.Errorf("got %s, id %s, want %s, id %s", got, out.id(), want, in.id())
		}
		was, is := payload(t, in.Content.Access), payload(t, out.Content.Access)
		if is["sid"] != was["sid"] || is["is_logged_in"] != false || is["is_anonymous"] != true {
			t.Errorf("claims were %v, are %v", was, is)
		}
		if out.Content.Access == in.Content.Access || out.Content.Refresh == in.Content.Refresh {
			t.Error("the tokens are the old ones")
		}
	})
	t.Run("it revokes the old pair at once and gives a good one", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		out := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
		for range 2 {
			r := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(401, "unauthorized")
			if r.Message != "The access token was revoked." {
				t.Errorf("message %q", r.Message)
			}
			s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_revoked")
		}
		s.send("GET /auth/user/"+out.id(), bearerOf(out.Content.Access), nil).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(out.Content.Refresh)).want(200, "")
	})
	t.Run("it revokes the access tokens from before a renewal too", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		first := s.login("asha")
		second := s.send("POST /auth/refresh-token", nil, refreshBody(first.Content.Refresh)).want(200, "")
		s.send("GET /auth/user/"+first.id(), bearerOf(first.Content.Access), nil).want(200, "")
		s.send("POST /auth/logout", bearerOf(second.Content.Access), nil).want(200, "")
		s.send("GET /auth/user/"+first.id(), bearerOf(first.Content.Access), nil).want(401, "unauthorized")
	})
	t.Run("it logs an anonymous session out as well", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		anon := s.visit()
		out := s.send("POST /auth/logout", bearerOf(anon.Content.Access), nil).want(200, "")
		if out.id() != anon.id() || out.Content.Access == anon.Content.Access {
			t.Errorf("id %s became %s", anon.id(), out.id())
		}
	})
	t.Run("it leaves the user's other sessions alone", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		phone, laptop := s.login("asha"), s.login("asha")
		s.send("POST /auth/logout", bearerOf(phone.Content.Access), nil).want(200, "")
		s.send("GET /auth/user/"+laptop.id(), bearerOf(laptop.Content.Access), nil).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(laptop.Content.Refresh)).want(200, "")
	})
	t.Run("it refuses a body that is no JSON", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("POST /auth/logout", bearerOf(in.Content.Access), "{nonsense").want(400, "malformed_body")
		s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
	})
	t.Run("it answers 404 once the user is gone", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in, other := s.login("asha"), s.login("asha")
		s.send("PUT /auth/user/"+in.id()+"/deactivate", bearerOf(in.Content.Access), nil).want(200, "")
		s.send("POST /auth/logout", bearerOf(other.Content.Access), nil).want(404, "user_deactivated")
		in = s.login("meera")
		s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(404, "not_found")
	})
	t.Run("it takes away the right to change the account", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		out := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
		at := "/auth/user/" + in.id()
		s.send("PUT "+at, bearerOf(out.Content.Access), m{"first_name": "Eve"}).want(401, "unauthorized")
		s.send("DELETE "+at, bearerOf(out.Content.Access), nil).want(401, "unauthorized")
		s.send("PUT "+at+"/deactivate", bearerOf(out.Content.Access), nil).want(401, "unauthorized")
		s.send("POST /auth/change-password", bearerOf(out.Content.Access), m{"old_password": storefront.SeededPassword, "new_password": "x", "confirm_password": "x"}).want(401, "unauthorized")
	})
}

// atOnce runs f n times side by side.
func atOnce(n int, f func(i int)) {
	var wg sync.WaitGroup
	ready := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-ready
			f(i)
		})
	}
	close(ready)
	wg.Wait()
}

func TestParallel(t *testing.T) {
	t.Run("it lets one of six logouts with one token through", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		status := make([]int, 6)
		atOnce(len(status), func(i int) {
			status[i] = s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).status
		})
		count := map[int]int{}
		for _, code := range status {
			count[code]++
		}
		if count[200] != 1 || count[401] != 5 {
			t.Errorf("answers %v, want one 200 and five 401", status)
		}
	})
	t.Run("it lets one of two renewals with one token through", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		status := make([]int, 2)
		atOnce(len(status), func(i int) {
			status[i] = s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).status
		})
		if status[0]+status[1] != 200+400 {
			t.Errorf("answers %v, want one 200 and one 400", status)
		}
	})
	t.Run("it takes a one-time password once", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		sent := s.send("POST /auth/login/email", nil, m{"email": "asha@example.com"}).want(200, "")
		status := make([]int, 4)
		atOnce(len(status), func(i int) {
			status[i] = s.send("POST /auth/verify-otp", nil, m{"otp": "123456", "otp_token": sent.Content.OTPToken, "otp_action": "login"}).status
		})
		good := 0
		for _, code := range status {
			if code == 200 {
				good++
			}
		}
		if good != 1 {
			t.Errorf("answers %v, want one 200", status)
		}
	})
}

func TestRefresh(t *testing.T) {
	t.Run("it trades a token for the next pair and lets the old access token live on", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		next := s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(200, "")
		if next.Content.Access == in.Content.Access || next.Content.Refresh == in.Content.Refresh {
			t.Error("the tokens are the old ones")
		}
		if payload(t, next.Content.Access)["is_logged_in"] != true {
			t.Error("the renewed session is not logged in")
		}
		for _, token := range []string{in.Content.Access, next.Content.Access} {
			s.send("GET /auth/user/"+in.id(), bearerOf(token), nil).want(200, "")
		}
	})
	t.Run("it ends the whole session when a token is traded twice", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in, other := s.login("asha"), s.login("asha")
		next := s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_rotated")
		s.send("POST /auth/refresh-token", nil, refreshBody(next.Content.Refresh)).want(400, "refresh_token_revoked")
		s.send("GET /auth/user/"+in.id(), bearerOf(next.Content.Access), nil).want(401, "unauthorized")
		s.send("GET /auth/user/"+in.id(), bearerOf(other.Content.Access), nil).want(200, "")
	})
	t.Run("it does not end a session for a token from before its logout", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		out := s.send("POST /auth/logout", bearerOf(in.Content.Access), nil).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_revoked")
		s.send("POST /auth/refresh-token", nil, refreshBody(out.Content.Refresh)).want(200, "")
	})
	t.Run("it refuses what is no refresh token of ours", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		for _, token := range []string{"", "x", "a.b.c", in.Content.Access, in.Content.Refresh + "x", "." + in.Content.Refresh} {
			s.send("POST /auth/refresh-token", nil, refreshBody(token)).want(400, "refresh_token_unknown")
		}
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(200, "")
	})
	t.Run("it answers 404 once the user is gone", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(404, "not_found")
	})
}

func TestExpiry(t *testing.T) {
	t.Run("it ends an access token by the clock, and a refresh helps", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.advance(15*time.Minute - time.Second)
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.advance(time.Second)
		r := s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(401, "unauthorized")
		if r.Message != "The access token has expired." {
			t.Errorf("message %q", r.Message)
		}
		next := s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(200, "")
		s.send("GET /auth/user/"+in.id(), bearerOf(next.Content.Access), nil).want(200, "")
		if r := s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(401, "unauthorized"); r.Message != "The access token has expired." {
			t.Errorf("after the refresh the message is %q", r.Message)
		}
	})
	t.Run("it ends a refresh token by the clock, also once its session is forgotten", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.advance(30 * 24 * time.Hour)
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_expired")
		s.login("meera") // prunes
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_expired")
	})
	t.Run("it takes both lives from the options", func(t *testing.T) {
		s := newShop(t, storefront.Options{AccessTTL: time.Minute, RefreshTTL: time.Hour})
		in := s.login("asha")
		access, refresh := payload(t, in.Content.Access), payload(t, in.Content.Refresh)
		if life := access["exp"].(float64) - access["iat"].(float64); life != 60 {
			t.Errorf("the access token lives %v s", life)
		}
		if life := refresh["exp"].(float64) - refresh["iat"].(float64); life != 3600 {
			t.Errorf("the refresh token lives %v s", life)
		}
		s.advance(time.Minute)
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(401, "unauthorized")
		s.advance(time.Hour)
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(400, "refresh_token_expired")
	})
	t.Run("it takes no clock but the sandbox's", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		here := s.login("asha")
		there := s.send("POST /~other/auth/login/password", nil, m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(200, "")
		s.advance(time.Hour)
		s.send("GET /auth/user/"+here.id(), bearerOf(here.Content.Access), nil).want(401, "unauthorized")
		s.send("GET /~other/auth/user/"+there.id(), bearerOf(there.Content.Access), nil).want(200, "")
	})
}

func TestSandboxes(t *testing.T) {
	s := newShop(t, storefront.Options{})
	login := m{"email": "asha@example.com", "password": storefront.SeededPassword}
	there := s.send("POST /~blue/auth/login/password", nil, login).want(200, "")
	t.Run("it finds a token's sandbox without being told", func(t *testing.T) {
		s.send("GET /auth/user/"+there.id(), bearerOf(there.Content.Access), nil).want(200, "")
		s.send("POST /auth/refresh-token", nil, refreshBody(there.Content.Refresh)).want(200, "")
	})
	t.Run("it finds a one-time password's sandbox without being told", func(t *testing.T) {
		sent := s.send("POST /~blue/auth/login/email", nil, m{"email": "asha@example.com"}).want(200, "")
		in := s.send("POST /auth/verify-otp", nil, m{"otp": "123456", "otp_token": sent.Content.OTPToken, "otp_action": "login"}).want(200, "")
		s.send("GET /~blue/auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
	})
	t.Run("it refuses a token in another sandbox", func(t *testing.T) {
		for _, at := range []string{"/~green", "/~default"} {
			r := s.send("GET "+at+"/auth/user/"+there.id(), bearerOf(there.Content.Access), nil).want(401, "unauthorized")
			if r.Message != "The access token was not issued here. It belongs to another sandbox." {
				t.Errorf("message %q", r.Message)
			}
		}
		here := s.login("asha")
		s.send("GET /~blue/auth/user/"+here.id(), bearerOf(here.Content.Access), nil).want(401, "unauthorized")
	})
	t.Run("it gives every sandbox the same users", func(t *testing.T) {
		for _, p := range storefront.Seeded() {
			if p.Password == "" || p.Email == "rohan@example.com" {
				continue
			}
			r := s.send("POST /~red/auth/login/password", nil, m{"phone": p.Phone, "password": p.Password}).want(200, "")
			if r.id() != p.ID {
				t.Errorf("%s has the id %s, want %s", p.Email, r.id(), p.ID)
			}
		}
	})
}

func TestReproducible(t *testing.T) {
	story := func() (bodies []string) {
		s := newShopWith(t, storefront.Options{}, mock.Options{Start: start, Freeze: true, Seed: 7})
		keep := func(r *reply) *reply {
			bodies = append(bodies, r.body)
			return r
		}
		keep(s.visit())
		in := keep(s.login("asha"))
		keep(s.send("POST /auth/logout", bearerOf(in.Content.Access), nil))
		sent := keep(s.send("POST /auth/register/email", nil, m{"email": "diya@example.com", "first_name": "Diya"}))
		keep(s.send("POST /auth/verify-otp", nil, m{"otp": "123456", "otp_token": sent.Content.OTPToken, "otp_action": "register"}))
		return bodies
	}
	first, second := story(), story()
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("answer %d was\n%s\nand then\n%s", i, first[i], second[i])
		}
	}
}

func TestAChosenScenarioWinsOverSecurity(t *testing.T) {
	s := newShop(t, storefront.Options{})
	revoked := s.login("asha").Content.Access
	s.send("POST /auth/logout", bearerOf(revoked), nil).want(200, "")
	for name, credentials := range map[string]http.Header{"no token": {}, "a revoked token": bearerOf(revoked), "no token at all": {"Authorization": {"Bearer"}}} {
		for scenario, want := range map[string]struct {
			status        int
			code, message string
		}{
			"unknown-user":    {404, "not_found", ""},
			"expired-token":   {401, "unauthorized", "expired"},
			"session-expired": {401, "unauthorized", "expired"},
		} {
			t.Run(scenario+" with "+name, func(t *testing.T) {
				h := credentials.Clone()
				h.Set("Prefer", "scenario="+scenario)
				got := s.on(t).send("POST /auth/logout", h, nil).want(want.status, want.code)
				if !strings.Contains(got.Message, want.message) {
					t.Errorf("it says %q", got.Message)
				}
			})
		}
	}
}
