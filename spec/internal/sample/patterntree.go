package sample

import (
	"math/bits"
	"regexp/syntax"
	"unicode"
)

// part is a piece of a regular expression that strings are made from. Each
// knows the lengths of the strings it can make, so that a string of a wanted
// length is made without trying.
type part struct {
	kind     partKind
	runes    []rune  // of a literal; of a class, the nice ones
	wild     []rune  // of a class, all that print
	subs     []*part // of a sequence, a choice, or the one that repeats
	min, max int     // of a repetition, max bounded
	lens     lengths
	after    []lengths // of a sequence: what subs[i:] can make; of a repetition: what i rounds can
}

type partKind int

const (
	partLiteral partKind = iota
	partClass
	partSequence
	partChoice
	partRepeat
)

// lengths is a set of lengths, a bit each, up to a limit that all sets of a
// tree share.
type lengths []uint64

func (l lengths) has(n int) bool { return n >= 0 && n>>6 < len(l) && l[n>>6]>>(n&63)&1 != 0 }

func (l lengths) add(n int) {
	if n>>6 < len(l) {
		l[n>>6] |= 1 << (n & 63)
	}
}

// only returns the one length of the set, or -1.
func (l lengths) only() int {
	n, at := 0, -1
	for i, w := range l {
		n += bits.OnesCount64(w)
		if w != 0 {
			at = i<<6 + bits.TrailingZeros64(w)
		}
	}
	if n == 1 {
		return at
	}
	return -1
}

// plus is the set of sums of the two sets' lengths.
func (l lengths) plus(m lengths) lengths {
	out := make(lengths, len(l))
	for i, w := range m {
		for ; w != 0; w &= w - 1 {
			out.shiftOr(l, i<<6+bits.TrailingZeros64(w))
		}
	}
	return out
}

func (l lengths) shiftOr(m lengths, by int) {
	words, rest := by>>6, uint(by&63)
	for i := len(l) - 1; i >= words; i-- {
		w := m[i-words] << rest
		if rest > 0 && i > words {
			w |= m[i-words-1] >> (64 - rest)
		}
		l[i] |= w
	}
}

// maxRounds bounds the rounds of a repetition whose inside varies in length.
const maxRounds = 64

// treeBuilder builds parts for strings up to a limit.
type treeBuilder struct{ words int }

func (b treeBuilder) set(ns ...int) lengths {
	l := make(lengths, b.words)
	for _, n := range ns {
		l.add(n)
	}
	return l
}

func (b treeBuilder) build(re *syntax.Regexp) *part {
	switch re.Op {
	case syntax.OpLiteral:
		return &part{kind: partLiteral, runes: re.Rune, lens: b.set(len(re.Rune))}
	case syntax.OpCharClass:
		return b.class(re.Rune)
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return b.class([]rune{' ', unicode.MaxRune})
	case syntax.OpCapture:
		return b.build(re.Sub[0])
	case syntax.OpStar:
		return b.repeat(re.Sub[0], 0, -1)
	case syntax.OpPlus:
		return b.repeat(re.Sub[0], 1, -1)
	case syntax.OpQuest:
		return b.repeat(re.Sub[0], 0, 1)
	case syntax.OpRepeat:
		return b.repeat(re.Sub[0], re.Min, re.Max)
	case syntax.OpConcat:
		return b.sequence(re.Sub)
	case syntax.OpAlternate:
		p := &part{kind: partChoice, lens: b.set()}
		for _, s := range re.Sub {
			sub := b.build(s)
			p.subs = append(p.subs, sub)
			p.lens.shiftOr(sub.lens, 0)
		}
		return p
	case syntax.OpNoMatch:
		return &part{kind: partLiteral, lens: b.set()}
	}
	// Assertions are empty. Those in the middle may not hold; what is made is
	// matched anyway.
	return &part{kind: partLiteral, lens: b.set(0)}
}

func (b treeBuilder) sequence(subs []*syntax.Regexp) *part {
	p := &part{kind: partSequence}
	for _, s := range subs {
		p.subs = append(p.subs, b.build(s))
	}
	return b.close(p)
}

// close works out the lengths of a sequence.
func (b treeBuilder) close(p *part) *part {
	p.after = make([]lengths, len(p.subs)+1)
	p.after[len(p.subs)] = b.set(0)
	for i := len(p.subs) - 1; i >= 0; i-- {
		p.after[i] = p.after[i+1].plus(p.subs[i].lens)
	}
	p.lens = p.after[0]
	return p
}

func (b treeBuilder) repeat(re *syntax.Regexp, lo, hi int) *part {
	sub := b.build(re)
	p := &part{kind: partRepeat, subs: []*part{sub}, min: lo, max: hi, lens: b.set()}
	if n := sub.lens.only(); n >= 0 {
		limit := b.words << 6
		if n == 0 {
			limit = lo
		}
		if hi < 0 || hi > limit {
			p.max = max(limit, lo)
		}
		for k := p.min; k <= p.max && k*n < b.words<<6; k++ {
			p.lens.add(k * n)
		}
		return p
	}
	if hi < 0 || hi > max(maxRounds, lo) {
		p.max = max(maxRounds, lo)
	}
	sum := b.set(0)
	for k := 0; ; k++ {
		p.after = append(p.after, sum)
		if k >= p.min {
			p.lens.shiftOr(sum, 0)
		}
		if k == p.max {
			return p
		}
		sum = sum.plus(sub.lens)
	}
}

// class chooses which characters of a class to use: those that read well.
func (b treeBuilder) class(ranges []rune) *part {
	p := &part{kind: partClass, lens: b.set()}
	size, few := 0, []rune(nil)
	for i := 0; i+1 < len(ranges); i += 2 {
		size += int(ranges[i+1]-ranges[i]) + 1
		for r := ranges[i]; r <= ranges[i+1] && len(few) < 64; r++ {
			few = append(few, r)
		}
	}
	if size == 0 {
		return p
	}
	p.lens.add(1)
	in := func(r rune) bool {
		for i := 0; i+1 < len(ranges); i += 2 {
			if r >= ranges[i] && r <= ranges[i+1] {
				return true
			}
		}
		return false
	}
	var lower, alnum []rune
	for r := rune('!'); r <= '~'; r++ {
		if !in(r) {
			continue
		}
		p.wild = append(p.wild, r)
		if r >= 'a' && r <= 'z' {
			lower = append(lower, r)
		}
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			alnum = append(alnum, r)
		}
	}
	switch {
	case size > 128 && lower != nil: // a dot, or all but something
		p.runes = lower
	case alnum != nil:
		p.runes = alnum
	case p.wild != nil:
		p.runes = p.wild
	default:
		p.runes, p.wild = few, few
	}
	if p.wild == nil {
		p.wild = p.runes
	}
	return p
}

// anything makes lower-case letters, any number of them.
func (b treeBuilder) anything() *part {
	p := &part{kind: partRepeat, subs: []*part{b.class([]rune{'a', 'z'})}, max: b.words << 6, lens: b.set()}
	for n := range b.words << 6 {
		p.lens.add(n)
	}
	return p
}
