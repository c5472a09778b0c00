package spec

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/sample"
)

// fuzzDocuments are the built-in document and those of the cases.
func fuzzDocuments(t testing.TB) []*Document {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	all := []*Document{d}
	for _, name := range []string{"body", "params", "security", "media", "schemas", "styles", "bodies"} {
		arc, err := txtar.ParseFile("testdata/case/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		if d, err = (Loader{}).Parse(t.Context(), name, arc.Files[0].Data); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// FuzzNeverAcceptsWhatTheLibraryRejects sends whole exchanges: what our own
// checker is sure of, the full way must find nothing wrong with.
func FuzzNeverAcceptsWhatTheLibraryRejects(f *testing.F) {
	docs := fuzzDocuments(f)
	for n, d := range docs {
		g := newSamples(d.checker.plan).generator
		for i, o := range d.operations {
			body := []byte("{}")
			if o.body != nil {
				if v, err := g.Generate(sample.Request{Schema: d.checker.plan.Source(o.body.content[0].schema, compile.Request), Direction: sample.InRequest}); err == nil {
					body = v.AppendJSON(nil)
				}
			}
			f.Add(uint8(n), uint8(i), "1", "limit=1&q=a&on=true&sort=up", "application/json", body, uint16(0))
			if resp, err := o.Respond(Want{Dynamic: true, Seed: [2]uint64{1, 1}}); err == nil {
				f.Add(uint8(n), uint8(i), "1", "", "application/json", resp.Body, uint16(resp.Status))
			}
		}
	}
	f.Fuzz(func(t *testing.T, doc, op uint8, id, query, contentType string, body []byte, status uint16) {
		d := docs[int(doc)%len(docs)]
		o := d.operations[int(op)%len(d.operations)]
		var params []Param
		for _, q := range o.params {
			if q.in == "path" {
				params = append(params, Param{Name: q.name, Value: id})
			}
		}
		h := http.Header{"Content-Type": {contentType}, "Authorization": {"Bearer a"}, "X-Trace": {id}, "X-Debug-Mode": {id}}
		c := &Call{Operation: o, Request: &Request{Method: o.Method, Path: o.Path, RawQuery: query, Header: h, Body: body}, Params: params}
		p := o.prepared()
		if p.surely(d, c) {
			for _, v := range p.judge(d, c, "") {
				t.Errorf("%s %s %q %q: sure, but %v", o.ID, id, query, body, v)
			}
		}
		resp := &Response{Status: int(status), Header: http.Header{"Content-Type": {contentType}, "X-Total": {id}}, Body: body}
		if i := slices.Index(o.responses, o.Response(resp.Status)); i >= 0 && p.responses[i].surely(d, c, resp) {
			for _, v := range p.judgeResponse(d, c, resp, i) {
				t.Errorf("%s %d %q: sure, but %v", o.ID, status, body, v)
			}
		}
		if n := d.checker.library().misses.Load(); n != 0 {
			t.Fatalf("the library asked for %d schemas that were not injected", n)
		}
	})
}

// FuzzParameters reads parameters of every style from any text: nothing panics,
// and what comes of it is the same twice.
func FuzzParameters(f *testing.F) {
	for _, s := range []string{"", "1", "a,b", ".1,2", ";m=5", "a=1&b=2", "filter[k]=v&filter[n]=2", "where=%7B%22x%22:1%7D", "%ff", "a,1,b", "tags=a&tags=b", "csv=1,2&pipe=1%7C2"} {
		f.Add(s, s)
	}
	docs := fuzzDocuments(f)
	f.Fuzz(func(t *testing.T, text, query string) {
		for _, d := range append(docs[1:3:3], docs[6:]...) {
			for _, o := range d.operations {
				var params []Param
				for _, q := range o.params {
					if q.in == "path" {
						params = append(params, Param{Name: q.name, Value: text})
					}
				}
				h := http.Header{"X-Nums": {text}, "X-Trace": {text}, "Cookie": {"session=" + text}}
				r := &Request{Method: o.Method, Path: o.Path, RawQuery: query, Header: h}
				_, first := d.Bind(r, Route{Operation: o, Params: params})
				_, second := d.Bind(r, Route{Operation: o, Params: params})
				if render(first) != render(second) {
					t.Errorf("%s\nis not\n%s", render(first), render(second))
				}
				for _, v := range first {
					if v.Message == "" || v.Line == 0 || strings.Contains(v.Message, "failed to") {
						t.Errorf("%+v says too little", v)
					}
				}
			}
		}
	})
}

// FuzzBodies decodes bodies of every type from any text: nothing panics, and what
// comes of it is the same twice.
func FuzzBodies(f *testing.F) {
	for _, s := range []string{"", "a=1&tags=x&filter[k]=v", "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X--\r\n",
		"<pet id='1'><name>a</name><tags><tag>b</tag></tags></pet>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\xff\xfea\x00", "[1]"} {
		for i := range uint8(6) {
			f.Add(i, s)
		}
	}
	docs := fuzzDocuments(f)
	types := []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=X", "application/xml", "text/plain; charset=utf-16", "application/json", "multipart/mixed; boundary=X"}
	f.Fuzz(func(t *testing.T, kind uint8, body string) {
		for _, d := range docs {
			for _, o := range d.operations {
				if o.body == nil {
					continue
				}
				h := http.Header{"Content-Type": {types[int(kind)%len(types)]}}
				r := &Request{Method: o.Method, Path: o.Path, Header: h, Body: []byte(body)}
				_, first := d.Bind(r, Route{Operation: o})
				_, second := d.Bind(r, Route{Operation: o})
				if render(first) != render(second) {
					t.Errorf("%s\nis not\n%s", render(first), render(second))
				}
			}
		}
	})
}

// FuzzLoad parses any text as a document.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {description: x}}}}}"))
	f.Add([]byte(`{"openapi":"3.0.0","paths":{"/a/{b}":{"$ref":"#/paths/~1c"},"/c":{"post":{}}}}`))
	f.Add([]byte("a: &a {<<: *a}"))
	f.Add([]byte("- &a [*a]"))
	for _, name := range []string{"storefront.yaml", "testdata/resources.yaml", "testdata/swagger.yaml"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}, /b: {get: {$ref: '#'}}}"))
	f.Add([]byte("openapi: 3.0.0\npaths: {/a: &a {get: {responses: {200: *a}}}}"))
	f.Add([]byte("swagger: '2.0'\npaths: {/a: {get: {parameters: [{$ref: '#/x'}], responses: {200: {schema: {$ref: '#/paths'}}}}}}\nx: {in: body, schema: {$ref: '#'}}"))
	f.Add([]byte("openapi: 3.1.0\ncomponents: {schemas: {A: {$id: a, $ref: a}, B: {$dynamicRef: '#b', $dynamicAnchor: b, allOf: [{$ref: '#b'}]}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Loader{}.Parse(t.Context(), "d.yaml", data)
		if (d == nil) == (err == nil) {
			t.Fatalf("%v, %v", d, err)
		}
		if err != nil {
			if strings.Contains(err.Error(), "cannot be read:") {
				t.Errorf("it panicked: %v", err)
			}
			return
		}
		d.Prepare()
		d.Examine()
		d.JSON()
		d.YAML()
		for _, o := range d.Operations() {
			d.Bind(&Request{Method: o.Method, Path: o.Path, Body: []byte("{}")}, Route{Operation: o})
		}
	})
}
