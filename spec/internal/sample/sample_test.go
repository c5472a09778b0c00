package sample

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const shop = `{
	"type": "object", "required": ["id", "email"],
	"properties": {
		"id": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"},
		"first_name": {"type": ["string", "null"]}, "last_name": {"type": "string"}, "full_name": {"type": "string"},
		"email": {"type": "string", "format": "email"},
		"phone": {"type": "string", "pattern": "^[0-9]{10}$"}, "country_code": {"const": "+91"},
		"created_at": {"type": "string", "format": "date-time"}, "updated_at": {"type": "string", "format": "date-time"},
		"deleted_at": {"type": ["string", "null"], "format": "date-time"},
		"password": {"type": "string", "writeOnly": true}, "role": {"type": "string", "readOnly": true, "enum": ["admin"]},
		"address": {"type": "object", "properties": {"line1": {"type": "string"}, "city": {"type": "string"}, "state": {"type": "string"},
			"pincode": {"type": "string"}, "country": {"type": "string", "const": "India"}}},
		"price": {"type": "number"}, "rating": {"type": "number", "maximum": 5}, "verified": {"type": "boolean"}
	}}`

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// The same bytes on every platform and for ever: a change here changes every
// user's fixtures.
func TestGolden(t *testing.T) {
	const want = `{"email":"neha.singh@example.com","id":"01K16M3HJ8GHYG2WMYWXYWF1YR","address":{"city":"Jaipur","country":"India","line1":"129 Station Road","pincode":"302080","state":"Rajasthan"},"country_code":"+91","created_at":"2025-07-27T19:00:13Z","deleted_at":null,"first_name":"Neha","full_name":"Neha Singh","last_name":"Singh","password":"Meadow-7912-summit","phone":"7372934906","price":78.7,"rating":3.6,"role":"admin","updated_at":"2025-12-09T13:09:02Z","verified":true}`
	v, err := New(Options{}).Generate(Request{Schema: parse(t, shop), Name: "User", Seed: [2]uint64{1, 2}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(v.AppendJSON(nil)); got != want {
		t.Errorf("it makes\n%s\nwant\n%s", got, want)
	}
}

func TestConcurrentUseMakesTheSame(t *testing.T) {
	schema := parse(t, `{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{
		"id":{"type":"string","format":"uuid"},"kind":{"oneOf":[{"const":"a"},{"const":"b"}]},
		"parts":{"type":"array","items":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"object","properties":{"x":{"$ref":"#/$defs/node"}}}]}}}}}}`)
	var want []string
	g := New(Options{Resolve: inside(schema)})
	for n := range uint64(20) {
		v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{n, 0}})
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, string(v.AppendJSON(nil)))
	}
	g = New(Options{Resolve: inside(schema)})
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range want {
				n := (i + worker) % len(want)
				v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{uint64(n), 0}})
				if got := string(v.AppendJSON(nil)); err != nil || got != want[n] {
					t.Errorf("it makes %s, %v, want %s", got, err, want[n])
				}
			}
		})
	}
	wg.Wait()
}

func TestWhatCameBeforeChangesNothing(t *testing.T) {
	const all = 150
	docs := make([]any, all)
	g := make([]*Generator, all)
	for n := range docs {
		x := schemer{d: newDice().at(seed{mix(uint64(n) + 1e6), 5}), budget: 40}
		doc := map[string]any{"$defs": map[string]any{"a": x.schema(2), "b": x.schema(1)}}
		for k, v := range x.schema(0) {
			doc[k] = v
		}
		docs[n], g[n] = doc, New(Options{Resolve: inside(doc)})
	}
	at := func(g *Generator, n, part int) string {
		s := []any{docs[n], map[string]any{"$ref": "#/$defs/a"}, map[string]any{"$ref": "#/$defs/b"}}[part]
		v, err := g.Generate(Request{Schema: s, Seed: [2]uint64{1, 1}})
		if err != nil {
			return "none"
		}
		return string(v.AppendJSON(nil))
	}
	for n := range docs {
		var want [3]string
		for part := range want {
			want[part] = at(New(Options{Resolve: inside(docs[n])}), n, part)
		}
		for _, part := range []int{2, 1, 0, 1, 2} {
			if got := at(g[n], n, part); got != want[part] {
				t.Errorf("document %d, part %d: it makes %s, alone %s", n, part, got, want[part])
			}
		}
	}
}

func TestAddingAPropertyChangesNoOther(t *testing.T) {
	small, large := parse(t, shop), parse(t, shop)
	large.(map[string]any)["properties"].(map[string]any)["aaa"] = map[string]any{"type": "integer"}
	q := Request{Seed: [2]uint64{5, 6}, Now: now}
	q.Schema = small
	a, err := New(Options{}).Generate(q)
	q.Schema = large
	b, err2 := New(Options{}).Generate(q)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	for _, m := range a.Ordered().(Object) {
		if v, ok := b.Ordered().(Object).Get(m.Name); !ok || !equal(v, m.Value) {
			t.Errorf("it changes %s from %v to %v", m.Name, m.Value, v)
		}
	}
}

func TestUnsatisfiable(t *testing.T) {
	cases := []struct{ it, schema, at, why string }{
		{"says what is false", `false`, "", "false"},
		{"points into properties", `{"type":"object","required":["a"],"properties":{"a":{"type":"string","minLength":3,"maxLength":2}}}`, "/properties/a", "no type is left"},
		{"points behind a reference", `{"$ref":"#/$defs/x","$defs":{"x":{"type":"object","required":["y"],"properties":{"y":{"enum":["a"],"type":"integer"}}}}}`, "#/$defs/x/properties/y", "enum"},
		{"names a reference to nothing", `{"type":"array","minItems":1,"items":{"$ref":"#/nowhere"}}`, "/items", "#/nowhere"},
		{"notices a schema that requires itself", `{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}`, "", "requires itself"},
		{"notices a oneOf that nothing satisfies once", `{"oneOf":[{"type":"string"},{"type":"string"}]}`, "", "oneOf"},
		{"names the pattern that nothing matches", `{"type":"string","pattern":"^a$","minLength":2}`, "", "^a$"},
		{"counts different items", `{"type":"array","items":{"type":"boolean"},"uniqueItems":true,"minItems":3}`, "", "different"},
		{"notices a loop of references", `{"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}`, "", "back to itself"},
	}
	for _, c := range cases {
		t.Run("it "+c.it, func(t *testing.T) {
			schema := parse(t, c.schema)
			v, err := New(Options{Resolve: inside(schema)}).Generate(Request{Schema: schema})
			var u *Unsatisfiable
			if !errors.As(err, &u) {
				t.Fatalf("it makes %s, %v", v.AppendJSON(nil), err)
			}
			if c.at != "" && u.Pointer != c.at || !strings.Contains(u.Reason, c.why) {
				t.Errorf("it says %v at %q, want %q at %q", u, u.Pointer, c.why, c.at)
			}
		})
	}
}

func TestTheAuthorityDecides(t *testing.T) {
	schema := parse(t, `{"type":"integer","minimum":0,"maximum":3}`)
	asked := 0
	g := New(Options{Valid: func(s, v any) error {
		asked++
		if v != int64(2) {
			return errors.New("not two\nat all")
		}
		return nil
	}})
	for n := range uint64(10) {
		v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{n, 1}})
		if err == nil && v.Ordered() != int64(2) {
			t.Errorf("it makes %v, which the authority refuses", v.Ordered())
		}
	}
	if asked < 20 {
		t.Errorf("it asks %d times, and never again after a refusal", asked)
	}
	g = New(Options{Valid: func(s, v any) error { return errors.New("never\nmore") }})
	if _, err := g.Generate(Request{Schema: schema}); err == nil || !strings.HasSuffix(err.Error(), "never") {
		t.Errorf("it says %v, want the authority's first line", err)
	}
}

func TestTheDocumentsExampleIsTheLastResort(t *testing.T) {
	g := New(Options{Valid: func(s, v any) error {
		if m, ok := v.(map[string]any); !ok || m["code"] != "S3CRET" {
			return errors.New("no")
		}
		return nil
	}})
	v, err := g.Generate(Request{Schema: parse(t, `{"type":"object","properties":{"code":{"type":"string"}},"default":{"code":"S3CRET"}}`)})
	if err != nil || string(v.AppendJSON(nil)) != `{"code":"S3CRET"}` {
		t.Errorf("it makes %s, %v", v.AppendJSON(nil), err)
	}
}

func TestDirection(t *testing.T) {
	schema := parse(t, strings.Replace(shop, `["id", "email"]`, `["id", "email", "role", "password"]`, 1))
	for _, c := range []struct {
		it            string
		dir           Direction
		role, secrets bool
	}{
		{"leaves out what only the server writes", InRequest, false, true},
		{"leaves out what only the client writes", InResponse, true, false},
		{"keeps both otherwise", Anywhere, true, true},
	} {
		t.Run("it "+c.it, func(t *testing.T) {
			v, err := New(Options{}).Generate(Request{Schema: schema, Direction: c.dir})
			if err != nil {
				t.Fatal(err)
			}
			o := v.Ordered().(Object)
			_, role := o.Get("role")
			_, secrets := o.Get("password")
			if role != c.role || secrets != c.secrets {
				t.Errorf("role: %v, password: %v", role, secrets)
			}
		})
	}
}

func TestAnAuthorityThatKnowsNoDirectionGetsAllRequired(t *testing.T) {
	schema := parse(t, `{"type":"object","required":["role"],"properties":{"role":{"readOnly":true,"type":"string"}}}`)
	judge := validator(t, schema)
	g := New(Options{Valid: func(_, v any) error { return judge.Validate(v) }})
	if v, err := g.Generate(Request{Schema: schema, Direction: InRequest}); err != nil {
		t.Errorf("it makes %s, %v", v.AppendJSON(nil), err)
	}
}

func TestMinimal(t *testing.T) {
	v, err := New(Options{}).Generate(Request{Schema: parse(t, shop), Minimal: true})
	if err != nil {
		t.Fatal(err)
	}
	if o := v.Ordered().(Object); len(o) != 2 || o[0].Name != "email" || o[1].Name != "id" {
		t.Errorf("it makes %s, want only what is required", v.AppendJSON(nil))
	}
}

func TestOrder(t *testing.T) {
	schema := parse(t, `{"type":"object","required":["c"],"properties":{"a":{"const":1},"b":{"const":2},"c":{"const":3}}}`)
	for _, c := range []struct {
		it    string
		order func(map[string]any) []string
		want  string
	}{
		{"puts required properties first, then goes by name", nil, `{"c":3,"a":1,"b":2}`},
		{"takes the caller's order, and the rest after it", func(map[string]any) []string { return []string{"b", "x", "b"} }, `{"b":2,"c":3,"a":1}`},
	} {
		t.Run("it "+c.it, func(t *testing.T) {
			v, err := New(Options{Order: c.order}).Generate(Request{Schema: schema})
			if got, _ := json.Marshal(v); err != nil || string(got) != c.want {
				t.Errorf("it makes %s, %v, want %s", got, err, c.want)
			}
		})
	}
}

func TestDiscriminator(t *testing.T) {
	doc := parse(t, `{"$defs":{
		"Cat":{"allOf":[{"$ref":"#/$defs/Base"},{"type":"object","required":["lives"],"properties":{"lives":{"type":"integer"}}}]},
		"Dog":{"allOf":[{"$ref":"#/$defs/Base"},{"type":"object","required":["bark"],"properties":{"bark":{"type":"boolean"}}}]},
		"Base":{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"}},"discriminator":{"propertyName":"kind","mapping":{"feline":"#/$defs/Cat","canine":"#/$defs/Dog"}}},
		"Pet":{"oneOf":[{"$ref":"#/$defs/Cat"},{"$ref":"#/$defs/Dog"}],"discriminator":{"propertyName":"kind","mapping":{"feline":"#/$defs/Cat","canine":"#/$defs/Dog"}}},
		"Plain":{"anyOf":[{"$ref":"#/$defs/Bird"}],"discriminator":{"propertyName":"kind"}},
		"Bird":{"type":"object","properties":{"kind":{"type":"string"}}}}}`)
	g := New(Options{Resolve: inside(doc)})
	for _, c := range []struct{ it, name, want string }{
		{"labels a branch by the mapping's key", "Pet", "feline lives|canine bark"},
		{"labels a schema by the base that it extends", "Cat", "feline lives"},
		{"makes one of its kinds of a base", "Base", "feline lives|canine bark"},
		{"labels a branch by its name without a mapping", "Plain", "Bird "},
	} {
		t.Run("it "+c.it, func(t *testing.T) {
			seen := map[string]bool{}
			for n := range uint64(20) {
				v, err := g.Generate(Request{Schema: map[string]any{"$ref": "#/$defs/" + c.name}, Seed: [2]uint64{n, 2}})
				if err != nil {
					t.Fatal(err)
				}
				m := v.Any().(map[string]any)
				own := ""
				for _, k := range []string{"lives", "bark"} {
					if _, ok := m[k]; ok {
						own += k
					}
				}
				got := fmt.Sprint(m["kind"], " ", own)
				seen[got] = true
				if !strings.Contains("|"+c.want+"|", "|"+got+"|") {
					t.Errorf("it makes %s", v.AppendJSON(nil))
				}
			}
			if want := strings.Count(c.want, "|") + 1; len(seen) != want {
				t.Errorf("it makes %d kinds, want %d", len(seen), want)
			}
		})
	}
}

func TestNamesBehindOpaqueReferences(t *testing.T) {
	schemas := map[string]any{
		"mem:1": parse(t, `{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"},"name":{"type":"string"}}}`),
		"mem:2": parse(t, `{"anyOf":[{"$ref":"mem:1"}],"discriminator":{"propertyName":"kind"}}`),
	}
	g := New(Options{
		Resolve: func(ref string) (any, bool) { s, ok := schemas[ref]; return s, ok },
		Name:    func(ref string) string { return map[string]string{"mem:1": "Customer"}[ref] },
	})
	v, err := g.Generate(Request{Schema: schemas["mem:2"], Name: "Party"})
	if err != nil {
		t.Fatal(err)
	}
	m := v.Any().(map[string]any)
	if name, _ := m["name"].(string); m["kind"] != "Customer" || strings.ToLower(name) == name || len(strings.Fields(name)) != 2 {
		t.Errorf("it makes %s, want a person that is labelled Customer", v.AppendJSON(nil))
	}
}

func TestTheRootsNameLabelsIt(t *testing.T) {
	doc := parse(t, `{"Base":{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"}},"discriminator":{"propertyName":"kind","mapping":{"feline":"#/Cat"}}},
		"Cat":{"allOf":[{"$ref":"#/Base"}]}}`)
	g := New(Options{Resolve: inside(doc)})
	v, err := g.Generate(Request{Schema: doc.(map[string]any)["Cat"], Name: "Cat"})
	if err != nil || string(v.AppendJSON(nil)) != `{"kind":"feline"}` {
		t.Errorf("it makes %s, %v", v.AppendJSON(nil), err)
	}
}

func TestBudget(t *testing.T) {
	// Forty levels of four optional properties each: 4^40 nodes in full.
	var schema any = map[string]any{"type": "string"}
	for range 40 {
		props := map[string]any{"a": schema, "b": schema, "c": schema, "d": schema}
		schema = map[string]any{"type": "object", "properties": props}
	}
	v, err := New(Options{MaxNodes: 200}).Generate(Request{Schema: schema})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(v.AppendJSON(nil)), ":"); n < 20 || n > 400 {
		t.Errorf("it makes %d properties for a budget of 200", n)
	}
}

func TestAppendJSON(t *testing.T) {
	v := Value{Object{{"a<b>&\u2028\"\\\n\x01", []any{nil, true, int64(-5), 1.5, 1e-9, json.Number("1e400"), "\xff"}}}}
	const want = "{\"a<b>&\u2028\\\"\\\\\\n\\u0001\":[null,true,-5,1.5,1e-09,1e400,\"\\ufffd\"]}"
	if got := string(v.AppendJSON(nil)); got != want {
		t.Errorf("it writes %s, want %s", got, want)
	}
}

func BenchmarkGenerate(b *testing.B) {
	schema := parse(b, strings.Replace(shop, `"type": "number"}`, `"type": "number"}, "items": {"type": "array", "minItems": 3, "items": {"type": "object",
		"properties": {"sku": {"type": "string"}, "quantity": {"type": "integer"}, "price": {"type": "number"}, "title": {"type": "string"}, "url": {"type": "string", "format": "uri"}}}}`, 1))
	g := New(Options{})
	q := Request{Schema: schema, Name: "User", Now: now}
	var buf []byte
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		q.Seed[0]++
		v, err := g.Generate(q)
		if err != nil {
			b.Fatal(err)
		}
		buf = v.AppendJSON(buf[:0])
		n += len(buf)
	}
	b.ReportMetric(float64(n)/float64(b.N), "bytes/op")
}
