package spec

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/spoil"
)

// documentsEnv names a folder of OpenAPI documents to try whole.
const documentsEnv = "STANDIN_DOCUMENTS"

// differential compares our verdicts on an operation's messages with the stock
// library's.
type differential struct {
	t       *testing.T
	o       *Operation
	judge   *Judge
	seen    int
	excused map[string]int
}

func (d *differential) differ(what string, ours []Violation, theirs []Finding) {
	d.seen++
	var errors []Violation
	for _, v := range ours {
		if v.Severity == SeverityError && v.Where != "security" {
			errors = append(errors, v)
		}
	}
	all := len(theirs)
	theirs = slices.DeleteFunc(theirs, func(f Finding) bool {
		fault := d.o.Excused(f)
		if fault != nil {
			d.excused[fault.Name]++
		}
		return fault != nil
	})
	switch {
	case len(theirs) == 0 && all > 0: // its faults keep it from a verdict
	case len(errors) == 0 && len(theirs) > 0:
		d.t.Errorf("%s, %s: we take it, and the library says %s: %s", d.o.ID, what, theirs[0].Where, theirs[0].Message)
	case len(errors) > 0 && len(theirs) == 0:
		if fault := d.o.Forgiven(errors[0]); fault != nil {
			d.excused[fault.Name]++
			return
		}
		d.t.Errorf("%s, %s: the library takes it, and we say %v", d.o.ID, what, errors[0])
	case len(errors) > 0 && !slices.ContainsFunc(errors, func(v Violation) bool {
		return slices.ContainsFunc(theirs, func(f Finding) bool { return related(v.Where, f.Where) })
	}):
		d.t.Errorf("%s, %s: we say %v, and the library says %s: %s", d.o.ID, what, errors[0], theirs[0].Where, theirs[0].Message)
	}
}

// related reports whether two places are the same part of a message.
func related(a, b string) bool {
	a, _, _ = strings.Cut(a, "/")
	b, _, _ = strings.Cut(b, "/")
	kind := func(s string) string { s, _, _ = strings.Cut(s, "."); return strings.ToLower(s) }
	return kind(a) == kind(b) || kind(a) == "content-type" || kind(b) == "content-type"
}

func (d *differential) requests() {
	cases := d.o.Cases(1)
	for _, c := range slices.Concat(cases.Valid, cases.Invalid) {
		if c.Breaks != nil && c.Breaks.Where == "security" {
			continue
		}
		route := d.o.doc.Find(c.Request.Method, c.Request.Path)
		if route.Operation != d.o {
			continue
		}
		call, ours := d.o.doc.Bind(c.Request, route)
		d.differ(c.Name, ours, d.judge.Request(call))
	}
}

// responses are generated ones, and those spoilt in every way that their
// schemas suggest.
func (d *differential) responses() {
	plan := d.o.doc.checker.plan
	call := &Call{Operation: d.o, Request: &Request{Method: d.o.Method, Path: d.o.Path, Header: http.Header{}}}
	for i, r := range d.o.responses {
		for j := range r.Content {
			m := d.o.prepared().responses[i].content[j]
			got, err := d.o.Respond(Want{Status: r.Code(), Dynamic: true, Accept: m.base, Seed: [2]uint64{1, 2}})
			if err != nil || got.Status < 200 || d.o.Response(got.Status) != r {
				continue
			}
			send := func(what string, body []byte) {
				resp := &Response{Status: got.Status, Header: got.Header, Body: body}
				d.differ(fmt.Sprintf("%s %s %s %s", r.Status, m.spec.Type, what, body), d.o.doc.CheckResponse(call, resp), d.judge.Response(call, resp))
			}
			send("generated", got.Body)
			var v any
			if !m.json || m.schema == nil || json.Unmarshal(got.Body, &v) != nil {
				continue
			}
			done := map[string]int{}
			for _, c := range spoil.Cases(spoil.Schema{At: plan.Source(m.spec.schema, compile.Response), Resolve: plan.Resolve}, v) {
				if done[c.Keyword]++; done[c.Keyword] > 3 {
					continue
				}
				body, err := json.Marshal(c.Instance)
				if err == nil {
					send(c.Keyword+" at "+c.Pointer, body)
				}
			}
		}
	}
}

func differ(t *testing.T, doc *Document) (seen int) {
	excused := map[string]int{}
	for _, o := range doc.operations {
		j := o.Judge()
		if stock, _ := j.Stock(); !stock {
			continue
		}
		d := &differential{t: t, o: o, judge: j, excused: excused}
		d.requests()
		d.responses()
		seen += d.seen
	}
	t.Logf("%d messages; excused: %v", seen, excused)
	if n := doc.checker.library().misses.Load(); n != 0 {
		t.Errorf("the library asked for %d schemas that were not injected", n)
	}
	return seen
}

// TestWeJudgeAsTheLibraryDoes compares verdicts on valid and broken messages of
// the documents at hand.
func TestWeJudgeAsTheLibraryDoes(t *testing.T) {
	seen := 0
	for _, doc := range fuzzDocuments(t) {
		seen += differ(t, doc)
	}
	if seen < 1000 {
		t.Errorf("only %d messages were compared", seen)
	}
}

// TestWeJudgeAsTheLibraryDoesOnEveryDocumentOfTheFolder is the same for whole
// documents of others.
func TestWeJudgeAsTheLibraryDoesOnEveryDocumentOfTheFolder(t *testing.T) {
	dir := os.Getenv(documentsEnv)
	if dir == "" {
		t.Skip(documentsEnv + " names no folder of documents")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.[jy]*")) // JSON and YAML
	if err != nil || len(files) == 0 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc, err := Load(t.Context(), file)
			if err != nil && strings.Contains(err.Error(), "leads nowhere") {
				t.Skip(err) // rightly refused: what it refers to is not there
			}
			if err != nil {
				t.Fatal(err)
			}
			differ(t, doc)
		})
	}
}
