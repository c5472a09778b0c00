package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Version is the version of a report's JSON form that this build writes, and
// the only one that it reads.
const Version = 1

// Kind tells a report from any other JSON document.
const Kind = "standin-report"

// Report is what one or many runs have exercised of a document, and what broke
// the contract on the way. [New] makes an empty one.
type Report struct {
	Kind      string     `json:"kind"`    // "standin-report"
	Version   int        `json:"version"` // of this form: 1
	Documents []Document `json:"documents"`
	Exchanges uint64     `json:"exchanges"` // all, with an operation or without
	Reported  uint64     `json:"reported"`  // those with violations, warnings included
	Findings  []Finding  `json:"findings"`  // in the order of Key
	Lost      uint64     `json:"lost"`      // violations whose cause found no room among the findings
	Coverage  Coverage   `json:"coverage"`
}

// Document is a description that exchanges were held against.
type Document struct {
	Title      string   `json:"title"`
	Version    string   `json:"version"`
	Operations int      `json:"operations"`
	File       string   `json:"file,omitempty"`    // as it was named
	Secrets    []string `json:"secrets,omitempty"` // names of the headers, query members and cookies that hold API keys
}

// Finding is one cause of violations: all that are alike but for the message
// that they stand in.
type Finding struct {
	Operation string         `json:"operation,omitempty"` // its ID; "" where no operation answers
	Template  string         `json:"template"`            // "POST /auth/logout"; of no operation, what was asked
	Where     string         `json:"where"`               // with * for the index in a list: body/items/*/price
	Count     uint64         `json:"count"`
	First     Seen           `json:"first"`
	Last      Seen           `json:"last"`
	Violation spec.Violation `json:"violation"` // the first
	Sample    *Exchange      `json:"sample,omitempty"`
}

// Seen is where a violation was seen.
type Seen struct {
	Exchange string    `json:"exchange"`
	Sandbox  string    `json:"sandbox"`
	At       time.Time `json:"at"` // by the sandbox's clock
}

// before is the order in time; the exchange's ID and its sandbox decide between
// equals, so that merging in any order finds the same first one.
func (s Seen) before(o Seen) bool {
	return cmp.Or(s.At.Compare(o.At), strings.Compare(s.Exchange, o.Exchange), strings.Compare(s.Sandbox, o.Sandbox)) < 0
}

// Failed reports whether it is an error that nobody asked for.
func (f *Finding) Failed() bool {
	return f.Violation.Severity == spec.SeverityError && f.Violation.Blame != spec.BlameScenario
}

// Key tells findings apart, and is what they are sorted by.
type Key struct {
	Template, In, Where, Keyword string
	Blame                        spec.Blame
	Severity                     spec.Severity
}

// Key is the finding's.
func (f *Finding) Key() Key {
	v := &f.Violation
	return Key{f.Template, v.In, f.Where, v.Keyword, v.Blame, v.Severity}
}

// Compare orders keys.
func (k Key) Compare(o Key) int {
	return cmp.Or(strings.Compare(k.Template, o.Template), strings.Compare(k.In, o.In), strings.Compare(k.Where, o.Where),
		strings.Compare(k.Keyword, o.Keyword), cmp.Compare(k.Blame, o.Blame), cmp.Compare(k.Severity, o.Severity))
}

// Merge adds another finding of the same key.
func (f *Finding) Merge(o *Finding) {
	f.Count += o.Count
	if f.Last.before(o.Last) {
		f.Last = o.Last
	}
	if o.First.before(f.First) {
		f.First, f.Violation, f.Operation = o.First, o.Violation, o.Operation
		if o.Sample != nil {
			f.Sample = o.Sample
		}
	}
	if f.Sample == nil {
		f.Sample = o.Sample
	}
}

// New is an empty report.
func New() *Report {
	return &Report{Kind: Kind, Version: Version, Documents: []Document{}, Findings: []Finding{}}
}

// Merge is the report of all runs together. It changes none of its arguments,
// and neither their order nor their grouping makes a difference; but a run that
// is given twice counts twice.
func Merge(reports ...*Report) *Report {
	out := New()
	findings := map[Key]*Finding{}
	documents := map[string]Document{}
	cover := newMerger()
	for _, r := range reports {
		out.Exchanges += r.Exchanges
		out.Reported += r.Reported
		out.Lost += r.Lost
		for _, d := range r.Documents {
			key := d.Title + "\x00" + d.Version
			documents[key] = mergeDocuments(documents[key], d)
		}
		for i := range r.Findings {
			f := r.Findings[i]
			if old := findings[f.Key()]; old != nil {
				old.Merge(&f)
				continue
			}
			findings[f.Key()] = &f
		}
		cover.add(&r.Coverage)
	}
	for _, d := range documents {
		out.Documents = append(out.Documents, d)
	}
	slices.SortFunc(out.Documents, func(a, b Document) int {
		return cmp.Or(strings.Compare(a.Title, b.Title), strings.Compare(a.Version, b.Version))
	})
	for _, f := range findings {
		out.Findings = append(out.Findings, *f)
	}
	out.sort()
	out.Coverage = cover.coverage()
	return out
}

func mergeDocuments(a, b Document) Document {
	a.Title, a.Version = b.Title, b.Version
	a.Operations = max(a.Operations, b.Operations)
	a.File = max(a.File, b.File)
	a.Secrets = append(slices.Clone(a.Secrets), b.Secrets...)
	slices.Sort(a.Secrets)
	a.Secrets = slices.Compact(a.Secrets)
	return a
}

func (r *Report) sort() {
	slices.SortFunc(r.Findings, func(a, b Finding) int { return a.Key().Compare(b.Key()) })
}

// Parse reads a report's JSON form.
func Parse(data []byte) (*Report, error) {
	var head struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	if head.Kind != Kind {
		return nil, errors.New("it is no report of Standin's: its member \"kind\" is not " + Kind)
	}
	if head.Version != Version {
		return nil, fmt.Errorf("the report's version is %d, this build reads %d", head.Version, Version)
	}
	r := New()
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("the report cannot be read: %w", err)
	}
	return Merge(r), nil
}

// Place is a violation's place with * for every index in a list.
func Place(where string) string {
	if !strings.Contains(where, "/") {
		return where
	}
	parts := strings.Split(where, "/")
	for i, p := range parts {
		if i > 0 && p != "" && strings.Trim(p, "0123456789") == "" {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}
