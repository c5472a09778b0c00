package spec

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// bundle makes one OpenAPI document of a document's parts, to be shown. A
// component whose name an earlier part has for something else gets another
// name; references follow it. References into other files stay as they are.
func bundle(d *Document) tree.Place {
	b := &bundler{top: mapping(), ids: map[string]bool{}}
	version := ""
	for _, p := range d.parts {
		if v := p.files.Root().Get("openapi").Str(); cmp.Compare(v, version) > 0 {
			version = v
		}
	}
	b.set(b.top, "openapi", scalarNode(version))
	info := mapping()
	b.set(info, "title", scalarNode(d.title))
	b.set(info, "version", scalarNode(d.version))
	b.set(b.top, "info", info)
	for _, p := range d.parts {
		b.add(p)
	}
	return tree.Place{Node: b.top}
}

type bundler struct {
	top   *yaml.Node
	ids   map[string]bool // operationIds so far
	part  *Document
	names map[string]string // of the part's components that got another name, by pointer
}

func (b *bundler) add(p *Document) {
	b.part, b.names = p, map[string]string{}
	root := p.files.Root()
	// A component that got another name makes others different that refer to it.
	for before := -1; before < len(b.names); {
		before = len(b.names)
		root.Get("components").Each(func(kind string, all tree.Place) {
			all.Each(func(name string, c tree.Place) { b.name(kind, name, c) })
		})
	}
	if p.mount == "" {
		root.Get("servers").Each(func(_ string, s tree.Place) { b.append("servers", s, "url") })
	}
	root.Get("tags").Each(func(_ string, t tree.Place) { b.append("tags", t, "name") })
	root.Get("paths").Each(func(path string, item tree.Place) {
		if strings.HasPrefix(path, "/") {
			b.path(p.mount+path, item, root.Get("security"))
		}
	})
	root.Get("webhooks").Each(func(name string, w tree.Place) { b.put(b.under(b.top, "webhooks"), name, b.copy(w.Node)) })
	root.Get("components").Each(func(kind string, all tree.Place) {
		all.Each(func(name string, c tree.Place) {
			to := b.under(b.under(b.top, "components"), kind)
			if other := b.names["/components/"+kind+"/"+tree.Escape(name)]; other != "" {
				name = other
			}
			b.put(to, name, b.copy(c.Node))
		})
	})
}

// name gives a component another name where its own is taken for another thing.
func (b *bundler) name(kind, name string, c tree.Place) {
	have := tree.Place{Node: b.top}.Get("components").Get(kind)
	key := "/components/" + kind + "/" + tree.Escape(name)
	if !have.Get(name).OK() || b.names[key] != "" {
		return
	}
	now := string(tree.Place{Node: b.copy(c.Node)}.AppendJSON(nil))
	if string(have.Get(name).AppendJSON(nil)) == now {
		return
	}
	for i := 2; ; i++ {
		other := name + strconv.Itoa(i)
		if !have.Get(other).OK() {
			b.names[key] = other
			return
		}
	}
}

// path adds a path item: what its path has already stays. The document's default
// security goes to each operation, since the other parts have their own.
func (b *bundler) path(path string, item, security tree.Place) {
	to := b.under(b.under(b.top, "paths"), path)
	item.Each(func(key string, v tree.Place) {
		n := b.copy(v.Node)
		if slices.Contains(methods, key) && v.IsMap() && security.OK() && !v.Get("security").OK() {
			b.put(n, "security", b.security(security))
		}
		if id := v.Get("operationId").Str(); id != "" && slices.Contains(methods, key) {
			b.drop(n, "operationId", b.ids[id])
			b.ids[id] = true
		}
		b.put(to, key, n)
	})
}

func (b *bundler) append(key string, v tree.Place, id string) {
	list := tree.Place{Node: b.top}.Get(key)
	if !list.OK() {
		b.set(b.top, key, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"})
		list = tree.Place{Node: b.top}.Get(key)
	}
	known := false
	list.Each(func(_ string, other tree.Place) { known = known || other.Get(id).Str() == v.Get(id).Str() })
	if !known {
		list.Node.Content = append(list.Node.Content, b.copy(v.Node))
	}
}

// copy copies a node, aliases written out, with its references to where they
// lead now.
func (b *bundler) copy(n *yaml.Node) *yaml.Node {
	switch n.Kind {
	case yaml.AliasNode:
		return b.copy(n.Alias)
	case yaml.MappingNode:
		out := mapping()
		tree.Place{Node: n}.Each(func(key string, v tree.Place) {
			switch {
			case key == "$ref" && v.Str() != "":
				b.set(out, key, scalarNode(b.reference(v.Str())))
			case key == "mapping":
				b.set(out, key, b.mapped(v))
			case key == "security" && v.IsList():
				b.set(out, key, b.security(v))
			default:
				b.set(out, key, b.copy(v.Node))
			}
		})
		return out
	case yaml.SequenceNode:
		out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, c := range n.Content {
			out.Content = append(out.Content, b.copy(c))
		}
		return out
	}
	c := *n
	c.Anchor, c.HeadComment, c.LineComment, c.FootComment = "", "", "", ""
	return &c
}

// reference is a reference of the part as it is in the whole.
func (b *bundler) reference(ref string) string {
	pointer, ok := strings.CutPrefix(ref, "#")
	if !ok {
		return ref
	}
	if rest, ok := strings.CutPrefix(pointer, "/paths/"); ok {
		return "#/paths/" + tree.Escape(b.part.mount) + rest
	}
	segs := strings.SplitN(pointer, "/", 5)
	if len(segs) < 4 {
		return ref
	}
	if other := b.names[strings.Join(segs[:4], "/")]; other != "" {
		segs[3] = tree.Escape(other)
		return "#" + strings.Join(segs, "/")
	}
	return ref
}

// mapped is a discriminator's mapping, which holds references or names.
func (b *bundler) mapped(v tree.Place) *yaml.Node {
	out := b.copy(v.Node)
	for i := 1; i < len(out.Content); i += 2 {
		n := out.Content[i]
		if other := b.names["/components/schemas/"+tree.Escape(n.Value)]; other != "" {
			n.Value = other
		} else if n.Kind == yaml.ScalarNode {
			n.Value = b.reference(n.Value)
		}
	}
	return out
}

// security is a list of requirements with the schemes' names in the whole.
func (b *bundler) security(v tree.Place) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	v.Each(func(_ string, alt tree.Place) {
		m := mapping()
		alt.Each(func(name string, scopes tree.Place) {
			if other := b.names["/components/securitySchemes/"+tree.Escape(name)]; other != "" {
				name = other
			}
			b.set(m, name, b.copy(scopes.Node))
		})
		out.Content = append(out.Content, m)
	})
	return out
}

// under is the mapping of a member, made if need be.
func (b *bundler) under(n *yaml.Node, key string) *yaml.Node {
	if at := (tree.Place{Node: n}).Get(key); at.IsMap() {
		return at.Node
	}
	m := mapping()
	b.set(n, key, m)
	return m
}

// put sets a member that is not there.
func (b *bundler) put(n *yaml.Node, key string, v *yaml.Node) {
	if !(tree.Place{Node: n}).Get(key).OK() {
		b.set(n, key, v)
	}
}

// drop takes a member out, if need be.
func (b *bundler) drop(n *yaml.Node, key string, twice bool) {
	for i := 0; twice && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

func (b *bundler) set(n *yaml.Node, key string, v *yaml.Node) {
	n.Content = append(n.Content, scalarNode(key), v)
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

func scalarNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if s == "" || strings.ContainsAny(s[:1], "0123456789.+-") {
		n.Style = yaml.DoubleQuotedStyle // or a version would be read as a number
	}
	return n
}
