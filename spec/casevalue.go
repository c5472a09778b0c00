package spec

import (
	"errors"
	"strings"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// caseSeeds is how many values are generated until one can be written down: a
// list with commas between cannot hold a text with a comma.
const caseSeeds = 6

// paramValue is a value that satisfies a parameter and can be written in its
// style: an example of the document's, else a generated one.
func (m *caseMaker) paramValue(q *checked) (any, error) {
	good := func(v any) bool {
		if v == nil || q.schema != nil && q.schema.Validate(v) != nil {
			return false
		}
		return q.fits(v)
	}
	for _, at := range []tree.Place{q.at, q.param.schema} {
		for _, v := range exampleValues(at) {
			if good(v) {
				return v, nil
			}
		}
	}
	s := m.o.doc.checker.samples()
	var last error = errors.New("no value of it can be written in its style")
	for try := range uint64(caseSeeds) {
		v, err := s.generator.Generate(sample.Request{
			Schema: s.plan.Source(q.param.schema, compile.Generic), Name: q.name, Seed: [2]uint64{m.seed, try}, Minimal: try >= caseSeeds/2,
		})
		if err != nil {
			return nil, err
		}
		for _, x := range []any{v.Any(), tame(v.Any())} {
			if good(x) {
				return x, nil
			}
		}
	}
	return nil, last
}

// tame takes out of a value's texts whatever might divide them.
func tame(v any) any {
	switch v := v.(type) {
	case string:
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, v)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = tame(x)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[k] = tame(x)
		}
		return out
	}
	return v
}

// exampleValues are the examples of a parameter, a media type or a schema.
func exampleValues(at tree.Place) (out []any) {
	if e := at.Get("example"); e.OK() {
		out = append(out, e.Exact())
	}
	at.Get("examples").Each(func(name string, e tree.Place) {
		if name == "" { // a schema's
			out = append(out, e.Exact())
			return
		}
		if to, err := e.Follow(); err == nil && to.Get("value").OK() {
			out = append(out, to.Get("value").Exact())
		}
	})
	if d := at.Get("default"); d.OK() {
		out = append(out, d.Exact())
	}
	return out
}

// bodyValues are values of a media type of the request's body: the first
// example that satisfies the schema, a generated value, and a generated value
// with only what is required; of them those that can be written in the type.
func (m *caseMaker) bodyValues(b *media) (out []any, err error) {
	take := func(v any) {
		switch body, _, e := encodeBody(b, v); {
		case e != nil:
			err = e
		case len(body) == 0 && m.o.body.required:
			err = errors.New("an empty text or form is no body")
		default:
			out = append(out, v)
		}
	}
	for _, v := range exampleValues(b.spec.at) {
		if b.schema == nil || b.schema.Validate(v) == nil {
			take(v)
			break
		}
	}
	s := m.o.doc.checker.samples()
	for _, minimal := range []bool{false, true} {
		v, e := s.generator.Generate(sample.Request{
			Schema: s.plan.Source(b.spec.schema, compile.Request), Name: sampleName(b.spec.schema.Ref()),
			Seed: [2]uint64{m.seed, 0}, Direction: sample.InRequest, Minimal: minimal,
		})
		if e != nil {
			err = e
			continue
		}
		take(v.Any())
	}
	if len(out) > 0 {
		err = nil
	}
	return out, err
}

// fits reports whether a value can be written in the parameter's style and
// read back as the same.
func (q *checked) fits(v any) bool {
	text := func(s, separators string) bool {
		if strings.TrimSpace(s) != s || s == "" {
			return false
		}
		for _, r := range s {
			if strings.ContainsRune(separators, r) || r < ' ' || q.in == "header" && r > '~' {
				return false
			}
		}
		return s != "." && s != ".."
	}
	if q.media != "" {
		return q.in != "header" && q.in != "path" || text(scalarText(v), "")
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			if composite(x) || !text(scalarText(x), q.separators()) {
				return false
			}
		}
		return len(v) > 0
	case map[string]any:
		for k, x := range v {
			if composite(x) || !text(scalarText(x), q.separators()) || !text(k, q.separators()+"=[]") {
				return false
			}
		}
		return len(v) > 0
	}
	separators := ""
	if q.style == "label" || q.style == "matrix" {
		separators = ".;,"
	}
	return text(scalarText(v), separators)
}

// separators are the characters that a part of the parameter cannot hold.
func (q *checked) separators() string {
	switch {
	case q.in == "query" && (q.explode || q.style == "deepObject"):
		return ""
	case q.style == "spaceDelimited":
		return " "
	case q.style == "pipeDelimited":
		return "|"
	}
	return ",.;="
}
