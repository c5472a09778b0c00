package accept

// number is a JSON number as the scanner read it.
type number struct {
	decimal
	types types // tInteger, tFraction, or both where it cannot tell
	exact bool  // decimal holds its value
	vague bool  // decoding it may fail or round: nothing valid can be said of it
}

// longestNumber is far below the 308 digits at which float64 ends.
const longestNumber = 200

// num reads the number at the scanner, by the grammar of RFC 8259 section 6.
func (s *scanner) num() (n number, ok bool) {
	b, i := s.b, s.i
	if i < len(b) && b[i] == '-' {
		n.negative = true
		i++
	}
	start, digits := i, 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		n.mantissa = n.mantissa*10 + uint64(b[i]-'0')
	}
	if digits = i - start; digits == 0 || digits > 1 && b[start] == '0' {
		return n, false
	}
	n.types = tInteger
	if i < len(b) && b[i] == '.' {
		i++
		point := i
		for ; i < len(b) && b[i]-'0' <= 9; i++ {
			n.mantissa = n.mantissa*10 + uint64(b[i]-'0')
		}
		if i == point {
			return n, false
		}
		digits += i - point
		n.scale = uint8(min(i-point, maxDigits))
		n.types = tNumber
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		n.vague, n.types = true, tNumber
		if i = exponent(b, i+1); i < 0 {
			return n, false
		}
	}
	n.vague = n.vague || digits > longestNumber
	n.exact = !n.vague && digits <= maxDigits
	if n.exact {
		n.decimal = n.decimal.normal()
		n.types = tInteger
		if n.scale > 0 {
			n.types = tFraction
		}
	}
	s.i = i
	return n, true
}

// exponent returns the index behind the exponent's sign and digits, or -1.
func exponent(b []byte, i int) int {
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	start := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return -1
	}
	return i
}
