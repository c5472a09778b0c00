package spec

import (
	"errors"
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
	type source struct {
		file *tree.File
		ref  string
	}
	seen := make(map[source]bool) // references that lead somewhere
	var check func(at tree.Place)
	enter := func(key string, names, list bool) (into, next bool) {
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
	check = func(at tree.Place) {
		ref := at.Ref()
		if seen[source{at.File, ref}] {
			return
		}
		to, err := at.Target(ref)
		if err == nil {
			_, err = at.Follow()
		}
		if err != nil {
			msg := "the reference " + ref + " leads nowhere: " + err.Error()
			if errors.Is(err, tree.ErrCircle) {
				msg = "the reference " + ref + " goes in a circle"
			}
			x.fault(at.Get("$ref"), msg, refHint(err))
			return
		}
		seen[source{at.File, ref}] = true
		if to.File != x.root.File {
			to.References(enter, check)
		}
	}
	x.root.References(enter, check)
}
