package spec

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// methods are the operations that a path item may hold; query is OpenAPI 3.2's.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// indexer makes a Document of its files and collects what is wrong with them.
type indexer struct {
	doc   *Document
	root  tree.Place
	name  string
	mount string // the path that all paths are put below, "" for none
	errs  Errors
}

// index fills the document. It stops early where the rest would only repeat
// one fault: no OpenAPI at all, or references to nothing.
func (x *indexer) index() {
	if len(x.errs) > 0 || !x.versioned() {
		return
	}
	if x.references(); len(x.errs) > 0 {
		return
	}
	d := x.doc
	info := x.follow(x.root.Get("info"))
	d.title, d.version = info.Get("title").Str(), info.Get("version").Str()
	x.shapes()
	if !info.OK() {
		x.warn(x.root, "the document has no info, so no title and no version", "")
	}
	x.securitySchemes()
	d.security = x.requirements(x.root.Get("security"))
	d.byID = make(map[string]*Operation)
	paths := x.follow(x.root.Get("paths"))
	paths.Each(func(path string, item tree.Place) {
		if strings.HasPrefix(path, "x-") {
			return
		}
		if !strings.HasPrefix(path, "/") {
			x.warn(item, fmt.Sprintf("the path %q does not start with a slash, so nothing can reach it", path), "put a / in front of it")
			return
		}
		x.pathItem(x.mount+path, item)
	})
	x.webhooks()
	d.routes = x.routes()
	d.render()
	d.checker = newChecker(d)
}

func (x *indexer) versioned() bool {
	v := x.root.Get("openapi")
	switch version := v.Str(); {
	case !x.root.IsMap():
		x.fault(x.root, "this is no OpenAPI document: its top is not an object", "name an OpenAPI 3.0, 3.1 or 3.2 document")
	case x.root.Get("swagger").OK():
		x.fault(x.root.Get("swagger"), "Swagger "+x.root.Get("swagger").Str()+" is not understood", "Swagger 2.0, and OpenAPI 3.0, 3.1 and 3.2 are")
	case x.root.Get("asyncapi").OK():
		x.fault(x.root.Get("asyncapi"), "this is an AsyncAPI document, which describes messages and not HTTP", "name an OpenAPI 3 document")
	case version == "":
		x.fault(x.root, "this is no OpenAPI document: it has no member `openapi`", "its first line would be: openapi: 3.1.0")
	case strings.HasPrefix(version, "3.0"), strings.HasPrefix(version, "3.1"), strings.HasPrefix(version, "3.2"):
		x.doc.minor = int(version[2] - '0')
		return true
	default:
		x.fault(v, fmt.Sprintf("OpenAPI %s is not understood", version), "3.0, 3.1 and 3.2 are")
	}
	return false
}

// pathItem reads a path item. Of one that is a reference, what stands beside it
// comes first (OpenAPI 3.1, 4.8.9, leaves that open).
func (x *indexer) pathItem(path string, item tree.Place) {
	items := []tree.Place{item}
	if item.Ref() != "" {
		items = append(items, x.follow(item))
	}
	var shared []*param
	for _, it := range slices.Backward(items) {
		shared = x.params(it.Get("parameters"), shared)
	}
	holder := item // of the path's own servers
	for _, it := range slices.Backward(items) {
		if it.Get("servers").OK() {
			holder = it
		}
	}
	seen := map[string]bool{}
	add := func(method string, op tree.Place) {
		if op.IsMap() && !seen[method] {
			seen[method] = true
			x.operation(method, path, op, shared)
			x.doc.operations[len(x.doc.operations)-1].item = holder
		}
	}
	for _, it := range items {
		it.Each(func(m string, op tree.Place) {
			if slices.Contains(methods, m) {
				add(strings.ToUpper(m), op)
			}
		})
		it.Get("additionalOperations").Each(add)
	}
}

func (x *indexer) operation(method, path string, at tree.Place, shared []*param) {
	o := x.describe(method, path, at, shared)
	if o.ID == "" {
		o.ID = method + " " + path
	} else if first := x.doc.byID[o.ID]; first != nil {
		x.warn(at.Get("operationId"), fmt.Sprintf("operationId %q is taken by %s %s", o.ID, first.Method, first.Path), "give each operation its own")
		o.ID = method + " " + path
	}
	if len(o.responses) == 0 {
		x.warn(at, fmt.Sprintf("%s %s documents no response", method, path), "")
	} else if !o.Succeeds() {
		x.warn(at.Get("responses"), fmt.Sprintf("%s %s documents errors and no success, so a request that is in order is answered 204", method, path), "document a success")
	}
	x.callbacks(o)
	x.doc.operations = append(x.doc.operations, o)
	x.doc.byID[o.ID] = o
}

// describe reads what an operation documents.
func (x *indexer) describe(method, path string, at tree.Place, shared []*param) *Operation {
	o := &Operation{
		ID: at.Get("operationId").Str(), Method: method, Path: path,
		Summary: at.Get("summary").Str(), Deprecated: at.Get("deprecated").True(),
		Security: x.doc.security, Pos: pos(at), doc: x.doc, at: at,
	}
	o.plan.index = x.doc.indexed
	x.doc.indexed++
	at.Get("tags").Each(func(_ string, t tree.Place) { o.Tags = append(o.Tags, t.Str()) })
	if s := at.Get("security"); s.OK() {
		o.Security = x.requirements(s)
	}
	o.params = slices.DeleteFunc(x.params(at.Get("parameters"), shared), func(q *param) bool {
		if q.in != "path" || strings.Contains(path, "{"+q.name+"}") {
			return false
		}
		x.warn(q.at, fmt.Sprintf("the path %s has no {%s}, so this parameter is not checked", path, q.name), "")
		return true
	})
	if b := x.follow(at.Get("requestBody")); b.OK() {
		o.body = &bodySpec{required: b.Get("required").True(), at: b, content: x.content(b.Get("content"), true)}
	}
	x.follow(at.Get("responses")).Each(func(status string, r tree.Place) {
		if !strings.HasPrefix(status, "x-") {
			o.responses = append(o.responses, x.response(status, x.follow(r)))
		}
	})
	return o
}

// params adds a list of parameters to those shared by the path item; a
// parameter of the same name and place replaces the shared one.
func (x *indexer) params(list tree.Place, shared []*param) []*param {
	out := slices.Clone(shared)
	list.Each(func(_ string, at tree.Place) {
		at = x.follow(at)
		p := x.param(at, at.Get("name").Str(), at.Get("in").Str())
		if p.name == "" || !slices.Contains([]string{"path", "query", "querystring", "header", "cookie"}, p.in) {
			x.warn(at, "a parameter needs a name, and an `in` of path, query, header or cookie", "")
			return
		}
		if p.in == "querystring" && p.media == "" {
			x.warn(at, "a parameter that is the whole query string needs `content`, so this one is not checked (OpenAPI 3.2, 4.12.2.2)", "")
			return
		}
		// Accept, Content-Type and Authorization are described elsewhere (OpenAPI 3.1, 4.8.12.1).
		if n := strings.ToLower(p.name); p.in == "header" && (n == "accept" || n == "content-type" || n == "authorization") {
			return
		}
		for i, s := range out {
			if s.name == p.name && s.in == p.in {
				out[i] = p
				return
			}
		}
		out = append(out, p)
	})
	return out
}

func (x *indexer) param(at tree.Place, name, in string) *param {
	p := &param{name: name, in: in, at: at, required: at.Get("required").True() || in == "path",
		style: at.Get("style").Str(), reserved: at.Get("allowReserved").True(), empty: at.Get("allowEmptyValue").True(), schema: x.follow(at.Get("schema"))}
	if p.style == "" {
		p.style = "simple"
		if in == "query" || in == "cookie" {
			p.style = "form"
		}
	}
	p.explode = p.style == "form" || p.style == "cookie" && x.doc.minor >= 2
	if e := at.Get("explode"); e.OK() {
		p.explode = e.True()
	}
	at.Get("content").Each(func(media string, m tree.Place) {
		p.media, p.schema = media, x.follow(x.follow(m).Get("schema"))
	})
	return p
}

func (x *indexer) response(status string, at tree.Place) *ResponseSpec {
	r := &ResponseSpec{Status: status, Pos: pos(at), at: at, Content: x.content(at.Get("content"), false)}
	at.Get("headers").Each(func(name string, h tree.Place) {
		if !strings.EqualFold(name, "Content-Type") { // described by content (OpenAPI 3.1, 4.8.17.1)
			r.headers = append(r.headers, x.param(x.follow(h), name, "header"))
		}
	})
	return r
}

func (x *indexer) content(at tree.Place, request bool) []MediaSpec {
	var out []MediaSpec
	at.Each(func(media string, m tree.Place) {
		m = x.follow(m)
		s := MediaSpec{Type: media, Pos: pos(m), at: m, schema: m.Get("schema"), item: m.Get("itemSchema"), encoding: m.Get("encoding")}
		if !request {
			s.Examples = x.examples(&s, m)
		}
		out = append(out, s)
	})
	return out
}

// follow resolves references; references() has made sure that they lead
// somewhere, so what is left is a place that is not there.
func (x *indexer) follow(p tree.Place) tree.Place {
	if !p.OK() {
		return p
	}
	to, err := p.Follow()
	if err != nil {
		return tree.Place{}
	}
	return to
}

func (x *indexer) fault(at tree.Place, msg, hint string) {
	x.errs = append(x.errs, &Error{Pos: pos(at), Pointer: at.Pointer, Msg: msg, Hint: hint})
}

func (x *indexer) warn(at tree.Place, msg, hint string) {
	x.doc.warnings = append(x.doc.warnings, &Error{Pos: pos(at), Pointer: at.Pointer, Msg: msg, Hint: hint})
}

// sortErrors orders errors by where they stand.
func sortErrors(es Errors) {
	slices.SortStableFunc(es, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Pos.Column, b.Pos.Column), cmp.Compare(a.Pointer, b.Pointer))
	})
}

// refHint says what to do about a reference that leads nowhere.
func refHint(err error) string {
	switch {
	case errors.Is(err, tree.ErrRemote):
		return "--allow-remote-refs reads what lies at URLs; else copy what it points to into a file beside the document"
	case errors.Is(err, tree.ErrOutside):
		return "keep the files that a document refers to in its own folder or below it"
	case errors.Is(err, tree.ErrCircle):
		return "let one of the references in the circle be what is meant"
	}
	return "add what it names, or mend the reference"
}
