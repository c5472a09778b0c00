// Package nodetest lets Go tests run Node projects, and find them a browser.
//
// A project installs what its lock file names, into its own folder, when a test
// first opens it. Where Node or the browser is not there tests are skipped; with
// CI=true, where everything has to be there, they fail.
package nodetest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Project is an installed Node project.
type Project struct{ dir string }

// Open installs the Node project in a folder, unless that has been done since
// its lock file was changed. The patterns name the files, below the folder, that
// Node reads and go test does not see: it shall take no result from its cache
// after one of them has changed.
func Open(t *testing.T, dir string, patterns ...string) Project {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Node; run without -short")
	}
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			lack(t, "this wants Node 20 or newer: %v", err)
		}
	}
	p := Project{dir}
	p.watch(t, append(patterns, "*.*"))
	defer p.Alone(t)()
	lock, err := os.Stat(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	// npm writes this file last.
	installed, err := os.Stat(filepath.Join(dir, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return p
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	p.Run(t, 10*time.Minute, nil, "npm", "ci")
	return p
}

// watch looks at files, which go test then depends on.
func (p Project) watch(t *testing.T, patterns []string) {
	t.Helper()
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(p.dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if _, err := os.Stat(file); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Run runs a command in the project's folder; its output is shown if it fails.
func (p Project) Run(t *testing.T, limit time.Duration, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = p.dir
	cmd.WaitDelay = 5 * time.Second // for what the command leaves behind
	// None of the tools shall ask its maker for news, or paint.
	cmd.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_UPDATE_NOTIFIER=1", "NO_COLOR=1")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		t.Fatalf("%s %s in %s: %v\n%s", name, strings.Join(args, " "), p.dir, err, out)
	}
}

// Test runs a file of tests with node's own runner, whose report is the error.
func (p Project) Test(t *testing.T, file string, env ...string) {
	t.Helper()
	p.Run(t, 3*time.Minute, env, "node", "--test", "--test-reporter=spec", file)
}

// Alone waits until no other process writes the project's folder, and keeps them
// waiting until the function that it returns is called.
func (p Project) Alone(t *testing.T) (done func()) {
	t.Helper()
	return alone(t, filepath.Join(p.dir, ".install.lock"))
}

func alone(t *testing.T, file string) (done func()) {
	t.Helper()
	done, err := lockedfile.MutexAt(file).Lock()
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// Browser finds a Chromium and returns its path. It installs one with apt where
// it may: as root in CI, or when STANDIN_INSTALL_BROWSER is 1.
func Browser(t *testing.T) string {
	t.Helper()
	if path := findBrowser(); path != "" {
		return path
	}
	asked := os.Getenv("STANDIN_INSTALL_BROWSER") == "1"
	if !asked && (os.Geteuid() != 0 || os.Getenv("CI") != "true") {
		lack(t, "there is no Chromium: install one, name it in STANDIN_BROWSER, or set STANDIN_INSTALL_BROWSER=1 to have apt do it")
	}
	defer alone(t, filepath.Join(os.TempDir(), "standin-browser.lock"))()
	if path := findBrowser(); path != "" {
		return path // another test was faster
	}
	here := Project{"."}
	noninteractive := []string{"DEBIAN_FRONTEND=noninteractive"}
	here.Run(t, 5*time.Minute, noninteractive, "apt-get", "update")
	here.Run(t, 15*time.Minute, noninteractive, "apt-get", "install", "-y", "--no-install-recommends", "chromium")
	path := findBrowser()
	if path == "" {
		t.Fatal("apt has installed chromium, and it is not in PATH")
	}
	return path
}

// findBrowser is the path of a Chromium, "" if there is none.
func findBrowser() string {
	names := []string{os.Getenv("STANDIN_BROWSER"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	for _, name := range slices.DeleteFunc(names, func(s string) bool { return s == "" }) {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// lack skips a test for want of something on this machine.
func lack(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
