package mock

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

var hooksStart = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

// hooks is a fake of hooks.yaml whose clocks stand still.
func hooks(t testing.TB, o Options) *Handler {
	t.Helper()
	doc, err := spec.Load(context.Background(), "testdata/hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Warnings()) > 0 {
		t.Fatal(doc.Warnings())
	}
	o.Start, o.Freeze = hooksStart, true
	h, err := New(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(context.Background()) })
	return h
}

// receiver is a server that keeps what it gets and answers as it is told to.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex // guards all below
	got    []string   // "POST /paid?order=o-1 {…}"
	header []http.Header
	status []int         // of the next answers; then 204
	second chan struct{} // closed when the second request has come
}

func newReceiver(t testing.TB, status ...int) *receiver {
	t.Helper()
	r := &receiver{status: status, second: make(chan struct{})}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, q.Method+" "+q.RequestURI+" "+string(body))
		r.header = append(r.header, q.Header)
		if len(r.got) == 2 {
			close(r.second)
		}
		next := http.StatusNoContent
		if len(r.status) > 0 {
			next, r.status = r.status[0], r.status[1:]
		}
		if next/100 == 3 {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(next)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func defaultBox(t testing.TB, h *Handler) *Sandbox {
	t.Helper()
	s, err := h.Sandbox(DefaultSandbox)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func settle(t testing.TB, s *Sandbox) {
	t.Helper()
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// outgoing are the exchanges that the API itself began.
func outgoing(s *Sandbox) []*Exchange {
	return slices.DeleteFunc(s.Journal().Exchanges(), func(ex *Exchange) bool { return ex.Delivery == "" })
}

// orderAt orders with a callback address.
func orderAt(t testing.TB, h *Handler, url string) {
	t.Helper()
	if w := ask(h, "POST", "/orders", `{"callbackUrl":"`+url+`","amount":42}`); w.Code != 201 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
}

func TestCallbackFollowsTheAnswer(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t)
	orderAt(t, h, to.URL)
	box := defaultBox(t, h)
	settle(t, box)
	want := []string{`POST /paid?order=o-1 {"id":"o-1","amount":5}`}
	if got := to.requests(); !slices.Equal(got, want) {
		t.Fatalf("the receiver got %q, want %q", got, want)
	}
	if got := to.header[0]; got.Get("X-Event") != "paid" || got.Get("Content-Type") != "application/json" || got.Get("Standin-Delivery") == "" {
		t.Errorf("headers: %v", got)
	}
	all := outgoing(box)
	if len(all) != 1 {
		t.Fatalf("%d exchanges, want 1", len(all))
	}
	ex := all[0]
	if ex.Operation != "orderPaid" || ex.Template != "callback paid" || ex.Source != SourceCallback || ex.Response.Status != 204 || len(ex.Violations) > 0 ||
		ex.Target != to.URL+"/paid?order=o-1" || ex.Request.Path != "/paid" || ex.Try != 1 || !ex.At.Equal(hooksStart) {
		t.Errorf("the exchange is %+v", ex)
	}
	ds := box.Deliveries(t.Context())
	if len(ds) != 2 || ds[0].Status != DeliveryDelivered || ds[0].Cause != box.Journal().Exchanges()[0].ID || !slices.Equal(ds[0].Exchanges, []string{ex.ID}) {
		t.Errorf("deliveries: %+v", ds)
	}
	if d := ds[1]; d.Name != "broken" || d.Status != DeliveryRefused || !strings.Contains(d.Reason, "the request has no query parameter notify") {
		t.Errorf("a callback without an address: %+v", d)
	}
	if c := h.Checked(); c.Seen != c.Accepted+c.Reported || c.Seen != 2 {
		t.Errorf("checked: %+v", c)
	}
}

func TestCallbackWaitsForItsAnswer(t *testing.T) {
	h := hooks(t, Options{})
	var mu sync.Mutex
	var order []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		note("callback")
		w.WriteHeader(204)
	}))
	defer to.Close()
	r := httptest.NewRequest("POST", "/orders", strings.NewReader(`{"callbackUrl":"`+to.URL+`"}`))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(&flushed{httptest.NewRecorder(), func() { note("answer") }}, r)
	settle(t, defaultBox(t, h))
	if want := []string{"answer", "callback"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
}

// flushed tells when an answer has left.
type flushed struct {
	*httptest.ResponseRecorder
	f func()
}

func (w *flushed) Flush() { w.f() }

func TestCallbackDoesNotFollow(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t)
	ask(h, "POST", "/orders", `{"amount":"x","callbackUrl":"`+to.URL+`"}`)
	ask(h, "POST", "/orders", `{"callbackUrl":"`+to.URL+`"}`, "Prefer: code=400")
	ask(h, "POST", "/orders", `{"callbackUrl":"`+to.URL+`"}`, "Prefer: scenario=none-such")
	ask(h, "GET", "/quiet", "")
	settle(t, defaultBox(t, h))
	if got := to.requests(); len(got) > 0 || len(defaultBox(t, h).Deliveries(t.Context())) > 0 {
		t.Errorf("a failed call and one without callbacks led to %q", got)
	}
}

func TestCallbackRetriesByTheSandboxClock(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t, 500, 302, 404)
	box := defaultBox(t, h)
	orderAt(t, h, to.URL)
	settle(t, box)
	for i, step := range []struct {
		advance time.Duration
		tries   int
		status  DeliveryStatus
		reason  string
	}{
		{0, 1, DeliveryPending, "answered 500"},
		{999 * time.Millisecond, 1, DeliveryPending, "answered 500"},
		{time.Millisecond, 2, DeliveryPending, "redirects are not followed"},
		{9 * time.Second, 2, DeliveryPending, "redirects"},
		{time.Second, 3, DeliveryPending, "answered 404"},
		{time.Minute, 4, DeliveryDelivered, "answered 204"},
		{time.Hour, 4, DeliveryDelivered, "answered 204"},
	} {
		if err := box.Advance(t.Context(), step.advance); err != nil {
			t.Fatal(err)
		}
		settle(t, box)
		d := box.Deliveries(t.Context())[0]
		if n := len(to.requests()); n != step.tries || d.Tries != n || d.Status != step.status || !strings.Contains(d.Reason, step.reason) {
			t.Errorf("step %d: %d requests, delivery %+v; want %d, %s, %s", i, n, d, step.tries, step.status, step.reason)
		}
	}
	var wrong []string
	for _, ex := range outgoing(box) {
		for _, v := range ex.Violations {
			wrong = append(wrong, string(v.Blame)+" "+v.Where+" "+v.Got)
		}
	}
	if want := []string{"client status 500", "client status 302", "client status 404"}; !slices.Equal(wrong, want) {
		t.Errorf("violations %q, want %q", wrong, want)
	}
}

func TestDeliveryFailsAfterItsLastTry(t *testing.T) {
	h := hooks(t, Options{})
	to := newReceiver(t)
	to.Close() // nobody answers
	box := defaultBox(t, h)
	orderAt(t, h, to.URL)
	settle(t, box)
	for range 10 {
		_ = box.Advance(t.Context(), time.Minute)
		settle(t, box)
	}
	d := box.Deliveries(t.Context())[0]
	if d.Status != DeliveryFailed || d.Tries != 4 || !strings.Contains(d.Reason, "no answer") || !d.Due.IsZero() {
		t.Errorf("%+v", d)
	}
	all := outgoing(box)
	if len(all) != 4 || all[3].Response.Status != 0 || all[3].Failed() {
		t.Errorf("%d exchanges, the last %+v", len(all), all[len(all)-1])
	}
	text, err := json.Marshal(all[3])
	if err != nil || !bytes.Contains(text, []byte(`"response":{"headers":{}}`)) || !bytes.Contains(text, []byte(`"delivery":"`+d.ID+`","try":4`)) {
		t.Errorf("its JSON is %s, %v", text, err)
	}
}

func TestCallbackBlame(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t)
	ask(h, "POST", "/orders?notify="+to.URL, `{}`)
	box := defaultBox(t, h)
	settle(t, box)
	var got []string
	for _, ex := range outgoing(box) {
		for _, v := range ex.Violations {
			got = append(got, ex.Template+" "+v.In+" "+string(v.Blame)+" "+v.Where+" "+v.Keyword)
		}
	}
	// The answer's id fits, and so mends half of what is wrong with the example.
	if want := []string{`PUT / {"id":"o-1"}`}; !slices.Equal(to.requests(), want) {
		t.Errorf("got %q, want %q", to.requests(), want)
	}
	want := []string{"callback broken request document body required"}
	if !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

func TestWebhook(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t)
	box := defaultBox(t, h)
	for _, call := range []WebhookCall{
		{Name: "shipped"}, {Name: "shipped", Example: "small"}, {Name: "shipped", Body: []byte(`{"id":"mine","amount":3}`), Header: http.Header{"x-Mine": {"1"}}},
	} {
		call.URL = to.URL + "/hook?a=b"
		d, err := box.Webhook(t.Context(), call)
		if err != nil || d.Status != DeliveryPending || d.Kind != SourceWebhook {
			t.Fatalf("%+v, %v", d, err)
		}
		settle(t, box)
	}
	want := []string{`POST /hook?a=b {"id":"big","amount":1000}`, `POST /hook?a=b {"id":"small","amount":1}`, `POST /hook?a=b {"id":"mine","amount":3}`}
	if got := to.requests(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if to.header[2].Get("X-Mine") != "1" {
		t.Errorf("headers %v", to.header[2])
	}
}

func TestWebhookRefuses(t *testing.T) {
	log := &bytes.Buffer{}
	h, to := hooks(t, Options{Logger: slog.New(slog.NewTextHandler(log, nil))}), newReceiver(t)
	box := defaultBox(t, h)
	for _, tc := range []struct {
		name string
		call WebhookCall
		want string
		ok   func(*WebhookError) bool
	}{
		{"it knows no such name", WebhookCall{Name: "shiped", URL: to.URL}, "the nearest are shipped", func(e *WebhookError) bool { return e.Unknown && slices.Equal(e.Nearest, []string{"shipped"}) }},
		{"it has no such method", WebhookCall{Name: "shipped", Method: "PUT", URL: to.URL}, `with the method "PUT"`, func(e *WebhookError) bool { return e.Unknown }},
		{"the body breaks the schema", WebhookCall{Name: "shipped", URL: to.URL, Body: []byte(`{"id":7}`)}, "would break the document: body", func(e *WebhookError) bool { return len(e.Violations) == 2 }},
		{"there is no such example", WebhookCall{Name: "shipped", URL: to.URL, Example: "huge"}, "it has big, small", func(e *WebhookError) bool { return !e.Unknown }},
		{"the host is not allowed", WebhookCall{Name: "shipped", URL: "http://hooks.example.com/x"}, "allow it with --callback-hosts hooks.example.com", func(e *WebhookError) bool { return e.Forbidden }},
		{"the scheme is not allowed", WebhookCall{Name: "shipped", URL: "file:///etc/passwd"}, "no absolute http or https address", func(e *WebhookError) bool { return e.Forbidden }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := box.Webhook(t.Context(), tc.call)
			e, ok := err.(*WebhookError)
			if !ok || !strings.Contains(e.Msg, tc.want) || !tc.ok(e) {
				t.Errorf("%#v, want %q", err, tc.want)
			}
		})
	}
	settle(t, box)
	if len(to.requests()) > 0 {
		t.Errorf("the receiver got %q", to.requests())
	}
	all := outgoing(box)
	if len(all) != 2 || !strings.Contains(all[0].Reason, "--callback-hosts hooks.example.com") || all[0].Response.Status != 0 {
		t.Errorf("a refusal is not in the journal: %+v", all)
	}
	if !strings.Contains(log.String(), "level=WARN msg=delivery") || !strings.Contains(log.String(), "--callback-hosts hooks.example.com") {
		t.Errorf("a refusal is not logged: %s", log)
	}
}

func TestDeliveriesAreState(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t, 503)
	box := defaultBox(t, h)
	orderAt(t, h, to.URL)
	settle(t, box)
	world, err := box.Export(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := box.Reset(t.Context()); err != nil || len(box.Deliveries(t.Context())) > 0 {
		t.Fatalf("a reset leaves %v, %v", box.Deliveries(t.Context()), err)
	}
	_ = box.Advance(t.Context(), time.Hour)
	settle(t, box)
	if n := len(to.requests()); n != 1 {
		t.Fatalf("after a reset the receiver has %d requests, want 1", n)
	}
	other := hooks(t, Options{State: world})
	second, err := other.MakeSandbox(t.Context(), "second", SandboxStart{})
	if err != nil || len(second.Deliveries(t.Context())) > 0 {
		t.Errorf("a sandbox made from a state sends what that had to: %v, %v", second.Deliveries(t.Context()), err)
	}
	if err := second.Import(t.Context(), world); err != nil {
		t.Fatal(err)
	}
	settle(t, second)
	if n := len(to.requests()); n != 1 {
		t.Fatalf("%d requests before the try is due, want 1", n)
	}
	_ = second.Advance(t.Context(), time.Second)
	settle(t, second)
	if n := len(to.requests()); n != 2 {
		t.Errorf("after the import the receiver has %d requests, want 2", n)
	}
	fork, err := other.MakeSandbox(t.Context(), "fork", SandboxStart{From: "second"})
	if err != nil || len(fork.Deliveries(t.Context())) > 0 {
		t.Errorf("a fork keeps its origin's deliveries: %v, %v", fork.Deliveries(t.Context()), err)
	}
}

func TestDeliveriesLeaveIDsAlone(t *testing.T) {
	ids := func(url string) (out []string) {
		h := hooks(t, Options{})
		box := defaultBox(t, h)
		for range 5 {
			w := ask(h, "POST", "/orders", `{"callbackUrl":"`+url+`"}`)
			out = append(out, w.Header().Get("Standin-Exchange"))
			if len(out)%2 == 0 {
				settle(t, box)
			}
		}
		return out
	}
	if a, b := ids(newReceiver(t).URL), ids("nowhere"); !slices.Equal(a, b) {
		t.Errorf("with deliveries the exchanges are %q, without %q", a, b)
	}
}

func TestDeliveriesAreBounded(t *testing.T) {
	h := hooks(t, Options{})
	box := defaultBox(t, h)
	_ = box.aside(t.Context(), func(tx *Tx) {
		for i := range maxPending {
			id := "p" + itoa(i)
			deliveries.Put(tx, id, Delivery{ID: id, Status: DeliveryPending, Created: hooksStart, Due: hooksStart.Add(time.Hour)})
		}
	})
	d := Delivery{ID: "z", Status: DeliveryPending, Kind: SourceWebhook, Created: hooksStart, Due: hooksStart.Add(time.Hour)}
	_ = box.aside(t.Context(), func(tx *Tx) { d = d.add(tx) })
	if d.Status != DeliveryRefused || !strings.Contains(d.Reason, "1000 deliveries wait already") {
		t.Errorf("one too many is %+v", d)
	}
	for i := range keptDone + 50 {
		done := Delivery{ID: "done-" + itoa(i), Status: DeliveryDelivered, Created: hooksStart.Add(time.Duration(i))}
		_ = box.aside(t.Context(), func(tx *Tx) { done.add(tx) })
	}
	if n := len(box.Deliveries(t.Context())); n != maxPending+keptDone {
		t.Errorf("%d deliveries are kept, want %d", n, maxPending+keptDone)
	}
}

func TestCloseEndsDeliveries(t *testing.T) {
	h := hooks(t, Options{})
	arrived := make(chan struct{})
	to := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body) // or its end would hide that of the connection
		close(arrived)
		<-r.Context().Done() // until the sender gives up
	}))
	defer to.Close()
	orderAt(t, h, to.URL)
	<-arrived
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.Close(ctx)
	box := defaultBox(t, h)
	settle(t, box)
	if d := box.Deliveries(t.Context())[0]; d.Status != DeliveryPending || d.Tries != 1 {
		t.Errorf("a delivery that was cut short is %+v", d)
	}
	if w := ask(h, "POST", "/orders", `{"callbackUrl":"`+to.URL+`"}`); w.Code != 201 {
		t.Errorf("a request after Close is answered %d", w.Code)
	}
}

func TestDeliveriesOfManySandboxes(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			for range 5 {
				ask(h, "POST", "/~w"+itoa(i)+"/orders", `{"callbackUrl":"`+to.URL+`"}`)
			}
		})
	}
	wg.Wait()
	for _, s := range h.Sandboxes() {
		settle(t, s)
	}
	if n := len(to.requests()); n != 200 {
		t.Errorf("%d requests, want 200", n)
	}
	h.courier.mu.Lock()
	defer h.courier.mu.Unlock()
	if n := len(h.courier.rounds); n > 0 {
		t.Errorf("%d rounds are left", n)
	}
}

func TestRunningClockMakesRetriesDue(t *testing.T) {
	h, to := hooks(t, Options{}), newReceiver(t, 500)
	box := defaultBox(t, h)
	orderAt(t, h, to.URL)
	settle(t, box)
	running := false
	// The clock stands just before the retry is due, and goes on from there.
	if err := box.SetClock(t.Context(), hooksStart.Add(time.Second-5*time.Millisecond), &running); err != nil {
		t.Fatal(err)
	}
	select {
	case <-to.second:
	case <-time.After(time.Minute):
		t.Fatal("no retry came")
	}
}
