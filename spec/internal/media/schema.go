package media

import (
	"slices"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Schema is a schema in the user's document; the zero Schema says nothing.
type Schema struct {
	At   tree.Place
	more []tree.Place // what holds for the same value: a member may be declared more than once
}

// and is both schemas at once.
func (s Schema) and(at tree.Place) Schema {
	if !s.At.OK() {
		return Schema{At: at}
	}
	s.more = append(s.more[:len(s.more):len(s.more)], at)
	return s
}

// maxParts bounds the schemas looked at for one value.
const maxParts = 200

// parts are the schemas that may hold for the same value: itself, what it
// refers to, and what it is composed of.
func (s Schema) parts() []tree.Place {
	var out []tree.Place
	seen := map[string]bool{}
	var add func(p tree.Place)
	add = func(p tree.Place) {
		if !p.IsMap() || len(out) >= maxParts || seen[p.File.Name+p.Pointer] {
			return
		}
		seen[p.File.Name+p.Pointer] = true
		out = append(out, p)
		if p.Ref() != "" {
			if to, err := p.Target(p.Ref()); err == nil {
				add(to)
			}
		}
		for _, key := range []string{"allOf", "anyOf", "oneOf"} {
			p.Get(key).Each(func(_ string, v tree.Place) { add(v) })
		}
		for _, key := range []string{"if", "then", "else"} {
			add(p.Get(key))
		}
		p.Get("dependentSchemas").Each(func(_ string, v tree.Place) { add(v) })
	}
	add(s.At)
	for _, p := range s.more {
		add(p)
	}
	return out
}

// Parts are the schema's places in the document: itself, what it refers to, and
// what it is composed of.
func (s Schema) Parts() []tree.Place { return s.parts() }

// Below is the schema of a member or an item, by its name or number; the zero
// Schema where nothing is said of it.
func (s Schema) Below(name string) Schema {
	if p := s.object().property(name); p.At.OK() {
		return p
	}
	return s.items()
}

// keyword is the first of that name: the schema's own, else of what it refers
// to. Composed parts are somebody else's.
func (s Schema) keyword(key string) tree.Place {
	for i := -1; i < len(s.more); i++ {
		p := s.At
		if i >= 0 {
			p = s.more[i]
		}
		for range 64 {
			if v := p.Get(key); v.OK() {
				return v
			}
			if p.Ref() == "" {
				break
			}
			to, err := p.Target(p.Ref())
			if err != nil {
				break
			}
			p = to
		}
	}
	return tree.Place{}
}

// object is what a schema says about the members of an object.
type object struct {
	names      []string // in the document's order
	properties map[string]Schema
	required   map[string]bool
	additional Schema
}

func (s Schema) object() object {
	o := object{properties: map[string]Schema{}, required: map[string]bool{}}
	for _, p := range s.parts() {
		p.Get("properties").Each(func(name string, v tree.Place) {
			if _, ok := o.properties[name]; !ok {
				o.names = append(o.names, name)
			}
			o.properties[name] = o.properties[name].and(v)
		})
		p.Get("required").Each(func(_ string, v tree.Place) { o.required[v.Str()] = true })
		if a := p.Get("additionalProperties"); a.IsMap() && !o.additional.At.OK() {
			o.additional = Schema{At: a}
		}
	}
	return o
}

// property is the schema of a member.
func (o object) property(name string) Schema {
	if s, ok := o.properties[name]; ok {
		return s
	}
	return o.additional
}

// items is the schema of a list's items.
func (s Schema) items() Schema {
	var out Schema
	for _, p := range s.parts() {
		if v := p.Get("items"); v.IsMap() {
			out = out.and(v)
		}
	}
	return out
}

// types are the types that a schema, or a part of it, names.
type types struct{ object, array, number, boolean, text, null bool }

func (s Schema) types() types {
	var t types
	name := func(v tree.Place) {
		switch v.Str() {
		case "object":
			t.object = true
		case "array":
			t.array = true
		case "number", "integer":
			t.number = true
		case "boolean":
			t.boolean = true
		case "string":
			t.text = true
		case "null":
			t.null = true
		}
	}
	for _, p := range s.parts() {
		v := p.Get("type")
		name(v)
		v.Each(func(_ string, v tree.Place) { name(v) })
		t.null = t.null || p.Get("nullable").True()
		t.object = t.object || p.Get("properties").IsMap() || p.Get("additionalProperties").IsMap()
		t.array = t.array || p.Get("items").IsMap() || p.Get("prefixItems").IsList()
		for _, key := range []string{"const", "enum"} { // whose values tell their types
			values := []tree.Place{p.Get(key)}
			if values[0].IsList() {
				values[0].Each(func(_ string, v tree.Place) { values = append(values, v) })
				values = values[1:]
			}
			for _, v := range values {
				t.see(v.Exact())
			}
		}
	}
	return t
}

func (t *types) see(v any) {
	switch v.(type) {
	case string:
		t.text = true
	case bool:
		t.boolean = true
	case nil, map[string]any, []any:
	default:
		t.number = true
	}
}

// binary reports whether a schema describes bytes and not text.
func (s Schema) binary() bool {
	return slices.Contains([]string{"binary", "byte"}, s.keyword("format").Str()) || s.keyword("contentMediaType").OK()
}

// Composite reports whether a schema lets objects, lists and texts through.
// One that says nothing lets through none of them.
func (s Schema) Composite() (object, array, text bool) {
	t := s.types()
	return t.object, t.array, t.text
}

// Room is what a member of an object may hold.
type Room struct {
	Object  bool // an object
	Texts   bool // a list of texts
	Objects bool // a list of objects
}

// RoomFor is what a schema lets a member of that name hold. A member that is not
// declared has no room beside others that are, unless the schema says that there
// may be more.
func (s Schema) RoomFor(member string) Room {
	o := s.object()
	m, ok := o.properties[member]
	if !ok {
		m, ok = o.additional, o.additional.At.OK() || s.open(o)
	}
	if !ok {
		return Room{}
	}
	whole, items := m.types(), m.items().types()
	list := whole.array || whole == types{}
	return Room{
		Object:  whole.object || whole == types{},
		Texts:   list && (items.text || items == types{}),
		Objects: list && (items.object || items == types{}),
	}
}

// open reports whether a schema's objects may have members that it does not
// name: it says so, or names none.
func (s Schema) open(o object) bool {
	open := len(o.names) == 0
	for _, p := range s.parts() {
		open = open || p.Get("additionalProperties").True() || p.Get("patternProperties").IsMap()
	}
	return open
}
