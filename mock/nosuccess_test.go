package mock_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// errorsOnly is a document as they come: some operations document what goes
// wrong and not what goes right, and one has a HEAD of its own.
const errorsOnly = `openapi: 3.0.3
info: {title: pets, version: "1"}
paths:
  /pets:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {'405': {description: no}}
    head:
      responses: {'200': {description: ok, content: {'*/*': {schema: {type: string}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {description: pet, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}, '404': {description: none}}}
    delete: {responses: {'400': {description: no}}}
  /ping:
    post: {responses: {'400': {description: no}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {id: {type: integer}, name: {type: string}}}
`

func TestWhatDocumentsErrorsOnlySucceedsAllTheSame(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pets.yaml")
	if err := os.WriteFile(file, []byte(errorsOnly), 0o644); err != nil {
		t.Fatal(err)
	}
	doc, err := spec.Load(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{})
	if err != nil {
		t.Fatal(err)
	}
	expect := func(w *httptest.ResponseRecorder, status int, has string) {
		t.Helper()
		if w.Code != status || !strings.Contains(w.Body.String(), has) || w.Header().Get("Standin-Violations") != "" {
			t.Errorf("got %d %s %v, want %d and %q", w.Code, w.Body, w.Header(), status, has)
		}
	}
	w := do(h, "POST", "/pets", `{"name":"Rex"}`)
	expect(w, 201, "")
	at := w.Header().Get("Location")
	expect(do(h, "GET", at, ""), 200, `"name":"Rex"`)
	expect(do(h, "DELETE", at, ""), 204, "")
	expect(do(h, "GET", at, ""), 404, "")
	expect(do(h, "POST", "/ping", ""), 204, "")
	expect(do(h, "POST", "/ping", "", "Prefer", "code=400"), 400, "")
	expect(do(h, "HEAD", "/pets", ""), 200, "")
}
