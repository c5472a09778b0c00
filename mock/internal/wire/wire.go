// Package wire writes an answer to the wire: late, broken, or as it is.
//
//	err := wire.Write(r.Context(), w, wire.Answer{
//		Status: 200,
//		Header: http.Header{"Content-Type": {"application/json"}},
//		Body:   []byte(`{"success":true}`),
//	})
//
// It is the only place that writes. Whatever made the answer, checked and
// recorded it is done by then; nothing here changes what an answer says. What
// is written is the answer and no more: no Content-Type is guessed, and
// Content-Length is always the body's, but where RFC 9110 forbids it. The Date
// is net/http's unless the answer has one.
//
// # Statuses without content
//
// An answer with status 204, 205, 304 or 1xx has no body and no Content-Type,
// whatever its fields say (RFC 9110, 6.4.1 and 15.3.6); an answer to HEAD has the
// header of its body without the body. A 1xx other than 101 is an interim
// response; since a request needs a final one, net/http adds an empty 200. A
// status that HTTP cannot say, below 100 or above 999, is sent as 500.
//
// # Faults
//
// A fault breaks the answer after its delay. Over HTTP/1:
//
//	reset     a TCP reset: the client reads ECONNRESET
//	empty     the connection is closed without a byte: EOF
//	truncate  status line, header with the whole Content-Length, half of the body,
//	          then closed; half of the header's lines where there is no body
//	garbage   bytes that are no HTTP, always the same, then closed
//
// Over HTTP/2 one connection carries many exchanges, so a fault ends the stream
// with RST_STREAM and leaves the others alone: truncate after half of the body,
// the other three before the first byte.
package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Answer is a complete answer and how it is to be written.
type Answer struct {
	Status   int           // 0 means 200
	Header   http.Header   // keys in canonical form; only read, and shared with net/http
	Body     []byte        // only read
	Fault    Fault         // what goes wrong; zero for nothing
	Delay    time.Duration // of the wall clock's, before the first byte; zero or less for none
	HeadOnly bool          // the request was HEAD: send no body, but its length
	Rest     io.Reader     // what follows Body, sent as it comes; nil for nothing
}

// Write waits out the answer's delay and writes the answer under its fault. The
// header that w has already goes out too, where a.Header does not say
// otherwise.
//
// The end of ctx, which is that of the request, cuts the delay short: then
// nothing is written, not even by net/http when the handler returns. An error
// says that the client has left, or what could not be sent as it was, and is for
// the log only: there is nobody left to tell.
//
// Write panics with [http.ErrAbortHandler], and with nothing else, to carry out
// a fault on a connection that it cannot take over, as all of HTTP/2. Where it
// did take over the connection it returns normally, and w is of no more use.
func Write(ctx context.Context, w http.ResponseWriter, a Answer) error {
	if err := wait(ctx, a.Delay); err != nil {
		silence(w)
		return fmt.Errorf("client left before its delayed answer: %w", err)
	}
	a, invalid := a.normal()
	if err := a.write(w); err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	if err := context.Cause(ctx); err != nil {
		return fmt.Errorf("client left before its answer: %w", err)
	}
	return invalid
}

// wait waits, or returns why ctx ended before.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// silence keeps net/http from sending the empty 200 that it takes a handler to
// mean that returns without a word. Nobody would read it if the client has
// left, but ctx may end for a server that stops, and then somebody would.
func silence(w http.ResponseWriter) {
	// Unsupported only by writers that are no connection.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0))
}

// normal returns the answer with a status that can be sent, and without a body
// where there must be none; the error tells of a status that could not.
func (a Answer) normal() (Answer, error) {
	var err error
	switch {
	case a.Status == 0:
		a.Status = http.StatusOK
	case a.Status < 100 || a.Status > 999:
		err = fmt.Errorf("status %d does not exist: sent 500", a.Status)
		a.Status = http.StatusInternalServerError
	}
	if a.contentless() {
		a.Body = nil
	}
	return a, err
}

// contentless reports whether the status allows no content.
func (a *Answer) contentless() bool {
	switch a.Status {
	case http.StatusNoContent, http.StatusResetContent, http.StatusNotModified:
		return true
	}
	return a.Status < 200
}

// write carries out the answer's fault, if any.
func (a *Answer) write(w http.ResponseWriter) error {
	switch a.Fault {
	case Reset:
		return reset(w)
	case Empty:
		return closeAfter(w, nil)
	case Truncate:
		if len(a.Body) == 0 || a.HeadOnly {
			return closeAfter(w, a.halfHead(w))
		}
		return a.truncate(w)
	case Garbage:
		return closeAfter(w, []byte(garbage))
	}
	a.setHeader(w.Header())
	w.WriteHeader(a.Status)
	if a.HeadOnly || a.contentless() {
		return nil
	}
	if len(a.Body) > 0 {
		if _, err := w.Write(a.Body); err != nil {
			return err
		}
	}
	return a.stream(w)
}

// stream sends the rest, each piece as soon as it is there. The client of a rest
// that breaks off must not take it for the whole.
func (a *Answer) stream(w http.ResponseWriter) error {
	if a.Rest == nil {
		return nil
	}
	control := http.NewResponseController(w)
	// A stream may last for longer than a server gives an answer.
	_ = control.SetWriteDeadline(time.Time{})
	buf := make([]byte, 32<<10)
	for {
		_ = control.Flush()
		n, err := a.Rest.Read(buf)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			panic(http.ErrAbortHandler)
		}
	}
}

// setHeader enters the answer's header. The values are not copied: net/http
// reads them only.
func (a *Answer) setHeader(h http.Header) {
	for name, values := range a.Header {
		h[name] = values
	}
	// Two lengths would be one too many (RFC 9112, 6.1).
	delete(h, "Transfer-Encoding")
	if _, ok := h["Content-Type"]; !ok || a.contentless() {
		h["Content-Type"] = nil // or net/http guesses one
	}
	switch {
	case a.Rest != nil:
		// The header's own, if it knows.
	case a.HeadOnly && len(a.Body) == 0 && len(a.Header["Content-Length"]) > 0:
		// As is the length of a body that was never made (RFC 9110, 8.6).
	case a.Status == http.StatusResetContent || !a.contentless():
		h["Content-Length"] = []string{strconv.Itoa(len(a.Body))}
	default: // RFC 9110, 8.6
		delete(h, "Content-Length")
	}
}
