package scenarios

import (
	"errors"
	"reflect"
	"regexp"
	"regexp/syntax"
	"time"

	"github.com/expr-lang/expr/ast"
)

// An expression has no loops but those over lists, yet lists can be long,
// loops can stand in loops, and comparing two bodies or searching a long text
// takes time as well. So whatever grows with its input pays beforehand: payer
// wraps the operand of each such operation in a call that draws on the rule's
// fuel, by the operand's size, and fails when there is no more. A unit is about
// one byte looked at, or one node of a loop's body run once.
//
// The names of the functions hold a character that the language does not allow
// in names, so no expression can call them.
const (
	fnPay    = "pay·"
	fnLoop   = "loop·"
	fnMatch  = "match·"
	fnHeader = "header·"
	nameRun  = "run·"
)

// fuel is what one rule may spend on one call: some tens of milliseconds.
const fuel = 4_000_000

// memory bounds the values that the library itself makes, by their number.
const memory = 100_000

var errFuel = errors.New("the expression costs too much")

// pay (run, value) charges for the size of a value and returns it.
func pay(args ...any) (any, error) {
	return args[1], args[0].(*run).charge(args[1])
}

// loop (run, list, nodes) charges for running so many nodes on each item.
func loop(args ...any) (any, error) {
	v := reflect.ValueOf(args[1])
	if v.Kind() != reflect.Slice {
		return nil, errors.New("not a list to look through")
	}
	return args[1], args[0].(*run).spend((v.Len() + 1) * args[2].(int))
}

// match (run, text, regexp) is the operator `matches`.
func match(args ...any) (any, error) {
	if args[1] == nil {
		return false, nil
	}
	s, ok := args[1].(string)
	if !ok {
		return nil, errors.New("`matches` looks at text only")
	}
	p := args[2].(*pattern)
	if err := args[0].(*run).spend(len(s) * (2 + p.states/4)); err != nil {
		return nil, err
	}
	return p.re.MatchString(s), nil
}

// header (run, name) looks up a request header.
func header(args ...any) (any, error) {
	name, ok := args[1].(string)
	if !ok {
		return nil, errors.New("a header's name is text")
	}
	return args[0].(*run).header(name), nil
}

// pattern is a compiled regular expression and its size.
type pattern struct {
	re     *regexp.Regexp
	states int
}

// compilePattern compiles what checkPattern has accepted.
func compilePattern(s string) *pattern {
	tree, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return nil
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return nil
	}
	return &pattern{re, states(tree)}
}

// spend takes units from the fuel.
func (r *run) spend(units int) error {
	if r.fuel -= units; r.fuel < 0 {
		r.fuel = 0
		return errFuel
	}
	return nil
}

// charge spends the size of a value: the bytes of its texts, and one for
// everything.
func (r *run) charge(v any) error {
	switch v := v.(type) {
	case string:
		return r.spend(1 + len(v))
	case []any:
		for _, item := range v {
			if err := r.charge(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for k, item := range v {
			if err := errors.Join(r.spend(len(k)), r.charge(item)); err != nil {
				return err
			}
		}
	case []string:
		for _, item := range v {
			if err := r.spend(1 + len(item)); err != nil {
				return err
			}
		}
	case []int:
		return r.spend(1 + len(v))
	}
	return r.spend(1)
}

// payer rewrites an expression that [linter] has accepted so that it pays.
type payer struct{}

func (p *payer) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.MemberNode:
		if base, ok := n.Node.(*ast.MemberNode); ok && isHeaders(base) {
			ast.Patch(node, call(fnHeader, n.Property))
		}
	case *ast.BinaryNode:
		p.binary(node, n)
	case *ast.BuiltinNode:
		p.function(n.Name, n.Arguments)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && functions[callee.Value] > 0 {
			p.function(callee.Value, n.Arguments)
		}
	}
}

func (p *payer) binary(node *ast.Node, n *ast.BinaryNode) {
	if n.Operator == "matches" {
		right, ok := n.Right.(*ast.StringNode)
		if !ok {
			return // refused by the linter
		}
		if pat := compilePattern(right.Value); pat != nil {
			ast.Patch(node, call(fnMatch, n.Left, &ast.ConstantNode{Value: pat}))
		}
		return
	}
	if operandsPay(n) {
		payFor(&n.Left)
		payFor(&n.Right)
	}
}

// operandsPay reports whether an operator's work grows with its operands.
func operandsPay(n *ast.BinaryNode) bool {
	switch n.Operator {
	case "==", "!=", "<", ">", "<=", ">=", "startsWith", "endsWith":
		// Against something small, the work is small.
		return !small(n.Left) && !small(n.Right)
	case "in":
		return !smallList(n.Right)
	case "contains":
		return !small(n.Left)
	case "+": // with a number on one side it is no text that grows
		return !number(n.Left) && !number(n.Right) && !(small(n.Left) && small(n.Right))
	}
	return false
}

// small reports whether a value's size is known to be small: literals, and
// whatever is by its type a number, a boolean, a time or a duration.
func small(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.NilNode, *ast.BoolNode, *ast.IntegerNode, *ast.FloatNode, *ast.StringNode:
		return true
	case *ast.MemberNode: // before types are known: the names whose types are
		if base, ok := n.Node.(*ast.IdentifierNode); ok {
			switch base.Value {
			case "token", "clock", "scenario", "rule", "operation":
				return true
			}
		}
	}
	switch t := n.Type(); t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		return true
	default:
		return t == reflect.TypeFor[time.Time]()
	}
}

// number reports whether a value is known to be a number or a duration.
func number(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		return true
	case *ast.MemberNode:
		base, ok := n.Node.(*ast.IdentifierNode)
		prop, named := n.Property.(*ast.StringNode)
		return ok && named && members[base.Value] != nil && prop.Value == "calls"
	}
	switch n.Type().Kind() {
	case reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return false
}

// smallList reports whether looking something up in a value is quick: lists of
// literals, and members of the operation.
func smallList(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ArrayNode:
		for _, item := range n.Nodes {
			if !small(item) {
				return false
			}
		}
		return true
	case *ast.BinaryNode:
		return n.Operator == ".."
	case *ast.MemberNode:
		base, ok := n.Node.(*ast.IdentifierNode)
		return ok && base.Value == "operation"
	}
	return false
}

// function makes the arguments of a function pay.
func (p *payer) function(name string, args []ast.Node) {
	switch name {
	case "all", "none", "any", "one", "filter", "map", "count", "sum", "find", "findIndex", "findLast", "findLastIndex":
		if len(args) > 0 {
			body := 1
			if len(args) > 1 {
				body += size(args[1])
			}
			args[0] = call(fnLoop, args[0], &ast.IntegerNode{Value: body})
		}
	case "abs", "ceil", "floor", "round", "duration", "type", "first", "last", "get":
	default:
		for i := range args {
			payFor(&args[i])
		}
	}
}

func payFor(n *ast.Node) {
	if !small(*n) {
		at := (*n).Location()
		*n = call(fnPay, *n)
		(*n).SetLocation(at)
	}
}

func call(name string, args ...ast.Node) *ast.CallNode {
	return &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: name},
		Arguments: append([]ast.Node{&ast.IdentifierNode{Value: nameRun}}, args...),
	}
}

// size counts the nodes of a loop's body.
func size(n ast.Node) int {
	var c counter
	ast.Walk(&n, &c)
	return int(c)
}

type counter int

func (c *counter) Visit(*ast.Node) { *c++ }
