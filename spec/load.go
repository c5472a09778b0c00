package spec

import (
	"context"
	"errors"
	"io"
)

// Loader loads documents. The zero value loads files.
type Loader struct {
	Stdin io.Reader // read for the name "-"; nil refuses it
}

// Load reads, resolves and indexes a document: a file's path, "-" for
// standard input, a URL, or [Builtin]. Errors are [Errors] where the document
// is at fault.
func (l Loader) Load(ctx context.Context, name string) (*Document, error) {
	return nil, errors.New("not yet")
}

// Parse is Load for bytes at hand; name is used in positions.
func (l Loader) Parse(ctx context.Context, name string, data []byte) (*Document, error) {
	return nil, errors.New("not yet")
}
