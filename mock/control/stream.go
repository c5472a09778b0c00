package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/standin-dev/standin/mock"
)

const (
	// heartbeat is how often a comment keeps an idle stream's connection alive.
	heartbeat = 15 * time.Second
	// stalled is how long a client may take nothing before its stream ends.
	stalled = 30 * time.Second
	// reconnect is how long a client shall wait before it comes back, in
	// milliseconds.
	reconnect = 1000
)

// follow answers with the event stream of the sandbox's exchanges: those after
// the one that Last-Event-ID, or else the query's `after`, names; without either
// those to come.
func (a *api) follow(c *call) answer {
	after := c.r.Header.Get("Last-Event-ID")
	if after == "" {
		after = c.r.URL.Query().Get("after")
	}
	return answer{
		status: http.StatusOK,
		media:  "text/event-stream",
		header: http.Header{"X-Accel-Buffering": {"no"}}, // or a proxy may hold it back
		events: func(w *eventWriter) { a.copyEvents(w, c.sandbox, after) },
	}
}

// copyEvents writes a sandbox's events until the client leaves or stalls, the
// server shuts down, or the sandbox is replaced: the client then comes back, and
// learns from a gap that its place is gone.
func (a *api) copyEvents(w *eventWriter, name, after string) {
	ctx, leave := a.streams.enter(w.ctx, name)
	defer leave()
	box, err := a.fake.Sandbox(name)
	if err != nil {
		return // the name was good a moment ago: it cannot be
	}
	// The heart beats beside the journal's iterator, which blocks; it stops
	// before the stream's last return, since nobody may write after that.
	ctx, stop := context.WithCancel(ctx)
	var heart sync.WaitGroup
	heart.Go(func() {
		defer stop()
		ticker := time.NewTicker(heartbeat)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if a.fake.Lookup(name) != box || w.comment("still here") != nil {
					return
				}
			}
		}
	})
	defer heart.Wait()
	defer stop()
	// Who has seen the stream begin misses nothing from there on.
	following := box.Journal().Follow(ctx, after)
	if w.comment("exchanges of sandbox "+name) != nil {
		return
	}
	for event := range following {
		if w.event(event) != nil {
			return
		}
	}
}

// eventWriter writes one event stream (HTML Living Standard, 9.2). Its methods
// may be called concurrently.
type eventWriter struct {
	ctx context.Context
	mu  sync.Mutex // held while an event is written
	w   http.ResponseWriter
	rc  *http.ResponseController
}

// writeEvents sends an answer that is an event stream.
func writeEvents(w http.ResponseWriter, r *http.Request, ans answer) {
	w.Header().Set("Content-Type", ans.media)
	w.WriteHeader(ans.status)
	if r.Method == http.MethodHead {
		return
	}
	rc := http.NewResponseController(w)
	// A server's ReadTimeout would end the stream, whose request has long been
	// read. Where no deadline can be set there is none.
	_ = rc.SetReadDeadline(time.Time{})
	ans.events(&eventWriter{ctx: r.Context(), w: w, rc: rc})
}

// comment writes a line that clients skip.
func (w *eventWriter) comment(text string) error {
	return w.send(fmt.Appendf(nil, ": %s\nretry: %d\n\n", text, reconnect))
}

// event writes an exchange, or a gap: how many were lost, null if that is not
// known. A gap has no id, so the client's place stays.
func (w *eventWriter) event(ev mock.Event) error {
	if ev.Exchange == nil {
		lost := "null"
		if ev.Lost >= 0 {
			lost = fmt.Sprint(ev.Lost)
		}
		return w.send(fmt.Appendf(nil, "event: gap\ndata: {\"lost\":%s}\n\n", lost))
	}
	data, err := json.Marshal(ev.Exchange)
	if err != nil {
		return err
	}
	return w.send(fmt.Appendf(nil, "id: %s\nevent: exchange\ndata: %s\n\n", ev.Exchange.ID, data))
}

func (w *eventWriter) send(b []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	// Where no deadline can be set, the connection's own limits hold.
	_ = w.rc.SetWriteDeadline(time.Now().Add(stalled))
	if _, err := w.w.Write(b); err != nil {
		return err
	}
	return w.rc.Flush()
}

// streams are the event streams under way, so that they can be ended from
// outside. The zero value has none.
type streams struct {
	mu      sync.Mutex // guards all below
	next    int
	open    map[int]stream
	servers map[*http.Server]bool // whose shutdown ends the streams
}

type stream struct {
	sandbox string
	end     context.CancelFunc
}

// enter begins a stream: its context ends with the client's, or by [streams.end].
func (s *streams) enter(ctx context.Context, sandbox string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open = map[int]stream{}
	}
	s.next++
	id := s.next
	s.open[id] = stream{sandbox, cancel}
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, id)
	}
}

// end ends the streams of a sandbox, with "" all of them.
func (s *streams) end(sandbox string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.open {
		if sandbox == "" || sandbox == st.sandbox {
			st.end()
		}
	}
}

// endWith lets the shutdown of the server that a request came through end all
// streams: it waits for requests under way, and theirs has no end of its own.
func (s *streams) endWith(r *http.Request) {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.servers[server] {
		return
	}
	if s.servers == nil {
		s.servers = map[*http.Server]bool{}
	}
	s.servers[server] = true
	server.RegisterOnShutdown(func() { s.end("") })
}
