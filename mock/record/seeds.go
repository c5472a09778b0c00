package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// Seeds are the things that a service was seen to have, as a state seed file of
// the document: what lists, reads, creations and changes of its inferred resources
// have shown, the last state of each, without those that were deleted. Things that
// break their schema are left out. Nil: there are none.
func Seeds(doc *spec.Document, seen []Exchange) []byte {
	g := gathered{things: map[string]map[string]map[string]any{}}
	byOperation := map[*spec.Operation][]*spec.Action{}
	for _, r := range doc.Resources() {
		for _, a := range r.Actions {
			if !r.Singleton && len(r.Key) > 0 {
				byOperation[a.Operation] = append(byOperation[a.Operation], a)
			}
		}
	}
	for i := range seen {
		e := &seen[i]
		route := doc.Find(e.Request.Method, e.Request.Path)
		if route.Operation == nil || e.Response.Status/100 != 2 || e.Request.Method == http.MethodHead {
			continue
		}
		for _, a := range byOperation[route.Operation] {
			call, _ := doc.Bind(&e.Request, route)
			g.see(a, call, e.Response.Body)
		}
	}
	return g.text(doc)
}

// gathered are things by collection and id.
type gathered struct {
	things map[string]map[string]map[string]any
	homes  []string
	ids    []string // home and id in the order of their first sight
}

// see takes what one answer shows.
func (g *gathered) see(a *spec.Action, call *spec.Call, body []byte) {
	home, id := a.HomeOf(call)
	if a.Kind == spec.ActionDelete {
		delete(g.things[home], id)
		return
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if !a.Carries || dec.Decode(&v) != nil {
		return
	}
	for _, name := range a.Output {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	list, ok := v.([]any)
	if !ok || a.Kind != spec.ActionList {
		list = []any{v}
	}
	for _, item := range list {
		if thing, ok := item.(map[string]any); ok {
			g.put(a.Resource, home, thing)
		}
	}
}

func (g *gathered) put(r *spec.Resource, home string, thing map[string]any) {
	var v any = thing
	for _, name := range r.Key {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	id, err := json.Marshal(v)
	if v == nil || err != nil {
		return
	}
	if g.things[home] == nil {
		g.things[home] = map[string]map[string]any{}
		g.homes = append(g.homes, home)
	}
	key := strings.Trim(string(id), `"`)
	old, known := g.things[home][key]
	if !known {
		g.ids = append(g.ids, home+"\x00"+key)
		old = map[string]any{}
	}
	maps.Copy(old, thing) // a list may show less of a thing than a read
	g.things[home][key] = old
}

// text is the file, without what the document refuses.
func (g *gathered) text(doc *spec.Document) []byte {
	lists := map[string][]json.RawMessage{}
	var sorted []string
	for _, at := range g.ids {
		home, id, _ := strings.Cut(at, "\x00")
		thing, there := g.things[home][id]
		data, err := json.Marshal(thing)
		if there && err == nil {
			lists[home] = append(lists[home], data)
			delete(g.things[home], id) // a thing that was deleted and made again stands once
			sorted = append(sorted, home)
		}
	}
	slices.Sort(sorted)
	for range 3 { // what is refused tells where; without it, more may be
		homes := slices.DeleteFunc(slices.Compact(slices.Clone(sorted)), func(home string) bool { return len(lists[home]) == 0 })
		if len(homes) == 0 {
			return nil
		}
		text := seedText(homes, lists)
		_, err := doc.Seeds("seeds", text)
		var wrong spec.Errors
		if !errors.As(err, &wrong) {
			if err != nil {
				return nil
			}
			return text
		}
		for _, w := range wrong {
			drop(lists, w.Pos.Line, homes)
		}
		for home, list := range lists {
			lists[home] = slices.DeleteFunc(list, func(d json.RawMessage) bool { return d == nil })
		}
	}
	return nil
}

// drop marks the thing on a line of the file, or the collection that begins
// there.
func drop(lists map[string][]json.RawMessage, line int, homes []string) {
	at := 1
	for _, home := range homes {
		n := len(lists[home])
		switch {
		case line == at:
			lists[home] = nil
			return
		case line > at && line <= at+n:
			lists[home][line-at-1] = nil
			return
		}
		at += n + 1
	}
}
