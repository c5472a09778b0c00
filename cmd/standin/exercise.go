package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/exercise"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// exercising is how check exercises a document.
type exercising struct {
	seed   uint64
	format string // text or json
}

// exerciseTime is what the fake's clock shows, so that every run is the same.
var exerciseTime = time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)

// exercise sends a fake of the document everything that it describes, and tells
// what came of it. [errBroken] where the fake failed.
func (p program) exercise(ctx context.Context, doc *spec.Document, own []scenarios.Scenario, e exercising) error {
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		return err
	}
	fake, err := mock.New(doc, mock.Options{
		Scenarios: own, Active: []string{}, Behaviours: behaviours, Start: exerciseTime, Freeze: true, Keep: exercise.Keep, Seed: e.seed,
	})
	if err != nil {
		return &hinted{err, "", exitLoad}
	}
	debug.SetGCPercent(100) // many schemas are compiled and dropped: time is cheaper here than memory
	report := exercise.Run(ctx, fake, time.Now, exercise.Options{Seed: e.seed})
	if e.format == "json" {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		if err := out.Encode(report); err != nil {
			return err
		}
	} else {
		tellReport(p.stdout, report)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("broken off: %w", err)
	}
	if report.Failed() {
		return errBroken
	}
	return nil
}

// maxTold bounds the problems of a kind that are told in words; JSON has all.
const maxTold = 20

func tellReport(w io.Writer, r *exercise.Report) {
	fmt.Fprintf(w, "%d exchanges, %d valid and %d invalid, in %v with %d MB\n", r.Exchanges, r.Valid, r.Invalid,
		time.Duration(r.Duration).Round(time.Millisecond), r.Memory>>20)
	fmt.Fprintf(w, "judged by the stock library: %d operations; by the library over our compiled schemas: %d\n", r.Judged.Stock, r.Judged.Own)
	for _, kind := range []struct {
		one, none string
		list      []exercise.Problem
	}{
		{"answer that breaks the document", "no answer breaks the document", r.Broken},
		{"valid request that is refused", "no valid request is refused", r.Refused},
		{"invalid request that is accepted", "no invalid request is accepted", r.Accepted},
		{"request that the library judges otherwise", "", r.Disputed},
		{"fault of the document's own", "", r.Document},
		{"request that could not be made", "", r.Unmade},
	} {
		if len(kind.list) == 0 {
			if kind.none != "" {
				fmt.Fprintf(w, "\n%s\n", kind.none)
			}
			continue
		}
		fmt.Fprintf(w, "\n%d × %s\n", len(kind.list), kind.one)
		for _, q := range kind.list[:min(maxTold, len(kind.list))] {
			tellProblem(w, q)
		}
		if more := len(kind.list) - maxTold; more > 0 {
			fmt.Fprintf(w, "  … and %d more: --format json has all\n", more)
		}
	}
	if len(r.Excused) > 0 {
		fmt.Fprintf(w, "\nknown faults of the library, not counted:\n")
	}
	for _, name := range slices.Sorted(maps.Keys(r.Excused)) {
		fmt.Fprintf(w, "  %d × %s\n", r.Excused[name], name)
	}
}

func tellProblem(w io.Writer, q exercise.Problem) {
	at := q.At.String()
	if q.Pointer != "" {
		at = strings.TrimSpace(at + " #" + q.Pointer)
	}
	head := q.Operation
	if q.Request != "" {
		head += fmt.Sprintf(": %s gives %d", q.Request, q.Status)
	}
	if q.Case != "" {
		head += " (" + q.Case + ")"
	}
	fmt.Fprintf(w, "  %s\n    %s\n", head, strings.TrimSpace(strings.Join([]string{q.Where, q.Keyword, q.Message}, " ")))
	if at != "" {
		fmt.Fprintf(w, "    %s\n", at)
	}
}
