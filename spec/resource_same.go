package spec

// CarriedBy reports whether an operation's success carries one of the resource's
// things, wherever in the body: its schema is the same component, or has nearly
// the same properties.
func (r *Resource) CarriedBy(o *Operation) bool {
	x := r.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	root := x.bodyOf(successOf(o, ActionRead))
	if root == nil || root.kind != "object" {
		return false
	}
	_, thing := (&inference{doc: r.doc, shapes: x}).find(root, 3, func(s *shape) bool { return x.same(r.shape, s) })
	return thing != nil
}

// Has reports whether the resource's schema names a member of a thing.
func (r *Resource) Has(name string) bool { return r.shape.member(name) != nil }

// leastShared is how many properties two schemas of different names share at
// least if they describe the same things: an id and a name say nothing.
const leastShared = 4

// same reports whether two shapes describe the same things, not merely things of
// a kind as [alike] does: they are one component, or three quarters of the larger
// one's properties are the other's, too.
func (x *shapes) same(a, b *shape) bool {
	if a.name != "" && a.name == b.name {
		return true
	}
	shared := 0
	for i := range b.members {
		m := a.member(b.members[i].name)
		if m != nil && x.field(m).kind == x.field(&b.members[i]).kind {
			shared++
		}
	}
	return shared >= leastShared && shared*4 >= 3*max(len(a.members), len(b.members))
}
