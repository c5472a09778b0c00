package spec

import (
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// named are the members whose own members are names that the author chose, so
// that an `example` or `default` below them is no keyword.
var named = map[string]bool{
	"properties": true, "patternProperties": true, "$defs": true, "definitions": true, "dependentSchemas": true,
	"schemas": true, "responses": true, "parameters": true, "requestBodies": true, "headers": true,
	"securitySchemes": true, "links": true, "callbacks": true, "pathItems": true, "paths": true, "webhooks": true,
	"content": true, "encoding": true, "mediaTypes": true,
}

// data are the members that hold data and not OpenAPI: a $ref in there is
// nobody's reference.
var data = map[string]bool{"example": true, "default": true, "enum": true, "const": true, "value": true}

// references checks that every reference of the document leads somewhere, and
// reports all that don't.
func (x *indexer) references() {
	seen := make(map[string]bool) // other files' places that were walked
	var walk func(p tree.Place, names bool)
	walk = func(p tree.Place, names bool) {
		if !names {
			if ref := p.Ref(); ref != "" {
				to, err := p.Target(ref)
				if err == nil {
					_, err = p.Follow()
				} else {
					x.fault(p.Get("$ref"), "the reference "+ref+" leads nowhere: "+reason(err), refHint(err))
				}
				if err == nil && to.File != x.root.File && !seen[to.File.Name+to.Pointer] {
					seen[to.File.Name+to.Pointer] = true
					walk(to, false)
				} else if err != nil && to.OK() {
					x.fault(p.Get("$ref"), "the "+err.Error(), refHint(err))
				}
			}
		}
		p.Each(func(key string, v tree.Place) {
			switch {
			case names || key == "":
				walk(v, false)
			case data[key] || strings.HasPrefix(key, "x-"):
			case key == "examples": // a schema's list is data; Example Objects may be references
				if v.IsMap() {
					v.Each(func(_ string, e tree.Place) {
						if e.Ref() != "" {
							walk(tree.Place{Set: e.Set, File: e.File, Pointer: e.Pointer, Key: e.Key, Node: e.Node}, false)
						}
					})
				}
			default:
				walk(v, named[key])
			}
		})
	}
	walk(x.root, false)
}

// reason is an error's message, and for a broken file its place too.
func reason(err error) string { return err.Error() }
