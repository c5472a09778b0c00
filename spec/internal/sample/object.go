package sample

import "slices"

// object makes an object: the properties that are declared or required, then
// as many more as are needed.
func (r *run) object(p *plan, at spot) (any, bool) {
	o := p.obj
	if o == nil {
		o = &objectPlan{max: -1}
	}
	b := objectBuilder{run: r, p: p, o: o, at: at, left: len(o.required), frame: r.enter(p, at)}
	b.examples = b.instances()
	b.out = make(Object, 0, min(len(o.props), 64))
	r.stack = append(r.stack, p)
	ok := b.build()
	r.stack = r.stack[:len(r.stack)-1]
	if !ok {
		return nil, false
	}
	return b.out, true
}

// objectBuilder makes one object.
type objectBuilder struct {
	*run
	p        *plan
	o        *objectPlan
	at       spot
	frame    *frame
	examples []Object // of the whole object
	out      Object
	left     int      // required properties still to come
	forced   []string // by dependentRequired
}

func (b *objectBuilder) build() bool {
	b.force()
	for _, prop := range b.o.props {
		must := prop.required || slices.Contains(b.forced, prop.name)
		if prop.required {
			b.left--
		}
		if !must && !b.wants(prop) {
			continue
		}
		if !b.add(prop, must) && must {
			return false
		}
	}
	if len(b.out) < b.o.min {
		b.fill()
	}
	if len(b.o.props) == 0 && b.at.mode == full {
		b.furnish()
	}
	if len(b.out) < b.o.min {
		b.note(b.p.conj.roots[0], "it needs more properties than it allows")
		return false
	}
	return true
}

// force finds what dependentRequired asks for, given the properties that will
// be there.
func (b *objectBuilder) force() {
	for again := len(b.o.needs) > 0; again; {
		again = false
		for _, d := range b.o.needs {
			prop := b.o.known[d.name]
			if !slices.Contains(b.forced, d.name) && (prop == nil || !prop.required && !b.wants(prop)) {
				continue
			}
			for _, name := range d.names {
				if !slices.Contains(b.forced, name) {
					b.forced = append(b.forced, name)
					again = true
				}
			}
		}
	}
	for _, name := range b.forced {
		if b.o.known[name] == nil {
			if v, ok := b.value(b.w.memberPlan(b.p, name), b.spot(name, hash(name), hintOf(name))); ok {
				b.put(name, v)
			}
		}
	}
}

// wants reports whether an optional property should be there.
func (b *objectBuilder) wants(prop *property) bool {
	if b.minimal || b.at.mode == bare || b.o.max >= 0 && len(b.out)+b.left >= b.o.max {
		return false
	}
	if slices.Contains(b.p.wary, prop.name) || b.at.wary > 0 && slices.Contains(b.p.warier, prop.name) {
		return false
	}
	child := b.w.propertyPlan(prop)
	if child.never != nil || slices.Contains(b.stack, child) || !child.flat() && b.w.height(child) >= endless {
		return false
	}
	if b.nodes > b.maxNodes {
		// Near the top what costs little is there all the same.
		return b.at.depth < 2 && child.flat()
	}
	return b.at.mode == full || child.flat()
}

// flat reports whether a plan's values hold no further ones.
func (p *plan) flat() bool {
	return p.types&(typeArray|typeObject) == 0 || p.said != 0 && p.said&(typeArray|typeObject) == 0
}

// add makes a property's value. It reports whether the property is there, or
// rightly isn't.
func (b *objectBuilder) add(prop *property, must bool) bool {
	child := b.w.propertyPlan(prop)
	if b.dir == InRequest && child.readOnly || b.dir == InResponse && child.writeOnly {
		if !must || !b.keep {
			return true
		}
	}
	v, ok := b.value(child, b.spotOf(prop))
	if ok {
		b.put(prop.name, v)
	}
	return ok
}

func (b *objectBuilder) put(name string, v any) {
	b.bytes += len(name) + 4
	b.out = append(b.out, Member{name, v})
}

// spot is where a property's value goes.
func (b *objectBuilder) spot(name string, hash uint64, h hint) spot {
	s := spot{seed: b.at.seed.of(hash), name: name, hint: h, frame: b.frame, depth: b.at.depth + 1, mode: b.at.mode, varied: b.at.varied}
	if s.depth >= b.maxDepth {
		s.mode = max(s.mode, lean)
	}
	if s.depth >= b.maxDepth+2 || b.nodes > b.maxNodes || b.recurs() {
		s.mode = bare
	}
	for _, e := range b.examples {
		if v, ok := e.Get(name); ok {
			s.examples = append(s.examples, v)
		}
	}
	return s
}

// spotOf is where a declared property's value goes.
func (b *objectBuilder) spotOf(prop *property) spot {
	s := b.spot(prop.name, prop.hash, prop.hint)
	s.item = prop.item
	return s
}

// recurs reports whether the object is inside one of the same plan.
func (b *objectBuilder) recurs() bool {
	return slices.Contains(b.stack[:len(b.stack)-1], b.p)
}

// instances are the examples of the whole object.
func (b *objectBuilder) instances() []Object {
	var list []Object
	for _, e := range b.run.examples(b.p, b.at) {
		if o, ok := e.(Object); ok {
			list = append(list, o)
		}
	}
	return list
}

// fill adds properties until there are enough: declared ones that hold no
// objects, then undeclared ones, and those that may lead back here last.
func (b *objectBuilder) fill() {
	b.fillDeclared(func(p *plan) bool { return p.flat() })
	for i := 0; len(b.out) < b.o.min && i < 4*b.o.min+16 && b.steps < limitSteps; i++ {
		b.extra(i)
	}
	b.fillDeclared(func(p *plan) bool { return !slices.Contains(b.stack, p) })
	b.fillDeclared(func(*plan) bool { return true })
}

func (b *objectBuilder) fillDeclared(which func(*plan) bool) {
	for _, prop := range b.o.props {
		if len(b.out) >= b.o.min {
			return
		}
		_, there := b.out.Get(prop.name)
		if !there && !slices.Contains(b.p.wary, prop.name) && which(b.w.propertyPlan(prop)) {
			b.add(prop, false)
		}
	}
}

// furnish puts a few entries into an object that is a map.
func (b *objectBuilder) furnish() {
	if b.p.name == "" && !b.o.maps && len(b.o.patterns) == 0 && b.at.hint != hintMap {
		return
	}
	if b.o.closed && len(b.o.patterns) == 0 || !b.o.maps && len(b.o.patterns) == 0 && b.at.hint != hintMap {
		return
	}
	n := 1 + b.d.at(b.at.seed.child("#")).n(2)
	if b.o.max >= 0 {
		n = min(n, b.o.max)
	}
	for i := 0; len(b.out) < n && i < n+4; i++ {
		b.extra(i)
	}
}

// extra adds one property that is not declared, if its name is allowed.
func (b *objectBuilder) extra(i int) {
	b.steps++
	name, ok := b.propertyName(i)
	if !ok {
		return
	}
	if _, taken := b.out.Get(name); taken || slices.Contains(b.p.wary, name) {
		return
	}
	child := b.extraPlan(name)
	if child.never != nil || slices.Contains(b.stack, child) {
		return
	}
	at := b.spot(name, hash(name), hintNone)
	if v, ok := b.value(child, at); ok {
		b.put(name, v)
	}
}

// extraPlan is the plan of a further property. Without patterns it is the same
// for all of them.
func (b *objectBuilder) extraPlan(name string) *plan {
	if b.p.obj == nil {
		return b.w.anyPlan()
	}
	if len(b.o.patterns) > 0 || b.o.known[name] != nil {
		return b.w.memberPlan(b.p, name)
	}
	if p := b.o.extra.Load(); p != nil {
		return p
	}
	p := b.w.memberPlan(b.p, name)
	b.o.extra.Store(p)
	return p
}

// propertyName makes the name of a further property.
func (b *objectBuilder) propertyName(i int) (string, bool) {
	s := b.at.seed.child("#name").index(i)
	if len(b.o.names) > 0 {
		names := b.w.plan(conjunction{roots: b.o.names})
		v, _ := b.value(names, spot{seed: s, name: "key", hint: hintKey, frame: b.frame, depth: b.at.depth + 1, mode: bare})
		name, ok := v.(string)
		return name, ok
	}
	if n := len(b.o.patterns); n > 0 {
		return b.o.patterns[i%n].pattern.make(b.d.at(s), 0, -1, i/n)
	}
	if i < len(mapKeys) {
		return mapKeys[(b.d.at(b.at.seed.child("#name")).n(len(mapKeys))+i)%len(mapKeys)], true
	}
	return mapKeys[i%len(mapKeys)] + "_" + b.d.at(s).digits(3), true
}

// mapKeys are names for the entries of a map.
var mapKeys = []string{"source", "channel", "campaign", "region", "team", "plan", "origin", "segment"}
