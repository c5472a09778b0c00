package exercise_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/exercise"
)

var tableFile = flag.String("table", "", "the file that the results of the folder's documents go to, as a table")

// row is a document's result in docs/documents.md.
type row struct {
	name   string
	size   int64
	report *exercise.Report
}

// names are the public packages that hold the folder's documents, from its
// documents.tsv: an id, a kind, a package with its version, a path, by tabs.
func names(dir string) map[string]string {
	out := map[string]string{}
	data, _ := os.ReadFile(filepath.Join(dir, "documents.tsv")) // without one, files go by their names
	for line := range strings.Lines(string(data)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) >= 4 && !strings.HasPrefix(line, "#") {
			out[f[0]] = f[2] + " `" + f[3] + "`"
		}
	}
	return out
}

// writeTable writes the results between the two marks of a Markdown file.
func writeTable(file string, rows []row) error {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(-cmp.Compare(a.size, b.size), cmp.Compare(a.name, b.name)) })
	var b strings.Builder
	b.WriteString("| document | KB | operations | exchanges | invalid | broken | refused | accepted | disputed | the document's own | not made | stock / own | seconds | MB |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	excused := map[string]int{}
	for _, w := range rows {
		r := w.report
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d / %d | %.1f | %d |\n", w.name, w.size>>10, r.Operations, r.Exchanges, r.Invalid,
			len(r.Broken), len(r.Refused), len(r.Accepted), len(r.Disputed), len(r.Document), len(r.Unmade), r.Judged.Stock, r.Judged.Own,
			time.Duration(r.Duration).Seconds(), r.Memory>>20)
		for name, n := range r.Excused {
			excused[name] += n
		}
	}
	b.WriteString("\nKnown faults of the library that were met:")
	for _, name := range slices.Sorted(maps.Keys(excused)) {
		fmt.Fprintf(&b, " %s (%d);", name, excused[name])
	}
	if len(excused) == 0 {
		b.WriteString(" none;")
	}
	table := strings.TrimSuffix(b.String(), ";") + ".\n"
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	before, rest, ok1 := strings.Cut(string(text), "<!-- table -->\n")
	_, after, ok2 := strings.Cut(rest, "<!-- end -->")
	if !ok1 || !ok2 {
		return fmt.Errorf("%s has no <!-- table --> and <!-- end -->", file)
	}
	return os.WriteFile(file, []byte(before+"<!-- table -->\n"+table+"<!-- end -->"+after), 0o644)
}
