package mock

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/spec"
)

// Delivery is a request that the API sends on its own account, a callback's or
// a webhook's, and how far it has come. It is a record of its sandbox's state.
type Delivery struct {
	ID        string         `json:"id"`
	Kind      Source         `json:"kind"`            // [SourceCallback] or [SourceWebhook]
	Name      string         `json:"name"`            // of the callback or webhook
	Of        string         `json:"of,omitempty"`    // the operation that the callback belongs to
	Cause     string         `json:"cause,omitempty"` // the exchange whose answer it follows
	Method    string         `json:"method"`
	URL       string         `json:"url"`
	Query     string         `json:"query,omitempty"` // the part of URL's that the document describes
	Header    http.Header    `json:"headers,omitempty"`
	Body      []byte         `json:"body,omitempty"`
	Example   bool           `json:"example,omitempty"` // the body is an example of the document's
	Created   time.Time      `json:"created"`           // by the sandbox's clock, as is Due
	Due       time.Time      `json:"due,omitzero"`      // of the next try; zero when there will be none
	Tries     int            `json:"tries"`
	Status    DeliveryStatus `json:"status"`
	Reason    string         `json:"reason,omitempty"`    // what became of the last try
	Exchanges []string       `json:"exchanges,omitempty"` // of the tries, in the journal
}

// Size is about that of the delivery.
func (d Delivery) Size() int { return 256 + len(d.URL) + len(d.Body) }

// DeliveryStatus is how far a delivery has come.
type DeliveryStatus string

// The statuses of deliveries.
const (
	DeliveryPending   DeliveryStatus = "pending"   // there is a try to come
	DeliveryDelivered DeliveryStatus = "delivered" // the receiver answered 2xx
	DeliveryFailed    DeliveryStatus = "failed"    // no try is left
	DeliveryRefused   DeliveryStatus = "refused"   // it may not be sent, or has no address
)

// backoff is how long after a try the next one is due, by the sandbox's clock.
var backoff = [...]time.Duration{time.Second, 10 * time.Second, time.Minute}

// Bounds of one sandbox's deliveries.
const (
	maxPending = 1000 // more are refused
	keptDone   = 200  // the oldest that have come to an end are forgotten
)

// deliveries is the table of all that were sent or are to be.
var deliveries = NewTable[Delivery]("standin.deliveries")

// add stores a new delivery, or refuses it where too many wait.
func (d Delivery) add(tx *Tx) Delivery {
	pending, done := 0, []Delivery{}
	for _, other := range deliveries.All(tx) {
		if other.Status == DeliveryPending {
			pending++
		} else {
			done = append(done, other)
		}
	}
	if d.Status == DeliveryPending && pending >= maxPending {
		d.Status, d.Reason, d.Due = DeliveryRefused, itoa(maxPending)+" deliveries wait already", time.Time{}
	}
	slices.SortFunc(done, inOrder)
	for _, old := range done[:max(0, len(done)-keptDone+1)] {
		deliveries.Delete(tx, old.ID)
	}
	deliveries.Put(tx, d.ID, d)
	return d
}

// forgetDeliveries clears a copy of a world: its receivers are outside of it, and
// get what the origin has still to send from there.
func forgetDeliveries(tx *Tx) {
	var ids []string
	for id := range deliveries.All(tx) {
		ids = append(ids, id)
	}
	for _, id := range ids {
		deliveries.Delete(tx, id)
	}
}

// inOrder orders deliveries as they came about.
func inOrder(a, b Delivery) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// nextDelivery is the pending delivery that is due first; ok is false when none
// is pending.
func nextDelivery(tx *Tx) (first Delivery, ok bool) {
	for _, d := range deliveries.All(tx) {
		if d.Status != DeliveryPending {
			continue
		}
		if !ok || cmp.Or(d.Due.Compare(first.Due), inOrder(d, first)) < 0 {
			first, ok = d, true
		}
	}
	return first, ok
}

// aside runs fn in a transaction that does not count as a call: what happens
// beside the requests must not change the ids in the answers to those that
// follow. A sandbox that is gone is not made again.
func (s *Sandbox) aside(ctx context.Context, fn func(*Tx)) error {
	return s.h.store.Update(ctx, s.name, func(stx *store.Tx) error {
		tx := s.begin(stx, s.h.opts.Wall())
		fn(&tx)
		return nil
	})
}

// Deliveries are the sandbox's callbacks and webhooks, those that wait and the
// last ones that were sent, the newest last.
func (s *Sandbox) Deliveries(ctx context.Context) []Delivery {
	out := []Delivery{}
	s.View(ctx, func(tx *Tx) {
		for _, d := range deliveries.All(tx) {
			out = append(out, d)
		}
	})
	slices.SortFunc(out, inOrder)
	return out
}

// operation finds what a delivery is one of, nil where the document has it no
// more.
func (d *Delivery) operation(doc *spec.Document) *spec.Operation {
	if d.Kind == SourceWebhook {
		op, _ := doc.Webhook(d.Name, d.Method)
		return op
	}
	of := doc.Operation(d.Of)
	if of == nil {
		return nil
	}
	for _, c := range of.Callbacks() {
		if c.Name == d.Name && c.Operation.Method == d.Method {
			return c.Operation
		}
	}
	return nil
}
