package mock

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// Exchange is a request, its answer, the reason for the answer, its violations
// and timing. It is never changed once it has been recorded, nor is anything
// that it refers to.
type Exchange struct {
	ID        string // a ULID
	Sandbox   string
	At        time.Time // by the sandbox's clock
	Operation string    // its ID; "" where nothing answers
	Template  string    // "POST /auth/logout"; "" likewise

	Request  spec.Request
	Target   string // path and query as they came, sandbox prefix included
	Response spec.Response

	Reason     string   // why this answer, in a few words
	Source     Source   // what made it
	Scenario   string   // the scenario that replied or faulted, if one did
	Acted      []string // every scenario rule that acted, "slow/0"
	Notes      []string // why each rule of the active scenarios did or did not act
	Troubles   []string // expressions of scenarios that failed; their rules did not match
	Applied    string   // what of Prefer was honoured
	Fault      wire.Fault
	Delay      time.Duration // before the first byte
	Violations []spec.Violation
	Trail      Trail         // for its explanation
	Duration   time.Duration // from the request read to the answer ready, by the wall clock

	// Delivery is set where the API itself sent the request, as a callback or a
	// webhook: the [Delivery]'s ID. Target then is the whole address, Template
	// "callback NAME" or "webhook NAME", and the status 0 where nothing came
	// back.
	Delivery string
	Try      int // of the delivery, from 1
}

// Source is what made an answer.
type Source string

// The sources.
const (
	SourceRefusal   Source = "refusal"   // Standin's own refusal, or a security or request check
	SourceScenario  Source = "scenario"  // a rule's reply
	SourcePrefer    Source = "prefer"    // asked for by the request
	SourceBehaviour Source = "behaviour" // code that gives the operation its meaning
	SourceState     Source = "state"     // what the operation's resource remembers
	SourceExample   Source = "example"   // the document's example, or a sample of its schema
	SourceUpstream  Source = "upstream"  // the real service, which the request was passed on to

	// Of exchanges that the API itself began: the receiver made the answer.
	SourceCallback Source = "callback"
	SourceWebhook  Source = "webhook"
)

// size is what an exchange counts for in a journal's bound, in bytes.
func (e *Exchange) size() int64 {
	n := 512 + len(e.Target) + len(e.Request.Body) + len(e.Response.Body) + 256*len(e.Violations)
	for _, h := range [...]http.Header{e.Request.Header, e.Response.Header} {
		for k, vs := range h {
			n += len(k) + 48
			for _, v := range vs {
				n += len(v)
			}
		}
	}
	return int64(n)
}

// Failed reports whether anybody but a scenario broke the contract: a violation
// of severity error that was not asked for.
func (e *Exchange) Failed() bool {
	for _, v := range e.Violations {
		if v.Severity == spec.SeverityError && v.Blame != spec.BlameScenario {
			return true
		}
	}
	return false
}

// MarshalJSON is the one JSON form of an exchange: the control API's, the event
// stream's and the page's.
func (e *Exchange) MarshalJSON() ([]byte, error) { return json.Marshal(e.Form()) }

// Form is the exchange as its JSON form has it.
func (e *Exchange) Form() *report.Exchange {
	out := &report.Exchange{
		ID: e.ID, Sandbox: e.Sandbox, At: e.At, Operation: e.Operation, Template: e.Template, Target: e.Target,
		Request:  report.Message{Method: e.Request.Method, Path: e.Request.Path, Query: e.Request.RawQuery, Host: e.Request.Host, Headers: e.Request.Header},
		Response: report.Message{Status: e.Response.Status, Headers: e.Response.Header},
		Status:   e.Response.Status, Reason: e.Reason, Source: string(e.Source), Scenario: e.Scenario, Acted: e.Acted,
		Troubles: e.Troubles, Applied: e.Applied, DelayMS: ms(e.Delay), Delivery: e.Delivery, Try: e.Try, Violations: e.Violations, DurationMS: ms(e.Duration),
		Explanation: e.Explanation(),
	}
	out.Request.SetBody(e.Request.Body)
	out.Response.SetBody(e.Response.Body)
	for _, m := range []*report.Message{&out.Request, &out.Response} {
		if m.Headers == nil {
			m.Headers = http.Header{}
		}
	}
	if out.Violations == nil {
		out.Violations = []spec.Violation{}
	}
	if e.Fault != wire.None {
		out.Fault = e.Fault.String()
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
