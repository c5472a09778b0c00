// Package route finds the OpenAPI path template that a request is meant for.
//
//	t, err := route.New([]route.Route{
//		{Method: "GET", Template: "/user/{id}", Value: 7},
//	}, []string{"/api/{store_id}"})
//	m := t.Find("GET", "/api/my-store/user/a%2Fb") // m.Value 7, m.Params id="a/b"
//
// It knows methods, paths and templates; no server, no document. A [Table] never
// changes and may be used by any number of goroutines.
//
// # Which template answers
//
// Matching follows "Path Templating Matching" of the OpenAPI Specification and
// settles what it leaves open:
//
//   - A concrete segment comes before a templated one, segment by segment from
//     the left, with backtracking: /a/{x}/c is found where /a/b/{y} fails.
//   - Between templated segments, the one with more literal text comes first:
//     {name}.json before {a}-{b} before {id}.
//   - A template serves a request only if it has the method. OpenAPI does not
//     say what happens when the concrete path lacks it and a templated path
//     has it; here the first template in the order above that can serve the
//     method does. Only when none can is the path known and the method not,
//     and then [Match.Allow] is the union of all templates that match.
//   - Templates that differ only in their parameters' names are one path.
//   - HEAD is served by GET where HEAD is not declared (RFC 9110, 9.3.2);
//     [Match.Method] tells.
//   - One trailing slash more or less is tolerated, but only where no template
//     matches the path as it is, whatever the method.
//   - The empty path is "/" (RFC 9110, 4.2.3). Nothing else is cleaned: "//",
//     "/./" and "/../" match only templates that say so.
//
// # Parameters
//
// A parameter matches one or more characters of one segment. A segment may hold
// several, with literal text around them: {name}.{ext}, {id}:{action},
// ({key}). Of several ways to divide a segment, the leftmost parameter takes the
// most that it can, so that "a:b:cancel" is id "a:b" and action "cancel". Names
// may hold any character but a brace or a slash, and may repeat.
//
// # Percent-encoding
//
// Paths are divided before they are decoded, so an encoded slash stays inside
// its parameter. Malformed encoding matches nothing. A whole literal segment is
// compared decoded (/%40me is /@me). Literal text beside a parameter must stand
// in the path as in the template, but for characters whose encoding means
// nothing (RFC 3986, 6.2.2.2): in {id}:{action} an encoded colon is part of a
// value. Decoded values are bytes as sent, and need not be valid UTF-8.
//
// # Base paths
//
// A document's servers have paths, with variables of their own. A variable
// matches one segment, or its part of one, and is not reported. Every template
// is found below every base and without one, and all of these are candidates in
// the one order above. So a document path that itself begins with a base still
// answers, and a base that is all variables hides nothing. Where two are the
// same but for names, the one with the longest base comes first.
//
// # Cost
//
// Find visits each node of a tree of all templates at most once per pass, in
// at most two passes, so that its cost is bounded by the table and the path's
// length whatever the path. Paths longer than [MaxPath] match nothing.
package route

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MaxPath is the length in bytes, as sent, past which a path matches nothing.
const MaxPath = 8 << 10

// Route is one operation of a document.
type Route struct {
	Method   string // as in a request line, "GET"; methods are case-sensitive
	Template string // as in the document, "/user/{id}"
	Value    int    // the caller's own: what Find reports
}

// Match is what [Table.Find] found. The zero Match is an unknown path.
type Match struct {
	Value  int    // the route's, if Found
	Found  bool   // a route serves this method on this path
	Method string // the route's method: GET where it serves HEAD; "" if not Found
	Params Params // nil if there are none
	// PathKnown is true if any route matches the path, whatever its method.
	PathKnown bool
	// Allow holds the methods that the path's routes declare, sorted, if the
	// path is known and the method is not. HEAD is there only if declared. It
	// is shared: do not change it.
	Allow []string
}

// Param is a path parameter's name, its decoded value, and the value as it came:
// still encoded, but for characters whose encoding means nothing.
type Param struct{ Name, Value, Raw string }

// Params are a path's parameters in their order in the template.
type Params []Param

// Get returns the value of the first parameter of that name, "" if there is
// none: a parameter that matched is never empty.
func (p Params) Get(name string) string {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value
		}
	}
	return ""
}

// Table is an immutable route table.
type Table struct {
	root       node
	static     map[string]*leaf // plain paths without a parameter; a shortcut into the tree
	maxLiteral int              // bytes of the longest literal segment, decoded
	targets    []target         // what Nearest chooses from, in the routes' order
	words      []string         // the literal segments of targets, see fold
	bases      [][]segment      // longest first, "no base" last
}

// Group are the routes of one document, which answer below each of its bases and
// without one. A base is a path with or without a trailing slash, variables in
// braces. With a mount, a path that all of the group's templates begin with, the
// bases come after it.
type Group struct {
	Routes []Route
	Bases  []string
	Mount  string
}

// New makes a table of one group.
func New(routes []Route, bases []string) (*Table, error) {
	return Join(Group{Routes: routes, Bases: bases})
}

// Join makes a table of several groups. Where routes of two groups have the same
// method on the same path, the earlier group answers.
//
// The error joins one *[Error] for each route or base that the table cannot
// hold, because its template is malformed or an earlier route has the same
// method on the same path. Of two groups, the later one's route is still found
// below those bases that the earlier does not have. The table then holds all
// the others and is never nil, so that a caller may take the error for a warning.
func Join(groups ...Group) (*Table, error) {
	t := &Table{static: make(map[string]*leaf)}
	bases, errs := t.addBases(groups)
	seen := make(map[string]owned) // by method and shape
	ids := make(map[string]int)    // of words
	for g, group := range groups {
		for _, r := range group.Routes {
			template, err := parse(r.Template)
			if err == nil && r.Method == "" {
				err = errors.New("no method")
			}
			if err != nil {
				errs = append(errs, &Error{Method: r.Method, Template: r.Template, Value: r.Value, Err: err})
				continue
			}
			key := r.Method + " " + shape(template)
			first, taken := seen[key]
			if taken {
				errs = append(errs, &Error{Method: r.Method, Template: r.Template, Value: r.Value, Conflict: first.Template, First: first.Value})
				if first.group == g {
					continue
				}
			} else {
				seen[key] = owned{r, g}
				t.addTarget(r, template, ids)
			}
			mount := strings.Count(group.Mount, "/") // segments
			for _, base := range bases[g] {
				below := join(join(template[:mount], base.segments), template[mount:])
				t.insert(r, below, mount+len(base.segments), base.rank*len(groups)+g)
			}
		}
	}
	t.root.finish()
	t.indexStatic(&t.root, "")
	return t, errors.Join(errs...)
}

// owned is a route of a group.
type owned struct {
	Route
	group int
}

// base is a base of a group. Its rank tells which one answers where two lead to
// the same path: the lower.
type base struct {
	segments []segment
	rank     int
}

// addBases parses the groups' bases, drops doubles, and puts the longest first.
func (t *Table) addBases(groups []Group) (bases [][]base, errs []error) {
	bases = make([][]base, len(groups))
	seen := map[string]bool{"": true}
	for g, group := range groups {
		own := map[string]bool{"": true}
		for _, text := range group.Bases {
			text = strings.TrimSuffix(text, "/")
			if text == "" {
				continue
			}
			segments, err := parse(text)
			if err != nil {
				errs = append(errs, &Error{Base: text, Err: err})
				continue
			}
			s := shape(segments)
			if !own[s] {
				own[s] = true
				bases[g] = append(bases[g], base{segments: segments})
			}
			if !seen[s] {
				seen[s] = true
				t.bases = append(t.bases, segments)
			}
		}
		bases[g] = append(bases[g], base{})
	}
	slices.SortStableFunc(t.bases, func(a, b []segment) int { return cmp.Compare(len(b), len(a)) })
	t.bases = append(t.bases, nil)
	ranks := make(map[string]int, len(t.bases))
	for i, b := range t.bases {
		ranks[shape(b)] = i
	}
	for _, all := range bases {
		for i := range all {
			all[i].rank = ranks[shape(all[i].segments)]
		}
	}
	return bases, errs
}

// Error is a route or a base that a table cannot hold.
type Error struct {
	Base     string // the base, or "" for a route
	Method   string // the route's
	Template string // the route's
	Value    int    // the route's
	Conflict string // the earlier template that has this method on this path, or ""
	First    int    // the earlier route's value
	Err      error  // what is wrong with the text, or nil for a conflict
}

func (e *Error) Error() string {
	if e.Base != "" {
		return fmt.Sprintf("base path %s: %v", e.Base, e.Err)
	}
	if e.Conflict != "" {
		return fmt.Sprintf("%s %s: same path as %s, which comes first", e.Method, e.Template, e.Conflict)
	}
	return fmt.Sprintf("%s %s: %v", e.Method, e.Template, e.Err)
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }
