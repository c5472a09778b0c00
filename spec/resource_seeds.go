package spec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Seeds reads the things that collections start with: YAML or JSON, an object
// of lists by collection, which is a concrete path ("/pets",
// "repos/octo/hello/issues") or, where that tells it, a resource's name ("pets").
// A thing may leave members out, which are generated; those that it has must
// satisfy the schema. The keys of the map are paths as [Action.HomeOf] makes
// them. Errors are [Errors], each with its place in the file.
func (d *Document) Seeds(name string, data []byte) (map[string][]map[string]any, error) {
	set, err := tree.New(name, "", data, nil)
	if err != nil {
		return nil, err
	}
	root := set.Root()
	if !root.IsMap() {
		return nil, Errors{{Pos: pos(root), Msg: "seeds are an object of lists, by collection", Hint: "for example: pets: [{name: Rex}]"}}
	}
	out := map[string][]map[string]any{}
	var errs Errors
	root.Each(func(key string, list tree.Place) {
		r, home := d.seeded(key)
		switch {
		case r == nil:
			e := &Error{Pos: pos(list), Msg: fmt.Sprintf("the document has no collection %q", key), Hint: "standin check lists them"}
			if near := Near(strings.Trim(key, "/"), d.homes()); len(near) > 0 {
				e.Hint = "the nearest are " + strings.Join(near, ", ")
			}
			errs = append(errs, e)
			return
		case !list.IsList():
			errs = append(errs, &Error{Pos: pos(list), Msg: fmt.Sprintf("the things of %s are no list", key), Hint: "write [{…}, {…}]"})
			return
		}
		out[home] = []map[string]any{}
		list.Each(func(_ string, item tree.Place) {
			thing, ok := sample.Of(item.Exact()).Any().(map[string]any)
			if !ok {
				errs = append(errs, &Error{Pos: pos(item), Pointer: item.Pointer, Msg: "a thing is an object"})
				return
			}
			errs = append(errs, r.wrong(item, thing)...)
			out[home] = append(out[home], thing)
		})
	})
	if len(errs) > 0 {
		sortErrors(errs)
		return nil, errs
	}
	return out, nil
}

// seeded is the resource whose collection a key of seeds names, and the
// collection's path; nil for none.
func (d *Document) seeded(key string) (*Resource, string) {
	home := "/" + strings.Trim(key, "/")
	for _, r := range d.Resources() {
		if !r.Singleton && sameSegments(strings.TrimRight(r.Home, "/"), home) {
			return r, home
		}
	}
	var found *Resource
	for _, r := range d.Resources() {
		if r.Name != key || r.Singleton || strings.Contains(r.Home, "{") {
			continue
		}
		if found != nil {
			return nil, "" // which of them?
		}
		found = r
	}
	if found == nil {
		return nil, ""
	}
	return found, strings.TrimRight(found.Home, "/")
}

// sameSegments reports whether a concrete path is one of a template's.
func sameSegments(template, path string) bool {
	a, b := strings.Split(template, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !strings.Contains(a[i], "{") && a[i] != b[i] || b[i] == "" && i > 0 {
			return false
		}
	}
	return true
}

// homes are the collections' templates, without the slash at the start.
func (d *Document) homes() []string {
	var out []string
	for _, r := range d.Resources() {
		if !r.Singleton {
			out = append(out, strings.Trim(r.Home, "/"))
		}
	}
	return out
}

// wrong is what of a thing breaks its schema, at its place.
func (r *Resource) wrong(at tree.Place, thing map[string]any) Errors {
	base, err := r.doc.sampleAt(r.shape.at, r.Name, [2]uint64{1, 1}, envelopeTime)
	if err != nil {
		return nil
	}
	c := composer{doc: r.doc, at: r.shape.at, shape: r.shape}
	x := r.doc.shapes()
	x.mu.Lock()
	whole := x.overlay(r.shape, base, thing, nil)
	x.mu.Unlock()
	var broken *jsonschema.ValidationError
	if !errors.As(c.fits(whole), &broken) {
		return nil
	}
	var out Errors
	var walk func(v *jsonschema.ValidationError)
	walk = func(v *jsonschema.ValidationError) {
		for _, cause := range v.Causes {
			walk(cause)
		}
		if len(v.Causes) > 0 || len(v.InstanceLocation) == 0 {
			return
		}
		place := at
		for _, seg := range v.InstanceLocation {
			if next := place.Pointed("/" + tree.Escape(seg)); next.OK() {
				place = next
			}
		}
		out = append(out, &Error{Pos: pos(place), Pointer: place.Pointer,
			Msg: fmt.Sprintf("%s breaks the schema of %s: %s", strings.Join(v.InstanceLocation, "/"), r.Name, text(v.ErrorKind))})
	}
	walk(broken)
	return out
}
