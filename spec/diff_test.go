package spec

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel"
	lowv3 "github.com/pb33f/libopenapi/datamodel/low/v3"
	whatchanged "github.com/pb33f/libopenapi/what-changed"
)

const diffBase = `openapi: 3.0.3
info: {title: T, version: "1"}
paths:
  /pets:
    post:
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, multipleOf: 4}}
      requestBody:
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses:
        '200':
          description: ok
          headers:
            X-Rate: {required: true, schema: {type: integer}}
          content:
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  id: {type: string}
                  kind: {type: string, enum: [cat, dog]}
                  shut: {type: object, additionalProperties: false, properties: {m: {type: string}}}
                  choice:
                    oneOf:
                      - {type: object, title: A, properties: {a: {type: string}}}
                      - {type: object, title: B, properties: {b: {type: string}}}
        '404': {description: none}
  /pets/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Owner'}
    delete:
      security: [{key: []}, {oauth: [write]}]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '204': {description: gone}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    oauth: {type: oauth2, flows: {}}
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 10}
        age: {type: integer, nullable: true, format: int32}
        made: {type: string, readOnly: true}
        tags: {type: array, items: {type: string, enum: [x, y]}}
        owner: {$ref: '#/components/schemas/Owner'}
    Owner: {type: object, properties: {n: {type: string}, o: {$ref: '#/components/schemas/Owner'}}}
    Human: {type: object, properties: {n: {type: string}, o: {$ref: '#/components/schemas/Owner'}}}
    Person: {type: object, required: [n], properties: {n: {type: string}}}
`

func compareText(t *testing.T, old, new string) *Diff {
	t.Helper()
	a, err := Loader{}.Parse(context.Background(), "old.yaml", []byte(old))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Loader{}.Parse(context.Background(), "new.yaml", []byte(new))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// diffRows are the kinds of changes. Library is what-changed's verdict: breaking,
// fine, nothing; docs/decisions/0008-diff.md says why ours is another where it is.
var diffRows = []struct {
	name, from, to string
	want           []string // "! " before those that break
	library        string
}{
	// What a schema lets through, in a request and in an answer.
	{"a property that requests must have", "required: [name]", "required: [name, age]", []string{"! Pet: age is required now"}, "breaking"},
	{"a property that is only read becomes required", "required: [name]", "required: [name, made]", []string{"Pet: made is required now"}, "breaking"},
	{"a property that answers always have now", "required: [id]", "required: [id, kind]", []string{"response 200 application/json: kind is required now"}, "breaking"},
	{"a property that requests may leave out", "required: [name]", "required: []", []string{"Pet: name is required no longer"}, "breaking"},
	{"a property that answers may lack", "                required: [id]\n", "", []string{"! response 200 application/json: id is required no longer"}, "breaking"},
	{"a value fewer in requests", "enum: [x, y]", "enum: [x]", []string{"! Pet.tags[]: enum value y is gone"}, "breaking"},
	{"a value more in requests, and another order", "enum: [x, y]", "enum: [y, x, z]", []string{"Pet.tags[]: enum value z is new"}, "fine"},
	{"a value fewer in answers", "enum: [cat, dog]", "enum: [cat]", []string{"response 200 application/json: kind: enum value dog is gone"}, "breaking"},
	{"a value more in answers", "enum: [cat, dog]", "enum: [cat, dog, bird]", []string{"! response 200 application/json: kind: enum value bird is new"}, "fine"},
	{"any value in requests", ", enum: [x, y]", "", []string{"Pet.tags[]: enum is gone"}, "breaking"},
	{"a bound that is lowered", "maxLength: 10", "maxLength: 5", []string{"! Pet.name: maxLength was 10, is 5"}, "breaking"},
	{"a bound that is raised", "maxLength: 10", "maxLength: 20", []string{"Pet.name: maxLength was 10, is 20"}, "breaking"},
	{"a bound that goes", ", maxLength: 10", "", []string{"Pet.name: maxLength is gone, it was 10"}, "fine"},
	{"a bound of answers", "id: {type: string}\n", "id: {type: string, maxLength: 5}\n", []string{"response 200 application/json: id: maxLength is new: 5"}, "fine"},
	{"a new bound of requests", "made: {type: string, readOnly: true}\n", "made: {type: string, readOnly: true}\n        more: {type: string, minLength: 0}\n", []string{"Pet: property more is new"}, "fine"},
	{"a lower bound that is raised", "minimum: 1, ", "minimum: 2, ", []string{"! query.limit: minimum was 1, is 2"}, "breaking"},
	{"a divisor of the old one", "multipleOf: 4", "multipleOf: 2", []string{"query.limit: multipleOf was 4, is 2"}, "breaking"},
	{"a multiple of the old one", "multipleOf: 4", "multipleOf: 8", []string{"! query.limit: multipleOf was 4, is 8"}, "breaking"},
	{"no null in requests", "nullable: true, ", "", []string{`! Pet.age: type was ["integer","null"], is "integer"`}, "fine"},
	{"a type that holds the old one", "age: {type: integer, ", "age: {type: number, ", []string{`Pet.age: type was ["integer","null"], is ["null","number"]`}, "breaking"},
	{"another type of answers", "                  id: {type: string}", "                  id: {type: integer}", []string{`! response 200 application/json: id: type was "string", is "integer"`}, "breaking"},
	{"a format that holds the old one", "format: int32", "format: int64", []string{`Pet.age: format was "int32", is "int64"`}, "breaking"},
	{"a property that requests have no longer", "        tags: {type: array, items: {type: string, enum: [x, y]}}\n", "", []string{"! Pet: property tags is gone"}, "breaking"},
	{"a property more in an object that was closed", "properties: {m: {type: string}}", "properties: {m: {type: string}, l: {type: string}}", []string{"! response 200 application/json: shut: property l is new"}, "fine"},
	{"a property that answers have no longer", "                  kind: {type: string, enum: [cat, dog]}\n", "", []string{"! response 200 application/json: property kind is gone"}, "breaking"},
	{"an object that is closed", "Owner: {type: object,", "Owner: {type: object, additionalProperties: false,", []string{"! Owner: additionalProperties is new: false"}, "breaking"},
	{"a schema that nothing uses", "Person: {type: object,", "Person: {type: object, additionalProperties: false,", []string{"Person: additionalProperties is new: false"}, "breaking"},
	{"a change in an alternative", "title: B, properties: {b: {type: string}}", "title: B, properties: {b: {type: integer}}", []string{`! response 200 application/json: choice(oneOf B).b: type was "string", is "integer"`}, "breaking"},
	{"an alternative fewer in answers", "                      - {type: object, title: B, properties: {b: {type: string}}}\n", "", []string{"response 200 application/json: choice: oneOf branch B is gone"}, "breaking"},
	{"an alternative more in answers", "title: B, properties: {b: {type: string}}}\n", "title: B, properties: {b: {type: string}}}\n                      - {type: string}\n", []string{"! response 200 application/json: choice: oneOf branch 3 is new"}, "fine"},
	{"alternatives in another order", "                      - {type: object, title: A, properties: {a: {type: string}}}\n                      - {type: object, title: B, properties: {b: {type: string}}}\n", "                      - {type: object, title: B, properties: {b: {type: string}}}\n                      - {type: object, title: A, properties: {a: {type: string}}}\n", nil, "nothing"},
	{"a value that must not be, in requests", "type: string, maxLength: 10}", "type: string, maxLength: 10, not: {enum: [a]}}", []string{"! Pet.name: not is new"}, "breaking"},
	{"a property that requests send, and is only read now", "maxLength: 10}", "maxLength: 10, readOnly: true}", []string{"! Pet.name: readOnly is new: true"}, "fine"},
	{"a property of requests that is only written", "maxLength: 10}", "maxLength: 10, writeOnly: true}", []string{"Pet.name: writeOnly is new: true"}, "fine"},

	// References.
	{"a reference to a schema that says the same", "owner: {$ref: '#/components/schemas/Owner'}", "owner: {$ref: '#/components/schemas/Human'}", nil, "fine"},
	{"a reference to another schema", "owner: {$ref: '#/components/schemas/Owner'}", "owner: {$ref: '#/components/schemas/Person'}", []string{"! Owner: property o is gone", "! Person: n is required now"}, "fine"},
	{"a schema in the place of a reference", "owner: {$ref: '#/components/schemas/Owner'}", "owner: {type: object, properties: {n: {type: integer}, o: {$ref: '#/components/schemas/Owner'}}}", []string{`! Pet.owner.n: type was "string", is "integer"`}, "fine"},

	// Operations and their parts.
	{"a method that goes", "    post:", "    put:", []string{"! operation POST is gone", "operation PUT is new"}, "breaking"},
	{"a path that goes", "  /pets:", "  /animals:", []string{"! path /pets is gone", "path /animals is new"}, "breaking"},
	{"a parameter that must be sent", "name: limit, in: query,", "name: limit, in: query, required: true,", []string{"! query.limit is required now"}, "fine"},
	{"a new parameter that must be sent", "multipleOf: 4}}\n", "multipleOf: 4}}\n        - {name: q, in: query, required: true, schema: {type: string}}\n", []string{"! parameter query.q is new"}, "breaking"},
	{"a new parameter", "multipleOf: 4}}\n", "multipleOf: 4}}\n        - {name: q, in: query, schema: {type: string}}\n", []string{"parameter query.q is new"}, "fine"},
	{"a parameter of the whole path that must be sent", "  /pets:\n", "  /pets:\n    parameters: [{name: z, in: query, required: true, schema: {type: string}}]\n", []string{"! parameter query.z is new"}, "breaking"},
	{"a parameter in another place", "limit, in: query, schema", "limit, in: header, schema", []string{"! parameter query.limit is gone", "parameter header.limit is new"}, "breaking"},
	{"a parameter that is written in another way", "limit, in: query, schema", "limit, in: query, explode: false, schema", []string{"! query.limit: explode is new: false"}, "nothing"},
	{"a parameter that says what holds anyway", "limit, in: query, schema", "limit, in: query, required: false, style: form, explode: true, schema", nil, "fine"},
	{"a body that must be sent", "      requestBody:\n", "      requestBody:\n        required: true\n", []string{"! request body is required now"}, "breaking"},
	{"another media type of requests", "          application/json:\n            schema: {$ref", "          application/xml:\n            schema: {$ref", []string{"! request body: media type application/json is gone", "request body: media type application/xml is new"}, "breaking"},
	{"another status", "'404': {description: none}", "'410': {description: none}", []string{"! response 404 is gone", "response 410 is new"}, "breaking"},
	{"a range for a status", "'404': {description: none}", "4XX: {description: none}", []string{"response 404 is gone", "response 4XX is new"}, "breaking"},
	{"another header of answers", "            X-Rate:", "            X-Other:", []string{"! response 200: header X-Rate is gone", "response 200: header X-Other is new"}, "breaking"},
	{"a header that answers may lack", "{required: true, schema: {type: integer}}", "{schema: {type: integer}}", []string{"! response 200 header X-Rate is required no longer"}, "breaking"},
	{"words", "description: ok", "description: fine", []string{`response 200: description was "ok", is "fine"`}, "fine"},
	{"an operation that is deprecated", "    post:", "    post:\n      deprecated: true", []string{"deprecated is new: true"}, "fine"},

	// Credentials and servers.
	{"a credential that must be presented", "    post:", "    post:\n      security: [{key: []}]", []string{`! security was [], is [{"key":[]}]`}, "fine"},
	{"an alternative credential fewer", "security: [{key: []}, {oauth: [write]}]", "security: [{key: []}]", []string{`! security was [{"key":[]},{"oauth":["write"]}], is [{"key":[]}]`}, "breaking"},
	{"a scope fewer", "{oauth: [write]}", "{oauth: []}", []string{`security was [{"key":[]},{"oauth":["write"]}], is [{"key":[]},{"oauth":[]}]`}, "breaking"},
	{"a scope more", "{oauth: [write]}", "{oauth: [write, all]}", []string{`! security was [{"key":[]},{"oauth":["write"]}], is [{"key":[]},{"oauth":["write","all"]}]`}, "fine"},
	{"no credential any more", "      security: [{key: []}, {oauth: [write]}]\n", "", []string{`security was [{"key":[]},{"oauth":["write"]}], is []`}, "breaking"},
	{"a key in another place", "in: header, name: X-Key", "in: cookie, name: X-Key", []string{`! security scheme key: in was "header", is "cookie"`}, "breaking"},
	{"a server that is not at the root", "paths:", "servers: [{url: /v2}]\npaths:", []string{"! server /v2 is new"}, "fine"},
	{"a server at the root", "paths:", "servers: [{url: 'https://example.com/'}]\npaths:", []string{"server https://example.com/ is new"}, "fine"},
}

func TestDiffSaysWhatBreaks(t *testing.T) {
	for _, c := range diffRows {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(diffBase, c.from) {
				t.Fatalf("the document has no %q", c.from)
			}
			changed := strings.Replace(diffBase, c.from, c.to, 1)
			d := compareText(t, diffBase, changed)
			if got := told(d.Changes); !slices.Equal(got, c.want) {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			for _, change := range d.Changes {
				checkPlaces(t, &change, diffBase, changed)
			}
			if got := whatChanged(t, diffBase, changed); got != c.library {
				t.Errorf("the library says %s, not %s: is its table in docs/decisions/0008-diff.md still right?", got, c.library)
			}
		})
	}
}

func told(changes []Change) (out []string) {
	for _, c := range changes {
		out = append(out, map[bool]string{true: "! "}[c.Breaking]+c.Message)
	}
	return out
}

// checkPlaces holds a change's positions: each is where the document says what
// the change is about.
func checkPlaces(t *testing.T, c *Change, old, new string) {
	t.Helper()
	if (c.OldPos == nil) != (c.What == ChangeAdded) || (c.NewPos == nil) != (c.What == ChangeRemoved) {
		t.Errorf("%s: %s, at %v and %v", c.Message, c.What, c.OldPos, c.NewPos)
	}
	for _, side := range []struct {
		pos  *Position
		text string
	}{{c.OldPos, old}, {c.NewPos, new}} {
		if side.pos == nil || side.pos.Line == 1 { // what stands nowhere
			continue
		}
		line := strings.Split(side.text, "\n")[side.pos.Line-1][side.pos.Column-1:]
		name := c.Name
		if _, in, ok := strings.Cut(name, "."); ok && c.Object == "parameter" {
			name = in
		}
		switch c.Object {
		case "operation":
			name = strings.ToLower(name)
		case "server":
			name = "url"
		}
		if !strings.HasPrefix(strings.TrimLeft(line, "'\"{"), name) && !strings.Contains(line[:min(len(line), 30)], name) && c.Object != "oneOf branch" {
			t.Errorf("%s: at %s stands %q", c.Message, side.pos, line)
		}
	}
}

func TestDiffKnowsNoDifferenceWhereThereIsNone(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a variable of a path by another name", "/pets/{id}", "/pets/{pet}"},
		{"a parameter of each operation that stands in the path", "    get:\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string}}\n", "    parameters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n    get:\n"},
		{"a security of an operation that is the document's", "paths:", "security: []\npaths:"},
		{"a response behind a reference", "'404': {description: none}", "'404': {$ref: '#/components/responses/None'}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := strings.ReplaceAll(diffBase, c.from, c.to)
			if c.name == "a variable of a path by another name" {
				changed = strings.ReplaceAll(changed, "{name: id, in: path", "{name: pet, in: path")
			}
			changed = strings.Replace(changed, "  securitySchemes:", "  responses: {None: {description: none}}\n  securitySchemes:", 1)
			if got := told(compareText(t, diffBase, changed).Changes); got != nil {
				t.Errorf("got %q", got)
			}
		})
	}
	t.Run("3.1 for 3.0", func(t *testing.T) {
		changed := strings.NewReplacer("openapi: 3.0.3", "openapi: 3.1.0", "type: integer, nullable: true", "type: ['null', integer]").Replace(diffBase)
		if got := told(compareText(t, diffBase, changed).Changes); !slices.Equal(got, []string{`openapi was "3.0.3", is "3.1.0"`}) {
			t.Errorf("got %q", got)
		}
	})
}

// recording is one exchange of a client that sends a name and a tag, and is
// answered an id and a kind.
func recording(tag string) []Recorded {
	h := http.Header{"Content-Type": {"application/json"}}
	return []Recorded{{
		Request:  &Request{Method: "POST", Path: "/pets", RawQuery: "limit=4", Header: h, Body: []byte(`{"name": "Rex", "tags": ["` + tag + `"]}`)},
		Response: &Response{Status: 200, Header: h, Body: []byte(`{"id": "1", "kind": "dog", "choice": {"b": "x"}}`)},
	}}
}

func TestUsedByKeepsWhatTheClientUses(t *testing.T) {
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
		{"a property that it sends", "name: {type: string, maxLength: 10}", "name: {type: string, maxLength: 5}", []string{"! Pet.name: maxLength was 10, is 5"}},
		{"no property that it does not send", "age: {type: integer, nullable: true, ", "age: {type: integer, maximum: 5, nullable: true, ", nil},
		{"what must be sent beside what it sends", "required: [name]", "required: [name, age]", []string{"! Pet: age is required now"}},
		{"a value that it sends", "enum: [x, y]", "enum: [y]", []string{"! Pet.tags[]: enum value x is gone"}},
		{"no value that it does not send", "enum: [x, y]", "enum: [x]", nil},
		{"a property that it is answered", "kind: {type: string, enum: [cat, dog]}\n", "sort: {type: string}\n", []string{"! response 200 application/json: property kind is gone", "response 200 application/json: property sort is new"}},
		{"no property that it is not answered", "                  shut: {type: object, additionalProperties: false, properties: {m: {type: string}}}\n", "", nil},
		{"an alternative that it is answered", "properties: {b: {type: string}}", "properties: {b: {type: integer}}", []string{`! response 200 application/json: choice(oneOf B).b: type was "string", is "integer"`}},
		{"a parameter that it sends", "minimum: 1, ", "minimum: 3, ", []string{"! query.limit: minimum was 1, is 3"}},
		{"a status that it is answered", "        '200':\n          description: ok\n          headers:", "        '201':\n          description: ok\n          headers:", []string{"! response 200 is gone", "response 201 is new"}},
		{"no status that it is not answered", "'404': {description: none}", "'410': {description: none}", []string{"response 410 is new"}},
		{"no header that it is not answered", "            X-Rate:", "            X-Other:", []string{"response 200: header X-Other is new"}},
		{"no operation that it does not call", "    delete:", "    put:", nil},
		{"its operation's credentials", "    post:", "    post:\n      security: [{key: []}]", []string{`! security was [], is [{"key":[]}]`}},
		{"a path that it calls", "  /pets:", "  /animals:", []string{"! path /pets is gone"}},
		{"only those sides of a schema that it sees", "Owner: {type: object,", "Owner: {type: object, additionalProperties: false,", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := compareText(t, diffBase, strings.Replace(diffBase, c.from, c.to, 1))
			used, strange := all.UsedBy(recording("x"))
			if got := told(used.Changes); !slices.Equal(got, c.want) || strange != 0 {
				t.Errorf("got  %q, %d strange\nwant %q", got, strange, c.want)
			}
			if used.LeftOut != len(all.Changes)-len(used.Changes) {
				t.Errorf("%d of %d are left out, and %d are there", used.LeftOut, len(all.Changes), len(used.Changes))
			}
		})
	}
	t.Run("all of a body that cannot be read", func(t *testing.T) {
		all := compareText(t, diffBase, strings.Replace(diffBase, "age: {type: integer, ", "age: {type: integer, maximum: 5, ", 1))
		cut := recording("x")
		cut[0].Cut = true
		if used, _ := all.UsedBy(cut); len(used.Changes) != 1 {
			t.Errorf("got %q", told(used.Changes))
		}
	})
	t.Run("nothing of another API", func(t *testing.T) {
		all := compareText(t, diffBase, strings.Replace(diffBase, "    delete:", "    put:", 1))
		if used, strange := all.UsedBy([]Recorded{{Request: &Request{Method: "GET", Path: "/else"}}}); len(used.Changes) != 0 || strange != 1 {
			t.Errorf("got %q, %d strange", told(used.Changes), strange)
		}
	})
}

func TestEveryDocumentIsLikeItself(t *testing.T) {
	n := 0
	for _, dir := range []string{".", "testdata", "../mock", "../cmd", "../scenarios"} {
		err := filepath.WalkDir(dir, func(name string, e os.DirEntry, err error) error {
			if err != nil || e.IsDir() && e.Name() == "node_modules" {
				return filepath.SkipDir
			}
			if ext := filepath.Ext(name); e.IsDir() || ext != ".yaml" && ext != ".json" {
				return nil
			}
			doc, err := Load(context.Background(), name)
			if err != nil {
				return nil // no document, or one that is to be refused
			}
			n++
			again, err := Load(context.Background(), name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := Compare(doc, again)
			if err != nil || len(d.Changes) > 0 {
				t.Errorf("%s: %v, %q", name, err, told(d.Changes))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 10 {
		t.Errorf("only %d documents were found", n)
	}
}

func whatChanged(t *testing.T, old, new string) (verdict string) {
	defer func() {
		if recover() != nil {
			verdict = "panics"
		}
	}()
	options := &datamodel.DocumentConfiguration{Logger: slog.New(slog.DiscardHandler), SkipExternalRefResolution: true}
	model := func(text string) *lowv3.Document {
		info, err := datamodel.ExtractSpecInfoWithConfig([]byte(text), options)
		if err != nil {
			t.Fatal(err)
		}
		d, err := lowv3.CreateDocumentFromConfig(info, options)
		if d == nil {
			t.Fatal(err)
		}
		return d
	}
	c := whatchanged.CompareOpenAPIDocuments(model(old), model(new))
	switch {
	case c == nil:
		return "nothing"
	case c.TotalBreakingChanges() > 0:
		return "breaking"
	}
	return "fine"
}
