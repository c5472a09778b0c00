package exercise_test

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/exercise"
	"github.com/standin-dev/standin/spec"
)

// DocumentsEnv names a folder of OpenAPI documents to exercise whole.
const documentsEnv = "STANDIN_DOCUMENTS"

func run(t testing.TB, doc *spec.Document, b mock.Behaviours) *exercise.Report {
	t.Helper()
	h, err := mock.New(doc, mock.Options{Active: []string{}, Keep: exercise.Keep, Behaviours: b, Start: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC), Freeze: true})
	if err != nil {
		t.Fatal(err)
	}
	return exercise.Run(t.Context(), h, time.Now, exercise.Options{})
}

func lines(ps []exercise.Problem) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString("\n  " + strings.Join([]string{p.Operation, p.Case, p.Request, p.Where, p.Keyword, p.Message, p.At.String(), p.Pointer, p.By}, " | "))
	}
	return b.String()
}

// sound holds that the fake keeps its document and holds its clients to it.
func sound(t *testing.T, r *exercise.Report) {
	t.Helper()
	if len(r.Broken) > 0 {
		t.Errorf("answers break the document:%s", lines(r.Broken))
	}
	if len(r.Refused) > 0 {
		t.Errorf("valid requests are refused:%s", lines(r.Refused))
	}
	if len(r.Accepted) > 0 {
		t.Errorf("invalid requests are accepted:%s", lines(r.Accepted))
	}
	if len(r.Disputed) > 0 {
		t.Errorf("the library judges otherwise:%s", lines(r.Disputed))
	}
	if r.Exchanges < r.Operations || r.Valid+r.Invalid != r.Exchanges {
		t.Errorf("%d operations, %d exchanges, %d valid and %d invalid", r.Operations, r.Exchanges, r.Valid, r.Invalid)
	}
}

func TestEveryDocumentOfTheFolder(t *testing.T) {
	dir := os.Getenv(documentsEnv)
	if dir == "" {
		t.Skip(documentsEnv + " names no folder of documents")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.[jy]*")) // JSON and YAML
	if err != nil || len(files) == 0 {
		t.Fatalf("%d documents, %v", len(files), err)
	}
	public := names(dir)
	var rows []row
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			doc, err := spec.Load(t.Context(), file)
			if err != nil && strings.Contains(err.Error(), "leads nowhere") {
				t.Skip(err) // rightly refused: what it refers to is not there
			}
			if err != nil {
				t.Fatal(err)
			}
			r := run(t, doc, mock.Behaviours{})
			t.Logf("%d operations, %d exchanges in %v; judged %+v; excused %v; %d faults of the document; unmade:%s", r.Operations, r.Exchanges,
				time.Duration(r.Duration).Round(time.Millisecond), r.Judged, r.Excused, len(r.Document), lines(r.Unmade))
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			id := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
			rows = append(rows, row{cmp.Or(public[id], id), info.Size(), r})
			if *tableFile != "" {
				if err := writeTable(*tableFile, rows); err != nil {
					t.Error(err)
				}
			}
			sound(t, r)
		})
	}
}

const shop = `openapi: 3.1.0
info: {title: Shop, version: "1"}
security: [{key: []}]
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Item:
      type: object
      required: [id, name]
      properties:
        id: {type: string, format: uuid, readOnly: true}
        name: {type: string, minLength: 1, maxLength: 20, pattern: "^[A-Z]"}
        price: {type: number, minimum: 0, exclusiveMaximum: 1000, multipleOf: 0.5}
        size: {enum: [s, m, l]}
        tags: {type: array, items: {type: string}, uniqueItems: true, maxItems: 3}
        parent: {$ref: "#/components/schemas/Item"}
      additionalProperties: false
paths:
  /items:
    get:
      operationId: list
      parameters:
        - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 50}}
        - {name: ids, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}, maxItems: 2}}
        - {name: filter, in: query, style: deepObject, explode: true, schema: {type: object, properties: {size: {enum: [s, m]}}}}
        - {name: X-Trace, in: header, schema: {type: string, format: uuid}}
        - {name: theme, in: cookie, schema: {type: string, enum: [dark, light]}}
      responses:
        "200": {description: ok, headers: {X-Total: {required: true, schema: {type: integer, minimum: 0}}}, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}}
        4XX: {description: no, content: {application/problem+json: {schema: {type: object, required: [title], properties: {title: {type: string}}}}}}
    post:
      operationId: add
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}}
      responses:
        "201": {description: made, content: {application/json: {schema: {$ref: "#/components/schemas/Item"}, example: {id: 7, name: Cup}}}}
        default: {description: no}
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer, maximum: 99}}]
    delete: {operationId: remove, responses: {"204": {description: gone}}}
`

func load(t testing.TB, text string) *spec.Document {
	t.Helper()
	doc, err := spec.Loader{}.Parse(t.Context(), "shop.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestRun exercises a document of many shapes: the fake must be sound, and the
// document's one bad example be laid at the document's door.
func TestRun(t *testing.T) {
	r := run(t, load(t, shop), mock.Behaviours{})
	sound(t, r)
	if r.Operations != 3 || r.Judged != (exercise.Judged{Stock: 3}) || len(r.Unmade) > 0 {
		t.Errorf("%d operations, judged %+v, unmade:%s", r.Operations, r.Judged, lines(r.Unmade))
	}
	if len(r.Document) != 1 || r.Document[0].Where != "body/id" || r.Document[0].Keyword != "type" || r.Document[0].At.Line == 0 || r.Document[0].Pointer == "" {
		t.Errorf("the document's faults are:%s", lines(r.Document))
	}
	if r.Invalid < 25 {
		t.Errorf("%d invalid requests are too few for so many constraints", r.Invalid)
	}
}

// TestRunFindsAFakeThatBreaksItsDocument gives operations behaviours that do
// wrong: what a fake must not do has to show.
func TestRunFindsAFakeThatBreaksItsDocument(t *testing.T) {
	answer := func(status int, body string) mock.Behaviour {
		return func(*mock.Tx, *mock.Call) mock.Answer { return mock.Answer{Status: status, Body: []byte(body)} }
	}
	r := run(t, load(t, shop), mock.Behaviours{Operations: map[string]mock.Behaviour{
		"POST /items":        answer(201, `{"id":"0b6d3a52-6d43-4f5c-a8b8-3c1b7f0b3f9d","name":"nine","price":1000}`),
		"DELETE /items/{id}": answer(202, `{}`),
	}})
	var got []string
	for _, p := range r.Broken {
		got = append(got, p.Operation+" "+p.Where+" "+p.Keyword)
	}
	if s, want := strings.Join(got, ", "), "add body/name pattern, add body/price exclusiveMaximum, remove status responses"; s != want {
		t.Errorf("broken: %s\nwant %s", s, want)
	}
	if !r.Failed() {
		t.Error("it did not fail")
	}
}

// TestRunFindsAFakeThatTakesAnything has a lenient fake accept what it must
// refuse.
func TestRunFindsAFakeThatTakesAnything(t *testing.T) {
	h, err := mock.New(load(t, shop), mock.Options{Active: []string{}, Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	r := exercise.Run(t.Context(), h, time.Now, exercise.Options{Workers: 1})
	kinds := map[string]bool{}
	for _, p := range r.Accepted {
		kinds[p.Keyword] = true
	}
	for _, keyword := range []string{"required", "type", "minimum", "maximum", "maxItems", "enum", "format", "json", "content", "minLength", "maxLength", "pattern", "exclusiveMaximum", "multipleOf", "uniqueItems", "additionalProperties"} {
		if !kinds[keyword] {
			t.Errorf("no request breaks %s", keyword)
		}
	}
}
