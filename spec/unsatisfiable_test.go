package spec

import "testing"

func TestUnsatisfiableSchemasAreToldWithTheirPointer(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(`openapi: 3.1.0
info: {title: x, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}
        '201':
          description: an example stands in
          content: {application/json: {schema: {not: {}}, example: 1}}
        '404': {description: none, content: {application/json: {schema: {type: string}}}}
components:
  schemas:
    A:
      type: object
      required: [n]
      properties:
        n: {type: integer, minimum: 3, maximum: 2}
`))
	if err != nil {
		t.Fatal(err)
	}
	found := d.Unsatisfiable(t.Context())
	if len(found) != 1 || found[0].Pointer != "/components/schemas/A/properties/n" || found[0].Pos.Line != 21 {
		t.Fatalf("found %v", found)
	}
	o := d.Operation("a")
	got, err := o.Respond(Want{Dynamic: true})
	if err != nil || string(got.Body) != "{}" || !got.Unsatisfied() {
		t.Fatalf("the request gets %v %v", got, err)
	}
	if vs := d.CheckResponse(&Call{Operation: o, Request: &Request{Method: "GET"}}, got); len(vs) == 0 {
		t.Error("the makeshift is not found out")
	}
}
