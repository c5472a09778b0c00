package spec

import "testing"

func TestValidCases(t *testing.T) {
	for _, tt := range []struct {
		it, content string
		unmade      int
	}{
		{"sends no empty list in a form", `application/x-www-form-urlencoded: {schema: {type: object, required: [a], properties: {a: {type: array, items: {type: string}}}}}`, 0},
		{"sends no empty object in a form", `application/x-www-form-urlencoded: {schema: {type: object, required: [a], properties: {a: {type: object, properties: {b: {type: integer}}}}}}`, 0},
		{"sends no empty form where a body is required", `application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: integer}}}}`, 0},
		{"sends no empty list in parts", `multipart/form-data: {schema: {type: object, required: [a], properties: {a: {type: array, items: {type: string}}}}}`, 0},
		{"sends no empty list as parts", `multipart/mixed: {schema: {type: array, items: {type: string}}}`, 0},
		{"writes parts in the styles that they have", `multipart/form-data: {schema: {type: object, required: [a, b], properties: {a: {type: array, minItems: 2, items: {type: integer}}, b: {type: array, minItems: 2, items: {type: boolean}}}},
 encoding: {a: {style: form, explode: false}, b: {style: pipeDelimited}}}`, 0},
		{"makes nothing without a body that it cannot make", `application/json: {schema: {allOf: [{type: string}, {type: integer}]}}`, 1},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(`openapi: 3.1.0
info: {title: x, version: "1"}
paths: {/a: {post: {operationId: a, requestBody: {required: true, content: {`+tt.content+`}}, responses: {'200': {description: ok}}}}}
`))
			if err != nil {
				t.Fatal(err)
			}
			cases := d.Operation("a").Cases(1)
			if len(cases.Unmade) != tt.unmade || (len(cases.Valid) == 0) != (tt.unmade > 0) {
				t.Errorf("%d valid, not made: %v", len(cases.Valid), cases.Unmade)
			}
			for _, c := range cases.Valid {
				_, found := d.Bind(c.Request, d.Find("POST", "/a"))
				for _, v := range found {
					t.Errorf("%s: %q: %v", c.Name, c.Request.Body, v)
				}
			}
		})
	}
}
