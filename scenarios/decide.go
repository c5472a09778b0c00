package scenarios

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Env is what expressions see. Its names in expressions are in brackets.
type Env struct {
	Request   Request         // request
	Operation *spec.Operation // operation: id, method, path, tags, statuses, bearer
	Token     Token           // token
	User      func() any      // user: nil or a func that gives a JSON-like value or nil; called at most once
	Now       time.Time       // clock.now
	Rand      func() float64  // draws from the sandbox's seed and the call, in [0,1)
	Trace     bool            // asks for Outcome.Trace
	// Denied says that the credentials are not good enough: recorded scenarios
	// alone are asked.
	Denied bool
}

// Request is the request as expressions see it.
type Request struct {
	Method, Path string
	Params       map[string]string // path parameters
	Query        map[string]string // first value of each
	Header       func(name string) string
	Body         func() any // decoded JSON, or nil; called at most once
	RawQuery     string     // for matches
	Content      []byte     // the body, for matches
	// Args are the values of all parameters by name, read by their styles and
	// schemas, defaults included; nil for none. Called at most once.
	Args func() map[string]any
}

// Token is the access token that a request presented.
type Token struct {
	Present   bool
	Valid     bool
	IssuedAt  time.Time
	ExpiresAt time.Time
	Session   string
}

// State is what one active scenario remembers in one sandbox. It is a value:
// [Set.Decide] returns a new one and leaves the old alone. It travels as JSON
// when a sandbox is exported, and means the same when it comes back.
type State struct {
	Name  string         `json:"name"`
	Since time.Time      `json:"since"` // when it was switched on, by the sandbox's clock
	Calls uint64         `json:"calls"` // calls on its operations since then
	Rules []RuleState    `json:"rules,omitempty"`
	Vars  map[string]any `json:"vars,omitempty"` // what `set` wrote: values of JSON, and time.Time
}

// RuleState counts one rule.
type RuleState struct {
	Matched uint64 `json:"matched"` // calls on which the rule's `on` and `when` held
	Acted   uint64 `json:"acted"`
	Done    bool   `json:"done,omitempty"` // `until` has come
}

// Outcome is what the active scenarios make of a call.
type Outcome struct {
	Scenario string  // whose rule replies or faults; "" if none does
	Rule     int     // its index
	Reply    *Answer // nil lets the normal answer through
	Recorded bool    // the reply is a real service's
	Fault    Fault
	Delay    time.Duration // of all rules that acted, added; at most MaxDelay
	States   []State       // the new states, same order as given; the same slice if nothing changed
	Acted    []string      // "slow/0": every rule that acted, in order
	Trace    []string      // for explanations, one line for each rule considered on this operation; only filled when asked
	Errors   []string      // expressions that failed; their rules did not act
}

// Answer is a reply with its expressions filled in. It is shared: read only.
type Answer struct {
	Status       int
	Example      string            // "" is the first
	Headers      map[string]string // canonical names
	Body         any               // nil: take the example or a sample
	Raw          []byte            // not nil: the body, in place of all that
	Undocumented bool
}

// maxVars bounds what a scenario remembers, as JSON, in bytes.
const maxVars = 64 << 10

// Decide runs the active scenarios, in order, over a call. Within a scenario
// the first rule that acts wins; across scenarios, effects (delay, set) add up
// until one replies or faults. It is pure: the same arguments give the same
// outcome.
//
// A rule sees the state as it was before it acted, in all of its expressions.
// scenario.calls counts this call; rule.calls counts it in `reply` and `set`,
// and not yet in `when` and `until`. A rule whose expression fails does not
// act.
func (s *Set) Decide(env *Env, active []State) Outcome {
	d := decision{env: env, out: Outcome{States: active}}
	for i := range active {
		sc := s.byName[active[i].Name]
		if sc == nil {
			continue
		}
		p := sc.on[env.Operation]
		if p == nil || env.Denied && !sc.recorded {
			continue
		}
		st := active[i]
		st.Calls++
		if d.out.Scenario == "" {
			d.scenario(sc, p, &st)
		}
		if !d.changed {
			d.out.States = slices.Clone(active)
			d.changed = true
		}
		d.out.States[i] = st
	}
	d.out.Delay = min(d.out.Delay, MaxDelay)
	return d.out
}

// decision is the state of one Decide.
type decision struct {
	env     *Env
	out     Outcome
	run     *run // made for the first expression
	changed bool // out.States is our own copy
}

// scenario asks the rules of one scenario until one acts. st is a copy whose
// slices and maps are not.
func (d *decision) scenario(sc *scenario, p *plan, st *State) {
	rules := make([]RuleState, len(sc.rules))
	copy(rules, st.Rules)
	before := *st
	changed, others := false, 0
	for _, cand := range p.candidates {
		if cand.match != nil && !cand.match.holds(d.at(p.op, &before, 0)) {
			others++
			continue
		}
		rs := &rules[cand.rule.index]
		was := *rs
		vars, acted := d.rule(cand, p.op, &before, rs)
		changed = changed || *rs != was
		if acted {
			st.Vars = vars
			d.out.Recorded = sc.recorded && d.out.Reply != nil
			break
		}
	}
	if others > 0 && d.env.Trace {
		d.out.Trace = append(d.out.Trace, fmt.Sprintf("%s: %d of its rules are for another request", sc.info.Name, others))
	}
	if changed {
		st.Rules = rules
	}
}

// rule asks one rule, counts in rs, and lets it act. It returns the variables
// as they are then.
func (d *decision) rule(cand candidate, op *operationView, st *State, rs *RuleState) (vars map[string]any, acted bool) {
	r := cand.rule
	if why := d.turn(cand, op, st, rs); why != "" {
		d.trace(r, why)
		return nil, false
	}
	answer, vars, err := d.fill(cand, op, st, rs)
	if err != nil {
		d.fail(r, err)
		return nil, false
	}
	rs.Acted++
	d.out.Delay += d.delay(r.Delay)
	d.out.Acted = append(d.out.Acted, r.label)
	if answer != nil || r.Fault != "" {
		d.out.Scenario, d.out.Rule, d.out.Reply, d.out.Fault = st.Name, r.index, answer, r.Fault
	}
	if d.env.Trace {
		d.trace(r, "acts: "+r.describe())
	}
	return vars, true
}

// turn asks a rule's conditions in their order. It returns why the rule does
// not act, "" if it does.
func (d *decision) turn(cand candidate, op *operationView, st *State, rs *RuleState) string {
	r := cand.rule
	if rs.Done {
		return "its until has come"
	}
	if over, err := d.over(r, op, st, rs); err != nil {
		d.out.Errors = append(d.out.Errors, r.label+": until: "+err.Error())
		return "until: " + err.Error()
	} else if over {
		rs.Done = true
		return "its until has come"
	}
	if !cand.sure {
		holds, err := d.holds(r.when, op, st, rs.Matched)
		if err != nil {
			d.out.Errors = append(d.out.Errors, r.label+": when: "+err.Error())
			return "when: " + err.Error()
		}
		if !holds {
			return "its when does not hold"
		}
	}
	rs.Matched++
	return d.count(r, rs)
}

// count asks what depends on how often the rule has matched.
func (d *decision) count(r *rule, rs *RuleState) string {
	after := uint64(r.After)
	switch {
	case rs.Matched <= after:
		return "the first calls pass"
	case r.Every > 1 && (rs.Matched-after)%uint64(r.Every) != 0:
		return "not its turn"
	case r.Times > 0 && rs.Acted >= uint64(r.Times):
		return "it has acted as often as it may"
	case r.Chance > 0 && r.Chance < 1 && d.draw() >= r.Chance:
		return "chance was against it"
	}
	return ""
}

func (d *decision) over(r *rule, op *operationView, st *State, rs *RuleState) (bool, error) {
	switch u := r.until; {
	case u.expr != nil:
		return d.holds(u.expr, op, st, rs.Matched)
	case u.after > 0:
		return !d.env.Now.Before(st.Since.Add(u.after)), nil
	case !u.at.IsZero():
		return !d.env.Now.Before(u.at), nil
	}
	return false, nil
}

func (d *decision) holds(x *expression, op *operationView, st *State, calls uint64) (bool, error) {
	return d.at(op, st, calls).holds(x)
}

// at is the run, pointed at a rule.
func (d *decision) at(op *operationView, st *State, calls uint64) *run {
	if d.run == nil {
		d.run = newRun(d.env)
	}
	d.run.at(op, st, calls)
	return d.run
}

func (d *decision) draw() float64 {
	if d.env.Rand == nil {
		return 0
	}
	return d.env.Rand()
}

func (d *decision) delay(w Delay) time.Duration {
	if w.Max <= w.Min {
		return w.Min
	}
	return w.Min + time.Duration(d.draw()*float64(w.Max-w.Min))
}

// fill fills in the expressions of a reply and of `set`.
func (d *decision) fill(cand candidate, op *operationView, st *State, rs *RuleState) (*Answer, map[string]any, error) {
	r := cand.rule
	answer, vars := cand.answer, st.Vars
	if r.Reply == nil && len(r.set) == 0 || answer != nil && len(r.set) == 0 {
		return answer, vars, nil
	}
	run := d.at(op, st, rs.Matched)
	if r.Reply != nil && answer == nil {
		var err error
		if answer, err = cand.fill(run); err != nil {
			return nil, nil, err
		}
	}
	if len(r.set) == 0 {
		return answer, vars, nil
	}
	vars, err := r.assign(run, st.Vars)
	return answer, vars, err
}

// fill fills in a reply.
func (c candidate) fill(run *run) (*Answer, error) {
	r, a := c.rule, c.blankAnswer()
	for _, h := range r.headers {
		v, err := h.value.fill(run)
		if err != nil {
			return nil, fmt.Errorf("reply.headers.%s: %w", h.name, err)
		}
		text, err := textOf(v)
		if err == nil && !headerValue(text) {
			err = errors.New("the value holds a control character")
		}
		if err != nil {
			return nil, fmt.Errorf("reply.headers.%s: %w", h.name, err)
		}
		a.Headers[h.name] = text
	}
	if r.body != nil && !c.own {
		body, err := r.body.fill(run)
		if err != nil {
			return nil, fmt.Errorf("reply.body: %w", err)
		}
		a.Body = body
	}
	return a, nil
}

// assign makes the variables as a rule's `set` leaves them.
func (r *rule) assign(run *run, old map[string]any) (map[string]any, error) {
	vars := maps.Clone(old)
	if vars == nil {
		vars = make(map[string]any, len(r.set))
	}
	for _, s := range r.set {
		v, err := s.value.fill(run)
		if err != nil {
			return nil, fmt.Errorf("set.%s: %w", s.name, err)
		}
		if v == nil {
			delete(vars, s.name)
			continue
		}
		vars[s.name] = withTimes(v)
	}
	// A `set` that grows with each call must end before the memory does.
	if data, err := json.Marshal(vars); err != nil || len(data) > maxVars {
		return nil, fmt.Errorf("set: the state would be larger than %d bytes", maxVars)
	}
	return vars, nil
}

func (d *decision) fail(r *rule, err error) {
	d.out.Errors = append(d.out.Errors, r.label+": "+err.Error())
	d.trace(r, err.Error())
}

func (d *decision) trace(r *rule, what string) {
	if d.env.Trace {
		d.out.Trace = append(d.out.Trace, r.label+": "+what)
	}
}

// describe says what a rule does, in a few words.
func (r *rule) describe() string {
	var words []byte
	say := func(format string, args ...any) {
		if len(words) > 0 {
			words = append(words, ", "...)
		}
		words = fmt.Appendf(words, format, args...)
	}
	if r.Reply != nil {
		say("reply %d", r.Reply.Status)
	}
	if r.Fault != "" {
		say("fault %s", r.Fault)
	}
	if r.Delay != (Delay{}) {
		say("delay")
	}
	for _, s := range r.set {
		say("set %s", s.name)
	}
	if len(words) == 0 {
		return "lets the call pass"
	}
	return string(words)
}
