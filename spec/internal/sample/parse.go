package sample

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// world is what a generator has learnt: parsed schemas and plans, each made
// once. The maps are guarded by mu; what they hold is immutable.
type world struct {
	o  Options
	mu sync.Mutex

	byMap    map[uintptr]*schema // by the address of the raw map, which raw keeps alive
	byRef    map[string]*schema
	patterns map[string]*pattern
	plans    map[string]*plan
	schemas  int

	any *schema // the schema true
}

func newWorld(o Options) *world {
	return &world{
		o:        o,
		byMap:    map[uintptr]*schema{},
		byRef:    map[string]*schema{},
		patterns: map[string]*pattern{},
		plans:    map[string]*plan{},
		any:      &schema{types: typeAll},
	}
}

// root parses a schema that stands for itself. at says where it was found.
func (w *world) root(raw any, at string) *schema { return w.parse(raw, nil, at) }

// anyPlan is the plan of the schema true.
func (w *world) anyPlan() *plan { return w.plan(conjunction{roots: []*schema{w.any}}) }

// target follows a schema's reference, once.
func (w *world) target(s *schema) *schema {
	if t := s.target.Load(); t != nil {
		return t
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.targetLocked(s)
}

func (w *world) targetLocked(s *schema) *schema {
	t := w.byRef[s.ref]
	if t == nil {
		t = w.resolve(s)
		w.byRef[s.ref] = t
	}
	s.target.Store(t)
	return t
}

func (w *world) resolve(s *schema) *schema {
	if w.o.Resolve != nil {
		if raw, ok := w.o.Resolve(s.ref); ok {
			return w.component(raw, s.ref)
		}
	}
	if _, dynamic := s.raw["$ref"]; !dynamic {
		// A $dynamicRef depends on the path taken, which only the authority
		// knows. It limits nothing here.
		return w.any
	}
	return &schema{no: true, why: "the reference " + s.ref + " leads to nothing", token: s.pointer()}
}

// component parses the schema that a reference leads to. It is always a schema
// of its own, even if its map was met before, because it knows its name.
func (w *world) component(raw any, ref string) *schema {
	m, ok := raw.(map[string]any)
	if !ok {
		return w.parse(raw, nil, ref)
	}
	s := &schema{raw: m, token: ref, types: typeAll}
	w.number(s)
	w.byRef[ref] = s // before reading: it may refer to itself
	w.read(s)
	return s
}

// parse reads a schema and all that is written in it. The caller holds mu,
// unless the world is not shared yet.
func (w *world) parse(raw any, up *schema, token string) *schema {
	switch raw := raw.(type) {
	case map[string]any:
		p := reflect.ValueOf(raw).Pointer()
		if s := w.byMap[p]; s != nil {
			return s
		}
		s := &schema{raw: raw, up: up, token: token, types: typeAll}
		w.number(s)
		w.byMap[p] = s
		w.read(s)
		return s
	case bool:
		if raw {
			return w.any
		}
		s := &schema{no: true, why: "the schema is false", up: up, token: token}
		w.number(s)
		return s
	}
	// What is no schema says nothing.
	return w.any
}

func (w *world) number(s *schema) {
	w.schemas++
	s.id = w.schemas
}

// read fills a schema from its raw form. Keywords of the wrong type are
// ignored, as the dialect's metaschema is not ours to enforce.
func (w *world) read(s *schema) {
	raw := s.raw
	s.ref, _ = raw["$ref"].(string)
	if s.ref == "" {
		s.ref, _ = raw["$dynamicRef"].(string)
	}
	s.types = readTypes(raw["type"])
	if list, ok := raw["enum"].([]any); ok {
		s.enum = make([]any, len(list))
		for i, v := range list {
			s.enum[i] = normal(v)
		}
	}
	if v, ok := raw["const"]; ok {
		s.enum = constIn(normal(v), s.enum)
	}
	s.readOnly, _ = raw["readOnly"].(bool)
	s.writeOnly, _ = raw["writeOnly"].(bool)
	w.readExamples(s)
	w.readNumber(s)
	w.readString(s)
	w.readArray(s)
	w.readObject(s)
	s.allOf, s.anyOf, s.oneOf = w.list(s, "allOf"), w.list(s, "anyOf"), w.list(s, "oneOf")
	s.not, s.ifs = w.child(s, "not"), w.child(s, "if")
	if s.ifs != nil {
		s.then, s.els = w.child(s, "then"), w.child(s, "else")
	}
	s.discriminator = readDiscriminator(raw["discriminator"])
	s.plain = plainKey(raw)
}

// plainKey tells schemas apart that say no more than a type and a format. Most
// schemas of a document are such, and never the reason that something can't be
// satisfied.
func plainKey(raw map[string]any) string {
	for k := range raw {
		switch k {
		case "type", "format", "description", "title", "deprecated":
		default:
			return ""
		}
	}
	format, _ := raw["format"].(string)
	key := "plain " + format
	switch t := raw["type"].(type) {
	case string:
		return key + " " + t
	case []any:
		return key + " " + strings.Join(stringsOf(t), ",")
	}
	return ""
}

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

// order is the order of a schema's properties: the caller's, then what it left
// out, required first.
func (w *world) order(raw, properties map[string]any, required []string) []string {
	var names []string
	seen := make(map[string]bool, len(properties))
	take := func(list []string) {
		for _, k := range list {
			if _, ok := properties[k]; ok && !seen[k] {
				seen[k] = true
				names = append(names, k)
			}
		}
	}
	if w.o.Order != nil {
		take(w.o.Order(raw))
	}
	all := sortedKeys(properties)
	first := slices.DeleteFunc(slices.Clone(all), func(k string) bool { return !slices.Contains(required, k) })
	take(first)
	take(all)
	return names
}

func (w *world) child(s *schema, key string) *schema {
	v, ok := s.raw[key]
	if !ok {
		return nil
	}
	return w.parse(v, s, key)
}

func (w *world) list(s *schema, key string) []*schema {
	list, _ := s.raw[key].([]any)
	var out []*schema
	for i, v := range list {
		out = append(out, w.parse(v, s, key+"/"+strconv.Itoa(i)))
	}
	return out
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

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
