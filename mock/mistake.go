package mock

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// pathMistake says how a path that nothing answers on differs from one that is
// documented, where that is one plain mistake; else it is "". The nearest are
// asked first: "POST /auth/logout".
func pathMistake(path string, nearest []string, all []*spec.Operation) string {
	for _, mistake := range []func(path, template string) string{slashMistake, caseMistake, prefixMistake, separatorMistake} {
		for _, op := range nearest {
			_, template, _ := strings.Cut(op, " ")
			if words := mistake(path, template); words != "" {
				return words + " (" + op + ")"
			}
		}
	}
	// What has another start is near to others by its letters.
	for _, op := range all {
		if words := prefixMistake(path, op.Path); words != "" {
			return words + " (" + op.Name() + ")"
		}
	}
	return ""
}

// slashMistake is two slashes in one place, as of a base address that ends in
// one.
func slashMistake(path, template string) string {
	if strings.Contains(path, "//") && fits(strings.Join(segmentsOf(path), "/"), strings.Join(segmentsOf(template), "/")) {
		return "it has two slashes in one place"
	}
	return ""
}

func caseMistake(path, template string) string {
	if fits(strings.ToLower(path), lowerTemplate(template)) {
		return "it differs in upper and lower case from the document's"
	}
	return ""
}

// prefixMistake is something before a documented path, or the lack of it.
func prefixMistake(path, template string) string {
	got, want := segmentsOf(path), segmentsOf(template)
	n := len(got) - len(want)
	switch {
	case n > 0 && len(want) > 0 && fixed(want) && fits(strings.Join(got[n:], "/"), strings.Join(want, "/")):
		return "it has /" + shortKey(strings.Join(got[:n], "/")) + " before the document's path; no server of the document has that prefix"
	case n < 0 && len(got) > 0 && fixed(want[-n:]) && fits(strings.Join(got, "/"), strings.Join(want[-n:], "/")):
		return "it lacks /" + strings.Join(want[:-n], "/") + " at its start"
	}
	return ""
}

// separatorMistake is another way to write the words of a name: logout_all for
// logout-all.
func separatorMistake(path, template string) string {
	plain := strings.NewReplacer("_", "", "-", "")
	if fits(strings.ToLower(plain.Replace(path)), plain.Replace(lowerTemplate(template))) {
		return "its words are joined otherwise than the document's"
	}
	return ""
}

// fits reports whether a path is one that a template stands for.
func fits(path, template string) bool {
	got, want := strings.Split(path, "/"), strings.Split(template, "/")
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if !strings.Contains(want[i], "{") && got[i] != want[i] {
			return false
		}
	}
	return true
}

// fixed reports whether a template's segments say more than "anything".
func fixed(segments []string) bool {
	return slices.ContainsFunc(segments, func(s string) bool { return !strings.Contains(s, "{") })
}

func segmentsOf(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

// lowerTemplate is a template in lower case, but for its parameters.
func lowerTemplate(template string) string {
	parts := strings.Split(template, "/")
	for i, p := range parts {
		if !strings.Contains(p, "{") {
			parts[i] = strings.ToLower(p)
		}
	}
	return strings.Join(parts, "/")
}
