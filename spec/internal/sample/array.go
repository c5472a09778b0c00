package sample

import "slices"

// array makes an array: as many items as it must have and reads well.
func (r *run) array(p *plan, at spot) (any, bool) {
	a := p.arr
	if a == nil {
		a = newArrayPlan()
	}
	if v, ok := r.exampleArray(p, a, at); ok {
		return v, true
	}
	r.stack = append(r.stack, p)
	defer func() { r.stack = r.stack[:len(r.stack)-1] }()
	want := r.items(a, at)
	need := 0
	if a.contains != nil {
		need = a.minContains
	}
	out := make([]any, 0, want)
	for len(out) < want {
		v, asked, ok := r.item(a, at, out, need, want)
		if !ok {
			break
		}
		if asked {
			need--
		}
		out = append(out, v)
	}
	if len(out) < a.min {
		if r.why == "" {
			r.note(p.conj.roots[0], "there are not enough different items")
		}
		return nil, false
	}
	return out, true
}

// items is how many items to make.
func (r *run) items(a *arrayPlan, at spot) int {
	want := a.prefix
	if at.mode == full && !r.minimal && r.nodes <= r.maxNodes {
		want += r.further(a, at)
	} else if r.minimal || at.mode == bare {
		want = a.min
	}
	want = max(want, a.min)
	if a.max >= 0 {
		want = min(want, a.max)
	}
	return want
}

// further is how many items read well behind the prefix.
func (r *run) further(a *arrayPlan, at spot) int {
	if len(a.rules) == 0 && a.prefix > 0 {
		return 0
	}
	said := false
	for _, rule := range a.rules {
		said = said || rule.items != nil
	}
	if !said && a.prefix > 0 {
		return 0
	}
	p := r.w.itemPlan(a, a.prefix)
	if p.never != nil || slices.Contains(r.stack, p) || !p.flat() && r.w.height(p) >= endless {
		return 0
	}
	switch {
	case at.depth <= 1:
		return 2 + r.d.at(at.seed.child("#")).n(2)
	case at.depth <= 3:
		return 1 + r.d.at(at.seed.child("#")).n(2)
	}
	return 1
}

// item makes the next item. asked tells that it is one that contains asks for;
// need more of them are to come.
func (r *run) item(a *arrayPlan, at spot, out []any, need, want int) (v any, asked, ok bool) {
	i := len(out)
	s := spot{name: singular(at.name), frame: at.frame.list(), depth: at.depth + 1, mode: at.mode, hint: at.item, item: at.item}
	if s.depth >= r.maxDepth+1 {
		s.mode = max(s.mode, lean)
	}
	for _, e := range at.examples {
		if list, ok := e.([]any); ok && len(list) > 0 {
			s.examples = append(s.examples, list[i%len(list)])
		}
	}
	for try := range 12 {
		s.seed = at.seed.index(i).index(try)
		p := r.w.itemPlan(a, i)
		s.varied, s.fresh = at.varied || i > 0, try > 0
		asked = false
		if need > 0 {
			if w := r.w.wantedPlan(a, i); w.never == nil && (try < 6 || want-i <= need) {
				p, asked = w, true
			}
		}
		if v, ok = r.value(p, s); !ok {
			if asked {
				continue
			}
			return nil, false, false
		}
		differ := a.unique || typeOf(v)&(typeArray|typeObject|typeBoolean) == 0
		if differ && contains(out, v) {
			if try < 4 || a.unique && try < 11 {
				continue
			}
			if !a.unique {
				return v, asked, i < a.min
			}
			if v, ok = r.another(p, out); !ok {
				return nil, false, false
			}
		}
		if !asked && a.contains != nil && a.maxContains >= 0 && r.check.quiet(a.contains, v, nil) && r.matching(a, out) >= a.maxContains {
			continue
		}
		return v, asked, true
	}
	return nil, false, false
}

// matching counts the items that contains is satisfied by.
func (r *run) matching(a *arrayPlan, out []any) int {
	n := 0
	for _, x := range out {
		if r.check.quiet(a.contains, x, nil) {
			n++
		}
	}
	return n
}

// another finds a value of a plan with few values that is not in the list yet.
func (r *run) another(p *plan, out []any) (any, bool) {
	few := p.enum
	if few == nil {
		few = []any{false, true, nil}
		lo := max(p.num.intMin, -1000)
		for i := lo; i <= p.num.intMax && i < lo+int64(len(out))+1; i++ {
			few = append(few, i)
		}
	}
	for _, v := range few {
		if !contains(out, v) && p.admits(v) && r.passes(p, v) {
			return v, true
		}
	}
	return nil, false
}

// exampleArray is the document's example of an array of scalars that nothing
// better is known about.
func (r *run) exampleArray(p *plan, a *arrayPlan, at spot) (any, bool) {
	if r.try > 0 || at.wary > 0 || r.minimal {
		return nil, false
	}
	for _, e := range r.examples(p, at) {
		list, ok := e.([]any)
		if !ok || len(list) == 0 || slices.ContainsFunc(list, func(v any) bool { return typeOf(v)&(typeArray|typeObject) != 0 }) {
			continue
		}
		if hintOf(singular(at.name)).strong() || !r.passes(p, list) {
			continue
		}
		r.nodes += len(list)
		return list, true
	}
	return nil, false
}
