package storefront_test

import (
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/internal/nodetest"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// clientDir is the Node project with the published client. Its README tells
// what is in there.
const clientDir = "testdata/client"

func openClient(t *testing.T) nodetest.Project {
	t.Helper()
	return nodetest.Open(t, clientDir, "stories/*", "browser/*")
}

// TestClient plays the stories of testdata/client/stories with the published
// client: each file is a run of node --test against one server, each story has
// a sandbox of its own.
func TestClient(t *testing.T) {
	project := openClient(t)
	h, url := serve(t)
	files, err := filepath.Glob(filepath.Join(clientDir, "stories", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories in %s: %v", clientDir, err)
	}
	t.Run("stories", func(t *testing.T) {
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".test.mjs"), func(t *testing.T) {
				t.Parallel()
				project.Test(t, filepath.Join("stories", filepath.Base(file)), "STANDIN_URL="+url)
			})
		}
	})
	everyOperation(t, h)
	nobodyElse(t, h)
}

// TestBrowser plays testdata/client/browser: the same client on a page of
// another origin, in headless Chromium.
func TestBrowser(t *testing.T) {
	project, browser := openClient(t), nodetest.Browser(t)
	h, url := serve(t)
	project.Test(t, filepath.Join("browser", "browser.test.mjs"), "STANDIN_URL="+url, "STANDIN_BROWSER="+browser)
	nobodyElse(t, h)
}

// TestDocument lets outside judges look at the built-in document: the linter,
// and the compiler that holds its types against the client's.
func TestDocument(t *testing.T) {
	project := openClient(t)
	defer project.Alone(t)() // types generates a file
	for _, script := range []string{"lint", "types"} {
		t.Run(script, func(t *testing.T) {
			project.Run(t, 5*time.Minute, nil, "npm", "run", "--silent", script)
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
