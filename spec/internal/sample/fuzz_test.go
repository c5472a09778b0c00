package sample

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// The law of the package: every sample passes its check. The schemas are
// random, and of every keyword; the engine that judges exchanges judges.
func FuzzSamplesSatisfyTheirSchema(f *testing.F) {
	for n := range uint64(64) {
		f.Add(n, uint8(n))
	}
	f.Fuzz(func(t *testing.T, n uint64, size uint8) { sampleRandom(t, n, size) })
}

func TestSamplesSatisfyTheirSchema(t *testing.T) {
	made := 0
	const all = 1000
	for n := range uint64(all) {
		if sampleRandom(t, n, uint8(n*7)) {
			made++
		}
	}
	t.Logf("%d of %d random schemas have a sample", made, all)
	if made < all*8/10 {
		t.Errorf("it finds samples for only %d of %d random schemas", made, all)
	}
}

// sampleRandom makes a schema and a sample of it, and reports whether there is
// one. Contradictory schemas are made, too.
func sampleRandom(t *testing.T, n uint64, size uint8) bool {
	t.Helper()
	x := schemer{d: newDice().at(seed{mix(n), uint64(size)}), budget: 4 + int(size)/4}
	doc := map[string]any{"$defs": map[string]any{"a": x.schema(2), "b": x.schema(1)}}
	for k, v := range x.schema(0) {
		doc[k] = v
	}
	if inCircles(doc, doc, nil) {
		return false // without a meaning (JSON Schema 2020-12 Core, 9.4.1)
	}
	v, err := compile(doc)
	if err != nil {
		t.Fatalf("the test makes a bad schema: %v", err)
	}
	g := New(Options{Resolve: inside(doc)})
	q := Request{Schema: doc, Seed: [2]uint64{n, 3}, Name: "item", Now: time.Unix(1_800_000_000, 0)}
	s, err := g.Generate(q)
	if err != nil {
		return false
	}
	if err := v.Validate(decode(t, s)); err != nil {
		b, _ := json.Marshal(doc)
		t.Errorf("it makes %s of %s: %v", s.AppendJSON(nil), b, err)
	}
	again, _ := New(Options{Resolve: inside(doc)}).Generate(q)
	if string(again.AppendJSON(nil)) != string(s.AppendJSON(nil)) {
		t.Errorf("it makes two samples of one seed: %s and %s", s.AppendJSON(nil), again.AppendJSON(nil))
	}
	return true
}

// inCircles reports whether a schema leads back to itself without a step into
// the instance. Which answers such a schema gives is nobody's to say.
func inCircles(doc, schema map[string]any, way []string) bool {
	next := func(v any, way []string) bool {
		s, ok := v.(map[string]any)
		return ok && inCircles(doc, s, way)
	}
	if ref, ok := schema["$ref"].(string); ok {
		if slices.Contains(way, ref) {
			return true
		}
		to := any(doc)
		if name, ok := strings.CutPrefix(ref, "#/$defs/"); ok {
			to = doc["$defs"].(map[string]any)[name]
		}
		if next(to, append(slices.Clone(way), ref)) {
			return true
		}
	}
	for _, k := range []string{"allOf", "anyOf", "oneOf"} {
		list, _ := schema[k].([]any)
		if slices.ContainsFunc(list, func(v any) bool { return next(v, way) }) {
			return true
		}
	}
	for _, k := range []string{"not", "if", "then", "else"} {
		if next(schema[k], way) {
			return true
		}
	}
	whenThere, _ := schema["dependentSchemas"].(map[string]any)
	for _, v := range whenThere {
		if next(v, way) {
			return true
		}
	}
	return false
}

// schemer makes random schemas.
type schemer struct {
	d      *dice
	budget int
}

var schemerNames = []string{"id", "name", "email", "created_at", "count", "tags", "a", "b", "price", "x-y"}

func (x *schemer) schema(depth int) map[string]any {
	x.budget--
	s := map[string]any{}
	if depth > 0 && x.d.oneIn(10) {
		s["$ref"] = x.d.pick([]string{"#/$defs/a", "#/$defs/b", "#"})
		if !x.d.oneIn(4) {
			return s
		}
	}
	switch kind := x.d.n(8); {
	case kind < 2 && depth < 4 && x.budget > 0:
		x.object(s, depth)
	case kind == 2 && depth < 4 && x.budget > 0:
		x.array(s, depth)
	case kind == 3:
		x.number(s, "integer")
	case kind == 4:
		x.number(s, "number")
	case kind == 5:
		s["type"] = x.d.pick([]string{"boolean", "null", "string"})
	default:
		x.str(s)
	}
	if t, ok := s["type"].(string); ok && t != "null" && x.d.oneIn(6) {
		s["type"] = []any{t, "null"}
	}
	x.enum(s)
	if depth < 4 && x.budget > 0 && x.d.oneIn(4) {
		x.combine(s, depth)
	}
	return s
}

func (x *schemer) count(s map[string]any, low, high string, most int) {
	lo := x.d.n(most)
	if x.d.oneIn(3) {
		s[low] = float64(lo)
	}
	if x.d.oneIn(3) {
		s[high] = float64(lo + x.d.n(most))
	}
}

func (x *schemer) str(s map[string]any) {
	s["type"] = "string"
	x.count(s, "minLength", "maxLength", 40)
	switch x.d.n(6) {
	case 0:
		s["pattern"] = x.d.pick([]string{`^[a-z]+$`, `\d{3}`, `^(ab|cde)+-[0-9]{2,5}$`, `^[^@]+@[a-z.]+$`, `x`, `^.{3,}$`, `^[A-Z]{2}(_[a-z]+)*$`, `^\S+ \S+$`})
	case 1:
		s["format"] = x.d.pick([]string{"date", "date-time", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid", "json-pointer", "relative-json-pointer", "regex", "byte", "uri-template", "iri", "semver", "unknown"})
		delete(s, "minLength")
		delete(s, "maxLength")
	}
}

func (x *schemer) number(s map[string]any, kind string) {
	s["type"] = kind
	lo := float64(x.d.n(2000)-1000) / float64(1+3*x.d.n(2))
	for _, k := range [...]struct {
		name string
		v    float64
	}{{"minimum", lo}, {"exclusiveMinimum", lo - 1}, {"maximum", lo + float64(x.d.n(200))}, {"exclusiveMaximum", lo + 1 + float64(x.d.n(50))}} {
		if x.d.oneIn(3) {
			s[k.name] = k.v
		}
	}
	if x.d.oneIn(4) {
		s["multipleOf"] = []any{0.01, 0.5, 3.0, 7.0, 0.3, 1.0}[x.d.n(6)]
	}
}

func (x *schemer) enum(s map[string]any) {
	values := []any{"a", "b", "name", 1.0, 2.5, nil, true, "2026-01-01"}
	switch x.d.n(16) {
	case 0:
		n := x.d.n(len(values) - 2)
		s["enum"] = values[n : n+1+x.d.n(2)]
		delete(s, "type")
	case 1:
		s["const"] = values[x.d.n(len(values))]
		delete(s, "type")
	case 2:
		s["example"] = values[x.d.n(len(values))]
	case 3:
		s["default"] = values[x.d.n(len(values))]
	}
}

func (x *schemer) array(s map[string]any, depth int) {
	s["type"] = "array"
	x.count(s, "minItems", "maxItems", 4)
	if !x.d.oneIn(4) {
		s["items"] = x.schema(depth + 1)
	}
	if x.d.oneIn(5) {
		s["prefixItems"] = []any{x.schema(depth + 1), x.schema(depth + 1)}
	}
	if x.d.oneIn(4) {
		s["uniqueItems"] = true
	}
	if x.d.oneIn(6) {
		s["contains"] = x.schema(depth + 1)
		x.count(s, "minContains", "maxContains", 3)
	}
	if x.d.oneIn(10) {
		s["unevaluatedItems"] = false
	}
}

func (x *schemer) object(s map[string]any, depth int) {
	s["type"] = "object"
	props := map[string]any{}
	var required []any
	for range x.d.n(5) {
		name := x.d.pick(schemerNames)
		if _, ok := props[name]; ok {
			continue
		}
		props[name] = x.schema(depth + 1)
		if x.d.oneIn(3) {
			required = append(required, name)
		}
	}
	s["properties"] = props
	if required != nil {
		s["required"] = required
	}
	x.openness(s, depth)
	x.count(s, "minProperties", "maxProperties", 3)
	if x.d.oneIn(10) {
		s["dependentRequired"] = map[string]any{x.d.pick(schemerNames): []any{x.d.pick(schemerNames)}}
	}
	if x.d.oneIn(10) {
		s["dependentSchemas"] = map[string]any{x.d.pick(schemerNames): x.schema(depth + 1)}
	}
}

func (x *schemer) openness(s map[string]any, depth int) {
	switch x.d.n(10) {
	case 0:
		s["additionalProperties"] = false
	case 1:
		s["additionalProperties"] = x.schema(depth + 1)
	case 2:
		s["unevaluatedProperties"] = false
	case 3:
		s["patternProperties"] = map[string]any{"^x-[a-z]{2,4}$": x.schema(depth + 1)}
	case 4:
		s["propertyNames"] = map[string]any{"pattern": "^[a-z_-]+$", "maxLength": 12.0}
	}
}

func (x *schemer) combine(s map[string]any, depth int) {
	two := func() []any {
		var list []any
		for i := range 1 + x.d.n(3) {
			b := x.schema(depth + 1)
			if t, ok := b["type"].(string); ok && t == "object" && x.d.oneIn(2) {
				b["required"] = []any{"kind"}
				if p, ok := b["properties"].(map[string]any); ok {
					p["kind"] = map[string]any{"const": fmt.Sprint("k", i)}
				}
			}
			list = append(list, b)
		}
		return list
	}
	switch x.d.n(6) {
	case 0:
		s["allOf"] = two()
	case 1, 2:
		delete(s, "type")
		s["anyOf"] = two()
	case 3:
		delete(s, "type")
		s["oneOf"] = two()
	case 4:
		s["not"] = x.schema(depth + 1)
	case 5:
		s["if"], s["then"], s["else"] = x.schema(depth+1), x.schema(depth+1), x.schema(depth+1)
	}
}
