package media

import (
	"bytes"
	"encoding/xml"
	"strings"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// element says how a schema stands in XML (OpenAPI 3.1, 4.8.26).
type element struct {
	name, prefix, namespace string
	named                   bool // by the document
	attribute, text         bool
	wrapped                 bool
}

// element is how a value of the schema stands in XML where it would go by a
// name. OpenAPI 3.2's nodeType is heeded, too.
func (s Schema) element(name string) element {
	x := s.keyword("xml")
	e := element{name: name, prefix: x.Get("prefix").Str(), namespace: x.Get("namespace").Str(),
		attribute: x.Get("attribute").True(), wrapped: x.Get("wrapped").True()}
	if n := x.Get("name").Str(); n != "" {
		e.name, e.named = n, true
	}
	switch x.Get("nodeType").Str() {
	case "attribute":
		e.attribute = true
	case "text", "cdata":
		e.text = true
	case "element":
		e.wrapped = true
	case "none":
		e.wrapped = false
	}
	return e
}

// items is the element of a list's items, whose own name wins (4.8.26.4).
func (e element) items(s Schema, property string) element {
	name := property
	if e.wrapped {
		name = e.name
	}
	items := s.items().element(name)
	items.attribute = false
	return items
}

// root is the element of a body's root: its declared name, else the component's,
// else what its items are many of.
func (s Schema) root(component string) element {
	e := s.element(component)
	if e.name != "" {
		return e
	}
	e.name = "root"
	if s.types().array {
		e.name = "items"
		if items := s.items().element(s.items().component()); items.name != "" {
			e.name = items.name + "s"
		}
	}
	return e
}

// component is the last name of a reference.
func (s Schema) component() string {
	ref := s.At.Ref()
	return ref[strings.LastIndexByte(ref, '/')+1:]
}

const xsi = "http://www.w3.org/2001/XMLSchema-instance"

type xmlWriter struct{ bytes.Buffer }

func encodeXML(s Schema, component string, v any) []byte {
	var w xmlWriter
	w.WriteString(xml.Header)
	e := s.root(component)
	if list, ok := v.([]any); ok {
		w.open(e, nil)
		items := s.items().element(s.items().component())
		if items.name == "" {
			items.name = "item"
		}
		for _, x := range list {
			w.value(s.items(), items, x)
		}
		w.close(e)
	} else {
		w.value(s, e, v)
	}
	w.WriteByte('\n')
	return w.Bytes()
}

// value writes one element.
func (w *xmlWriter) value(s Schema, e element, v any) {
	switch v := v.(type) {
	case nil:
		w.open(e, []string{"xmlns:xsi", xsi, "xsi:nil", "true"})
	case sample.Object:
		w.object(s, e, v)
		return
	case []any: // in a list: no name is declared for it
		w.open(e, nil)
		inner := e.items(s, "item")
		for _, x := range v {
			w.value(s.items(), inner, x)
		}
	default:
		w.open(e, nil)
		w.escape(textOf(v))
	}
	w.close(e)
}

func (w *xmlWriter) object(s Schema, e element, v sample.Object) {
	o := s.object()
	var attributes []string
	var namespaces []string
	for _, m := range v {
		at := o.property(m.Name).element(m.Name)
		if !at.attribute || composite(m.Value) || m.Value == nil {
			continue
		}
		if at.prefix != "" && at.namespace != "" {
			namespaces = append(namespaces, "xmlns:"+at.prefix, at.namespace)
		}
		attributes = append(attributes, at.qualified(), textOf(m.Value))
	}
	w.open(e, append(namespaces, attributes...))
	for _, m := range v {
		w.member(o, m)
	}
	w.close(e)
}

func (w *xmlWriter) member(o object, m sample.Member) {
	s := o.property(m.Name)
	e := s.element(m.Name)
	list, isList := m.Value.([]any)
	switch {
	case m.Value == nil && !o.required[m.Name]: // what is null may be left out, too
	case e.attribute && !composite(m.Value) && m.Value != nil:
	case e.text && !isList:
		w.escape(textOf(m.Value))
	case !isList:
		w.value(s, e, m.Value)
	default:
		items := e.items(s, m.Name)
		if e.wrapped {
			w.open(e, nil)
		}
		for _, x := range list {
			w.value(s.items(), items, x)
		}
		if e.wrapped {
			w.close(e)
		}
	}
}

func (e element) qualified() string {
	if e.prefix != "" {
		return xmlName(e.prefix) + ":" + xmlName(e.name)
	}
	return xmlName(e.name)
}

// open writes a start tag with attributes, names and values in turns.
func (w *xmlWriter) open(e element, attributes []string) {
	w.WriteByte('<')
	w.WriteString(e.qualified())
	declared := ""
	if e.namespace != "" {
		declared = "xmlns"
		if e.prefix != "" {
			declared += ":" + xmlName(e.prefix)
		}
		attributes = append([]string{declared, e.namespace}, attributes...)
	} else if e.prefix != "" {
		declared = "xmlns:" + xmlName(e.prefix)
		attributes = append([]string{declared, "urn:" + xmlName(e.prefix)}, attributes...)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(attributes); i += 2 {
		if seen[attributes[i]] {
			continue
		}
		seen[attributes[i]] = true
		w.WriteString(" " + attributes[i] + `="`)
		w.escape(attributes[i+1])
		w.WriteByte('"')
	}
	w.WriteByte('>')
}

func (w *xmlWriter) close(e element) {
	w.WriteString("</")
	w.WriteString(e.qualified())
	w.WriteByte('>')
}

// escape writes text; what XML cannot hold at all becomes U+FFFD.
func (w *xmlWriter) escape(s string) {
	_ = xml.EscapeText(&w.Buffer, []byte(s)) // a buffer takes everything
}

// xmlName makes a name of a property's that is none in XML (XML 1.0, 2.3).
func xmlName(s string) string {
	if s == "" {
		return "_"
	}
	ok := true
	for i, r := range s {
		ok = ok && nameRune(r, i == 0)
	}
	if ok {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i == 0 && !nameRune(r, true) && nameRune(r, false) {
			b.WriteByte('_')
		}
		if r == utf8.RuneError || !nameRune(r, false) {
			r = '_'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func nameRune(r rune, first bool) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r == '_', r >= 0xC0 && r != 0xD7 && r != 0xF7 && r < 0x2000:
		return true
	case first:
		return false
	}
	return r >= '0' && r <= '9' || r == '-' || r == '.'
}
