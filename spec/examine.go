package spec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Examine returns what is wrong with the document's own data: examples that
// break their schemas, and schemas that no value satisfies, since they require
// themselves. It compiles what it looks at, so on a large document it takes as
// long as [Document.Prepare], or some times that.
func (d *Document) Examine() Errors {
	var out Errors
	if d.parts != nil {
		for _, p := range d.parts {
			out = append(out, p.Examine()...)
		}
		return out
	}
	x := examiner{doc: d, seen: map[*yaml.Node]bool{}}
	for _, o := range d.operations {
		x.operation(o)
	}
	x.endless()
	d.files.Root().Get("components").Get("schemas").Each(func(_ string, s tree.Place) { x.schema(s, 0) })
	sortErrors(x.found)
	return compactErrors(x.found)
}

type examiner struct {
	doc   *Document
	seen  map[*yaml.Node]bool // examples and schemas that were looked at
	found Errors
}

func (x *examiner) operation(o *Operation) {
	p := o.prepared()
	for _, q := range p.params {
		x.parameter(q)
	}
	if o.body != nil {
		x.content(o.body.at, p.bodies, "request")
	}
	for i, r := range o.responses {
		x.content(r.at, p.responses[i].content, "response")
		for _, h := range p.responses[i].headers {
			x.parameter(h)
		}
	}
}

// parameter checks the examples of a parameter or header that has a schema. What
// a `content` parameter holds is text of its media type, and is left alone.
func (x *examiner) parameter(q *checked) {
	if q.schema == nil || q.media != "" {
		return
	}
	eachExample(q.at, func(name string, v tree.Place) {
		if x.first(v) {
			r := x.doc.report("request")
			r.schema(q.schema.Validate(v.Exact()), "value", v.Exact())
			x.tell(name, v, r.done())
		}
	})
}

func (x *examiner) content(at tree.Place, all []*media, in string) {
	types := at.Get("content")
	for _, m := range all {
		if !m.json || m.schema == nil {
			continue
		}
		place, err := types.Get(m.spec.Type).Follow()
		if err != nil {
			continue
		}
		eachExample(place, func(name string, v tree.Place) {
			if !x.first(v) {
				return
			}
			body := v.AppendJSON(nil)
			if m.fast.Valid(body) {
				return
			}
			r := x.doc.report(in)
			r.body(m, "application/json", body)
			x.tell(name, v, r.done())
		})
	}
}

// eachExample calls f for the examples of a parameter, header or media type.
func eachExample(at tree.Place, f func(name string, v tree.Place)) {
	if e := at.Get("example"); e.OK() {
		f("", e)
	}
	if all := at.Get("examples"); all.IsMap() {
		all.Each(func(name string, e tree.Place) {
			if to, err := e.Follow(); err == nil && to.Get("value").OK() {
				f(name, to.Get("value"))
			}
		})
	}
}

func (x *examiner) first(v tree.Place) bool {
	again := x.seen[v.Node]
	x.seen[v.Node] = true
	return !again
}

// maxExamined bounds how deep schemas are looked into for examples.
const maxExamined = 32

// schema checks the examples and the default of a schema and of those below it.
func (x *examiner) schema(s tree.Place, depth int) {
	if !s.IsMap() || depth > maxExamined || !x.first(s) {
		return
	}
	for _, key := range []string{"example", "default"} {
		x.value(s, s.Get(key), key)
	}
	if l := s.Get("examples"); l.IsList() {
		l.Each(func(_ string, v tree.Place) { x.value(s, v, "example") })
	}
	for _, key := range []string{"items", "additionalProperties", "not", "contains", "if", "then", "else"} {
		x.schema(s.Get(key), depth+1)
	}
	for _, key := range []string{"properties", "patternProperties", "$defs", "allOf", "anyOf", "oneOf", "prefixItems"} {
		s.Get(key).Each(func(_ string, v tree.Place) { x.schema(v, depth+1) })
	}
}

// value checks an example that stands in a schema: it may be one of a request or
// of a response. One for a branch that must not hold proves nothing.
func (x *examiner) value(s, v tree.Place, what string) {
	if !v.OK() || !x.first(v) || trivially(s, v) {
		return
	}
	value := v.Exact()
	var first Errors
	for _, purpose := range []compile.Purpose{compile.Response, compile.Request} {
		compiled, err := x.doc.checker.plan.Schema(s, purpose)
		if err != nil || compiled == nil {
			return
		}
		fault := compiled.Validate(value)
		if fault == nil {
			return
		}
		if first != nil {
			continue
		}
		r := x.doc.report("response")
		r.schema(fault, "value", value)
		before := x.found
		x.found = nil
		x.tell("", v, r.done())
		first, x.found = x.found, before
	}
	for _, e := range first {
		e.Msg = strings.Replace(e.Msg, "the example", "the "+what, 1)
	}
	x.found = append(x.found, first...)
}

// trivially reports whether a value satisfies a schema of which its type is all
// that could be broken: most examples of real documents are of that kind, and
// to compile a schema for each would cost more than all the rest.
func trivially(s, v tree.Place) bool {
	if s.Ref() != "" {
		return false
	}
	kind := s.Get("type").Str()
	plain := true
	s.Each(func(key string, _ tree.Place) {
		switch key {
		case "type", "description", "title", "example", "examples", "default", "readOnly", "writeOnly", "deprecated", "nullable", "x-nullable":
		default:
			plain = plain && strings.HasPrefix(key, "x-")
		}
	})
	if !plain {
		return false
	}
	switch v.Exact().(type) {
	case string:
		return kind == "string"
	case bool:
		return kind == "boolean"
	}
	return kind == ""
}

// tell tells what is wrong with an example: its first faults.
func (x *examiner) tell(name string, v tree.Place, found []Violation) {
	label := "the example"
	if name != "" {
		label += " " + strconv.Quote(name)
	}
	told := 0
	for _, f := range found {
		if f.Severity != SeverityError {
			continue
		}
		if told++; told > 3 {
			return
		}
		x.found = append(x.found, &Error{Pos: pos(v), Pointer: v.Pointer, Msg: fmt.Sprintf("%s breaks its schema: %s", label, f.Message),
			Hint: "what is asked for stands at " + f.Position.String()})
	}
}
