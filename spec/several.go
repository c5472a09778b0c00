package spec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"sync"

	"github.com/standin-dev/standin/spec/internal/route"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// LoadAll is Load for several documents, which become one. A name may have a
// path in front of it, "/billing=billing.yaml": all paths of that document are
// then below it, as are the paths of its servers. Documents without one answer
// below the paths of their own servers and without, as a single one does.
//
// Where two documents have the same operation the first one answers. That is one
// of the [Document.Warnings], at both places, and so are an operationId that
// two of them use, which stays with the first, and a security scheme that means
// something else in each. Faults of all documents are returned at once.
func (l Loader) LoadAll(ctx context.Context, names ...string) (*Document, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTime)
	defer cancel()
	changes, err := l.readOverlays(ctx)
	if err != nil {
		return nil, err
	}
	var parts []*Document
	var faults Errors
	for _, name := range names {
		d, err := l.loadOne(ctx, name, changes)
		var some Errors
		switch {
		case errors.As(err, &some):
			faults = append(faults, some...)
		case err != nil:
			return nil, err
		default:
			parts = append(parts, d)
		}
	}
	switch {
	case len(faults) > 0:
		sortErrors(faults)
		return nil, faults
	case len(parts) == 0:
		return nil, errors.New("no document is named")
	}
	d := parts[0]
	if len(parts) > 1 {
		d = together(parts)
	}
	for _, c := range changes {
		d.also = append(d.also, c.name)
		d.warnings = append(d.warnings, c.warnings()...)
	}
	sortErrors(d.warnings)
	return d, nil
}

func (l Loader) loadOne(ctx context.Context, name string, changes []*change) (*Document, error) {
	mount, name, err := SplitMount(name)
	if err != nil {
		return nil, err
	}
	src, err := l.read(ctx, name)
	if err != nil {
		return nil, err
	}
	if src.close != nil {
		defer src.close()
	}
	return parse(src, mount, changes)
}

// SplitMount takes the path off a name that has one: "/billing=billing.yaml" is
// "/billing" and "billing.yaml". A file of the whole name comes first.
func SplitMount(arg string) (mount, name string, err error) {
	mount, name, found := strings.Cut(arg, "=")
	if !found || !strings.HasPrefix(arg, "/") {
		return "", arg, nil
	}
	if _, err := os.Stat(arg); err == nil {
		return "", arg, nil
	}
	mount = strings.TrimRight(mount, "/")
	switch {
	case name == "":
		return "", "", fmt.Errorf("%s: no document follows the equals sign; write it as in /billing=billing.yaml", arg)
	case strings.ContainsAny(mount, "{}?#%") || strings.Contains(mount, "//") || strings.HasPrefix(mount, "/~"):
		return "", "", fmt.Errorf("%s: a document cannot be mounted below %s; plain text between slashes can be, as in /billing=billing.yaml", arg, mount)
	}
	return mount, name, nil
}

// together makes one document of several. Each operation stays with its own,
// which checks its messages and makes its answers.
func together(parts []*Document) *Document {
	d := &Document{parts: parts, byID: map[string]*Operation{}}
	var titles, versions []string
	var groups []route.Group
	for _, p := range parts {
		titles, versions = append(titles, p.title), append(versions, p.version)
		d.minor = max(d.minor, p.minor)
		d.webhooks = append(d.webhooks, p.webhooks...)
		d.warnings = append(d.warnings, p.warnings...)
		g := route.Group{Bases: p.bases, Mount: p.mount}
		for _, o := range p.operations {
			g.Routes = append(g.Routes, route.Route{Method: o.Method, Template: o.Path, Value: len(d.operations)})
			d.operations = append(d.operations, o)
		}
		groups = append(groups, g)
	}
	d.title, d.version = strings.Join(titles, " + "), strings.Join(versions, " + ")
	var err error
	d.routes, err = route.Join(groups...)
	d.clashingRoutes(err)
	d.clashingNames()
	d.clashingSchemes()
	sortErrors(d.warnings)
	whole := sync.OnceValue(func() tree.Place { return bundle(d) })
	d.json = sync.OnceValue(func() []byte { return append(whole().AppendJSON(nil), '\n') })
	d.yaml = sync.OnceValue(func() []byte {
		if b, err := whole().YAML(); err == nil {
			return b
		}
		return d.json()
	})
	return d
}

// clash warns at both of two places.
func (d *Document) clash(first, second Position, what, atFirst, atSecond string) {
	d.warnings = append(d.warnings,
		&Error{Pos: first, Msg: fmt.Sprintf("%s is also at %s; %s", what, second, atFirst)},
		&Error{Pos: second, Msg: fmt.Sprintf("%s is also at %s; %s", what, first, atSecond), Hint: "to keep documents apart, give one a path of its own: /name=FILE"})
}

func (d *Document) clashingRoutes(err error) {
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return
	}
	for _, err := range joined.Unwrap() {
		var e *route.Error
		if !errors.As(err, &e) || e.Conflict == "" {
			continue // of one document alone, which has said so
		}
		first, second := d.operations[e.First], d.operations[e.Value]
		if first.doc == second.doc {
			continue
		}
		left := "this one is never reached"
		mount := second.doc.mount
		for _, base := range second.doc.bases {
			if at := d.Find(second.Method, mount+base+second.Path[len(mount):]); at.Operation == second {
				left = "this one answers below " + mount + base + " only"
				break
			}
		}
		d.clash(first.Pos, second.Pos, second.Method+" "+second.Path, "this one answers", left)
	}
}

func (d *Document) clashingNames() {
	for _, o := range d.operations {
		first := d.byID[o.ID]
		if first != nil && first.doc != o.doc && o.ID != o.Method+" "+o.Path {
			name := o.Method + " " + o.Path
			d.clash(idPos(first), idPos(o), fmt.Sprintf("operationId %q", o.ID), "it stays with this one", "this one is called "+name)
			o.ID = name
		}
		if d.byID[o.ID] == nil {
			d.byID[o.ID] = o
		}
	}
}

func idPos(o *Operation) Position {
	if at := o.at.Get("operationId"); at.OK() {
		return pos(at)
	}
	return o.Pos
}

func (d *Document) clashingSchemes() {
	type scheme struct {
		at      tree.Place
		meaning any
	}
	seen := map[string]scheme{}
	for _, p := range d.parts {
		p.files.Root().Get("components").Get("securitySchemes").Each(func(name string, at tree.Place) {
			to, err := at.Follow()
			if err != nil {
				return
			}
			meaning, _ := to.Value().(map[string]any)
			delete(meaning, "description")
			first, known := seen[name]
			if !known {
				seen[name] = scheme{at, meaning}
			} else if !reflect.DeepEqual(first.meaning, meaning) {
				d.clash(pos(first.at), pos(at), "security scheme "+name, "it means something else there", "it means something else there")
			}
		})
	}
}
