package mock

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// The bounds of what a tally keeps of violations: causes, and bytes of the
// exchanges that show them.
const (
	maxFindings    = 1000
	maxSampleBytes = 8 << 20
)

// tally is what a sandbox's traffic has exercised and what broke the contract.
// Unlike the journal it forgets nothing: it counts, and keeps one sample of each
// cause. All of its methods may be called concurrently.
type tally struct {
	exchanges, reported atomic.Uint64
	marks               sync.Map // *spec.Operation → *spec.Marks
	acted               sync.Map // a scenario's name → *atomic.Uint64

	mu       sync.Mutex // guards all below
	findings map[report.Key]*report.Finding
	bytes    int    // of the samples
	lost     uint64 // violations of causes beyond the bound
}

// add counts an exchange. Without violations it locks nothing, and after the
// first call of an operation it allocates nothing.
func (t *tally) add(v *visit, ex *Exchange) {
	t.exchanges.Add(1)
	if op := v.route.Operation; op != nil {
		m, ok := t.marks.Load(op)
		if !ok {
			m, _ = t.marks.LoadOrStore(op, op.NewMarks())
		}
		response := &v.response
		if v.plan.ours {
			response = nil
		}
		if v.call.Call != nil {
			m.(*spec.Marks).Add(v.call.Call, response)
		}
	}
	for i, label := range ex.Acted {
		name, _, _ := strings.Cut(label, "/")
		if i == 0 || !strings.HasPrefix(ex.Acted[i-1], name+"/") {
			t.count(name, 1)
		}
	}
	if len(ex.Violations) > 0 {
		t.reported.Add(1)
		t.report(ex)
	}
}

// sent counts an exchange that the API itself began. What callbacks and webhooks
// exercise is no part of the coverage, which is the clients'.
func (t *tally) sent(ex *Exchange) {
	t.exchanges.Add(1)
	if len(ex.Violations) > 0 {
		t.reported.Add(1)
		t.report(ex)
	}
}

func (t *tally) count(scenario string, n uint64) {
	c, ok := t.acted.Load(scenario)
	if !ok {
		c, _ = t.acted.LoadOrStore(scenario, new(atomic.Uint64))
	}
	c.(*atomic.Uint64).Add(n)
}

// report adds an exchange's violations to the findings.
func (t *tally) report(ex *Exchange) {
	seen := report.Seen{Exchange: ex.ID, Sandbox: ex.Sandbox, At: ex.At}
	t.mu.Lock()
	defer t.mu.Unlock()
	var sample *report.Exchange
	for _, w := range ex.Violations {
		f := report.Finding{Operation: ex.Operation, Template: ex.Template, Where: report.Place(w.Where), Count: 1, First: seen, Last: seen, Violation: w}
		if f.Template == "" {
			f.Template = ex.Request.Method + " " + roughPath(ex.Request.Path)
		}
		old := t.findings[f.Key()]
		switch {
		case old != nil:
			old.Count++
			old.Last = seen
			continue
		case len(t.findings) >= maxFindings:
			t.lost++
			continue
		case sample == nil:
			sample = ex.Form()
			sample.Shorten(t.bytes < maxSampleBytes)
			t.bytes += sample.Size()
		}
		f.Sample = sample
		t.keep(&f)
	}
}

func (t *tally) keep(f *report.Finding) {
	if t.findings == nil {
		t.findings = map[report.Key]*report.Finding{}
	}
	t.findings[f.Key()] = f
}

// roughPath is a path that no operation has, cut, and with * for the segments
// that look like identifiers: a client that asks for a thousand of them makes
// one mistake.
func roughPath(path string) string {
	const most = 200
	if len(path) > most {
		path = path[:most] + "…"
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		digits := len(p) - len(strings.Map(dropDigits, p))
		if digits > 0 && (digits*2 > len(p) || len(p) >= 16) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

func dropDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// merge adds what another tally holds.
func (t *tally) merge(o *tally) {
	t.exchanges.Add(o.exchanges.Load())
	t.reported.Add(o.reported.Load())
	o.marks.Range(func(op, m any) bool {
		sum, _ := t.marks.LoadOrStore(op, op.(*spec.Operation).NewMarks())
		sum.(*spec.Marks).Merge(m.(*spec.Marks))
		return true
	})
	o.acted.Range(func(name, n any) bool {
		t.count(name.(string), n.(*atomic.Uint64).Load())
		return true
	})
	// Not both locks at once: no lock is taken inside another.
	theirs, lost := o.copies()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lost += lost
	for i := range theirs {
		f := &theirs[i]
		switch old := t.findings[f.Key()]; {
		case old != nil:
			old.Merge(f)
		case len(t.findings) >= maxFindings:
			t.lost += f.Count
		default:
			if t.bytes >= maxSampleBytes && f.Sample != nil {
				short := *f.Sample
				short.Shorten(false)
				f.Sample = &short
			}
			if f.Sample != nil {
				t.bytes += f.Sample.Size()
			}
			t.keep(f)
		}
	}
}

// copies are the findings, in a stable order.
func (t *tally) copies() (out []report.Finding, lost uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	out = make([]report.Finding, 0, len(t.findings))
	for _, f := range t.findings {
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b report.Finding) int { return a.Key().Compare(b.Key()) })
	return out, t.lost
}

// rekey moves the marks of operations that a reload has replaced to those that
// stand in their place. What is no longer documented is forgotten.
func (t *tally) rekey(doc *spec.Document) {
	t.marks.Range(func(key, m any) bool {
		op := key.(*spec.Operation)
		now := doc.Operation(op.Name())
		if now == op {
			return true
		}
		t.marks.Delete(op)
		if now != nil {
			sum, _ := t.marks.LoadOrStore(now, now.NewMarks())
			sum.(*spec.Marks).Merge(m.(*spec.Marks))
		}
		return true
	})
}
