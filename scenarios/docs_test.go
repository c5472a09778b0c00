package scenarios

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestManualExamples takes every example of the manual as a file of its own.
func TestManualExamples(t *testing.T) {
	data, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	doc := storefront(t)
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) < 6 {
		t.Fatalf("the manual has %d examples only", len(blocks))
	}
	for _, b := range blocks {
		if err := load(doc, "docs/scenarios.md", []byte(b[1])); err != nil {
			t.Errorf("%s\n%s", describe(t, err), b[1])
		}
	}
}

// TestManualIsComplete: the manual names all that there is.
func TestManualIsComplete(t *testing.T) {
	data, err := os.ReadFile("../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	words := slices.Concat(builtinNames[:], faults, memberNames,
		[]string{"on", "when", "times", "after", "every", "chance", "until", "reply", "set", "delay", "fault",
			"status", "example", "headers", "body", "undocumented"})
	for _, below := range members {
		words = append(words, below...)
	}
	for _, w := range words {
		if !strings.Contains(text, "`"+w) && !strings.Contains(text, w+"`") && !strings.Contains(text, w+":") {
			t.Errorf("the manual does not tell of `%s`", w)
		}
	}
}
