package sample

// checkObject judges an object by the keywords for objects.
func (c *checker) checkObject(s *schema, v Object, seen *evaluated) bool {
	r := s.obj
	if len(v) < r.min {
		return c.fail(s, "minProperties")
	}
	if r.max >= 0 && len(v) > r.max {
		return c.fail(s, "maxProperties")
	}
	for _, name := range r.required {
		if _, ok := v.Get(name); !ok && !c.spared(s, name) {
			return c.fail(s, "required")
		}
	}
	for i := range v {
		if !c.checkMember(s, v[i].Name, v[i].Value, i, seen) {
			return false
		}
	}
	for _, d := range r.needs {
		if _, ok := v.Get(d.name); !ok {
			continue
		}
		for _, name := range d.names {
			if _, ok := v.Get(name); !ok {
				return c.fail(s, "dependentRequired")
			}
		}
	}
	for _, d := range r.dependents {
		if _, ok := v.Get(d.name); ok && !c.check(d.schema, v, seen) {
			return false
		}
	}
	return true
}

func (c *checker) checkMember(s *schema, name string, v any, i int, seen *evaluated) bool {
	r := s.obj
	known := false
	if p, ok := r.properties[name]; ok {
		known = true
		if !c.check(p, v, nil) {
			return false
		}
	}
	for _, p := range r.patterns {
		if p.pattern.match(name) {
			known = true
			if !c.check(p.schema, v, nil) {
				return false
			}
		}
	}
	if !known && r.additional != nil {
		known = true
		if !c.check(r.additional, v, nil) {
			return c.fail(s, "additionalProperties")
		}
	}
	if known {
		seen.prop(i)
	}
	if r.names != nil && !c.check(r.names, name, nil) {
		return c.fail(s, "propertyNames")
	}
	return true
}

// spared reports whether a required property may be missing because it doesn't
// travel in this direction: OpenAPI takes readOnly ones out of a request's
// required list and writeOnly ones out of a response's.
func (c *checker) spared(s *schema, name string) bool {
	if c.dir == Anywhere {
		return false
	}
	p := s.obj.properties[name]
	for hops := 0; p != nil && hops < 8; hops++ {
		if c.dir == InRequest && p.readOnly || c.dir == InResponse && p.writeOnly {
			return true
		}
		if p.ref == "" {
			break
		}
		p = c.w.target(p)
	}
	return false
}

// checkArray judges an array by the keywords for arrays.
func (c *checker) checkArray(s *schema, v []any, seen *evaluated) bool {
	r := s.arr
	if len(v) < r.min {
		return c.fail(s, "minItems")
	}
	if r.max >= 0 && len(v) > r.max {
		return c.fail(s, "maxItems")
	}
	if r.unique && !unique(v) {
		return c.fail(s, "uniqueItems")
	}
	for i, x := range v {
		item := r.items
		if i < len(r.prefix) {
			item = r.prefix[i]
		}
		if item == nil {
			break
		}
		if !c.check(item, x, nil) {
			return false
		}
		seen.item(i)
	}
	if r.contains == nil {
		return true
	}
	n := 0
	for i, x := range v {
		if c.quiet(r.contains, x, nil) {
			n++
			seen.item(i)
		}
	}
	if n < r.minContains {
		return c.fail(s, "contains")
	}
	if r.maxContains >= 0 && n > r.maxContains {
		return c.fail(s, "maxContains")
	}
	return true
}

func unique(v []any) bool {
	for i := range v {
		if contains(v[:i], v[i]) {
			return false
		}
	}
	return true
}
