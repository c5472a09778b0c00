package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// RuntimeExpression is a text that an exchange fills in (OpenAPI 3.1, 4.8.20.4):
// a lone expression, such as $request.query.callback, or a text that holds
// expressions in braces. It never changes.
type RuntimeExpression struct {
	text  string
	parts []runtimePart
}

// runtimePart is a literal text, or with a source an expression.
type runtimePart struct {
	literal string
	source  runtimeSource
}

// runtimeSource is one expression, taken apart.
type runtimeSource struct {
	text    string // as written
	message string // url, method, statusCode, request, response
	from    string // header, query, path, body
	name    string // of the header, query member or parameter; of body the JSON pointer
}

// Moment is an exchange as runtime expressions see it: the call, and the
// response to it.
type Moment struct {
	Call     *Call
	Response *Response
}

// ParseRuntimeExpression reads the key of a callback or a value of a link. The
// error says what is wrong and how it would be written.
func ParseRuntimeExpression(text string) (*RuntimeExpression, error) {
	e := &RuntimeExpression{text: text}
	if strings.HasPrefix(text, "$") {
		source, err := parseRuntimeSource(text)
		if err != nil {
			return nil, err
		}
		e.parts = []runtimePart{{source: source}}
		return e, nil
	}
	for rest := text; rest != ""; {
		literal, more, opened := strings.Cut(rest, "{")
		if literal != "" {
			e.parts = append(e.parts, runtimePart{literal: literal})
		}
		if !opened {
			break
		}
		inner, after, closed := strings.Cut(more, "}")
		if !closed {
			return nil, fmt.Errorf("the brace before %s is not closed", strconv.Quote(cut(more)))
		}
		source, err := parseRuntimeSource(inner)
		if err != nil {
			return nil, err
		}
		e.parts = append(e.parts, runtimePart{source: source})
		rest = after
	}
	return e, nil
}

// parseRuntimeSource reads one expression: its grammar is that of OpenAPI 3.1,
// 4.8.20.4.
func parseRuntimeSource(text string) (runtimeSource, error) {
	s := runtimeSource{text: text}
	bad := func(format string, args ...any) (runtimeSource, error) {
		return s, fmt.Errorf("%s is no runtime expression: %s", strconv.Quote(cut(text)), fmt.Sprintf(format, args...))
	}
	switch text {
	case "$url", "$method", "$statusCode":
		s.message = text[1:]
		return s, nil
	}
	message, rest, dotted := strings.Cut(text, ".")
	switch {
	case message != "$request" && message != "$response":
		return bad("it starts with $request., $response., $url, $method or $statusCode")
	case !dotted:
		return bad("it goes on with .header, .query, .path or .body, as in %s.body#/id", message)
	}
	s.message = message[1:]
	if rest == "body" {
		s.from = "body"
		return s, nil
	}
	if pointer, ok := strings.CutPrefix(rest, "body#"); ok {
		if pointer != "" && pointer[0] != '/' {
			return bad("after body# stands a JSON pointer, which starts with a slash: %s.body#/%s", message, cut(pointer))
		}
		s.from, s.name = "body", pointer
		return s, nil
	}
	from, name, _ := strings.Cut(rest, ".")
	switch {
	case from == "body":
		return bad("a member of the body is %s.body#/%s", message, strings.ReplaceAll(cut(name), ".", "/"))
	case from != "header" && from != "query" && from != "path":
		return bad("%s has .header, .query, .path and .body", message)
	case name == "":
		return bad("the name is missing, as in %s.%s.id", message, from)
	case from == "header" && !isToken(name):
		return bad("%s is no header's name", strconv.Quote(cut(name)))
	case s.message == "response" && from != "header":
		return bad("a response has .header and .body only")
	}
	s.from, s.name = from, name
	return s, nil
}

// isToken reports whether a text is a token (RFC 9110, 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		alnum := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !alnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// String is the expression as written.
func (e *RuntimeExpression) String() string { return e.text }

// Value evaluates the expression: a lone one gives what it points at, as JSON
// decodes with exact numbers, and a text with expressions the filled text. The
// error says what the exchange lacks.
func (e *RuntimeExpression) Value(m Moment) (any, error) {
	if len(e.parts) == 1 && e.parts[0].source.message != "" {
		return e.parts[0].source.value(m)
	}
	return e.fill(m, func(s, _ string) string { return s })
}

// URL is the text, filled. What is filled in behind a question mark of the text
// itself is percent-encoded, so that a value stays one value; a value in front
// of it stands as it is, since it may be a whole address.
func (e *RuntimeExpression) URL(m Moment) (string, error) {
	return e.fill(m, func(s, before string) string {
		if strings.Contains(before, "?") {
			return url.QueryEscape(s)
		}
		return s
	})
}

// fill joins the parts; encode is told the literal text before each value.
func (e *RuntimeExpression) fill(m Moment, encode func(value, before string) string) (string, error) {
	var out, before strings.Builder
	for _, p := range e.parts {
		if p.source.message == "" {
			out.WriteString(p.literal)
			before.WriteString(p.literal)
			continue
		}
		v, err := p.source.value(m)
		if err != nil {
			return "", err
		}
		out.WriteString(encode(runtimeText(v), before.String()))
	}
	return out.String(), nil
}

// runtimeText writes a value into a text: what is no text as JSON.
func runtimeText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, _ := json.Marshal(v) // it came from JSON
	return string(b)
}

// value evaluates one expression.
func (s runtimeSource) value(m Moment) (any, error) {
	req := m.Call.Request
	lacks := func(what string) (any, error) {
		return nil, fmt.Errorf("%s: the %s has no %s", s.text, s.message, what)
	}
	switch s.message {
	case "url":
		return requestURL(req), nil
	case "method":
		return req.Method, nil
	case "statusCode":
		return json.Number(strconv.Itoa(m.Response.Status)), nil
	}
	header, body := req.Header, req.Body
	if s.message == "response" {
		header, body = m.Response.Header, m.Response.Body
	}
	switch s.from {
	case "header":
		if v := header.Values(s.name); len(v) > 0 {
			return v[0], nil
		}
		return lacks("header " + s.name)
	case "query":
		values, _ := url.ParseQuery(req.RawQuery) // what cannot be read is not there
		if v := values[s.name]; len(v) > 0 {
			return v[0], nil
		}
		return lacks("query parameter " + s.name)
	case "path":
		for _, p := range m.Call.Params {
			if p.Name == s.name {
				return p.Value, nil
			}
		}
		return lacks("path parameter " + s.name)
	}
	v, err := bodyValue(header.Get("Content-Type"), body, s.name)
	if err != nil {
		return nil, fmt.Errorf("%s: the %s's %w", s.text, s.message, err)
	}
	return v, nil
}

// requestURL is the address that a request was sent to.
func requestURL(r *Request) string {
	scheme := "http://"
	if r.TLS {
		scheme = "https://"
	}
	target := r.Path
	if r.RawQuery != "" {
		target += "?" + r.RawQuery
	}
	return scheme + r.Host + target
}

// bodyValue is the part of a body that a JSON pointer (RFC 6901) names; "" is
// the whole of it. A form counts as an object of texts. A null is nothing.
func bodyValue(contentType string, body []byte, pointer string) (any, error) {
	if len(body) == 0 {
		return nil, errors.New("body is empty")
	}
	var root any
	if mediaBase(contentType) == "application/x-www-form-urlencoded" {
		values, _ := url.ParseQuery(string(body)) // what cannot be read is not there
		form := map[string]any{}
		for name, v := range values {
			form[name] = v[0]
		}
		root = form
	} else {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if err := d.Decode(&root); err != nil {
			if pointer == "" {
				return string(body), nil
			}
			return nil, errors.New("body is no JSON and no form")
		}
	}
	v := root
	for seg := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		seg = tree.Unescape(seg)
		switch at := v.(type) {
		case map[string]any:
			v = at[seg]
		case []any:
			i, err := strconv.Atoi(seg)
			if err != nil || i < 0 || i >= len(at) {
				v = nil
				break
			}
			v = at[i]
		default:
			v = nil
		}
	}
	if v == nil {
		return nil, fmt.Errorf("body has nothing at %s", strconv.Quote(cut(pointer)))
	}
	return v, nil
}
