package storefront_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock/storefront"
)

func TestSeeded(t *testing.T) {
	s := newShop(t, storefront.Options{})
	for _, tt := range []struct{ user, want string }{
		{"asha", "is_email_verified=true is_phone_verified=true login_methods=[email phone whatsapp password] business=<nil>"},
		{"vikram", "is_email_verified=false is_phone_verified=true login_methods=[phone whatsapp] business=<nil>"},
		{"kabir", "is_email_verified=true is_phone_verified=true login_methods=[email phone whatsapp password] business=<nil>"},
		{"isha", "is_email_verified=false is_phone_verified=false login_methods=[password] business=<nil>"},
	} {
		t.Run("it shows "+tt.user, func(t *testing.T) {
			in := s.asUser(tt.user)
			r := s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
			if got := r.fields("is_email_verified", "is_phone_verified", "login_methods", "business"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
	t.Run("it puts kabir into the wholesale group and meera behind a business", func(t *testing.T) {
		if group := s.login("kabir").Content.User["customer_group"].(m)["slug"]; group != "wholesale" {
			t.Errorf("kabir is in %v", group)
		}
		meera := s.login("meera").Content.User
		if group := meera["customer_group"].(m)["is_default"]; group != true {
			t.Error("meera's group is not the default one")
		}
		if city := meera["business"].(m)["registered_address"].(m)["city"]; city != "Bengaluru" {
			t.Errorf("meera's business is in %v", city)
		}
	})
	t.Run("it lists six with phones in order", func(t *testing.T) {
		for i, p := range storefront.Seeded() {
			if want := fmt.Sprintf("900000000%d", i+1); p.Phone != want || p.Note == "" {
				t.Errorf("%+v, want the phone %s and a note", p, want)
			}
		}
		if n := len(storefront.Seeded()); n != 6 {
			t.Errorf("there are %d", n)
		}
	})
}

// asUser gives tokens of a seeded user, with or without a password.
func (s *shop) asUser(name string) *reply {
	s.t.Helper()
	if name != "vikram" {
		return s.login(name)
	}
	return s.verify(s.send("POST /auth/login/phone", nil, m{"phone": "9000000002"}).want(200, ""), "123456", nil).want(200, "")
}

func TestUser(t *testing.T) {
	t.Run("it shows somebody else as nobody", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		asha, meera := s.login("asha"), s.login("meera")
		for _, id := range []string{meera.id(), "01KE6QVWE01CRMKH1HMMESWSB0", "x"} {
			at, as := "/auth/user/"+id, bearerOf(asha.Content.Access)
			s.send("GET "+at, as, nil).want(404, "not_found")
			s.send("DELETE "+at, as, nil).want(404, "not_found")
			s.send("PUT "+at+"/deactivate", as, nil).want(404, "not_found")
			s.send("GET "+at+"/profile-image", as, nil).want(404, "not_found")
			s.send("PUT "+at, as, m{"first_name": "Eve"}).want(400, "user_not_found")
		}
		s.send("GET /auth/user/"+meera.id(), bearerOf(meera.Content.Access), nil).want(200, "")
	})
	t.Run("it shows a visitor", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		anon := s.visit()
		r := s.send("GET /auth/user/"+anon.id(), bearerOf(anon.Content.Access), nil).want(200, "")
		if got, want := r.fields("email", "login_methods", "customer_group", "is_anonymous"), "email=<nil> login_methods=[] customer_group=<nil> is_anonymous=true"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("it is gone once deleted, and its address free", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		r := s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
		if strings.Contains(r.body, "content") {
			t.Errorf("the answer has content: %s", r.body)
		}
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(404, "not_found")
		s.send("PUT /auth/user/"+in.id(), bearerOf(in.Content.Access), m{}).want(400, "user_not_found")
		s.send("POST /auth/login/password", nil, m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(404, "not_found")
		s.send("POST /auth/register/email", nil, m{"email": "asha@example.com", "first_name": "Asha"}).want(200, "")
	})
	t.Run("it is closed once deactivated, and its address taken", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("PUT /auth/user/"+in.id()+"/deactivate", bearerOf(in.Content.Access), nil).want(200, "")
		s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(404, "user_deactivated")
		s.send("POST /auth/refresh-token", nil, refreshBody(in.Content.Refresh)).want(404, "user_deactivated")
		s.send("POST /auth/register/email", nil, m{"email": "asha@example.com", "first_name": "Asha"}).want(400, "already_registered")
	})
}

func TestUpdateUser(t *testing.T) {
	for _, tt := range []struct {
		name string
		body m
		want string // fields of the answer, or "code where"
	}{
		{"it changes a name and nothing else", m{"last_name": "Rao Varma"},
			"first_name=Asha last_name=Rao Varma email=asha@example.com is_email_verified=true"},
		{"it takes a name away", m{"last_name": nil}, "first_name=Asha last_name=<nil>"},
		{"it changes nothing for an empty body", m{}, "first_name=Asha email=asha@example.com is_email_verified=true"},
		{"it puts another address under doubt", m{"email": "asha.rao@example.com"}, "email=asha.rao@example.com is_email_verified=false"},
		{"it leaves the same address verified", m{"email": "asha@example.com"}, "is_email_verified=true"},
		{"it puts another number under doubt", m{"phone": "9123456780"}, "phone=9123456780 country_code=+91 is_phone_verified=false"},
		{"it takes a number away with its country", m{"phone": nil}, "phone=<nil> country_code=<nil> is_phone_verified=false"},
		{"it puts a number of another country under doubt", m{"country_code": "+1"}, "phone=9000000001 country_code=+1 is_phone_verified=false"},
		{"it takes login methods as they come", m{"login_methods": []string{"email"}}, "login_methods=[email]"},
		{"it takes preferences", m{"notification_preferences": m{
			"transactional": m{"email": false, "sms": false, "whatsapp": false},
			"promotional":   m{"email": false, "sms": false, "whatsapp": false},
			"newsletter":    m{"email": false, "sms": false, "whatsapp": true}}},
			"notification_preferences=map[newsletter:map[email:false sms:false whatsapp:true] promotional:map[email:false sms:false whatsapp:false] transactional:map[email:false sms:false whatsapp:false]]"},
		{"it takes the user out of its customer group", m{"customer_group_id": nil}, "customer_group=<nil> customer_group_id=absent"},
		{"it takes a business", m{"business": m{"type": "llp", "name": "Asha Textiles", "metadata": m{"gstin": "x"}}},
			"business=map[metadata:map[gstin:x] name:Asha Textiles type:llp]"},
		{"it does not know a customer group", m{"customer_group_id": "vip"}, "invalid_request body/customer_group_id"},
		{"it refuses somebody else's address", m{"email": "meera@example.com"}, "already_registered"},
		{"it refuses somebody else's number", m{"phone": "9000000003"}, "already_registered"},
		{"it refuses a read-only member", m{"is_email_verified": true}, "invalid_request body/is_email_verified"},
		{"it refuses a number that is none", m{"phone": "12"}, "invalid_request body/phone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newShop(t, storefront.Options{})
			in := s.login("asha")
			r := s.send("PUT /auth/user/"+in.id(), bearerOf(in.Content.Access), tt.body)
			if r.status == 400 {
				got := r.Code
				for where := range r.Errors {
					got += " " + where
				}
				if got != tt.want {
					t.Errorf("got %s, want %s: %s", got, tt.want, r.body)
				}
				return
			}
			r.want(200, "")
			var names []string
			for _, part := range strings.Fields(tt.want) {
				if name, _, found := strings.Cut(part, "="); found {
					names = append(names, name)
				}
			}
			if got := r.fields(names...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			again := s.send("GET /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
			if got := again.fields(names...); got != tt.want {
				t.Errorf("read again it is %s", got)
			}
		})
	}
	t.Run("it changes the group", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		r := s.send("PUT /auth/user/"+in.id(), bearerOf(in.Content.Access), m{"customer_group_id": "01KDVDNA00CTM400HNW1AT7RCB"}).want(200, "")
		if slug := r.Content.User["customer_group"].(m)["slug"]; slug != "wholesale" {
			t.Errorf("the group is %v", slug)
		}
	})
	t.Run("it gives a business's address an id that stays, and knows what is verified", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		address := m{"first_name": "Asha", "last_name": nil, "country_code": "+91", "phone": "9000000001", "email": "shop@example.com",
			"address_line1": "1, Park Street", "address_line2": nil, "landmark": nil, "pincode": "700016", "city": "Kolkata", "state": "West Bengal",
			"country": "India", "tax_identification_number": nil, "business_name": nil, "nickname": nil}
		put := func() m {
			r := s.send("PUT /auth/user/"+in.id(), bearerOf(in.Content.Access), m{"business": m{"type": "llp", "name": "A", "registered_address": address}}).want(200, "")
			return r.Content.User["business"].(m)["registered_address"].(m)
		}
		first := put()
		address["city"] = "Howrah"
		second := put()
		if first["id"] == "" || first["id"] != second["id"] || second["city"] != "Howrah" {
			t.Errorf("the address was %v and is %v", first, second)
		}
		if first["is_phone_verified"] != true || first["is_email_verified"] != false {
			t.Errorf("verified: %v", first)
		}
	})
	t.Run("it moves the login to the new address", func(t *testing.T) {
		s := newShop(t, storefront.Options{})
		in := s.login("asha")
		s.send("PUT /auth/user/"+in.id(), bearerOf(in.Content.Access), m{"email": "rao@example.com"}).want(200, "")
		s.send("POST /auth/login/password", nil, m{"email": "rao@example.com", "password": storefront.SeededPassword}).want(200, "")
		s.send("POST /auth/login/password", nil, m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(404, "not_found")
	})
}

func TestVerified(t *testing.T) {
	s := newShop(t, storefront.Options{})
	anon := s.visit()
	r := s.send("POST /auth/verified-email-phone", bearerOf(anon.Content.Access), m{
		"phone": []string{"9000000005", "9000000002", "9999999999", "9000000001"}, "email": []string{"isha@example.com", "asha@example.com"}}).want(200, "")
	if got, want := fmt.Sprint(r.Content.Phones, r.Content.Emails), "[9000000002 9000000001] [asha@example.com]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	r = s.send("POST /auth/verified-email-phone", bearerOf(anon.Content.Access), m{}).want(200, "")
	if !strings.Contains(r.body, `"verified_phone":[],"verified_email":[]`) {
		t.Errorf("got %s", r.body)
	}
}

// form is a multipart body and the headers that go with it; kind "" leaves the
// image out.
func form(token, kind, content string) (http.Header, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if kind != "" {
		part, _ := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="image"; filename="me"`}, "Content-Type": {kind}})
		_, _ = part.Write([]byte(content))
	}
	_ = w.Close()
	h := bearerOf(token)
	h.Set("Content-Type", w.FormDataContentType())
	return h, b.String()
}

func TestProfileImage(t *testing.T) {
	s := newShop(t, storefront.Options{})
	in := s.login("asha")
	at := "/auth/user/" + in.id() + "/profile-image"
	as := bearerOf(in.Content.Access)
	upload := func(method, kind, content string) *reply {
		t.Helper()
		h, body := form(in.Content.Access, kind, content)
		return s.send(method+" "+at, h, body)
	}
	s.send("GET "+at, as, nil).want(404, "image_not_found")
	s.send("DELETE "+at, as, nil).want(404, "image_not_found")
	upload("PUT", "image/png", "x").want(404, "image_not_found")
	upload("PUT", "", "").want(404, "image_not_found")
	upload("POST", "", "").want(400, "invalid_request")

	first := upload("POST", "image/png", "x").want(200, "").Content.Image
	if !strings.HasPrefix(first, "http://example.com/") || !strings.HasSuffix(first, ".png") {
		t.Errorf("the image is at %q", first)
	}
	s.wantImage(first, "image/png", "x")
	if got := s.send("GET "+at, as, nil).want(200, "").Content.Image; got != first {
		t.Errorf("the image is at %q, want %q", got, first)
	}
	if got := s.send("GET /auth/user/"+in.id(), as, nil).want(200, "").fields("profile_image_url"); got != "profile_image_url="+first {
		t.Errorf("the user has %s", got)
	}
	if got := upload("PUT", "", "").want(200, "").Content.Image; got != first {
		t.Errorf("without a file the image moved to %q", got)
	}
	second := upload("PUT", "application/octet-stream", "\xff\xd8\xff\xe0 a JPEG").want(200, "").Content.Image
	if second == first || !strings.HasSuffix(second, ".jpg") {
		t.Errorf("the second image is at %q", second)
	}
	s.wantImage(second, "image/jpeg", "\xff\xd8\xff\xe0 a JPEG")
	s.wantImage(first, "", "")
	s.send("DELETE "+at, as, nil).want(200, "")
	s.send("GET "+at, as, nil).want(404, "image_not_found")
	s.wantImage(second, "", "")

	h, body := form(in.Content.Access, "image/png", "x")
	h.Set("Content-Type", "multipart/form-data; boundary=other")
	s.send("POST "+at, h, body).want(400, "invalid_request")
	anon := s.visit()
	h, body = form(anon.Content.Access, "image/png", "x")
	s.send("POST /auth/user/"+anon.id()+"/profile-image", h, body).want(401, "unauthorized")
}

// wantImage fails the test unless the address serves an image; type "" is none.
func (s *shop) wantImage(url, kind, content string) {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
	if kind == "" {
		if w.Code != 404 {
			s.t.Errorf("%s: got %d, want 404", url, w.Code)
		}
		return
	}
	if got := w.Header().Get("Content-Type"); w.Code != 200 || got != kind || w.Body.String() != content {
		s.t.Errorf("%s: got %d %s %q, want %s %q", url, w.Code, got, w.Body, kind, content)
	}
	if !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		s.t.Errorf("a script in the image could run: %v", w.Header())
	}
}

func TestImagesAreTheSandboxes(t *testing.T) {
	s := newShop(t, storefront.Options{})
	add := func(sandbox, content string) (url string, in *reply) {
		t.Helper()
		in = s.send("POST /~"+sandbox+"/auth/login/password", nil, m{"email": "asha@example.com", "password": storefront.SeededPassword}).want(200, "")
		h, body := form(in.Content.Access, "image/png", content)
		return s.send("POST /auth/user/"+in.id()+"/profile-image", h, body).want(200, "").Content.Image, in
	}
	ada, in := add("ada", "A")
	bob, _ := add("bob", "B")
	s.wantImage(ada, "image/png", "A")
	s.wantImage(bob, "image/png", "B")
	s.wantImage(strings.Replace(ada, "/~ada/", "/~bob/", 1), "", "")
	s.wantImage(strings.Replace(ada, "/~ada/", "/~carl/", 1), "", "")

	box, err := s.Sandbox("ada")
	if err != nil {
		t.Fatal(err)
	}
	state, err := box.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.send("DELETE /auth/user/"+in.id(), bearerOf(in.Content.Access), nil).want(200, "")
	s.wantImage(ada, "", "")
	if err := box.Import(t.Context(), state); err != nil {
		t.Fatal(err)
	}
	s.wantImage(ada, "image/png", "A")
}
