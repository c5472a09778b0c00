package scenarios

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Set is scenarios checked against a document and compiled, ready to decide.
// It never changes.
type Set struct {
	scenarios []*scenario // in order
	byName    map[string]*scenario
}

// scenario is a compiled [Scenario].
type scenario struct {
	info     Info
	recorded bool
	rules    []*rule
	on       map[*spec.Operation]*plan
}

// plan is what a scenario may do on one operation.
type plan struct {
	op         *operationView
	candidates []candidate
}

// candidate is a rule that may act on an operation.
type candidate struct {
	rule    *rule
	match   *matcher // nil: any request
	example string   // of the reply, "" where the operation has no such example
	own     bool     // a shipped reply whose status the document has an answer for: that is sent
	answer  *Answer  // the reply, if it holds no expressions
	sure    bool     // the rule's condition holds on every call
}

// rule is a compiled [Rule].
type rule struct {
	*Rule
	index   int
	label   string        // "slow/0"
	when    *expression   // nil: always
	of      []*expression // the parts of when that look at the operation alone
	until   until
	headers []headerField
	body    *value // nil: take the example
	set     []assignment
}

// until is the end of a rule: the zero value is none.
type until struct {
	expr  *expression
	after time.Duration // from the switch on
	at    time.Time
}

// headerField is a header of a reply.
type headerField struct {
	name  string
	value *value
}

// assignment is one member of a rule's Set.
type assignment struct {
	name  string
	value *value
}

// Info tells what a scenario is.
type Info struct {
	Name       string   `json:"name"`
	Summary    string   `json:"summary"`
	Operations []string `json:"operations"` // ids of the operations that its rules are on
}

// Compile checks scenarios against a document and compiles them. Later
// scenarios replace earlier ones of the same name. Errors are spec.Errors.
//
// What is checked: the ranges of all values; that `on` names operations; that
// a reply's status is documented, or said not to be; that its example is there
// and its body fits its schema; that expressions are well-formed, use names
// and types that exist, and, as conditions, are true or false.
//
// The scenarios of [Builtin] are taken without an error on any document: where
// one of their rules fits no operation, it selects none.
func Compile(doc *spec.Document, scs []Scenario) (*Set, error) {
	c := compiler{doc: doc, views: map[*spec.Operation]*operationView{}}
	set := &Set{byName: map[string]*scenario{}}
	for _, sc := range lastOfName(scs) {
		compiled := c.scenario(sc)
		set.scenarios = append(set.scenarios, compiled)
		set.byName[sc.Name] = compiled
	}
	if err := c.list.err(); err != nil {
		return nil, err
	}
	return set, nil
}

// lastOfName keeps the last scenario of each name, at the place of the first.
func lastOfName(scs []Scenario) []*Scenario {
	place := make(map[string]int, len(scs))
	var out []*Scenario
	for i := range scs {
		sc := &scs[i]
		if at, ok := place[sc.Name]; ok {
			out[at] = sc
			continue
		}
		place[sc.Name] = len(out)
		out = append(out, sc)
	}
	return out
}

// compiler compiles scenarios against one document.
type compiler struct {
	doc   *spec.Document
	list  errorList
	views map[*spec.Operation]*operationView
}

func (c *compiler) view(op *spec.Operation) *operationView {
	v := c.views[op]
	if v == nil {
		v = viewOf(op)
		c.views[op] = v
	}
	return v
}

func (c *compiler) scenario(sc *Scenario) *scenario {
	out := &scenario{
		info: Info{Name: sc.Name, Summary: sc.Summary, Operations: []string{}},
		on:   map[*spec.Operation]*plan{}, recorded: sc.Recorded,
	}
	subject{list: &c.list, sc: sc}.checkHead()
	c.trials(sc)
	for i := range sc.Rules {
		s := subject{list: &c.list, sc: sc, rule: &sc.Rules[i], index: i}
		s.checkRule()
		r := c.rule(s)
		out.rules = append(out.rules, r)
		targets, fitting := c.targets(s), 0
		for _, t := range targets {
			match, fits := c.matcher(r.Rule, t.op)
			if !fits {
				continue
			}
			fitting++
			may, sure := c.canMatch(r, t.op)
			if !may {
				continue
			}
			p := out.on[t.op]
			if p == nil {
				p = &plan{op: c.view(t.op)}
				out.on[t.op] = p
			}
			cand := candidate{rule: r, match: match, example: t.example, sure: sure}
			cand.own = sc.shipped && r.Reply != nil && t.op.Response(r.Reply.Status) != nil
			cand.answer = cand.fixedAnswer()
			p.candidates = append(p.candidates, cand)
		}
		if fitting == 0 && len(targets) > 0 {
			s.add("match/path", 0, "the operation's is "+targets[0].op.Name(), "the path %q is none of the rule's operations", excerpt(r.Match.Path))
		}
		c.checkBody(s, r, out)
	}
	for _, op := range c.doc.Operations() {
		if out.on[op] != nil {
			out.info.Operations = append(out.info.Operations, op.ID)
		}
	}
	return out
}

// rule compiles what a rule says, whatever operations it is on.
func (c *compiler) rule(s subject) *rule {
	r := &rule{Rule: s.rule, index: s.index, label: s.sc.Name + "/" + strconv.Itoa(s.index)}
	if r.When != "" {
		if r.when = s.condition("when", r.When); r.when != nil {
			r.of = ofOperation(r.When)
		}
	}
	r.until = s.until()
	fault := func(path string, err *exprError) { s.add(path, err.at, err.hint, "%s", err.msg) }
	for _, name := range slices.Sorted(maps.Keys(r.Set)) {
		v := s.plain("set/"+name, r.Set[name])
		compiled := compileValue(v, "set/"+name, fault)
		compiled.constant = withTimes(compiled.constant)
		r.set = append(r.set, assignment{name, compiled})
	}
	if r.Reply == nil {
		return r
	}
	for _, name := range slices.Sorted(maps.Keys(r.Reply.Headers)) {
		v := compileValue(r.Reply.Headers[name], "reply/headers/"+name, fault)
		r.headers = append(r.headers, headerField{textproto.CanonicalMIMEHeaderKey(name), v})
	}
	if r.Reply.Body != nil {
		r.body = compileValue(s.plain("reply/body", r.Reply.Body), "reply/body", fault)
	}
	return r
}

// plain makes a JSON value of what a Go literal may hold.
func (s subject) plain(path string, v any) any {
	out, err := jsonValue(v)
	if err != nil {
		s.add(path, -1, "", "%s", err)
	}
	return out
}

// condition compiles an expression that must be true or false.
func (s subject) condition(path, source string) *expression {
	x, err := compileExpr(source, wantBool)
	if err != nil {
		s.add(path, err.at, err.hint, "%s", err.msg)
	}
	return x
}

// until reads the end of a rule: a duration, a time or an expression.
func (s subject) until() until {
	source := strings.TrimSpace(s.rule.Until)
	if source == "" {
		return until{}
	}
	if d, err := time.ParseDuration(source); err == nil {
		if d <= 0 {
			s.add("until", 0, "", "until must lie after the switch")
		}
		return until{after: d}
	}
	if t, err := time.Parse(time.RFC3339, source); err == nil {
		return until{at: t}
	}
	return until{expr: s.condition("until", s.rule.Until)}
}

// canMatch settles at load what a rule's condition says of the operation
// alone, so that `operation.bearer && …` costs the other operations nothing:
// whether the condition may hold there, and whether it surely does.
func (c *compiler) canMatch(r *rule, op *spec.Operation) (may, sure bool) {
	if r.when == nil {
		return true, true
	}
	if len(r.of) == 0 {
		return true, false
	}
	run := newRun(&Env{})
	run.at(c.view(op), &State{}, 0)
	sure = r.when.constant()
	for _, part := range r.of {
		ok, err := run.holds(part)
		if err == nil && !ok {
			return false, false
		}
		sure = sure && err == nil
	}
	return true, sure
}

// ofOperation compiles the conjuncts of a condition that look at nothing but
// the operation.
func ofOperation(when string) []*expression {
	var out []*expression
	for _, source := range conjuncts(when) {
		if x, err := compileExpr(source, wantBool); err == nil {
			out = append(out, x)
		}
	}
	return out
}

// fixedAnswer is the reply of a rule that holds no expressions, else nil.
func (c candidate) fixedAnswer() *Answer {
	r := c.rule
	if r.Reply == nil || r.body != nil && !r.body.isConstant() {
		return nil
	}
	a := c.blankAnswer()
	for _, h := range r.headers {
		text, ok := h.value.constant.(string)
		if !ok {
			return nil
		}
		a.Headers[h.name] = text
	}
	if r.body != nil && !c.own {
		a.Body = r.body.constant
	}
	return a
}

// blankAnswer is the reply without what may hold expressions.
func (c candidate) blankAnswer() *Answer {
	r := c.rule
	a := &Answer{Status: r.Reply.Status, Example: c.example, Undocumented: r.Reply.Undocumented && !c.own, Raw: r.Reply.Raw}
	if len(r.headers) > 0 {
		a.Headers = make(map[string]string, len(r.headers))
	}
	return a
}

// All are the set's scenarios, in order.
func (s *Set) All() []Info {
	out := make([]Info, len(s.scenarios))
	for i, sc := range s.scenarios {
		out[i] = sc.info
		out[i].Operations = slices.Clone(sc.info.Operations)
	}
	return out
}

// Has reports whether there is a scenario of that name.
func (s *Set) Has(name string) bool { return s.byName[name] != nil }

// Nearest are the names nearest to one that is not there, at most three.
func (s *Set) Nearest(name string) []string {
	names := make([]string, len(s.scenarios))
	for i, sc := range s.scenarios {
		names[i] = sc.info.Name
	}
	return spec.Near(name, names)
}

// Touches reports whether a scenario has a rule on the operation, so that a
// call on another need not build an Env.
func (s *Set) Touches(name string, op *spec.Operation) bool {
	sc := s.byName[name]
	return sc != nil && sc.on[op] != nil
}

func join(path string, i int) string { return fmt.Sprintf("%s/%d", path, i) }
