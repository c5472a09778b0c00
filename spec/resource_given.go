package spec

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"strconv"
	"strings"
)

// Given is what of a thing a request's body brings, out of its envelope:
// decoded JSON, or the members of a form. Ok is false where the body holds no
// object.
func (a *Action) Given(c *Call) (thing map[string]any, ok bool) {
	v, ok := a.body(c)
	if !ok {
		return nil, false
	}
	for _, name := range a.Input {
		m, _ := v.(map[string]any)
		inner, has := m[name]
		if !has {
			break
		}
		v = inner
	}
	thing, ok = v.(map[string]any)
	return thing, ok
}

// maxForm bounds the fields of a form and the depth of their names.
const maxForm, maxFormDepth = 1000, 12

func (a *Action) body(c *Call) (any, bool) {
	body := c.Request.Body
	base, params, _ := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
		return map[string]any{}, true
	case base == "application/x-www-form-urlencoded":
		return a.form(queryPairs(string(body))), true
	case base == "multipart/form-data":
		return a.form(multipartPairs(body, params["boundary"])), true
	case base == "" || jsonType(base):
		return DecodeValue(body)
	}
	return nil, false
}

// DecodeValue decodes JSON with its numbers as they are written.
func DecodeValue(data []byte) (any, bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil, false
	}
	return v, true
}

// FromQuery is what of a thing the query's members bring that are named as the
// thing's are.
func (a *Action) FromQuery(c *Call) map[string]any {
	var known []pair
	for _, p := range queryPairs(c.Request.RawQuery) {
		if a.Resource.shape.member(p.name) != nil {
			known = append(known, p)
		}
	}
	return a.form(known)
}

func multipartPairs(body []byte, boundary string) []pair {
	if boundary == "" {
		return nil
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	var out []pair
	for len(out) < maxForm {
		part, err := r.NextPart()
		if err != nil {
			break
		}
		data, err := io.ReadAll(part)
		if err == nil && part.FileName() == "" {
			out = append(out, pair{name: part.FormName(), value: string(data)})
		}
	}
	return out
}

// form makes an object of the fields of a form, whose names may lead into
// objects and lists: metadata[order], items[0][price], tags[].
func (a *Action) form(fields []pair) map[string]any {
	x := a.Resource.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	root := map[string]any{}
	for i, f := range fields {
		if i == maxForm {
			break
		}
		first, rest, _ := strings.Cut(f.name, "[")
		way := []string{first}
		for rest != "" && len(way) < maxFormDepth {
			var seg string
			seg, rest, _ = strings.Cut(rest, "]")
			way = append(way, seg)
			rest = strings.TrimPrefix(rest, "[")
		}
		s := a.input
		if s == nil || s.member(first) == nil {
			s = a.Resource.shape
		}
		plant(root, way, a.typed(x, s, way, f.value))
	}
	for k, v := range root {
		root[k] = x.listed(a.input, k, v)
	}
	return root
}

// plant puts a value at the end of a way; a list is kept by its indexes until
// listed makes one of it.
func plant(in map[string]any, way []string, v any) {
	name := way[0]
	if name == "" {
		name = strconv.Itoa(len(in))
	}
	if len(way) == 1 {
		if before, twice := in[name]; twice {
			if l, isList := before.([]any); isList {
				v = append(l, v)
			} else {
				v = []any{before, v}
			}
		}
		in[name] = v
		return
	}
	inner, ok := in[name].(map[string]any)
	if !ok {
		inner = map[string]any{}
		in[name] = inner
	}
	plant(inner, way[1:], v)
}

// listed makes lists of the objects whose members are the numbers from 0 on.
func (x *shapes) listed(s *shape, name string, v any) any {
	m, ok := v.(map[string]any)
	if !ok {
		if s != nil && s.member(name) != nil && x.field(s.member(name)).kind == "array" {
			if _, isList := v.([]any); !isList {
				return []any{v}
			}
		}
		return v
	}
	out := make([]any, 0, len(m))
	for i := range len(m) {
		if e, has := m[strconv.Itoa(i)]; has {
			out = append(out, x.listed(nil, "", e))
		}
	}
	if len(m) > 0 && len(out) == len(m) {
		return out
	}
	for k, e := range m {
		m[k] = x.listed(nil, k, e)
	}
	return m
}

// typed reads a form's text as what its schema says it is.
func (a *Action) typed(x *shapes, s *shape, way []string, text string) any {
	for _, name := range way {
		switch {
		case s == nil:
		case s.kind == "array" && s.items.OK():
			s = x.of(s.items)
		case s.member(name) != nil:
			s = x.field(s.member(name))
		default:
			s = nil
		}
	}
	if s == nil {
		return text
	}
	kind := s.kind
	if kind == "array" && s.items.OK() {
		kind = x.of(s.items).kind
	}
	switch kind {
	case "integer", "number":
		if _, err := strconv.ParseFloat(text, 64); err == nil {
			return json.Number(text)
		}
	case "boolean":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	}
	return text
}
