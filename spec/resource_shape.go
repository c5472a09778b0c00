package spec

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// shape is what a schema says of a value at first sight: its type, its
// properties and its items, those of what it refers to and of its allOf, anyOf
// and oneOf included. It is for guessing what a thing is, never for checking.
type shape struct {
	at       tree.Place
	name     string // of the component, "" for none
	kind     string // the first type but null; "" where nothing says it
	format   string
	nullable bool
	free     bool // members beyond the properties are welcome
	members  []field
	items    tree.Place
	choices  []tree.Place // branches of oneOf and anyOf, more than one
	enum     []any
}

// field is a property of an object.
type field struct {
	name                          string
	at                            tree.Place
	also                          []tree.Place // what further parts of an allOf say of it
	required, readOnly, writeOnly bool
}

// member returns the property of a name, nil for none.
func (s *shape) member(name string) *field {
	for i := range s.members {
		if s.members[i].name == name {
			return &s.members[i]
		}
	}
	return nil
}

// like returns the property whose name is the same but for case and the signs
// between words, nil for none.
func (s *shape) like(plain string) *field {
	for i := range s.members {
		if plainIs(s.members[i].name, plain) {
			return &s.members[i]
		}
	}
	return nil
}

// shapes reads shapes, each schema once.
type shapes struct {
	mu        sync.Mutex // guards all below, once the document is inferred
	known     map[*yaml.Node]*shape
	merged    map[*yaml.Node]*shape // of properties that several parts of an allOf speak of
	envelopes map[*MediaSpec]any    // samples of bodies around things
	targets   map[string]tree.Place // of references within the first file
	seen      map[*yaml.Node]bool   // by the shape being read: schemas may go in circles
}

func newShapes() *shapes {
	return &shapes{envelopes: map[*MediaSpec]any{}, known: map[*yaml.Node]*shape{}, merged: map[*yaml.Node]*shape{}, targets: map[string]tree.Place{}}
}

// target is what a reference leads to, not there where it leads nowhere.
func (x *shapes) target(from tree.Place, ref string) tree.Place {
	if from.File.Index > 0 || ref[0] != '#' {
		to, _ := from.Target(ref)
		return to
	}
	to, ok := x.targets[ref]
	if !ok {
		to, _ = from.Target(ref)
		x.targets[ref] = to
	}
	return to
}

// of reads the shape of a schema; never nil.
func (x *shapes) of(at tree.Place) *shape {
	if !at.OK() {
		return &shape{free: true}
	}
	if s := x.known[at.Node]; s != nil {
		return s
	}
	s := &shape{at: at}
	x.known[at.Node] = s
	x.seen = map[*yaml.Node]bool{}
	x.gather(s, at)
	return s.finish()
}

func (s *shape) finish() *shape {
	switch {
	case s.kind == "" && len(s.members) > 0:
		s.kind = "object"
	case s.kind == "" && s.items.OK():
		s.kind = "array"
	}
	return s
}

// field reads the shape of a property.
func (x *shapes) field(m *field) *shape {
	if len(m.also) == 0 {
		return x.of(m.at)
	}
	last := m.also[len(m.also)-1].Node
	if s := x.merged[last]; s != nil {
		return s
	}
	s := &shape{at: m.at}
	x.seen = map[*yaml.Node]bool{}
	for _, at := range append([]tree.Place{m.at}, m.also...) {
		x.gather(s, at)
	}
	x.merged[last] = s
	return s.finish()
}

func (x *shapes) gather(s *shape, at tree.Place) {
	if !at.IsMap() || x.seen[at.Node] {
		return
	}
	x.seen[at.Node] = true
	if ref := at.Ref(); ref != "" {
		if to := x.target(at, ref); to.OK() {
			if s.name == "" && strings.Contains(ref, "/schemas/") {
				s.name = sampleName(ref)
			}
			x.gather(s, to)
		}
		if at.Len() == 1 {
			return
		}
	}
	x.keywords(s, at)
	at.Get("allOf").Each(func(_ string, part tree.Place) { x.gather(s, part) })
	for _, keyword := range [...]string{"oneOf", "anyOf"} {
		x.gatherChoice(s, at.Get(keyword))
	}
}

// keywords takes in a schema's own keywords.
func (x *shapes) keywords(s *shape, at tree.Place) {
	take := func(t string) {
		if t == "null" {
			s.nullable = true
		} else if s.kind == "" {
			s.kind = t
		}
	}
	if t := at.Get("type"); t.IsList() {
		t.Each(func(_ string, one tree.Place) { take(one.Str()) })
	} else if t.Str() != "" {
		take(t.Str())
	}
	s.nullable = s.nullable || at.Get("nullable").True()
	if f := at.Get("format").Str(); f != "" && s.format == "" {
		s.format = f
	}
	if e := at.Get("enum"); e.IsList() && s.enum == nil {
		s.enum, _ = e.Value().([]any)
	}
	if i := at.Get("items"); i.IsMap() && (!s.items.OK() || s.items.Len() < 2 && s.items.Ref() == "") {
		s.items = i // the later of two says more
	}
	if a := at.Get("additionalProperties"); a.IsMap() || a.True() || at.Get("patternProperties").OK() {
		s.free = true
	}
	at.Get("properties").Each(func(name string, p tree.Place) {
		flags := p
		if ref := p.Ref(); ref != "" {
			flags = x.target(p, ref)
		}
		m := s.member(name)
		if m == nil {
			s.members = append(s.members, field{name: name, at: p})
			m = &s.members[len(s.members)-1]
		} else if m.at.Node != p.Node {
			m.also = append(m.also, p)
		}
		m.readOnly = m.readOnly || p.Get("readOnly").True() || flags.Get("readOnly").True()
		m.writeOnly = m.writeOnly || p.Get("writeOnly").True() || flags.Get("writeOnly").True()
	})
	at.Get("required").Each(func(_ string, name tree.Place) {
		if m := s.member(name.Str()); m != nil {
			m.required = true
		}
	})
}

// gatherChoice takes in the branches of a oneOf or anyOf: of one branch beside
// null all of it, of several their properties, none of which is required then.
func (x *shapes) gatherChoice(s *shape, list tree.Place) {
	var branches []tree.Place
	list.Each(func(_ string, b tree.Place) {
		if b.Get("type").Str() == "null" {
			s.nullable = true
			return
		}
		branches = append(branches, b)
	})
	if len(branches) == 1 {
		x.gather(s, branches[0])
		return
	}
	s.choices = append(s.choices, branches...)
	name := s.name
	for _, b := range branches {
		part := &shape{}
		x.gather(part, b)
		if s.kind == "" {
			s.kind = part.kind
		}
		if !s.items.OK() {
			s.items = part.items
		}
		s.free = s.free || part.free
		for _, m := range part.members {
			if s.member(m.name) == nil {
				m.required = false
				s.members = append(s.members, m)
			}
		}
	}
	s.name = name
}

// plainName is a name in lower case, without the signs between its words.
func plainName(s string) string { return strings.Map(plainRune, s) }

// plainRune is a letter of a plain name, -1 for a sign between words.
func plainRune(r rune) rune {
	switch {
	case r == '_' || r == '-' || r == '.' || r == ' ' || r == '[' || r == ']' || r == '$':
		return -1
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	}
	return r
}

// plainIs reports whether that is a name's plain name, without making it.
func plainIs(name, plain string) bool {
	for _, r := range name {
		if r = plainRune(r); r < 0 {
			continue
		}
		next, n := utf8.DecodeRuneInString(plain)
		if n == 0 || next != r {
			return false
		}
		plain = plain[n:]
	}
	return plain == ""
}

// singularOf is a plain name without its plural ending, as far as that is easy.
func singularOf(plain string) string {
	switch {
	case strings.HasSuffix(plain, "ies") && len(plain) > 4:
		return plain[:len(plain)-3] + "y"
	case strings.HasSuffix(plain, "sses"), strings.HasSuffix(plain, "shes"), strings.HasSuffix(plain, "ches"), strings.HasSuffix(plain, "xes"):
		return plain[:len(plain)-2]
	case strings.HasSuffix(plain, "people"):
		return strings.TrimSuffix(plain, "people") + "person"
	case strings.HasSuffix(plain, "children"):
		return strings.TrimSuffix(plain, "ren")
	case strings.HasSuffix(plain, "s") && !strings.HasSuffix(plain, "ss") && !strings.HasSuffix(plain, "us") && len(plain) > 2:
		return plain[:len(plain)-1]
	}
	return plain
}

// alike reports whether two shapes describe the same kind of thing: they are one
// component, or share at least half of the smaller one's properties.
func alike(a, b *shape) bool {
	if a == nil || b == nil {
		return false
	}
	if a.name != "" && a.name == b.name || a == b {
		return true
	}
	shared, least := 0, min(len(a.members), len(b.members))
	for i := range b.members {
		if a.member(b.members[i].name) != nil {
			shared++
		}
	}
	return shared > 0 && shared*2 >= least
}
