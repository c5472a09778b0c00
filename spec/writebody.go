package spec

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// encodeBody writes a value as a request's body, and says of which type it is.
func encodeBody(m *media, v any) (body []byte, contentType string, err error) {
	if m.json {
		body, err = json.Marshal(v)
		return body, m.spec.concrete(), err
	}
	body, contentType = m.spec.mediatype().Encode(inOrder(v))
	return body, contentType, nil
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
