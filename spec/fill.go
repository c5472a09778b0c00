package spec

import (
	"bytes"
	"encoding/json"
	"slices"
)

// maxFill bounds the values that are tried one by one in one body.
const maxFill = 64

// fillDepth is how deep members are looked for, in the body that is filled and
// in those that it is filled from: envelopes such as {event, data: {…}}.
const fillDepth = 3

// fillBody is a made body with the values that others have under the same
// names, where they fit: all at once, else one after another.
func (o *Operation) fillBody(r *Request, from [][]byte) []byte {
	sources := namedValues(from)
	body, ok := readMembers(r.Body)
	if !ok || len(sources) == 0 {
		return r.Body
	}
	faults := func(body []byte) int {
		probe := *r
		probe.Body = body
		_, found := o.doc.Bind(&probe, Route{Operation: o})
		return len(slices.DeleteFunc(found, func(v Violation) bool { return v.Severity != SeverityError }))
	}
	allowed := faults(r.Body)
	places := fillable(body, sources, fillDepth)
	for _, p := range places {
		p.member.raw = p.value
	}
	if all := body.appendJSON(nil); faults(all) <= allowed {
		return all
	}
	for _, p := range places {
		p.member.raw = p.old
	}
	for _, p := range places[:min(len(places), maxFill)] {
		p.member.raw = p.value
		if faults(body.appendJSON(nil)) > allowed {
			p.member.raw = p.old
		}
	}
	return body.appendJSON(nil)
}

// bodyMembers is a JSON object whose members keep their order.
type bodyMembers []*bodyMember

type bodyMember struct {
	name  string
	raw   json.RawMessage
	inner bodyMembers // of an object that is filled itself; raw then is not used
}

// readMembers takes a JSON object apart; ok is false for anything else.
func readMembers(raw []byte) (out bodyMembers, ok bool) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		m := &bodyMember{name: name.(string)} // an object's names are strings
		if err := d.Decode(&m.raw); err != nil {
			return nil, false
		}
		out = append(out, m)
	}
	return out, true
}

func (ms bodyMembers) appendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, m := range ms {
		if i > 0 {
			b = append(b, ',')
		}
		name, _ := json.Marshal(m.name) // a string
		b = append(append(b, name...), ':')
		if m.inner != nil {
			b = m.inner.appendJSON(b)
		} else {
			b = append(b, m.raw...)
		}
	}
	return append(b, '}')
}

// namedValues are the members of JSON objects by name, outer ones before inner
// ones; null is no value.
func namedValues(from [][]byte) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	level := from
	for depth := 0; depth < fillDepth && len(level) > 0; depth++ {
		var next [][]byte
		for _, raw := range level {
			object, _ := readMembers(raw)
			for _, m := range object {
				if _, taken := out[m.name]; !taken && string(m.raw) != "null" {
					out[m.name] = m.raw
				}
				next = append(next, m.raw)
			}
		}
		level = next
	}
	return out
}

// place is a member that has a value to take over.
type place struct {
	member     *bodyMember
	old, value json.RawMessage
}

// fillable finds the members that have a value to take over. An object inside,
// unless it is taken over whole, is the same thing only if it shares two names
// at least: an id or a name alone is anybody's.
func fillable(body bodyMembers, sources map[string]json.RawMessage, depth int) []place {
	var out []place
	for _, m := range body {
		if v, ok := sources[m.name]; ok {
			out = append(out, place{m, m.raw, v})
			continue
		}
		if depth <= 1 {
			continue
		}
		if inner, ok := readMembers(m.raw); ok {
			if found := fillable(inner, sources, depth-1); len(found) > 1 {
				m.inner = inner
				out = append(out, found...)
			}
		}
	}
	return out
}
