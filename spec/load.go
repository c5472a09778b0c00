package spec

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// maxSource bounds a document's file and every file that it refers to.
const maxSource = 64 << 20

//go:embed storefront.yaml
var builtin []byte

// Loader loads documents. The zero value loads files and URLs.
type Loader struct {
	Stdin io.Reader // read for the name "-"; nil refuses it
}

// Load reads, resolves and indexes a document: a file's path, "-" for
// standard input, a URL, or [Builtin]. Errors are [Errors] where the document
// is at fault.
func (l Loader) Load(ctx context.Context, name string) (*Document, error) {
	switch {
	case name == Builtin:
		return load("storefront.yaml", builtin, nil)
	case name == "-":
		if l.Stdin == nil {
			return nil, errors.New("standard input cannot be read here; name a file")
		}
		data, err := readAll(l.Stdin)
		if err != nil {
			return nil, fmt.Errorf("read the document from standard input: %w", err)
		}
		return load("<stdin>", data, nil)
	case strings.HasPrefix(name, "http://"), strings.HasPrefix(name, "https://"):
		data, err := fetch(ctx, name)
		if err != nil {
			return nil, err
		}
		return load(name, data, nil)
	}
	return loadFile(name)
}

// Parse is Load for bytes at hand; name is used in positions. References into
// other files are not followed.
func (l Loader) Parse(ctx context.Context, name string, data []byte) (*Document, error) {
	return load(name, data, nil)
}

func loadFile(name string) (*Document, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plain(err))
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, fmt.Errorf("read %s: it is a folder; name the document in it", name)
	}
	data, err := readAll(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plain(err))
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, plain(err))
	}
	defer root.Close()
	return load(name, data, func(rel string) ([]byte, error) {
		f, err := root.Open(filepath.FromSlash(rel))
		if err != nil {
			return nil, plain(err)
		}
		defer f.Close()
		return readAll(f)
	})
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", url, err)
	}
	req.Header.Set("Accept", "application/yaml, application/json, text/yaml, */*;q=0.5")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", url, errors.Unwrap(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get %s: it answered %s", url, resp.Status)
	}
	data, err := readAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", url, err)
	}
	return data, nil
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

// load parses, checks and indexes a document. A panic on the way is a fault of
// ours on a document that nobody foresaw; it refuses that document only.
func load(name string, data []byte, open func(string) ([]byte, error)) (doc *Document, err error) {
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, Errors{{Pos: Position{File: name}, Msg: fmt.Sprintf("this document cannot be read: %v", r)}}
		}
	}()
	files, err := tree.New(name, bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), open)
	if err != nil {
		return nil, syntaxErrors(name, err)
	}
	x := &indexer{doc: &Document{files: files}, root: files.Root(), name: name}
	x.index()
	if len(x.errs) > 0 {
		sortErrors(x.errs)
		return nil, x.errs
	}
	sortErrors(x.doc.warnings)
	return x.doc, nil
}

func syntaxErrors(name string, err error) error {
	var syntax *tree.SyntaxError
	if !errors.As(err, &syntax) {
		return Errors{{Pos: Position{File: name}, Msg: err.Error()}}
	}
	return Errors{{
		Pos: Position{File: name, Line: syntax.Line, Column: syntax.Column},
		Msg: syntax.Msg,
	}}
}
