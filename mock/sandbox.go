package mock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/scenarios"
)

// DefaultSandbox is the sandbox of requests that name none. It is never
// dropped.
const DefaultSandbox = "default"

// Sandbox is a whole world: state, active scenarios, clock, seed and journal,
// apart from every other. All of its methods may be called concurrently.
type Sandbox struct {
	h       *Handler
	name    string
	used    atomic.Int64 // wall clock, Unix seconds
	journal Journal
	tally   atomic.Pointer[tally] // see tallied
}

// Name is the sandbox's name.
func (s *Sandbox) Name() string { return s.name }

// touch notes that the sandbox was used: the least recently used go first.
func (s *Sandbox) touch(wall time.Time) { s.used.Store(wall.Unix()) }

// Journal holds the sandbox's last exchanges.
func (s *Sandbox) Journal() *Journal { return &s.journal }

// sandboxes is the table of all sandboxes.
type sandboxes struct {
	mu    sync.RWMutex // guards byName
	names map[string]*Sandbox
	base  *store.World // what a new sandbox starts from
}

// ValidSandboxName reports whether a sandbox may have that name.
func ValidSandboxName(name string) bool {
	if len(name) == 0 || len(name) > 64 {
		return false
	}
	for i := range len(name) {
		c := name[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return true
}

// start makes the start state and the default sandbox.
func (t *sandboxes) start(h *Handler) error {
	t.names = map[string]*Sandbox{}
	o := h.opts
	wall := o.Wall()
	var clock Clock
	if !o.Start.IsZero() {
		clock = clock.Set(wall, o.Start)
	}
	if o.Freeze {
		clock = clock.Freeze(wall)
	}
	active := o.Active
	if active == nil {
		for _, sc := range o.Scenarios {
			active = append(active, sc.Name)
		}
	}
	now := clock.Now(wall)
	first := head{Seed: o.Seed, Clock: clock, Active: switchedOn(active, now), Created: now}

	mem := store.NewMemory()
	mem.Create("", store.NewWorld(first))
	err := mem.Update(context.Background(), "", func(stx *store.Tx) error {
		if o.State != nil {
			if err := h.load(stx, o.State); err != nil {
				return err
			}
			forgetDeliveries(&Tx{tx: stx})
			return nil
		}
		tx := &Tx{tx: stx, head: first, now: now, sandbox: DefaultSandbox}
		if seed := o.Behaviours.Seed; seed != nil {
			seed(tx)
		}
		return h.seedRecords(tx)
	})
	if err != nil {
		return fmt.Errorf("start state: %w", err)
	}
	t.base, err = mem.Snapshot(context.Background(), "")
	if err != nil {
		return err
	}
	_, err = h.Sandbox(DefaultSandbox)
	return err
}

func switchedOn(names []string, at time.Time) []scenarios.State {
	states := make([]scenarios.State, 0, len(names))
	for _, n := range names {
		states = append(states, scenarios.State{Name: n, Since: at})
	}
	return states
}

// Sandbox returns the sandbox of that name, made from the start state on first
// use. The error is [ErrSandboxName].
func (h *Handler) Sandbox(name string) (*Sandbox, error) {
	t := &h.sandboxes
	t.mu.RLock()
	s := t.names[name]
	t.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	if !ValidSandboxName(name) {
		return nil, ErrSandboxName
	}
	return h.make(name, h.startOf(name, t.base)), nil
}

// startOf is the start state for a sandbox: the seed of an unnamed start is
// derived from the name, so that sandboxes differ and each stays the same. It
// has 53 bits: whoever reads it as a JavaScript number reads the same.
func (h *Handler) startOf(name string, from *store.World) *store.World {
	first, _ := from.Head().(head)
	now := first.Clock.Now(h.opts.Wall()).Truncate(time.Millisecond)
	if name != DefaultSandbox {
		first.Seed = seed2(h.opts.Seed, 0, "sandbox "+name)[0] >> 11
	}
	first.Created = now
	first.Seq = 0
	active := make([]string, len(first.Active))
	for i, st := range first.Active {
		active[i] = st.Name
	}
	first.Active = switchedOn(active, now)
	return from.WithHead(first)
}

func (h *Handler) make(name string, w *store.World) *Sandbox {
	s, evicted := h.sandboxes.insert(h, name, w)
	for _, old := range evicted {
		h.retire(old)
	}
	return s
}

func (t *sandboxes) insert(h *Handler, name string, w *store.World) (s *Sandbox, evicted []*Sandbox) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := t.names[name]; s != nil {
		return s, nil
	}
	now := h.opts.Wall().Unix()
	if len(t.names) >= h.opts.MaxSandboxes {
		evicted = t.evict(h, now)
	}
	s = &Sandbox{h: h, name: name}
	s.journal.limit(h.opts.Keep, h.opts.KeepBytes)
	s.used.Store(now)
	t.names[name] = s
	h.store.Create(name, w)
	return s, evicted
}

// evict drops the sandboxes that have been idle for too long, and then as many
// of the least recently used as bring the table to nine tenths of its bound: so
// the next thousand need not look again. The caller holds t.mu.
func (t *sandboxes) evict(h *Handler, now int64) (evicted []*Sandbox) {
	idle := make([]*Sandbox, 0, len(t.names))
	for _, s := range t.names {
		if s.name != DefaultSandbox {
			idle = append(idle, s)
		}
	}
	slices.SortFunc(idle, func(a, b *Sandbox) int { return int(a.used.Load() - b.used.Load()) })
	keep := h.opts.MaxSandboxes * 9 / 10
	old := now - int64(h.opts.SandboxAge/time.Second)
	for _, s := range idle {
		if s.used.Load() > old && len(t.names) <= keep {
			break
		}
		delete(t.names, s.name)
		h.store.Drop(s.name)
		evicted = append(evicted, s)
	}
	return evicted
}

// Sandboxes are all sandboxes, by name.
func (h *Handler) Sandboxes() []*Sandbox {
	t := &h.sandboxes
	t.mu.RLock()
	defer t.mu.RUnlock()
	out := make([]*Sandbox, 0, len(t.names))
	for _, s := range t.names {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// DropSandbox forgets a sandbox; it tells whether there was one. The default
// sandbox is put back to the start instead.
func (h *Handler) DropSandbox(name string) bool {
	t := &h.sandboxes
	t.mu.Lock()
	s := t.names[name]
	if s != nil {
		delete(t.names, name)
		h.store.Drop(name)
	}
	t.mu.Unlock()
	if s != nil {
		h.retire(s)
	}
	if name == DefaultSandbox {
		h.Sandbox(name)
	}
	return s != nil
}

// SandboxStart says how a sandbox starts. The zero value is the start state.
type SandboxStart struct {
	From   string   // another sandbox to fork; "" is the start state
	Seed   *uint64  // nil: the one it starts with
	Active []string // scenarios; nil: those that it starts with
	Now    time.Time
	Frozen *bool
}

// ErrNoSandbox is returned for a sandbox that is not there.
var ErrNoSandbox = errors.New("there is no such sandbox")

// MakeSandbox makes a sandbox, or resets the one of that name, its journal
// included. Errors: [ErrSandboxName], [ErrNoSandbox] for From,
// *[UnknownScenario].
func (h *Handler) MakeSandbox(ctx context.Context, name string, st SandboxStart) (*Sandbox, error) {
	if !ValidSandboxName(name) {
		return nil, ErrSandboxName
	}
	if err := h.known(st.Active); err != nil {
		return nil, err
	}
	world := h.startOf(name, h.sandboxes.base)
	if st.From != "" {
		from, err := h.store.Snapshot(ctx, st.From)
		if err != nil {
			return nil, fmt.Errorf("%w: %s", ErrNoSandbox, st.From)
		}
		world = from
	}
	first, _ := world.Head().(head)
	wall := h.opts.Wall()
	if st.Seed != nil {
		first.Seed, first.Seq = *st.Seed, 0
	}
	first.Clock = first.Clock.adjust(wall, st.Now, st.Frozen)
	first.Created = first.Clock.Now(wall).Truncate(time.Millisecond)
	if st.Active != nil {
		first.Active = switchedOn(st.Active, first.Created)
	}
	t := &h.sandboxes
	t.mu.Lock()
	old := t.names[name]
	delete(t.names, name)
	h.store.Drop(name)
	t.mu.Unlock()
	if old != nil {
		h.retire(old)
	}
	s := h.make(name, world.WithHead(first))
	return s, s.aside(ctx, forgetDeliveries)
}

// known tells whether there are scenarios of those names.
func (h *Handler) known(names []string) error {
	set := h.Scenarios()
	for _, n := range names {
		if !set.Has(n) {
			return &UnknownScenario{Name: n, Nearest: set.Nearest(n)}
		}
	}
	return nil
}

// Update runs fn in a transaction on the sandbox's state. What fn wrote is
// kept when it returns nil and forgotten when it returns an error. fn may be
// run again after a conflict.
func (s *Sandbox) Update(ctx context.Context, fn func(*Tx) error) error {
	return s.update(ctx, s.h.opts.Wall(), fn)
}

func (s *Sandbox) update(ctx context.Context, wall time.Time, fn func(*Tx) error) error {
	run := func(stx *store.Tx) error {
		tx := s.begin(stx, wall)
		tx.head.Seq++
		tx.now = tx.now.Add(time.Duration(tx.head.Seq % 1_000_000))
		if err := fn(&tx); err != nil {
			return err
		}
		if tx.overfull(s.h.opts.MaxState) {
			return errFull
		}
		stx.SetHead(tx.head)
		return nil
	}
	err := s.h.store.Update(ctx, s.name, run)
	if errors.Is(err, store.ErrNoWorld) {
		// Dropped while the request was under way: it starts again.
		s.h.store.Create(s.name, s.h.startOf(s.name, s.h.sandboxes.base))
		err = s.h.store.Update(ctx, s.name, run)
	}
	return err
}

func (s *Sandbox) begin(stx *store.Tx, wall time.Time) Tx {
	first, _ := stx.Head().(head)
	return Tx{tx: stx, head: first, now: first.Clock.Now(wall).Truncate(time.Millisecond), sandbox: s.name}
}

// errView ends a transaction that only looks.
var errView = errors.New("view")

// View runs fn on the state as it stands; what fn writes is forgotten, and the
// sandbox's count of calls stays.
func (s *Sandbox) View(ctx context.Context, fn func(*Tx)) {
	_ = s.h.store.Update(ctx, s.name, func(stx *store.Tx) error {
		tx := s.begin(stx, s.h.opts.Wall())
		fn(&tx)
		return errView
	})
}

// Now is the sandbox's time, and whether it stands still.
func (s *Sandbox) Now(ctx context.Context) (now time.Time, frozen bool) {
	s.View(ctx, func(tx *Tx) { now, frozen = tx.now, tx.head.Clock.Frozen })
	return now, frozen
}

// Seeded is the sandbox's seed.
func (s *Sandbox) Seeded(ctx context.Context) (seed uint64) {
	s.View(ctx, func(tx *Tx) { seed = tx.head.Seed })
	return seed
}

// SetClock sets the clock: to a time, unless that is zero; frozen or running,
// unless that is nil.
func (s *Sandbox) SetClock(ctx context.Context, to time.Time, frozen *bool) error {
	wall := s.h.opts.Wall()
	defer s.moved(ctx)
	return s.update(ctx, wall, func(tx *Tx) error {
		tx.head.Clock = tx.head.Clock.adjust(wall, to, frozen)
		return nil
	})
}

func (c Clock) adjust(wall, to time.Time, frozen *bool) Clock {
	if !to.IsZero() {
		c = c.Set(wall, to)
	}
	if frozen != nil && *frozen {
		c = c.Freeze(wall)
	} else if frozen != nil {
		c = c.Run(wall)
	}
	return c
}

// Advance moves the clock on by d, or back.
func (s *Sandbox) Advance(ctx context.Context, d time.Duration) error {
	defer s.moved(ctx)
	return s.Update(ctx, func(tx *Tx) error {
		tx.head.Clock = tx.head.Clock.Advance(d)
		return nil
	})
}

// Active are the scenarios that are on, in order.
func (s *Sandbox) Active(ctx context.Context) []string {
	names := []string{}
	s.View(ctx, func(tx *Tx) {
		for _, st := range tx.head.Active {
			names = append(names, st.Name)
		}
	})
	return names
}

// Activate replaces the scenarios that are on; each starts afresh. The error
// is *[UnknownScenario], and then nothing has changed.
func (s *Sandbox) Activate(ctx context.Context, names ...string) error {
	if err := s.h.known(names); err != nil {
		return err
	}
	return s.Update(ctx, func(tx *Tx) error {
		tx.head.Active = switchedOn(names, tx.now)
		return nil
	})
}

// Reset puts the whole world back to the start state. The journal stays.
func (s *Sandbox) Reset(ctx context.Context) error {
	start := s.h.startOf(s.name, s.h.sandboxes.base)
	return s.Update(ctx, func(tx *Tx) error {
		tx.tx.Load(start)
		tx.head, _ = start.Head().(head)
		return nil
	})
}

// world is the JSON form of a sandbox's state.
type world struct {
	Standin int                                   `json:"standin"` // the format's version: 1
	Head    head                                  `json:"sandbox"`
	Tables  map[string]map[string]json.RawMessage `json:"tables"`
}

// Export is the whole world as one JSON document.
func (s *Sandbox) Export(ctx context.Context) ([]byte, error) {
	out := world{Standin: 1, Tables: map[string]map[string]json.RawMessage{}}
	var err error
	s.View(ctx, func(tx *Tx) {
		out.Head = tx.head
		for _, name := range tx.tx.Tables() {
			rows := map[string]json.RawMessage{}
			for key, record := range tx.tx.From(name, "") {
				data, e := json.Marshal(record)
				err = errors.Join(err, e)
				rows[key] = data
			}
			out.Tables[name] = rows
		}
	})
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(out, "", "  ")
}

// Import replaces the whole world by one that [Sandbox.Export] made.
func (s *Sandbox) Import(ctx context.Context, data []byte) error {
	defer s.moved(ctx)
	return s.Update(ctx, func(tx *Tx) error {
		if err := s.h.load(tx.tx, data); err != nil {
			return err
		}
		tx.head, _ = tx.tx.Head().(head)
		return nil
	})
}

// load replaces a transaction's world by an exported one.
func (h *Handler) load(stx *store.Tx, data []byte) error {
	in := world{}
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("the state is not what was exported: %w", err)
	}
	if in.Standin != 1 {
		return fmt.Errorf("the state's format is %d, this build reads 1 (member standin)", in.Standin)
	}
	for _, st := range in.Head.Active {
		if err := h.known([]string{st.Name}); err != nil {
			return err
		}
	}
	tables := map[string]AnyTable{}
	for _, t := range slices.Concat(ownTables, h.opts.Behaviours.Tables) {
		tables[t.Name()] = t
	}
	stx.Clear()
	names := make([]string, 0, len(in.Tables))
	for name := range in.Tables {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t := tables[name]
		if t == nil {
			return fmt.Errorf("the state has a table %q, which this document's behaviours do not know", name)
		}
		for key, raw := range in.Tables[name] {
			record, err := t.decode(raw)
			if err != nil {
				return err
			}
			stx.Put(name, key, record)
		}
	}
	stx.SetHead(in.Head)
	return nil
}
