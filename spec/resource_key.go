package spec

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// usualKeys are the members that ids are usually kept in, the likeliest first.
var usualKeys = []string{"id", "uuid", "guid", "key", "slug", "login", "username", "handle", "code", "number", "sku", "name"}

// keyEndings are what the names of parameters end with, and what member that
// speaks of: commentId, issue_number.
var keyEndings = []string{"uuid", "guid", "id", "number", "slug", "name", "key", "code", "login", "sku", "sha"}

// keyOf finds the member of a thing that a path's last parameter names, as the
// way to it; nil where none will do.
func (x *inference) keyOf(thing *shape, param string, paramSchema tree.Place, noun string) []string {
	if thing.kind != "object" {
		return nil
	}
	want := x.shapes.of(paramSchema).kind
	fits := func(m *field) int {
		if m == nil {
			return 0
		}
		return kindsFit(want, x.shapes.field(m).kind)
	}
	plain, single := plainName(param), singularOf(noun)
	names := []string{plain}
	if strings.HasSuffix(plain, "username") || strings.HasSuffix(plain, "login") {
		names = append(names, "username", "login", "handle")
	}
	if rest, ok := strings.CutPrefix(plain, single); ok && rest != "" {
		names = append(names, rest)
	} else if i := slices.IndexFunc(keyEndings, func(e string) bool { return strings.HasSuffix(plain, e) }); i >= 0 && plain != single {
		names = append(names, keyEndings[i])
	}
	if plain == "id" {
		names = append(names, single+"id", noun+"id")
	}
	for _, name := range names {
		if m := thing.like(name); fits(m) > 0 {
			return []string{m.name}
		}
	}
	for _, best := range []int{2, 1} {
		for _, name := range usualKeys {
			if m := thing.like(name); fits(m) == best && (best == 2 || name == "id" || name == "number") {
				return []string{m.name}
			}
		}
	}
	// Kubernetes' way: what names a thing is in its metadata.
	if m := thing.member("metadata"); m != nil {
		for _, name := range []string{plain, "name", "id", "uid"} {
			if inner := x.shapes.field(m).like(name); fits(inner) == 2 {
				return []string{m.name, inner.name}
			}
		}
	}
	return nil
}

// kindsFit tells how well a member of a type serves a parameter of a type: 2
// well, 1 as text, 0 not.
func kindsFit(param, kind string) int {
	number := func(k string) bool { return k == "integer" || k == "number" }
	switch {
	case kind == "object" || kind == "array" || kind == "boolean":
		return 0
	case param == kind, param == "" || kind == "", number(param) && number(kind):
		return 2
	case param == "string":
		return 1
	}
	return 0
}

// Shape is a path template, or "METHOD /path", with the names of its parameters
// and slashes at its end taken out.
func Shape(path string) string {
	var b strings.Builder
	in := false
	for _, r := range strings.TrimRight(path, "/") {
		switch {
		case r == '{':
			in = true
			b.WriteRune(r)
		case r == '}':
			in = false
			b.WriteRune(r)
		case !in:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lastParam is the parameter that is a path's whole last segment, and the path
// before it; ok is false where there is none such.
func lastParam(path string) (home, name string, ok bool) {
	path = strings.TrimRight(path, "/")
	i := strings.LastIndexByte(path, '/')
	seg := path[i+1:]
	if i <= 0 || len(seg) < 3 || seg[0] != '{' || strings.IndexByte(seg, '}') != len(seg)-1 {
		return "", "", false
	}
	return path[:i], seg[1 : len(seg)-1], true
}

// nounOf is the last literal segment of a path.
func nounOf(path string) string {
	segs := strings.Split(strings.Trim(path, "/"), "/")
	for i := len(segs) - 1; i >= 0; i-- {
		if !strings.Contains(segs[i], "{") {
			return segs[i]
		}
	}
	return ""
}

// expand puts values into a template, escaped; those that are missing are "".
func expand(template string, values []string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(template, "{")
		b.WriteString(before)
		if !ok {
			return strings.TrimRight(b.String(), "/")
		}
		if len(values) > 0 {
			b.WriteString(EscapeSegment(values[0]))
			values = values[1:]
		}
		_, template, _ = strings.Cut(rest, "}")
	}
}

// EscapeSegment writes a value as one segment of a path (RFC 3986, 3.3).
func EscapeSegment(s string) string {
	const hex = "0123456789ABCDEF"
	plain := func(c byte) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0
	}
	i := 0
	for i < len(s) && plain(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
