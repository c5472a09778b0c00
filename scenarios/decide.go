package scenarios

import (
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
}

// Request is the request as expressions see it.
type Request struct {
	Method, Path string
	Params       map[string]string // path parameters
	Query        map[string]string // first value of each
	Header       func(name string) string
	Body         func() any // decoded JSON, or nil; called at most once
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
// when a sandbox is exported.
type State struct {
	Name  string         `json:"name"`
	Since time.Time      `json:"since"` // when it was switched on, by the sandbox's clock
	Calls uint64         `json:"calls"` // calls on its operations since then
	Rules []RuleState    `json:"rules,omitempty"`
	Vars  map[string]any `json:"vars,omitempty"` // what `set` wrote
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
	Fault    Fault
	Delay    time.Duration // of all rules that acted, added
	States   []State       // the new states, same order as given; the same slice if nothing changed
	Acted    []string      // "slow/0": every rule that acted, in order
	Trace    []string      // for explanations, one line for each rule considered on this operation; only filled when asked
}

// Answer is a reply with its expressions filled in.
type Answer struct {
	Status       int
	Example      string
	Headers      map[string]string
	Body         any // nil: take the example or a sample
	Undocumented bool
}

// Set is scenarios checked against a document and compiled, ready to decide.
// It never changes.
type Set struct{}

// Compile checks scenarios against a document and compiles them. Later
// scenarios replace earlier ones of the same name. Errors are spec.Errors.
func Compile(doc *spec.Document, scs []Scenario) (*Set, error) { return &Set{}, nil }

// Info tells what a scenario is.
type Info struct {
	Name       string   `json:"name"`
	Summary    string   `json:"summary"`
	Operations []string `json:"operations"` // ids of the operations that its rules are on
}

// All are the set's scenarios, in order.
func (s *Set) All() []Info { return nil }

// Has reports whether there is a scenario of that name.
func (s *Set) Has(name string) bool { return false }

// Nearest are the names nearest to one that is not there, at most three.
func (s *Set) Nearest(name string) []string { return nil }

// Touches reports whether a scenario has a rule on the operation, so that a
// call on another need not build an Env.
func (s *Set) Touches(name string, op *spec.Operation) bool { return false }

// Decide runs the active scenarios, in order, over a call. Within a scenario
// the first rule that acts wins; across scenarios, effects (delay, set) add up
// until one replies or faults. It is pure: the same arguments give the same
// outcome.
func (s *Set) Decide(env *Env, active []State) Outcome { return Outcome{States: active} }
