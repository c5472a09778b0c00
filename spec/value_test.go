package spec

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// TestCallValue reads parameters as values of Go.
func TestCallValue(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "openapi.yaml", []byte(`
openapi: 3.1.0
info: {title: probe, version: "1"}
paths:
  /a/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, default: 20}}
        - {name: ratio, in: query, schema: {type: number}}
        - {name: on, in: query, schema: {type: boolean}}
        - {name: tags, in: query, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {a: {type: array, items: {type: number}}}}}
        - {name: none, in: query, schema: {type: string}}
        - {name: text, in: query, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: [integer, 'null']}}
        - {name: session, in: cookie, schema: {type: string}}
        - {name: bad, in: query, content: {application/json: {}}}
      responses: {'200': {description: ok}}
`))
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Method: "GET", Path: "/a/7", RawQuery: "ratio=1.5&on=true&tags=1,2&filter[a][]=1&filter[a][]=2.5&text=5&bad=%7B",
		Header: http.Header{"X-Trace": {"null"}, "Cookie": {"session=abc"}}}
	c, _ := d.Bind(r, d.Find("GET", "/a/7"))
	for _, tc := range []struct {
		in, name string
		want     any
		ok       bool
	}{
		{"path", "id", 7, true},
		{"query", "limit", 20, true},
		{"query", "ratio", 1.5, true},
		{"query", "on", true, true},
		{"query", "tags", []any{1, 2}, true},
		{"query", "filter", map[string]any{"a": []any{1, 2.5}}, true},
		{"query", "text", "5", true},
		{"header", "x-trace", nil, true},
		{"cookie", "session", "abc", true},
		{"query", "none", nil, false},
		{"query", "bad", nil, false},
		{"query", "id", nil, false},
	} {
		if got, ok := c.Value(tc.in, tc.name); ok != tc.ok || !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s.%s is %#v, %v; want %#v, %v", tc.in, tc.name, got, ok, tc.want, tc.ok)
		}
	}
	if all := c.Values(); len(all) != 9 || all["id"] != 7 {
		t.Errorf("all: %v", all)
	}
}

// TestServers finds operations below the paths of the document's, the path's and
// the operation's servers, with every value of their variables.
func TestServers(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "openapi.yaml", []byte(`
openapi: 3.1.0
info: {title: probe, version: "1"}
servers:
  - url: https://{host}/{base}
    variables: {host: {default: x.example}, base: {default: api/v2, enum: [api/v2, v1, '']}}
  - {url: /relative/}
  - {url: ./dotted}
  - {url: '{whole}/tail', variables: {whole: {default: 'https://y.example/head'}}}
  - {url: //z.example/schemeless}
paths:
  /a:
    get: {operationId: a, responses: {'200': {description: ok}}}
  /p:
    servers: [{url: 'https://x.example/path'}]
    get: {operationId: p, responses: {'200': {description: ok}}}
    post: {operationId: q, servers: [{url: 'https://x.example/{v}/op/x', variables: {v: {default: one}}}], responses: {'200': {description: ok}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	// {base} stands for any one segment, so /path/p is found below it too.
	for request, want := range map[string]string{
		"GET /a": "a", "GET /api/v2/a": "a", "GET /v1/a": "a", "GET /other/a": "a", "GET /relative/a": "a", "GET /dotted/a": "a",
		"GET /head/tail/a": "a", "GET /schemeless/a": "a", "GET /api/v3/a": "",
		"GET /p": "p", "GET /path/p": "p", "POST /path/p": "q", "POST /one/op/x/p": "q", "POST /two/op/x/p": "q", "GET /one/op/x/p": "", "POST /p": "q",
	} {
		method, path, _ := strings.Cut(request, " ")
		got := ""
		if o := d.Find(method, path).Operation; o != nil {
			got = o.ID
		}
		if got != want {
			t.Errorf("%s finds %q, want %q", request, got, want)
		}
	}
	if w := d.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
}

// TestUnknownMethods checks operations whose method the library does not know: by
// our own code, which says so and counts it.
func TestUnknownMethods(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "openapi.yaml", []byte(`
openapi: 3.2.0
info: {title: probe, version: "1"}
paths:
  /a:
    additionalOperations:
      COPY:
        parameters: [{name: n, in: query, schema: {type: integer}}]
        requestBody: {content: {application/json: {schema: {type: object, required: [x]}}}}
        responses: {'200': {description: ok}}
`))
	if err != nil {
		t.Fatal(err)
	}
	warned := d.Prepare()
	if len(warned) != 1 || !strings.Contains(warned[0].Msg, "COPY /a is checked by our own code alone") {
		t.Errorf("warnings: %v", warned)
	}
	r := &Request{Method: "COPY", Path: "/a", RawQuery: "n=x", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
	_, found := d.Bind(r, d.Find("COPY", "/a"))
	if len(found) != 2 || d.Checked().Alone != 1 {
		t.Errorf("%v, %+v", found, d.Checked())
	}
}
