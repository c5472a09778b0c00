package mock

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/standin-dev/standin/spec"
)

// What operations without a behaviour remember. A thing is kept under the path
// of its collection, a space, and its id: "/pets 42"; what belongs to it is kept
// below its own path: "/pets/42/toys 7". Escaped paths hold no space.
var (
	things      = NewTable[*thing]("things")
	collections = NewTable[collection]("collections")
)

// Bounds of one sandbox.
const (
	maxThings  = 50_000 // of all resources together; the oldest of the same collection makes room
	seedThings = 3      // that a collection starts with, at least
	maxShown   = 10     // of the document's examples that it starts with
)

// thing is one stored thing. It is never changed once it is stored.
type thing struct {
	Seq   uint64         `json:"seq"` // what was created later has a greater one
	ID    string         `json:"id"`  // as it stands in a path, unescaped
	Seed  [2]uint64      `json:"seed"`
	Made  time.Time      `json:"made"`
	Value map[string]any `json:"value"` // decoded JSON
	Gone  bool           `json:"gone,omitempty"`

	record string // the id of the behaviours' record that it is; "" for none, and always in the table
	memo   *Memo  // that record's
	own    Memo   // where there is no other
}

// view is a thing as one action's success has it. Views are made as they are
// needed and kept with the thing, a few of them.
type view struct {
	action *spec.Action
	body   json.RawMessage
	next   *view
}

const maxViews = 4

// UnmarshalJSON reads a thing's numbers as they are written.
func (t *thing) UnmarshalJSON(data []byte) error {
	type plain thing
	raw := struct {
		*plain
		Value json.RawMessage `json:"value"`
	}{plain: (*plain)(t)}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw.Value) == 0 || string(raw.Value) == "null" {
		return nil
	}
	v, _ := spec.DecodeValue(raw.Value)
	value, ok := v.(map[string]any)
	if !ok {
		return errors.New("a thing's value is an object")
	}
	t.Value = value
	return nil
}

// Size is about that of the thing as JSON.
func (t *thing) Size() int { return 64 + len(t.ID) + sizeOfValue(t.Value) }

// sizeOfValue is about the size of a decoded value as JSON.
func sizeOfValue(v any) int {
	n := 8
	switch v := v.(type) {
	case string:
		n += len(v)
	case json.Number:
		n += len(v)
	case []any:
		for _, e := range v {
			n += sizeOfValue(e)
		}
	case map[string]any:
		for name, e := range v {
			n += len(name) + sizeOfValue(e)
		}
	}
	return n
}

// collection is what is known of a collection beside its things: that it has
// been started, and what was counted.
type collection struct {
	Next int64 `json:"next"` // the next number, for ids that are counted
}

// kept is where what was worked out of the thing is kept.
func (t *thing) kept() *Memo {
	if t.memo != nil {
		return t.memo
	}
	return &t.own
}

// encode writes a thing as an action's success has it.
func (t *thing) encode(a *spec.Action) (json.RawMessage, error) {
	views, n := &t.kept().views, 0
	for v := views.Load(); v != nil; v = v.next {
		if v.action == a {
			return v.body, nil
		}
		n++
	}
	body, err := a.Encode(spec.Thing{Value: t.Value, Seed: t.Seed, Now: t.Made})
	if err != nil {
		return nil, err
	}
	head := views.Load()
	if n >= maxViews {
		head = nil
	}
	views.Store(&view{a, body, head})
	return body, nil
}

// resourceCall is one call on a resource.
type resourceCall struct {
	h    *Handler
	in   inferred
	tx   *Tx
	v    *visit // nil while there is no call
	a    *spec.Action
	r    *spec.Resource
	home string // the collection's path
	id   string // "" where the call names none
}

// remember answers an operation from what its resource remembers; ok is false
// where that has nothing to say.
func (h *Handler) remember(tx *Tx, v *visit) (p plan, ok bool) {
	in := v.contract.inferred()
	a := in.actions[v.route.Operation]
	if a == nil {
		return plan{}, false
	}
	c := &resourceCall{h: h, in: in, tx: tx, v: v, a: a, r: a.Resource}
	c.home, c.id = a.HomeOf(v.call.Call)
	if a.Resource.Singleton {
		c.id = ""
	}
	saved := tx.tx.Save()
	p, err := c.answer()
	if err != nil {
		// What cannot be told of the state is told as of any operation.
		tx.tx.Load(saved)
		return plan{}, false
	}
	return p, true
}

// errNothing says that the state has nothing to answer with.
var errNothing = errors.New("the resource has nothing to answer with")

// answer does what the action does.
func (c *resourceCall) answer() (plan, error) {
	if gone := c.orphan(); gone != "" {
		if c.a.Kind == spec.ActionOther && !c.a.Documents(http.StatusNotFound) {
			return plan{}, errNothing
		}
		return c.missing(gone), nil
	}
	switch c.a.Kind {
	case spec.ActionList:
		return c.list()
	case spec.ActionCreate:
		return c.create()
	case spec.ActionRead, spec.ActionOther:
		return c.read()
	case spec.ActionReplace:
		return c.replace()
	case spec.ActionPatch:
		return c.patch()
	case spec.ActionDelete:
		return c.remove()
	}
	return plan{}, errNothing
}

// orphan is the path of the thing that the call's own belong to, if that is not
// there: "" if it is, or may be. Only what could be found in a list or created
// is missed.
func (c *resourceCall) orphan() string {
	p := c.r.Parent
	if p == nil || !p.Direct() && c.in.records[p] == nil {
		return ""
	}
	home, id := p.Above(c.home)
	if id == "" || c.lookUp(p, home, id) != nil {
		return ""
	}
	return home + "/" + spec.EscapeSegment(id)
}

// read shows a thing.
func (c *resourceCall) read() (plan, error) {
	t := c.lookUp(c.r, c.home, c.id)
	if t == nil {
		if c.a.Kind == spec.ActionOther && !c.a.Documents(http.StatusNotFound) {
			return plan{}, errNothing
		}
		return c.missing(c.path(c.id)), nil
	}
	if !c.a.Carries {
		return plan{}, errNothing
	}
	return c.success(t, "read "+c.path(c.id))
}

// remove deletes a thing and what belongs to it.
func (c *resourceCall) remove() (plan, error) {
	t := c.lookUp(c.r, c.home, c.id)
	if t == nil {
		return c.missing(c.path(c.id)), nil
	}
	p, err := c.success(t, "deleted "+c.path(c.id))
	if err != nil {
		return plan{}, err
	}
	c.forget(t)
	return p, nil
}

// forget removes a thing. Where any id is there unless it was deleted, it
// stays as one that is gone.
func (c *resourceCall) forget(t *thing) {
	key := c.home + " " + spec.EscapeSegment(t.ID)
	if k := c.in.records[c.r]; k != nil {
		k.Drop(c.tx, t.record)
	} else if c.r.Direct() {
		things.Delete(c.tx, key)
	} else {
		things.Put(c.tx, key, &thing{Seq: t.Seq, ID: t.ID, Gone: true})
	}
	below := c.path(t.ID) + "/"
	dropBelow(c.tx, things, below)
	dropBelow(c.tx, collections, below)
}

// path is a thing's own path.
func (c *resourceCall) path(id string) string {
	if c.r.Singleton || id == "" {
		return c.home
	}
	return c.home + "/" + spec.EscapeSegment(id)
}

// success is the action's success for one thing.
func (c *resourceCall) success(t *thing, reason string) (plan, error) {
	carried, err := c.carried(t)
	if err != nil {
		return plan{}, err
	}
	return c.respond(carried, reason)
}

// carried is what a success with one thing carries.
func (c *resourceCall) carried(t *thing) (spec.Carried, error) {
	carried := spec.Carried{ID: c.idOf(t)}
	if !c.a.Carries {
		return carried, nil
	}
	body, err := t.encode(c.a)
	carried.Things = []json.RawMessage{body}
	return carried, err
}

func (c *resourceCall) respond(carried spec.Carried, reason string) (plan, error) {
	if !c.a.Succeeds() {
		p := noSuccess(SourceState, reason+"; ")
		if carried.Location != "" {
			p.response.Status = http.StatusCreated
			p.response.Header["Location"] = []string{carried.Location}
		}
		return p, nil
	}
	made, err := c.a.Respond(*c.h.want(c.tx, c.v), carried)
	if err != nil {
		return plan{}, err
	}
	return plan{response: *made, source: SourceState, reason: reason}, nil
}

// noSuccess answers a request that is in order where the document names errors
// and no success, so that there is none to keep to.
func noSuccess(source Source, before string) plan {
	return plan{response: spec.Response{Status: http.StatusNoContent, Header: http.Header{}}, source: source, ours: true,
		reason: before + "the document says of no success how it is answered"}
}

// missing answers that a thing is not there.
func (c *resourceCall) missing(path string) plan {
	return c.refuse(refuseMissing, "there is no "+path)
}

// refuse answers an error: as the document says it, by the refusal's own status
// or else by another that will do, or as a problem.
func (c *resourceCall) refuse(r refusal, reason string, others ...int) plan {
	for _, status := range append([]int{r.status}, others...) {
		if c.a.Documents(status) {
			want := c.h.want(c.tx, c.v)
			want.Status = status
			return plan{want: want, source: SourceState, reason: reason}
		}
	}
	return r.plan(reason, func(p *problem) { p.Operation = c.a.Operation.ID })
}

// dropBelow deletes the records whose keys start with a prefix.
func dropBelow[T any](tx *Tx, table Table[T], prefix string) {
	for _, key := range keysBelow(tx, table, prefix) {
		table.Delete(tx, key)
	}
}

func keysBelow[T any](tx *Tx, table Table[T], prefix string) []string {
	var keys []string
	for key := range table.From(tx, prefix) {
		if len(key) < len(prefix) || key[:len(prefix)] != prefix {
			break
		}
		keys = append(keys, key)
	}
	return keys
}

// inferred is what a document's resources mean for its operations.
type inferred struct {
	actions map[*spec.Operation]*spec.Action // where there is no behaviour
	records map[*spec.Resource]*Records      // where behaviours keep the things
}

func (h *Handler) infer(doc *spec.Document, behaviours map[*spec.Operation]Behaviour) inferred {
	if h.opts.NoState {
		return inferred{}
	}
	in := inferred{map[*spec.Operation]*spec.Action{}, h.recordsOf(doc, behaviours)}
	for _, r := range doc.Resources() {
		for _, a := range r.Actions {
			if behaviours[a.Operation] == nil {
				in.actions[a.Operation] = a
			}
		}
	}
	return in
}
