package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec"
)

// writeJUnit writes JUnit's XML: a suite for each operation that was called or
// could have been, a case for each cause of violations, and one for each part of
// the operation, skipped where nothing exercised it. Elements and attributes
// are those that both schemas in use know, Jenkins' and that of Ant: of every
// suite the order is properties, cases, system-out, system-err, and what a case
// that has passed has to say stands in the suite's system-out.
func writeJUnit(r *Report) []byte {
	suites := junitSuites(r)
	m := &markup{}
	m.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	m.in("testsuites", nil, func() {
		for i := range suites {
			m.raw("\n")
			suites[i].write(m, i)
		}
		m.raw("\n")
	})
	m.raw("\n")
	return []byte(m.b.String())
}

type junitCounts struct{ tests, failures int }

type junitSuite struct {
	name     string
	at       time.Time
	findings []*Finding
	op       *Operation
	counts   junitCounts
}

// junitSuites divides a report by operation. Operations that were never called
// have a suite too, all of it skipped.
func junitSuites(r *Report) []junitSuite {
	var out []junitSuite
	index := map[string]int{}
	suite := func(name string) *junitSuite {
		i, ok := index[name]
		if !ok {
			i = len(out)
			index[name] = i
			out = append(out, junitSuite{name: name})
		}
		return &out[i]
	}
	for i := range r.Coverage.Operations {
		op := &r.Coverage.Operations[i]
		s := suite(op.Method + " " + op.Path)
		s.op = op
		s.counts.tests += len(op.Parts) + 1 // that it was called at all
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		s := suite(f.Template)
		s.findings = append(s.findings, f)
		s.counts.tests++
		if f.Failed() {
			s.counts.failures++
		}
		if s.at.IsZero() || f.First.At.Before(s.at) {
			s.at = f.First.At
		}
	}
	return out
}

func (s *junitSuite) write(m *markup, id int) {
	at := s.at
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	m.in("testsuite", attrs{
		"name", s.name, "id", itoa(id), "package", "standin", "timestamp", at.UTC().Format("2006-01-02T15:04:05"), "hostname", "localhost",
		"tests", itoa(s.counts.tests), "failures", itoa(s.counts.failures), "errors", "0", "time", "0",
	}, func() {
		m.raw("\n  ")
		m.in("properties", nil, func() {
			if s.op == nil { // Ant's schema wants properties, and Jenkins' one in them at least
				m.el("property", attrs{"name", "operation", "value", "none"}, "")
				return
			}
			m.el("property", attrs{"name", "operation", "value", s.op.ID}, "")
			m.el("property", attrs{"name", "calls", "value", strconv.FormatUint(s.op.Calls, 10)}, "")
		})
		for _, f := range s.findings {
			m.raw("\n  ")
			s.finding(m, f)
		}
		if s.op != nil {
			s.part(m, "is called", s.op.Calls > 0)
			for _, p := range s.op.Parts {
				s.part(m, "covers "+string(p.Kind)+" "+p.Name, p.Covered)
			}
		}
		m.raw("\n  ")
		m.el("system-out", nil, s.passed())
		m.el("system-err", nil, "")
		m.raw("\n")
	})
}

func (s *junitSuite) part(m *markup, name string, covered bool) {
	m.raw("\n  ")
	m.in("testcase", attrs{"name", name, "classname", s.name, "time", "0"}, func() {
		if !covered {
			m.el("skipped", nil, "")
		}
	})
}

// finding is a case: failed where it is an error that nobody asked for, else
// passed.
func (s *junitSuite) finding(m *markup, f *Finding) {
	v := &f.Violation
	m.in("testcase", attrs{"name", junitName(f), "classname", s.name, "time", "0"}, func() {
		if f.Failed() {
			m.el("failure", attrs{"message", v.Message, "type", string(v.Blame) + "." + v.Keyword}, f.details())
		}
	})
}

// passed are the words of the findings that fail no test.
func (s *junitSuite) passed() string {
	var b strings.Builder
	for _, f := range s.findings {
		if !f.Failed() {
			b.WriteString(junitName(f) + "\n" + f.details() + "\n")
		}
	}
	return b.String()
}

func junitName(f *Finding) string {
	return fmt.Sprintf("%s %s: %s (%s)", f.Violation.In, f.Where, f.Violation.Keyword, f.Violation.Blame)
}

// details are a finding for people, a line for each thing to know.
func (f *Finding) details() string {
	v := &f.Violation
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s, %s to blame: %s\n", v.Severity, f.Where, v.Blame, v.Message)
	for _, line := range []struct{ label, text string }{
		{"got", v.Got}, {"want", v.Want}, {"mend", v.Fix}, {"document", v.Position.String()}, {"pointer", v.Pointer},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "%-9s %s\n", line.label, line.text)
		}
	}
	fmt.Fprintf(&b, "%-9s %s, first in exchange %s\n", "seen", times(f.Count), f.First.Exchange)
	if e := f.Sample; e != nil {
		fmt.Fprintf(&b, "%-9s %s %s → %d\n", "exchange", e.Request.Method, e.Target, e.Status)
	}
	return b.String()
}

func times(n uint64) string {
	if n == 1 {
		return "once"
	}
	return strconv.FormatUint(n, 10) + " times"
}

func itoa(n int) string { return strconv.Itoa(n) }

// order puts what matters first: errors, by who is to blame, most frequent first.
func rank(f *Finding) int {
	switch v := &f.Violation; {
	case v.Blame == spec.BlameScenario:
		return 9
	case v.Severity == spec.SeverityWarning:
		return 5
	case v.Blame == spec.BlameClient:
		return 0
	}
	return 1
}
