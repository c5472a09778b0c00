package media

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// encodeCSV writes a list of objects as rows below their names, and a list of
// lists as they are (RFC 4180).
func encodeCSV(v any) []byte {
	rows, ok := v.([]any)
	if !ok {
		if _, isObject := v.(sample.Object); !isObject {
			return []byte(textOf(v))
		}
		rows = []any{v}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	var names []string
	for _, row := range rows {
		if o, ok := row.(sample.Object); ok {
			for _, m := range o {
				names = appendNew(names, m.Name)
			}
		}
	}
	if len(names) > 0 {
		_ = w.Write(names) // a buffer takes everything, here and below
	}
	for _, row := range rows {
		switch row := row.(type) {
		case sample.Object:
			cells := make([]string, len(names))
			for i, name := range names {
				v, _ := row.Get(name)
				cells[i] = textOf(v)
			}
			_ = w.Write(cells)
		case []any:
			cells := make([]string, len(row))
			for i, v := range row {
				cells[i] = textOf(v)
			}
			_ = w.Write(cells)
		default:
			_ = w.Write([]string{textOf(row)})
		}
	}
	w.Flush()
	return b.Bytes()
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

// decodeCSV reads rows by the schema of the list, or leaves the text as it is
// where that is what the schema describes.
func decodeCSV(s Schema, body []byte) (any, error) {
	r := csv.NewReader(bytes.NewReader(body))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	t := s.types()
	if !t.array {
		return s.Scalar(string(body)), nil
	}
	list := []any{}
	items := s.items()
	if items.types().object && len(rows) > 0 {
		o := items.object()
		for _, row := range rows[1:] {
			m := map[string]any{}
			for i, name := range rows[0] {
				if i < len(row) && (row[i] != "" || o.required[name]) {
					m[name] = o.property(name).cell(row[i])
				}
			}
			list = append(list, m)
		}
		return list, nil
	}
	for _, row := range rows {
		if !items.types().array {
			list = append(list, items.Scalar(strings.Join(row, ",")))
			continue
		}
		cells := []any{}
		for _, cell := range row {
			cells = append(cells, items.items().Scalar(cell))
		}
		list = append(list, cells)
	}
	return list, nil
}

// cell reads a field; what is no scalar stands there as JSON.
func (s Schema) cell(text string) any {
	if t := s.types(); (t.object || t.array) && !t.text {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var v any
		if d.Decode(&v) == nil && !d.More() {
			return v
		}
	}
	return s.Scalar(text)
}

// page is a small HTML document around a text.
func page(title, text string) string {
	return "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + html.EscapeString(title) + "</title></head>\n<body>\n<h1>" +
		html.EscapeString(title) + "</h1>\n<p>" + html.EscapeString(text) + "</p>\n</body>\n</html>\n"
}

// sheet is a small CSV text around a word, for schemas that say no more than
// that it is text.
func sheet(text string) string {
	var b strings.Builder
	b.WriteString("id,name,value\r\n")
	for i, word := range strings.Fields(text) {
		if i == 5 {
			break
		}
		b.WriteString(strconv.Itoa(i+1) + "," + strings.Trim(word, `",.`) + "," + strconv.Itoa(10*(i+1)) + "\r\n")
	}
	return b.String()
}

// Believe gives alternatives to a plain text that look like its media type. The
// caller takes them only where they satisfy the schema, too.
func Believe(media, name, text string) (string, bool) {
	if name == "" {
		name = "Page"
	}
	switch KindOf(base(media)) {
	case HTML:
		return page(name, text), true
	case CSV:
		return sheet(text), true
	}
	if base(media) == "image/svg+xml" {
		return `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="#36c"/></svg>`, true
	}
	return "", false
}

// encodeEvents writes server-sent events. An object with the fields of an event
// is one; any other value is the data of one.
func encodeEvents(v any) []byte {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var b bytes.Buffer
	for _, x := range list {
		o, isObject := x.(sample.Object)
		if _, hasData := o.Get("data"); !isObject || !hasData {
			o = sample.Object{{Name: "data", Value: x}}
		}
		for _, name := range []string{"id", "event", "retry", "data"} {
			v, ok := o.Get(name)
			if !ok || v == nil {
				continue
			}
			for line := range strings.SplitSeq(textOf(v), "\n") {
				b.WriteString(name + ": " + strings.TrimSuffix(line, "\r") + "\n")
			}
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// decodeEvents reads server-sent events (HTML, 9.2.6) by the schema of one.
func decodeEvents(s Schema, body []byte) []any {
	o := s.object()
	_, asObject := o.properties["data"]
	list := []any{}
	event := map[string]any{}
	flush := func() {
		if data, ok := event["data"].(string); ok {
			if asObject {
				for name, v := range event {
					event[name] = o.property(name).cell(v.(string))
				}
				list = append(list, event)
			} else {
				list = append(list, s.cell(data))
			}
		}
		event = map[string]any{}
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(string(body), "\r\n", "\n"), "\n") {
		if line == "" {
			flush()
			continue
		}
		name, v, _ := strings.Cut(line, ":")
		v = strings.TrimPrefix(v, " ")
		switch name {
		case "data":
			if before, ok := event["data"].(string); ok {
				v = before + "\n" + v
			}
			event["data"] = v
		case "id", "event", "retry":
			event[name] = v
		}
	}
	flush()
	return list
}
