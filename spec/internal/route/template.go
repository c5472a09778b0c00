package route

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// segment is what stands between two slashes of a template: one literal, or
// names with literals around them, len(literals) == len(names)+1.
//
// A whole literal is decoded. Literals beside names are in normal form (see
// [normalize]), ready to be looked for in a path of that form.
type segment struct {
	literals []string
	names    []string
	whole    bool // one parameter and nothing else, as nearly all templated ones are
}

// parse divides a template into segments. A trailing slash is an empty literal
// at the end, so "/" is one empty literal.
func parse(template string) ([]segment, error) {
	if !strings.HasPrefix(template, "/") {
		return nil, errors.New("does not begin with a slash")
	}
	var segments []segment
	for text := range strings.SplitSeq(template[1:], "/") {
		s, err := parseSegment(text)
		if err != nil {
			return nil, err
		}
		segments = append(segments, s)
	}
	return segments, nil
}

// parseSegment reads one segment. A slash inside braces has divided the
// parameter before, so it shows as a brace without its partner.
func parseSegment(text string) (segment, error) {
	var s segment
	for rest := text; ; {
		open := strings.IndexAny(rest, "{}")
		literal := rest
		if open >= 0 {
			literal = rest[:open]
		}
		if i := strings.IndexAny(literal, "?#"); i >= 0 {
			return s, fmt.Errorf("%q cannot be in a path", literal[i])
		}
		normal, ok := normalize(literal)
		if !ok {
			return s, fmt.Errorf("malformed percent-encoding in %q", literal)
		}
		s.literals = append(s.literals, normal)
		if open < 0 {
			break
		}
		end := strings.IndexAny(rest[open+1:], "{}")
		if rest[open] == '}' || end < 0 || rest[open+1+end] == '{' {
			return s, fmt.Errorf("brace without its partner in %q", text)
		}
		if end == 0 {
			return s, fmt.Errorf("parameter without a name in %q", text)
		}
		s.names = append(s.names, rest[open+1:open+1+end])
		rest = rest[open+1+end+1:]
	}
	if len(s.names) == 0 {
		s.literals[0] = decode(s.literals[0])
	}
	s.whole = len(s.names) == 1 && s.weight() == 0
	return s, nil
}

// shape is a template's text without its names: equal for two templates exactly
// if they match the same paths with the same values.
func shape(template []segment) string {
	var b strings.Builder
	for i := range template {
		b.WriteByte('/')
		b.WriteString(template[i].shape())
	}
	return b.String()
}

func (s *segment) shape() string {
	if len(s.names) == 0 {
		return encode(s.literals[0])
	}
	return strings.Join(s.literals, "{}")
}

// weight is the length of a segment's literal text.
func (s *segment) weight() int {
	n := 0
	for _, l := range s.literals {
		n += len(l)
	}
	return n
}

// join puts a template below a base. It shares neither's memory.
func join(base, template []segment) []segment {
	all := make([]segment, 0, len(base)+len(template))
	return append(append(all, base...), template...)
}

// match reports whether a templated segment matches text, one non-empty segment
// of a path in normal form. It fills values, if that is not nil, with the
// parameters' text, still encoded.
//
// It works from the right and puts each literal as far right as it can be. No
// other choice leaves more room to what stands left of it, so it never has
// to go back, and each parameter takes the most that those before it leave.
func (s *segment) match(text string, values []string) bool {
	last := len(s.names)
	first, suffix := s.literals[0], s.literals[last]
	if !strings.HasPrefix(text, first) || !strings.HasSuffix(text, suffix) {
		return false
	}
	end := len(text) - len(suffix) // of the parameter in hand
	if end <= len(first) || !aligned(text, end) {
		return false
	}
	for i := last - 1; i > 0; i-- {
		at := lastAligned(text[len(first):end], s.literals[i])
		if at <= 0 { // not there, or nothing left for the parameters before it
			return false
		}
		at += len(first)
		if values != nil {
			values[i] = text[at+len(s.literals[i]) : end]
		}
		end = at
	}
	if values != nil {
		values[0] = text[len(first):end]
	}
	return true
}

// lastAligned returns where literal last stands in text such that it cuts no
// percent-encoding and something follows it; negative if nowhere. The empty
// literal, between two adjacent parameters, stands before the last character.
func lastAligned(text, literal string) int {
	end := len(text) - 1 // what follows must not be empty
	if literal == "" {
		return lastCharacter(text)
	}
	for end > 0 {
		at := strings.LastIndex(text[:end], literal)
		if at < 0 || aligned(text, at) {
			return at
		}
		end = at + len(literal) - 1
	}
	return -1
}

// aligned reports whether position i of a text in normal form is not inside a
// percent-encoded octet.
func aligned(text string, i int) bool {
	return (i < 1 || text[i-1] != '%') && (i < 2 || text[i-2] != '%')
}

// lastCharacter returns where the last character of a text in normal form
// begins: an octet, plain or encoded, or a whole encoded UTF-8 sequence.
func lastCharacter(text string) int {
	at := len(text)
	for range utf8.UTFMax {
		if at < 3 || text[at-3] != '%' {
			if at == len(text) {
				at--
			}
			return at
		}
		at -= 3
		if octet(text[at+1], text[at+2])&0xC0 != 0x80 { // no continuation octet
			return at
		}
	}
	return at
}
