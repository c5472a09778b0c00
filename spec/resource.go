package spec

import (
	"strings"
	"sync"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Resource is a kind of thing that a document's operations create, list, read,
// change and delete: what [Document.Resources] infers from paths and schemas.
// It is part of the document and never changes.
type Resource struct {
	// Name is the last literal segment of the collection's path: "pets".
	Name string
	// Home is the template below which the things live: "/pets",
	// "/repos/{owner}/{repo}/issues". A singleton's is its own path.
	Home string
	// Item is the template of one thing: Home and a parameter, or Home itself
	// for a singleton; "" where the document gives a single thing no path.
	Item string
	// Singleton tells that there is one thing for each Home: /settings.
	Singleton bool
	// Key leads to the member of a thing that Item's last parameter names:
	// ["id"], ["metadata", "name"]. Nil: nothing in a thing tells its id.
	Key []string
	// Parent is the resource one of whose things the things belong to: nil for
	// none.
	Parent *Resource
	// Schema is the name of the component that describes a thing, "" for an
	// unnamed schema.
	Schema string
	// Actions are the operations on it, in the document's order.
	Actions []*Action

	doc   *Document
	shape *shape // of a thing, as it is read
	id    tree.Place
	param tree.Place // the schema of Item's last parameter

	once  sync.Once
	shown []map[string]any // see Examples

	homeShape, itemShape string // the templates without the parameters' names
}

// ActionKind is what an operation does to a resource.
type ActionKind string

// The kinds of actions.
const (
	ActionList    ActionKind = "list"
	ActionCreate  ActionKind = "create"
	ActionRead    ActionKind = "read"
	ActionReplace ActionKind = "replace" // PUT
	ActionPatch   ActionKind = "patch"   // PATCH, and POST to a thing
	ActionDelete  ActionKind = "delete"
	// ActionOther is any other operation below a thing's path. It shows the
	// thing where its response carries one, and needs it to be there.
	ActionOther ActionKind = "other"
)

// Action is one operation on a resource.
type Action struct {
	Resource  *Resource
	Operation *Operation
	Kind      ActionKind
	// Input leads to the thing in the request's body, Output in the body of the
	// first success: nil for the body itself.
	Input, Output []string
	// Carries tells whether the success carries the thing, or for a list
	// things, at all.
	Carries bool
	// List is how a list is asked for; nil for other kinds.
	List *ListQuery

	success *ResponseSpec // nil where none is documented
	input   *shape        // of the thing in the request; nil for none
	values  []string      // which path parameter fills each of Home's; nil: the first ones
}

// Direct reports whether the document lists or creates the resource's things at
// their Home: then what is not there cannot be, and what is can be found.
func (r *Resource) Direct() bool {
	for _, a := range r.Actions {
		if (a.Kind == ActionList || a.Kind == ActionCreate) && Shape(a.Operation.Path) == r.homeShape {
			return true
		}
	}
	return false
}

// Action returns the resource's first action of a kind, nil for none.
func (r *Resource) Action(kind ActionKind) *Action {
	for _, a := range r.Actions {
		if a.Kind == kind {
			return a
		}
	}
	return nil
}

// Resources are the resources inferred from the document, in the order of
// their first operations. What is no plain case is left out. They are worked
// out at the first call.
func (d *Document) Resources() []*Resource {
	d.resources.Do(func() { d.inferred = infer(d) })
	return d.inferred
}

// shapes are those that the resources were inferred from.
func (d *Document) shapes() *shapes {
	d.Resources()
	return d.shape
}

// HomeOf is the concrete path, escaped, of the collection that a call is about,
// and the id of the thing in it, "" where the call names none.
func (a *Action) HomeOf(c *Call) (home, id string) {
	n := strings.Count(a.Resource.Home, "{")
	values := make([]string, 0, n+1)
	for i, p := range c.Params {
		if a.values == nil || i < len(a.values) {
			values = append(values, p.Value)
		}
	}
	if a.values != nil {
		values = values[:0]
		for _, name := range a.values {
			values = append(values, c.Param(name))
		}
	}
	home = expand(a.Resource.Home, values)
	if !a.Resource.Singleton && a.Kind != ActionList && a.Kind != ActionCreate && len(values) > n {
		id = values[n]
	}
	return home, id
}
