// Package swagger makes an OpenAPI 3.0 document of a Swagger 2.0 one.
//
// It works on the document's own tree: what is the same in both stays the same
// node, and what is new knows the place that it was made of, so that everything
// said about the converted document has its line in the user's file.
package swagger

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Version is the version of what [Convert] makes.
const Version = "3.0.3"

// methods are the operations of a path item (Swagger 2.0, Path Item Object).
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch"}

// Convert converts the document at root, whose references lead somewhere.
func Convert(root tree.Place) *tree.Set {
	c := &converter{root: root, origins: map[*yaml.Node]tree.Origin{}, hoisted: map[string]string{}}
	c.schemas = c.object(root.Get("definitions"))
	top := c.object(root)
	c.set(top, root.Get("swagger"), "openapi", c.text(root.Get("swagger"), Version))
	c.keep(top, root, "info", "tags", "externalDocs")
	c.servers(top)
	c.extensions(top, root)
	paths := c.object(root.Get("paths"))
	root.Get("paths").Each(func(path string, item tree.Place) {
		if strings.HasPrefix(path, "x-") {
			return
		}
		c.set(paths, item, path, c.pathItem(item))
	})
	c.set(top, root.Get("paths"), "paths", paths)
	c.keep(top, root, "security")
	c.set(top, root, "components", c.components())
	return root.Set.Converted(top, c.origins)
}

type converter struct {
	root    tree.Place
	origins map[*yaml.Node]tree.Origin
	schemas *yaml.Node        // components/schemas
	hoisted map[string]string // names there, of schemas that had none, by pointer
}

func (c *converter) components() *yaml.Node {
	out := c.object(c.root)
	responses := c.object(c.root.Get("responses"))
	c.root.Get("responses").Each(func(name string, r tree.Place) {
		c.set(responses, r, name, c.response(r, tree.Place{}))
	})
	c.root.Get("definitions").Each(func(name string, s tree.Place) { c.set(c.schemas, s, name, c.schema(s)) })
	security := c.object(c.root.Get("securityDefinitions"))
	c.root.Get("securityDefinitions").Each(func(name string, s tree.Place) { c.set(security, s, name, c.scheme(s)) })
	c.set(out, c.root.Get("definitions"), "schemas", c.schemas)
	c.set(out, c.root.Get("responses"), "responses", responses)
	c.set(out, c.root.Get("securityDefinitions"), "securitySchemes", security)
	return out
}

// servers are made of schemes, host and basePath.
func (c *converter) servers(top *yaml.Node) {
	host, base := c.root.Get("host"), c.root.Get("basePath")
	path := "/" + strings.Trim(base.Str(), "/")
	var urls []string
	switch {
	case host.Str() == "" && path == "/":
		return
	case host.Str() == "":
		urls = []string{path}
	default:
		schemes := texts(c.root.Get("schemes"))
		if len(schemes) == 0 {
			schemes = []string{"https"}
		}
		for _, s := range schemes {
			urls = append(urls, s+"://"+host.Str()+strings.TrimSuffix(path, "/"))
		}
	}
	at := host
	if base.OK() {
		at = base
	}
	list := c.list(at)
	for _, u := range urls {
		s := c.object(at)
		c.set(s, at, "url", c.text(at, u))
		list.Content = append(list.Content, s)
	}
	c.set(top, at, "servers", list)
}

func (c *converter) pathItem(item tree.Place) *yaml.Node {
	item = follow(item)
	out := c.object(item)
	c.extensions(out, item)
	var shared []tree.Place
	item.Get("parameters").Each(func(_ string, p tree.Place) { shared = append(shared, follow(p)) })
	item.Each(func(method string, op tree.Place) {
		if slices.Contains(methods, method) && op.IsMap() {
			c.set(out, op, method, c.operation(op, shared))
		}
	})
	return out
}

func (c *converter) operation(op tree.Place, shared []tree.Place) *yaml.Node {
	out := c.object(op)
	c.keep(out, op, "tags", "summary", "description", "externalDocs", "operationId", "deprecated", "security")
	c.extensions(out, op)
	params := slices.Clone(shared)
	op.Get("parameters").Each(func(_ string, p tree.Place) {
		p = follow(p)
		params = slices.DeleteFunc(params, func(s tree.Place) bool { return sameParameter(s, p) })
		params = append(params, p)
	})
	list := c.list(op.Get("parameters"))
	var body tree.Place
	var form []tree.Place
	for _, p := range params {
		switch p.Get("in").Str() {
		case "body":
			body = p
		case "formData":
			form = append(form, p)
		default:
			list.Content = append(list.Content, c.parameter(p))
		}
	}
	if len(list.Content) > 0 {
		c.set(out, op.Get("parameters"), "parameters", list)
	}
	consumes := c.media(op, "consumes")
	switch {
	case body.OK():
		c.set(out, body, "requestBody", c.body(body, consumes))
	case len(form) > 0:
		c.set(out, form[0], "requestBody", c.form(form, consumes))
	}
	if rs := op.Get("responses"); rs.OK() {
		responses := c.object(rs)
		rs.Each(func(status string, r tree.Place) {
			if !strings.HasPrefix(status, "x-") {
				c.set(responses, r, status, c.response(r, op))
			}
		})
		c.set(out, rs, "responses", responses)
	}
	return out
}

// sameParameter reports whether one parameter replaces another: by name and
// place, and there is one body.
func sameParameter(a, b tree.Place) bool {
	in := a.Get("in").Str()
	return in == b.Get("in").Str() && (in == "body" || a.Get("name").Str() == b.Get("name").Str())
}

// media are the media types that an operation consumes or produces, its own or
// the document's.
func (c *converter) media(op tree.Place, key string) []string {
	at := op.Get(key)
	if !at.OK() {
		at = c.root.Get(key)
	}
	return slices.Compact(texts(at))
}

func (c *converter) response(r, op tree.Place) *yaml.Node {
	if ref := r.Ref(); ref != "" {
		if rest, ok := strings.CutPrefix(ref, "#/responses/"); ok {
			return c.reference(r, "#/components/responses/"+rest)
		}
		r = follow(r)
	}
	out := c.object(r)
	c.keep(out, r, "description")
	c.extensions(out, r)
	c.headers(out, r.Get("headers"))
	schema, examples := r.Get("schema"), r.Get("examples")
	types := c.media(op, "produces")
	examples.Each(func(media string, _ tree.Place) {
		if strings.Contains(media, "/") && !slices.Contains(types, media) {
			types = append(types, media)
		}
	})
	if !schema.OK() { // then examples alone say that there is a body
		types = slices.DeleteFunc(types, func(t string) bool { return !examples.Get(t).OK() })
	} else if len(types) == 0 {
		types = []string{"application/json"}
		if follow(schema).Get("type").Str() == "file" {
			types[0] = "application/octet-stream"
		}
	}
	if len(types) == 0 {
		return out
	}
	at := schema
	if !at.OK() {
		at = examples
	}
	content := c.object(at)
	for _, t := range types {
		m := c.object(at)
		if schema.OK() {
			c.set(m, schema, "schema", c.schema(schema))
		}
		if e := examples.Get(t); e.OK() {
			c.set(m, e, "example", e.Node)
		}
		c.set(content, at, t, m)
	}
	c.set(out, at, "content", content)
	return out
}

func (c *converter) headers(out *yaml.Node, headers tree.Place) {
	if headers.Len() == 0 {
		return
	}
	all := c.object(headers)
	headers.Each(func(name string, h tree.Place) {
		m := c.object(h)
		c.keep(m, h, "description")
		c.set(m, h, "schema", c.simple(h))
		c.set(all, h, name, m)
	})
	c.set(out, headers, "headers", all)
}

// flows are the names of OAuth flows, which have changed.
var flows = map[string]string{"implicit": "implicit", "password": "password", "application": "clientCredentials", "accessCode": "authorizationCode"}

func (c *converter) scheme(s tree.Place) *yaml.Node {
	out := c.object(s)
	c.keep(out, s, "description")
	c.extensions(out, s)
	kind := s.Get("type")
	switch kind.Str() {
	case "basic":
		c.set(out, kind, "type", c.text(kind, "http"))
		c.set(out, kind, "scheme", c.text(kind, "basic"))
	case "oauth2":
		c.keep(out, s, "type")
		all, flow := c.object(s), c.object(s)
		c.keep(flow, s, "authorizationUrl", "tokenUrl", "scopes")
		if !s.Get("scopes").OK() {
			c.set(flow, s, "scopes", c.object(s))
		}
		if name := flows[s.Get("flow").Str()]; name != "" {
			c.set(all, s.Get("flow"), name, flow)
		}
		c.set(out, s, "flows", all)
	default:
		c.keep(out, s, "type", "name", "in")
	}
	return out
}

// hoist gives a schema that a reference points at, and that is no definition, a
// name of its own.
func (c *converter) hoist(at tree.Place) string {
	key := at.File.Name + "#" + at.Pointer
	if name := c.hoisted[key]; name != "" {
		return name
	}
	name := ""
	for i := len(c.hoisted) + 1; ; i++ {
		if name = "Unnamed" + strconv.Itoa(i); !c.root.Get("definitions").Get(name).OK() {
			break
		}
	}
	c.hoisted[key] = name // before it is converted: it may hold itself
	c.set(c.schemas, at, name, c.schema(at))
	return name
}

func texts(at tree.Place) (out []string) {
	at.Each(func(_ string, t tree.Place) {
		if s := t.Str(); s != "" {
			out = append(out, s)
		}
	})
	return out
}

func follow(p tree.Place) tree.Place {
	if to, err := p.Follow(); err == nil {
		return to
	}
	return p
}
