package mock

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// unknownCoding is the error for a content coding that nobody here can undo.
type unknownCoding string

func (c unknownCoding) Error() string { return "unknown content coding " + string(c) }

// errCoding is the error for a body that is not encoded as it says.
var errCoding = errors.New("the body cannot be decoded")

// decodeContent undoes a request's content codings (RFC 9110, 8.4), last one
// first. The request is then as if it had been sent without: its header says so
// too, since what reads it later, a real service included, gets the plain body.
// What it decodes to is bounded like a plain body.
func decodeContent(r *spec.Request, limit int64) error {
	var codings []string
	for _, line := range r.Header["Content-Encoding"] {
		for coding := range strings.SplitSeq(line, ",") {
			if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "" && coding != "identity" {
				codings = append(codings, coding)
			}
		}
	}
	if len(codings) > 4 {
		return unknownCoding(strings.Join(codings, ", "))
	}
	for i := len(codings) - 1; i >= 0 && len(r.Body) > 0; i-- {
		body, err := undo(codings[i], r.Body, limit)
		if err != nil {
			return err
		}
		r.Body = body
	}
	if len(codings) > 0 {
		r.Header = r.Header.Clone()
		delete(r.Header, "Content-Encoding")
		if r.Header["Content-Length"] != nil {
			r.Header["Content-Length"] = []string{itoa(len(r.Body))}
		}
	}
	return nil
}

// undo undoes one coding.
func undo(coding string, body []byte, limit int64) ([]byte, error) {
	var in io.Reader
	var err error
	switch coding {
	case "gzip", "x-gzip":
		in, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		if in, err = zlib.NewReader(bytes.NewReader(body)); err != nil { // there are clients that leave zlib's frame out
			in, err = flate.NewReader(bytes.NewReader(body)), nil
		}
	default:
		return nil, unknownCoding(coding)
	}
	var out []byte
	if err == nil {
		out, err = io.ReadAll(io.LimitReader(in, limit+1))
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: its Content-Encoding is %s, and %w", errCoding, coding, err)
	case int64(len(out)) > limit:
		return nil, errTooLarge
	}
	return out, nil
}
