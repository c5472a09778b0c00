package media

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// xmlNode is an element as it was read.
type xmlNode struct {
	name       string
	attributes map[string]string // local names; without namespaces' declarations
	null       bool              // xsi:nil
	children   []*xmlNode
	text       strings.Builder
}

// Bounds of an XML body.
const (
	maxXMLDepth = 256
	maxXMLNodes = 1_000_000
)

// readXML reads a body into elements.
func readXML(body []byte) (*xmlNode, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = func(charset string, r io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "utf-8", "us-ascii", "ascii", "iso-8859-1":
			return r, nil
		}
		return nil, fmt.Errorf("the encoding %s is not understood; use UTF-8", charset)
	}
	var root *xmlNode
	var stack []*xmlNode
	nodes := 0
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
			n := newNode(t)
			if nodes++; nodes > maxXMLNodes || len(stack) >= maxXMLDepth {
				return nil, fmt.Errorf("it is deeper than %d levels or has more than %d elements", maxXMLDepth, maxXMLNodes)
			}
			switch {
			case len(stack) > 0:
				up := stack[len(stack)-1]
				up.children = append(up.children, n)
			case root != nil:
				return nil, errors.New("it has more than one root element")
			default:
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text.Write(t)
			} else if len(bytes.TrimSpace(t)) > 0 {
				return nil, errors.New("there is text outside of the root element")
			}
		}
	}
	if root == nil {
		return nil, errors.New("it has no element")
	}
	return root, nil
}

func newNode(t xml.StartElement) *xmlNode {
	n := &xmlNode{name: t.Name.Local, attributes: map[string]string{}}
	for _, a := range t.Attr {
		switch {
		case a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns":
		case a.Name.Space == xsi:
			n.null = n.null || a.Name.Local == "nil" && (a.Value == "true" || a.Value == "1")
		default:
			n.attributes[a.Name.Local] = a.Value
		}
	}
	return n
}

// decodeXML reads a body by its schema.
func decodeXML(s Schema, component string, body []byte) (any, error) {
	root, err := readXML(body)
	if err != nil {
		return nil, err
	}
	if e := s.root(component); e.named && xmlName(e.name) != root.name {
		return nil, fmt.Errorf("its root element is <%s>, and the document names it <%s>", root.name, e.name)
	}
	if t := s.types(); t.array && !t.object {
		list := []any{}
		for i, c := range root.children {
			list = append(list, s.item(i).xmlValue(c))
		}
		return list, nil
	}
	return s.xmlValue(root), nil
}

func (s Schema) xmlValue(n *xmlNode) any {
	if n.null {
		return nil
	}
	t := s.types()
	scalar := t.number || t.boolean || t.text
	switch {
	case t.array && !t.object && (len(n.children) > 0 || !scalar):
		list := []any{}
		for i, c := range n.children {
			list = append(list, s.item(i).xmlValue(c))
		}
		return list
	case len(n.children) > 0 || len(n.attributes) > 0 && !scalar || t.object && !scalar:
		return s.xmlObject(n)
	}
	text := n.text.String()
	if t.number || t.boolean {
		text = strings.TrimSpace(text)
	}
	return s.Scalar(text)
}

func (s Schema) xmlObject(n *xmlNode) map[string]any {
	o := s.object()
	out := map[string]any{}
	taken, attributes := map[string]bool{}, map[string]bool{}
	for _, name := range o.names {
		p := o.properties[name]
		e := p.element(name)
		local := xmlName(e.name)
		switch t := p.types(); {
		case e.attribute:
			if text, ok := n.attributes[local]; ok {
				out[name], attributes[local] = p.Scalar(text), true
			}
		case e.text:
			out[name] = p.Scalar(strings.TrimSpace(n.text.String()))
		case t.array && !e.wrapped && !(t.object || t.text):
			items := xmlName(e.items(p, name).name)
			list := []any{}
			for i, c := range n.named(items) {
				list = append(list, p.item(i).xmlValue(c))
			}
			if taken[items] = true; len(list) > 0 || o.required[name] {
				out[name] = list
			}
		default:
			found := n.named(local)
			taken[local] = true
			if len(found) == 1 {
				out[name] = p.xmlValue(found[0])
			} else if len(found) > 1 {
				out[name] = many(p, found)
			}
		}
	}
	for name, text := range n.attributes {
		if !attributes[name] {
			out[name] = o.additional.Scalar(text)
		}
	}
	for _, c := range n.children {
		if _, there := out[c.name]; there || taken[c.name] {
			continue
		}
		if found := n.named(c.name); len(found) > 1 {
			out[c.name] = many(o.additional, found)
		} else {
			out[c.name] = o.additional.xmlValue(c)
		}
	}
	return out
}

// many are several elements of one name: a list, declared or not.
func many(s Schema, found []*xmlNode) any {
	if items := s.items(); items.At.OK() {
		s = items
	}
	list := make([]any, len(found))
	for i, c := range found {
		list[i] = s.xmlValue(c)
	}
	return list
}

func (n *xmlNode) named(name string) []*xmlNode {
	var out []*xmlNode
	for _, c := range n.children {
		if c.name == name {
			out = append(out, c)
		}
	}
	return out
}
