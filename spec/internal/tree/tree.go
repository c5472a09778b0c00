// Package tree holds the YAML or JSON files that make up one OpenAPI document
// and walks them: by key, by JSON pointer (RFC 6901), through references into
// the same file and into others. Every place knows its file, line, column and
// pointer, which is what lets a violation name the keyword that it broke.
//
// A [Set] is filled while the document loads and read-only afterwards.
package tree

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/pb33f/go-yaml"
)

// File is one parsed file.
type File struct {
	Index int    // its place in the set; 0 is the document itself
	Name  string // as people know it: a path, a URL, or "-"
	Data  []byte // the source
	Root  *yaml.Node
	rel   string // slash path below the document's folder, for references
}

// Set is a document's files.
type Set struct {
	files []*File
	open  func(rel string) ([]byte, error)
}

// ErrRemote is the fault of a reference into a URL.
var ErrRemote = errors.New("it points to a remote document, which is not read")

// ErrOutside is the fault of a reference out of the document's folder.
var ErrOutside = errors.New("it points outside the document's folder")

// ErrCircle is the fault of a reference that only leads back to itself.
var ErrCircle = errors.New("it goes in a circle")

// New parses a document. Open reads a file that a reference names, by its slash
// path relative to the document; nil refuses all of them.
func New(name string, data []byte, open func(rel string) ([]byte, error)) (*Set, error) {
	s := &Set{open: open}
	_, err := s.add(name, ".", data)
	return s, err
}

// Root is the top of the document.
func (s *Set) Root() Place { return Place{Set: s, File: s.files[0], Node: s.files[0].Root} }

// File returns the file of that index.
func (s *Set) File(i int) *File { return s.files[i] }

// Names are the files' names, the document's own first.
func (s *Set) Names() []string {
	out := make([]string, len(s.files))
	for i, f := range s.files {
		out[i] = f.Name
	}
	return out
}

func (s *Set) add(name, rel string, data []byte) (*File, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	f := &File{Index: len(s.files), Name: name, Data: data, Root: root, rel: rel}
	s.files = append(s.files, f)
	return f, nil
}

// file returns the file that a reference in another one names.
func (s *Set) file(from *File, ref string) (*File, error) {
	if strings.Contains(ref, "://") || strings.HasPrefix(ref, "//") {
		return nil, ErrRemote
	}
	ref, err := url.PathUnescape(ref)
	if err != nil {
		return nil, fmt.Errorf("it is no address: %w", err)
	}
	rel := path.Join(path.Dir(from.rel), ref)
	if path.IsAbs(ref) || rel == ".." || strings.HasPrefix(rel, "../") {
		return nil, ErrOutside
	}
	for _, f := range s.files {
		if f.rel == rel {
			return f, nil
		}
	}
	if s.open == nil {
		return nil, errors.New("it points to another file, and only a document in a file may do that")
	}
	data, err := s.open(rel)
	if err != nil {
		return nil, err
	}
	name := path.Join(path.Dir(s.files[0].Name), rel)
	return s.add(name, rel, data)
}

// Place is one node of a document and how it was reached. The zero Place is
// 'not there'; every method may be called on it.
type Place struct {
	Set     *Set
	File    *File
	Pointer string // from the file's root
	Key     *yaml.Node
	Node    *yaml.Node
}

// OK reports whether the place exists.
func (p Place) OK() bool { return p.Node != nil }

// IsMap reports whether the place is a mapping.
func (p Place) IsMap() bool { return p.Node != nil && p.Node.Kind == yaml.MappingNode }

// IsList reports whether the place is a sequence.
func (p Place) IsList() bool { return p.Node != nil && p.Node.Kind == yaml.SequenceNode }

// Str is the scalar's text, "" for anything else.
func (p Place) Str() string {
	if p.Node == nil || p.Node.Kind != yaml.ScalarNode {
		return ""
	}
	return p.Node.Value
}

// True reports whether the place is the boolean true.
func (p Place) True() bool { return p.Node != nil && p.Node.Tag == "!!bool" && p.Node.Value == "true" }

// Line and Column are where the place's key stands, or the place itself where
// it has none; from 1, 0 for 'unknown'.
func (p Place) Line() int { line, _ := p.at(); return line }

// Column is the column of [Place.Line], in characters.
func (p Place) Column() int { _, col := p.at(); return col }

func (p Place) at() (line, col int) {
	switch {
	case p.Key != nil:
		return p.Key.Line, p.Key.Column
	case p.Node != nil:
		return p.Node.Line, p.Node.Column
	}
	return 0, 0
}

// child makes the place of a member.
func (p Place) child(seg string, key, node *yaml.Node) Place {
	return Place{Set: p.Set, File: p.File, Pointer: p.Pointer + "/" + Escape(seg), Key: key, Node: deref(node)}
}

// Get returns the member of a mapping, without following a reference.
func (p Place) Get(key string) Place {
	if !p.IsMap() {
		return Place{}
	}
	c := p.Node.Content
	for i := 0; i+1 < len(c); i += 2 {
		if c[i].Value == key {
			return p.child(key, c[i], c[i+1])
		}
	}
	for i := 0; i < len(c); i += 2 {
		if c[i].Tag == "!!merge" {
			return p.merged(key)
		}
	}
	return Place{}
}

// merged is a member that a YAML merge key brings.
func (p Place) merged(key string) (found Place) {
	eachMember(p.Node, func(k, v *yaml.Node) {
		if k.Value == key {
			found = p.child(key, k, v)
		}
	})
	return found
}

// At returns the item of a sequence.
func (p Place) At(i int) Place {
	if !p.IsList() || i < 0 || i >= len(p.Node.Content) {
		return Place{}
	}
	return p.child(strconv.Itoa(i), nil, p.Node.Content[i])
}

// Each calls f for every member of a mapping or item of a sequence, in order;
// the key of an item is "".
func (p Place) Each(f func(key string, v Place)) {
	switch {
	case p.IsList():
		for i := range p.Node.Content {
			f("", p.At(i))
		}
	case p.IsMap():
		eachMember(p.Node, func(k, v *yaml.Node) { f(k.Value, p.child(k.Value, k, v)) })
	}
}

// Len is the number of a mapping's members or a sequence's items.
func (p Place) Len() int {
	switch {
	case p.IsList():
		return len(p.Node.Content)
	case p.IsMap():
		n := 0
		eachMember(p.Node, func(_, _ *yaml.Node) { n++ })
		return n
	}
	return 0
}

// Pointed walks a JSON pointer from the place, without following references.
func (p Place) Pointed(pointer string) Place {
	for pointer != "" {
		var seg string
		if pointer[0] != '/' {
			return Place{}
		}
		seg, pointer = next(pointer)
		if p.IsList() {
			i, err := strconv.Atoi(seg)
			if err != nil {
				return Place{}
			}
			p = p.At(i)
		} else {
			p = p.Get(seg)
		}
		if !p.OK() {
			return Place{}
		}
	}
	return p
}

func next(pointer string) (seg, rest string) {
	seg, rest, more := strings.Cut(pointer[1:], "/")
	if more {
		rest = "/" + rest
	}
	return Unescape(seg), rest
}

// Ref is the place's own reference, "" if it is none.
func (p Place) Ref() string {
	r := p.Get("$ref")
	if !r.OK() || r.Node.Kind != yaml.ScalarNode {
		return ""
	}
	return r.Node.Value
}

// Follow returns what the place refers to, through any chain of references, or
// the place itself where it is no reference.
func (p Place) Follow() (Place, error) {
	for hops := 0; ; hops++ {
		ref := p.Ref()
		if ref == "" {
			return p, nil
		}
		if hops == 64 {
			return Place{}, fmt.Errorf("reference %q: %w", ref, ErrCircle)
		}
		to, err := p.Target(ref)
		if err != nil {
			return Place{}, fmt.Errorf("reference %q: %w", ref, err)
		}
		p = to
	}
}

// Target finds what a reference that stands in p's file points at.
func (p Place) Target(ref string) (Place, error) {
	file, fragment, _ := strings.Cut(ref, "#")
	f := p.File
	if file != "" {
		var err error
		if f, err = p.Set.file(p.File, file); err != nil {
			return Place{}, err
		}
	}
	if fragment != "" && fragment[0] != '/' {
		return Place{}, fmt.Errorf("anchors such as #%s are not supported between schemas", fragment)
	}
	pointer, err := url.PathUnescape(fragment)
	if err != nil {
		pointer = fragment
	}
	to := Place{Set: p.Set, File: f, Node: f.Root}.through(pointer, 0)
	if !to.OK() {
		return Place{}, errors.New("there is nothing at that address")
	}
	return to, nil
}

// through is Pointed, and follows references on the way to the last segment
// (a pointer into a referenced component is common in split documents).
func (p Place) through(pointer string, depth int) Place {
	if at := p.Pointed(pointer); at.OK() || depth > 16 {
		return at
	}
	for pointer != "" && p.OK() {
		var seg string
		seg, pointer = next(pointer)
		if r := p.Ref(); r != "" {
			to, err := p.Follow()
			if err != nil {
				return Place{}
			}
			p = to
		}
		p = p.Pointed("/" + Escape(seg))
	}
	return p
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// Escape escapes a JSON pointer's segment (RFC 6901, 3).
func Escape(seg string) string {
	if !strings.ContainsAny(seg, "~/") {
		return seg
	}
	return escaper.Replace(seg)
}

// Unescape undoes [Escape].
func Unescape(seg string) string {
	if !strings.Contains(seg, "~") {
		return seg
	}
	return unescaper.Replace(seg)
}

// deref follows YAML aliases.
func deref(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// References calls f for every reference at or below the place, with the
// place that holds it. Enter says whether to go into a member, given whether
// the mapping's keys are names that the author chose and whether the member is
// a list, and whether the member's own keys are such names.
func (p Place) References(enter func(key string, names, list bool) (into, nextNames bool), f func(at Place)) {
	w := walker{enter: enter, f: f, base: p}
	w.walk(p.Node, nil, false, 0)
}

// walker goes through nodes and makes a Place, whose pointer costs, only of
// those that matter.
type walker struct {
	enter func(key string, names, list bool) (bool, bool)
	f     func(Place)
	base  Place
	path  []string
}

func (w *walker) walk(n, key *yaml.Node, names bool, depth int) {
	if n = deref(n); n == nil || depth > 1000 {
		return
	}
	if n.Kind == yaml.SequenceNode {
		for i, c := range n.Content {
			w.path = append(w.path, strconv.Itoa(i))
			w.walk(c, nil, false, depth+1)
			w.path = w.path[:len(w.path)-1]
		}
		return
	}
	if n.Kind != yaml.MappingNode {
		return
	}
	eachMember(n, func(k, v *yaml.Node) {
		if k.Value == "$ref" && !names && v.Kind == yaml.ScalarNode {
			at := w.base
			for _, seg := range w.path {
				at.Pointer += "/" + Escape(seg)
			}
			at.Key, at.Node = key, n
			w.f(at)
			return
		}
		if into, next := w.enter(k.Value, names, v.Kind == yaml.SequenceNode); into {
			w.path = append(w.path, k.Value)
			w.walk(v, k, next, depth+1)
			w.path = w.path[:len(w.path)-1]
		}
	})
}
