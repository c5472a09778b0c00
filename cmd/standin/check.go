package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// check tells everything that is wrong with a document and with scenarios for
// it, without serving.
func (p program) check(ctx context.Context, args []string) error {
	var src sources
	f := pflag.NewFlagSet("standin check", pflag.ContinueOnError)
	src.flags(f)
	var e exercising
	var j judging
	j.flags(f)
	exercised := f.Bool("exercise", false, "")
	f.StringVar(&e.format, "format", "text", "")
	f.Uint64Var(&e.seed, "seed", 1, "")
	if err := p.parseOrHelp(f, args); err != nil {
		return err
	}
	if j.archive != "" {
		src.documents, j.format = f.Args(), e.format
		return p.checkArchive(ctx, src, &j)
	}
	if f.NArg() == 0 {
		return &usageError{"check takes documents, and scenario files or directories after them", "for example: standin check openapi.yaml scenarios/"}
	}
	if e.format != "text" && e.format != "json" {
		return &usageError{"--format " + quote(e.format) + " is neither text nor json", "text is for people, json for programs"}
	}
	src.documents = f.Args()[:1]
	var rest []string
	for _, arg := range f.Args()[1:] {
		if isDocument(arg) {
			src.documents = append(src.documents, arg)
		} else {
			rest = append(rest, arg)
		}
	}
	doc, err := p.loadAll(ctx, src)
	if err != nil {
		return err
	}
	warnings := slices.Concat(doc.Warnings(), doc.Prepare(), doc.Examine(), doc.Unsatisfiable(ctx))
	p.tellWarnings(warnings)

	var faults spec.Errors
	var all []scenarios.Scenario
	for _, path := range rest {
		scs, err := scenarios.Load(path)
		var some spec.Errors
		if errors.As(err, &some) {
			faults = append(faults, some...)
			continue
		}
		if err != nil {
			return loadError(err)
		}
		all = append(all, scs...)
	}
	_, err = scenarios.Compile(doc, append(scenarios.Builtin(), all...))
	var some spec.Errors
	if errors.As(err, &some) {
		faults = append(faults, some...)
	} else if err != nil {
		return err
	}
	if len(faults) > 0 {
		return faults
	}
	if e.format == "json" && !*exercised {
		return p.writeFinding(doc, warnings, len(all))
	}
	if e.format == "text" {
		fmt.Fprintf(p.stdout, "%s %s: %d operations, %d warnings; %d scenarios\n",
			doc.Title(), doc.Version(), len(doc.Operations()), len(warnings), len(all))
	}
	if *exercised {
		return p.exercise(ctx, doc, all, e)
	}
	p.tellResources(doc)
	return nil
}

func (p program) tellWarnings(warnings spec.Errors) {
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "warning: %s\n", w.Error())
		p.showLine(w.Pos)
		if w.Hint != "" {
			fmt.Fprintf(p.stderr, "         %s\n", w.Hint)
		}
	}
}
