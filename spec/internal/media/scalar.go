package media

import (
	"encoding/json"
	"strconv"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// textOf is a scalar as plain text; anything else is JSON.
func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	}
	return string(sample.AppendJSON(nil, v))
}

// Scalar reads a text as the type that the schema asks for: a number or a
// boolean where it may be one and is one, else the text.
func (s Schema) Scalar(text string) any {
	t := s.types()
	if t.boolean && (text == "true" || text == "false") {
		return text == "true"
	}
	if t.number && json.Valid([]byte(text)) && text != "true" && text != "false" && text != "null" && text[0] != '"' && text[0] != '{' && text[0] != '[' {
		return json.Number(text)
	}
	if text == "" && t.null && !t.text {
		return nil
	}
	return text
}

// composite reports whether a value is an object or a list.
func composite(v any) bool {
	switch v.(type) {
	case sample.Object, []any:
		return true
	}
	return false
}
