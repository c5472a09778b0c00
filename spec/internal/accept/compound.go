package accept

import (
	"maps"
	"slices"

	"github.com/pb33f/jsonschema/v6"
)

// objects are those of a merge's schemas that ask something of objects.
type objects struct {
	m       *merge
	own     []int
	schemas []*jsonschema.Schema // of own
	// exclusive are the links with an unevaluatedProperties that counts.
	exclusive []int
	free      bool // no names are listed
	mapped    bool // some additionalProperties is a schema or true
}

func objectsOf(m *merge) *objects {
	o := &objects{m: m, free: true}
	for _, i := range m.own {
		s := m.links[i].schema
		if !hasObject(s) {
			continue
		}
		o.own = append(o.own, i)
		o.schemas = append(o.schemas, s)
		o.free = o.free && len(s.Properties) == 0 && len(s.PatternProperties) == 0
		o.mapped = o.mapped || s.AdditionalProperties != nil && s.AdditionalProperties != false
		if u := s.UnevaluatedProperties; u != nil && (u.Bool == nil || !*u.Bool) && !m.evaluatesAll(i) {
			o.exclusive = append(o.exclusive, i)
		}
	}
	return o
}

// evaluatesAll reports whether additionalProperties below a link leaves nothing
// unevaluated.
func (m *merge) evaluatesAll(root int) bool {
	return slices.ContainsFunc(m.own, func(i int) bool {
		return m.links[i].schema.AdditionalProperties != nil && m.below(i, root)
	})
}

// names returns every name that the schemas mention, sorted.
func (o *objects) names() []string {
	seen := map[string]bool{}
	for _, s := range o.schemas {
		for name := range s.Properties {
			seen[name] = true
		}
		required, _ := extensions(s)
		for _, name := range append(required, s.Required...) {
			seen[name] = true
		}
		for name, wants := range s.DependentRequired {
			seen[name] = true
			for _, want := range wants {
				seen[want] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (b *builder) addObject(n *node, m *merge) {
	o := objectsOf(m)
	if len(o.own) == 0 {
		return
	}
	rules := &objectRules{max: unlimited, free: b.anything, closed: len(o.exclusive) > 0}
	rules.stray = b.undeclared == DoubtUndeclared || b.undeclared == DoubtStray && !o.free && !o.mapped
	n.obj = rules

	names := o.names()
	rules.keys = newKeyTable(names)
	rules.props = make([]prop, len(names))
	for i, name := range names {
		rules.props[i] = b.prop(o, name, rules)
	}
	if len(names) > 64 {
		rules.more = make([]uint64, (len(names)-1)/64)
	}
	for _, s := range o.schemas {
		rules.addLimits(s)
		if rule, ok := b.others(s); ok {
			rules.others = append(rules.others, rule)
		}
		if s.PropertyNames != nil {
			rules.names = append(rules.names, b.node(s.PropertyNames))
		}
	}
	if len(rules.names) > 0 {
		b.later = append(b.later, func() { rules.judgeNames(b.nothing) })
	}
}

// prop merges all that the schemas say about a name.
func (b *builder) prop(o *objects, name string, rules *objectRules) prop {
	var roots []*jsonschema.Schema
	var declared bool
	evaluated := make([]bool, len(o.own))
	for k, s := range o.schemas {
		if p, ok := s.Properties[name]; ok {
			roots = append(roots, p)
			evaluated[k] = true
		}
		for re, p := range s.PatternProperties {
			if re.MatchString(name) {
				roots = append(roots, p)
				evaluated[k] = true
			}
		}
		declared = declared || evaluated[k]
		if evaluated[k] {
			continue
		}
		switch additional := s.AdditionalProperties.(type) {
		case bool:
			if !additional {
				roots = append(roots, b.falseSchema)
			}
		case *jsonschema.Schema:
			roots = append(roots, additional)
		}
	}
	p := prop{node: b.node(roots...)}
	p.doubt = !declared && rules.stray
	for _, root := range o.exclusive {
		covered := false
		for k, i := range o.own {
			covered = covered || evaluated[k] && o.m.below(i, root)
		}
		p.doubt = p.doubt || !covered
	}
	return p
}

// others returns what a schema says about names that no schema mentions.
func (b *builder) others(s *jsonschema.Schema) (rule others, ok bool) {
	for re, p := range s.PatternProperties {
		rule.patterns = append(rule.patterns, patternProp{newPattern(re), b.node(p)})
	}
	switch additional := s.AdditionalProperties.(type) {
	case bool:
		if !additional {
			rule.rest = b.nothing
		}
	case *jsonschema.Schema:
		rule.rest = b.node(additional)
	}
	return rule, len(rule.patterns) > 0 || rule.rest != nil
}

func (r *objectRules) addLimits(s *jsonschema.Schema) {
	if s.MinProperties != nil {
		r.min = max(r.min, *s.MinProperties)
	}
	if s.MaxProperties != nil {
		r.max = min(r.max, *s.MaxProperties)
	}
	required, _ := extensions(s)
	for _, name := range append(required, s.Required...) {
		at := r.keys.find(name)
		if at < 64 {
			r.required |= 1 << at
		} else {
			r.more[at/64-1] |= 1 << (at % 64)
		}
	}
	for name, wants := range s.DependentRequired {
		n := need{prop: r.keys.find(name)}
		for _, want := range wants {
			n.wants = append(n.wants, r.keys.find(want))
		}
		r.needs = append(r.needs, n)
	}
}

// judgeNames applies propertyNames to the listed names, once and for all.
func (r *objectRules) judgeNames(nothing *node) {
	for i := range r.props {
		for _, n := range r.names {
			switch n.text(r.keys.names[i]) {
			case valid:
			case unsure:
				r.props[i].doubt = true
			default:
				r.props[i].node = nothing
			}
		}
	}
}

func (b *builder) addArray(n *node, m *merge) {
	var own []*jsonschema.Schema
	prefix := 0
	for _, i := range m.own {
		s := m.links[i].schema
		if !hasArray(s) {
			continue
		}
		own = append(own, s)
		prefix = max(prefix, len(s.PrefixItems))
		if u := s.UnevaluatedItems; u != nil && (u.Bool == nil || !*u.Bool) && s.Items2020 == nil {
			n.doubt |= tArray
		}
	}
	if len(own) == 0 {
		return
	}
	rules := &arrayRules{max: unlimited}
	n.arr = rules
	for at := range prefix + 1 { // the last one stands for the rest
		var roots []*jsonschema.Schema
		for _, s := range own {
			if at < len(s.PrefixItems) {
				roots = append(roots, s.PrefixItems[at])
			} else if s.Items2020 != nil {
				roots = append(roots, s.Items2020)
			}
		}
		rules.prefix = append(rules.prefix, b.node(roots...))
	}
	rules.prefix, rules.rest = rules.prefix[:prefix], rules.prefix[prefix]
	for _, s := range own {
		b.addItemRules(rules, s)
	}
}

func (b *builder) addItemRules(rules *arrayRules, s *jsonschema.Schema) {
	if s.MinItems != nil {
		rules.min = max(rules.min, *s.MinItems)
	}
	if s.MaxItems != nil {
		rules.max = min(rules.max, *s.MaxItems)
	}
	rules.unique = rules.unique || s.UniqueItems
	if s.Contains == nil {
		return
	}
	c := containsRule{node: b.node(s.Contains), min: 1, max: unlimited}
	if s.MinContains != nil {
		c.min = *s.MinContains
	}
	if s.MaxContains != nil {
		c.max = *s.MaxContains
	}
	rules.contains = append(rules.contains, c)
}
