package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/spec"
)

// event is one server-sent event, or with only a comment a heartbeat.
type event struct{ id, name, data, comment string }

// events reads a stream; its channel is closed at the end.
func events(body *bufio.Reader) <-chan event {
	out := make(chan event)
	go func() {
		defer close(out)
		var ev event
		for {
			line, err := body.ReadString('\n')
			if err != nil {
				return
			}
			field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch field {
			case "id":
				ev.id = value
			case "event":
				ev.name = value
			case "data":
				ev.data = value
			case "":
				if value != "" {
					ev.comment = value
					break
				}
				out <- ev
				ev = event{}
			}
		}
	}()
	return out
}

// open opens a stream, and returns when the server is following.
func open(t *testing.T, url string, edits ...func(*http.Request)) (<-chan event, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, edit := range edits {
		edit(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || got != "text/event-stream" {
		t.Fatalf("%s: %d %s", url, resp.StatusCode, got)
	}
	all := events(bufio.NewReader(resp.Body))
	if ev := <-all; !strings.HasPrefix(ev.comment, "exchanges of") {
		t.Fatalf("the stream begins with %+v", ev)
	}
	return all, cancel
}

// isExchange fails unless an event is that exchange, and its data the document's.
func (h *harness) isExchange(ev event, id string) {
	h.t.Helper()
	if ev.name != "exchange" || ev.id != id {
		h.t.Fatalf("event %s %s, want exchange %s", ev.name, ev.id, id)
	}
	req := &spec.Request{Method: "GET", Path: "/_standin/exchanges/" + id}
	call, _ := h.own.Bind(req, h.own.Find(req.Method, req.Path))
	wrong := h.own.CheckResponse(call, &spec.Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(ev.data)})
	for _, v := range wrong {
		h.t.Errorf("the event breaks openapi.yaml: %s: %s", v.Where, v.Message)
	}
	var got struct{ ID string }
	if err := json.Unmarshal([]byte(ev.data), &got); err != nil || got.ID != id {
		h.t.Errorf("the event's data are of exchange %q: %v", got.ID, err)
	}
}

func TestTheStreamShowsWhatHappens(t *testing.T) {
	h := newPlain(t)
	s := h.server()
	h.greet("/greetings/before")
	all, _ := open(t, s.URL+"/_standin/exchanges/stream")
	h.greet("/~bob/greetings/elsewhere")
	first := h.greet("/greetings/%0A%0Adata:%20forged")
	h.isExchange(<-all, first)
	second := h.greet("/greetings/ada?loud=maybe")
	h.isExchange(<-all, second)
}

func TestTheStreamResumes(t *testing.T) {
	h := newPlain(t)
	s := h.server()
	first := h.greet("/greetings/1")
	second := h.greet("/greetings/2")
	third := h.greet("/greetings/3")
	for name, open := range map[string]func() (<-chan event, context.CancelFunc){
		"it goes on after Last-Event-ID": func() (<-chan event, context.CancelFunc) {
			return open(t, s.URL+"/_standin/exchanges/stream", header("Last-Event-ID", first))
		},
		"it goes on after the query": func() (<-chan event, context.CancelFunc) {
			return open(t, s.URL+"/_standin/exchanges/stream?after="+first)
		},
		"it asks the header first": func() (<-chan event, context.CancelFunc) {
			return open(t, s.URL+"/_standin/exchanges/stream?after="+third, header("Last-Event-ID", first))
		},
	} {
		t.Run(name, func(t *testing.T) {
			all, leave := open()
			defer leave()
			h.isExchange(<-all, second)
			h.isExchange(<-all, third)
		})
	}
}

func TestTheStreamTellsOfAGap(t *testing.T) {
	h := newPlain(t)
	s := h.server()
	h.greet("/greetings/1")
	h.want(204, "DELETE", "/_standin/exchanges", "")
	kept := h.greet("/greetings/2")
	all, _ := open(t, s.URL+"/_standin/exchanges/stream?after=01ARZ3NDEKTSV4RRFFQ69G5FAV")
	if ev := <-all; ev.name != "gap" || ev.data != `{"lost":null}` || ev.id != "" {
		t.Errorf("event %+v, want a gap", ev)
	}
	h.isExchange(<-all, kept)
}

func TestTheStreamEndsWithItsSandbox(t *testing.T) {
	for _, end := range []struct{ method, target string }{
		{"PUT", "/_standin/sandboxes/ada"},
		{"DELETE", "/_standin/sandboxes/ada"},
	} {
		h := newPlain(t)
		s := h.server()
		all, _ := open(t, s.URL+"/~ada/_standin/exchanges/stream")
		other, _ := open(t, s.URL+"/~bob/_standin/exchanges/stream")
		h.call(end.method, end.target, "")
		if ev, more := <-all; more {
			t.Errorf("after %s there is %+v, want the end", end.method, ev)
		}
		id := h.greet("/~bob/greetings/1")
		h.isExchange(<-other, id)
	}
}

func TestTheStreamEndsWithTheServer(t *testing.T) {
	h := newPlain(t)
	s := h.server()
	all, _ := open(t, s.URL+"/_standin/exchanges/stream")
	if err := s.Config.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ev, more := <-all; more {
		t.Errorf("after the shutdown there is %+v, want the end", ev)
	}
}

func TestHEADOfAStreamReturns(t *testing.T) {
	h := newPlain(t)
	if out := h.want(200, "HEAD", "/_standin/exchanges/stream", ""); len(out.Body) > 0 {
		t.Errorf("body %s", out.Body)
	}
}

// pipe is a response that a test reads while it is written, without a socket.
type pipe struct {
	http.ResponseWriter
	mu    sync.Mutex
	lines []string
	block chan struct{} // writes wait until it is closed; nil for never

	endless bool // the read deadline was taken away
}

func (p *pipe) SetReadDeadline(t time.Time) error { p.endless = t.IsZero(); return nil }

func (p *pipe) Write(b []byte) (int, error) {
	if p.block != nil {
		<-p.block
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, string(b))
	return len(b), nil
}

func (p *pipe) Flush() {}

func (p *pipe) written() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.lines...)
}

// follow streams into a pipe, inside of a synctest bubble.
func (h *harness) follow(p *pipe) (leave func()) {
	ctx, cancel := context.WithCancel(context.Background())
	r := httptest.NewRequest("GET", "/_standin/exchanges/stream", nil).WithContext(ctx)
	p.ResponseWriter = httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.handler.ServeHTTP(p, r)
	}()
	synctest.Wait()
	return func() { cancel(); <-done }
}

func TestAnIdleStreamStaysAlive(t *testing.T) {
	h := newPlain(t)
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		defer h.follow(p)()
		time.Sleep(46 * time.Second)
		synctest.Wait()
		if !p.endless {
			t.Error("the server's ReadTimeout would end the stream")
		}
		if got := p.written(); len(got) != 4 || !strings.HasPrefix(got[3], ": ") {
			t.Errorf("after 46 s there are %d comments, want 4: %q", len(got), got)
		}
	})
}

func TestAHeartbeatNoticesThatTheSandboxIsAnother(t *testing.T) {
	h := newPlain(t)
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{}
		leave := h.follow(p)
		h.fake.DropSandbox("default") // behind the control API's back
		time.Sleep(46 * time.Second)
		synctest.Wait()
		if got := p.written(); len(got) != 1 {
			t.Errorf("the stream went on: %q", got)
		}
		leave()
	})
}

func TestASlowReaderIsToldWhatItLost(t *testing.T) {
	h := newPlain(t)
	synctest.Test(t, func(t *testing.T) {
		p := &pipe{block: make(chan struct{})}
		leave := h.follow(p)
		// The journal's follower begins once the first comment is out.
		close(p.block)
		synctest.Wait()
		p.block = make(chan struct{})
		for range 400 {
			h.greet("/greetings/ada")
		}
		close(p.block)
		synctest.Wait()
		got := strings.Join(p.written(), "")
		if !strings.Contains(got, "event: gap\ndata: {\"lost\":") || strings.Contains(got, `"lost":null`) {
			t.Errorf("no gap with a number in %d bytes", len(got))
		}
		if n := strings.Count(got, "event: exchange\n"); n == 0 || n >= 400 {
			t.Errorf("%d exchanges came through, want some but not all", n)
		}
		leave()
	})
}

func TestAStreamLeavesNothingBehind(t *testing.T) {
	h := newPlain(t)
	// The bubble fails if a goroutine of its own is left at the end.
	synctest.Test(t, func(t *testing.T) {
		for range 3 {
			p := &pipe{}
			leave := h.follow(p)
			h.greet("/greetings/ada")
			synctest.Wait()
			leave()
			if got := strings.Join(p.written(), ""); strings.Count(got, "event: exchange\n") != 1 {
				t.Errorf("written: %q", got)
			}
		}
	})
}

func TestStreamsAreGuarded(t *testing.T) {
	h := newPlain(t)
	h.handler = control.New(h.fake, control.Options{Token: "s3cret"})
	h.want(401, "GET", "/_standin/exchanges/stream", "")
}
