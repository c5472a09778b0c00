package mock

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/mock/internal/upstream"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Prefix is the reserved first segment of the control API's paths. [New] refuses
// a document that claims a path under it.
const Prefix = "/_standin"

// Options say how a [Handler] behaves. The zero value is good.
type Options struct {
	// Scenarios can be switched on beside those that ship, and replace those of
	// the same name.
	Scenarios []scenarios.Scenario
	// Active are the scenarios that are on in every new sandbox. Nil: all of
	// Scenarios; empty: none.
	Active []string

	Seed   uint64           // of the default sandbox; 0 is 1
	Start  time.Time        // what sandboxes' clocks show at the start; zero follows the wall clock
	Freeze bool             // clocks stand still until they are advanced
	Wall   func() time.Time // the wall clock; nil is time.Now

	Keep      int   // exchanges that each journal keeps; 0 is 1000
	KeepBytes int64 // bytes of messages that each journal keeps; 0 is 8 MiB
	MaxBody   int64 // bytes of a request's body; 0 is 10 MiB
	MaxState  int64 // bytes of what each sandbox remembers, about, as JSON; 0 is 64 MiB

	MaxSandboxes int           // the least recently used go first; 0 is 20,000
	SandboxAge   time.Duration // idle ones older than that go; 0 is 24 hours

	// Auth says which credentials are good enough.
	Auth Auth
	// Lenient reports requests that break the document and answers them anyway.
	Lenient bool
	// Strict makes errors of warnings, and replaces a response that breaks the
	// document by a 500 that says so.
	Strict bool

	Logger     *slog.Logger // one Info record for each exchange; nil discards
	Behaviours Behaviours   // what operations do beyond the document
	State      []byte       // a world as [Sandbox.Export] makes it, to start from; nil is the behaviours' own
	// NoState switches inferred state off: operations without a behaviour answer
	// with examples and samples only.
	NoState bool
	// CallbackHosts are where callbacks and webhooks may go: names, *.NAME,
	// addresses, networks as 10.0.0.0/8, [LoopbackHosts] or *, with :PORT behind
	// one to allow that port only. Nil is [LoopbackHosts]. An entry that names no
	// host is a *[HostError] of [New]'s.
	CallbackHosts []string
	// Seeds are the things that collections start with, by the collection's
	// path, as spec.Document.Seeds reads them; others start as the document has it.
	Seeds map[string][]map[string]any
	// Files are served under their paths where the document has no operation.
	Files map[string]File

	// Upstream is the real service that requests are passed on to, instead of
	// being answered; nil for none.
	Upstream *Upstream
	// Observe is called with every exchange once it is recorded, before its
	// answer is written; nil for nobody. It holds the answer up.
	Observe func(*Exchange)
}

// File is a resource that is served as it is, beside the API: a key set, say.
// It is no part of the contract and is not recorded.
type File struct {
	ContentType string
	Body        func() []byte // called for every request; what it returns is not changed
	Header      http.Header   // beside Content-Type; nil for none
}

// Handler serves a stateful fake of a document. It is safe for concurrent use.
type Handler struct {
	opts      Options
	contract  atomic.Pointer[contract]
	store     *store.Memory
	sandboxes sandboxes
	courier   *courier
	checked   checked
	gone      tally // of the sandboxes that were dropped
	date      atomic.Pointer[dateText]
	upstream  *upstream.Client // nil: there is no real service
}

// contract is everything that a reload replaces, at once.
type contract struct {
	doc        *spec.Document
	scenarios  *scenarios.Set
	behaviours map[*spec.Operation]Behaviour
	inferred   func() inferred // worked out at the first call
	files      map[string]File // those whose paths the document leaves free
	keyHeaders []string        // where API keys come: see issuer
}

// checked counts exchanges: seen when they arrive, then one of the others when
// both of its messages have been checked.
type checked struct{ seen, accepted, reported atomic.Uint64 }

// Checked tells how many exchanges were seen, how many of them were found to
// keep to the document, and how many were reported. When none is under way,
// Seen is Accepted plus Reported.
type Checked struct {
	Seen     uint64 `json:"seen"`
	Accepted uint64 `json:"accepted"`
	Reported uint64 `json:"reported"`
}

// New makes a fake of a document. Errors in scenarios are spec.Errors.
func New(doc *spec.Document, o Options) (*Handler, error) {
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Wall == nil {
		o.Wall = time.Now
	}
	if o.Keep <= 0 {
		o.Keep = 1000
	}
	if o.KeepBytes <= 0 {
		o.KeepBytes = 8 << 20
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 10 << 20
	}
	if o.MaxState <= 0 {
		o.MaxState = 64 << 20
	}
	if o.MaxSandboxes <= 0 {
		o.MaxSandboxes = 20_000
	}
	if o.SandboxAge <= 0 {
		o.SandboxAge = 24 * time.Hour
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	hosts, err := parseHosts(o.CallbackHosts)
	if err != nil {
		return nil, err
	}
	h := &Handler{opts: o, store: store.NewMemory()}
	if o.Upstream != nil {
		if h.upstream, err = o.Upstream.client(); err != nil {
			return nil, err
		}
	}
	h.courier = newCourier(h, hosts)
	c, err := h.compile(doc, o.Scenarios)
	if err != nil {
		return nil, err
	}
	h.contract.Store(c)
	if err := h.sandboxes.start(h); err != nil {
		return nil, err
	}
	return h, nil
}

// compile puts a document, the scenarios and the behaviours together.
func (h *Handler) compile(doc *spec.Document, own []scenarios.Scenario) (*contract, error) {
	for _, op := range doc.Operations() {
		if op.Path == Prefix || strings.HasPrefix(op.Path, Prefix+"/") {
			return nil, &spec.Error{Pos: op.Pos, Msg: fmt.Sprintf("%s %s claims a path under %s, which is the control API's", op.Method, op.Path, Prefix),
				Hint: "rename the path in the document"}
		}
	}
	set, err := scenarios.Compile(doc, append(scenarios.Builtin(), own...))
	if err != nil {
		return nil, err
	}
	for _, name := range h.opts.Active {
		if !set.Has(name) {
			return nil, &UnknownScenario{Name: name, Nearest: set.Nearest(name)}
		}
	}
	c := &contract{doc: doc, scenarios: set, behaviours: map[*spec.Operation]Behaviour{}, files: map[string]File{}, keyHeaders: keyHeadersOf(doc)}
	for path, f := range h.opts.Files {
		if doc.Find("GET", path).Operation == nil {
			c.files[path] = f
		}
	}
	byShape := map[string]Behaviour{}
	for at, b := range h.opts.Behaviours.Operations {
		byShape[spec.Shape(at)] = b
	}
	for _, op := range doc.Operations() {
		if b := byShape[spec.Shape(op.Method+" "+op.Path)]; b != nil {
			c.behaviours[op] = b
		}
	}
	c.inferred = sync.OnceValue(func() inferred { return h.infer(doc, c.behaviours) })
	return c, nil
}

// UnknownScenario is the error for a scenario that is not there.
type UnknownScenario struct {
	Name    string
	Nearest []string
}

func (e *UnknownScenario) Error() string {
	msg := fmt.Sprintf("there is no scenario %q", e.Name)
	if len(e.Nearest) > 0 {
		msg += "; the nearest are " + strings.Join(e.Nearest, ", ")
	}
	return msg
}

// ErrSandboxName is returned for a name that no sandbox can have.
var ErrSandboxName = errors.New("a sandbox's name is 1 to 64 letters, digits, '.', '_' and '-', and starts with a letter or digit")

// Document is the document that is served now.
func (h *Handler) Document() *spec.Document { return h.contract.Load().doc }

// Scenarios are all that can be switched on.
func (h *Handler) Scenarios() *scenarios.Set { return h.contract.Load().scenarios }

// Behaviours are the ones that the handler was made with.
func (h *Handler) Behaviours() Behaviours { return h.opts.Behaviours }

// Checked counts the exchanges since the start.
func (h *Handler) Checked() Checked {
	// Read seen last: an exchange that arrives meanwhile may show as seen only.
	c := Checked{Accepted: h.checked.accepted.Load(), Reported: h.checked.reported.Load()}
	c.Seen = h.checked.seen.Load()
	return c
}

// Reload serves another document with other scenarios of the user's own, and
// the same behaviours, from the next request on. Requests under way keep the
// old ones; state stays. An error leaves everything as it was.
func (h *Handler) Reload(ctx context.Context, doc *spec.Document, own []scenarios.Scenario) error {
	c, err := h.compile(doc, own)
	if err != nil {
		return err
	}
	h.contract.Store(c)
	h.gone.rekey(doc)
	for _, s := range h.Sandboxes() {
		if t := s.tally.Load(); t != nil {
			t.rekey(doc)
		}
	}
	return nil
}
