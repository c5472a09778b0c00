package spec

import (
	"slices"
	"strings"
)

// Near returns the known names nearest to one that is not among them, the
// nearest first, at most three.
func Near(name string, known []string) []string {
	const most = 3
	if len(name) > 100 {
		return nil
	}
	type hit struct {
		name string
		dist int
	}
	var hits []hit
	low := strings.ToLower(name)
	limit := max(1, len(low)/3)
	for _, k := range known {
		lk := strings.ToLower(k)
		if len(lk) > 200 {
			continue
		}
		switch d := distance(low, lk); {
		case d <= limit:
			hits = append(hits, hit{k, d})
		case len(lk) >= 3 && strings.HasPrefix(low, lk),
			len(low) >= 4 && (strings.Contains(lk, low) || strings.Contains(low, lk) && len(lk) >= 4):
			hits = append(hits, hit{k, limit + 1})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.dist - b.dist })
	var out []string
	for _, h := range hits {
		if len(out) < most && !slices.Contains(out, h.name) {
			out = append(out, h.name)
		}
	}
	return out
}

// distance is the number of letters to add, drop, change or swap with their
// neighbour (optimal string alignment).
func distance(a, b string) int {
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
