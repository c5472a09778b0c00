package control_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock/control"
)

// step is a command of the manual and what it prints.
type step struct{ command, output string }

// transcript reads the console blocks of a Markdown file.
func transcript(text string) []step {
	var steps []step
	inside := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console\n"
		case inside && strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: strings.TrimSpace(line[2:])})
		case inside && len(steps) > 0:
			steps[len(steps)-1].output += line
		}
	}
	return steps
}

// pattern matches what a step may print: "…" is anything.
func pattern(want string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*") + `$`)
}

func TestTheManualTellsTheTruth(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is needed to run the manual's lines")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is needed to run the manual's lines")
	}
	text, err := os.ReadFile("../../docs/control.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newHarness(t, control.Options{Loopback: true}).server()
	// The lines share one shell, since some set a variable. Each prints a mark.
	const mark = "\x1e"
	var script strings.Builder
	steps := transcript(string(text))
	for _, st := range steps {
		command := strings.ReplaceAll(st.command, "localhost:4010", strings.TrimPrefix(s.URL, "http://"))
		script.WriteString(oldCurl(command) + "\nprintf '" + mark + "'\n")
	}
	cmd := exec.CommandContext(t.Context(), bash)
	cmd.Dir = t.TempDir()
	cmd.Stdin = strings.NewReader(script.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	printed := strings.Split(string(out), mark)
	if len(steps) < 20 || len(printed) != len(steps)+1 {
		t.Fatalf("%d commands have printed %d outputs", len(steps), len(printed)-1)
	}
	for i, st := range steps {
		if !pattern(st.output).MatchString(printed[i]) {
			t.Errorf("$ %s\nprints\n%.1500s\nwhere the manual has\n%s", st.command, printed[i], st.output)
		}
	}
}

// oldCurl spells --json out, which came with curl 7.82.
func oldCurl(command string) string {
	return strings.ReplaceAll(command, "--json", "-H 'Content-Type: application/json' -d")
}
