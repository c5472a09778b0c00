package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// body decodes a body and checks it. Bodies without a structure that a schema
// could speak of (images, octets, streams) are taken as they are.
func (r *report) body(m *media, contentType string, body []byte) {
	base := mediaBase(contentType)
	if mediatype.KindOf(base).Streamed() || base == "text/csv" && wants([]*schemaOf{m.schema}, "array") {
		r.rows(m, contentType, body)
		return
	}
	value, ok := r.decoded(m, contentType, body)
	if !ok || m.schema == nil {
		return
	}
	r.schema(m.schema.Validate(value), "body", value)
	r.audit(m.schema, value, "body")
}

// decoded is the value that a body stands for under its schema; ok is false where
// it has no structure, or cannot be read, which is then reported.
func (r *report) decoded(m *media, contentType string, body []byte) (value any, ok bool) {
	var raw any
	switch base := mediaBase(contentType); {
	case jsonType(base):
		raw, ok = r.decodeJSON(body, "body", m.spec.schema)
		raw = exact{value: raw}
	case base == "application/x-www-form-urlencoded":
		raw, ok = r.formBody(m, contentType, body)
	case strings.HasPrefix(base, "multipart/"):
		raw, ok = r.multipartBody(m, contentType, body)
	case xmlType(base):
		raw, ok = r.xmlBody(m, contentType, body)
	case strings.HasPrefix(base, "text/"):
		raw, ok = r.text(contentType, "body", m.spec.schema, body)
	}
	if !ok || m.schema == nil {
		return nil, false
	}
	return typed(raw, []*schemaOf{m.schema}), true
}

// partName is the name of a form's part, which may be empty, and whether it has
// one (RFC 7578, 4.2).
func partName(part *multipart.Part) (name string, named bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, named = params["name"]
	return name, named
}

// xmlType reports whether a media type, without parameters, holds XML (RFC 7303,
// 4.2).
func xmlType(base string) bool {
	return base == "application/xml" || base == "text/xml" || strings.HasSuffix(base, "+xml")
}

// text decodes text from its charset, which is UTF-8 where none is named.
func (r *report) text(contentType, where string, at tree.Place, body []byte) (string, bool) {
	var out string
	switch charset := charsetOf(contentType); charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		out = strings.TrimPrefix(string(body), "\ufeff")
	case "iso-8859-1", "latin1", "l1", "windows-1252", "cp1252":
		runes := make([]rune, len(body))
		for i, b := range body {
			runes[i] = rune(b)
		}
		out = string(runes)
	case "utf-16", "utf-16le", "utf-16be":
		out = utf16Text(charset, body)
	default:
		r.add(at, Violation{Where: where, Keyword: "charset", Got: cut(charset), Want: "UTF-8",
			Message: fmt.Sprintf("%s is text in the charset %s, which is not understood here", subject(where), cut(charset)), Fix: "send it as UTF-8"})
		return "", false
	}
	if !utf8.ValidString(out) {
		r.add(at, Violation{Where: where, Keyword: "utf-8", Message: subject(where) + " is not UTF-8 text", Want: "UTF-8",
			Fix: "encode it as UTF-8, or name its charset in the Content-Type"})
		return "", false
	}
	return out, true
}

// utf16Text decodes UTF-16, big-endian unless the charset or a mark says
// otherwise (RFC 2781, 4.3).
func utf16Text(charset string, body []byte) string {
	high, low := 0, 1
	if charset == "utf-16le" || charset == "utf-16" && bytes.HasPrefix(body, []byte{0xff, 0xfe}) {
		high, low = 1, 0
	}
	units := make([]uint16, len(body)/2)
	for i := range units {
		units[i] = uint16(body[2*i+high])<<8 | uint16(body[2*i+low])
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

// formBody decodes a form (WHATWG URL, 5.1).
func (r *report) formBody(m *media, contentType string, body []byte) (any, bool) {
	text, ok := r.text(contentType, "body", m.spec.schema, body)
	if !ok {
		return nil, false
	}
	pairs := queryPairs(text)
	for _, p := range pairs {
		where := "body/" + tree.Escape(p.name)
		switch {
		case p.malformed:
			r.add(m.spec.schema, Violation{Where: where, Keyword: "encoding", Got: short(p.value), Want: "percent-encoding",
				Message: where + " has a percent sign that starts no octet (RFC 3986, 2.1)", Fix: "write % as %25"})
		case !utf8.ValidString(p.name) || !utf8.ValidString(p.value):
			r.add(m.spec.schema, Violation{Where: "body", Keyword: "utf-8", Message: "the body is not UTF-8 text", Want: "UTF-8", Fix: "encode it as UTF-8"})
			return nil, false
		}
	}
	return formOf(pairs, m), true
}

// maxParts bounds the parts of a multipart body.
const maxParts = 1000

// multipartBody decodes a multipart body: forms by the names of their parts (RFC
// 7578), others as the list of their parts.
func (r *report) multipartBody(m *media, contentType string, body []byte) (any, bool) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil || params["boundary"] == "" {
		r.add(m.spec.schema, Violation{Where: "content-type", Keyword: "boundary", Got: cut(contentType), Want: "a boundary parameter",
			Message: "the Content-Type of the multipart body names no boundary (RFC 2046, 5.1.1)", Fix: "let the client library set the Content-Type"})
		return nil, false
	}
	reader := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	form, list := members{}, []any{}
	sound := true
	for n := 0; ; n++ {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) && bytes.Contains(body, []byte("--"+params["boundary"]+"--")) {
			break
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if err == nil && n == maxParts {
			err = fmt.Errorf("it has more than %d parts", maxParts)
		}
		if err != nil {
			r.brokenMultipart(m, params["boundary"], err)
			return nil, false
		}
		value, ok := r.part(m, http.Header(part.Header), part.FormName(), content)
		sound = sound && ok
		if name, named := partName(part); named {
			path, _ := brackets(name)
			if hasProperty(m.schema, name) || !form.add(path, value) {
				form.add([]string{name}, value)
			}
			continue
		}
		if m.base == "multipart/form-data" {
			r.add(m.spec.schema, Violation{Where: "body", Keyword: "name", Want: `Content-Disposition: form-data; name="…"`,
				Message: fmt.Sprintf("part %d of the body has no name (RFC 7578, 4.2)", n+1), Fix: "name the part in its Content-Disposition"})
			sound = false
		}
		list = append(list, value)
	}
	if len(form) == 0 && len(list) > 0 {
		return list, sound && wants([]*schemaOf{m.schema}, "array")
	}
	return map[string]any(form), sound
}

func (r *report) brokenMultipart(m *media, boundary string, err error) {
	why := err.Error()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		why = "it ends before the closing delimiter --" + cut(boundary) + "--"
	}
	r.add(m.spec.schema, Violation{Where: "body", Keyword: "syntax", Want: "parts between delimiters --" + cut(boundary),
		Message: "the body is not a valid multipart body: " + strings.TrimPrefix(why, "multipart: "), Fix: "let the client library write the body and set the Content-Type"})
}

// part decodes one part. Sound is false where it cannot be read.
func (r *report) part(m *media, header http.Header, name string, content []byte) (value any, sound bool) {
	where := "body"
	if name != "" {
		where = "body/" + tree.Escape(name)
	}
	enc := m.encodings[name]
	schemas := propertySchemas([]*schemaOf{m.schema}, name)
	contentType := header.Get("Content-Type")
	base := mediaBase(contentType)
	if base != "" && !enc.takes(base) {
		r.add(keywordOr(enc.at, "contentType"), Violation{Where: where, Keyword: "contentType", Got: cut(contentType), Want: strings.Join(enc.types, " or "),
			Message: fmt.Sprintf("%s is a part of type %s, and the document wants %s", where, cut(contentType), strings.Join(enc.types, " or ")),
			Fix:     "send it with that Content-Type"})
	}
	r.partHeaders(enc, where, header)
	_, params, _ := mime.ParseMediaType(header.Get("Content-Disposition"))
	_, isFile := params["filename"]
	if base == "" && len(enc.types) == 1 {
		base = enc.types[0]
	}
	switch {
	case jsonType(base):
		v, ok := r.decodeJSON(content, where, enc.at)
		return exact{v, true}, ok
	case isFile || base != "" && !strings.HasPrefix(base, "text/") && !xmlType(base) || !textual(schemas):
		return exact{string(content), true}, true // RFC 7578, 4.4: octets
	}
	text, ok := r.text(contentType, where, m.spec.schema, content)
	if !ok {
		return nil, false
	}
	return enc.divide(pair{name: name, value: text, raw: text}, schemas), true
}

// textual reports whether schemas do not speak of octets (OpenAPI 3.0: format
// binary; 3.1: contentMediaType without contentEncoding).
func textual(schemas []*schemaOf) bool {
	is := true
	visitAll(schemas, func(s *schemaOf) {
		binary := s.Format != nil && (s.Format.Name == "binary")
		is = is && !binary && (s.ContentMediaType == nil || s.ContentEncoding != nil)
	})
	return is
}

// partHeaders checks the documented headers of a part.
func (r *report) partHeaders(enc encoding, where string, header http.Header) {
	for _, h := range enc.headers {
		values := headerValues(header, h.canonical)
		at := where + ", header " + h.name
		if len(values) == 0 {
			if h.required {
				r.add(keywordOr(h.at, "required"), Violation{Where: where, Keyword: "required", Want: h.name,
					Message: fmt.Sprintf("%s lacks the header %q of its part", where, h.name), Fix: "send " + h.name})
			}
			continue
		}
		raw, err := h.header(values)
		if err != nil {
			r.add(h.at, Violation{Where: where, Keyword: "style", Got: short(values[0]), Message: fmt.Sprintf("%s %v", at, err)})
			continue
		}
		if h.schema == nil {
			continue
		}
		if v, err := h.value(raw); err != nil {
			want := "what its schema says"
			r.add(h.at, Violation{Where: where, Keyword: "headers", Got: short(v), Want: want, Message: fmt.Sprintf("%s does not satisfy its schema: %s", at, short(v))})
		}
	}
}
