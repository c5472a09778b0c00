package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec/internal/diff"
)

// tell makes the changes of what was found, breaking ones first.
func (d *Diff) tell() {
	for _, c := range d.changes {
		d.Changes = append(d.Changes, wordsOf(c))
	}
	slices.SortStableFunc(d.Changes, func(a, b Change) int { return cmp.Compare(rank(a.Breaking), rank(b.Breaking)) })
}

func rank(breaking bool) int {
	if breaking {
		return 0
	}
	return 1
}

// Breaking are the changes that break clients.
func (d *Diff) Breaking() []Change {
	n := slices.IndexFunc(d.Changes, func(c Change) bool { return !c.Breaking })
	if n < 0 {
		n = len(d.Changes)
	}
	return d.Changes[:n]
}

func wordsOf(c *diff.Change) Change {
	i := c.Item()
	out := Change{
		Why: c.Breaking(), What: ChangeModified, Object: i.Object(), Name: i.Name, In: i.Holder(),
		Old: cutValue(c.Old.Text()), New: cutValue(c.New.Text()), Pointer: i.At.Pointer, Operations: []ChangedUse{},
	}
	out.Breaking = out.Why != ""
	if c.Old != nil {
		at := pos(c.Old.At)
		out.OldPos = &at
	} else {
		out.What = ChangeAdded
	}
	if c.New != nil {
		at := pos(c.New.At)
		out.NewPos = &at
	} else {
		out.What = ChangeRemoved
	}
	for _, u := range c.Uses {
		out.Operations = append(out.Operations, ChangedUse{u.Label(), u.In&diff.Asked != 0, u.In&diff.Answered != 0})
	}
	out.Message = out.sentence()
	return out
}

// maxValue bounds a value that is told: examples may be as large as they like.
const maxValue = 2000

func cutValue(s string) string { return cutTo(s, maxValue) }

func cutTo(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

// sentence is the change in words.
func (c *Change) sentence() string {
	var s string
	thing := c.Object
	if thing == "keyword" || thing == "field" {
		thing = c.Name
	} else if c.Name != "" && c.Name != thing {
		thing += " " + c.Name
	}
	switch {
	case c.Object == "required property" && c.What == ChangeAdded:
		s = c.Name + " is required now"
	case c.Object == "required property":
		s = c.Name + " is required no longer"
	case c.Object == "field" && c.Name == "required":
		return c.In + map[ChangeWhat]string{ChangeAdded: " is required now", ChangeRemoved: " is required no longer"}[c.What]
	case c.What == ChangeAdded && c.New != "" && thing == c.Name:
		s = fmt.Sprintf("%s is new: %s", thing, cutTo(c.New, 60))
	case c.What == ChangeAdded:
		s = thing + " is new"
	case c.What == ChangeRemoved && c.Old != "" && thing == c.Name:
		s = fmt.Sprintf("%s is gone, it was %s", thing, cutTo(c.Old, 60))
	case c.What == ChangeRemoved:
		s = thing + " is gone"
	case c.Old == "" && c.New == "":
		s = thing + " is another"
	case c.Old == "" || c.New == "":
		s = fmt.Sprintf("%s was %s, is %s", thing, cmp.Or(cutTo(c.Old, 60), "a schema"), cmp.Or(cutTo(c.New, 60), "a schema"))
	default:
		s = fmt.Sprintf("%s was %s, is %s", thing, cutTo(c.Old, 60), cutTo(c.New, 60))
	}
	if c.In != "" {
		s = c.In + ": " + s
	}
	return strings.ReplaceAll(s, ": : ", ": ")
}
