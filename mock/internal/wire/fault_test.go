package wire_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/standin-dev/standin/mock/internal/wire"
)

// server answers every request with one answer, on a real socket.
type server struct {
	*httptest.Server
	errs chan error // what Write returned, one for each request that it returned from
}

func serve(t *testing.T, a wire.Answer) *server {
	s := unstarted(t, a)
	s.Start()
	return s
}

// serveTLS serves over TLS, by HTTP/2 to those who want it.
func serveTLS(t *testing.T, a wire.Answer) *server {
	s := unstarted(t, a)
	s.EnableHTTP2 = true
	s.StartTLS()
	return s
}

func unstarted(t *testing.T, a wire.Answer) *server {
	s := &server{errs: make(chan error, 8)}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/well" {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		s.errs <- wire.Write(r.Context(), w, a)
	}))
	s.Config.ErrorLog = log.New(t.Output(), "", 0)
	t.Cleanup(s.Close)
	return s
}

// dial opens a connection, over TLS if the server has it.
func (s *server) dial(t *testing.T) net.Conn {
	t.Helper()
	var conn net.Conn
	var err error
	if addr := s.Listener.Addr().String(); s.TLS != nil {
		conn, err = tls.Dial("tcp", addr, &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, ServerName: "example.com"})
	} else {
		conn, err = net.Dial("tcp", addr)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// raw asks over HTTP/1.1 and returns all bytes that come until the end.
func (s *server) raw(t *testing.T, method string) (string, error) {
	t.Helper()
	conn := s.dial(t)
	if _, err := fmt.Fprintf(conn, "%s / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n", method); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(conn)
	return string(b), err
}

// overBoth runs a test of HTTP/1.1 on a bare connection and inside TLS.
func overBoth(t *testing.T, a wire.Answer, test func(t *testing.T, s *server)) {
	t.Run("tcp", func(t *testing.T) { test(t, serve(t, a)) })
	t.Run("tls", func(t *testing.T) { test(t, serveTLS(t, a)) })
}

var body = wire.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/plain"}}, Body: []byte("0123456789")}

func with(f wire.Fault) wire.Answer {
	a := body
	a.Fault = f
	return a
}

func TestReset(t *testing.T) {
	overBoth(t, with(wire.Reset), func(t *testing.T, s *server) {
		if got, err := s.raw(t, "GET"); !errors.Is(err, syscall.ECONNRESET) || got != "" {
			t.Errorf("read %q, %v; want ECONNRESET", got, err)
		}
		if err := <-s.errs; err != nil {
			t.Errorf("Write: %v", err)
		}
	})
}

func TestResetAsHTTPClientsSeeIt(t *testing.T) {
	s := serve(t, with(wire.Reset))
	if _, err := s.Client().Post(s.URL, "", nil); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("Post: %v, want ECONNRESET", err)
	}
}

func TestEmpty(t *testing.T) {
	overBoth(t, with(wire.Empty), func(t *testing.T, s *server) {
		if got, err := s.raw(t, "GET"); err != nil || got != "" {
			t.Errorf("read %q, %v; want nothing", got, err)
		}
		if err := <-s.errs; err != nil {
			t.Errorf("Write: %v", err)
		}
	})
}

func TestTruncate(t *testing.T) {
	overBoth(t, with(wire.Truncate), func(t *testing.T, s *server) {
		const want = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n01234"
		if got, err := s.raw(t, "GET"); err != nil || withoutDate(got) != want {
			t.Errorf("read %q, %v; want %q", got, err, want)
		}
		if err := <-s.errs; err != nil {
			t.Errorf("Write: %v", err)
		}
	})
}

func TestTruncateALongBody(t *testing.T) {
	s := serve(t, wire.Answer{Body: make([]byte, 3<<20), Fault: wire.Truncate})
	res, err := s.Client().Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if len(got) != 3<<19 || !errors.Is(err, io.ErrUnexpectedEOF) || res.ContentLength != 3<<20 {
		t.Errorf("%d bytes of %d, %v; want half of them", len(got), res.ContentLength, err)
	}
}

func TestTruncateASingleByte(t *testing.T) {
	s := serve(t, wire.Answer{Body: []byte("x"), Fault: wire.Truncate})
	got, err := s.raw(t, "GET")
	if err != nil || !strings.Contains(got, "Content-Length: 1\r\n") || !strings.HasSuffix(got, "\r\n\r\n") {
		t.Errorf("read %q, %v; want the header of a body that does not come", got, err)
	}
}

func TestTruncateWithoutABody(t *testing.T) {
	for it, a := range map[string]wire.Answer{
		"empty body":   {Header: jsonHeader},
		"no content":   {Status: 204, Header: jsonHeader, Body: []byte("x")},
		"not modified": {Status: 304, Header: jsonHeader, Body: []byte("x")},
		"head":         {Header: jsonHeader, Body: []byte("x"), HeadOnly: true},
	} {
		a.Fault = wire.Truncate
		t.Run(it, func(t *testing.T) {
			overBoth(t, a, func(t *testing.T, s *server) {
				method := "GET"
				if a.HeadOnly {
					method = "HEAD"
				}
				got, err := s.raw(t, method)
				if err != nil || !strings.HasPrefix(got, "HTTP/1.1 ") || strings.Contains(got, "\r\n\r\n") {
					t.Errorf("read %q, %v; want the beginning of a header", got, err)
				}
				if _, err := http.ReadResponse(bufio.NewReader(strings.NewReader(got)), nil); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("a client reads %v, want an unexpected end", err)
				}
			})
		})
	}
}

func TestGarbage(t *testing.T) {
	overBoth(t, with(wire.Garbage), func(t *testing.T, s *server) {
		first, err := s.raw(t, "GET")
		if err != nil || first == "" || strings.HasPrefix(first, "HTTP/") {
			t.Errorf("read %q, %v; want bytes that are no HTTP", first, err)
		}
		if second, _ := s.raw(t, "GET"); second != first {
			t.Errorf("read %q, then %q; want the same bytes", first, second)
		}
	})
}

func TestGarbageAsHTTPClientsSeeIt(t *testing.T) {
	s := serve(t, with(wire.Garbage))
	if _, err := s.Client().Post(s.URL, "", nil); err == nil || !strings.Contains(err.Error(), "malformed HTTP") {
		t.Errorf("Post: %v, want malformed HTTP", err)
	}
}

func TestFaultsOverHTTP2(t *testing.T) {
	for f := wire.Reset; f <= wire.Garbage; f++ {
		t.Run(f.String(), func(t *testing.T) {
			s := serveTLS(t, with(f))
			res, err := s.Client().Post(s.URL, "", nil)
			var got []byte
			if f == wire.Truncate && err == nil {
				if res.ContentLength != 10 {
					t.Errorf("length %d, want 10", res.ContentLength)
				}
				got, err = io.ReadAll(res.Body)
				res.Body.Close()
			}
			if err == nil || !strings.Contains(err.Error(), "INTERNAL_ERROR") {
				t.Errorf("Post: %v, want a broken stream", err)
			}
			if want := map[wire.Fault]string{wire.Truncate: "01234"}[f]; string(got) != want {
				t.Errorf("read %q, want %q", got, want)
			}
		})
	}
}

func TestAFaultOverHTTP2LeavesOtherStreamsAlone(t *testing.T) {
	s := serveTLS(t, with(wire.Reset))
	conns := 0
	s.Client().Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conns++
		return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
	}
	for range 3 {
		if _, err := s.Client().Post(s.URL, "", nil); err == nil {
			t.Error("no fault")
		}
		res, err := s.Client().Get(s.URL + "/well")
		if err != nil || res.StatusCode != http.StatusTeapot || res.ProtoMajor != 2 {
			t.Fatalf("after the fault: %v, %v", res, err)
		}
		res.Body.Close()
	}
	if conns != 1 {
		t.Errorf("%d connections, want 1", conns)
	}
}

func TestFaultsAbortWhereNoConnectionCanBeTakenOver(t *testing.T) {
	for f := wire.Reset; f <= wire.Garbage; f++ {
		t.Run(f.String(), func(t *testing.T) {
			defer func() {
				if r := recover(); r != http.ErrAbortHandler {
					t.Errorf("panic %v, want http.ErrAbortHandler", r)
				}
			}()
			wire.Write(t.Context(), httptest.NewRecorder(), with(f))
			t.Error("no panic")
		})
	}
}

// hijackable is a ResponseWriter on one end of a pipe, behind another as
// middleware leaves it.
type hijackable struct {
	http.ResponseWriter
	conn net.Conn
}

func (h hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) { return h.conn, nil, nil }

type wrapped struct{ http.ResponseWriter }

func (w wrapped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestFaultsGiveUpOnAClientThatDoesNotRead(t *testing.T) {
	for it, a := range map[string]wire.Answer{"garbage": {Fault: wire.Garbage}, "half a header": {Fault: wire.Truncate}} {
		t.Run(it, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				w := wrapped{hijackable{httptest.NewRecorder(), ours}}
				if err := wire.Write(t.Context(), w, a); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("Write: %v, want the deadline's error", err)
				}
				if _, err := theirs.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("the client reads %v, want the end", err)
				}
			})
		})
	}
}

func TestTheClientsLeavingCutsTheDelay(t *testing.T) {
	for name, start := range map[string]func(*testing.T, wire.Answer) *server{"http1": serve, "http2": serveTLS} {
		t.Run(name, func(t *testing.T) {
			arrived := make(chan struct{})
			s := start(t, wire.Answer{Delay: 24 * time.Hour})
			inner := s.Config.Handler
			s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(arrived)
				inner.ServeHTTP(w, r)
			})
			ctx, cancel := context.WithCancel(t.Context())
			go func() { <-arrived; cancel() }()
			req, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
			if _, err := s.Client().Do(req); !errors.Is(err, context.Canceled) {
				t.Errorf("Do: %v", err)
			}
			if err := <-s.errs; !errors.Is(err, context.Canceled) {
				t.Errorf("Write: %v, want the client's leaving", err)
			}
		})
	}
}

// A server that stops ends its requests' contexts while their clients still
// wait. They must not take silence for an empty 200.
func TestACutDelayIsNoAnswer(t *testing.T) {
	for name, start := range map[string]func(*server){"http1": func(s *server) { s.Start() }, "http2": func(s *server) { s.EnableHTTP2 = true; s.StartTLS() }} {
		t.Run(name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			s := unstarted(t, wire.Answer{Delay: 24 * time.Hour})
			s.Config.BaseContext = func(net.Listener) context.Context { return ctx }
			inner := s.Config.Handler
			s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				stop()
				inner.ServeHTTP(w, r)
			})
			start(s)
			if res, err := s.Client().Post(s.URL, "", nil); err == nil {
				t.Errorf("the client reads %s", res.Status)
			}
		})
	}
}
