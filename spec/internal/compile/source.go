package compile

import (
	"path"
	"strings"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// The members that [Plan.Source] adds to schemas, for those who read them back.
const (
	AddressKey = "x-standin-address" // of a resource: what [Plan.At] takes
	OrderKey   = "x-standin-order"   // the properties' names in the document's order, a []string
)

// Source returns the schema at a place as it is compiled, decoded, together
// with its examples, defaults and names: what a generator of instances needs.
// References are addresses for [Plan.Resolve]. It is not to be changed.
func (p *Plan) Source(at tree.Place, purpose Purpose) any {
	if !at.OK() {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.source(done{p.number(p.entry(at)), purpose})
}

// Resolve returns the source behind a reference of a source.
func (p *Plan) Resolve(address string) (any, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key, ok := p.parse(address)
	if !ok {
		return nil, false
	}
	return p.source(key), true
}

// Name is the name of the component behind a reference of a source, "" where it
// leads to something else.
func (p *Plan) Name(address string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	key, ok := p.parse(address)
	if !ok {
		return ""
	}
	above, name := path.Split(p.places[key.number].Pointer)
	switch path.Base(above) {
	case "schemas", "$defs", "definitions":
		return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
	}
	return ""
}

// At compiles the schema of a source's address.
func (p *Plan) At(address string) (*jsonschema.Schema, error) {
	p.mu.Lock()
	key, ok := p.parse(address)
	var at tree.Place
	if ok {
		at = p.places[key.number]
	}
	p.mu.Unlock()
	return p.Schema(at, key.purpose)
}

func (p *Plan) source(key done) any {
	if s, ok := p.sources[key]; ok {
		return s
	}
	c := converter{plan: p, purpose: key.purpose, annotate: true}
	s := c.whole(p.places[key.number], nil)
	if m, ok := s.(map[string]any); ok {
		m[AddressKey] = c.address(key.number)
	}
	p.sources[key] = s
	return s
}

// annotation keeps what a generator of instances takes hints from.
func (c converter) annotation(out map[string]any, key string, v tree.Place) {
	switch key {
	case "example", "default", "examples":
		out[key] = v.Exact()
	case "title", "contentEncoding", "contentMediaType":
		out[key] = v.Str()
	}
}

// order notes the properties' order, and makes addresses of a discriminator's
// mapping, which holds references or the names of components.
func (c converter) order(out map[string]any, at tree.Place) {
	var names []string
	at.Get("properties").Each(func(name string, _ tree.Place) { names = append(names, name) })
	if len(names) > 0 {
		out[OrderKey] = names
	}
	d, _ := out["discriminator"].(map[string]any)
	mapping, _ := d["mapping"].(map[string]any)
	for value, ref := range mapping {
		s, _ := ref.(string)
		if !strings.ContainsAny(s, "#/.") {
			s = "#/components/schemas/" + tree.Escape(s)
		}
		mapping[value] = c.reference(at, s)
	}
}
