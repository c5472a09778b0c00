package spec

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/standin-dev/standin/spec/internal/compile"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
)

// Bodies that are not JSON are read by code of our own and judged by the same
// compiled schemas. The library does not get to see their schemas, since it
// reads them wrongly: an XML root whose name the document does not give, or that
// is a list, never satisfies its schema there; nor do composed schemas, JSON in
// a part of a form, an e-mail address in a form ('reserved characters'), a number
// in plain text, or anything in a stream.

func (c *checker) item(m *MediaSpec, purpose compile.Purpose) *schemaOf {
	s, _ := c.plan.Schema(m.item, purpose)
	return s
}

// rows checks a body that is a row of values: a stream, or a table.
func (r *report) rows(m *media, contentType string, body []byte) {
	kind := mediatype.KindOf(mediaBase(contentType))
	if kind == mediatype.Lines || kind == mediatype.Sequence {
		r.stream(m, r.lines(m, body, kind))
		return
	}
	v, err := m.spec.mediatype().Rows(contentType, body)
	if err != nil {
		r.add(m.spec.schema, Violation{Where: "body", Keyword: "syntax", Got: cut(string(body)), Want: mediaBase(contentType),
			Message: fmt.Sprintf("body is no valid %s: %v", mediaBase(contentType), err)})
		return
	}
	if list, ok := v.([]any); ok && kind.Streamed() {
		r.stream(m, list)
		return
	}
	r.value(m.schema, v, "body")
}

func (r *report) value(s *schemaOf, v any, where string) {
	if s != nil {
		r.schema(s.Validate(v), where, v)
		r.audit(s, v, where)
	}
}

// lines reads one JSON text a line, or behind each RS (RFC 7464).
func (r *report) lines(m *media, body []byte, kind mediatype.Kind) []any {
	separator := []byte("\n")
	if kind == mediatype.Sequence {
		separator = []byte("\x1e")
	}
	list := []any{}
	for part := range bytes.SplitSeq(body, separator) {
		if part = bytes.TrimSpace(part); len(part) == 0 {
			continue
		}
		v, ok := r.decodeJSON(part, "body/"+strconv.Itoa(len(list)), m.spec.schema)
		if !ok {
			return nil
		}
		list = append(list, v)
	}
	return list
}

// stream checks the values of a stream: each against itemSchema, the whole
// against a schema that asks for a list, each against any other.
func (r *report) stream(m *media, list []any) {
	each := m.item
	switch _, array, _ := (mediatype.Schema{At: m.spec.schema}).Composite(); {
	case m.item != nil || array:
		if m.schema != nil {
			r.value(m.schema, list, "body")
		}
	default:
		each = m.schema
	}
	for i, v := range list {
		if each == nil {
			break
		}
		r.value(each, v, "body/"+strconv.Itoa(i))
	}
}

// jsonType reports whether a media type, without parameters, holds JSON (RFC
// 6839, 3.1).
func jsonType(base string) bool {
	return mediatype.KindOf(base) == mediatype.JSON
}
