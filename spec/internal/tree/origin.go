package tree

import (
	"github.com/pb33f/go-yaml"
)

// Changed is the set with other bytes for the document, as an overlay makes
// them. Its nodes say where they came from: from the document as it was, or
// from the changes, a place in another set.
func (s *Set) Changed(data []byte, changes Place) (*Set, error) {
	old := s.files[0]
	out, err := New(old.Name, old.address, data, s.open)
	if err != nil {
		return nil, err
	}
	f := out.files[0]
	f.origins = map[*yaml.Node]Origin{}
	a := aligner{origins: f.origins, old: s.Root(), changes: map[string][]Place{}}
	a.learn(changes, "", 0)
	a.align(f.Root, a.old)
	return out, nil
}

// Converted is the set with another tree for the document, and where those of
// its nodes came from that are not where they were.
func (s *Set) Converted(root *yaml.Node, origins map[*yaml.Node]Origin) *Set {
	old := s.files[0]
	for n, o := range old.origins {
		if _, known := origins[n]; !known {
			origins[n] = o
		}
	}
	out := newSet(s.open)
	out.size = s.size
	out.files = []*File{{Name: old.Name, Data: old.Data, Root: root, Made: true, address: old.address, origins: origins}}
	return out
}

// aligner finds out where the nodes of a changed document came from.
type aligner struct {
	origins map[*yaml.Node]Origin
	old     Place              // the document's top
	changes map[string][]Place // the members of the changes, by key
}

// learn notes what the changes may have put into the document.
func (a *aligner) learn(p Place, key string, depth int) {
	if depth > 200 {
		return
	}
	if p.OK() {
		a.changes[key] = append(a.changes[key], p)
	}
	p.Each(func(key string, v Place) { a.learn(v, key, depth+1) })
}

// align gives a new node and all below it the origin of an old place.
func (a *aligner) align(n *yaml.Node, old Place) {
	n = deref(n)
	a.origins[n] = old.Origin()
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			was := old.Get(k.Value)
			if was.OK() && (v.Kind != yaml.ScalarNode || same(v, was.Node)) {
				a.origins[k] = was.Origin()
				a.align(v, was)
				continue
			}
			from := a.changed(k.Value, v)
			if !from.OK() {
				from = was
			}
			if !from.OK() {
				from = old
			}
			a.origins[k] = from.Origin()
			a.align(v, from)
		}
	case yaml.SequenceNode:
		at := 0
		for i, item := range n.Content {
			was, next := a.item(n, i, item, old, at)
			at = next
			a.align(item, was)
		}
	}
}

// item is where an item of a list came from: the next old one that is the same,
// else one of the changes, else the one in its place.
func (a *aligner) item(n *yaml.Node, i int, item *yaml.Node, old Place, at int) (Place, int) {
	for j := at; j < old.Len() && old.IsList(); j++ {
		if was := old.At(j); same(item, was.Node) {
			return was, j + 1
		}
	}
	if from := a.changed("", item); from.OK() {
		return from, at
	}
	if old.IsList() && i < old.Len() {
		return old.At(i), max(at, i+1)
	}
	return old, at
}

// changed finds what the changes put under a key.
func (a *aligner) changed(key string, v *yaml.Node) Place {
	keys := []string{key}
	if key == "" {
		keys = append(keys, "update") // what is added to a list may be the update itself
	}
	for _, k := range keys {
		for _, from := range a.changes[k] {
			if same(v, from.Node) {
				return from
			}
		}
	}
	return Place{}
}

// same reports whether two nodes hold the same data.
func same(a, b *yaml.Node) bool {
	a, b = deref(a), deref(b)
	if a == nil || b == nil || a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	if a.Kind == yaml.ScalarNode {
		return a.Value == b.Value && a.Tag == b.Tag
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}
