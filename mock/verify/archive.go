package verify

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// Archive sends the requests of an HTTP archive again, those of them that the
// document describes, and holds each answer against the document and against the
// status that was recorded.
func (v *Verifier) Archive(ctx context.Context, a *har.Archive) {
	for i := range a.Log.Entries {
		if ctx.Err() != nil {
			return
		}
		v.entry(ctx, i, &a.Log.Entries[i])
	}
}

func (v *Verifier) entry(ctx context.Context, i int, e *har.Entry) {
	c := Check{Suite: "har", Name: fmt.Sprintf("entry %d, %s %s", i, e.Request.Method, e.Request.URL), Outcome: Passed}
	defer func() { v.add(c) }()
	req, _, err := e.Request.Spec()
	if err != nil {
		c.Outcome, c.Detail = Skipped, err.Error()
		return
	}
	op := v.h.Document().Find(req.Method, req.Path).Operation
	switch {
	case op == nil:
		c.Outcome, c.Detail = Skipped, "the document describes no such request"
		return
	case v.writes(op) && !v.o.AllowWrites:
		c.Operation, c.Outcome = op.ID, Skipped
		c.Detail = op.Method + " may change the service's data: allow that with --allow-writes, or name the operation with --safe"
		return
	}
	c.Operation, c.Pos = op.ID, op.Pos
	if redacted(req) {
		c.Outcome, c.Detail = Skipped, "the capture is redacted: what was sent is not known"
		return
	}
	if e.Response.Status != http.StatusUnauthorized || presented(op, req) {
		v.present(op, req)
	}
	ex := v.send(ctx, req)
	c.Exchange = ex
	switch w := broken(ex, false); {
	case !answered(ex):
		c.Outcome, c.Keyword, c.Detail = Failed, "crash", ex.Reason
	case w != nil:
		c.Outcome, c.Keyword, c.Detail = Failed, "contract", describe(ex)+": "+w.Message
	case e.Response.Status != 0 && ex.Response.Status != e.Response.Status:
		c.Outcome, c.Keyword = Failed, "expect"
		c.Detail = fmt.Sprintf("%s; %d was recorded", describe(ex), e.Response.Status)
	}
}

// redacted tells whether a part of a request was taken out that cannot be
// replaced: credentials in headers can.
func redacted(r *spec.Request) bool {
	return strings.Contains(r.Path+"?"+r.RawQuery, report.Redacted) || bytes.Contains(r.Body, []byte(report.Redacted))
}

// presented tells whether a request has anything in the place of a credential.
// Many tools leave credentials out of archives; a request that was refused with
// 401 may well have had none.
func presented(op *spec.Operation, r *spec.Request) bool {
	for _, alt := range op.Security {
		for _, s := range alt {
			if s.Type == "apiKey" && s.Kind == "header" && r.Header.Get(s.Param) != "" {
				return true
			}
		}
	}
	return r.Header.Get("Authorization") != ""
}

// present puts the operator's credentials in the place of those in an archive,
// which are spent, or were taken out.
func (v *Verifier) present(op *spec.Operation, r *spec.Request) {
	for _, alt := range op.Security {
		for _, s := range alt {
			value := v.o.Credentials[s.Name]
			switch {
			case value == "":
			case s.Type == "apiKey" && s.Kind == "header":
				r.Header.Set(s.Param, value)
			case s.Type == "http" && s.Kind != "bearer" && s.Kind != "basic":
				r.Header.Set("Authorization", s.Kind+" "+value)
			case s.Type == "http" && s.Kind == "basic":
				r.Header.Set("Authorization", "Basic "+basic(value))
			case strings.HasPrefix(s.Type, "o") || s.Kind == "bearer":
				r.Header.Set("Authorization", "Bearer "+value)
			}
		}
	}
}
