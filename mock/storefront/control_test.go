package storefront_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
)

// control calls the control API's "METHOD /path?query" of the default sandbox,
// as the control package does.
func (s *shop) control(at, body string) (status int, value m, problem string) {
	s.t.Helper()
	method, target, _ := strings.Cut(at, " ")
	path, rawQuery, _ := strings.Cut(target, "?")
	query, _ := url.ParseQuery(rawQuery)
	box, err := s.Sandbox(mock.DefaultSandbox)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, route := range s.Behaviours().Control {
		params, ok := match(route.Path, path)
		if route.Method != method || !ok {
			continue
		}
		var a mock.ControlAnswer
		_ = box.Update(s.t.Context(), func(tx *mock.Tx) error {
			a = route.Serve(tx, &mock.ControlRequest{Params: params, Query: query, Body: []byte(body)})
			if a.Problem != "" {
				return errors.New(a.Problem)
			}
			return nil
		})
		text, err := json.Marshal(a.Value)
		if err != nil {
			s.t.Fatal(err)
		}
		if err := json.Unmarshal(text, &value); err != nil {
			s.t.Fatal(err)
		}
		return a.Status, value, a.Problem
	}
	s.t.Fatalf("no call %s", at)
	return 0, nil, ""
}

func match(template, path string) (map[string]string, bool) {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	params := map[string]string{}
	for i := range want {
		if strings.HasPrefix(want[i], "{") {
			params[strings.Trim(want[i], "{}")] = got[i]
		} else if want[i] != got[i] {
			return nil, false
		}
	}
	return params, true
}

// made makes users and returns them.
func (s *shop) made(body string) []m {
	s.t.Helper()
	status, value, problem := s.control("POST /users", body)
	if status != 201 {
		s.t.Fatalf("making %s: %d %s", body, status, problem)
	}
	var list []m
	for _, u := range value["users"].([]any) {
		list = append(list, u.(m))
	}
	return list
}

func TestControlUsers(t *testing.T) {
	t.Run("it lists the seeded users, deactivated or not", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		_, value, _ := s.control("GET /users", "")
		var got []string
		for _, u := range value["users"].([]any) {
			u := u.(m)
			got = append(got, fmt.Sprint([]any{u["email"], u["deactivated"], u["has_password"], u["is_visitor"]}))
			if _, told := u["password"]; told {
				t.Error("the password is told")
			}
		}
		want := "[asha@example.com false true false] [vikram@example.com false false false] [meera@example.com false true false] " +
			"[kabir@example.com false true false] [isha@example.com false true false] [rohan@example.com true true false]"
		if got := strings.Join(got, " "); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	t.Run("it lists by page", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		_, first, _ := s.control("GET /users?limit=2", "")
		list := first["users"].([]any)
		_, rest, _ := s.control("GET /users?after="+list[1].(m)["id"].(string), "")
		if len(list) != 2 || len(rest["users"].([]any)) != 4 {
			t.Errorf("pages of %d and %d", len(list), len(rest["users"].([]any)))
		}
		for _, limit := range []string{"0", "1001", "x"} {
			if status, _, _ := s.control("GET /users?limit="+limit, ""); status != 400 {
				t.Errorf("limit %s: %d", limit, status)
			}
		}
	})
	t.Run("it makes believable users that can log in", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		for _, u := range s.made(`{"count":200}`) {
			checkPerson(t, u)
		}
		u := s.made(``)[0]
		in := s.send("POST /auth/login/password", nil, m{"phone": u["phone"], "password": storefront.SeededPassword}).want(200, "")
		s.send("GET /auth/user/"+u["id"].(string), bearerOf(in.Content.Access), nil).want(200, "")
	})
	t.Run("it gives every made user to the document's check", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		for _, u := range s.made(`{"count":60}`) {
			_, tokens, _ := s.control("POST /users/"+u["id"].(string)+"/tokens", "")
			s.send("GET /auth/user/"+u["id"].(string), bearerOf(tokens["access_token"].(string)), nil).want(200, "") // checked when the test ends
		}
	})
	t.Run("it makes the same users from the same seed", func(t *testing.T) {
		made := func(seed uint64) string {
			s := newShopWith(t, storefront.Options{}, mock.Options{Start: start, Freeze: true, Seed: seed})
			return fmt.Sprint(s.made(`{"count":5}`))
		}
		if first, second := made(3), made(3); first != second {
			t.Error("one seed makes two sets of users")
		}
		if made(3) == made(4) {
			t.Error("two seeds make one set of users")
		}
	})
	t.Run("it sets what it is told", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		u := s.made(`{"email":"diya@example.com","phone":null,"first_name":"Diya","password":"pw","customer_group_id":null,"business":null}`)[0]
		if got := fmt.Sprint([]any{u["email"], u["phone"], u["first_name"], u["is_email_verified"], u["customer_group"]}); got != "[diya@example.com <nil> Diya true <nil>]" {
			t.Errorf("got %s", got)
		}
		s.send("POST /auth/login/password", nil, m{"email": "diya@example.com", "password": "pw"}).want(200, "")
	})
	for _, tt := range []struct {
		name, at, body string
		status         int
		problem        string
	}{
		{"it makes no more than a thousand", "POST /users", `{"count":1001}`, 400, "count: want a number from 1 to 1000, got 1001"},
		{"it makes no fewer than one", "POST /users", `{"count":0}`, 400, "count: want a number from 1 to 1000, got 0"},
		{"it makes no two with one address", "POST /users", `{"count":2,"email":"x@example.com"}`, 400, "email: 2 users cannot share one; leave it out or make one user"},
		{"it makes none with a taken address", "POST /users", `{"email":"asha@example.com"}`, 409, "another user has this e-mail address or phone number"},
		{"it knows the members", "POST /users", `{"frist_name":"A"}`, 400, "frist_name is not a member that can be set: business, country_code, customer_group_id, deactivated, email, first_name, is_email_verified, is_phone_verified, last_name, login_methods, notification_preferences, password, phone are"},
		{"it checks an address", "POST /users", `{"email":"nobody"}`, 400, "email must be an e-mail address"},
		{"it checks a number", "POST /users", `{"phone":"+919123456780"}`, 400, "phone must be ten digits without the country code"},
		{"it checks a flag", "PATCH /users/01KE6QVWE01CRMKH1HMMESWSBH", `{"deactivated":"yes"}`, 400, "deactivated must be true or false"},
		{"it wants an object", "POST /users", `[]`, 400, "the body is no JSON object"},
		{"it wants JSON", "PATCH /users/01KE6QVWE01CRMKH1HMMESWSBH", `{`, 400, "the body is no JSON object"},
		{"it gives nobody another's number", "PATCH /users/01KE6QVWE01CRMKH1HMMESWSBH", `{"phone":"9000000003"}`, 409, "another user has this e-mail address or phone number"},
		{"it does not know everybody", "GET /users/x", ``, 404, `no user has the id "x"; GET /users lists them`},
		{"it deletes nobody twice", "DELETE /users/x", ``, 404, `no user has the id "x"; GET /users lists them`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t, storefront.Options{})
			if status, _, problem := s.control(tt.at, tt.body); status != tt.status || problem != tt.problem {
				t.Errorf("got %d %s, want %d %s", status, problem, tt.status, tt.problem)
			}
		})
	}
	t.Run("it reads, changes and deletes a user under a client's eyes", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		at := "/users/" + in.id()
		if _, u, _ := s.control("GET "+at, ""); u["email"] != "asha@example.com" {
			t.Errorf("read %v", u)
		}
		if _, u, _ := s.control("PATCH "+at, `{"last_name":"Varma","is_email_verified":false}`); u["last_name"] != "Varma" || u["is_email_verified"] != false {
			t.Errorf("changed to %v", u)
		}
		r := s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		if got := r.fields("last_name", "is_email_verified"); got != "last_name=Varma is_email_verified=false" {
			t.Errorf("the client sees %s", got)
		}
		s.control("PATCH "+at, `{"deactivated":true}`)
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(404, "user_deactivated")
		s.control("PATCH "+at, `{"deactivated":false}`)
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(401, "unauthorized")
		in = s.login("asha")
		if status, _, _ := s.control("DELETE "+at, ""); status != 204 {
			t.Errorf("deleting answers %d", status)
		}
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(404, "not_found")
	})
}

// checkPerson fails the test for a made user that is not believable.
func checkPerson(t *testing.T, u m) {
	t.Helper()
	text := func(name string) string { s, _ := u[name].(string); return s }
	name := strings.ToLower(text("first_name") + "." + text("last_name"))
	if !regexp.MustCompile(`^[A-Z][a-z]+$`).MatchString(text("first_name")) || !strings.HasPrefix(text("email"), name) {
		t.Errorf("%s %s has the address %s", text("first_name"), text("last_name"), text("email"))
	}
	if !regexp.MustCompile(`^[6-9][0-9]{9}$`).MatchString(text("phone")) || text("country_code") != "+91" {
		t.Errorf("the number is %s %s", text("country_code"), text("phone"))
	}
	if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{26}$`).MatchString(text("id")) {
		t.Errorf("the id is %s", text("id"))
	}
	business, _ := u["business"].(m)
	if business == nil {
		return
	}
	a := business["registered_address"].(m)
	if !regexp.MustCompile(`^[1-8][0-9]{5}$`).MatchString(a["pincode"].(string)) || !regexp.MustCompile(`^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z]1Z[0-9]$`).MatchString(a["tax_identification_number"].(string)) {
		t.Errorf("the address is %v", a)
	}
	if a["city"] == "Bengaluru" && (!strings.HasPrefix(a["pincode"].(string), "560") || a["state"] != "Karnataka") {
		t.Errorf("the address does not fit together: %v", a)
	}
}

func TestControlTokens(t *testing.T) {
	const asha = "/users/01KE6QVWE01CRMKH1HMMESWSBH/tokens"
	for _, tt := range []struct {
		name, body     string
		loggedIn, good bool
		life           time.Duration
	}{
		{"it logs in", ``, true, true, 15 * time.Minute},
		{"it does not when told so", `{"logged_in":false}`, false, true, 15 * time.Minute},
		{"it takes a life in seconds", `{"expires_in":60}`, true, true, time.Minute},
		{"it takes a life as a duration", `{"expires_in":"2h"}`, true, true, 2 * time.Hour},
		{"it makes a token that has expired", `{"expires_in":"-1m"}`, true, false, -time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t, storefront.Options{})
			status, value, problem := s.control("POST "+asha, tt.body)
			if status != 201 {
				t.Fatalf("%d %s", status, problem)
			}
			claims := payload(t, value["access_token"].(string))
			if claims["is_logged_in"] != tt.loggedIn || value["session"] != claims["sid"] {
				t.Errorf("claims %v, session %v", claims, value["session"])
			}
			if want := start.Add(tt.life); value["expires_at"] != want.Format(time.RFC3339) || claims["exp"] != float64(want.Unix()) {
				t.Errorf("it expires at %v, exp %v, want %v", value["expires_at"], claims["exp"], want)
			}
			want := 200
			if !tt.good {
				want = 401
			}
			if r := s.send("GET /auth/user/01KE6QVWE01CRMKH1HMMESWSBH", bearerOf(value["access_token"].(string)), nil); r.status != want {
				t.Errorf("the token is answered %d, want %d", r.status, want)
			}
			s.send("POST /auth/refresh-token", nil, refreshBody(value["refresh_token"].(string))).want(200, "")
		})
	}
	t.Run("it keeps a visitor anonymous", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		at := "POST /users/" + s.visit().id() + "/tokens"
		if status, _, problem := s.control(at, ``); status != 201 {
			t.Errorf("%d %s", status, problem)
		}
		if status, _, _ := s.control(at, `{"logged_in":true}`); status != 400 {
			t.Errorf("logging a visitor in: %d", status)
		}
	})
	t.Run("it refuses what it cannot understand", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		for _, body := range []string{`{"expires_in":"soon"}`, `{"expires_in":null}`, `{"expires_in":1e99}`, `{"expires_in":"9999999h"}`, `{"logged_in":1}`, `{"x":1}`, `[]`} {
			if status, _, problem := s.control("POST "+asha, body); status != 400 || problem == "" {
				t.Errorf("%s: %d %s", body, status, problem)
			}
		}
	})
}

func TestControlOTPs(t *testing.T) {
	s := newShop(t, storefront.Options{})
	first := s.send("POST /auth/login/email", nil, m{"email": "asha@example.com"}).want(200, "")
	second := s.send("POST /auth/login/whatsapp", nil, m{"phone": "9000000001"}).want(200, "")
	s.verify(first, "123456", nil).want(200, "")
	_, value, _ := s.control("GET /otps", "")
	var got []string
	for _, o := range value["otps"].([]any) {
		o := o.(m)
		got = append(got, fmt.Sprint([]any{o["otp"], o["otp_token"], o["channel"], o["to"], o["otp_action"], o["used"]}))
		if created, err := time.Parse(time.RFC3339, o["created_at"].(string)); err != nil || created.Before(start) {
			t.Errorf("created at %v", o["created_at"])
		}
	}
	want := "[123456 " + second.Content.OTPToken + " whatsapp +919000000001 login false] [123456 " + first.Content.OTPToken + " email asha@example.com login true]"
	if got := strings.Join(got, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if _, value, _ := s.control("GET /otps?limit=1", ""); len(value["otps"].([]any)) != 1 {
		t.Error("the limit does not hold")
	}
}
