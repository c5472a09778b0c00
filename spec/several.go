package spec

import (
	"context"
)

// LoadAll is Load for several documents, which become one.
func (l Loader) LoadAll(ctx context.Context, names ...string) (*Document, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	src, err := l.read(ctx, names[0])
	if err != nil {
		return nil, err
	}
	if src.close != nil {
		defer src.close()
	}
	return l.parse(ctx, src, "")
}
