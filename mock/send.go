package mock

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/standin-dev/standin/spec"
)

// Send sends a request through the handler, without a connection, into a
// sandbox, and returns the exchange that came of it. Where the journal keeps it
// no longer, or the handler recorded none, the exchange holds the request and
// the status alone.
func (h *Handler) Send(ctx context.Context, sandbox string, r *spec.Request) *Exchange {
	header := r.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header[SandboxHeader] = []string{sandbox}
	req := &http.Request{
		Method: r.Method, URL: &url.URL{Scheme: "http", Host: r.Host, Path: r.Path, RawPath: r.Path, RawQuery: r.RawQuery},
		Host: r.Host, Header: header, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if plain, err := url.PathUnescape(r.Path); err == nil {
		req.URL.Path = plain
	}
	if len(r.Body) > 0 {
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(r.Body)), int64(len(r.Body))
	}
	into := &headOnly{header: http.Header{}}
	h.ServeHTTP(into, req.WithContext(ctx))
	if s := h.Lookup(sandbox); s != nil {
		if ex := s.Journal().Get(into.header.Get("Standin-Exchange")); ex != nil {
			return ex
		}
	}
	return &Exchange{Request: *r, Target: r.Path, Response: spec.Response{Status: into.status},
		Reason: fmt.Sprintf("status %d, and the exchange was not kept", into.status)}
}

// headOnly is a ResponseWriter that keeps the head alone: the exchange is read
// from the journal.
type headOnly struct {
	header http.Header
	status int
}

func (d *headOnly) Header() http.Header         { return d.header }
func (d *headOnly) WriteHeader(status int)      { d.status = status }
func (d *headOnly) Write(b []byte) (int, error) { return len(b), nil }
