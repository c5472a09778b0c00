package report

import (
	"fmt"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// maxAnnotations is how many annotations of each level GitHub shows of a step.
const maxAnnotations = 10

// Annotations are workflow commands of GitHub Actions: the findings, at the
// document's lines, those that make the run fail as errors.
func (r *Report) Annotations(on FailOn) string {
	var b strings.Builder
	errors, warnings := 0, 0
	for _, f := range ranked(r) {
		v := &f.Violation
		level, n := "warning", &warnings
		switch {
		case v.Blame == spec.BlameScenario:
			continue
		case on.Fails(f):
			level, n = "error", &errors
		}
		if *n++; *n > maxAnnotations {
			continue
		}
		var props []string
		if v.File != "" && v.Line > 0 && !strings.Contains(v.File, ":") {
			props = append(props, "file="+property(v.File), fmt.Sprintf("line=%d", v.Line))
			if v.Column > 0 {
				props = append(props, fmt.Sprintf("col=%d", v.Column))
			}
		}
		props = append(props, "title="+property(f.Template+" "+v.In+" "+f.Where))
		msg := fmt.Sprintf("%s (%s to blame, seen %s)", v.Message, v.Blame, times(f.Count))
		if v.Fix != "" {
			msg += "\nTo mend it: " + v.Fix
		}
		fmt.Fprintf(&b, "::%s %s::%s\n", level, strings.Join(props, ","), data(msg))
	}
	return b.String()
}

// data and property escape what workflow commands would take for their own.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// maxRows bounds the tables of a summary.
const maxRows = 50

// Markdown is a report for a job's summary.
func (r *Report) Markdown(on FailOn) string {
	var b strings.Builder
	broken := r.Broken(on)
	mark, say := "✅", "the contract was kept"
	if len(broken) > 0 {
		mark, say = "❌", plural(len(broken), "cause breaks", "causes break")+" the contract"
	}
	names := (&page{r: r}).title()
	fmt.Fprintf(&b, "### %s %s: %s\n\n%s, %d with violations, coverage %s.\n", mark, words(names), say, exchanges(r.Exchanges), r.Reported, percentText(r.Coverage.Summary.Percent))
	if len(r.Findings) > 0 {
		b.WriteString("\n| | operation | where | what | blame | seen | document |\n|---|---|---|---|---|--:|---|\n")
		for i, f := range ranked(r) {
			if i == maxRows {
				fmt.Fprintf(&b, "\n… and %d more causes.\n", len(r.Findings)-maxRows)
				break
			}
			mark := "⚠️"
			if on.Fails(f) {
				mark = "❌"
			}
			v := &f.Violation
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %d | %s |\n", mark, words(f.Template), words(v.In+" "+f.Where), words(v.Message), v.Blame, f.Count, words(v.Position.String()))
		}
	}
	b.WriteString("\n| coverage | covered | of | |\n|---|--:|--:|--:|\n")
	for _, n := range r.Coverage.Summary.Counts() {
		if n.Total > 0 {
			fmt.Fprintf(&b, "| %s | %d | %d | %s |\n", n.Name, n.Covered, n.Total, percentText(n.Percent()))
		}
	}
	return b.String()
}

// words is text in Markdown that is nothing but text.
func words(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x20 || r == 0x7f:
			b.WriteByte(' ')
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case strings.ContainsRune("\\`*_{}[]|#!~@:", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
