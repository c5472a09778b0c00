package spec

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// Above is the path of the collection and the id of the thing that a concrete
// path below it belongs to; id is "" where the path is none of the resource's.
func (r *Resource) Above(path string) (home, id string) {
	n := strings.Count(r.homeShape, "/") + 1
	segs := strings.Split(path, "/")
	if len(segs) <= n {
		return "", ""
	}
	id, err := url.PathUnescape(segs[n])
	if err != nil {
		id = segs[n]
	}
	return strings.Join(segs[:n], "/"), id
}

// Examples are the things that the document's examples show: those of a list,
// then the one of a read. Each has an id and satisfies the schema.
func (r *Resource) Examples() []map[string]any {
	r.once.Do(func() {
		if len(r.Key) == 0 || r.Singleton {
			return
		}
		seen := map[string]bool{}
		for _, kind := range [...]ActionKind{ActionList, ActionRead} {
			for _, a := range r.Actions {
				if a.Kind == kind && a.Carries {
					r.shown = append(r.shown, a.examples(seen)...)
				}
			}
		}
	})
	return r.shown
}

func (a *Action) examples(seen map[string]bool) (out []map[string]any) {
	m := jsonOf(a.success.Content)
	if m == nil {
		return nil
	}
	r := a.Resource
	c := composer{doc: r.doc, at: r.shape.at, shape: r.shape}
	for _, e := range m.Examples {
		v, _ := DecodeValue(e.Body)
		for _, name := range a.Output {
			m, _ := v.(map[string]any)
			v = m[name]
		}
		items, isList := v.([]any)
		if !isList {
			items = []any{v}
		}
		for _, item := range items {
			thing, ok := item.(map[string]any)
			if !ok || c.fits(thing) != nil {
				continue
			}
			id := headerText(way(thing, r.Key))
			if id == "" || id == "null" || seen[id] {
				continue
			}
			seen[id] = true
			out = append(out, sample.Of(thing).Any().(map[string]any))
		}
	}
	return out
}

func way(v any, path []string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// Belongs are the members by which a thing tells what it belongs to, with the
// values that its collection's path gives them: petId in /pets/42/toys.
func (r *Resource) Belongs(home string) map[string]any {
	segs, names := strings.Split(home, "/"), strings.Split(r.Home, "/")
	x := r.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	var out map[string]any
	for i, name := range names {
		if len(name) < 3 || name[0] != '{' || i >= len(segs) || i == 0 {
			continue
		}
		plain, noun := plainName(name[1:len(name)-1]), singularOf(plainName(names[i-1]))
		tries := []string{noun + "id", noun}
		if plain != "id" && plain != "name" {
			tries = append([]string{plain}, tries...)
		}
		for _, try := range tries {
			m := r.shape.like(try)
			if m == nil || len(r.Key) > 0 && m.name == r.Key[0] {
				continue
			}
			value, err := url.PathUnescape(segs[i])
			f := x.field(m)
			if err != nil || len(f.choices) > 1 || f.kind != "string" && f.kind != "integer" {
				continue
			}
			if out == nil {
				out = map[string]any{}
			}
			out[m.name] = value
			if f.kind == "integer" {
				n, ok := DecodeValue([]byte(value))
				if !ok {
					delete(out, m.name)
					continue
				}
				out[m.name] = n
			}
			break
		}
	}
	return out
}

// Writable reports whether a client may change a member of a thing.
func (r *Resource) Writable(name string) bool {
	m := r.shape.member(name)
	return m == nil || !m.readOnly
}

// Takes reports whether the action's request may bring a member of the thing.
func (a *Action) Takes(name string) bool {
	return a.input != nil && a.input.member(name) != nil && a.Resource.Writable(name)
}

// Required reports whether a thing always has a member.
func (r *Resource) Required(name string) bool {
	m := r.shape.member(name)
	return m != nil && m.required
}

var createdNames = []string{"created", "createdat", "createdon", "createdtime", "createddate", "creationdate", "createtime", "creationtimestamp", "creationtime",
	"insertedat", "dateadded", "datecreated", "addedat", "registeredat"}

var updatedNames = []string{"updated", "updatedat", "updatedon", "updatedtime", "updateddate", "modified", "modifiedat", "modifiedon", "lastmodified", "lastmodifiedat",
	"lastupdated", "lastupdatedat", "updatetime", "changedat", "dateupdated", "datemodified", "lastupdate", "modifieddate"}

// Stamp is a thing with the times of its change set: those of the last change,
// and for a new thing that of its making. Times that a client gave are kept.
func (r *Resource) Stamp(thing, given map[string]any, now time.Time, isNew bool) map[string]any {
	x := r.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.stamp(r.shape, thing, given, now, isNew, 0)
}

func (x *shapes) stamp(s *shape, thing, given map[string]any, now time.Time, isNew bool, depth int) map[string]any {
	out := maps.Clone(thing)
	for i := range s.members {
		m := &s.members[i]
		before, has := thing[m.name]
		if !has {
			continue
		}
		plain := plainName(m.name)
		if inner, ok := before.(map[string]any); ok && depth == 0 && (plain == "metadata" || plain == "attributes" || plain == "meta" || plain == "timestamps") {
			g, _ := given[m.name].(map[string]any)
			out[m.name] = x.stamp(x.field(m), inner, g, now, isNew, 1)
			continue
		}
		if _, told := given[m.name]; told && !m.readOnly {
			continue
		}
		if updated := slices.Contains(updatedNames, plain); updated || isNew && slices.Contains(createdNames, plain) {
			if v := stampOf(x.field(m), before, now); v != nil {
				out[m.name] = v
			}
		}
	}
	return out
}

// stampOf is a time as a member has it, nil where the member is no time.
func stampOf(s *shape, before any, now time.Time) any {
	switch {
	case s.kind == "string" && s.format == "date":
		return now.UTC().Format(time.DateOnly)
	case s.kind == "string" && (s.format == "date-time" || s.format == ""):
		text, _ := before.(string)
		if _, err := time.Parse(time.RFC3339, text); err != nil && s.format == "" && before != nil {
			return nil
		}
		return now.UTC().Format(time.RFC3339)
	case s.kind == "integer" || s.kind == "number":
		if n, ok := before.(int64); ok && n > 1e11 {
			return now.UnixMilli()
		}
		return now.Unix()
	}
	return nil
}
