package spec

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"

	"github.com/standin-dev/standin/spec/internal/compile"
)

// Given is what of a thing a request's body brings, out of its envelope: decoded
// JSON, or what a form or XML stands for. Ok is false where the body holds no
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

// body is the value that a request's body stands for.
func (a *Action) body(c *Call) (any, bool) {
	body, contentType := c.Request.Body, c.Request.Header.Get("Content-Type")
	base, params, _ := mime.ParseMediaType(contentType)
	switch {
	case len(body) == 0:
		return map[string]any{}, true
	case base == "" || jsonType(base):
		return DecodeValue(body)
	}
	m := mediaFor(a.Operation.prepared().bodies, contentType)
	switch {
	case m == nil || m.schema == nil:
		return nil, false
	case base == "multipart/form-data":
		return typed(formOf(multipartPairs(body, params["boundary"]), m), []*schemaOf{m.schema}), true
	}
	return new(report).decoded(m, contentType, body)
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
	r := a.Resource
	out := map[string]any{}
	schema, err := r.doc.checker.plan.Schema(r.shape.at, compile.Request)
	if err != nil || schema == nil {
		return out
	}
	for _, p := range queryPairs(c.Request.RawQuery) {
		if r.shape.member(p.name) != nil {
			out[p.name] = typed(p.value, propertySchemas([]*schemaOf{schema}, p.name))
		}
	}
	return out
}

// multipartPairs are the fields of a multipart form; files are no part of a thing.
func multipartPairs(body []byte, boundary string) []pair {
	if boundary == "" {
		return nil
	}
	r := multipart.NewReader(bytes.NewReader(body), boundary)
	var out []pair
	for len(out) < maxParts {
		part, err := r.NextPart()
		if err != nil {
			break
		}
		data, err := io.ReadAll(part)
		if err == nil && part.FileName() == "" {
			out = append(out, pair{name: part.FormName(), value: string(data), raw: string(data)})
		}
	}
	return out
}
