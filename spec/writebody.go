package spec

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// encodeBody writes a value as a request's body, and says of which type it is.
func encodeBody(m *media, v any) (body []byte, contentType string, err error) {
	contentType = concrete(m.spec.Type)
	base := mediaBase(contentType)
	text, isText := v.(string)
	switch {
	case jsonType(base):
		body, err = json.Marshal(v)
	case base == "application/xml" || base == "text/xml" || strings.HasSuffix(base, "+xml") || strings.HasPrefix(base, "multipart/"):
		err = fmt.Errorf("bodies of type %s are not made", base)
	case base == "application/x-www-form-urlencoded":
		body, err = encodeForm(v)
	case isText:
		body = []byte(text)
	default:
		body, err = json.Marshal(v)
	}
	return body, contentType, err
}

// encodeForm writes an object as a form, each property in form style, exploded.
func encodeForm(v any) ([]byte, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a form is an object")
	}
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(o)) {
		list, ok := o[k].([]any)
		if !ok {
			list = []any{o[k]}
		}
		for _, x := range list {
			parts = append(parts, escapeQuery(k)+"="+escapeQuery(scalarText(x)))
		}
	}
	return []byte(strings.Join(parts, "&")), nil
}
