package sample

import (
	"slices"
	"strings"
	"sync/atomic"
)

// plan is the conjunction of all schemas that hold at one place, boiled down.
// It is immutable, but for what is worked out on first use.
type plan struct {
	conj    conjunction
	members []*schema // all of it: what is referred to, allOf, chosen branches; in order

	never *schema // why there is no such value, nil if there may be one
	why   string

	types typeSet
	said  typeSet // types that keywords speak of; a hint where types says nothing
	enum  []any   // nil for none
	num   numberRules
	str   stringRules
	arr   *arrayPlan  // nil where no keyword for arrays is said
	obj   *objectPlan // likewise

	open     []*choice // the choices left; a value is made once there are none
	tricky   bool      // has keywords that only a check can settle
	wary     []string  // optional properties that would satisfy a branch not chosen
	warier   []string  // likewise, but the branch chosen speaks of them, too
	examples []any     // normal
	name     string    // of the component, "" for none

	readOnly, writeOnly bool

	places     atomic.Pointer[[]*place] // that agree with its properties
	tooFlat    atomic.Int32             // the greatest height known to have no instance, see height
	highEnough atomic.Int32             // the least height known to have one, 0 for none yet
}

// conjunction says what a plan is of: schemas, and the choices made in them.
type conjunction struct {
	roots []*schema
	picks []pick
}

// pick is a choice made.
type pick struct {
	choice *choice
	branch *branch
}

// choice is an anyOf, a oneOf, a condition, a dependent schema or a
// discriminator's mapping, where one of several ways must be gone.
type choice struct {
	at       *schema
	keyword  string
	branches []*branch
}

// branch is one way: schemas to add.
type branch struct {
	add    []*schema
	wary   []string
	warier []string
	kind   typeSet // of the values, as far as it is plain to see
	nth    int
	next   atomic.Pointer[plan] // of the plan that the choice belongs to
}

// key identifies a conjunction among a world's plans.
func (c conjunction) key() string {
	var b strings.Builder
	num := func(n int) {
		for ; n >= 1<<7; n >>= 7 {
			b.WriteByte(byte(n) | 0x80)
		}
		b.WriteByte(byte(n))
	}
	for _, s := range c.roots {
		num(s.id)
	}
	for _, p := range c.picks {
		b.WriteByte(0)
		num(p.choice.at.id)
		b.WriteString(p.choice.keyword)
		b.WriteByte(0)
		num(p.branch.nth)
	}
	return b.String()
}

// plan returns the plan of a conjunction, making it once. It locks.
func (w *world) plan(c conjunction) *plan {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.planLocked(c)
}

func (w *world) planLocked(c conjunction) *plan {
	c.roots = w.canonical(c.roots)
	key := c.roots[0].plain
	if key == "" || len(c.roots)+len(c.picks) > 1 {
		key = c.key()
	}
	p := w.plans[key]
	if p == nil {
		p = w.newPlan(c)
		w.plans[key] = p
	}
	return p
}

// canonical replaces bare references by their targets and drops repetitions,
// so that the same schemas always make the same plan.
func (w *world) canonical(roots []*schema) []*schema {
	var out []*schema
	for _, s := range roots {
		s = w.follow(s)
		if s != w.any && !holds(out, s) {
			out = append(out, s)
		}
	}
	if out == nil {
		out = []*schema{w.any}
	}
	return out
}

// follow goes through references that say nothing of their own.
func (w *world) follow(s *schema) *schema {
	from := s
	for hops := 0; s.plainRef(); hops++ {
		if hops == 32 {
			return w.nothing("loop "+from.ref, from.pointer(), "the reference leads back to itself")
		}
		s = w.targetLocked(s)
	}
	return s
}

// next is the plan once a branch is taken.
func (w *world) next(p *plan, c *choice, b *branch) *plan {
	if n := b.next.Load(); n != nil {
		return n
	}
	conj := p.conj
	conj.picks = append(slices.Clone(conj.picks), pick{c, b})
	n := w.plan(conj)
	b.next.Store(n)
	return n
}

func (w *world) newPlan(c conjunction) *plan {
	p := w.shape(c)
	if p.never == nil {
		p.open = w.choices(p)
	}
	return p
}

// shape is a plan without its choices.
func (w *world) shape(c conjunction) *plan {
	p := &plan{conj: c, types: typeAll, num: anyNumber(), str: stringRules{max: -1}}
	for _, s := range c.roots {
		w.gather(p, s)
	}
	for _, k := range c.picks {
		for _, s := range k.branch.add {
			w.gather(p, s)
		}
		p.wary = append(p.wary, k.branch.wary...)
		p.warier = append(p.warier, k.branch.warier...)
	}
	for _, s := range p.members {
		p.narrow(s)
	}
	if p.never != nil {
		return p
	}
	if p.obj != nil {
		w.finishObject(p)
	}
	p.rule()
	return p
}

// gather adds a schema and all that holds with it.
func (w *world) gather(p *plan, s *schema) {
	s = w.follow(s)
	if holds(p.members, s) {
		return
	}
	if s.no {
		if p.never == nil {
			p.never, p.why = s, s.why
		}
		return
	}
	p.members = append(p.members, s)
	if p.name == "" {
		p.name = s.name
	}
	if s.ref != "" {
		w.gather(p, w.targetLocked(s))
	}
	for _, x := range s.allOf {
		w.gather(p, x)
	}
}

// narrow adds one schema's own keywords to the plan.
func (p *plan) narrow(s *schema) {
	p.types &= s.types
	p.readOnly = p.readOnly || s.readOnly
	p.writeOnly = p.writeOnly || s.writeOnly
	if s.enum != nil {
		if p.enum == nil {
			p.enum = s.enum
		} else {
			p.enum = slices.DeleteFunc(slices.Clone(p.enum), func(v any) bool { return !contains(s.enum, v) })
		}
	}
	if s.num != nil {
		p.num.and(s.num)
		p.said |= typeNumber
	}
	if s.str != nil {
		p.narrowString(s.str)
		p.said |= typeString
	}
	if s.arr != nil {
		if p.arr == nil {
			p.arr = newArrayPlan()
		}
		p.arr.narrow(s.arr)
		p.said |= typeArray
	}
	if s.obj != nil {
		if p.obj == nil {
			p.obj = &objectPlan{max: -1}
		}
		p.obj.narrow(s.obj)
		p.said |= typeObject
	}
	for _, e := range s.examples {
		p.examples = append(p.examples, normal(e))
	}
	p.tricky = p.tricky || s.oneOf != nil || s.not != nil || s.ifs != nil || s.discriminator != nil ||
		s.arr != nil && (s.arr.contains != nil || s.arr.unevaluated != nil) ||
		s.obj != nil && (s.obj.names != nil || s.obj.unevaluated != nil || s.obj.dependents != nil || s.obj.needs != nil)
	p.exclude(s.not)
}

func (p *plan) narrowString(r *stringRules) {
	p.str.min = max(p.str.min, r.min)
	if r.max >= 0 && (p.str.max < 0 || r.max < p.str.max) {
		p.str.max = r.max
	}
	for _, x := range r.patterns {
		if !slices.Contains(p.str.patterns, x) {
			p.str.patterns = append(p.str.patterns, x)
		}
	}
	for _, f := range r.formats {
		if !slices.Contains(p.str.formats, f) {
			p.str.formats = append(p.str.formats, f)
		}
	}
	if r.encoding != "" {
		p.str.encoding = r.encoding
	}
	if r.media != "" {
		p.str.media = r.media
	}
}

// exclude takes out of the plan what a `not` plainly rules out. The rest is
// left to the check.
func (p *plan) exclude(not *schema) {
	if not == nil || not.raw == nil {
		return
	}
	if not.types != typeAll && len(not.raw) == 1 {
		t := not.types
		if t&typeFraction == 0 { // not an integer: a fraction will do
			t &^= typeFraction
		}
		p.types &^= t
	}
	if p.forbid(not); len(not.raw) == 1 {
		p.wary, p.warier = append(p.wary, p.warier...), nil
	}
}

// forbid notes the properties whose mere presence a negated schema may be
// about.
func (p *plan) forbid(not *schema) {
	if not.obj != nil {
		p.warier = append(p.warier, not.obj.required...)
	}
	for _, list := range [...][]*schema{not.anyOf, not.allOf, not.oneOf} {
		for _, s := range list {
			p.forbid(s)
		}
	}
}

// rule takes out the types that the limits leave no value of, and notices when
// nothing is left.
func (p *plan) rule() {
	if p.num.intMin > p.num.intMax {
		p.types &^= typeInteger
	}
	if p.num.min > p.num.max || p.num.min == p.num.max && (p.num.exMin || p.num.exMax) {
		p.types &^= typeNumber
	}
	if p.str.max >= 0 && p.str.min > p.str.max {
		p.types &^= typeString
	}
	if p.arr != nil && p.arr.max >= 0 && p.arr.min > p.arr.max {
		p.types &^= typeArray
	}
	if p.obj != nil && p.obj.max >= 0 && p.obj.min > p.obj.max {
		p.types &^= typeObject
	}
	if p.enum != nil {
		p.enum = slices.DeleteFunc(slices.Clone(p.enum), func(v any) bool { return !p.admits(v) })
	}
	switch {
	case p.types == 0:
		p.fail("no type is left that its keywords allow together")
	case p.enum != nil && len(p.enum) == 0:
		p.fail("none of the enum's values satisfies the other keywords")
	}
}

func (p *plan) fail(why string) { p.never, p.why = p.conj.roots[0], why }

// admits reports whether a value keeps the limits of the plan that concern it
// as a whole.
func (p *plan) admits(v any) bool {
	t := typeOf(v)
	switch {
	case t&p.types == 0:
		return false
	case t == typeString:
		return p.str.breaks(v.(string)) == ""
	case t&typeNumber != 0:
		return p.num.allow(v)
	}
	return true
}
