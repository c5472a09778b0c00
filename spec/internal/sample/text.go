package sample

import (
	"strings"
	"unicode/utf8"
)

// text makes a string. What it tries, in order: what the format or a strong
// hint says, the document's examples, what a weak hint says, what the pattern
// allows, and words of the right length. Each is taken only if it fits.
func (r *run) text(p *plan, at spot) (any, bool) {
	w := writer{run: r, p: p, at: at}
	if !w.write() {
		why := "no string was found that is as long as it must be"
		for _, x := range p.str.patterns {
			why = "no string was found for the pattern " + x.source
			if x.broken != "" {
				why = "the pattern " + x.source + " " + x.broken + ", and no example matches"
			}
		}
		r.note(p.conj.roots[0], why)
		return nil, false
	}
	r.bytes += len(w.out)
	return w.out, true
}

// writer makes one string.
type writer struct {
	*run
	p   *plan
	at  spot
	out string
}

// try takes a string if it fits.
func (w *writer) try(s string) bool {
	if s == "" && w.p.str.max != 0 || w.p.str.breaks(s) != "" {
		return false
	}
	for _, x := range w.p.str.patterns {
		// What nobody here can read is the authority's to judge.
		if x.broken != "" && w.w.o.Valid == nil {
			return false
		}
	}
	w.out = s
	return true
}

func (w *writer) write() bool {
	h := w.at.hint
	for _, f := range w.p.str.formats {
		if strongFormat(f) && w.format(f) {
			return true
		}
	}
	if (h.strong() || h == hintName && w.around().kindOf() == thingPerson) && w.suggest(h) {
		return true
	}
	varied := w.at.varied && h != hintNone && h != hintURL && h != hintImage || w.at.fresh
	if h != hintNone && w.mimic() {
		return true
	}
	if !varied && w.example() {
		return true
	}
	for _, f := range w.p.str.formats {
		if !strongFormat(f) && w.format(f) {
			return true
		}
	}
	if w.p.str.encoding != "" && w.base64() {
		return true
	}
	if h != hintNone && w.suggest(h) {
		return true
	}
	if w.patterned() {
		return true
	}
	if varied && w.example() {
		return true
	}
	if h == hintNone && w.mimic() {
		return true
	}
	return w.words() || w.anyFormat() || w.try("") || w.p.str.max == 0 && w.p.str.breaks("") == ""
}

// example takes one of the document's examples.
func (w *writer) example() bool {
	list := w.examples(w.p, w.at)
	if len(list) == 0 {
		return false
	}
	n := 0
	if len(list) > 1 {
		n = w.d.at(w.at.seed.child("#example")).n(len(list))
	}
	for i := range list {
		// An example is the author's word, even for a pattern beyond us.
		if s, ok := list[(n+i)%len(list)].(string); ok && w.p.str.breaks(s) == "" {
			w.out = s
			return true
		}
	}
	return false
}

// patterned makes a string from one of the patterns; the others have to agree.
func (w *writer) patterned() bool {
	for _, x := range w.p.str.patterns {
		for i := range 60 {
			s, ok := x.make(w.d.at(w.at.seed.index(i)), w.p.str.min, w.p.str.max, i/4)
			if ok && w.try(s) {
				return true
			}
		}
	}
	return false
}

// words fills the allowed length with words.
func (w *writer) words() bool {
	if len(w.p.str.patterns) > 0 {
		return false
	}
	lo, hi := w.p.str.min, w.p.str.max
	d := w.d.at(w.at.seed)
	if hi < 0 || hi >= 12 {
		if lo <= 12 && w.try(d.pick(plainWords)) {
			return true
		}
		if lo <= 20 && w.try(d.pick(plainWords)+" "+d.pick(plainWords)) {
			return true
		}
	}
	if lo > limitBytes {
		return false
	}
	for range 4 {
		if w.try(w.cut(d.pick(plainWords), lo, hi)) {
			return true
		}
	}
	return false
}

// cut makes a text of at least lo and at most hi runes out of one that may be
// too short or too long.
func (w *writer) cut(s string, lo, hi int) string {
	n := utf8.RuneCountInString(s)
	if n < lo {
		var b strings.Builder
		b.WriteString(s)
		for n < lo {
			next := " " + w.d.pick(plainWords)
			n += len(next)
			b.WriteString(next)
		}
		s = b.String()
	}
	if hi >= 0 && n > hi {
		s = string([]rune(s)[:hi])
	}
	// Neither cut nor fill leaves a blank at the end.
	if strings.HasSuffix(s, " ") {
		s = s[:len(s)-1] + "s"
	}
	return s
}

// fit tries a text; too long, it is cut between words, too short, it is
// lengthened.
func (w *writer) fit(s string) bool {
	if w.try(s) {
		return true
	}
	lo, hi := w.p.str.min, w.p.str.max
	if hi >= 8 && len(s) > hi {
		at := strings.LastIndexByte(s[:hi], ' ')
		return at >= max(lo, 1) && w.try(strings.TrimRight(s[:at], " ,;:"))
	}
	return lo > 0 && utf8.RuneCountInString(s) < lo && w.try(w.cut(s, lo, hi))
}

// place is the place of the object around.
func (w *writer) place() *place { return w.around().place() }

// around is the frame of the object around, or one for a string that stands
// alone.
func (w *writer) around() *frame {
	if f := w.at.frame.real(); f != nil {
		return f
	}
	return &frame{run: w.run, seed: w.at.seed, plan: w.p, name: w.at.name}
}
