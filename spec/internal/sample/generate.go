package sample

import (
	"slices"
	"time"
)

// run makes one instance.
type run struct {
	w       *world
	d       *dice
	now     time.Time
	dir     Direction
	minimal bool
	keep    bool // required properties stay, whatever the direction
	try     int  // of the whole instance

	locale   string
	maxDepth int
	maxNodes int

	check checker
	stack []*plan // of the objects around
	nodes int
	steps int // of work, to end what would never
	bytes int // of strings, roughly

	failures map[*plan]int

	failed *schema // what went wrong last
	why    string
}

// Limits that required parts keep, too: beyond them an instance is given up.
const (
	limitDepth = 64
	limitNodes = 100_000
	limitSteps = 150_000
	limitBytes = 16 << 20
)

// spot is a place in the instance that a value is made for.
type spot struct {
	seed     seed
	name     string // of the property, or what an item is one of
	hint     hint
	item     hint  // of an array's items
	examples []any // normal, out of examples of what is around
	frame    *frame
	depth    int
	mode     mode
	varied   bool // one of many: examples would repeat themselves
	fresh    bool // has to differ from those before: no examples at all
	wary     int  // how many attempts at the same spot went before
}

// mode says how much to fill in.
type mode int

const (
	full mode = iota // everything
	lean             // of what is optional, only what holds no further values
	bare             // only what is required, by the shortest way
)

func (r *run) note(s *schema, why string) {
	if s != nil {
		r.failed, r.why = s, why
	}
}

// value makes a value of a plan. A plan that has failed a few times is given up
// for the run, or else schemas that fail inside each other would multiply.
func (r *run) value(p *plan, at spot) (any, bool) {
	if r.failures[p] >= 6 {
		return nil, false
	}
	v, ok := r.attempt(p, at)
	if !ok {
		if r.failures == nil {
			r.failures = map[*plan]int{}
		}
		r.failures[p]++
	}
	return v, ok
}

func (r *run) attempt(p *plan, at spot) (any, bool) {
	r.steps++
	switch {
	case p.never != nil:
		r.note(p.never, p.why)
		return nil, false
	case r.steps > limitSteps || r.nodes > limitNodes || r.bytes > limitBytes:
		r.note(p.conj.roots[0], "it needs more values than the limits allow")
		return nil, false
	case at.depth > limitDepth:
		r.note(p.conj.roots[0], "it needs more depth than the limit allows")
		return nil, false
	case !p.flat() && r.w.height(p) >= endless:
		if at, why := r.w.lacking(p, map[*plan]bool{}); at != nil {
			r.note(at, why)
		} else {
			r.note(p.conj.roots[0], "it requires itself, so that every instance would be endless")
		}
		return nil, false
	case len(p.open) > 0:
		return r.choose(p, at)
	case p.tricky:
		return r.tested(p, at)
	}
	return r.settled(p, at)
}

// tested makes values until one passes the check of the plan's schemas.
func (r *run) tested(p *plan, at spot) (any, bool) {
	for i := range 5 {
		at := at
		at.wary = i
		if i > 0 {
			at.seed = at.seed.index(i)
		}
		if i >= 2 {
			at.mode = max(at.mode, mode(min(i-1, int(bare))))
		}
		v, ok := r.settled(p, at)
		if ok && r.passes(p, v) {
			return v, true
		}
		if ok && i >= 2 {
			if v, ok := r.spoil(p, v); ok {
				return v, true
			}
		}
	}
	return r.unusual(p, at)
}

// unusual is a value that satisfies a plan whose usual ones don't: of another
// type than its keywords speak of, or one that nobody expects.
func (r *run) unusual(p *plan, at spot) (any, bool) {
	if p.enum != nil {
		return nil, false
	}
	failed, why := r.failed, r.why
	types := r.types(p, at)
	for _, t := range types.list[:types.n] {
		if v, ok := r.typed(p, t, at); ok && r.passes(p, v) {
			return v, true
		}
	}
	for _, v := range oddities {
		if p.admits(v) && r.passes(p, v) {
			return v, true
		}
	}
	r.failed, r.why = failed, why
	return nil, false
}

// passes checks a value by all that its plan is of.
func (r *run) passes(p *plan, v any) bool {
	r.check.at = nil
	for _, s := range p.conj.roots {
		if !r.check.ok(s, v) {
			r.note(r.check.at, "every value made for it broke "+r.check.keyword)
			return false
		}
	}
	return true
}

// choose goes one of the ways that the plan leaves, or another where that one
// leads to nothing.
func (r *run) choose(p *plan, at spot) (any, bool) {
	c := p.open[0]
	for _, b := range r.ways(p, c, at) {
		at := at
		if at.hint == hintNone && b.kind == typeString && slices.ContainsFunc(c.branches, func(o *branch) bool { return o.kind == typeObject }) {
			at.hint = hintID // of the object that may stand here instead
		}
		if v, ok := r.value(r.w.next(p, c, b), at); ok {
			return v, true
		}
	}
	return nil, false
}

// ways orders a choice's branches, the preferred first. A document names the
// usual case first; where all of them are objects, they are the variants of a
// union, and which one it is gets drawn. Null comes last.
func (r *run) ways(p *plan, c *choice, at spot) []*branch {
	if len(c.branches) == 1 || c.keyword != "oneOf" && c.keyword != "anyOf" && c.keyword != "discriminator" {
		if r.try%2 == 1 && c.keyword == "if" || at.mode == bare && len(c.branches) == 2 && len(c.branches[1].add) == 0 {
			return []*branch{c.branches[1], c.branches[0]}
		}
		return c.branches
	}
	ways := make([]*branch, 0, len(c.branches))
	var nulls []*branch
	objects := true
	for _, b := range c.branches {
		if b.kind == typeNull {
			nulls = append(nulls, b)
			continue
		}
		objects = objects && (b.kind == typeObject || c.keyword == "discriminator" && len(b.add) > 0)
		ways = append(ways, b)
	}
	if c.keyword == "discriminator" {
		objects, ways, nulls = true, ways[:len(ways)-1], ways[len(ways)-1:]
	}
	if len(ways) > 1 && (objects || r.try > 0) {
		ways = rotate(ways, r.d.at(at.seed.child(c.keyword)).n(len(ways)))
	}
	if at.mode == bare {
		slices.SortStableFunc(ways, func(a, b *branch) int { return r.w.height(r.w.next(p, c, a)) - r.w.height(r.w.next(p, c, b)) })
		if len(ways) > 0 && r.w.height(r.w.next(p, c, ways[0])) > 1 && c.keyword != "discriminator" {
			return append(nulls, ways...)
		}
	}
	if at.hint.absent() {
		return append(nulls, ways...)
	}
	return append(ways, nulls...)
}

func rotate(list []*branch, n int) []*branch {
	return slices.Concat(list[n:], list[:n])
}

// settled makes a value of a plan without choices.
func (r *run) settled(p *plan, at spot) (any, bool) {
	r.nodes++
	if p.enum != nil {
		return r.oneOf(p, at)
	}
	for i, types := 0, r.types(p, at); i < types.n; i++ {
		t := types.list[i]
		if v, ok := r.typed(p, t, at); ok {
			return v, true
		}
	}
	// The document's author may know a value where we don't.
	for _, e := range p.examples {
		if p.admits(e) && r.passes(p, e) {
			return e, true
		}
	}
	return nil, false
}

// oneOf picks one of an enum's values: not null, if there is a choice.
func (r *run) oneOf(p *plan, at spot) (any, bool) {
	list := p.enum
	if len(list) == 1 {
		return list[0], r.passesDeep(p, list[0])
	}
	for i, n := r.d.at(at.seed).n(len(list)), 0; n < len(list); i, n = i+1, n+1 {
		v := list[i%len(list)]
		if v != nil && r.passesDeep(p, v) {
			return v, true
		}
	}
	if slices.Contains(list, nil) {
		return nil, true
	}
	r.note(p.conj.roots[0], "none of the enum's values satisfies the other keywords")
	return nil, false
}

// passesDeep checks an enum's value where the plan has keywords that look into
// it. Scalars were checked when the plan was made.
func (r *run) passesDeep(p *plan, v any) bool {
	if typeOf(v)&(typeArray|typeObject) == 0 && !p.tricky {
		return true
	}
	return r.passes(p, v)
}

// types orders the types to try.
func (r *run) types(p *plan, at spot) typeList {
	set := p.types
	if set == typeAll || set == typeAll&^typeNull {
		if p.said != 0 {
			set &= p.said // what the keywords speak of
		} else {
			set &= guessType(at)
		}
	}
	list := typeList{allowed: p.types}
	if at.hint.absent() || at.mode == bare && set&(typeString|typeNumber|typeBoolean) == 0 && r.w.height(p) > 1 {
		list.add(typeNull)
	}
	if set&typeNumber == typeNumber && whole(at) {
		list.add(typeInteger)
	}
	for _, t := range [...]typeSet{typeObject & p.said, typeArray & p.said, typeString, typeFraction, typeInteger, typeBoolean, typeObject, typeArray} {
		if set&t != 0 {
			list.add(t)
		}
	}
	for _, t := range [...]typeSet{typeNull, typeString, typeInteger, typeFraction, typeBoolean, typeObject, typeArray} {
		list.add(t)
	}
	return list
}

// typeList is an ordered list of single types.
type typeList struct {
	allowed typeSet
	n       int
	list    [8]typeSet
}

func (l *typeList) add(t typeSet) {
	if l.allowed&t != 0 {
		l.allowed &^= t
		l.list[l.n] = t
		l.n++
	}
}

// whole reports whether a number reads better without a fraction.
func whole(at spot) bool {
	return guessType(spot{hint: at.hint}) == typeInteger || len(at.examples) > 0 && typeOf(at.examples[0]) == typeInteger
}

// guessType is the type that a name suggests where the schema says nothing.
func guessType(at spot) typeSet {
	switch at.hint {
	case hintMap:
		return typeObject
	case hintYes, hintNo, hintTrue:
		return typeBoolean
	case hintCount, hintAge, hintYear, hintPage, hintPageSize, hintIndex, hintPort, hintBytes, hintSeconds:
		return typeInteger
	case hintPrice, hintLatitude, hintLongitude, hintPercent, hintRating:
		return typeFraction
	}
	if len(at.examples) > 0 {
		return typeOf(at.examples[0])
	}
	return typeString
}

func (r *run) typed(p *plan, t typeSet, at spot) (any, bool) {
	switch t {
	case typeNull:
		return nil, true
	case typeBoolean:
		return r.boolean(p, at), true
	case typeInteger:
		return r.integer(p, at)
	case typeFraction:
		return r.fraction(p, at)
	case typeString:
		return r.text(p, at)
	case typeArray:
		return r.array(p, at)
	case typeObject:
		return r.object(p, at)
	}
	return nil, false
}

func (r *run) boolean(p *plan, at spot) any {
	d := r.d.at(at.seed)
	switch at.hint {
	case hintTrue:
		return true
	case hintYes:
		return !d.oneIn(8)
	case hintNo:
		return d.oneIn(8)
	}
	for _, e := range r.examples(p, at) {
		if b, ok := e.(bool); ok {
			return b
		}
	}
	return d.oneIn(2)
}

// examples are the document's examples for a spot, the nearest first.
func (r *run) examples(p *plan, at spot) []any {
	if len(at.examples) == 0 {
		return p.examples
	}
	return slices.Concat(p.examples, at.examples)
}
