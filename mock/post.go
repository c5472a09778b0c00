package mock

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Bounds of one delivery.
const (
	deliveryTimeout = 10 * time.Second
	maxReceived     = 1 << 20 // bytes of the receiver's answer
)

// post sends requests to receivers that may have them.
type post struct {
	hosts  hostRules
	client *http.Client
}

func newPost(hosts hostRules) *post {
	transport := &http.Transport{
		// No proxy: it would dial in our place, and to where it likes.
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			if loopbackName(host) {
				return dialLoopback(ctx, network, port, hosts.control(host, port))
			}
			d := net.Dialer{Control: hosts.control(host, port)}
			return d.DialContext(ctx, network, address)
		},
		DisableKeepAlives: true, MaxResponseHeaderBytes: MaxHeader,
	}
	return &post{hosts: hosts, client: &http.Client{
		Transport: transport, Timeout: deliveryTimeout,
		// A receiver does not pass a delivery on to where none may go, nor to
		// where it may: it is told to those who registered.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// dialLoopback dials this machine without asking a name server, which knows
// nothing of names such as api.localhost.
func dialLoopback(ctx context.Context, network, port string, control func(network, address string, _ syscall.RawConn) error) (net.Conn, error) {
	var first error
	for _, ip := range []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()} {
		d := net.Dialer{Control: control}
		conn, err := d.DialContext(ctx, network, net.JoinHostPort(ip.String(), port))
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

// send sends a delivery. Without an answer the response's status is 0, and the
// error says why.
func (p *post) send(ctx context.Context, d *Delivery) (spec.Response, error) {
	u, err := p.hosts.receiver(d.URL)
	if err != nil {
		return spec.Response{}, err
	}
	req, err := http.NewRequestWithContext(ctx, d.Method, u.String(), bytes.NewReader(d.Body))
	if err != nil {
		return spec.Response{}, &forbidden{err.Error()}
	}
	req.Header = d.Header.Clone()
	resp, err := p.client.Do(req)
	if err != nil {
		var no *forbidden
		if errors.As(err, &no) {
			return spec.Response{}, no
		}
		return spec.Response{}, fmt.Errorf("no answer: %w", plainNet(err))
	}
	defer resp.Body.Close()
	out := spec.Response{Status: resp.StatusCode, Header: resp.Header}
	out.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxReceived+1))
	if len(out.Body) > maxReceived {
		out.Body, err = out.Body[:maxReceived], fmt.Errorf("the answer is over the bound of %s", sizeText(maxReceived))
	}
	if len(out.Body) == 0 {
		out.Body = nil
	}
	return out, err
}

// plainNet takes the address, which stands beside it, off a client's error.
func plainNet(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return fmt.Errorf("nothing came within %v", deliveryTimeout)
	}
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

// attempt is one try of a delivery on its way.
type attempt struct {
	delivery Delivery // as it stands in the state while the try is under way
	id       string   // of the try's exchange
	at       time.Time
}

// claim takes the delivery that is due first, and counts the try: one that is
// cut short is then not repeated at once. With none due it returns how long it
// is until one will be, 0 when that needs the clock to be moved.
func (c *courier) claim(s *Sandbox) (try *attempt, wait time.Duration) {
	_ = s.aside(c.ctx, func(tx *Tx) {
		try, wait = nil, 0
		d, ok := nextDelivery(tx)
		switch {
		case !ok:
		case d.Due.After(tx.now):
			if !tx.head.Clock.Frozen {
				wait = d.Due.Sub(tx.now)
			}
		default:
			d.Tries++
			d.Due = tx.now.Add(backoff[min(d.Tries, len(backoff))-1])
			seed := seed2(tx.head.Seed, 0, "delivery "+d.ID+" "+itoa(d.Tries))
			try = &attempt{delivery: d, id: ulidFrom(tx.now, seed), at: tx.now}
			d.Exchanges = append(d.Exchanges[:len(d.Exchanges):len(d.Exchanges)], try.id)
			deliveries.Put(tx, d.ID, d)
			try.delivery = d
		}
	})
	return try, wait
}

// attempt makes a try, records its exchange, and writes down what became of it.
func (c *courier) attempt(s *Sandbox, try *attempt) {
	wall := c.h.opts.Wall()
	resp, err := c.post.send(c.ctx, &try.delivery)
	d := try.delivery.after(&resp, err)
	ex := c.exchange(s, try, &d, resp)
	ex.Duration = c.h.opts.Wall().Sub(wall)
	s.tallied().sent(ex)
	s.journal.add(ex) // first: who sees that it was delivered finds the exchange
	if c.h.Lookup(s.name) == s {
		_ = s.aside(context.WithoutCancel(c.ctx), func(tx *Tx) {
			if _, ok := deliveries.Get(tx, d.ID); ok { // else the world was reset meanwhile
				deliveries.Put(tx, d.ID, d)
			}
		})
	}
	c.h.logDelivery(c.ctx, s, &d, ex)
}

// after is the delivery once a try has been made.
func (d Delivery) after(resp *spec.Response, err error) Delivery {
	var no *forbidden
	switch {
	case errors.As(err, &no):
		d.Status, d.Reason, d.Due = DeliveryRefused, no.Error(), time.Time{}
		return d
	case err != nil:
		d.Reason = err.Error()
	case resp.Status/100 == 2:
		d.Status, d.Reason, d.Due = DeliveryDelivered, "the receiver answered "+itoa(resp.Status), time.Time{}
		return d
	case resp.Status/100 == 3:
		d.Reason = "the receiver answered " + itoa(resp.Status) + ", and redirects are not followed"
	default:
		d.Reason = "the receiver answered " + itoa(resp.Status)
	}
	if d.Tries > len(backoff) {
		d.Status, d.Due = DeliveryFailed, time.Time{}
	}
	return d
}

// exchange is a try's exchange, checked both ways against the document.
func (c *courier) exchange(s *Sandbox, try *attempt, d *Delivery, resp spec.Response) *Exchange {
	ex := &Exchange{
		ID: try.id, Sandbox: s.name, At: try.at, Delivery: d.ID, Try: d.Tries, Target: d.URL,
		Request:  spec.Request{Method: d.Method, RawQuery: d.Query, Header: d.Header, Body: d.Body, Path: "/"},
		Response: resp, Source: d.Kind, Reason: d.Reason,
	}
	c.h.checked.seen.Add(1)
	doc := c.h.Document()
	if op := d.operation(doc); op != nil {
		ex.Operation, ex.Template = op.ID, string(d.Kind)+" "+d.Name
		ex.Violations = c.h.checkDelivery(doc, op, d, ex)
	}
	if len(ex.Violations) > 0 {
		c.h.checked.reported.Add(1)
	} else {
		c.h.checked.accepted.Add(1)
	}
	if u, err := c.post.hosts.receiver(d.URL); err == nil {
		ex.Request.Path, ex.Request.RawQuery, ex.Request.Host, ex.Request.TLS = u.EscapedPath(), u.RawQuery, u.Host, u.Scheme == "https"
	}
	return ex
}

// checkDelivery checks what was sent, and what the receiver answered: that is
// the client's.
func (h *Handler) checkDelivery(doc *spec.Document, op *spec.Operation, d *Delivery, ex *Exchange) []spec.Violation {
	req := ex.Request
	call, found := doc.Bind(&req, spec.Route{Operation: op})
	for i := range found {
		found[i].Blame = spec.BlameFake
		if d.Example {
			found[i].Blame = spec.BlameDocument
		}
	}
	if ex.Response.Status != 0 {
		answered := doc.CheckResponse(call, &ex.Response)
		for i := range answered {
			answered[i].Blame = spec.BlameClient
		}
		found = append(found, answered...)
	}
	if h.opts.Strict {
		found = strict(found)
	}
	return found
}

// logDelivery writes a try's one record.
func (h *Handler) logDelivery(ctx context.Context, s *Sandbox, d *Delivery, ex *Exchange) {
	level := slog.LevelInfo
	if d.Status == DeliveryRefused || d.Status == DeliveryFailed {
		level = slog.LevelWarn
	}
	h.opts.Logger.LogAttrs(ctx, level, "delivery",
		slog.String("id", d.ID), slog.String("sandbox", s.name), slog.String("kind", string(d.Kind)), slog.String("name", d.Name),
		slog.String("method", d.Method), slog.String("url", d.URL), slog.Int("try", d.Tries), slog.Int("status", ex.Response.Status),
		slog.String("reason", d.Reason), slog.Duration("duration", ex.Duration), slog.Int("violations", len(ex.Violations)))
}
