package control

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/mock"
)

//go:embed page/index.html page/page.css page/page.js
var pageFiles embed.FS

// page is the page, one document with its style and script in it.
type page struct {
	before, after []byte // around the name of the sandbox
	policy        string // its content security policy
}

// newPage puts the page together. The policy lets nothing in but what the page
// was built with: its one script and one style by their hashes, calls to its own
// origin, and no HTML made by the script at all (Trusted Types).
func newPage() page {
	// They are embedded: a test sees that they are there.
	read := func(name string) string {
		b, _ := pageFiles.ReadFile("page/" + name)
		return string(b)
	}
	style, script := read("page.css"), read("page.js")
	html := strings.NewReplacer("/*style*/", style, "/*script*/", script).Replace(read("index.html"))
	before, after, _ := bytes.Cut([]byte(html), []byte("{{sandbox}}"))
	return page{before: before, after: after, policy: strings.Join([]string{
		"default-src 'none'",
		"script-src " + hashSource(script),
		"style-src " + hashSource(style),
		"connect-src 'self'",
		"img-src data:",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")}
}

// hashSource is a source expression for an inline element's text (CSP 3, 2.3.1).
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// showPage answers with the page, for the sandbox that the request names. It
// makes no sandbox: the page's own calls do.
func (a *api) showPage(c *call) answer {
	body := make([]byte, 0, len(a.page.before)+len(a.page.after)+64)
	body = append(body, a.page.before...)
	body = append(body, c.sandbox...) // letters, digits, '.', '_' and '-': nothing to escape
	body = append(body, a.page.after...)
	return answer{
		status: http.StatusOK, body: body, media: "text/html; charset=utf-8",
		header: http.Header{
			"Content-Security-Policy": {a.page.policy},
			"X-Frame-Options":         {"DENY"},
		},
	}
}

// redirect sends a browser from /_standin to the page. The address is relative,
// so that a sandbox's prefix and a proxy's stay.
func (a *api) redirect(*call) answer {
	to := strings.TrimPrefix(mock.Prefix, "/") + "/"
	return answer{status: http.StatusPermanentRedirect, header: http.Header{"Location": {to}}}
}
