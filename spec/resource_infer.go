package spec

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// inference works out a document's resources. Where it is in doubt it leaves an
// operation alone: that answers as any other does.
type inference struct {
	doc    *Document
	shapes *shapes
	byPath map[string][]*Operation // by the path's shape
	links  map[string]string       // pointers by "path shape of the target" and parameter: what the document's own links say
	found  []*Resource
	taken  map[*Operation]bool
}

func infer(d *Document) []*Resource {
	x := &inference{doc: d, shapes: newShapes(), byPath: map[string][]*Operation{},
		links: map[string]string{}, taken: map[*Operation]bool{}}
	var paths []string
	for _, o := range d.operations {
		at := Shape(o.Path)
		if x.byPath[at] == nil {
			paths = append(paths, o.Path)
		}
		x.byPath[at] = append(x.byPath[at], o)
	}
	x.readLinks()
	for _, path := range paths {
		if home, param, ok := lastParam(path); ok {
			x.collection(path, home, param)
		}
	}
	for _, path := range paths {
		x.pathless(path)
	}
	for _, path := range paths {
		x.singleton(path)
	}
	x.parents()
	x.elsewhere()
	x.others()
	x.order()
	d.shape = x.shapes
	return x.found
}

// on returns the operation of a method on a path of that shape, unless another
// resource has it; nil for none.
func (x *inference) on(path, method string) *Operation {
	for _, o := range x.byPath[Shape(path)] {
		if o.Method == method && !x.taken[o] {
			return o
		}
	}
	return nil
}

// collection infers the things that live at home + "/{param}".
func (x *inference) collection(item, home, param string) {
	r := &Resource{Name: nounOf(home), Home: home, Item: item, doc: x.doc}
	get := x.on(item, http.MethodGet)
	r.param = x.paramSchema(item, param)
	noun := plainName(r.Name)
	var read, list *Action
	if get != nil {
		read = x.reading(r, get, param, noun)
		if read == nil {
			return
		}
	}
	if o := x.on(home, http.MethodGet); o != nil {
		list = x.listing(r, o, func(s *shape) bool {
			return r.shape != nil && alike(r.shape, s) || r.shape == nil && x.keyOf(s, param, r.param, noun) != nil
		})
	}
	if r.shape == nil && list == nil {
		return
	}
	if r.shape == nil {
		r.shape = r.listed(x, list)
		r.Key = x.linkedKey(r, x.keyOf(r.shape, param, r.param, noun), param)
	}
	actions := []*Action{read, list}
	actions = append(actions, x.changes(r)...)
	actions = append(actions, x.unnamed(r, http.MethodPut, ActionReplace), x.unnamed(r, http.MethodPatch, ActionPatch))
	if o := x.on(home, http.MethodPost); o != nil {
		actions = append(actions, x.creation(r, o))
	}
	r.Actions = slices.DeleteFunc(actions, func(a *Action) bool { return a == nil })
	if len(r.Actions) < 2 {
		return
	}
	x.settle(r, list)
	x.add(r)
}

// settle takes what a list or a creation carries for a thing where a read may
// carry something else as well: a customer, or word that it was deleted.
func (x *inference) settle(r *Resource, list *Action) {
	if len(r.shape.choices) < 2 {
		return
	}
	var plain *shape
	if create := r.Action(ActionCreate); create != nil && create.Carries {
		plain = x.bodyShape(create.success)
		for _, name := range create.Output {
			plain = x.shapes.field(plain.member(name))
		}
	} else if list != nil {
		plain = r.listed(x, list)
	}
	if plain != nil && len(plain.choices) < 2 && x.keyed(r, plain) {
		r.shape = plain
	}
}

func (x *inference) add(r *Resource) {
	r.Schema = r.shape.name
	r.homeShape, r.itemShape = Shape(r.Home), Shape(r.Item)
	for _, key := range r.Key[:min(1, len(r.Key))] {
		if m := r.shape.member(key); m != nil {
			r.id = m.at
		}
	}
	if len(r.Key) == 2 {
		if m := x.shapes.of(r.id).member(r.Key[1]); m != nil {
			r.id = m.at
		}
	}
	for _, a := range r.Actions {
		x.taken[a.Operation] = true
	}
	x.found = append(x.found, r)
}

// reading makes the action of reading one thing, and takes from it what a thing
// is; nil where the response carries none.
func (x *inference) reading(r *Resource, o *Operation, param, noun string) *Action {
	a := x.action(r, o, ActionRead)
	root := x.bodyShape(a.success)
	if root == nil || root.kind != "object" {
		return nil
	}
	hasKey := func(s *shape) bool { return x.keyOf(s, param, r.param, noun) != nil }
	way, thing := x.find(root, 3, hasKey)
	if thing == nil {
		if way, thing = x.wrapped(root, noun); thing == nil {
			return nil
		}
	}
	a.Output, a.Carries = way, true
	r.shape = thing
	r.Key = x.linkedKey(r, x.keyOf(thing, param, r.param, noun), param)
	return a
}

// linkedKey is the key that the document's own links name, else the one that was
// found.
func (x *inference) linkedKey(r *Resource, found []string, param string) []string {
	pointer, ok := x.links[Shape(r.Item)+" "+param]
	if !ok {
		return found
	}
	segs := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := range segs {
		segs[i] = tree.Unescape(segs[i])
	}
	// The pointer starts at a body, whose envelope may differ: only its end
	// tells.
	for n := min(2, len(segs)); n > 0; n-- {
		key := segs[len(segs)-n:]
		if r.shape == nil {
			break
		}
		if m := r.shape.member(key[0]); m != nil && (n == 1 || x.shapes.field(m).member(key[1]) != nil) {
			return key
		}
	}
	return found
}

// find looks for a thing in a body: at the top, then in members that are
// objects, level by level.
func (x *inference) find(root *shape, levels int, is func(*shape) bool) (way []string, thing *shape) {
	type spot struct {
		way []string
		s   *shape
	}
	level := []spot{{nil, root}}
	for range levels {
		var next []spot
		for _, at := range level {
			if is(at.s) {
				return at.way, at.s
			}
			for i := range at.s.members {
				m := &at.s.members[i]
				if s := x.shapes.field(m); s.kind == "object" && !aside(m.name) {
					next = append(next, spot{append(slices.Clone(at.way), m.name), s})
				}
			}
		}
		// A body with several objects side by side wraps nothing.
		wraps := func(sp spot) bool { return slices.Contains(wrappers, plainName(sp.way[len(sp.way)-1])) }
		if len(next) > 1 {
			if i := slices.IndexFunc(next, wraps); i >= 0 {
				next = next[i : i+1]
			} else if len(level) == 1 && len(level[0].s.members) > len(next)+2 {
				return nil, nil
			}
		}
		level = next
	}
	return nil, nil
}

// wrappers are the members that bodies wrap things in.
var wrappers = []string{"data", "content", "result", "response", "payload", "item", "body", "object", "value", "embedded", "entity", "attributes"}

// aside reports whether a member goes along with things and is none.
func aside(name string) bool {
	switch plainName(name) {
	case "links", "meta", "pagination", "paging", "pageinfo", "page", "error", "errors", "included", "jsonapi", "status", "metadata", "cursors":
		return true
	}
	return false
}

// wrapped is the thing in a body where nothing tells its id: what is wrapped in
// a member of a usual name, or else the body itself.
func (x *inference) wrapped(root *shape, noun string) (way []string, thing *shape) {
	for i := range root.members {
		m := &root.members[i]
		name := plainName(m.name)
		if s := x.shapes.field(m); s.kind == "object" && len(s.members) > 0 && (slices.Contains(wrappers, name) || name == singularOf(noun)) {
			return []string{m.name}, s
		}
	}
	if len(root.members) < 2 || x.hasThings(root) {
		return nil, nil
	}
	return nil, root
}

// hasThings reports whether a body is a list in an envelope.
func (x *inference) hasThings(root *shape) bool {
	for i := range root.members {
		name := plainName(root.members[i].name)
		if s := x.shapes.field(&root.members[i]); s.kind == "array" && (slices.Contains(wrappers, name) || slices.Contains(listWrappers, name)) {
			return true
		}
	}
	return false
}

// changes are the actions on one thing but reading it.
func (x *inference) changes(r *Resource) []*Action {
	var out []*Action
	for _, c := range [...]struct {
		method string
		kind   ActionKind
	}{{http.MethodPut, ActionReplace}, {http.MethodPatch, ActionPatch}, {http.MethodPost, ActionPatch}, {http.MethodDelete, ActionDelete}} {
		o := x.on(r.Item, c.method)
		if o == nil {
			continue
		}
		a := x.action(r, o, c.kind)
		if c.method == http.MethodPost && o.body == nil && x.takesQuery(r, o) {
			x.output(a, x.bodyShape(a.success), func(s *shape) bool { return alike(r.shape, s) })
			out = append(out, a)
			continue
		}
		if c.kind != ActionDelete && o.body == nil {
			// A PUT without a body says that something is so, and changes no thing.
			continue
		}
		root := x.bodyShape(a.success)
		if c.kind == ActionDelete {
			// What is deleted answers with itself, or only with its id.
			x.output(a, root, func(s *shape) bool { return s.name != "" && s.name == r.shape.name })
			out = append(out, a)
			continue
		}
		x.output(a, root, func(s *shape) bool { return alike(r.shape, s) })
		if !x.takes(a) && !(a.Carries && c.method != http.MethodPost) {
			continue
		}
		if c.method == http.MethodPost && !a.Carries {
			continue
		}
		out = append(out, a)
	}
	return out
}

// takesQuery reports whether an operation takes members of a thing in its query,
// as the petstore's POST /pet/{petId}?name=Rex does.
func (x *inference) takesQuery(r *Resource, o *Operation) bool {
	return slices.ContainsFunc(o.params, func(q *param) bool { return q.in == "query" && r.shape.member(q.name) != nil })
}

// unnamed is the action of changing the thing that the body names, at the
// collection's own path: PUT /pet; nil for none.
func (x *inference) unnamed(r *Resource, method string, kind ActionKind) *Action {
	o := x.on(r.Home, method)
	if o == nil || len(r.Key) == 0 || r.Singleton {
		return nil
	}
	a := x.action(r, o, kind)
	x.output(a, x.bodyShape(a.success), func(s *shape) bool { return s.name != "" && s.name == r.shape.name })
	if !x.takes(a) || a.input.member(r.Key[0]) == nil {
		return nil
	}
	return a
}

// output finds the thing in a success.
func (x *inference) output(a *Action, root *shape, is func(*shape) bool) {
	if root == nil || root.kind != "object" {
		return
	}
	way, thing := x.find(root, 3, is)
	a.Output, a.Carries = way, thing != nil
}

// takes finds the thing in the request and reports whether there is one.
func (x *inference) takes(a *Action) bool {
	r := a.Resource
	root := x.requestShape(a.Operation)
	if root == nil || root.kind != "object" {
		return false
	}
	// A request often has but few of a thing's properties, so it is enough that
	// one is known, and that nothing else would fit better.
	knows := func(s *shape) bool {
		n := 0
		for i := range s.members {
			if r.shape.member(s.members[i].name) != nil {
				n++
			}
		}
		return n > 0 && n*2 >= len(s.members) || alike(r.shape, s)
	}
	if way, thing := x.find(root, 2, knows); thing != nil {
		a.Input, a.input = way, thing
		return true
	}
	a.input = root
	return len(root.members) == 0 || root.free
}

// creation makes the action of creating a thing, nil where the operation does
// something else.
func (x *inference) creation(r *Resource, o *Operation) *Action {
	a := x.action(r, o, ActionCreate)
	root := x.bodyShape(a.success)
	x.output(a, root, func(s *shape) bool { return alike(r.shape, s) && x.keyed(r, s) })
	takes := x.takes(a)
	switch {
	case a.success == nil && takes && !o.Succeeds() && a.input != nil && alike(r.shape, a.input):
		return a // it takes a thing, and documents nothing but errors
	case a.success == nil, strings.HasPrefix(a.success.Status, "3"):
		return nil
	case a.Carries:
		return a
	case takes && (root == nil || root.kind == "object" && !x.hasThings(root)):
		return a
	}
	return nil
}

// keyed reports whether a shape has the member that a resource's key starts with.
func (x *inference) keyed(r *Resource, s *shape) bool {
	return len(r.Key) == 0 || s.member(r.Key[0]) != nil || s.name != "" && s.name == r.shape.name
}

// action begins an action.
func (x *inference) action(r *Resource, o *Operation, kind ActionKind) *Action {
	return &Action{Resource: r, Operation: o, Kind: kind, success: successOf(o, kind)}
}

// successOf is the response that an action answers with: the first 2xx, for a
// creation 201 and for a read 200 if there is one; nil for none.
func successOf(o *Operation, kind ActionKind) *ResponseSpec {
	first := http.StatusOK
	if kind == ActionCreate {
		first = http.StatusCreated
	}
	var success, ranged *ResponseSpec
	for _, r := range o.responses {
		switch {
		case r.Status == strconv.Itoa(first):
			return r
		case r.Status[0] == '2' && success == nil:
			success = r
		case r.Status == "default" && ranged == nil:
			ranged = r
		}
	}
	if success == nil {
		return ranged
	}
	return success
}

// bodyShape is the shape of a response's JSON body, nil for none.
func (x *inference) bodyShape(r *ResponseSpec) *shape { return x.shapes.bodyOf(r) }

func (x *shapes) bodyOf(r *ResponseSpec) *shape {
	if r == nil {
		return nil
	}
	if m := jsonOf(r.Content); m != nil && m.schema.OK() {
		return x.of(m.schema)
	}
	return nil
}

// requestShape is the shape of an operation's request body, nil for none.
func (x *inference) requestShape(o *Operation) *shape {
	if o.body == nil {
		return nil
	}
	m := jsonOf(o.body.content)
	if m == nil && len(o.body.content) > 0 {
		m = &o.body.content[0]
	}
	if m == nil {
		return nil
	}
	return x.shapes.of(m.schema)
}

// jsonOf is the media type of a content that is JSON, the plainest first; nil
// for none.
func jsonOf(content []MediaSpec) *MediaSpec {
	var found *MediaSpec
	for i := range content {
		base := mediaBase(content[i].concrete())
		if base == "application/json" {
			return &content[i]
		}
		if found == nil && jsonType(base) && !strings.Contains(base, "problem") && !strings.Contains(base, "patch") {
			found = &content[i]
		}
	}
	return found
}

// paramSchema is the schema of a path's parameter.
func (x *inference) paramSchema(path, name string) tree.Place {
	for _, o := range x.byPath[Shape(path)] {
		for _, q := range o.params {
			if q.in == "path" && q.name == name {
				return q.schema
			}
		}
	}
	return tree.Place{}
}

// order puts resources and their actions into the document's order.
func (x *inference) order() {
	first := func(r *Resource) int { return r.Actions[0].Operation.plan.index }
	for _, r := range x.found {
		slices.SortStableFunc(r.Actions, func(a, b *Action) int { return a.Operation.plan.index - b.Operation.plan.index })
	}
	slices.SortStableFunc(x.found, func(a, b *Resource) int { return first(a) - first(b) })
}
