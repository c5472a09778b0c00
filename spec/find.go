package spec

import (
	"net/url"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// router finds operations.
type router struct{ bases []string }

func newRouter(d *Document, root tree.Place) router {
	return router{bases: serverBases(root)}
}

// serverBases are the paths of the document's servers, each variable as a
// template segment of its own: any value of it is let through.
func serverBases(root tree.Place) []string {
	var out []string
	root.Get("servers").Each(func(_ string, s tree.Place) {
		u := s.Get("url").Str()
		if _, rest, ok := strings.Cut(u, "://"); ok {
			_, path, _ := strings.Cut(rest, "/")
			u = "/" + path
		}
		if u = strings.TrimRight(u, "/"); strings.HasPrefix(u, "/") && len(u) > 1 {
			out = append(out, u)
		}
	})
	return out
}

// Find finds the operation that answers a method on an escaped path. The path
// may start with the path of one of the document's servers, or not.
func (d *Document) Find(method, escapedPath string) Route {
	var out Route
	for _, o := range d.operations {
		ps, ok := naiveMatch(o.Path, escapedPath)
		if !ok {
			for _, b := range d.router.bases {
				if ps, ok = naiveMatch(b+o.Path, escapedPath); ok {
					ps = ps[strings.Count(b, "{"):]
					break
				}
			}
		}
		if !ok {
			continue
		}
		out.PathKnown = true
		out.Allow = append(out.Allow, o.Method)
		if o.Method == method && (out.Operation == nil || len(ps) < len(out.Params)) {
			out.Operation, out.Params = o, ps
		}
	}
	return out
}

func naiveMatch(template, path string) ([]Param, bool) {
	ts, ss := strings.Split(template, "/"), strings.Split(path, "/")
	if len(ts) != len(ss) {
		return nil, false
	}
	var out []Param
	for i, t := range ts {
		if strings.HasPrefix(t, "{") && strings.HasSuffix(t, "}") {
			v, err := url.PathUnescape(ss[i])
			if err != nil || ss[i] == "" {
				return nil, false
			}
			out = append(out, Param{t[1 : len(t)-1], v})
		} else if t != ss[i] {
			return nil, false
		}
	}
	return out, true
}

// Nearest returns the operations ("POST /auth/logout") whose paths are nearest
// to a path that nothing answers on, at most n.
func (d *Document) Nearest(path string, n int) []string { return nil }
