package accept

import "math/bits"

// keyTable finds a name among many in about one probe. It is open-addressed, at
// most half full, and hashes the length and both ends of a name, which is what
// distinguishes member names in practice; where it does not, probing goes on.
type keyTable struct {
	names []string
	slots []int32 // index into names, or -1
	shift uint8
}

func newKeyTable(names []string) keyTable {
	size := 2
	for size < 2*len(names) {
		size *= 2
	}
	t := keyTable{names: names, slots: make([]int32, size), shift: uint8(64 - bits.TrailingZeros(uint(size)))}
	for i := range t.slots {
		t.slots[i] = -1
	}
	for i, name := range names {
		at := t.start(name)
		for t.slots[at] >= 0 {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = int32(i)
	}
	return t
}

// find returns the index of name, or -1.
func (t *keyTable) find(name string) int {
	if len(t.slots) == 0 {
		return -1
	}
	for at := t.start(name); ; at = (at + 1) & (len(t.slots) - 1) {
		i := t.slots[at]
		if i < 0 || t.names[i] == name {
			return int(i)
		}
	}
}

func (t *keyTable) start(name string) int {
	return int(mix(name) >> t.shift)
}

func mix(s string) uint64 {
	n := len(s)
	var a, b uint64
	switch {
	case n >= 8:
		a, b = load64(s), load64(s[n-8:])
	case n >= 4:
		a, b = load32(s), load32(s[n-4:])
	case n > 0:
		a, b = uint64(s[0]), uint64(s[n/2])<<8|uint64(s[n-1])
	}
	h := (a ^ bits.RotateLeft64(b, 29) ^ uint64(n)<<56) * 0x9e3779b97f4a7c15
	return (h ^ h>>32) * 0xd6e8feb86659fd93
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
