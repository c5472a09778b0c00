package sample

import "unicode/utf8"

// checker judges normal values by schemas, as a validator would. It decides
// about branches, conditions and negations while an instance is made, and about
// the whole of it at the end. Formats that it doesn't know it accepts.
type checker struct {
	w   *world
	dir Direction

	// The first thing found wrong, for a message.
	at      *schema
	keyword string

	depth int
}

// limitCheck bounds the depth of a check: a reference that leads back to
// itself without a step into the instance never ends.
const limitCheck = 400

// evaluated collects what an instance's object or array has had looked at, for
// the unevaluated… keywords.
type evaluated struct {
	props []bool // by member
	items []bool // by index
}

func newEvaluated(v any) *evaluated {
	switch v := v.(type) {
	case Object:
		return &evaluated{props: make([]bool, len(v))}
	case []any:
		return &evaluated{items: make([]bool, len(v))}
	}
	return &evaluated{}
}

func (e *evaluated) add(o *evaluated) {
	for i, b := range o.props {
		e.props[i] = e.props[i] || b
	}
	for i, b := range o.items {
		e.items[i] = e.items[i] || b
	}
}

func (e *evaluated) prop(i int) {
	if e != nil {
		e.props[i] = true
	}
}

func (e *evaluated) item(i int) {
	if e != nil {
		e.items[i] = true
	}
}

// ok reports whether a value satisfies a schema.
func (c *checker) ok(s *schema, v any) bool { return c.check(s, v, nil) }

func (c *checker) fail(s *schema, keyword string) bool {
	if c.at == nil {
		c.at, c.keyword = s, keyword
	}
	return false
}

// check judges v and notes in seen, unless that is nil, what it looked at.
func (c *checker) check(s *schema, v any, seen *evaluated) bool {
	if s.no {
		return c.fail(s, "false")
	}
	if s.raw == nil {
		return true
	}
	if c.depth++; c.depth > limitCheck {
		return c.fail(s, "$ref")
	}
	defer func() { c.depth-- }()

	own := seen
	if s.obj != nil && s.obj.unevaluated != nil || s.arr != nil && s.arr.unevaluated != nil {
		own = newEvaluated(v)
	}
	if !c.checkValue(s, v) || !c.checkParts(s, v, own) || !c.checkInPlace(s, v, own) || !c.checkUnevaluated(s, v, own) {
		return false
	}
	if own != seen && seen != nil {
		seen.add(own)
	}
	return true
}

// checkValue judges what can be said of a value without looking into it.
func (c *checker) checkValue(s *schema, v any) bool {
	if s.types != typeAll && typeOf(v)&s.types == 0 {
		return c.fail(s, "type")
	}
	if s.enum != nil && !contains(s.enum, v) {
		if _, ok := s.raw["const"]; ok {
			return c.fail(s, "const")
		}
		return c.fail(s, "enum")
	}
	switch v := v.(type) {
	case nil, bool, []any, Object:
		return true
	case string:
		if s.str == nil {
			return true
		}
		if k := s.str.breaks(v); k != "" {
			return c.fail(s, k)
		}
		return true
	default:
		if s.num != nil && !s.num.allow(v) {
			return c.fail(s, "minimum, maximum or multipleOf")
		}
		return true
	}
}

// breaks names the keyword that a string breaks, "" for none.
func (r *stringRules) breaks(v string) string {
	if r.min > 0 || r.max >= 0 {
		n := utf8.RuneCountInString(v)
		if n < r.min {
			return "minLength"
		}
		if r.max >= 0 && n > r.max {
			return "maxLength"
		}
	}
	for _, p := range r.patterns {
		if !p.match(v) {
			return "pattern"
		}
	}
	for _, f := range r.formats {
		if !hasFormat(f, v) {
			return "format"
		}
	}
	return ""
}

func contains(list []any, v any) bool {
	for _, x := range list {
		if equal(x, v) {
			return true
		}
	}
	return false
}

// checkParts judges the members of an object and the items of an array.
func (c *checker) checkParts(s *schema, v any, seen *evaluated) bool {
	switch v := v.(type) {
	case Object:
		return s.obj == nil || c.checkObject(s, v, seen)
	case []any:
		return s.arr == nil || c.checkArray(s, v, seen)
	}
	return true
}

// checkInPlace judges by the schemas that hold for the same value.
func (c *checker) checkInPlace(s *schema, v any, seen *evaluated) bool {
	if s.ref != "" && !c.check(c.w.target(s), v, seen) {
		return false
	}
	for _, x := range s.allOf {
		if !c.check(x, v, seen) {
			return false
		}
	}
	if s.anyOf != nil && c.count(s.anyOf, v, seen, len(s.anyOf)) == 0 {
		return c.fail(s, "anyOf")
	}
	if s.oneOf != nil && c.count(s.oneOf, v, seen, 2) != 1 {
		return c.fail(s, "oneOf")
	}
	if s.not != nil && c.quiet(s.not, v, nil) {
		return c.fail(s, "not")
	}
	if s.ifs != nil {
		next := s.els
		if c.quiet(s.ifs, v, seen) {
			next = s.then
		}
		if next != nil && !c.check(next, v, seen) {
			return false
		}
	}
	return true
}

// count counts the branches that accept v, up to limit; each of them, and only
// those, adds to what was seen.
func (c *checker) count(branches []*schema, v any, seen *evaluated, limit int) int {
	n := 0
	for _, b := range branches {
		if c.quiet(b, v, seen) {
			if n++; n == limit || seen == nil && limit > 2 {
				break
			}
		}
	}
	return n
}

// quiet judges without noting the failure, and adds to seen only on success.
func (c *checker) quiet(s *schema, v any, seen *evaluated) bool {
	at, keyword := c.at, c.keyword
	var own *evaluated
	if seen != nil {
		own = newEvaluated(v)
	}
	ok := c.check(s, v, own)
	c.at, c.keyword = at, keyword
	if ok && seen != nil {
		seen.add(own)
	}
	return ok
}

func (c *checker) checkUnevaluated(s *schema, v any, seen *evaluated) bool {
	switch v := v.(type) {
	case Object:
		if s.obj == nil || s.obj.unevaluated == nil {
			return true
		}
		for i := range v {
			if !seen.props[i] && !c.check(s.obj.unevaluated, v[i].Value, nil) {
				return c.fail(s, "unevaluatedProperties")
			}
			seen.props[i] = true
		}
	case []any:
		if s.arr == nil || s.arr.unevaluated == nil {
			return true
		}
		for i := range v {
			if !seen.items[i] && !c.check(s.arr.unevaluated, v[i], nil) {
				return c.fail(s, "unevaluatedItems")
			}
			seen.items[i] = true
		}
	}
	return true
}
