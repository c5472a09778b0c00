package spec

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// pair is one member of a query string, or of an object in one text, decoded.
type pair struct {
	name, value string
	raw         string // the value as it was sent
	malformed   bool   // a percent sign starts no octet (RFC 3986, 2.1)
}

// queryPairs divides a query string, in its order. What is not percent-encoded
// properly is taken as it stands, as servers do.
func queryPairs(raw string) []pair {
	var out []pair
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		p := pair{raw: value}
		var okName, okValue bool
		p.name, okName = unescape(name)
		p.value, okValue = unescape(value)
		p.malformed = !okName || !okValue
		out = append(out, p)
	}
	return out
}

func unescape(s string) (text string, ok bool) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, true
	}
	if out, err := url.QueryUnescape(s); err == nil {
		return out, true
	}
	return s, false
}

// errAbsent says that a request does not hold a parameter.
var errAbsent = errors.New("absent")

// params checks all parameters of a call.
func (r *report) params(p *opPlan, c *Call, query []pair) {
	for _, q := range p.params {
		where := q.in + "." + q.name
		raw, err := q.decode(c, query)
		switch {
		case errors.Is(err, errAbsent):
			if q.required {
				r.add(keywordOr(q.at, "required"), Violation{Where: where, Keyword: "required", Want: q.name,
					Message: fmt.Sprintf("the %s parameter %q is missing", q.in, q.name), Fix: "send " + q.name})
			}
		case errors.Is(err, errUTF8):
			r.add(q.at, Violation{Where: where, Keyword: "utf-8", Message: where + " is not UTF-8 text", Want: "UTF-8", Fix: "encode it as UTF-8"})
		case err != nil:
			r.add(keywordOr(q.at, "style"), Violation{Where: where, Keyword: "style", Message: fmt.Sprintf("%s %v", where, err),
				Want: q.style + " style", Fix: "write it as " + q.example()})
		case q.schema != nil && !q.isEmpty(raw):
			v, err := q.value(raw)
			r.schema(err, where, v)
		}
	}
}

// keywordOr is the place of a keyword, or of what holds it where it is left out.
func keywordOr(at tree.Place, key string) tree.Place {
	if k := at.Get(key); k.OK() {
		return k
	}
	return at
}

// example shows how a parameter is written.
func (q *checked) example() string {
	switch {
	case q.media != "":
		return q.media
	case q.style == "deepObject":
		return q.name + "[key]=value"
	case q.style == "spaceDelimited":
		return q.name + "=a%20b"
	case q.style == "pipeDelimited":
		return q.name + "=a%7Cb"
	case q.style == "matrix":
		return ";" + q.name + "=value"
	case q.style == "label":
		return ".value"
	case q.in == "query" && q.explode && wants([]*schemaOf{q.schema}, "array"):
		return q.name + "=a&" + q.name + "=b"
	case q.in == "query" && !wants([]*schemaOf{q.schema}, "array") && !wants([]*schemaOf{q.schema}, "object"):
		return q.name + "=value"
	}
	return "a,b"
}

var errUTF8 = errors.New("not UTF-8")

// value is what a parameter's text stands for: the first of its raw values that
// satisfies the schema, else the first, with what is wrong with it.
func (q *checked) value(raw []any) (v any, err error) {
	if q.schema == nil {
		return typed(raw[0], nil), nil
	}
	schemas := []*schemaOf{q.schema}
	for i, candidate := range raw {
		got := typed(candidate, schemas)
		wrong := q.schema.Validate(got)
		if wrong == nil {
			return got, nil
		}
		if i == 0 {
			v, err = got, wrong
		}
	}
	return v, err
}

// isEmpty reports whether a parameter is there without a value, and may be
// (OpenAPI 3.1, 4.8.12.2: allowEmptyValue).
func (q *checked) isEmpty(raw []any) bool {
	return q.empty && q.in == "query" && raw[len(raw)-1] == ""
}

// typesOf are the types that schemas speak of, through references and
// combinators.
func typesOf(schemas ...*jsonschema.Schema) []string {
	var out []string
	visitAll(schemas, func(s *jsonschema.Schema) {
		if s.Types != nil {
			out = append(out, s.Types.ToStrings()...)
			return
		}
		if s.Enum != nil {
			for _, v := range s.Enum.Values {
				out = append(out, typeName(v))
			}
		}
		if s.Const != nil {
			out = append(out, typeName(*s.Const))
		}
	})
	return out
}

func typeName(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "number"
}

func items(s *jsonschema.Schema) (item *jsonschema.Schema) {
	visit(s, func(s *jsonschema.Schema) {
		if item == nil {
			item = s.Items2020
		}
	})
	return item
}

func hasProperty(s *jsonschema.Schema, name string) (has bool) {
	visit(s, func(s *jsonschema.Schema) { has = has || s.Properties[name] != nil })
	return has
}

// visit calls f for a schema and for what it refers to and is composed of.
func visit(s *jsonschema.Schema, f func(*jsonschema.Schema)) {
	seen := map[*jsonschema.Schema]bool{}
	var walk func(*jsonschema.Schema)
	walk = func(s *jsonschema.Schema) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		f(s)
		walk(s.Ref)
		for _, group := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
			for _, b := range group {
				walk(b)
			}
		}
		walk(s.Then)
		walk(s.Else)
	}
	walk(s)
}
