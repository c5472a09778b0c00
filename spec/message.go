package spec

import (
	"encoding/json"
	"net/http"
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
