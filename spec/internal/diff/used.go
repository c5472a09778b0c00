package diff

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Used are the items of the old document that recorded messages have used, by the
// operation that they were for.
type Used map[*Item]map[*Item]Direction

// Message is one request or answer, as far as it could be read.
type Message struct {
	Type    string   // its media type, in lower case and without parameters; "" where there is no body
	Headers []string // in lower case
	Body    any      // decoded: maps, slices, strings, numbers, bool, nil
	Read    bool     // the body was decoded; if not, all that it may hold counts as used
}

// marker marks what the messages of one operation use.
type marker struct {
	doc  *Document
	used map[*Item]Direction
	in   Direction
	seen map[visit]bool // schemas that the current value is being looked at by
}

// visit is a schema and how deep in the body the value lies: a schema that holds
// itself beside no property would go on for ever.
type visit struct {
	schema *Item
	depth  int
}

// Params are the values of a request's parameters by their names, "query.limit",
// "header.x-id", as they were sent.
type Params map[string][]string

// Mark notes what a request and its answer use of an operation.
func (d *Document) Mark(used Used, o *Item, request Message, params Params, status int, answer Message) {
	if used[o] == nil {
		used[o] = map[*Item]Direction{}
	}
	m := &marker{doc: d, used: used[o]}
	m.in = Asked
	m.mark(o)
	for _, p := range o.Get("parameters").list() {
		if values := params.of(p); values != nil {
			m.parameter(p, values, 0)
		}
	}
	if body := o.Get("requestBody"); body != nil && request.Type != "" {
		m.mark(body)
		m.content(body.Get("content"), request)
	}
	m.in = Answered
	m.mark(o)
	if r := response(o.Get("responses"), status); r != nil {
		m.mark(r)
		for _, h := range r.Get("headers").list() {
			if slices.Contains(answer.Headers, strings.ToLower(h.Key)) {
				m.all(h, 0)
			}
		}
		m.content(r.Get("content"), answer)
	}
}

// of are the values that were sent for a parameter, each also in its parts; nil if
// it was not sent. A query's members belong to a parameter by its name, or as a
// part of an object: filter[name].
func (params Params) of(p *Item) (all []string) {
	in, _, _ := strings.Cut(p.Name, ".")
	for name, values := range params {
		rest, ok := strings.CutPrefix(name, p.Key)
		switch in {
		case "path": // its key is a number
			rest, ok = strings.CutPrefix(name, p.Name)
		case "querystring": // all of it
			rest, ok = "", strings.HasPrefix(name, "query.")
		}
		if !ok || rest != "" && rest[0] != '[' && rest[0] != '.' {
			continue
		}
		all = append(all, values...)
		for _, v := range values {
			all = append(all, strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune(",|; ", r) })...)
		}
	}
	return all
}

// parameter marks a parameter and all below it; of an enum only the values that
// were sent.
func (m *marker) parameter(i *Item, values []string, depth int) {
	if i == nil || depth > maxParameter || i.Kind == Value && i.Parent.Key == "enum" && !slices.Contains(values, i.Name) {
		return
	}
	m.mark(i)
	if i.ref != "" {
		m.parameter(m.doc.resolve(i), values, depth+1)
	}
	for _, b := range i.members {
		m.parameter(b, values, depth+1)
	}
}

// maxParameter bounds how deep a parameter's schema is marked: most hold no object.
const maxParameter = 12

func (i *Item) list() []*Item {
	if i == nil {
		return nil
	}
	return i.members
}

// response is the one that covers a status.
func response(all *Item, status int) *Item {
	code := strconv.Itoa(status)
	for _, key := range []string{code, code[:1] + "XX", code[:1] + "xx", "default"} {
		if r := all.Get(key); r != nil {
			return r
		}
	}
	return nil
}

func (m *marker) mark(i *Item) { m.used[i] |= m.in }

// content marks the media type of a message and what its body holds.
func (m *marker) content(all *Item, message Message) {
	kind, _, _ := strings.Cut(message.Type, "/")
	for _, media := range []func(base string) bool{
		func(base string) bool { return base == message.Type },
		func(base string) bool { return base == kind+"/*" || base == "*/*" },
	} {
		for _, c := range all.list() {
			base, _, _ := strings.Cut(strings.ToLower(c.Key), ";")
			if !media(strings.TrimSpace(base)) {
				continue
			}
			m.mark(c)
			if schema := c.Get("schema"); schema != nil && message.Read {
				m.value(schema, message.Body, 0)
			} else {
				m.all(c, 0)
			}
			return
		}
	}
}

// value marks the schemas that a value is looked at by.
func (m *marker) value(s *Item, v any, depth int) {
	m.mark(s)
	s = m.doc.resolve(s)
	if s == nil || depth > maxDepth {
		return
	}
	if at := (visit{s, depth}); m.seen[at] {
		return
	} else if m.seen == nil {
		m.seen = map[visit]bool{at: true}
		defer func() { m.seen = nil }()
	} else {
		m.seen[at] = true
		defer delete(m.seen, at)
	}
	m.mark(s)
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		for _, b := range s.Get(key).list() {
			m.value(b, v, depth)
		}
	}
	for _, key := range []string{"not", "if", "then", "else"} {
		if b := s.Get(key); b != nil {
			m.value(b, v, depth)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		m.object(s, v, depth)
	case []any:
		for _, item := range v {
			for _, key := range []string{"items", "contains", "unevaluatedItems"} {
				if b := s.Get(key); b != nil {
					m.value(b, item, depth+1)
				}
			}
		}
		for n, b := range s.Get("prefixItems").list() {
			if n < len(v) {
				m.value(b, v[n], depth+1)
			}
		}
	default:
		text, _ := json.Marshal(v) // a scalar always encodes
		for _, e := range s.Get("enum").list() {
			if e.text == string(text) || e.Name == v { // forms hold nothing but text
				m.mark(e)
			}
		}
	}
}

// object marks the properties that an object has, and the names that it must have.
func (m *marker) object(s *Item, v map[string]any, depth int) {
	properties := s.Get("properties")
	for name, member := range v {
		p := properties.Get(name)
		if p != nil {
			m.value(p, member, depth+1)
		}
		for _, key := range []string{"additionalProperties", "unevaluatedProperties"} {
			if b := s.Get(key); b != nil && p == nil {
				m.value(b, member, depth+1)
			}
		}
		for _, b := range s.Get("patternProperties").list() {
			m.value(b, member, depth+1)
		}
	}
	for _, b := range s.Get("dependentSchemas").list() {
		m.value(b, v, depth)
	}
}

// whole is how far to the left of a direction it says that all below was marked.
const whole = 2

// all marks an item and everything below it, behind references too.
func (m *marker) all(i *Item, depth int) {
	if i == nil || depth > maxDepth || m.used[i]&(m.in<<whole) != 0 {
		return
	}
	m.used[i] |= m.in | m.in<<whole
	if i.ref != "" {
		m.all(m.doc.resolve(i), depth+1)
	}
	for _, b := range i.members {
		m.all(b, depth+1)
	}
}

// marked are the kinds of items that Mark marks by themselves.
var marked = map[Kind]bool{Operation: true, Parameter: true, Body: true, Media: true, Response: true, Header: true, Schema: true}

// UsedBy are the changes that show in what was used, each with the uses that were,
// and how many were left out.
func UsedBy(changes []*Change, used Used) (kept []*Change, left int) {
	for _, c := range changes {
		i := c.Old
		if i == nil {
			i = c.OldOwner
		}
		one := *c
		one.Uses = nil
		for _, u := range c.Uses {
			if in := usedIn(used[u.Old], i) & u.In; u.Old != nil && in != 0 {
				one.Uses = append(one.Uses, Use{u.Old, u.New, in})
			}
		}
		if len(one.Uses) > 0 || c.Breaks.Always != "" {
			kept = append(kept, &one)
		} else {
			left++
		}
	}
	return kept, left
}

// usedIn says in which direction an item was used, or what it is a part of.
func usedIn(used map[*Item]Direction, i *Item) Direction {
	if i.Kind == Value && i.Parent.Key == "enum" {
		return used[i]
	}
	for ; i != nil; i = i.Parent {
		switch {
		case i.Kind == PathItem:
			for _, o := range i.members {
				if in := used[o]; in != 0 {
					return in
				}
			}
		case marked[i.Kind]:
			return used[i]
		}
	}
	return 0
}
