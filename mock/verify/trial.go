package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// trial runs one trial, as one check.
func (v *Verifier) trial(ctx context.Context, suite string, t *scenarios.Trial) {
	c := Check{Suite: suite, Name: t.Name, Pos: t.Pos, Outcome: Passed}
	defer func() { v.add(c) }()
	if c.Detail = v.lacks(t); c.Detail != "" {
		c.Outcome = Skipped
		return
	}
	vars := map[string]any{}
	for name, value := range v.o.Vars {
		vars[name] = value
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Hook != "" {
			if err := v.hook(ctx, s.Hook, vars); err != nil {
				c.Outcome, c.Detail = Skipped, err.Error()
				if !errors.Is(err, ErrNoHook) {
					c.Outcome, c.Keyword = Failed, "hook"
				}
				return
			}
			continue
		}
		ex, keyword, err := v.step(ctx, s, vars)
		if err != nil {
			c.Outcome, c.Keyword, c.Detail, c.Exchange, c.Operation = Failed, keyword, err.Error(), ex, v.h.Document().Operation(s.Call).ID
			c.Pos = s.Pos
			return
		}
	}
}

// lacks is why a trial cannot run, "" if it can.
func (v *Verifier) lacks(t *scenarios.Trial) string {
	for _, name := range t.Needs {
		if _, ok := v.o.Vars[name]; !ok {
			return "it needs the variable " + name + ": give it with --var " + name + "=VALUE"
		}
	}
	for _, s := range t.Steps {
		if s.Call != "" && v.h.Document().Operation(s.Call) == nil {
			return "the document has no operation " + s.Call
		}
	}
	if t.Writes && !v.o.AllowWrites {
		return "it changes the service's data: allow that with --allow-writes"
	}
	return ""
}

// ErrNoHook is what Options.Hooks returns for a hook that is not there.
var ErrNoHook = errors.New("there is no such hook")

// hook has the operator's hook carried out.
func (v *Verifier) hook(ctx context.Context, name string, vars map[string]any) error {
	if v.o.Hooks == nil {
		return fmt.Errorf("it needs the hook %s: give it with --hook %s=COMMAND (%w)", name, name, ErrNoHook)
	}
	known := make(map[string]string, len(vars))
	for k, value := range vars {
		known[k] = text(value)
	}
	more, err := v.o.Hooks(ctx, name, known)
	if err != nil {
		return fmt.Errorf("it needs the hook %s: %w", name, err)
	}
	for k, value := range more {
		vars[k] = value
	}
	return nil
}

// step makes a call, again and again where the step says so, and holds its answer
// against what is expected.
func (v *Verifier) step(ctx context.Context, s *scenarios.Step, vars map[string]any) (ex *mock.Exchange, keyword string, err error) {
	op := v.h.Document().Operation(s.Call)
	req, err := requestOf(op, s, vars)
	if err != nil {
		return nil, "expect", err
	}
	for range max(s.Repeat, 1) {
		ex = v.send(ctx, req)
		if !answered(ex) {
			return ex, "expect", errors.New(ex.Reason)
		}
		if len(s.Expect.Status) > 0 || s.Repeat > 1 { // what the trial asks for, or sits through
			v.tolerate(op, ex)
		}
		if err = unmet(&s.Expect, ex, vars); err == nil || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return ex, "expect", err
	}
	if w := broken(ex, len(s.Expect.Status) > 0); w != nil {
		return ex, "contract", fmt.Errorf("%s: %s", describe(ex), w.Message)
	}
	body := bodyOf(ex)
	for name, pointer := range s.Keep {
		value, ok := at(body, pointer)
		if !ok {
			return ex, "expect", fmt.Errorf("%s, which has nothing at %s", describe(ex), pointer)
		}
		vars[name] = value
	}
	return ex, "", nil
}

// tolerate takes an undocumented status of an answer out of the report: a
// gateway's, say, that the trial wanted.
func (v *Verifier) tolerate(op *spec.Operation, ex *mock.Exchange) {
	for i := range ex.Violations {
		if w := &ex.Violations[i]; w.In == "response" && w.Where == "status" {
			v.expected[report.Key{Template: op.Name(), In: w.In, Where: w.Where, Keyword: w.Keyword, Blame: w.Blame, Severity: w.Severity}]++
		}
	}
}

// unmet is what of an answer is not as expected, nil if all is.
func unmet(e *scenarios.Expect, ex *mock.Exchange, vars map[string]any) error {
	if !e.Met(ex.Response.Status) {
		want := "a success"
		if len(e.Status) > 0 {
			want = strings.Join(e.Status, " or ")
		}
		return fmt.Errorf("%s; expected %s", describe(ex), want)
	}
	for _, name := range e.Headers {
		if ex.Response.Header.Get(name) == "" {
			return fmt.Errorf("%s without the header %s", describe(ex), name)
		}
	}
	body := bodyOf(ex)
	if e.Body != nil {
		want, err := fill(e.Body, vars)
		if err != nil {
			return err
		}
		if where := missing(body, want, ""); where != "" {
			return fmt.Errorf("%s; expected %s%s", describe(ex), shortJSON(want), where)
		}
	}
	for _, pointer := range slices.Sorted(maps.Keys(e.Differ)) {
		other, err := fill(e.Differ[pointer], vars)
		if err != nil {
			return err
		}
		got, ok := at(body, pointer)
		switch {
		case !ok:
			return fmt.Errorf("%s, which has nothing at %s", describe(ex), pointer)
		case same(got, other):
			return fmt.Errorf("%s; %s is what it was before, and must be another", describe(ex), pointer)
		}
	}
	return nil
}

// missing is the place where a value does not hold at least another, "" if it
// does: objects may have more members, all else is equal.
func missing(got, want any, where string) string {
	if m, ok := want.(map[string]any); ok {
		g, ok := got.(map[string]any)
		if !ok {
			return at0(where)
		}
		for _, k := range slices.Sorted(maps.Keys(m)) {
			sub := where + "/" + k
			value, ok := g[k]
			if !ok {
				return at0(sub)
			}
			if w := missing(value, m[k], sub); w != "" {
				return w
			}
		}
		return ""
	}
	if !same(got, want) {
		return at0(where)
	}
	return ""
}

func at0(where string) string {
	if where == "" {
		return ""
	}
	return " (see " + where + ")"
}

// same compares values as JSON does: 1 and 1.0 are one.
func same(a, b any) bool { return reflect.DeepEqual(plain(a), plain(b)) }

func plain(v any) any {
	data, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	if json.Unmarshal(data, &out) != nil {
		return v
	}
	return out
}

func shortJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(data) > 200 {
		return string(data[:197]) + "…"
	}
	return string(data)
}

func bodyOf(ex *mock.Exchange) any {
	var body any
	if json.Unmarshal(ex.Response.Body, &body) != nil {
		return nil
	}
	return body
}

// at is what a JSON pointer leads to (RFC 6901).
func at(v any, pointer string) (any, bool) {
	if pointer == "" {
		return v, true
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		part = strings.ReplaceAll(strings.ReplaceAll(part, "~1", "/"), "~0", "~")
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[part]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// fill fills variables into every text of a value.
func fill(v any, vars map[string]any) (any, error) {
	switch v := v.(type) {
	case string:
		return fillText(v, vars)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			filled, err := fill(x, vars)
			if err != nil {
				return nil, err
			}
			out[k] = filled
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			filled, err := fill(x, vars)
			if err != nil {
				return nil, err
			}
			out[i] = filled
		}
		return out, nil
	}
	return v, nil
}

func fillText(s string, vars map[string]any) (any, error) {
	var b strings.Builder
	rest := s
	for {
		before, after, ok := strings.Cut(rest, "{{")
		name, behind, closed := strings.Cut(after, "}}")
		if !ok || !closed {
			b.WriteString(rest)
			return b.String(), nil
		}
		value, known := vars[strings.TrimSpace(name)]
		if !known {
			return nil, fmt.Errorf("there is no variable %s, for %q", strings.TrimSpace(name), s)
		}
		if before == "" && behind == "" && rest == s {
			return value, nil
		}
		b.WriteString(before)
		b.WriteString(text(value))
		rest = behind
	}
}

func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return shortJSON(v)
}

// requestOf is the request of a step.
func requestOf(op *spec.Operation, s *scenarios.Step, vars map[string]any) (*spec.Request, error) {
	path, query := op.Path, url.Values{}
	for name, value := range s.Params {
		filled, err := fill(value, vars)
		if err != nil {
			return nil, err
		}
		if in := "{" + name + "}"; strings.Contains(path, in) {
			path = strings.ReplaceAll(path, in, url.PathEscape(text(filled)))
			continue
		}
		query.Set(name, text(filled))
	}
	if strings.Contains(path, "{") {
		return nil, fmt.Errorf("the step gives no value for a parameter of %s", path)
	}
	r := &spec.Request{Method: op.Method, Path: path, RawQuery: query.Encode(), Header: http.Header{}, Host: "localhost"}
	if s.Body != nil {
		body, err := fill(s.Body, vars)
		if err != nil {
			return nil, err
		}
		if r.Body, err = json.Marshal(body); err != nil {
			return nil, err
		}
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range s.Headers {
		filled, err := fillText(value, vars)
		if err != nil {
			return nil, err
		}
		r.Header.Set(name, text(filled))
	}
	return r, nil
}
