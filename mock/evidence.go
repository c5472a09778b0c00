package mock

import (
	"slices"
	"sync/atomic"

	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// Report is what the traffic has exercised of the document and what broke the
// contract: of all sandboxes together, those that are gone included, or of one
// by its name. It goes back to the start of the handler, or of the sandbox, and
// does not depend on what the journals still keep. A sandbox that is not there
// gives an empty one.
func (h *Handler) Report(sandbox string) *report.Report {
	sum := new(tally)
	if sandbox == "" {
		sum.merge(&h.gone)
	}
	for _, s := range h.Sandboxes() {
		if sandbox == "" || s.name == sandbox {
			if t := s.tally.Load(); t != nil && t != &h.gone {
				sum.merge(t)
			}
		}
	}
	return h.reportOf(sum)
}

func (h *Handler) reportOf(sum *tally) *report.Report {
	c := h.contract.Load()
	sum.rekey(c.doc) // exchanges may have ended after a reload
	out := report.New()
	out.Documents = []report.Document{{
		Title: c.doc.Title(), Version: c.doc.Version(), Operations: len(c.doc.Operations()),
		File: c.doc.Files()[0], Secrets: SecretNames(c.doc),
	}}
	out.Exchanges, out.Reported = sum.exchanges.Load(), sum.reported.Load()
	out.Findings, out.Lost = sum.copies()
	for _, op := range c.doc.Operations() {
		m, ok := sum.marks.Load(op)
		if !ok {
			m = op.NewMarks()
		}
		out.Coverage.Operations = append(out.Coverage.Operations, coverageOf(op, m.(*spec.Marks)))
	}
	for _, sc := range c.scenarios.All() {
		n := uint64(0)
		if acted, ok := sum.acted.Load(sc.Name); ok {
			n = acted.(*atomic.Uint64).Load()
		}
		out.Coverage.Scenarios = append(out.Coverage.Scenarios, report.Scenario{Name: sc.Name, Exchanges: n})
	}
	return report.Merge(out)
}

// coverageOf is the named form of an operation's marks.
func coverageOf(op *spec.Operation, m *spec.Marks) report.Operation {
	out := report.Operation{ID: op.ID, Method: op.Method, Path: op.Path, Calls: m.Calls(), File: op.Pos.File, Line: op.Pos.Line, Parts: []report.Part{}}
	byStatus := map[string]uint64{}
	known := uint64(0)
	for i, r := range op.Responses() {
		byStatus[r.Status] = m.CallsOf(i)
		known += m.CallsOf(i)
	}
	out.Other = out.Calls - min(known, out.Calls)
	for i, p := range op.Parts() {
		part := report.Part{Kind: p.Kind, Name: p.Name, Covered: m.Has(i), Line: p.Line}
		if p.Kind == spec.PartStatus {
			part.Calls = byStatus[p.Name]
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}

// SecretNames are the names of what holds API keys, for evidence to leave out.
func SecretNames(doc *spec.Document) []string {
	var out []string
	for _, op := range doc.Operations() {
		for _, alt := range op.Security {
			for _, s := range alt {
				if s.Type == "apiKey" && !slices.Contains(out, s.Param) {
					out = append(out, s.Param)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

// tallied is the sandbox's tally, made at its first exchange: most sandboxes
// never see one.
func (s *Sandbox) tallied() *tally {
	if t := s.tally.Load(); t != nil {
		return t
	}
	s.tally.CompareAndSwap(nil, new(tally))
	return s.tally.Load()
}

// retire moves a sandbox's tally to those that are gone: what it has shown
// stays true. Exchanges still under way count there too.
func (h *Handler) retire(s *Sandbox) {
	if t := s.tally.Swap(&h.gone); t != nil && t != &h.gone {
		h.gone.merge(t)
	}
}

// maxArchive bounds the exchanges that [Handler.Recorded] gives, in bytes.
const maxArchive = 64 << 20

// Recorded are the exchanges that the journals still keep, of all sandboxes or
// of one by its name, the oldest of each first; of more than a bound of bytes
// the last ones of each sandbox.
func (h *Handler) Recorded(sandbox string) []*report.Exchange {
	var out []*report.Exchange
	left := maxArchive
	for _, s := range h.Sandboxes() {
		if sandbox != "" && s.name != sandbox {
			continue
		}
		kept := s.journal.Exchanges()
		first := len(kept)
		for first > 0 && left > 0 {
			first--
			left -= int(kept[first].size())
		}
		for _, ex := range kept[first:] {
			out = append(out, ex.Form())
		}
	}
	return out
}
