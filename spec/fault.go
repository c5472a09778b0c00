package spec

import (
	"encoding/json"
	"slices"
	"strings"

	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/tree"
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
		Name:   "nullable beside alternatives",
		Reason: "OpenAPI 3.0.4, 4.7.24: `nullable` adds null to what a schema allows. The library adds it to the schema's own oneOf, which turns 'and' into 'or'.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			return o.doc.minor == 0 && o.passes(f.Where, nullableAlternatives)
		},
		takes: func(o *Operation, v Violation) bool {
			return o.doc.minor == 0 && o.passes(v.Where, nullableAlternatives)
		},
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
			return body && o.lacks(f, func(p map[string]any) bool { return p["readOnly"] == true || p["writeOnly"] == true })
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
		Reason: "OpenAPI 3.1, 4.8.12: a parameter's schema holds for its whole value. Of a list the library checks the items alone, and in paths and in deepObject style no more than their types; of an object its properties. Lists in headers and cookies may have no space after the comma (RFC 9110, 5.6.1, lets them). An exploded object takes every member of the query for one of its own, and they stay text.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			return o.anyParam(f.Where, listInHeader) || o.anyParam(f.Where, objectInQuery)
		},
		takes: func(o *Operation, v Violation) bool {
			return o.anyParam(v.Where, func(q *checked) bool {
				return shapeOf(q.schema) != "string" && (!strings.Contains(v.Where, "/") || q.in == "path" || q.style == "deepObject")
			})
		},
	},
	{
		Name:   "XML names, attributes and wrappers",
		Reason: "OpenAPI 3.1, 4.8.26: the `xml` object names elements, makes attributes of them and wraps lists, and the elements of a list at the root are its items. The library reads elements by the names of properties, leaves attributes out, and takes wrappers and the root for objects.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			if mediatype.KindOf(f.media) != mediatype.XML {
				return false
			}
			return f.mistook("object") && (f.Where == "body" || o.passes(f.Where, wrapped)) || o.lacks(f, func(p map[string]any) bool {
				x, _ := p["xml"].(map[string]any)
				return x["name"] != nil || x["attribute"] == true
			})
		},
	},
	{
		Name:   "XML elements without elements",
		Reason: "An object all of whose members are left out is an empty element, as is an empty list. The library takes it for text.",
		refuses: func(_ *Operation, f Finding, _ bool) bool {
			return mediatype.KindOf(f.media) == mediatype.XML && f.mistook("string") && strings.HasSuffix(f.Message, "want object")
		},
	},
	{
		Name:   "texts whose type stands elsewhere",
		Reason: "XML, forms and parts hold texts, and the schema says what they are. The library looks at the `properties` of the schema itself and the first `type`; what stands in allOf, oneOf or anyOf stays text.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			return slices.Contains([]mediatype.Kind{mediatype.XML, mediatype.Form, mediatype.Multipart}, mediatype.KindOf(f.media)) && f.mistook("string") && o.passes(f.Where, typedElsewhere)
		},
	},
	{
		Name:   "lists and objects in forms and parts",
		Reason: "OpenAPI 3.1, 4.8.15: members of forms that are lists or objects have styles, and parts have types. The library takes a list of one item for a text, members in brackets for others, and JSON in a part for text.",
		refuses: func(o *Operation, f Finding, _ bool) bool {
			kind := mediatype.KindOf(f.media)
			if kind != mediatype.Form && kind != mediatype.Multipart {
				return false
			}
			return f.mistook("string") && (strings.HasSuffix(f.Message, "want array") || strings.HasSuffix(f.Message, "want object")) ||
				strings.HasPrefix(f.Message, "additional properties") && strings.Contains(f.Message, "[") ||
				o.lacks(f, func(p map[string]any) bool { return p["type"] == "array" || p["type"] == "object" || p["$ref"] != nil })
		},
	},
	{
		Name:   "headers of parts",
		Reason: "OpenAPI 3.1, 4.8.15: a part may have headers of its own. The library does not look at them.",
		takes: func(_ *Operation, v Violation) bool {
			return strings.HasPrefix(v.Where, "body/") && strings.Contains(v.Message, "of its part")
		},
	},
	{
		Name:   "text that is more",
		Reason: "Plain text may be a number, a table (RFC 4180) or a row of events, as its schema says. The library takes all of text/* for a string.",
		refuses: func(_ *Operation, f Finding, _ bool) bool {
			return strings.HasPrefix(f.media, "text/") && f.Where == "body" && f.mistook("string")
		},
	},
	{
		Name:   "content of answers that have none",
		Reason: "RFC 9110, 6.4.1 and 15.3.6: an answer with status 204, 205 or 304 has no content, and so no Content-Type, whatever the document gives it. The library asks for one.",
		refuses: func(_ *Operation, f Finding, _ bool) bool {
			return f.Where == "content-type" && strings.Contains(f.Message, "content type '' does not exist") &&
				slices.ContainsFunc([]string{"204", "205", "304"}, func(s string) bool { return strings.Contains(f.Message, " "+s+" operation response ") })
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

// mistook reports whether the library found a value of another type than its
// schema's, which it took for that.
func (f Finding) mistook(kind string) bool {
	return f.Keyword == "type" && strings.HasPrefix(f.Message, "got "+kind+", want ")
}

// lacks reports whether a finding is that a property is missing, and any schema
// that the operation refers to has one of that name and kind.
func (o *Operation) lacks(f Finding, kind func(property map[string]any) bool) bool {
	_, name, one := strings.Cut(f.Message, "missing property '")
	_, names, more := strings.Cut(f.Message, "missing properties ")
	return (one || more) && o.holds(func(s map[string]any) bool {
		properties, _ := s["properties"].(map[string]any)
		for key, p := range properties {
			if p, _ := p.(map[string]any); kind(p) && (strings.HasPrefix(name, key+"'") || strings.Contains(names, "'"+key+"'")) {
				return true
			}
		}
		return false
	})
}

// passes reports whether a schema of that kind lies on the way to a place, in any
// body of the operation, or in the parameter or header that the place names.
func (o *Operation) passes(where string, kind func(tree.Place) bool) bool {
	root, below, _ := strings.Cut(where, "/")
	var roots []tree.Place
	p := o.prepared()
	content := func(all []*media) {
		for _, m := range all {
			roots = append(roots, m.spec.schema, m.spec.item)
		}
	}
	if root == "body" {
		content(p.bodies)
	}
	for _, q := range p.params {
		if strings.EqualFold(root, q.in+"."+q.name) {
			roots = append(roots, q.param.schema)
		}
	}
	for _, r := range p.responses {
		if root == "body" {
			content(r.content)
		}
		for _, h := range r.headers {
			if strings.EqualFold(root, "header."+h.name) {
				roots = append(roots, h.param.schema)
			}
		}
	}
	return slices.ContainsFunc(roots, func(at tree.Place) bool {
		s := mediatype.Schema{At: at}
		for part := range strings.SplitSeq(below, "/") {
			if slices.ContainsFunc(s.Parts(), kind) {
				return true
			}
			s = s.Below(tree.Unescape(part))
		}
		return slices.ContainsFunc(s.Parts(), kind)
	})
}

// nullableAlternatives reports whether a schema is nullable and holds others.
func nullableAlternatives(s tree.Place) bool { return s.Get("nullable").True() && composed(s) }

func composed(s tree.Place) bool {
	return s.Get("oneOf").OK() || s.Get("anyOf").OK() || s.Get("allOf").OK()
}

func typedElsewhere(s tree.Place) bool { return composed(s) || s.Get("type").IsList() }

func wrapped(s tree.Place) bool {
	x := s.Get("xml")
	return x.Get("wrapped").True() || x.Get("nodeType").Str() == "element"
}

func severalTypes(q *checked) bool {
	types := slices.DeleteFunc(typesOf(q.schema), func(t string) bool { return t == "null" })
	slices.Sort(types)
	return len(slices.Compact(types)) > 1
}

func objectInQuery(q *checked) bool {
	return shapeOf(q.schema) == "object" && q.in == "query" && q.explode
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
