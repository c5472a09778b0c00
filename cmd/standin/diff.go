package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/spec"
)

// diffing is what the flags of diff say.
type diffing struct {
	sources
	format, failOn, usedBy, token string
}

// diff tells what differs between two documents of one API, and whom it breaks.
func (p program) diff(ctx context.Context, args []string) error {
	var s diffing
	f := pflag.NewFlagSet("standin diff", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	s.sources.flags(f)
	f.StringVar(&s.format, "format", "text", "")
	f.StringVar(&s.failOn, "fail-on", "breaking", "")
	f.StringVar(&s.usedBy, "used-by", "", "")
	f.StringVar(&s.token, "control-token", "", "")
	if err := p.parseOrHelp(f, args); err != nil {
		return err
	}
	if err := s.check(f.Args()); err != nil {
		return err
	}
	old, err := p.loadOne(ctx, s.sources, f.Arg(0))
	if err != nil {
		return err
	}
	new, err := p.loadOne(ctx, s.sources, f.Arg(1))
	if err != nil {
		return err
	}
	d, err := spec.Compare(old, new)
	if err != nil {
		return err
	}
	told := comparison{Old: f.Arg(0), New: f.Arg(1), Diff: d}
	if s.usedBy != "" {
		if err := p.narrow(ctx, &told, s); err != nil {
			return err
		}
	}
	if err := p.tellDiff(&told, s.format); err != nil {
		return err
	}
	if s.failOn == "any" && len(told.Changes) > 0 || s.failOn == "breaking" && len(told.Breaking()) > 0 {
		return errBroken
	}
	return nil
}

// check refuses arguments that cannot work.
func (s *diffing) check(args []string) error {
	switch {
	case len(args) != 2:
		return &usageError{"diff takes two documents, the old one and the new one", "for example: standin diff released.yaml openapi.yaml"}
	case args[0] == "-" && args[1] == "-":
		return &usageError{"standard input is named twice, and it can be read only once", "give one of the documents by file"}
	case s.format != "text" && s.format != "json" && s.format != "markdown":
		return &usageError{"--format " + quote(s.format) + " is none of text, json, markdown", "text is for people, json for programs, markdown for a pull request"}
	case s.failOn != "breaking" && s.failOn != "any" && s.failOn != "none":
		return &usageError{"--fail-on " + quote(s.failOn) + " is none of breaking, any, none", "breaking exits with 1 for changes that break clients, any for all"}
	}
	return nil
}

// loadOne loads a document by itself.
func (p program) loadOne(ctx context.Context, s sources, name string) (*spec.Document, error) {
	s.documents = []string{name}
	return p.loadAll(ctx, s)
}

// comparison is what diff tells.
type comparison struct {
	Old, New string // as they were named
	*spec.Diff
	used      bool // only what a recorded client uses
	exchanges int
	strange   int // exchanges of no operation of the old document
}

func (p program) tellDiff(c *comparison, format string) error {
	var out string
	switch format {
	case "json":
		data, err := json.MarshalIndent(c.json(), "", "  ")
		if err != nil {
			return err
		}
		out = string(data) + "\n"
	case "markdown":
		out = c.markdown()
	default:
		out = c.text()
	}
	_, err := io.WriteString(p.stdout, out)
	return err
}

// diffJSON is the form for programs.
type diffJSON struct {
	Old      string        `json:"old"` // as they were named
	New      string        `json:"new"`
	Breaking int           `json:"breaking"`
	Other    int           `json:"other"`
	UsedBy   *diffUsed     `json:"used_by,omitempty"`
	Changes  []spec.Change `json:"changes"`
}

// diffUsed is what of a recording was looked at.
type diffUsed struct {
	Exchanges   int `json:"exchanges"`
	Undescribed int `json:"undescribed"` // of no operation of the old document
	LeftOut     int `json:"left_out"`    // changes that the recorded client does not notice
}

func (c *comparison) json() diffJSON {
	n := len(c.Breaking())
	out := diffJSON{Old: c.Old, New: c.New, Breaking: n, Other: len(c.Changes) - n, Changes: c.Changes}
	if out.Changes == nil {
		out.Changes = []spec.Change{}
	}
	if c.used {
		out.UsedBy = &diffUsed{c.exchanges, c.strange, c.LeftOut}
	}
	return out
}

// summary is the comparison in one line.
func (c *comparison) summary() string {
	breaking, all := len(c.Breaking()), len(c.Changes)
	var s string
	switch {
	case all == 0:
		s = "nothing changes"
	case breaking == 0:
		s = fmt.Sprintf("%s, none of them breaking", count(all, "change"))
	default:
		s = fmt.Sprintf("%s, %d of them breaking", count(all, "change"), breaking)
	}
	if c.used {
		s += fmt.Sprintf(", in what %s used; %d left out", count(c.exchanges-c.strange, "recorded exchange"), c.LeftOut)
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
