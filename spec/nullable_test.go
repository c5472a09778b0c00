package spec

import (
	"fmt"
	"net/http"
	"testing"
)

// TestNullable holds 3.0's nullable against each keyword that it stands beside:
// null is let through, and nothing else that was not before.
func TestNullable(t *testing.T) {
	for _, tt := range []struct{ schema, good, bad string }{
		{`{type: string, nullable: true}`, `null`, `1`},
		{`{type: string, nullable: true}`, `"a"`, `{}`},
		{`{type: string, nullable: false}`, `"a"`, `null`},
		{`{type: string}`, `"a"`, `null`},
		{`{type: string, nullable: true, enum: [a, b]}`, `null`, `"c"`},
		{`{type: string, nullable: true, enum: [a, null]}`, `null`, `"c"`},
		{`{nullable: true, enum: [a]}`, `null`, `"c"`},
		{`{type: integer, nullable: true, minimum: 1, exclusiveMinimum: true}`, `null`, `1`},
		{`{type: integer, nullable: true, minimum: 1, exclusiveMinimum: false}`, `1`, `0`},
		{`{nullable: true, allOf: [{type: string}]}`, `null`, `1`},
		{`{nullable: true, anyOf: [{type: string}, {type: integer}]}`, `null`, `true`},
		{`{nullable: true, oneOf: [{type: string}, {type: integer}]}`, `null`, `true`},
		{`{nullable: true, not: {type: string}}`, `null`, `"a"`},
		{`{nullable: true, $ref: '#/components/schemas/S'}`, `null`, `1`},
		{`{nullable: true, allOf: [{$ref: '#/components/schemas/S'}], oneOf: [{minLength: 2}, {maxLength: 0}]}`, `null`, `"a"`},
		{`{nullable: true, allOf: [{$ref: '#/components/schemas/S'}], oneOf: [{minLength: 2}, {maxLength: 0}]}`, `"ab"`, `1`},
		{`{type: object, nullable: true, allOf: [{required: [a]}]}`, `null`, `{}`},
		{`{type: object, properties: {a: {type: string, nullable: true}}}`, `{"a":null}`, `{"a":1}`},
		{`{type: array, items: {type: string, nullable: true}}`, `[null]`, `[1]`},
		{`{$ref: '#/components/schemas/N'}`, `null`, `1`},
	} {
		t.Run("it takes "+tt.good+" and not "+tt.bad+" for "+tt.schema, func(t *testing.T) {
			d, err := Loader{}.Parse(t.Context(), "d.yaml", fmt.Appendf(nil, `openapi: 3.0.3
info: {title: x, version: "1"}
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: %s}}}
      responses: {'200': {description: ok, content: {application/json: {schema: %[1]s}}}}
components: {schemas: {S: {type: string}, N: {type: string, nullable: true}}}
`, tt.schema))
			if err != nil {
				t.Fatal(err)
			}
			for body, want := range map[string]int{tt.good: 0, tt.bad: 1} {
				h := http.Header{"Content-Type": {"application/json"}}
				c, vs := d.Bind(&Request{Method: "POST", Path: "/a", Header: h, Body: []byte(body)}, d.Find("POST", "/a"))
				if len(vs) != want {
					t.Errorf("request %s: %v", body, vs)
				}
				if vs := d.CheckResponse(c, &Response{Status: 200, Header: h, Body: []byte(body)}); len(vs) != want {
					t.Errorf("response %s: %v", body, vs)
				}
			}
		})
	}
}
