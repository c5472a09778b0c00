package spec

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// whole is a document with a single operation and all that it refers to, as the
// user wrote it: what a [Judge] is made of. Only descriptions, examples and what
// no message is checked against are left out. References to schemas stay
// references, since schemas may hold themselves; all others are resolved.
type whole struct {
	o       *Operation
	names   map[string]string // of schemas that are referred to, by file and pointer
	taken   map[string]bool
	schemas map[string]any
	queue   []queued
}

type queued struct {
	name string
	at   tree.Place
}

func newWhole(o *Operation) *whole {
	return &whole{o: o, names: map[string]string{}, taken: map[string]bool{}, schemas: map[string]any{}}
}

func (x *whole) document() []byte {
	op := map[string]any{"responses": x.responses()}
	var params []any
	for _, q := range x.o.params {
		params = append(params, x.described(q.at))
	}
	if params != nil {
		op["parameters"] = params
	}
	if b := x.o.body; b != nil {
		op["requestBody"] = map[string]any{"required": b.required, "content": x.content(b.at.Get("content"))}
	}
	size := 0
	for len(x.queue) > 0 && size <= MaxExtract {
		next := x.queue[0]
		x.queue = x.queue[1:]
		s := x.schema(next.at)
		x.schemas[next.name] = s
		b, _ := json.Marshal(s)
		size += len(b)
	}
	doc := map[string]any{
		"openapi":    x.o.doc.files.Root().Get("openapi").Str(),
		"info":       map[string]any{"title": "-", "version": "-"},
		"paths":      map[string]any{x.o.Path: map[string]any{methodKey(x.o.Method): op}},
		"components": map[string]any{"schemas": x.schemas},
	}
	b, _ := json.Marshal(doc) // maps, strings and numbers always encode
	return b
}

func (x *whole) responses() map[string]any {
	out := map[string]any{}
	for _, r := range x.o.responses {
		response := map[string]any{"description": "-"}
		if content := r.at.Get("content"); content.OK() {
			response["content"] = x.content(content)
		}
		headers := map[string]any{}
		for _, h := range r.headers {
			headers[h.name] = x.described(h.at)
		}
		if len(headers) > 0 {
			response["headers"] = headers
		}
		out[r.Status] = response
	}
	return out
}

// described is a parameter, a header or a media type: its own members as they
// stand, and the schema in it.
func (x *whole) described(at tree.Place) any {
	to, err := at.Follow()
	if err != nil {
		return map[string]any{}
	}
	out := map[string]any{}
	to.Each(func(key string, v tree.Place) {
		switch {
		case key == "schema":
			out[key] = x.schema(v)
		case key == "content":
			out[key] = x.content(v)
		case key == "encoding":
			encoding := map[string]any{}
			v.Each(func(name string, e tree.Place) { encoding[name] = x.described(e) })
			out[key] = encoding
		case key == "headers", key == "example", key == "examples", key == "description", strings.HasPrefix(key, "x-"):
		default:
			out[key] = v.Exact()
		}
	})
	return out
}

func (x *whole) content(at tree.Place) any {
	out := map[string]any{}
	at.Each(func(media string, m tree.Place) { out[media] = x.described(m) })
	return out
}

// schema copies a schema; the schemas that it refers to are queued.
func (x *whole) schema(at tree.Place) any {
	if !at.IsMap() {
		return at.Exact()
	}
	out := map[string]any{}
	at.Each(func(key string, v tree.Place) {
		switch key {
		case "$ref":
			out[key] = x.refer(at, v.Str())
		case "description", "title", "example", "examples", "externalDocs", "deprecated":
		case "items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else", "unevaluatedItems", "unevaluatedProperties":
			out[key] = x.schema(v)
		case "allOf", "anyOf", "oneOf", "prefixItems":
			list := []any{}
			v.Each(func(_ string, s tree.Place) { list = append(list, x.schema(s)) })
			out[key] = list
		case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas":
			named := map[string]any{}
			v.Each(func(name string, s tree.Place) { named[name] = x.schema(s) })
			out[key] = named
		case "discriminator":
			out[key] = x.discriminator(v)
		default:
			if !strings.HasPrefix(key, "x-") {
				out[key] = v.Exact()
			}
		}
	})
	if x.o.doc.minor == 0 && out["$ref"] != nil { // 3.0 ignores what stands beside a reference
		return map[string]any{"$ref": out["$ref"]}
	}
	return out
}

func (x *whole) discriminator(at tree.Place) any {
	out, mapping := map[string]any{"propertyName": at.Get("propertyName").Str()}, map[string]any{}
	at.Get("mapping").Each(func(value string, ref tree.Place) {
		target := ref.Str()
		if !strings.ContainsAny(target, "#/.") {
			target = "#/components/schemas/" + tree.Escape(target)
		}
		mapping[value] = x.refer(at, target)
	})
	if len(mapping) > 0 {
		out["mapping"] = mapping
	}
	return out
}

// refer names the schema behind a reference, and queues it when it is new.
func (x *whole) refer(at tree.Place, ref string) string {
	to, err := at.Target(ref)
	if err != nil {
		return ref
	}
	key := strconv.Itoa(to.File.Index) + to.Pointer
	name, ok := x.names[key]
	if !ok {
		base := strings.Map(componentRune, tree.Unescape(sampleName(to.Pointer)))
		name = base
		for n := 2; x.taken[name] || name == ""; n++ {
			name = base + strconv.Itoa(n)
		}
		x.names[key], x.taken[name] = name, true
		x.queue = append(x.queue, queued{name, to})
	}
	return "#/components/schemas/" + name
}

// componentRune keeps the characters that a component's name may have (OpenAPI 3.1,
// 4.8.7.1), which need no escaping.
func componentRune(r rune) rune {
	if r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		return r
	}
	return '_'
}
