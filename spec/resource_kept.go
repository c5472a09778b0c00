package spec

import (
	"encoding/json"
	"slices"
	"sync/atomic"
)

// Kept keeps the last body that was made of some things, so that it is made, and
// proven valid, once for as long as the very same things make it. The zero value
// keeps nothing yet. It may be used concurrently.
type Kept struct{ last atomic.Pointer[keptAnswer] }

type keptAnswer struct {
	action *Action
	to     offer
	things []json.RawMessage
	page   Page
	made   *made
}

// get returns the body that those things made, nil if it is not kept.
func (k *Kept) get(a *Action, to offer, c *Carried) *made {
	if k == nil {
		return nil
	}
	if l := k.last.Load(); l != nil && l.action == a && l.to.media == to.media && l.to.contentType == to.contentType &&
		l.page == c.Page && slices.EqualFunc(l.things, c.Things, sameBytes) {
		return l.made
	}
	return nil
}

func (k *Kept) put(a *Action, to offer, c *Carried, m *made) {
	if k != nil {
		k.last.Store(&keptAnswer{a, to, c.Things, c.Page, m})
	}
}

// sameBytes reports whether two texts are one and the same in memory. What
// [Action.Encode] writes is never changed.
func sameBytes(a, b json.RawMessage) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
