package storefront

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "Asha", `"\`, "a\nb\tc\rd\x00e\x1f", "ऊर्जा", "\xff\xfea", "\u2028", "😀", "\xed\xa0\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := appendString([]byte("x"), s)
		var got string
		if err := json.Unmarshal(text[1:], &got); err != nil || text[0] != 'x' {
			t.Fatalf("%q became %s: %v", s, text, err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); strings.ReplaceAll(got, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}

// TestAppendUser holds the hand-written encoder against the records' own JSON.
func TestAppendUser(t *testing.T) {
	for _, p := range people() {
		email, phone, code := p.Email, p.Phone, india
		at := time.Date(2026, 1, 5, 9, 30, 0, 123456789, time.UTC)
		u := &user{ID: p.ID, CustomerID: p.customer, FirstName: &p.first, Email: &email, EmailVerified: p.emailOK,
			Phone: &phone, CountryCode: &code, PhoneVerified: p.phoneOK, Preferences: welcomePreferences, Group: p.group,
			Business: p.business, CreatedAt: at, ModifiedAt: at}
		var got, want map[string]any
		if err := json.Unmarshal(appendUser(nil, u, true), &got); err != nil {
			t.Fatal(err)
		}
		record, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(record, &want); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"id", "first_name", "last_name", "email", "is_email_verified", "phone", "country_code",
			"is_phone_verified", "customer_id", "notification_preferences", "business"} {
			if !reflect.DeepEqual(got[name], want[name]) {
				t.Errorf("%s: %s is %v, want %v", p.Email, name, got[name], want[name])
			}
		}
		if got["created_at"] != "2026-01-05T09:30:00.123Z" {
			t.Errorf("created_at is %v", got["created_at"])
		}
		if _, there := got["customer_group_id"]; there {
			t.Error("a write-only member goes out")
		}
	}
}

func TestSandboxNames(t *testing.T) {
	s := &service{}
	var err error
	o, _ := Options{}.withDefaults()
	if s.keys, err = newSigner(o); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"default", "a", "A.b_c-9", strings.Repeat("x", 64)} {
		token, _ := s.keys.append(nil, name, []byte("{}"))
		if got, ok := sandboxOf(string(token)); !ok || got != name {
			t.Errorf("a token of %q is found in %q, %v", name, got, ok)
		}
		otp := "01KDXB0H3T9E5K7P1S8Y4A6D2F"
		if name != defaultSandbox {
			otp += "." + name
		}
		if got, ok := sandboxOfOTP(otp); !ok || got != name {
			t.Errorf("an otp_token of %q is found in %q, %v", name, got, ok)
		}
	}
	for _, name := range []string{"", "-a", ".a", "a b", "a/b", "é", strings.Repeat("x", 65), `a","alg":"none`} {
		token, _ := s.keys.append(nil, name, []byte("{}"))
		if got, ok := sandboxOf(string(token)); ok {
			t.Errorf("a token of %q is found in %q", name, got)
		}
	}
}

func FuzzSandboxOf(f *testing.F) {
	f.Add("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x", `{"refresh_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsInNhbmRib3giOiJ4In0.e30.x"}`)
	f.Add("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsInNhbmRib3giOiJ4In0.", `{"refresh_token" : "`)
	f.Fuzz(func(t *testing.T, token, body string) {
		for _, find := range []func(string) (string, bool){sandboxOf, sandboxOfOTP} {
			if name, ok := find(token); ok && !isSandboxName(name) {
				t.Errorf("%q is of %q", token, name)
			}
		}
		if value, ok := member([]byte(body), `"refresh_token"`); ok && !strings.Contains(body, value) {
			t.Errorf("%q holds %q", body, value)
		}
		sidOf(token)
	})
}
