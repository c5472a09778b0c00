package scenarios

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec"
)

// target is an operation that a rule is on.
type target struct {
	op      *spec.Operation
	example string
}

// targets are the operations that a rule is on, each once, in the order of the
// selectors. What does not fit is reported, except for shipped scenarios.
func (c *compiler) targets(s subject) []target {
	var out []target
	seen := map[*spec.Operation]bool{}
	for i, on := range s.rule.On {
		on = strings.TrimSpace(on)
		if on == "" {
			continue // reported by checkRule
		}
		ops, exact := c.doc.Select(on)
		if len(ops) == 0 && !s.sc.shipped {
			s.add(onPath(s.rule, i), 0, c.otherOperations(on), "no operation %q in the document", excerpt(on))
		}
		if s.rule.Reply != nil {
			ops = c.documenting(s, on, ops, exact)
		}
		for _, op := range ops {
			if !seen[op] {
				seen[op] = true
				out = append(out, target{op: op})
			}
		}
	}
	if s.rule.Reply != nil && s.rule.Reply.Example != "" {
		c.findExample(s, out)
	}
	return out
}

// otherOperations hints at what an unknown selector may have meant.
func (c *compiler) otherOperations(on string) string {
	var known []string
	if tag, ok := strings.CutPrefix(on, "tag:"); ok {
		for _, op := range c.doc.Operations() {
			for _, t := range op.Tags {
				if !slices.Contains(known, "tag:"+t) {
					known = append(known, "tag:"+t)
				}
			}
		}
		return suggest("tag:"+strings.TrimSpace(tag), known, "the document has")
	}
	for _, op := range c.doc.Operations() {
		known = append(known, op.ID)
		if p := op.Method + " " + op.Path; p != op.ID {
			known = append(known, p)
		}
	}
	if len(known) > 20 {
		return suggest(on, known, "")
	}
	return suggest(on, known, "the document has")
}

// documenting keeps the operations that document the reply's status, all of
// them if the reply is said to be undocumented.
func (c *compiler) documenting(s subject, on string, ops []*spec.Operation, exact bool) []*spec.Operation {
	reply := s.rule.Reply
	if reply.Undocumented || len(ops) == 0 {
		return ops
	}
	if reply.Status < 200 || reply.Status > 599 {
		return nil // reported by checkRule
	}
	var fit []*spec.Operation
	for _, op := range ops {
		if op.Response(reply.Status) != nil {
			fit = append(fit, op)
		}
	}
	if len(fit) > 0 || s.sc.shipped {
		return fit
	}
	const elsewhere = "for an answer that is not the API's own (a gateway's, say) add undocumented: true"
	if exact || len(ops) == 1 {
		s.add("reply/status", 0, fmt.Sprintf("it documents %s; %s", documented(ops[0]), elsewhere),
			"operation %q does not document status %d", ops[0].ID, reply.Status)
		return nil
	}
	s.add("reply/status", 0, elsewhere, "none of the %d operations that %q selects documents status %d",
		len(ops), on, reply.Status)
	return nil
}

// documented lists the statuses of an operation.
func documented(op *spec.Operation) string {
	var out []string
	for _, r := range op.Responses() {
		out = append(out, r.Status)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

// statusesOf are the exact statuses that an operation documents.
func statusesOf(op *spec.Operation) []int {
	out := []int{}
	for _, r := range op.Responses() {
		if n, err := strconv.Atoi(r.Status); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// findExample gives each target the reply's example if it has it. An operation
// that the rule names, and a rule none of whose operations has it, are at
// fault.
func (c *compiler) findExample(s subject, targets []target) {
	reply := s.rule.Reply
	found := false
	for i := range targets {
		names := exampleNames(targets[i].op, reply.Status)
		if slices.Contains(names, reply.Example) {
			targets[i].example = reply.Example
			found = true
			continue
		}
		if !s.sc.shipped && c.named(s.rule, targets[i].op) {
			s.add("reply/example", 0, suggest(reply.Example, names, "it has"),
				"the %d of operation %q has no example %q", reply.Status, targets[i].op.ID, excerpt(reply.Example))
			found = true
		}
	}
	if found || s.sc.shipped || len(targets) == 0 {
		return
	}
	var all []string
	for _, t := range targets {
		for _, name := range exampleNames(t.op, reply.Status) {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	s.add("reply/example", 0, suggest(reply.Example, all, "there are"),
		"none of the rule's operations has an example %q for status %d", excerpt(reply.Example), reply.Status)
}

// named reports whether a rule names an operation by itself, not by a pattern.
func (c *compiler) named(r *Rule, op *spec.Operation) bool {
	for _, on := range r.On {
		if ops, exact := c.doc.Select(strings.TrimSpace(on)); exact && slices.Contains(ops, op) {
			return true
		}
	}
	return false
}

func exampleNames(op *spec.Operation, status int) []string {
	var out []string
	if r := op.Response(status); r != nil {
		for _, m := range r.Content {
			for _, e := range m.Examples {
				if e.Name != "" && !slices.Contains(out, e.Name) {
					out = append(out, e.Name)
				}
			}
		}
	}
	return out
}

// checkBody checks a reply's body against the schema of each operation that it
// is for. Where it holds expressions, likely values stand in for them, and what
// is said of those values is not held against the body.
func (c *compiler) checkBody(s subject, r *rule, sc *scenario) {
	if r.body == nil && (r.Reply == nil || len(r.Reply.Raw) == 0) || r.Reply.Undocumented || s.sc.shipped {
		return
	}
	guesses := map[string]bool{}
	written := func(media string) []byte { return r.Reply.Raw }
	if r.body != nil {
		body := r.body.guess("body", guesses)
		written = func(media string) []byte { return encode(body, media) }
	}
	for _, op := range c.doc.Operations() {
		p := sc.on[op]
		if p == nil || !slices.ContainsFunc(p.candidates, func(c candidate) bool { return c.rule == r }) {
			continue
		}
		media, wrong := mediaType(op, r.Reply), false
		for _, v := range op.CheckBody(r.Reply.Status, media, written(media)) {
			if v.Severity == spec.SeverityWarning || guessed(v, guesses) {
				continue
			}
			wrong = true
			s.add("reply/"+v.Where, -1, v.Fix, "the body does not fit the %d of operation %q: %s", r.Reply.Status, op.ID, sentence(v))
		}
		if wrong {
			return // the same body would be as wrong on the next
		}
	}
}

func sentence(v spec.Violation) string {
	msg := strings.TrimSuffix(v.Message, ".")
	if msg == "" {
		msg = v.Keyword
	}
	if strings.Contains(msg, v.Where) {
		return msg
	}
	return v.Where + ": " + msg
}

// encode writes a body as it goes out: text as it is under a type that is no
// JSON, all else as JSON.
func encode(body any, media string) []byte {
	if s, ok := body.(string); ok && !strings.Contains(media, "json") {
		return []byte(s)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return []byte("null") // impossible: plain has made it a JSON value
	}
	return data
}

// mediaType is that of a reply's body: its own Content-Type, else the first
// documented JSON, else the first documented.
func mediaType(op *spec.Operation, reply *Reply) string {
	for name, value := range reply.Headers {
		if strings.EqualFold(name, "Content-Type") && !strings.Contains(value, "{{") {
			return value
		}
	}
	resp := op.Response(reply.Status)
	if resp == nil || len(resp.Content) == 0 {
		return "application/json"
	}
	for _, m := range resp.Content {
		if strings.HasSuffix(strings.TrimSpace(strings.Split(m.Type, ";")[0]), "json") {
			return m.Type
		}
	}
	return resp.Content[0].Type
}

// guess makes a body with likely values for its expressions, whose paths it
// notes.
func (v *value) guess(path string, guesses map[string]bool) any {
	switch {
	case v.template != nil:
		guesses[path] = true
		if v.template.alone {
			return guessFor(v.template.parts[0].expr)
		}
		return "text"
	case v.list != nil:
		out := make([]any, len(v.list))
		for i, item := range v.list {
			out[i] = item.guess(join(path, i), guesses)
		}
		return out
	case v.object != nil:
		out := make(map[string]any, len(v.object))
		for _, k := range v.keys {
			out[k] = v.object[k].guess(path+"/"+k, guesses)
		}
		return out
	}
	return v.constant
}

// guessFor is a value of the type that an expression gives.
func guessFor(x *expression) any {
	if x == nil || x.typ == nil {
		return "text"
	}
	switch x.typ.String() {
	case "bool":
		return true
	case "int":
		return 1
	case "float64":
		return 1.5
	case "time.Time":
		return timeText(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	case "time.Duration":
		return "1m0s"
	case "[]interface {}", "[]string", "[]int":
		return []any{}
	case "map[string]interface {}":
		return map[string]any{}
	}
	return "text"
}

// guessed reports whether a violation is about a guess: at its place, below
// it, or in a choice of schemas above it.
func guessed(v spec.Violation, guesses map[string]bool) bool {
	for path := range guesses {
		if v.Where == path || strings.HasPrefix(v.Where, path+"/") {
			return true
		}
		switch v.Keyword {
		case "oneOf", "anyOf", "allOf", "not", "if", "then", "else", "discriminator":
			if v.Where == "body" || strings.HasPrefix(path, v.Where+"/") {
				return true
			}
		}
	}
	return false
}
