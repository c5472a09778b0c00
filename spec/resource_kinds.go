package spec

// Kinds is how many generated things it takes until every value that a list can
// be filtered by is among them, as far as the document enumerates those; 0 for
// none.
func (r *Resource) Kinds() int {
	n := 0
	r.eachKind(func(_ string, enum []any) { n = max(n, len(enum)) })
	return n
}

// Kind sets what the i-th generated thing of a collection is by such values: they
// go round, so that no filter comes back empty for want of luck.
func (r *Resource) Kind(i int, value map[string]any) {
	r.eachKind(func(member string, enum []any) {
		if _, has := value[member]; has {
			value[member] = enum[i%len(enum)]
		}
	})
}

// eachKind ranges over the members that a list is filtered by and whose values
// the document enumerates as texts.
func (r *Resource) eachKind(yield func(member string, enum []any)) {
	x := r.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	seen := map[string]bool{}
	for _, a := range r.Actions {
		if a.List == nil {
			continue
		}
		for _, f := range a.List.Filters {
			m := r.shape.member(f.Member)
			if m == nil || f.deep != "" || seen[f.Member] {
				continue
			}
			seen[f.Member] = true
			var enum []any
			for _, v := range x.field(m).enum {
				if _, text := v.(string); text {
					enum = append(enum, v)
				}
			}
			if len(enum) > 1 {
				yield(f.Member, enum)
			}
		}
	}
}
