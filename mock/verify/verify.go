package verify

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Options say how a service is verified. The zero value sends safe requests
// only, and as nobody.
type Options struct {
	// Vars are what trials, workflows and hooks know of the service: an e-mail
	// address and a password of its, say.
	Vars map[string]string
	// Credentials are values to present, by the name of the security scheme:
	// a token, a key, user:password.
	Credentials map[string]string
	// SignIn gets a bearer token where Credentials have none, anew for each
	// operation; nil, or "" from it: there is none.
	SignIn func(ctx context.Context, send func(*spec.Request) *mock.Exchange) string
	// Hooks bring the service into a state that no call does. A step whose hook
	// is not there skips its trial.
	Hooks func(ctx context.Context, name string, vars map[string]string) (more map[string]string, err error)

	AllowWrites bool                                       // send requests that change data
	Safe        []string                                   // operations that change none, whatever their method says
	Seed        uint64                                     // of the generated cases
	Rate        float64                                    // requests a second at most; 0 is no bound
	Progress    func(Check)                                // called for each check as it ends; nil for none
	Wait        func(context.Context, time.Duration) error // nil waits by the wall clock
}

// Outcome is what became of a check.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Check is one thing that was held against the service.
type Check struct {
	Suite     string // "scenario expired-token", "arazzo logout", "cases"
	Name      string // what it shows
	Operation string // its ID; "" where several take part
	Outcome   Outcome
	Detail    string         // why it failed or was skipped
	Keyword   string         // of a failure: expect, accept, refuse, crash, contract
	Pos       spec.Position  // where the document or the suite says so
	Exchange  *mock.Exchange // the one that decided; nil if none did
}

// Verifier verifies one service.
type Verifier struct {
	h      *mock.Handler
	o      Options
	checks []Check
	sent   int
	begun  time.Time
	// expected are answers whose status a trial wanted though the document
	// lists it not: a gateway's, say.
	expected map[report.Key]uint64
}

// New is a verifier of the service that a handler stands before.
func New(h *mock.Handler, o Options) *Verifier {
	if o.Wait == nil {
		o.Wait = wait
	}
	return &Verifier{h: h, o: o, begun: time.Now(), expected: map[report.Key]uint64{}}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Checks are all checks that were made, in order.
func (v *Verifier) Checks() []Check { return v.checks }

// Count is the number of checks with an outcome.
func (v *Verifier) Count(o Outcome) (n int) {
	for i := range v.checks {
		if v.checks[i].Outcome == o {
			n++
		}
	}
	return n
}

func (v *Verifier) add(c Check) {
	v.checks = append(v.checks, c)
	if v.o.Progress != nil {
		v.o.Progress(c)
	}
}

// send sends one request to the service, at the rate that is allowed.
func (v *Verifier) send(ctx context.Context, r *spec.Request) *mock.Exchange {
	if v.o.Rate > 0 {
		due := v.begun.Add(time.Duration(float64(v.sent) / v.o.Rate * float64(time.Second)))
		if d := time.Until(due); d > 0 {
			_ = v.o.Wait(ctx, d) // the request itself then fails
		}
	}
	v.sent++
	return v.h.Send(ctx, mock.DefaultSandbox, r)
}

// broken are the errors in the service's answer, but for a status that is
// expected.
func broken(ex *mock.Exchange, statusExpected bool) *spec.Violation {
	for i := range ex.Violations {
		w := &ex.Violations[i]
		if w.In != "response" || w.Blame != spec.BlameUpstream || statusExpected && w.Where == "status" {
			continue
		}
		if w.Severity == spec.SeverityError || w.Keyword == "undeclared" {
			return w
		}
	}
	return nil
}

// answered tells whether the service answered at all.
func answered(ex *mock.Exchange) bool { return ex.Source == mock.SourceUpstream }

// writes tells whether an operation changes data, by its method (RFC 9110,
// 9.2.1).
func (v *Verifier) writes(op *spec.Operation) bool {
	switch op.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, "QUERY":
		return false
	}
	return !slices.Contains(v.o.Safe, op.ID) && !slices.Contains(v.o.Safe, op.Name())
}

// Report is the evidence: what the exchanges exercised and broke, and each
// failed check as a finding.
func (v *Verifier) Report() *report.Report {
	seen := v.h.Report("")
	for i := range seen.Findings {
		f := &seen.Findings[i]
		f.Count -= min(v.expected[f.Key()], f.Count)
	}
	seen.Findings = slices.DeleteFunc(seen.Findings, func(f report.Finding) bool { return f.Count == 0 || f.Violation.Blame == spec.BlameClient })
	extra := report.New()
	for i := range v.checks {
		if c := &v.checks[i]; c.Outcome == Failed && c.Keyword != "contract" {
			extra.Findings = append(extra.Findings, v.finding(c))
		}
	}
	return report.Merge(seen, extra)
}

// finding is a failed check as one.
func (v *Verifier) finding(c *Check) report.Finding {
	f := report.Finding{
		Operation: c.Operation, Template: c.Suite, Where: c.Name, Count: 1,
		Violation: spec.Violation{
			In: "response", Where: c.Name, Keyword: c.Keyword, Message: c.Detail, Position: c.Pos,
			Blame: spec.BlameUpstream, Severity: spec.SeverityError,
		},
	}
	if op := v.h.Document().Operation(c.Operation); op != nil {
		f.Template = op.Name()
		if c.Pos == (spec.Position{}) {
			f.Violation.Position = op.Pos
		}
	}
	if c.Exchange != nil {
		f.First = report.Seen{Exchange: c.Exchange.ID, Sandbox: c.Exchange.Sandbox, At: c.Exchange.At}
		f.Last = f.First
		f.Sample = c.Exchange.Form()
	}
	return f
}

// Scenarios runs the trials of scenarios.
func (v *Verifier) Scenarios(ctx context.Context, all []scenarios.Scenario) {
	for i := range all {
		for j := range all[i].Verify {
			if ctx.Err() != nil {
				return
			}
			v.trial(ctx, "scenario "+all[i].Name, &all[i].Verify[j])
		}
	}
}

func describe(ex *mock.Exchange) string {
	body := strings.Join(strings.Fields(string(ex.Response.Body)), " ")
	if len(body) > 120 {
		body = body[:117] + "…"
	}
	if body == "" {
		body = "no body"
	}
	return fmt.Sprintf("%s %s was answered %d, %s", ex.Request.Method, ex.Request.Path, ex.Response.Status, body)
}
