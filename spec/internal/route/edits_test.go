package route

import (
	"math/rand/v2"
	"testing"
)

// slowEdits is the textbook's Levenshtein distance.
func slowEdits(a, b string) int {
	switch {
	case a == "" || b == "":
		return len(a) + len(b)
	case a[0] == b[0]:
		return slowEdits(a[1:], b[1:])
	}
	return 1 + min(slowEdits(a[1:], b), slowEdits(a, b[1:]), slowEdits(a[1:], b[1:]))
}

func TestEditsIsTheLevenshteinDistance(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	word := func(least int) string {
		b := make([]byte, least+rnd.IntN(8))
		for i := range b {
			b[i] = "abc"[rnd.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		a, b := word(1), word(0)
		if got, want := editsOf(a, b), slowEdits(a, b); got != want {
			t.Fatalf("edits(%q, %q) = %d, want %d", a, b, got, want)
		}
	}
	long := make([]byte, nearBytes)
	if got := editsOf(string(long), string(long[1:])+"x"); got != 1 {
		t.Errorf("edits of %d octets: %d, want 1", nearBytes, got)
	}
}

func editsOf(a, b string) int {
	var places [256]uint64
	for i := range len(a) {
		places[a[i]] |= 1 << i
	}
	return edits(&places, len(a), b)
}
