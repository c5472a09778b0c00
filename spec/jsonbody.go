package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// maxDepth is how deep objects and arrays of a body may be nested.
const maxDepth = 512

// decodeJSON decodes a body exactly: numbers stay as they are written. What is
// wrong with it is added to the report, at a place of the document that the
// body belongs to; ok is false where no value came of it.
//
// The library's own decoder takes the last of two members of one name, goes on
// where text is not UTF-8, and has no limit to nesting.
func (r *report) decodeJSON(body []byte, where string, at tree.Place) (v any, ok bool) {
	if !utf8.Valid(body) {
		r.add(at, Violation{Where: where, Keyword: "utf-8", Message: subject(where) + " is not UTF-8 text (RFC 8259, 8.1)",
			Want: "UTF-8", Fix: "encode the body as UTF-8"})
		return nil, false
	}
	d := decoder{Decoder: json.NewDecoder(bytes.NewReader(body)), report: r, at: at}
	d.UseNumber()
	v, err := d.value(where, 0)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return v, true
		}
		err = errors.New("there is more after the value")
	}
	if errors.Is(err, errDeep) {
		r.add(at, Violation{Where: where, Keyword: "depth", Message: fmt.Sprintf("%s is nested deeper than %d levels", subject(where), maxDepth),
			Want: fmt.Sprintf("at most %d levels", maxDepth)})
		return nil, false
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	r.add(at, Violation{Where: where, Keyword: "syntax", Message: fmt.Sprintf("%s is not valid JSON: %v", subject(where), err),
		Got: cut(string(body)), Want: "JSON", Fix: fmt.Sprintf("look at byte %d of the body", d.InputOffset())})
	return nil, false
}

var errDeep = errors.New("too deep")

type decoder struct {
	*json.Decoder
	report *report
	at     tree.Place
}

func (d *decoder) value(where string, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, composed := t.(json.Delim)
	if n, ok := t.(json.Number); ok && !float64Holds(n.String()) {
		d.report.inexact = true
	}
	if !composed {
		return t, nil
	}
	if depth++; depth > maxDepth {
		return nil, errDeep
	}
	if delim == '[' {
		return d.array(where, depth)
	}
	return d.object(where, depth)
}

func (d *decoder) array(where string, depth int) (any, error) {
	out := []any{}
	for d.More() {
		v, err := d.value(where+"/"+strconv.Itoa(len(out)), depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := d.Token()
	return out, err
}

func (d *decoder) object(where string, depth int) (any, error) {
	out := map[string]any{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok {
			return nil, errors.New("a member has no name")
		}
		at := where + "/" + tree.Escape(name)
		v, err := d.value(at, depth)
		if err != nil {
			return nil, err
		}
		if _, twice := out[name]; twice {
			d.report.add(d.at, Violation{Where: at, Keyword: "duplicate", Got: short(name), Want: "one member of each name",
				Message: fmt.Sprintf("%s has the member %q twice (RFC 8259, 4)", subject(where), name), Fix: "leave one of them out"})
		}
		out[name] = v
	}
	_, err := d.Token()
	return out, err
}

// float64Holds reports whether a number surely survives as a float64: 15
// significant digits do, and so does any size that has no exponent to speak of.
func float64Holds(s string) bool {
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == 'e' || c == 'E':
			return false
		case c >= '0' && c <= '9':
			digits++
		}
	}
	return digits <= 15
}
