package mock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/internal/upstream"
	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/spec"
)

// Upstream is the real service behind a [Handler] that is a proxy: requests go
// there, both directions are checked, and what breaks the document in the
// service's answers is blamed on it. Nothing is refused for breaking the
// document: the service shall judge. Scenarios still act, and a request still
// chooses its answer by Prefer.
type Upstream struct {
	URL      string        // http or https; its path goes in front of the requests' paths that lack it
	Insecure bool          // certificates are not verified
	Timeout  time.Duration // until the answer's header is there; 0 is 60 s
	MaxBody  int64         // bytes of an answer that are read and checked before they go on; 0 is 32 MiB
}

func (u *Upstream) client() (*upstream.Client, error) {
	base, err := url.Parse(u.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("%q is no address of a service: give one such as https://api.example.com/v1", u.URL)
	}
	return upstream.New(base, upstream.Options{Insecure: u.Insecure, Timeout: u.Timeout, MaxBody: u.MaxBody}), nil
}

// carried is what of the real service's answer does not stand in the recorded
// response. The zero value is an answer of our own.
type carried struct {
	coded  []byte        // the body in its content coding, where it has one
	rest   io.ReadCloser // what follows the body
	opaque string        // why the body cannot be checked
}

// under is an answer as the service sent it.
func (c *carried) under(a wire.Answer) wire.Answer {
	if c.coded != nil {
		a.Body = c.coded
	}
	if c.rest != nil {
		a.Rest = c.rest
	}
	return a
}

// forward is the plan to let the real service answer.
func (h *Handler) forward() plan {
	return plan{forward: true, source: SourceUpstream, reason: "passed on to " + h.opts.Upstream.URL}
}

// carry lets the real service answer.
func (h *Handler) carry(v *visit, r *http.Request) {
	got, err := h.upstream.Do(r.Context(), &upstream.Request{
		Method: v.request.Method, Path: v.request.Path, RawQuery: v.request.RawQuery, Header: outbound(r.Header),
		Body: v.request.Body, Rest: v.rest, Host: r.Host, Remote: r.RemoteAddr, TLS: r.TLS != nil,
	})
	if err != nil {
		refusal := refuseUpstream
		if errors.Is(err, context.DeadlineExceeded) {
			refusal.status = http.StatusGatewayTimeout
		}
		p := refusal.plan(err.Error(), nil)
		v.plan, v.response = v.plan.under(p), p.response
		return
	}
	v.response = spec.Response{Status: got.Status, Header: got.Header, Body: got.Decoded}
	v.carried = carried{rest: got.Rest, opaque: got.Opaque}
	if !bytes.Equal(got.Body, got.Decoded) {
		v.carried.coded = got.Body
	}
	if v.route.Operation == nil && got.Status < 400 {
		blameUpstream(v.found)
	}
}

// blameUpstream is for a service that answers what the document does not hold.
func blameUpstream(found []spec.Violation) {
	for i := range found {
		found[i].Blame = spec.BlameUpstream
	}
}

// close ends the rest of a service's answer.
func (c *carried) close() {
	if c.rest != nil {
		_ = c.rest.Close()
	}
}

// outbound are a request's headers without those that are Standin's own.
func outbound(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		switch {
		case name == "Prefer", strings.HasPrefix(name, "Standin-"):
		case name == "Cookie":
			keep(out, name, values, ";", cookieMember)
		case name == "Baggage":
			keep(out, name, values, ",", baggageMember)
		default:
			out[name] = values
		}
	}
	return out
}

// keep enters a header's values without the members that are ours.
func keep(out http.Header, name string, values []string, sep string, ours func(string) string) {
	for _, line := range values {
		var left []string
		for member := range strings.SplitSeq(line, sep) {
			if member = strings.TrimSpace(member); ours(member) == "" {
				left = append(left, member)
			}
		}
		if len(left) > 0 {
			out[name] = append(out[name], strings.Join(left, sep+" "))
		}
	}
}

// readPart is what of a body over the bound is at hand, and the rest of it.
func readPart(r *http.Request, had []byte, limit int64) (body []byte, rest io.Reader, err error) {
	if had == nil {
		if had, err = io.ReadAll(io.LimitReader(r.Body, limit)); err != nil {
			return nil, nil, err
		}
	}
	return had, r.Body, nil
}

// unread are the violations of a message without those of its body, of which
// only a part was there to be checked: that is told instead.
func unread(found []spec.Violation, in, why string) []spec.Violation {
	var out []spec.Violation
	for _, v := range found {
		if v.Where != "body" && !strings.HasPrefix(v.Where, "body/") {
			out = append(out, v)
		}
	}
	blame := spec.BlameClient
	if in == "response" {
		blame = spec.BlameUpstream
	}
	return append(out, spec.Violation{
		In: in, Where: "body", Keyword: "unchecked", Message: "the " + in + "'s body is not checked: " + why,
		Blame: blame, Severity: spec.SeverityWarning,
	})
}
