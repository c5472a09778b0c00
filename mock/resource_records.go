package mock

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// recorded finds a thing among a behaviour's records; nil if it is not there.
func (c *resourceCall) recorded(k *Records, r *spec.Resource, home, id string) *thing {
	if r.Singleton {
		if id = k.Own(c.call()); id == "" {
			return nil
		}
		return c.find(k, r, "id", id)
	}
	c.begin(k, r, home)
	return c.find(k, r, r.Key[0], id)
}

// begin gives records, when their collection is first touched, the one of the id
// that the document uses in its examples: a reader of it will ask for that.
func (c *resourceCall) begin(k *Records, r *spec.Resource, home string) {
	if collections.has(c.tx, home) {
		return
	}
	collections.Put(c.tx, home, collection{})
	id := textOf(r.FirstID())
	if _, told := c.h.opts.Seeds[home]; told || id == "" || r.Key[0] != "id" || c.find(k, r, "id", id) != nil {
		return
	}
	k.Invent(c.tx, id, 0)
}

func (c *resourceCall) find(k *Records, r *spec.Resource, key, value string) *thing {
	rec, ok := k.Find(c.tx, c.call(), key, value)
	if !ok {
		return nil
	}
	return c.thingOf(r, rec)
}

// call is the call that is answered, nil for none.
func (c *resourceCall) call() *Call {
	if c.v == nil {
		return nil
	}
	return &c.v.call
}

// thingOf is a record as a thing of a resource.
func (c *resourceCall) thingOf(r *spec.Resource, rec Record) *thing {
	// The seed is the same in every sandbox, as the record is in forks.
	t := &thing{ID: rec.ID, Seed: seed2(0, 0, "record "+rec.ID), Made: rec.Made, Value: rec.Value, record: rec.ID, memo: rec.Memo}
	if len(r.Key) > 0 {
		t.ID = textOf(atWay(rec.Value, r.Key))
	}
	return t
}

// allRecorded are all of a behaviour's records as things of the call's resource.
func (c *resourceCall) allRecorded(k *Records) []*thing {
	c.begin(k, c.r, c.home)
	var out []*thing
	for rec := range k.All(c.tx, c.call()) {
		out = append(out, c.thingOf(c.r, rec))
	}
	return out
}

// record stores what a record has become, or a new one where was is nil, and
// answers with it.
func (c *resourceCall) record(k *Records, was *thing, value map[string]any, reason string) (plan, error) {
	id := ""
	if was != nil {
		id = was.record
	}
	id, err := k.Put(c.tx, c.r, id, value)
	switch {
	case errors.Is(err, ErrTaken):
		return c.refuse(refuseTaken, err.Error(), http.StatusBadRequest, http.StatusUnprocessableEntity), nil
	case err != nil:
		return c.refuse(refuseUnkept, err.Error(), http.StatusUnprocessableEntity), nil
	}
	t := c.find(k, c.r, "id", id)
	switch {
	case t == nil:
		return plan{}, errNothing
	case was == nil:
		return c.created(t)
	}
	return c.success(t, reason)
}

// seedRecords gives behaviours' records, instead of those that they start with,
// the things that the user told. They are not left to the first touch, since
// behaviours know of none.
func (h *Handler) seedRecords(tx *Tx) error {
	if len(h.opts.Seeds) == 0 || len(h.opts.Behaviours.Records) == 0 {
		return nil
	}
	now := h.contract.Load()
	for _, r := range now.doc.Resources() {
		seeds, told := h.opts.Seeds[strings.TrimRight(r.Home, "/")]
		k := now.inferred().records[r]
		if k == nil || !told {
			continue
		}
		for _, rec := range slices.Collect(k.All(tx, nil)) {
			k.Drop(tx, rec.ID)
		}
		for i, given := range seeds {
			id := k.Invent(tx, textOf(given["id"]), i)
			rec, _ := k.Find(tx, nil, "id", id)
			value := maps.Clone(rec.Value)
			maps.Copy(value, given)
			if _, err := k.Put(tx, r, id, value); err != nil {
				return fmt.Errorf("thing %d of the seeds for %s: %w", i+1, r.Home, err)
			}
		}
	}
	return nil
}
