package mock

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// create makes a thing of the request's body.
func (c *resourceCall) create() (plan, error) {
	given, ok := c.a.Given(c.v.call.Call)
	if !ok {
		return plan{}, errNothing
	}
	given = c.writable(given)
	if k := c.in.records[c.r]; k != nil {
		return c.record(k, nil, given, "")
	}
	c.start(c.r, c.home)
	id := textOf(atWay(given, c.r.Key))
	if taken := c.clash(given, id); taken != "" && c.a.Documents(http.StatusConflict) {
		return c.refuse(refuseTaken, taken), nil
	}
	return c.make(given, id)
}

// make stores a new thing and answers with it; id is "" for a fresh one.
func (c *resourceCall) make(given map[string]any, id string) (plan, error) {
	now := c.tx.Now()
	seed := c.tx.Seed("thing")
	given = maps.Clone(given)
	maps.Copy(given, c.r.Belongs(c.home))
	if id == "" {
		fresh := c.fresh(given)
		id = textOf(fresh)
		if len(c.r.Key) > 0 {
			given = setWay(given, c.r.Key, fresh)
		}
	}
	value, err := c.a.Complete(given, seed, now)
	if err != nil {
		return plan{}, err
	}
	if key := textOf(atWay(value, c.r.Key)); key != "" {
		id = key
	}
	t := &thing{Seq: 1000 + c.tx.Seq(), ID: id, Seed: seed, Made: now, Value: c.r.Stamp(value, given, now, true)}
	c.makeRoom()
	things.Put(c.tx, c.key(id), t)
	return c.created(t)
}

// created answers with a thing that is new.
func (c *resourceCall) created(t *thing) (plan, error) {
	carried, err := c.carried(t)
	if err != nil {
		return plan{}, err
	}
	if c.r.Item != "" { // others have no address
		carried.Location = c.location(t.ID)
	}
	if c.a.Kind != spec.ActionCreate {
		carried.Status = http.StatusCreated
	}
	return c.respond(carried, "created "+c.path(t.ID))
}

func (c *resourceCall) key(id string) string { return c.home + " " + spec.EscapeSegment(id) }

// location is the new thing's address, on this server and in this sandbox.
func (c *resourceCall) location(id string) string {
	target, _, _ := strings.Cut(c.v.target, "?")
	at, below := c.v.request.Path, c.path(id)
	if i := strings.Index(at, c.home); i >= 0 && strings.HasSuffix(target, at) {
		return strings.TrimSuffix(target, at) + at[:i] + below
	}
	return below
}

// writable is what a client sent without the members that are the server's.
func (c *resourceCall) writable(given map[string]any) map[string]any {
	out := make(map[string]any, len(given))
	for name, v := range given {
		if c.r.Writable(name) {
			out[name] = v
		}
	}
	return out
}

// unique are members that no two things of a collection share.
var unique = []string{"email", "username", "login", "slug", "handle", "sku"}

// clash tells which thing has the id, or another name that is one thing's only,
// that a new one is to have; "" for none.
func (c *resourceCall) clash(given map[string]any, id string) string {
	if id != "" {
		if t, ok := things.Get(c.tx, c.key(id)); ok && !t.Gone {
			return c.path(id) + " is there already"
		}
	}
	for _, name := range unique {
		want := textOf(given[name])
		if want == "" {
			continue
		}
		for _, t := range c.all(c.home) {
			if strings.EqualFold(textOf(t.Value[name]), want) {
				return c.path(t.ID) + " has the " + name + " " + quoteShort(want) + " already"
			}
		}
	}
	return ""
}

// fresh is an id that no thing of the collection has.
func (c *resourceCall) fresh(given map[string]any) any {
	col, _ := collections.Get(c.tx, c.home)
	if len(c.r.Key) > 0 && strings.HasSuffix(c.r.Key[len(c.r.Key)-1], "slug") {
		for _, name := range []string{"name", "title"} {
			if s := slug(textOf(given[name])); s != "" && !things.has(c.tx, c.key(s)) {
				return s
			}
		}
	}
	var id any
	for try := range 16 {
		id = c.r.NewID(c.tx.Seed("id "+strconv.Itoa(try)), c.tx.Now(), col.Next)
		counted := textOf(id) == strconv.FormatInt(col.Next, 10)
		if counted {
			col.Next++
		}
		if !things.has(c.tx, c.key(textOf(id))) {
			break
		}
	}
	collections.Put(c.tx, c.home, col)
	return id
}

// slug is a name in lower case with dashes between its words.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	return strings.Join(words, "-")
}

// makeRoom deletes the collection's oldest thing when the sandbox is full.
func (c *resourceCall) makeRoom() {
	if things.Len(c.tx) < maxThings {
		return
	}
	if all := c.all(c.home); len(all) > 0 {
		things.Delete(c.tx, c.key(all[0].ID))
	}
}

// replace puts another thing in one's place. It makes one only where the
// document says so.
func (c *resourceCall) replace() (plan, error) {
	given, ok := c.a.Given(c.v.call.Call)
	if !ok {
		return plan{}, errNothing
	}
	if c.id == "" && !c.r.Singleton {
		c.id = textOf(atWay(given, c.r.Key)) // PUT /pet, whose body names the thing
	}
	given = c.writable(given)
	t := c.lookUp(c.r, c.home, c.id)
	if t == nil {
		if r := c.a.Operation.Response(http.StatusCreated); r == nil || r.Status != "201" {
			return c.missing(c.path(c.id)), nil
		}
		if len(c.r.Key) > 0 {
			named := &thing{Value: given}
			c.name(c.r, named, c.id)
			given = named.Value
		}
		if k := c.in.records[c.r]; k != nil {
			return c.record(k, nil, given, "")
		}
		return c.make(given, c.id)
	}
	value := map[string]any{}
	for name, v := range t.Value {
		if !c.a.Takes(name) || c.r.Required(name) {
			value[name] = v
		}
	}
	maps.Copy(value, given)
	return c.change(t, value, given, "replaced ")
}

// patch changes some members of a thing.
func (c *resourceCall) patch() (plan, error) {
	if given, ok := c.a.Given(c.v.call.Call); ok && c.id == "" {
		c.id = textOf(atWay(given, c.r.Key))
	}
	t := c.lookUp(c.r, c.home, c.id)
	if t == nil {
		return c.missing(c.path(c.id)), nil
	}
	if base, _, _ := strings.Cut(c.v.request.Header.Get("Content-Type"), ";"); strings.EqualFold(strings.TrimSpace(base), "application/json-patch+json") {
		return c.jsonPatch(t)
	}
	given, ok := c.a.Given(c.v.call.Call)
	if !ok {
		return plan{}, errNothing
	}
	if len(given) == 0 {
		given = c.a.FromQuery(c.v.call.Call)
	}
	given = c.writable(given)
	merged, _ := mergePatch(t.Value, given).(map[string]any)
	return c.change(t, merged, given, "changed ")
}

// jsonPatch changes a thing as RFC 6902 says.
func (c *resourceCall) jsonPatch(t *thing) (plan, error) {
	ops, ok := spec.DecodeValue(c.v.request.Body)
	if !ok {
		return plan{}, errNothing
	}
	patched, err := applyPatch(t.Value, ops)
	value, isObject := patched.(map[string]any)
	if err == nil && !isObject {
		err = errPatch("the patch leaves no object")
	}
	if err != nil {
		if _, isTest := err.(errTest); isTest {
			return c.refuse(refuseTaken, err.Error(), http.StatusUnprocessableEntity, http.StatusBadRequest), nil
		}
		return c.refuse(refuseUnpatched, err.Error(), http.StatusConflict, http.StatusBadRequest), nil
	}
	return c.change(t, value, nil, "patched ")
}

// change stores what a thing has become, with what no client may change as it
// was, and answers with it.
func (c *resourceCall) change(t *thing, value, given map[string]any, verb string) (plan, error) {
	value = maps.Clone(value)
	for name, v := range t.Value {
		if !c.r.Writable(name) {
			value[name] = v
		}
	}
	for name := range value {
		if _, had := t.Value[name]; !had && !c.r.Writable(name) {
			delete(value, name)
		}
	}
	id := t.ID
	if len(c.r.Key) > 0 {
		to := textOf(atWay(value, c.r.Key))
		if to == "" || to == id || !c.renames(to) {
			value = setWay(value, c.r.Key, atWay(t.Value, c.r.Key))
		} else {
			id = to
		}
	}
	now := c.tx.Now()
	value = c.r.Mend(spec.Thing{Value: value, Seed: t.Seed, Now: t.Made}, t.Value)
	if k := c.in.records[c.r]; k != nil {
		return c.record(k, t, value, verb+c.path(t.ID))
	}
	n := &thing{Seq: t.Seq, ID: id, Seed: t.Seed, Made: t.Made, Value: c.r.Stamp(value, given, now, false)}
	p, err := c.success(n, verb+c.path(t.ID))
	if err != nil {
		return plan{}, err
	}
	if id != t.ID {
		c.move(t.ID, id)
	}
	things.Put(c.tx, c.key(id), n)
	return p, nil
}

// renames reports whether a thing may get another id: one that people give, and
// that is free.
func (c *resourceCall) renames(to string) bool {
	given := []string{"name", "slug", "login", "username", "handle", "key", "code", "sku"}
	return slices.Contains(given, strings.ToLower(c.r.Key[len(c.r.Key)-1])) && !things.has(c.tx, c.key(to))
}

// move takes a thing away from its id, and what belongs to it along to another.
func (c *resourceCall) move(from, to string) {
	things.Delete(c.tx, c.key(from))
	old, fresh := c.path(from)+"/", c.path(to)+"/"
	for _, key := range keysBelow(c.tx, things, old) {
		t, _ := things.Get(c.tx, key)
		things.Delete(c.tx, key)
		things.Put(c.tx, fresh+key[len(old):], t)
	}
	for _, key := range keysBelow(c.tx, collections, old) {
		col, _ := collections.Get(c.tx, key)
		collections.Delete(c.tx, key)
		collections.Put(c.tx, fresh+key[len(old):], col)
	}
}
