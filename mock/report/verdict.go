package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// FailOn says which findings make a run fail. The zero value is none.
type FailOn struct {
	Blames   []spec.Blame // errors of theirs
	Warnings bool         // warnings too, whoever is to blame
}

// DefaultFailOn is what breaks the contract: errors of the client, of the fake's
// own answers, and of a real service behind it. An example that breaks its own
// schema is the document's affair, and is told only.
func DefaultFailOn() FailOn {
	return FailOn{Blames: []spec.Blame{spec.BlameClient, spec.BlameFake, spec.BlameUpstream}}
}

// ParseFailOn reads names: client, fake, document, upstream, warning; or none.
func ParseFailOn(names []string) (FailOn, error) {
	out := FailOn{}
	for _, name := range names {
		switch name = strings.TrimSpace(strings.ToLower(name)); name {
		case "client", "fake", "document", "upstream":
			out.Blames = append(out.Blames, spec.Blame(name))
		case "warning", "warnings":
			out.Warnings = true
		case "none", "":
		default:
			return out, fmt.Errorf("%q is none of client, fake, document, upstream, warning, none", name)
		}
	}
	return out, nil
}

// Fails reports whether a finding makes a run fail. What a scenario was asked
// for never does.
func (o FailOn) Fails(f *Finding) bool {
	v := &f.Violation
	switch {
	case v.Blame == spec.BlameScenario:
		return false
	case v.Severity == spec.SeverityWarning:
		return o.Warnings
	}
	return slices.Contains(o.Blames, v.Blame)
}

// Broken are the findings that make a run fail, what matters most first.
func (r *Report) Broken(on FailOn) []*Finding {
	return slices.DeleteFunc(ranked(r), func(f *Finding) bool { return !on.Fails(f) })
}

// maxTold bounds the lines of a verdict.
const maxTold = 25

// Verdict is a report in a few lines for people at a terminal: how many
// exchanges, what broke the contract grouped by operation, what was exercised,
// and what to look at first.
func (r *Report) Verdict(on FailOn) string {
	var b strings.Builder
	broken := r.Broken(on)
	// What a scenario was asked for is no news.
	others := slices.DeleteFunc(ranked(r), func(f *Finding) bool { return on.Fails(f) || f.Violation.Blame == spec.BlameScenario })
	fmt.Fprintf(&b, "%s, %d with violations; ", exchanges(r.Exchanges), r.Reported)
	switch {
	case r.Exchanges == 0:
		b.WriteString("nothing was asked of the fake\n")
	case len(broken) == 0:
		b.WriteString("the contract was kept\n")
	default:
		fmt.Fprintf(&b, "%s the contract\n", plural(len(broken), "cause breaks", "causes break"))
	}
	tellFindings(&b, "", broken)
	if len(others) > 0 {
		b.WriteString("  told only, not counted as broken:\n")
		tellFindings(&b, "  ", others)
	}
	if r.Lost > 0 {
		fmt.Fprintf(&b, "  and %d violations more, whose causes found no room\n", r.Lost)
	}
	s := &r.Coverage.Summary
	fmt.Fprintf(&b, "  coverage  %s", percentText(s.Percent))
	for _, n := range s.Counts() {
		if n.Total > 0 {
			fmt.Fprintf(&b, ", %s %d/%d", n.Name, n.Covered, n.Total)
		}
	}
	b.WriteString("\n")
	if len(broken) > 0 {
		f := broken[0]
		fmt.Fprintf(&b, "  look first at  %s %s: %s\n", plain(f.Template), plain(f.Where), plain(f.Violation.Message))
		if f.Violation.Fix != "" {
			fmt.Fprintf(&b, "                 to mend it: %s\n", plain(f.Violation.Fix))
		}
		fmt.Fprintf(&b, "                 exchange %s\n", f.First.Exchange)
	}
	return b.String()
}

func exchanges(n uint64) string {
	if n == 1 {
		return "1 exchange"
	}
	return fmt.Sprintf("%d exchanges", n)
}

// tellFindings tells findings, grouped by operation in the order of the worst.
func tellFindings(b *strings.Builder, indent string, findings []*Finding) {
	left := maxTold
	var told []string
	for _, first := range findings {
		if slices.Contains(told, first.Template) {
			continue
		}
		told = append(told, first.Template)
		if left <= 0 {
			continue
		}
		fmt.Fprintf(b, "%s  %s\n", indent, plain(first.Template))
		for _, f := range findings {
			if f.Template != first.Template {
				continue
			}
			if left--; left < 0 {
				continue
			}
			v := &f.Violation
			at := ""
			if v.Line > 0 {
				at = "  " + v.Position.String()
			}
			fmt.Fprintf(b, "%s    ! %s %s: %s (%s, %s) ×%d%s\n", indent, v.In, plain(f.Where), plain(v.Message), v.Blame, v.Severity, f.Count, plain(at))
		}
	}
	if left < 0 {
		fmt.Fprintf(b, "%s    … and %d more\n", indent, -left)
	}
}

// plain is text of a message on one line of a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '�'
		}
		return r
	}, s)
}
