package spec

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Bind decodes a request's parameters and credentials and checks it whole:
// parameters, security, body. Violations are data beside the call, in a stable
// order; the call is usable whatever they say. route.Operation is not nil.
func (d *Document) Bind(r *Request, route Route) (*Call, []Violation) {
	o := route.Operation
	d = o.doc // of several, the one that has the operation
	p := o.prepared()
	c := &Call{Operation: o, Request: r, Params: route.Params, sent: route.sent}
	var problem string
	c.Credentials, problem = p.credentials(o, r)
	c.Insecure = problem != ""
	counts := &d.checker.counts
	counts.seen.Add(1)
	if problem == "" && p.surely(d, c) {
		counts.fast.Add(1)
		return c, nil
	}
	counts.library.Add(1)
	return c, p.judge(d, c, problem)
}

// judge checks a request with the library and makes the full report.
func (p *opPlan) judge(d *Document, c *Call, problem string) []Violation {
	report := d.report("request")
	report.reversed = c.Operation.outgoing
	report.security(p, problem)
	query := queryPairs(c.Request.RawQuery)
	report.params(p, c, query)
	report.strangers(d, p, c, query)
	report.requestBody(p, c)
	d.checker.library().request(report, p, c)
	return report.done()
}

// surely reports whether a request is proven valid without the library. False
// is 'not sure'.
func (p *opPlan) surely(d *Document, c *Call) bool {
	r := c.Request
	for _, q := range p.params {
		switch q.in {
		case "path":
			if v := c.Param(q.name); v == "" || !q.surely(v) {
				return false
			}
		case "header":
			switch v := r.Header[q.canonical]; {
			case len(v) == 0:
				if q.required {
					return false
				}
			case len(v) > 1 || v[0] == "" || !q.surely(v[0]):
				return false
			}
		case "querystring":
			return false
		case "cookie":
			if q.required || len(r.Header["Cookie"]) > 0 {
				return false
			}
		}
	}
	return p.surelyQuery(r.RawQuery) && !p.hasStrangeHeaders(d, r.Header, p.params) && p.surelyBody(c)
}

// surely reports whether a parameter's text is proven valid.
func (q *checked) surely(text string) bool {
	return q.media == "" && q.style != "label" && q.style != "matrix" && q.schema != nil && q.fast.ValidString(text)
}

func (p *opPlan) surelyQuery(raw string) bool {
	if raw == "" {
		return !slices.ContainsFunc(p.params, func(q *checked) bool { return q.in == "query" && q.required })
	}
	seen := 0
	for part := range strings.SplitSeq(raw, "&") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || strings.ContainsAny(value, reserved) {
			return false
		}
		name, ok = unescape(name)
		text, okText := unescape(value)
		if !ok || !okText {
			return false
		}
		i := slices.IndexFunc(p.params, func(q *checked) bool { return q.in == "query" && q.name == name })
		if i < 0 || i > 63 || seen&(1<<i) != 0 || !p.params[i].surely(text) {
			return false
		}
		seen |= 1 << i
	}
	for i, q := range p.params {
		if q.in == "query" && q.required && seen&(1<<min(i, 63)) == 0 {
			return false
		}
	}
	return true
}

// reserved are the characters that a query value must encode (RFC 3986, 2.2).
const reserved = ":/?#[]@!$&'()*+,;="

func (p *opPlan) surelyBody(c *Call) bool {
	body := c.Request.Body
	if len(body) == 0 {
		return c.Operation.body == nil || !c.Operation.body.required
	}
	types := c.Request.Header["Content-Type"]
	if len(types) != 1 {
		return false
	}
	m := exactMedia(p.bodies, types[0])
	return m != nil && m.json && m.fast.Valid(body)
}

// exactMedia finds the media type that a Content-Type names, where that leaves
// no doubt.
func exactMedia(all []*media, contentType string) *media {
	base := mediaBase(contentType)
	if len(base) != len(contentType) && !strings.EqualFold(strings.ReplaceAll(contentType[len(base):], " ", ""), ";charset=utf-8") {
		return nil
	}
	for _, m := range all {
		if m.base == base {
			return m
		}
	}
	return nil
}

// mediaFor finds the media type that a Content-Type falls under: itself, else
// the narrowest range (OpenAPI 3.1, 4.8.14.1), nil if none.
func mediaFor(all []*media, contentType string) *media {
	base := mediaBase(contentType)
	kind, sub, _ := strings.Cut(base, "/")
	suffix := ""
	if i := strings.LastIndexByte(sub, '+'); i >= 0 {
		suffix = sub[i:]
	}
	for _, want := range []string{base, kind + "/*" + suffix, kind + "/*", "*/" + sub, "*/*"} {
		for _, m := range all {
			if m.base == want {
				return m
			}
		}
	}
	return nil
}

// requestBody checks a request's body.
func (r *report) requestBody(p *opPlan, c *Call) {
	spec, body := c.Operation.body, c.Request.Body
	switch {
	case spec == nil:
		r.unwantedBody(c)
		return
	case len(body) == 0: // a Content-Type alone makes no body
		if spec.required {
			r.add(keywordOr(spec.at, "required"), Violation{Where: "body", Keyword: "required", Message: "the request has no body, and the operation needs one",
				Want: "a body of type " + bodyTypes(p.bodies), Fix: "send a body"})
		}
		return
	}
	contentType := c.Request.Header.Get("Content-Type")
	m := mediaFor(p.bodies, contentType)
	if m == nil {
		r.add(keywordOr(spec.at, "content"), Violation{Where: "content-type", Keyword: "content", Got: cut(contentType), Want: bodyTypes(p.bodies),
			Message: contentTypeMessage("request", contentType), Fix: "send Content-Type: " + bodyTypes(p.bodies)})
		return
	}
	r.body(m, contentType, body)
}

func contentTypeMessage(message, contentType string) string {
	if contentType == "" {
		return "the " + message + " has a body and no Content-Type"
	}
	return fmt.Sprintf("the %s's Content-Type is %s, which the document does not give it", message, cut(contentType))
}

func bodyTypes(all []*media) string {
	var out []string
	for _, m := range all {
		out = append(out, m.spec.Type)
	}
	return strings.Join(out, " or ")
}

// unwantedBody reports a body on an operation that has none. JSON does no harm,
// and clients that always send {} exist; anything else is an error.
func (r *report) unwantedBody(c *Call) {
	body := c.Request.Body
	if len(body) == 0 {
		return
	}
	v := Violation{Where: "body", Keyword: "undeclared", Got: cut(string(body)), Want: "no body",
		Message: "the request has a body, and the operation takes none", Fix: "send no body"}
	scratch := *r
	scratch.found = nil
	if _, ok := scratch.decodeJSON(body, "body", tree.Place{}); ok && len(scratch.found) == 0 {
		v.Severity = SeverityWarning
	} else {
		v.Message += "; nor is it JSON"
	}
	r.add(c.Operation.at, v)
}

// strangers reports query members and custom headers that nothing declares.
func (r *report) strangers(d *Document, p *opPlan, c *Call, query []pair) {
	var known []string
	for _, q := range p.params {
		if q.in == "query" {
			known = append(known, q.name)
		}
	}
	for _, pr := range query {
		if pr.malformed {
			r.add(c.Operation.at, Violation{Where: "query." + pr.name, Keyword: "encoding", Got: short(pr.value), Want: "percent-encoding",
				Message: fmt.Sprintf("the query member %q has a percent sign that starts no octet (RFC 3986, 2.1)", cut(pr.name)), Fix: "write % as %25"})
		}
		if p.declaresQuery(d, pr.name) {
			continue
		}
		v := Violation{Where: "query." + pr.name, Keyword: "undeclared", Got: short(pr.value), Severity: SeverityWarning,
			Message: fmt.Sprintf("the operation declares no query parameter %q", cut(pr.name))}
		v.Want, v.Fix = declaredNames(slices.Clone(known), pr.name)
		r.add(c.Operation.at, v)
	}
	for name, values := range c.Request.Header {
		if !strangeHeader(d, name, p.params) {
			continue
		}
		r.add(c.Operation.at, Violation{Where: "header." + strings.ToLower(name), Keyword: "undeclared", Got: short(strings.Join(values, ", ")),
			Severity: SeverityWarning, Message: fmt.Sprintf("the operation declares no header %q", name),
			Fix: "leave it out, or add it to the document"})
	}
}

// declaresQuery reports whether a query member belongs to a parameter of the
// operation or to a security scheme of the document.
func (p *opPlan) declaresQuery(d *Document, name string) bool {
	for _, q := range p.params {
		switch {
		case q.in == "querystring":
			return true
		case q.in != "query":
		case q.name == name, q.style == "deepObject" && strings.HasPrefix(name, q.name+"["):
			return true
		case q.explode && q.media == "" && wants([]*schemaOf{q.schema}, "object") && (hasProperty(q.schema, name) || isOpen(q)):
			return true
		}
	}
	for _, s := range d.schemes {
		if s.Type == "apiKey" && s.Kind == "query" && s.Param == name {
			return true
		}
	}
	return false
}

// isOpen reports whether an exploded object parameter takes members of any name:
// its schema says so, or names none.
func isOpen(q *checked) bool {
	open, names := false, false
	visit(q.schema, func(s *schemaOf) {
		open = open || s.AdditionalProperties != nil && s.AdditionalProperties != false
		names = names || len(s.Properties) > 0 || s.AdditionalProperties == false
	})
	return open || !names
}

func (p *opPlan) hasStrangeHeaders(d *Document, h http.Header, declared []*checked) bool {
	for name := range h {
		if strangeHeader(d, name, declared) {
			return true
		}
	}
	return false
}

// strangeHeader reports whether a header is a custom one that nothing explains:
// no parameter, no security scheme of the document, and no proxy or tracer.
func strangeHeader(d *Document, name string, declared []*checked) bool {
	if len(name) < 2 || name[0]|0x20 != 'x' || name[1] != '-' {
		return false
	}
	for _, q := range declared {
		if q.in == "header" && (q.canonical == name || strings.EqualFold(q.name, name)) {
			return false
		}
	}
	name = strings.ToLower(name)
	if d.known[name] {
		return false
	}
	return !slices.ContainsFunc(infrastructure, func(known string) bool {
		if prefix, ok := strings.CutSuffix(known, "*"); ok {
			return strings.HasPrefix(name, prefix)
		}
		return name == known
	})
}

// infrastructure are the custom headers that proxies, tracers, browsers and
// frameworks add, and that no document lists.
var infrastructure = []string{
	"x-forwarded-*", "x-real-ip", "x-request-id", "x-requested-with", "x-correlation-id", "x-b3-*", "x-amzn-*", "x-amz-cf-id", "x-cloud-*",
	"x-client-*", "x-envoy-*", "x-datadog-*", "x-ot-span-context", "x-trace-id", "x-csrf-token", "x-xsrf-token",
	"x-http-method-override", "x-powered-by", "x-content-type-options", "x-frame-options", "x-xss-protection", "x-dns-prefetch-control",
	"x-robots-tag", "x-ua-compatible", "x-download-options", "x-permitted-cross-domain-policies", "x-accel-*", "x-cache*", "x-served-by", "x-timer",
}
