package storefront_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock/storefront"
)

var debug = http.Header{"X-Debug-Mode": {"true"}}

// verify hands a one-time password back.
func (s *shop) verify(sent *reply, otp string, header http.Header) *reply {
	s.t.Helper()
	return s.send("POST /auth/verify-otp", header, m{"otp": otp, "otp_token": sent.Content.OTPToken, "otp_action": sent.Content.Action})
}

func TestLoginByOTP(t *testing.T) {
	for _, tt := range []struct {
		channel string
		who     m
		user    string
		proves  string
	}{
		{"email", m{"email": "vikram@example.com"}, "vikram", "is_email_verified=true"},
		{"phone", m{"phone": "9000000005"}, "isha", "is_phone_verified=true"},
		{"whatsapp", m{"phone": "9000000005", "country_code": "+91"}, "isha", "is_phone_verified=true"},
	} {
		t.Run("it logs in by "+tt.channel+", which proves the address or number", func(t *testing.T) {
			s := newShop(t, storefront.Options{})
			sent := s.send("POST /auth/login/"+tt.channel, nil, tt.who).want(200, "")
			if sent.Content.Action != "login" || sent.Content.OTP != "" {
				t.Errorf("sent %+v, want a login without the password in the answer", sent.Content)
			}
			in := s.verify(sent, "123456", nil).want(200, "")
			name, _, _ := strings.Cut(tt.proves, "=")
			if in.fields("email") != "email="+tt.user+"@example.com" || in.fields(name) != tt.proves {
				t.Errorf("logged in %s, want %s with %s", in.body, tt.user, tt.proves)
			}
			s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		})
	}
	for _, tt := range []struct {
		name, channel string
		who           m
		status        int
		code          string
	}{
		{"it does not know an address", "email", m{"email": "nobody@example.com"}, 404, "not_found"},
		{"it does not know a number", "phone", m{"phone": "9999999999"}, 404, "not_found"},
		{"it has no 404 for whatsapp", "whatsapp", m{"phone": "9999999999"}, 400, "user_not_found"},
		{"it says when the user is deactivated", "email", m{"email": "rohan@example.com"}, 404, "user_deactivated"},
		{"it says so on whatsapp too", "whatsapp", m{"phone": "9000000006"}, 400, "user_deactivated"},
		{"it does not register the deactivated again", "email", m{"email": "rohan@example.com", "register_if_not_exists": true}, 404, "user_deactivated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			newShop(t, storefront.Options{}).send("POST /auth/login/"+tt.channel, nil, tt.who).want(tt.status, tt.code)
		})
	}
	t.Run("it tells the one-time password in debug mode", func(t *testing.T) {
		s := newShop(t, storefront.Options{OTP: "998877"})
		sent := s.send("POST /auth/login/email", debug, m{"email": "asha@example.com"}).want(200, "")
		if sent.Content.OTP != "998877" {
			t.Errorf("the answer has the one-time password %q", sent.Content.OTP)
		}
		s.verify(sent, "123456", nil).want(400, "wrong_otp")
		s.verify(sent, "998877", nil).want(200, "")
	})
	t.Run("it registers a newcomer if told so", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		sent := s.send("POST /auth/login/phone", nil, m{"phone": "9123456780", "register_if_not_exists": true}).want(200, "")
		in := s.verify(sent, "123456", nil).want(200, "")
		if got, want := in.fields("phone", "country_code", "is_phone_verified", "email", "login_methods"),
			"phone=9123456780 country_code=+91 is_phone_verified=true email=<nil> login_methods=[phone whatsapp]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestOTPRules(t *testing.T) {
	sent := func(t *testing.T) (*shop, *reply) {
		s := newShop(t, storefront.Options{})
		return s, s.send("POST /auth/login/email", nil, m{"email": "asha@example.com"}).want(200, "")
	}
	t.Run("it takes a one-time password once", func(t *testing.T) {
		s, r := sent(t)
		s.verify(r, "123456", nil).want(200, "")
		s.verify(r, "123456", nil).want(400, "otp_used")
	})
	t.Run("it refuses another one, and takes the right one then", func(t *testing.T) {
		s, r := sent(t)
		s.verify(r, "654321", nil).want(400, "wrong_otp")
		s.verify(r, "123456", nil).want(200, "")
	})
	t.Run("it bears five wrong guesses", func(t *testing.T) {
		s, r := sent(t)
		for range 5 {
			s.verify(r, "654321", nil).want(400, "wrong_otp")
		}
		s.verify(r, "123456", nil).want(400, "wrong_otp")
	})
	t.Run("it expires one by the clock", func(t *testing.T) {
		s, r := sent(t)
		s.advance(10*time.Minute - time.Second)
		s.verify(r, "654321", nil).want(400, "wrong_otp")
		s.advance(time.Second)
		s.verify(r, "123456", nil).want(400, "otp_expired")
	})
	t.Run("it does not know a token that it never gave out", func(t *testing.T) {
		s, r := sent(t)
		r.Content.OTPToken = "01KDXB0H3T9E5K7P1S8Y4A6D2F"
		s.verify(r, "123456", nil).want(400, "otp_token_unknown")
	})
	t.Run("it takes one only for what it was sent for", func(t *testing.T) {
		s, r := sent(t)
		r.Content.Action = "verify-email"
		s.verify(r, "123456", nil).want(400, "otp_token_unknown")
	})
	t.Run("it answers 404 when the user is gone meanwhile", func(t *testing.T) {
		s, r := sent(t)
		in := s.login("asha")
		s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.verify(r, "123456", nil).want(404, "not_found")
	})
	t.Run("it turns a visitor's session into the user's", func(t *testing.T) {
		s, r := sent(t)
		anon := s.visit()
		in := s.verify(r, "123456", bearerOf(anon.Content.Access)).want(200, "")
		if payload(t, in.Content.Access)["sid"] != payload(t, anon.Content.Access)["sid"] {
			t.Error("the user has another session")
		}
		s.send("GET /auth/user/"+anon.id(), bearerOf(anon.Content.Access), nil).want(401, "unauthorized")
	})
}

func TestRegister(t *testing.T) {
	const password = "a-Passw0rd"
	for _, tt := range []struct {
		channel string
		body    m
		want    string
	}{
		{"email", m{"email": "diya@example.com", "first_name": "Diya", "last_name": "Menon", "phone": "9123456780"},
			"first_name=Diya last_name=Menon email=diya@example.com is_email_verified=true phone=9123456780 country_code=+91 is_phone_verified=false login_methods=[email]"},
		{"email", m{"email": "diya@example.com", "first_name": "Diya", "last_name": nil, "phone": nil},
			"first_name=Diya last_name=<nil> email=diya@example.com is_email_verified=true phone=<nil> country_code=<nil> is_phone_verified=false login_methods=[email]"},
		{"phone", m{"phone": "9123456780", "first_name": "Diya", "email": "diya@example.com"},
			"first_name=Diya last_name=<nil> email=diya@example.com is_email_verified=false phone=9123456780 country_code=+91 is_phone_verified=true login_methods=[phone whatsapp]"},
		{"whatsapp", m{"phone": "9123456780", "country_code": "+91", "first_name": "Diya"},
			"first_name=Diya last_name=<nil> email=<nil> is_email_verified=false phone=9123456780 country_code=+91 is_phone_verified=true login_methods=[phone whatsapp]"},
		{"password", m{"email": "diya@example.com", "password": password, "confirm_password": password},
			"first_name=<nil> last_name=<nil> email=diya@example.com is_email_verified=true phone=<nil> country_code=<nil> is_phone_verified=false login_methods=[email password]"},
		{"password", m{"phone": "9123456780", "password": password, "confirm_password": password, "country_code": "+91", "email": nil},
			"first_name=<nil> last_name=<nil> email=<nil> is_email_verified=false phone=9123456780 country_code=+91 is_phone_verified=true login_methods=[phone whatsapp password]"},
	} {
		t.Run(fmt.Sprintf("it registers by %s with %d members", tt.channel, len(tt.body)), func(t *testing.T) {
			s := newShop(t, storefront.Options{})
			sent := s.send("POST /auth/register/"+tt.channel, nil, tt.body).want(200, "")
			in := s.verify(sent, "123456", nil).want(200, "")
			got := in.fields("first_name", "last_name", "email", "is_email_verified", "phone", "country_code", "is_phone_verified", "login_methods")
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
			if tt.body["password"] != nil {
				who := m{"password": password}
				if tt.body["email"] != nil {
					who["email"] = tt.body["email"]
				} else {
					who["phone"] = tt.body["phone"]
				}
				s.send("POST /auth/login/password", nil, who).want(200, "")
			}
		})
	}
	for _, tt := range []struct {
		name, channel string
		body          m
		code          string
	}{
		{"it refuses an address that somebody has", "email", m{"email": "ASHA@example.com", "first_name": "A"}, "already_registered"},
		{"it refuses a number that somebody has", "phone", m{"phone": "9000000001", "first_name": "A"}, "already_registered"},
		{"it refuses a second number that somebody has", "email", m{"email": "x@example.com", "first_name": "A", "phone": "9000000001"}, "already_registered"},
		{"it refuses a deactivated user's address", "email", m{"email": "rohan@example.com", "first_name": "A"}, "already_registered"},
		{"it refuses passwords that differ", "password", m{"email": "x@example.com", "password": "a", "confirm_password": "b"}, "password_mismatch"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			newShop(t, storefront.Options{}).send("POST /auth/register/"+tt.channel, nil, tt.body).want(400, tt.code)
		})
	}
	t.Run("it does not make a user before the proof", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		s.send("POST /auth/register/email", nil, m{"email": "diya@example.com", "first_name": "Diya"}).want(200, "")
		s.send("POST /auth/login/email", nil, m{"email": "diya@example.com"}).want(404, "not_found")
	})
	t.Run("it lets the first who proves an address have it, and the other try again", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		body := m{"email": "diya@example.com", "first_name": "Diya"}
		first := s.send("POST /auth/register/email", nil, body).want(200, "")
		second := s.send("POST /auth/register/email", nil, body).want(200, "")
		s.verify(second, "123456", nil).want(200, "")
		for range 2 { // the refusal does not use the password up
			s.verify(first, "123456", nil).want(400, "already_registered")
		}
	})
	t.Run("it makes the visitor who registers the user, under the same id", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		anon := s.visit()
		sent := s.send("POST /auth/register/email", bearerOf(anon.Content.Access), m{"email": "diya@example.com", "first_name": "Diya"}).want(200, "")
		in := s.verify(sent, "123456", bearerOf(anon.Content.Access)).want(200, "")
		if in.id() != anon.id() {
			t.Errorf("the visitor %s became %s", anon.id(), in.id())
		}
		if in.fields("customer_group") == "customer_group=<nil>" {
			t.Error("the newcomer is in no customer group")
		}
	})
	t.Run("it sends another one-time password for the same details", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		anon := s.visit()
		s.send("POST /auth/register/email", nil, m{"email": "diya@example.com", "first_name": "Diya"}).want(200, "")
		again := s.send("POST /auth/generate-otp", bearerOf(anon.Content.Access), m{"channel": "email", "email": "diya@example.com", "otp_action": "register"}).want(200, "")
		in := s.verify(again, "123456", nil).want(200, "")
		if got := in.fields("first_name", "is_email_verified"); got != "first_name=Diya is_email_verified=true" {
			t.Errorf("got %s", got)
		}
	})
}

func TestGenerateOTP(t *testing.T) {
	s := newShop(t, storefront.Options{})
	isha, anon := s.login("isha"), s.visit()
	ask := func(token, channel, to, action string) *reply {
		t.Helper()
		key := "phone"
		if channel == "email" {
			key = "email"
		}
		return s.send("POST /auth/generate-otp", bearerOf(token), m{"channel": channel, key: to, "otp_action": action})
	}
	t.Run("it proves an address", func(t *testing.T) {
		in := s.verify(ask(isha.Content.Access, "email", "isha@example.com", "verify-email").want(200, ""), "123456", nil).want(200, "")
		if got := in.fields("is_email_verified", "is_phone_verified"); got != "is_email_verified=true is_phone_verified=false" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("it proves a number, on the caller's session", func(t *testing.T) {
		in := s.verify(ask(isha.Content.Access, "sms", "9000000005", "verify-phone").want(200, ""), "123456", bearerOf(isha.Content.Access)).want(200, "")
		if got := in.fields("is_phone_verified"); got != "is_phone_verified=true" {
			t.Errorf("got %s", got)
		}
		isha = in
	})
	t.Run("it changes an address", func(t *testing.T) {
		sent := ask(isha.Content.Access, "email", "isha.patel@example.com", "update-email").want(200, "")
		in := s.verify(sent, "123456", nil).want(200, "")
		if got := in.fields("email", "is_email_verified"); got != "email=isha.patel@example.com is_email_verified=true" {
			t.Errorf("got %s", got)
		}
		s.send("POST /auth/login/email", nil, m{"email": "isha@example.com"}).want(404, "not_found")
		s.send("POST /auth/login/email", nil, m{"email": "isha.patel@example.com"}).want(200, "")
	})
	t.Run("it changes a number", func(t *testing.T) {
		sent := ask(isha.Content.Access, "whatsapp", "9123456789", "update-phone").want(200, "")
		in := s.verify(sent, "123456", nil).want(200, "")
		if got := in.fields("phone", "country_code", "is_phone_verified"); got != "phone=9123456789 country_code=+91 is_phone_verified=true" {
			t.Errorf("got %s", got)
		}
		s.send("POST /auth/login/password", nil, m{"phone": "9000000005", "password": storefront.SeededPassword}).want(404, "not_found")
	})
	t.Run("it refuses an address that somebody else has", func(t *testing.T) {
		ask(isha.Content.Access, "email", "asha@example.com", "update-email").want(400, "already_registered")
		ask(isha.Content.Access, "sms", "9000000001", "update-phone").want(400, "already_registered")
		ask(isha.Content.Access, "email", "asha@example.com", "register").want(400, "already_registered")
	})
	t.Run("it does not know an address that nobody has", func(t *testing.T) {
		ask(isha.Content.Access, "email", "nobody@example.com", "verify-email").want(400, "user_not_found")
		ask(isha.Content.Access, "sms", "9999999999", "reset-password").want(400, "user_not_found")
	})
	t.Run("it changes nothing for an anonymous session", func(t *testing.T) {
		ask(anon.Content.Access, "email", "new@example.com", "update-email").want(401, "unauthorized")
	})
	t.Run("it resets a password with one", func(t *testing.T) {
		sent := ask(anon.Content.Access, "email", "asha@example.com", "reset-password").want(200, "")
		s.send("POST /auth/reset-password", nil, m{"new_password": "n", "confirm_password": "n", "otp_token": sent.Content.OTPToken, "otp": "123456"}).want(200, "")
	})
	t.Run("it refuses a channel or purpose that is none", func(t *testing.T) {
		ask(isha.Content.Access, "pigeon", "9000000005", "verify-phone").want(400, "invalid_request")
		ask(isha.Content.Access, "email", "isha@example.com", "verify-phone").want(400, "invalid_request")
	})
}

func TestPasswords(t *testing.T) {
	change := func(old, new, confirm string) m {
		return m{"old_password": old, "new_password": new, "confirm_password": confirm}
	}
	login := func(s *shop, password string) *reply {
		return s.send("POST /auth/login/password", nil, m{"email": "asha@example.com", "password": password})
	}
	t.Run("it changes a password, renews the session and ends the others", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		here, there := s.login("asha"), s.login("asha")
		next := s.send("POST /auth/change-password", bearerOf(here.Content.Access), change(storefront.SeededPassword, "n", "n")).want(200, "")
		for _, old := range []*reply{here, there} {
			s.send("GET /auth/user/"+here.id(), bearerOf(old.Content.Access), nil).want(401, "unauthorized")
			s.send("POST /auth/refresh-token", nil, refreshBody(old.Content.Refresh)).want(400, "refresh_token_revoked")
		}
		s.send("GET /auth/user/"+here.id(), bearerOf(next.Content.Access), nil).want(200, "")
		login(s, storefront.SeededPassword).want(400, "wrong_password")
		login(s, "n").want(200, "")
	})
	t.Run("it refuses to change on a wrong password, on passwords that differ, and without one", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("POST /auth/change-password", bearerOf(in.Content.Access), change("guess", "n", "n")).want(400, "wrong_password")
		s.send("POST /auth/change-password", bearerOf(in.Content.Access), change(storefront.SeededPassword, "n", "m")).want(400, "password_mismatch")
		login(s, storefront.SeededPassword).want(200, "")
		vikram := s.verify(s.send("POST /auth/login/phone", nil, m{"phone": "9000000002"}).want(200, ""), "123456", nil).want(200, "")
		s.send("POST /auth/change-password", bearerOf(vikram.Content.Access), change("", "n", "n")).want(400, "password_not_set")
	})
	t.Run("it resets a forgotten password, logs in and ends the other sessions", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		old := s.login("asha")
		sent := s.send("POST /auth/forgot-password", debug, m{"email": "asha@example.com"}).want(200, "")
		if sent.Content.Action != "reset-password" || sent.Content.OTP != "123456" {
			t.Errorf("sent %s", sent.body)
		}
		reset := m{"new_password": "n", "confirm_password": "m", "otp_token": sent.Content.OTPToken, "otp": "123456"}
		s.send("POST /auth/reset-password", nil, reset).want(400, "password_mismatch")
		reset["confirm_password"], reset["otp"] = "n", "000000"
		s.send("POST /auth/reset-password", nil, reset).want(400, "wrong_otp")
		reset["otp"] = "123456"
		in := s.send("POST /auth/reset-password", nil, reset).want(200, "")
		s.send("POST /auth/reset-password", nil, reset).want(400, "otp_used")
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		s.send("GET /auth/user/"+in.id(), bearerOf(old.Content.Access), nil).want(401, "unauthorized")
		login(s, "n").want(200, "")
	})
	t.Run("it sets a first password by number", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		sent := s.send("POST /auth/forgot-password", nil, m{"phone": "9000000002"}).want(200, "")
		s.send("POST /auth/reset-password", nil, m{"new_password": "n", "confirm_password": "n", "otp_token": sent.Content.OTPToken, "otp": "123456"}).want(200, "")
		s.send("POST /auth/login/password", nil, m{"phone": "9000000002", "password": "n"}).want(200, "")
	})
	t.Run("it sends nothing to nobody", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		s.send("POST /auth/forgot-password", nil, m{"email": "nobody@example.com"}).want(404, "not_found")
		s.send("POST /auth/forgot-password", nil, m{"email": "rohan@example.com"}).want(404, "user_deactivated")
	})
	t.Run("it resets nothing with a one-time password for something else", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		sent := s.send("POST /auth/login/email", nil, m{"email": "asha@example.com"}).want(200, "")
		s.send("POST /auth/reset-password", nil, m{"new_password": "n", "confirm_password": "n", "otp_token": sent.Content.OTPToken, "otp": "123456"}).want(400, "otp_token_unknown")
	})
}
