package scenarios

import (
	"strconv"
	"strings"

	yaml "github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec"
)

// Trial shows on a real service what its scenario makes a fake do: calls, and
// what has to come of them. The file that makes the fake answer 401 for an
// expired token also shows whether the real service does. Nothing of it plays a
// part while a fake serves.
//
// Texts in Params, Headers and Body may hold {{ NAME }}, where NAME is a variable
// that was given, or that an earlier step has kept; a text that is nothing but
// one of those takes its value as it is, a list or a number included.
type Trial struct {
	Name   string   `yaml:"name"`   // what it shows: "an expired token is refused"
	Needs  []string `yaml:"needs"`  // variables without which it is skipped
	Writes bool     `yaml:"writes"` // it changes the service's data for good: it runs only where that is allowed
	Steps  []Step   `yaml:"steps"`

	Pos spec.Position `yaml:"-"`
}

// Step is one step of a [Trial]: a call, or a hook by which the operator brings
// the service into a state that no call does, such as a token's expiry.
type Step struct {
	Hook    string            `yaml:"hook"`
	Call    string            `yaml:"call"`    // operationId, or "METHOD /path"
	Params  map[string]any    `yaml:"params"`  // path and query parameters by name
	Headers map[string]string `yaml:"headers"` // further ones
	Body    any               `yaml:"body"`    // as JSON; nil for none
	Expect  Expect            `yaml:"expect"`
	Repeat  int               `yaml:"repeat"` // call again until what is expected comes, at most so often; 0 and 1 are once
	Keep    map[string]string `yaml:"keep"`   // variables, of JSON pointers into the answer's body

	Pos spec.Position `yaml:"-"`
}

// Expect is what an answer must be. The zero value is a success, 200 to 299.
type Expect struct {
	Status  []string       `yaml:"status"`  // "401", "4XX": one of them
	Headers []string       `yaml:"headers"` // those must be there
	Body    any            `yaml:"body"`    // the answer's body holds at least this
	Differ  map[string]any `yaml:"differ"`  // JSON pointers into the body, whose values must not be these
}

// Met reports whether a status is one of those expected.
func (e *Expect) Met(status int) bool {
	if len(e.Status) == 0 {
		return status/100 == 2
	}
	for _, want := range e.Status {
		if len(want) == 3 && want[0] == byte('0'+status/100) && (strings.EqualFold(want[1:], "xx") || want == strconv.Itoa(status)) {
			return true
		}
	}
	return false
}

const (
	maxTrials = 50
	maxSteps  = 50
	maxRepeat = 1000
)

func (d *decoder) trials(n *yaml.Node) []Trial {
	items, ok := d.sequence(n, "verify", "scenario", maxTrials)
	if !ok {
		return nil
	}
	var out []Trial
	for _, item := range items {
		t := Trial{Pos: d.pos(item)}
		d.mapping(item, "a trial", marks{}, "", []field{
			{"name", func(n *yaml.Node) { t.Name = d.text(n, "name") }},
			{"needs", func(n *yaml.Node) { t.Needs = d.words(n, "needs") }},
			{"writes", func(n *yaml.Node) { t.Writes = d.boolean(n, "writes") }},
			{"steps", func(n *yaml.Node) { t.Steps = d.steps(n) }},
		})
		switch {
		case t.Name == "":
			d.fail(item, "say what it shows: an expired token is refused", "a trial needs a name")
		case len(t.Steps) == 0:
			d.fail(item, "", "a trial needs steps")
		}
		out = append(out, t)
	}
	return out
}

func (d *decoder) steps(n *yaml.Node) []Step {
	items, ok := d.sequence(n, "steps", "trial", maxSteps)
	if !ok {
		return nil
	}
	var out []Step
	for _, item := range items {
		s := Step{Pos: d.pos(item)}
		at := marks{}
		d.mapping(item, "a step", at, "", []field{
			{"hook", func(n *yaml.Node) { s.Hook = d.text(n, "hook") }},
			{"call", func(n *yaml.Node) { s.Call = d.text(n, "call") }},
			{"params", func(n *yaml.Node) { s.Params = d.object(n, at, "params") }},
			{"headers", func(n *yaml.Node) { s.Headers = d.headers(n, at) }},
			{"body", func(n *yaml.Node) { s.Body = d.value(n, at, "body", 0) }},
			{"expect", func(n *yaml.Node) { s.Expect = d.expect(n, at) }},
			{"repeat", func(n *yaml.Node) { s.Repeat = d.integer(n, "repeat") }},
			{"keep", func(n *yaml.Node) { s.Keep = d.pointers(n) }},
		})
		switch {
		case (s.Hook == "") == (s.Call == ""):
			d.fail(item, "", "a step is a call or a hook")
		case s.Repeat < 0 || s.Repeat > maxRepeat:
			d.fail(item, "", "repeat must lie between 0 and %d", maxRepeat)
		}
		out = append(out, s)
	}
	return out
}

func (d *decoder) expect(n *yaml.Node, at marks) Expect {
	var e Expect
	d.mapping(n, "expect", at, "expect/", []field{
		{"status", func(n *yaml.Node) { e.Status = d.statuses(n) }},
		{"headers", func(n *yaml.Node) { e.Headers = d.words(n, "headers") }},
		{"body", func(n *yaml.Node) { e.Body = d.value(n, at, "expect/body", 0) }},
		{"differ", func(n *yaml.Node) { e.Differ = d.object(n, at, "expect/differ") }},
	})
	for pointer := range e.Differ {
		d.pointer(n, pointer)
	}
	return e
}

// statuses are one status or a list of them.
func (d *decoder) statuses(n *yaml.Node) []string {
	n = d.resolve(n)
	if n == nil {
		return nil
	}
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	var out []string
	for _, item := range items {
		s := d.scalar(item, "a status")
		if len(s) != 3 || s[0] < '1' || s[0] > '5' || !strings.EqualFold(s[1:], "xx") && strings.Trim(s, "0123456789") != "" {
			d.fail(item, "401, or 4XX for a class", "%s is no status", strconv.Quote(excerpt(s)))
		}
		out = append(out, s)
	}
	return out
}

// words are one text or a list of them.
func (d *decoder) words(n *yaml.Node, what string) []string {
	n = d.resolve(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return []string{d.text(n, what)}
	}
	var out []string
	for _, item := range n.Content {
		out = append(out, d.text(item, what))
	}
	return out
}

// pointers are names with JSON pointers.
func (d *decoder) pointers(n *yaml.Node) map[string]string {
	out := map[string]string{}
	d.members(n, "keep", func(key, value *yaml.Node) {
		out[key.Value] = d.text(value, "keep")
		d.pointer(value, out[key.Value])
	})
	return out
}

func (d *decoder) pointer(n *yaml.Node, pointer string) {
	if pointer != "" && pointer[0] != '/' {
		d.fail(n, "a JSON pointer (RFC 6901) starts with a slash: /content/access_token", "%s is no JSON pointer", strconv.Quote(excerpt(pointer)))
	}
}

// trials checks that a scenario's trials call operations that are there. On any
// document but its own a shipped scenario may call some that are not: verifying
// skips those trials.
func (c *compiler) trials(sc *Scenario) {
	if sc.shipped {
		return
	}
	for _, t := range sc.Verify {
		for _, s := range t.Steps {
			if s.Call == "" || c.doc.Operation(s.Call) != nil {
				continue
			}
			var known []string
			for _, op := range c.doc.Operations() {
				known = append(known, op.ID)
			}
			c.list.add(s.Pos, suggest(s.Call, known, ""), "%s: the document has no operation %q", sc.Name, excerpt(s.Call))
		}
	}
}
