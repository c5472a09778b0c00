package accept

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// scanner walks one body. It lives on the caller's stack.
type scanner struct {
	b        []byte
	i        int // next byte
	depth    int
	maxDepth int
	// fuel bounds the work on a body whose schema makes it be read again and again
	// (alternatives nested in alternatives). It is counted in bytes.
	fuel int
	// explore makes scans go on behind what they are unsure of, to prove the value
	// invalid. It is set inside oneOf and not, where such a proof helps.
	explore bool
	// scratch is borrowed on first need.
	scratch *scratch
}

// scratch is room for what cannot be read off the body itself. The slices
// are stacks: whoever pushes remembers the length and cuts back to it.
type scratch struct {
	text  []byte   // the string being unescaped
	names []string // unlisted names of the objects being read
	seen  []uint64 // listed names seen, of objects with more than 64
	items []item   // items of the arrays being compared
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func newScanner(body []byte, maxDepth int) scanner {
	return scanner{b: body, maxDepth: maxDepth, fuel: 1<<16 + 64*len(body)}
}

func (s *scanner) room() *scratch {
	if s.scratch == nil {
		s.scratch = scratches.Get().(*scratch)
	}
	return s.scratch
}

func (s *scanner) release() {
	r := s.scratch
	if r == nil {
		return
	}
	s.scratch = nil
	// The names and items point into the body, which is not ours to keep alive.
	clear(r.names[:cap(r.names)])
	clear(r.items[:cap(r.items)])
	if cap(r.text) <= 1<<16 {
		scratches.Put(r)
	}
}

func viewOf(b []byte) string      { return unsafe.String(unsafe.SliceData(b), len(b)) }
func bytesOf(s string) []byte     { return unsafe.Slice(unsafe.StringData(s), len(s)) }
func validText(value string) bool { return utf8.ValidString(value) }

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\t', '\r':
			s.i++
		default:
			return
		}
	}
}

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// special marks, in the high bit of each byte, what ends a plain run of a string: a
// quote, a backslash, a control character, and what is not ASCII. Only the
// lowest mark is reliable, since borrows run upwards.
func special(x uint64) uint64 {
	quote := x ^ low*'"'
	slash := x ^ low*'\\'
	return ((quote-low)&^quote | (slash-low)&^slash | (x-low*0x20)&^x | x) & high
}

// plainRun returns the index of the first special byte from i on, or len(b).
func plainRun(b []byte, i int) int {
	for i+8 <= len(b) {
		if m := special(binary.LittleEndian.Uint64(b[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(b) {
		if c := b[i]; c == '"' || c == '\\' || c < 0x20 || c >= utf8.RuneSelf {
			break
		}
		i++
	}
	return i
}

// str reads the string at the scanner and returns it decoded: a view of the body, or
// of the scratch until the next call. It reports false for one that is not sound.
func (s *scanner) str() (string, bool) {
	start := s.i + 1
	i := plainRun(s.b, start)
	if i < len(s.b) && s.b[i] == '"' {
		s.i = i + 1
		return viewOf(s.b[start:i]), true
	}
	end, escaped, ok := stringEnd(s.b, i)
	if !ok || !utf8.Valid(s.b[start:end]) {
		return "", false
	}
	s.i = end + 1
	if !escaped {
		return viewOf(s.b[start:end]), true
	}
	r := s.room()
	r.text, ok = unescape(r.text[:0], s.b[start:end])
	return viewOf(r.text), ok
}

// stringEnd finds the closing quote from i on, which is inside the string.
func stringEnd(b []byte, i int) (end int, escaped, ok bool) {
	for i < len(b) {
		switch c := b[i]; {
		case c == '"':
			return i, escaped, true
		case c == '\\':
			escaped = true
			i += 2
		case c < 0x20:
			return 0, false, false
		case c >= utf8.RuneSelf:
			i++
		default:
			i = plainRun(b, i)
		}
	}
	return 0, false, false
}

// unescape appends the decoded form of a string's inside to dst. Lone surrogates are
// refused: the library would replace them.
func unescape(dst, src []byte) ([]byte, bool) {
	for i := 0; i < len(src); {
		if src[i] != '\\' {
			dst = append(dst, src[i])
			i++
			continue
		}
		i++ // stringEnd has seen to it that something follows
		switch c := src[i]; c {
		case '"', '\\', '/':
			dst = append(dst, c)
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, width := codePoint(src[i+1:])
			if width == 0 {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
			i += width
		default:
			return dst, false
		}
		i++
	}
	return dst, true
}

// codePoint reads what follows \u: four digits, or a surrogate pair. The width is zero
// if that is neither.
func codePoint(b []byte) (r rune, width int) {
	r, ok := hex4(b)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 4
	}
	if len(b) < 10 || b[4] != '\\' || b[5] != 'u' {
		return 0, 0
	}
	second, ok := hex4(b[6:])
	if r = utf16.DecodeRune(r, second); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 10
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
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

// skip passes over a value without judging it, checking just enough to find its end.
func (s *scanner) skip() bool {
	depth := 0
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			end, _, ok := stringEnd(s.b, s.i+1)
			if !ok {
				return false
			}
			s.i = end + 1
		case '{', '[':
			depth++
			s.i++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return false
			}
			s.i++
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return false
			}
			s.i++
			continue
		default:
			s.i = bareEnd(s.b, s.i)
		}
		if depth == 0 {
			return true
		}
	}
	return false
}

// bareEnd returns the index behind a number or literal, and past one byte at least.
func bareEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case ',', ':', '}', ']', '{', '[', '"', ' ', '\n', '\t', '\r':
			return i
		}
	}
	return i
}
