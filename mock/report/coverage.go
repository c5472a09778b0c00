package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// Coverage is what traffic has exercised of a document.
type Coverage struct {
	Summary    Summary     `json:"summary"`
	Operations []Operation `json:"operations"` // in the order of Path and Method
	Scenarios  []Scenario  `json:"scenarios"`  // in the order of Name
}

// Operation is what was exercised of one operation.
type Operation struct {
	ID     string `json:"id"`
	Method string `json:"method"`
	Path   string `json:"path"`
	Calls  uint64 `json:"calls"`
	Other  uint64 `json:"other,omitempty"` // of the calls, those that got none of the documented responses
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Parts  []Part `json:"parts"`
}

// Part is one thing that an operation's traffic can exercise, see [spec.Part].
type Part struct {
	Kind    spec.PartKind `json:"kind"`
	Name    string        `json:"name"`
	Covered bool          `json:"covered"`
	Calls   uint64        `json:"calls,omitempty"` // of a status
	Line    int           `json:"line,omitempty"`
}

// Scenario is one that could be switched on, and how many exchanges it acted in.
type Scenario struct {
	Name      string `json:"name"`
	Exchanges uint64 `json:"exchanges"`
}

// Summary counts what is covered. Percent is of all kinds but values and
// scenarios, rounded down to a tenth: 100 is everything.
type Summary struct {
	Percent    float64 `json:"percent"`
	Operations Count   `json:"operations"`
	Statuses   Count   `json:"statuses"`
	Media      Count   `json:"media_types"`
	Examples   Count   `json:"examples"`
	Parameters Count   `json:"parameters"`
	Values     Count   `json:"values"`
	Security   Count   `json:"security"`
	Scenarios  Count   `json:"scenarios"`
}

// Count is how many of what there is are covered.
type Count struct {
	Covered int `json:"covered"`
	Total   int `json:"total"`
}

// Percent is rounded down to a tenth: 100 is all. Of nothing, all is covered.
func (c Count) Percent() float64 {
	if c.Total == 0 {
		return 100
	}
	return float64(c.Covered*1000/c.Total) / 10
}

func (c *Count) add(covered bool) {
	c.Total++
	if covered {
		c.Covered++
	}
}

// of is the count of a kind.
func (s *Summary) of(kind spec.PartKind) *Count {
	switch kind {
	case spec.PartStatus:
		return &s.Statuses
	case spec.PartMedia:
		return &s.Media
	case spec.PartExample:
		return &s.Examples
	case spec.PartParameter:
		return &s.Parameters
	case spec.PartValue:
		return &s.Values
	}
	return &s.Security
}

// NamedCount is a count with its kind's name.
type NamedCount struct {
	Name string
	Count
	Whole bool // it counts in Percent
}

// Counts are the counts by name, in a fixed order: operations, statuses, media
// types, examples, parameters, security, values, scenarios.
func (s *Summary) Counts() []NamedCount {
	return []NamedCount{
		{"operations", s.Operations, true}, {"statuses", s.Statuses, true}, {"media types", s.Media, true}, {"examples", s.Examples, true},
		{"parameters", s.Parameters, true}, {"security", s.Security, true}, {"values", s.Values, false}, {"scenarios", s.Scenarios, false},
	}
}

// Summarize counts anew.
func (c *Coverage) Summarize() {
	s := Summary{}
	for i := range c.Operations {
		op := &c.Operations[i]
		s.Operations.add(op.Calls > 0)
		for _, p := range op.Parts {
			s.of(p.Kind).add(p.Covered)
		}
	}
	for _, sc := range c.Scenarios {
		s.Scenarios.add(sc.Exchanges > 0)
	}
	all := Count{}
	for _, n := range s.Counts() {
		if n.Whole {
			all.Covered += n.Covered
			all.Total += n.Total
		}
	}
	s.Percent = all.Percent()
	c.Summary = s
}

// merger adds coverages up, by the names of things.
type merger struct {
	operations map[string]*Operation
	parts      map[string]map[partKey]*Part
	scenarios  map[string]uint64
}

type partKey struct {
	kind spec.PartKind
	name string
}

func newMerger() *merger {
	return &merger{operations: map[string]*Operation{}, parts: map[string]map[partKey]*Part{}, scenarios: map[string]uint64{}}
}

func (m *merger) add(c *Coverage) {
	for i := range c.Operations {
		op := &c.Operations[i]
		name := op.Method + " " + op.Path
		if m.operations[name] == nil {
			m.operations[name] = &Operation{Method: op.Method, Path: op.Path}
			m.parts[name] = map[partKey]*Part{}
		}
		sum := m.operations[name]
		sum.Calls += op.Calls
		sum.Other += op.Other
		// Where documents differ the greater one wins: it is the same in any order.
		sum.ID = max(sum.ID, op.ID)
		sum.File, sum.Line = max(sum.File, op.File), max(sum.Line, op.Line)
		for _, p := range op.Parts {
			key := partKey{p.Kind, p.Name}
			old := m.parts[name][key]
			if old == nil {
				old = &Part{Kind: p.Kind, Name: p.Name}
				m.parts[name][key] = old
			}
			old.Covered = old.Covered || p.Covered
			old.Calls += p.Calls
			old.Line = max(old.Line, p.Line)
		}
	}
	for _, sc := range c.Scenarios {
		m.scenarios[sc.Name] += sc.Exchanges
	}
}

func (m *merger) coverage() Coverage {
	c := Coverage{Operations: []Operation{}, Scenarios: []Scenario{}}
	for name, op := range m.operations {
		op.Parts = []Part{}
		for _, p := range m.parts[name] {
			op.Parts = append(op.Parts, *p)
		}
		slices.SortFunc(op.Parts, func(a, b Part) int {
			return cmp.Or(slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), strings.Compare(a.Name, b.Name))
		})
		c.Operations = append(c.Operations, *op)
	}
	slices.SortFunc(c.Operations, func(a, b Operation) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method))
	})
	for _, name := range slices.Sorted(maps.Keys(m.scenarios)) {
		c.Scenarios = append(c.Scenarios, Scenario{name, m.scenarios[name]})
	}
	c.Summarize()
	return c
}

// kinds is the order that parts are shown in.
var kinds = []spec.PartKind{spec.PartStatus, spec.PartMedia, spec.PartExample, spec.PartParameter, spec.PartValue, spec.PartSecurity}
