package spec

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Case is one request for an operation, made to be sent: to our own handler, or
// to a real service.
type Case struct {
	Name    string   // what it is: "everything", "only what is required", "query.limit maximum"
	Request *Request // its path starts with the template, without the path of any server
	Breaks  *Break   // what is wrong with the request; nil: it keeps to the document
}

// Break is the one thing that an invalid [Case] does wrong.
type Break struct {
	Where   string `json:"where"`   // as in a [Violation]
	Keyword string `json:"keyword"` // the schema keyword or rule that is broken
}

// Cases are the requests that exercise an operation.
type Cases struct {
	Valid   []Case   // all parameters; only the required ones; each media type; each way to be authorised
	Invalid []Case   // each of them breaks one thing
	Unmade  []string // what nothing could be made of, and why
}

// maxBroken bounds the invalid cases of one operation's body: one for each
// keyword of its schema, the topmost.
const maxBroken = 32

// Cases makes requests for the operation. Values come from the document's
// examples where they satisfy their schemas, and are else generated: the same
// seed gives the same cases.
func (o *Operation) Cases(seed uint64) Cases {
	m := &caseMaker{o: o, p: o.prepared(), seed: seed}
	m.prepare()
	m.valid()
	m.invalid()
	return m.out
}

// caseMaker makes the cases of one operation.
type caseMaker struct {
	o      *Operation
	p      *opPlan
	seed   uint64
	params []madeParam
	bodies []madeBody
	out    Cases
}

// madeParam is a parameter with a value that satisfies it.
type madeParam struct {
	*checked
	value any
}

// madeBody is a media type of the request's body with values that satisfy it.
type madeBody struct {
	*media
	values []any // an example, if there is a good one; a generated one; one with only what is required
}

// draft is a request in the making.
type draft struct {
	params []madeParam
	body   []byte
	media  string
	auth   Requirement
}

func (m *caseMaker) prepare() {
	for _, q := range m.p.params {
		v, err := m.paramValue(q)
		switch {
		case err == nil:
			m.params = append(m.params, madeParam{q, v})
		case q.required:
			m.out.Unmade = append(m.out.Unmade, q.in+"."+q.name+": "+err.Error())
		}
	}
	for _, b := range m.p.bodies {
		values, err := m.bodyValues(b)
		if err != nil {
			m.out.Unmade = append(m.out.Unmade, "body "+b.spec.Type+": "+err.Error())
			continue
		}
		m.bodies = append(m.bodies, madeBody{b, values})
	}
}

func (m *caseMaker) required() (out []madeParam) {
	for _, q := range m.params {
		if q.required {
			out = append(out, q)
		}
	}
	return out
}

// auth is the first way to be authorised, nil where none is needed.
func (m *caseMaker) auth() Requirement {
	if len(m.o.Security) == 0 || slices.ContainsFunc(m.o.Security, func(r Requirement) bool { return len(r) == 0 }) {
		return nil
	}
	return m.o.Security[0]
}

// withBody is the draft with a value as its body.
func (d draft) withBody(b madeBody, v any) (draft, bool) {
	body, media, err := encodeBody(b.media, v)
	if err != nil {
		return d, false
	}
	d.body, d.media = body, media
	return d, true
}

func (m *caseMaker) valid() {
	full := draft{params: m.params, auth: m.auth()}
	least := draft{params: m.required(), auth: m.auth()}
	switch {
	case len(m.bodies) > 0:
	case m.o.body != nil && m.o.body.required:
		return // it could not be made: see Unmade
	default:
		m.add("everything", full)
		m.add("only what is required", least)
		m.alternatives(least)
		return
	}
	for i, b := range m.bodies {
		for j, v := range b.values {
			d, name := full, "everything"
			if j > 0 && j == len(b.values)-1 {
				d, name = least, "only what is required"
			}
			if i > 0 || len(m.bodies) > 1 {
				name += " as " + b.spec.Type
			}
			d, ok := d.withBody(b, v)
			if !ok {
				m.out.Unmade = append(m.out.Unmade, "body "+b.spec.Type+": it cannot be written")
				break
			}
			m.add(name, d)
		}
	}
	if !m.o.body.required {
		m.add("no body", least)
	}
	if d, ok := m.least(); ok {
		m.alternatives(d)
	}
}

// alternatives are the other ways to be authorised.
func (m *caseMaker) alternatives(d draft) {
	for i, alt := range m.o.Security {
		if i == 0 && m.auth() != nil || len(alt) == 0 {
			continue
		}
		var names []string
		for _, s := range alt {
			names = append(names, s.Name)
		}
		d.auth = alt
		m.add("authorised by "+strings.Join(names, " and "), d)
	}
}

// least is the smallest valid draft, which the invalid ones are made of.
func (m *caseMaker) least() (draft, bool) {
	d := draft{params: m.required(), auth: m.auth()}
	if m.o.body == nil || !m.o.body.required {
		return d, true
	}
	if len(m.bodies) == 0 {
		return d, false
	}
	b := m.bodies[0]
	return d.withBody(b, b.values[len(b.values)-1])
}

func (m *caseMaker) add(name string, d draft) {
	r, err := m.o.write(d)
	if err != nil {
		m.out.Unmade = append(m.out.Unmade, name+": "+err.Error())
		return
	}
	if !slices.ContainsFunc(m.out.Valid, func(c Case) bool { return sameRequest(c.Request, r) }) {
		m.out.Valid = append(m.out.Valid, Case{Name: name, Request: r})
	}
}

func sameRequest(a, b *Request) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// spoiled adds an invalid case, unless its draft cannot be written down.
func (m *caseMaker) spoiled(where, keyword string, d draft) bool {
	r, err := m.o.write(d)
	if err != nil {
		return false
	}
	m.out.Invalid = append(m.out.Invalid, Case{Name: where + " " + keyword, Request: r, Breaks: &Break{where, keyword}})
	return true
}

// Call is the call that a case's request makes: the request with the path
// parameters that it was made of. Nothing is checked.
func (o *Operation) Call(c Case) (*Call, error) {
	route := o.doc.Find(c.Request.Method, c.Request.Path)
	if route.Operation != o {
		return nil, errors.New("another operation answers there")
	}
	return &Call{Operation: o, Request: c.Request, Params: route.Params}, nil
}
