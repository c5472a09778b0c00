package spec

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/pb33f/jsonschema/v6"
)

// schemaOf is a compiled schema.
type schemaOf = jsonschema.Schema

// CheckResponse checks a response against what the call's operation documents.
// Violations carry [BlameFake]; the caller knows better where it does.
func (d *Document) CheckResponse(c *Call, r *Response) []Violation {
	o := c.Operation
	d = o.doc // of several, the one that has the operation
	p := o.prepared()
	counts := &d.checker.counts
	counts.seen.Add(1)
	i := slices.Index(o.responses, o.Response(r.Status))
	if i >= 0 && p.responses[i].surely(d, c, r) {
		counts.fast.Add(1)
		return nil
	}
	counts.library.Add(1)
	found := p.judgeResponse(d, c, r, i)
	if types := r.Header["Content-Type"]; len(found) == 0 && len(types) == 1 && !bodiless(c, r.Status) {
		r.proves(types[0])
	}
	return found
}

// judgeResponse checks a response with the library and makes the full report; i
// is the documented response, -1 if there is none.
func (p *opPlan) judgeResponse(d *Document, c *Call, r *Response, i int) []Violation {
	report, o := d.report("response"), c.Operation
	report.reversed = o.outgoing
	if i < 0 {
		report.undocumented(o, r.Status)
		return report.done()
	}
	report.headers(p.responses[i].headers, r.Header)
	report.strangeHeaders(d, o.responses[i], p.responses[i].headers, r.Header)
	report.responseBody(o.responses[i], p.responses[i], c, r)
	d.checker.library().response(report, p, c, r)
	return report.done()
}

// bodiless reports whether a response has no body whatever the document says:
// 1xx, 204, 205, 304, and the answer to HEAD (RFC 9110, 6.4.1 and 15.3.6).
func bodiless(c *Call, status int) bool {
	return bodilessStatus(status) || c.Request.Method == http.MethodHead
}

// surely reports whether a response is proven valid without the library.
func (p *responsePlan) surely(d *Document, c *Call, r *Response) bool {
	for _, h := range p.headers {
		switch v := r.Header[h.canonical]; {
		case len(v) == 0:
			if h.required {
				return false
			}
		case len(v) > 1 || v[0] == "" || !h.surely(v[0]):
			return false
		}
	}
	for name := range r.Header {
		if strangeHeader(d, name, p.headers) {
			return false
		}
	}
	switch {
	case bodiless(c, r.Status):
		return len(r.Body) == 0
	case len(p.content) == 0:
		return len(r.Body) == 0
	}
	types := r.Header["Content-Type"]
	if len(types) != 1 {
		return false
	}
	if r.asMade(types[0]) && r.made.proven.Load() {
		return true
	}
	m := exactMedia(p.content, types[0])
	if m == nil || !m.json || !m.fast.Valid(r.Body) {
		return false
	}
	r.proves(types[0])
	return true
}

// asMade reports whether a response still has the very body that was made for
// it, in its type. Bodies that were made never change.
func (r *Response) asMade(contentType string) bool {
	if r.made == nil || len(r.Body) == 0 || len(r.Body) != len(r.made.body) || &r.Body[0] != &r.made.body[0] {
		return false
	}
	made := r.made.header["Content-Type"]
	return len(made) == 1 && made[0] == contentType
}

// proves remembers that a made body is valid, so that it need not be read
// again whenever it is sent.
func (r *Response) proves(contentType string) {
	if r.asMade(contentType) {
		r.made.proven.Store(true)
	}
}

func (r *report) undocumented(o *Operation, status int) {
	var known []string
	for _, s := range o.responses {
		known = append(known, s.Status)
	}
	r.add(keywordOr(o.at, "responses"), Violation{Where: "status", Keyword: "responses", Got: strconv.Itoa(status), Want: strings.Join(known, ", "),
		Message: fmt.Sprintf("the document gives %s no response %d", o.ID, status),
		Fix:     "answer with a documented status, or document this one"})
}

// headers checks the documented headers of a response.
func (r *report) headers(declared []*checked, got http.Header) {
	for _, h := range declared {
		where := "header." + strings.ToLower(h.name)
		values := headerValues(got, h.canonical)
		if len(values) == 0 {
			if h.required {
				r.add(keywordOr(h.at, "required"), Violation{Where: where, Keyword: "required", Want: h.name,
					Message: fmt.Sprintf("the response header %q is missing", h.name), Fix: "send " + h.name})
			}
			continue
		}
		raw, err := h.header(values)
		switch {
		case err != nil:
			r.add(h.at, Violation{Where: where, Keyword: "style", Got: short(values[0]), Message: fmt.Sprintf("%s %v", where, err), Want: h.style + " style"})
		case h.schema != nil:
			v, err := h.value(raw)
			r.schema(err, where, v)
		}
	}
}

func (r *report) strangeHeaders(d *Document, spec *ResponseSpec, declared []*checked, got http.Header) {
	for name, values := range got {
		if strangeHeader(d, name, declared) {
			r.add(spec.at, Violation{Where: "header." + strings.ToLower(name), Keyword: "undeclared", Got: short(strings.Join(values, ", ")),
				Severity: SeverityWarning, Message: fmt.Sprintf("the response declares no header %q", name),
				Fix: "leave it out, or add it to the document"})
		}
	}
}

// responseBody checks a response's body.
func (r *report) responseBody(spec *ResponseSpec, p *responsePlan, c *Call, got *Response) {
	contentType := got.Header.Get("Content-Type")
	switch {
	case bodiless(c, got.Status):
		if len(got.Body) > 0 {
			r.add(spec.at, Violation{Where: "body", Keyword: "undeclared", Got: cut(string(got.Body)), Want: "no body", Fix: "send no body",
				Message: fmt.Sprintf("the response has a body, and %s has none (RFC 9110, 6.4.1)", bodilessReason(c, got.Status))})
		}
		return
	case len(p.content) == 0:
		if len(got.Body) > 0 {
			r.add(spec.at, Violation{Where: "body", Keyword: "undeclared", Got: cut(string(got.Body)), Want: "no body", Severity: SeverityWarning,
				Message: fmt.Sprintf("the response has a body, and the document gives %s none", spec.Status), Fix: "send no body, or document it"})
		}
		return
	case len(got.Body) == 0 && slices.ContainsFunc(p.content, func(m *media) bool { return m.json }):
		r.add(keywordOr(spec.at, "content"), Violation{Where: "body", Keyword: "required", Want: "a body of type " + bodyTypes(p.content),
			Message: fmt.Sprintf("the response has no body, and the document gives %s one", spec.Status), Fix: "send a body"})
		return
	}
	m := mediaFor(p.content, contentType)
	if m == nil {
		r.add(keywordOr(spec.at, "content"), Violation{Where: "content-type", Keyword: "content", Got: cut(contentType), Want: bodyTypes(p.content),
			Message: contentTypeMessage("response", contentType), Fix: "send Content-Type: " + bodyTypes(p.content)})
		return
	}
	r.body(m, contentType, got.Body)
}

func bodilessReason(c *Call, status int) string {
	if c.Request.Method == http.MethodHead {
		return "an answer to HEAD"
	}
	return "a " + strconv.Itoa(status)
}

// CheckBody checks a body against the schema that a status and media type of
// an operation document: for scenario files and examples. An empty media type
// is the first that is documented. The violations' places start with "body",
// and their blame is [BlameDocument].
func (o *Operation) CheckBody(status int, mediaType string, body []byte) []Violation {
	p := o.prepared()
	r := o.doc.report("response")
	r.blame = BlameDocument
	spec := o.Response(status)
	if spec == nil {
		r.undocumented(o, status)
		return r.done()
	}
	rp := p.responses[slices.Index(o.responses, spec)]
	if len(rp.content) == 0 {
		if len(body) > 0 {
			r.add(spec.at, Violation{Where: "body", Keyword: "undeclared", Got: cut(string(body)), Want: "no body",
				Message: fmt.Sprintf("the document gives %s no body", spec.Status), Fix: "leave the body out"})
		}
		return r.done()
	}
	m := rp.content[0]
	if mediaType != "" {
		m = mediaFor(rp.content, mediaType)
	}
	if m == nil {
		r.add(keywordOr(spec.at, "content"), Violation{Where: "content-type", Keyword: "content", Got: cut(mediaType), Want: bodyTypes(rp.content),
			Message: contentTypeMessage("response", mediaType), Fix: "use " + bodyTypes(rp.content)})
		return r.done()
	}
	if m.json && m.fast.Valid(body) {
		return nil
	}
	if mediaType == "" {
		mediaType = m.spec.concrete()
	}
	r.body(m, mediaType, body)
	if !m.json {
		c := &Call{Operation: o, Request: &Request{Method: o.Method}}
		got := &Response{Status: status, Header: http.Header{"Content-Type": {mediaType}}, Body: body}
		for _, v := range p.judgeResponse(o.doc, c, got, slices.Index(o.responses, spec)) {
			if v.Where == "body" || strings.HasPrefix(v.Where, "body/") {
				v.Blame = r.blame
				r.found = append(r.found, v)
			}
		}
	}
	return r.done()
}
