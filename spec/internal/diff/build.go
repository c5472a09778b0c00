package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// maxDepth bounds how deep items lie in each other: callbacks may hold themselves.
const maxDepth = 150

// builder makes a Document of a tree.
type builder struct {
	*Document
	root  tree.Place
	minor int // of the OpenAPI version
	keys  map[source]string
	taken map[string]bool
	queue []tree.Place // schemas that are referred to
}

// source is a place in the files.
type source struct {
	file    int
	pointer string
}

func sourceOf(p tree.Place) source { return source{p.File.Index, p.Pointer} }

// Build makes the items of a document of OpenAPI 3.minor.
func Build(root tree.Place, minor int) *Document {
	b := &builder{root: root, minor: minor, keys: map[source]string{}, taken: map[string]bool{}, Document: &Document{
		Root: &Item{Kind: Root, At: root}, schemas: map[string]*Item{}, referrers: map[string][]*Item{}, byLabel: map[string]*Item{}, reaches: map[*Item]reach{}}}
	root.Each(func(key string, v tree.Place) {
		if key != "security" && key != "components" { // those stand in the operations, and below
			b.add(b.Root, key, v, 0)
		}
	})
	all := root.Get("components")
	components := b.Root.member(&Item{Kind: Components, Key: "components", At: all})
	schemas := components.member(&Item{Kind: Schemas, Key: "schemas", At: all.Get("schemas")})
	b.add(components, "securitySchemes", all.Get("securitySchemes"), 0)
	schemas.At.Each(func(_ string, v tree.Place) { b.key(v) })
	for len(b.queue) > 0 {
		next := b.queue[0]
		b.queue = b.queue[1:]
		key := b.keys[sourceOf(next)]
		b.schemas[key] = b.schema(schemas, key, next, 0)
	}
	return b.Document
}

// add makes an item of a member, and all below it.
func (b *builder) add(parent *Item, key string, at tree.Place, depth int) {
	kind := below(parent.Kind, key)
	if !at.OK() || depth > maxDepth {
		return
	}
	switch kind {
	case Unit, Value:
		if text := string(at.AppendJSON(nil)); !usual(parent, key, text) {
			parent.member(&Item{Kind: Unit, Key: key, At: at, text: text})
		}
		return
	case Schema:
		b.schema(parent, key, at, depth)
		return
	case Values:
		b.values(parent, key, at)
		return
	}
	to, err := at.Follow()
	if err != nil {
		return // spec has told it
	}
	i := parent.member(&Item{Kind: kind, Key: key, At: to})
	switch kind {
	case Paths:
		b.paths(i, depth)
	case PathItem:
		b.pathItem(i, at, depth)
	case Servers:
		to.Each(func(_ string, s tree.Place) {
			server := i.member(&Item{Kind: Server, Key: i.unique(s.Get("url").Str()), At: s})
			s.Each(func(key string, v tree.Place) {
				if key != "url" {
					b.add(server, key, v, depth)
				}
			})
		})
	default:
		to.Each(func(key string, v tree.Place) { b.add(i, key, v, depth+1) })
	}
}

// usual reports whether a member says what holds without it.
func usual(parent *Item, key, text string) bool {
	switch key {
	case "required", "deprecated", "allowEmptyValue", "allowReserved", "readOnly", "writeOnly", "uniqueItems", "nullable":
		return text == "false"
	case "minLength", "minItems", "minProperties":
		return text == "0"
	}
	return false
}

// paths numbers a template's variables: what they are called shows in no message.
func (b *builder) paths(i *Item, depth int) {
	i.At.Each(func(path string, v tree.Place) {
		if !strings.HasPrefix(path, "/") && i.Key == "paths" {
			return // nothing can reach it
		}
		to, err := v.Follow()
		if err != nil {
			return
		}
		key, _ := numbered(path)
		if i.Get(key) != nil {
			key = path
		}
		b.pathItem(i.member(&Item{Kind: PathItem, Key: key, Name: path, At: to}), v, depth+1)
	})
}

// numbered is a template with its variables numbered, and their names.
func numbered(path string) (template string, names []string) {
	var out strings.Builder
	for {
		before, rest, opened := strings.Cut(path, "{")
		name, after, closed := strings.Cut(rest, "}")
		out.WriteString(before)
		if !opened || !closed {
			out.WriteString(path[len(before):])
			return out.String(), names
		}
		names = append(names, name)
		out.WriteString("{" + strconv.Itoa(len(names)) + "}")
		path = after
	}
}

// pathItem adds a path's operations, each with all that it shares with others.
func (b *builder) pathItem(i *Item, at tree.Place, depth int) {
	layers := []tree.Place{at}
	if at.Ref() != "" {
		layers = append(layers, i.At)
	}
	for _, layer := range layers {
		layer.Each(func(key string, v tree.Place) {
			switch {
			case key == "$ref" || key == "parameters" || i.Get(key) != nil:
			case key == "additionalOperations":
				v.Each(func(method string, o tree.Place) { b.operation(i, method, o, layers, depth) })
			case methods[key]:
				b.operation(i, strings.ToUpper(key), v, layers, depth)
			default:
				b.add(i, key, v, depth+1)
			}
		})
	}
}

func (b *builder) operation(parent *Item, method string, at tree.Place, shared []tree.Place, depth int) {
	if !at.IsMap() || depth > maxDepth || parent.Get(method) != nil {
		return
	}
	o := parent.member(&Item{Kind: Operation, Key: method, At: at})
	b.parameters(o, append([]tree.Place{at}, shared...), depth)
	at.Each(func(key string, v tree.Place) {
		if key != "parameters" && key != "security" {
			b.add(o, key, v, depth+1)
		}
	})
	security := at.Get("security")
	if !security.OK() {
		security = b.root.Get("security")
	}
	text := "[]"
	if security.IsList() {
		text = string(security.AppendJSON(nil))
	} else {
		security = b.root
	}
	o.member(&Item{Kind: Unit, Key: "security", At: security, text: text})
	if outer, _ := o.operation(); outer == o {
		o.order = len(b.Operations)
		b.Operations = append(b.Operations, o)
		b.byLabel[o.Label()] = o
	}
}

// parameters adds an operation's parameters, its own before those of its path.
func (b *builder) parameters(o *Item, holders []tree.Place, depth int) {
	list := o.member(&Item{Kind: Parameters, Key: "parameters", At: o.At})
	_, variables := numbered(o.Parent.Name)
	for _, h := range holders {
		h.Get("parameters").Each(func(_ string, q tree.Place) {
			q, err := q.Follow()
			if err != nil {
				return
			}
			name, in := q.Get("name").Str(), q.Get("in").Str()
			key := in + "." + name
			switch n := slices.Index(variables, name); {
			case in == "header":
				key = strings.ToLower(key)
			case in == "path" && n >= 0:
				key = in + "." + strconv.Itoa(n+1)
			}
			if list.Get(key) == nil {
				b.parameter(list.member(&Item{Kind: Parameter, Key: key, Name: in + "." + name, At: q}), in, depth)
			}
		})
	}
}

// parameter adds what a parameter says, but for what its place says already.
func (b *builder) parameter(p *Item, in string, depth int) {
	style := "simple"
	if in == "query" || in == "cookie" {
		style = "form"
	}
	if s := p.At.Get("style").Str(); s != "" {
		style = s
	}
	p.At.Each(func(key string, v tree.Place) {
		switch {
		case key == "name", key == "in", key == "required" && in == "path":
		case key == "style" && (style == "simple") == (in == "path" || in == "header") && (style == "form") == (in == "query" || in == "cookie"):
		case key == "explode" && v.True() == (style == "form"):
		default:
			b.add(p, key, v, depth+1)
		}
	})
}

// values adds a set, in the order of the document.
func (b *builder) values(parent *Item, key string, at tree.Place) {
	if !at.IsList() {
		return // `required: true` in a schema, which is no JSON Schema
	}
	i := parent.member(&Item{Kind: Values, Key: key, At: at})
	at.Each(func(_ string, v tree.Place) {
		text := string(v.AppendJSON(nil))
		if i.Get(text) == nil {
			i.member(&Item{Kind: Value, Key: text, Name: v.Str(), At: v, text: text})
		}
	})
}
