package spec

import (
	"net/http"
	"strings"
)

// pathless infers things that can be listed and created and have no path of
// their own.
func (x *inference) pathless(path string) {
	get, post := x.on(path, http.MethodGet), x.on(path, http.MethodPost)
	if get == nil || post == nil {
		return
	}
	r := &Resource{Name: nounOf(path), Home: strings.TrimRight(path, "/"), doc: x.doc}
	list := x.listing(r, get, func(*shape) bool { return true })
	if list == nil {
		return
	}
	r.shape = r.listed(x, list)
	if r.shape.kind != "object" || len(r.shape.members) == 0 {
		return
	}
	r.Key = x.keyOf(r.shape, "id", r.param, plainName(r.Name))
	create := x.creation(r, post)
	if create == nil || !create.Carries && create.input == nil {
		return
	}
	r.Actions = []*Action{list, create}
	x.add(r)
}

// singleton infers the one thing at a path, which is read and changed there.
func (x *inference) singleton(path string) {
	get := x.on(path, http.MethodGet)
	if _, _, isItem := lastParam(path); get == nil || isItem {
		return
	}
	r := &Resource{Name: nounOf(path), Home: strings.TrimRight(path, "/"), Item: strings.TrimRight(path, "/"), Singleton: true, doc: x.doc}
	read := x.action(r, get, ActionRead)
	root := x.bodyShape(read.success)
	if root == nil || root.kind != "object" || len(root.members) == 0 || x.hasThings(root) {
		return
	}
	read.Carries, r.shape = true, root
	if way, thing := x.wrapped(root, plainName(r.Name)); thing != nil {
		read.Output, r.shape = way, thing
	}
	for len(read.Output) > 0 && len(r.shape.members) == 1 { // {content: {user}}
		m := &r.shape.members[0]
		inner := x.shapes.field(m)
		if inner.kind != "object" || len(inner.members) == 0 {
			break
		}
		read.Output, r.shape = append(read.Output, m.name), inner
	}
	changes := x.changes(r)
	if len(changes) == 0 {
		return
	}
	r.Actions = append([]*Action{read}, changes...)
	x.add(r)
}

// parents finds for each resource the nearest one whose things' path its home
// goes on from.
func (x *inference) parents() {
	for _, r := range x.found {
		longest := 0
		for _, p := range x.found {
			item := p.itemShape
			if p != r && !p.Singleton && item != "" && len(item) > longest && strings.HasPrefix(r.homeShape, item+"/") {
				r.Parent, longest = p, len(item)
			}
		}
	}
}

// others attaches what else is done below a thing's path: POST
// /orders/{id}/cancel.
func (x *inference) others() {
	for _, o := range x.doc.operations {
		if x.taken[o] {
			continue
		}
		at := Shape(o.Path)
		var owner *Resource
		for _, r := range x.found {
			item := r.itemShape
			if item == "" || r.Singleton || !(at == item || strings.HasPrefix(at, item+"/")) {
				continue
			}
			if owner == nil || len(item) > len(owner.itemShape) {
				owner = r
			}
		}
		if owner == nil {
			continue
		}
		a := x.action(owner, o, ActionOther)
		x.output(a, x.bodyShape(a.success), func(s *shape) bool { return s.name != "" && s.name == owner.shape.name })
		owner.Actions = append(owner.Actions, a)
		x.taken[o] = true
	}
}

// readLinks collects what the document's own links say of ids: the parameter of
// an operation, and the pointer into a body that fills it (OpenAPI 3.1, 4.8.20).
func (x *inference) readLinks() {
	for _, o := range x.doc.operations {
		for _, r := range o.responses {
			if r.Status[0] != '2' && r.Status != "default" {
				continue
			}
			x.linksOf(r)
		}
	}
}
