package record

import (
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/standin-dev/standin/scenarios"
)

// Files are a recording as a scenario file, NAME.yaml, and the bodies that it is
// too small for, below bodies/. Each fits the bounds of a scenario file: of more
// rules than find room the last ones are left out, and counted in Over.
func (r *Recording) Files() map[string][]byte {
	for _, inline := range []int{16 << 10, 1 << 10, 128, 0} {
		w := writer{inline: inline, files: map[string][]byte{}}
		if text := w.scenario(&r.Scenario); len(text) <= scenarios.MaxFile && w.values < maxValues {
			w.files[r.Scenario.Name+".yaml"] = []byte(text)
			return w.files
		}
	}
	rules := r.Scenario.Rules
	r.Over += len(rules) - len(rules)/2
	r.Scenario.Rules = rules[:len(rules)/2]
	return r.Files()
}

// writer writes a scenario as YAML.
type writer struct {
	inline int // the longest body that is written out, in bytes
	files  map[string][]byte
	values int // about so many values the file has
}

// maxValues is somewhat less than a scenario file may have.
const maxValues = 45_000

func (w *writer) scenario(sc *scenarios.Scenario) string {
	var b strings.Builder
	fmt.Fprintf(&b, "name: %s\nsummary: %s\nrecorded: true\nrules:\n", quote(sc.Name), quote(sc.Summary))
	for i := range sc.Rules {
		rule := &sc.Rules[i]
		w.values += 26 + 2*len(rule.Match.Headers) + 3*len(rule.Reply.Headers)
		fmt.Fprintf(&b, "  - on: %s\n", quote(rule.On[0]))
		if m := matchText(rule.Match); m != "" {
			fmt.Fprintf(&b, "    match: {%s}\n", m)
		}
		if rule.Times > 0 {
			fmt.Fprintf(&b, "    times: %d\n", rule.Times)
		}
		w.reply(&b, rule.Reply)
	}
	return b.String()
}

func matchText(m *scenarios.Match) string {
	var parts []string
	add := func(name, value string) { parts = append(parts, name+": "+quote(value)) }
	if m.Method != "" {
		add("method", m.Method)
	}
	if m.Path != "" {
		add("path", m.Path)
	}
	if m.Query != nil {
		add("query", *m.Query)
	}
	if len(m.Headers) > 0 {
		parts = append(parts, "headers: {"+strings.Join(headerTexts(m.Headers), ", ")+"}")
	}
	if m.Body != nil {
		add("body", *m.Body)
	}
	if m.Digest != "" {
		add("digest", m.Digest)
	}
	return strings.Join(parts, ", ")
}

func headerTexts(h map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		lines := strings.Split(h[name], "\n")
		for i := range lines {
			lines[i] = quote(lines[i])
		}
		text := lines[0]
		if len(lines) > 1 {
			text = "[" + strings.Join(lines, ", ") + "]"
		}
		out = append(out, quote(name)+": "+text)
	}
	return out
}

func (w *writer) reply(b *strings.Builder, r *scenarios.Reply) {
	fmt.Fprintf(b, "    reply:\n      status: %d\n", r.Status)
	if r.Undocumented {
		b.WriteString("      undocumented: true\n")
	}
	if len(r.Headers) > 0 {
		fmt.Fprintf(b, "      headers: {%s}\n", strings.Join(headerTexts(r.Headers), ", "))
	}
	switch {
	case len(r.Raw) > w.inline || len(r.Raw) > 0 && !utf8.Valid(r.Raw):
		name := "bodies/" + scenarios.Digest("", r.Raw)[len("sha256:"):][:16] + "." + extension(r.Headers["Content-Type"])
		w.files[name] = r.Raw
		fmt.Fprintf(b, "      file: %s\n", quote(name))
	default:
		fmt.Fprintf(b, "      text: %s\n", quote(string(r.Raw)))
	}
}

// extension is what the name of a body's file ends with.
func extension(contentType string) string {
	media, _, _ := mime.ParseMediaType(contentType)
	_, sub, _ := strings.Cut(media, "/")
	if i := strings.LastIndexByte(sub, '+'); i >= 0 {
		sub = sub[i+1:]
	}
	if sub == "" || len(sub) > 5 || strings.Trim(sub, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "bin"
	}
	return sub
}

// quote is a text as YAML: between single quotes where it can stand there as it
// is, else as JSON writes it, which is YAML too.
func quote(s string) string {
	special := func(r rune) bool {
		return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r >= 0xfffe && r <= 0xffff
	}
	if !strings.ContainsFunc(s, special) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case special(r):
			b.WriteString(`\u` + fmt.Sprintf("%04x", r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// seedText is what collections start with, as a state seed file has it.
func seedText(homes []string, things map[string][]json.RawMessage) []byte {
	var b strings.Builder
	for _, home := range homes {
		fmt.Fprintf(&b, "%s:\n", quote(strings.Trim(home, "/")))
		for _, thing := range things[home] {
			b.WriteString("  - " + string(thing) + "\n")
		}
	}
	return []byte(b.String())
}
