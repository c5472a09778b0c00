package diff

import (
	"slices"
	"strconv"
	"strings"
)

// reach is where an item shows: operations by their identity.
type reach map[string]reached

type reached struct {
	operation *Item
	in        Direction
}

func (r reach) add(o *Item, in Direction) {
	if in != 0 {
		r[o.identity()] = reached{o, r[o.identity()].in | in}
	}
}

// reach finds the operations whose messages an item shows in. Whether a schema is
// only read or written does not count where that is what changed.
func (d *Document) reach(i *Item) reach {
	mask := Asked | Answered
	if i.Kind == Unit && (i.Key == "readOnly" || i.Key == "writeOnly") {
		i = i.Parent
		if i.Parent.Kind != Schemas || i.Parent.Parent.Kind != Components {
			mask = shown(i.Parent)
		}
	} else {
		mask = shown(i)
	}
	out := reach{}
	if o, way := i.operation(); o != nil {
		out.add(o, direction(o, way)&mask)
		return out
	}
	c := i.component()
	switch {
	case i.Kind == PathItem:
		for _, o := range i.members {
			if o.Kind == Operation {
				out.add(o, Asked|Answered)
			}
		}
	case c == nil:
	case c.Kind == Scheme:
		name := strconv.Quote(c.Key) + ":"
		for _, o := range d.Operations {
			if strings.Contains(o.Get("security").Text(), name) {
				out.add(o, Asked)
			}
		}
	case c.Kind == Schema:
		for _, r := range d.behind(c) {
			out.add(r.operation, r.in&mask)
		}
	}
	return out
}

// behind is the reach of all that refers to a component.
func (d *Document) behind(c *Item) reach {
	if out := d.reaches[c]; out != nil {
		return out
	}
	out := reach{}
	d.reaches[c] = out
	seen := map[visited]bool{}
	d.climb(c, Asked|Answered, out, seen)
	return out
}

// visited is a component that was climbed from, for what directions.
type visited struct {
	component *Item
	mask      Direction
}

// climb goes from a component to the operations that refer to it, straight or
// through others. Only directions in mask are meant.
func (d *Document) climb(c *Item, mask Direction, out reach, seen map[visited]bool) {
	at := visited{c, mask}
	if seen[at] || mask == 0 {
		return
	}
	seen[at] = true
	for _, r := range d.referrers[c.Key] {
		in := mask & shown(r)
		if o, way := r.operation(); o != nil {
			out.add(o, direction(o, way)&in)
		} else if up := r.component(); up != nil {
			d.climb(up, in, out, seen)
		}
	}
}

// direction says who sends what stands in a part of an operation. What a callback
// or webhook sends is what the client is sent.
func direction(o *Item, way []*Item) Direction {
	in := Asked | Answered
	flipped := o.Parent.Parent.Key == "webhooks"
	for _, at := range way {
		switch at.Key {
		case "callbacks":
			if at.Kind == Callbacks {
				flipped, in = !flipped, Asked|Answered
			}
		case "responses":
			if at.Kind == Responses {
				in &= Answered
			}
		case "parameters", "requestBody", "security":
			if at.Parent.Kind == Operation {
				in &= Asked
			}
		}
	}
	if flipped {
		return in>>1&Asked | in<<1&Answered
	}
	return in
}

// shown is where a property shows that is only read, or only written.
func shown(i *Item) Direction {
	for ; i != nil; i = i.Parent {
		if i.Kind != Schema {
			continue
		}
		switch {
		case i.Get("readOnly").true():
			return Answered
		case i.Get("writeOnly").true():
			return Asked
		}
	}
	return Asked | Answered
}

// use notes in which operations a change shows: those that hold it, or what it was
// taken from or put into, in both documents.
func (c *comparer) use(change *Change, o, n, oldOwner, newOwner *Item) {
	if i := change.Item(); i.Kind == PathItem || i.Kind == Operation {
		one := map[bool]*Document{true: c.old, false: c.new}[n == nil]
		for _, r := range one.reach(i) {
			use := Use{In: r.in, New: r.operation}
			if n == nil {
				use = Use{In: r.in, Old: r.operation}
			}
			change.Uses = append(change.Uses, use)
		}
		return
	}
	switch {
	case o == nil && n.Key == "readOnly", o == nil && n.Key == "writeOnly":
		o = &Item{Kind: Unit, Key: n.Key, Parent: oldOwner}
	case o == nil:
		o = oldOwner
	case n == nil && (o.Key == "readOnly" || o.Key == "writeOnly"):
		n = &Item{Kind: Unit, Key: o.Key, Parent: newOwner}
	case n == nil:
		n = newOwner
	}
	now := c.new.reach(n)
	for key, was := range c.old.reach(o) {
		if is, ok := now[key]; ok && was.in&is.in != 0 {
			change.Uses = append(change.Uses, Use{was.operation, is.operation, was.in & is.in})
		}
	}
}

// settle sorts a change's uses in the order of the documents, and joins those of
// one operation.
func (c *Change) settle() {
	slices.SortStableFunc(c.Uses, func(a, b Use) int { return a.operation().order - b.operation().order })
	out := c.Uses[:0]
	for _, u := range c.Uses {
		if n := len(out); n > 0 && out[n-1].operation() == u.operation() {
			out[n-1].In |= u.In
			continue
		}
		out = append(out, u)
	}
	c.Uses = out
}

// operation is the new document's, of what was removed the old one's.
func (u Use) operation() *Item {
	if u.New != nil {
		return u.New
	}
	return u.Old
}

// Label is the operation's.
func (u Use) Label() string { return u.operation().Label() }
