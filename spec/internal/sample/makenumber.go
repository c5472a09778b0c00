package sample

import (
	"math"
	"math/big"
	"strings"
	"time"
)

// integer makes an integer.
func (r *run) integer(p *plan, at spot) (any, bool) {
	n := &p.num
	if n.intMin > n.intMax {
		return nil, false
	}
	if v, ok := r.epoch(p, at); ok {
		return v, true
	}
	if v, ok := r.exampleNumber(p, at, typeInteger); ok {
		return v, true
	}
	lo, hi := at.hint.integers(r.now)
	lo, hi = within(lo, hi, n.intMin, n.intMax)
	d := r.d.at(at.seed)
	if step := n.step(); step != nil {
		return stepped(d, lcm(step, big.NewRat(1, 1)), big.NewRat(lo, 1), big.NewRat(hi, 1), n)
	}
	v := d.between(lo, hi)
	if at.hint == hintPrice && hi-lo > 500 {
		// Amounts in the smallest unit end in 0, 5 or 9.
		if w := v - v%10 + []int64{0, 5, 9}[d.n(3)]; w >= lo && w <= hi {
			v = w
		}
	}
	return v, n.allow(v)
}

// within narrows a preferred range to an allowed one. Where they don't meet it
// is the part of the allowed range that is nearest to zero.
func within(lo, hi, least, most int64) (int64, int64) {
	if a, b := max(lo, least), min(hi, most); a <= b {
		return a, b
	}
	if least > hi {
		if least > math.MaxInt64-100 {
			return least, most
		}
		return least, min(most, least+100)
	}
	if most < math.MinInt64+100 {
		return least, most
	}
	return max(least, most-100), most
}

// stepped draws a multiple of step from [lo, hi], or above and below them as
// far as the rules allow.
func stepped(d *dice, step, lo, hi *big.Rat, n *numberRules) (any, bool) {
	first, last := ceil(new(big.Rat).Quo(lo, step)), floor(new(big.Rat).Quo(hi, step))
	span := new(big.Int).Sub(last, first)
	if span.Sign() < 0 { // none in the preferred range: the next ones
		span.SetInt64(0)
	}
	offset := big.NewInt(0)
	if span.IsInt64() {
		offset.SetInt64(d.between(0, min(span.Int64(), 1000)))
	}
	for _, k := range [...]*big.Int{new(big.Int).Add(first, offset), first, new(big.Int).Add(first, big.NewInt(1)), last, new(big.Int)} {
		x := new(big.Rat).Mul(new(big.Rat).SetInt(k), step)
		var v any
		if x.IsInt() && x.Num().IsInt64() {
			v = x.Num().Int64()
		} else {
			f, _ := x.Float64()
			v = f
		}
		if n.allow(v) {
			return v, true
		}
	}
	return nil, false
}

// integers is the range that a name suggests.
func (h hint) integers(now time.Time) (lo, hi int64) {
	switch h {
	case hintPrice:
		return 500, 50_000
	case hintCount:
		return 0, 250
	case hintAge:
		return 18, 79
	case hintPercent:
		return 1, 99
	case hintRating:
		return 1, 5
	case hintYear:
		return int64(now.Year()) - 10, int64(now.Year())
	case hintMonth:
		return 1, 12
	case hintBytes:
		return 1_000, 5_000_000
	case hintSeconds:
		return 30, 3_600
	case hintPixels:
		return 320, 1_920
	case hintWeight:
		return 1, 90
	case hintHTTPStatus:
		return 200, 204
	case hintPage:
		return 1, 5
	case hintPageSize:
		return 10, 50
	case hintIndex:
		return 0, 20
	case hintPort:
		return 1_024, 49_151
	case hintID, hintReference:
		return 1_000, 9_999_999
	case hintLatitude:
		return -60, 60
	case hintLongitude:
		return -170, 170
	}
	return 1, 1_000
}

// epoch is a moment as seconds or milliseconds since 1970.
func (r *run) epoch(p *plan, at spot) (any, bool) {
	switch at.hint {
	case hintCreated, hintUpdated, hintStarted, hintEnded, hintExpires, hintDeleted, hintMoment:
		if len(at.examples)+len(p.examples) > 0 && floatOf(r.examples(p, at)[0]) < 1e8 {
			return nil, false // no moment at all
		}
	default:
		if !hasAny(p.str.formats, "unix-time", "timestamp", "epoch") {
			return nil, false
		}
	}
	f := at.frame.real()
	if f == nil {
		f = r.enter(p, at)
	}
	t := f.moment(at.hint)
	name := strings.ToLower(at.name)
	millis := strings.HasSuffix(name, "ms") || strings.Contains(name, "milli")
	for _, e := range r.examples(p, at) {
		millis = millis || floatOf(e) > 1e11
	}
	v := t.Unix()
	if millis || p.num.min > 1e11 {
		v = t.UnixMilli()
	}
	return v, p.num.allow(v)
}

func hasAny(list []string, names ...string) bool {
	for _, l := range list {
		for _, n := range names {
			if l == n {
				return true
			}
		}
	}
	return false
}

// exampleNumber is the document's example, where the name says no more.
func (r *run) exampleNumber(p *plan, at spot, t typeSet) (any, bool) {
	if at.fresh || at.varied && at.hint != hintNone {
		return nil, false
	}
	for _, e := range r.examples(p, at) {
		if typeOf(e)&(t|typeInteger)&typeNumber != 0 && p.admits(e) && (t != typeFraction || p.types&typeOf(e) != 0) {
			return e, true
		}
	}
	return nil, false
}

// fraction makes a number that may have a fraction.
func (r *run) fraction(p *plan, at spot) (any, bool) {
	n := &p.num
	if p.types&typeInteger != 0 {
		if v, ok := r.epoch(p, at); ok {
			return v, true
		}
	}
	if v, ok := r.exampleNumber(p, at, typeFraction); ok {
		return v, true
	}
	d := r.d.at(at.seed)
	lo, hi, places := at.hint.fractions(at.frame)
	if lo, hi = max(lo, n.min), min(hi, n.max); lo > hi {
		lo, hi = nearZero(n.min, n.max)
	}
	if step := n.step(); step != nil {
		a, b := ratOf(lo), ratOf(hi)
		if a == nil || b == nil {
			return nil, false
		}
		v, ok := stepped(d, step, a, b, n)
		return v, ok && typeOf(v)&p.types != 0
	}
	for ; places <= 15; places += 3 {
		if v, ok := decimal(d, lo, hi, places, p); ok {
			return v, true
		}
	}
	for _, v := range [...]float64{lo, hi, lo/2 + hi/2, lo * 1.5, hi * 1.5} {
		if !math.IsInf(v, 0) && n.allow(v) && typeOf(v)&p.types != 0 {
			return v, true
		}
	}
	return nil, false
}

// nearZero is a part of an allowed range that a draw can be made from.
func nearZero(lo, hi float64) (float64, float64) {
	switch {
	case math.IsInf(lo, -1):
		return hi - max(100, math.Abs(hi)/2), hi
	case math.IsInf(hi, 1):
		return lo, lo + max(100, math.Abs(lo)/2)
	}
	return lo, hi
}

// decimal draws a number with so many decimal places. It calculates in whole
// units of the last place, so that every platform gets the same.
func decimal(d *dice, lo, hi float64, places int, p *plan) (any, bool) {
	unit := math.Pow10(places)
	a, b := math.Ceil(lo*unit), math.Floor(hi*unit)
	if a > b || math.Abs(a) > 1<<53 || math.Abs(b) > 1<<53 {
		return nil, false
	}
	for range 4 {
		k := d.between(int64(a), int64(b))
		v := float64(k) / unit
		if v == math.Trunc(v) && k+1 <= int64(b) {
			v = float64(k+1) / unit
		}
		if v == math.Trunc(v) && p.types&typeInteger != 0 && p.num.allow(int64(v)) {
			return int64(v), true
		}
		if p.num.allow(v) && typeOf(v)&p.types != 0 {
			return v, true
		}
	}
	return nil, false
}

// fractions is the range that a name suggests, and the decimal places.
func (h hint) fractions(f *frame) (lo, hi float64, places int) {
	switch h {
	case hintLatitude, hintLongitude:
		if f = f.real(); f != nil {
			at := f.place().lat
			if h == hintLongitude {
				at = f.place().lng
			}
			return at - 0.05, at + 0.05, 4
		}
		return -60, 60, 4
	case hintRating:
		return 3, 5, 1
	case hintPercent:
		return 1, 99, 1
	case hintWeight:
		return 0.1, 30, 2
	case hintCount:
		return 1, 250, 0
	}
	return 5, 500, 2
}
