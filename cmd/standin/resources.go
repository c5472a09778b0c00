package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/standin-dev/standin/spec"
)

// tellResources prints what was inferred from a document: a resource a line,
// with what is done to it and where an answer carries it.
func (p program) tellResources(doc *spec.Document) {
	all := doc.Resources()
	if len(all) == 0 {
		return
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nresource\tpath\tid\tremembered operations\tin")
	for _, r := range all {
		path := r.Item
		if path == "" {
			path = r.Home
		}
		id := strings.Join(r.Key, ".")
		if id == "" {
			id = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Name, path, id, kindsOf(r), envelopeOf(r))
	}
	w.Flush()
}

// kindsOf are the kinds of a resource's actions, each once.
func kindsOf(r *spec.Resource) string {
	var kinds []string
	others := 0
	for _, a := range r.Actions {
		switch {
		case a.Kind == spec.ActionOther:
			others++
		case len(kinds) == 0 || !strings.Contains(strings.Join(kinds, " "), string(a.Kind)):
			kinds = append(kinds, string(a.Kind))
		}
	}
	if others > 0 {
		kinds = append(kinds, fmt.Sprintf("+%d", others))
	}
	return strings.Join(kinds, " ")
}

// envelopeOf is where answers carry the things: "data[]" in lists, "data" alone.
func envelopeOf(r *spec.Resource) string {
	var out []string
	for _, kind := range [...]spec.ActionKind{spec.ActionList, spec.ActionRead} {
		a := r.Action(kind)
		if a == nil || len(a.Output) == 0 {
			continue
		}
		way := strings.Join(a.Output, ".")
		if kind == spec.ActionList {
			way += "[]"
		}
		out = append(out, way)
	}
	if len(out) == 0 {
		return "-"
	}
	return strings.Join(out, ", ")
}
