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
	return value(p.Node, func(s string) any { f, _ := strconv.ParseFloat(s, 64); return f })
}

// Exact is Value with numbers as [json.Number], so that none is rounded.
func (p Place) Exact() any { return value(p.Node, exact) }

func exact(s string) any { return json.Number(s) }

func value(n *yaml.Node, number func(string) any) any {
	if n = deref(n); n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		eachMember(n, func(k, v *yaml.Node) { m[k.Value] = value(v, number) })
		return m
	case yaml.SequenceNode:
		l := make([]any, len(n.Content))
		for i, c := range n.Content {
			l[i] = value(c, number)
		}
		return l
	}
	return scalar(n, number)
}

// eachMember calls f for every member of a mapping, merged ones included.
func eachMember(n *yaml.Node, f func(k, v *yaml.Node)) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], deref(n.Content[i+1])
		if k.Tag != "!!merge" {
			f(k, v)
			continue
		}
		sources := []*yaml.Node{v}
		if v.Kind == yaml.SequenceNode {
			sources = v.Content
		}
		seen := map[string]bool{}
		for _, from := range sources {
			if from = deref(from); from.Kind != yaml.MappingNode {
				continue
			}
			eachMember(from, func(k, v *yaml.Node) {
				if !owns(n, k.Value) && !seen[k.Value] {
					seen[k.Value] = true
					f(k, v)
				}
			})
		}
	}
}

// owns reports whether a mapping has a member that is not merged into it.
func owns(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key && n.Content[i].Tag != "!!merge" {
			return true
		}
	}
	return false
}

func scalar(n *yaml.Node, number func(string) any) any {
	switch {
	case n.Tag == "!!null":
		return nil
	case n.Tag == "!!bool":
		return strings.EqualFold(n.Value, "true")
	case n.Tag == "!!int" || n.Tag == "!!float":
		if s, ok := jsonNumber(n); ok {
			return number(s)
		}
	}
	return n.Value
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
	if p.Node == nil {
		return append(b, "null"...)
	}
	return appendJSON(b, p.Node)
}

func appendJSON(b []byte, n *yaml.Node) []byte {
	n = deref(n)
	switch n.Kind {
	case yaml.MappingNode:
		b = append(b, '{')
		start := len(b)
		eachMember(n, func(k, v *yaml.Node) {
			if len(b) > start {
				b = append(b, ',')
			}
			b = append(appendString(b, k.Value), ':')
			b = appendJSON(b, v)
		})
		return append(b, '}')
	case yaml.SequenceNode:
		b = append(b, '[')
		for i, c := range n.Content {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, c)
		}
		return append(b, ']')
	}
	switch v := scalar(n, exact).(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		return append(b, v...)
	case string:
		return appendString(b, v)
	}
	return append(b, "null"...)
}

// appendString writes a JSON string without HTML escapes.
func appendString(b []byte, s string) []byte {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] >= ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\'
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
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
	if c.Kind == yaml.ScalarNode && c.Style&yaml.DoubleQuotedStyle != 0 && !truthLike(c.Value) {
		c.Style = 0 // the encoder quotes what must be
	}
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, ch := range n.Content {
		c.Content[i] = blockStyle(ch)
	}
	return &c
}

// truthLike reports whether YAML 1.1 readers, of which there are many, take a
// plain word for a boolean.
func truthLike(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
}
