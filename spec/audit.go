package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// audit looks for what a schema lets pass and a contract does not: members that
// no schema in scope declares, and properties that go only in the other
// direction (OpenAPI 3.1, 4.8.24: readOnly, writeOnly).
//
// The library's strict mode does this too, but it takes the members of a map
// for undeclared, and compiles on the way, which is not safe under concurrency.
//
// A value that satisfies its schema is sound: then a branch that alone can
// hold the value does hold it, and need not be asked; on schemas that nest
// their alternatives, asking at every level costs many times what checking did.
func (r *report) audit(s *jsonschema.Schema, value any, where string) {
	if s != nil {
		r.sound = !r.has(where)
		r.auditValue([]*jsonschema.Schema{s}, value, where)
	}
}

func (r *report) auditValue(schemas []*jsonschema.Schema, value any, where string) {
	switch v := value.(type) {
	case map[string]any:
		r.auditObject(r.inScope(schemas, value), v, where)
	case []any:
		scope := r.inScope(schemas, value)
		for i, item := range v {
			var next []*jsonschema.Schema
			for _, s := range scope {
				if i < len(s.PrefixItems) {
					next = append(next, s.PrefixItems[i])
				} else if s.Items2020 != nil {
					next = append(next, s.Items2020)
				}
			}
			r.auditValue(next, item, where+"/"+strconv.Itoa(i))
		}
	}
}

func (r *report) auditObject(scope []*jsonschema.Schema, object map[string]any, where string) {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		next, declared := declarations(scope, name)
		at := where + "/" + tree.Escape(name)
		if s, keyword := r.oneway(next); s != nil {
			r.add(r.plan.Locate(s.Location, keyword), oneway(at, keyword, short(object[name])))
			continue
		}
		if !declared {
			r.undeclared(scope, object[name], where, name)
		}
		r.auditValue(next, object[name], at)
	}
}

// undeclared reports a member that nothing declares, unless the schema is
// free-form, which declares nothing at all, or closed, which the engine reports.
func (r *report) undeclared(scope []*jsonschema.Schema, value any, where, name string) {
	var lists *jsonschema.Schema
	var known []string
	for _, s := range scope {
		if s.AdditionalProperties == false || s.UnevaluatedProperties != nil {
			return
		}
		if len(s.Properties) > 0 || len(s.PatternProperties) > 0 {
			if lists == nil {
				lists = s
			}
			for n := range s.Properties {
				known = append(known, n)
			}
		}
	}
	if lists == nil {
		return
	}
	v := Violation{Where: where + "/" + tree.Escape(name), Keyword: "undeclared", Got: short(value), Severity: SeverityWarning,
		Message: fmt.Sprintf("%s has a property %q that the document does not declare", subject(where), name)}
	v.Want, v.Fix = declaredNames(known, name)
	r.add(r.plan.Locate(lists.Location, "properties"), v)
}

// declaredNames says which names there are, and which one was meant.
func declaredNames(known []string, name string) (want, fix string) {
	slices.Sort(known)
	known = slices.Compact(known)
	fix = fmt.Sprintf("leave %q out, or add it to the document", name)
	if near := Near(name, known); len(near) > 0 {
		fix = fmt.Sprintf("did you mean %q?", near[0])
	}
	return cut(strings.Join(known, ", ")), fix
}

// declarations are the schemas that a property's value must satisfy, and
// whether any schema in scope speaks of the property at all.
func declarations(scope []*jsonschema.Schema, name string) (next []*jsonschema.Schema, declared bool) {
	for _, s := range scope {
		own := false
		if p, ok := s.Properties[name]; ok {
			next, own = append(next, p), true
		}
		for re, p := range s.PatternProperties {
			if re.MatchString(name) {
				next, own = append(next, p), true
			}
		}
		if !own {
			switch more := s.AdditionalProperties.(type) {
			case *jsonschema.Schema:
				next, own = append(next, more), true
			case bool:
				own = more
			}
		}
		declared = declared || own
	}
	return next, declared
}

// oneway finds the schema that makes a property go only in the other direction.
func (r *report) oneway(schemas []*jsonschema.Schema) (*jsonschema.Schema, string) {
	for _, s := range always(schemas) {
		switch {
		case r.in == "request" != r.reversed && s.ReadOnly:
			return s, "readOnly"
		case r.in == "response" != r.reversed && s.WriteOnly:
			return s, "writeOnly"
		}
	}
	return nil, ""
}

func oneway(where, keyword, got string) Violation {
	v := Violation{Where: where, Keyword: keyword, Got: got, Want: "nothing in a request",
		Message: where + " is read-only, so a request must not hold it", Fix: "leave it out of the request"}
	if keyword == "writeOnly" {
		v.Want, v.Message, v.Fix = "nothing in a response", where+" is write-only, so a response must not hold it", "leave it out of the response"
	}
	return v
}

// always are the schemas that hold for a value whatever it is: those given,
// what they refer to and what they are all of.
func always(schemas []*jsonschema.Schema) []*jsonschema.Schema {
	var out []*jsonschema.Schema
	var add func(s *jsonschema.Schema)
	add = func(s *jsonschema.Schema) {
		if s == nil || slices.Contains(out, s) {
			return
		}
		out = append(out, s)
		add(s.Ref)
		for _, a := range s.AllOf {
			add(a)
		}
	}
	for _, s := range schemas {
		add(s)
	}
	return out
}

// taken are the branches of an anyOf or oneOf that a value satisfies.
func (r *report) taken(branches []*jsonschema.Schema, value any) (out []*jsonschema.Schema) {
	for _, b := range branches {
		if mayHold(b, value, 0) {
			out = append(out, b)
		}
	}
	if r.sound && len(out) == 1 {
		return out
	}
	return slices.DeleteFunc(out, func(b *jsonschema.Schema) bool { return b.Validate(value) != nil })
}

// mayHold reports whether a schema may hold a value, by what can be seen at
// once: its type, the members that it needs, and those that tell kinds apart.
func mayHold(s *jsonschema.Schema, value any, depth int) bool {
	if depth > 16 {
		return true
	}
	if s.Types != nil {
		name := typeName(value)
		if n := s.Types.ToStrings(); !slices.Contains(n, name) && !(name == "number" && slices.Contains(n, "integer")) {
			return false
		}
	}
	if object, ok := value.(map[string]any); ok {
		for _, name := range s.Required {
			if _, there := object[name]; !there {
				return false
			}
		}
		for name, p := range s.Properties {
			if text, ok := object[name].(string); ok && p.Enum != nil && !slices.Contains(p.Enum.Values, any(text)) {
				return false
			}
		}
	}
	if s.Ref != nil && !mayHold(s.Ref, value, depth+1) {
		return false
	}
	return !slices.ContainsFunc(s.AllOf, func(a *jsonschema.Schema) bool { return !mayHold(a, value, depth+1) })
}

// inScope are the schemas that hold for this value: those that always do, and
// the branches of anyOf, oneOf, if and dependentSchemas that it takes.
func (r *report) inScope(schemas []*jsonschema.Schema, value any) []*jsonschema.Schema {
	out := always(schemas)
	for i := 0; i < len(out); i++ {
		s := out[i]
		var more []*jsonschema.Schema
		for _, group := range [][]*jsonschema.Schema{s.AnyOf, s.OneOf} {
			more = append(more, r.taken(group, value)...)
		}
		if s.If != nil {
			branch := s.Else
			if s.If.Validate(value) == nil {
				more = append(more, s.If)
				branch = s.Then
			}
			if branch != nil {
				more = append(more, branch)
			}
		}
		object, _ := value.(map[string]any)
		for name, d := range s.DependentSchemas {
			if _, there := object[name]; there {
				more = append(more, d)
			}
		}
		for _, m := range always(more) {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}
