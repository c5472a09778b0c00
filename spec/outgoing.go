package spec

import (
	"cmp"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Callback is a request that the API sends on account of an operation (OpenAPI
// 3.1, 4.8.18).
type Callback struct {
	Name string             // under the operation's `callbacks`
	URL  *RuntimeExpression // where it goes
	// Operation is the request and the responses that its receiver may give.
	// Routing does not know it, and it has no security: the credentials would
	// be the receiver's.
	Operation *Operation
}

// Webhook is a request that the API sends to whoever has registered for it
// (OpenAPI 3.1, 4.8.1: webhooks).
type Webhook struct {
	Name      string // under the document's `webhooks`
	Operation *Operation
}

// Callbacks are the operation's callbacks, in the document's order. What the
// document cannot mean is not among them, but one of its warnings.
func (o *Operation) Callbacks() []Callback { return o.callbacks }

// Webhooks are the document's webhooks in its order, those under `x-webhooks`
// included, which is where documents of OpenAPI 3.0 keep them. A name with
// several methods stands there once for each.
func (d *Document) Webhooks() []Webhook { return d.webhooks }

// Webhook returns the operation of a webhook: of the method if that is not "",
// else of its first. Without one, nil and the names that are near.
func (d *Document) Webhook(name, method string) (o *Operation, near []string) {
	names := make([]string, 0, len(d.webhooks))
	for _, w := range d.webhooks {
		if w.Name == name && (method == "" || strings.EqualFold(method, w.Operation.Method)) {
			return w.Operation, nil
		}
		names = append(names, w.Name)
	}
	if slices.Contains(names, name) {
		return nil, []string{name}
	}
	if near = Near(name, slices.Compact(names)); len(near) == 0 {
		near = names[:min(3, len(names))]
	}
	return nil, near
}

// outgoingPath stands for the receiver's path, which the document does not know.
const outgoingPath = "/"

// Outgoing reports whether the operation is a callback's or a webhook's: what it
// documents as its request is what the API sends.
func (o *Operation) Outgoing() bool { return o.outgoing }

// requestPurpose is what request bodies are checked as. What the API sends of its
// own accord holds what is read-only, as its responses do: those properties are
// its own to tell (JSON Schema 2020-12 validation, 9.4).
func (o *Operation) requestPurpose() compile.Purpose {
	if o.outgoing {
		return compile.Response
	}
	return compile.Request
}

// responsePurpose is what response bodies are checked as.
func (o *Operation) responsePurpose() compile.Purpose {
	if o.outgoing {
		return compile.Request
	}
	return compile.Response
}

// described ranges over all operations: the document's own, each before its
// callbacks', then the webhooks'.
func (d *Document) described() iter.Seq[*Operation] {
	return func(yield func(*Operation) bool) {
		for _, o := range d.operations {
			if !yield(o) {
				return
			}
			for _, c := range o.callbacks {
				if !yield(c.Operation) {
					return
				}
			}
		}
		for _, w := range d.webhooks {
			if !yield(w.Operation) {
				return
			}
		}
	}
}

// template is the path that the library is to know.
func (o *Operation) template() string {
	if o.outgoing {
		return outgoingPath
	}
	return o.Path
}

// webhooks reads the document's webhooks.
func (x *indexer) webhooks() {
	for _, key := range []string{"webhooks", "x-webhooks"} {
		x.follow(x.root.Get(key)).Each(func(name string, item tree.Place) {
			if strings.HasPrefix(name, "x-") && !x.follow(item).IsMap() {
				return
			}
			x.outgoing(name, name, x.follow(item), func(o *Operation) {
				x.doc.webhooks = append(x.doc.webhooks, Webhook{Name: name, Operation: o})
			})
		})
	}
}

// callbacks reads an operation's callbacks. Those of a callback's own operation
// are not read: nobody is there to send them.
func (x *indexer) callbacks(o *Operation) {
	o.at.Get("callbacks").Each(func(name string, at tree.Place) {
		x.follow(at).Each(func(expr string, item tree.Place) {
			if strings.HasPrefix(expr, "x-") {
				return
			}
			where, err := ParseRuntimeExpression(expr)
			if err != nil {
				x.warn(item, fmt.Sprintf("the callback %s is never sent: %v", name, err), "its key is the address, as in '{$request.body#/callbackUrl}'")
				return
			}
			x.outgoing(name, expr, x.follow(item), func(sent *Operation) {
				o.callbacks = append(o.callbacks, Callback{Name: name, URL: where, Operation: sent})
			})
		})
	})
}

// outgoing reads a path item whose requests the API sends.
func (x *indexer) outgoing(name, path string, item tree.Place, add func(*Operation)) {
	shared := x.params(item.Get("parameters"), nil)
	item.Each(func(m string, at tree.Place) {
		if !slices.Contains(methods, m) || !at.IsMap() {
			return
		}
		o := x.describe(strings.ToUpper(m), path, at, shared)
		o.outgoing, o.Security = true, nil
		o.ID = cmp.Or(at.Get("operationId").Str(), name)
		if b := x.follow(at.Get("requestBody")); b.OK() {
			o.body.content = x.content(b.Get("content"), false) // with its examples
		}
		add(o)
	})
}

// BodyExamples are the names of the examples of a callback's or webhook's body,
// in the document's order.
func (o *Operation) BodyExamples() []string {
	var names []string
	if o.body == nil || !o.outgoing {
		return nil
	}
	for _, m := range o.body.content {
		for _, e := range m.Examples {
			if e.Name != "" && !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			}
		}
	}
	return names
}

// Composition says which request [Operation.Compose] makes.
type Composition struct {
	Want // Example, Dynamic, Seed and Now
	// Body is the request's body; nil makes one.
	Body []byte
	// From are JSON bodies whose values the made body takes over, where it has
	// properties of the same name and they fit the schema. The first one that
	// fits is taken.
	From [][]byte
}

// Compose makes the request of a callback or webhook, without an address. Its
// body is that given, else the named or first example, else a sample, filled
// from c.From; the query and header parameters have their examples, and those
// that are required a sample at least. Example tells that the document's own
// example is at the bottom of it. The error says what cannot be made.
func (o *Operation) Compose(c Composition) (r *Request, example bool, err error) {
	r = &Request{Method: o.Method, Path: outgoingPath, Header: http.Header{}}
	query := url.Values{}
	for _, q := range o.params {
		v, ok := o.doc.sampleHeader(q, c.Want)
		switch {
		case !ok || q.in == "path":
		case q.in == "header":
			r.Header.Set(q.name, v)
		case q.in == "query":
			query.Set(q.name, v)
		case q.in == "cookie":
			r.Header.Add("Cookie", q.name+"="+url.QueryEscape(v))
		}
	}
	r.RawQuery = query.Encode()
	if o.body == nil || len(o.body.content) == 0 {
		r.Body = c.Body
		return r, false, nil
	}
	m, e, err := o.bodyExample(c)
	if err != nil {
		return nil, false, err
	}
	r.Header.Set("Content-Type", m.concrete())
	switch {
	case c.Body != nil:
		r.Body = c.Body
		return r, false, nil
	case e != nil:
		r.Body = e.Body
		r.Header.Set("Content-Type", e.contentType)
	default:
		var contentType string
		if r.Body, contentType, err = o.doc.sampleBody(m, c.Want); err != nil {
			return nil, false, fmt.Errorf("%s: %w", o.ID, err)
		}
		r.Header.Set("Content-Type", contentType)
	}
	if jsonType(mediaBase(m.Type)) && len(c.From) > 0 {
		r.Body = o.fillBody(r, c.From)
	}
	return r, e != nil, nil
}

// bodyExample chooses the media type of a request, JSON first, and its example,
// nil for 'make a sample'.
func (o *Operation) bodyExample(c Composition) (*MediaSpec, *Example, error) {
	content := o.body.content
	first := &content[0]
	if i := slices.IndexFunc(content, func(m MediaSpec) bool { return jsonType(mediaBase(m.Type)) }); i >= 0 {
		first = &content[i]
	}
	if c.Example != "" {
		known := []string{}
		for i := range content {
			for j := range content[i].Examples {
				if e := &content[i].Examples[j]; e.Name == c.Example {
					return &content[i], e, nil
				} else if e.Name != "" {
					known = append(known, e.Name)
				}
			}
		}
		return nil, nil, fmt.Errorf("%s has no example %q; it has %s", o.ID, c.Example, cmp.Or(strings.Join(known, ", "), "none"))
	}
	if c.Dynamic || len(first.Examples) == 0 {
		return first, nil, nil
	}
	return first, &first.Examples[0], nil
}
