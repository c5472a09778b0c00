package scenarios

import (
	"time"

	"github.com/standin-dev/standin/spec"
)

// Scenario is a named list of rules. The Go literal and the file are the same.
type Scenario struct {
	Name    string `yaml:"name"`    // [A-Za-z0-9][A-Za-z0-9 ._-]{0,63}
	Summary string `yaml:"summary"` // one sentence
	Rules   []Rule `yaml:"rules"`

	Pos spec.Position `yaml:"-"` // where the file says so
}

// Rule says what happens on some operations while something holds. Within a
// scenario the first rule that matches is the one that acts. A rule without
// Reply and Fault lets the normal answer, or another scenario's, through.
type Rule struct {
	On     Selectors      `yaml:"on"`     // operationId, "POST /auth/*", tag:Auth, "*"
	When   string         `yaml:"when"`   // an expression; "" always holds
	Times  int            `yaml:"times"`  // act on so many matching calls, then no more; 0 has no end
	After  int            `yaml:"after"`  // let so many matching calls pass first
	Every  int            `yaml:"every"`  // then act on every Nth; 0 and 1 are each
	Chance float64        `yaml:"chance"` // act with this probability, drawn from the sandbox's seed; 0 is always
	Until  string         `yaml:"until"`  // stop for good once this holds: an expression, an RFC 3339 time, or a duration after the switch
	Reply  *Reply         `yaml:"reply"`
	Set    map[string]any `yaml:"set"` // state to write; strings may hold {{ expressions }}
	Delay  Delay          `yaml:"delay"`
	Fault  Fault          `yaml:"fault"`

	Pos spec.Position `yaml:"-"`
}

// Selectors name operations; in YAML one string or a list.
type Selectors []string

// On is short for Selectors in Go literals.
func On(s ...string) Selectors { return s }

// Reply is what a rule answers.
type Reply struct {
	Status       int               `yaml:"status"`
	Example      string            `yaml:"example"`      // a named example of that status
	Headers      map[string]string `yaml:"headers"`      // values may hold {{ expressions }}
	Body         any               `yaml:"body"`         // instead of an example; strings may hold {{ expressions }}
	Undocumented bool              `yaml:"undocumented"` // the status is not the document's: nothing is checked
}

// Delay is a wait before the answer: Min alone is fixed, with Max it is drawn
// evenly between the two from the sandbox's seed.
type Delay struct{ Min, Max time.Duration }

// Fault is what goes wrong on the wire.
type Fault string

// The faults.
const (
	FaultReset    Fault = "reset"    // the connection is reset
	FaultEmpty    Fault = "empty"    // it is closed without a byte
	FaultTruncate Fault = "truncate" // half of the body, then closed
	FaultGarbage  Fault = "garbage"  // bytes that are no HTTP
)
