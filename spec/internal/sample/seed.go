package sample

import (
	"math/bits"
	"math/rand/v2"
)

// seed is where the chance of one place of an instance comes from. It derives
// from the request's seed and the place's path alone, never from what was
// drawn before.
type seed struct{ a, b uint64 }

// golden is 2^64 divided by the golden ratio, the usual odd constant that
// spreads consecutive numbers.
const golden = 0x9e3779b97f4a7c15

// child is the seed of a named part.
func (s seed) child(name string) seed { return s.of(hash(name)) }

// index is the seed of a numbered part.
func (s seed) index(i int) seed { return s.of(uint64(i)*golden + 0x2545f4914f6cdd1d) }

func (s seed) of(h uint64) seed {
	return seed{mix(s.a ^ h), mix(s.b + bits.RotateLeft64(h, 32)*golden)}
}

// hash is FNV-1a.
func hash(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}

// mix is the finaliser of SplitMix64: every bit of x decides about every bit of
// the result.
func mix(x uint64) uint64 {
	x += golden
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// dice draws numbers and words from a seed. One is reused for a whole run, so
// a place must draw all it needs before another place draws.
type dice struct {
	pcg  rand.PCG
	fake fakes
}

func newDice() *dice {
	d := new(dice)
	d.fake = fakes{d}
	return d
}

// at starts the dice anew from a seed.
func (d *dice) at(s seed) *dice {
	d.pcg.Seed(s.a, s.b)
	return d
}

// n draws from [0, n); n is at least 1.
func (d *dice) n(n int) int {
	hi, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(hi)
}

// between draws from [lo, hi].
func (d *dice) between(lo, hi int64) int64 {
	span := uint64(hi) - uint64(lo) + 1
	if span == 0 { // all of them
		return int64(d.pcg.Uint64())
	}
	x, _ := bits.Mul64(d.pcg.Uint64(), span)
	return int64(uint64(lo) + x)
}

// oneIn is true once in n times.
func (d *dice) oneIn(n int) bool { return d.n(n) == 0 }

func (d *dice) pick(words []string) string { return words[d.n(len(words))] }

// digits draws a string of n digits, the first of them not 0.
func (d *dice) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.n(10))
	}
	if n > 0 && b[0] == '0' {
		b[0] = byte('1' + d.n(9))
	}
	return string(b)
}

// from draws a string of n characters of an alphabet.
func (d *dice) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.n(len(alphabet))]
	}
	return string(b)
}
