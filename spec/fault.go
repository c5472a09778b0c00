package spec

import (
	"encoding/json"
	"slices"
	"strings"
)

// LibraryFault is a known fault of libopenapi-validator: its verdict there is
// not taken over. It refuses what is good, or takes what is bad, or both.
type LibraryFault struct {
	Name   string // a few words
	Reason string // what the library does, and what OpenAPI or an RFC says instead

	refuses func(o *Operation, f Finding, body bool) bool
	takes   func(o *Operation, v Violation) bool
}

// LibraryFaults are all known faults of the library that an exercise or the
// differential test may meet.
var LibraryFaults = []*LibraryFault{
	{
		Name:    "nullable beside alternatives",
		Reason:  "OpenAPI 3.0.4, 4.7.24: `nullable` adds null to what a schema allows. The library adds it to the schema's own oneOf, which turns 'and' into 'or'.",
		refuses: func(o *Operation, f Finding, _ bool) bool { return o.doc.minor == 0 && o.holds(nullableAlternatives) },
		takes:   func(o *Operation, _ Violation) bool { return o.doc.minor == 0 && o.holds(nullableAlternatives) },
	},
	{
		Name:   "schemas that it does not compile",
		Reason: "Keywords of a wrong type, patterns that Go's engine cannot run, `nullable` in 3.1: the library then refuses every message. The rest of such a schema can still be checked.",
		refuses: func(_ *Operation, f Finding, _ bool) bool {
			return strings.Contains(f.Message, "failed to compile") || strings.Contains(f.Message, "failed schema compilation") || strings.Contains(f.Message, "failed to render")
		},
	},
	{
		Name:   "read-only and write-only across allOf",
		Reason: "OpenAPI 3.1, 4.8.24: a required property that is read-only is asked for in responses only. The library sees that only where both stand in one schema.",
		refuses: func(o *Operation, f Finding, body bool) bool {
			_, name, _ := strings.Cut(f.Message, "missing property '")
			_, names, _ := strings.Cut(f.Message, "missing properties ")
			return body && o.holds(func(s map[string]any) bool {
				properties, _ := s["properties"].(map[string]any)
				for key, p := range properties {
					p, _ := p.(map[string]any)
					if (p["readOnly"] == true || p["writeOnly"] == true) && (strings.HasPrefix(name, key+"'") || strings.Contains(names, "'"+key+"'")) {
						return true
					}
				}
				return false
			})
		},
	},
	{
		Name:   "unevaluatedProperties beside read-only members",
		Reason: "JSON Schema 2020-12, core 11.3: members that a branch of allOf names are evaluated. The library rewrites such branches for each direction, and then refuses them.",
		refuses: func(o *Operation, f Finding, body bool) bool {
			return body && strings.Contains(f.Message, "false schema") && o.holds(func(s map[string]any) bool { return s["unevaluatedProperties"] == false && s["allOf"] != nil })
		},
		takes: func(o *Operation, v Violation) bool {
			return v.Keyword == "required" && o.holds(func(s map[string]any) bool { return s["unevaluatedProperties"] == false && s["allOf"] != nil })
		},
	},
	{
		Name:    "texts of several types",
		Reason:  "A parameter's text that may be of several types must be of one of them. The library asks for all of them at once.",
		refuses: func(o *Operation, f Finding, _ bool) bool { return o.anyParam(f.Where, severalTypes) },
		takes:   func(o *Operation, v Violation) bool { return o.anyParam(v.Where, severalTypes) },
	},
	{
		Name:   "label and matrix",
		Reason: "OpenAPI 3.1, 4.8.12.2: a path parameter's style stands in `style`. The library tells label and matrix by the path template.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			return o.anyParam(f.Where, func(q *checked) bool { return q.style == "label" || q.style == "matrix" })
		},
		takes: func(o *Operation, v Violation) bool {
			return o.anyParam(v.Where, func(q *checked) bool { return q.style == "label" || q.style == "matrix" })
		},
	},
	{
		Name:   "lists and objects in parameters",
		Reason: "OpenAPI 3.1, 4.8.12: a parameter's schema holds for its whole value. Of a list the library checks the items alone, of an object its properties; lists in headers and cookies may have no space after the comma (RFC 9110, 5.6.1, lets them). An exploded object takes every member of the query for one of its own, and they stay text.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			return o.anyParam(f.Where, listInHeader) || o.anyParam(f.Where, objectInQuery)
		},
		takes: func(o *Operation, v Violation) bool {
			return o.anyParam(v.Where, func(q *checked) bool { return shapeOf(q.schema) != "string" || q.media != "" })
		},
	},
	{
		Name:    "forms, parts, XML and text",
		Reason:  "OpenAPI 3.1, 4.8.15 and 4.8.26: a form's members have styles, parts have headers and types, XML has attributes, namespaces and lists. The library reads them without most of that, and plain text as a string whatever its schema.",
		refuses: func(o *Operation, f Finding, body bool) bool { return body && o.withoutJSON() },
		takes:   func(o *Operation, v Violation) bool { return strings.HasPrefix(v.Where, "body") && o.withoutJSON() },
	},
	{
		Name:   "bodies without structure",
		Reason: "Binary bodies have no JSON value (OpenAPI 3.1, 4.8.14.2). The library hands their bytes to the engine, which no schema takes.",
		refuses: func(o *Operation, f Finding, body bool) bool {
			return body && strings.Contains(f.Message, "[]byte") || body && strings.Contains(f.Message, "invalid jsonType")
		},
	},
	{
		Name:   "rules that stand above the library's",
		Reason: "Members that are there twice (RFC 8259, 4), text that is not UTF-8 (8.1), null where a body must be an object, members that go only in the other direction, percent signs that start no octet (RFC 3986, 2.1), parameters that are there twice: the library lets them pass.",
		takes: func(_ *Operation, v Violation) bool {
			return slices.Contains([]string{"duplicate", "utf-8", "readOnly", "writeOnly", "encoding", "style", "json"}, v.Keyword) || v.Where == "body" && v.Got == "null"
		},
	},
}

// nullableAlternatives reports whether a schema is nullable and holds others.
func nullableAlternatives(s map[string]any) bool {
	return s["nullable"] == true && (s["oneOf"] != nil || s["anyOf"] != nil || s["allOf"] != nil)
}

func severalTypes(q *checked) bool {
	types := slices.DeleteFunc(typesOf(q.schema), func(t string) bool { return t == "null" })
	slices.Sort(types)
	return len(slices.Compact(types)) > 1
}

func objectInQuery(q *checked) bool {
	return shapeOf(q.schema) == "object" && q.in == "query" && q.explode
}

// withoutJSON reports whether the operation has a request or a response whose
// bodies are of other types alone.
func (o *Operation) withoutJSON() bool {
	other := func(content []MediaSpec) bool {
		return len(content) > 0 && !slices.ContainsFunc(content, func(m MediaSpec) bool { return jsonType(mediaBase(m.Type)) })
	}
	return o.body != nil && other(o.body.content) || slices.ContainsFunc(o.responses, func(r *ResponseSpec) bool { return other(r.Content) })
}

func listInHeader(q *checked) bool {
	return shapeOf(q.schema) == "array" && (q.in == "header" || q.in == "cookie")
}

// anyParam reports whether a place is a parameter of the operation, or a header
// of one of its responses, of that kind.
func (o *Operation) anyParam(where string, kind func(*checked) bool) bool {
	in, name, _ := strings.Cut(where, ".")
	name, _, _ = strings.Cut(name, "/")
	match := func(q *checked) bool {
		return q.in == in && (name == "" || strings.EqualFold(q.name, name)) && kind(q)
	}
	p := o.prepared()
	if slices.ContainsFunc(p.params, match) {
		return true
	}
	return slices.ContainsFunc(p.responses, func(r *responsePlan) bool { return slices.ContainsFunc(r.headers, match) })
}

// holds reports whether any schema that the operation refers to is such a one.
func (o *Operation) holds(match func(map[string]any) bool) bool {
	var whole any
	if json.Unmarshal(newWhole(o).document(), &whole) != nil {
		return false
	}
	var search func(v any) bool
	search = func(v any) bool {
		switch v := v.(type) {
		case map[string]any:
			if match(v) {
				return true
			}
			for _, x := range v {
				if search(x) {
					return true
				}
			}
		case []any:
			return slices.ContainsFunc(v, search)
		}
		return false
	}
	return search(whole)
}

// Excused returns the known fault that a finding of the library's is, nil if it
// is none. Body tells findings in bodies from those in parameters.
func (o *Operation) Excused(f Finding) *LibraryFault {
	body := strings.HasPrefix(f.Where, "body")
	for _, fault := range LibraryFaults {
		if fault.refuses != nil && fault.refuses(o, f, body) {
			return fault
		}
	}
	return nil
}

// Forgiven returns the known fault for which the library does not find a
// violation, nil if there is none.
func (o *Operation) Forgiven(v Violation) *LibraryFault {
	for _, fault := range LibraryFaults {
		if fault.takes != nil && fault.takes(o, v) {
			return fault
		}
	}
	return nil
}

// shapeOf is what a parameter's text is made of: array, object, or string for a
// single value.
func shapeOf(s *schemaOf) string {
	for _, shape := range []string{"array", "object"} {
		if wants([]*schemaOf{s}, shape) {
			return shape
		}
	}
	return "string"
}
