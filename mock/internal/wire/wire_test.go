package wire_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/standin-dev/standin/mock/internal/wire"
)

var jsonHeader = http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"a", "b"}}

func TestWrite(t *testing.T) {
	long := strings.Repeat("long", 5000) // more than net/http buffers
	for _, c := range []struct {
		it     string
		answer wire.Answer
		want   string // the whole answer on the wire, without Date
	}{
		{"sends status, header and body", wire.Answer{Status: 201, Header: jsonHeader, Body: []byte(`{}`)},
			"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nContent-Type: application/json\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n{}"},
		{"takes status 0 for 200", wire.Answer{}, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
		{"sends 500 for a status that does not exist", wire.Answer{Status: 42}, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"},
		{"sends a status without a name", wire.Answer{Status: 799}, "HTTP/1.1 799 status code 799\r\nContent-Length: 0\r\n\r\n"},
		{"guesses no content type", wire.Answer{Body: []byte("<html>")}, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>"},
		{"tells the length of a long body", wire.Answer{Body: []byte(long)}, "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + long},
		{"corrects a wrong length", wire.Answer{Header: http.Header{"Content-Length": {"7"}, "Transfer-Encoding": {"chunked"}}, Body: []byte("ab")},
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"},
		{"sends 204 without content", wire.Answer{Status: 204, Header: http.Header{"Content-Type": {"text/plain"}, "Content-Length": {"2"}}, Body: []byte("ab")},
			"HTTP/1.1 204 No Content\r\n\r\n"},
		{"sends 304 without content", wire.Answer{Status: 304, Header: http.Header{"Content-Type": {"text/plain"}, "Etag": {`"x"`}}, Body: []byte("ab")},
			"HTTP/1.1 304 Not Modified\r\nEtag: \"x\"\r\n\r\n"},
		{"sends 205 with length 0", wire.Answer{Status: 205, Header: jsonHeader, Body: []byte("ab")},
			"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n"},
		{"sends 1xx, then an empty 200", wire.Answer{Status: 103, Header: http.Header{"Link": {"</a>"}}, Body: []byte("ab")},
			"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nLink: </a>\r\nContent-Length: 0\r\n\r\n"},
		{"answers HEAD with the length alone", wire.Answer{Header: jsonHeader, Body: []byte(`{}`), HeadOnly: true},
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nX-Request-Id: a\r\nX-Request-Id: b\r\n\r\n"},
		{"answers HEAD to 204 without a length", wire.Answer{Status: 204, HeadOnly: true}, "HTTP/1.1 204 No Content\r\n\r\n"},
		{"keeps the answer's date", wire.Answer{Header: http.Header{"Date": {"Thu, 01 Jan 1970 00:00:00 GMT"}}},
			"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n"},
	} {
		t.Run(c.it, func(t *testing.T) {
			s := serve(t, c.answer)
			method := "GET"
			if c.answer.HeadOnly {
				method = "HEAD"
			}
			got, err := s.raw(t, method)
			if err != nil {
				t.Fatal(err)
			}
			if _, ok := c.answer.Header["Date"]; !ok {
				got = withoutDate(got)
			}
			got = strings.Replace(got, "Connection: close\r\n", "", 1)
			if got != c.want {
				t.Errorf("on the wire:\n%q, want\n%q", got, c.want)
			}
			if err := <-s.errs; (err != nil) != (c.answer.Status == 42) {
				t.Errorf("Write: %v", err)
			}
		})
	}
}

// withoutDate removes the one header that net/http adds.
func withoutDate(text string) string {
	before, rest, found := strings.Cut(text, "Date: ")
	if !found {
		return text
	}
	_, after, _ := strings.Cut(rest, "\r\n")
	return before + after
}

func TestWriteKeepsTheHeaderThatIsThere(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Origin")
	w.Header().Set("X-Request-Id", "old")
	if err := wire.Write(t.Context(), w, wire.Answer{Header: jsonHeader}); err != nil {
		t.Fatal(err)
	}
	if got := w.Result().Header; got.Get("Vary") != "Origin" || got.Get("X-Request-Id") != "a" {
		t.Errorf("header %v", got)
	}
}

func TestWriteLeavesTheAnswerAlone(t *testing.T) {
	header := http.Header{"Content-Length": {"7"}, "Content-Type": {"a/b"}, "Transfer-Encoding": {"chunked"}}
	before := header.Clone()
	for _, status := range []int{200, 204, 304} {
		if err := wire.Write(t.Context(), httptest.NewRecorder(), wire.Answer{Status: status, Header: header}); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(header, before) {
		t.Errorf("the answer's header is now %v", header)
	}
}

func TestWriteWaitsOutTheDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		start := time.Now()
		if err := wire.Write(t.Context(), w, wire.Answer{Body: []byte("late"), Delay: 2 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 2*time.Hour || w.Body.String() != "late" {
			t.Errorf("%q after %v, want late after two hours", w.Body, took)
		}
	})
}

func TestWriteWaitsBeforeAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		defer func() {
			if took := time.Since(start); recover() != http.ErrAbortHandler || took != time.Minute {
				t.Errorf("aborted after %v, want a minute", took)
			}
		}()
		wire.Write(t.Context(), httptest.NewRecorder(), wire.Answer{Fault: wire.Reset, Delay: time.Minute})
	})
}

func TestWriteWritesNothingOnceTheDelayIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		w := new(silentWriter)
		err := wire.Write(ctx, w, wire.Answer{Delay: 2 * time.Hour, Fault: wire.Garbage})
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute || w.touched {
			t.Errorf("%v after %v, written %v; want the deadline's error after a minute and nothing written", err, took, w.touched)
		}
	})
}

// silentWriter notes whether anything is written.
type silentWriter struct{ touched bool }

func (w *silentWriter) Header() http.Header         { w.touched = true; return http.Header{} }
func (w *silentWriter) WriteHeader(int)             { w.touched = true }
func (w *silentWriter) Write(b []byte) (int, error) { w.touched = true; return len(b), nil }

func TestWriteTellsThatTheClientIsGone(t *testing.T) {
	want := errors.New("gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(want)
	w := httptest.NewRecorder()
	if err := wire.Write(ctx, w, wire.Answer{Body: []byte("all the same")}); !errors.Is(err, want) {
		t.Errorf("Write: %v, want %v", err, want)
	}
	// A client that has only stopped sending still reads.
	if w.Body.String() != "all the same" {
		t.Errorf("body %q", w.Body)
	}
	if err := wire.Write(t.Context(), brokenWriter{}, wire.Answer{Body: []byte("x")}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Write: %v, want %v", err, io.ErrClosedPipe)
	}
}

// brokenWriter is a connection that takes no byte.
type brokenWriter struct{}

func (brokenWriter) Header() http.Header       { return http.Header{} }
func (brokenWriter) WriteHeader(int)           {}
func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestParseFault(t *testing.T) {
	for f := wire.None; f <= wire.Garbage; f++ {
		if got, err := wire.ParseFault(f.String()); got != f || err != nil {
			t.Errorf("ParseFault(%q) = %v, %v", f, got, err)
		}
	}
	if f, err := wire.ParseFault(""); f != wire.None || err != nil {
		t.Errorf(`ParseFault("") = %v, %v; want none`, f, err)
	}
	if _, err := wire.ParseFault("boom"); err == nil || err.Error() != `no fault "boom": want reset, empty, truncate or garbage` {
		t.Errorf(`ParseFault("boom"): %v`, err)
	}
	if got := wire.Fault(9).String(); got != "Fault(9)" {
		t.Errorf("an unknown fault is %q", got)
	}
}

// bareWriter is the least that a ResponseWriter can be, so that allocations are
// Write's own.
type bareWriter struct{ header http.Header }

func (w *bareWriter) Header() http.Header         { return w.header }
func (w *bareWriter) WriteHeader(int)             {}
func (w *bareWriter) Write(b []byte) (int, error) { return len(b), nil }

func TestWriteAllocatesTheLengthAlone(t *testing.T) {
	w := &bareWriter{header: http.Header{}}
	a := wire.Answer{Status: 200, Header: jsonHeader, Body: make([]byte, 901)}
	ctx := t.Context()
	if got := testing.AllocsPerRun(100, func() { wire.Write(ctx, w, a) }); got > 2 { // the text, and the slice that holds it
		t.Errorf("Write allocates %v times, want 2", got)
	}
}

func BenchmarkWrite(b *testing.B) {
	for name, size := range map[string]int{"small": 90, "logout": 901, "large": 1 << 20} {
		b.Run(name, func(b *testing.B) {
			w := &bareWriter{header: http.Header{}}
			a := wire.Answer{Status: 200, Header: jsonHeader, Body: make([]byte, size)}
			b.ReportAllocs()
			for b.Loop() {
				if err := wire.Write(b.Context(), w, a); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
