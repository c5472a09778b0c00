package sample

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Object is a JSON object that keeps the order of its members. Names are unique.
type Object []Member

// Member is one member of an [Object].
type Member struct {
	Name  string
	Value any
}

// Get returns the member of a name.
func (o Object) Get(name string) (value any, ok bool) {
	for i := range o {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// Value is a generated instance. The zero value is null.
type Value struct{ root any }

// Ordered returns the instance with the order of its properties: nil, bool,
// int64, float64, json.Number (where neither of the two is exact), string,
// []any or [Object]. It is not to be changed.
func (v Value) Ordered() any { return v.root }

// Any returns a copy of the instance with maps for its objects.
func (v Value) Any() any { return plain(v.root) }

// AppendJSON appends the instance as JSON: no space, no HTML escapes,
// properties in order.
func (v Value) AppendJSON(dst []byte) []byte { return appendJSON(dst, v.root) }

// MarshalJSON returns the instance as [Value.AppendJSON] writes it.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// plain turns a value of ours into the types that encoding/json decodes to,
// but for int64, which stays exact.
func plain(v any) any {
	switch v := v.(type) {
	case Object:
		m := make(map[string]any, len(v))
		for _, x := range v {
			m[x.Name] = plain(x.Value)
		}
		return m
	case []any:
		s := make([]any, len(v))
		for i, x := range v {
			s[i] = plain(x)
		}
		return s
	}
	return v
}

// normal turns a decoded value, from a schema's enum or example, into ours:
// maps become Objects by name, integers int64. It copies all containers.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, string, int64, Object:
		return v
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
		return v
	case map[string]any:
		o := make(Object, 0, len(v))
		for _, k := range sortedKeys(v) {
			o = append(o, Member{k, normal(v[k])})
		}
		return o
	case []any:
		s := make([]any, len(v))
		for i, x := range v {
			s[i] = normal(x)
		}
		return s
	case json.Number:
		return normalNumber(v)
	case int:
		return int64(v)
	case uint64:
		return normalNumber(json.Number(strconv.FormatUint(v, 10)))
	}
	// Whatever else a decoder makes (a YAML timestamp, small integers) is what
	// JSON says it is.
	b, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var x any
	if json.Unmarshal(b, &x) != nil {
		return nil
	}
	return normal(x)
}

func normalNumber(n json.Number) any {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil || f == math.Trunc(f) && math.Abs(f) >= 1<<53 {
		return n
	}
	return normal(f)
}

// equal reports whether two normal values are the same to JSON Schema, which
// compares numbers by value and objects without order.
func equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		x, ok := b.(bool)
		return ok && x == a
	case string:
		x, ok := b.(string)
		return ok && x == a
	case []any:
		x, ok := b.([]any)
		return ok && slices.EqualFunc(a, x, equal)
	case Object:
		x, ok := b.(Object)
		if !ok || len(x) != len(a) {
			return false
		}
		for i := range a {
			y, ok := x.Get(a[i].Name)
			if !ok || !equal(a[i].Value, y) {
				return false
			}
		}
		return true
	}
	return equalNumbers(a, b)
}

func equalNumbers(a, b any) bool {
	if i, ok := a.(int64); ok {
		if j, ok := b.(int64); ok {
			return i == j
		}
	}
	f, isFloat := a.(float64)
	g, areFloats := b.(float64)
	if isFloat && areFloats {
		return f == g
	}
	x, y := ratOf(a), ratOf(b)
	return x != nil && y != nil && x.Cmp(y) == 0
}

func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float64:
		return appendFloat(dst, v)
	case json.Number:
		return append(dst, v...)
	case json.RawMessage:
		return append(dst, v...)
	case string:
		return appendString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, x := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, x)
		}
		return append(dst, ']')
	case Object:
		dst = append(dst, '{')
		for i := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, v[i].Name)
			dst = append(dst, ':')
			dst = appendJSON(dst, v[i].Value)
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// appendFloat writes the shortest decimal that reads back as f, with an
// exponent only for the very large and very small, as encoding/json does.
func appendFloat(dst []byte, f float64) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return append(dst, '0')
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, 64)
}

func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), `\ufffd`...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// AppendJSON appends an ordered value, as [Value.Ordered] gives them, as JSON.
func AppendJSON(dst []byte, v any) []byte { return appendJSON(dst, v) }
