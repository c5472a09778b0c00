//go:build noarazzo

package verify

import (
	"context"
	"errors"
)

// Workflows is an Arazzo description. This build has left the library for them
// out, to be smaller: it plays none.
type Workflows struct{}

// ErrNoArazzo is what ParseWorkflows returns in a build with the tag noarazzo.
var ErrNoArazzo = errors.New("this build of standin plays no Arazzo workflows: take one that `go install` has made")

// ParseWorkflows returns [ErrNoArazzo].
func ParseWorkflows(name string, data []byte) (*Workflows, error) { return nil, ErrNoArazzo }

// Play tells that nothing is played.
func (v *Verifier) Play(ctx context.Context, w *Workflows) {
	v.add(Check{Suite: "arazzo", Name: "workflows", Outcome: Skipped, Detail: ErrNoArazzo.Error()})
}
