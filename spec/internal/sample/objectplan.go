package sample

import (
	"slices"
	"sync/atomic"
)

// objectPlan is what a plan says of objects.
type objectPlan struct {
	min, max int // max -1 for none
	required []string
	order    []string // of all that is declared

	props    []*property // declared or required, in order; those that can't be left out
	known    map[string]*property
	patterns []patternProperty
	names    []*schema // propertyNames
	needs    []dependency
	rules    []*objectRules
	maps     bool // a schema for further properties is given
	closed   bool // some member allows no further properties
	extra    atomic.Pointer[plan]
}

// property is one property of an object plan.
type property struct {
	name     string
	required bool
	known    bool // declared, not merely required
	hash     uint64
	roots    []*schema
	plan     atomic.Pointer[plan]
	hint     hint
	item     hint // of each, if it is a list
}

func (o *objectPlan) narrow(r *objectRules) {
	o.min = max(o.min, r.min)
	if r.max >= 0 && (o.max < 0 || r.max < o.max) {
		o.max = r.max
	}
	add := func(list *[]string, names []string) {
		for _, n := range names {
			if !slices.Contains(*list, n) {
				*list = append(*list, n)
			}
		}
	}
	add(&o.required, r.required)
	o.order = append(o.order, r.order...)
	o.patterns = append(o.patterns, r.patterns...)
	o.needs = append(o.needs, r.needs...)
	if r.names != nil {
		o.names = append(o.names, r.names)
	}
	o.rules = append(o.rules, r)
	o.maps = o.maps || r.additional != nil && !r.additional.no && r.additional.raw != nil
	o.closed = o.closed || r.declaredOnly || r.unevaluated != nil && r.unevaluated.no
}

// finishObject works out the properties, once all members are known.
func (w *world) finishObject(p *plan) {
	o := p.obj
	o.known = make(map[string]*property, len(o.order)+len(o.required))
	for _, name := range slices.Concat(o.order, o.required) {
		if o.known[name] != nil {
			continue
		}
		prop := &property{name: name, hash: hash(name), required: slices.Contains(o.required, name), roots: w.childRoots(p, name)}
		prop.known = slices.Contains(o.order, name)
		prop.hint, prop.item = hintOf(name), hintOf(singular(name))
		o.known[name] = prop
		o.props = append(o.props, prop)
	}
	if w.o.Order == nil {
		slices.SortStableFunc(o.props, func(a, b *property) int {
			if a.required != b.required {
				if a.required {
					return -1
				}
				return 1
			}
			if a.name < b.name {
				return -1
			}
			return 1
		})
	}
}

// childRoots is the conjunction of all that the members say of a property.
func (w *world) childRoots(p *plan, name string) []*schema {
	var roots []*schema
	for _, m := range p.members {
		if m.obj == nil {
			continue
		}
		roots = m.obj.speaksOf(name, roots)
		if u := m.obj.unevaluated; u != nil && !w.evaluates(p, m, name, 0) {
			roots = append(roots, u)
		}
	}
	return roots
}

// speaksOf appends what one schema says of a property.
func (r *objectRules) speaksOf(name string, roots []*schema) []*schema {
	n := len(roots)
	if s, ok := r.properties[name]; ok {
		roots = append(roots, s)
	}
	for _, p := range r.patterns {
		if p.pattern.match(name) {
			roots = append(roots, p.schema)
		}
	}
	if len(roots) == n && r.additional != nil {
		roots = append(roots, r.additional)
	}
	return roots
}

// evaluates reports whether a member of the plan, or one that holds because of
// it, looks at a property.
func (w *world) evaluates(p *plan, s *schema, name string, depth int) bool {
	if depth > 16 || !holds(p.members, s) {
		return false
	}
	if s.obj != nil {
		if len(s.obj.speaksOf(name, nil)) > 0 || depth > 0 && s.obj.unevaluated != nil {
			return true
		}
		for _, d := range s.obj.dependents {
			if w.evaluates(p, w.follow(d.schema), name, depth+1) {
				return true
			}
		}
	}
	parts := slices.Concat(s.allOf, s.anyOf, s.oneOf)
	for _, x := range [...]*schema{s.ifs, s.then, s.els} {
		if x != nil {
			parts = append(parts, x)
		}
	}
	if s.ref != "" {
		parts = append(parts, w.targetLocked(s))
	}
	for _, x := range parts {
		if w.evaluates(p, w.follow(x), name, depth+1) {
			return true
		}
	}
	return false
}

// propertyPlan is the plan of a property.
func (w *world) propertyPlan(prop *property) *plan {
	if p := prop.plan.Load(); p != nil {
		return p
	}
	p := w.plan(conjunction{roots: prop.roots})
	prop.plan.Store(p)
	return p
}

// memberPlan is the plan of a property of any name.
func (w *world) memberPlan(p *plan, name string) *plan {
	if prop := p.obj.known[name]; prop != nil {
		return w.propertyPlan(prop)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.planLocked(conjunction{roots: w.childRoots(p, name)})
}

// arrayPlan is what a plan says of arrays.
type arrayPlan struct {
	min, max    int // max -1 for none
	rules       []*arrayRules
	prefix      int // the longest prefixItems
	unique      bool
	contains    *schema // the first one; more are left to the check
	minContains int
	maxContains int

	item   atomic.Pointer[plan] // behind all prefixes
	wanted atomic.Pointer[plan] // likewise, one that contains asks for
}

func newArrayPlan() *arrayPlan { return &arrayPlan{max: -1, maxContains: -1} }

func (a *arrayPlan) narrow(r *arrayRules) {
	a.min = max(a.min, r.min)
	if r.max >= 0 && (a.max < 0 || r.max < a.max) {
		a.max = r.max
	}
	a.rules = append(a.rules, r)
	a.prefix = max(a.prefix, len(r.prefix))
	a.unique = a.unique || r.unique
	if r.contains != nil && a.contains == nil {
		a.contains, a.minContains, a.maxContains = r.contains, r.minContains, r.maxContains
		a.min = max(a.min, r.minContains)
	}
}

// itemPlan is the plan of the item at i. For i at or behind all prefixes it is
// always the same.
func (w *world) itemPlan(a *arrayPlan, i int) *plan {
	if i >= a.prefix {
		if p := a.item.Load(); p != nil {
			return p
		}
	}
	p := w.plan(conjunction{roots: a.itemRoots(i)})
	if i >= a.prefix {
		a.item.Store(p)
	}
	return p
}

func (a *arrayPlan) itemRoots(i int) []*schema {
	var roots []*schema
	for _, r := range a.rules {
		switch {
		case i < len(r.prefix):
			roots = append(roots, r.prefix[i])
		case r.items != nil:
			roots = append(roots, r.items)
		}
	}
	if len(roots) > 0 {
		return roots
	}
	for _, r := range a.rules {
		if r.unevaluated != nil {
			roots = append(roots, r.unevaluated)
		}
	}
	return roots
}

// wantedPlan is the plan of an item that contains asks for.
func (w *world) wantedPlan(a *arrayPlan, i int) *plan {
	if i >= a.prefix {
		if p := a.wanted.Load(); p != nil {
			return p
		}
	}
	p := w.plan(conjunction{roots: append(a.itemRoots(i), a.contains)})
	if i >= a.prefix {
		a.wanted.Store(p)
	}
	return p
}
