package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pb33f/go-yaml"
	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/cache"
	"github.com/pb33f/libopenapi-validator/config"
	liberrors "github.com/pb33f/libopenapi-validator/errors"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/parameters"
	"github.com/pb33f/libopenapi-validator/schema_validation"
	"github.com/pb33f/libopenapi/datamodel"
	"github.com/pb33f/libopenapi/datamodel/high/base"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
	lowbase "github.com/pb33f/libopenapi/datamodel/low/base"
	lowv3 "github.com/pb33f/libopenapi/datamodel/low/v3"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// library is libopenapi-validator, the authority on every message that our own
// checker is not sure of.
//
// Its stock constructor compiles each schema with the whole document around it,
// which takes a minute and gigabytes on a large document, and its first use of
// a schema renders the shared model, which is a data race. So each operation
// has validators of its own over an extract of the document, and every schema
// that they ask for is already compiled and lies in their cache.
type library struct {
	doc    *Document
	ops    []libraryOp // by Operation.plan.index
	misses atomic.Uint64
}

// libraryOp are the validators of one operation.
type libraryOp struct {
	once   sync.Once
	err    error // the library cannot read the extract
	item   *v3.PathItem
	params parameters.ParameterValidator
	bodies libraryBodies
}

func newLibrary(d *Document) *library {
	return &library{doc: d, ops: make([]libraryOp, d.indexed)}
}

func methodKey(method string) string { return strings.ToLower(method) }

// operation returns the validators of an operation, nil where the library does
// not know its method or cannot read it: such messages are counted.
func (l *library) operation(o *Operation, p *opPlan) *libraryOp {
	op, err := l.read(o, p)
	if err != nil {
		l.doc.checker.counts.alone.Add(1)
		return nil
	}
	return op
}

// read is operation, and says why there is none.
func (l *library) read(o *Operation, p *opPlan) (*libraryOp, error) {
	op := &l.ops[p.index]
	op.once.Do(func() {
		defer func() {
			if v := recover(); v != nil {
				op.err = fmt.Errorf("%s: the library panicked: %v", o.ID, v)
			}
		}()
		op.err = l.build(op, o, p)
	})
	return op, op.err
}

func (l *library) build(op *libraryOp, o *Operation, p *opPlan) error {
	var x extract
	model, err := modelOf(x.document(o, p))
	if model == nil {
		return err
	}
	op.item = model.Paths.PathItems.GetOrZero(o.template())
	if op.item == nil || helpers.ExtractOperation(&http.Request{Method: o.Method}, op.item) == nil {
		return errors.New("the library does not know the method " + o.Method)
	}
	store := &injected{entries: make(map[uint64]*cache.SchemaCacheEntry), misses: &l.misses}
	version := helpers.VersionToFloat(model.Version)
	walkSchemas(op.item, o.Method, func(s *base.Schema) {
		for _, in := range x.inject {
			if s.Title == in.title {
				store.inject(s, version, in.schema)
			}
		}
	})
	options := config.WithExistingOpts(config.NewValidationOptions(
		config.WithSchemaCache(store), config.WithRegexCache(&sync.Map{}), config.WithFormatAssertions(), config.WithoutSecurityValidation(),
		config.WithContentParameterValidation(),
	))
	op.params = parameters.NewParameterValidator(model, options)
	op.bodies = newLibraryBodies(model, op.item, o, o.template(), options)
	return nil
}

// modelOf makes the library's model of an extract. libopenapi.NewDocument would
// do the same and keep models of Swagger 2, with a tenth of the program's size,
// in the binary.
func modelOf(extract []byte) (*v3.Document, error) {
	options := &datamodel.DocumentConfiguration{Logger: slog.New(slog.DiscardHandler), SkipExternalRefResolution: true}
	info, err := datamodel.ExtractSpecInfoWithConfig(extract, options)
	if err != nil {
		return nil, err
	}
	low, err := lowv3.CreateDocumentFromConfig(info, options)
	if low == nil {
		return nil, err
	}
	lowbase.SchemaQuickHashMap.Clear() // a cache of the whole process, keyed by models that are done with
	return v3.NewDocument(low), err
}

// walkSchemas calls f for every schema of an extract that the library looks up.
func walkSchemas(item *v3.PathItem, method string, f func(*base.Schema)) {
	visit := func(proxy *base.SchemaProxy) {
		if proxy == nil {
			return
		}
		s := proxy.Schema()
		if s == nil {
			return
		}
		f(s)
		if s.Items != nil && s.Items.IsA() && s.Items.A != nil {
			if items := s.Items.A.Schema(); items != nil {
				f(items)
			}
		}
	}
	o := helpers.ExtractOperation(&http.Request{Method: method}, item)
	for _, q := range o.Parameters {
		visit(q.Schema)
		for _, m := range q.Content.FromOldest() {
			visit(m.Schema)
		}
	}
	if o.RequestBody != nil {
		for _, m := range o.RequestBody.Content.FromOldest() {
			visit(m.Schema)
		}
	}
	each := func(r *v3.Response) {
		if r == nil {
			return
		}
		for _, m := range r.Content.FromOldest() {
			visit(m.Schema)
		}
		for _, h := range r.Headers.FromOldest() {
			visit(h.Schema)
		}
	}
	if o.Responses != nil {
		for _, r := range o.Responses.Codes.FromOldest() {
			each(r)
		}
		each(o.Responses.Default)
	}
}

// injected is a schema cache that is full from the start. A miss would make the
// library compile by itself; a test holds the number of misses at zero.
type injected struct {
	entries map[uint64]*cache.SchemaCacheEntry
	misses  *atomic.Uint64
}

var anything = func() *jsonschema.Schema { yes := true; return &jsonschema.Schema{Bool: &yes, DraftVersion: 2020} }()

func (c *injected) inject(s *base.Schema, version float32, compiled *jsonschema.Schema) {
	if compiled == nil {
		compiled = anything
	}
	e := &cache.SchemaCacheEntry{Schema: s, CompiledSchema: compiled,
		// Only that there is something matters: the report is made from our own tree.
		RenderedInline: []byte("{}"), ReferenceSchema: "{}", RenderedJSON: []byte("{}"), RenderedNode: &yaml.Node{Kind: yaml.MappingNode}}
	hash := s.GoLow().Hash()
	for _, purpose := range []schema_validation.SchemaValidationPurpose{
		schema_validation.SchemaValidationPurposeGeneric, schema_validation.SchemaValidationPurposeRequestBody, schema_validation.SchemaValidationPurposeResponseBody,
	} {
		c.entries[schema_validation.SchemaCacheKey(hash, version, purpose)] = e
	}
}

// Load implements [cache.SchemaCache].
func (c *injected) Load(key uint64) (*cache.SchemaCacheEntry, bool) {
	e, ok := c.entries[key]
	if !ok {
		c.misses.Add(1)
	}
	return e, ok
}

// Store implements [cache.SchemaCache]; nothing is ever missing.
func (c *injected) Store(uint64, *cache.SchemaCacheEntry) {}

// Range implements [cache.SchemaCache].
func (c *injected) Range(f func(uint64, *cache.SchemaCacheEntry) bool) {
	for k, e := range c.entries {
		if !f(k, e) {
			return
		}
	}
}

// request asks the library about a request, and adds what was not found before.
func (l *library) request(r *report, p *opPlan, c *Call) {
	op := l.operation(c.Operation, p)
	if op == nil {
		return
	}
	template := c.Operation.template()
	req := httpRequest(c)
	for _, check := range []func(*http.Request, *v3.PathItem, string) (bool, []*liberrors.ValidationError){
		op.params.ValidatePathParamsWithPathItem, op.params.ValidateQueryParamsWithPathItem,
		op.params.ValidateHeaderParamsWithPathItem, op.params.ValidateCookieParamsWithPathItem,
	} {
		_, found := guarded(func() (bool, []*liberrors.ValidationError) { return check(req, op.item, template) })
		for _, e := range found {
			r.parameterError(p, c.Operation.at, e)
		}
	}
	if !jsonType(mediaBase(c.Request.Header.Get("Content-Type"))) || c.Operation.body == nil || len(c.Request.Body) == 0 || r.has("body") || r.has("content-type") || r.inexact {
		return
	}
	_, found := guarded(func() (bool, []*liberrors.ValidationError) {
		return false, op.bodies.request(req, c.Request.Body)
	})
	for _, e := range found {
		r.bodyError(e, mediaFor(p.bodies, c.Request.Header.Get("Content-Type")))
	}
}

// response asks the library about a response, and adds what was not found before.
func (l *library) response(r *report, p *opPlan, c *Call, got *Response) {
	op := l.operation(c.Operation, p)
	if op == nil || bodiless(c, got.Status) {
		return
	}
	req := httpRequest(c)
	_, found := guarded(func() (bool, []*liberrors.ValidationError) { return false, op.bodies.response(req, got) })
	i := slices.Index(c.Operation.responses, c.Operation.Response(got.Status))
	for _, e := range found {
		switch {
		case e.ValidationSubType == helpers.ParameterValidationHeader || strings.Contains(e.Message, "header"):
			r.headerError(p.responses[i], e)
		case jsonType(mediaBase(got.Header.Get("Content-Type"))) && !r.has("body") && !r.has("content-type") && !r.inexact:
			r.bodyError(e, mediaFor(p.responses[i].content, got.Header.Get("Content-Type")))
		}
	}
}

// guarded runs the library. A panic of it is no verdict: what our own checks
// found stands.
func guarded(check func() (bool, []*liberrors.ValidationError)) (ok bool, found []*liberrors.ValidationError) {
	defer func() {
		if recover() != nil {
			ok, found = true, nil
		}
	}()
	return check()
}

// httpRequest makes the library's own copy of a request: it changes what it is
// given. The path is the template's, so that the server's base path is off it.
func httpRequest(c *Call) *http.Request {
	path := c.Operation.template()
	for _, q := range c.Params {
		path = strings.Replace(path, "{"+q.Name+"}", url.PathEscape(q.Value), 1)
	}
	u := &url.URL{Scheme: "http", Host: "localhost", RawQuery: c.Request.RawQuery, RawPath: path, Path: path}
	if decoded, err := url.PathUnescape(path); err == nil {
		u.Path = decoded
	}
	req := &http.Request{Method: c.Operation.Method, URL: u, Host: u.Host, Header: c.Request.Header, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	if req.Header == nil {
		req.Header = http.Header{}
	}
	if b := c.Request.Body; len(b) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
	}
	return req
}

// parameterError adds what the library found wrong with a parameter of the
// operation at a place. Not all of its errors say which one that is.
func (r *report) parameterError(p *opPlan, at tree.Place, e *liberrors.ValidationError) {
	name := e.ParameterName
	if q, ok := e.Context.(*v3.Parameter); ok && name == "" {
		name = q.Name
	}
	in := strings.ToLower(strings.TrimPrefix(e.ValidationSubType, "parameter"))
	i := slices.IndexFunc(p.params, func(q *checked) bool { return q.name == name && (q.in == in || in == "") })
	if i < 0 {
		i = slices.IndexFunc(p.params, func(q *checked) bool {
			return q.name == name || name == "" && strings.Contains(e.Message, "'"+q.name+"'")
		})
	}
	if i < 0 {
		r.add(at, Violation{Where: in, Keyword: "schema", Message: sentence(e)})
		return
	}
	q := p.params[i]
	where := q.in + "." + q.name
	switch {
	case r.has(where):
		return
	case strings.Contains(e.Message, "reserved"):
		r.add(keywordOr(q.at, "allowReserved"), Violation{Where: where, Keyword: "allowReserved", Severity: SeverityWarning, Want: "percent-encoding",
			Message: where + " holds reserved characters that are not percent-encoded (RFC 3986, 2.2)", Fix: "encode the value"})
		return
	case r.nested(e, where):
		return
	}
	r.add(q.at, Violation{Where: where, Keyword: "schema", Message: sentence(e)})
}

func (r *report) headerError(p *responsePlan, e *liberrors.ValidationError) {
	for _, h := range p.headers {
		where := "header." + strings.ToLower(h.name)
		if !strings.EqualFold(e.ParameterName, h.name) && !strings.Contains(strings.ToLower(e.Message+e.Reason), "'"+strings.ToLower(h.name)+"'") {
			continue
		}
		if !r.has(where) && !r.nested(e, where) {
			r.add(h.at, Violation{Where: where, Keyword: "schema", Message: sentence(e)})
		}
		return
	}
}

// bodyError adds what the library found wrong with a body.
func (r *report) bodyError(e *liberrors.ValidationError, m *media) {
	if m != nil && (e.ValidationSubType == helpers.RequestBodyContentType || binary(m)) {
		return // ours knows ranges and parameters as well, and found the type
	}
	if !r.nested(e, "body") {
		r.add(r.place(m), Violation{Where: "body", Keyword: "schema", Message: "the body does not fit its media type: " + sentence(e)})
	}
}

// binary reports whether a media type has no structure that could be checked.
// The library hands such bodies to the engine as bytes, which no schema takes.
func binary(m *media) bool {
	kind, _, _ := strings.Cut(m.base, "/")
	return m.base == "application/octet-stream" || kind == "image" || kind == "audio" || kind == "video" || kind == "font"
}

// nested adds what the engine found below one of the library's errors.
func (r *report) nested(e *liberrors.ValidationError, where string) bool {
	before := len(r.found)
	var seen []*jsonschema.ValidationError
	for _, s := range e.SchemaValidationErrors {
		if o := s.OriginalJsonSchemaError; o != nil && !slices.Contains(seen, o) {
			seen = append(seen, o)
			r.schema(o, where, unknown{})
		}
	}
	return len(r.found) > before
}

// libraryWords are phrases of the library that say less than ours.
var libraryWords = strings.NewReplacer(
	"failed to pass a schema validation", "does not satisfy its schema",
	"failed to validate schema", "does not satisfy the schema",
	"failed to be decoded", "cannot be decoded",
	"failed to", "could not",
)

// sentence is what the library says, as one of our sentences.
func sentence(e *liberrors.ValidationError) string {
	s := e.Reason
	if s == "" {
		s = e.Message
	}
	return libraryWords.Replace(cut(strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):]))
}
