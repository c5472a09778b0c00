package main

import (
	"encoding/json"

	"github.com/standin-dev/standin/spec"
)

// finding is what check tells of a document to programs.
type finding struct {
	Title      string          `json:"title"`
	Version    string          `json:"version"`
	Operations int             `json:"operations"`
	Scenarios  int             `json:"scenarios"`
	Warnings   []warning       `json:"warnings"`
	Resources  []foundResource `json:"resources"` // what was inferred
}

type warning struct {
	spec.Position
	Pointer string `json:"pointer,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// foundResource is an inferred resource; what it has not is left out.
type foundResource struct {
	Name      string        `json:"name"`
	Home      string        `json:"home"`
	Item      string        `json:"item,omitempty"`
	Singleton bool          `json:"singleton,omitempty"`
	Key       []string      `json:"key,omitempty"`    // the way to the member that the item's path names
	Schema    string        `json:"schema,omitempty"` // the component
	Parent    string        `json:"parent,omitempty"` // the Home of the resource that things belong to
	Actions   []foundAction `json:"actions"`
}

type foundAction struct {
	Kind      spec.ActionKind `json:"kind"`
	Operation string          `json:"operation"`
	Method    string          `json:"method"`
	Path      string          `json:"path"`
	In        []string        `json:"in,omitempty"` // the way to the thing, or the list, in the success
	Carries   bool            `json:"carries"`      // whether the success carries it
}

// writeFinding writes what check has found as JSON.
func (p program) writeFinding(doc *spec.Document, warnings spec.Errors, scenarios int) error {
	f := finding{Title: doc.Title(), Version: doc.Version(), Operations: len(doc.Operations()), Scenarios: scenarios,
		Warnings: []warning{}, Resources: []foundResource{}}
	for _, w := range warnings {
		f.Warnings = append(f.Warnings, warning{w.Pos, w.Pointer, w.Msg, w.Hint})
	}
	for _, r := range doc.Resources() {
		found := foundResource{Name: r.Name, Home: r.Home, Item: r.Item, Singleton: r.Singleton, Key: r.Key, Schema: r.Schema}
		if r.Parent != nil {
			found.Parent = r.Parent.Home
		}
		for _, a := range r.Actions {
			found.Actions = append(found.Actions, foundAction{a.Kind, a.Operation.ID, a.Operation.Method, a.Operation.Path, a.Output, a.Carries})
		}
		f.Resources = append(f.Resources, found)
	}
	out := json.NewEncoder(p.stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(f)
}
