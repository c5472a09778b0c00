//go:build !unix

package main

import (
	"os"
	"os/exec"
)

// There are no process groups here: the command alone is signalled.

func inOwnGroup(*exec.Cmd) bool { return false }

func forward(cmd *exec.Cmd, _ bool, sig os.Signal) {
	if cmd.Process.Signal(sig) != nil {
		_ = cmd.Process.Kill() // what a signal cannot end here
	}
}

func sweep(*exec.Cmd, bool) {}
