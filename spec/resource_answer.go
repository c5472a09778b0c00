package spec

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/compile"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Encode writes one thing as the action's success has it.
func (a *Action) Encode(t Thing) (json.RawMessage, error) {
	at, s := a.place()
	read := a.Resource.shape
	c := composer{doc: a.Resource.doc, at: at, shape: s, name: a.Resource.Name}
	if s != read && len(s.choices) < 2 {
		// What the schema has and the thing's own lacks is made up.
		for i := range s.members {
			if read.member(s.members[i].name) == nil {
				c.absent = func(name string) bool { return read.member(name) != nil }
				break
			}
		}
	}
	v, err := c.compose(t)
	if err != nil {
		return nil, err
	}
	return sample.Of(v).AppendJSON(nil), nil
}

// place is where the schema of a thing stands in the success, and its shape.
func (a *Action) place() (tree.Place, *shape) {
	x := a.Resource.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	m := jsonOf(a.success.Content)
	s := x.of(m.schema)
	for _, name := range a.Output {
		s = x.field(s.member(name))
	}
	if a.Kind == ActionList {
		s = x.of(s.items)
	}
	return s.at, s
}

// Status is the status of the action's success.
func (a *Action) Status() int {
	if a.success == nil {
		return http.StatusOK
	}
	return a.success.Code()
}

// Succeeds reports whether the document has a success for the action at all.
func (a *Action) Succeeds() bool { return a.success != nil }

// Documents reports whether the operation documents a status, by itself or as
// one of a range.
func (a *Action) Documents(status int) bool {
	r := a.Operation.Response(status)
	return r != nil && (r.Status != "default" || status >= 400)
}

// Respond makes the action's success: what it carries, in the operation's own
// envelope and media type, and the response's headers.
func (a *Action) Respond(w Want, c Carried) (*Response, error) {
	out := &Response{Status: a.Status(), Header: make(http.Header, 4)}
	if c.Status != 0 {
		out.Status = c.Status
	}
	success := a.success
	if r := a.Operation.Response(out.Status); r != nil {
		success = r
	}
	if success == nil {
		return out, nil
	}
	for _, h := range success.headers {
		name := http.CanonicalHeaderKey(h.name)
		if v, ok := c.header(name, h); ok {
			if v != "" {
				out.Header[name] = []string{v}
			}
		} else if v, ok := a.Operation.sampleResponseHeader(success, h, w); ok {
			out.Header[name] = []string{v}
		}
	}
	if out.Status == http.StatusCreated && c.Location != "" {
		out.Header["Location"] = []string{c.Location}
	}
	if len(success.Content) == 0 || out.Status == http.StatusNoContent {
		return out, nil
	}
	offers := acceptable(success.Content, w.Accept)
	if len(offers) == 0 {
		return nil, fmt.Errorf("%w: %s has %s", ErrNotAcceptable, a.Operation.ID, strings.Join(typeNames(success.Content), ", "))
	}
	first := offers[0]
	if i := slices.IndexFunc(offers, func(o offer) bool { return jsonType(mediaBase(o.contentType)) }); i > 0 && !strings.Contains(w.Accept, mediaBase(first.media.Type)) {
		first = offers[i]
	}
	m := first.media
	switch mediatype.KindOf(mediaBase(first.contentType)) {
	case mediatype.Text, mediatype.HTML, mediatype.Binary, mediatype.Unknown:
		return nil, errUnfit // no form for a thing
	}
	out.Header["Content-Type"] = []string{first.contentType}
	if success != a.success || !a.Carries {
		body, contentType, err := a.plain(m, c)
		out.Body, out.Header["Content-Type"] = body, []string{contentType}
		return out, err
	}
	if a.Kind != ActionList && len(a.Output) == 0 && jsonType(mediaBase(first.contentType)) {
		out.Body = c.Things[0]
		return out, nil
	}
	out.made = c.Kept.get(a, first, &c)
	if out.made == nil {
		var err error
		if out.made, err = a.enveloped(first, c); err != nil {
			return nil, err
		}
		c.Kept.put(a, first, &c, out.made)
	}
	out.Body, out.Header["Content-Type"] = out.made.body, out.made.header["Content-Type"]
	return out, nil
}

// enveloped is the body of a success that carries things. Where what it tells
// about the page breaks the schema, that is left to the schema's sample.
func (a *Action) enveloped(to offer, c Carried) (*made, error) {
	checked := jsonOf(a.success.Content)
	size := 1024
	for _, t := range c.Things {
		size += len(t) + 1
	}
	for range 2 {
		v, err := a.wrap(checked, c)
		if err != nil {
			return nil, err
		}
		body := sample.Of(v).AppendJSON(make([]byte, 0, size))
		fits, proven := a.Resource.doc.fits(checked.schema, body)
		if !fits {
			c.Page = Page{}
			continue
		}
		m, contentType := &made{}, to.contentType
		if jsonType(mediaBase(contentType)) {
			m.body = body
			m.proven.Store(proven && to.media == checked)
		} else {
			m.body, contentType = to.media.mediatype().Encode(orderedJSON(body))
		}
		m.header = http.Header{"Content-Type": {contentType}}
		return m, nil
	}
	return nil, errUnfit
}

// orderedJSON decodes JSON with the order of its members.
func orderedJSON(body []byte) any {
	root, err := tree.New("body.json", "", body, nil)
	if err != nil {
		return nil
	}
	return ordered(root.Root())
}

// fits reports whether a body satisfies a schema of responses, and whether our
// own checker has proven it, which leaves nothing to report.
func (d *Document) fits(at tree.Place, body []byte) (fits, proven bool) {
	schema, err := d.checker.plan.Schema(at, compile.Response)
	if err != nil || schema == nil {
		return true, false
	}
	if d.checker.fast[compile.Response].Compile(schema).Valid(body) {
		return true, true
	}
	v, ok := DecodeValue(body)
	return ok && schema.Validate(v) == nil, false
}

// Carried is what a success carries.
type Carried struct {
	Things   []json.RawMessage // as [Action.Encode] writes them; one, or those of a list's page
	Page     Page              // of a list
	ID       any               // of the thing, for bodies that tell no more
	Location string            // of the thing; "" for none
	Status   int               // another success than the action's own; 0 for that
	Kept     *Kept             // where the body may be kept; nil for nowhere
}

// header is the value of a documented header that the answer knows of; "" for
// leave it out.
func (c *Carried) header(name string, h *param) (string, bool) {
	switch {
	case name == "Location" && c.Location != "", name == "Content-Location" && c.Location != "":
		return c.Location, true
	case name == "Link" && c.Page.Listed:
		if v := c.Page.Links(); v != "" || !h.required {
			return v, true
		}
	case c.Page.Listed:
		plain := strings.TrimPrefix(plainName(name), "x")
		if v, ok := c.Page.value(plain, "string"); ok {
			if v == nil {
				return "", true
			}
			return headerText(v), true
		}
	}
	return "", false
}

// wrap puts things into the success's envelope.
func (a *Action) wrap(m *MediaSpec, c Carried) (any, error) {
	var what any = c.Things
	if a.Kind != ActionList {
		what = c.Things[0]
	}
	var v any
	if items, ok := what.([]json.RawMessage); ok {
		out := make([]any, len(items))
		for i := range items {
			out[i] = items[i]
		}
		v = out
	} else {
		v = what
	}
	if len(a.Output) == 0 {
		return v, nil
	}
	base, err := a.envelope(m)
	if err != nil {
		return nil, err
	}
	x := a.Resource.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	root := x.of(m.schema)
	if a.Kind == ActionList && c.Page.Listed {
		base = c.Page.fill(x, root, base, a.Output, 0)
	}
	return put(base, a.Output, v), nil
}

// envelope is a sample of the whole success, to put things into. It is the same
// for all answers.
func (a *Action) envelope(m *MediaSpec) (any, error) {
	d := a.Resource.doc
	x := d.shapes()
	x.mu.Lock()
	kept, ok := x.envelopes[m]
	x.mu.Unlock()
	if ok {
		return kept, nil
	}
	v, err := d.sampleAt(m.schema, "", [2]uint64{1, uint64(a.Operation.plan.index)}, envelopeTime)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	x.envelopes[m] = v
	x.mu.Unlock()
	return v, nil
}

// put replaces the member that a way leads to.
func put(base any, way []string, v any) any {
	if len(way) == 0 {
		return v
	}
	o, _ := base.(sample.Object)
	out := slices.Clone(o)
	for i := range out {
		if out[i].Name == way[0] {
			out[i].Value = put(out[i].Value, way[1:], v)
			return out
		}
	}
	return append(out, sample.Member{Name: way[0], Value: put(nil, way[1:], v)})
}

// plain makes a body that does not carry the thing: a sample that tells its id,
// and that all went well.
func (a *Action) plain(m *MediaSpec, c Carried) (body []byte, contentType string, err error) {
	d := a.Resource.doc
	x := d.shapes()
	x.mu.Lock()
	root := x.of(m.schema)
	rec := map[string]any{}
	for i := range root.members {
		f := x.field(&root.members[i])
		switch name := plainName(root.members[i].name); {
		case f.kind == "boolean" && slices.Contains([]string{"success", "ok", "deleted", "created", "updated", "acknowledged"}, name):
			rec[root.members[i].name] = true
		case c.ID != nil && len(a.Resource.Key) == 1 && (root.members[i].name == a.Resource.Key[0] || name == singularOf(plainName(a.Resource.Name))+"id"):
			rec[root.members[i].name] = c.ID
		}
	}
	x.mu.Unlock()
	if len(rec) == 0 {
		return d.sampleBody(m, Want{Seed: [2]uint64{1, uint64(a.Operation.plan.index)}, Now: envelopeTime})
	}
	k := composer{doc: d, at: m.schema, shape: root, absent: func(string) bool { return false }}
	v, err := k.compose(Thing{Value: rec, Seed: [2]uint64{1, uint64(a.Operation.plan.index)}, Now: envelopeTime})
	if err != nil {
		return nil, "", err
	}
	body, contentType = m.mediatype().Encode(orderedJSON(sample.Of(v).AppendJSON(nil)))
	return body, contentType, nil
}
