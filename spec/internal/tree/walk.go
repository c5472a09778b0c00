package tree

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"
)

// named are the members whose own members are names that the author chose, so
// that an `example` or `default` below them is no keyword.
var named = map[string]bool{
	"properties": true, "patternProperties": true, "$defs": true, "definitions": true, "dependentSchemas": true,
	"schemas": true, "responses": true, "parameters": true, "requestBodies": true, "headers": true,
	"securitySchemes": true, "securityDefinitions": true, "links": true, "callbacks": true, "pathItems": true, "paths": true, "webhooks": true,
	"content": true, "encoding": true, "mediaTypes": true,
}

// data are the members that hold data and not OpenAPI: a $ref in there is
// nobody's reference.
var data = map[string]bool{"example": true, "default": true, "enum": true, "const": true, "value": true}

// enter says whether to go into a member, given whether the mapping's keys are
// names that the author chose and whether the member is a list, and whether
// the member's own keys are such names.
func enter(key string, names, list bool) (into, nextNames bool) {
	switch {
	case names:
		return true, false
	case data[key] || strings.HasPrefix(key, "x-"):
		return false, false
	case key == "examples": // a schema's list is data, and what follows an Example Object's value is
		return !list, true
	}
	return true, named[key]
}

// References calls f for every reference at or below the place, with the
// place that holds it.
func (p Place) References(f func(at Place)) {
	w := walker{f: f, base: p, keys: []string{"$ref"}}
	w.walk(p.Node, nil, false, 0)
}

// walker goes through nodes and makes a Place, whose pointer costs, only of
// those mappings that hold one of its keys.
type walker struct {
	keys []string
	f    func(Place)
	base Place
	path []string
}

func (w *walker) walk(n, key *yaml.Node, names bool, depth int) {
	if n = deref(n); n == nil || depth > 1000 {
		return
	}
	if n.Kind == yaml.SequenceNode {
		for i, c := range n.Content {
			w.path = append(w.path, strconv.Itoa(i))
			w.walk(c, nil, false, depth+1)
			w.path = w.path[:len(w.path)-1]
		}
		return
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	if !names && w.holds(n) {
		at := w.base
		for _, seg := range w.path {
			at.Pointer += "/" + Escape(seg)
		}
		at.Key, at.Node = key, n
		w.f(at)
	}
	eachMember(n, func(k, v *yaml.Node) {
		if into, next := enter(k.Value, names, v.Kind == yaml.SequenceNode); into {
			w.path = append(w.path, k.Value)
			w.walk(v, k, next, depth+1)
			w.path = w.path[:len(w.path)-1]
		}
	})
}

// holds reports whether a mapping has one of the keys, with a text.
func (w *walker) holds(n *yaml.Node) (found bool) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Tag == "!!merge" {
			eachMember(n, func(k, v *yaml.Node) {
				found = found || v.Kind == yaml.ScalarNode && slices.Contains(w.keys, k.Value)
			})
			return found
		}
		if k.Value[:min(1, len(k.Value))] == "$" && slices.Contains(w.keys, k.Value) && deref(n.Content[i+1]).Kind == yaml.ScalarNode {
			return true
		}
	}
	return false
}
