package spec

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// element is one element of an XML body.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	children []*element
	text     string
}

// xmlBody decodes an XML body by the `xml` objects of its schema (OpenAPI 3.1,
// 4.8.26).
func (r *report) xmlBody(m *media, contentType string, body []byte) (any, bool) {
	root, err := readXML(contentType, body)
	if err != nil {
		r.add(m.spec.schema, Violation{Where: "body", Keyword: "syntax", Message: fmt.Sprintf("the body is not valid XML: %v", err), Got: cut(string(body)), Want: "XML"})
		return nil, false
	}
	s := xmlSchema(m.spec.schema)
	if want := s.about.Get("name"); want.OK() && want.Str() != root.name.Local {
		r.add(want, Violation{Where: "body", Keyword: "xml", Got: cut(root.name.Local), Want: want.Str(),
			Message: fmt.Sprintf("the root element is <%s>, and the schema names it <%s>", cut(root.name.Local), want.Str()), Fix: "name it so"})
	} else if ns := s.about.Get("namespace"); ns.OK() && ns.Str() != root.name.Space {
		r.add(ns, Violation{Where: "body", Keyword: "xml", Got: cut(root.name.Space), Want: ns.Str(),
			Message: fmt.Sprintf("the root element is not in the namespace %s", ns.Str()), Fix: "declare the namespace"})
	}
	if s.isList() {
		return s.list(root.children), true
	}
	return s.value(root), true
}

// readXML reads a document without resolving anything outside of it: entities of
// its own making are errors.
func readXML(contentType string, body []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		raw, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		scratch := report{}
		text, ok := scratch.text("text/xml; charset="+charset, "body", tree.Place{}, raw)
		if !ok {
			return nil, fmt.Errorf("the charset %s is not understood here", cut(charset))
		}
		return strings.NewReader(text), nil
	}
	var root *element
	var open []*element
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			e := &element{name: t.Name, attrs: slices.Clone(t.Attr)}
			switch {
			case len(open) == maxDepth:
				return nil, fmt.Errorf("it is nested deeper than %d levels", maxDepth)
			case len(open) > 0:
				top := open[len(open)-1]
				top.children = append(top.children, e)
			case root != nil:
				return nil, errors.New("it has more than one root element")
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(t)
			} else if len(bytes.TrimSpace(t)) > 0 {
				return nil, errors.New("there is text outside of the root element")
			}
		}
	}
	if root == nil {
		return nil, errors.New("it has no root element")
	}
	return root, nil
}

// xmlShape is what a schema says of its XML.
type xmlShape struct {
	about      tree.Place // the xml object
	items      tree.Place
	properties []xmlProperty
	types      []string
}

type xmlProperty struct {
	name string
	at   tree.Place
}

// xmlSchema gathers what a schema, what it refers to and what it is composed of
// say of its XML.
func xmlSchema(at tree.Place) xmlShape {
	var out xmlShape
	seen := map[string]bool{}
	var walk func(tree.Place, int)
	walk = func(at tree.Place, depth int) {
		if !at.OK() || depth > 64 {
			return
		}
		if own := at.Get("xml"); own.OK() && depth == 0 {
			out.about = own
		}
		to, err := at.Follow()
		if err != nil || !to.OK() || seen[to.File.Name+"#"+to.Pointer] {
			return
		}
		seen[to.File.Name+"#"+to.Pointer] = true
		if own := to.Get("xml"); own.OK() && depth == 0 && !out.about.OK() {
			out.about = own
		}
		if t := to.Get("type"); t.IsList() {
			t.Each(func(_ string, t tree.Place) { out.types = append(out.types, t.Str()) })
		} else if t.OK() {
			out.types = append(out.types, t.Str())
		}
		if items := to.Get("items"); items.OK() && !out.items.OK() {
			out.items = items
		}
		to.Get("properties").Each(func(name string, p tree.Place) {
			if !slices.ContainsFunc(out.properties, func(x xmlProperty) bool { return x.name == name }) {
				out.properties = append(out.properties, xmlProperty{name, p})
			}
		})
		for _, key := range []string{"allOf", "oneOf", "anyOf"} {
			to.Get(key).Each(func(_ string, part tree.Place) { walk(part, depth+1) })
		}
	}
	walk(at, 0)
	return out
}

func (s xmlShape) isList() bool {
	return slices.Contains(s.types, "array") || s.items.OK() && len(s.properties) == 0
}

// named is the name that a schema gives its element, else the one given.
func (s xmlShape) named(other string) string {
	if n := s.about.Get("name"); n.OK() {
		return n.Str()
	}
	return other
}

// matches reports whether an element or attribute has a name, in the schema's
// namespace where that names one.
func (s xmlShape) matches(got xml.Name, name string) bool {
	ns := s.about.Get("namespace")
	return got.Local == name && (!ns.OK() || ns.Str() == got.Space)
}

// value is what an element stands for.
func (s xmlShape) value(e *element) any {
	for _, a := range e.attrs {
		if a.Name.Local == "nil" && strings.HasSuffix(a.Name.Space, "XMLSchema-instance") && (a.Value == "true" || a.Value == "1") {
			return exact{value: nil}
		}
	}
	object := len(s.properties) > 0 || slices.Contains(s.types, "object") || len(s.types) == 0 && len(e.children) > 0
	if !object {
		if len(e.children) > 0 {
			return xmlShape{types: []string{"object"}}.value(e) // the engine says that it is none
		}
		return e.text
	}
	out := members{}
	taken := map[*element]bool{}
	for _, p := range s.properties {
		if v, ok := s.property(p, e, taken); ok {
			out[p.name] = v
		}
	}
	for _, c := range e.children {
		if !taken[c] {
			out.add([]string{c.name.Local}, xmlShape{}.value(c))
		}
	}
	return map[string]any(out)
}

// property finds a property's value in an element.
func (s xmlShape) property(p xmlProperty, e *element, taken map[*element]bool) (any, bool) {
	shape := xmlSchema(p.at)
	kind := shape.about.Get("nodeType").Str() // OpenAPI 3.2
	switch {
	case shape.about.Get("attribute").True() || kind == "attribute":
		for _, a := range e.attrs {
			if shape.matches(a.Name, shape.named(p.name)) {
				return a.Value, true
			}
		}
		return nil, false
	case kind == "text" || kind == "cdata":
		return e.text, true
	case shape.isList():
		return shape.children(p.name, e, taken)
	}
	var all []any
	for _, c := range e.children {
		if shape.matches(c.name, shape.named(p.name)) {
			taken[c] = true
			all = append(all, shape.value(c))
		}
	}
	switch len(all) {
	case 0:
		return nil, false
	case 1:
		return all[0], true
	}
	return all, true
}

// children reads a list: wrapped in an element of its own, or as elements of
// one name.
func (s xmlShape) children(name string, e *element, taken map[*element]bool) (any, bool) {
	if s.about.Get("wrapped").True() || s.about.Get("nodeType").Str() == "element" {
		for _, c := range e.children {
			if s.matches(c.name, s.named(name)) {
				taken[c] = true
				return s.list(c.children), true
			}
		}
		return nil, false
	}
	item := xmlSchema(s.items)
	want := item.named(name)
	var own []*element
	for _, c := range e.children {
		if item.matches(c.name, want) {
			taken[c] = true
			own = append(own, c)
		}
	}
	return s.list(own), len(own) > 0
}

func (s xmlShape) list(all []*element) []any {
	item := xmlSchema(s.items)
	out := make([]any, len(all))
	for i, c := range all {
		out[i] = item.value(c)
	}
	return out
}
