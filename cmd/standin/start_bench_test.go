package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

// documentsEnv names a folder of OpenAPI documents.
const documentsEnv = "STANDIN_DOCUMENTS"

// BenchmarkDocuments starts the program on each document of the folder, and asks for
// one answer, that of the first GET without path parameters, or else of the
// first operation: ms-start is the time from the start of the process to the
// whole answer, MB-peak the most memory that was resident by then, and MB-rest
// what is resident once the program has come to rest.
func BenchmarkDocuments(b *testing.B) {
	bin := build(b)
	documents := []string{spec.Builtin}
	if dir := os.Getenv(documentsEnv); dir != "" {
		found, err := filepath.Glob(filepath.Join(dir, "*.[jy]*")) // JSON and YAML
		if err != nil {
			b.Fatal(err)
		}
		documents = append(documents, found...)
	}
	for _, document := range documents {
		b.Run(filepath.Base(document), func(b *testing.B) {
			method, target := firstRequest(b, document)
			var all []time.Duration
			var peak, rest float64
			for b.Loop() {
				began := time.Now()
				s := launchStandin(b, bin, document)
				if _, _, err := do(http.DefaultClient, method, s.url+target, "", ""); err != nil {
					b.Fatal(err)
				}
				all = append(all, time.Since(began))
				peak = max(peak, s.peak(b))
				rest = s.rested(b)
				_ = s.cmd.Process.Kill()
				_ = s.cmd.Wait()
			}
			b.ReportMetric(float64(median(all))/float64(time.Millisecond), "ms-start")
			b.ReportMetric(peak, "MB-peak")
			b.ReportMetric(rest, "MB-rest")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// firstRequest is a valid request for an operation of a document, a GET if it
// has one.
func firstRequest(b *testing.B, document string) (method, target string) {
	b.Helper()
	doc, err := spec.Load(b.Context(), document)
	if err != nil && strings.Contains(err.Error(), "leads nowhere") {
		b.Skip(err) // rightly refused: what it refers to is not there
	}
	if err != nil {
		b.Fatal(err)
	}
	ops := doc.Operations()
	if len(ops) == 0 {
		b.Skip("it has no operation")
	}
	op := ops[0]
	for _, o := range ops {
		if o.Method == http.MethodGet {
			op = o
			break
		}
	}
	cases := op.Cases(1)
	if len(cases.Valid) == 0 {
		b.Skip("no request can be made for it")
	}
	r := cases.Valid[0].Request
	return r.Method, r.Path + "?" + r.RawQuery
}
