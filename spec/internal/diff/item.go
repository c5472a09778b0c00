package diff

import (
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Item is a part of a document: an object that OpenAPI knows, or a value. What
// means the same has equal items, however it was written: a path's parameters
// and the document's security stand in each operation, all references but those
// to schemas are written out, and 3.0's nullable and exclusive bounds are 3.1's.
type Item struct {
	Kind   Kind
	Key    string // what tells it from its parent's other members, in both documents
	Name   string // as it is written
	At     tree.Place
	Parent *Item

	members []*Item
	index   map[string]*Item // of many members
	ref     string           // of a schema that is a reference: the component's key
	order   int              // of an operation: its place among them
	text    string           // of a Unit or Value: its JSON; of the schema false: that
}

// Document is a document as its items.
type Document struct {
	Root       *Item
	Operations []*Item // not those of webhooks and callbacks

	schemas   map[string]*Item   // components, by key
	referrers map[string][]*Item // by the component's key
	byLabel   map[string]*Item
	reaches   map[*Item]reach // of schemas under components
}

// Operation is the operation of a label, "POST /pets/{id}"; nil if there is none.
func (d *Document) Operation(label string) *Item { return d.byLabel[label] }

func (i *Item) member(m *Item) *Item {
	m.Parent = i
	if m.Name == "" {
		m.Name = m.Key
	}
	i.members = append(i.members, m)
	if i.index != nil && i.index[m.Key] == nil {
		i.index[m.Key] = m
	}
	return m
}

// many is from how many members on they are looked up in a map.
const many = 16

// Get is the member of that key, nil if there is none. A nil item has none.
func (i *Item) Get(key string) *Item {
	if i == nil {
		return nil
	}
	if len(i.members) > many && i.index == nil {
		i.index = make(map[string]*Item, len(i.members))
		for _, m := range slices.Backward(i.members) {
			i.index[m.Key] = m
		}
	}
	if i.index != nil {
		return i.index[key]
	}
	for _, m := range i.members {
		if m.Key == key {
			return m
		}
	}
	return nil
}

// Text is the JSON of a Unit or Value, "" of a nil or other item.
func (i *Item) Text() string {
	if i == nil {
		return ""
	}
	return i.text
}

func (i *Item) true() bool { return i.Text() == "true" }

// unique is a key that the item's members don't have yet.
func (i *Item) unique(key string) string {
	for n, base := 2, key; i.Get(key) != nil; n++ {
		key = base + "#" + strconv.Itoa(n)
	}
	return key
}

// operation is the outermost operation that the item stands in, nil if none, and
// the items on the way there, the operation's member first.
func (i *Item) operation() (o *Item, way []*Item) {
	var up []*Item
	for ; i != nil; i = i.Parent {
		if i.Kind == Operation {
			o, way = i, up
		}
		up = append([]*Item{i}, up...)
	}
	return o, way
}

// Label names an operation: "POST /pets/{id}", of a webhook its own name.
func (i *Item) Label() string { return i.Key + " " + i.Parent.Name }

// identity is what tells an operation from others, in both documents.
func (i *Item) identity() string { return i.Key + " " + i.Parent.Parent.Key + i.Parent.Key }

// resolve follows a schema's reference, through any chain of them.
func (d *Document) resolve(i *Item) *Item {
	for hops := 0; i != nil && i.ref != "" && hops < 64; hops++ {
		i = d.schemas[i.ref]
	}
	return i
}

// component is the schema or security scheme under components that the item is
// or stands in, nil if none.
func (i *Item) component() *Item {
	for ; i != nil && i.Parent != nil && i.Parent.Parent != nil; i = i.Parent {
		if i.Parent.Parent.Kind == Components {
			return i
		}
	}
	return nil
}

// isComponent reports whether the item is a schema under components.
func (i *Item) isComponent() bool { return i.Kind == Schema && i.component() == i }

// Subject says in words what the item is: "response 200 application/json: pets[].name".
func (i *Item) Subject() string {
	var outer []string
	inner := ""
	_, way := i.operation()
	if way == nil {
		if c := i.component(); c != nil {
			for at := i; at != c.Parent; at = at.Parent {
				way = append([]*Item{at}, way...)
			}
		}
	}
	for _, at := range way {
		name := at.Name
		if w := words[at.Kind]; w != "" && at.Kind != Parameter && at.Kind != Media && at.Kind != Schema {
			name = w + " " + name
		}
		switch {
		case at.Kind == Body:
			outer = append(outer, words[Body])
		case at.Kind == Schema:
			inner = schemaName(inner, at)
		case at.Kind == PathItem, words[at.Kind] != "":
			outer = append(outer, name)
		}
	}
	name, isProperty := strings.CutPrefix(inner, ".")
	if isProperty && len(outer) > 0 {
		name = ": " + name
	}
	return strings.Join(outer, " ") + name
}

// objects are what members are called, by what holds them.
var objects = map[string]string{
	"enum": "enum value", "required": "required property", "tags": "tag",
	"properties": "property", "schemas": "schema", "patternProperties": "pattern of properties", "dependentSchemas": "dependent schema",
}

// Object is what the item is called: parameter, property, keyword…
func (i *Item) Object() string {
	parent := i.Parent
	switch {
	case parent == nil:
		return "document"
	case i.Kind == Value:
		return objects[parent.Key]
	case i.Kind == Schema && parent.Kind == Schemas:
		return objects[parent.Key]
	case i.Kind == Schema && parent.Kind == Branches:
		return parent.Key + " branch"
	case parent.Kind == Schema:
		return "keyword"
	case words[i.Kind] != "":
		return words[i.Kind]
	}
	return "field"
}

// Holder says in words what the item stands in, "" for the document.
func (i *Item) Holder() string {
	for i = i.Parent; i != nil; i = i.Parent {
		if i.Kind == Operation {
			return ""
		}
		if words[i.Kind] != "" {
			return i.Subject()
		}
	}
	return ""
}

// schemaName adds one step to the name of what a schema is for.
func schemaName(name string, at *Item) string {
	switch at.Parent.Kind {
	case Schemas:
		return name + "." + at.Name
	case Branches:
		return name + "(" + at.Parent.Key + " " + at.Name + ")"
	}
	switch at.Key {
	case "schema", "itemSchema":
		return name
	case "items":
		return name + "[]"
	}
	return name + "(" + at.Key + ")"
}
