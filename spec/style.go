package spec

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// decode reads a parameter by its location and style (OpenAPI 3.1, 4.8.12.4; RFC
// 6570). It gives what the text may stand for as raw values, the likeliest first;
// there is more than one where clients differ or a schema allows it.
func (q *checked) decode(c *Call, query []pair) ([]any, error) {
	switch q.in {
	case "path":
		for i, p := range c.Params {
			if p.Name == strings.TrimSuffix(strings.TrimLeft(q.name, ".;"), "*") || p.Name == q.name {
				if !utf8.ValidString(p.Value) {
					return nil, errUTF8
				}
				return q.styled(c.sentParam(i), pathText)
			}
		}
		return nil, errAbsent
	case "header":
		values := headerValues(c.Request.Header, q.canonical)
		if len(values) == 0 {
			return nil, errAbsent
		}
		return q.header(values)
	case "cookie":
		return q.cookie(c.Request.Header)
	case "querystring":
		if c.Request.RawQuery == "" {
			return nil, errAbsent
		}
		if mediaBase(q.media) == "application/x-www-form-urlencoded" {
			return []any{formOf(query, nil)}, nil
		}
		return q.content(queryText(c.Request.RawQuery))
	}
	return q.query(query)
}

func headerValues(h http.Header, canonical string) []string { return h[canonical] }

// The ways in which text is encoded at its place.
func pathText(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

func queryText(s string) string { out, _ := unescape(s); return out }

// fieldText is a header's: as it is, but for white space around it (RFC 9110,
// 5.6.1).
func fieldText(s string) string { return strings.Trim(s, " \t") }

// header reads a header's lines, of a request or a response.
func (q *checked) header(values []string) ([]any, error) {
	text := strings.Join(values, ",")
	if !utf8.ValidString(text) {
		return nil, errUTF8
	}
	if q.media != "" {
		return q.content(text)
	}
	return q.styled(text, fieldText)
}

// content reads a parameter that has a media type.
func (q *checked) content(text string) ([]any, error) {
	switch base := mediaBase(q.media); {
	case !utf8.ValidString(text):
		return nil, errUTF8
	case jsonType(base):
		v, err := decodeText(text)
		if err != nil {
			return nil, errors.New("is not valid JSON")
		}
		return []any{exact{value: v}}, nil
	case base == "application/x-www-form-urlencoded":
		return []any{formOf(queryPairs(text), nil)}, nil
	}
	return []any{text}, nil
}

// styled reads simple, label and matrix style.
func (q *checked) styled(s string, decoded func(string) string) ([]any, error) {
	if q.media != "" {
		return q.content(decoded(s))
	}
	list, object := wants([]*schemaOf{q.schema}, "array"), wants([]*schemaOf{q.schema}, "object")
	seps := []string{","}
	switch q.style {
	case "label":
		rest, ok := strings.CutPrefix(s, ".")
		if !ok {
			return nil, errors.New("does not start with a dot")
		}
		s, seps = rest, []string{",", "."} // OpenAPI before 3.1.1 puts dots either way
		if q.explode {
			seps = []string{"."}
		}
	case "matrix":
		rest, ok := strings.CutPrefix(s, ";")
		if !ok {
			return nil, errors.New("does not start with a semicolon")
		}
		s = rest
		if q.explode && object {
			seps = []string{";"}
			break
		}
		if s, ok = q.cutNames(s, q.explode && list); !ok {
			return nil, fmt.Errorf("does not start with ;%s=", q.name)
		}
		if q.explode {
			seps = []string{";"}
		}
	}
	var out []any
	var wrong error
	for _, sep := range seps {
		parts := strings.Split(s, sep)
		if list {
			out = append(out, textsOf(parts, decoded))
		}
		if object {
			m, err := objectOf(parts, q.explode, decoded)
			if err != nil {
				wrong = errors.Join(wrong, err)
			} else {
				out = append(out, m)
			}
		}
	}
	if object && !list && len(out) == 0 && !wants([]*schemaOf{q.schema}, "string") {
		return nil, firstOf(wrong)
	}
	return append(out, decoded(s)), nil
}

// firstOf is the first of joined errors.
func firstOf(err error) error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()[0]
	}
	return err
}

// cutNames takes ;name= off a matrix parameter; each of its items has one where
// it is exploded.
func (q *checked) cutNames(s string, each bool) (rest string, ok bool) {
	parts := []string{s}
	if each {
		parts = strings.Split(s, ";")
	}
	for i, p := range parts {
		name, value, _ := strings.Cut(p, "=")
		if pathText(name) != q.name {
			return "", false
		}
		parts[i] = value
	}
	return strings.Join(parts, ";"), true
}

func textsOf(parts []string, decoded func(string) string) []any {
	if len(parts) == 1 && parts[0] == "" {
		return []any{}
	}
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = decoded(p)
	}
	return out
}

// objectOf reads a,1,b,2 or, exploded, a=1,b=2, divided at its commas.
func objectOf(parts []string, exploded bool, decoded func(string) string) (map[string]any, error) {
	out := members{}
	if len(parts) == 1 && parts[0] == "" {
		return out, nil
	}
	if exploded {
		for _, p := range parts {
			name, value, ok := strings.Cut(p, "=")
			if !ok {
				return nil, fmt.Errorf("has a part without a name: %s", short(p))
			}
			out.add([]string{decoded(name)}, decoded(value))
		}
		return out, nil
	}
	if len(parts)%2 != 0 {
		return nil, errors.New("has a name without a value")
	}
	for i := 0; i < len(parts); i += 2 {
		out.add([]string{decoded(parts[i])}, decoded(parts[i+1]))
	}
	return out, nil
}

// query reads a query parameter.
func (q *checked) query(query []pair) ([]any, error) {
	schemas := []*schemaOf{q.schema}
	if q.style == "deepObject" && q.media == "" {
		return q.deepObject(query)
	}
	object := wants(schemas, "object")
	if q.explode && object && q.media == "" {
		if m := q.explodedObject(query); len(m) > 0 {
			return []any{map[string]any(m)}, nil
		}
	}
	var values []pair
	for _, p := range query {
		if p.name == q.name {
			if !utf8.ValidString(p.value) {
				return nil, errUTF8
			}
			values = append(values, p)
		}
	}
	list := wants(schemas, "array") && q.media == ""
	switch {
	case len(values) == 0:
		return nil, errAbsent
	case list && q.explode:
		out := []any{}
		for _, p := range values {
			out = append(out, q.text(p))
		}
		if len(values) > 1 {
			return []any{out}, nil
		}
		return []any{out, q.text(values[0])}, nil
	case len(values) > 1 && list:
		return nil, fmt.Errorf("is there %d times, and its values belong into one member", len(values))
	case len(values) > 1:
		return nil, fmt.Errorf("is there %d times", len(values))
	case q.media != "":
		return q.content(values[0].value)
	}
	return q.delimited(values[0], list, object)
}

// text is a member's text. Where reserved characters are allowed a plus sign is
// one (RFC 6570, 3.2.3), else it is a space, as in forms.
func (q *checked) text(p pair) string {
	if q.reserved {
		return pathText(p.raw)
	}
	return p.value
}

// delimited reads one member that holds a list or an object, in form,
// spaceDelimited or pipeDelimited style. Delimiters of form style are commas, and
// encoded ones belong to a value; there are clients that encode all of them.
func (q *checked) delimited(p pair, list, object bool) ([]any, error) {
	var divided [][]string
	switch q.style {
	case "spaceDelimited":
		divided = append(divided, strings.Split(p.value, " "))
	case "pipeDelimited":
		divided = append(divided, strings.Split(p.value, "|"))
	default:
		parts := strings.Split(p.raw, ",")
		for i := range parts {
			parts[i] = q.text(pair{raw: parts[i], value: queryText(parts[i])})
		}
		divided = append(divided, parts)
		if all := strings.Split(q.text(p), ","); len(parts) == 1 && len(all) > 1 {
			divided = append(divided, all)
		}
	}
	same := func(s string) string { return s }
	var out []any
	var wrong error
	for _, parts := range divided {
		if list {
			out = append(out, textsOf(parts, same))
			if len(parts) == 1 && parts[0] == "" {
				out = append(out, []any{""})
			}
		}
		if object {
			m, err := objectOf(parts, false, same)
			if err == nil {
				out = append(out, m)
			} else if wrong == nil {
				wrong = err
			}
		}
	}
	if object && !list && len(out) == 0 && !wants([]*schemaOf{q.schema}, "string") {
		return nil, wrong
	}
	return append(out, q.text(p)), nil
}

// deepObject reads name[key]=value, nested and with lists too: OpenAPI leaves
// open how these are written, so all the usual ways are read.
func (q *checked) deepObject(query []pair) ([]any, error) {
	out := members{}
	// A schema may ask for an object or for something simpler, which needs no key.
	plain := slices.ContainsFunc(typesOf(q.schema), func(t string) bool { return t != "object" })
	for _, p := range query {
		if p.name == q.name && plain && utf8.ValidString(p.value) {
			out.add([]string{q.name}, q.text(p))
			continue
		}
		if p.name == q.name {
			return nil, fmt.Errorf("has no key in brackets")
		}
		if !strings.HasPrefix(p.name, q.name+"[") {
			continue
		}
		if !utf8.ValidString(p.name) || !utf8.ValidString(p.value) {
			return nil, errUTF8
		}
		path, ok := brackets("x" + p.name[len(q.name):]) // the name itself may have some
		if !ok || !out.add(append([]string{q.name}, path[1:]...), q.text(p)) {
			return nil, fmt.Errorf("cannot be read at %s", cut(p.name))
		}
	}
	if len(out) == 0 {
		return nil, errAbsent
	}
	return []any{out[q.name]}, nil
}

// explodedObject gathers the members of the query that are properties of an
// exploded object: those that it declares, and where it takes any, those that
// nothing else declares.
func (q *checked) explodedObject(query []pair) members {
	out := members{}
	for _, p := range query {
		if hasProperty(q.schema, p.name) || isOpen(q) && !slices.Contains(q.siblings, p.name) {
			out.add([]string{p.name}, q.text(p))
		}
	}
	return out
}

// cookie reads a cookie parameter. Style form puts it all into one cookie, or
// exploded into several with ampersands between, as in a query; style cookie of
// OpenAPI 3.2, and most clients, into as many cookies.
func (q *checked) cookie(h http.Header) ([]any, error) {
	decoded := pathText
	if q.style == "cookie" {
		decoded = func(s string) string { return s }
	}
	schemas := []*schemaOf{q.schema}
	list, object := wants(schemas, "array"), wants(schemas, "object")
	var values []string
	own := members{}
	for _, p := range cookiePairs(h) {
		switch {
		case p.name == q.name:
			values = append(values, p.raw)
		case q.explode && object && q.media == "" && hasProperty(q.schema, p.name):
			own.add([]string{p.name}, decoded(p.raw))
		}
	}
	switch {
	case len(own) > 0:
		return []any{map[string]any(own)}, nil
	case len(values) == 0:
		return nil, errAbsent
	case !utf8.ValidString(strings.Join(values, "")):
		return nil, errUTF8
	case q.media != "":
		return q.content(decoded(values[0]))
	case list && len(values) > 1:
		return []any{textsOf(values, decoded)}, nil
	}
	var out []any
	if list {
		if q.explode { // color=blue&color=black
			out = append(out, textsOf(strings.Split(values[0], "&"+q.name+"="), decoded))
		}
		out = append(out, textsOf(strings.Split(values[0], ","), decoded))
	}
	if object {
		if m, err := objectOf(strings.Split(values[0], ","), false, decoded); err == nil {
			out = append(out, m)
		} else if !list {
			return nil, err
		}
	}
	return append(out, decoded(values[0])), nil
}

// cookiePairs are the cookies of a request, in order.
func cookiePairs(h http.Header) []pair {
	var out []pair
	for _, line := range h["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
				out = append(out, pair{name: name, raw: strings.Trim(value, `"`)})
			}
		}
	}
	return out
}
