package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/scenarios"
)

// scenarios lists what can be switched on with a document.
func (p program) scenarios(ctx context.Context, args []string) error {
	var files []string
	var src sources
	f := pflag.NewFlagSet("standin scenarios", pflag.ContinueOnError)
	f.StringArrayVar(&files, "scenarios", nil, "")
	src.flags(f)
	if err := p.parseOrHelp(f, args); err != nil {
		return err
	}
	src.documents = f.Args()
	doc, err := p.loadAll(ctx, src)
	if err != nil {
		return err
	}
	own, err := loadScenarios(files)
	if err != nil {
		return err
	}
	set, err := scenarios.Compile(doc, append(scenarios.Builtin(), own...))
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, sc := range set.All() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", sc.Name, operationCount(len(sc.Operations), len(doc.Operations())), sc.Summary)
	}
	return w.Flush()
}

func operationCount(n, of int) string {
	if n == of {
		return "all operations"
	}
	return fmt.Sprintf("%d of %d operations", n, of)
}

// loadScenarios reads scenario files and directories.
func loadScenarios(paths []string) ([]scenarios.Scenario, error) {
	var all []scenarios.Scenario
	for _, path := range paths {
		scs, err := scenarios.Load(path)
		if err != nil {
			return nil, loadError(err)
		}
		all = append(all, scs...)
	}
	return all, nil
}

// loadError gives errors that are no faults in a file the exit code of those:
// a file that is not there, say.
func loadError(err error) error {
	if err == nil {
		return nil
	}
	hint := ""
	if strings.Contains(err.Error(), "no such file") {
		hint = "check the path; paths are relative to where standin was started"
	}
	return &hinted{err, hint, exitLoad}
}

// parseOrHelp parses flags, and prints the manual where they ask for it.
func (p program) parseOrHelp(f *pflag.FlagSet, args []string) error {
	err := parse(f, args)
	if err == errAskedHelp {
		return p.help(context.Background(), nil)
	}
	return err
}
