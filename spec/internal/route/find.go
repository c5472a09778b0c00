package route

import (
	"cmp"
	"slices"
	"strings"
)

// node is a place in the tree of all templates, one level for each segment.
type node struct {
	literals map[string]*node // by the decoded segment
	patterns []edge           // most literal text first
	leaf     *leaf            // of the templates that end here, or nil
}

// edge leads over a templated segment. Its names are those of the first
// template that came along, and mean nothing.
type edge struct {
	segment segment
	shape   string
	to      *node
}

// leaf is one path: the routes of all templates that have its shape.
type leaf struct {
	routes  []bound
	methods []string // of routes, sorted
}

// bound is a route below one base.
type bound struct {
	method   string
	value    int
	rank     int       // of the base; the longest is 0
	base     int       // how many segments are the base's
	params   int       // how many parameters the others have
	segments []segment // the base's and the template's
}

// insert adds a route. Of two of the same method on one path the lower rank
// stays: the longer base.
func (t *Table) insert(r Route, segments []segment, base, rank int) {
	b := bound{method: r.Method, value: r.Value, rank: rank, base: base, segments: segments}
	n := &t.root
	for i := range segments {
		s := &segments[i]
		if i >= base {
			b.params += len(s.names)
		}
		n = n.child(s)
		if len(s.names) == 0 {
			t.maxLiteral = max(t.maxLiteral, len(s.literals[0]))
		}
	}
	if n.leaf == nil {
		n.leaf = new(leaf)
	}
	for i, other := range n.leaf.routes {
		if other.method == b.method {
			if b.rank < other.rank {
				n.leaf.routes[i] = b
			}
			return
		}
	}
	n.leaf.routes = append(n.leaf.routes, b)
}

// child returns the node that a segment leads to, made if need be.
func (n *node) child(s *segment) *node {
	if len(s.names) == 0 {
		to := n.literals[s.literals[0]]
		if to == nil {
			to = new(node)
			if n.literals == nil {
				n.literals = make(map[string]*node)
			}
			n.literals[s.literals[0]] = to
		}
		return to
	}
	shape := s.shape()
	for _, e := range n.patterns {
		if e.shape == shape {
			return e.to
		}
	}
	to := new(node)
	n.patterns = append(n.patterns, edge{segment: *s, shape: shape, to: to})
	return to
}

// finish sorts what insertion left in the routes' order.
func (n *node) finish() {
	slices.SortFunc(n.patterns, func(a, b edge) int {
		return cmp.Or(
			cmp.Compare(b.segment.weight(), a.segment.weight()),
			cmp.Compare(len(a.segment.names), len(b.segment.names)),
			cmp.Compare(a.shape, b.shape),
		)
	})
	if n.leaf != nil {
		for _, r := range n.leaf.routes {
			n.leaf.methods = append(n.leaf.methods, r.method)
		}
		slices.Sort(n.leaf.methods)
	}
	for _, to := range n.literals {
		to.finish()
	}
	for _, e := range n.patterns {
		e.to.finish()
	}
}

// indexStatic enters the leaves below n that plain literals lead to. A literal
// that is not plain, or that holds a decoded slash, is found through the tree.
func (t *Table) indexStatic(n *node, path string) {
	if n.leaf != nil {
		t.static[path] = n.leaf
	}
	for literal, to := range n.literals {
		if isPlain(literal) && strings.IndexByte(literal, '/') < 0 {
			t.indexStatic(to, path+"/"+literal)
		}
	}
}

// Find finds the route for a method on a path, as sent: percent-encoded,
// without query. With an empty method nothing is found, and Allow tells all
// methods of the path. It does not allocate unless the path has parameters
// (once), encoded octets, or a method that several templates would have to
// answer for.
func (t *Table) Find(method, escapedPath string) Match {
	if escapedPath == "" {
		escapedPath = "/"
	}
	// All literals: nothing comes before it, so if it has the method, it is it.
	if l := t.static[escapedPath]; l != nil {
		if r := l.route(method); r != nil {
			return r.match(escapedPath)
		}
	}
	if len(escapedPath) > MaxPath || escapedPath[0] != '/' {
		return Match{}
	}
	path, ok := normalize(escapedPath)
	if !ok {
		return Match{}
	}
	q := query{method: method, maxLiteral: t.maxLiteral}
	r := q.walk(&t.root, path[1:])
	if q.first == nil {
		switch slashless, slash := strings.CutSuffix(path, "/"); {
		case !slash:
			q.addSlash = true
			r = q.walk(&t.root, path[1:])
		case slashless != "" && !strings.HasSuffix(slashless, "/"): // "//" is unclean
			path = slashless
			r = q.walk(&t.root, path[1:])
		}
	}
	if r != nil {
		return r.match(path)
	}
	return Match{PathKnown: q.first != nil, Allow: q.allow()}
}

// query is one search through the tree.
type query struct {
	method     string
	maxLiteral int
	addSlash   bool    // the path is meant to end in one more slash
	first      *leaf   // that matches the path
	others     []*leaf // that match it too
}

// walk looks below n for the first route that serves the method on rest, the
// path's segments that are still to match. A node has one depth and so one
// rest: no walk comes to it twice.
func (q *query) walk(n *node, rest string) *bound {
	text, tail, more := cut(rest)
	if n.literals != nil {
		if to := n.literal(text, q.maxLiteral); to != nil {
			if r := q.step(to, tail, more); r != nil {
				return r
			}
		}
	}
	if text == "" {
		return nil
	}
	for i := range n.patterns {
		e := &n.patterns[i]
		if e.segment.whole || e.segment.match(text, nil) {
			if r := q.step(e.to, tail, more); r != nil {
				return r
			}
		}
	}
	return nil
}

// cut divides a path's segments after the first one; more is false for the last.
func cut(rest string) (text, tail string, more bool) {
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[:i], rest[i+1:], true
	}
	return rest, "", false
}

// step goes on from a node that a segment led to.
func (q *query) step(n *node, tail string, more bool) *bound {
	if more {
		return q.walk(n, tail)
	}
	if q.addSlash {
		if n = n.literals[""]; n == nil {
			return nil
		}
	}
	if n.leaf == nil {
		return nil
	}
	if q.first == nil {
		q.first = n.leaf
	} else if n.leaf != q.first {
		q.others = append(q.others, n.leaf)
	}
	return n.leaf.route(q.method)
}

// literal returns the node of a whole literal segment, text being in normal
// form; nil if there is none.
func (n *node) literal(text string, maxLiteral int) *node {
	if len(text) > 3*maxLiteral { // however it is encoded; spares the decoding
		return nil
	}
	return n.literals[decode(text)]
}

// route returns the leaf's route for a method: GET's for an undeclared HEAD;
// nil if there is none.
func (l *leaf) route(method string) *bound {
	for i := range l.routes {
		if l.routes[i].method == method {
			return &l.routes[i]
		}
	}
	if method == "HEAD" {
		return l.route("GET")
	}
	return nil
}

// allow is the union of the methods of all leaves found.
func (q *query) allow() []string {
	if q.first == nil {
		return nil
	}
	if q.others == nil {
		return q.first.methods
	}
	all := slices.Clone(q.first.methods)
	for _, l := range q.others {
		all = append(all, l.methods...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// match makes the answer of a route that is known to match a path in normal
// form.
func (b *bound) match(path string) Match {
	m := Match{Value: b.value, Found: true, Method: b.method, PathKnown: true}
	if b.params == 0 {
		return m
	}
	m.Params = make(Params, 0, b.params)
	rest := path[1:]
	for i := range b.segments {
		s := &b.segments[i]
		text, tail, _ := cut(rest)
		rest = tail
		switch {
		case i < b.base || len(s.names) == 0:
		case s.whole:
			m.Params = append(m.Params, Param{Name: s.names[0], Value: decode(text), Raw: text})
		default:
			m.Params = s.appendParams(m.Params, text)
		}
	}
	return m
}

// appendParams appends the parameters of a segment that is known to match.
func (s *segment) appendParams(params Params, text string) Params {
	var few [4]string // nearly always enough, and not on the heap
	values := few[:]
	if len(s.names) > len(few) {
		values = make([]string, len(s.names))
	}
	s.match(text, values)
	for i, name := range s.names {
		params = append(params, Param{Name: name, Value: decode(values[i]), Raw: values[i]})
	}
	return params
}
