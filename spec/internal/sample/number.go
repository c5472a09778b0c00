package sample

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
)

// numberRules are the limits of a number. Floats and integers have limits of
// their own, because no float64 holds 2^63-1.
type numberRules struct {
	min, max     float64 // ±Inf: none
	exMin, exMax bool    // the limit itself is out
	intMin       int64   // exclusive limits are already stepped over
	intMax       int64
	steps        []*big.Rat // multipleOf, each above zero
}

func anyNumber() numberRules {
	return numberRules{min: math.Inf(-1), max: math.Inf(1), intMin: math.MinInt64, intMax: math.MaxInt64}
}

// and narrows the rules by others.
func (n *numberRules) and(m *numberRules) {
	if m.min > n.min || m.min == n.min && m.exMin {
		n.min, n.exMin = m.min, m.exMin
	}
	if m.max < n.max || m.max == n.max && m.exMax {
		n.max, n.exMax = m.max, m.exMax
	}
	n.intMin, n.intMax = max(n.intMin, m.intMin), min(n.intMax, m.intMax)
	n.steps = append(n.steps[:len(n.steps):len(n.steps)], m.steps...)
}

// atLeast sets a lower limit from a schema's number.
func (n *numberRules) atLeast(v any, exclusive bool) {
	r := ratOf(v)
	if r == nil {
		return
	}
	f, _ := r.Float64()
	i := ceil(r)
	if exclusive && r.IsInt() {
		i.Add(i, big.NewInt(1))
	}
	n.and(&numberRules{min: f, exMin: exclusive, max: math.Inf(1), intMin: clamp(i), intMax: math.MaxInt64})
}

// atMost sets an upper limit from a schema's number.
func (n *numberRules) atMost(v any, exclusive bool) {
	r := ratOf(v)
	if r == nil {
		return
	}
	f, _ := r.Float64()
	i := floor(r)
	if exclusive && r.IsInt() {
		i.Sub(i, big.NewInt(1))
	}
	n.and(&numberRules{min: math.Inf(-1), max: f, exMax: exclusive, intMin: math.MinInt64, intMax: clamp(i)})
}

func (n *numberRules) multipleOf(v any) {
	if r := ratOf(v); r != nil && r.Sign() > 0 {
		n.steps = append(n.steps, r)
	}
}

// allow reports whether a number keeps the rules.
func (n *numberRules) allow(v any) bool {
	if i, ok := v.(int64); ok {
		if i < n.intMin || i > n.intMax {
			return false
		}
	} else {
		f := floatOf(v)
		if f < n.min || n.exMin && f == n.min || f > n.max || n.exMax && f == n.max {
			return false
		}
	}
	if len(n.steps) == 0 {
		return true
	}
	r := ratOf(v)
	if r == nil {
		return false
	}
	var q big.Rat
	for _, s := range n.steps {
		if !q.Quo(r, s).IsInt() {
			return false
		}
	}
	return true
}

// step is the smallest number that all multipleOf divide, nil without any.
func (n *numberRules) step() *big.Rat {
	if len(n.steps) == 0 {
		return nil
	}
	s := n.steps[0]
	for _, m := range n.steps[1:] {
		s = lcm(s, m)
	}
	return s
}

// lcm of a/b and c/d in lowest terms is lcm(a,c)/gcd(b,d).
func lcm(x, y *big.Rat) *big.Rat {
	a, c := x.Num(), y.Num()
	g := new(big.Int).GCD(nil, nil, a, c)
	num := new(big.Int).Div(new(big.Int).Mul(a, c), g)
	return new(big.Rat).SetFrac(num, new(big.Int).GCD(nil, nil, x.Denom(), y.Denom()))
}

// limitDigits bounds the exponents that are read exactly: 1e999999999 would
// fill the memory.
const limitDigits = 400

// ratOf is the exact value of a decimal number, nil for anything else.
func ratOf(v any) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case int:
		return new(big.Rat).SetInt64(int64(v))
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil
		}
		// By its text: 0.1 means a tenth, not the double next to it.
		r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
		return r
	case json.Number:
		f, err := v.Float64()
		if err != nil || f != 0 && math.Abs(math.Log10(math.Abs(f))) > limitDigits || len(v) > limitDigits {
			return nil
		}
		if f == 0 {
			return new(big.Rat)
		}
		r, ok := new(big.Rat).SetString(string(v))
		if !ok {
			return nil
		}
		return r
	case string, bool, nil, []any, map[string]any, Object:
		return nil
	}
	if n := normal(v); n != nil {
		return ratOf(n)
	}
	return nil
}

func floatOf(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case int64:
		return float64(v)
	case json.Number:
		f, _ := v.Float64()
		return f
	}
	return math.NaN()
}

// isInteger reports whether a number has no fraction, however it is written.
func isInteger(v any) bool {
	switch v := v.(type) {
	case int64:
		return true
	case float64:
		return v == math.Trunc(v)
	case json.Number:
		r := ratOf(v)
		return r != nil && r.IsInt()
	}
	return false
}

func ceil(r *big.Rat) *big.Int {
	f := floor(r)
	if !r.IsInt() {
		f.Add(f, big.NewInt(1))
	}
	return f
}

func floor(r *big.Rat) *big.Int {
	// Euclidean division rounds down, because denominators are positive.
	return new(big.Int).Div(r.Num(), r.Denom())
}

func clamp(i *big.Int) int64 {
	if i.IsInt64() {
		return i.Int64()
	}
	if i.Sign() < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

// countOf reads a keyword that counts, such as minLength: a whole number of at
// least 0. Anything else is ignored.
func countOf(v any) (int, bool) {
	r := ratOf(v)
	if r == nil || !r.IsInt() || r.Sign() < 0 {
		return 0, false
	}
	return int(min(clamp(r.Num()), 1<<30)), true
}
