package scenarios

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	yaml "github.com/pb33f/go-yaml"

	"github.com/standin-dev/standin/spec"
)

// decoder makes scenarios of YAML nodes. It decodes by hand, node by node, so
// that each fault has the place of the very value.
type decoder struct {
	file  string
	lines []string
	list  errorList
	// beside reads a file by its path from the scenario's folder; nil: there is none.
	beside func(name string) ([]byte, error)
	nodes  int
	full   bool // too many values: said once, then the rest is skipped
}

// field is one member of a mapping and what to do with its value.
type field struct {
	name string
	set  func(n *yaml.Node)
}

func (d *decoder) scenario(n *yaml.Node) Scenario {
	sc := Scenario{Pos: d.pos(n), at: marks{}}
	ok := d.mapping(n, "a scenario", sc.at, "", []field{
		{"name", func(n *yaml.Node) { sc.Name = d.text(n, "name") }},
		{"summary", func(n *yaml.Node) { sc.Summary = d.text(n, "summary") }},
		{"recorded", func(n *yaml.Node) { sc.Recorded = d.boolean(n, "recorded") }},
		{"rules", func(n *yaml.Node) { sc.Rules = d.rules(n) }},
		{"verify", func(n *yaml.Node) { sc.Verify = d.trials(n) }},
	})
	if ok {
		subject{list: &d.list, sc: &sc}.checkHead()
	}
	return sc
}

func (d *decoder) rules(n *yaml.Node) []Rule {
	items, ok := d.sequence(n, "rules", "scenario", maxRules)
	if !ok {
		return nil
	}
	rules := make([]Rule, 0, len(items))
	for _, item := range items {
		rules = append(rules, d.rule(item))
	}
	return rules
}

func (d *decoder) rule(n *yaml.Node) Rule {
	r := Rule{Pos: d.pos(n), at: marks{}}
	ok := d.mapping(n, "a rule", r.at, "", []field{
		{"on", func(n *yaml.Node) { r.On = d.selectors(n, r.at) }},
		{"match", func(n *yaml.Node) { r.Match = d.match(n, r.at) }},
		{"when", func(n *yaml.Node) { r.When = d.condition(n, "when") }},
		{"times", func(n *yaml.Node) { r.Times = d.integer(n, "times") }},
		{"after", func(n *yaml.Node) { r.After = d.integer(n, "after") }},
		{"every", func(n *yaml.Node) { r.Every = d.integer(n, "every") }},
		{"chance", func(n *yaml.Node) { r.Chance = d.chance(n) }},
		{"until", func(n *yaml.Node) { r.Until = d.condition(n, "until") }},
		{"reply", func(n *yaml.Node) { r.Reply = d.reply(n, r.at) }},
		{"set", func(n *yaml.Node) { r.Set = d.object(n, r.at, "set") }},
		{"delay", func(n *yaml.Node) { r.Delay = d.delay(n, r.at) }},
		{"fault", func(n *yaml.Node) { r.Fault = d.fault(n) }},
	})
	if !ok {
		r.at["on"] = mark{pos: r.Pos, lead: -1, bad: true}
	}
	return r
}

func (d *decoder) reply(n *yaml.Node, at marks) *Reply {
	var r Reply
	ok := d.mapping(n, "a reply", at, "reply/", []field{
		{"status", func(n *yaml.Node) { r.Status = d.integer(n, "status") }},
		{"example", func(n *yaml.Node) { r.Example = d.text(n, "example") }},
		{"headers", func(n *yaml.Node) { r.Headers = d.headers(n, at) }},
		{"body", func(n *yaml.Node) { r.Body = d.value(n, at, "reply/body", 0) }},
		{"text", func(n *yaml.Node) { d.raw(n, &r, []byte(d.text(n, "text"))) }},
		{"base64", func(n *yaml.Node) { d.raw(n, &r, d.base64(n)) }},
		{"file", func(n *yaml.Node) { d.raw(n, &r, d.content(n)) }},
		{"undocumented", func(n *yaml.Node) { r.Undocumented = d.boolean(n, "undocumented") }},
	})
	if !ok {
		return nil
	}
	return &r
}

func (d *decoder) selectors(n *yaml.Node, at marks) Selectors {
	n = d.resolve(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return Selectors{d.text(n, "on")}
	}
	var out Selectors
	for i, item := range n.Content {
		at["on/"+strconv.Itoa(i)] = d.mark(item)
		out = append(out, d.text(item, "on"))
	}
	return out
}

func (d *decoder) headers(n *yaml.Node, at marks) map[string]string {
	out := map[string]string{}
	d.members(n, "headers", func(key, value *yaml.Node) {
		at["reply/headers/"+key.Value] = d.mark(value)
		items := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			items = value.Content
		}
		var lines []string
		for _, item := range items {
			line := d.scalar(item, "a header")
			if strings.Contains(line, "\n") {
				d.fail(item, "several lines are a list", "the header %s holds a line break", key.Value)
			}
			lines = append(lines, line)
		}
		out[key.Value] = strings.Join(lines, "\n")
	})
	return out
}

func (d *decoder) match(n *yaml.Node, at marks) *Match {
	var m Match
	words := func(to **string) func(*yaml.Node) {
		return func(n *yaml.Node) {
			s := d.scalar(n, "it")
			*to = &s
		}
	}
	ok := d.mapping(n, "a match", at, "match/", []field{
		{"method", func(n *yaml.Node) { m.Method = d.text(n, "method") }},
		{"path", func(n *yaml.Node) { m.Path = d.text(n, "path") }},
		{"query", words(&m.Query)},
		{"headers", func(n *yaml.Node) {
			m.Headers = map[string]string{}
			d.members(n, "headers", func(key, value *yaml.Node) { m.Headers[key.Value] = d.scalar(value, "a header") })
		}},
		{"body", words(&m.Body)},
		{"digest", func(n *yaml.Node) { m.Digest = d.text(n, "digest") }},
	})
	if !ok {
		return nil
	}
	return &m
}

// raw sets a reply's body; one that is empty is a body too.
func (d *decoder) raw(n *yaml.Node, r *Reply, body []byte) {
	if r.Raw != nil {
		d.fail(n, "leave one of them out", "a reply has one of text, base64 and file")
	}
	r.Raw = append([]byte{}, body...)
}

func (d *decoder) base64(n *yaml.Node) []byte {
	out, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(d.text(n, "base64")), ""))
	if err != nil {
		d.fail(n, "", "it is no base64: %v", err)
	}
	return out
}

// content is that of a file beside the scenario's.
func (d *decoder) content(n *yaml.Node) []byte {
	name := d.text(n, "file")
	switch {
	case name == "":
		return nil
	case d.beside == nil:
		d.fail(n, "write it out as text or base64", "there is no folder to find the file %s in", excerpt(name))
		return nil
	}
	out, err := d.beside(name)
	if err != nil {
		d.fail(n, "give a path below the scenario's own folder", "%v", err)
	}
	return out
}

// object is a mapping of anything: the `set` of a rule.
func (d *decoder) object(n *yaml.Node, at marks, path string) map[string]any {
	out := map[string]any{}
	d.members(n, path, func(key, value *yaml.Node) {
		sub := path + "/" + key.Value
		at[sub] = d.mark(value)
		out[key.Value] = d.value(value, at, sub, 1)
	})
	return out
}

// value decodes anything that JSON can say.
func (d *decoder) value(n *yaml.Node, at marks, path string, depth int) any {
	if n = d.resolve(n); n == nil {
		return nil
	}
	if depth > maxDepth {
		d.fail(n, "", "values are nested deeper than %d", maxDepth)
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		out := make(map[string]any, len(n.Content)/2)
		d.members(n, "a mapping", func(key, value *yaml.Node) {
			sub := path + "/" + key.Value
			at[sub] = d.mark(value)
			out[key.Value] = d.value(value, at, sub, depth+1)
		})
		return out
	case yaml.SequenceNode:
		out := make([]any, 0, len(n.Content))
		for i, item := range n.Content {
			if d.full {
				break
			}
			sub := path + "/" + strconv.Itoa(i)
			at[sub] = d.mark(item)
			out = append(out, d.value(item, at, sub, depth+1))
		}
		return out
	}
	return d.plain(n)
}

// plain decodes a scalar by the core schema of YAML 1.2, but for timestamps,
// which stay text, as in JSON.
func (d *decoder) plain(n *yaml.Node) any {
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if i, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 64); err == nil {
			return int(i)
		}
		fallthrough
	case "!!float":
		f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
		if err != nil || !finite(f) {
			d.fail(n, "put it between quotes to make it text", "%s is not a number that JSON can hold", excerpt(n.Value))
			return nil
		}
		return f
	case "!!str", "!!timestamp":
		return n.Value
	}
	d.fail(n, "JSON has null, booleans, numbers, strings, lists and mappings", "%s is not a value that JSON can hold", n.ShortTag())
	return nil
}

// text is a scalar that must be a string.
func (d *decoder) text(n *yaml.Node, what string) string {
	n = d.resolve(n)
	if n == nil {
		return ""
	}
	if n.Kind == yaml.ScalarNode && (n.ShortTag() == "!!str" || n.ShortTag() == "!!timestamp") {
		return n.Value
	}
	hint := ""
	if n.Kind == yaml.ScalarNode {
		hint = "put it between quotes"
	}
	d.fail(n, hint, "%s must be text, not %s", what, kindOf(n))
	return ""
}

// scalar is any scalar, as text.
func (d *decoder) scalar(n *yaml.Node, what string) string {
	n = d.resolve(n)
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		d.fail(n, "", "%s must be text, not %s", what, kindOf(n))
		return ""
	}
	return n.Value
}

// condition is an expression: text, or `true` and `false` as they stand.
func (d *decoder) condition(n *yaml.Node, what string) string {
	n = d.resolve(n)
	if n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!bool" {
		return strings.ToLower(n.Value)
	}
	return d.text(n, what)
}

func (d *decoder) fault(n *yaml.Node) Fault {
	word := d.text(n, "fault")
	if word == "" && n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		d.fail(n, "a fault is one of "+strings.Join(faults, ", "), `unknown fault ""`)
	}
	return Fault(word)
}

func (d *decoder) integer(n *yaml.Node, what string) int {
	n = d.resolve(n)
	if n == nil {
		return 0
	}
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!int" {
		if i, err := strconv.ParseInt(strings.ReplaceAll(n.Value, "_", ""), 0, 32); err == nil {
			return int(i)
		}
	}
	d.fail(n, "", "%s must be a whole number, not %s", what, kindOf(n))
	return 0
}

func (d *decoder) chance(n *yaml.Node) float64 {
	n = d.resolve(n)
	if n == nil {
		return 0
	}
	f, err := strconv.ParseFloat(n.Value, 64)
	if tag := n.ShortTag(); n.Kind != yaml.ScalarNode || err != nil || tag != "!!int" && tag != "!!float" {
		d.fail(n, "one call in five is 0.2", "chance must be a number, not %s", kindOf(n))
		return 0
	}
	if f == 0 { // in Go the zero value is 'not given'; in a file it was said
		d.fail(n, "leave the rule out, or comment it", "a chance of 0 never acts")
	}
	return f
}

func (d *decoder) boolean(n *yaml.Node, what string) bool {
	n = d.resolve(n)
	if n == nil {
		return false
	}
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
		d.fail(n, "", "%s must be true or false, not %s", what, kindOf(n))
		return false
	}
	return strings.EqualFold(n.Value, "true")
}

func (d *decoder) delay(n *yaml.Node, at marks) Delay {
	n = d.resolve(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return Delay{Min: d.duration(n, "delay")}
	}
	var out Delay
	d.mapping(n, "a delay", at, "delay/", []field{
		{"min", func(n *yaml.Node) { out.Min = d.duration(n, "min") }},
		{"max", func(n *yaml.Node) { out.Max = d.duration(n, "max") }},
	})
	if _, ok := at["delay/max"]; !ok {
		d.fail(n, "a fixed delay is written delay: 200ms", "a delay between min and max needs its max")
	}
	return out
}

func (d *decoder) duration(n *yaml.Node, what string) time.Duration {
	n = d.resolve(n)
	if n == nil {
		return 0
	}
	t, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || n.ShortTag() == "!!int" && n.Value != "0" {
		d.fail(n, "a duration has a unit: 200ms, 1.5s, 2m", "%s must be a duration, not %s", what, kindOf(n))
		return 0
	}
	return t
}

// mapping decodes a mapping of known fields and notes where their values stand
// below a prefix. It tells whether there was a mapping at all.
func (d *decoder) mapping(n *yaml.Node, what string, at marks, prefix string, fields []field) bool {
	return d.members(n, what, func(key, value *yaml.Node) {
		for _, f := range fields {
			if f.name == key.Value {
				k, before := d.mark(value), d.list.count()
				f.set(value)
				k.bad = d.list.count() > before
				at[prefix+f.name] = k
				return
			}
		}
		if d.list.count() >= maxErrors {
			d.list.more++ // not worth the search for a hint
			return
		}
		names := make([]string, len(fields))
		for i, f := range fields {
			names[i] = f.name
		}
		d.fail(key, suggest(key.Value, names, what+" has"), "unknown field %q in %s", excerpt(key.Value), what)
	})
}

// members calls do for each member of a mapping; a key that stands twice is a
// fault, and the first counts.
func (d *decoder) members(n *yaml.Node, what string, do func(key, value *yaml.Node)) bool {
	n = d.resolve(n)
	if n == nil {
		return false
	}
	if n.Kind != yaml.MappingNode {
		d.fail(n, "", "%s must be a mapping, not %s", what, kindOf(n))
		return false
	}
	seen := make(map[string]bool, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content) && !d.full; i += 2 {
		key := d.resolve(n.Content[i])
		switch {
		case key == nil:
		case key.Kind != yaml.ScalarNode:
			d.fail(key, "", "a key must be text, not %s", kindOf(key))
		case key.ShortTag() == "!!merge":
			d.fail(key, "write the fields out", "merge keys (<<) are not supported")
		case seen[key.Value]:
			d.fail(key, "", "%q stands here twice", excerpt(key.Value))
		default:
			seen[key.Value] = true
			do(key, n.Content[i+1])
		}
	}
	return true
}

// sequence is the items of a list, of which there may be at most so many in the
// thing that is to be split where there are more.
func (d *decoder) sequence(n *yaml.Node, what, in string, most int) ([]*yaml.Node, bool) {
	n = d.resolve(n)
	if n == nil {
		return nil, false
	}
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "begin each item with a dash", "%s must be a list, not %s", what, kindOf(n))
		return nil, false
	}
	if len(n.Content) > most {
		d.fail(n.Content[most], "split the "+in, "%s lists more than %d", what, most)
		return n.Content[:most], true
	}
	return n.Content, true
}

// resolve follows aliases. Every value that is looked at counts, so that
// aliases of aliases (billion laughs) end; then it returns nil.
func (d *decoder) resolve(n *yaml.Node) *yaml.Node {
	if n == nil || d.full {
		return nil
	}
	if d.nodes++; d.nodes > maxNodes {
		d.full = true
		d.fail(n, "spread the scenarios over several files; an alias counts as all that it stands for",
			"more than %d values in a file", maxNodes)
		return nil
	}
	if n.Kind == yaml.AliasNode {
		return n.Alias // never an alias itself: YAML 1.2, 7.1
	}
	return n
}

func (d *decoder) fail(n *yaml.Node, hint, format string, args ...any) {
	d.list.add(d.pos(n), hint, format, args...)
}

func (d *decoder) pos(n *yaml.Node) spec.Position {
	if n == nil {
		return spec.Position{File: d.file}
	}
	return spec.Position{File: d.file, Line: max(n.Line, 1), Column: max(n.Column, 1)}
}

// mark notes where a value stands, and whether its text is there verbatim.
func (d *decoder) mark(n *yaml.Node) mark {
	k := mark{pos: d.pos(n), lead: -1}
	if n == nil || n.Kind != yaml.ScalarNode || k.pos.Line > len(d.lines) {
		return k
	}
	lead := 0
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		lead = 1
	}
	rest := d.lines[k.pos.Line-1]
	for range k.pos.Column - 1 + lead {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	if n.Value != "" && strings.HasPrefix(rest, n.Value) {
		k.lead = lead
	}
	return k
}

// kindOf says what a value is, for messages.
func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool", "!!int", "!!float", "!!timestamp":
		return excerpt(n.Value)
	}
	return strconv.Quote(excerpt(n.Value))
}

// excerpt shortens what a message quotes.
func excerpt(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
