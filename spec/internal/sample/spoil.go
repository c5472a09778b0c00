package sample

// spoil changes an object that satisfies several branches of a oneOf until it
// satisfies only one: it gives a property that only the other branches speak
// of a value that they refuse. That is a last resort; such a schema has no
// natural instances.
func (r *run) spoil(p *plan, v any) (any, bool) {
	o, ok := v.(Object)
	if !ok {
		return nil, false
	}
	changed := false
	for _, k := range p.conj.picks {
		if k.choice.keyword != "oneOf" {
			continue
		}
		for i, b := range k.choice.at.oneOf {
			if i == k.branch.nth || !r.check.quiet(b, o, nil) {
				continue
			}
			x, ok := r.spoilBranch(p, b, o)
			if !ok {
				return nil, false
			}
			o, changed = x, true
		}
	}
	if !changed || !r.passes(p, o) {
		return nil, false
	}
	return o, true
}

// oddities are values that few schemas expect.
var oddities = []any{false, int64(-1), "-", []any{}, Object{}, nil, Object{{"other", int64(-1)}}, []any{int64(-1)}}

func (r *run) spoilBranch(p *plan, b *schema, o Object) (Object, bool) {
	r.w.mu.Lock()
	_, names := r.w.names(b, nil)
	r.w.mu.Unlock()
	for _, name := range names {
		child := r.w.memberPlan(p, name)
		if child.never != nil {
			continue
		}
		for _, v := range oddities {
			x := o.with(name, v)
			if r.passes(child, v) && !r.check.quiet(b, x, nil) {
				return x, true
			}
		}
	}
	return nil, false
}

// with returns a copy of the object with a member set.
func (o Object) with(name string, v any) Object {
	out := make(Object, 0, len(o)+1)
	found := false
	for _, m := range o {
		if m.Name == name {
			m.Value, found = v, true
		}
		out = append(out, m)
	}
	if !found {
		out = append(out, Member{name, v})
	}
	return out
}
