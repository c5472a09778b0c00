package accept

import "encoding/binary"

// value judges the value that begins at the scanner. Behind a scalar the scanner has
// moved on whatever the verdict; behind an object or array only if it is valid.
func (s *scanner) value(n *node) verdict {
	if s.i >= len(s.b) {
		return broken
	}
	switch c := s.b[s.i]; c {
	case '"':
		v, ok := s.str()
		if !ok {
			return broken
		}
		return n.text(v)
	case '{':
		return s.container(n, tObject)
	case '[':
		return s.container(n, tArray)
	case 't':
		return s.literal(n, wordTrue, tTrue)
	case 'f':
		s.i++
		return s.literal(n, wordAlse, tFalse)
	case 'n':
		return s.literal(n, wordNull, tNull)
	}
	v, ok := s.num()
	if !ok {
		return broken
	}
	return n.number(v)
}

// The literals as little-endian words; of false, what follows the f.
const (
	wordTrue = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordAlse = 'a' | 'l'<<8 | 's'<<16 | 'e'<<24
	wordNull = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
)

func (s *scanner) literal(n *node, word uint32, t types) verdict {
	if len(s.b)-s.i < 4 || binary.LittleEndian.Uint32(s.b[s.i:]) != word {
		return broken
	}
	s.i += 4
	if n.plain&t != 0 {
		return valid
	}
	return n.literal(t)
}

// container judges an object or array, t saying which.
func (s *scanner) container(n *node, t types) verdict {
	if n.types&t == 0 {
		return invalid
	}
	if n.alts != nil {
		return s.alternatives(n, t)
	}
	if s.depth >= s.maxDepth {
		return broken
	}
	start := s.i
	s.depth++
	var v verdict
	if t == tObject {
		v = s.object(n.obj)
	} else {
		v = s.array(n.arr)
	}
	s.depth--
	if s.fuel -= s.i - start; s.fuel < 0 {
		return broken
	}
	if len(n.not) > 0 && (v == valid || v == unsure && s.explore) {
		v = s.refute(n, start, v)
	}
	return n.doubted(t, v)
}

// alternatives reads an object or array once for each branch that its type allows.
func (s *scanner) alternatives(n *node, t types) verdict {
	explore := s.explore
	s.explore = explore || n.mode != oneIsEnough
	v := s.tryAll(n, t)
	s.explore = explore
	return v
}

func (s *scanner) tryAll(n *node, t types) verdict {
	start, end := s.i, 0
	var sum tally
	for _, m := range n.alts {
		if m.types&t == 0 {
			continue // proven invalid
		}
		s.i = start
		switch v := s.container(m, t); v {
		case broken:
			return broken
		case valid:
			if n.mode == oneIsEnough {
				return valid
			}
			end = s.i
			sum.valid++
		default:
			sum.add(v)
		}
	}
	s.i = max(start, end)
	return sum.verdict(n.mode)
}

// refute reads an object or array again for each schema that must not hold.
func (s *scanner) refute(n *node, start int, v verdict) verdict {
	end, explore := s.i, s.explore
	s.explore = true
	for _, m := range n.not {
		s.i = start
		other := s.value(m)
		if other == broken {
			v = broken
			break
		}
		v = v.not(other)
	}
	s.i, s.explore = end, explore
	return v
}
