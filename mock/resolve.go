package mock

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// SandboxHeader is the header that names a request's sandbox.
const SandboxHeader = "Standin-Sandbox"

// sandboxMember names the sandbox in baggage and in cookies.
const sandboxMember = "standin-sandbox"

// CutSandbox cuts the sandbox prefix off an escaped path: "/~ada/auth/logout"
// is "ada" and "/auth/logout". Without one, name is "" and rest the path.
func CutSandbox(escapedPath string) (name, rest string) {
	if !strings.HasPrefix(escapedPath, "/~") {
		return "", escapedPath
	}
	name, rest, _ = strings.Cut(escapedPath[2:], "/")
	if name == "" {
		name = "~" // which no sandbox can be called
	}
	return name, "/" + rest
}

// NamedSandbox is the sandbox that a request's prefix, headers or cookie name,
// in that order, and its path without the prefix. The name is as it came: it
// may be none that a sandbox can have. Without any it is "".
func NamedSandbox(r *http.Request) (name, escapedPath string) {
	path := r.URL.EscapedPath()
	if name, rest := CutSandbox(path); rest != path {
		return name, rest
	}
	if v := r.Header[SandboxHeader]; len(v) > 0 {
		return strings.TrimSpace(v[0]), path
	}
	for _, line := range r.Header["Baggage"] {
		if name := baggageMember(line); name != "" {
			return name, path
		}
	}
	for _, line := range r.Header["Cookie"] {
		if name := cookieMember(line); name != "" {
			return name, path
		}
	}
	return "", path
}

// baggageMember is our member of a baggage header (W3C Baggage, 3.3): values
// are percent-encoded, and properties may follow a ';'.
func baggageMember(line string) string {
	for member := range strings.SplitSeq(line, ",") {
		member, _, _ = strings.Cut(member, ";")
		key, value, _ := strings.Cut(member, "=")
		if strings.TrimSpace(key) != sandboxMember {
			continue
		}
		value = strings.TrimSpace(value)
		if v, err := url.PathUnescape(value); err == nil {
			return v
		}
		return value
	}
	return ""
}

// cookieMember is our member of a Cookie header (RFC 6265, 4.2.1).
func cookieMember(line string) string {
	if !strings.Contains(line, sandboxMember) {
		return ""
	}
	for pair := range strings.SplitSeq(line, ";") {
		if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && key == sandboxMember {
			return strings.Trim(value, `"`)
		}
	}
	return ""
}

// resolve picks the sandbox of a request: the named one, else the one that
// issued the token it presents, else the default.
func (h *Handler) resolve(named string, c *contract, r *spec.Request) (*Sandbox, error) {
	if named == "" {
		if name, ok := c.issuer(r); ok && ValidSandboxName(name) {
			named = name
		}
	}
	if named == "" && h.opts.Behaviours.SandboxOf != nil {
		// A token is any client's word: a name that cannot be is no refusal,
		// the token itself will not be found.
		if name, ok := h.opts.Behaviours.SandboxOf(r); ok && ValidSandboxName(name) {
			named = name
		}
	}
	if named == "" {
		named = DefaultSandbox
	}
	return h.Sandbox(named)
}
