package storefront_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// clientDir is the Node project with the published client. Its README tells
// what is in there.
const clientDir = "testdata/client"

// TestClient plays the stories of testdata/client/stories with the published
// client: each file is a run of node --test against one server, each story has
// a sandbox of its own.
func TestClient(t *testing.T) {
	needNode(t)
	h, url := serve(t)
	files, err := filepath.Glob(filepath.Join(clientDir, "stories", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", clientDir, err)
	}
	t.Run("stories", func(t *testing.T) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".test.mjs"), func(t *testing.T) {
				t.Parallel()
				node(t, filepath.Join("stories", filepath.Base(file)), "STANDIN_URL="+url)
			})
		}
	})
	everyOperation(t, h)
	nobodyElse(t, h)
}

// TestBrowser plays testdata/client/browser: the same client on a page of
// another origin, in headless Chromium.
func TestBrowser(t *testing.T) {
	needNode(t)
	browser := needBrowser(t)
	h, url := serve(t)
	node(t, filepath.Join("browser", "browser.test.mjs"), "STANDIN_URL="+url, "STANDIN_BROWSER="+browser)
	nobodyElse(t, h)
}

// TestDocument lets outside judges look at the built-in document: the linter,
// and the compiler that holds its types against the client's.
func TestDocument(t *testing.T) {
	needNode(t)
	defer alone(t)() // types generates a file
	for _, script := range []string{"lint", "types"} {
		t.Run(script, func(t *testing.T) {
			run(t, 5*time.Minute, clientDir, nil, "npm", "run", "--silent", script)
		})
	}
}

// serve serves the built-in document as the program does, on a loopback port,
// until the test ends.
func serve(t *testing.T) (h *mock.Handler, url string) {
	t.Helper()
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if h, err = mock.New(doc, mock.Options{Behaviours: behaviours}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(control.New(h, control.Options{Loopback: true}))
	t.Cleanup(server.Close)
	return h, server.URL
}

// everyOperation fails the test for operations that the client has not called
// with success.
func everyOperation(t *testing.T, h *mock.Handler) {
	t.Helper()
	called := map[string]bool{}
	for _, box := range h.Sandboxes() {
		for ex := range box.Journal().All() {
			if ex.Source == mock.SourceBehaviour && ex.Response.Status == 200 {
				called[ex.Operation] = true
			}
		}
	}
	for _, op := range h.Document().Operations() {
		if !called[op.ID] {
			t.Errorf("the client never called %s with success", op.ID)
		}
	}
}

// nobodyElse fails the test for violations that are neither the client's, which
// the stories answer for, nor a scenario's; and unless every exchange was checked.
func nobodyElse(t *testing.T, h *mock.Handler) {
	t.Helper()
	for _, box := range h.Sandboxes() {
		for ex := range box.Journal().All() {
			for _, v := range ex.Violations {
				if v.Blame != spec.BlameClient && v.Blame != spec.BlameScenario {
					t.Errorf("%s %s: %d: %s to blame: %v", ex.Request.Method, ex.Target, ex.Response.Status, v.Blame, v)
				}
			}
		}
	}
	if c := h.Checked(); c.Seen == 0 || c.Seen != c.Accepted+c.Reported {
		t.Errorf("checked %+v, want as many accepted and reported as seen", c)
	}
}

// node runs a file of tests with node's own runner, whose report is the error.
func node(t *testing.T, file string, env ...string) {
	t.Helper()
	run(t, 3*time.Minute, clientDir, env, "node", "--test", "--test-reporter=spec", file)
}

// run runs a command in a folder; its output is shown if it fails.
func run(t *testing.T, limit time.Duration, dir string, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 5 * time.Second // for what the command leaves behind
	// None of the tools shall ask its maker for news, or paint.
	cmd.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_UPDATE_NOTIFIER=1", "NO_COLOR=1")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		t.Fatalf("%s %s in %s: %v\n%s", name, strings.Join(args, " "), dir, err, out)
	}
}

// lack skips a test for want of something on this machine. In CI, where
// everything has to be there, it fails.
func lack(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// needNode installs the Node project, unless that has been done since its lock
// file was changed.
func needNode(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts Node; run without -short")
	}
	for _, name := range []string{"node", "npm"} {
		if _, err := exec.LookPath(name); err != nil {
			lack(t, "the published client runs on Node 20 or newer: %v", err)
		}
	}
	watch(t)
	defer alone(t)()
	lock, err := os.Stat(filepath.Join(clientDir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	// npm writes this file last.
	installed, err := os.Stat(filepath.Join(clientDir, "node_modules", ".package-lock.json"))
	if err == nil && !installed.ModTime().Before(lock.ModTime()) {
		return
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	run(t, 10*time.Minute, clientDir, nil, "npm", "ci")
}

// watch looks at the project's files, so that go test takes no result from its
// cache after one of them has changed. What Node reads, it does not see.
func watch(t *testing.T) {
	t.Helper()
	for _, pattern := range []string{"*.*", "stories/*", "browser/*"} {
		files, err := filepath.Glob(filepath.Join(clientDir, pattern))
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

// needBrowser finds a Chromium and returns its path. It installs one with apt
// where it may: as root in CI, or when STANDIN_INSTALL_BROWSER is 1.
func needBrowser(t *testing.T) string {
	t.Helper()
	if path := findBrowser(); path != "" {
		return path
	}
	asked := os.Getenv("STANDIN_INSTALL_BROWSER") == "1"
	if !asked && (os.Geteuid() != 0 || os.Getenv("CI") != "true") {
		lack(t, "there is no Chromium: install one, name it in STANDIN_BROWSER, or set STANDIN_INSTALL_BROWSER=1 to have apt do it")
	}
	defer alone(t)()
	if path := findBrowser(); path != "" {
		return path // another test was faster
	}
	noninteractive := []string{"DEBIAN_FRONTEND=noninteractive"}
	run(t, 5*time.Minute, ".", noninteractive, "apt-get", "update")
	run(t, 15*time.Minute, ".", noninteractive, "apt-get", "install", "-y", "--no-install-recommends", "chromium")
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

// alone waits until no other process installs anything here, and keeps them
// waiting until the function that it returns is called.
func alone(t *testing.T) (done func()) {
	t.Helper()
	done, err := lockedfile.MutexAt(filepath.Join(clientDir, ".install.lock")).Lock()
	if err != nil {
		t.Fatal(err)
	}
	return done
}
