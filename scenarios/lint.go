package scenarios

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// members are the names that expressions see, with what stands below them.
// user and state are objects whose members nobody knows beforehand.
var members = map[string][]string{
	"request":   {"method", "path", "params", "query", "headers", "body", "args"},
	"operation": {"id", "method", "path", "tags", "statuses", "bearer"},
	"token":     {"present", "valid", "issued_at", "expires_at", "session"},
	"user":      nil,
	"state":     nil,
	"clock":     {"now"},
	"scenario":  {"name", "since", "calls"},
	"rule":      {"calls"},
}

var memberNames = []string{"request", "operation", "token", "user", "state", "clock", "scenario", "rule"}

// functions are the functions that expressions may call, with their greatest
// number of arguments. Left out is what reads the wall clock or time zones
// (now, timezone), and what can make much of little (repeat, replace, join…).
var functions = map[string]int{
	"all": 2, "none": 2, "any": 2, "one": 2, "filter": 2, "map": 2, "count": 2, "sum": 2,
	"find": 2, "findIndex": 2, "findLast": 2, "findLastIndex": 2,
	"len": 1, "type": 1, "abs": 1, "ceil": 1, "floor": 1, "round": 1, "int": 1, "float": 1, "string": 1,
	"trim": 2, "trimPrefix": 2, "trimSuffix": 2, "upper": 1, "lower": 1, "split": 2,
	"indexOf": 2, "lastIndexOf": 2, "hasPrefix": 2, "hasSuffix": 2, "max": 8, "min": 8,
	"duration": 1, "date": 1, "first": 1, "last": 1, "get": 2, "keys": 1, "values": 1,
}

// methods are those of times and durations that may be called. None of them
// looks at the machine's time zone.
var methods = []string{
	"Seconds", "Minutes", "Hours", "Milliseconds", "Unix", "UnixMilli", "UTC", "Format", "Add", "AddDate", "Sub",
	"Before", "After", "Equal", "IsZero", "Truncate", "Round", "Year", "Month", "Day", "Hour", "Minute", "Second", "Weekday", "String",
}

// maxRange is the longest range (1..1000) of an expression; maxRegexp the
// size of the largest regular expression, in states.
const (
	maxRange  = 1000
	maxRegexp = 2000
)

// linter looks at an expression's syntax tree for what may not be used, before
// the library checks the types. The first fault counts.
type linter struct {
	uses    uses
	costly  bool // has loops, or work that grows with its input
	headers bool
	err     *exprError
}

func (l *linter) fail(n ast.Node, hint, format string, args ...any) {
	if l.err == nil {
		at := file.Location{}
		if n != nil {
			at = n.Location()
		}
		l.err = &exprError{at: at.From, msg: fmt.Sprintf(format, args...), hint: hint}
	}
}

func (l *linter) nodes(ns ...ast.Node) {
	for _, n := range ns {
		if n != nil && l.err == nil {
			l.node(n)
		}
	}
}

func (l *linter) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.NilNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.PointerNode:
	case *ast.IdentifierNode:
		l.identifier(n)
	case *ast.UnaryNode:
		l.nodes(n.Node)
	case *ast.BinaryNode:
		l.binary(n)
	case *ast.ChainNode:
		l.nodes(n.Node)
	case *ast.MemberNode:
		l.member(n)
	case *ast.SliceNode:
		l.nodes(n.Node, n.From, n.To)
	case *ast.CallNode:
		l.call(n)
	case *ast.BuiltinNode:
		l.function(n, n.Name, n.Arguments)
	case *ast.PredicateNode:
		l.nodes(n.Node)
	case *ast.ConditionalNode:
		l.nodes(n.Cond, n.Exp1, n.Exp2)
	case *ast.ArrayNode:
		l.nodes(n.Nodes...)
	case *ast.MapNode:
		l.nodes(n.Pairs...)
	case *ast.PairNode:
		l.nodes(n.Key, n.Value)
	case *ast.VariableDeclaratorNode:
		l.fail(n, "write it out", "`let` is not available in scenarios")
	case *ast.SequenceNode:
		l.fail(n, "", "one expression only, without `;`")
	default:
		l.fail(n, "", "%s is not available in scenarios", excerpt(n.String()))
	}
}

// identifier is a name that stands alone: only user and state are values.
func (l *linter) identifier(n *ast.IdentifierNode) {
	below, known := members[n.Value]
	switch {
	case !known:
		l.fail(n, suggest(n.Value, memberNames, "expressions see"), "unknown name %q", excerpt(n.Value))
	case below != nil:
		l.fail(n, "take one of its members: "+strings.Join(below, ", "), "%s alone is not a value", n.Value)
	default:
		l.saw(n.Value, "")
	}
}

// member is a.b or a["b"].
func (l *linter) member(n *ast.MemberNode) {
	if base, ok := n.Node.(*ast.MemberNode); ok && isHeaders(base) {
		l.saw("request", "headers")
		l.nodes(n.Property)
		return
	}
	base, ok := n.Node.(*ast.IdentifierNode)
	if !ok || members[base.Value] == nil {
		l.nodes(n.Node, n.Property)
		return
	}
	prop, ok := n.Property.(*ast.StringNode)
	below := members[base.Value]
	switch {
	case !ok:
		l.fail(n.Property, "it has "+strings.Join(below, ", "), "a member of %s must be named", base.Value)
	case !slices.Contains(below, prop.Value):
		l.fail(n.Property, suggest(prop.Value, below, base.Value+" has"), "%s has no member %q", base.Value, excerpt(prop.Value))
	case isHeaders(n):
		l.fail(n.Property, `request.headers["x-name"] is "" when there is none`, "a header is looked up by its name")
	default:
		l.saw(base.Value, prop.Value)
	}
}

func isHeaders(n *ast.MemberNode) bool {
	base, ok := n.Node.(*ast.IdentifierNode)
	prop, named := n.Property.(*ast.StringNode)
	return ok && named && base.Value == "request" && prop.Value == "headers"
}

// saw notes that an expression looks at a part of the world.
func (l *linter) saw(name, member string) {
	switch name {
	case "operation":
		return // the same for every call
	case "request":
		if member == "headers" {
			l.headers = true
		} else {
			l.uses |= useRequest
		}
		if member == "body" {
			l.uses |= useBody
		}
		if member == "args" {
			l.uses |= useArgs
		}
	case "user":
		l.uses |= useUser
	case "token":
		l.uses |= useToken
	}
	l.uses |= useCall
}

func (l *linter) binary(n *ast.BinaryNode) {
	switch n.Operator {
	case "matches":
		l.costly = true
		pattern, ok := n.Right.(*ast.StringNode)
		if !ok {
			l.fail(n.Right, "", "the pattern of `matches` must be written out")
			return
		}
		if msg := checkPattern(pattern.Value); msg != "" {
			l.fail(n.Right, "", "%s", msg)
			return
		}
		l.nodes(n.Left)
		return
	case "..":
		l.bounds(n)
	case "==", "!=", "in", "contains", "startsWith", "endsWith", "+", "<", ">", "<=", ">=":
		l.costly = l.costly || operandsPay(n)
	}
	l.nodes(n.Left, n.Right)
}

// bounds refuses ranges that are long, or could be.
func (l *linter) bounds(n *ast.BinaryNode) {
	from, ok := n.Left.(*ast.IntegerNode)
	to, ok2 := n.Right.(*ast.IntegerNode)
	switch {
	case !ok || !ok2:
		l.fail(n, "", "the ends of a range must be written out, as in 1..10")
	case to.Value-from.Value >= maxRange:
		l.fail(n, "compare with < and > instead", "a range must not be longer than %d", maxRange)
	}
}

func (l *linter) call(n *ast.CallNode) {
	switch callee := n.Callee.(type) {
	case *ast.IdentifierNode:
		l.function(n, callee.Value, n.Arguments)
		return
	case *ast.MemberNode:
		if prop, ok := callee.Property.(*ast.StringNode); ok {
			if !slices.Contains(methods, prop.Value) {
				l.fail(callee.Property, suggest(prop.Value, methods, ""), "there is no method %q", excerpt(prop.Value))
			}
			l.nodes(callee.Node)
			l.nodes(n.Arguments...)
			return
		}
	}
	l.fail(n, "", "only functions, and methods of times and durations, can be called")
}

func (l *linter) function(n ast.Node, name string, args []ast.Node) {
	most, known := functions[name]
	switch {
	case name == "now":
		l.fail(n, "clock.now is the sandbox's time", "there is no function %q", name)
	case !known:
		l.fail(n, suggest(name, functionNames(), ""), "there is no function %q", excerpt(name))
	case len(args) > most:
		l.fail(n, "", "%s takes fewer arguments, at most %d", name, most)
	}
	switch name {
	case "abs", "ceil", "floor", "round", "duration", "type", "first", "last", "get":
	default:
		l.costly = true
	}
	l.nodes(args...)
}

func functionNames() []string {
	names := make([]string, 0, len(functions))
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkPattern refuses a regular expression that is none, or that is short to
// write and huge to run: (a{1000}){1000}.
func checkPattern(pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return strings.Replace(err.Error(), "error parsing regexp: ", "not a regular expression: ", 1)
	}
	if states(re) > maxRegexp {
		return "the regular expression is too large"
	}
	return ""
}

// states estimates the size of a compiled regular expression.
func states(re *syntax.Regexp) int {
	n := 1
	for _, sub := range re.Sub {
		n += states(sub)
	}
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass:
		n += len(re.Rune)
	case syntax.OpRepeat:
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, maxRegexp+1)
}
