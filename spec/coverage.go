package spec

import (
	"bytes"
	"net/textproto"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// PartKind is a kind of [Part].
type PartKind string

// The kinds of parts, and how their names are written.
const (
	PartStatus    PartKind = "status"    // "200", "4XX", "default"
	PartMedia     PartKind = "media"     // "request application/json", "200 application/json"
	PartExample   PartKind = "example"   // a named example of a response: "401 application/json expired"
	PartParameter PartKind = "parameter" // "query.limit", "header.x-request-id"
	PartValue     PartKind = "value"     // a parameter's enum value: "query.order=asc"
	PartSecurity  PartKind = "security"  // an alternative, by its schemes: "bearerAuth", "key + basic", "none"
)

// Part is one thing that an operation's traffic can exercise.
type Part struct {
	Kind     PartKind
	Name     string
	Position // in the user's file
}

// Parts are all things that traffic can exercise of the operation, in the
// document's order. They are shared: read only.
func (o *Operation) Parts() []Part { return o.coverPlan().parts }

// Marks are the parts of one operation that traffic has exercised. All of its
// methods may be called concurrently; marking allocates nothing.
type Marks struct {
	op    *Operation
	bits  []atomic.Uint64
	calls []atomic.Uint64 // by documented response, the last one for all others
}

// NewMarks are the operation's marks before any traffic.
func (o *Operation) NewMarks() *Marks {
	return &Marks{
		op:    o,
		bits:  make([]atomic.Uint64, (len(o.Parts())+63)/64),
		calls: make([]atomic.Uint64, len(o.responses)+1),
	}
}

// Operation is the one whose marks they are.
func (m *Marks) Operation() *Operation { return m.op }

// Has reports whether the part at an index of [Operation.Parts] was exercised.
func (m *Marks) Has(part int) bool { return m.bits[part/64].Load()&(1<<(part%64)) != 0 }

// Calls is how many calls there were.
func (m *Marks) Calls() uint64 {
	n := uint64(0)
	for i := range m.calls {
		n += m.calls[i].Load()
	}
	return n
}

// CallsOf is how many calls a documented response answered: its index in
// [Operation.Responses].
func (m *Marks) CallsOf(response int) uint64 { return m.calls[response].Load() }

// Merge adds what other marks hold. Parts of another edition of the operation
// are told by their names; those that are gone are forgotten, not their calls.
func (m *Marks) Merge(other *Marks) {
	theirs := other.op.Parts()
	same := other.op == m.op
	for i := range theirs {
		if !other.Has(i) {
			continue
		}
		j := i
		if !same {
			j = slices.IndexFunc(m.op.Parts(), func(p Part) bool { return p.Kind == theirs[i].Kind && p.Name == theirs[i].Name })
		}
		if j >= 0 {
			m.set(j)
		}
	}
	for i := range other.calls {
		j := len(m.calls) - 1
		if i < len(other.op.responses) {
			for k, r := range m.op.responses {
				if r.Status == other.op.responses[i].Status {
					j = k
				}
			}
		}
		m.calls[j].Add(other.calls[i].Load())
	}
}

// set marks a part. A bit that is set is only read, so that processors that
// serve the same operation do not fight over it.
func (m *Marks) set(part int) {
	word, bit := &m.bits[part/64], uint64(1)<<(part%64)
	if word.Load()&bit == 0 {
		word.Or(bit)
	}
}

// Add marks what a call of the operation and its response exercised. A nil
// response is one that is not the API's own: then only the request counts.
func (m *Marks) Add(c *Call, r *Response) {
	p := m.op.coverPlan()
	p.request(m, c)
	last := len(m.calls) - 1
	if r == nil {
		m.calls[last].Add(1)
		return
	}
	p.security(m, c, r)
	i := slices.Index(m.op.responses, m.op.Response(r.Status))
	if i < 0 {
		m.calls[last].Add(1)
		return
	}
	m.calls[i].Add(1)
	p.responses[i].mark(m, r)
}

// coverPlan is how the parts of an operation are recognized.
type coverPlan struct {
	parts     []Part
	bodies    []coverMedia
	params    []coverParam
	alts      []coverAlt
	responses []coverResponse // as Operation.responses
}

type coverMedia struct {
	base     string
	part     int
	examples []coverExample
}

type coverExample struct {
	body []byte
	part int
}

type coverResponse struct {
	part    int
	content []coverMedia
}

type coverParam struct {
	in, name, canonical string
	deep                bool     // its members are name[key]
	members             []string // of an object that is taken apart in the query
	part                int
	values              []coverValue
}

type coverValue struct {
	text string
	part int
}

type coverAlt struct {
	schemes []string
	part    int
}

func (o *Operation) coverPlan() *coverPlan {
	if p := o.cover.Load(); p != nil {
		return p
	}
	// Made twice by two at once, both are the same.
	p := &coverPlan{}
	p.addRequest(o)
	for _, r := range o.responses {
		p.addResponse(r)
	}
	o.cover.Store(p)
	return p
}

func (p *coverPlan) add(kind PartKind, name string, at Position) int {
	p.parts = append(p.parts, Part{Kind: kind, Name: name, Position: at})
	return len(p.parts) - 1
}

func (p *coverPlan) addRequest(o *Operation) {
	for _, alt := range o.Security {
		var names []string
		for _, s := range alt {
			names = append(names, s.Name)
		}
		name := strings.Join(names, " + ")
		if name == "" {
			name = "none"
		}
		if slices.ContainsFunc(p.alts, func(a coverAlt) bool { return slices.Equal(a.schemes, names) }) {
			continue
		}
		p.alts = append(p.alts, coverAlt{schemes: names, part: p.add(PartSecurity, name, o.Pos)})
	}
	for _, q := range o.params {
		p.addParam(q)
	}
	if o.body == nil {
		return
	}
	for i := range o.body.content {
		m := &o.body.content[i]
		p.bodies = append(p.bodies, coverMedia{base: mediaBase(m.Type), part: p.add(PartMedia, "request "+m.Type, m.Pos)})
	}
}

func (p *coverPlan) addParam(q *param) {
	where := q.in + "." + q.name
	c := coverParam{
		in: q.in, name: q.name, canonical: textproto.CanonicalMIMEHeaderKey(q.name),
		deep: q.style == "deepObject", part: p.add(PartParameter, where, pos(q.at)),
	}
	if q.in == "query" && q.explode && !c.deep && q.media == "" {
		q.schema.Get("properties").Each(func(name string, _ tree.Place) { c.members = append(c.members, name) })
	}
	values := q.schema.Get("enum")
	if !values.OK() {
		if items, err := q.schema.Get("items").Follow(); err == nil {
			values = items.Get("enum")
		}
	}
	values.Each(func(_ string, v tree.Place) {
		if text := v.Str(); text != "" {
			c.values = append(c.values, coverValue{text: text, part: p.add(PartValue, where+"="+text, pos(v))})
		}
	})
	p.params = append(p.params, c)
}

func (p *coverPlan) addResponse(r *ResponseSpec) {
	out := coverResponse{part: p.add(PartStatus, r.Status, r.Pos)}
	for i := range r.Content {
		m := &r.Content[i]
		c := coverMedia{base: mediaBase(m.Type), part: p.add(PartMedia, r.Status+" "+m.Type, m.Pos)}
		for j := range m.Examples {
			if e := &m.Examples[j]; e.Name != "" {
				c.examples = append(c.examples, coverExample{body: e.Body, part: p.add(PartExample, r.Status+" "+m.Type+" "+e.Name, e.Pos)})
			}
		}
		out.content = append(out.content, c)
	}
	p.responses = append(p.responses, out)
}

// request marks what the request exercised.
func (p *coverPlan) request(m *Marks, c *Call) {
	r := c.Request
	for i := range p.params {
		q := &p.params[i]
		switch q.in {
		case "path":
			m.set(q.part)
			for _, param := range c.Params {
				if param.Name == q.name {
					q.mark(m, param.Value)
				}
			}
		case "header":
			for _, line := range r.Header[q.canonical] {
				q.mark(m, line)
			}
		case "cookie":
			if len(r.Header["Cookie"]) > 0 {
				if v := cookieValue(r.Header, q.name); v != "" {
					q.mark(m, v)
				}
			}
		}
	}
	if r.RawQuery != "" {
		p.query(m, r.RawQuery)
	}
	if len(r.Body) > 0 && len(p.bodies) > 0 {
		if b := coverMediaOf(p.bodies, r.Header["Content-Type"]); b != nil {
			m.set(b.part)
		}
	}
}

func (p *coverPlan) query(m *Marks, raw string) {
	for part := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, _ = unescape(name)
		for i := range p.params {
			q := &p.params[i]
			switch {
			case q.in != "query":
			case q.name == name:
				value, _ = unescape(value)
				q.mark(m, value)
			case q.deep && len(name) > len(q.name) && name[len(q.name)] == '[' && name[:len(q.name)] == q.name,
				slices.Contains(q.members, name):
				m.set(q.part)
			}
		}
	}
}

// mark marks a parameter and the values of its enum, one or a list of them.
func (q *coverParam) mark(m *Marks, text string) {
	m.set(q.part)
	if len(q.values) == 0 {
		return
	}
	for value := range strings.FieldsFuncSeq(text, isListSeparator) {
		for _, v := range q.values {
			if v.text == value || v.text == text {
				m.set(v.part)
			}
		}
	}
}

// isListSeparator tells what stands between the items of a list, in any style.
func isListSeparator(r rune) bool { return r == ',' || r == '|' || r == ' ' }

// security marks the alternatives that a call has passed with: an answer 401
// passes none.
func (p *coverPlan) security(m *Marks, c *Call, r *Response) {
	if c.Insecure || r.Status == 401 {
		return
	}
	for i := range p.alts {
		alt := &p.alts[i]
		if len(alt.schemes) == 0 && len(c.Credentials) > 0 {
			continue
		}
		met := true
		for _, name := range alt.schemes {
			met = met && slices.ContainsFunc(c.Credentials, func(c Credential) bool { return c.Scheme == name })
		}
		if met {
			m.set(alt.part)
		}
	}
}

func (p *coverResponse) mark(m *Marks, r *Response) {
	m.set(p.part)
	if len(p.content) == 0 || len(r.Body) == 0 {
		return
	}
	c := coverMediaOf(p.content, r.Header["Content-Type"])
	if c == nil {
		return
	}
	m.set(c.part)
	for i := range c.examples {
		if e := &c.examples[i]; bytes.Equal(e.body, r.Body) {
			m.set(e.part)
		}
	}
}

// coverMediaOf is the media type that a Content-Type falls under, exactly or as
// a range.
func coverMediaOf(all []coverMedia, contentType []string) *coverMedia {
	if len(contentType) != 1 {
		return nil
	}
	base := mediaBase(contentType[0])
	for i := range all {
		if all[i].base == base {
			return &all[i]
		}
	}
	kind, _, _ := strings.Cut(base, "/")
	for i := range all {
		if b := all[i].base; b == "*/*" || len(b) == len(kind)+2 && b[:len(kind)] == kind && b[len(kind):] == "/*" {
			return &all[i]
		}
	}
	return nil
}
