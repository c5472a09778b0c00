package spec

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
)

// encodeBody writes a value as a request's body, and says of which type it is.
// Forms have no way to say that a list or an object is there, and is empty; nor
// have parts for lists.
func encodeBody(m *media, v any) (body []byte, contentType string, err error) {
	if m.json {
		body, err = json.Marshal(v)
		return body, m.spec.concrete(), err
	}
	kind := mediatype.KindOf(mediaBase(m.spec.concrete()))
	values := []any{v}
	if members, ok := v.(map[string]any); ok {
		values = slices.Collect(maps.Values(members))
	}
	for _, x := range values {
		if list, ok := x.([]any); kind == mediatype.Form && hollow(x) || kind == mediatype.Multipart && ok && len(list) == 0 {
			return nil, "", errors.New("an empty list or object cannot be sent in it")
		}
	}
	body, contentType = m.spec.mediatype().Encode(inOrder(v))
	return body, contentType, nil
}

// hollow reports whether a value is, or holds, an empty list or object.
func hollow(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			if hollow(x) {
				return true
			}
		}
		return len(v) == 0
	case []any:
		return len(v) == 0 || slices.ContainsFunc(v, hollow)
	}
	return false
}

// inOrder is a value whose objects have their members by name, as the encoders
// take them.
func inOrder(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(sample.Object, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out = append(out, sample.Member{Name: name, Value: inOrder(v[name])})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = inOrder(x)
		}
		return out
	}
	return v
}
