package accept

import "math/bits"

// keyTable finds a name among many in about one probe. It is open-addressed and at
// most half full. Both ends of a name stand beside its index, so that most names,
// those of up to 16 bytes, are compared without being looked at again.
type keyTable struct {
	names []string
	slots []slot
	shift uint8
}

type slot struct {
	ends ends
	at   int32 // index into names
	used bool
}

// ends is a name's length, its first eight bytes and its last eight, which overlap in
// a short one.
type ends struct {
	first, last uint64
	length      int32
}

func newKeyTable(names []string) keyTable {
	if len(names) == 0 {
		return keyTable{}
	}
	size := 2
	for size < 2*len(names) {
		size *= 2
	}
	t := keyTable{names: names, slots: make([]slot, size), shift: uint8(64 - bits.TrailingZeros(uint(size)))}
	for i, name := range names {
		e := endsOf(name)
		at := e.hash(t.shift)
		for t.slots[at].used {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = slot{e, int32(i), true}
	}
	return t
}

// find returns the index of name, or -1.
func (t *keyTable) find(name string) int {
	if len(t.slots) == 0 {
		return -1
	}
	e := endsOf(name)
	last := len(t.slots) - 1
	for at := e.hash(t.shift); ; at++ {
		s := &t.slots[at&last]
		if !s.used {
			return -1
		}
		if s.ends == e && (len(name) <= 16 || t.names[s.at] == name) {
			return int(s.at)
		}
	}
}

func (e *ends) hash(shift uint8) int {
	h := e.first ^ bits.RotateLeft64(e.last, 29) ^ uint64(e.length)
	return int(h * 0x9e3779b97f4a7c15 >> (shift & 63))
}

func endsOf(s string) ends {
	n := len(s)
	e := ends{length: int32(n)}
	switch {
	case n >= 8:
		e.first, e.last = load64(s), load64(s[n-8:])
	case n >= 4:
		e.first, e.last = load32(s), load32(s[n-4:])
	case n > 0:
		e.first, e.last = uint64(s[0]), uint64(s[n/2])<<8|uint64(s[n-1])
	}
	return e
}

// The compiler turns these into single loads.
func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load32(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
