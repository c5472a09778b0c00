package accept

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/pb33f/jsonschema/v6"
)

const (
	// unlimited is the maximum where there is none.
	unlimited = math.MaxInt

	// maxAlternatives bounds the product of the unions that apply to one value.
	maxAlternatives = 64
	// maxRoots bounds how many schemas from different places apply to one value.
	maxRoots = 32
	// maxUnions bounds how many combinations of such schemas one builder makes.
	maxUnions = 1 << 13
)

// builder turns compiled schemas into nodes and remembers them.
type builder struct {
	direction  Direction
	undeclared Undeclared
	anyOf      mode

	single map[*jsonschema.Schema]*node
	union  map[string]*node // by the ids of several schemas
	ids    map[*jsonschema.Schema]uint32
	ifs    map[*jsonschema.Schema][]choice // rewritten conditions

	jobs  map[*node]*job // nodes that are not filled yet
	queue []*node
	later []func() // what needs all nodes to be filled

	anything, nothing, unknown *node
	falseSchema                *jsonschema.Schema
}

// A job is a node to be filled from its schemas.
type job struct {
	roots   []*jsonschema.Schema
	filling bool
}

func newBuilder(o Options) *builder {
	b := &builder{
		direction: o.Direction, undeclared: o.Undeclared,
		single: map[*jsonschema.Schema]*node{}, union: map[string]*node{},
		ids: map[*jsonschema.Schema]uint32{}, ifs: map[*jsonschema.Schema][]choice{},
		jobs: map[*node]*job{},
	}
	if o.Direction != Any || o.Undeclared != AllowUndeclared {
		b.anyOf = noneUnsure
	}
	no := false
	b.falseSchema = &jsonschema.Schema{DraftVersion: 2020, Bool: &no}
	free := &objectRules{max: unlimited, stray: o.Undeclared == DoubtUndeclared}
	b.anything = &node{types: tAll, plain: tAll, obj: free}
	b.anything.arr = &arrayRules{rest: b.anything, max: unlimited}
	free.free = b.anything
	b.nothing = &node{}
	b.unknown = &node{types: tAll, doubt: tAll, obj: free, arr: b.anything.arr}
	return b
}

// root returns the complete node of a schema.
func (b *builder) root(s *jsonschema.Schema) *node {
	if s == nil {
		return b.unknown
	}
	n := b.node(s)
	for len(b.queue) > 0 {
		last := len(b.queue) - 1
		next := b.queue[last]
		b.queue = b.queue[:last]
		b.fill(next)
	}
	for _, do := range b.later {
		do()
	}
	b.later = nil
	return n
}

// node returns the node of a value to which all the schemas apply. It may be filled
// later: see fill.
func (b *builder) node(schemas ...*jsonschema.Schema) *node {
	var roots []*jsonschema.Schema
	for _, s := range schemas {
		if s == nil {
			return b.unknown
		}
		s = b.simplify(s)
		if s.Bool != nil && !*s.Bool {
			return b.nothing
		}
		if b.empty(s) || slices.Contains(roots, s) {
			continue
		}
		roots = append(roots, s)
	}
	switch {
	case len(roots) == 0:
		return b.anything
	case len(roots) > maxRoots:
		return b.unknown
	case len(roots) == 1:
		n := b.single[roots[0]]
		if n == nil {
			n = b.enqueue(roots)
			b.single[roots[0]] = n
		}
		return n
	}
	key := b.key(roots)
	n := b.union[key]
	if n == nil {
		if len(b.union) >= maxUnions {
			return b.unknown
		}
		n = b.enqueue(roots)
		b.union[key] = n
	}
	return n
}

func (b *builder) enqueue(roots []*jsonschema.Schema) *node {
	n := new(node)
	b.jobs[n] = &job{roots: roots}
	b.queue = append(b.queue, n)
	return n
}

// key names a set of schemas, whatever their order.
func (b *builder) key(roots []*jsonschema.Schema) string {
	ids := make([]uint32, len(roots))
	for i, s := range roots {
		id, ok := b.ids[s]
		if !ok {
			id = uint32(len(b.ids))
			b.ids[s] = id
		}
		ids[i] = id
	}
	slices.Sort(ids)
	var key []byte
	for _, id := range ids {
		key = binary.LittleEndian.AppendUint32(key, id)
	}
	return string(key)
}

// fill completes a node. It reports false if the node is being filled already, which
// means that its schema applies itself to the same value: the library reports a cycle
// there.
func (b *builder) fill(n *node) bool {
	j := b.jobs[n]
	if j == nil {
		return true
	}
	if j.filling {
		return false
	}
	j.filling = true
	m := new(merge)
	for _, s := range j.roots {
		b.add(m, s, -1)
	}
	left := maxAlternatives
	b.finish(n, m, &left)
	delete(b.jobs, n)
	return true
}

// inPlace returns a node that judges the same value as the one being filled.
func (b *builder) inPlace(s *jsonschema.Schema) *node {
	n := b.node(s)
	if !b.fill(n) {
		return b.unknown
	}
	return n
}

// finish fills n from all that applies to its value. left counts down alternatives.
func (b *builder) finish(n *node, m *merge, left *int) {
	if m.never {
		return
	}
	if len(m.choices) == 0 {
		b.leaf(n, m)
		return
	}
	first := m.choices[0]
	if *left -= len(first.branches); *left < 0 {
		m.doubt, m.choices = true, nil
		b.leaf(n, m)
		return
	}
	n.mode = first.mode
	alone := len(m.choices) == 1 && len(m.own) == 0 && len(m.nots) == 0 && !m.doubt
	for _, branch := range first.branches {
		var alt *node
		if alone {
			alt = b.inPlace(branch)
		} else {
			rest := m.clone(1)
			b.add(rest, branch, first.owner)
			alt = new(node)
			b.finish(alt, rest, left)
		}
		n.alts = append(n.alts, alt)
		n.types |= alt.types
	}
}
