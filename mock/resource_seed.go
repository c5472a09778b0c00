package mock

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// lookUp finds a thing; nil if it is not there.
func (c *resourceCall) lookUp(r *spec.Resource, home, id string) *thing {
	if k := c.in.records[r]; k != nil {
		return c.recorded(k, r, home, id)
	}
	if r.Direct() {
		c.start(r, home)
	}
	t, ok := things.Get(c.tx, home+" "+spec.EscapeSegment(id))
	switch {
	case ok && t.Gone:
		return nil
	case ok:
		return t
	case r.Direct() || id == "" && !r.Singleton:
		return nil
	}
	// Nothing lists or creates such things, so any is there until it is deleted.
	t = c.conjure(r, home, id, 0)
	if t != nil {
		things.Put(c.tx, home+" "+spec.EscapeSegment(id), t)
	}
	return t
}

// start gives a collection its first things, when it is first touched. They
// depend on the sandbox's seed and the path alone.
func (c *resourceCall) start(r *spec.Resource, home string) {
	if _, done := collections.Get(c.tx, home); done {
		return
	}
	next := int64(1)
	for _, t := range c.first(r, home) {
		key := home + " " + spec.EscapeSegment(t.ID)
		if things.has(c.tx, key) {
			continue
		}
		things.Put(c.tx, key, t)
		if n, err := strconv.ParseInt(t.ID, 10, 64); err == nil && n >= next && n < 1<<53 {
			next = n + 1
		}
	}
	collections.Put(c.tx, home, collection{Next: next})
}

// first are the things that a collection starts with: those that the document
// shows, one of the id that it uses in its examples, and generated ones.
func (c *resourceCall) first(r *spec.Resource, home string) []*thing {
	var out []*thing
	add := func(t *thing) {
		if t != nil && (t.ID != "" || len(r.Key) == 0) {
			out = append(out, t)
		}
	}
	if seeds, told := c.h.opts.Seeds[home]; told {
		for i, value := range seeds {
			add(c.plant(r, home, value, i))
		}
		return out
	}
	for i, value := range r.Examples()[:min(len(r.Examples()), maxShown)] {
		add(c.adopt(r, home, value, i))
	}
	if id := textOf(r.FirstID()); id != "" && !slices.ContainsFunc(out, func(t *thing) bool { return t.ID == id }) {
		add(c.conjure(r, home, id, len(out)))
	}
	for i := len(out); i < max(seedThings, min(r.Kinds(), maxShown)); i++ {
		add(c.conjure(r, home, "", i))
	}
	return out
}

// conjure generates a thing, of an id if that is not "".
func (c *resourceCall) conjure(r *spec.Resource, home, id string, i int) *thing {
	seed := c.tx.WorldSeed(fmt.Sprintf("thing %s %s %d", home, id, i))
	created := c.tx.head.Created
	value, err := r.Sample(seed, created)
	if err != nil {
		return nil
	}
	t := &thing{Seq: uint64(i + 1), Seed: seed, Made: created, Value: value}
	switch {
	case id != "":
		c.name(r, t, id)
	case len(r.Key) > 0:
		fresh := r.NewID(c.tx.WorldSeed(fmt.Sprintf("id %s %d", home, i)), created, int64(i+1))
		t.Value = setWay(t.Value, r.Key, fresh)
		t.ID = textOf(fresh)
	case !r.Singleton:
		t.ID = textOf(r.NewID(c.tx.WorldSeed(fmt.Sprintf("id %s %d", home, i)), created, int64(i+1)))
	}
	r.Kind(i, t.Value)
	maps.Copy(t.Value, r.Belongs(home))
	t.Value = r.Mend(spec.Thing{Value: t.Value, Seed: seed, Now: created}, value)
	if id == "" && len(r.Key) > 0 {
		t.ID = textOf(atWay(t.Value, r.Key))
	}
	return t
}

// adopt makes a thing of one that the document shows.
func (c *resourceCall) adopt(r *spec.Resource, home string, value map[string]any, i int) *thing {
	seed := c.tx.WorldSeed(fmt.Sprintf("thing %s %s %d", home, "", i))
	t := &thing{Seq: uint64(i + 1), Seed: seed, Made: c.tx.head.Created, Value: maps.Clone(value), ID: textOf(atWay(value, r.Key))}
	maps.Copy(t.Value, r.Belongs(home))
	return t
}

// plant makes a thing of what the user gave to start with.
func (c *resourceCall) plant(r *spec.Resource, home string, given map[string]any, i int) *thing {
	t := c.conjure(r, home, textOf(atWay(given, r.Key)), i)
	if t == nil {
		return nil
	}
	value := maps.Clone(t.Value)
	maps.Copy(value, given)
	t.Value = r.Mend(spec.Thing{Value: value, Seed: t.Seed, Now: t.Made}, t.Value)
	return t
}

// name gives a thing the id that a path has.
func (c *resourceCall) name(r *spec.Resource, t *thing, id string) {
	t.ID = id
	if len(r.Key) == 0 {
		return
	}
	var v any = id
	switch atWay(t.Value, r.Key).(type) {
	case int64, float64, json.Number:
		if _, err := strconv.ParseFloat(id, 64); err == nil {
			v = json.Number(id)
		}
	}
	t.Value = setWay(t.Value, r.Key, v)
}

// idOf is a thing's id as the thing has it.
func (c *resourceCall) idOf(t *thing) any {
	if v := atWay(t.Value, c.r.Key); v != nil {
		return v
	}
	if t.ID == "" {
		return nil
	}
	return t.ID
}

// all are the things of a collection in the order of their making.
func (c *resourceCall) all(home string) []*thing {
	var out []*thing
	prefix := home + " "
	for key, t := range things.From(c.tx, prefix) {
		if !strings.HasPrefix(key, prefix) {
			break
		}
		if !t.Gone {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *thing) int {
		if a.Seq != b.Seq {
			return 1 - 2*bit(a.Seq < b.Seq)
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// atWay is the member that a way leads to, nil for none.
func atWay(v map[string]any, way []string) any {
	if len(way) == 0 {
		return nil
	}
	inner := v[way[0]]
	if len(way) == 1 {
		return inner
	}
	m, _ := inner.(map[string]any)
	return atWay(m, way[1:])
}

// setWay is a copy with the member that a way leads to set.
func setWay(v map[string]any, way []string, to any) map[string]any {
	out := make(map[string]any, len(v)+1)
	for k, x := range v {
		out[k] = x
	}
	if len(way) == 1 {
		out[way[0]] = to
		return out
	}
	inner, _ := out[way[0]].(map[string]any)
	out[way[0]] = setWay(inner, way[1:], to)
	return out
}

// textOf is a scalar as it stands in a path, "" for anything else.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case int64:
		return strconv.FormatInt(v, 10)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
