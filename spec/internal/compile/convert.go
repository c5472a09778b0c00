package compile

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// converter makes a JSON Schema 2020-12 of an OpenAPI schema, in one pass:
//
//   - references become the addresses of resources;
//   - 3.0's nullable becomes a type, or an anyOf where the schema has
//     combinators, since to add null to each of those would change what they say;
//   - 3.0's boolean exclusiveMinimum and -Maximum become numbers;
//   - `required` loses what goes only in the other direction;
//   - what no compiler would take is left out, with a warning: real documents
//     hold plenty of it, and the rest of the schema is still worth checking.
type converter struct {
	plan     *Plan
	purpose  Purpose
	annotate bool // keep what says how an instance should look, see source.go
}

// shape is what a keyword's value must be.
type shape int

const (
	schema     shape = iota // a schema
	schemas                 // a list of schemas
	schemaMap               // schemas by name
	number                  // a number
	count                   // a whole number from 0
	boolean                 // true or false
	text                    // a string
	names                   // a list of strings
	namesByKey              // lists of strings by name
	anyValue                // data
	list                    // a list of data
	types                   // one type or a list of them
	pattern                 // a regular expression
	object                  // an object, taken as it is
)

// keywords are those that are kept. Annotations are not: nothing reads them.
var keywords = map[string]shape{
	"items": schema, "additionalProperties": schema, "not": schema, "contains": schema, "propertyNames": schema,
	"if": schema, "then": schema, "else": schema, "unevaluatedItems": schema, "unevaluatedProperties": schema,
	"allOf": schemas, "anyOf": schemas, "oneOf": schemas, "prefixItems": schemas,
	"properties": schemaMap, "patternProperties": schemaMap, "$defs": schemaMap, "definitions": schemaMap, "dependentSchemas": schemaMap,
	"minimum": number, "maximum": number, "exclusiveMinimum": number, "exclusiveMaximum": number, "multipleOf": number,
	"minLength": count, "maxLength": count, "minItems": count, "maxItems": count, "minContains": count, "maxContains": count,
	"minProperties": count, "maxProperties": count,
	"uniqueItems": boolean, "readOnly": boolean, "writeOnly": boolean,
	"format": text, "$dynamicAnchor": text,
	"required": names, "dependentRequired": namesByKey,
	"const": anyValue, "enum": list, "type": types, "pattern": pattern, "discriminator": object,
}

// schema converts a schema within another. One with an address of its own
// becomes a resource of its own: its anchors mean nothing outside of it.
func (c converter) schema(at tree.Place, oneway map[string]bool) any {
	if at.Get("$id").Str() != "" {
		return map[string]any{"$ref": c.address(c.plan.number(at))}
	}
	return c.whole(at, oneway)
}

// whole converts one schema. Oneway are the names of properties that go only
// in the other direction, known from a schema that this one is all of.
func (c converter) whole(at tree.Place, oneway map[string]bool) any {
	if at.Node != nil && at.Node.Tag == "!!bool" {
		return at.True()
	}
	if !at.IsMap() {
		c.warn(at, "a schema is an object here, so this one is not checked")
		return true
	}
	if ref := at.Ref(); ref != "" && c.plan.minor == 0 && !at.Get("nullable").True() {
		return map[string]any{"$ref": c.reference(at, ref)} // 3.0 ignores what stands beside a reference
	}
	oneway = c.oneway(at, oneway)
	out := make(map[string]any, at.Len())
	at.Each(func(key string, v tree.Place) {
		switch want, known := keywords[key]; {
		case key == "$ref":
			out["$ref"] = c.reference(at, v.Str())
		case key == "$dynamicRef":
			c.dynamic(out, at, v)
		case known:
			if x, ok := c.keyword(key, want, v, oneway); ok {
				out[key] = x
			}
		case c.annotate:
			c.annotation(out, key, v)
		case key == "nullable" && c.plan.minor > 0 && v.True():
			c.warn(v, "`nullable` means nothing since OpenAPI 3.1; write type: [..., 'null']")
		}
	})
	c.exclusive(out, "exclusiveMinimum", "minimum", at)
	c.exclusive(out, "exclusiveMaximum", "maximum", at)
	c.required(out, oneway)
	if c.annotate {
		c.order(out, at)
	}
	if c.plan.minor == 0 && at.Get("nullable").True() {
		return c.nullable(out, at)
	}
	return out
}

func (c converter) keyword(key string, want shape, v tree.Place, oneway map[string]bool) (any, bool) {
	switch want {
	case schema:
		if key == "items" && v.IsList() { // draft 4's tuples, which 2020-12 calls prefixItems
			c.warn(v, "`items` is one schema; a list of them is `prefixItems`")
			return nil, false
		}
		return c.schema(v, nil), true
	case schemas:
		return c.schemas(key, v, oneway)
	case schemaMap:
		return c.schemaMap(key, v)
	case pattern:
		if c.annotate {
			return v.Str(), true // a generator may know more than the engine
		}
		if _, err := regex(v.Str()); err != nil {
			c.warn(v, "the pattern "+strconv.Quote(v.Str())+" cannot be checked here: "+err.Error())
			return nil, false
		}
		return v.Str(), true
	}
	x := v.Exact()
	if problem := fits(want, x); problem != "" {
		c.warn(v, "`"+key+"` must be "+problem+", so it is not checked")
		return nil, false
	}
	return x, true
}

func (c converter) schemas(key string, v tree.Place, oneway map[string]bool) (any, bool) {
	if !v.IsList() || v.Len() == 0 {
		c.warn(v, "`"+key+"` must be a list of schemas, so it is not checked")
		return nil, false
	}
	if key != "allOf" {
		oneway = nil
	}
	var out []any
	v.Each(func(_ string, s tree.Place) { out = append(out, c.schema(s, oneway)) })
	return out, true
}

func (c converter) schemaMap(key string, v tree.Place) (any, bool) {
	if !v.IsMap() {
		c.warn(v, "`"+key+"` must be an object, so it is not checked")
		return nil, false
	}
	out := make(map[string]any, v.Len())
	v.Each(func(name string, s tree.Place) {
		if key == "patternProperties" {
			if _, err := regex(name); err != nil {
				c.warn(s, "the pattern "+strconv.Quote(name)+" cannot be checked here: "+err.Error())
				name = "^" // what it lets through is let through; the values are not checked
				out[name] = true
				return
			}
		}
		out[name] = c.schema(s, nil)
	})
	return out, true
}

// fits says what a keyword's value should have been, "" if it is that.
func fits(want shape, x any) string {
	ok := true
	switch want {
	case number:
		if _, bool := x.(bool); bool {
			return "" // 3.0's exclusive bounds, see exclusive
		}
		_, ok = x.(json.Number)
		return complaint(ok, "a number")
	case count:
		n, isNumber := x.(json.Number)
		i, err := strconv.ParseFloat(n.String(), 64)
		return complaint(isNumber && err == nil && i >= 0 && i == float64(int64(i)), "a whole number from 0")
	case boolean:
		_, ok = x.(bool)
		return complaint(ok, "true or false")
	case text:
		_, ok = x.(string)
		return complaint(ok, "a string")
	case names:
		return complaint(areNames(x), "a list of different names")
	case namesByKey:
		m, isMap := x.(map[string]any)
		for _, l := range m {
			ok = ok && areNames(l)
		}
		return complaint(isMap && ok, "lists of names")
	case list:
		_, ok = x.([]any)
		return complaint(ok, "a list")
	case types:
		return complaint(areTypes(x), "null, boolean, object, array, number, integer or string, or a list of these")
	case object:
		m, _ := x.(map[string]any)
		_, ok = m["propertyName"].(string)
		return complaint(ok, "an object with a propertyName")
	}
	return ""
}

func complaint(ok bool, want string) string {
	if ok {
		return ""
	}
	return want
}

func areNames(x any) bool {
	l, ok := x.([]any)
	seen := make(map[string]bool, len(l))
	for _, n := range l {
		s, isText := n.(string)
		if !isText || seen[s] {
			return false
		}
		seen[s] = true
	}
	return ok
}

func areTypes(x any) bool {
	l, isList := x.([]any)
	if !isList {
		l = []any{x}
	}
	for _, t := range l {
		switch t {
		case "null", "boolean", "object", "array", "number", "integer", "string":
		default:
			return false
		}
	}
	return len(l) > 0
}

// reference is the address of what a reference points at.
func (c converter) reference(at tree.Place, ref string) string {
	to, err := at.Target(ref)
	if err != nil {
		return ref
	}
	return c.address(c.plan.number(to))
}

// dynamic is a reference that the schemas on the way to it may redirect, if what
// it points at has a dynamic anchor (JSON Schema 2020-12, core, 8.2.3.2).
func (c converter) dynamic(out map[string]any, at, ref tree.Place) {
	to, err := at.Target(ref.Str())
	if err != nil {
		c.warn(ref, "`$dynamicRef` "+ref.Str()+" leads nowhere, so it is not checked: "+err.Error())
		return
	}
	address := c.address(c.plan.number(to))
	if _, anchor, _ := strings.Cut(ref.Str(), "#"); anchor != "" && to.Get("$dynamicAnchor").Str() == anchor {
		address += "#" + anchor
	}
	out["$dynamicRef"] = address
}

func (c converter) address(number int) string { return prefixes[c.purpose] + strconv.Itoa(number) }

// exclusive rewrites draft 4's boolean form.
func (c converter) exclusive(out map[string]any, key, bound string, at tree.Place) {
	on, ok := out[key].(bool)
	if !ok {
		return
	}
	if c.plan.minor > 0 {
		c.warn(at.Get(key), "`"+key+"` is a number since OpenAPI 3.1; it is read as 3.0 did")
	}
	delete(out, key)
	if n, has := out[bound]; on && has {
		out[key] = n
		delete(out, bound)
	}
}

// combinators are the keywords that null cannot simply be added to.
var combinators = []string{"allOf", "anyOf", "oneOf", "not", "$ref", "discriminator"}

// wrapped reports whether a schema's nullable becomes an anyOf around it.
func (p *Plan) wrapped(at tree.Place) bool {
	if p.minor > 0 || !at.Get("nullable").True() {
		return false
	}
	for _, k := range combinators {
		if at.Get(k).OK() {
			return true
		}
	}
	return false
}

func (c converter) nullable(out map[string]any, at tree.Place) any {
	if c.plan.wrapped(at) {
		return map[string]any{"anyOf": []any{out, map[string]any{"type": "null"}}}
	}
	if t, ok := out["type"].(string); ok && t != "null" {
		out["type"] = []any{t, "null"}
	}
	if e, ok := out["enum"].([]any); ok {
		has := false
		for _, v := range e {
			has = has || v == nil
		}
		if !has {
			out["enum"] = append(e, nil)
		}
	}
	return out
}

// required takes the names out that go only in the other direction.
func (c converter) required(out map[string]any, oneway map[string]bool) {
	all, ok := out["required"].([]any)
	if !ok || len(oneway) == 0 {
		return
	}
	kept := []any{}
	for _, n := range all {
		if !oneway[n.(string)] {
			kept = append(kept, n)
		}
	}
	out["required"] = kept
}

// oneway adds the properties that go only in the other direction, whether the
// schema holds them itself or through an allOf.
func (c converter) oneway(at tree.Place, inherited map[string]bool) map[string]bool {
	if c.purpose == Generic {
		return nil
	}
	flag := "readOnly"
	if c.purpose == Response {
		flag = "writeOnly"
	}
	out := inherited
	collect(at, flag, 0, func(name string) {
		if !out[name] {
			grown := make(map[string]bool, len(out)+1)
			for k := range out {
				grown[k] = true
			}
			grown[name] = true
			out = grown
		}
	})
	return out
}

func collect(at tree.Place, flag string, depth int, found func(string)) {
	if depth > 8 {
		return
	}
	at.Get("properties").Each(func(name string, prop tree.Place) {
		if flagged(prop, flag, 0) {
			found(name)
		}
	})
	at.Get("allOf").Each(func(_ string, part tree.Place) {
		if part, err := part.Follow(); err == nil {
			collect(part, flag, depth+1, found)
		}
	})
}

// flagged reports whether a property is readOnly or writeOnly, itself or by
// what it refers to or is all or one of.
func flagged(prop tree.Place, flag string, depth int) bool {
	if prop.Get(flag).True() {
		return true
	}
	if depth > 4 {
		return false
	}
	if prop.Ref() != "" {
		to, err := prop.Follow()
		return err == nil && flagged(to, flag, depth+1)
	}
	for _, k := range []string{"allOf", "anyOf", "oneOf"} {
		some := false
		prop.Get(k).Each(func(_ string, part tree.Place) { some = some || flagged(part, flag, depth+1) })
		if some {
			return true
		}
	}
	return false
}

func (c converter) warn(at tree.Place, msg string) {
	if !at.OK() {
		return
	}
	key := strconv.Itoa(at.File.Index) + at.Pointer + " " + msg
	if !c.plan.warned[key] {
		c.plan.warned[key] = true
		c.plan.warnings = append(c.plan.warnings, Warning{at, msg})
	}
}

// unicode is JavaScript's spelling of a code point in a regular expression.
var unicode = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// regex compiles a pattern. ECMA 262, which JSON Schema asks for, also has
// look-around and back-references, which no linear-time engine can offer.
func regex(s string) (jsonschema.Regexp, error) {
	r, err := regexp.Compile(s)
	if err != nil && strings.Contains(s, `\u`) {
		r, err = regexp.Compile(unicode.ReplaceAllString(s, `\x{$1}`))
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}
