package spec

import (
	"encoding/json"
	"mime"
	"slices"

	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// examples are a media type's: its own, named or not, else its schema's, else
// the schema's default.
func (x *indexer) examples(s *MediaSpec, m tree.Place) []Example {
	var out []Example
	add := func(name string, v tree.Place) {
		if v.OK() {
			out = append(out, makeExample(name, s, v))
		}
	}
	m.Get("examples").Each(func(name string, e tree.Place) {
		e = x.follow(e)
		switch sent, data := e.Get("serializedValue"), e.Get("dataValue"); {
		case sent.OK(): // OpenAPI 3.2: as it goes over the wire
			out = append(out, Example{Name: name, Body: []byte(sent.Str()), Value: firstOK(data, sent).Value(), Pos: pos(sent), contentType: s.concrete()})
		case data.OK():
			add(name, data)
		case e.Get("externalValue").OK() && !e.Get("value").OK():
			x.warn(e, "the example "+name+" stands outside of the document (externalValue), and is left out", "put it in as `value`")
		default:
			add(name, e.Get("value"))
		}
	})
	add("", m.Get("example"))
	if len(out) > 0 {
		return out
	}
	schema := x.follow(m.Get("schema"))
	for _, v := range []tree.Place{schema.Get("example"), schema.Get("examples").At(0), schema.Get("default")} {
		if add("", v); len(out) > 0 {
			break
		}
	}
	return out
}

func firstOK(places ...tree.Place) tree.Place {
	return places[max(0, slices.IndexFunc(places, tree.Place.OK))]
}

// concrete is the media type to send, which may be documented as a range.
func (m *MediaSpec) concrete() string { return m.mediatype().Concrete() }

// mediatype is what the encoders need to know of a media type.
func (m *MediaSpec) mediatype() mediatype.Type {
	return mediatype.Type{Media: m.Type, Schema: mediatype.Schema{At: m.schema}, Item: mediatype.Schema{At: m.item}, Encoding: m.encoding, Component: sampleName(m.schema.Ref())}
}

// makeExample makes an example of a value: written in its media type, but text
// for anything that is no JSON is taken as it would be sent. So is text that
// stands in for JSON where the schema asks for no text at all.
func makeExample(name string, m *MediaSpec, v tree.Place) Example {
	e := Example{Name: name, Value: v.Value(), Pos: pos(v), contentType: m.Type}
	base, _, err := mime.ParseMediaType(m.Type)
	isJSON := err != nil || jsonType(base)
	text, isText := e.Value.(string)
	switch {
	case isText && !isJSON:
		e.Body, e.contentType = []byte(text), m.concrete()
	case isText && jsonInText(m, text):
		e.Body = []byte(text)
		_ = json.Unmarshal(e.Body, &e.Value) // it is valid
	case isJSON:
		e.Body = v.AppendJSON(nil)
	default:
		e.Body, e.contentType = m.mediatype().Encode(ordered(v))
	}
	return e
}

// jsonInText reports whether a text is an object or a list written as JSON, and
// the schema asks for that.
func jsonInText(m *MediaSpec, text string) bool {
	if len(text) < 2 || text[0] != '{' && text[0] != '[' || !json.Valid([]byte(text)) {
		return false
	}
	object, array, str := mediatype.Schema{At: m.schema}.Composite()
	return (object || array) && !str
}

// ordered decodes a place with the order of its members.
func ordered(p tree.Place) any {
	switch {
	case p.IsMap():
		o := sample.Object{}
		p.Each(func(name string, v tree.Place) { o = append(o, sample.Member{Name: name, Value: ordered(v)}) })
		return o
	case p.IsList():
		l := []any{}
		p.Each(func(_ string, v tree.Place) { l = append(l, ordered(v)) })
		return l
	}
	return p.Exact()
}
