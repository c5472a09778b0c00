package spec

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// Request is one HTTP request, read whole. It is never changed once bound.
type Request struct {
	Method   string
	Path     string      // escaped, without the sandbox prefix, as the document's server would see it
	RawQuery string      // without '?' and without the reserved __… members
	Header   http.Header // without the headers that are outside the contract
	Body     []byte      // nil when there is none
	Host     string
	TLS      bool
}

// Response is one HTTP response, complete.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	made *made // of what it was made, nil for what was not made here
}

// Param is one path parameter, decoded.
type Param struct{ Name, Value string }

// Route is what [Document.Find] found. Operation is nil when nothing answers
// there: then PathKnown tells 405 (Allow holds the methods) from 404.
type Route struct {
	Operation *Operation
	Params    []Param
	Allow     []string
	PathKnown bool

	sent []string // Params as they were sent, still encoded; nil where that is the same
}

// Credential is one credential that a request presented for a security scheme
// of its operation, well-formed by the scheme's own rules.
type Credential struct {
	Scheme string // the name under components/securitySchemes
	Type   string // http, apiKey, oauth2, openIdConnect, mutualTLS
	Kind   string // for http: bearer, basic…; for apiKey: header, query, cookie
	Value  string // the token, the key, or user:password
}

// Call is an operation with the decoded parameters and body of one request.
type Call struct {
	Operation   *Operation
	Request     *Request
	Params      []Param      // path parameters, decoded, in the template's order
	Credentials []Credential // those presented and well-formed, in the document's order
	// Insecure is set when no alternative of the operation's security is met by
	// what the request presents.
	Insecure bool

	sent []string // Params as they were sent; nil where that is the same
}

// sentParam is a path parameter as it was sent.
func (c *Call) sentParam(i int) string {
	if i < len(c.sent) {
		return c.sent[i]
	}
	return strings.ReplaceAll(c.Params[i].Value, "%", "%25")
}

// Param returns the path parameter of that name, "" if there is none.
func (c *Call) Param(name string) string {
	for _, p := range c.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// Value returns a parameter's value by its place (path, query, querystring,
// header, cookie) and name, read by its style and schema: nil, bool, int,
// float64, string, []any or map[string]any. An absent one has its schema's
// default. Ok is false where there is neither, where nothing declares it, and
// where it cannot be read. A value that breaks its schema comes as near as it can.
func (c *Call) Value(in, name string) (value any, ok bool) {
	for _, q := range c.Operation.prepared().params {
		if q.in != in || q.name != name && (in != "header" || !strings.EqualFold(q.name, name)) {
			continue
		}
		raw, err := q.decode(c, queryPairs(c.Request.RawQuery))
		if err == nil {
			v, _ := q.value(raw) // what is wrong with it was reported by Bind
			return goValue(v), true
		}
		if errors.Is(err, errAbsent) {
			if d := q.param.schema.Get("default"); d.OK() {
				return goValue(d.Value()), true
			}
		}
		return value, ok
	}
	return nil, false
}

// Values are the values of all parameters, by name. Of several that have one
// name, that of the path goes first, then those of the query, the header and the
// cookies.
func (c *Call) Values() map[string]any {
	out := map[string]any{}
	for _, in := range []string{"cookie", "header", "querystring", "query", "path"} {
		for _, q := range c.Operation.prepared().params {
			if q.in != in {
				continue
			}
			if v, ok := c.Value(in, q.name); ok {
				out[q.name] = v
			}
		}
	}
	return out
}

// Bearer returns the bearer token that was presented, "" if none.
func (c *Call) Bearer() string {
	for _, cr := range c.Credentials {
		if cr.Kind == "bearer" {
			return cr.Value
		}
	}
	return ""
}

// Decode decodes the JSON body into v. An absent body leaves v alone.
func (c *Call) Decode(v any) error {
	if len(c.Request.Body) == 0 {
		return nil
	}
	return json.Unmarshal(c.Request.Body, v)
}
