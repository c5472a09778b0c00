package spec

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// written are the parts of a request that parameters and credentials go to.
type written struct {
	path    string
	query   []string
	header  http.Header
	cookies []string
}

// write makes the request of a draft.
func (o *Operation) write(d draft) (*Request, error) {
	w := &written{path: o.Path, header: http.Header{}}
	for _, q := range d.params {
		if err := q.write(w, q.value); err != nil {
			return nil, fmt.Errorf("%s.%s: %w", q.in, q.name, err)
		}
	}
	if strings.ContainsAny(w.path, "{}") {
		return nil, errors.New("a parameter of the path has no value")
	}
	if strings.ContainsAny(o.Path, "#?") {
		return nil, errors.New("no request has a path with # or ? in it")
	}
	for _, s := range d.auth {
		s.write(w)
	}
	if len(w.cookies) > 0 {
		w.header["Cookie"] = []string{strings.Join(w.cookies, "; ")}
	}
	if d.media != "" {
		w.header["Content-Type"] = []string{d.media}
	}
	return &Request{Method: o.Method, Path: w.path, RawQuery: strings.Join(w.query, "&"), Header: w.header, Body: d.body, Host: "localhost"}, nil
}

// write presents a credential of the scheme, well-formed and of no meaning.
func (s SchemeUse) write(w *written) {
	const token = "standin-exercise"
	switch {
	case s.Bearer():
		w.header["Authorization"] = []string{"Bearer " + token}
	case s.Type == "http" && s.Kind == "basic":
		w.header["Authorization"] = []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(token+":"+token))}
	case s.Type == "http":
		w.header["Authorization"] = []string{s.Kind + " " + token}
	case s.Type != "apiKey":
	case s.Kind == "query":
		w.query = append(w.query, escapeQuery(s.Param)+"="+token)
	case s.Kind == "cookie":
		w.cookies = append(w.cookies, s.Param+"="+token)
	default:
		w.header[textproto.CanonicalMIMEHeaderKey(s.Param)] = []string{token}
	}
}

// write writes a value in the parameter's style (OpenAPI 3.1, 4.8.12.5).
func (q *param) write(w *written, v any) error {
	if q.media != "" {
		text := scalarText(v)
		if jsonType(mediaBase(q.media)) {
			b, err := json.Marshal(v)
			if err != nil {
				return err
			}
			text = string(b)
		}
		return q.put(w, escapeQuery(text), text)
	}
	if q.in == "query" {
		return q.writeQuery(w, v)
	}
	escape := verbatim
	if q.in == "path" {
		escape = url.PathEscape
	} else if q.in == "cookie" {
		escape = escapeQuery
	}
	text := q.simple(v, escape)
	if text == "" {
		return errors.New("an empty value cannot be sent there")
	}
	return q.put(w, text, text)
}

// verbatim is the escaping of text that needs none.
func verbatim(s string) string { return s }

// put puts a text, already escaped for its place, where the parameter goes.
func (q *param) put(w *written, escaped, plain string) error {
	switch q.in {
	case "path":
		if q.media != "" {
			escaped = url.PathEscape(plain)
		}
		if plain == "" || plain == "." || plain == ".." {
			return errors.New("such a segment cannot be sent")
		}
		before := w.path
		if w.path = strings.Replace(w.path, "{"+q.name+"}", escaped, 1); w.path == before {
			return errors.New("the path does not hold it")
		}
	case "query":
		w.query = append(w.query, escapeQuery(q.name)+"="+escaped)
	case "cookie":
		w.cookies = append(w.cookies, q.name+"="+escaped)
	default:
		if strings.ContainsFunc(plain, func(r rune) bool { return r < ' ' || r > '~' }) || strings.TrimSpace(plain) != plain {
			return errors.New("a header cannot hold it")
		}
		w.header[textproto.CanonicalMIMEHeaderKey(q.name)] = []string{plain}
	}
	return nil
}

// simple writes a value in simple, label, matrix or a cookie's form style.
func (q *param) simple(v any, escape func(string) string) string {
	prefix, sep, named := "", ",", ""
	switch q.style {
	case "label":
		prefix = "."
		if q.explode {
			sep = "."
		}
	case "matrix":
		prefix, named = ";", escape(q.name)+"="
		if q.explode {
			sep = ";"
		}
	}
	var parts []string
	switch v := v.(type) {
	case []any:
		for i, x := range v {
			part := escape(scalarText(x))
			if named != "" && (i == 0 || q.explode) {
				part = named + part
			}
			parts = append(parts, part)
		}
	case map[string]any:
		for i, k := range slices.Sorted(maps.Keys(v)) {
			part := escape(k) + "," + escape(scalarText(v[k]))
			if q.explode {
				part = escape(k) + "=" + escape(scalarText(v[k]))
			} else if i == 0 {
				part = named + part
			}
			parts = append(parts, part)
		}
	default:
		return prefix + named + escape(scalarText(v))
	}
	if len(parts) == 0 {
		return ""
	}
	return prefix + strings.Join(parts, sep)
}

// deep writes a value with a pair of brackets for each level: a[b]=1, a[]=1, and
// a[0][b]=1 for what is no text in a list. OpenAPI leaves open how lists are
// written; this is what clients send.
func (w *written) deep(name string, v any) error {
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return errors.New("an empty list cannot be sent")
		}
		for i, x := range v {
			key := ""
			if composite(x) {
				key = strconv.Itoa(i)
			}
			if err := w.deep(name+"%5B"+key+"%5D", x); err != nil {
				return err
			}
		}
	case map[string]any:
		if len(v) == 0 {
			return errors.New("an empty object cannot be sent")
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if err := w.deep(name+"%5B"+escapeQuery(k)+"%5D", v[k]); err != nil {
				return err
			}
		}
	default:
		w.query = append(w.query, name+"="+escapeQuery(scalarText(v)))
	}
	return nil
}

// writeQuery writes a query parameter in form, spaceDelimited, pipeDelimited or
// deepObject style.
func (q *param) writeQuery(w *written, v any) error {
	name := escapeQuery(q.name)
	if q.style == "deepObject" {
		return w.deep(name, v)
	}
	sep := ","
	switch q.style {
	case "spaceDelimited":
		sep = "%20"
	case "pipeDelimited":
		sep = "%7C"
	}
	var parts []string
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return errors.New("an empty list cannot be sent")
		}
		for _, x := range v {
			if q.explode {
				w.query = append(w.query, name+"="+escapeQuery(scalarText(x)))
				continue
			}
			parts = append(parts, escapeQuery(scalarText(x)))
		}
		if q.explode {
			return nil
		}
	case map[string]any:
		if len(v) == 0 {
			return errors.New("an empty object cannot be sent")
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			text := escapeQuery(scalarText(v[k]))
			if q.explode {
				w.query = append(w.query, escapeQuery(k)+"="+text)
			} else {
				parts = append(parts, escapeQuery(k), text)
			}
		}
		if q.explode {
			return nil
		}
	default:
		parts = []string{escapeQuery(scalarText(v))}
	}
	w.query = append(w.query, name+"="+strings.Join(parts, sep))
	return nil
}

// escapeQuery escapes a text for a query, spaces as %20.
func escapeQuery(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// scalarText is a value as the text of a parameter; of lists and objects, JSON.
func scalarText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}
