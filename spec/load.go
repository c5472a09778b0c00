package spec

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// maxSource bounds a document's file and every file that it refers to.
const maxSource = 64 << 20

//go:embed storefront.yaml
var builtin []byte

// Loader loads documents. The zero value loads files and URLs.
type Loader struct {
	Stdin io.Reader // read for the name "-"; nil refuses it
	// AllowRemoteRefs reads what references name by URL. Without it a document
	// may only refer to files in its own folder or below it, and one that was
	// fetched from a URL to what lies there in the same way.
	AllowRemoteRefs bool
	// Overlays are files or URLs of OpenAPI Overlays (1.x), which change every
	// document in this order before it is read. One that `extends` a document
	// leaves the others alone.
	Overlays []string
}

// source is a document before it is parsed.
type source struct {
	name    string // as people know it
	address string // what references in it are relative to: a file's name, or a URL
	data    []byte
	open    tree.Open
	close   func()
}

// Load reads, resolves and indexes a document: a file's path, "-" for
// standard input, a URL, or [Builtin]. Errors are [Errors] where the document
// is at fault.
func (l Loader) Load(ctx context.Context, name string) (*Document, error) {
	return l.LoadAll(ctx, name)
}

// Parse is Load for bytes at hand, without overlays; name is used in positions.
// References into other files are not followed.
func (l Loader) Parse(ctx context.Context, name string, data []byte) (*Document, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	return parse(source{name: name, address: ".", data: data, open: l.remote(ctx, "")}, "", nil)
}

// read reads the document of a name. The source is to be closed.
func (l Loader) read(ctx context.Context, name string) (source, error) {
	switch {
	case name == Builtin:
		return source{name: "storefront.yaml", address: ".", data: builtin}, nil
	case name == "-":
		if l.Stdin == nil {
			return source{}, errors.New("standard input cannot be read here; name a file")
		}
		data, err := readAll(l.Stdin)
		if err != nil {
			return source{}, fmt.Errorf("read the document from standard input: %w", err)
		}
		return source{name: "<stdin>", address: ".", data: data, open: l.remote(ctx, "")}, nil
	case tree.IsURL(name):
		data, from, err := fetch(ctx, name, nil)
		if err != nil {
			return source{}, fmt.Errorf("get %s: %w", name, err)
		}
		return source{name: name, address: from, data: data, open: l.remote(ctx, from)}, nil
	}
	return l.readFile(ctx, name)
}

func (l Loader) readFile(ctx context.Context, name string) (source, error) {
	f, err := os.Open(name)
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", name, plain(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return source{}, fmt.Errorf("read %s: it is a folder; name the document in it", name)
	}
	data, err := readAll(f)
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", name, plain(err))
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return source{}, fmt.Errorf("read %s: %w", name, plain(err))
	}
	remote := l.remote(ctx, "")
	open := func(address string) ([]byte, error) {
		if tree.IsURL(address) {
			return remote(address)
		}
		f, err := root.Open(filepath.FromSlash(address))
		if err != nil {
			return nil, plain(err)
		}
		defer f.Close()
		return readAll(f)
	}
	return source{name: name, address: filepath.Base(name), data: data, open: open, close: func() { root.Close() }}, nil
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSource+1))
	if err == nil && len(data) > maxSource {
		return nil, fmt.Errorf("it is larger than %d MiB", maxSource>>20)
	}
	return data, err
}

// plain takes the operation and path off a file error: the message around it
// names them already.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// parse parses, checks and indexes a document, whose paths are put below mount.
// A panic on the way is a fault of ours on a document that nobody foresaw; it
// refuses that document only.
func parse(src source, mount string, changes []*change) (doc *Document, err error) {
	name := src.name
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, Errors{{Pos: Position{File: name}, Msg: fmt.Sprintf("this document cannot be read: %v", r)}}
		}
	}()
	files, err := tree.New(name, src.address, src.data, src.open)
	if err != nil {
		return nil, syntaxErrors(name, err)
	}
	for _, c := range changes {
		if !c.fits(name) {
			continue
		}
		if files, err = c.apply(files); err != nil {
			return nil, err
		}
	}
	x := &indexer{doc: &Document{files: files, mount: mount}, root: files.Root(), name: name, mount: mount}
	x.upgrade()
	x.index()
	if len(x.errs) > 0 {
		sortErrors(x.errs)
		return nil, x.errs
	}
	sortErrors(x.doc.warnings)
	return x.doc, nil
}

func syntaxErrors(name string, err error) error {
	var syntax tree.SyntaxErrors
	if !errors.As(err, &syntax) {
		return Errors{{Pos: Position{File: name}, Msg: err.Error()}}
	}
	var out Errors
	for _, e := range syntax {
		out = append(out, &Error{Pos: Position{File: e.File, Line: e.Line, Column: e.Column}, Msg: e.Msg})
	}
	return out
}
