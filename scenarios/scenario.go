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
	// Recorded says that the replies are a real service's own answers: they are
	// given whatever the credentials, as that service has judged them, and what
	// in them breaks the document is its doing, blamed on upstream.
	Recorded bool `yaml:"recorded"`
	// Verify shows on a real service what the rules make a fake do.
	Verify []Trial `yaml:"verify"`

	Pos spec.Position `yaml:"-"` // where the file says so

	at      marks // of the fields, in a file
	shipped bool  // rules that fit no operation are left out instead of refused
}

// Rule says what happens on some operations while something holds. Within a
// scenario the first rule that acts on a call is the last one asked: a rule
// whose conditions do not hold, or whose turn it is not (Times, After, Every,
// Chance, Until), leaves the call to the next. A rule without Reply and Fault
// lets the normal answer, or another scenario's, through.
//
// The conditions are asked in the order On, Match, Until, When, After, Every, Times,
// Chance.
type Rule struct {
	On     Selectors      `yaml:"on"`     // operationId, "POST /auth/*", tag:Auth, "*"
	Match  *Match         `yaml:"match"`  // one request alone
	When   string         `yaml:"when"`   // an expression; "" always holds
	Times  int            `yaml:"times"`  // act on so many matching calls, then no more; 0 has no end
	After  int            `yaml:"after"`  // let so many matching calls pass first
	Every  int            `yaml:"every"`  // then act on every Nth; 0 and 1 are each
	Chance float64        `yaml:"chance"` // act with this probability, drawn from the sandbox's seed; 0 is always
	Until  string         `yaml:"until"`  // stop for good once this holds: an expression, an RFC 3339 time, or a duration after the switch
	Reply  *Reply         `yaml:"reply"`
	Set    map[string]any `yaml:"set"`   // state to write; strings may hold {{ expressions }}, nil deletes
	Delay  Delay          `yaml:"delay"` // at most ten minutes
	Fault  Fault          `yaml:"fault"`

	Pos spec.Position `yaml:"-"`

	at marks
}

// Selectors name operations; in YAML one string or a list.
type Selectors []string

// On is short for Selectors in Go literals.
func On(s ...string) Selectors { return s }

// Reply is what a rule answers. On a rule whose selector holds a wildcard or a
// tag it is for those operations alone that document its status.
type Reply struct {
	Status       int               `yaml:"status"`       // 200 to 599
	Example      string            `yaml:"example"`      // a named example of that status; "" is the first
	Headers      map[string]string `yaml:"headers"`      // values may hold {{ expressions }}; several of a name are lines
	Body         any               `yaml:"body"`         // instead of an example; strings may hold {{ expressions }}
	Raw          []byte            `yaml:"raw"`          // instead of Body, sent byte for byte: `text`, `base64` or `file`; not nil and empty is no body
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

var faults = []string{string(FaultReset), string(FaultEmpty), string(FaultTruncate), string(FaultGarbage)}

// marks say where the values of a scenario stand in its file, by their path:
// "when", "on/1", "reply/body/items/0". They are nil in Go literals.
type marks map[string]mark

// mark is the place of one value.
type mark struct {
	pos spec.Position
	// lead is the number of characters between pos and the first of the value's
	// text (1 for a quote), or -1 where the text is not verbatim on one line.
	lead int
	bad  bool // already refused: what is missing there needs no more words
}

// find returns the mark of a path, or of the nearest value around it.
func (m marks) find(path string) (mark, bool) {
	for {
		if k, ok := m[path]; ok {
			return k, true
		}
		i := len(path) - 1
		for i >= 0 && path[i] != '/' {
			i--
		}
		if i < 0 {
			return mark{}, false
		}
		path = path[:i]
	}
}
