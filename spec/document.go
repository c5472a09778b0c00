package spec

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/standin-dev/standin/spec/internal/route"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Builtin is the name under which [Load] finds the document that ships with
// Standin: a storefront's Auth API.
const Builtin = "builtin:storefront"

// Document is a loaded, resolved, immutable OpenAPI description.
type Document struct {
	title, version string
	minor          int // of the OpenAPI version: 3.minor
	operations     []*Operation
	webhooks       []Webhook
	indexed        int // operations, those of callbacks and webhooks included
	byID           map[string]*Operation
	schemes        map[string]SchemeUse
	bearers        bool          // some scheme's credential is a bearer token
	scopes         []string      // that the document's flows and requirements name, sorted
	security       []Requirement // the default for operations that name none
	warnings       Errors

	parts  []*Document // of several documents behind one port; they hold what is below
	mount  string      // what all paths have in front, "" for nothing
	bases  []string    // the paths of the servers
	files  *tree.Set
	also   []string // the names of files that it was made of beside those: overlays
	routes *route.Table
	known  map[string]bool // headers that some security scheme of the document explains, in lower case

	yaml, json func() []byte
	checker    *checker

	resources sync.Once
	inferred  []*Resource
	shape     *shapes
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

	doc       *Document
	at        tree.Place
	item      tree.Place // the path item that holds it
	params    []*param
	body      *bodySpec
	responses []*ResponseSpec
	callbacks []Callback
	outgoing  bool // of a callback or webhook
	plan      opPlan
	cover     atomic.Pointer[coverPlan]
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
	Format string // bearerFormat, a hint such as JWT
}

// ResponseSpec is one documented response of an operation.
type ResponseSpec struct {
	Status  string // "200", "4XX", "default"
	Content []MediaSpec
	Pos     Position

	at      tree.Place
	headers []*param
}

// MediaSpec is one media type of a documented response.
type MediaSpec struct {
	Type     string // application/json
	Examples []Example
	Pos      Position

	at       tree.Place
	schema   tree.Place
	item     tree.Place // itemSchema (OpenAPI 3.2): of each value of a stream
	encoding tree.Place
}

// Example is one example of a response, ready to be sent.
type Example struct {
	Name  string // "" for the single, unnamed `example`
	Body  []byte // in its media type
	Value any    // decoded: maps, slices, strings, float64, bool, nil
	Pos   Position

	contentType string // of the body, concrete
}

// param is a parameter of an operation or a header of a response.
type param struct {
	name, in string // in: path, query, querystring, header, cookie
	required bool
	style    string
	explode  bool
	reserved bool       // allowReserved
	empty    bool       // allowEmptyValue
	media    string     // the media type of a `content` parameter, "" for a schema
	schema   tree.Place // followed; may be missing
	at       tree.Place
}

// bodySpec is a request body.
type bodySpec struct {
	required bool
	content  []MediaSpec
	at       tree.Place
}

// NeedsBearer reports whether every alternative of the operation's security
// asks for a bearer token: that of HTTP, OAuth 2 or OpenID Connect. In a document
// that knows no such token, every credential counts as one.
func (o *Operation) NeedsBearer() bool {
	counts := SchemeUse.Bearer
	if !o.doc.bearers {
		counts = func(s SchemeUse) bool { return s.Type != "mutualTLS" }
	}
	for _, alt := range o.Security {
		if !slices.ContainsFunc(alt, counts) {
			return false
		}
	}
	return len(o.Security) > 0
}

// Responses are the documented responses, in the document's order.
func (o *Operation) Responses() []*ResponseSpec { return o.responses }

// Response returns the documented response that covers a status: the exact
// code, else its range (4XX), else default, else nil (OpenAPI 3.1, 4.8.16).
func (o *Operation) Response(status int) *ResponseSpec {
	var ranged, other *ResponseSpec
	for _, r := range o.responses {
		s := r.Status
		switch {
		case s == "default":
			other = r
		case len(s) != 3 || status < 100 || status > 999 || int(s[0]-'0') != status/100:
		case (s[1] == 'X' || s[1] == 'x') && (s[2] == 'X' || s[2] == 'x'):
			ranged = r
		case int(s[1]-'0') == status/10%10 && int(s[2]-'0') == status%10:
			return r
		}
	}
	if ranged != nil {
		return ranged
	}
	return other
}

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

// Files are the names of all files that the document consists of, its own
// first, overlays last: what to watch for changes.
func (d *Document) Files() []string {
	var out []string
	for _, p := range d.parts {
		out = append(out, p.Files()...)
	}
	if d.files != nil {
		out = d.files.Names()
	}
	for _, name := range d.also {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Warnings are the document's faults that did not keep it from loading.
func (d *Document) Warnings() Errors { return d.warnings }

// YAML is the document as YAML: the source itself if that was YAML, and of
// several documents all of them in one.
func (d *Document) YAML() []byte { return d.yaml() }

// JSON is the document as JSON.
func (d *Document) JSON() []byte { return d.json() }

// render prepares YAML and JSON: whichever is not the source is made at its
// first use.
func (d *Document) render() {
	f := d.files.File(0)
	source := func() []byte { return f.Data }
	asJSON := sync.OnceValue(func() []byte { return append(d.files.Root().AppendJSON(nil), '\n') })
	asYAML := sync.OnceValue(func() []byte {
		b, err := d.files.Root().YAML()
		if err != nil {
			return asJSON() // JSON is YAML too, only less pleasant
		}
		return b
	})
	switch {
	case f.Made:
		d.yaml, d.json = asYAML, asJSON
	case tree.IsJSON(f.Data):
		d.yaml, d.json = asYAML, source
	default:
		d.yaml, d.json = source, asJSON
	}
}

// pos is a place's position in the user's files.
func pos(p tree.Place) Position {
	if p.File == nil {
		return Position{}
	}
	return Position(p.Origin())
}
