package diff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// notes are the members of a schema that constrain nothing.
var notes = []string{"description", "title", "summary", "example", "examples", "default", "deprecated", "externalDocs"}

// outside are the members of a schema that are compared where something refers to
// them, or are part of another one's item.
var outside = []string{"$id", "$schema", "$anchor", "$dynamicAnchor", "$comment", "$defs", "definitions", "$ref", "type", "nullable"}

// schema adds a schema. One that is a reference stays one, since schemas may hold
// themselves; what stands beside it (which 3.0 ignores) comes with it in an allOf.
func (b *builder) schema(parent *Item, key string, at tree.Place, depth int) *Item {
	i := parent.member(&Item{Kind: Schema, Key: key, Name: strings.TrimSuffix(key, "#"), At: at})
	if depth > maxDepth {
		return i
	}
	if !at.IsMap() {
		if at.Node.Value == "false" {
			i.text = "false"
		}
		return i
	}
	if to, err := at.Target(at.Ref()); at.Ref() != "" && err == nil {
		if b.minor == 0 || !constrains(at) {
			b.refer(i, to)
			return i
		}
		b.refer(i.member(&Item{Kind: Branches, Key: "allOf", At: at}).member(&Item{Kind: Schema, Key: "0", At: at}), to)
	}
	at.Each(func(key string, v tree.Place) {
		switch {
		case slices.Contains(outside, key):
		case below(Schema, key) == Branches:
			list := i.Get(key)
			if list == nil {
				list = i.member(&Item{Kind: Branches, Key: key, At: v})
			}
			v.Each(func(_ string, s tree.Place) {
				n := len(list.members)
				branch := b.schema(list, strconv.Itoa(n), s, depth+1)
				branch.Name = cmp.Or(s.Get("title").Str(), branch.ref, strconv.Itoa(n+1))
			})
		case key == "items" && v.IsList():
			i.member(&Item{Kind: Unit, Key: key, At: v, text: string(v.AppendJSON(nil))})
		case b.minor == 0 && (key == "exclusiveMinimum" || key == "exclusiveMaximum"):
			if bound := at.Get(strings.ToLower(strings.TrimPrefix(key, "exclusive"))); v.True() && bound.OK() {
				i.member(&Item{Kind: Unit, Key: key, At: v, text: bound.Str()})
			}
		case b.minor == 0 && (key == "minimum" && at.Get("exclusiveMinimum").True() || key == "maximum" && at.Get("exclusiveMaximum").True()):
		case open(key, v):
		default:
			b.add(i, key, v, depth+1)
		}
	})
	b.types(i)
	return i
}

// open reports whether a member lets through what is let through without it.
func open(key string, v tree.Place) bool {
	switch key {
	case "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "items":
		return v.True() || v.IsMap() && v.Len() == 0
	}
	return false
}

// types adds a schema's type: one name, or a sorted list.
func (b *builder) types(i *Item) {
	at, nullable := i.At.Get("type"), b.minor == 0 && i.At.Get("nullable").True()
	var names []string
	if at.Str() != "" {
		names = []string{at.Str()}
	}
	if at.IsList() {
		at.Each(func(_ string, v tree.Place) { names = append(names, v.Str()) })
	}
	switch {
	case nullable && names == nil:
		i.member(&Item{Kind: Unit, Key: "nullable", At: i.At.Get("nullable"), text: "true"})
	case nullable:
		names = append(names, "null")
	}
	if names == nil {
		return
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for n, name := range names {
		names[n] = strconv.Quote(name)
	}
	text := names[0]
	if len(names) > 1 {
		text = "[" + strings.Join(names, ",") + "]"
	}
	i.member(&Item{Kind: Unit, Key: "type", At: at, text: text})
}

// constrains reports whether something stands beside a reference that counts.
func constrains(at tree.Place) (yes bool) {
	at.Each(func(key string, _ tree.Place) {
		yes = yes || !slices.Contains(notes, key) && !slices.Contains(outside[:7], key) && key != "$ref" && !strings.HasPrefix(key, "x-")
	})
	return yes
}

// refer makes a schema a reference.
func (b *builder) refer(i *Item, to tree.Place) {
	i.ref = b.key(to)
	b.referrers[i.ref] = append(b.referrers[i.ref], i)
}

// key names the component that a schema is, and queues it when it is new: one of
// the document's own keeps its name, others are named by file and pointer.
func (b *builder) key(at tree.Place) string {
	from := sourceOf(at)
	if key, ok := b.keys[from]; ok {
		return key
	}
	key := at.Pointer
	if name, ok := strings.CutPrefix(key, "/components/schemas/"); ok && at.File.Index == 0 && !strings.Contains(name, "/") {
		key = tree.Unescape(name)
	} else if at.File.Index > 0 {
		key = at.File.Address() + "#" + key
	}
	for n, base := 2, key; b.taken[key]; n++ {
		key = base + "#" + strconv.Itoa(n)
	}
	b.keys[from], b.taken[key] = key, true
	b.queue = append(b.queue, at)
	return key
}
