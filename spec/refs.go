package spec

import (
	"errors"
	"fmt"
	"slices"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// references checks that every reference of the document leads somewhere, and
// reports all that don't.
func (x *indexer) references() {
	type source struct {
		file *tree.File
		ref  string
	}
	seen := make(map[source]bool) // references that lead somewhere
	var check func(at tree.Place)
	check = func(at tree.Place) {
		ref := at.Ref()
		if seen[source{at.File, ref}] {
			return
		}
		to, err := at.Target(ref)
		if err == nil {
			_, err = at.Follow()
		}
		var broken tree.SyntaxErrors
		if errors.As(err, &broken) {
			x.broken(at, broken)
			return
		}
		if err != nil {
			msg := "the reference " + ref + " leads nowhere: " + err.Error()
			switch {
			case errors.Is(err, tree.ErrCircle):
				msg = "the reference " + ref + " goes in a circle"
			case errors.Is(err, tree.ErrRemote):
				msg = "the reference " + ref + " is not followed: it points to a URL"
			}
			x.fault(at.Get("$ref"), msg, refHint(err))
			return
		}
		seen[source{at.File, ref}] = true
		if to.File != x.root.File {
			to.References(check)
		}
	}
	x.root.References(check)
}

// broken reports the faults of a file that a reference points into, once.
func (x *indexer) broken(at tree.Place, faults tree.SyntaxErrors) {
	for _, f := range faults {
		e := &Error{Pos: Position{File: f.File, Line: f.Line, Column: f.Column}, Msg: f.Msg,
			Hint: fmt.Sprintf("it is read because %s refers to it", pos(at.Get("$ref")))}
		if !slices.ContainsFunc(x.errs, func(known *Error) bool { return known.Pos == e.Pos && known.Msg == e.Msg }) {
			x.errs = append(x.errs, e)
		}
	}
}
