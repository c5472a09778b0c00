package spec

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/standin-dev/standin/spec/internal/compile"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Unsatisfiable tries a sample of every documented response and returns what no
// instance satisfies, each schema once, with its JSON pointer. Answers made of
// such a schema are makeshifts, blamed on the document. It takes a while on a
// large document, and ends early when ctx does.
func (d *Document) Unsatisfiable(ctx context.Context) Errors {
	if d.parts != nil {
		var out Errors
		for _, p := range d.parts {
			out = append(out, p.Unsatisfiable(ctx)...)
		}
		return out
	}
	var out Errors
	seen := map[string]bool{}
	for o := range d.described() {
		for _, r := range o.responses {
			for i := range r.Content {
				if ctx.Err() != nil {
					return out
				}
				out = append(out, d.unsatisfiable(&r.Content[i], seen)...)
			}
		}
	}
	sortErrors(out)
	return compactErrors(out)
}

// unsatisfiable tries one media type's schema, unless an example stands in its
// place or it was seen before.
func (d *Document) unsatisfiable(m *MediaSpec, seen map[string]bool) Errors {
	at := m.schema
	if m.item.OK() {
		at = m.item
	}
	if !at.OK() || len(m.Examples) > 0 || mediatype.KindOf(mediaBase(m.concrete())) == mediatype.Binary {
		return nil
	}
	source := d.checker.plan.Source(at, compile.Response)
	address := ""
	if schema, ok := source.(map[string]any); ok {
		address, _ = schema[compile.AddressKey].(string)
	}
	if seen[address] && address != "" {
		return nil
	}
	seen[address] = true
	_, err := d.checker.samples().generator.Generate(sample.Request{Schema: source, Name: sampleName(at.Ref()), Direction: sample.InResponse})
	var lacks *sample.Unsatisfiable
	if !errors.As(err, &lacks) {
		return nil
	}
	place := d.locate(at, address, lacks.Pointer)
	return Errors{{Pos: pos(place), Pointer: place.Pointer, Msg: fmt.Sprintf("nothing satisfies this schema: %s; answers made of it break it", lacks.Reason),
		Hint: "loosen the schema, or give the response an example"}}
}

// locate finds the place of a pointer that package sample gives: below the
// schema asked for, or behind a reference's address.
func (d *Document) locate(at tree.Place, address, pointer string) tree.Place {
	const scheme = "mem:///"
	if strings.HasPrefix(pointer, scheme) {
		rest := pointer[len(scheme):]
		kind, rest, _ := strings.Cut(rest, "/")
		number, below, more := strings.Cut(rest, "/")
		address, pointer = scheme+kind+"/"+strings.TrimSuffix(number, "#"), ""
		if more {
			pointer = "/" + below
		}
	}
	if place := d.checker.plan.Locate(address + "#" + pointer); place.OK() {
		return place
	}
	return at
}
