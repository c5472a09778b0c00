package sample

import "slices"

// choices lists the choices that a plan's members leave open, in order.
func (w *world) choices(p *plan) []*choice {
	var open []*choice
	add := func(c *choice) {
		if len(c.branches) > 0 && !p.picked(c.at, c.keyword) {
			for i, b := range c.branches {
				b.nth, b.kind = i, typeAll
				if len(b.add) > 0 {
					b.kind = w.kind(b.add[0], 0)
				}
			}
			open = append(open, c)
		}
	}
	for _, s := range p.members {
		if s.oneOf != nil && !w.taken(p, s.oneOf) {
			add(w.oneOf(p, s))
		}
		if s.anyOf != nil && !w.taken(p, s.anyOf) {
			add(w.anyOf(p, s))
		}
		if s.ifs != nil {
			add(condition(s))
		}
		if s.obj != nil {
			for _, d := range s.obj.dependents {
				add(&choice{at: s, keyword: "dependentSchemas/" + d.name, branches: []*branch{
					{add: []*schema{d.schema}}, {wary: []string{d.name}},
				}})
			}
		}
		if s.discriminator != nil && s.oneOf == nil && s.anyOf == nil {
			add(w.mapped(p, s))
		}
	}
	return open
}

// kind is the set of types that a schema and what it refers to leave. Where no
// type is said, properties mean an object.
func (w *world) kind(s *schema, depth int) typeSet {
	s = w.follow(s)
	if depth > 8 || s.no {
		return typeAll
	}
	kind := s.types
	if s.enum != nil {
		kind = 0
		for _, v := range s.enum {
			kind |= typeOf(v)
		}
		kind &= s.types
	}
	parts := s.allOf
	if s.ref != "" {
		parts = append([]*schema{w.targetLocked(s)}, parts...)
	}
	for _, x := range parts {
		kind &= w.kind(x, depth+1)
	}
	if kind == typeAll && s.obj != nil {
		return typeObject
	}
	return kind
}

// taken reports whether one of the branches holds anyway: a schema that extends
// a base, whose oneOf lists the schema, is that branch.
func (w *world) taken(p *plan, branches []*schema) bool {
	return slices.ContainsFunc(branches, func(b *schema) bool { return holds(p.members, w.follow(b)) })
}

func (p *plan) picked(at *schema, keyword string) bool {
	return slices.ContainsFunc(p.conj.picks, func(k pick) bool { return k.choice.at == at && k.choice.keyword == keyword })
}

func (w *world) anyOf(p *plan, s *schema) *choice {
	c := &choice{at: s, keyword: "anyOf"}
	for _, b := range s.anyOf {
		c.branches = append(c.branches, &branch{add: w.labelled(p, s, b)})
	}
	return c
}

func (w *world) oneOf(p *plan, s *schema) *choice {
	c := &choice{at: s, keyword: "oneOf"}
	needs := make([][]string, len(s.oneOf))
	for i, b := range s.oneOf {
		needs[i], _ = w.names(b, nil)
	}
	for i, b := range s.oneOf {
		way := &branch{add: w.labelled(p, s, b)}
		_, known := w.names(b, nil)
		for j, names := range needs {
			for _, n := range names {
				switch {
				case i == j || slices.Contains(needs[i], n):
				case slices.Contains(known, n):
					way.warier = append(way.warier, n)
				default:
					way.wary = append(way.wary, n)
				}
			}
		}
		c.branches = append(c.branches, way)
	}
	return c
}

// names lists the properties that a schema requires, and those that it speaks
// of, without any choice.
func (w *world) names(s *schema, seen []*schema) (required, known []string) {
	s = w.follow(s)
	if holds(seen, s) {
		return nil, nil
	}
	seen = append(seen, s)
	if s.obj != nil {
		required, known = slices.Clone(s.obj.required), slices.Clone(s.obj.order)
	}
	parts := s.allOf
	if s.ref != "" {
		parts = append([]*schema{w.targetLocked(s)}, parts...)
	}
	for _, x := range parts {
		r, k := w.names(x, seen)
		required, known = append(required, r...), append(known, k...)
	}
	return required, known
}

// condition is an if: either it and its then hold, or its else.
func condition(s *schema) *choice {
	c := &choice{at: s, keyword: "if"}
	yes := &branch{add: []*schema{s.ifs}}
	if s.then != nil {
		yes.add = append(yes.add, s.then)
	}
	no := &branch{}
	if s.els != nil {
		no.add = append(no.add, s.els)
	}
	if s.ifs.obj != nil {
		no.wary = s.ifs.obj.required
	}
	c.branches = []*branch{yes, no}
	return c
}

// labelled is a branch of a schema that may have a discriminator: then the
// property that tells the branches apart gets the value that stands for this
// one, if the branch takes it.
func (w *world) labelled(p *plan, s, b *schema) []*schema {
	d := s.discriminator
	if d == nil || b.ref == "" {
		return []*schema{b}
	}
	return w.label(p, d.property, w.labels(d, b.ref, w.name(b.ref)), b)
}

// label is a branch together with a schema that gives a property the first
// value that the branch takes.
func (w *world) label(p *plan, property string, labels []string, b *schema) []*schema {
	target := w.shape(conjunction{roots: append(slices.Clone(p.conj.roots), b), picks: p.conj.picks})
	for _, l := range labels {
		if target.obj != nil {
			child := w.shape(conjunction{roots: w.canonical(w.childRoots(target, property))})
			if child.never != nil || child.enum != nil && !contains(child.enum, any(l)) || !child.admits(l) {
				continue
			}
		}
		tag := &schema{raw: map[string]any{"const": l}, types: typeAll, enum: []any{l}, up: b, token: property}
		w.number(tag)
		holder := &schema{
			raw: map[string]any{}, types: typeAll, up: b, token: property,
			obj: &objectRules{max: -1, required: []string{property}, order: []string{property}, properties: map[string]*schema{property: tag}},
		}
		w.number(holder)
		return []*schema{b, holder}
	}
	return []*schema{b}
}

// mapped is the choice that a discriminator on a base schema leaves: to be one
// of the schemas in its mapping. Inside one of them it is settled, and only
// that one's label is missing.
func (w *world) mapped(p *plan, s *schema) *choice {
	c := &choice{at: s, keyword: "discriminator"}
	d := s.discriminator
	if p.members[0] == s {
		for _, m := range d.mapping {
			ref := mappingRef(m.ref)
			if w.o.Resolve == nil {
				break
			}
			if _, ok := w.o.Resolve(ref); !ok {
				continue
			}
			to := &schema{raw: map[string]any{"$ref": ref}, ref: ref, types: typeAll, up: s, token: "discriminator/mapping/" + escape(m.key)}
			c.branches = append(c.branches, &branch{add: w.label(p, d.property, []string{m.key}, to)})
		}
	}
	if labels := w.labels(d, "", p.name); p.name != "" && (len(c.branches) == 0 || labels[0] != p.name) {
		c.branches = append(c.branches, &branch{add: w.label(p, d.property, labels, p.conj.roots[0])})
	}
	c.branches = append(c.branches, &branch{})
	return c
}

// labels lists the values that may stand for a component: the mapping's keys
// for it, then its name.
func (w *world) labels(d *discriminator, ref, name string) []string {
	var labels []string
	for _, m := range d.mapping {
		if m.ref == ref || name != "" && w.name(mappingRef(m.ref)) == name {
			labels = append(labels, m.key)
		}
	}
	if name != "" {
		labels = append(labels, name)
	}
	return labels
}

// mappingRef is the reference that a mapping's value stands for: it may be a
// bare component name.
func mappingRef(ref string) string {
	if ref != "" && lastSegment(ref) == ref {
		return "#/components/schemas/" + escape(ref)
	}
	return ref
}
