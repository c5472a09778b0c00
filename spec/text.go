package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Parameters, forms and XML hold text where JSON holds values. A raw value is
// what is known before a schema has said what the text stands for: a string, a
// []any of raw values, a map[string]any of them, or an exact value.

// exact is a value that needs no schema to be read: JSON inside of text, or the
// bytes of a file.
type exact struct {
	value any
	item  bool // it may be an item of a list: a part of a form
}

// typed reads a raw value under the schemas that speak of it. Text that fits none
// of their types stays text, for the engine to say so.
func typed(raw any, schemas []*schemaOf) any {
	switch raw := raw.(type) {
	case exact:
		if _, list := raw.value.([]any); raw.item && !list && wants(schemas, "array") && !wants(schemas, typeName(raw.value)) {
			return []any{raw.value} // the only one of a list of files
		}
		return raw.value
	case string:
		return typedText(raw, schemas)
	case []any:
		out := make([]any, len(raw))
		for i, item := range raw {
			out[i] = typed(item, itemSchemas(schemas, i))
		}
		return out
	case map[string]any:
		if list, ok := numbered(raw); ok && wants(schemas, "array") && !wants(schemas, "object") {
			return typed(list, schemas)
		}
		out := make(map[string]any, len(raw))
		for name, v := range raw {
			out[name] = typed(v, propertySchemas(schemas, name))
		}
		return out
	}
	return raw
}

// typedText reads one text. Where a list or an object is wanted, one text may be
// its only item, its items with commas between, or JSON: no style says which.
func typedText(text string, schemas []*schemaOf) any {
	scalars := readings(text, typesOf(schemas...))
	list, object := wants(schemas, "array"), wants(schemas, "object")
	if !list && !object {
		return bestOf(scalars, schemas)
	}
	var all []any
	if list {
		one := typed([]any{text}, schemas)
		all = append(all, one)
		if strings.Contains(text, ",") {
			all = append(all, typed(textList(strings.Split(text, ",")), schemas))
		}
	}
	if v, err := decodeText(text); err == nil {
		if _, number := v.(json.Number); !number {
			all = append(all, v)
		}
	}
	return bestOf(append(all, scalars...), schemas)
}

// bestOf is the value that satisfies the most of the schemas, the first of equals.
func bestOf(values []any, schemas []*schemaOf) any {
	best, most := values[0], -1
	for _, v := range values {
		n := 0
		for _, s := range schemas {
			if s.Validate(v) == nil {
				n++
			}
		}
		if n > most {
			best, most = v, n
		}
		if n == len(schemas) {
			break
		}
	}
	return best
}

// readings are what a text may stand for, the most telling first.
func readings(text string, types []string) []any {
	var out []any
	number := text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && json.Valid([]byte(text)) && strings.TrimSpace(text) == text
	if number && (slices.Contains(types, "integer") || slices.Contains(types, "number")) {
		out = append(out, json.Number(text))
	}
	if slices.Contains(types, "boolean") && (text == "true" || text == "false") {
		out = append(out, text == "true")
	}
	if slices.Contains(types, "null") && (text == "null" || text == "") {
		out = append(out, nil)
	}
	return append(out, text)
}

// decodeText decodes JSON that stands where text does.
func decodeText(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the value")
	}
	return v, nil
}

func textList(texts []string) []any {
	out := make([]any, len(texts))
	for i, t := range texts {
		out[i] = t
	}
	return out
}

// numbered is an object whose members are 0, 1, 2… as a list.
func numbered(object map[string]any) ([]any, bool) {
	out := make([]any, len(object))
	for i := range out {
		v, ok := object[strconv.Itoa(i)]
		if !ok {
			return nil, false
		}
		out[i] = v
	}
	return out, len(out) > 0
}

// wants reports whether a type is among those that schemas speak of.
func wants(schemas []*schemaOf, name string) bool {
	return slices.Contains(typesOf(schemas...), name)
}

// maxBrackets is how deep a[b][c]… may go.
const maxBrackets = 32

// members collects texts under names, and under names with brackets: a[b]=1 is a
// member of a member, a[]=1 and a repeated name are items of a list.
type members map[string]any

// add adds a text at a path of names; "" appends to a list. It tells whether the
// path can be.
func (m members) add(path []string, value any) bool {
	name := path[0]
	if len(path) > maxBrackets {
		return false
	}
	if len(path) == 1 || len(path) == 2 && path[1] == "" {
		switch was := m[name].(type) {
		case nil:
			m[name] = value
			if len(path) == 2 {
				m[name] = []any{value}
			}
		case []any:
			m[name] = append(was, value)
		case map[string]any:
			return false
		default:
			m[name] = []any{was, value}
		}
		return true
	}
	next, ok := m[name].(map[string]any)
	if !ok {
		if m[name] != nil {
			return false
		}
		next = map[string]any{}
		m[name] = next
	}
	return members(next).add(path[1:], value)
}

// brackets divides a[b][] into a, b and "".
func brackets(name string) (path []string, ok bool) {
	i := strings.IndexByte(name, '[')
	if i <= 0 || !strings.HasSuffix(name, "]") {
		return []string{name}, false
	}
	path = append(path, name[:i])
	return append(path, strings.Split(name[i+1:len(name)-1], "][")...), true
}

// visitAll is visit for several schemas.
func visitAll(schemas []*schemaOf, f func(*schemaOf)) {
	for _, s := range schemas {
		visit(s, f)
	}
}

// itemSchemas are the schemas of a list's item.
func itemSchemas(schemas []*schemaOf, i int) (out []*schemaOf) {
	visitAll(schemas, func(s *schemaOf) {
		switch {
		case i < len(s.PrefixItems):
			out = append(out, s.PrefixItems[i])
		case s.Items2020 != nil:
			out = append(out, s.Items2020)
		}
	})
	return out
}

// propertySchemas are the schemas of an object's property: those under its name,
// else under its pattern, else those of any further property.
func propertySchemas(schemas []*schemaOf, name string) (out []*schemaOf) {
	var rest []*schemaOf
	visitAll(schemas, func(s *schemaOf) {
		if p := s.Properties[name]; p != nil {
			out = append(out, p)
			return
		}
		for re, p := range s.PatternProperties {
			if re.MatchString(name) {
				out = append(out, p)
				return
			}
		}
		if more, ok := s.AdditionalProperties.(*schemaOf); ok {
			rest = append(rest, more)
		}
	})
	if out == nil {
		return rest
	}
	return out
}

// goValue makes numbers of what is typed those of Go: int where they are whole, else
// float64.
func goValue(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(v.String()); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case float64:
		if n := int(v); float64(n) == v && n < 1<<53 && n > -1<<53 {
			return n
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = goValue(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, m := range v {
			out[k] = goValue(m)
		}
		return out
	case []byte:
		return string(bytes.ToValidUTF8(v, []byte("\ufffd")))
	}
	return v
}
