package diff

import (
	"slices"
	"strings"
)

// Change is one difference: an item that is there in one document only, or in
// both with other content.
type Change struct {
	Old, New           *Item // one of them is nil where it was added or removed
	OldOwner, NewOwner *Item // what holds it, in both
	Uses               []Use // in the order of the old document, then of the new one
	Breaks             Verdict
}

// Use is an operation whose messages a change shows in.
type Use struct {
	Old, New *Item // the operation in both documents; nil where it is not in one
	In       Direction
}

// Direction says in which messages something shows.
type Direction uint8

// What the client sends, and what it is sent.
const (
	Asked Direction = 1 << iota
	Answered
)

// Item is what was changed: in the new document, of what was removed in the old one.
func (c *Change) Item() *Item {
	if c.New != nil {
		return c.New
	}
	return c.Old
}

// order is where the first operation that a change shows in stands.
func (c *Change) order() int {
	if len(c.Uses) == 0 {
		return -1
	}
	return c.Uses[0].operation().order
}

type pair struct{ old, new *Item }

// comparer finds the changes between two documents.
type comparer struct {
	old, new *Document
	seen     map[pair]bool // schemas behind references
	known    map[changeKey]*Change
	out      []*Change
}

// changeKey tells changes apart. What is written once and referred to often has
// many items, and changes once.
type changeKey struct {
	key      string
	old, new source
}

// Compare finds what differs, in the order of the operations that it shows in and
// then of the old document; what was added comes behind what stands beside it.
func Compare(old, new *Document) []*Change {
	c := &comparer{old: old, new: new, seen: map[pair]bool{}, known: map[changeKey]*Change{}}
	c.items(old.Root, new.Root)
	for _, change := range c.out {
		change.settle()
		change.Breaks = c.judge(change)
	}
	slices.SortStableFunc(c.out, func(a, b *Change) int { return a.order() - b.order() })
	return c.out
}

// items compares two items of one kind.
func (c *comparer) items(o, n *Item) {
	if o.Kind == Schema && (o.ref != "" || n.ref != "") {
		if o.ref != n.ref {
			c.behind(o, n)
		}
		return
	}
	if o.Kind != n.Kind || o.text != n.text {
		c.changed(o, n, o.Parent, n.Parent)
		return
	}
	if o.Kind == Branches && o.Key != "prefixItems" {
		c.branches(o, n)
		return
	}
	for _, m := range o.members {
		switch other := c.partner(m, n); {
		case other != nil:
			c.items(m, other)
		default:
			c.changed(m, nil, o, n)
		}
	}
	for _, m := range n.members {
		if o.Get(m.Key) != nil {
			continue
		}
		if other := c.partner(m, o); other != nil {
			c.items(other, m)
			continue
		}
		c.changed(nil, m, o, n)
	}
}

// partner is the member of an item that another document's member is compared
// with. What holds things by name is empty where it is not there.
func (c *comparer) partner(m, in *Item) *Item {
	if other := in.Get(m.Key); other != nil {
		return other
	}
	switch {
	case m.Kind == Values && m.Key == "enum", m.Kind == Branches: // without it all is allowed
		return nil
	case m.Kind == Values, len(m.members) > 0 && grammar[m.Kind]["*"] != Unit && m.Kind != Callback && m.Kind != PathItem:
		return &Item{Kind: m.Kind, Key: m.Key, Name: m.Name, At: in.At, Parent: in}
	}
	return nil
}

// behind compares what two references lead to, or a reference and a schema that
// stands in the other document in its place.
func (c *comparer) behind(o, n *Item) {
	to := pair{c.old.resolve(o), c.new.resolve(n)}
	if to.old == nil || to.new == nil || c.seen[to] {
		return
	}
	c.seen[to] = true
	c.items(to.old, to.new)
}

// changed notes a change. A component that operations use is told where they do,
// whatever it is called and wherever it stands.
func (c *comparer) changed(o, n, oldOwner, newOwner *Item) {
	if o != nil && n == nil && o.isComponent() && len(c.old.reach(o)) > 0 || n != nil && o == nil && n.isComponent() && len(c.new.reach(n)) > 0 {
		return
	}
	key := changeKey{}
	for _, side := range []struct {
		i  *Item
		at *source
	}{{o, &key.old}, {n, &key.new}} {
		if side.i != nil && side.i.At.OK() {
			key.key, *side.at = side.i.Kind.string()+side.i.Key, sourceOf(side.i.At)
		}
	}
	found := c.known[key]
	if found == nil {
		found = &Change{Old: o, New: n, OldOwner: oldOwner, NewOwner: newOwner}
		c.known[key] = found
		c.out = append(c.out, found)
	}
	c.use(found, o, n, oldOwner, newOwner)
}

func (k Kind) string() string { return string(rune('a' + k)) }

// branches compares the branches of an allOf, anyOf or oneOf, whose order means
// nothing: those that are the same, then those that go by the same name, then the
// rest in their order.
func (c *comparer) branches(o, n *Item) {
	rest, left := o.members, n.members
	for _, name := range []func(*Item) string{
		func(b *Item) string { return b.ref + "\x00" + b.content() },
		(*Item).branchName,
	} {
		found := map[string][]*Item{}
		for _, b := range left {
			found[name(b)] = append(found[name(b)], b)
		}
		delete(found, "")
		var open []*Item
		for _, b := range rest {
			same := found[name(b)]
			if len(same) == 0 {
				open = append(open, b)
				continue
			}
			c.items(b, same[0])
			found[name(b)] = same[1:]
			left = slices.DeleteFunc(slices.Clone(left), func(i *Item) bool { return i == same[0] })
		}
		rest = open
	}
	if len(rest) == len(left) && len(rest) == 1 {
		c.items(rest[0], left[0])
		return
	}
	for _, b := range rest {
		c.changed(b, nil, o, n)
	}
	for _, b := range left {
		c.changed(nil, b, o, n)
	}
}

// content is all that an item says, as text.
func (i *Item) content() string {
	var b strings.Builder
	for _, m := range i.members {
		m.write(&b)
	}
	return b.String()
}

func (i *Item) write(b *strings.Builder) {
	b.WriteString(i.Key + "=" + i.ref + i.text + "{")
	for _, m := range i.members {
		m.write(b)
	}
	b.WriteString("}")
}

// branchName tells an inline branch from others: by its title, by a property
// that can have one value only, else by its type and the names of its properties.
func (i *Item) branchName() string {
	if i.ref != "" {
		return ""
	}
	if title := i.At.Get("title").Str(); title != "" {
		return title
	}
	if p := i.Get("properties"); p != nil {
		for _, m := range p.members {
			if e := m.Get("enum"); m.Get("const") != nil || e != nil && len(e.members) == 1 {
				return m.Key + "=" + m.Get("const").Text() + e.content()
			}
		}
	}
	return "type " + i.Get("type").Text() + i.Get("items").Get("type").Text()
}
