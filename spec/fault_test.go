package spec

import "testing"

// What a fault does not explain is not excused by it.
func TestExcusedIsNarrow(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(`openapi: 3.0.3
info: {title: x, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses:
        '200':
          description: ok
          content:
            application/xml:
              schema:
                type: object
                properties:
                  id: {type: integer, xml: {attribute: true}}
                  tags: {type: array, xml: {wrapped: true}, items: {type: string}}
                  age: {type: integer}
                  mixed: {anyOf: [{type: integer}]}
                  maybe: {nullable: true, oneOf: [{type: string}]}
            application/x-www-form-urlencoded: {schema: {type: object}}
`))
	if err != nil {
		t.Fatal(err)
	}
	o := d.Operation("a")
	for _, tt := range []struct {
		it, want string
		f        Finding
	}{
		{"excuses an attribute that is missed", "XML names, attributes and wrappers", Finding{Where: "body", Keyword: "required", Message: "missing property 'id'", media: "application/xml"}},
		{"excuses a wrapper that is taken for an object", "XML names, attributes and wrappers", Finding{Where: "body/tags/0", Keyword: "type", Message: "got object, want string", media: "application/xml"}},
		{"excuses text whose type stands in anyOf", "texts whose type stands elsewhere", Finding{Where: "body/mixed", Keyword: "type", Message: "got string, want integer", media: "application/xml"}},
		{"excuses an empty element", "XML elements without elements", Finding{Where: "body", Keyword: "type", Message: "got string, want object", media: "application/xml"}},
		{"excuses a list of one item in a form", "lists and objects in forms and parts", Finding{Where: "body/x", Keyword: "type", Message: "got string, want array", media: "application/x-www-form-urlencoded"}},
		{"excuses nullable beside oneOf", "nullable beside alternatives", Finding{Where: "body/maybe", Keyword: "oneOf", Message: "x", media: "application/json"}},
		{"excuses a 204 without the content that the document gives it", "content of answers that have none", Finding{Where: "content-type", Message: "POST / 204 operation response content type '' does not exist: The content type '' of the POST response received has not been defined, it's an unknown type"}},
		{"excuses no 200 without a type", "", Finding{Where: "content-type", Message: "POST / 200 operation response content type '' does not exist: The content type '' of the POST response received has not been defined, it's an unknown type"}},
		{"excuses no text where a number is declared", "", Finding{Where: "body/age", Keyword: "type", Message: "got string, want integer", media: "application/xml"}},
		{"excuses no element that is missing", "", Finding{Where: "body", Keyword: "required", Message: "missing property 'age'", media: "application/xml"}},
		{"excuses no wrong value in XML", "", Finding{Where: "body/age", Keyword: "minimum", Message: "minimum: got 1, want 2", media: "application/xml"}},
		{"excuses nothing of XML in JSON", "", Finding{Where: "body", Keyword: "type", Message: "got string, want object", media: "application/json"}},
		{"excuses nothing beside what is nullable", "", Finding{Where: "body/age", Keyword: "oneOf", Message: "x", media: "application/json"}},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			got := ""
			if fault := o.Excused(tt.f); fault != nil {
				got = fault.Name
			}
			if got != tt.want {
				t.Errorf("excused by %q, want %q", got, tt.want)
			}
		})
	}
}
