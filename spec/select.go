package spec

import (
	"strings"
)

// Operation returns the operation of that ID ("logout"), or of that method and
// path ("POST /auth/logout"); nil if there is none.
func (d *Document) Operation(id string) *Operation {
	if o := d.byID[id]; o != nil {
		return o
	}
	method, path, ok := strings.Cut(id, " ")
	if !ok {
		return nil
	}
	for _, o := range d.operations {
		if o.Path == path && strings.EqualFold(o.Method, method) {
			return o
		}
	}
	return nil
}

// Select returns the operations that a scenario's `on` names: an operationId,
// "METHOD /path" where either may hold `*` ("POST /auth/*", "* /auth/**"),
// "tag:NAME", or "*". Exact is false for the forms with a wildcard or a tag.
// None found: an empty slice.
//
// In a path `*` matches any text within one segment and `**` any number of
// segments; a `*` that ends the pattern matches all that follows, which is at
// least one segment.
func (d *Document) Select(on string) (ops []*Operation, exact bool) {
	on = strings.TrimSpace(on)
	if o := d.Operation(on); o != nil {
		return []*Operation{o}, true
	}
	method, glob, hasPath := strings.Cut(on, " ")
	tag, isTag := strings.CutPrefix(on, "tag:")
	ops = []*Operation{}
	for _, o := range d.operations {
		switch {
		case on == "*",
			isTag && hasTag(o, strings.TrimSpace(tag)),
			hasPath && (method == "*" || strings.EqualFold(method, o.Method)) && matchPath(strings.TrimSpace(glob), o.Path):
			ops = append(ops, o)
		}
	}
	return ops, on != "*" && !isTag && !strings.Contains(on, "*")
}

func hasTag(o *Operation, tag string) bool {
	for _, t := range o.Tags {
		if strings.EqualFold(t, tag) {
			return true
		}
	}
	return false
}

// matchPath matches a path template against a pattern, segment by segment.
func matchPath(glob, path string) bool {
	if strings.HasSuffix(glob, "/*") {
		glob += "/**"
	}
	return matchSegments(strings.Split(strings.Trim(glob, "/"), "/"), strings.Split(strings.Trim(path, "/"), "/"))
}

func matchSegments(globs, segs []string) bool {
	// Only the last `**` need be tried again: a longer match of an earlier one
	// leaves no more room to the later ones.
	star, mark, g, s := -1, 0, 0, 0
	for s < len(segs) {
		switch {
		case g < len(globs) && globs[g] == "**":
			star, mark = g, s
			g++
		case g < len(globs) && matchText(globs[g], segs[s]):
			g++
			s++
		case star >= 0:
			mark++
			g, s = star+1, mark
		default:
			return false
		}
	}
	for g < len(globs) && globs[g] == "**" {
		g++
	}
	return g == len(globs)
}

// matchText matches one segment, in which `*` stands for any text.
func matchText(glob, s string) bool {
	first, rest, more := strings.Cut(glob, "*")
	if !more {
		return glob == s
	}
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for {
		part, next, more := strings.Cut(rest, "*")
		if !more {
			return strings.HasSuffix(s, part)
		}
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s, rest = s[i+len(part):], next
	}
}
