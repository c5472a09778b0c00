package control

import (
	"crypto/sha256"
	"crypto/subtle"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// guard refuses the calls that must have no effect, see the package comment.
// It runs before anything else is looked at.
func (a *api) guard(c *call) *answer {
	r := c.r
	if a.opts.Loopback && !loopbackHost(r.Host) {
		return refuse(badHost, "Host is %s; this server listens on this machine only, call it localhost or 127.0.0.1", short(r.Host))
	}
	if foreign(r) {
		return refuse(crossOrigin, "%s from another origin is refused here; send it from the page at %s/, or from outside a browser", r.Method, mock.Prefix)
	}
	if a.opts.Token == "" || a.isShell(c) {
		return nil
	}
	if !a.authorized(r.Header.Get("Authorization")) {
		ans := refuse(unauthorized, "every call here needs the control token: Authorization: Bearer TOKEN")
		ans.header = http.Header{"Www-Authenticate": {`Bearer realm="standin control"`}}
		return ans
	}
	return nil
}

// isShell reports whether a call asks for the page, which comes without a token:
// there is nothing in it, and a browser's address bar can send none.
func (a *api) isShell(c *call) bool {
	return safe(c.r.Method) && (c.path == "" || c.path == "/")
}

// authorized compares a bearer token in a time that tells nothing about it, its
// length included.
func (a *api) authorized(header string) bool {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return false
	}
	got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(a.opts.Token))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// foreign reports whether a request comes from a page of another origin and is
// more than a look: a foreign page can send a GET, but never read its answer,
// and no GET here changes anything. Unlike other safe methods OPTIONS counts,
// since it is how a foreign page asks for leave.
func foreign(r *http.Request) bool {
	if safe(r.Method) {
		return false
	}
	probe := *r
	probe.Method = http.MethodPost
	return new(http.CrossOriginProtection).Check(&probe) != nil
}

// loopbackHost reports whether a Host header names this machine whatever a name
// server says: localhost and names below it (RFC 6761, 6.3), 127.0.0.0/8, ::1.
func loopbackHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if inner, ok := strings.CutPrefix(name, "["); ok {
		name = strings.TrimSuffix(inner, "]")
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.Unmap().IsLoopback()
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// jsonBody reports whether a body may be read as JSON. A browser must say that it
// is: the types that a form can send are never taken from one, should the other
// guards ever miss it. Command line tools may leave their default.
func jsonBody(r *http.Request) bool {
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err == nil && (media == "application/json" || strings.HasSuffix(media, "+json")) {
		return true
	}
	browser := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
	return !browser
}
