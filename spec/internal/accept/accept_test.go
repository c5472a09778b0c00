package accept

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/jsonschema/v6"
)

func TestCases(t *testing.T) {
	for _, c := range loadCases(t) {
		s := mustCompile(t, string(c.Schema))
		checker := Compile(s, c.Options)
		for _, body := range c.Valid {
			if !checker.Valid(body) {
				t.Errorf("%s: not sure about %s (objection: %v)", c.name, body, objection(s, c.Options, body))
			}
		}
		for _, body := range c.Doubt {
			if checker.Valid(body) {
				t.Errorf("%s: sure about %s", c.name, body)
			}
		}
	}
}

var allow = Options{Undeclared: AllowUndeclared}

// validTests say of bodies that a checker must accept them, or must not.
var validTests = []struct {
	it, schema   string
	options      Options
	valid, doubt []string
}{
	{
		"reads JSON and nothing else", `{}`, allow,
		[]string{`null`, `true`, `false`, `0`, `-1.50`, `""`, `[]`, `{}`, " [ 1 ,\t{ \"a\" : [ ] }\r\n] "},
		[]string{
			``, ` `, `nul`, `nulL`, `True`, `tru`, `fals`, `01`, `1.`, `.5`, `-`, `+1`, `1e`, `0x1`, `NaN`, `'a'`, `"`, `"a`, "\"a\nb\"", `"\x"`, `"\u12"`, `"\u12g4"`,
			`[`, `[1`, `[1,`, `[1,]`, `[,1]`, `[1 2]`, `[1}`, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":1]`, `{,}`, `1 2`, `{} x`, `null,`, "\ufeff{}", "1\x00", "\v1",
		},
	},
	{
		"refuses what decoding hides", `{}`, allow,
		[]string{`{"a":1,"A":2}`, `{"a":{"a":1}}`, `"\ud83d\ude00"`, `"é"`, `"\ufffd"`},
		[]string{
			`{"a":1,"a":1}`, `{"a":1,"b":{},"a":1}`, `[{"é":1,"é":2}]`, `{"a":1,"\u0061":2}`, `"\ud83d"`, `"\ude00\ud83d"`, `"\ud83d\u0041"`, `"\ud83dxx"`,
			"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "{\"\xff\":1}", `1e400`, `1` + strings.Repeat("0", 400),
		},
	},
	{
		"finds duplicates among listed names", `{"properties":{"a":{},"b":{}}}`, Options{},
		[]string{`{"b":1,"a":2}`}, []string{`{"a":1,"b":2,"a":1}`, `{"a":1,"\u0061":1}`},
	},
	{
		"tells the types apart", `{"type":["integer","null"]}`, allow,
		[]string{`1`, `-0`, `1.0`, `null`, `12345678901234567890`}, []string{`1.5`, `"1"`, `true`, `[]`, `{}`, `1.00000000000000000001`},
	},
	{
		"takes an integer for a number", `{"type":"number"}`, allow,
		[]string{`1`, `0.1`, `-2.50`, `0.12345678901234567890`}, []string{`1e2`, `"1"`, `null`},
	},
	{
		"compares bounds exactly", `{"minimum":0.1,"exclusiveMaximum":10}`, allow,
		[]string{`0.1`, `0.10`, `9.99999999999999`, `"text"`}, []string{`0.09999999999999`, `10`, `10.0`, `-5`, `9.9999999999999999`},
	},
	{
		"compares with bounds beyond what it reads", `{"minimum":-1e300,"maximum":9223372036854775807}`, allow,
		[]string{`-123456789012345`, `999999999999999`}, []string{`9223372036854775808`, `1234567890123456`},
	},
	{
		"divides decimals exactly", `{"multipleOf":0.01}`, allow,
		[]string{`19.99`, `0.3`, `0`, `-4.35`}, []string{`0.005`, `19.999`},
	},
	{
		"keeps integer formats within their bounds", `{"format":"int32"}`, allow,
		[]string{`2147483647`, `-2147483648`, `"a"`, `1.0`}, []string{`2147483648`, `1.5`, `1e1`},
	},
	{
		"counts code points", `{"minLength":2,"maxLength":3}`, allow,
		[]string{`"ab"`, `"आशा"`, `"₹₹"`, `"a\u0026b"`, `"\ud83d\ude00\/"`, `1`}, []string{`"a"`, `"₹"`, `"abcd"`, `"\u20b9"`, `"😀😀😀😀"`},
	},
	{
		"matches patterns against the decoded text", `{"pattern":"^a/b$"}`, allow,
		[]string{`"a/b"`, `"a\/b"`, `"\u0061/b"`}, []string{`"a\\/b"`, `"a/b\n"`},
	},
	{
		"compares enums by value", `{"enum":["a&b",0,1,2.5,null,true]}`, allow,
		[]string{`-0`, `0.0`, `"a&b"`, `"a\u0026b"`, `1.0`, `2.50`, `null`, `true`}, []string{`"a"`, `2`, `false`, `[]`, `{}`, `1e0`},
	},
	{
		"finds a text in a long enum", `{"enum":["alpha","beta","gamma","delta","epsilon","a rather long text of an enum"]}`, allow,
		[]string{`"alpha"`, `"epsilon"`, `"a rather long text of an enum"`}, []string{`"zeta"`, `""`, `"a rather LONG text of an enum"`},
	},
	{
		"leaves objects in enums to the library", `{"enum":[{"a":1},[1],"x"]}`, allow,
		[]string{`"x"`}, []string{`{"a":1}`, `[1]`, `{"a":2}`},
	},
	{
		"asks for required members", `{"required":["a","b"],"properties":{"a":{},"b":{}}}`, Options{},
		[]string{`{"b":1,"a":null}`, `[]`}, []string{`{}`, `{"a":1}`},
	},
	{
		"counts members", `{"minProperties":1,"maxProperties":2}`, allow,
		[]string{`{"a":1}`, `{"a":1,"b":1}`}, []string{`{}`, `{"a":1,"b":1,"c":1}`},
	},
	{
		"applies additionalProperties to the rest", `{"properties":{"a":{"type":"string"}},"patternProperties":{"^x-":{"type":"boolean"}},"additionalProperties":{"type":"integer"}}`, allow,
		[]string{`{"a":"","x-1":true,"n":1,"m":2}`}, []string{`{"a":1}`, `{"x-1":1}`, `{"n":""}`, `{"n":1,"n":2}`},
	},
	{
		"closes objects", `{"properties":{"a":{}},"additionalProperties":false}`, allow,
		[]string{`{}`, `{"a":1}`}, []string{`{"b":1}`},
	},
	{
		"applies all the patterns that match a name", `{"patternProperties":{"^a":{"type":"integer"},"b$":{"minimum":5}}}`, Options{},
		[]string{`{"ab":5,"a":1,"b":9}`}, []string{`{"ab":4}`, `{"ab":5.5}`, `{"c":1}`},
	},
	{
		"applies patterns to listed names", `{"properties":{"ab":{"minimum":5}},"patternProperties":{"^a":{"type":"integer"}}}`, Options{},
		[]string{`{"ab":5}`}, []string{`{"ab":4}`, `{"ab":5.5}`},
	},
	{
		"judges names", `{"properties":{"toolong":{}},"propertyNames":{"maxLength":3}}`, allow,
		[]string{`{"abc":1}`, `{"₹₹₹":1}`}, []string{`{"abcd":1}`, `{"toolong":1}`},
	},
	{
		"asks for dependent members", `{"dependentRequired":{"a":["b"]},"dependentSchemas":{"c":{"required":["d"]}}}`, allow,
		[]string{`{"b":1}`, `{"a":1,"b":1}`, `{"c":1,"d":1}`, `1`}, []string{`{"a":1}`, `{"c":1}`},
	},
	{
		"applies items behind prefixItems", `{"prefixItems":[{"type":"string"}],"items":{"type":"integer"},"minItems":1,"maxItems":3}`, allow,
		[]string{`["a"]`, `["a",1,2]`}, []string{`[]`, `[1]`, `["a","b"]`, `["a",1,2,3]`},
	},
	{
		"compares items", `{"uniqueItems":true}`, allow,
		[]string{`[]`, `[1,"1",true,false,null,{},[],1.5]`}, []string{`[1,1.0]`, `["a","a"]`, `["a","\u0061"]`, `[null,null]`, `[{},{}]`, `[{"a":1},{"a":2}]`, `[0,-0]`},
	},
	{
		"counts what contains asks for", `{"contains":{"type":"string"},"minContains":1,"maxContains":2}`, allow,
		[]string{`["a"]`, `[1,"a",[{}],"b"]`}, []string{`[]`, `[1]`, `["a","b","c"]`},
	},
	{
		"has no proof that objects are alike", `{"not":{"uniqueItems":true}}`, allow,
		[]string{`[1,1]`, `["a","a"]`}, []string{`[{"a":1},{"a":2}]`, `[{},{}]`, `["a","\u0061"]`, `[1,2]`, `1`},
	},
	{
		"needs nothing where minContains is 0", `{"contains":{"type":"string"},"minContains":0}`, allow,
		[]string{`[]`, `[1]`}, nil,
	},
	{
		"takes anyOf with one branch that holds", `{"anyOf":[{"type":"string","minLength":2},{"type":"object","required":["a"]},{"type":"null"}]}`, allow,
		[]string{`"ab"`, `{"a":[{"b":1}]}`, `null`}, []string{`"a"`, `{}`, `1`, `{"a":1,"a":1}`},
	},
	{
		"takes oneOf only with proof against the others", `{"oneOf":[{"type":"integer"},{"multipleOf":0.5,"type":"number"},{"type":"object","required":["a"]},{"type":"object","required":["b"]}]}`, allow,
		[]string{`0.5`, `{"a":{"x":[1,2]}}`, `{"b":1}`}, []string{`1`, `{"a":1,"b":1}`, `{}`, `{"a":1,"a":2}`, `1e0`},
	},
	{
		"takes not only with proof", `{"not":{"type":"object","required":["a"],"properties":{"a":{"const":1}}}}`, allow,
		[]string{`1`, `{}`, `{"a":2}`}, []string{`{"a":1}`, `{"a":1.0}`, `{"b":1,"b":1}`, `{"a":10e-1}`},
	},
	{
		"follows if into then or else", `{"properties":{"kind":{},"n":{}},"if":{"properties":{"kind":{"const":"a"}},"required":["kind"]},"then":{"required":["n"]},"else":{"properties":{"n":{"type":"string"}}}}`, Options{},
		[]string{`{"kind":"a","n":1}`, `{"kind":"b"}`, `{"kind":"b","n":""}`, `{}`}, []string{`{"kind":"a"}`, `{"kind":"b","n":1}`, `{"n":1}`},
	},
	{
		"merges $ref with what stands beside it", `{"$ref":"#/$defs/a","maxLength":3,"$defs":{"a":{"type":"string","minLength":2}}}`, Options{},
		[]string{`"ab"`}, []string{`"a"`, `"abcd"`, `1`},
	},
	{
		"sees names across allOf", `{"properties":{"a":{}},"allOf":[{"properties":{"b":{"minimum":1}}},{"$ref":"#/$defs/c"}],"$defs":{"c":{"properties":{"b":{"maximum":3},"c":{}}}}}`, Options{},
		[]string{`{"a":1,"b":2,"c":3}`}, []string{`{"b":0}`, `{"b":4}`, `{"d":1}`},
	},
	{
		"closes one branch of allOf against the others", `{"allOf":[{"properties":{"a":{}},"additionalProperties":false},{"properties":{"b":{}}}]}`, allow,
		[]string{`{"a":1}`}, []string{`{"b":1}`},
	},
	{
		"sees the names of the branch that holds", `{"properties":{"a":{}},"anyOf":[{"required":["b"],"properties":{"b":{}}},{"required":["c"],"properties":{"c":{}}}]}`, Options{},
		[]string{`{"a":1,"b":1}`, `{"c":1}`}, []string{`{"b":1,"c":1}`, `{"a":1}`},
	},
	{
		"proves unevaluatedProperties by listed names", `{"allOf":[{"properties":{"a":{}}}],"properties":{"b":{}},"unevaluatedProperties":false}`, allow,
		[]string{`{"a":1,"b":1}`}, []string{`{"c":1}`},
	},
	{
		"does not take a cousin's names for evaluated", `{"allOf":[{"properties":{"a":{}}},{"unevaluatedProperties":false}]}`, allow,
		[]string{`{}`}, []string{`{"a":1}`},
	},
	{
		"leaves unevaluatedItems to the library", `{"prefixItems":[{}],"unevaluatedItems":false}`, allow,
		[]string{`{}`}, []string{`[1]`, `[1,2]`},
	},
	{
		"asks for a discriminator", `{"type":"object","properties":{"kind":{}},"discriminator":{"propertyName":"kind"},"deprecated":true,"example":{}}`, Options{},
		[]string{`{"kind":"a"}`}, []string{`{}`, `null`},
	},
	{
		"doubts members that nothing lists", `{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}},"b":{"type":"object"}}}`, Options{},
		[]string{`{"a":{},"b":{}}`}, []string{`{"c":1}`, `{"a":{"x":"y"}}`, `{"b":{"x":1}}`},
	},
	{
		"lets maps and free-form objects be", `{"type":"object","properties":{"a":{"type":"object","additionalProperties":{"type":"string"}},"b":{"type":"object"}}}`, Options{Undeclared: DoubtStray},
		[]string{`{"a":{"x":"y"},"b":{"x":1}}`}, []string{`{"c":1}`, `{"a":{"x":1}}`, `{"b":{"x":1,"x":1}}`},
	},
	{
		"heeds every branch of anyOf that holds", `{"anyOf":[{"type":"object"},{"properties":{"a":{},"c":{"readOnly":true}}}]}`, Options{Undeclared: DoubtStray, Direction: Request},
		[]string{`{"a":1}`, `{}`}, []string{`{"b":1}`, `{"c":1}`},
	},
	{
		"lets an object be that says it is open", `{"properties":{"a":{}},"additionalProperties":true}`, Options{Undeclared: DoubtStray},
		[]string{`{"a":1,"b":1}`}, []string{`{"b":1,"b":1}`},
	},
	{
		"doubts a required name that nothing lists", `{"type":"object","required":["a"],"properties":{"b":{}}}`, Options{Undeclared: DoubtStray},
		nil, []string{`{"a":1}`},
	},
	{
		"doubts readOnly in requests", `{"properties":{"id":{"readOnly":true},"ref":{"$ref":"#/$defs/r"},"w":{"writeOnly":true},"a":{}},"$defs":{"r":{"readOnly":true}}}`, Options{Direction: Request},
		[]string{`{"a":1,"w":1}`}, []string{`{"id":1}`, `{"ref":null}`},
	},
	{
		"doubts writeOnly in responses", `{"properties":{"id":{"readOnly":true},"w":{"type":"string","writeOnly":true}}}`, Options{Direction: Response},
		[]string{`{"id":1}`}, []string{`{"w":""}`},
	},
	{
		"looks at neither without a direction", `{"properties":{"id":{"readOnly":true},"w":{"writeOnly":true}}}`, Options{},
		[]string{`{"id":1,"w":1}`}, nil,
	},
	{
		"stops where nesting is too deep", `{}`, Options{Undeclared: AllowUndeclared, MaxDepth: 3},
		[]string{`[[[]]]`, `{"a":[{}]}`}, []string{`[[[[]]]]`, `{"a":[{"b":{}}]}`},
	},
	{
		"doubts a schema that applies itself to the same value", `{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/a"}]}}}`, allow,
		[]string{`"a"`}, []string{`1`, `{}`},
	},
	{
		"doubts a branch that only leads back", `{"$ref":"#/$defs/a","$defs":{"a":{"type":["string","integer"],"anyOf":[{"type":"string"},{"$ref":"#/$defs/a"}]}}}`, allow,
		[]string{`"a"`}, []string{`1`},
	},
	{
		"takes true for all and false for nothing", `{"properties":{"a":true,"b":false}}`, Options{},
		[]string{`{"a":1}`}, []string{`{"b":1}`},
	},
	{
		"doubts $dynamicRef", `{"$dynamicRef":"#a","$defs":{"a":{"$dynamicAnchor":"a","type":"string"}}}`, allow,
		nil, []string{`"a"`},
	},
}

func TestValid(t *testing.T) {
	for _, test := range validTests {
		t.Run("it "+test.it, func(t *testing.T) {
			s := mustCompile(t, test.schema)
			c, whole := Compile(s, test.options), newSubject(test.it, s)
			for _, body := range test.valid {
				if !c.Valid([]byte(body)) {
					t.Errorf("not sure about %s (objection: %v)", body, objection(s, test.options, []byte(body)))
				}
			}
			for _, body := range test.doubt {
				if c.Valid([]byte(body)) {
					t.Errorf("sure about %q (objection: %v)", body, objection(s, test.options, []byte(body)))
				}
			}
			for _, body := range slices.Concat(test.valid, test.doubt) {
				whole.hold(t, []byte(body))
			}
		})
	}
}

func TestValidString(t *testing.T) {
	tests := []struct {
		it, schema   string
		valid, doubt []string
	}{
		{"takes text as it stands", `{"type":"string","maxLength":4}`, []string{"", "a", "null", "12", `"é"`}, []string{"abcde", "\xff"}},
		{"reads integers", `{"type":"integer","minimum":1,"maximum":100}`, []string{"1", "100"}, []string{"", "0", "101", "+1", "1.5", "1e1", " 1", "1 ", "0x1", "01", "a", "null", `"1"`, "true"}},
		{"reads numbers", `{"type":"number"}`, []string{"1", "-0.5"}, []string{"", ".5", "NaN", "[1]"}},
		{"reads booleans", `{"type":"boolean"}`, []string{"true", "false"}, []string{"", "1", "TRUE", "yes", "truex"}},
		{"is not sure about null", `{"type":["integer","null"]}`, []string{"1"}, []string{"", "null"}},
		{"is not sure where text could be two things", `{"type":["integer","string"]}`, nil, []string{"1", "a"}},
		{"is not sure about number or boolean", `{"type":["integer","boolean"]}`, nil, []string{"1", "true"}},
		{"is not sure about arrays and objects", `{"type":["array","string"]}`, nil, []string{"a", "[]"}},
		{"is not sure without a type", `{}`, nil, []string{"a", "1"}},
		{"looks into unions", `{"anyOf":[{"const":"asc"},{"enum":["desc"]}]}`, []string{"asc", "desc"}, []string{"", "ascending"}},
		{"asserts formats", `{"type":"string","format":"uuid"}`, []string{"0f8fad5b-d9cb-469f-a165-70867728950e"}, []string{"0f8fad5b"}},
	}
	for _, test := range tests {
		t.Run("it "+test.it, func(t *testing.T) {
			c := Compile(mustCompile(t, test.schema), Options{})
			for _, text := range test.valid {
				if !c.ValidString(text) {
					t.Errorf("not sure about %q", text)
				}
			}
			for _, text := range test.doubt {
				if c.ValidString(text) {
					t.Errorf("sure about %q", text)
				}
			}
		})
	}
}

func TestItIsNeverSureOfASchemaThatIsNotThere(t *testing.T) {
	if c := Compile(nil, allow); c.Valid([]byte(`{}`)) || c.ValidString("a") {
		t.Error("sure without a schema")
	}
}

func TestItKnowsNamesPastTheSixtyFourth(t *testing.T) {
	var properties, members []string
	for i := range 200 {
		properties = append(properties, fmt.Sprintf(`"property-with-the-number-%03d":{"type":"integer"}`, i))
		members = append(members, fmt.Sprintf(`"property-with-the-number-%03d":%d`, i, i))
	}
	schema := `{"type":"object","additionalProperties":false,"required":["property-with-the-number-000","property-with-the-number-150"],` +
		`"dependentRequired":{"property-with-the-number-199":["property-with-the-number-100"]},"properties":{` + strings.Join(properties, ",") + `}}`
	c := Compile(mustCompile(t, schema), Options{})
	object := func(indexes ...int) []byte {
		var some []string
		for _, i := range indexes {
			some = append(some, members[i])
		}
		return []byte("{" + strings.Join(some, ",") + "}")
	}
	all := make([]int, 200)
	for i := range all {
		all[i] = 199 - i
	}
	for _, ok := range [][]byte{object(all...), object(150, 0), object(0, 150, 199, 100)} {
		if !c.Valid(ok) {
			t.Errorf("not sure about %.80s", ok)
		}
	}
	for _, bad := range [][]byte{object(0), object(150), object(0, 150, 199), object(0, 150, 70, 70), object(append(all, 3)...)} {
		if c.Valid(bad) {
			t.Errorf("sure about %.80s", bad)
		}
	}
}

func TestItBoundsTheWorkOfNestedUnions(t *testing.T) {
	// Each level doubles the readings of the one below.
	s := mustCompile(t, `{"$ref":"#/$defs/n","$defs":{"n":{"type":"array","oneOf":[
		{"items":{"$ref":"#/$defs/n"},"maxItems":1},
		{"items":{"$ref":"#/$defs/n"},"minItems":1,"contains":{"type":"string"}}]}}}`)
	c := Compile(s, allow)
	if !c.Valid([]byte(`[[[[]]]]`)) {
		t.Error("not sure about a shallow body")
	}
	if c.Valid([]byte(strings.Repeat("[", 400) + strings.Repeat("]", 400))) {
		t.Error("sure of what takes 2^400 readings")
	}
}

func TestItBoundsTheProductOfUnions(t *testing.T) {
	var unions, few, all []string
	for i := range 40 {
		unions = append(unions, fmt.Sprintf(`{"anyOf":[{"required":["a%d"]},{"required":["b%d"]},{"required":["c%d"]}]}`, i, i, i))
		all = append(all, fmt.Sprintf(`"b%d":1`, i))
	}
	few = all[:25]
	s := mustCompile(t, `{"type":"object","allOf":[`+strings.Join(unions, ",")+`]}`)
	whole := newSubject("product", s)
	for _, members := range [][]string{nil, few, all} {
		whole.hold(t, []byte("{"+strings.Join(members, ",")+"}"))
	}
}

func TestFormatsOfTheUsersOwn(t *testing.T) {
	build := func(edit func(*jsonschema.Compiler)) *jsonschema.Schema {
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		edit(c)
		s, err := compileWith(c, []byte(`{"format":"uuid"}`))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	const id = `"0f8fad5b-d9cb-469f-a165-70867728950e"`
	engine := Compile(build(func(*jsonschema.Compiler) {}), allow)
	if !engine.Valid([]byte(id)) || !engine.Valid([]byte(`1`)) {
		t.Error("not sure about the engine's own format")
	}
	never := Compile(build(func(c *jsonschema.Compiler) {
		c.RegisterFormat(&jsonschema.Format{Name: "uuid", Validate: func(v any) error { return fmt.Errorf("never %v", v) }})
	}), allow)
	if never.Valid([]byte(id)) || never.Valid([]byte(`1`)) {
		t.Error("took a user's format for the engine's of the same name")
	}
}

// noText is an expression of a user's engine, in which nothing matches.
type noText string

func (noText) MatchString(string) bool { return false }
func (n noText) String() string        { return string(n) }

func TestExpressionsOfTheUsersOwn(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) { return noText(s), nil })
	s, err := compileWith(c, []byte(`{"type":["string","object"],"pattern":"^a+$","patternProperties":{"^a+$":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	checker := Compile(s, Options{})
	for _, body := range []string{`"a"`, `{"a":1}`} {
		if checker.Valid([]byte(body)) {
			t.Errorf("sure about %s, whose expression matches nothing", body)
		}
	}
}

// refusal is a keyword of a vocabulary that nobody has heard of.
type refusal struct{}

func (refusal) Validate(ctx *jsonschema.ValidatorContext, _ any) {}

func TestItDoubtsForeignVocabularies(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.AssertVocabs()
	c.RegisterVocabulary(&jsonschema.Vocabulary{
		URL: "https://example.com/vocabulary",
		Compile: func(_ *jsonschema.CompilerContext, obj map[string]any) (jsonschema.SchemaExt, error) {
			if obj["never"] == nil {
				return nil, nil
			}
			return refusal{}, nil
		},
	})
	s, err := compileWith(c, []byte(`{"properties":{"a":{"never":true},"b":{}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Properties["a"].Extensions == nil {
		t.Fatal("the vocabulary was not used")
	}
	checker := Compile(s, Options{})
	if checker.Valid([]byte(`{"a":1}`)) || !checker.Valid([]byte(`{"b":1}`)) {
		t.Error("sure about a keyword that it does not know, or unsure about others")
	}
}

func TestItDoubtsOlderDrafts(t *testing.T) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	s, err := compileWith(c, []byte(`{"items":[{"type":"string"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if Compile(s, allow).Valid([]byte(`[1]`)) {
		t.Error("sure of what draft 7 rejects")
	}
}

func TestCompilersShare(t *testing.T) {
	s := mustCompile(t, `{"properties":{"a":{"$ref":"#/$defs/u"},"b":{"allOf":[{"$ref":"#/$defs/u"}]}},"$defs":{"u":{"type":"object","properties":{"id":{"type":"string"}}}}}`)
	c := NewCompiler(Options{})
	whole, part := c.Compile(s), c.Compile(s.Properties["a"])
	for i := range whole.root.obj.props {
		if whole.root.obj.props[i].node != part.root {
			t.Errorf("property %d has a node of its own", i)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	c := NewCompiler(Options{Undeclared: DoubtStray, Direction: Response})
	cases := loadCases(t)
	var wg sync.WaitGroup
	for _, test := range cases {
		if test.name != "logout.json" {
			continue
		}
		s := mustCompile(t, string(test.Schema))
		for range 4 {
			wg.Go(func() {
				checker := c.Compile(s)
				for range 50 {
					for _, body := range test.Valid {
						if !checker.Valid(body) {
							t.Error("not sure under concurrency")
						}
					}
				}
			})
		}
	}
	wg.Wait()
}

func TestItDoesNotAllocate(t *testing.T) {
	if raceDetector {
		t.Skip("sync.Pool allocates under the race detector")
	}
	for _, c := range loadCases(t) {
		checker := Compile(mustCompile(t, string(c.Schema)), c.Options)
		for _, body := range c.Valid {
			checker.Valid(body)
			if n := testing.AllocsPerRun(20, func() { checker.Valid(body) }); n >= 1 {
				t.Errorf("%s: %v allocations for %.60s", c.name, n, body)
			}
		}
	}
}
