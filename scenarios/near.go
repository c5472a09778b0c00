package scenarios

import (
	"strings"

	"github.com/standin-dev/standin/spec"
)

// suggest words a hint: the names nearest to one, or all of them.
func suggest(name string, known []string, all string) string {
	if n := spec.Near(name, known); len(n) > 0 {
		return "did you mean " + orList(quoted(n)) + "?"
	}
	if all == "" || len(known) == 0 {
		return ""
	}
	return all + " " + strings.Join(known, ", ")
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = `"` + n + `"`
	}
	return out
}

// orList joins words as prose does: "a, b or c".
func orList(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return strings.Join(words, "")
}
