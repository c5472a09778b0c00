package mock

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/standin-dev/standin/mock/internal/wire"
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
	Duration   time.Duration // from the request read to the answer ready, by the wall clock
}

// Source is what made an answer.
type Source string

// The sources.
const (
	SourceRefusal   Source = "refusal"   // Standin's own refusal, or a security or request check
	SourceScenario  Source = "scenario"  // a rule's reply
	SourcePrefer    Source = "prefer"    // asked for by the request
	SourceBehaviour Source = "behaviour" // code that gives the operation its meaning
	SourceExample   Source = "example"   // the document's example, or a sample of its schema
	SourceUpstream  Source = "upstream"  // the real service, which the request was passed on to
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

// Explanation tells how the answer came about, a step a line.
func (e *Exchange) Explanation() []string {
	var steps []string
	say := func(format string, args ...any) { steps = append(steps, fmt.Sprintf(format, args...)) }
	say("%s", e.Reason)
	say("sandbox %s, at %s by its clock", e.Sandbox, e.At.Format(time.RFC3339Nano))
	if e.Operation == "" {
		say("no operation of the document answers %s %s", e.Request.Method, e.Request.Path)
	} else {
		say("%s %s is operation %s (%s)", e.Request.Method, e.Request.Path, e.Operation, e.Template)
	}
	for _, v := range e.Violations {
		say("%s %s: %s [%s, %s to blame]", v.In, v.Where, v.Message, v.Severity, v.Blame)
	}
	for _, n := range e.Notes {
		say("scenario rule %s", n)
	}
	for _, t := range e.Troubles {
		say("a scenario's expression failed: %s", t)
	}
	if e.Applied != "" {
		say("the request preferred %s", e.Applied)
	}
	say("answered %d by %s", e.Response.Status, e.Source)
	if e.Delay > 0 {
		say("delayed by %v", e.Delay)
	}
	if e.Fault != wire.None {
		say("then broken on the wire: %v", e.Fault)
	}
	return steps
}

// message is the JSON form of a request or response.
type message struct {
	Method  string      `json:"method,omitempty"`
	Path    string      `json:"path,omitempty"`
	Query   string      `json:"query,omitempty"`
	Status  int         `json:"status,omitempty"`
	Headers http.Header `json:"headers"`
	Body    *string     `json:"body,omitempty"`        // text
	Base64  string      `json:"body_base64,omitempty"` // where it is none
}

func (m *message) setBody(b []byte) {
	if len(b) == 0 {
		return
	}
	if utf8.Valid(b) {
		s := string(b)
		m.Body = &s
		return
	}
	m.Base64 = base64.StdEncoding.EncodeToString(b)
}

// MarshalJSON is the one JSON form of an exchange: the control API's, the event
// stream's and the page's.
func (e *Exchange) MarshalJSON() ([]byte, error) {
	req := message{Method: e.Request.Method, Path: e.Request.Path, Query: e.Request.RawQuery, Headers: e.Request.Header}
	req.setBody(e.Request.Body)
	resp := message{Status: e.Response.Status, Headers: e.Response.Header}
	resp.setBody(e.Response.Body)
	if req.Headers == nil {
		req.Headers = http.Header{}
	}
	if resp.Headers == nil {
		resp.Headers = http.Header{}
	}
	violations := e.Violations
	if violations == nil {
		violations = []spec.Violation{}
	}
	var fault string
	if e.Fault != wire.None {
		fault = e.Fault.String()
	}
	return json.Marshal(struct {
		ID          string           `json:"id"`
		Sandbox     string           `json:"sandbox"`
		At          time.Time        `json:"at"`
		Operation   string           `json:"operation,omitempty"`
		Template    string           `json:"template,omitempty"`
		Target      string           `json:"target"`
		Request     message          `json:"request"`
		Response    message          `json:"response"`
		Status      int              `json:"status"`
		Reason      string           `json:"reason"`
		Source      Source           `json:"source"`
		Scenario    string           `json:"scenario,omitempty"`
		Acted       []string         `json:"acted,omitempty"`
		Troubles    []string         `json:"troubles,omitempty"`
		Applied     string           `json:"preference_applied,omitempty"`
		Fault       string           `json:"fault,omitempty"`
		DelayMS     float64          `json:"delay_ms,omitempty"`
		Violations  []spec.Violation `json:"violations"`
		DurationMS  float64          `json:"duration_ms"`
		Explanation []string         `json:"explanation"`
	}{e.ID, e.Sandbox, e.At, e.Operation, e.Template, e.Target, req, resp, e.Response.Status, e.Reason, e.Source,
		e.Scenario, e.Acted, e.Troubles, e.Applied, fault, ms(e.Delay), violations, ms(e.Duration), e.Explanation()})
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
