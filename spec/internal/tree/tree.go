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
	Index   int    // its place in the set; 0 is the document itself
	Name    string // as people know it: a path, a URL, or "<stdin>"
	Data    []byte // the source
	Root    *yaml.Node
	Made    bool                  // Root is not what Data says: see [Set.Converted]
	address string                // see join
	ids     map[*yaml.Node]string // schemas with an $id of their own, and the address that it makes
	origins map[*yaml.Node]Origin // nil where the nodes themselves know where they stand
}

// Origin is where a node of a file comes from that was made of others.
type Origin struct {
	File         string
	Line, Column int
}

// Open reads a file that a reference names: by its slash path relative to the
// document, or by its URL.
type Open func(address string) ([]byte, error)

// Set is a document's files.
type Set struct {
	files     []*File
	open      Open
	size      int              // bytes of all files
	resources map[string]Place // schemas by the address of their $id
	anchors   map[string]Place // $anchor and $dynamicAnchor, by address#name
	failed    map[string]error // files that could not be read, by address
}

// Bounds on what references may pull in.
const (
	maxFiles = 2000
	maxSize  = 256 << 20
)

// ErrRemote is the fault of a reference into a URL that may not be read.
var ErrRemote = errors.New("it points to a remote document, which is not read")

// ErrOutside is the fault of a reference out of the document's folder.
var ErrOutside = errors.New("it points outside the document's folder")

// ErrCircle is the fault of a reference that only leads back to itself.
var ErrCircle = errors.New("it goes in a circle")

// New parses a document. Address is what its references are relative to: a URL,
// or a slash path. A nil open refuses references to other files.
func New(name, address string, data []byte, open Open) (*Set, error) {
	s := newSet(open)
	_, err := s.add(name, address, data)
	return s, err
}

func newSet(open Open) *Set {
	return &Set{open: open, resources: map[string]Place{}, anchors: map[string]Place{}, failed: map[string]error{}}
}

// Root is the top of the document.
func (s *Set) Root() Place { return s.files[0].top(s) }

func (f *File) top(s *Set) Place { return Place{Set: s, File: f, Node: f.Root} }

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

func (s *Set) add(name, address string, data []byte) (*File, error) {
	root, err := parse(data)
	if err != nil {
		return nil, inFile(err, name)
	}
	f := &File{Index: len(s.files), Name: name, Data: data, Root: root, address: address}
	s.files = append(s.files, f)
	s.size += len(data)
	s.identify(f)
	return f, nil
}

// file returns the file at an address.
func (s *Set) file(address string) (*File, error) {
	for _, f := range s.files {
		if f.address == address {
			return f, nil
		}
	}
	if err := s.failed[address]; err != nil {
		return nil, err
	}
	f, err := s.read(address)
	if err != nil {
		s.failed[address] = err
	}
	return f, err
}

func (s *Set) read(address string) (*File, error) {
	switch {
	case len(s.files) >= maxFiles:
		return nil, fmt.Errorf("the document consists of more than %d files", maxFiles)
	case s.size > maxSize:
		return nil, fmt.Errorf("the document's files are larger than %d MiB together", maxSize>>20)
	case s.open == nil && !IsURL(address):
		return nil, errors.New("it points to another file, and only a document in a file may do that")
	case s.open == nil:
		return nil, ErrRemote
	case !IsURL(address) && (path.IsAbs(address) || address == ".." || strings.HasPrefix(address, "../")):
		return nil, ErrOutside
	}
	data, err := s.open(address)
	if err != nil {
		return nil, err
	}
	name := address
	if !IsURL(address) {
		name = path.Join(path.Dir(s.files[0].Name), address)
	}
	return s.add(name, address, data)
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

// Origin is where the place's key stands, or the place itself where it has none:
// line and column from 1, in characters, 0 for 'unknown'.
func (p Place) Origin() Origin {
	n := p.Key
	if n == nil {
		n = p.Node
	}
	if n == nil || p.File == nil {
		return Origin{}
	}
	if o, ok := p.File.origins[n]; ok {
		return o
	}
	return Origin{p.File.Name, n.Line, n.Column}
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

// Target finds what a reference that stands at p points at: by JSON pointer, or
// by the $id and $anchor of a schema (JSON Schema 2020-12, core, 8.2).
func (p Place) Target(ref string) (Place, error) {
	name, fragment, _ := strings.Cut(ref, "#")
	address := p.base()
	if name != "" {
		var err error
		if address, err = join(address, name); err != nil {
			return Place{}, err
		}
	}
	top, ok := p.Set.resources[address]
	if !ok {
		f, err := p.Set.file(address)
		if err != nil {
			return Place{}, err
		}
		top = f.top(p.Set)
	}
	text, err := url.PathUnescape(fragment)
	if err != nil {
		text = fragment
	}
	if text != "" && text[0] != '/' {
		if to, ok := p.Set.anchors[address+"#"+text]; ok {
			return to, nil
		}
		return Place{}, fmt.Errorf("no schema there has the anchor %s", text)
	}
	for _, pointer := range []string{text, fragment} {
		if to := top.through(pointer, 0); to.OK() {
			return to, nil
		}
		// What is below an $id is often still pointed at from the file's top.
		if to := top.File.top(p.Set).through(pointer, 0); to.OK() {
			return to, nil
		}
	}
	return Place{}, errors.New("there is nothing at that address")
}

// through is Pointed, and follows references on the way to the last segment
// (a pointer into a referenced component is common in split documents).
func (p Place) through(pointer string, depth int) Place {
	if at := p.Pointed(pointer); at.OK() || depth > 16 {
		return at
	}
	for pointer != "" && pointer[0] == '/' && p.OK() {
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
