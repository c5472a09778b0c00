package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pb33f/go-yaml"
	"github.com/pb33f/libopenapi/datamodel"
)

// SyntaxError is a fault in a file's YAML or JSON.
type SyntaxError struct {
	File         string // its name
	Line, Column int    // from 1, in characters; 0 for 'unknown'
	Msg          string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// SyntaxErrors are all that is wrong with one file.
type SyntaxErrors []*SyntaxError

func (es SyntaxErrors) Error() string { return es[0].Error() }

// inFile makes SyntaxErrors of what is wrong with a file of that name.
func inFile(err error, name string) error {
	all, ok := err.(SyntaxErrors)
	if !ok {
		one, ok := err.(*SyntaxError)
		if !ok {
			return err
		}
		all = SyntaxErrors{one}
	}
	for _, e := range all {
		e.File = name
	}
	return all
}

// IsJSON reports whether a source is JSON rather than YAML.
func IsJSON(data []byte) bool {
	data = bytes.TrimSpace(data)
	return len(data) > 0 && (data[0] == '{' || data[0] == '[') && json.Valid(data)
}

// parse parses YAML, or JSON through libopenapi's own parser, which is several
// times faster than YAML's and makes the same nodes.
func parse(data []byte) (*yaml.Node, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return nil, &SyntaxError{Line: 1, Column: 1, Msg: "the file is empty"}
	}
	if wide(data) {
		return nil, &SyntaxError{Line: 1, Column: 1, Msg: "the file is UTF-16 or UTF-32 text, and only UTF-8 is read; save it as UTF-8"}
	}
	if !utf8.Valid(data) {
		line, col := position(data, int64(invalidUTF8(data)))
		return nil, &SyntaxError{Line: line, Column: col, Msg: "the file is not UTF-8 text"}
	}
	var doc yaml.Node
	if trimmed[0] == '{' {
		if err := jsonSyntax(data); err == nil {
			info, _ := datamodel.ExtractSpecInfoWithDocumentCheck(data, true)
			if info != nil && info.RootNode != nil {
				return top(info.RootNode)
			}
		} else if bytes.Contains(trimmed[:min(len(trimmed), 256)], []byte(`"`)) {
			return nil, err
		}
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, yamlSyntax(err)
	}
	return top(&doc)
}

func top(doc *yaml.Node) (*yaml.Node, error) {
	n := doc
	if n.Kind == yaml.DocumentNode {
		if len(n.Content) == 0 {
			return nil, &SyntaxError{Line: 1, Column: 1, Msg: "the file is empty"}
		}
		n = n.Content[0]
	}
	var twice SyntaxErrors
	if err := duplicates(n, 0, &twice); err != nil {
		return nil, err
	}
	if len(twice) > 0 {
		return nil, twice
	}
	if _, err := unfolded(n, map[*yaml.Node]int{}); err != nil {
		return nil, err
	}
	return deref(n), nil
}

// maxUnfolded bounds the nodes of a document whose aliases are written out: a
// few nested aliases can stand for billions.
const maxUnfolded = 10 << 20

// unfolded counts the nodes below one with aliases written out. Seen holds the
// counts of aliased nodes, and -1 for one that is being counted: an alias to
// that one holds itself.
func unfolded(n *yaml.Node, seen map[*yaml.Node]int) (int, error) {
	if n.Kind == yaml.AliasNode {
		count, known := seen[n.Alias]
		if count < 0 {
			return 0, &SyntaxError{Line: n.Line, Column: n.Column, Msg: fmt.Sprintf("the alias *%s holds itself", n.Value)}
		}
		if known {
			return count, nil
		}
		return unfolded(n.Alias, seen)
	}
	if n.Anchor != "" {
		seen[n] = -1
	}
	count := 1
	for _, c := range n.Content {
		below, err := unfolded(c, seen)
		if err != nil {
			return 0, err
		}
		if count += below; count > maxUnfolded {
			return 0, &SyntaxError{Line: n.Line, Column: n.Column, Msg: fmt.Sprintf("its aliases stand for more than %d nodes", maxUnfolded)}
		}
	}
	if n.Anchor != "" {
		seen[n] = count
	}
	return count, nil
}

// wide reports whether a file is text in a wider encoding than UTF-8, by its
// byte order mark, or by what an ASCII character looks like there.
func wide(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) ||
		bytes.IndexByte(data[:min(len(data), 4)], 0) >= 0
}

// maxTwice bounds the duplicate keys that are told.
const maxTwice = 100

// duplicates finds keys that a mapping holds twice: YAML 1.2 (3.2.1.3) forbids
// them, and which one counts is anybody's guess.
func duplicates(n *yaml.Node, depth int, found *SyntaxErrors) error {
	if depth > 1000 {
		return &SyntaxError{Line: n.Line, Column: n.Column, Msg: "nested deeper than 1000 levels"}
	}
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]*yaml.Node, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if first, twice := seen[k.Value]; twice && k.Tag != "!!merge" && len(*found) < maxTwice {
				*found = append(*found, &SyntaxError{Line: k.Line, Column: k.Column,
					Msg: fmt.Sprintf("the key %q is here twice, first on line %d", k.Value, first.Line)})
			}
			seen[k.Value] = k
		}
	}
	for _, c := range n.Content {
		if err := duplicates(c, depth+1, found); err != nil {
			return err
		}
	}
	return nil
}

func jsonSyntax(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var v any
	err := json.Unmarshal(data, &v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line, col := position(data, syntax.Offset-1)
		return &SyntaxError{Line: line, Column: col, Msg: "broken JSON: " + syntax.Error()}
	}
	return &SyntaxError{Msg: "broken JSON"}
}

func yamlSyntax(err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		var many *yaml.LoadErrors
		if !errors.As(err, &many) || len(many.Errors) == 0 {
			return &SyntaxError{Line: 1, Column: 1, Msg: "broken YAML: " + err.Error()}
		}
		load = many.Errors[0]
	}
	msg := strings.TrimPrefix(load.Message, "yaml: ")
	if load.ContextMsg != "" {
		msg = load.ContextMsg + ": " + msg
	}
	return &SyntaxError{Line: max(load.Mark.Line, 1), Column: max(load.Mark.Column, 1), Msg: "broken YAML: " + msg}
}

// position turns a byte offset into line and column.
func position(data []byte, offset int64) (line, col int) {
	before := data[:max(0, min(offset, int64(len(data))))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}
