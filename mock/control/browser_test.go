package control_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/internal/nodetest"
)

// TestThePageWorksInABrowser plays testdata/page.mjs: a headless Chromium, and
// requests full of HTML.
func TestThePageWorksInABrowser(t *testing.T) {
	project := nodetest.Open(t, filepath.Join("..", "storefront", "testdata", "client"))
	browser := nodetest.Browser(t)
	script, err := filepath.Abs(filepath.Join("testdata", "page.mjs"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil { // so that go test sees it change
		t.Fatal(err)
	}
	open := newHarness(t, control.Options{Loopback: true}).server()
	locked := newHarness(t, control.Options{Token: "s3cret"}).server()
	project.Test(t, script, "STANDIN_BROWSER="+browser, "STANDIN_URL="+open.URL, "STANDIN_LOCKED_URL="+locked.URL)
}

// TestTheClientForJavaScript plays the suites in js/test, which show what a
// user's own look like, and holds the types against the API's document.
func TestTheClientForJavaScript(t *testing.T) {
	project := nodetest.Open(t, "js", "test/*")
	env := []string{"STANDIN_URL=" + newHarness(t, control.Options{Loopback: true}).server().URL}
	t.Run("types", func(t *testing.T) {
		fresh := filepath.Join(t.TempDir(), "api.d.ts")
		project.Run(t, time.Minute, nil, "npx", "--no-install", "openapi-typescript", "../openapi.yaml", "-o", fresh)
		want, err := os.ReadFile(fresh)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile("js/api.d.ts"); err != nil || !bytes.Equal(got, want) {
			t.Errorf("js/api.d.ts is not what openapi.yaml says: run npm run types in mock/control/js (%v)", err)
		}
		project.Run(t, time.Minute, nil, "npm", "run", "--silent", "check")
	})
	t.Run("vitest", func(t *testing.T) {
		project.Run(t, 3*time.Minute, env, "npm", "run", "--silent", "vitest")
	})
	t.Run("playwright", func(t *testing.T) {
		browser := nodetest.Browser(t)
		project.Run(t, 3*time.Minute, append(env, "STANDIN_BROWSER="+browser), "npm", "run", "--silent", "playwright")
	})
}
