package spec

import (
	"net/http"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// linksOf takes in the links of one response.
func (x *inference) linksOf(r *ResponseSpec) {
	r.at.Get("links").Each(func(_ string, link tree.Place) {
		link, err := link.Follow()
		if err != nil {
			return
		}
		target := x.target(link)
		if target == nil {
			return
		}
		link.Get("parameters").Each(func(name string, value tree.Place) {
			pointer, ok := strings.CutPrefix(value.Str(), "$response.body#")
			if !ok || pointer == "" {
				return
			}
			name = strings.TrimPrefix(name, "path.")
			if _, param, isItem := lastParam(target.Path); isItem && param == name {
				x.links[Shape(target.Path)+" "+name] = pointer
			}
		})
	})
}

// target is the operation that a link leads to, nil for one that is not in the
// document.
func (x *inference) target(link tree.Place) *Operation {
	if id := link.Get("operationId").Str(); id != "" {
		return x.doc.byID[id]
	}
	rest, ok := strings.CutPrefix(link.Get("operationRef").Str(), "#/paths/")
	if !ok {
		return nil
	}
	path, method, ok := strings.Cut(rest, "/")
	if !ok {
		return nil
	}
	path = tree.Unescape(strings.NewReplacer("%7B", "{", "%7D", "}", "%7b", "{", "%7d", "}").Replace(path))
	for _, o := range x.doc.operations {
		if o.Path == path && strings.EqualFold(o.Method, method) {
			return o
		}
	}
	return nil
}

// elsewhere attaches lists and creations that stand at other paths than the
// things' home: GET /pet/findByStatus, POST /orgs/{org}/repos.
func (x *inference) elsewhere() {
	for _, o := range x.doc.operations {
		if x.taken[o] || o.Method != http.MethodGet && o.Method != http.MethodPost {
			continue
		}
		if _, _, isItem := lastParam(o.Path); isItem {
			continue
		}
		for _, r := range x.found {
			if r.Singleton || r.shape.name == "" {
				continue
			}
			if a := x.away(r, o); a != nil {
				r.Actions = append(r.Actions, a)
				x.taken[o] = true
				break
			}
		}
	}
}

// away makes the action of an operation at another path on a resource's things;
// nil where it is none.
func (x *inference) away(r *Resource, o *Operation) *Action {
	values, ok := x.homeValues(r, o)
	if !ok {
		return nil
	}
	same := func(s *shape) bool { return s.name == r.shape.name }
	if o.Method == http.MethodGet {
		a := x.listing(r, o, same)
		if a != nil {
			a.values = values
		}
		return a
	}
	// What is created answers 201; any other POST may do anything.
	a := x.action(r, o, ActionCreate)
	if a.success == nil || a.success.Status != "201" || o.body == nil {
		return nil
	}
	if x.output(a, x.bodyShape(a.success), same); !a.Carries {
		return nil
	}
	x.takes(a)
	a.values = values
	return a
}

// homeValues are the names of the operation's path parameters that fill those of
// a resource's home, by equal names.
func (x *inference) homeValues(r *Resource, o *Operation) ([]string, bool) {
	values, have := []string{}, paramsOf(o.Path)
	for _, name := range paramsOf(r.Home) {
		found := false
		for _, h := range have {
			if h == name {
				values, found = append(values, h), true
			}
		}
		if !found {
			return nil, false
		}
	}
	// A parameter more would choose among the things, by what nothing tells.
	return values, len(have) == len(values)
}

// paramsOf are the names of a template's parameters, in order.
func paramsOf(path string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(path, "{")
		if !ok {
			return out
		}
		name, after, _ := strings.Cut(rest, "}")
		out, path = append(out, name), after
	}
}
