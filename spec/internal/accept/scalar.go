package accept

import (
	"strings"
	"unicode/utf8"

	"github.com/pb33f/jsonschema/v6"
)

// literal judges null, true or false.
func (n *node) literal(t types) verdict {
	if n.types&t == 0 {
		return invalid
	}
	if n.plain&t != 0 {
		return valid
	}
	if n.alts != nil {
		var sum tally
		for _, m := range n.alts {
			sum.add(m.literal(t))
		}
		return sum.verdict(n.mode)
	}
	v := valid
	for _, m := range n.not {
		v = v.not(m.literal(t))
	}
	return n.doubted(t, v)
}

// numberRules are what is asked of a number beyond its type.
type numberRules struct {
	bounds    []bound
	multiples []decimal
	enums     [][]decimal // one of each
}

// number judges a number that the scanner has read.
func (n *node) number(v number) verdict {
	if n.types&v.types == 0 {
		return invalid
	}
	if n.alts != nil {
		var sum tally
		for _, m := range n.alts {
			sum.add(m.number(v))
		}
		return sum.verdict(n.mode)
	}
	if v.vague || v.types&^n.types != 0 {
		return unsure
	}
	if n.plain&v.types == v.types {
		return valid
	}
	got := n.num.check(v)
	for _, m := range n.not {
		got = got.not(m.number(v))
	}
	return n.doubted(v.types, got)
}

func (r *numberRules) check(v number) verdict {
	if r == nil {
		return valid
	}
	if !v.exact {
		return unsure
	}
	for i := range r.bounds {
		if !r.bounds[i].holds(v.decimal) {
			return invalid
		}
	}
	for _, list := range r.enums {
		if !contains(list, v.decimal) {
			return invalid
		}
	}
	got := valid
	for _, m := range r.multiples {
		switch v.decimal.multipleOf(m) {
		case invalid:
			return invalid
		case unsure:
			got = unsure
		}
	}
	return got
}

func contains(list []decimal, d decimal) bool {
	for _, item := range list {
		if item == d {
			return true
		}
	}
	return false
}

// textRules are what is asked of a string. Lengths are in code points.
type textRules struct {
	min, max int
	enums    []textSet
	patterns []pattern
	formats  []format
}

// textSet is the strings of one enum or const.
type textSet struct {
	keys  keyTable
	items []string
}

func (t *textSet) has(v string) bool {
	if len(t.items) <= 4 {
		for _, item := range t.items {
			if item == v {
				return true
			}
		}
		return false
	}
	return t.keys.find(v) >= 0
}

// text judges a decoded string.
func (n *node) text(v string) verdict {
	if n.types&tString == 0 {
		return invalid
	}
	if n.plain&tString != 0 {
		return valid
	}
	if n.alts != nil {
		var sum tally
		for _, m := range n.alts {
			sum.add(m.text(v))
		}
		return sum.verdict(n.mode)
	}
	if n.str != nil && !n.str.hold(v) {
		return invalid
	}
	got := valid
	for _, m := range n.not {
		got = got.not(m.text(v))
	}
	return n.doubted(tString, got)
}

// hold is exact both ways: false means that the engine rejects.
func (r *textRules) hold(v string) bool {
	// A string has at most as many code points as bytes and at least a quarter of them.
	if r.min > 0 && (len(v) < r.min || len(v) < 4*r.min && utf8.RuneCountInString(v) < r.min) {
		return false
	}
	if len(v) > r.max && utf8.RuneCountInString(v) > r.max {
		return false
	}
	for i := range r.enums {
		if !r.enums[i].has(v) {
			return false
		}
	}
	for i := range r.patterns {
		if !r.patterns[i].match(v) {
			return false
		}
	}
	for i := range r.formats {
		if !r.formats[i].hold(v) {
			return false
		}
	}
	return true
}

// A format is a string format of the engine, with a quick way to say yes.
type format struct {
	quick   func(string) bool // nil: none
	engine  *jsonschema.Format
	foreign bool // not one of the engine's own: it may keep what it is given
}

func (f *format) hold(v string) bool {
	if f.quick != nil && f.quick(v) {
		return true
	}
	if f.foreign {
		v = strings.Clone(v)
	}
	return f.engine.Validate(v) == nil
}
