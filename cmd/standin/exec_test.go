package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// code runs standin, which must end with an exit code.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N ARGS…")
	}
	bin, err := exec.LookPath("standin")
	ts.Check(err)
	cmd := exec.Command(bin, args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), ts.Stdout(), ts.Stderr()
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// signalled starts a command that has started another, ends standin by SIGTERM,
// and looks whether both have been told and are gone.
func signalled(ts *testscript.TestScript, neg bool, args []string) {
	bin, err := exec.LookPath("standin")
	ts.Check(err)
	cmd := exec.Command(bin, "exec", "--", "sh", "-c", `trap 'echo told; exit 0' TERM; sleep 600 & echo "child $!"; wait`)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		ts.Fatalf("the command said nothing: %v", lines.Err())
	}
	child, err := strconv.Atoi(strings.TrimPrefix(lines.Text(), "child "))
	ts.Check(err)
	ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	if !lines.Scan() || lines.Text() != "told" {
		ts.Fatalf("the command was not told to end")
	}
	// The pipe ends once the last who holds it has ended.
	if rest, err := io.ReadAll(out); err != nil || len(rest) > 0 {
		ts.Fatalf("more output: %q, %v", rest, err)
	}
	ts.Check(cmd.Wait())
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(child, 0) == nil; {
		if state, _ := os.ReadFile("/proc/" + strconv.Itoa(child) + "/stat"); bytes.Contains(state, []byte(") Z ")) {
			return // ended, and nobody has asked how
		}
		if time.Now().After(deadline) {
			ts.Fatalf("what the command had started is still there")
		}
	}
}

func TestACommandThatDoesNotEndIsKilled(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	saved := graceTime
	graceTime = 100 * time.Millisecond
	t.Cleanup(func() { graceTime = saved })
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	said, err := os.Create(filepath.Join(t.TempDir(), "err")) // a file: what the command inherits is written to by both
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	p := program{stdin: strings.NewReader(""), stdout: w, stderr: said}
	failed := make(chan error, 1)
	go func() {
		failed <- p.runCommand(sh, []string{"sh", "-c", `trap '' TERM; echo ready; while :; do sleep 600; done`}, os.Environ())
	}()
	if _, err := bufio.NewReader(r).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("it ended with %v", err)
	}
	w.Close()
	text, err := os.ReadFile(said.Name())
	if err != nil || !strings.Contains(string(text), "has not ended within 100ms, and is killed") {
		t.Errorf("we said %q, %v", text, err)
	}
}
