package tree

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"
)

// Value decodes the place into maps, slices, strings, float64, bool and nil.
func (p Place) Value() any {
	return value(p, func(s string) any { f, _ := strconv.ParseFloat(s, 64); return f })
}

// Exact is Value with numbers as [json.Number], so that none is rounded.
func (p Place) Exact() any { return value(p, func(s string) any { return json.Number(s) }) }

func value(p Place, number func(string) any) any {
	switch {
	case p.IsMap():
		m := make(map[string]any, len(p.Node.Content)/2)
		p.Each(func(k string, v Place) { m[k] = value(v, number) })
		return m
	case p.IsList():
		l := make([]any, 0, len(p.Node.Content))
		p.Each(func(_ string, v Place) { l = append(l, value(v, number)) })
		return l
	}
	return p.scalar(number)
}

func (p Place) scalar(number func(string) any) any {
	switch n := p.Node; {
	case n == nil || n.Tag == "!!null":
		return nil
	case n.Tag == "!!bool":
		return strings.EqualFold(n.Value, "true")
	case n.Tag == "!!int" || n.Tag == "!!float":
		if s, ok := jsonNumber(n); ok {
			return number(s)
		}
		return n.Value
	default:
		return n.Value
	}
}

// jsonNumber spells a YAML number as JSON does: YAML also has 0x1F, 1_000, .5,
// +3 and the infinities, which have no JSON form.
func jsonNumber(n *yaml.Node) (string, bool) {
	if json.Valid([]byte(n.Value)) {
		return n.Value, true
	}
	var v any
	if n.Decode(&v) != nil {
		return "", false
	}
	if f, ok := v.(float64); ok && (math.IsInf(f, 0) || math.IsNaN(f)) {
		return "", false
	}
	b, err := json.Marshal(v)
	return string(b), err == nil
}

// AppendJSON appends the place as compact JSON, members in the document's order.
func (p Place) AppendJSON(b []byte) []byte {
	switch {
	case p.IsMap():
		b = append(b, '{')
		first := true
		p.Each(func(k string, v Place) {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(appendString(b, k), ':')
			b = v.AppendJSON(b)
		})
		return append(b, '}')
	case p.IsList():
		b = append(b, '[')
		for i := range p.Node.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = p.At(i).AppendJSON(b)
		}
		return append(b, ']')
	}
	switch v := p.scalar(func(s string) any { return json.Number(s) }).(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		return append(b, v...)
	case string:
		return appendString(b, v)
	}
	return b
}

// appendString writes a JSON string without HTML escapes.
func appendString(b []byte, s string) []byte {
	var sb strings.Builder
	enc := json.NewEncoder(&sb)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a string always encodes
	return append(b, strings.TrimSuffix(sb.String(), "\n")...)
}

// YAML renders the place as block-style YAML.
func (p Place) YAML() ([]byte, error) {
	return yaml.Marshal(blockStyle(p.Node))
}

// blockStyle copies a node without JSON's flow style; Marshal changes what it is given.
func blockStyle(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Style &^= yaml.FlowStyle
	if c.Kind == yaml.ScalarNode && c.Style&yaml.DoubleQuotedStyle != 0 {
		c.Style = 0
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, ch := range n.Content {
		c.Content[i] = blockStyle(ch)
	}
	return &c
}
