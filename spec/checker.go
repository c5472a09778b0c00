package spec

import (
	"fmt"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/accept"
	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// checker holds what a document's messages are checked with. All of it is made
// at the first message that needs it.
type checker struct {
	doc     *Document
	plan    *compile.Plan
	fast    [3]*accept.Compiler // by purpose
	library func() *library
	samples func() *samples
	counts  struct{ seen, fast, library, alone atomic.Uint64 }
}

// Checked counts the messages that a document has checked. Every message is
// decided on one of the two ways: Seen == Fast + Library.
type Checked struct {
	Seen    uint64 `json:"seen"`    // messages, requests and responses alike
	Fast    uint64 `json:"fast"`    // proven valid by our own checker alone
	Library uint64 `json:"library"` // decided by the library
	Alone   uint64 `json:"alone"`   // of Library: by our own decoders and the engine below the library, which cannot read the operation
}

// Checked returns how many messages were checked so far, and how.
func (d *Document) Checked() Checked {
	if d.parts != nil {
		var sum Checked
		for _, p := range d.parts {
			c := p.Checked()
			sum.Seen, sum.Fast, sum.Library = sum.Seen+c.Seen, sum.Fast+c.Fast, sum.Library+c.Library
			sum.Alone += c.Alone
		}
		return sum
	}
	c := &d.checker.counts
	return Checked{Seen: c.seen.Load(), Fast: c.fast.Load(), Library: c.library.Load(), Alone: c.alone.Load()}
}

func newChecker(d *Document) *checker {
	c := &checker{doc: d, plan: compile.New(d.minor)}
	for purpose, direction := range []accept.Direction{accept.Any, accept.Request, accept.Response} {
		c.fast[purpose] = accept.NewCompiler(accept.Options{
			Direction: direction, Undeclared: accept.DoubtStray, MaxDepth: maxDepth,
		})
	}
	c.samples = sync.OnceValue(func() *samples { return newSamples(c.plan) })
	c.library = sync.OnceValue(func() *library { return newLibrary(d) })
	return c
}

// opPlan is what one operation's messages are checked with.
type opPlan struct {
	once      sync.Once
	index     int // of the operation in its document
	params    []*checked
	bodies    []*media
	responses []*responsePlan // as Operation.responses
	rules     credentialRules
}

// checked is a parameter or a response header with its compiled schema.
type checked struct {
	*param
	canonical string // the header's name in canonical form
	schema    *jsonschema.Schema
	fast      *accept.Checker
	siblings  []string // the names in the query that belong to other parameters and to credentials
}

// media is one media type with its compiled schema.
type media struct {
	spec   *MediaSpec
	base   string // in lower case, without parameters
	json   bool
	schema *jsonschema.Schema // nil: anything goes
	item   *jsonschema.Schema // of each value of a stream, likewise
	fast   *accept.Checker

	encodings map[string]encoding // of a form's properties
}

type responsePlan struct {
	headers []*checked
	content []*media
}

// prepared returns the operation's plan, made at its first use.
func (o *Operation) prepared() *opPlan {
	p := &o.plan
	p.once.Do(func() {
		c := o.doc.checker
		for _, q := range o.params {
			p.params = append(p.params, c.param(q))
		}
		o.doc.tellApart(p.params)
		if o.body != nil {
			p.bodies = c.content(o.body.content, o.requestPurpose())
		}
		for _, r := range o.responses {
			rp := &responsePlan{content: c.content(r.Content, o.responsePurpose())}
			for _, h := range r.headers {
				rp.headers = append(rp.headers, c.param(h))
			}
			p.responses = append(p.responses, rp)
		}
		p.rules = credentialRulesOf(o)
	})
	return p
}

// tellApart gives each object that is spread over the query the names that are
// not its own.
func (d *Document) tellApart(params []*checked) {
	for _, q := range params {
		if q.in != "query" || !q.explode || !wants([]*schemaOf{q.schema}, "object") {
			continue
		}
		for _, other := range params {
			if other != q && other.in == "query" {
				q.siblings = append(q.siblings, other.name)
			}
		}
		for _, s := range d.schemes {
			if s.Type == "apiKey" && s.Kind == "query" {
				q.siblings = append(q.siblings, s.Param)
			}
		}
	}
}

func (c *checker) param(q *param) *checked {
	s, _ := c.plan.Schema(q.schema, compile.Generic)
	return &checked{param: q, canonical: textproto.CanonicalMIMEHeaderKey(q.name), schema: s, fast: c.fast[compile.Generic].Compile(s)}
}

func (c *checker) content(specs []MediaSpec, purpose compile.Purpose) []*media {
	out := make([]*media, len(specs))
	for i := range specs {
		s, _ := c.plan.Schema(specs[i].schema, purpose)
		base := mediaBase(specs[i].Type)
		out[i] = &media{
			spec: &specs[i], base: base, json: jsonType(base), schema: s, item: c.item(&specs[i], purpose),
			fast: c.fast[purpose].Compile(s), encodings: c.encodings(specs[i].encoding),
		}
	}
	return out
}

// Prepare compiles every schema of the document and returns what it could not
// use of them: patterns that cannot be run here, keywords of a wrong type,
// schemas that no compiler takes. Parts named there are not checked; all others
// are. Without Prepare each operation is compiled at its first message.
func (d *Document) Prepare() Errors {
	var out Errors
	if d.parts != nil {
		for _, p := range d.parts {
			out = append(out, p.Prepare()...)
		}
		return out
	}
	fault := func(at tree.Place, err error) {
		if err != nil {
			out = append(out, &Error{Pos: pos(at), Pointer: at.Pointer, Msg: fmt.Sprintf("the %v; it is not checked", err)})
		}
	}
	for o := range d.described() {
		o.prepared()
		if _, common := commonMethods[o.Method]; !common {
			if _, err := d.checker.library().read(o, &o.plan); err != nil {
				out = append(out, &Error{Pos: pos(o.at), Pointer: o.at.Pointer, Msg: fmt.Sprintf("%s is checked by our own code alone: %v", o.Name(), err)})
			}
		}
		for _, q := range o.params {
			_, err := d.checker.plan.Schema(q.schema, compile.Generic)
			fault(q.schema, err)
		}
		if o.body != nil {
			for _, m := range o.body.content {
				_, err := d.checker.plan.Schema(m.schema, o.requestPurpose())
				fault(m.schema, err)
			}
		}
		for _, r := range o.responses {
			for _, m := range r.Content {
				_, err := d.checker.plan.Schema(m.schema, o.responsePurpose())
				fault(m.schema, err)
			}
		}
	}
	for _, w := range d.checker.plan.Warnings() {
		out = append(out, &Error{Pos: pos(w.At), Pointer: w.At.Pointer, Msg: w.Msg})
	}
	sortErrors(out)
	return compactErrors(out)
}

// commonMethods are those that every version of the library knows.
var commonMethods = map[string]struct{}{
	http.MethodGet: {}, http.MethodPut: {}, http.MethodPost: {}, http.MethodDelete: {}, http.MethodOptions: {}, http.MethodHead: {}, http.MethodPatch: {}, http.MethodTrace: {},
}

func compactErrors(es Errors) Errors {
	var out Errors
	for i, e := range es {
		if i == 0 || *e != *es[i-1] {
			out = append(out, e)
		}
	}
	return out
}

// mediaBase is a media type without its parameters, in lower case.
func mediaBase(s string) string {
	if i := strings.IndexByte(s, ';'); i >= 0 {
		s = s[:i]
	}
	s = strings.TrimSpace(s)
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}
