// Package upstream carries a request to the real service and brings its
// response back, unharmed: no redirect is followed, no cookie kept, no body
// recoded.
//
// A response is read whole, so that it can be checked and recorded before a byte
// goes on, up to a bound. What is longer, and what is a stream by its nature
// (text/event-stream), is handed on as it comes: [Response.Rest].
//
// Only codings that can be undone here are asked for, so that a compressed body
// can be checked: it goes on as it came, and is read in its decoded form.
package upstream

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Options say how the service is reached. The zero value is good.
type Options struct {
	MaxBody  int64         // bytes of a response that are read before it goes on; 0 is 32 MiB
	Timeout  time.Duration // until the response's header is there; 0 is 60 s
	Insecure bool          // certificates are not verified
}

// Client reaches one service. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	maxBody int64
	http    *http.Client
}

// Request is a request to carry on.
type Request struct {
	Method   string
	Path     string // escaped
	RawQuery string
	Header   http.Header // without what is Standin's own; only read
	Body     []byte
	Rest     io.Reader // what follows Body, of unknown length; nil for none
	Host     string    // as the client named it, and the address it came from:
	Remote   string    // both are told to the service (Forwarded headers)
	TLS      bool
}

// Response is what came back.
type Response struct {
	Status  int
	Header  http.Header   // without hop-by-hop fields
	Body    []byte        // as it came; the first part where there is a Rest
	Decoded []byte        // Body without its content codings; Body itself where it has none
	Opaque  string        // why Decoded is not the whole content, "" if it is
	Rest    io.ReadCloser // what follows Body, for the caller to close; nil if Body is whole
}

// New makes a client for the service below a URL, http or https.
func New(base *url.URL, o Options) *Client {
	if o.MaxBody <= 0 {
		o.MaxBody = 32 << 20
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: o.Timeout,
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       90 * time.Second,
		DisableCompression:    true, // or the body would not come as it was sent
		TLSClientConfig:       &tls.Config{InsecureSkipVerify: o.Insecure, MinVersion: tls.VersionTLS12},
	}
	return &Client{
		base: base, maxBody: o.MaxBody,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Do carries a request to the service. ctx bounds the whole of it, the reading
// of Rest included. The error is a sentence without the address's credentials.
func (c *Client) Do(ctx context.Context, r *Request) (*Response, error) {
	req, err := c.request(ctx, r)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		var wrapped *url.Error // names the method and the whole URL, query included
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return nil, fmt.Errorf("%s did not answer: %w", c.base.Host, err)
	}
	out := &Response{Status: resp.StatusCode, Header: resp.Header}
	if resp.ContentLength >= 0 && r.Method == http.MethodHead {
		out.Header.Set("Content-Length", fmt.Sprint(resp.ContentLength))
	}
	dropHops(out.Header)
	if err := out.read(resp.Body, c.maxBody); err != nil {
		return nil, fmt.Errorf("%s broke off its answer: %w", c.base.Host, err)
	}
	return out, nil
}

// request makes the request to send.
func (c *Client) request(ctx context.Context, r *Request) (*http.Request, error) {
	to := *c.base
	to.User, to.RawQuery = nil, r.RawQuery
	var err error
	to.RawPath = c.path(r.Path) // as it came: nothing is escaped or cleaned anew
	if to.Path, err = url.PathUnescape(to.RawPath); err != nil {
		return nil, fmt.Errorf("the path cannot be carried on: %w", err)
	}
	body := io.Reader(bytes.NewReader(r.Body))
	if r.Rest != nil {
		body = io.MultiReader(body, r.Rest)
	} else if len(r.Body) == 0 {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, c.base.String(), body)
	if err != nil {
		return nil, fmt.Errorf("the request cannot be carried on: %w", err)
	}
	req.URL, req.Host = &to, to.Host
	req.Header = r.Header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	dropHops(req.Header)
	delete(req.Header, "Content-Length") // the transport's business
	if _, ok := req.Header["User-Agent"]; !ok {
		req.Header["User-Agent"] = []string{""} // or the transport names itself
	}
	req.Header.Set("Accept-Encoding", readable(r.Header.Values("Accept-Encoding")))
	forwarded(req.Header, r)
	if c.base.User != nil && req.Header.Get("Authorization") == "" {
		password, _ := c.base.User.Password()
		req.SetBasicAuth(c.base.User.Username(), password)
	}
	return req, nil
}

// path is the request's path below the base's, which it may already start with.
func (c *Client) path(escaped string) string {
	base := strings.TrimRight(c.base.EscapedPath(), "/")
	if base == "" || escaped == base || strings.HasPrefix(escaped, base+"/") {
		return escaped
	}
	return base + escaped
}

// hops are the fields that hold for one connection only (RFC 9110, 7.6.1).
var hops = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

func dropHops(h http.Header) {
	for _, line := range h["Connection"] {
		for name := range strings.SplitSeq(line, ",") {
			delete(h, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)))
		}
	}
	for _, name := range hops {
		delete(h, name)
	}
}

// forwarded tells the service whom the request came from.
func forwarded(h http.Header, r *Request) {
	if host, _, err := net.SplitHostPort(r.Remote); err == nil {
		if before := h.Get("X-Forwarded-For"); before != "" {
			host = before + ", " + host
		}
		h.Set("X-Forwarded-For", host)
	}
	if h.Get("X-Forwarded-Host") == "" && r.Host != "" {
		h.Set("X-Forwarded-Host", r.Host)
	}
	if h.Get("X-Forwarded-Proto") == "" {
		proto := "http"
		if r.TLS {
			proto = "https"
		}
		h.Set("X-Forwarded-Proto", proto)
	}
}

// readable is what of an Accept-Encoding can be undone here; identity where that
// is nothing (RFC 9110, 12.5.3).
func readable(lines []string) string {
	var out []string
	for _, line := range lines {
		for part := range strings.SplitSeq(line, ",") {
			coding, _, _ := strings.Cut(part, ";")
			if slices.Contains(codings, strings.ToLower(strings.TrimSpace(coding))) {
				out = append(out, strings.TrimSpace(part))
			}
		}
	}
	if len(out) == 0 {
		return "identity"
	}
	return strings.Join(out, ", ")
}

// codings are the content codings that can be undone here.
var codings = []string{"gzip", "x-gzip", "deflate", "identity"}

// read reads a body up to the bound, and undoes its codings.
func (r *Response) read(body io.ReadCloser, limit int64) error {
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == "text/event-stream" {
		r.Rest, r.Opaque = body, "it is a stream, which goes on as it comes"
		return nil
	}
	var err error
	if r.Body, err = io.ReadAll(io.LimitReader(body, limit+1)); err != nil {
		body.Close()
		return err
	}
	if int64(len(r.Body)) > limit {
		r.Decoded, r.Rest = r.Body, body
		r.Opaque = fmt.Sprintf("it is longer than %d bytes, and goes on as it comes", limit)
		return nil
	}
	body.Close()
	r.Decoded, err = decode(r.Body, r.Header.Values("Content-Encoding"), limit)
	if err != nil {
		r.Decoded, r.Opaque = r.Body, err.Error()
	}
	return nil
}

// decode undoes content codings, the last that was applied first (RFC 9110,
// 8.4).
func decode(body []byte, lines []string, limit int64) ([]byte, error) {
	var applied []string
	for part := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" && part != "identity" {
			applied = append(applied, part)
		}
	}
	if len(body) == 0 {
		return body, nil
	}
	for _, coding := range slices.Backward(applied) {
		in, err := decoder(coding, body)
		if err != nil {
			return nil, fmt.Errorf("its content coding %s cannot be undone: %w", coding, err)
		}
		out, err := io.ReadAll(io.LimitReader(in, limit+1))
		switch {
		case err != nil:
			return nil, fmt.Errorf("its content coding %s cannot be undone: %w", coding, err)
		case int64(len(out)) > limit:
			return nil, fmt.Errorf("without its content coding it is longer than %d bytes", limit)
		}
		body = out
	}
	return body, nil
}

func decoder(coding string, body []byte) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return gzip.NewReader(bytes.NewReader(body))
	case "deflate": // zlib by RFC 9110, 8.4.1.2; some send it bare
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			return z, nil
		}
		return flate.NewReader(bytes.NewReader(body)), nil
	}
	return nil, errors.New("it is not known here")
}
