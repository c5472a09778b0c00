package spec

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// endless finds the components that no value satisfies, since each value would
// have to hold another of its kind.
func (x *examiner) endless() {
	e := ending{known: map[string]bool{}}
	var all []tree.Place
	x.doc.files.Root().Get("components").Get("schemas").Each(func(_ string, s tree.Place) {
		all = append(all, s)
		e.known[placeKey(s)] = false
	})
	// What ends is what ends by way of things that end: the least such set.
	for again := true; again; {
		again = false
		for _, s := range all {
			if key := placeKey(s); !e.known[key] && e.ends(s, 0) {
				e.known[key], again = true, true
			}
		}
	}
	for _, s := range all {
		if e.known[placeKey(s)] {
			continue
		}
		msg := "no value satisfies this schema: each would have to hold another of its kind, without end"
		if name := e.culprit(s, 0); name != "" {
			msg += fmt.Sprintf(", through the required property %q", name)
		}
		x.found = append(x.found, &Error{Pos: pos(s), Pointer: s.Pointer, Msg: msg, Hint: "let a property on the way be optional, or null"})
	}
}

// ending knows which components end.
type ending struct{ known map[string]bool }

func placeKey(p tree.Place) string { return strconv.Itoa(p.File.Index) + p.Pointer }

// ends reports whether some value of a schema has an end, as far as is known.
func (e *ending) ends(s tree.Place, depth int) bool {
	if depth > maxExamined || !s.IsMap() {
		return true
	}
	types := declaredTypes(s)
	if s.Get("nullable").True() || slices.Contains(types, "null") || s.Get("enum").OK() || s.Get("const").OK() {
		return true
	}
	if ref := s.Ref(); ref != "" {
		to, err := s.Target(ref)
		if err != nil {
			return true
		}
		if end, component := e.known[placeKey(to)]; component {
			return end
		}
		return e.ends(to, depth+1)
	}
	all := true
	s.Get("allOf").Each(func(_ string, part tree.Place) { all = all && e.ends(part, depth+1) })
	for _, key := range []string{"anyOf", "oneOf"} {
		if branches := s.Get(key); branches.Len() > 0 {
			some := false
			branches.Each(func(_ string, b tree.Place) { some = some || e.ends(b, depth+1) })
			all = all && some
		}
	}
	if n, _ := strconv.Atoi(s.Get("minItems").Str()); n > 0 && only(types, "array") {
		all = all && e.ends(s.Get("items"), depth+1)
	}
	return all && (!only(types, "object") || e.culprit(s, depth) == "")
}

// only reports whether all values are of that type: where others are allowed,
// one of those ends.
func only(types []string, kind string) bool { return slices.Equal(types, []string{kind}) }

// culprit is the first required property without an end.
func (e *ending) culprit(s tree.Place, depth int) (name string) {
	if s.Ref() != "" {
		return ""
	}
	s.Get("required").Each(func(_ string, r tree.Place) {
		if name == "" {
			if p := s.Get("properties").Get(r.Str()); p.OK() && !e.ends(p, depth+1) {
				name = r.Str()
			}
		}
	})
	return name
}

func declaredTypes(s tree.Place) (out []string) {
	t := s.Get("type")
	if t.IsList() {
		t.Each(func(_ string, v tree.Place) { out = append(out, v.Str()) })
	} else if t.Str() != "" {
		out = []string{t.Str()}
	}
	return out
}
