package sample

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func parse(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// samples makes a dozen instances of a schema and lets the engine judge each.
func samples(t *testing.T, text string) []any {
	t.Helper()
	schema := parse(t, text)
	judge := validator(t, schema)
	g := New(Options{Resolve: inside(schema)})
	var list []any
	for n := range uint64(12) {
		v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{n, n}, Name: "thing"})
		if err != nil {
			t.Fatal(err)
		}
		if err := judge.Validate(decode(t, v)); err != nil {
			t.Errorf("it makes %s: %v", v.AppendJSON(nil), err)
		}
		list = append(list, v.Any())
	}
	return list
}

// The engine judges every sample; want adds what a schema doesn't say.
var keywords = []struct {
	it, schema string
	want       func(v any) bool
}{
	{"keeps a type", `{"type":"integer"}`, is[int64]},
	{"makes what a list of types allows, not null", `{"type":["string","null"]}`, is[string]},
	{"picks from an enum", `{"enum":["a",1,{"x":[1]}]}`, nil},
	{"avoids the null of an enum", `{"enum":[null,"a"]}`, is[string]},
	{"takes the const", `{"const":{"a":[1,null]}}`, nil},
	{"narrows an enum by the other keywords", `{"enum":["a","abc",7],"minLength":2,"type":"string"}`, func(v any) bool { return v == "abc" }},
	{"keeps minimum and maximum", `{"type":"integer","minimum":17,"maximum":18}`, nil},
	{"keeps exclusive limits", `{"type":"integer","exclusiveMinimum":17,"exclusiveMaximum":19}`, func(v any) bool { return v == int64(18) }},
	{"finds numbers between close limits", `{"type":"number","exclusiveMinimum":0.001,"exclusiveMaximum":0.0011}`, nil},
	{"keeps limits far from zero", `{"type":"integer","minimum":9007199254740993,"maximum":9007199254740995}`, nil},
	{"keeps the largest limits", `{"type":"integer","minimum":9223372036854775806}`, nil},
	{"steps by multipleOf", `{"type":"integer","multipleOf":7,"minimum":50}`, nil},
	{"steps by a decimal multipleOf", `{"type":"number","multipleOf":0.01,"minimum":0.07,"maximum":0.09}`, nil},
	{"steps by two multipleOf", `{"allOf":[{"multipleOf":4},{"multipleOf":6}],"type":"integer","minimum":1}`, nil},
	{"fits int32", `{"type":"integer","format":"int32","minimum":2147483000}`, func(v any) bool { return v.(int64) <= math.MaxInt32 }},
	{"keeps minLength and maxLength", `{"type":"string","minLength":33,"maxLength":34}`, nil},
	{"makes long strings", `{"type":"string","minLength":3000}`, nil},
	{"makes an empty string where it must", `{"type":"string","maxLength":0}`, nil},
	{"matches a pattern", `{"type":"string","pattern":"^[A-Z]{3}-\\d{4,6}$"}`, nil},
	{"matches a pattern of a wanted length", `{"type":"string","pattern":"^(ab|c)+\\.[x-z]*$","minLength":21,"maxLength":22}`, nil},
	{"matches a pattern inside a longer string", `{"type":"string","pattern":"foo","minLength":30}`, nil},
	{"matches two patterns", `{"allOf":[{"pattern":"^[a-z0-9]+$"},{"pattern":"[0-9]$"}],"type":"string"}`, nil},
	{"joins a format and a length", `{"type":"string","format":"email","maxLength":12}`, nil},
	{"fills required properties", `{"type":"object","required":["a","b"]}`, has("a", "b")},
	{"fills optional properties", `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"object","properties":{"c":{}}}}}`, has("a", "b")},
	{"adds nothing to a closed object", `{"type":"object","properties":{"a":{}},"additionalProperties":false}`, members(1, 1)},
	{"fills a map", `{"type":"object","additionalProperties":{"type":"integer"}}`, members(1, 9)},
	{"names properties by their pattern", `{"type":"object","patternProperties":{"^x-[a-z]+$":{"type":"integer"}},"additionalProperties":false,"minProperties":3}`, members(3, 9)},
	{"keeps propertyNames", `{"type":"object","propertyNames":{"pattern":"^[A-Z]{2}$"},"minProperties":2,"additionalProperties":true}`, members(2, 9)},
	{"keeps minProperties", `{"type":"object","minProperties":12}`, members(12, 12)},
	{"keeps maxProperties", `{"type":"object","maxProperties":1,"required":["c"],"properties":{"a":{},"b":{},"c":{}}}`, has("c")},
	{"keeps dependentRequired", `{"properties":{"card":{}},"required":["card"],"dependentRequired":{"card":["address"],"address":["city"]},"type":"object"}`, has("card", "address", "city")},
	{"keeps dependentSchemas", `{"type":"object","properties":{"a":{"type":"string"}},"dependentSchemas":{"a":{"required":["b"],"properties":{"b":{"const":3}}}}}`, has("a", "b")},
	{"keeps items", `{"type":"array","items":{"type":"integer","minimum":5},"minItems":1}`, nil},
	{"keeps minItems and maxItems", `{"type":"array","minItems":7,"maxItems":7}`, func(v any) bool { return len(v.([]any)) == 7 }},
	{"keeps prefixItems", `{"type":"array","prefixItems":[{"const":1},{"type":"string"}],"items":false}`, func(v any) bool { return len(v.([]any)) == 2 }},
	{"keeps items different", `{"type":"array","items":{"enum":["a","b","c"]},"uniqueItems":true,"minItems":3}`, nil},
	{"keeps few items different", `{"type":"array","items":{"type":"boolean"},"uniqueItems":true}`, nil},
	{"keeps contains", `{"type":"array","contains":{"const":"x"},"items":{"type":"string"},"minContains":2,"maxContains":2,"minItems":4}`, nil},
	{"merges allOf", `{"allOf":[{"properties":{"a":{"minimum":3}},"required":["a"]},{"properties":{"a":{"type":"integer","maximum":3}}}],"type":"object"}`, func(v any) bool { return v.(map[string]any)["a"] == int64(3) }},
	{"goes one way of anyOf", `{"anyOf":[false,{"type":"string","minLength":3,"maxLength":2},{"const":"yes"}]}`, func(v any) bool { return v == "yes" }},
	{"goes exactly one way of oneOf", `{"type":"object","properties":{"a":{},"b":{}},"oneOf":[{"required":["a"]},{"required":["b"]}]}`, members(1, 1)},
	{"finds what only one of two alike branches takes", `{"oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"b":{"type":"string"}}}]}`, nil},
	{"tells number from integer", `{"oneOf":[{"type":"number"},{"type":"integer"}]}`, nil},
	{"keeps not", `{"type":"object","properties":{"a":{},"b":{}},"not":{"required":["a"]}}`, has("b")},
	{"keeps a negated type", `{"not":{"type":["string","object","array","number","null"]}}`, is[bool]},
	{"keeps if and then", `{"type":"object","required":["k"],"properties":{"k":{"enum":["x"]}},"if":{"properties":{"k":{"const":"x"}}},"then":{"required":["v"]},"else":false}`, has("v")},
	{"keeps else", `{"type":"integer","if":{"minimum":5000},"then":false,"else":{"multipleOf":9}}`, nil},
	{"keeps unevaluatedProperties", `{"allOf":[{"properties":{"a":{}}}],"properties":{"b":{}},"unevaluatedProperties":false,"type":"object"}`, members(2, 2)},
	{"keeps unevaluatedItems", `{"type":"array","prefixItems":[{}],"unevaluatedItems":false,"minItems":1}`, nil},
	{"follows references", `{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"type":"array","items":{"$ref":"#/$defs/c"},"minItems":1},"c":{"const":4}}}`, nil},
	{"leaves a schema out of itself", `{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"parent":{"$ref":"#"}}}`, nodes(2)},
	{"ends a list of itself", `{"type":"object","required":["name","children"],"properties":{"name":{"type":"string"},"children":{"type":"array","items":{"$ref":"#"}}}}`, nodes(4)},
	{"ends a required schema by null", `{"type":"object","required":["next"],"properties":{"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}`, nodes(3)},
	{"ends a required schema by another branch", `{"oneOf":[{"type":"object","required":["and"],"properties":{"and":{"type":"array","minItems":2,"items":{"$ref":"#"}}}},{"type":"string"}]}`, nil},
	{"meets minProperties without going in circles", `{"type":"object","minProperties":3,"properties":{"a":{"$ref":"#"},"b":{"type":"string"}}}`, nodes(3)},
	{"leaves endless schemas out", `{"type":"object","properties":{"a":{"$ref":"#/$defs/x"},"b":{}},"$defs":{"x":{"type":"object","required":["x"],"properties":{"x":{"$ref":"#/$defs/x"}}}}}`, members(1, 1)},
}

func TestKeywords(t *testing.T) {
	for _, c := range keywords {
		t.Run("it "+c.it, func(t *testing.T) {
			for _, v := range samples(t, c.schema) {
				if c.want != nil && !c.want(v) {
					t.Errorf("it makes %#v", v)
				}
			}
		})
	}
}

func is[T any](v any) bool { _, ok := v.(T); return ok }

func has(names ...string) func(any) bool {
	return func(v any) bool {
		m, _ := v.(map[string]any)
		for _, n := range names {
			if _, ok := m[n]; !ok {
				return false
			}
		}
		return true
	}
}

func members(lo, hi int) func(any) bool {
	return func(v any) bool {
		m, ok := v.(map[string]any)
		return ok && len(m) >= lo && len(m) <= hi
	}
}

// nodes bounds the objects in an instance.
func nodes(most int) func(any) bool {
	var count func(v any) int
	count = func(v any) int {
		n := 0
		switch v := v.(type) {
		case map[string]any:
			n = 1
			for _, x := range v {
				n += count(x)
			}
		case []any:
			for _, x := range v {
				n += count(x)
			}
		}
		return n
	}
	return func(v any) bool { return count(v) <= most }
}

func TestFormats(t *testing.T) {
	shapes := map[string]string{
		"date": `^\d{4}-\d\d-\d\d$`, "date-time": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, "time": `^\d\d:\d\d:\d\dZ$`, "duration": `^P`,
		"email": `^[a-z]+\.[a-z]+@example\.com$`, "idn-email": `@`, "hostname": `^[a-z.]+$`, "idn-hostname": `^[a-z.]+$`, "ipv4": `^203\.0\.113\.\d+$`,
		"ipv6": `^2001:db8::`, "uri": `^https://`, "uri-reference": `.`, "iri": `^https://`, "iri-reference": `.`, "uri-template": `\{id\}`,
		"uuid": `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, "json-pointer": `^/`, "relative-json-pointer": `^\d/`, "regex": `.`,
		"byte": `^[A-Za-z0-9+/]{4,}=*$`, "binary": `.`, "password": `[A-Z].*\d`, "semver": `^\d+\.\d+\.\d+$`, "ulid": `^[0-9A-HJKMNP-TV-Z]{26}$`,
		"currency": `^[A-Z]{3}$`, "iso-country-code": `^[A-Z]{2}$`, "phone": `^\+\d+$`, "color": `^#[0-9a-f]{6}$`, "decimal": `^\d+\.\d+$`, "mac": `^02(:[0-9a-f]{2}){5}$`,
	}
	for f, shape := range shapes {
		t.Run("it makes "+f, func(t *testing.T) {
			re := regexp.MustCompile(shape)
			for _, v := range samples(t, fmt.Sprintf(`{"type":"string","format":%q}`, f)) {
				if !re.MatchString(v.(string)) {
					t.Errorf("it makes %q", v)
				}
			}
		})
	}
}

func TestLongFormats(t *testing.T) {
	for _, v := range samples(t, `{"type":"string","format":"uri","minLength":80}`) {
		if utf8.RuneCountInString(v.(string)) < 80 {
			t.Errorf("it makes %q", v)
		}
	}
	samples(t, `{"type":"string","format":"byte","minLength":200,"maxLength":204}`)
}
