package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/standin-dev/standin/spec/internal/diff"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
)

// Diff is what differs between two documents.
type Diff struct {
	Changes []Change // breaking ones first, else in the order of the documents
	LeftOut int      // changes that show in nothing that the recorded client has used

	old     *Document
	items   *diff.Document // of the old document
	changes []*diff.Change
}

// Change is one difference between two documents.
type Change struct {
	Breaking   bool         `json:"breaking"`
	Why        string       `json:"why,omitempty"` // it is breaking
	What       ChangeWhat   `json:"what"`
	Object     string       `json:"object"`           // schema, parameter, response…; a keyword: maxLength
	Name       string       `json:"name"`             // of what was changed: query.limit, 404, a property's name
	In         string       `json:"in"`               // what holds it, in words: "response 200 application/json: pets[]"
	Old        string       `json:"old,omitempty"`    // the value as JSON, where it is one
	New        string       `json:"new,omitempty"`    //
	Message    string       `json:"message"`          // all of that in a sentence
	Operations []ChangedUse `json:"operations"`       // that it shows in
	Pointer    string       `json:"pointer"`          // JSON pointer, in the new document's file, of what was removed in the old one's
	OldPos     *Position    `json:"old_at,omitempty"` // nil of what was added
	NewPos     *Position    `json:"new_at,omitempty"` // nil of what was removed
}

// ChangeWhat says what happened.
type ChangeWhat string

// What may happen.
const (
	ChangeAdded    ChangeWhat = "added"
	ChangeRemoved  ChangeWhat = "removed"
	ChangeModified ChangeWhat = "modified"
)

// ChangedUse is an operation that a change shows in, and in whose messages.
type ChangedUse struct {
	Operation string `json:"operation"` // "POST /pets/{id}"
	Request   bool   `json:"request"`
	Response  bool   `json:"response"`
}

// Recorded is an exchange that a client had. A nil Response is none.
type Recorded struct {
	Request  *Request
	Response *Response
	Cut      bool // bodies are not whole
}

// Compare finds what differs between two documents of one API. Documents that
// were put together of several are compared by their first. The error is of the
// new document, and a fault of ours.
func Compare(old, new *Document) (d *Diff, err error) {
	old, new = old.first(), new.first()
	defer func() {
		if r := recover(); r != nil {
			d, err = nil, Errors{{Pos: Position{File: new.files.File(0).Name}, Msg: fmt.Sprintf("these documents cannot be compared: %v", r)}}
		}
	}()
	d = &Diff{old: old, items: diff.Build(old.files.Root(), old.minor)}
	d.changes = diff.Compare(d.items, diff.Build(new.files.Root(), new.minor))
	d.tell()
	return d, nil
}

func (d *Document) first() *Document {
	if len(d.parts) > 0 {
		return d.parts[0]
	}
	return d
}

// UsedBy keeps the changes that show in what recorded exchanges have used of the
// old document, and counts the exchanges that belong to no operation of it. A body
// that cannot be read counts as one that uses all that it may hold.
func (d *Diff) UsedBy(all []Recorded) (used *Diff, strange int) {
	marks := diff.Used{}
	for _, r := range all {
		route := d.old.Find(r.Request.Method, r.Request.Path)
		if route.Operation == nil {
			strange++
			continue
		}
		o := route.Operation
		item := d.items.Operation(o.Method + " " + strings.TrimPrefix(o.Path, d.old.mount))
		if item == nil {
			continue
		}
		answer, status := diff.Message{}, 0
		if r.Response != nil {
			answer, status = recordedMessage(r.Response.Header, r.Response.Body, r.Cut), r.Response.Status
		}
		d.items.Mark(marks, item, recordedMessage(r.Request.Header, r.Request.Body, r.Cut), recordedParams(r.Request, route), status, answer)
	}
	used = &Diff{old: d.old, items: d.items}
	used.changes, used.LeftOut = diff.UsedBy(d.changes, marks)
	used.tell()
	return used, strange
}

// recordedParams are the values of a request's parameters.
func recordedParams(r *Request, route Route) diff.Params {
	out := diff.Params{}
	for part := range strings.SplitSeq(r.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		name, value = plainQuery(name), plainQuery(value)
		out["query."+name] = append(out["query."+name], value)
	}
	for name, values := range r.Header {
		out["header."+strings.ToLower(name)] = append([]string{""}, values...)
	}
	for _, c := range (&http.Request{Header: r.Header}).Cookies() {
		out["cookie."+c.Name] = append(out["cookie."+c.Name], c.Value)
	}
	for _, p := range route.Params {
		out["path."+p.Name] = []string{p.Value}
	}
	return out
}

func plainQuery(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func recordedMessage(h http.Header, body []byte, cut bool) diff.Message {
	var m diff.Message
	for name := range h {
		m.Headers = append(m.Headers, strings.ToLower(name))
	}
	m.Type = mediaBase(h.Get("Content-Type"))
	switch {
	case cut || len(body) == 0:
	case mediatype.KindOf(m.Type) == mediatype.JSON:
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		m.Read = dec.Decode(&m.Body) == nil
	case mediatype.KindOf(m.Type) == mediatype.Form:
		values, err := url.ParseQuery(string(body))
		object := map[string]any{}
		for name, v := range values {
			object[name] = v[0]
		}
		m.Body, m.Read = object, err == nil
	}
	return m
}
