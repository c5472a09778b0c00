package report

import (
	"encoding/json"
	"slices"

	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/spec"
)

// writeHAR writes an archive of the exchanges that were given, and of the
// findings' samples that are not among them, the oldest first.
func writeHAR(r *Report, o Options) ([]byte, error) {
	all := slices.Clone(o.Exchanges)
	for i := range r.Findings {
		e := r.Findings[i].Sample
		if e != nil && !slices.ContainsFunc(all, func(x *Exchange) bool { return x.ID == e.ID && x.Sandbox == e.Sandbox }) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b *Exchange) int { return a.At.Compare(b.At) })
	archive := har.Archive{Log: har.Log{Version: "1.2", Creator: har.Creator{Name: "Standin", Version: o.Tool}}}
	for _, e := range all {
		entry, err := entryOf(e)
		if err != nil {
			return nil, err
		}
		archive.Log.Entries = append(archive.Log.Entries, entry)
	}
	return archive.Encode()
}

// entryOf is the archive's form of an exchange. What an archive has no place
// for (the reason, the violations, the scenario) is in the entry's _standin.
func entryOf(e *Exchange) (har.Entry, error) {
	host := e.Request.Host
	if host == "" {
		host = "localhost"
	}
	asked, _ := e.Request.Bytes() // what is no base64 is shown as no body
	said, _ := e.Response.Bytes()
	req := spec.Request{Method: e.Request.Method, Path: e.Request.Path, RawQuery: e.Request.Query, Header: e.Request.Headers, Body: asked}
	resp := spec.Response{Status: e.Response.Status, Header: e.Response.Headers, Body: said}
	beside, err := json.Marshal(map[string]any{
		"id": e.ID, "sandbox": e.Sandbox, "operation": e.Operation, "template": e.Template, "reason": e.Reason, "source": e.Source,
		"scenario": e.Scenario, "fault": e.Fault, "violations": e.Violations,
	})
	if err != nil {
		return har.Entry{}, err
	}
	out := har.Entry{
		Started: e.At, Time: e.DurationMS + e.DelayMS, Request: har.NewRequest(address(e, host), &req), Response: har.NewResponse(&resp),
		Timings: har.Timings{Wait: e.DurationMS + e.DelayMS}, Standin: beside,
	}
	out.Response.Content.Size += e.Response.Cut
	if e.Response.Cut > 0 {
		out.Response.Content.Comment = har.Left
	}
	if e.Request.Cut > 0 {
		if out.Request.PostData == nil {
			out.Request.PostData = &har.PostData{MimeType: req.Header.Get("Content-Type")}
		}
		out.Request.PostData.Comment = har.Left
	}
	for _, v := range e.Violations {
		out.Comment += v.String() + "\n"
	}
	return out, nil
}

// address is what was called. Of a callback or webhook the target is the whole
// address.
func address(e *Exchange, host string) string {
	if e.Delivery != "" {
		return e.Target
	}
	return "http://" + host + e.Target
}
