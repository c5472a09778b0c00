package scenarios

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/standin-dev/standin/spec"
)

// maxErrors bounds a report: whoever has more starts with these.
const maxErrors = 50

// errorList gathers the faults of scenario files.
type errorList struct {
	errs spec.Errors
	more int
}

func (l *errorList) add(pos spec.Position, hint, format string, args ...any) {
	if len(l.errs) >= maxErrors {
		l.more++
		return
	}
	l.errs = append(l.errs, &spec.Error{Pos: pos, Msg: fmt.Sprintf(format, args...), Hint: hint})
}

// count is the number of faults so far.
func (l *errorList) count() int { return len(l.errs) + l.more }

// err is nil, or everything that was gathered in the order of positions. What
// has no position (Go literals) keeps the order in which it was found.
func (l *errorList) err() error {
	if len(l.errs) == 0 {
		return nil
	}
	slices.SortStableFunc(l.errs, func(a, b *spec.Error) int {
		return cmp.Or(
			cmp.Compare(a.Pos.File, b.Pos.File),
			cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column))
	})
	if l.more > 0 {
		last := l.errs[len(l.errs)-1]
		l.errs = append(l.errs, &spec.Error{
			Pos: spec.Position{File: last.Pos.File},
			Msg: fmt.Sprintf("and %d more faults", l.more),
		})
		l.more = 0
	}
	return l.errs
}

// subject is one rule (or, with rule nil, one scenario) that is being checked.
// It knows where its values stand.
type subject struct {
	list  *errorList
	sc    *Scenario
	rule  *Rule
	index int
}

// add reports a fault of the value at a path, offset characters into its text.
func (s subject) add(path string, offset int, hint, format string, args ...any) {
	at, pos := s.sc.at, s.sc.Pos
	if s.rule != nil {
		at, pos = s.rule.at, s.rule.Pos
	}
	if k, ok := at.find(path); ok {
		pos = k.pos
		if k.lead >= 0 && offset >= 0 {
			pos.Column += k.lead + offset
		}
	}
	msg := fmt.Sprintf(format, args...)
	if pos.Line == 0 {
		msg = s.name() + ": " + msg
	}
	s.list.add(pos, hint, "%s", msg)
}

// refused reports whether the value at a path could not be read, which its file
// was told already.
func (s subject) refused(path string) bool {
	if s.rule == nil {
		return s.sc.at[path].bad
	}
	return s.rule.at[path].bad
}

// name is how a message calls the subject where there is no file to point at.
func (s subject) name() string {
	if s.rule == nil {
		return fmt.Sprintf("scenario %q", s.sc.Name)
	}
	return fmt.Sprintf("scenario %q, rule %d", s.sc.Name, s.index)
}
