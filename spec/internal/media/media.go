package media

import (
	"strings"

	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Type is a media type with what the document says of it.
type Type struct {
	Media     string // may be a range, and have parameters
	Schema    Schema
	Item      Schema     // OpenAPI 3.2: of each item of a stream
	Encoding  tree.Place // the members' Encoding Objects
	Component string     // the name of the schema's component, "" for none
}

// Streamed reports whether a body is a row of values, each for itself.
func (k Kind) Streamed() bool { return k == Lines || k == Sequence || k == Events }

// Encode writes a value in the media type, and says which type that is: with
// the boundary of a multipart body. Text goes as it is.
func (t Type) Encode(v any) (body []byte, contentType string) {
	contentType = Concrete(t.Media, t.Schema.binary())
	text, isText := v.(string)
	switch KindOf(base(contentType)) {
	case JSON:
		return sample.AppendJSON(nil, v), contentType
	case Lines:
		return encodeLines(v, ""), contentType
	case Sequence:
		return encodeLines(v, "\x1e"), contentType
	case Events:
		return encodeEvents(v), contentType
	case XML:
		return encodeXML(t.Schema, t.Component, v), contentType
	case Form:
		return encodeForm(t.Schema, t.Encoding, v), contentType
	case Multipart:
		body, boundary := encodeMultipart(t.Schema, t.Encoding, v)
		return body, base(contentType) + "; boundary=" + boundary
	case CSV:
		return encodeCSV(v), contentType
	}
	if isText {
		return []byte(text), contentType
	}
	return sample.AppendJSON(nil, v), contentType
}

func encodeLines(v any, before string) []byte {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []byte
	for _, x := range list {
		out = append(sample.AppendJSON(append(out, before...), x), '\n')
	}
	return out
}

// Rows reads a table, where the content type is CSV, else a stream of events, by
// the schema of their values: what came of it is to be checked.
func (t Type) Rows(contentType string, body []byte) (any, error) {
	if KindOf(base(contentType)) == CSV {
		return decodeCSV(t.Schema, body)
	}
	s := t.Item
	if !s.At.OK() {
		if s = t.Schema; s.types().array {
			s = s.items()
		}
	}
	return decodeEvents(s, body), nil
}

// Concrete is a media type to send for one that may be a range.
func Concrete(media string, binary bool) string {
	b := base(media)
	if !strings.Contains(b, "*") {
		return media
	}
	kind, sub, _ := strings.Cut(b, "/")
	if suffix, ok := strings.CutPrefix(sub, "*+"); ok {
		return kind + "/" + suffix
	}
	switch kind {
	case "text":
		return "text/plain"
	case "image":
		return "image/png"
	case "audio":
		return "audio/wav"
	case "video":
		return "video/mp4"
	case "font":
		return "font/woff2"
	case "multipart":
		return "multipart/form-data"
	}
	if binary {
		return "application/octet-stream"
	}
	return "application/json"
}

// Concrete is the media type to send.
func (t Type) Concrete() string { return Concrete(t.Media, t.Schema.binary()) }
