package mock

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// Judge holds an exchange that somebody has captured between a client and a real
// service against the document, in both directions, and records it in the
// default sandbox as one that has passed through: what the request breaks is
// blamed on the client, what the response breaks on the service. The host does
// not matter. Its time is the capture's. What redaction has taken out is not
// judged, nor is a body that the capture leaves out; the latter is told. An error
// says what in the entry cannot be read.
func (h *Handler) Judge(ctx context.Context, e *har.Entry) (*Exchange, error) {
	v := visit{contract: h.contract.Load(), wall: h.opts.Wall()}
	r, target, err := Captured(e)
	if err != nil {
		return nil, err
	}
	presentRedacted(r.Header)
	v.request, v.target = *r, target
	v.sandbox, _ = h.Sandbox(DefaultSandbox) // which always is, or can be made
	h.checked.seen.Add(1)
	h.find(&v)
	h.bind(&v)
	if e.Request.Missing() {
		v.found = unread(v.found, "request", missingBody)
	}
	err = v.sandbox.update(ctx, v.wall, func(tx *Tx) error {
		v.id, v.at = tx.ULID("exchange"), tx.now
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !e.Started.IsZero() {
		v.at = e.Started
	}
	v.plan = plan{source: SourceUpstream, reason: "captured from " + v.request.Host}
	if v.response, err = captureOf(e); err != nil {
		return nil, err
	}
	if e.Response.Missing() && e.Request.Method != http.MethodHead {
		v.carried.opaque = missingBody
	}
	switch {
	case v.response.Status == 0:
		v.plan.ours, v.plan.reason = true, "captured without a response"
	case v.route.Operation == nil && v.response.Status < 400:
		blameUpstream(v.found)
	}
	h.check(&v)
	v.violations = slices.DeleteFunc(slices.Clone(v.violations), func(w spec.Violation) bool { return strings.Contains(w.Got, report.Redacted) })
	v.wall = v.wall.Add(-time.Duration(e.Time * float64(time.Millisecond)))
	return h.record(&v, &http.Request{}), nil
}

const missingBody = "the capture leaves it out"

// Captured is the request of a capture's entry as the API saw it, without what is
// Standin's own and with its content decoded, and its target as it was sent.
func Captured(e *har.Entry) (r *spec.Request, target string, err error) {
	r, address, err := e.Request.Spec()
	if err != nil {
		return nil, "", err
	}
	if _, r.Path = NamedSandbox(&http.Request{URL: address, Header: r.Header}); r.Path == "" {
		r.Path = "/"
	}
	_, r.RawQuery, _ = readPreferences(r.Header, r.RawQuery) // what it asked for was another's to judge
	r.Header = outbound(r.Header)
	if r.Header["Content-Encoding"] != nil {
		_ = decodeContent(r, maxDecoded) // most captures hold bodies decoded already
	}
	return r, (&url.URL{Path: address.Path, RawPath: address.RawPath, RawQuery: address.RawQuery}).RequestURI(), nil
}

// maxDecoded bounds what a captured body decodes to, in bytes.
const maxDecoded = 32 << 20

// presentRedacted puts credentials of the same scheme in the place of redacted
// ones: there were some, and that is all that anybody can tell.
func presentRedacted(h http.Header) {
	for i, value := range h["Authorization"] {
		scheme, rest, _ := strings.Cut(value, " ")
		if !strings.Contains(rest, report.Redacted) {
			continue
		}
		stand := "redacted"
		if strings.EqualFold(scheme, "basic") {
			stand = base64.StdEncoding.EncodeToString([]byte("redacted:"))
		}
		h["Authorization"][i] = scheme + " " + stand
	}
}

// captureOf is a capture's response, without what is Standin's own.
func captureOf(e *har.Entry) (spec.Response, error) {
	got, err := e.Response.Spec()
	if err != nil {
		return spec.Response{}, err
	}
	for name := range got.Header {
		if strings.HasPrefix(name, "Standin-") {
			delete(got.Header, name)
		}
	}
	return *got, nil
}

// Reach is what a captured request is about.
type Reach int

// The reaches.
const (
	ReachesNothing   Reach = iota // nothing in the document answers it
	ReachesOperation              // an operation of the document
	ReachesBeside                 // what is no part of any contract: a CORS preflight, Standin's own control API
)

// Reaches tells what a captured request is about.
func (h *Handler) Reaches(e *har.Entry) (Reach, error) {
	r, _, err := Captured(e)
	switch {
	case err != nil:
		return ReachesNothing, err
	case Beside(r):
		return ReachesBeside, nil
	case h.contract.Load().doc.Find(r.Method, r.Path).Operation == nil:
		return ReachesNothing, nil
	}
	return ReachesOperation, nil
}

// Beside tells whether a request is no part of any contract, see [ReachesBeside].
func Beside(r *spec.Request) bool {
	return r.Method == http.MethodOptions && r.Header["Access-Control-Request-Method"] != nil ||
		r.Path == Prefix || strings.HasPrefix(r.Path, Prefix+"/")
}
