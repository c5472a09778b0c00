package sample

import "slices"

// constIn is the list of values that const and enum both allow.
func constIn(v any, enum []any) []any {
	if enum != nil && !slices.ContainsFunc(enum, func(e any) bool { return equal(e, v) }) {
		return []any{}
	}
	return []any{v}
}

func readTypes(v any) typeSet {
	switch v := v.(type) {
	case string:
		if t, ok := typeNames[v]; ok {
			return t
		}
	case []any:
		var set typeSet
		for _, x := range v {
			name, _ := x.(string)
			set |= typeNames[name]
		}
		if set != 0 {
			return set
		}
	}
	return typeAll
}

func (w *world) readExamples(s *schema) {
	if v, ok := s.raw["example"]; ok {
		s.examples = append(s.examples, v)
	}
	switch list := s.raw["examples"].(type) {
	case []any:
		s.examples = append(s.examples, list...)
	case map[string]any:
		// Not JSON Schema, but common: OpenAPI's named examples.
		for _, k := range sortedKeys(list) {
			if e, ok := list[k].(map[string]any); ok {
				if v, ok := e["value"]; ok {
					s.examples = append(s.examples, v)
				}
			}
		}
	}
	if v, ok := s.raw["default"]; ok {
		s.examples = append(s.examples, v)
	}
}

func (w *world) readNumber(s *schema) {
	n := anyNumber()
	said := false
	for _, k := range [...]string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"} {
		v, ok := s.raw[k]
		if !ok {
			continue
		}
		said = true
		switch k {
		case "minimum":
			n.atLeast(v, s.raw["exclusiveMinimum"] == true) // the boolean is OpenAPI 3.0's
		case "maximum":
			n.atMost(v, s.raw["exclusiveMaximum"] == true)
		case "exclusiveMinimum":
			n.atLeast(v, true)
		case "exclusiveMaximum":
			n.atMost(v, true)
		case "multipleOf":
			n.multipleOf(v)
		}
	}
	switch s.raw["format"] {
	case "int32":
		said = true
		n.atLeast(int64(-1<<31), false)
		n.atMost(int64(1<<31-1), false)
	case "int64":
		said = true
		n.atLeast(int64(-1<<63), false)
		n.atMost(int64(1<<63-1), false)
	}
	if said {
		s.num = &n
	}
}

func (w *world) readString(s *schema) {
	r := stringRules{max: -1}
	said := false
	if n, ok := countOf(s.raw["minLength"]); ok {
		r.min, said = n, true
	}
	if n, ok := countOf(s.raw["maxLength"]); ok {
		r.max, said = n, true
	}
	if p, ok := s.raw["pattern"].(string); ok {
		r.patterns, said = []*pattern{w.pattern(p)}, true
	}
	if f, ok := s.raw["format"].(string); ok {
		r.formats, said = []string{f}, true
	}
	if e, ok := s.raw["contentEncoding"].(string); ok {
		r.encoding, said = e, true
	}
	if m, ok := s.raw["contentMediaType"].(string); ok {
		r.media, said = m, true
	}
	if said {
		s.str = &r
	}
}

func (w *world) readArray(s *schema) {
	r := arrayRules{max: -1, minContains: 1, maxContains: -1}
	if n, ok := countOf(s.raw["minItems"]); ok {
		r.min, r.hasMinOrMore = n, true
	}
	if n, ok := countOf(s.raw["maxItems"]); ok {
		r.max = n
	}
	if n, ok := countOf(s.raw["minContains"]); ok {
		r.minContains = n
	}
	if n, ok := countOf(s.raw["maxContains"]); ok {
		r.maxContains = n
	}
	r.unique = s.raw["uniqueItems"] == true
	r.prefix = w.list(s, "prefixItems")
	r.items = w.child(s, "items")
	r.contains = w.child(s, "contains")
	r.unevaluated = w.child(s, "unevaluatedItems")
	if r.items != nil || r.prefix != nil || r.contains != nil || r.unevaluated != nil || r.unique || r.max >= 0 || r.hasMinOrMore {
		s.arr = &r
	}
}

func (w *world) readObject(s *schema) {
	r := objectRules{max: -1}
	said := false
	if n, ok := countOf(s.raw["minProperties"]); ok {
		r.min, said = n, true
	}
	if n, ok := countOf(s.raw["maxProperties"]); ok {
		r.max, said = n, true
	}
	r.required = stringsOf(s.raw["required"])
	if m, ok := s.raw["properties"].(map[string]any); ok {
		r.order = w.order(s.raw, m, r.required)
		r.properties = make(map[string]*schema, len(m))
		for _, k := range r.order {
			r.properties[k] = w.parse(m[k], s, "properties/"+escape(k))
		}
	}
	if m, ok := s.raw["patternProperties"].(map[string]any); ok {
		for _, k := range sortedKeys(m) {
			r.patterns = append(r.patterns, patternProperty{w.pattern(k), w.parse(m[k], s, "patternProperties/"+escape(k))})
		}
	}
	r.additional, r.names, r.unevaluated = w.child(s, "additionalProperties"), w.child(s, "propertyNames"), w.child(s, "unevaluatedProperties")
	r.declaredOnly = r.additional != nil && r.additional.no
	w.readDependents(s, &r)
	if said || r.required != nil || r.properties != nil || r.patterns != nil || r.additional != nil || r.names != nil ||
		r.unevaluated != nil || r.needs != nil || r.dependents != nil {
		s.obj = &r
	}
}

func (w *world) readDependents(s *schema, r *objectRules) {
	if m, ok := s.raw["dependentRequired"].(map[string]any); ok {
		for _, k := range sortedKeys(m) {
			r.needs = append(r.needs, dependency{k, stringsOf(m[k])})
		}
	}
	if m, ok := s.raw["dependentSchemas"].(map[string]any); ok {
		for _, k := range sortedKeys(m) {
			r.dependents = append(r.dependents, dependent{k, w.parse(m[k], s, "dependentSchemas/"+escape(k))})
		}
	}
}

func readDiscriminator(v any) *discriminator {
	m, _ := v.(map[string]any)
	name, _ := m["propertyName"].(string)
	if name == "" {
		return nil
	}
	d := &discriminator{property: name}
	refs, _ := m["mapping"].(map[string]any)
	for _, k := range sortedKeys(refs) {
		if ref, ok := refs[k].(string); ok {
			d.mapping = append(d.mapping, mapping{k, ref})
		}
	}
	return d
}

func stringsOf(v any) []string {
	list, _ := v.([]any)
	var out []string
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
