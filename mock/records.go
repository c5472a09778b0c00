package mock

import (
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Records are things that behaviours keep in tables of their own, and that other
// operations of a document may be about as well: users, who sign up by behaviours
// and are listed at /users. Such operations then read and write the very same
// records. Which of a document's resources those are is told by their schema,
// whatever their path: the one that answers of the behaviours carry. What belongs
// to things of another resource, as /teams/{id}/members, is not taken for it.
//
// All functions follow the rules of [Behaviours]. Ids are the records' own.
type Records struct {
	// Carriers are operations, as keys of Behaviours.Operations, whose
	// successes carry one such thing.
	Carriers []string

	// Keys are the members that Find knows, "id" among them. A resource whose
	// paths name its things by another is left to inference.
	Keys []string

	// Find finds a record by a member of Keys. The call, nil for none, is the
	// one that will show it.
	Find func(tx *Tx, c *Call, key, value string) (r Record, ok bool)

	// All ranges over the records, the oldest first.
	All func(tx *Tx, c *Call) iter.Seq[Record]

	// Own is the id of the record that stands for the caller itself, for
	// resources that are a single thing as /me is; "" for none.
	Own func(c *Call) string

	// Put gives a record the members of value, all of them, or makes a new one
	// where id is "": then value holds what is known of it, and the rest is
	// made up. It returns the id. An error says what of value cannot be kept,
	// and then nothing was written; it wraps [ErrTaken] where another record is
	// in the way.
	Put func(tx *Tx, r *spec.Resource, id string, value map[string]any) (string, error)

	// Invent makes up a whole record, the n-th of its transaction, of an id if
	// that is not "", and returns its id.
	Invent func(tx *Tx, id string, n int) string

	// Drop deletes a record, if it is there.
	Drop func(tx *Tx, id string)
}

// Record is one of [Records] as operations see it.
type Record struct {
	ID    string
	Value map[string]any // decoded JSON, not to be changed, with numbers as [spec.DecodeValue] has them
	Made  time.Time      // when the record was made
	Memo  *Memo          // of the record as it is and as anybody sees it; nil for none
}

// Memo keeps what was worked out of one state of a record, for the next call that
// is about it. The zero value is empty. It may be used concurrently.
type Memo struct {
	value atomic.Pointer[map[string]any]
	views atomic.Pointer[view]
	page  spec.Kept // the last list that it stood first in
}

// Value is what decode returned when it was first asked for. Decode always
// returns the same. A nil Memo keeps nothing.
func (m *Memo) Value(decode func() map[string]any) map[string]any {
	if m == nil {
		return decode()
	}
	if v := m.value.Load(); v != nil {
		return *v
	}
	v := decode()
	m.value.Store(&v)
	return v
}

// ErrTaken says that another record has what only one can have.
var ErrTaken = errors.New("another has it already")

// recordsOf are the records that stand behind resources of a document.
func (h *Handler) recordsOf(doc *spec.Document, behaviours map[*spec.Operation]Behaviour) map[*spec.Resource]*Records {
	out := map[*spec.Resource]*Records{}
	for i := range h.opts.Behaviours.Records {
		k := &h.opts.Behaviours.Records[i]
		carriers := map[string]bool{}
		for _, at := range k.Carriers {
			carriers[spec.Shape(at)] = true
		}
		for op := range behaviours {
			if !carriers[spec.Shape(op.Method+" "+op.Path)] {
				continue
			}
			for _, r := range doc.Resources() {
				if k.serves(r) && r.CarriedBy(op) {
					out[r] = k
				}
			}
		}
	}
	return out
}

// serves reports whether the records could be the resource's things, by its
// paths.
func (k *Records) serves(r *spec.Resource) bool {
	if r.Parent != nil {
		return false
	}
	if r.Singleton {
		return k.Own != nil
	}
	for _, key := range k.Keys {
		if len(r.Key) == 1 && r.Key[0] == key {
			return true
		}
	}
	return false
}
