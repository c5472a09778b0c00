package spoil

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
)

// TestCases asks the engine about each broken instance: the keyword it was made
// for must be among those that it breaks.
func TestCases(t *testing.T) {
	for _, c := range []struct{ it, schema, instance, want string }{
		{"leaves out each required property", `{"required":["a","b"]}`, `{"a":1,"b":2}`, "required required"},
		{"gives another type", `{"type":"string"}`, `"x"`, "type"},
		{"gives no null where null is taken", `{"type":["string","null"]}`, `"x"`, "type"},
		{"goes past both bounds", `{"minimum":1,"maximum":3}`, `2`, "minimum maximum"},
		{"stands on an exclusive bound", `{"exclusiveMinimum":1.5,"exclusiveMaximum":9}`, `2`, "exclusiveMinimum exclusiveMaximum"},
		{"is no multiple", `{"multipleOf":5}`, `10`, "multipleOf multipleOf"},
		{"is too short and too long", `{"minLength":2,"maxLength":3}`, `"äöü"`, "minLength maxLength"},
		{"leaves an enum and a const", `{"properties":{"a":{"enum":["x"]},"b":{"const":true}}}`, `{"a":"x","b":true}`, "enum enum const"},
		{"breaks formats", `{"format":"uuid"}`, `"0b6d3a52-6d43-4f5c-a8b8-3c1b7f0b3f9d"`, "format"},
		{"empties and overfills lists", `{"minItems":1,"maxItems":2,"uniqueItems":true}`, `[1]`, "minItems maxItems uniqueItems"},
		{"adds an undeclared property", `{"properties":{"a":true},"additionalProperties":false}`, `{"a":1}`, "additionalProperties"},
		{"counts properties", `{"minProperties":1,"maxProperties":2}`, `{"a":1}`, "minProperties maxProperties"},
		{"looks below", `{"items":{"properties":{"n":{"maximum":1}}}}`, `[{"n":0}]`, "maximum"},
		{"looks into allOf", `{"allOf":[{"required":["a"]},{"properties":{"a":{"minimum":0}}}]}`, `{"a":0}`, "required minimum"},
		{"follows references", `{"$ref":"mem:///r"}`, `7`, "maximum"},
	} {
		t.Run(c.it, func(t *testing.T) {
			schema, instance := decode(t, c.schema), decode(t, c.instance)
			r := decode(t, `{"maximum":7}`)
			engine := jsonschema.NewCompiler()
			engine.DefaultDraft(jsonschema.Draft2020)
			engine.AssertFormat()
			for address, s := range map[string]any{"mem:///r": r, "mem:///s": schema} {
				if err := engine.AddResource(address, s); err != nil {
					t.Fatal(err)
				}
			}
			compiled := engine.MustCompile("mem:///s")
			if err := compiled.Validate(instance); err != nil {
				t.Fatalf("the instance is no good one: %v", err)
			}
			before, _ := json.Marshal(instance)
			var got []string
			for _, broken := range Cases(Schema{schema, func(string) (any, bool) { return r, true }}, instance) {
				text, _ := json.Marshal(broken.Instance)
				err := compiled.Validate(decode(t, string(text)))
				if err == nil {
					t.Errorf("%s satisfies %s", text, c.schema)
				}
				got = append(got, broken.Keyword)
			}
			slices.SortStableFunc(got, func(a, b string) int {
				return strings.Index(c.want, a) - strings.Index(c.want, b)
			})
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
			if after, _ := json.Marshal(instance); !bytes.Equal(before, after) {
				t.Errorf("%s was changed to %s", before, after)
			}
		})
	}
}

// TestCasesOfPatterns holds that one of the proposals breaks a pattern.
func TestCasesOfPatterns(t *testing.T) {
	engine := jsonschema.NewCompiler()
	for _, pattern := range []string{"^[a-z]+$", "^.{3}$", "[0-9]", "^[^~]+$"} {
		if err := engine.AddResource("mem:///"+pattern, map[string]any{"pattern": pattern}); err != nil {
			t.Fatal(err)
		}
		compiled := engine.MustCompile("mem:///" + pattern)
		broken := Cases(Schema{At: map[string]any{"pattern": pattern}}, "abc123")
		if !slices.ContainsFunc(broken, func(c Case) bool { return compiled.Validate(c.Instance) != nil }) {
			t.Errorf("nothing breaks %s", pattern)
		}
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
