package mock

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// decide makes the plan, inside one transaction of the sandbox's state.
func (h *Handler) decide(v *visit, ctx context.Context) {
	err := v.sandbox.update(ctx, v.wall, func(tx *Tx) error {
		v.id, v.at = tx.ULID("exchange"), tx.now
		v.trail.Seed, v.trail.Call, v.trail.State = tx.head.Seed, tx.head.Seq, store.Trace{}
		tx.tx.Trace(&v.trail.State)
		if v.refused != nil {
			v.plan = *v.refused
			return nil
		}
		if v.route.Operation == nil { // only before a real service
			v.plan = h.forward()
			return nil
		}
		v.call.Identity = Identity{}
		v.plan = h.choose(tx, v)
		if tx.overfull(h.opts.MaxState) {
			tx.tx.Load(tx.tx.Began())
			v.plan = refuseFull.plan(errFull.Error()+"; delete some of it, or reset the sandbox", func(p *problem) { p.Operation = v.route.Operation.ID })
		}
		return nil
	})
	if err != nil {
		v.plan = refuseState.plan(err.Error(), nil)
	}
	v.plan.delay += v.prefs.wait
}

// choose is the order of who may answer: what the request itself chooses, then
// security, the active scenarios, the request checks, the operation's
// behaviour, what its resource remembers, and last the document's examples and
// schemas. Before a real service only the request's choice and the scenarios
// come first: it judges the rest.
func (h *Handler) choose(tx *Tx, v *visit) plan {
	denied := h.identify(tx, v)
	asked := h.askedScenarios(tx, v, denied != nil)
	if asked.final() {
		return asked
	}
	if v.prefs.chosen() {
		return asked.under(h.preferred(tx, v))
	}
	if denied != nil && h.upstream == nil {
		v.denied = true // a recording alone may know better
		if said := asked.under(h.activeScenarios(tx, v)); said.final() {
			return said
		}
		return asked.under(*denied)
	}
	active := asked.under(h.activeScenarios(tx, v))
	if active.final() {
		return active
	}
	if h.upstream != nil {
		return active.under(h.forward())
	}
	if !h.opts.Lenient && hasErrors(v.found) {
		return active.under(h.invalid(tx, v))
	}
	if b := v.contract.behaviours[v.route.Operation]; b != nil {
		return active.under(h.behave(tx, v, b))
	}
	if p, ok := h.remember(tx, v); ok {
		return active.under(p)
	}
	if !v.route.Operation.Succeeds() {
		return active.under(noSuccess(SourceExample, ""))
	}
	want := h.want(tx, v)
	want.Seed = answerSeed(tx, v)
	return active.under(plan{
		want: want, source: SourceExample,
		reason: "the document's own answer",
	})
}

// final reports whether a scenario has replied.
func (p *plan) final() bool { return p.source == SourceScenario }

// under is q with the effects of the scenarios that let it through: their delays
// and their fault.
func (p plan) under(q plan) plan {
	q.delay += p.delay
	if len(p.acted) > 0 {
		q.acted = append(p.acted[:len(p.acted):len(p.acted)], q.acted...)
	}
	if len(p.notes) > 0 {
		q.notes = append(p.notes[:len(p.notes):len(p.notes)], q.notes...)
	}
	if len(p.troubles) > 0 {
		q.troubles = append(p.troubles[:len(p.troubles):len(p.troubles)], q.troubles...)
	}
	if p.fault != wire.None && q.fault == wire.None {
		q.fault, q.scenario = p.fault, p.scenario
	}
	return q
}

// identify looks up the call's credentials. The plan it returns refuses the
// call, nil lets it go on.
func (h *Handler) identify(tx *Tx, v *visit) *plan {
	v.call.Identity.Token.Present = v.call.Bearer() != ""
	if v.call.Insecure {
		p := h.unauthorized(tx, v)
		return &p
	}
	if !h.authenticates(tx, v) {
		return h.authorize(tx, v)
	}
	if len(v.call.Credentials) == 0 {
		return nil
	}
	id, denied := h.opts.Behaviours.Authenticate(tx, &v.call)
	id.Token.Present = v.call.Bearer() != ""
	v.call.Identity = id
	if denied == nil {
		return nil
	}
	if v.contract.behaviours[v.route.Operation] == nil {
		p := h.denied(tx, v, http.StatusUnauthorized, refuseSecurity, denied.Reason)
		return &p
	}
	p := h.planOf(tx, v, *denied)
	return &p
}

// unauthorized answers a call without the credentials that it needs.
func (h *Handler) unauthorized(tx *Tx, v *visit) plan {
	reason := "the operation asks for a credential"
	for _, w := range v.found {
		if w.Where == "security" {
			reason = w.Message
		}
	}
	if f := h.opts.Behaviours.Unauthorized; f != nil && v.contract.behaviours[v.route.Operation] != nil {
		p := h.planOf(tx, v, f(tx, &v.call, v.found))
		if p.reason == "" {
			p.reason = reason
		}
		return p
	}
	return h.denied(tx, v, http.StatusUnauthorized, refuseSecurity, reason)
}

// invalid answers a call that breaks the document.
func (h *Handler) invalid(tx *Tx, v *visit) plan {
	reason := "the request breaks the document"
	for _, w := range v.found {
		if w.Severity == spec.SeverityError {
			reason += " at " + w.Where + ": " + w.Message
			break
		}
	}
	if f := h.opts.Behaviours.Invalid; f != nil && v.contract.behaviours[v.route.Operation] != nil {
		p := h.planOf(tx, v, f(tx, &v.call, v.found))
		p.reason = reason
		return p
	}
	op := v.route.Operation
	refusal, statuses := refuseInvalid, []int{http.StatusBadRequest, http.StatusUnprocessableEntity}
	if unsupported(v.found) {
		refusal, statuses = refuseMedia, []int{http.StatusUnsupportedMediaType}
	}
	if status := op.RefusalStatus(statuses...); status != 0 {
		want := h.want(tx, v)
		want.Status, want.Seed = status, answerSeed(tx, v)
		if made, err := op.Respond(*want); err == nil {
			made.Body = withErrors(op, made, v.found)
			return plan{response: *made, source: SourceRefusal, reason: reason}
		}
	}
	return refusal.plan(reason, func(p *problem) { p.Operation, p.Violations = op.ID, v.found })
}

// unsupported reports whether the body is of a type that the operation does not
// take (RFC 9110, 15.5.16), and nothing that is checked before the body is wrong.
func unsupported(found []spec.Violation) bool {
	wrong := false
	for _, w := range found {
		if w.Severity != spec.SeverityError {
			continue
		}
		if w.Where != "content-type" {
			return false
		}
		wrong = true
	}
	return wrong
}

// withErrors fills the member `errors` of a JSON error body with what is wrong,
// in the first form that the document's schema takes.
func withErrors(op *spec.Operation, r *spec.Response, found []spec.Violation) []byte {
	media := r.Header.Get("Content-Type")
	room := op.RoomFor(r.Status, media, "errors")
	if room == (spec.Room{}) {
		return r.Body
	}
	var body map[string]any
	if json.Unmarshal(r.Body, &body) != nil {
		return r.Body
	}
	byPlace, list := map[string]any{}, []any{}
	for _, w := range found {
		byPlace[w.Where] = w.Message
		list = append(list, w.Where+": "+w.Message)
	}
	for _, form := range []struct {
		fits bool
		errs any
	}{{room.Object, byPlace}, {room.Texts, list}, {room.Objects, found}} {
		if !form.fits {
			continue
		}
		body["errors"] = form.errs
		filled, err := json.Marshal(body)
		if err == nil && len(op.CheckBody(r.Status, media, filled)) == 0 {
			return filled
		}
	}
	return r.Body
}

func hasErrors(vs []spec.Violation) bool {
	for _, v := range vs {
		if v.Severity == spec.SeverityError {
			return true
		}
	}
	return false
}

// behave lets the operation's behaviour answer.
func (h *Handler) behave(tx *Tx, v *visit, b Behaviour) plan {
	saved := tx.tx.Save()
	a := b(tx, &v.call)
	if a.Rollback {
		tx.tx.Load(saved)
	}
	return h.planOf(tx, v, a)
}

// planOf is the plan for a behaviour's answer.
func (h *Handler) planOf(tx *Tx, v *visit, a Answer) plan {
	p := plan{
		response: spec.Response{Status: a.Status, Header: a.Header, Body: a.Body},
		source:   SourceBehaviour, reason: a.Reason, delay: a.Delay,
	}
	if a.Body == nil && (a.Example != "" || a.Status != http.StatusNoContent) {
		want := h.want(tx, v)
		want.Status, want.Example = a.Status, a.Example
		p.want, p.source = want, SourceExample
		return p
	}
	if p.response.Header == nil {
		p.response.Header = make(http.Header, 6)
	}
	if _, ok := p.response.Header["Content-Type"]; !ok && a.Body != nil {
		p.response.Header["Content-Type"] = applicationJSON
	}
	return p
}

// applicationJSON is shared by every response; nothing appends to it.
var applicationJSON = []string{"application/json"}

// want is what the document shall give, before anybody has chosen.
func (h *Handler) want(tx *Tx, v *visit) *spec.Want {
	return &spec.Want{
		Accept: strings.Join(v.request.Header["Accept"], ","),
		Seed:   tx.Seed("answer"),
		Now:    tx.now,
	}
}

// answerSeed is what an answer is drawn from that is not to be new each time:
// the same request gets the same answer, another resource another one.
func answerSeed(tx *Tx, v *visit) [2]uint64 { return tx.WorldSeed("answer " + v.request.Path) }

// preferred is the answer that the request chose.
func (h *Handler) preferred(tx *Tx, v *visit) plan {
	want := h.want(tx, v)
	want.Status, want.Example, want.Dynamic = v.prefs.code, v.prefs.example, v.prefs.dynamic
	if !want.Dynamic {
		want.Seed = answerSeed(tx, v)
	}
	if want.Status == 0 && want.Example != "" {
		want.Status = statusOf(v.route.Operation, want.Example)
	}
	return plan{want: want, source: SourcePrefer, reason: "the request prefers " + v.prefs.applied()}
}

// statusOf is the status that has an example of that name, the successful ones
// first; 0 if none has.
func statusOf(op *spec.Operation, example string) int {
	found := 0
	for _, r := range op.Responses() {
		for _, m := range r.Content {
			for _, e := range m.Examples {
				status := r.Code()
				if e.Name == example && (found == 0 || status/100 == 2 && found/100 != 2) {
					found = status
				}
			}
		}
	}
	return found
}

// askedScenarios runs the scenarios that the request asks for, each as if it had
// just been switched on. A choice wins over security, so that any request can
// provoke any screen: where none of them replies to a call that is denied, they
// are asked about the same call with a good token.
func (h *Handler) askedScenarios(tx *Tx, v *visit, denied bool) plan {
	if len(v.prefs.scenarios) == 0 {
		return plan{}
	}
	states := switchedOn(v.prefs.scenarios, tx.now)
	outcome := h.run(tx, v, states)
	if denied && outcome.Reply == nil {
		presented := v.call.Identity.Token
		v.call.Identity.Token = scenarios.Token{Present: true, Valid: true, IssuedAt: tx.now.Add(-time.Minute), ExpiresAt: tx.now.Add(time.Minute)}
		if supposed := h.run(tx, v, states); supposed.Reply != nil {
			outcome = supposed
		}
		v.call.Identity.Token = presented
	}
	return h.planOfOutcome(tx, v, outcome)
}

// activeScenarios runs the scenarios that are on in the sandbox.
func (h *Handler) activeScenarios(tx *Tx, v *visit) plan {
	for _, st := range tx.head.Active {
		if v.contract.scenarios.Touches(st.Name, v.route.Operation) {
			outcome := h.run(tx, v, tx.head.Active)
			tx.head.Active = outcome.States
			return h.planOfOutcome(tx, v, outcome)
		}
	}
	return plan{}
}

func (h *Handler) run(tx *Tx, v *visit, states []scenarios.State) scenarios.Outcome {
	draw := tx.Rand("scenarios")
	env := scenarios.Env{
		Request: scenarios.Request{
			Method: v.request.Method, Path: v.request.Path,
			Params: map[string]string{}, Query: firstValues(v.request.RawQuery),
			Header: v.request.Header.Get,
			Body: func() any {
				var body any
				if json.Unmarshal(v.request.Body, &body) != nil {
					return nil
				}
				return body
			},
			Args: v.call.Values, RawQuery: v.request.RawQuery, Content: v.request.Body,
		},
		Operation: v.route.Operation,
		Token:     v.call.Identity.Token,
		User:      v.call.Identity.User,
		Now:       tx.now,
		Rand:      draw.Float64,
		Trace:     true,
		Denied:    v.denied,
	}
	for _, p := range v.call.Params {
		env.Request.Params[p.Name] = p.Value
	}
	return v.contract.scenarios.Decide(&env, states)
}

func firstValues(rawQuery string) map[string]string {
	values, _ := url.ParseQuery(rawQuery) // what cannot be parsed is left out
	first := make(map[string]string, len(values))
	for k, vs := range values {
		first[k] = vs[0]
	}
	return first
}

// planOfOutcome is the plan for what the scenarios say. It is final only if one
// replies; a fault alone lets the normal answer through, and then breaks it.
func (h *Handler) planOfOutcome(tx *Tx, v *visit, o scenarios.Outcome) plan {
	p := plan{acted: o.Acted, notes: o.Trace, troubles: o.Errors, delay: o.Delay}
	if o.Fault != "" {
		// Scenarios are compiled: the word is one of wire's.
		p.fault, _ = wire.ParseFault(string(o.Fault))
		p.scenario = o.Scenario
	}
	if o.Reply == nil {
		return p
	}
	p.scenario, p.source, p.recorded = o.Scenario, SourceScenario, o.Recorded
	p.reason = "scenario " + o.Scenario + ", rule " + itoa(o.Rule)
	header := http.Header{}
	for k, val := range o.Reply.Headers {
		header[k] = strings.Split(val, "\n")
	}
	p.response = spec.Response{Status: o.Reply.Status, Header: header}
	p.undocumented = o.Reply.Undocumented && !o.Recorded && v.route.Operation.Response(o.Reply.Status) == nil
	switch {
	case o.Reply.Raw != nil:
		p.response.Body = o.Reply.Raw
	case o.Reply.Body != nil:
		p.response.Body = bodyBytes(o.Reply.Body, header)
	case p.undocumented:
		empty := refusal{"scenario", http.StatusText(o.Reply.Status), o.Reply.Status}.plan(p.reason, nil)
		p.response.Body = empty.response.Body
		header.Set("Content-Type", "application/problem+json")
	default:
		p.want = h.want(tx, v)
		p.want.Status, p.want.Example = o.Reply.Status, o.Reply.Example
	}
	return p
}

// bodyBytes is a rule's body on the wire: text as it is where the rule says that
// it is no JSON, else JSON.
func bodyBytes(body any, header http.Header) []byte {
	media := header.Get("Content-Type")
	if s, ok := body.(string); ok && media != "" && !strings.Contains(media, "json") {
		return []byte(s)
	}
	if media == "" {
		header.Set("Content-Type", "application/json")
	}
	data, err := json.Marshal(body)
	if err != nil {
		return []byte("null")
	}
	return data
}
