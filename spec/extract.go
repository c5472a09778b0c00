package spec

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// An extract is a document with a single operation, made for the library. It
// holds what the library reads of the operation itself, references resolved:
// parameters with their styles, content types, encodings, statuses, headers.
//
// Schemas that the library only runs are stand-ins, an empty schema with a title
// that no other has: what is run is the compiled schema injected under its hash
// (see library.go). Schemas that the library also reads, to take a parameter or
// a form apart, are copied to the depth that it looks at.
//
// So the library's model costs what the operation costs, and not what the
// document does, and two schemas of the same text stay two places.
type extract struct {
	inject []injection
}

// injection is a compiled schema with the title of its stand-in.
type injection struct {
	title  string
	schema *schemaOf
}

// readDepth is how deep schemas that the library reads are copied.
const readDepth = 6

func (x *extract) document(o *Operation, p *opPlan) []byte {
	op := map[string]any{}
	var params []any
	for _, q := range p.params {
		if !q.oursAlone() {
			params = append(params, x.parameter(q))
		}
	}
	if params != nil {
		op["parameters"] = params
	}
	if o.body != nil {
		op["requestBody"] = map[string]any{"required": o.body.required, "content": x.content(p.bodies)}
	}
	responses := map[string]any{}
	for i, r := range o.responses {
		out := map[string]any{"description": "-"}
		if len(r.Content) > 0 {
			out["content"] = x.content(p.responses[i].content)
		}
		headers := map[string]any{}
		for _, h := range p.responses[i].headers {
			header := x.parameter(h)
			delete(header, "name")
			delete(header, "in")
			headers[h.name] = header
		}
		if len(headers) > 0 {
			out["headers"] = headers
		}
		responses[r.Status] = out
	}
	op["responses"] = responses
	doc := map[string]any{
		"openapi": o.doc.files.Root().Get("openapi").Str(),
		"info":    map[string]any{"title": "-", "version": "-"},
		"paths":   map[string]any{o.template(): map[string]any{methodKey(o.Method): op}},
	}
	b, _ := json.Marshal(doc) // maps, strings and numbers always encode
	return b
}

// oursAlone reports whether a parameter is kept from the library, which reads
// it wrongly:
//
//   - a text that may be of several types must be of all of them at once, and one
//     that may be null never is;
//   - lists in headers may not have a space after the comma (RFC 9110, 5.6.1,
//     lets them), and checking them renders the model, which is a data race, as
//     it is for lists in cookies;
//   - label and matrix are told by the path template and not by the style;
//   - lists and objects in one text are divided after decoding, so that an encoded
//     comma divides a value;
//   - nested deepObject, exploded objects of any members, cookies of style cookie
//     and whole query strings are not known to it;
//   - allowEmptyValue is ignored, and a plus sign is a space even where
//     allowReserved lets it through.
//
// What is left it decides: single values, and exploded lists in the query.
func (q *checked) oursAlone() bool {
	if q.style == "label" || q.style == "matrix" || q.style == "cookie" || q.in == "querystring" || q.empty || q.media != "" {
		return true
	}
	types := typesOf(q.schema)
	slices.Sort(types)
	types = slices.Compact(types)
	return len(types) > 1 || q.reserved || slices.Contains(types, "object") ||
		slices.Contains(types, "array") && (q.in != "query" || !q.explode)
}

func (x *extract) parameter(q *checked) map[string]any {
	out := map[string]any{"name": q.name, "in": q.in, "required": q.required}
	for _, key := range []string{"style", "explode", "allowReserved"} {
		if v := q.at.Get(key); v.OK() {
			out[key] = v.Value()
		}
	}
	schema := x.read(q.param.schema, q.schema)
	if q.media != "" {
		out["content"] = map[string]any{q.media: map[string]any{"schema": schema}}
	} else {
		out["schema"] = schema
	}
	return out
}

func (x *extract) content(all []*media) map[string]any {
	out := map[string]any{}
	for _, m := range all {
		media := map[string]any{}
		if m.json && m.base != "text/json" && m.spec.schema.OK() { // all else is ours alone: see mediatype.go
			media["schema"] = x.standIn(m.schema)
		}
		if e := m.spec.encoding; e.OK() {
			media["encoding"] = plainCopy(e, readDepth)
		}
		out[m.spec.Type] = media
	}
	return out
}

// standIn is a schema that is only run.
func (x *extract) standIn(s *schemaOf) map[string]any {
	return map[string]any{"title": x.title(s)}
}

// read is a schema that the library also reads.
func (x *extract) read(at tree.Place, s *schemaOf) any {
	copied, ok := plainCopy(at, readDepth).(map[string]any)
	if !ok {
		return x.standIn(s)
	}
	delete(copied, "$ref") // of a composed schema
	copied["title"] = x.title(s)
	if items, ok := copied["items"].(map[string]any); ok { // of a list parameter: looked up by itself
		items["title"] = x.title(itemsOrAny(s))
	}
	return copied
}

func itemsOrAny(s *schemaOf) *schemaOf {
	if s == nil {
		return nil
	}
	return items(s)
}

func (x *extract) title(s *schemaOf) string {
	title := "#" + strconv.Itoa(len(x.inject))
	x.inject = append(x.inject, injection{title, s})
	return title
}

// plainCopy decodes a place with its references resolved; what is deeper than
// depth, as in a schema that holds itself, is left open.
func plainCopy(at tree.Place, depth int) any {
	to, err := at.Follow()
	if err != nil || !to.OK() {
		return map[string]any{}
	}
	switch {
	case to.IsMap() && depth < 0:
		return map[string]any{}
	case to.IsMap():
		out := map[string]any{}
		to.Each(func(key string, v tree.Place) {
			switch key {
			case "example", "examples", "description", "externalDocs", "discriminator", "$id", "$anchor", "$schema", "$defs":
			case "default", "enum", "const":
				out[key] = v.Value()
			default:
				out[key] = plainCopy(v, depth-1)
			}
		})
		return out
	case to.IsList():
		out := []any{}
		to.Each(func(_ string, v tree.Place) { out = append(out, plainCopy(v, depth-1)) })
		return out
	}
	return to.Value()
}
