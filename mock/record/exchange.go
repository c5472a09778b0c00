package record

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Exchange is a request and what a real service answered to it.
type Exchange struct {
	Request  spec.Request
	Response spec.Response
	NoBody   bool // the request's body is not known
	Times    int  // so often in a row; 0 is once
}

// FromArchive are the exchanges of an archive that can be answered from, and how
// many it has beside them: without a response, without its body, CORS preflights
// and calls of Standin's own control API. The error says which entry cannot be
// read.
func FromArchive(a *har.Archive) (seen []Exchange, others int, err error) {
	for i := range a.Log.Entries {
		e := &a.Log.Entries[i]
		req, _, err := mock.Captured(e)
		if err != nil {
			return nil, 0, fmt.Errorf("log.entries[%d]: %w", i, err)
		}
		resp, err := e.Response.Spec()
		if err != nil {
			return nil, 0, fmt.Errorf("log.entries[%d]: %w", i, err)
		}
		if resp.Status == 0 || e.Response.Missing() && req.Method != http.MethodHead || mock.Beside(req) {
			others++
			continue
		}
		seen = append(seen, Exchange{Request: *req, Response: *resp, NoBody: e.Request.Missing()})
	}
	return seen, others, nil
}

// dropped are headers of a response that are not sent again: they frame the
// message, tell when it was sent, or are the business of who sends it now.
var dropped = []string{
	"Date", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Upgrade",
	"Alt-Svc", "Preference-Applied",
}

// volatile are headers that are another in every answer: two answers that
// differ in nothing else are the same.
var volatile = []string{
	"Age", "Expires", "Last-Modified", "Server-Timing", "X-Request-Id", "X-Correlation-Id", "X-Trace-Id", "Request-Id", "Traceparent", "X-Runtime",
	"X-Response-Time", "Cf-Ray", "X-Amzn-Requestid", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-Served-By", "X-Timer",
	"X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Ratelimit-Used", "Ratelimit", "Ratelimit-Remaining", "Ratelimit-Reset",
}

// headersOf are the headers to send again, several lines of a name as one text
// with line breaks, as a scenario has them.
func headersOf(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if slices.Contains(dropped, name) || strings.HasPrefix(name, "Standin-") || strings.HasPrefix(name, "Access-Control-") {
			continue
		}
		var lines []string
		for _, v := range values {
			if name != "Set-Cookie" || !strings.Contains(v, scenarios.Anything) {
				lines = append(lines, strings.Map(printable, v))
			}
		}
		if len(lines) > 0 {
			out[name] = strings.ReplaceAll(strings.Join(lines, "\n"), "{{", `{{ "{{" }}`)
		}
	}
	return out
}

// printable leaves control characters out.
func printable(r rune) rune {
	if r < ' ' && r != '\t' || r == 0x7f {
		return -1
	}
	return r
}
