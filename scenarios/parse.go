package scenarios

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	yaml "github.com/pb33f/go-yaml"
	"github.com/pb33f/go-yaml/plugin/limit"

	"github.com/standin-dev/standin/spec"
)

// What a scenario file may hold. The bounds are far above what a person writes;
// they keep a hostile file from costing more than a moment.
const (
	maxScenarios = 200    // in a file
	maxRules     = 1000   // in a scenario
	maxNodes     = 50_000 // values in a file, aliases counted each time
	maxDepth     = 64     // of nested values
)

// Parse reads one scenario file at hand; several scenarios may stand in it as
// several YAML documents. JSON is YAML and works too. The errors, spec.Errors,
// are those that can be told without a document; [Compile] finds the rest.
func Parse(file string, data []byte) ([]Scenario, error) {
	return parse(&decoder{file: file}, data)
}

func parse(d *decoder, data []byte) ([]Scenario, error) {
	if !d.readable(data) {
		return nil, d.list.err()
	}
	d.lines = strings.Split(string(data), "\n")
	var out []Scenario
	for _, n := range d.documents(data) {
		if len(out) == maxScenarios {
			d.fail(n, "spread them over several files", "more than %d scenarios in a file", maxScenarios)
			break
		}
		sc := d.scenario(n)
		for i := range sc.Rules {
			subject{list: &d.list, sc: &sc, rule: &sc.Rules[i], index: i}.checkRule()
		}
		out = append(out, sc)
	}
	refuseTwins(&d.list, out)
	if len(out) == 0 && len(d.list.errs) == 0 {
		d.list.add(spec.Position{File: d.file}, "a scenario has a name and rules", "no scenario in this file")
	}
	if err := d.list.err(); err != nil {
		return nil, err
	}
	return out, nil
}

// readable refuses what the YAML reader would refuse without saying where.
func (d *decoder) readable(data []byte) bool {
	if len(data) > MaxFile {
		d.list.add(spec.Position{File: d.file}, "spread the scenarios over several files",
			"the file is larger than %d bytes", MaxFile)
		return false
	}
	line, col := 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		pos := spec.Position{File: d.file, Line: line, Column: col}
		switch {
		case r == utf8.RuneError && size == 1:
			d.list.add(pos, "save the file as UTF-8", "byte %#02x is not UTF-8", data[i])
			return false
		case unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\u0085',
			r == '\uFEFF' && i > 0, r == '\uFFFE', r == '\uFFFF':
			d.list.add(pos, fmt.Sprintf(`write it as "\u%04x" between double quotes`, r), "control character %U", r)
			return false
		}
		i += size
		col++
		if r == '\n' {
			line, col = line+1, 1
		}
	}
	return true
}

// documents reads the YAML documents of a file, without the empty ones.
func (d *decoder) documents(data []byte) []*yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithPlugin(limit.New(limit.DepthValue(2*maxDepth))))
	if err != nil {
		d.list.add(spec.Position{File: d.file}, "", "%s", err)
		return nil
	}
	var docs []*yaml.Node
	for {
		var n yaml.Node
		err := loader.Load(&n)
		if errors.Is(err, io.EOF) {
			return docs
		}
		if err != nil {
			d.syntax(err)
			return docs
		}
		root := &n
		if root.Kind == yaml.DocumentNode && len(root.Content) == 1 {
			root = root.Content[0]
		}
		if root.Kind != yaml.DocumentNode && root.Kind != 0 && root.ShortTag() != "!!null" {
			docs = append(docs, root)
		}
	}
}

// syntax reports what the YAML reader says, in our form.
func (d *decoder) syntax(err error) {
	pos, msg := spec.Position{File: d.file}, err.Error()
	if e := (*yaml.LoadError)(nil); errors.As(err, &e) {
		msg = e.Message
		if e.ContextMsg != "" {
			msg = e.ContextMsg + ": " + msg
		}
		if e.Mark.Line > 0 {
			pos.Line, pos.Column = e.Mark.Line, max(e.Mark.Column, 1)
		}
	}
	hint := ""
	if pos.Line > 0 && pos.Line <= len(d.lines) {
		if text := strings.TrimSpace(d.lines[pos.Line-1]); strings.HasSuffix(text, "*") || strings.HasPrefix(text, "on: *") {
			hint = `a selector that begins with * needs quotes: on: "*"`
		}
	}
	// Some marks stand behind the end of the text; a position within the file
	// is worth more than an exact one.
	if n := len(d.lines); pos.Line > n {
		pos.Line, pos.Column = n, utf8.RuneCountInString(d.lines[n-1])+1
	}
	d.list.add(pos, hint, "not YAML: %s", msg)
}
