package control

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// Options say how the control API behaves. The zero value is open to whoever
// reaches the port, but for foreign web pages.
type Options struct {
	// Token is what every call must carry as a bearer token; "" asks for none.
	Token string
	// Loopback says that the server listens on a loopback address only: then
	// requests whose Host is no loopback name are refused (DNS rebinding).
	Loopback bool
	// Version is the program's, for health; "" is "dev".
	Version string
	// Logger gets a record for each call that changes something or is refused,
	// at Info and Warn; nil discards.
	Logger *slog.Logger
}

// api is the control API around a fake.
type api struct {
	fake    *mock.Handler
	opts    Options
	routes  []route
	page    page
	streams streams
}

// New wraps a fake: paths under /_standin (and /~NAME/_standin) are the control
// API's and the page's, all others go to the fake.
func New(h *mock.Handler, o Options) http.Handler {
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	a := &api{fake: h, opts: o, page: newPage()}
	a.routes = a.table()
	return a
}

// ServeHTTP sends a request to the control API or to the fake.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sandbox, path := mock.NamedSandbox(r)
	if path != mock.Prefix && !strings.HasPrefix(path, mock.Prefix+"/") {
		a.fake.ServeHTTP(w, r)
		return
	}
	a.streams.endWith(r)
	c := &call{r: r, sandbox: sandbox, path: path[len(mock.Prefix):]}
	ans := a.answer(c)
	a.log(c, ans)
	write(w, r, ans)
}

// call is one call on its way: each stage fills in what it is named for.
type call struct {
	r       *http.Request
	sandbox string // as the request names it; "" is the default
	named   bool   // the request names one
	path    string // escaped, below /_standin

	route  *route
	params map[string]string // decoded
	body   []byte
	box    *mock.Sandbox
}

// answer is the life of a call.
func (a *api) answer(c *call) answer {
	stages := [...]func(*call) *answer{a.guard, a.find, a.read, a.enter}
	for _, stage := range stages {
		if refused := stage(c); refused != nil {
			return *refused
		}
	}
	return c.route.serve(c)
}

// find finds the route that answers.
func (a *api) find(c *call) *answer {
	parts := segments(c.path)
	var allow []string
	for i := range a.routes {
		rt := &a.routes[i]
		params, ok := rt.match(parts)
		if !ok {
			continue
		}
		if rt.method == c.r.Method || rt.method == http.MethodGet && c.r.Method == http.MethodHead {
			c.route, c.params = rt, params
			return nil
		}
		allow = append(allow, rt.method)
	}
	if len(allow) > 0 {
		return refuseMethod(c.r.Method, c.path, allow)
	}
	return a.refusePath(c.path)
}

// segments are the decoded parts of an escaped path, which net/http has found
// to be well escaped.
func segments(escaped string) []string {
	parts := strings.Split(escaped, "/")
	for i, p := range parts {
		if s, err := url.PathUnescape(p); err == nil {
			parts[i] = s
		}
	}
	return parts
}

// read reads the body whole, up to the route's bound.
func (a *api) read(c *call) *answer {
	r := c.r
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 || safe(r.Method) {
		return nil
	}
	limit := c.route.limit
	if limit == 0 {
		limit = maxBody
	}
	if r.ContentLength > limit {
		return refuse(tooLarge, "the body has %d bytes, at most %d are read here", r.ContentLength, limit)
	}
	if !jsonBody(r) {
		return refuse(badMedia, "Content-Type is %s; send application/json", short(r.Header.Get("Content-Type")))
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return refuse(broken, "the body could not be read to its end: %v", err)
	case int64(len(body)) > limit:
		return refuse(tooLarge, "the body is longer than %d bytes, the most that are read here", limit)
	}
	c.body = body
	return nil
}

// enter picks the sandbox, which is made on first use.
func (a *api) enter(c *call) *answer {
	name := c.sandbox
	c.named = name != ""
	if name == "" {
		name = mock.DefaultSandbox
	}
	if !mock.ValidSandboxName(name) {
		return refuse(badSandbox, "%s cannot be: %v", short(name), mock.ErrSandboxName)
	}
	c.sandbox = name
	if c.route.outside {
		return nil
	}
	box, err := a.fake.Sandbox(name)
	if err != nil {
		return refuse(badSandbox, "%v", err)
	}
	box.Touch()
	c.box = box
	return nil
}

// log writes a record for what changed something, or was refused by a guard.
func (a *api) log(c *call, ans answer) {
	ctx := c.r.Context()
	level := slog.LevelInfo
	switch ans.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMisdirectedRequest:
		level = slog.LevelWarn
	default:
		if safe(c.r.Method) {
			level = slog.LevelDebug
		}
	}
	if !a.opts.Logger.Enabled(ctx, level) {
		return
	}
	attrs := [...]slog.Attr{
		slog.String("method", c.r.Method),
		slog.String("path", mock.Prefix+c.path),
		slog.String("sandbox", c.sandbox),
		slog.Int("status", ans.status),
		slog.String("detail", ans.detail()),
	}
	n := len(attrs)
	if ans.problem == nil {
		n--
	}
	a.opts.Logger.LogAttrs(ctx, level, "control", attrs[:n]...)
}

// safe reports whether a method changes nothing (RFC 9110, 9.2.1).
func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }
