package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// MaxExpression is the length of the longest expression, in bytes.
const MaxExpression = 4096

// expression is a compiled expression. It never changes.
type expression struct {
	source string
	prog   *vm.Program
	uses   uses
	typ    reflect.Type // what it gives, as far as can be told; nil: anything
}

// uses says which parts of the world an expression looks at, so that the
// others need not be made.
type uses uint8

const (
	useRequest uses = 1 << iota
	useBody
	useUser
	useToken
	useArgs
	useCall // anything that differs from call to call
)

// exprError is what is wrong with an expression, and where in its text.
type exprError struct {
	at   int // characters before the fault
	msg  string
	hint string
}

// want is the type that an expression has to give.
type want int

const (
	wantAny want = iota
	wantBool
)

// compileExpr compiles an expression in three steps: our own look at the
// syntax tree (what may be used at all, with names and hints), the library's
// type check, and, where the expression could cost much, the patches that
// make it pay.
func compileExpr(source string, w want) (*expression, *exprError) {
	if len(source) > MaxExpression {
		return nil, &exprError{msg: fmt.Sprintf("an expression must not be longer than %d bytes", MaxExpression)}
	}
	if strings.TrimSpace(source) == "" {
		return nil, &exprError{msg: "an expression is missing"}
	}
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, exprFault(err)
	}
	l := linter{}
	l.node(tree.Node)
	if l.err != nil {
		return nil, l.err
	}
	opts := options(w)
	prog, err := expr.Compile(source, opts...)
	if err != nil {
		return nil, exprFault(err)
	}
	typ := prog.Node().Type()
	if l.costly || l.headers {
		// Not optimised: the optimiser rewrites loops and would drop payments.
		prog, err = expr.Compile(source, append(opts, expr.Patch(&payer{}), expr.Optimize(false))...)
		if err != nil {
			return nil, exprFault(err)
		}
	}
	if typ != nil && typ.Kind() == reflect.Interface {
		typ = nil
	}
	return &expression{source: source, prog: prog, uses: l.uses, typ: typ}, nil
}

func options(w want) []expr.Option {
	opts := []expr.Option{
		expr.Env(&world{}),
		expr.MaxNodes(2000),
		expr.DisableBuiltin("date"),
		expr.Function("date", parseDate, new(func(any) time.Time)),
		expr.DisableBuiltin("string"),
		expr.Function("string", func(args ...any) (any, error) { return textOf(args[0]) }, new(func(any) string)),
		// The library's keys and values come in the order of a Go map: any.
		expr.DisableBuiltin("keys"),
		expr.Function("keys", keysOf, new(func(any) []any)),
		expr.DisableBuiltin("values"),
		expr.Function("values", valuesOf, new(func(any) []any)),
		expr.Function(fnPay, pay),
		expr.Function(fnLoop, loop),
		expr.Function(fnMatch, match),
		expr.Function(fnHeader, header, new(func(*run, string) string)),
	}
	if w == wantBool {
		opts = append(opts, expr.AsBool())
	}
	return opts
}

// exprFault takes the library's error apart: its text comes with a picture of
// the source, which our callers draw themselves.
func exprFault(err error) *exprError {
	fe := (*file.Error)(nil)
	if !errors.As(err, &fe) {
		msg := err.Error()
		if got, ok := strings.CutPrefix(msg, "expected bool, but got "); ok {
			return &exprError{msg: "a condition must be true or false, this is " + typeName(got)}
		}
		return &exprError{msg: msg}
	}
	msg := fe.Message
	if msg == "unexpected token EOF" {
		return &exprError{at: fe.From, msg: "the expression ends too early",
			hint: "if it holds a #, put it between quotes: YAML begins a comment there"}
	}
	msg = strings.NewReplacer("time.Time", "time", "time.Duration", "duration", "interface {}", "any").Replace(msg)
	return &exprError{at: fe.From, msg: msg}
}

func typeName(t string) string {
	return strings.NewReplacer("time.Time", "a time", "time.Duration", "a duration", "map[string]interface {}", "an object", "string", "text",
		"int", "a number", "float64", "a number").Replace(t)
}

// parseDate reads a date or a time. A date is its midnight, UTC.
func parseDate(args ...any) (any, error) {
	switch v := args[0].(type) {
	case time.Time:
		return v, nil
	case string:
		for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UTC(), nil
			}
		}
		return nil, fmt.Errorf("%q is not a date like 2026-01-31 or a time like 2026-01-31T10:00:00Z", excerpt(v))
	}
	return nil, errors.New("a date is made of text")
}

// keysOf are the names of an object's members, sorted.
func keysOf(args ...any) (any, error) {
	out := []any{}
	switch m := args[0].(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(m)) {
			out = append(out, k)
		}
	case map[string]string:
		for _, k := range slices.Sorted(maps.Keys(m)) {
			out = append(out, k)
		}
	default:
		return nil, errors.New("only objects have keys and values")
	}
	return out, nil
}

// valuesOf are an object's members, in the order of their names.
func valuesOf(args ...any) (any, error) {
	names, err := keysOf(args...)
	if err != nil {
		return nil, err
	}
	out := names.([]any)
	for i, k := range out {
		switch m := args[0].(type) {
		case map[string]any:
			out[i] = m[k.(string)]
		case map[string]string:
			out[i] = m[k.(string)]
		}
	}
	return out, nil
}

// constant reports whether an expression is the same for every call on one
// operation, and so can be settled at load.
func (x *expression) constant() bool { return x.uses == 0 }

// conjuncts splits an expression at its outermost `and`s and returns those parts
// that are the same for every call on one operation.
func conjuncts(source string) []string {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil
	}
	var (
		out  []string
		walk func(n ast.Node)
	)
	walk = func(n ast.Node) {
		if b, ok := n.(*ast.BinaryNode); ok && (b.Operator == "&&" || b.Operator == "and") {
			walk(b.Left)
			walk(b.Right)
			return
		}
		var l linter
		if l.node(n); l.err == nil && l.uses == 0 {
			out = append(out, n.String())
		}
	}
	walk(tree.Node)
	return out
}
