package sample

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// object makes an object with string properties of the names given.
func object(t *testing.T, name string, n uint64, props ...string) map[string]any {
	t.Helper()
	p := map[string]any{}
	for _, k := range props {
		p[k] = map[string]any{"type": "string"}
	}
	v, err := New(Options{}).Generate(Request{Schema: map[string]any{"type": "object", "properties": p}, Name: name, Seed: [2]uint64{n, 1}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return v.Any().(map[string]any)
}

func TestAPersonIsOnePerson(t *testing.T) {
	names := map[any]bool{}
	for n := range uint64(20) {
		o := object(t, "User", n, "firstName", "last_name", "full_name", "name", "email", "username")
		first, last := o["firstName"].(string), o["last_name"].(string)
		if o["full_name"] != first+" "+last || o["name"] != o["full_name"] {
			t.Errorf("it names one person %q, %q, %q and %q", first, last, o["full_name"], o["name"])
		}
		if want := ascii(first) + "." + ascii(last) + "@example.com"; o["email"] != want {
			t.Errorf("it gives %s %s the address %q", first, last, o["email"])
		}
		if !strings.HasPrefix(o["username"].(string), ascii(first)) {
			t.Errorf("it gives %s the name %q", first, o["username"])
		}
		names[o["name"]] = true
	}
	if len(names) < 15 {
		t.Errorf("it makes %d different people of 20 seeds", len(names))
	}
}

func TestAPlaceIsOnePlace(t *testing.T) {
	for n := range uint64(20) {
		o := object(t, "Address", n, "city", "state", "country", "country_code", "currency", "timezone")
		i := slices.IndexFunc(places, func(p place) bool { return p.city == o["city"] })
		if i < 0 {
			t.Fatalf("it makes the city %q", o["city"])
		}
		if p := places[i]; o["state"] != p.state || o["country"] != p.country || o["country_code"] != p.code || o["currency"] != p.currency || o["timezone"] != p.zone {
			t.Errorf("it puts %s into %v", p.city, o)
		}
	}
}

func TestAPlaceFollowsTheSchema(t *testing.T) {
	indian := regexp.MustCompile(`^[6-9]\d{9}$`)
	for it, schema := range map[string]string{
		"a const":         `{"type":"object","properties":{"country_code":{"const":"+91"},"phone":{"type":"string"},"city":{"type":"string"}}}`,
		"an example":      `{"type":"object","properties":{"country_code":{"type":"string","example":"+91"},"phone":{"type":"string"},"city":{"type":"string"}}}`,
		"a pattern":       `{"type":"object","properties":{"country_code":{"type":"string","pattern":"^\\+91$"},"phone":{"type":"string","pattern":"^[0-9]{10}$"},"city":{"type":"string"}}}`,
		"a part's const":  `{"type":"object","properties":{"country_code":{"type":"string"},"phone":{"type":"string","pattern":"^\\d{10}$"},"city":{"type":"string"},"home":{"type":"object","properties":{"country":{"const":"India"}}}}}`,
		"a locale's land": `{"type":"object","properties":{"country_code":{"type":"string"},"phone":{"type":"string","pattern":"^\\d{10}$"},"city":{"type":"string"}}}`,
	} {
		t.Run("it follows "+it, func(t *testing.T) {
			g := New(Options{})
			if it == "a locale's land" {
				g = New(Options{Locale: "en-IN"})
			}
			for n := range uint64(10) {
				v, err := g.Generate(Request{Schema: parse(t, schema), Seed: [2]uint64{n, 9}})
				if err != nil {
					t.Fatal(err)
				}
				o := v.Any().(map[string]any)
				i := slices.IndexFunc(places, func(p place) bool { return p.city == o["city"] })
				if i < 0 || places[i].code != "IN" || !indian.MatchString(o["phone"].(string)) {
					t.Errorf("it makes %v", o)
				}
			}
		})
	}
}

func TestAHistoryComesInOrder(t *testing.T) {
	order := []string{"created_at", "updatedAt", "expires_at"}
	for n := range uint64(20) {
		o := object(t, "Order", n, append(order, "starts_at", "end_time", "date_of_birth")...)
		var last time.Time
		for _, k := range order {
			x, err := time.Parse(time.RFC3339, o[k].(string))
			if err != nil || x.Before(last) {
				t.Errorf("it puts %s at %v, %v", k, o[k], err)
			}
			last = x
		}
		if o["created_at"].(string) > now.Format(time.RFC3339) || o["expires_at"].(string) < now.Format(time.RFC3339) || o["starts_at"].(string) > o["end_time"].(string) {
			t.Errorf("it makes the history %v", o)
		}
		if born := o["date_of_birth"].(string); born < "1950" || born > "2007" || len(born) != 10 {
			t.Errorf("it makes the birthday %s", born)
		}
	}
}

func TestNames(t *testing.T) {
	cases := []struct{ name, schema, want string }{
		{"price", `{"type":"number"}`, `^\d+(\.\d\d?)?$`},
		{"unit_price", `{"type":"integer"}`, `^\d{3,5}$`},
		{"currency", `{"type":"string"}`, `^[A-Z]{3}$`},
		{"currency", `{"type":"string","pattern":"^[a-z]{3}$"}`, `^[a-z]{3}$`},
		{"website_url", `{"type":"string"}`, `^https://`},
		{"avatarUrl", `{"type":"string"}`, `^https://.*\.jpg$`},
		{"ip_address", `{"type":"string"}`, `^203\.0\.113\.`},
		{"latitude", `{"type":"number"}`, `^-?\d\d?\.\d{1,4}$`},
		{"slug", `{"type":"string"}`, `^[a-z]+-[a-z]+$`},
		{"version", `{"type":"string"}`, `^\d+\.\d+\.\d+$`},
		{"version", `{"type":"string","pattern":"^v"}`, `^v\d+\.\d+\.\d+$`},
		{"mime_type", `{"type":"string"}`, `^[a-z]+/[a-z]+$`},
		{"favourite_color", `{"type":"string"}`, `^#[0-9a-f]{6}$`},
		{"created", `{"type":"integer"}`, `^17[4-7]\d{7}$`},
		{"created_ms", `{"type":"integer"}`, `^17[4-7]\d{10}$`},
		{"created_at_ms", `{"type":"integer","format":"timestamp"}`, `^17[4-7]\d{10}$`},
		{"user_id", `{"type":"string"}`, `^[0-9a-f-]{36}$`},
		{"user_id", `{"type":"string","example":"usr_8fK2mQ91"}`, `^usr_\d[a-z][A-Z]\d[a-z][A-Z]\d\d$`},
		{"user_id", `{"type":"string","example":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}`, `^01[0-9A-HJKMNP-TV-Z]{24}$`},
		{"id", `{"type":"string","pattern":"^[0-9a-f]{24}$"}`, `^[0-9a-f]{24}$`},
		{"age", `{"type":"integer","maximum":30}`, `^(1[89]|2\d|30)$`},
		{"is_active", `{"type":"boolean"}`, `^(true|false)$`},
		{"deleted_at", `{"type":["string","null"]}`, `^null$`},
		{"failure_message", `{"anyOf":[{"type":"string"},{"type":"null"}]}`, `^null$`},
		{"nonsense", `{"type":"string","examples":["made-up"]}`, `^made-up$`},
		{"nonsense", `{"type":"string"}`, `^[a-z]+$`},
		{"title", `{"type":"string","maxLength":15}`, `^.{4,15}$`},
	}
	for _, c := range cases {
		t.Run("it makes "+c.name+" of "+c.schema, func(t *testing.T) {
			re := regexp.MustCompile(c.want)
			g := New(Options{})
			schema := map[string]any{"type": "object", "properties": map[string]any{c.name: parse(t, c.schema)}}
			for n := range uint64(10) {
				v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{n, 1}, Now: now})
				if err != nil {
					t.Fatal(err)
				}
				x := v.Any().(map[string]any)[c.name]
				s := fmt.Sprint(x)
				if x == nil {
					s = "null"
				}
				if !re.MatchString(s) {
					t.Errorf("it makes %q", s)
				}
			}
		})
	}
}

func TestListsVary(t *testing.T) {
	schema := parse(t, `{"type":"array","minItems":6,"items":{"type":"object","properties":{
		"id":{"type":"string","example":"itm_1a2b3c"},"name":{"type":"string","example":"Chair"},"label":{"type":"string","example":"x"}}}}`)
	v, err := New(Options{}).Generate(Request{Schema: schema, Name: "Products"})
	if err != nil {
		t.Fatal(err)
	}
	ids, names := map[any]bool{}, map[any]bool{}
	for _, x := range v.Any().([]any) {
		m := x.(map[string]any)
		ids[m["id"]], names[m["name"]] = true, true
	}
	if len(ids) != 6 || len(names) < 4 {
		t.Errorf("it makes %d ids and %d names for 6 items: %s", len(ids), len(names), v.AppendJSON(nil))
	}
}

func TestSplitWords(t *testing.T) {
	for name, want := range map[string]string{
		"first_name": "first name", "firstName": "first name", "FirstName": "first name", "first-name": "first name", "userID": "user id",
		"HTMLBody": "html body", "x.y_Z": "x y z", "line2": "line2", "": "", "ipv4Address": "ipv4 address",
	} {
		if got := strings.Join(splitWords(name), " "); got != want {
			t.Errorf("it splits %q into %q, want %q", name, got, want)
		}
	}
}

func TestSingular(t *testing.T) {
	for name, want := range map[string]string{"tags": "tag", "categories": "category", "addresses": "address", "status": "status", "boxes": "box", "user_ids": "user_id", "itemList": "item"} {
		if got := singular(name); got != want {
			t.Errorf("it makes one of %q %q, want %q", name, got, want)
		}
	}
}
