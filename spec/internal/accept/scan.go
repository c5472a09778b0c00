package accept

import (
	"sync"
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
	// invalid. It is set inside unions and not, where such a proof helps.
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

// next passes over the next byte that is not space and returns it, or zero at the end.
func (s *scanner) next() byte {
	s.gap()
	if s.i >= len(s.b) {
		return 0
	}
	s.i++
	return s.b[s.i-1]
}

// gap is space for where there is rarely any.
func (s *scanner) gap() {
	if s.i < len(s.b) && s.b[s.i] <= ' ' {
		s.space()
	}
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
