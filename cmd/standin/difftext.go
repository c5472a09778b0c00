package main

import (
	"fmt"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// maxOthers bounds the changes that are told and break nobody; --format json tells all.
const maxOthers = 100

// group is changes that show in the same operations.
type group struct {
	title   string
	changes []spec.Change
}

// groups are changes by what they show in, in the order of the first ones.
func groups(changes []spec.Change) (out []*group) {
	known := map[string]*group{}
	for _, c := range changes {
		title := titleOf(c.Operations)
		if known[title] == nil {
			known[title] = &group{title: title}
			out = append(out, known[title])
		}
		known[title].changes = append(known[title].changes, c)
	}
	return out
}

// titleOf names operations: three of many must do.
func titleOf(all []spec.ChangedUse) string {
	if len(all) == 0 {
		return "the document"
	}
	var names []string
	for _, u := range all[:min(len(all), 3)] {
		names = append(names, u.Operation)
	}
	s := strings.Join(names, ", ")
	if more := len(all) - len(names); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// split are the changes that break, those of the others that are told, and how
// many are not.
func (c *comparison) split() (breaking, others []spec.Change, more int) {
	breaking = c.Breaking()
	others = c.Changes[len(breaking):]
	if len(others) > maxOthers {
		others, more = others[:maxOthers], len(others)-maxOthers
	}
	return breaking, others, more
}

// text is the form for people.
func (c *comparison) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s: %s\n", c.Old, c.New, c.summary())
	breaking, others, more := c.split()
	for _, g := range groups(breaking) {
		fmt.Fprintf(&b, "  %s\n", printable(g.title))
		for _, change := range g.changes {
			fmt.Fprintf(&b, "    ! %s (%s)  %s\n", printable(change.Message), change.Why, placeOf(change))
		}
	}
	if len(others) > 0 && len(breaking) > 0 {
		b.WriteString("  told only, not breaking:\n")
	}
	indent := map[bool]string{true: "  "}[len(breaking) > 0]
	for _, g := range groups(others) {
		fmt.Fprintf(&b, "%s  %s\n", indent, printable(g.title))
		for _, change := range g.changes {
			fmt.Fprintf(&b, "%s    %s %s  %s\n", indent, signs[change.What], printable(change.Message), placeOf(change))
		}
	}
	if more > 0 {
		fmt.Fprintf(&b, "%s    … and %d more; --format json tells all\n", indent, more)
	}
	if c.strange > 0 {
		fmt.Fprintf(&b, "  not looked at: %s of no operation of %s\n", count(c.strange, "exchange"), c.Old)
	}
	return b.String()
}

var signs = map[spec.ChangeWhat]string{spec.ChangeAdded: "+", spec.ChangeRemoved: "-", spec.ChangeModified: "~"}

// placeOf is where to look: in the new document, of what is gone in the old one.
func placeOf(c spec.Change) string {
	if c.NewPos != nil {
		return c.NewPos.String()
	}
	return c.OldPos.String()
}

// markdown is the form for a pull request's comment.
func (c *comparison) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "### API: %s\n", c.summary())
	breaking, others, more := c.split()
	tell := func(changes []spec.Change) {
		for _, g := range groups(changes) {
			fmt.Fprintf(&b, "\n**%s**\n\n", escaped(g.title))
			for _, change := range g.changes {
				fmt.Fprintf(&b, "- %s", escaped(change.Message))
				if change.Breaking {
					fmt.Fprintf(&b, ": *%s*", escaped(change.Why))
				}
				fmt.Fprintf(&b, " (`%s`)\n", strings.ReplaceAll(placeOf(change), "`", "'"))
			}
		}
	}
	tell(breaking)
	if len(others) > 0 {
		fmt.Fprintf(&b, "\n<details><summary>%s, not breaking</summary>\n", count(len(others)+more, "change"))
		tell(others)
		if more > 0 {
			fmt.Fprintf(&b, "\n… and %d more\n", more)
		}
		b.WriteString("\n</details>\n")
	}
	return b.String()
}

// escaped is text that Markdown takes as it is: no markup, and nobody is called.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		switch {
		case strings.ContainsRune("\\`*_[]<>#|~!", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '@', r == '&':
			fmt.Fprintf(&b, "&#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
