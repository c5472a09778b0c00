package spec

import (
	"mime"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// encoding says how one property of a form travels (OpenAPI 3.1, 4.8.15).
type encoding struct {
	types   []string // contentType, divided; nil: any
	style   string   // "" where the document names none
	explode bool
	headers []*checked // of a part
	at      tree.Place
}

// encodings reads a media type's `encoding`.
func (c *checker) encodings(at tree.Place) map[string]encoding {
	var out map[string]encoding
	x := indexer{doc: c.doc}
	at.Each(func(name string, e tree.Place) {
		e = x.follow(e)
		if out == nil {
			out = map[string]encoding{}
		}
		enc := encoding{style: e.Get("style").Str(), at: e}
		enc.explode = enc.style == "form" || enc.style == ""
		if explode := e.Get("explode"); explode.OK() {
			enc.explode = explode.True()
			if enc.style == "" {
				enc.style = "form"
			}
		}
		for t := range strings.SplitSeq(e.Get("contentType").Str(), ",") {
			if t = mediaBase(t); t != "" {
				enc.types = append(enc.types, t)
			}
		}
		e.Get("headers").Each(func(header string, h tree.Place) {
			if !strings.EqualFold(header, "Content-Type") {
				enc.headers = append(enc.headers, c.param(x.param(x.follow(h), header, "header")))
			}
		})
		out[name] = enc
	})
	return out
}

// takes reports whether a part may be of a media type.
func (e encoding) takes(base string) bool {
	kind, _, _ := strings.Cut(base, "/")
	return e.types == nil || slices.ContainsFunc(e.types, func(t string) bool { return t == base || t == kind+"/*" || t == "*/*" })
}

// divide reads a text that holds a list or an object in one of the delimited
// styles; other text stays as it is.
func (e encoding) divide(p pair, schemas []*schemaOf) any {
	if e.style == "" || e.style == "deepObject" || e.explode && e.style == "form" {
		return p.value
	}
	list, object := wants(schemas, "array"), wants(schemas, "object")
	if !list && !object {
		return p.value
	}
	q := checked{param: &param{name: p.name, style: e.style}}
	all, err := q.delimited(p, list, object)
	if err != nil {
		return p.value
	}
	return all[0]
}

// formOf makes the members of a form of its pairs. Names that the schema declares
// are meant as they are, even with brackets; others with brackets are members of
// members. The properties of an exploded object stand beside it.
func formOf(pairs []pair, m *media) map[string]any {
	out := members{}
	var schemas []*schemaOf
	var encodings map[string]encoding
	if m != nil {
		schemas, encodings = []*schemaOf{m.schema}, m.encodings
	}
	spread := spreadProperties(schemas, encodings)
	for _, p := range pairs {
		path, _ := brackets(p.name)
		switch owner := spread[p.name]; {
		case m != nil && hasProperty(m.schema, p.name):
			path = []string{p.name}
		case owner != "":
			path = []string{owner, p.name}
		}
		var value any = p.value
		if enc, ok := encodings[path[0]]; ok && len(path) == 1 {
			value = enc.divide(p, propertySchemas(schemas, path[0]))
		}
		if list, ok := value.([]any); ok && out[path[0]] == nil && len(path) == 1 {
			out[path[0]] = list
			continue
		}
		if !out.add(path, value) {
			out.add([]string{p.name}, value)
		}
	}
	return out
}

// spreadProperties tells which exploded object of a form owns a name.
func spreadProperties(schemas []*schemaOf, encodings map[string]encoding) map[string]string {
	var out map[string]string
	for name, e := range encodings {
		if e.style != "form" || !e.explode {
			continue
		}
		visitAll(propertySchemas(schemas, name), func(s *schemaOf) {
			for property := range s.Properties {
				if out == nil {
					out = map[string]string{}
				}
				out[property] = name
			}
		})
	}
	return out
}

// charsetOf is the charset that a Content-Type names, in lower case; "" is none.
func charsetOf(contentType string) string {
	if !strings.Contains(contentType, ";") {
		return ""
	}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return strings.ToLower(params["charset"])
}
