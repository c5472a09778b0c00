package accept

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/pb33f/jsonschema/v6"
)

// pattern is a regular expression as the engine compiled it. The commonest forms,
// anchored runs of ASCII classes such as ^[0-9]{10}$, have an equal that is
// some ten times as fast.
type pattern struct {
	runs    []run // nil: use engine
	engine  jsonschema.Regexp
	foreign bool // not package regexp: it may keep what it is given
}

// run is between min and max characters of a class.
type run struct {
	class    [2]uint64 // of ASCII characters, as bits
	min, max int       // max -1: no limit
}

func newPattern(re jsonschema.Regexp) pattern {
	std, ok := re.(*regexp.Regexp)
	if !ok {
		return pattern{engine: re, foreign: true}
	}
	return pattern{engine: re, runs: runsOf(std.String())}
}

func (p *pattern) match(v string) bool {
	if p.runs != nil {
		return matchRuns(p.runs, v)
	}
	if p.foreign {
		v = strings.Clone(v)
	}
	return p.engine.MatchString(v)
}

func (r *run) has(c byte) bool {
	return c < 0x80 && r.class[c>>6]>>(c&63)&1 != 0
}

// matchRuns takes as much as it can for each run in turn; runsOf made sure that this
// leaves nothing to try again.
func matchRuns(runs []run, v string) bool {
	i := 0
	for k := range runs {
		r := &runs[k]
		start := i
		for i < len(v) && (r.max < 0 || i-start < r.max) && r.has(v[i]) {
			i++
		}
		if i-start < r.min {
			return false
		}
	}
	return i == len(v)
}

// runsOf returns the runs that equal an expression, or nil if there are none.
func runsOf(expr string) []run {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	if tree.Op != syntax.OpConcat || len(tree.Sub) < 3 {
		return nil
	}
	last := len(tree.Sub) - 1
	if tree.Sub[0].Op != syntax.OpBeginText || tree.Sub[last].Op != syntax.OpEndText {
		return nil
	}
	var runs []run
	for _, sub := range tree.Sub[1:last] {
		more, ok := runsOfNode(sub)
		if !ok {
			return nil
		}
		runs = append(runs, more...)
	}
	if !greedyIsExact(runs) {
		return nil
	}
	return runs
}

func runsOfNode(e *syntax.Regexp) ([]run, bool) {
	if e.Flags&syntax.FoldCase != 0 {
		return nil, false
	}
	switch e.Op {
	case syntax.OpLiteral:
		var runs []run
		for _, r := range e.Rune {
			class, ok := classOf([]rune{r, r})
			if !ok {
				return nil, false
			}
			runs = append(runs, run{class: class, min: 1, max: 1})
		}
		return runs, true
	case syntax.OpCharClass:
		class, ok := classOf(e.Rune)
		return []run{{class: class, min: 1, max: 1}}, ok
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		inner, ok := runsOfNode(e.Sub[0])
		if !ok || len(inner) != 1 || inner[0].min != 1 || inner[0].max != 1 {
			return nil, false
		}
		inner[0].min, inner[0].max = repeats(e)
		return inner, true
	}
	return nil, false
}

func repeats(e *syntax.Regexp) (least, most int) {
	switch e.Op {
	case syntax.OpStar:
		return 0, -1
	case syntax.OpPlus:
		return 1, -1
	case syntax.OpQuest:
		return 0, 1
	}
	return e.Min, e.Max
}

// classOf reports false for a class that reaches beyond ASCII.
func classOf(ranges []rune) (class [2]uint64, ok bool) {
	for i := 0; i+1 < len(ranges); i += 2 {
		if ranges[i+1] >= 0x80 {
			return class, false
		}
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			class[r>>6] |= 1 << (r & 63)
		}
	}
	return class, true
}

// greedyIsExact reports whether no run of varying length could have left something to
// those behind it: it shares no character with what may follow.
func greedyIsExact(runs []run) bool {
	for i := range runs {
		if runs[i].min == runs[i].max {
			continue
		}
		for j := i + 1; j < len(runs); j++ {
			if runs[i].class[0]&runs[j].class[0] != 0 || runs[i].class[1]&runs[j].class[1] != 0 {
				return false
			}
			if runs[j].min > 0 {
				break
			}
		}
	}
	return true
}
