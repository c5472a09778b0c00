package mock

import (
	"context"
	"sync"
	"time"
)

// maxCouriers bounds the sandboxes that deliver at the same time. Each sends
// one request after another, in their order.
const maxCouriers = 16

// courier carries out the deliveries of all sandboxes. Where nothing is due it
// costs no goroutine: a timer waits for a clock that runs, and a clock that is
// moved wakes it.
type courier struct {
	h     *Handler
	post  *post
	slots chan struct{} // one for each sandbox that delivers

	ctx    context.Context // ends what is under way
	cancel context.CancelFunc
	wg     sync.WaitGroup // the goroutines

	mu     sync.Mutex // guards all below
	closed bool
	rounds map[*Sandbox]*round
}

// round is a sandbox's deliveries under way or to come.
type round struct {
	running bool          // a goroutine looks after them
	again   bool          // there may be more since it looked
	coming  int           // answers under way that callbacks may follow
	timer   *time.Timer   // for the next that is due
	change  chan struct{} // closed when running or coming changes; nil if nobody waits
}

func newCourier(h *Handler, hosts hostRules) *courier {
	ctx, cancel := context.WithCancel(context.Background())
	return &courier{h: h, post: newPost(hosts), slots: make(chan struct{}, maxCouriers), ctx: ctx, cancel: cancel, rounds: map[*Sandbox]*round{}}
}

// of returns a sandbox's round; the caller holds c.mu.
func (c *courier) of(s *Sandbox) *round {
	r := c.rounds[s]
	if r == nil {
		r = &round{}
		c.rounds[s] = r
	}
	return r
}

// settle tells those who wait, and forgets a round that is at its end; the
// caller holds c.mu.
func (c *courier) settle(s *Sandbox, r *round) {
	if r.change != nil {
		close(r.change)
		r.change = nil
	}
	if !r.running && r.coming == 0 && r.timer == nil {
		delete(c.rounds, s)
	}
}

// expect announces an answer that callbacks may follow; the function it returns
// says that they have been put in the queue.
func (c *courier) expect(s *Sandbox) (queued func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.of(s)
	r.coming++
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		r.coming--
		c.settle(s, r)
	}
}

// wake looks for what is due in a sandbox.
func (c *courier) wake(s *Sandbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	r := c.of(s)
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
	r.again = true
	if !r.running {
		r.running = true
		c.wg.Go(func() { c.run(s, r) })
	}
}

// run delivers what is due until nothing is.
func (c *courier) run(s *Sandbox, r *round) {
	for {
		c.mu.Lock()
		r.again = false
		c.mu.Unlock()
		next := c.deliver(s)
		c.mu.Lock()
		if r.again && !c.closed {
			c.mu.Unlock()
			continue
		}
		r.running = false
		if next > 0 && !c.closed {
			r.timer = time.AfterFunc(next, func() { c.wake(s) })
		}
		c.settle(s, r)
		c.mu.Unlock()
		return
	}
}

// deliver sends what is due in a sandbox and returns how long it is until more
// will be; 0 when nothing will be unless the clock is moved.
func (c *courier) deliver(s *Sandbox) time.Duration {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-c.ctx.Done():
		return 0
	}
	for c.ctx.Err() == nil && c.h.Lookup(s.name) == s {
		try, wait := c.claim(s)
		if try == nil {
			return wait
		}
		c.attempt(s, try)
	}
	return 0
}

// moved wakes the courier when the clock or the state of a sandbox with
// deliveries has changed.
func (s *Sandbox) moved(ctx context.Context) {
	waiting := false
	s.View(ctx, func(tx *Tx) { waiting = deliveries.Len(tx) > 0 })
	if waiting {
		s.h.courier.wake(s)
	}
}

// Settle waits until no callback or webhook of the sandbox is due or under way:
// what is left is due later by its clock. The error is ctx's.
func (s *Sandbox) Settle(ctx context.Context) error {
	c := s.h.courier
	for {
		c.mu.Lock()
		r := c.rounds[s]
		if r == nil || !r.running && r.coming == 0 {
			c.mu.Unlock()
			return nil
		}
		if r.change == nil {
			r.change = make(chan struct{})
		}
		change := r.change
		c.mu.Unlock()
		select {
		case <-change:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Close ends the handler's deliveries: what is under way may come to its end
// until ctx does, and what is due later stays in the state. Requests are
// answered as before, and their callbacks wait.
func (h *Handler) Close(ctx context.Context) {
	c := h.courier
	c.mu.Lock()
	c.closed = true
	for s, r := range c.rounds {
		if r.timer != nil {
			r.timer.Stop()
			r.timer = nil
			c.settle(s, r)
		}
	}
	c.mu.Unlock()
	stop := context.AfterFunc(ctx, c.cancel)
	defer stop()
	c.wg.Wait()
	c.cancel()
}
