package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// How errors are told to people:
//
//   - on standard error, behind "standin: ", lower case, without a final stop;
//   - then, indented, what to do next;
//   - faults in a file begin with file:line:col, all of them are told, and the
//     line at fault is shown with a mark beneath it;
//   - never a stack, never a Go type.

// usageError is a wrong command line.
type usageError struct{ msg, hint string }

func (e *usageError) Error() string { return e.msg }

// hinted is an error that knows what to do next, and its exit code.
type hinted struct {
	err  error
	hint string
	code int
}

func (e *hinted) Error() string { return e.err.Error() }
func (e *hinted) Unwrap() error { return e.err }

// fail tells an error, if there is one, and returns the exit code.
func (p program) fail(err error) int {
	var usage *usageError
	var hint *hinted
	var faults spec.Errors
	var fault *spec.Error
	switch {
	case err == nil, errors.Is(err, errHelp):
		return exitFine
	case errors.Is(err, errBroken):
		return exitBroken
	case errors.As(err, &usage):
		p.tell(usage.msg, usage.hint)
		return exitUsage
	case errors.As(err, &faults):
		p.tellFaults(faults)
		return exitLoad
	case errors.As(err, &fault):
		p.tellFaults(spec.Errors{fault})
		return exitLoad
	case errors.As(err, &hint):
		p.tell(hint.Error(), hint.hint)
		return hint.code
	}
	p.tell(err.Error(), "")
	return exitBroken
}

// errBroken is returned where everything has been told already and the exit
// code shall be 1.
var errBroken = errors.New("the contract was broken")

func (p program) tell(msg, hint string) {
	fmt.Fprintf(p.stderr, "standin: %s\n", msg)
	if hint != "" {
		fmt.Fprintf(p.stderr, "         %s\n", hint)
	}
}

func (p program) tellFaults(faults spec.Errors) {
	for _, f := range faults {
		fmt.Fprintf(p.stderr, "standin: %s\n", f.Error())
		p.showLine(f.Pos)
		if f.Hint != "" {
			fmt.Fprintf(p.stderr, "         %s\n", f.Hint)
		}
	}
}

// maxShown is the longest line that is shown: the only line of a minified
// document helps nobody.
const maxShown = 160

// showLine shows the line at fault with a mark under the column.
func (p program) showLine(pos spec.Position) {
	if pos.File == "" || pos.Line == 0 {
		return
	}
	data, err := os.ReadFile(pos.File)
	if err != nil {
		return
	}
	lines := strings.Split(string(data), "\n")
	if pos.Line > len(lines) {
		return
	}
	line := strings.TrimRight(lines[pos.Line-1], "\r")
	if len(line) > maxShown {
		return
	}
	number := strconv.Itoa(pos.Line)
	fmt.Fprintf(p.stderr, "  %s | %s\n", number, strings.ReplaceAll(line, "\t", " "))
	if pos.Column > 0 {
		fmt.Fprintf(p.stderr, "  %s | %s^\n", strings.Repeat(" ", len(number)), strings.Repeat(" ", pos.Column-1))
	}
}

func quote(s string) string { return strconv.Quote(s) }

// firstLine is the first fault of an error that may hold many.
func firstLine(err error) string {
	line, _, more := strings.Cut(err.Error(), "\n")
	if more {
		line += " …"
	}
	return line
}
