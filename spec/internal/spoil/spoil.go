// Package spoil makes instances that break a JSON Schema, each in one way, from
// one that satisfies it.
//
// A broken instance is as near to the good one as can be: one property is left
// out, one number is too large. What is made is a proposal. Schemas that hold
// conditions and alternatives may still take it, so that the caller asks an
// authority before it calls an instance broken.
package spoil

import (
	"slices"
	"strconv"
	"strings"
)

// Case is an instance with one thing wrong.
type Case struct {
	Instance any
	Pointer  string // of the value that is wrong, from the instance's root
	Keyword  string // of the schema that the value breaks
}

// Bounds of what is looked at: instances are examples, and schemas may be huge.
const (
	maxCases = 400
	maxDepth = 8
)

// Schema is a decoded schema with a way to follow its references, as
// [sample.Options] has it.
type Schema struct {
	At      any
	Resolve func(ref string) (schema any, ok bool)
}

// Cases spoils an instance in every way that the schema's keywords suggest,
// those near the root first. The instance is made of maps, slices, strings,
// numbers, bools and nil, and is not changed.
func Cases(s Schema, instance any) []Case {
	w := &walk{resolve: s.Resolve}
	w.queue = []spot{{schema: s.At, value: instance, put: func(v any) any { return v }}}
	for len(w.queue) > 0 && len(w.out) < maxCases {
		at := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(at, at.schema, 0)
	}
	return w.out
}

// spot is a value in the instance, with the schema that holds there.
type spot struct {
	schema  any
	value   any
	pointer string
	depth   int
	put     func(v any) any // the whole instance with v in this spot
}

type walk struct {
	resolve func(string) (any, bool)
	queue   []spot
	out     []Case
}

func (w *walk) add(at spot, keyword string, values ...any) {
	for _, v := range values {
		w.out = append(w.out, Case{at.put(v), at.pointer, keyword})
	}
}

// visit proposes what breaks one schema at a spot, and queues what lies below.
// Nested counts the schemas that were gone through at the same spot.
func (w *walk) visit(at spot, schema any, nested int) {
	s, ok := schema.(map[string]any)
	if !ok || nested > 16 || len(w.out) >= maxCases {
		return
	}
	if ref, ok := s["$ref"].(string); ok && w.resolve != nil {
		if target, ok := w.resolve(ref); ok {
			w.visit(at, target, nested+1)
		}
	}
	w.any(at, s)
	switch v := at.value.(type) {
	case string:
		w.text(at, s, v)
	case []any:
		w.list(at, s, v)
	case map[string]any:
		w.object(at, s, v)
	default:
		if x, ok := number(v); ok {
			w.number(at, s, x)
		}
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		branches, _ := s[key].([]any)
		for _, b := range branches {
			w.visit(at, b, nested+1)
		}
	}
}

// any proposes values of other types, and outside of an enum.
func (w *walk) any(at spot, s map[string]any) {
	if types := typesOf(s); len(types) > 0 {
		for _, v := range []any{"not a value of this type", 0.5, true, map[string]any{}, []any{}, nil} {
			if !takes(types, v) {
				w.add(at, "type", v)
				break
			}
		}
	}
	for _, key := range []string{"enum", "const"} {
		if _, ok := s[key]; !ok {
			continue
		}
		switch v := at.value.(type) {
		case string:
			w.add(at, key, v+"-x", "none-of-these")
		case bool:
			w.add(at, key, !v)
		default:
			if x, ok := number(v); ok {
				w.add(at, key, x+987654321)
			}
		}
	}
}

func typesOf(s map[string]any) (types []string) {
	switch t := s["type"].(type) {
	case string:
		return []string{t}
	case []any:
		for _, x := range t {
			if name, ok := x.(string); ok {
				types = append(types, name)
			}
		}
	case []string:
		return t
	}
	return types
}

// takes reports whether a value is of one of the types.
func takes(types []string, v any) bool {
	name := ""
	switch v.(type) {
	case nil:
		name = "null"
	case bool:
		name = "boolean"
	case string:
		name = "string"
	case float64:
		name = "number"
	case []any:
		name = "array"
	case map[string]any:
		name = "object"
	}
	return slices.Contains(types, name)
}

func (w *walk) list(at spot, s map[string]any, v []any) {
	if n, ok := number(s["minItems"]); ok && n >= 1 && len(v) >= int(n) {
		w.add(at, "minItems", slices.Clone(v[:int(n)-1]))
	}
	if n, ok := number(s["maxItems"]); ok && len(v) > 0 && n < 10_000 {
		long := slices.Clone(v)
		for len(long) <= int(n) {
			long = append(long, v[len(v)-1])
		}
		w.add(at, "maxItems", long)
	}
	if s["uniqueItems"] == true && len(v) > 0 {
		w.add(at, "uniqueItems", append(slices.Clone(v), v[0]))
	}
	prefix, _ := s["prefixItems"].([]any)
	for i := range min(len(v), len(prefix)+1) {
		schema := s["items"]
		if i < len(prefix) {
			schema = prefix[i]
		}
		w.below(at, schema, strconv.Itoa(i), v[i], func(x any) any {
			out := slices.Clone(v)
			out[i] = x
			return out
		})
	}
}

func (w *walk) object(at spot, s map[string]any, v map[string]any) {
	for _, name := range textsOf(s["required"]) {
		if _, ok := v[name]; ok {
			w.add(at, "required", without(v, name))
		}
	}
	if s["additionalProperties"] == false || s["unevaluatedProperties"] == false {
		w.add(at, "additionalProperties", with(v, "standin_undeclared", true))
	}
	if n, ok := number(s["minProperties"]); ok && n >= 1 {
		w.add(at, "minProperties", map[string]any{})
	}
	if n, ok := number(s["maxProperties"]); ok && n < 1000 {
		more := v
		for i := 0; len(more) <= int(n); i++ {
			more = with(more, "extra"+strconv.Itoa(i), "x")
		}
		w.add(at, "maxProperties", more)
	}
	properties, _ := s["properties"].(map[string]any)
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		schema, ok := properties[name]
		if !ok {
			schema = s["additionalProperties"]
		}
		w.below(at, schema, name, v[name], func(x any) any { return with(v, name, x) })
	}
}

// below queues a value inside another.
func (w *walk) below(at spot, schema any, token string, v any, put func(any) any) {
	if _, ok := schema.(map[string]any); !ok || at.depth >= maxDepth {
		return
	}
	token = strings.NewReplacer("~", "~0", "/", "~1").Replace(token)
	w.queue = append(w.queue, spot{
		schema: schema, value: v, pointer: at.pointer + "/" + token, depth: at.depth + 1,
		put: func(x any) any { return at.put(put(x)) },
	})
}

func with(v map[string]any, name string, x any) map[string]any {
	out := make(map[string]any, len(v)+1)
	for k, y := range v {
		out[k] = y
	}
	out[name] = x
	return out
}

func without(v map[string]any, name string) map[string]any {
	out := with(v, name, nil)
	delete(out, name)
	return out
}

func textsOf(v any) (out []string) {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}
