package swagger

import (
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// schema converts a Schema Object: references lead to components, a
// discriminator is an object, files are binary texts, and the extension that
// most tools have for null becomes the keyword.
func (c *converter) schema(s tree.Place) *yaml.Node {
	if !s.IsMap() {
		return s.Node
	}
	if s.Ref() != "" {
		return c.schemaReference(s)
	}
	out := c.object(s)
	s.Each(func(key string, v tree.Place) {
		switch {
		case key == "x-nullable":
			c.set(out, v, "nullable", v.Node)
		case key == "discriminator" && v.Str() != "":
			d := c.object(v)
			c.set(d, v, "propertyName", c.text(v, v.Str()))
			c.set(out, v, key, d)
		case key == "type" && v.Str() == "file":
			c.set(out, v, "type", c.text(v, "string"))
			c.set(out, v, "format", c.text(v, "binary"))
		case key == "format" && s.Get("type").Str() == "file":
		case key == "type" && v.IsList():
			c.types(out, v)
		case key == "items", key == "not", key == "additionalProperties" && v.IsMap():
			c.set(out, v, key, c.schema(v))
		case key == "allOf", key == "anyOf", key == "oneOf":
			list := c.list(v)
			v.Each(func(_ string, part tree.Place) { list.Content = append(list.Content, c.schema(part)) })
			c.set(out, v, key, list)
		case key == "properties":
			all := c.object(v)
			v.Each(func(name string, p tree.Place) { c.set(all, p, name, c.schema(p)) })
			c.set(out, v, key, all)
		default:
			c.set(out, v, key, v.Node)
		}
	})
	return out
}

// types are a list of types, which Swagger 2.0 took from JSON Schema and OpenAPI
// 3.0 did not.
func (c *converter) types(out *yaml.Node, v tree.Place) {
	var rest []string
	for _, t := range texts(v) {
		if t != "null" {
			rest = append(rest, t)
			continue
		}
		yes := c.text(v, "true")
		yes.Tag = "!!bool"
		c.set(out, v, "nullable", yes)
	}
	if len(rest) == 1 {
		c.set(out, v, "type", c.text(v, rest[0]))
		return
	}
	list := c.list(v)
	for _, t := range rest {
		one := c.object(v)
		c.set(one, v, "type", c.text(v, t))
		list.Content = append(list.Content, one)
	}
	c.set(out, v, "anyOf", list)
}

// schemaReference keeps what stands beside a reference only where it says that
// null may be, which OpenAPI 3.0 says beside an allOf.
func (c *converter) schemaReference(s tree.Place) *yaml.Node {
	ref := s.Ref()
	switch rest, ok := strings.CutPrefix(ref, "#/definitions/"); {
	case ok && !strings.Contains(rest, "/"):
		ref = "#/components/schemas/" + rest
	case strings.HasPrefix(ref, "#"):
		to, err := s.Target(ref)
		if err != nil {
			return s.Node // told as a reference to nothing
		}
		ref = "#/components/schemas/" + c.hoist(to)
	}
	out := c.reference(s, ref)
	null := s.Get("x-nullable")
	if !null.True() {
		return out
	}
	around, list := c.object(s), c.list(s)
	list.Content = append(list.Content, out)
	c.set(around, s, "allOf", list)
	c.set(around, null, "nullable", null.Node)
	return around
}

func (c *converter) reference(at tree.Place, ref string) *yaml.Node {
	out := c.object(at)
	c.set(out, at.Get("$ref"), "$ref", c.text(at.Get("$ref"), ref))
	return out
}

// keep sets the members that are the same in both versions.
func (c *converter) keep(to *yaml.Node, from tree.Place, keys ...string) {
	for _, key := range keys {
		if v := from.Get(key); v.OK() {
			c.set(to, v, key, v.Node)
		}
	}
}

func (c *converter) extensions(to *yaml.Node, from tree.Place) {
	from.Each(func(key string, v tree.Place) {
		if strings.HasPrefix(key, "x-") && key != "x-nullable" && key != "x-example" {
			c.set(to, v, key, v.Node)
		}
	})
}

// set adds a member that was made of a place.
func (c *converter) set(to *yaml.Node, at tree.Place, key string, v *yaml.Node) {
	to.Content = append(to.Content, c.text(at, key), v)
	if _, known := c.origins[v]; !known && at.OK() && v == at.Node {
		c.note(v, tree.Place{Set: at.Set, File: at.File, Node: at.Node})
	}
}

func (c *converter) object(at tree.Place) *yaml.Node {
	return c.note(&yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}, at)
}

func (c *converter) list(at tree.Place) *yaml.Node {
	return c.note(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}, at)
}

func (c *converter) text(at tree.Place, s string) *yaml.Node {
	return c.note(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}, at)
}

// note notes where a node was made of, with all below one that is taken over
// from another file.
func (c *converter) note(n *yaml.Node, at tree.Place) *yaml.Node {
	o := at.Origin()
	if o == (tree.Origin{}) {
		o = c.root.Origin()
	}
	n.Line, n.Column = o.Line, o.Column
	c.origins[n] = o
	if at.OK() && n == at.Node && at.File != c.root.File {
		at.Each(func(_ string, v tree.Place) {
			if v.Key != nil {
				c.origins[v.Key] = v.Origin()
			}
			if _, known := c.origins[v.Node]; !known {
				c.note(v.Node, tree.Place{Set: v.Set, File: v.File, Node: v.Node})
			}
		})
	}
	return n
}
