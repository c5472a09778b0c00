package spec

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const respondDocument = `openapi: 3.1.0
info: {title: x, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses:
        '404': {description: none}
        '200':
          description: ok
          headers:
            X-Rate: {required: true, schema: {type: integer, minimum: 5, maximum: 5}}
            X-Page: {schema: {type: array, items: {type: integer}}, example: [1, 2]}
            X-Optional: {schema: {type: string, minLength: 3}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/A'}
              examples:
                one: {value: {b: 1, a: "x"}}
                two: {value: {b: 2, a: "y"}}
            text/plain: {schema: {type: string}, example: hello}
        5XX:
          description: broken
          content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}
        default:
          description: other
          content: {application/problem+json: {schema: {type: object, required: [title], properties: {title: {const: t}}}}}
components:
  schemas:
    A: {type: object, required: [b], properties: {b: {type: integer, minimum: 1, maximum: 9}, a: {type: string}, secret: {type: string, writeOnly: true}}}
`

func TestRespond(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(respondDocument))
	if err != nil {
		t.Fatal(err)
	}
	o := d.Operation("a")
	for _, tt := range []struct {
		it, body, media string
		status          int
		want            Want
		err             string
	}{
		{"answers with the first success and its first example", `{"b":1,"a":"x"}`, "application/json", 200, Want{}, ""},
		{"answers with a named example", `{"b":2,"a":"y"}`, "application/json", 200, Want{Example: "two"}, ""},
		{"answers in a type that is accepted", `hello`, "text/plain", 200, Want{Accept: "text/*"}, ""},
		{"prefers the type of more weight", `hello`, "text/plain", 200, Want{Accept: "application/json;q=0.5, text/plain;q=0.9"}, ""},
		{"takes the more specific range's weight", `{"b":1,"a":"x"}`, "application/json", 200, Want{Accept: "*/*;q=0.1, text/plain;q=0"}, ""},
		{"refuses what is not acceptable", "", "", 0, Want{Accept: "image/png"}, "none of the documented media types is acceptable: a has application/json, text/plain"},
		{"answers without a body where there is none", "", "", 404, Want{Status: 404}, ""},
		{"answers a status of a range with a sample", "{", "application/json", 503, Want{Status: 503}, ""},
		{"answers any other status with the default", `{"title":"t"}`, "application/problem+json", 418, Want{Status: 418}, ""},
		{"names the examples that there are", "", "", 0, Want{Example: "three"}, `a has no example "three" for 200; it has one, two`},
		{"says that a response has no examples", "", "", 0, Want{Status: 404, Example: "x"}, `a has no example "x" for 404: that response has no body`},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			got, err := o.Respond(tt.want)
			if tt.err != "" {
				if err == nil || err.Error() != tt.err {
					t.Fatalf("error %v, want %s", err, tt.err)
				}
				if tt.want.Accept != "" && !errors.Is(err, ErrNotAcceptable) {
					t.Error("it is not ErrNotAcceptable")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Status != tt.status || got.Header.Get("Content-Type") != tt.media ||
				string(got.Body) != tt.body && (tt.body != "{" || !strings.HasPrefix(string(got.Body), "{")) {
				t.Errorf("got %d %v %s", got.Status, got.Header, got.Body)
			}
			if vs := d.CheckResponse(&Call{Operation: o, Request: &Request{Method: "GET"}}, got); vs != nil {
				t.Errorf("it breaks the document: %v", vs)
			}
		})
	}
	got, _ := o.Respond(Want{})
	if got.Header.Get("X-Rate") != "5" || got.Header.Get("X-Page") != "1,2" || len(got.Header.Get("X-Optional")) < 3 {
		t.Errorf("headers are %v", got.Header)
	}
}

func TestRespondIsReproducible(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	other := false
	for _, o := range d.Operations() {
		for _, r := range o.Responses() {
			w := Want{Status: r.Code(), Dynamic: true, Seed: [2]uint64{7, 8}, Now: now}
			a, err := o.Respond(w)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := o.Respond(w)
			if string(a.Body) != string(b.Body) {
				t.Errorf("%s: %s is not %s", o.ID, a.Body, b.Body)
			}
			w.Seed[1]++
			c, _ := o.Respond(w)
			other = other || string(a.Body) != string(c.Body)
			if vs := d.CheckResponse(&Call{Operation: o, Request: &Request{Method: o.Method}}, a); vs != nil {
				t.Errorf("%s %s: the sample breaks the document: %v", o.ID, r.Status, vs)
			}
			for _, m := range r.Content {
				for _, e := range m.Examples {
					if vs := o.CheckBody(r.Code(), m.Type, e.Body); vs != nil {
						t.Errorf("%s %s: the example %q breaks the document: %v", o.ID, r.Status, e.Name, vs)
					}
				}
			}
		}
	}
	if !other {
		t.Error("the seed makes no difference")
	}
}

func TestCheckBody(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(respondDocument))
	if err != nil {
		t.Fatal(err)
	}
	o := d.Operation("a")
	for _, tt := range []struct {
		status            int
		media, body, want string
	}{
		{200, "application/json", `{"b":1}`, ""},
		{200, "", `{"b":0}`, "body/b minimum"},
		{200, "", `{}`, "body required"},
		{200, "", `{"b":1,"secret":"x"}`, "body/secret writeOnly"},
		{200, "text/plain", "x", ""},
		{200, "image/png", "x", "content-type content"},
		{404, "", "x", "body undeclared"},
		{404, "", "", ""},
		{418, "", `{"title":"x"}`, "body/title const"},
	} {
		var got []string
		for _, v := range o.CheckBody(tt.status, tt.media, []byte(tt.body)) {
			got = append(got, v.Where+" "+v.Keyword)
			if v.Blame != BlameDocument || v.Line == 0 {
				t.Errorf("%s: blame %s at %s", tt.body, v.Blame, v.Position)
			}
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("CheckBody(%d, %q, %s) = %q, want %q", tt.status, tt.media, tt.body, got, tt.want)
		}
	}
}
