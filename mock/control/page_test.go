package control_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock/control"
)

func TestThePageIsOneDocumentThatTrustsItselfAlone(t *testing.T) {
	h := newPlain(t)
	out := h.want(200, "GET", "/_standin/", "")
	page, policy := string(out.Body), out.Header.Get("Content-Security-Policy")
	if got := out.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
		t.Errorf("Content-Type is %q", got)
	}
	for _, tag := range []string{"script", "style"} {
		all := regexp.MustCompile(`(?s)<`+tag+`>(.*?)</`+tag+`>`).FindAllStringSubmatch(page, -1)
		if len(all) != 1 || len(all[0][1]) < 1000 {
			t.Fatalf("the page has %d elements %s", len(all), tag)
		}
		sum := sha256.Sum256([]byte(all[0][1]))
		if want := tag + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s:\n%s", want, policy)
		}
	}
	for _, want := range []string{"default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") {
		t.Errorf("the policy is lax: %s", policy)
	}
	// Nothing is loaded from anywhere, no text becomes HTML, no handler is inline.
	for _, bad := range []string{`src="http`, `href="http`, "@import", "url(http", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " onclick=", " style=\""} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestThePageKnowsItsSandbox(t *testing.T) {
	h := newPlain(t)
	before := h.picture()
	for target, want := range map[string]string{"/_standin/": "default", "/~ada.1/_standin/": "ada.1"} {
		if page := string(h.want(200, "GET", target, "").Body); !strings.Contains(page, `data-sandbox="`+want+`"`) {
			t.Errorf("%s is not of sandbox %s", target, want)
		}
	}
	page := string(h.want(200, "GET", "/_standin/", "", header("Cookie", "standin-sandbox=bob")).Body)
	if !strings.Contains(page, `data-sandbox="bob"`) {
		t.Error("the cookie is not heard")
	}
	h.want(400, "GET", `/~"><script>/_standin/`, "").refused(400, "bad-sandbox-name")
	if h.picture() != before {
		t.Error("looking at the page has made a sandbox")
	}
}

func TestThePageIsFoundWithoutItsSlash(t *testing.T) {
	h := newPlain(t)
	for _, target := range []string{"/_standin", "/~ada/_standin"} {
		if got := h.want(308, "GET", target, "").Header.Get("Location"); got != "_standin/" {
			t.Errorf("%s leads to %q", target, got)
		}
	}
}

func TestTheDescriptionAndTheSchemaAreServed(t *testing.T) {
	h := newHarness(t, control.Options{})
	doc := as[struct {
		OpenAPI string
		Info    struct{ Title string }
	}](h.want(200, "GET", "/_standin/openapi.json", ""))
	if doc.OpenAPI != "3.1.0" || doc.Info.Title == "" {
		t.Errorf("openapi.json is %+v", doc)
	}
	schema := as[map[string]any](h.want(200, "GET", "/_standin/schema/scenario.json", ""))
	if schema["$schema"] == nil {
		t.Error("the schema of scenarios has no $schema")
	}
}
