package control_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/standin-dev/standin/mock/control"
)

// TestThePageWorksInABrowser plays testdata/page.mjs: a headless Chromium, and
// requests full of HTML.
func TestThePageWorksInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser; run without -short")
	}
	driver := filepath.Join("..", "storefront", "testdata", "client", "node_modules", "playwright-core")
	if _, err := os.Stat(driver); err != nil {
		t.Skip("the tests of the storefront install the browser's driver: ", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("the browser is driven from Node: ", err)
	}
	browser := os.Getenv("STANDIN_BROWSER")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && browser == "" {
			browser = path
		}
	}
	if browser == "" {
		t.Skip("there is no Chromium; name one in STANDIN_BROWSER")
	}
	script, err := os.Stat(filepath.Join("testdata", "page.mjs")) // so that go test sees it change
	if err != nil || script.IsDir() {
		t.Fatal(err)
	}
	open := newHarness(t, control.Options{Loopback: true}).server()
	locked := newHarness(t, control.Options{Token: "s3cret"}).server()
	cmd := exec.CommandContext(t.Context(), node, "--test", "--test-reporter=spec", "testdata/page.mjs")
	cmd.Env = append(os.Environ(), "STANDIN_BROWSER="+browser, "STANDIN_URL="+open.URL, "STANDIN_LOCKED_URL="+locked.URL, "NO_COLOR=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
