package spec

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// pair is one member of a query string, or of an object in one text, decoded.
type pair struct {
	name, value string
	malformed   bool // a percent sign starts no octet (RFC 3986, 2.1)
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
		p := pair{}
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
		value, err := decodeParam(q, c, query)
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
		case q.schema != nil:
			v, err := value.best(q.schema)
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
func (q *param) example() string {
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
	case q.in == "query" && q.explode:
		return q.name + "=a&" + q.name + "=b"
	}
	return "a,b"
}

// reading is a parameter as text, before its schema says what it stands for:
// a string, a list or an object of them, or a JSON value of its own.
type reading struct {
	json   any  // of a `content` parameter
	isJSON bool //
	text   string
	list   []string
	object []pair
	shape  string // string, array, object
}

var errUTF8 = errors.New("not UTF-8")

// decodeParam reads a parameter by its location and style.
func decodeParam(q *checked, c *Call, query []pair) (reading, error) {
	shape := shapeOf(q.schema)
	switch q.in {
	case "path":
		for _, p := range c.Params {
			if p.Name == strings.TrimSuffix(strings.TrimLeft(q.name, ".;"), "*") || p.Name == q.name {
				return q.read(p.Value, shape)
			}
		}
		return reading{}, errAbsent
	case "header":
		values := headerValues(c.Request.Header, q.canonical)
		if len(values) == 0 {
			return reading{}, errAbsent
		}
		return q.read(strings.Join(values, ","), shape)
	case "cookie":
		return q.cookie(c.Request.Header, shape)
	}
	return q.query(query, shape)
}

func headerValues(h http.Header, canonical string) []string {
	if v, ok := h[canonical]; ok {
		return v
	}
	return nil
}

// cookie reads a cookie parameter, whose style is always form (OpenAPI 3.1, 4.8.12.3).
func (q *checked) cookie(h http.Header, shape string) (reading, error) {
	for _, line := range h["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			if name == q.name {
				text, _ := unescape(strings.Trim(value, `"`))
				return q.read(text, shape)
			}
		}
	}
	return reading{}, errAbsent
}

// query reads a query parameter.
func (q *checked) query(query []pair, shape string) (reading, error) {
	if q.media == "" && shape == "object" {
		return q.queryObject(query)
	}
	var values []string
	for _, p := range query {
		if p.name == q.name {
			if !utf8.ValidString(p.value) {
				return reading{}, errUTF8
			}
			values = append(values, p.value)
		}
	}
	switch {
	case len(values) == 0:
		return reading{}, errAbsent
	case q.media != "" || shape != "array":
		if len(values) > 1 {
			return reading{}, fmt.Errorf("is there %d times", len(values))
		}
		return q.read(values[0], shape)
	case q.explode:
		return reading{list: values, shape: shape}, nil
	case len(values) > 1:
		return reading{}, fmt.Errorf("is there %d times, and its values belong into one member", len(values))
	}
	return reading{list: split(values[0], q.separator()), shape: shape}, nil
}

func (q *checked) separator() string {
	switch q.style {
	case "spaceDelimited":
		return " "
	case "pipeDelimited":
		return "|"
	}
	return ","
}

func (q *checked) queryObject(query []pair) (reading, error) {
	out := reading{shape: "object"}
	for _, p := range query {
		switch {
		case q.style == "deepObject":
			if rest, ok := strings.CutPrefix(p.name, q.name+"["); ok && strings.HasSuffix(rest, "]") {
				out.object = append(out.object, pair{name: strings.TrimSuffix(rest, "]"), value: p.value})
			}
		case q.explode:
			if hasProperty(q.schema, p.name) {
				out.object = append(out.object, p)
			}
		case p.name == q.name:
			return q.object(p.value, q.separator(), false)
		}
	}
	if len(out.object) == 0 {
		return out, errAbsent
	}
	for _, p := range out.object {
		if !utf8.ValidString(p.name) || !utf8.ValidString(p.value) {
			return out, errUTF8
		}
	}
	return out, nil
}

// read reads one text in simple, label, matrix or form style.
func (q *checked) read(s, shape string) (reading, error) {
	if !utf8.ValidString(s) {
		return reading{}, errUTF8
	}
	if q.media != "" {
		if !jsonType(mediaBase(q.media)) {
			return reading{text: s, shape: "string"}, nil
		}
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil || d.More() {
			return reading{}, errors.New("is not valid JSON")
		}
		return reading{json: v, isJSON: true}, nil
	}
	sep, explodedSep := ",", ","
	switch q.style {
	case "label":
		rest, ok := strings.CutPrefix(s, ".")
		if !ok {
			return reading{}, errors.New("does not start with a dot")
		}
		s, explodedSep = rest, "."
	case "matrix":
		rest, ok := strings.CutPrefix(s, ";")
		if !ok {
			return reading{}, errors.New("does not start with a semicolon")
		}
		s, explodedSep = rest, ";"
		if shape != "object" || !q.explode {
			s = strings.TrimPrefix(s, q.name+"=")
		}
		if shape == "array" && q.explode {
			s = strings.ReplaceAll(s, ";"+q.name+"=", ";")
		}
	}
	if q.explode {
		sep = explodedSep
	}
	switch shape {
	case "array":
		return reading{list: split(s, sep), shape: shape}, nil
	case "object":
		return q.object(s, sep, q.explode)
	}
	return reading{text: s, shape: "string"}, nil
}

// object reads a,1,b,2 or, exploded, a=1,b=2.
func (q *checked) object(s, sep string, exploded bool) (reading, error) {
	out := reading{shape: "object"}
	parts := split(s, sep)
	if exploded {
		for _, p := range parts {
			name, value, ok := strings.Cut(p, "=")
			if !ok {
				return out, fmt.Errorf("has a part without a name: %s", short(p))
			}
			out.object = append(out.object, pair{name: name, value: value})
		}
		return out, nil
	}
	if len(parts)%2 != 0 {
		return out, errors.New("has a name without a value")
	}
	for i := 0; i < len(parts); i += 2 {
		out.object = append(out.object, pair{name: parts[i], value: parts[i+1]})
	}
	return out, nil
}

func split(s, sep string) []string {
	parts := strings.Split(s, sep)
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

// best returns the value that the text stands for under a schema, with what is
// wrong with it. "5" may be a number or a string: the text is fine if any of
// the readings that the schema's types allow is.
func (rd reading) best(s *jsonschema.Schema) (any, error) {
	switch {
	case rd.isJSON:
		return rd.json, s.Validate(rd.json)
	case rd.shape == "array":
		item := items(s)
		out := make([]any, len(rd.list))
		for i, t := range rd.list {
			out[i], _ = scalar(t, item)
		}
		return out, s.Validate(out)
	case rd.shape == "object":
		out := map[string]any{}
		for _, p := range rd.object {
			out[p.name], _ = scalar(p.value, property(s, p.name))
		}
		return out, s.Validate(out)
	}
	return scalar(rd.text, s)
}

// scalar reads one text under a schema.
func scalar(text string, s *jsonschema.Schema) (any, error) {
	if s == nil {
		return text, nil
	}
	var first any = text
	var firstErr error
	for i, v := range readings(text, typesOf(s)) {
		err := s.Validate(v)
		if err == nil {
			return v, nil
		}
		if i == 0 {
			first, firstErr = v, err
		}
	}
	return first, firstErr
}

// readings are what a text may stand for, the most telling first.
func readings(text string, types []string) []any {
	var out []any
	number := json.Valid([]byte(text)) && (text[0] == '-' || text[0] >= '0' && text[0] <= '9')
	if number && (slices.Contains(types, "integer") || slices.Contains(types, "number")) {
		out = append(out, json.Number(text))
	}
	if slices.Contains(types, "boolean") && (text == "true" || text == "false") {
		out = append(out, text == "true")
	}
	if slices.Contains(types, "null") && (text == "null" || text == "") {
		out = append(out, nil)
	}
	return append(out, text)
}

// shapeOf is how a parameter's text is divided: string, array or object.
func shapeOf(s *jsonschema.Schema) string {
	types := typesOf(s)
	switch {
	case slices.Contains(types, "array"):
		return "array"
	case slices.Contains(types, "object"):
		return "object"
	}
	return "string"
}

// typesOf are the types that a schema speaks of, through references and
// combinators.
func typesOf(s *jsonschema.Schema) []string {
	var out []string
	visit(s, func(s *jsonschema.Schema) {
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

func property(s *jsonschema.Schema, name string) (prop *jsonschema.Schema) {
	visit(s, func(s *jsonschema.Schema) {
		if prop != nil {
			return
		}
		if prop = s.Properties[name]; prop == nil {
			prop, _ = s.AdditionalProperties.(*jsonschema.Schema)
		}
	})
	return prop
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
	}
	walk(s)
}
