// Package exercise sends a fake everything that its document describes, and
// judges the answers: what `standin check --exercise` does.
//
// For every operation it makes requests ([spec.Operation.Cases]) and sends them
// through the handler that serves them in earnest, without a network:
//
//   - a valid request for each documented status and media type, by `Prefer:
//     code=…` and Accept, with the document's example and with a generated body;
//   - the valid requests alone, in every form: they must be taken;
//   - requests that break one thing each: they must be refused, for that thing.
//
// Every message is judged twice: by the handler itself, and by a [spec.Judge],
// the stock library over the document as it is written, which shares nothing
// with the way that exchanges are checked. Where the two disagree the library
// is right, but for its known faults ([spec.LibraryFault]).
//
// Each operation runs in a sandbox of its own, so that the result does not
// depend on the order of operations.
package exercise

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// Keep is how many exchanges the journals of a handler must keep that is to be
// exercised: callbacks are exchanges too, and follow the answer at once.
const Keep = 64

// Options say how to exercise. The zero value is good.
type Options struct {
	Seed    uint64 // of the requests; 0 is 1
	Workers int    // operations that are exercised at a time; 0 is one for each processor
}

// Report is what came of exercising a document.
type Report struct {
	Title      string `json:"title"`
	Version    string `json:"version"`
	Operations int    `json:"operations"`
	Exchanges  int    `json:"exchanges"`
	Valid      int    `json:"valid"`   // exchanges whose requests keep to the document
	Invalid    int    `json:"invalid"` // those whose requests break it

	Broken   []Problem `json:"broken"`   // answers of the fake's that break the document
	Refused  []Problem `json:"refused"`  // valid requests that were refused
	Accepted []Problem `json:"accepted"` // invalid requests that were taken
	Disputed []Problem `json:"disputed"` // requests that the stock library judges otherwise
	Document []Problem `json:"document"` // examples that break their own schemas, operations without responses
	Unmade   []Problem `json:"unmade"`   // what no request could be made for

	Judged  Judged         `json:"judged"`
	Excused map[string]int `json:"excused"` // findings that are known faults of the library, by fault

	Duration Milliseconds `json:"duration_ms"`
	Memory   uint64       `json:"memory_bytes"` // the most that was taken from the system
}

// Judged counts the operations by who judged their messages beside the handler.
type Judged struct {
	Stock int `json:"stock"` // the stock library alone
	Own   int `json:"own"`   // the library over our compiled schemas: see [spec.Judge.Stock]
}

// Milliseconds is a duration that is a number of milliseconds in JSON.
type Milliseconds time.Duration

// MarshalJSON writes whole milliseconds.
func (m Milliseconds) MarshalJSON() ([]byte, error) {
	return []byte(itoa(int(time.Duration(m).Milliseconds()))), nil
}

// Problem is one thing that an exchange showed.
type Problem struct {
	Operation string        `json:"operation"` // its ID
	Case      string        `json:"case"`      // which request it was
	Request   string        `json:"request"`   // "GET /a/b?c=d"
	Status    int           `json:"status"`    // of the answer
	Where     string        `json:"where"`     // as in a violation
	Keyword   string        `json:"keyword,omitempty"`
	Message   string        `json:"message"`
	Pointer   string        `json:"pointer,omitempty"` // of the keyword in the document
	At        spec.Position `json:"at"`
	By        string        `json:"by"` // "standin" or "library": whose verdict it is
}

// Failed reports whether the fake broke its document, or did not hold its
// clients to it.
func (r *Report) Failed() bool { return len(r.Broken)+len(r.Refused)+len(r.Accepted) > 0 }

// Run exercises every operation of the handler's document. The handler's state
// is left alone but for sandboxes that are made and dropped. Its journals must
// keep [Keep] exchanges.
func Run(ctx context.Context, h *mock.Handler, clock func() time.Time, o Options) *Report {
	if o.Seed == 0 {
		o.Seed = 1
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	began, doc := clock(), h.Document()
	ops := doc.Operations()
	results := make([]*Report, len(ops))
	next := make(chan int)
	var all sync.WaitGroup
	for range o.Workers {
		all.Go(func() {
			for i := range next {
				results[i] = exerciseOne(ctx, h, ops[i], i, o.Seed)
			}
		})
	}
	for i := range ops {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	all.Wait()
	out := &Report{Broken: []Problem{}, Refused: []Problem{}, Accepted: []Problem{}, Disputed: []Problem{}, Document: []Problem{}, Unmade: []Problem{}, Title: doc.Title(), Version: doc.Version(), Operations: len(ops), Excused: map[string]int{}}
	for _, r := range results {
		out.add(r)
	}
	out.Memory = resident()
	out.Duration = Milliseconds(clock().Sub(began))
	return out
}

// add adds the result of one operation.
func (r *Report) add(o *Report) {
	if o == nil {
		return
	}
	r.Exchanges += o.Exchanges
	r.Valid += o.Valid
	r.Invalid += o.Invalid
	r.Judged.Stock += o.Judged.Stock
	r.Judged.Own += o.Judged.Own
	for _, lists := range [][2]*[]Problem{
		{&r.Broken, &o.Broken}, {&r.Refused, &o.Refused}, {&r.Accepted, &o.Accepted},
		{&r.Disputed, &o.Disputed}, {&r.Document, &o.Document}, {&r.Unmade, &o.Unmade},
	} {
		*lists[0] = append(*lists[0], distinct(*lists[1])...)
	}
	for fault, n := range o.Excused {
		r.Excused[fault] += n
	}
}

// distinct leaves out what says the same of the same place: the example of a
// response is sent in several exchanges.
func distinct(ps []Problem) []Problem {
	key := func(p Problem) [5]string { return [5]string{itoa(p.Status), p.Where, p.Keyword, p.Message, p.By} }
	seen := map[[5]string]bool{}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p Problem) bool {
		k := key(p)
		defer func() { seen[k] = true }()
		return seen[k]
	})
	slices.SortStableFunc(ps, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Where, b.Where)) })
	return ps
}

// resident is the most memory that the program has had from the system.
func resident() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}
