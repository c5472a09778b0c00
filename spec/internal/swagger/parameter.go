package swagger

import (
	"slices"
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// parameter converts one that is neither the body nor a part of a form.
func (c *converter) parameter(p tree.Place) *yaml.Node {
	out := c.object(p)
	c.keep(out, p, "name", "in", "description", "required", "allowEmptyValue")
	c.extensions(out, p)
	if e := p.Get("x-example"); e.OK() {
		c.set(out, e, "example", e.Node)
	}
	c.style(out, p, p.Get("in").Str())
	c.set(out, p, "schema", c.simple(p))
	return out
}

// style says how a list is written (Swagger 2.0, collectionFormat). Tabs have no
// style in OpenAPI 3, and stay a text.
func (c *converter) style(out *yaml.Node, p tree.Place, in string) {
	if p.Get("type").Str() != "array" {
		return
	}
	at := p.Get("collectionFormat")
	if !at.OK() {
		at = p.Get("type")
	}
	style, explode := "form", "false"
	switch p.Get("collectionFormat").Str() {
	case "multi":
		explode = "true"
	case "ssv":
		style = "spaceDelimited"
	case "pipes":
		style = "pipeDelimited"
	}
	if in == "path" || in == "header" {
		style = "simple"
	}
	c.set(out, at, "style", c.text(at, style))
	flag := c.text(at, explode)
	flag.Tag = "!!bool"
	c.set(out, at, "explode", flag)
}

// simple is the schema of a parameter, an item or a header, whose keywords stand
// beside the others.
func (c *converter) simple(p tree.Place) *yaml.Node {
	if p.Get("type").Str() == "array" && p.Get("collectionFormat").Str() == "tsv" {
		out := c.object(p)
		c.set(out, p.Get("type"), "type", c.text(p.Get("type"), "string"))
		return out
	}
	out := c.schema(p)
	kept := out.Content[:0]
	for i := 0; i+1 < len(out.Content); i += 2 {
		switch out.Content[i].Value {
		case "name", "in", "description", "required", "allowEmptyValue", "collectionFormat", "x-example", "schema":
		default:
			kept = append(kept, out.Content[i], out.Content[i+1])
		}
	}
	out.Content = kept
	return out
}

func (c *converter) body(p tree.Place, consumes []string) *yaml.Node {
	if len(consumes) == 0 {
		consumes = []string{"application/json"}
	}
	out := c.object(p)
	c.keep(out, p, "description", "required")
	c.extensions(out, p)
	content := c.object(p)
	for _, t := range consumes {
		m := c.object(p)
		if s := p.Get("schema"); s.OK() {
			c.set(m, s, "schema", c.schema(s))
		}
		for _, key := range []string{"x-example", "example"} {
			if e := p.Get(key); e.OK() {
				c.set(m, e, "example", e.Node)
				break
			}
		}
		if e := p.Get("x-examples").Get(t); e.OK() {
			c.set(m, e, "example", e.Node)
		}
		c.set(content, p, t, m)
	}
	c.set(out, p, "content", content)
	return out
}

// form makes one body of all parameters in a form.
func (c *converter) form(params []tree.Place, consumes []string) *yaml.Node {
	at := params[0]
	types := slices.DeleteFunc(slices.Clone(consumes), func(t string) bool {
		return !strings.HasPrefix(t, "multipart/") && t != "application/x-www-form-urlencoded"
	})
	if len(types) == 0 {
		types = []string{"application/x-www-form-urlencoded"}
	}
	file := slices.ContainsFunc(params, func(p tree.Place) bool { return p.Get("type").Str() == "file" })
	if file && !slices.ContainsFunc(types, func(t string) bool { return strings.HasPrefix(t, "multipart/") }) {
		types = []string{"multipart/form-data"}
	}
	schema, properties, required, encoding := c.object(at), c.object(at), c.list(at), c.object(at)
	for _, p := range params {
		name := p.Get("name")
		property := c.simple(p)
		if d := p.Get("description"); d.OK() {
			c.set(property, d, "description", d.Node)
		}
		c.set(properties, p, name.Str(), property)
		if p.Get("required").True() {
			required.Content = append(required.Content, c.text(name, name.Str()))
		}
		if p.Get("type").Str() == "array" {
			e := c.object(p)
			c.style(e, p, "form")
			c.set(encoding, p, name.Str(), e)
		}
	}
	c.set(schema, at, "type", c.text(at, "object"))
	c.set(schema, at, "properties", properties)
	out := c.object(at)
	if len(required.Content) > 0 {
		c.set(schema, at, "required", required)
		yes := c.text(at, "true")
		yes.Tag = "!!bool"
		c.set(out, at, "required", yes)
	}
	content := c.object(at)
	for _, t := range types {
		m := c.object(at)
		c.set(m, at, "schema", schema)
		if len(encoding.Content) > 0 && !strings.HasPrefix(t, "multipart/") {
			c.set(m, at, "encoding", encoding)
		}
		c.set(content, at, t, m)
	}
	c.set(out, at, "content", content)
	return out
}
