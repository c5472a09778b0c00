package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
)

// judging is how check judges a capture.
type judging struct {
	judgement
	archive string
	strict  bool
	format  string // text, or evidence on standard output
}

func (j *judging) flags(f *pflag.FlagSet) {
	j.judgement.flags(f)
	f.StringVar(&j.archive, "har", "", "")
	f.BoolVar(&j.strict, "strict", false, "")
}

// readArchive reads the HTTP archive that a flag names.
func readArchive(flag, file string) (*har.Archive, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &hinted{fmt.Errorf("%s: %w", flag, err), "it names an HTTP archive: what browsers' tools, proxies and --report har=FILE save", exitLoad}
	}
	return har.Parse(file, data)
}

// checkArchive holds every exchange of a capture against a document. Those that
// reach none of its operations are told apart; with --strict they break the
// contract.
func (p program) checkArchive(ctx context.Context, src sources, j *judging) error {
	if j.format != "text" {
		j.reports = append(j.reports, j.format+"=-")
	}
	if err := j.read(); err != nil {
		return err
	}
	j.failOn.Warnings = j.failOn.Warnings || j.strict
	archive, err := readArchive("--har", j.archive)
	if err != nil {
		return err
	}
	doc, err := p.loadAll(ctx, src)
	if err != nil {
		return err
	}
	h, err := mock.New(doc, mock.Options{Active: []string{}, Keep: max(len(archive.Log.Entries), 1), KeepBytes: 1 << 30})
	if err != nil {
		return &hinted{err, "", exitLoad}
	}
	p.tellFewWarnings(src, doc.Warnings())
	apart, err := judgeAll(ctx, h, archive, j)
	if err != nil {
		return err
	}
	words := p.stdout
	if j.toStdout() {
		words = p.stderr
	}
	tellApart(words, apart)
	if judged := h.Checked().Seen; judged == 0 {
		return &hinted{fmt.Errorf("none of the %d entries of %s reaches an operation of the document", len(archive.Log.Entries), j.archive),
			"is it the capture of this API, and are the paths of its servers in the document?", exitBroken}
	}
	return p.verdict(h.Report(""), j.judgement, func() []*report.Exchange { return h.Recorded("") }, words)
}

// judgeAll judges the entries, and counts those that reach no operation by what
// they asked for.
func judgeAll(ctx context.Context, h *mock.Handler, archive *har.Archive, j *judging) (apart map[string]int, err error) {
	apart = map[string]int{}
	for i := range archive.Log.Entries {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("broken off: %w", ctx.Err())
		}
		e := &archive.Log.Entries[i]
		reach, err := h.Reaches(e)
		if reach == mock.ReachesNothing && err == nil {
			apart[e.Request.Method+" "+withoutQuery(e.Request.URL)]++
		}
		if err == nil && (reach == mock.ReachesOperation || reach == mock.ReachesNothing && j.strict) {
			_, err = h.Judge(ctx, e)
		}
		if err != nil {
			return nil, &hinted{fmt.Errorf("%s: log.entries[%d]: %w", j.archive, i, err), "", exitLoad}
		}
	}
	return apart, nil
}

// withoutQuery is an address without its query, which may hold secrets.
func withoutQuery(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return address
}

// tellApart tells what of a capture the document does not describe.
func tellApart(w io.Writer, apart map[string]int) {
	if len(apart) == 0 {
		return
	}
	fmt.Fprintf(w, "entries that reach no operation of the document:\n")
	names := slices.Sorted(maps.Keys(apart))
	for _, name := range names[:min(len(names), maxTold)] {
		fmt.Fprintf(w, "  %d × %s\n", apart[name], name)
	}
	if more := len(names) - maxTold; more > 0 {
		fmt.Fprintf(w, "  … and %d more\n", more)
	}
}
