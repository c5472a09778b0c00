package spec

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"

	"github.com/pb33f/jsonpath/pkg/jsonpath"
	"github.com/pb33f/jsonpath/pkg/jsonpath/config"
	highoverlay "github.com/pb33f/libopenapi/datamodel/high/overlay"
	"github.com/pb33f/libopenapi/datamodel/low"
	lowoverlay "github.com/pb33f/libopenapi/datamodel/low/overlay"
	"github.com/pb33f/libopenapi/overlay"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// change is an OpenAPI Overlay, ready to be applied to documents.
type change struct {
	name    string
	top     tree.Place
	model   *highoverlay.Overlay
	extends string // the name or URL of the document that it is for; "" is any

	applied int              // how many documents it was applied to
	missed  map[string]*miss // actions that matched nothing there, by position
}

type miss struct {
	*Error
	times int
}

var overlayVersion = regexp.MustCompile(`^1\.[0-9]+(\.[0-9]+)?$`)

// readOverlays reads the loader's overlays; faults of all of them are returned
// at once.
func (l Loader) readOverlays(ctx context.Context) ([]*change, error) {
	var out []*change
	var faults Errors
	for _, name := range l.Overlays {
		src, err := l.read(ctx, name)
		if err != nil {
			return nil, err
		}
		if src.close != nil {
			src.close()
		}
		c, err := readOverlay(src)
		var some Errors
		if errors.As(err, &some) {
			faults = append(faults, some...)
		} else if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	if len(faults) > 0 {
		sortErrors(faults)
		return nil, faults
	}
	return out, nil
}

func readOverlay(src source) (c *change, err error) {
	defer func() {
		if r := recover(); r != nil {
			c, err = nil, Errors{{Pos: Position{File: src.name}, Msg: fmt.Sprintf("this overlay cannot be read: %v", r)}}
		}
	}()
	files, err := tree.New(src.name, src.address, src.data, nil)
	if err != nil {
		return nil, syntaxErrors(src.name, err)
	}
	c = &change{name: src.name, top: files.Root(), missed: map[string]*miss{}}
	if faults := c.faults(); len(faults) > 0 {
		sortErrors(faults)
		return nil, faults
	}
	if to := c.top.Get("extends").Str(); to != "" {
		c.extends = beyond(src, to)
	}
	var model lowoverlay.Overlay
	if err := low.BuildModel(c.top.Node, &model); err != nil {
		return nil, Errors{{Pos: pos(c.top), Msg: "this overlay cannot be read: " + err.Error()}}
	}
	if err := model.Build(context.Background(), nil, c.top.Node, nil); err != nil {
		return nil, Errors{{Pos: pos(c.top), Msg: "this overlay cannot be read: " + err.Error()}}
	}
	c.model = highoverlay.NewOverlay(&model)
	return c, nil
}

// beyond is the name of a document that an overlay's `extends` means, which is
// relative to the overlay itself (Overlay 1.0, 4.4.1).
func beyond(src source, to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	if base, err := url.Parse(src.address); err == nil && base.IsAbs() {
		return base.ResolveReference(u).String()
	}
	switch {
	case u.Scheme == "file":
		return filepath.FromSlash(u.Path)
	case u.IsAbs() || filepath.IsAbs(u.Path):
		return to
	}
	return filepath.Join(filepath.Dir(src.name), filepath.FromSlash(u.Path))
}

// faults are what keeps the overlay from being applied to any document.
func (c *change) faults() (out Errors) {
	fault := func(at tree.Place, msg, hint string) {
		out = append(out, &Error{Pos: pos(at), Pointer: at.Pointer, Msg: msg, Hint: hint})
	}
	version, actions := c.top.Get("overlay"), c.top.Get("actions")
	switch {
	case !version.OK():
		fault(c.top, "this is no overlay: it has no member `overlay`", "its first line would be: overlay: 1.0.0")
		return out
	case !overlayVersion.MatchString(version.Str()):
		fault(version, "overlay "+version.Str()+" is not understood", "1.0, 1.1 and 1.2 are")
	}
	if info := c.top.Get("info"); !info.Get("title").OK() || !info.Get("version").OK() {
		fault(keywordOr(c.top, "info"), "an overlay needs an info with a title and a version", "info: {title: What it changes, version: 1.0.0}")
	}
	if !actions.IsList() || actions.Len() == 0 {
		fault(keywordOr(c.top, "actions"), "an overlay needs a list of actions, and one at least", "actions: [{target: $.info, update: {title: Changed}}]")
	}
	actions.Each(func(_ string, a tree.Place) {
		for _, key := range []string{"target", "copy"} {
			v := a.Get(key)
			if !v.OK() {
				if key == "target" {
					fault(a, "the action has no target", "target: a JSONPath (RFC 9535), as in $.paths['/pets'].get")
				}
				continue
			}
			if _, err := jsonpath.NewPath(v.Str(), config.WithPropertyNameExtension()); err != nil {
				fault(v, fmt.Sprintf("%q is no JSONPath: %v", v.Str(), err), "write it as in RFC 9535: $.paths['/pets'].get")
			}
		}
	})
	return out
}

// fits reports whether the overlay is for the document of that name.
func (c *change) fits(name string) bool {
	if c.extends == "" || c.extends == name {
		return true
	}
	a, err := filepath.Abs(c.extends)
	b, err2 := filepath.Abs(name)
	return err == nil && err2 == nil && a == b
}

// apply changes a document.
func (c *change) apply(files *tree.Set) (*tree.Set, error) {
	result, err := overlay.Apply(files.File(0).Data, c.model)
	if err != nil {
		at := c.top
		var failed *overlay.OverlayError
		if errors.As(err, &failed) {
			at, err = c.action(failed.Action), failed.Cause
		}
		return nil, Errors{{Pos: pos(at), Pointer: at.Pointer, Msg: fmt.Sprintf("the overlay cannot be applied to %s: %v", files.File(0).Name, err)}}
	}
	c.applied++
	for _, w := range result.Warnings {
		at := c.action(w.Action)
		e := &Error{Pos: pos(at), Pointer: at.Pointer, Msg: "the action does nothing: " + w.Message, Hint: "give each its own action, or take this one out"}
		if w.Message == "target matched zero nodes" {
			e.Msg = fmt.Sprintf("the action's target %s matches nothing", w.Target)
			e.Hint = "compare it with the document, or take the action out"
		}
		if m := c.missed[e.Error()]; m != nil {
			m.times++
			continue
		}
		c.missed[e.Error()] = &miss{e, 1}
	}
	return files.Changed(result.Bytes, c.top.Get("actions"))
}

// action is where an action stands, or its target.
func (c *change) action(a *highoverlay.Action) tree.Place {
	found := c.top
	if a == nil || a.GoLow() == nil {
		return found
	}
	c.top.Get("actions").Each(func(_ string, at tree.Place) {
		if at.Node == a.GoLow().RootNode {
			found = keywordOr(at, "target")
		}
	})
	return found
}

// warnings are about actions that did nothing to any document, and about an
// overlay that no document was meant for.
func (c *change) warnings() (out Errors) {
	if c.applied == 0 {
		at := c.top.Get("extends")
		return Errors{{Pos: pos(at), Pointer: at.Pointer, Msg: fmt.Sprintf("the overlay extends %s, which is not among the documents, so it changes nothing", at.Str()),
			Hint: "name that document, or leave extends out"}}
	}
	for _, m := range c.missed {
		if m.times == c.applied {
			out = append(out, m.Error)
		}
	}
	return out
}
