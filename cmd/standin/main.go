// Command standin serves a stateful fake of an HTTP API from its OpenAPI
// document, and checks every exchange against it. Run `standin help` for its
// manual.
//
// One file stands for each verb: serve.go, proxy.go, verify.go, check.go, diff.go, scenarios.go, version.go,
// health.go. flags.go holds the flags that they share, usage.go the manual,
// term.go how errors are told to people, and log.go the exchange log.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Exit codes. They are part of the public interface.
const (
	exitFine   = 0
	exitBroken = 1 // the contract was broken, or the command failed
	exitUsage  = 2
	exitLoad   = 3 // a document or a scenario cannot be loaded
)

// program is everything that the process gives us, in one value: tests make
// their own.
type program struct {
	args   []string // without the program's name
	getenv func(string) string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program{os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr}.run(ctx)
	stop()
	os.Exit(code)
}

// verbs are the words that may come first.
var verbs = map[string]func(program, context.Context, []string) error{
	"serve":     program.serve,
	"verify":    program.verify,
	"proxy":     program.proxy,
	"exec":      program.exec,
	"report":    program.report,
	"explain":   program.explain,
	"check":     program.check,
	"diff":      program.diff,
	"scenarios": program.scenarios,
	"version":   program.version,
	"health":    program.health,
	"help":      program.help,
}

// run runs the verb that the arguments name, "serve" without one, and returns
// the exit code.
func (p program) run(ctx context.Context) int {
	args := p.args
	verb := "serve"
	if len(args) > 0 && len(args[0]) > 0 && args[0][0] != '-' {
		verb, args = args[0], args[1:]
	}
	if len(p.args) == 1 && (p.args[0] == "--version" || p.args[0] == "-v") {
		verb, args = "version", nil
	}
	act, ok := verbs[verb]
	if !ok {
		return p.fail(&usageError{
			msg:  "unknown command " + quote(verb),
			hint: "the commands are serve, proxy, verify, exec, report, explain, check, diff, scenarios, version, health and help; to serve a document: standin serve " + verb,
		})
	}
	return p.fail(act(p, ctx, args))
}

// errHelp is returned where a usage text was asked for and has been printed.
var errHelp = errors.New("help")
