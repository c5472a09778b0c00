package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/report"
)

// graceTime is how long a command has to end once it was asked to; tests have
// less.
var graceTime = 10 * time.Second

// exec serves on a free port, runs a command against it, and judges what the
// command did: the client's tests, say. The command's output is its own; what
// we have to say goes to standard error.
func (p program) exec(ctx context.Context, args []string) error {
	at := slices.Index(args, "--")
	if at < 0 {
		if slices.ContainsFunc(args, isHelp) {
			return p.help(ctx, nil)
		}
		return &usageError{"exec takes the command after --", "for example: standin exec openapi.yaml -- npm test"}
	}
	command := args[at+1:]
	if len(command) == 0 {
		return &usageError{"no command follows --", "for example: standin exec openapi.yaml -- npm test"}
	}
	var s settings
	var j judgement
	f := s.flags()
	j.flags(f)
	// A free port, unless somebody wants one: two runs at once are common.
	_ = f.Set("port", "0")
	if err := p.fromEnv(f); err != nil {
		return err
	}
	if err := parse(f, args[:at]); err != nil {
		return p.orHelp(ctx, err)
	}
	s.documents = f.Args()
	if err := errors.Join(s.validate(), j.read()); err != nil {
		return firstOf(err)
	}
	if !f.Changed("log-format") && p.getenv("STANDIN_LOG_FORMAT") == "" {
		j.quiet = true
	}
	return p.execute(ctx, s, j, command)
}

// firstOf is the first of joined errors: one clear line is enough.
func firstOf(err error) error {
	var all interface{ Unwrap() []error }
	if errors.As(err, &all) && len(all.Unwrap()) > 0 {
		return all.Unwrap()[0]
	}
	return err
}

func (p program) execute(ctx context.Context, s settings, j judgement, command []string) error {
	serving := p
	if j.quiet {
		serving.stderr = io.Discard
	}
	fake, err := serving.newFake(ctx, s)
	if err != nil {
		return err
	}
	path, err := exec.LookPath(command[0])
	if err != nil {
		return &hinted{fmt.Errorf("the command %s cannot be run: %w", quote(command[0]), plainExec(err)), "give it after -- as in a shell without one; for a shell's own words: -- sh -c '…'", exitBroken}
	}
	listener, err := listen(s)
	if err != nil {
		return err
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	server, err := newServer(s, fake)
	if err != nil {
		return err
	}
	p.tellFewWarnings(s.sources, fake.Document().Warnings())
	// Serving goes on until the command has ended, whatever we are told: a
	// client that cleans up finds its server.
	serveCtx, stop := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- run(serveCtx, server, listener) }()
	if s.watch {
		go serving.watcher(s, fake).run(serveCtx)
	}
	failed := p.runCommand(path, command, environment(s))
	stop()
	if err := <-served; err != nil && failed == nil {
		failed = err
	}
	return p.judge(fake, j, failed)
}

// plainExec is a look-up's error without the library's words around it.
func plainExec(err error) error {
	var e *exec.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// environment is the command's: ours, and where the fake is.
func environment(s settings) []string {
	base := s.dialURL()
	env := append(os.Environ(), "STANDIN_URL="+base, "STANDIN_CONTROL_URL="+base+mock.Prefix)
	if s.controlToken != "" {
		env = append(env, "STANDIN_CONTROL_TOKEN="+s.controlToken)
	}
	return env
}

// runCommand runs a command to its end. Signals that end us are handed on to it
// and to all that it has started; what has not ended after graceTime is killed.
// The error says how it failed.
func (p program) runCommand(path string, command, env []string) error {
	cmd := exec.Command(path, command[1:]...)
	cmd.Args[0] = command[0]
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, p.stdin, p.stdout, p.stderr
	// What a command has left behind may hold its output open for ever.
	cmd.WaitDelay = graceTime
	own := inOwnGroup(cmd)
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return &hinted{fmt.Errorf("the command %s cannot be run: %w", quote(command[0]), err), "", exitBroken}
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var kill <-chan time.Time
	for {
		select {
		case err := <-ended:
			sweep(cmd, own)
			return commandError(command[0], err)
		case sig := <-signals:
			forward(cmd, own, sig)
			if kill == nil {
				kill = time.After(graceTime)
			}
		case <-kill:
			p.tell(fmt.Sprintf("%s has not ended within %v, and is killed", quote(command[0]), graceTime), "")
			forward(cmd, own, os.Kill)
		}
	}
}

// commandError says how a command has failed.
func commandError(name string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		return fmt.Errorf("%s ended with %s", quote(name), strings.TrimPrefix(exit.Error(), "exit "))
	}
	return fmt.Errorf("%s: %w", quote(name), err)
}

// judge tells the verdict and writes the reports. The run has failed if the
// command did, if the contract was broken, or if too little was exercised.
func (p program) judge(fake *mock.Handler, j judgement, failed error) error {
	r := fake.Report("")
	recorded := func() []*report.Exchange { return fake.Recorded("") }
	if err := p.verdict(r, j, recorded, p.stderr); err != nil && !errors.Is(err, errBroken) {
		return err
	} else if failed == nil {
		return err
	}
	var hint *hinted
	if errors.As(failed, &hint) {
		return failed
	}
	p.tell(failed.Error(), "")
	return errBroken
}
