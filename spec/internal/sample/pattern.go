package sample

import (
	"regexp"
	"strings"
	"sync"
)

// pattern is a regular expression of a schema. Schemas are written for
// ECMA-262, Go has RE2: what the two spell differently is rewritten, and
// look-arounds, which RE2 lacks, become conditions of their own.
type pattern struct {
	source string
	re     *regexp.Regexp // without the look-arounds
	looks  []look
	broken string // why the pattern is beyond us; it then matches everything

	once  sync.Once
	exact *part // of re, for making strings; nil where there are none
	loose *part // the same with anything before and after it, as far as re is not anchored
	plain string
}

// look is a look-around, as a condition on the whole string.
type look struct {
	re    *regexp.Regexp
	not   bool
	piece string // what has to be somewhere in the string, "" if that isn't known
}

// pattern parses a pattern, once for each text. The caller holds w.mu.
func (w *world) pattern(source string) *pattern {
	p := w.patterns[source]
	if p == nil {
		p = newPattern(source)
		w.patterns[source] = p
	}
	return p
}

func newPattern(source string) *pattern {
	p := &pattern{source: source}
	if re, err := regexp.Compile(source); err == nil {
		p.re, p.plain = re, source
		return p
	}
	r := rewriter{in: source, flat: true}
	r.run()
	if r.broken == "" {
		re, err := regexp.Compile(r.out.String())
		if err == nil {
			p.re, p.plain, p.looks = re, r.out.String(), r.looks
			return p
		}
		r.broken = "is no regular expression"
	}
	p.broken = r.broken
	return p
}

// match reports whether a string matches; a broken pattern matches all.
func (p *pattern) match(s string) bool {
	if p.re == nil {
		return true
	}
	if !p.re.MatchString(s) {
		return false
	}
	for _, l := range p.looks {
		if l.re.MatchString(s) == l.not {
			return false
		}
	}
	return true
}

// rewriter turns an ECMA-262 pattern into an RE2 one plus look-arounds.
type rewriter struct {
	in     string
	out    strings.Builder
	looks  []look
	broken string
	depth  int  // of groups
	flat   bool // no | at the top level so far
}

func (r *rewriter) run() {
	for i := 0; i < len(r.in) && r.broken == ""; {
		switch c := r.in[i]; {
		case c == '\\':
			i = r.escape(i)
		case c == '[':
			i = r.class(i)
		case c == '(':
			i = r.group(i)
		default:
			switch c {
			case ')':
				r.depth--
			case '|':
				r.flat = r.flat && r.depth > 0
			}
			r.out.WriteByte(c)
			i++
		}
	}
}

// escape rewrites the escape at i and returns what comes after it.
func (r *rewriter) escape(i int) int {
	if i+1 == len(r.in) {
		r.broken = "ends in a backslash"
		return i + 1
	}
	rest := r.in[i+2:]
	switch c := r.in[i+1]; {
	case c == 'u':
		return r.unicode(i)
	case c == 'c' && rest != "":
		r.out.WriteString(`\x{` + string("0123456789abcdef"[rest[0]>>4&1]) + string("0123456789abcdef"[rest[0]&15]) + `}`)
		return i + 3
	case c == 'p' || c == 'P':
		end := strings.IndexByte(rest, '}')
		if end < 0 || rest[0] != '{' {
			r.out.WriteByte(c)
			return i + 2
		}
		r.out.WriteString(`\` + string(c) + `{` + unicodeProperty(rest[1:end]) + `}`)
		return i + 3 + end
	case c >= '1' && c <= '9' || c == 'k':
		r.broken = "refers back to a group"
	case c == '0':
		r.out.WriteString(`\x00`)
	case strings.IndexByte("dDwWsSbBnrtfvx", c) >= 0 || c < 'A' || c > 'z' || c > 'Z' && c < 'a':
		r.out.WriteString(r.in[i : i+2])
	default:
		r.out.WriteByte(c) // an escape without a meaning is the letter itself
	}
	return i + 2
}

// unicodeProperty gives RE2's name of a Unicode property: its short names and scripts.
func unicodeProperty(name string) string {
	if _, script, ok := strings.Cut(name, "="); ok {
		return script
	}
	short := map[string]string{"Letter": "L", "Lowercase_Letter": "Ll", "Uppercase_Letter": "Lu", "Alphabetic": "L",
		"Number": "N", "Decimal_Number": "Nd", "Punctuation": "P", "Symbol": "S", "Mark": "M", "Separator": "Z"}
	if s, ok := short[name]; ok {
		return s
	}
	return name
}

// unicode rewrites \uXXXX, \u{X…} and surrogate pairs.
func (r *rewriter) unicode(i int) int {
	hex := func(at int) (int, bool) {
		if at+6 > len(r.in) || r.in[at:at+2] != `\u` {
			return 0, false
		}
		n := 0
		for _, c := range []byte(r.in[at+2 : at+6]) {
			d := strings.IndexByte("0123456789abcdef", c|0x20)
			if d < 0 {
				return 0, false
			}
			n = n<<4 | d
		}
		return n, true
	}
	if strings.HasPrefix(r.in[i:], `\u{`) {
		if end := strings.IndexByte(r.in[i:], '}'); end > 0 {
			r.out.WriteString(`\x` + r.in[i+2:i+end+1])
			return i + end + 1
		}
	}
	n, ok := hex(i)
	if !ok {
		r.out.WriteByte('u')
		return i + 2
	}
	next := i + 6
	if n >= 0xd800 && n < 0xdc00 {
		if low, ok := hex(next); ok && low >= 0xdc00 && low < 0xe000 {
			n, next = 0x10000+(n-0xd800)<<10+(low-0xdc00), next+6
		}
	}
	r.out.WriteString(regexp.QuoteMeta(string(rune(n))))
	return next
}

// class rewrites the character class at i.
func (r *rewriter) class(i int) int {
	switch {
	case strings.HasPrefix(r.in[i:], "[^]"):
		r.out.WriteString(`[\s\S]`)
		return i + 3
	case strings.HasPrefix(r.in[i:], "[]"):
		r.out.WriteString(`[^\s\S]`)
		return i + 2
	}
	r.out.WriteByte('[')
	i++
	if i < len(r.in) && r.in[i] == '^' {
		r.out.WriteByte('^')
		i++
	}
	for i < len(r.in) && r.broken == "" {
		switch c := r.in[i]; c {
		case ']':
			r.out.WriteByte(c)
			return i + 1
		case '[':
			r.out.WriteString(`\[`)
			i++
		case '\\':
			if strings.HasPrefix(r.in[i:], `\b`) { // in a class, a backspace
				r.out.WriteString(`\x08`)
				i += 2
				continue
			}
			i = r.escape(i)
		default:
			r.out.WriteByte(c)
			i++
		}
	}
	r.broken = "has a class that doesn't end"
	return i
}

// group copies the opening of a group, or takes a look-around out.
func (r *rewriter) group(i int) int {
	ahead, not := true, false
	var from int
	switch rest := r.in[i:]; {
	case strings.HasPrefix(rest, "(?="):
		from = i + 3
	case strings.HasPrefix(rest, "(?!"):
		from, not = i+3, true
	case strings.HasPrefix(rest, "(?<="):
		from, ahead = i+4, false
	case strings.HasPrefix(rest, "(?<!"):
		from, ahead, not = i+4, false, true
	default:
		r.depth++
		r.out.WriteByte('(')
		return i + 1
	}
	end := closing(r.in, from)
	if end < 0 {
		r.broken = "has a group that doesn't end"
		return len(r.in)
	}
	r.look(r.in[from:end], r.in[end+1:], ahead, not)
	return end + 1
}

// look turns a look-around into a condition on the whole string. Away from the
// ends that is stricter than what it says, which does no harm to a sample.
func (r *rewriter) look(inner, rest string, ahead, not bool) {
	sub := rewriter{in: inner, flat: true}
	sub.run()
	if sub.broken != "" || sub.looks != nil {
		r.broken = "nests look-arounds"
		return
	}
	inner = sub.out.String()
	var text string
	switch before := r.out.String(); {
	case ahead && r.flat && r.depth == 0:
		text = before + "(?:" + inner + ")"
	case !ahead && r.flat && r.depth == 0 && (rest == "" || rest == "$"):
		text = "(?:" + inner + ")" + rest
	case not:
		// ((?!x).)* and the like: no x anywhere is enough.
		text = inner
	default:
		r.broken = "looks around inside a group"
		return
	}
	re, err := regexp.Compile(text)
	if err != nil {
		r.broken = "has a look-around that is no regular expression"
		return
	}
	l := look{re: re, not: not}
	if piece, ok := strings.CutPrefix(inner, ".*"); ok && !not && ahead {
		l.piece = piece
	}
	r.looks = append(r.looks, l)
}

// closing finds the parenthesis that closes the group whose inside starts at i.
func closing(s string, i int) int {
	depth, inClass := 0, false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case inClass:
			inClass = c != ']'
		case c == '[':
			inClass = true
		case c == '(':
			depth++
		case c == ')':
			if depth == 0 {
				return i
			}
			depth--
		}
	}
	return -1
}
