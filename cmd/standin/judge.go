package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock/report"
)

// judgement is how exec and report judge a run, and what they write of it.
type judgement struct {
	failOnNames []string
	failUnder   []string
	reports     []string
	noRedact    bool

	failOn report.FailOn
	floors []floor
	files  []evidence
	quiet  bool // the log of exchanges is not wanted
}

// floor is the least coverage, in percent: of everything, or of one kind.
type floor struct {
	kind    string // "" is all
	percent float64
}

// evidence is a file to write.
type evidence struct {
	format report.Format
	file   string // "-" is standard output
}

func (j *judgement) flags(f *pflag.FlagSet) {
	f.StringSliceVar(&j.failOnNames, "fail-on", nil, "")
	f.StringSliceVar(&j.failUnder, "fail-under", nil, "")
	f.StringArrayVar(&j.reports, "report", nil, "")
	f.BoolVar(&j.noRedact, "no-redact", false, "")
}

// read reads what the flags say.
func (j *judgement) read() error {
	j.failOn = report.DefaultFailOn()
	if len(j.failOnNames) > 0 {
		var err error
		if j.failOn, err = report.ParseFailOn(j.failOnNames); err != nil {
			return &usageError{"--fail-on: " + err.Error(), "for example: --fail-on client,fake,warning"}
		}
	}
	for _, text := range j.failUnder {
		fl, err := parseFloor(text)
		if err != nil {
			return err
		}
		j.floors = append(j.floors, fl)
	}
	for _, text := range j.reports {
		name, file, ok := strings.Cut(text, "=")
		if !ok || file == "" {
			return &usageError{fmt.Sprintf("--report %s names no file", quote(text)), "for example: --report junit=report.xml; - is standard output"}
		}
		format, err := report.ParseFormat(name)
		if err != nil {
			return &usageError{"--report: " + err.Error(), "for example: --report junit=report.xml"}
		}
		j.files = append(j.files, evidence{format, file})
	}
	return nil
}

func parseFloor(text string) (floor, error) {
	kind, number, ok := strings.Cut(text, "=")
	if !ok {
		kind, number = "", text
	}
	f := floor{kind: strings.ReplaceAll(strings.TrimSpace(kind), "_", " ")}
	n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(number), "%"), 64)
	if err != nil || n < 0 || n > 100 {
		return f, &usageError{fmt.Sprintf("--fail-under %s is no percentage", quote(text)), "give a number from 0 to 100, for one kind: --fail-under operations=100"}
	}
	f.percent = n
	if f.kind == "" {
		return f, nil
	}
	var known []string
	for _, c := range new(report.Summary).Counts() {
		if c.Name == f.kind {
			return f, nil
		}
		known = append(known, strings.ReplaceAll(c.Name, " ", "_"))
	}
	return f, &usageError{fmt.Sprintf("--fail-under: there is no coverage of %s", quote(f.kind)), "the kinds are " + strings.Join(known, ", ")}
}

// unmet are the floors that a report's coverage lies under, as lines.
func (j *judgement) unmet(s *report.Summary) []string {
	var out []string
	for _, f := range j.floors {
		is, name := s.Percent, "coverage"
		for _, c := range s.Counts() {
			if c.Name == f.kind {
				is, name = c.Percent(), "coverage of "+c.Name
			}
		}
		if is < f.percent {
			out = append(out, fmt.Sprintf("%s is %v %%, and must not be under %v %%", name, is, f.percent))
		}
	}
	return out
}

// verdict tells a report to people, writes the files that were asked for, and,
// in a job of GitHub Actions, annotates. errBroken says that the contract was
// broken or that too little was exercised.
func (p program) verdict(r *report.Report, j judgement, recorded func() []*report.Exchange, to io.Writer) error {
	shown := r
	if !j.noRedact {
		shown = report.Redact(r)
	}
	fmt.Fprintf(to, "\nstandin: %s", shown.Verdict(j.failOn))
	unmet := j.unmet(&r.Coverage.Summary)
	for _, line := range unmet {
		fmt.Fprintf(to, "  %s\n", line)
	}
	if err := p.writeEvidence(r, j, recorded); err != nil {
		return err
	}
	if err := p.tellGitHub(shown, j.failOn); err != nil {
		return err
	}
	if len(unmet) > 0 || len(r.Broken(j.failOn)) > 0 {
		return errBroken
	}
	return nil
}

func (p program) writeEvidence(r *report.Report, j judgement, recorded func() []*report.Exchange) error {
	for _, e := range j.files {
		o := report.Options{NoRedact: j.noRedact, Tool: versionText()}
		if e.format == report.HAR {
			o.Exchanges = recorded()
		}
		data, err := report.Write(r, e.format, o)
		if err != nil {
			return fmt.Errorf("writing %s: %w", e.format, err)
		}
		if e.file == "-" {
			if _, err := p.stdout.Write(data); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(e.file, data, 0o644); err != nil {
			return &hinted{fmt.Errorf("the report cannot be written: %w", err), "check the name and its folder in --report", exitBroken}
		}
	}
	return nil
}

// tellGitHub writes annotations and the job's summary where we run in a job of
// GitHub Actions.
func (p program) tellGitHub(r *report.Report, on report.FailOn) error {
	if p.getenv("GITHUB_ACTIONS") != "true" {
		return nil
	}
	fmt.Fprint(p.stderr, r.Annotations(on))
	name := p.getenv("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("the job's summary cannot be written: %w", err)
	}
	defer f.Close()
	_, err = f.WriteString(r.Markdown(on))
	return err
}
