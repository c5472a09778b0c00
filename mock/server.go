package mock

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/standin-dev/standin/spec"
)

// T is what [NewServer] needs of a *testing.T.
type T interface {
	Helper()
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Context() context.Context
}

// Server is a fake that listens on a port of its own, for one test.
type Server struct {
	*Handler
	URL string // http://127.0.0.1:PORT

	client *http.Client
}

// NewServer serves a fake of a document until the test ends: name is a file's,
// or [spec.Builtin]. Whatever keeps it from starting fails the test. At the end
// every violation that the code under test committed, and every answer of the
// fake's own that broke the document, is an error of the test;
// [Options.Lenient] only records them.
func NewServer(t T, name string, o Options) *Server {
	t.Helper()
	doc, err := spec.Load(t.Context(), name)
	if err != nil {
		t.Fatalf("standin: %v", err)
		return nil
	}
	h, err := New(doc, o)
	if err != nil {
		t.Fatalf("standin: %v", err)
		return nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("standin: %v", err)
		return nil
	}
	// A transport of its own: its connections end with the server.
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	s := &Server{Handler: h, URL: "http://" + listener.Addr().String(), client: &http.Client{Transport: transport}}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go server.Serve(listener)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		h.Close(ctx)
		if !o.Lenient {
			s.report(t)
		}
	})
	return s
}

// report makes errors of what broke the contract.
func (s *Server) report(t T) {
	t.Helper()
	for _, box := range s.Sandboxes() {
		for ex := range box.Journal().All() {
			for _, v := range ex.Violations {
				if v.Severity != spec.SeverityError || v.Blame != spec.BlameClient && v.Blame != spec.BlameFake {
					continue
				}
				t.Errorf("standin: %s %s (%s to blame): %s %s: %s [%s]",
					ex.Request.Method, ex.Target, v.Blame, v.In, v.Where, v.Message, v.Position)
			}
		}
	}
}

// Client is an HTTP client for the server.
func (s *Server) Client() *http.Client { return s.client }

// Journal is the default sandbox's journal.
func (s *Server) Journal() *Journal { return s.box().Journal() }

// Calls are the default sandbox's exchanges with an operation, the newest last.
func (s *Server) Calls(operation string) []*Exchange {
	var out []*Exchange
	for ex := range s.Journal().All() {
		if ex.Operation == operation {
			out = append(out, ex)
		}
	}
	return out
}

// Advance moves the default sandbox's clock.
func (s *Server) Advance(d time.Duration) {
	// A sandbox in memory takes every transaction that does not fail itself.
	_ = s.box().Advance(context.Background(), d)
}

// Activate replaces the default sandbox's scenarios. The error is
// *[UnknownScenario].
func (s *Server) Activate(names ...string) error {
	return s.box().Activate(context.Background(), names...)
}

// Reset puts the default sandbox back to the start and clears its journal.
func (s *Server) Reset() {
	_ = s.box().Reset(context.Background())
	s.Journal().Clear()
}

func (s *Server) box() *Sandbox {
	// The default sandbox's name is good, so it is there.
	box, _ := s.Handler.Sandbox(DefaultSandbox)
	return box
}
