package sample

import "regexp/syntax"

// make tries to make a string that matches, of min to max runes; max -1 is no
// limit. try counts the attempts: the first aims at what reads well, later ones
// at what hasn't been tried.
func (p *pattern) make(d *dice, lo, hi, try int) (string, bool) {
	if p.re == nil {
		return "", false
	}
	exact, loose := p.trees(lo)
	if exact == nil {
		return "", false
	}
	tree := exact
	n, ok := aim(d, tree.lens, lo, hi, try)
	if !ok {
		tree = loose
		if n, ok = aim(d, tree.lens, lo, hi, try); !ok {
			return "", false
		}
	}
	m := maker{d: d, wild: try > 3}
	m.write(tree, n)
	if len(p.looks) > 0 {
		p.include(&m, try)
	}
	s := string(m.out)
	return s, p.match(s)
}

// trees are the parts of the pattern, for strings up to 255 runes or, where
// more are needed, up to as many.
func (p *pattern) trees(lo int) (exact, loose *part) {
	if lo < 200 {
		p.once.Do(func() { p.exact, p.loose = growTrees(p.plain, 4) })
		return p.exact, p.loose
	}
	return growTrees(p.plain, min(lo, 16000)>>6+2)
}

func growTrees(text string, words int) (exact, loose *part) {
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, nil
	}
	b := treeBuilder{words: words}
	exact = b.build(re)
	wide := &part{kind: partSequence}
	if !anchored(re, true) {
		wide.subs = append(wide.subs, b.anything())
	}
	wide.subs = append(wide.subs, exact)
	if !anchored(re, false) {
		wide.subs = append(wide.subs, b.anything())
	}
	return exact, b.close(wide)
}

// anchored reports whether a pattern is tied to the start, or else the end, of
// the string.
func anchored(re *syntax.Regexp, start bool) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpBeginLine:
		return start
	case syntax.OpEndText, syntax.OpEndLine:
		return !start
	case syntax.OpCapture:
		return anchored(re.Sub[0], start)
	case syntax.OpConcat:
		if start {
			return anchored(re.Sub[0], start)
		}
		return anchored(re.Sub[len(re.Sub)-1], start)
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			if !anchored(s, start) {
				return false
			}
		}
		return true
	}
	return false
}

// aim chooses a length out of a set, within limits: at first one that reads
// well, neither nothing nor more than a few runes over the least.
func aim(d *dice, set lengths, lo, hi, try int) (int, bool) {
	limit := len(set)<<6 - 1
	if hi < 0 || hi > limit {
		hi = limit
	}
	for lo <= hi && !set.has(lo) {
		lo++
	}
	if lo > hi {
		return 0, false
	}
	from, to := lo, min(hi, max(lo+6+2*try, 12))
	if lo < 4 && try < 3 {
		from = 4
	}
	var fit []int
	for n := from; n <= to; n++ {
		if set.has(n) {
			fit = append(fit, n)
		}
	}
	if fit == nil {
		return lo, true
	}
	return fit[d.n(len(fit))], true
}

// maker writes a string.
type maker struct {
	d    *dice
	wild bool // use every printable character, not only the nice ones
	out  []rune
}

// write appends a string of n runes, which p can make.
func (m *maker) write(p *part, n int) {
	switch p.kind {
	case partLiteral:
		m.out = append(m.out, p.runes...)
	case partClass:
		runes := p.runes
		if m.wild {
			runes = p.wild
		}
		m.out = append(m.out, runes[m.d.n(len(runes))])
	case partSequence:
		for i, s := range p.subs {
			k := m.split(s.lens, p.after[i+1], n)
			m.write(s, k)
			n -= k
		}
	case partChoice:
		m.choose(p, n)
	case partRepeat:
		m.repeat(p, n)
	}
}

// split chooses how much of n the first part takes, so that the rest can take
// what is left.
func (m *maker) split(first, rest lengths, n int) int {
	count := 0
	for k := 0; k <= n; k++ {
		if first.has(k) && rest.has(n-k) {
			count++
		}
	}
	if count == 0 {
		return 0
	}
	nth := m.d.n(count)
	for k := 0; k <= n; k++ {
		if first.has(k) && rest.has(n-k) {
			if nth == 0 {
				return k
			}
			nth--
		}
	}
	return 0
}

func (m *maker) choose(p *part, n int) {
	var fit []*part
	for _, s := range p.subs {
		if s.lens.has(n) {
			fit = append(fit, s)
		}
	}
	if fit != nil {
		m.write(fit[m.d.n(len(fit))], n)
	}
}

func (m *maker) repeat(p *part, n int) {
	sub := p.subs[0]
	if each := sub.lens.only(); each >= 0 {
		rounds := p.min
		if each > 0 {
			rounds = n / each
		}
		for range rounds {
			m.write(sub, each)
		}
		return
	}
	var fit []int
	for k := p.min; k <= p.max && k < len(p.after); k++ {
		if p.after[k].has(n) {
			fit = append(fit, k)
		}
	}
	if fit == nil {
		return
	}
	// Few rounds read better than many.
	for k := fit[m.d.n(min(len(fit), 4))]; k > 0; k-- {
		l := m.split(sub.lens, p.after[k-1], n)
		m.write(sub, l)
		n -= l
	}
}

// include puts into the string what its look-aheads ask for, in place of other
// runes: a digit, a capital, a special character.
func (p *pattern) include(m *maker, try int) {
	taken := make([]bool, len(m.out))
	for _, l := range p.looks {
		if l.piece == "" {
			continue
		}
		exact, _ := growTrees(l.piece, 1)
		if exact == nil {
			continue
		}
		n, ok := aim(m.d, exact.lens, 1, 8, 0)
		for k := 1; k < n; k++ { // as short as can be
			if exact.lens.has(k) {
				n = k
			}
		}
		if !ok || n > len(m.out) {
			continue
		}
		piece := maker{d: m.d, wild: try > 1}
		piece.write(exact, n)
		for range 8 {
			at := m.d.n(len(m.out) - n + 1)
			if free(taken[at : at+n]) {
				for i, r := range piece.out {
					m.out[at+i], taken[at+i] = r, true
				}
				break
			}
		}
	}
}

func free(taken []bool) bool {
	for _, t := range taken {
		if t {
			return false
		}
	}
	return true
}
