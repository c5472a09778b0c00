package mock

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/spec"
)

// callsBack reports whether the answer is one that callbacks follow: the
// operation has some and has done its work, whatever then happens to the answer
// on the wire. A real service sends its own.
func (v *visit) callsBack() bool {
	op := v.route.Operation
	return op != nil && len(op.Callbacks()) > 0 && !v.plan.ours && !v.plan.forward && v.response.Status < 400
}

// writeThenCall writes an answer, and once it has left puts the operation's
// callbacks into the queue.
func (h *Handler) writeThenCall(v *visit, ex *Exchange, w http.ResponseWriter, r *http.Request) error {
	queued := h.courier.expect(v.sandbox)
	defer func() { // also when a fault breaks the answer off by a panic
		defer queued()
		h.callBack(context.WithoutCancel(r.Context()), v, ex)
	}()
	err := wire.Write(r.Context(), w, v.onWire(ex, r))
	if err == nil && ex.Fault == wire.None {
		// Else net/http sends it when the handler returns. An error is the
		// client's leaving.
		_ = http.NewResponseController(w).Flush()
	}
	return err
}

// onWire is an exchange's answer as it is to be written.
func (v *visit) onWire(ex *Exchange, r *http.Request) wire.Answer {
	return v.carried.under(wire.Answer{
		Status: ex.Response.Status, Header: ex.Response.Header, Body: ex.Response.Body,
		Fault: ex.Fault, Delay: ex.Delay, HeadOnly: r.Method == http.MethodHead,
	})
}

// callBack makes the callbacks of an exchange and puts them into the queue.
func (h *Handler) callBack(ctx context.Context, v *visit, ex *Exchange) {
	seed := v.sandbox.Seeded(ctx)
	moment := spec.Moment{Call: v.call.Call, Response: &ex.Response}
	var made []Delivery
	for i, cb := range v.route.Operation.Callbacks() {
		d := Delivery{
			ID: ex.ID + "-" + itoa(i+1), Kind: SourceCallback, Name: cb.Name, Of: v.route.Operation.ID, Cause: ex.ID,
			Method: cb.Operation.Method, Status: DeliveryPending,
		}
		to, err := cb.URL.URL(moment)
		if err == nil {
			err = d.compose(cb.Operation, to, spec.Composition{
				Want: spec.Want{Seed: seed2(seed, 0, "callback "+d.ID), Now: ex.At},
				From: [][]byte{ex.Response.Body, ex.Request.Body},
			})
		}
		if err != nil {
			d.Status, d.Reason = DeliveryRefused, err.Error()
		}
		made = append(made, d)
	}
	h.queue(ctx, v.sandbox, made)
}

// compose fills in a delivery's request.
func (d *Delivery) compose(op *spec.Operation, to string, c spec.Composition) error {
	r, example, err := op.Compose(c)
	if err != nil {
		return err
	}
	d.Query, d.Header, d.Body, d.Example, d.URL = r.RawQuery, r.Header, r.Body, example, to
	if _, ok := d.Header["User-Agent"]; !ok {
		d.Header.Set("User-Agent", "standin")
	}
	d.Header.Set("Standin-Delivery", d.ID)
	if u, err := url.Parse(to); err == nil && r.RawQuery != "" {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += r.RawQuery
		d.URL = u.String()
	}
	return nil
}

// queue puts deliveries into the sandbox's state and lets the courier look for
// them. It returns them as they were stored.
func (h *Handler) queue(ctx context.Context, s *Sandbox, made []Delivery) []Delivery {
	stored := make([]Delivery, len(made))
	err := s.aside(ctx, func(tx *Tx) {
		for i, d := range made {
			d.Created = tx.now
			if d.Status == DeliveryPending {
				d.Due = tx.now
			}
			stored[i] = d.add(tx)
		}
	})
	if err != nil {
		return nil // the sandbox is gone, and its callbacks with it
	}
	for _, d := range stored {
		if d.Status == DeliveryRefused {
			h.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "delivery", slog.String("id", d.ID), slog.String("sandbox", s.name),
				slog.String("kind", string(d.Kind)), slog.String("name", d.Name), slog.String("reason", d.Reason))
		}
	}
	h.courier.wake(s)
	return stored
}

// WebhookCall says which webhook to send, and how.
type WebhookCall struct {
	Name    string
	Method  string // "" is the first that the document gives it
	URL     string
	Body    []byte      // nil: an example of the document's, or a sample
	Example string      // the name of an example for the body; "" is any
	Dynamic bool        // make a new body from the schema, whatever examples there are
	Header  http.Header // set over what the document gives
}

// WebhookError is the error for a webhook that cannot be sent as asked for: with
// Nearest there is none of that name and method, with Violations its request
// would break the document, with Forbidden it may not go there.
type WebhookError struct {
	Msg        string
	Unknown    bool
	Nearest    []string
	Forbidden  bool
	Violations []spec.Violation
}

func (e *WebhookError) Error() string { return e.Msg }

// Webhook sends one of the document's webhooks to an address, as soon as may be:
// what it returns is queued. The error is a *[WebhookError].
func (s *Sandbox) Webhook(ctx context.Context, call WebhookCall) (Delivery, error) {
	h := s.h
	doc := h.Document()
	op, near := doc.Webhook(call.Name, call.Method)
	if op == nil {
		return Delivery{}, unknownWebhook(call, near)
	}
	var seed [2]uint64
	d := Delivery{Kind: SourceWebhook, Name: call.Name, Method: op.Method, Status: DeliveryPending}
	var now time.Time
	err := s.Update(ctx, func(tx *Tx) error {
		d.ID, seed, now = tx.ULID("webhook"), tx.Seed("webhook"), tx.now
		return nil
	})
	if err != nil {
		return Delivery{}, err
	}
	err = d.compose(op, call.URL, spec.Composition{
		Want: spec.Want{Seed: seed, Now: now, Example: call.Example, Dynamic: call.Dynamic}, Body: call.Body,
	})
	if err != nil {
		return Delivery{}, &WebhookError{Msg: err.Error()}
	}
	for name, values := range call.Header {
		d.Header[http.CanonicalHeaderKey(name)] = values
	}
	if wrong := d.faults(doc, op); call.Body != nil && hasErrors(wrong) {
		return Delivery{}, &WebhookError{Msg: "the request would break the document: " + firstError(wrong), Violations: wrong}
	}
	// The courier refuses it too, and records that.
	_, forbidden := h.courier.post.hosts.receiver(call.URL)
	stored := h.queue(ctx, s, []Delivery{d})
	if forbidden != nil {
		return Delivery{}, &WebhookError{Msg: forbidden.Error(), Forbidden: true}
	}
	if len(stored) == 0 {
		return Delivery{}, ErrNoSandbox
	}
	return stored[0], nil
}

func unknownWebhook(call WebhookCall, near []string) error {
	msg := "the document has no webhook " + quoteShort(call.Name)
	switch {
	case len(near) == 1 && near[0] == call.Name:
		msg += " with the method " + quoteShort(call.Method)
	case len(near) > 0:
		msg += "; the nearest are " + joinComma(near)
	default:
		msg += ", nor any other"
	}
	return &WebhookError{Msg: msg, Unknown: true, Nearest: near}
}

// faults checks a delivery's request.
func (d *Delivery) faults(doc *spec.Document, op *spec.Operation) []spec.Violation {
	req := spec.Request{Method: d.Method, Path: "/", RawQuery: d.Query, Header: d.Header, Body: d.Body}
	_, found := doc.Bind(&req, spec.Route{Operation: op})
	return found
}

func firstError(vs []spec.Violation) string {
	for _, v := range vs {
		if v.Severity == spec.SeverityError {
			return v.Where + ": " + v.Message
		}
	}
	return ""
}
