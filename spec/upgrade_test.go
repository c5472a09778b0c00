package spec

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestSwagger sends messages to a Swagger 2.0 document, and finds what is wrong
// with them where the document says so.
func TestSwagger(t *testing.T) {
	text, err := os.ReadFile("testdata/swagger.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Loader{}.Parse(t.Context(), "swagger.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	if w := d.Warnings(); len(w) != 1 || !strings.Contains(w[0].Error(), "swagger.yaml:1:1: this is a Swagger 2.0 document; it was converted to OpenAPI 3.0.3") {
		t.Errorf("warnings %v", w)
	}
	for _, w := range d.Prepare() {
		t.Error(w)
	}
	const form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"
	part := func(name, file, text string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"" + file + "\r\n\r\n" + text + "\r\n"
	}
	for _, tt := range []struct {
		it, method, target, media, body string
		want                            string // where and line of a violation, "" for none
	}{
		{"takes a list with commas", "GET", "/v2/pets?tags=a,b", "", "", ""},
		{"refuses an item of a list", "GET", "/pets?tags=a,c", "", "", "query.tags/1 18"},
		{"takes a list of pairs", "GET", "/pets?ids=1&ids=2", "", "", ""},
		{"refuses an item of a list of pairs", "GET", "/pets?ids=1&ids=x", "", "", "query.ids/1 19"},
		{"bounds a number", "GET", "/pets?limit=10", "", "", "query.limit 20"},
		{"reads a parameter of the path", "GET", "/pets", "trace", "", "header.X-Trace 62"},
		{"takes a body without what is read-only", "POST", "/pets", "application/json", `{"name":"a","kind":"Pet","owner":null,"chip":null}`, ""},
		{"refuses a body", "POST", "/pets", "application/json", `{"name":1,"kind":"Pet"}`, "body/name 76"},
		{"refuses null where it may not be", "POST", "/pets", "application/json", `{"name":null,"kind":"Pet"}`, "body/name 76"},
		{"follows what may be null", "POST", "/pets", "application/json", `{"name":"a","kind":"Pet","owner":{}}`, "body/owner 80"},
		{"needs the body", "POST", "/pets", "", "", "body 32"},
		{"takes a file", "POST", "/pets/1/photo", parts, part("file", `; filename="a"`, "\x00\xff") + part("note", "", "abc") + "--b--\r\n", ""},
		{"needs the file", "POST", "/pets/1/photo", parts, part("note", "", "abc") + "--b--\r\n", "body 42"},
		{"takes a form", "POST", "/login", form, "user=a", ""},
		{"needs a member of a form", "POST", "/login", form, "x=y", "body 51"},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			path, query, _ := strings.Cut(tt.target, "?")
			route := d.Find(tt.method, path)
			if route.Operation == nil {
				t.Fatal("it finds no operation")
			}
			h := http.Header{"X-Key": {"k"}, "Authorization": {"Bearer b"}}
			if tt.media == "trace" {
				h.Set("X-Trace", "none")
			} else if tt.media != "" {
				h.Set("Content-Type", tt.media)
			}
			_, found := d.Bind(&Request{Method: tt.method, Path: path, RawQuery: query, Header: h, Body: []byte(tt.body)}, route)
			var got []string
			there := false
			for _, v := range found {
				if v.Severity == SeverityError {
					at := v.Where + " " + strconv.Itoa(v.Line)
					got = append(got, at)
					there = there || at == tt.want
				}
			}
			if there != (tt.want != "") || tt.want == "" && len(got) > 0 {
				t.Errorf("violations %q, want %q", got, tt.want)
			}
		})
	}
	if got := d.Operation("create").Security; len(got) != 1 || got[0][0].Type != "oauth2" || got[0][0].Scopes[0] != "write" {
		t.Errorf("the security is %v", got)
	}
	r, err := d.Operation("list").Respond(Want{Status: 200})
	if err != nil || string(r.Body) != `[{"id":1,"name":"Rex","kind":"dog"}]` {
		t.Errorf("the answer is %s, %v", r.Body, err)
	}
	if r, err := d.Operation("photo").Respond(Want{Status: 200}); err != nil || r.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture is %v, %v", r, err)
	}
	again, err := Loader{}.Parse(t.Context(), "again.yaml", d.YAML())
	if err != nil {
		t.Fatalf("what is shown cannot be loaded: %v\n%s", err, d.YAML())
	}
	if len(again.Operations()) != len(d.Operations()) || len(again.Warnings()) != 0 {
		t.Errorf("what is shown has %d operations, %v", len(again.Operations()), again.Warnings())
	}
}

func TestSwaggerFaultsAreToldAsWritten(t *testing.T) {
	_, err := Loader{}.Parse(t.Context(), "s.yaml", []byte("swagger: '2.0'\ninfo: {title: x, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        200: {description: x, schema: {$ref: '#/definitions/None'}}\n"))
	if err == nil || err.Error() != "s.yaml:7:40: the reference #/definitions/None leads nowhere: there is nothing at that address (at /paths/~1a/get/responses/200/schema/$ref)" {
		t.Errorf("the error is %v", err)
	}
}
