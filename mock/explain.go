package mock

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Trail is what an exchange's explanation needs to know besides the exchange
// itself. It is taken as it goes and worded only when somebody asks.
type Trail struct {
	Operation   spec.Position // of the operation, in the document
	Params      []spec.Param  // of the path, decoded
	Credentials []spec.Credential
	Token       scenarios.Token // what the presented token says of itself
	Seed, Call  uint64          // the sandbox's seed, and the number of the call in it
	State       store.Trace     // the records that were read and written
}

// Explanation tells how the answer came about, a step a line. The first line
// names the cause.
func (e *Exchange) Explanation() []string {
	x := explanation{ex: e}
	if e.Delivery != "" {
		return x.delivery()
	}
	x.cause()
	x.world()
	x.route()
	x.credentials()
	x.checks()
	x.scenarios()
	x.state()
	x.answer()
	return x.steps
}

// explanation collects the steps.
type explanation struct {
	ex    *Exchange
	steps []string
}

func (x *explanation) say(format string, args ...any) {
	x.steps = append(x.steps, fmt.Sprintf(format, args...))
}

// delivery explains a request that the API itself has sent.
func (x *explanation) delivery() []string {
	e := x.ex
	x.say("%s", e.Reason)
	x.say("try %d of the delivery %s of the %s to %s", e.Try, e.Delivery, e.Template, e.Target)
	x.say("sandbox %s, at %s by its clock", e.Sandbox, e.At.Format(time.RFC3339Nano))
	x.say("answered %d by its receiver", e.Response.Status)
	x.violations()
	return x.steps
}

// cause is the first line: what the client has to know. Where the request broke
// the document that is the violation that the others follow from, whoever made
// the answer; else the reason for the answer.
func (x *explanation) cause() {
	e := x.ex
	v := mainViolation(e)
	if v == nil || e.Source == SourceScenario || e.Source == SourcePrefer || e.Source == SourceRefusal && !aboutViolations(e) {
		x.say("%s", e.Reason)
		return
	}
	line := v.Message
	if other := misnamed(e, v); other != "" {
		line = other
	}
	if !strings.Contains(line, " ") {
		line = v.Where + ": " + line
	}
	if e.Response.Status < 400 && v.In == "request" {
		line = "the request was answered, and breaks the document: " + line
	}
	if at := v.Position.String(); at != "" {
		line += " (" + at + ")"
	}
	if v.Fix != "" && !strings.Contains(line, v.Fix) {
		line += "; to mend it: " + v.Fix
	}
	x.say("%s", line)
}

// aboutViolations reports whether a refusal is one for the sake of a violation:
// there are others, a body that is too large or a wish that cannot be met.
func aboutViolations(e *Exchange) bool {
	return slices.ContainsFunc(e.Violations, func(v spec.Violation) bool {
		return v.Severity == spec.SeverityError && strings.Contains(e.Reason, v.Message)
	})
}

// mainViolation is the one that the others follow from, nil if none explains
// the answer: of the errors the first in this order of places, and only in want
// of any the fake's own; a warning explains no refusal.
func mainViolation(e *Exchange) *spec.Violation {
	order := func(v *spec.Violation) int {
		switch {
		case v.Blame == spec.BlameScenario:
			return 99
		case v.In == "response":
			return 50
		case v.Where == "path" || v.Where == "method":
			return 0
		case v.Where == "security":
			return 1
		case v.Where == "content-type":
			return 2
		case v.Keyword == "syntax":
			return 3
		case v.Keyword == "required":
			return 4
		}
		return 5
	}
	var best *spec.Violation
	for i := range e.Violations {
		v := &e.Violations[i]
		if v.Severity == spec.SeverityError && v.Blame != spec.BlameScenario && (best == nil || order(v) < order(best)) {
			best = v
		}
	}
	return best
}

// misnamed words what is wrong where the document asks for a member or
// parameter and the request has one of another spelling: one mistake, though it
// makes two violations.
func misnamed(e *Exchange, v *spec.Violation) string {
	if v.Keyword != "required" || v.In != "request" {
		return ""
	}
	in, name := splitPlace(v)
	for i := range e.Violations {
		w := &e.Violations[i]
		stray := w.Keyword == "undeclared" || w.Keyword == "additionalProperties" || w.Keyword == "unevaluatedProperties"
		if !stray || w.In != "request" {
			continue
		}
		otherIn, other := splitPlace(w)
		if otherIn != in && !(in != "path" && strings.Contains("query header", otherIn) && strings.Contains("query header cookie", in)) {
			continue
		}
		if same(name, other) || len(spec.Near(other, []string{name})) > 0 {
			if in != otherIn {
				return fmt.Sprintf("%q is sent in the %s, and the document has it in the %s", other, otherIn, in)
			}
			return fmt.Sprintf("%s has %q where the document has %q", placeWords(in), other, name)
		}
	}
	return ""
}

// splitPlace divides a violation's place into what holds the thing and the
// thing's name.
func splitPlace(v *spec.Violation) (in, name string) {
	if in, name, ok := strings.Cut(v.Where, "."); ok && (in == "query" || in == "header" || in == "cookie" || in == "path") {
		return in, name
	}
	if v.Keyword == "required" && v.Want != "" {
		return v.Where, strings.Trim(v.Want, `"`)
	}
	if i := strings.LastIndexByte(v.Where, '/'); i > 0 {
		return v.Where[:i], strings.NewReplacer("~1", "/", "~0", "~").Replace(v.Where[i+1:])
	}
	return v.Where, ""
}

func placeWords(in string) string {
	if in == "query" || in == "header" || in == "cookie" || in == "body" {
		return "the " + in
	}
	return in
}

// same reports whether two names are one in different spellings: accessToken,
// access_token and Access-Token are.
func same(a, b string) bool {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer("_", "", "-", "", ".", "", " ", "").Replace(s))
	}
	return a != "" && plain(a) == plain(b)
}

func (x *explanation) world() {
	e := x.ex
	x.say("sandbox %s, its clock at %s, seed %d, call %d", e.Sandbox, e.At.Format(time.RFC3339Nano), e.Trail.Seed, e.Trail.Call)
}

// route tells which operation answers, and which ones come near where none does.
func (x *explanation) route() {
	e := x.ex
	if e.Operation == "" {
		x.say("no operation of the document answers %s %s", e.Request.Method, e.Request.Path)
		for _, v := range e.Violations {
			switch {
			case v.Where == "path" && v.Want != "":
				x.say("the nearest operations: %s", v.Want)
			case v.Where == "method" && v.Want != "":
				x.say("the path is there, with %s", v.Want)
			}
		}
		return
	}
	line := fmt.Sprintf("%s %s is operation %s (%s)", e.Request.Method, e.Request.Path, e.Operation, e.Template)
	if at := e.Trail.Operation.String(); at != "" {
		line += " at " + at
	}
	for i, p := range e.Trail.Params {
		line += []string{", with ", " and "}[min(i, 1)] + p.Name + " = " + quoteShort(p.Value)
	}
	x.say("%s", line)
}

// credentials tells what was presented and what it was found to be, never what
// it holds.
func (x *explanation) credentials() {
	e := x.ex
	if e.Operation == "" {
		return
	}
	if len(e.Trail.Credentials) == 0 {
		x.say("no credential that the operation knows was presented")
	}
	for _, c := range e.Trail.Credentials {
		kind := c.Kind
		if kind == "" {
			kind = c.Type
		}
		x.say("a credential was presented for the scheme %s (%s)", c.Scheme, kind)
	}
	t := e.Trail.Token
	if !t.Present || t.IssuedAt.IsZero() {
		return
	}
	state := "it is good"
	if !t.Valid {
		state = "it is not good any more, or not here"
	}
	x.say("its token was issued at %s and expires at %s; %s", t.IssuedAt.Format(time.RFC3339), t.ExpiresAt.Format(time.RFC3339), state)
}

// checks tells what was found wrong with both messages, with the document's
// line.
func (x *explanation) checks() {
	e := x.ex
	if len(e.Violations) == 0 {
		if e.Operation != "" {
			x.say("request and answer keep to the document")
		}
		return
	}
	x.violations()
}

func (x *explanation) violations() {
	for _, v := range x.ex.Violations {
		line := fmt.Sprintf("%s %s: %s [%s, %s to blame]", v.In, v.Where, v.Message, v.Severity, v.Blame)
		if at := v.Position.String(); at != "" {
			line += " at " + at
		}
		if v.Fix != "" {
			line += "; " + v.Fix
		}
		x.say("%s", line)
	}
}

func (x *explanation) scenarios() {
	for _, n := range x.ex.Notes {
		x.say("scenario rule %s", n)
	}
	for _, t := range x.ex.Troubles {
		x.say("a scenario's expression failed: %s", t)
	}
	if x.ex.Applied != "" {
		x.say("the request preferred %s", x.ex.Applied)
	}
}

// state tells which records were read and written.
func (x *explanation) state() {
	t := &x.ex.Trail.State
	words := [...]string{store.Read: "read", store.Missed: "looked for in vain", store.Wrote: "wrote", store.Deleted: "deleted"}
	var parts []string
	for i := range min(t.Count, len(t.Touched)) {
		touch := &t.Touched[i]
		parts = append(parts, words[touch.Op]+" "+touch.Table+"/"+shortKey(touch.Key))
	}
	if more := t.Count - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	if len(parts) > 0 {
		x.say("state: %s", strings.Join(parts, ", "))
	}
}

// shortKey is a record's key on one line.
func shortKey(key string) string {
	const most = 60
	clean := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r == '\ufffd' {
			return '·'
		}
		return r
	}, key)
	if len(clean) > most {
		return clean[:most] + "…"
	}
	return clean
}

func (x *explanation) answer() {
	e := x.ex
	line := fmt.Sprintf("answered %d by %s", e.Response.Status, e.Source)
	if e.Reason != "" && e.Reason != x.steps[0] {
		line += ": " + e.Reason
	}
	x.say("%s", line)
	if e.Delay > 0 {
		x.say("delayed by %v", e.Delay)
	}
	if e.Fault != wire.None {
		x.say("then broken on the wire: %v", e.Fault)
	}
}
