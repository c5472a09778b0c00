package spec

import (
	"errors"
	"strings"

	"github.com/standin-dev/standin/spec/internal/route"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// routes makes the document's route table: every operation below the path of
// each server, and without one.
func (x *indexer) routes() *route.Table {
	var routes []route.Route
	for i, o := range x.doc.operations {
		routes = append(routes, route.Route{Method: o.Method, Template: o.Path, Value: i})
	}
	x.doc.bases = serverBases(x.root)
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

// serverBases are the paths of the document's servers. Their variables stand
// for one segment each: any value is let through.
func serverBases(root tree.Place) []string {
	var out []string
	root.Get("servers").Each(func(_ string, s tree.Place) {
		u := s.Get("url").Str()
		if _, rest, ok := strings.Cut(u, "://"); ok {
			_, path, _ := strings.Cut(rest, "/")
			u = "/" + path
		}
		u, _, _ = strings.Cut(u, "?")
		if u = strings.TrimRight(u, "/"); u != "" {
			out = append(out, "/"+strings.TrimLeft(u, "/"))
		}
	})
	return out
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
	if len(m.Params) > 0 {
		out.Params = make([]Param, len(m.Params))
		for i, p := range m.Params {
			out.Params[i] = Param(p)
		}
	}
	return out
}

// Nearest returns the operations ("POST /auth/logout") whose paths are nearest
// to a path that nothing answers on, at most n.
func (d *Document) Nearest(path string, n int) []string { return d.routes.Nearest(path, n) }
