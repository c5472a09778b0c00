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
	roots    map[rootKey]*schema
	dead     map[string]*schema // for references that lead nowhere
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
		roots:    map[rootKey]*schema{},
		dead:     map[string]*schema{},
		patterns: map[string]*pattern{},
		plans:    map[string]*plan{},
		any:      &schema{types: typeAll},
	}
}

// root parses a schema that stands for itself and may have a name.
func (w *world) root(raw any, name string) *schema {
	m, ok := raw.(map[string]any)
	if !ok || name == "" {
		return w.parse(raw, nil, "")
	}
	key := rootKey{reflect.ValueOf(m).Pointer(), name}
	s := w.roots[key]
	if s == nil {
		s = w.component(m, "", name)
		w.roots[key] = s
	}
	return s
}

type rootKey struct {
	schema uintptr // as in byMap
	name   string
}

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
			if m, ok := raw.(map[string]any); ok {
				return w.component(m, s.ref, w.name(s.ref))
			}
			return w.parse(raw, nil, s.ref)
		}
	}
	if _, dynamic := s.raw["$ref"]; !dynamic {
		// A $dynamicRef depends on the path taken, which only the authority
		// knows. It limits nothing here.
		return w.any
	}
	return w.nothing("to "+s.ref, s.pointer(), "the reference "+s.ref+" leads to nothing")
}

// nothing is a schema without instances, one for each key.
func (w *world) nothing(key, at, why string) *schema {
	s := w.dead[key]
	if s == nil {
		s = &schema{no: true, why: why, token: at}
		w.number(s)
		w.dead[key] = s
	}
	return s
}

// name is the name of the component that a reference leads to.
func (w *world) name(ref string) string {
	if w.o.Name != nil {
		return w.o.Name(ref)
	}
	return lastSegment(ref)
}

// component parses a schema with a name, found at a reference or nowhere. It is
// always a schema of its own, even if its map was met before.
func (w *world) component(raw map[string]any, ref, name string) *schema {
	s := &schema{raw: raw, token: ref, name: name, types: typeAll}
	w.number(s)
	if ref != "" {
		w.byRef[ref] = s // before reading: it may refer to itself
	}
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

// silent reports whether a keyword says nothing of instances.
func silent(k string) bool {
	switch k {
	case "description", "summary", "title", "$comment", "deprecated", "externalDocs", "xml":
		return true
	}
	return strings.HasPrefix(k, "x-")
}

// plainKey tells schemas apart that say no more than a type and a format. Most
// schemas of a document are such, and never the reason that something can't be
// satisfied.
func plainKey(raw map[string]any) string {
	for k := range raw {
		if k != "type" && k != "format" && !silent(k) {
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

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
