package spec

import "context"

// Builtin is the name under which [Load] finds the document that ships with
// Standin: a storefront's Auth API.
const Builtin = "builtin:storefront"

// Document is a loaded, resolved, immutable OpenAPI description.
type Document struct {
	title, version string
	operations     []*Operation
}

// Operation is one method on one path template.
type Operation struct {
	ID         string // operationId, or "METHOD /path" where the document gives none
	Method     string // upper case
	Path       string // the template, as written
	Tags       []string
	Summary    string
	Deprecated bool
	Security   []Requirement // alternatives, any one is enough; empty: open to all
	Pos        Position

	responses []*ResponseSpec
}

// Requirement is one alternative of an operation's security: all of its
// schemes together. An empty one means 'without credentials'.
type Requirement []SchemeUse

// SchemeUse is one security scheme in a requirement.
type SchemeUse struct {
	Name   string // under components/securitySchemes
	Type   string // http, apiKey, oauth2, openIdConnect, mutualTLS
	Kind   string // for http the scheme in lower case, for apiKey where it goes: header, query, cookie
	Param  string // for apiKey the name of the header, query member or cookie
	Scopes []string
}

// ResponseSpec is one documented response of an operation.
type ResponseSpec struct {
	Status  string // "200", "4XX", "default"
	Content []MediaSpec
	Pos     Position
}

// MediaSpec is one media type of a documented response.
type MediaSpec struct {
	Type     string // application/json
	Examples []Example
	Pos      Position
}

// Example is one example of a response, ready to be sent.
type Example struct {
	Name  string // "" for the single, unnamed `example`
	Body  []byte // in its media type
	Value any    // decoded: maps, slices, strings, float64, bool, nil
	Pos   Position
}

// NeedsBearer reports whether every alternative of the operation's security
// asks for an HTTP bearer token.
func (o *Operation) NeedsBearer() bool {
	for _, alt := range o.Security {
		found := false
		for _, s := range alt {
			found = found || s.Type == "http" && s.Kind == "bearer"
		}
		if !found {
			return false
		}
	}
	return len(o.Security) > 0
}

// Responses are the documented responses, in the document's order.
func (o *Operation) Responses() []*ResponseSpec { return o.responses }

// Response returns the documented response that covers a status: the exact
// code, else its range (4XX), else default, else nil (OpenAPI 3.1, 4.8.16).
func (o *Operation) Response(status int) *ResponseSpec { return nil }

// Load reads a document: a file's path, or [Builtin].
func Load(ctx context.Context, name string) (*Document, error) {
	return Loader{}.Load(ctx, name)
}

// Title is info.title.
func (d *Document) Title() string { return d.title }

// Version is info.version.
func (d *Document) Version() string { return d.version }

// Operations are all operations, in the document's order.
func (d *Document) Operations() []*Operation { return d.operations }

// Operation returns the operation of that ID ("logout"), or of that method and
// path ("POST /auth/logout"); nil if there is none.
func (d *Document) Operation(id string) *Operation { return nil }

// Select returns the operations that a scenario's `on` names: an operationId,
// "METHOD /path" where either may hold `*` ("POST /auth/*", "* /auth/**"),
// "tag:NAME", or "*". Exact is false for the forms with a wildcard or a tag.
// None found: an empty slice.
func (d *Document) Select(on string) (ops []*Operation, exact bool) { return nil, false }

// Find finds the operation that answers a method on an escaped path.
func (d *Document) Find(method, escapedPath string) Route { return Route{} }

// Nearest returns the operations ("POST /auth/logout") whose paths are nearest
// to a path that nothing answers on, at most n.
func (d *Document) Nearest(path string, n int) []string { return nil }

// Warnings are the document's faults that did not keep it from loading.
func (d *Document) Warnings() Errors { return nil }

// YAML is the document as YAML: the source itself if that was YAML.
func (d *Document) YAML() []byte { return nil }

// JSON is the document as JSON.
func (d *Document) JSON() []byte { return nil }
