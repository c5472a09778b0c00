package route_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec/internal/route"
)

// naive is the matcher that is too simple to be wrong: it tries every template
// in every way, and sorts what matches. It knows valid UTF-8 only.
type naive struct {
	routes []route.Route
	bases  []string
}

// candidate is a template below a base that matches a path.
type candidate struct {
	route    route.Route
	segments []string // the template's, base included
	base     int      // how many of them are the base's
	params   route.Params
}

func (n naive) find(method, path string) route.Match {
	if path == "" {
		path = "/"
	}
	if _, err := url.PathUnescape(path); err != nil || path[0] != '/' {
		return route.Match{}
	}
	found := n.candidates(path)
	if found == nil && !strings.HasSuffix(path, "/") {
		found = n.candidates(path + "/")
	} else if found == nil && path != "/" && !strings.HasSuffix(path, "//") {
		found = n.candidates(strings.TrimSuffix(path, "/"))
	}
	if found == nil {
		return route.Match{}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(moreConcrete(a.segments, b.segments), cmp.Compare(b.base, a.base))
	})
	var allow []string
	for i := range found {
		allow = append(allow, found[i].route.Method)
		for _, m := range []string{method, "GET"} { // GET for an undeclared HEAD
			for j := i; j < len(found) && moreConcrete(found[i].segments, found[j].segments) == 0; j++ {
				if c := found[j]; c.route.Method == m && (m == method || method == "HEAD") {
					return route.Match{Value: c.route.Value, Found: true, Method: m, Params: c.params, PathKnown: true}
				}
			}
		}
	}
	slices.Sort(allow)
	return route.Match{PathKnown: true, Allow: slices.Compact(allow)}
}

func (n naive) candidates(path string) (found []candidate) {
	segments := strings.Split(path, "/")
	seen := map[string]bool{}
	for i, r := range n.routes {
		key := r.Method + nameless(r.Template)
		if seen[key] {
			continue
		}
		seen[key] = true
		for _, base := range append([]string{""}, n.bases...) {
			base = strings.TrimSuffix(base, "/")
			c := candidate{route: n.routes[i], segments: strings.Split(base+r.Template, "/"), base: strings.Count(base, "/")}
			if len(c.segments) != len(segments) {
				continue
			}
			all := true
			for j := range segments {
				params, ok := naiveSegment(c.segments[j], segments[j])
				all = all && ok
				if j > c.base {
					c.params = append(c.params, params...)
				}
			}
			if all {
				found = append(found, c)
			}
		}
	}
	return found
}

// nameless is a template without its parameters' names.
func nameless(template string) string {
	var b strings.Builder
	for i, segment := range strings.Split(template, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		literals, names := pieces(segment)
		if len(names) == 0 {
			decoded, _ := url.PathUnescape(segment)
			b.WriteString(url.PathEscape(decoded))
			continue
		}
		for j, l := range literals {
			if j > 0 {
				b.WriteString("{}")
			}
			b.WriteString(strings.Join(characters(l), ""))
		}
	}
	return b.String()
}

// moreConcrete compares two templates that match one path.
func moreConcrete(a, b []string) int {
	for i := range a {
		la, na := pieces(a[i])
		lb, nb := pieces(b[i])
		weight := func(literals []string) (n int) {
			for _, l := range literals {
				n += len(strings.Join(characters(l), ""))
			}
			return n
		}
		switch {
		case len(na) == 0 && len(nb) == 0:
		case len(na) == 0:
			return -1
		case len(nb) == 0:
			return 1
		default:
			if c := cmp.Or(cmp.Compare(weight(lb), weight(la)), cmp.Compare(len(na), len(nb)), cmp.Compare(nameless(a[i]), nameless(b[i]))); c != 0 {
				return c
			}
		}
	}
	return 0
}

// pieces divides a template's segment into literals and names.
func pieces(segment string) (literals, names []string) {
	for {
		before, after, found := strings.Cut(segment, "{")
		literals = append(literals, before)
		if !found {
			return literals, names
		}
		name, rest, _ := strings.Cut(after, "}")
		names = append(names, name)
		segment = rest
	}
}

// naiveSegment matches one segment, trying everything, the longest first.
func naiveSegment(template, text string) (route.Params, bool) {
	literals, names := pieces(template)
	if len(names) == 0 {
		a, _ := url.PathUnescape(template)
		b, _ := url.PathUnescape(text)
		return nil, a == b
	}
	return try(literals, names, characters(text))
}

func try(literals, names, text []string) (route.Params, bool) {
	first := characters(literals[0])
	if len(text) < len(first) || !slices.Equal(text[:len(first)], first) {
		return nil, false
	}
	text = text[len(first):]
	if len(names) == 0 {
		return nil, len(text) == 0
	}
	for n := len(text); n > 0; n-- {
		if rest, ok := try(literals[1:], names[1:], text[n:]); ok {
			value, _ := url.PathUnescape(strings.Join(text[:n], ""))
			return append(route.Params{{Name: names[0], Value: value}}, rest...), true
		}
	}
	return nil, false
}

// characters divides a text into characters, each as itself if it is unreserved
// or a bare reserved one, else encoded.
func characters(text string) (all []string) {
	for text != "" {
		if text[0] != '%' {
			r, size := utf8.DecodeRuneInString(text)
			c := string(r)
			if r >= utf8.RuneSelf || !strings.ContainsRune("-._~!$&'()*+,;=:@", r) && !isAlnum(r) {
				c = escapeAll(c)
			}
			all, text = append(all, c), text[size:]
			continue
		}
		octets := ""
		for !utf8.FullRuneInString(octets) {
			o, _ := url.PathUnescape(text[:3])
			octets, text = octets+o, text[3:]
		}
		if r := rune(octets[0]); isAlnum(r) || strings.ContainsRune("-._~", r) {
			all = append(all, octets)
		} else {
			all = append(all, escapeAll(octets))
		}
	}
	return all
}

func isAlnum(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

func escapeAll(text string) (escaped string) {
	for i := range len(text) {
		escaped += fmt.Sprintf("%%%02X", text[i])
	}
	return escaped
}

// agree fails the test if table and naive matcher differ on a path.
func agree(t *testing.T, routes []route.Route, bases []string, method, path string) {
	t.Helper()
	table, _ := route.New(routes, bases)
	got, want := table.Find(method, path), naive{routes, bases}.find(method, path)
	for i, p := range got.Params {
		if value, err := url.PathUnescape(p.Raw); err != nil || value != p.Value {
			t.Errorf("%s came as %q and is %q, %v", p.Name, p.Raw, p.Value, err)
		}
		got.Params[i].Raw = "" // the naive matcher does not know
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s %q on %v below %q:\n got %+v\nwant %+v", method, path, routes, bases, got, want)
	}
}

func TestFindAgreesWithNaiveMatcher(t *testing.T) {
	texts := []string{"a", "b", "A", "", "{x}", "{y}", "{x}", "{x}.a", "a{x}", "b{x}", "{x}-{y}", "{x}{y}", "{x}a{y}", "{x-1}--{y}{z}b",
		"a%2Fb", "a%2f{x}", "é", "%C3%A9{x}", "@", "{x}:{y}", "a-b", "%61", "%41{x}", "{x}2{y}", "a b"}
	pieces := []string{"a", "b", "A", "-", "--", ".", ".a", "%2F", "%2f", "%61", "é", "%c3%a9", "%40", "@", ":", "%3A", "2", "%20", " ", "€", "%E2%82%AC"}
	methods := []string{"GET", "PUT", "HEAD", "POST"}
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string) string { return from[rnd.IntN(len(from))] }
	template := func(most int) (s string) {
		for range 1 + rnd.IntN(most) {
			s += "/" + pick(texts)
		}
		return s
	}
	found := 0
	for range 20000 {
		var routes []route.Route
		for i := range 1 + rnd.IntN(8) {
			routes = append(routes, route.Route{Method: pick(methods), Template: template(3), Value: i})
		}
		var bases []string
		for range rnd.IntN(3) {
			bases = append(bases, template(2))
		}
		path := ""
		if rnd.IntN(2) == 0 { // one that has a chance
			path = routes[0].Template
			if len(bases) > 0 {
				path = bases[0] + path
			}
			for strings.Contains(path, "{") {
				before, rest, _ := strings.Cut(path, "{")
				_, rest, _ = strings.Cut(rest, "}")
				path = before + pick(pieces) + rest
			}
		} else {
			for range rnd.IntN(4) {
				path += "/"
				for range rnd.IntN(4) {
					path += pick(pieces)
				}
			}
		}
		method := pick(methods)
		agree(t, routes, bases, method, path)
		if t.Failed() {
			return
		}
		if (naive{routes, bases}).find(method, path).Found {
			found++
		}
	}
	if found < 2000 {
		t.Errorf("only %d of 20000 paths found a route: the test shows little", found)
	}
}

func FuzzFindAgreesWithNaiveMatcher(f *testing.F) {
	f.Add("GET /a/{x}/c\nPUT /a/b/{y}\n/base/{v}", "GET", "/base/1/a/b/c")
	f.Add("GET /a/{x}.json\nGET /a/{x}-{y}\nHEAD /a/{x}", "HEAD", "/a/b-c.json")
	f.Add("GET /v/{x}:{act}\nPOST /v/{x}{y}", "POST", "/v/%C3%A9%3Ab")
	f.Add("GET /\nPOST //\nPUT /a/", "GET", "/a")
	f.Fuzz(func(t *testing.T, table, method, path string) {
		var routes []route.Route
		var bases []string
		for line := range strings.SplitSeq(table, "\n") {
			if m, template, ok := strings.Cut(line, " "); ok && len(routes) < 10 {
				routes = append(routes, route.Route{Method: m, Template: template, Value: len(routes)})
			} else if !ok && len(bases) < 3 {
				bases = append(bases, line)
			}
		}
		whole, err := url.PathUnescape(table + path)
		if len(table) > 200 || len(path) > 60 || err == nil && !utf8.ValidString(whole) {
			t.Skip("too much, or no UTF-8, for the naive matcher")
		}
		routes = slices.DeleteFunc(routes, func(r route.Route) bool { return !accepted(r, "") })
		bases = slices.DeleteFunc(bases, func(b string) bool { return !accepted(route.Route{Method: "X", Template: "/"}, b) })
		if segmentsSplitUTF8(routes, bases, path) {
			t.Skip("no UTF-8 within a segment")
		}
		agree(t, routes, bases, method, path)
	})
}

// accepted reports whether a table takes a route and a base, each well-formed.
func accepted(r route.Route, base string) bool {
	_, err := route.New([]route.Route{r}, []string{base})
	return err == nil
}

// segmentsSplitUTF8 reports whether a piece of text between slashes and braces
// is not UTF-8 by itself.
func segmentsSplitUTF8(routes []route.Route, bases []string, path string) bool {
	texts := append([]string{path}, bases...)
	for _, r := range routes {
		texts = append(texts, r.Template)
	}
	for _, text := range texts {
		for _, piece := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/{}", r) }) {
			decoded, err := url.PathUnescape(piece)
			if err != nil {
				decoded = piece
			}
			if !utf8.ValidString(decoded) {
				return true
			}
		}
	}
	return false
}
