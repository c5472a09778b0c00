package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/spec"
)

// sources say which documents are loaded and how, for every verb that loads any.
type sources struct {
	documents  []string // as [spec.Loader.LoadAll] takes them; none is the one that is built in
	overlays   []string
	remoteRefs bool
}

// flags adds the flags that every verb with documents has.
func (s *sources) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&s.overlays, "overlay", nil, "")
	f.BoolVar(&s.remoteRefs, "allow-remote-refs", false, "")
}

// loadAll loads documents, several as one.
func (p program) loadAll(ctx context.Context, s sources) (*spec.Document, error) {
	names := s.documents
	if len(names) == 0 {
		names = []string{spec.Builtin}
	}
	stdin := 0
	for _, name := range append(names, s.overlays...) {
		if name == "-" || strings.HasSuffix(name, "=-") {
			stdin++
		}
	}
	if stdin > 1 {
		return nil, &usageError{"standard input is named more than once, and it can be read only once", "give all but one by file"}
	}
	loader := spec.Loader{Stdin: p.stdin, AllowRemoteRefs: s.remoteRefs, Overlays: s.overlays}
	doc, err := loader.LoadAll(ctx, names...)
	return doc, loadError(err)
}

// fewWarnings are told at the start of a server; check tells them all.
const fewWarnings = 5

// tellFewWarnings tells the first warnings, and where the others are.
func (p program) tellFewWarnings(s sources, warnings spec.Errors) {
	p.tellWarnings(warnings[:min(len(warnings), fewWarnings)])
	if more := len(warnings) - fewWarnings; more > 0 {
		fmt.Fprintf(p.stderr, "warning: and %d more; all of them: %s\n", more, s.checkLine())
	}
}

// checkLine is the command that tells everything about the documents.
func (s sources) checkLine() string {
	line := "standin check"
	for _, o := range s.overlays {
		line += " --overlay " + o
	}
	if s.remoteRefs {
		line += " --allow-remote-refs"
	}
	return line + " " + strings.Join(s.documents, " ")
}

// isDocument reports whether a further argument of check is one more document
// rather than scenarios: by its form, or by what the file begins with.
func isDocument(arg string) bool {
	if strings.HasPrefix(arg, "/") && strings.Contains(arg, "=") || strings.Contains(arg, "://") {
		return true
	}
	f, err := os.Open(arg)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, _ := io.ReadFull(f, head) // a folder, or what cannot be read, has no such head
	return documentHead.Match(head[:n])
}

var documentHead = regexp.MustCompile(`(?m)^\s*\{?\s*["']?(openapi|swagger)["']?\s*:`)

// examined is how large a document may be, in operations, for its examples to be
// looked at beside the server. Of larger ones only check does that.
const examined = 100

// examine tells what is wrong with the documents' examples, while the server
// already answers. It needs no processor that a request wants for long.
func (p program) examine(ctx context.Context, s sources, doc *spec.Document) {
	if len(s.documents) == 0 || len(doc.Operations()) > examined || ctx.Err() != nil {
		return
	}
	p.tellFewWarnings(s, doc.Examine())
}
