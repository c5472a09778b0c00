package control

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// decode reads a call's body into v, a pointer to a struct. Unlike plain
// encoding/json it takes members under their exact names only, and says of a
// mistake where it is. An empty body leaves v alone.
func (c *call) decode(v any) *answer {
	if refused := c.wellFormed(); refused != nil || len(bytes.TrimSpace(c.body)) == 0 {
		return refused
	}
	if err := json.Unmarshal(c.body, v); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return refuse(badBody, "%s cannot be a JSON %s", memberName(wrong.Field), wrong.Value)
		}
		return refuse(badBody, "the body cannot be read: %v", err)
	}
	var tree any
	// It has been read once, so it can be again.
	_ = json.Unmarshal(c.body, &tree)
	if name, known := unknownMember(reflect.TypeOf(v).Elem(), tree, ""); name != "" {
		return refuse(badBody, "there is no member %s here; known are %s", short(name), strings.Join(known, ", "))
	}
	return nil
}

func memberName(field string) string {
	if field == "" {
		return "the body"
	}
	return "member " + field
}

// wellFormed refuses a body that is no JSON, and says where it stops being so.
func (c *call) wellFormed() *answer {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	if !utf8.Valid(c.body) {
		return refuse(badJSON, "the body is not UTF-8 (RFC 8259, 8.1)")
	}
	var raw json.RawMessage
	dec := json.NewDecoder(bytes.NewReader(c.body))
	if err := dec.Decode(&raw); err != nil {
		return refuse(badJSON, "%s", syntaxText(c.body, err))
	}
	if _, err := dec.Token(); err != io.EOF {
		return refuse(badJSON, "something follows the JSON value at %s", place(c.body, dec.InputOffset()))
	}
	return nil
}

// syntaxText words a syntax error with its line and column, if it is one.
func syntaxText(body []byte, err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("%v, at %s", syntax, place(body, syntax.Offset-1))
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "the JSON value is not complete, at " + place(body, int64(len(body)))
	}
	return err.Error()
}

// place is the line and column, in characters from 1, of the byte at an offset.
func place(body []byte, offset int64) string {
	before := body[:max(0, min(int(offset), len(body)))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d", line, column)
}

// unknownMember finds a member of a decoded JSON value that a struct type has no
// field for, by the exact names of the json tags, and returns its path and the
// names that there are.
func unknownMember(t reflect.Type, value any, at string) (name string, known []string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	object, isObject := value.(map[string]any)
	if t.Kind() != reflect.Struct || !isObject {
		return "", nil
	}
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[tag] = t.Field(i).Type
		known = append(known, tag)
	}
	names := make([]string, 0, len(object))
	for n := range object {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		field, ok := fields[n]
		if !ok {
			return at + n, known
		}
		if deeper, inner := unknownMember(field, object[n], at+n+"."); deeper != "" {
			return deeper, inner
		}
	}
	return "", nil
}
