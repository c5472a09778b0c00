package scenarios

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// template is text with {{ expressions }} in it.
type template struct {
	parts []part
	alone bool // one expression and nothing else: its value keeps its type
}

// part is literal text or an expression.
type part struct {
	text string
	expr *expression
}

// parseTemplate compiles the expressions of a text. It is nil for a text
// without any. A `}}` within quotes or braces of the expression does not end it.
func parseTemplate(s string) (*template, *exprError) {
	if !strings.Contains(s, "{{") {
		return nil, nil
	}
	var (
		t    template
		rest = s
		done int // characters of s before rest
	)
	for {
		text, after, more := strings.Cut(rest, "{{")
		if text != "" {
			t.parts = append(t.parts, part{text: text})
		}
		if !more {
			break
		}
		done += utf8.RuneCountInString(text) + 2
		n := endOfExpr(after)
		if n < 0 {
			return nil, &exprError{at: done - 2, msg: "{{ without }}", hint: `to write two braces say {{ "{{" }}`}
		}
		source := after[:n]
		lead := utf8.RuneCountInString(source) - utf8.RuneCountInString(strings.TrimLeft(source, " \t\n"))
		x, err := compileExpr(strings.TrimSpace(source), wantAny)
		if err != nil {
			err.at += done + lead
			return nil, err
		}
		t.parts = append(t.parts, part{expr: x})
		done += utf8.RuneCountInString(source) + 2
		rest = after[n+2:]
	}
	t.alone = len(t.parts) == 1 && t.parts[0].expr != nil
	return &t, nil
}

// endOfExpr finds the }} that ends an expression, -1 if none does.
func endOfExpr(s string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == '}' && i+1 < len(s) && s[i+1] == '}':
			return i
		}
	}
	return -1
}

// fill makes the text, or for one expression alone its value.
func (t *template) fill(r *run) (any, error) {
	if t.alone {
		v, err := r.eval(t.parts[0].expr)
		if err != nil {
			return nil, err
		}
		return r.plainValue(v)
	}
	var b strings.Builder
	for _, p := range t.parts {
		if p.expr == nil {
			b.WriteString(p.text)
			continue
		}
		v, err := r.eval(p.expr)
		if err != nil {
			return nil, err
		}
		if err := r.charge(v); err != nil {
			return nil, err
		}
		s, err := textOf(v)
		if err != nil {
			return nil, err
		}
		b.WriteString(s)
	}
	return b.String(), nil
}

// value is a compiled JSON value: constant, or a template, or a list or object
// that holds templates.
type value struct {
	constant any
	template *template
	list     []*value
	keys     []string // of the object, sorted: one order for errors and costs
	object   map[string]*value
}

// compileValue compiles a JSON value; fault is called with the path of each
// text that cannot work.
func compileValue(v any, path string, fault func(path string, err *exprError)) *value {
	switch v := v.(type) {
	case string:
		t, err := parseTemplate(v)
		if err != nil {
			fault(path, err)
		}
		if t != nil {
			return &value{template: t}
		}
	case []any:
		out := &value{list: make([]*value, len(v))}
		fixed := true
		for i, item := range v {
			out.list[i] = compileValue(item, join(path, i), fault)
			fixed = fixed && out.list[i].isConstant()
		}
		if !fixed {
			return out
		}
	case map[string]any:
		out := &value{keys: slices.Sorted(maps.Keys(v)), object: make(map[string]*value, len(v))}
		fixed := true
		for _, k := range out.keys {
			out.object[k] = compileValue(v[k], path+"/"+k, fault)
			fixed = fixed && out.object[k].isConstant()
		}
		if !fixed {
			return out
		}
	}
	return &value{constant: v}
}

func (v *value) isConstant() bool { return v.template == nil && v.list == nil && v.object == nil }

// fill makes the JSON value.
func (v *value) fill(r *run) (any, error) {
	switch {
	case v.template != nil:
		return v.template.fill(r)
	case v.list != nil:
		out := make([]any, len(v.list))
		for i, item := range v.list {
			x, err := item.fill(r)
			if err != nil {
				return nil, err
			}
			out[i] = x
		}
		return out, nil
	case v.object != nil:
		out := make(map[string]any, len(v.object))
		for _, k := range v.keys {
			x, err := v.object[k].fill(r)
			if err != nil {
				return nil, err
			}
			out[k] = x
		}
		return out, nil
	}
	return v.constant, nil
}
