package mock

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// mergePatch is a value after a merge patch (RFC 7396). Neither is changed.
func mergePatch(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, _ := target.(map[string]any)
	out := make(map[string]any, len(t)+len(p))
	maps.Copy(out, t)
	for name, v := range p {
		if v == nil {
			delete(out, name)
			continue
		}
		out[name] = mergePatch(out[name], v)
	}
	return out
}

// errPatch says why a JSON patch cannot be applied; errTest that its test
// failed.
type (
	errPatch string
	errTest  string
)

func (e errPatch) Error() string { return string(e) }
func (e errTest) Error() string  { return string(e) }

// maxPatched bounds the values that a patch's copies may make.
const maxPatched = 100_000

// applyPatch is a document after a JSON patch (RFC 6902), which is decoded
// JSON. The document is not changed. The operations are applied in order, and
// all of them or none.
func applyPatch(doc, patch any) (any, error) {
	ops, ok := patch.([]any)
	if !ok {
		return nil, errPatch("a JSON patch is an array of operations")
	}
	size := 0
	for i, e := range ops {
		op, ok := e.(map[string]any)
		if !ok {
			return nil, errPatch(fmt.Sprintf("operation %d is no object", i))
		}
		var err error
		if doc, err = applyOne(doc, op, &size); err != nil {
			at, _ := op["path"].(string)
			name, _ := op["op"].(string)
			text := fmt.Sprintf("operation %d, %s %s: %v", i, quoteShort(name), quoteShort(at), err)
			if _, isTest := err.(errTest); isTest {
				return nil, errTest(text)
			}
			return nil, errPatch(text)
		}
	}
	return doc, nil
}

func applyOne(doc any, op map[string]any, size *int) (any, error) {
	path, err := pointerOf(op, "path")
	if err != nil {
		return nil, err
	}
	value, hasValue := op["value"]
	name, _ := op["op"].(string)
	if (name == "add" || name == "replace" || name == "test") && !hasValue {
		return nil, errPatch("it has no value")
	}
	switch name {
	case "add":
		return edit(doc, path, value, adding)
	case "remove":
		return edit(doc, path, nil, removing)
	case "replace":
		return edit(doc, path, value, replacing)
	case "test":
		got, err := pick(doc, path)
		if err != nil {
			return nil, errTest(err.Error())
		}
		if !sameJSON(got, value) {
			return nil, errTest("the value there is another")
		}
		return doc, nil
	case "move", "copy":
		from, err := pointerOf(op, "from")
		if err != nil {
			return nil, err
		}
		moved, err := pick(doc, from)
		if err != nil {
			return nil, err
		}
		if *size += count(moved); *size > maxPatched {
			return nil, errPatch("the patch makes too much")
		}
		if name == "copy" {
			return edit(doc, path, moved, adding)
		}
		if len(path) > len(from) && slices.Equal(path[:len(from)], from) {
			return nil, errPatch("a value cannot be moved into itself")
		}
		if doc, err = edit(doc, from, nil, removing); err != nil {
			return nil, err
		}
		return edit(doc, path, moved, adding)
	}
	return nil, errPatch("there is no such operation: add, remove, replace, move, copy and test are")
}

// pointerOf reads a member that is a JSON pointer (RFC 6901).
func pointerOf(op map[string]any, member string) ([]string, error) {
	text, ok := op[member].(string)
	switch {
	case !ok:
		return nil, errPatch("it has no " + member)
	case text == "":
		return nil, nil
	case text[0] != '/':
		return nil, errPatch(member + " is no JSON pointer")
	}
	segs := strings.Split(text[1:], "/")
	for i, s := range segs {
		if bad := strings.NewReplacer("~0", "", "~1", "").Replace(s); strings.Contains(bad, "~") {
			return nil, errPatch(member + " is no JSON pointer")
		}
		segs[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return segs, nil
}

// pick is the value that a pointer leads to.
func pick(doc any, path []string) (any, error) {
	for _, seg := range path {
		switch at := doc.(type) {
		case map[string]any:
			v, ok := at[seg]
			if !ok {
				return nil, errPatch("there is no member " + quoteShort(seg))
			}
			doc = v
		case []any:
			i, err := index(seg, len(at)-1)
			if err != nil {
				return nil, err
			}
			doc = at[i]
		default:
			return nil, errPatch("there is nothing below " + quoteShort(seg))
		}
	}
	return doc, nil
}

// index reads an array's index, of at most last (RFC 6901, 4: no leading zero).
func index(seg string, last int) (int, error) {
	i, err := strconv.Atoi(seg)
	if err != nil || i < 0 || strconv.Itoa(i) != seg {
		return 0, errPatch(quoteShort(seg) + " is no index of an array")
	}
	if i > last {
		return 0, errPatch("the array has no item " + seg)
	}
	return i, nil
}

type edition int

const (
	adding edition = iota
	removing
	replacing
)

// edit is a copy of a document in which what a pointer leads to is added,
// removed or replaced.
func edit(doc any, path []string, v any, how edition) (any, error) {
	if len(path) == 0 {
		if how == removing {
			return nil, nil
		}
		return v, nil
	}
	seg, rest := path[0], path[1:]
	switch at := doc.(type) {
	case map[string]any:
		inner, has := at[seg]
		if !has && (len(rest) > 0 || how != adding) {
			return nil, errPatch("there is no member " + quoteShort(seg))
		}
		out := maps.Clone(at)
		if len(rest) == 0 && how == removing {
			delete(out, seg)
			return out, nil
		}
		made, err := edit(inner, rest, v, how)
		out[seg] = made
		return out, err
	case []any:
		return editItem(at, seg, rest, v, how)
	}
	return nil, errPatch("there is nothing below " + quoteShort(seg))
}

func editItem(at []any, seg string, rest []string, v any, how edition) (any, error) {
	last := len(at) - 1
	if len(rest) == 0 && how == adding {
		if last++; seg == "-" {
			seg = strconv.Itoa(last)
		}
	}
	i, err := index(seg, last)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(at)
	switch {
	case len(rest) == 0 && how == adding:
		return slices.Insert(out, i, v), nil
	case len(rest) == 0 && how == removing:
		return slices.Delete(out, i, i+1), nil
	}
	out[i], err = edit(at[i], rest, v, how)
	return out, err
}

// count is how many values there are in one.
func count(v any) int {
	n := 1
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			n += count(x)
		}
	case []any:
		for _, x := range v {
			n += count(x)
		}
	}
	return n
}

// sameJSON compares as JSON does: numbers by value, objects without order.
func sameJSON(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, ok := y[k]; !ok || !sameJSON(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameJSON)
	}
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, isNumber := number(a)
	y, both := number(b)
	return isNumber && both && x.Cmp(y) == 0
}

// number is a number exactly. Those of more than a few hundred digits are not
// compared.
func number(v any) (*big.Rat, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case int64:
		return new(big.Rat).SetInt64(v), true
	case float64:
		return new(big.Rat).SetFloat64(v), true
	default:
		return nil, false
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		if e, err := strconv.Atoi(text[i+1:]); err != nil || e > 400 || e < -400 {
			return nil, false
		}
	}
	if len(text) > 400 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}
