package accept

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

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
