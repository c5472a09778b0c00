//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// inOwnGroup puts a command into a process group of its own, so that what it
// starts ends with it. At a terminal it stays in ours: there the terminal
// itself signals the whole group, and only the group in front may read.
func inOwnGroup(cmd *exec.Cmd) bool {
	if f, ok := cmd.Stdin.(*os.File); ok && isTerminal(f) {
		return false
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return true
}

// forward sends a signal to a command, and to its group where it has one.
func forward(cmd *exec.Cmd, own bool, sig os.Signal) {
	if s, ok := sig.(syscall.Signal); ok && own {
		_ = syscall.Kill(-cmd.Process.Pid, s) // gone already, at worst
		return
	}
	_ = cmd.Process.Signal(sig)
}

// sweepTime is how long what a command has left behind has to end.
const sweepTime = time.Second

// sweep ends what a command has left behind in its group. A process that was
// just being started when the group was signalled may have missed the signal: so
// it is sent again, and what is still there after sweepTime is killed.
func sweep(cmd *exec.Cmd, own bool) {
	if !own {
		return
	}
	group := -cmd.Process.Pid
	for end := time.Now().Add(sweepTime); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if syscall.Kill(group, syscall.SIGTERM) != nil {
			return // nobody is left
		}
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
}

// isTerminal reports whether a file is a device for characters and not the one
// that has none.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
