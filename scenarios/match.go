package scenarios

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// Match says which request a rule is for, down to its body. Where texts hold
// [Anything], any text may stand. A part that is not given is not looked at.
type Match struct {
	Method  string            `yaml:"method"`  // of a request that another method's operation answers: HEAD
	Path    string            `yaml:"path"`    // escaped, with the path of a server of the document or without
	Query   *string           `yaml:"query"`   // all of it, in whatever order; "" is none
	Headers map[string]string `yaml:"headers"` // "" is absent
	Body    *string           `yaml:"body"`    // JSON by its value, a form by its fields, else text; "" is none
	Digest  string            `yaml:"digest"`  // of the body, see [Digest]
}

// Anything stands for any text in a [Match], and as a whole value of JSON for
// any value: it is what redaction leaves behind.
const Anything = "[redacted]"

// Digest is what a body is known by where it is too long for a file, or no text:
// sha256:HEX. Of a multipart body the boundary, which is another each time, makes no
// difference.
func Digest(contentType string, body []byte) string {
	if media, params, err := mime.ParseMediaType(contentType); err == nil && strings.HasPrefix(media, "multipart/") && params["boundary"] != "" {
		body = bytes.ReplaceAll(body, []byte("--"+params["boundary"]), []byte("--"))
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// matcher is a compiled [Match] on one operation.
type matcher struct {
	*Match
	params []spec.Param
	query  []spec.Param
	json   any // the body, where it is JSON
	isJSON bool
	form   []spec.Param
}

// matcher compiles a rule's match for an operation: nil where it has none, and
// fits is false where its path is not the operation's.
func (c *compiler) matcher(r *Rule, op *spec.Operation) (m *matcher, fits bool) {
	if r.Match == nil {
		return nil, true
	}
	m = &matcher{Match: r.Match}
	if m.Path != "" {
		route := c.doc.Find(op.Method, m.Path)
		if route.Operation != op {
			return nil, false
		}
		m.params = route.Params
	}
	if m.Query != nil {
		m.query = pairsOf(*m.Query)
	}
	if m.Body != nil {
		m.isJSON = json.Unmarshal([]byte(*m.Body), &m.json) == nil
		m.form = pairsOf(*m.Body)
	}
	return m, true
}

// holds tells whether a request is the one.
func (m *matcher) holds(r *run) bool {
	in := &r.env.Request
	if m.Method != "" && m.Method != in.Method {
		return false
	}
	for _, p := range m.params {
		if !like(p.Value, in.Params[p.Name]) {
			return false
		}
	}
	if m.Query != nil && !samePairs(m.query, pairsOf(in.RawQuery)) {
		return false
	}
	for name, want := range m.Headers {
		if got := r.header(name); !like(want, got) || want != "" && got == "" {
			return false
		}
	}
	return m.Digest == "" && m.Body == nil || m.sameBody(r)
}

func (m *matcher) sameBody(r *run) bool {
	in := &r.env.Request
	contentType := r.header("Content-Type")
	if m.Digest != "" {
		return Digest(contentType, in.Content) == m.Digest
	}
	if m.isJSON && len(in.Content) > 0 {
		r.need(useBody &^ r.have)
		return r.request.Body != nil && sameValue(m.json, r.request.Body) || *m.Body == string(in.Content)
	}
	if strings.HasPrefix(contentType, "application/x-www-form-urlencoded") {
		return samePairs(m.form, pairsOf(string(in.Content)))
	}
	return like(*m.Body, string(in.Content))
}

// like tells whether a text is as a pattern says, in which [Anything] stands for
// any text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, Anything)
	if len(parts) == 1 {
		return pattern == text
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(text) < len(first)+len(last) || !strings.HasPrefix(text, first) || !strings.HasSuffix(text, last) {
		return false
	}
	text = text[len(first) : len(text)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return true
}

// sameValue tells whether a JSON value is as a pattern says.
func sameValue(pattern, v any) bool {
	switch p := pattern.(type) {
	case string:
		s, ok := v.(string)
		return p == Anything || ok && like(p, s)
	case []any:
		list, ok := v.([]any)
		return ok && slices.EqualFunc(p, list, sameValue)
	case map[string]any:
		object, ok := v.(map[string]any)
		if !ok || len(object) != len(p) {
			return false
		}
		for name, inner := range p {
			if got, there := object[name]; !there || !sameValue(inner, got) {
				return false
			}
		}
		return true
	}
	return pattern == v
}

// pairsOf are the members of a query or a form, decoded and by name; those of one
// name in their order.
func pairsOf(text string) []spec.Param {
	var out []spec.Param
	for part := range strings.SplitSeq(text, "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			out = append(out, spec.Param{Name: unescape(name), Value: unescape(value)})
		}
	}
	slices.SortStableFunc(out, func(a, b spec.Param) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

func samePairs(patterns, pairs []spec.Param) bool {
	return slices.EqualFunc(patterns, pairs, func(p, q spec.Param) bool { return p.Name == q.Name && like(p.Value, q.Value) })
}
