package spec

import (
	"errors"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/route"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// routes makes the document's route table: every operation below the path of
// each server, and without one. Servers of a path or an operation are its own
// (OpenAPI 3.1, 4.8.9, 4.8.10).
func (x *indexer) routes() *route.Table {
	var routes []route.Route
	for i, o := range x.doc.operations {
		routes = append(routes, route.Route{Method: o.Method, Template: o.Path, Value: i})
	}
	x.doc.bases = serverBases(x.root)
	for i, o := range x.doc.operations {
		own := serverBases(o.item)
		if o.at.Get("servers").OK() {
			own = serverBases(o.at)
		}
		for _, base := range own {
			if !slices.Contains(x.doc.bases, base) {
				routes = append(routes, route.Route{Method: o.Method, Template: base + o.Path, Value: i})
			}
		}
	}
	table, err := route.Join(route.Group{Routes: routes, Bases: x.doc.bases, Mount: x.mount})
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, err := range joined.Unwrap() {
			x.warn(x.routeFault(err), err.Error(), "")
		}
	}
	return table
}

// routeFault is where the route or server stands that the table cannot hold.
func (x *indexer) routeFault(err error) tree.Place {
	var bad *route.Error
	if errors.As(err, &bad) {
		for _, o := range x.doc.operations {
			if o.Path == bad.Template && o.Method == bad.Method {
				return o.at
			}
		}
	}
	return x.root.Get("servers")
}

// serverBases are the paths of the servers that an object names: with variables
// that stand for one segment each, whatever their value, and with the values that
// the document gives them, which may be none or several segments.
func serverBases(at tree.Place) []string {
	var out []string
	at.Get("servers").Each(func(_ string, s tree.Place) {
		for _, u := range serverURLs(s) {
			if path := basePath(u); path != "" && !slices.Contains(out, path) {
				out = append(out, path)
			}
		}
	})
	return out
}

// maxServerURLs bounds what becomes of one server's variables.
const maxServerURLs = 32

// serverURLs are a server's URL as it stands, and with each value of its variables.
func serverURLs(s tree.Place) []string {
	out := []string{s.Get("url").Str()}
	s.Get("variables").Each(func(name string, v tree.Place) {
		values := []string{v.Get("default").Str()}
		v.Get("enum").Each(func(_ string, value tree.Place) { values = append(values, value.Str()) })
		for _, u := range out {
			for _, value := range values {
				if filled := strings.ReplaceAll(u, "{"+name+"}", value); len(out) < maxServerURLs && !slices.Contains(out, filled) {
					out = append(out, filled)
				}
			}
		}
	})
	return out
}

// basePath is the path of a server's URL, "" if it is the root. Relative URLs are
// taken from the root.
func basePath(u string) string {
	u, _, _ = strings.Cut(u, "#")
	u, _, _ = strings.Cut(u, "?")
	scheme, rest, absolute := strings.Cut(u, "://")
	if !absolute {
		rest, absolute = strings.CutPrefix(u, "//")
	}
	switch {
	case absolute && !strings.Contains(scheme, "/"):
		_, path, _ := strings.Cut(rest, "/")
		u = path
	case strings.HasPrefix(u, "{") && !strings.Contains(u, "/"): // a variable that holds all of it
		return ""
	}
	for {
		short := strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(u, "/"), "../"), "./")
		if short == u {
			break
		}
		u = short
	}
	if u = strings.TrimRight(u, "/"); u == "" || u == "." || u == ".." {
		return ""
	}
	return "/" + u
}

// Find finds the operation that answers a method on an escaped path, which may
// start with the path of one of the document's servers. HEAD is answered by GET
// where the document has no HEAD (RFC 9110, 9.3.2).
func (d *Document) Find(method, escapedPath string) Route {
	m := d.routes.Find(method, escapedPath)
	out := Route{PathKnown: m.PathKnown, Allow: m.Allow}
	if m.Found {
		out.Operation = d.operations[m.Value]
	}
	encoded := false
	if len(m.Params) > 0 {
		out.Params = make([]Param, len(m.Params))
		for i, p := range m.Params {
			out.Params[i] = Param{p.Name, p.Value}
			encoded = encoded || p.Raw != p.Value
		}
	}
	if encoded {
		out.sent = make([]string, len(m.Params))
		for i, p := range m.Params {
			out.sent[i] = p.Raw
		}
	}
	return out
}

// Nearest returns the operations ("POST /auth/logout") whose paths are nearest
// to a path that nothing answers on, at most n.
func (d *Document) Nearest(path string, n int) []string { return d.routes.Nearest(path, n) }
