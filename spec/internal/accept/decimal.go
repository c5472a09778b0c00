package accept

import (
	"fmt"
	"math/big"
	"math/bits"
)

// maxDigits is how many significant digits survive the library's way through
// float64 and back, so that comparing decimals equals comparing what it compares.
const maxDigits = 15

// powers of ten up to 10^maxDigits.
var powers = [maxDigits + 1]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
}

// decimal is mantissa / 10^scale, exactly. It is normal: the mantissa of a fraction
// does not end in zero and there is no negative zero, so that == compares values.
type decimal struct {
	mantissa uint64
	scale    uint8 // at most maxDigits
	negative bool
}

func (d decimal) normal() decimal {
	for d.scale > 0 && d.mantissa%10 == 0 {
		d.mantissa /= 10
		d.scale--
	}
	if d.mantissa == 0 {
		d.negative = false
	}
	return d
}

// compare returns -1, 0 or +1. One of the two mantissas must be below 10^15.
func (d decimal) compare(e decimal) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	dh, dl := bits.Mul64(d.mantissa, powers[e.scale])
	eh, el := bits.Mul64(e.mantissa, powers[d.scale])
	c := 0
	switch {
	case dh < eh || dh == eh && dl < el:
		c = -1
	case dh > eh || dl > el:
		c = 1
	}
	if d.negative {
		return -c
	}
	return c
}

// multipleOf reports whether d/m is whole.
func (d decimal) multipleOf(m decimal) verdict {
	hi, lo := bits.Mul64(d.mantissa, powers[m.scale])
	over, divisor := bits.Mul64(m.mantissa, powers[d.scale])
	switch {
	case over != 0 || divisor == 0:
		return unsure
	case bits.Rem64(hi, lo, divisor) != 0:
		return invalid
	}
	return valid
}

// exactly converts r, and reports whether it could.
func exactly(r *big.Rat) (decimal, bool) {
	d := decimal{negative: r.Sign() < 0}
	scaled := new(big.Rat).Abs(r)
	ten := big.NewRat(10, 1)
	for ; !scaled.IsInt(); d.scale++ {
		if d.scale == maxDigits {
			return decimal{}, false
		}
		scaled.Mul(scaled, ten)
	}
	if !scaled.Num().IsUint64() {
		return decimal{}, false
	}
	d.mantissa = scaled.Num().Uint64()
	return d.normal(), true
}

// numeric converts an enum's item the way the engine does, through its text.
// ok is false if no number of at most maxDigits digits can equal it.
func numeric(v any) (d decimal, ok bool) {
	r, ok := new(big.Rat).SetString(fmt.Sprint(v))
	if !ok {
		return decimal{}, false
	}
	return exactly(r)
}

// bound is one of minimum, maximum and their exclusive forms.
type bound struct {
	limit decimal
	sign  int8 // +1: values must not be above the limit, -1: not below
	open  bool // nor equal to it
}

// newBound reports false if r has more decimals than can be compared.
func newBound(r *big.Rat, sign int8, open bool) (bound, bool) {
	// Only numbers below 10^15 are ever compared: past that all limits are alike.
	top := new(big.Rat).SetInt64(int64(powers[maxDigits]))
	if new(big.Rat).Abs(r).Cmp(top) >= 0 {
		d := decimal{mantissa: powers[maxDigits], negative: r.Sign() < 0}
		return bound{limit: d, sign: sign, open: open}, true
	}
	d, ok := exactly(r)
	return bound{limit: d, sign: sign, open: open}, ok
}

func (b *bound) holds(d decimal) bool {
	c := d.compare(b.limit) * int(b.sign)
	return c < 0 || c == 0 && !b.open
}
