package route

import (
	"cmp"
	"slices"
	"strings"
)

// What Nearest looks at of a path. More would only cost time: nobody mistypes
// so much, and a stranger decides how long a path is.
const (
	nearSegments = 12
	nearBytes    = 64 // of a segment: one bit of a machine word each
)

// What it costs to make a template out of a path, segment by segment.
const (
	costGap     = 10 // one too many, or one missing
	costReplace = 20 // a word by another without a letter in common
	costParam   = 8  // a parameter's value: dearer than a slip in a word
	costPattern = 2  // the value of a parameter with literal text, which matches
)

// target is a route as Nearest sees it.
type target struct {
	name     string // "POST /auth/logout"
	template string
	segments []near
}

// near is a segment of a target: a word, or a pattern.
type near struct {
	word    int // its place in Table.words; of a literal
	pattern *segment
}

// addTarget makes a route known to Nearest.
func (t *Table) addTarget(r Route, template []segment, ids map[string]int) {
	g := target{name: r.Method + " " + r.Template, template: r.Template}
	for i := range template {
		s := &template[i]
		if len(s.names) > 0 {
			g.segments = append(g.segments, near{pattern: s})
			continue
		}
		word := fold(s.literals[0])
		if word == "" {
			continue
		}
		id, ok := ids[word]
		if !ok {
			id = len(t.words)
			ids[word] = id
			t.words = append(t.words, word)
		}
		g.segments = append(g.segments, near{word: id})
	}
	t.targets = append(t.targets, g)
}

// fold makes a decoded segment comparable with others.
func fold(text string) string {
	text = strings.ToLower(text[:min(len(text), nearBytes)])
	return text[:min(len(text), nearBytes)] // lower case may be longer
}

// Nearest returns the routes, "POST /auth/logout", whose templates are nearest
// to a path that none matches: at most n, the nearest first, in the order given
// to New where they are equally near, and none that has next to nothing in
// common with the path. The path is as in Find; what it has of a base does not
// count.
//
// Nearness is an edit distance over segments, in which two segments are as near
// as their letters are, whatever their case. Only the first 64 bytes of each of
// the first 12 segments count, and as many more as the longest base has, so that
// the cost is bounded by the table.
func (t *Table) Nearest(path string, n int) []string {
	if n <= 0 {
		return nil
	}
	type candidate struct{ cost, index int }
	var found []candidate
	s := t.sketch(path)
	last, cost := "", costTooFar
	for i := range t.targets {
		g := &t.targets[i]
		if g.template != last { // the methods of a path stand together
			last, cost = g.template, s.cost(g)
		}
		if cost < costTooFar {
			found = append(found, candidate{cost, i})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.cost, b.cost) })
	var names []string
	for _, c := range found[:min(n, len(found))] {
		names = append(names, t.targets[c.index].name)
	}
	return names
}

// costTooFar stands for all costs of targets that are not worth mention.
const costTooFar = 1 << 20

// sketch is a path ready to be compared with every target.
type sketch struct {
	segments []string  // in normal form, none empty
	words    [][]uint8 // for each segment, what each of Table.words costs in its place
	from     []int     // where the part to compare begins: 0, and after a base
	row      []int
}

func (t *Table) sketch(path string) *sketch {
	deepest := len(t.bases[0])
	path = path[:min(len(path), (nearSegments+deepest)*(3*nearBytes+1))]
	s := &sketch{from: []int{0}}
	for text := range strings.SplitSeq(path, "/") {
		if text == "" || len(s.segments) == nearSegments+deepest {
			continue
		}
		normal, ok := normalize(text)
		if !ok {
			normal = encode(text)
		}
		s.segments = append(s.segments, normal)
		s.words = append(s.words, t.wordCosts(fold(decode(normal))))
	}
	for _, base := range t.bases {
		if n := len(base); 0 < n && n <= len(s.segments) && s.under(base) {
			s.from = append(s.from, n)
			break
		}
	}
	s.row = make([]int, len(s.segments)+1)
	return s
}

// under reports whether the path begins with a base.
func (s *sketch) under(base []segment) bool {
	for i := range base {
		b := &base[i]
		if len(b.names) == 0 {
			if decode(s.segments[i]) != b.literals[0] {
				return false
			}
		} else if !b.match(s.segments[i], nil) {
			return false
		}
	}
	return true
}

// cost is the least that it costs to make the target of the path, with its base
// or without; costTooFar if they have hardly anything in common.
func (s *sketch) cost(g *target) int {
	least := costTooFar
	for _, from := range s.from {
		segments := len(s.segments) - from
		c := s.distance(g, from)
		// To leave out all of one and add all of the other would cost this much.
		if worst := costGap * (segments + len(g.segments)); c*10 < worst*7 {
			least = min(least, c)
		}
	}
	return least
}

// distance is the edit distance over segments (Wagner and Fischer, one row).
func (s *sketch) distance(g *target, from int) int {
	row := s.row[:len(s.segments)-from+1]
	for i := range row {
		row[i] = i * costGap
	}
	for j := range g.segments {
		diagonal := row[0]
		row[0] += costGap
		for i := 1; i < len(row); i++ {
			above := row[i]
			row[i] = min(above+costGap, row[i-1]+costGap, diagonal+s.replace(from+i-1, &g.segments[j]))
			diagonal = above
		}
	}
	return row[len(row)-1]
}

// replace is what it costs to make a target's segment of the path's i-th.
func (s *sketch) replace(i int, n *near) int {
	switch {
	case n.pattern == nil:
		return int(s.words[i][n.word])
	case n.pattern.whole:
		return costParam
	case n.pattern.match(s.segments[i], nil):
		return costPattern
	}
	return costReplace
}

// wordCosts is what it costs to replace a word by each of the table's.
func (t *Table) wordCosts(word string) []uint8 {
	var places [256]uint64 // of each octet in word, a bit for each
	for i := range len(word) {
		places[word[i]] |= 1 << i
	}
	costs := make([]uint8, len(t.words))
	for i, other := range t.words {
		longer := max(len(word), len(other))
		if edits := edits(&places, len(word), other); edits*2 > longer {
			costs[i] = costReplace // most of it differs: that is another word
		} else {
			costs[i] = uint8((costReplace*edits + longer - 1) / longer)
		}
	}
	return costs
}

// edits is the Levenshtein distance in octets between a word of 1 to 64 octets,
// given by the places of each, and another: Myers' bit-vector algorithm as
// simplified by Hyyrö. Bit i of more (fewer) says that the distance grows (shrinks)
// by one from the word's first i octets to its first i+1.
func edits(places *[256]uint64, length int, other string) int {
	more, fewer := ^uint64(0), uint64(0)
	distance := length
	end := uint64(1) << (length - 1)
	for i := range len(other) {
		equal := places[other[i]]
		vertical := equal | fewer
		horizontal := (equal&more + more) ^ more | equal
		grow := fewer | ^(horizontal | more)
		shrink := more & horizontal
		if grow&end != 0 {
			distance++
		} else if shrink&end != 0 {
			distance--
		}
		grow = grow<<1 | 1
		shrink <<= 1
		more = shrink | ^(vertical | grow)
		fewer = grow & vertical
	}
	return distance
}
