package spec

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	// For its test data alone: the import keeps the module required.
	_ "github.com/google/jsonschema-go/jsonschema"
)

// suiteExceptions are groups of the public JSON Schema test suite, or single
// tests, that do not hold here, by the start of their names, with the reason.
var suiteExceptions = []struct{ name, reason string }{
	{"refRemote/", "documents behind URLs are read only where that is allowed, and the suite's lie on no server"},
	{"ref/remote ref, containing refs itself/", "the same: the metaschema's URL"},
	{"defs/validate definition against metaschema/", "the same"},
	{"dynamicRef/strict-tree schema, guards against misspelled properties/", "a dynamic reference between two resources, found by URL"},
	{"dynamicRef/tests for implementation dynamic anchor and reference link/", "the same"},
	{"dynamicRef/$ref and $dynamicAnchor are independent of order", "the same"},
	{"dynamicRef/$ref to $dynamicRef finds detached $dynamicAnchor/", "the same"},
}

type suiteGroup struct {
	Description string
	Schema      json.RawMessage
	Tests       []struct {
		Description string
		Data        json.RawMessage
		Valid       bool
	}
}

// TestJSONSchemaTestSuite sends the instances of the public test suite as bodies,
// both ways, of an operation whose schema is the suite's, in a file beside an
// OpenAPI 3.1 document: the path that every exchange takes.
func TestJSONSchemaTestSuite(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/jsonschema-go").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "jsonschema", "testdata", "draft2020-12")
	files, globErr := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || globErr != nil || len(files) < 40 {
		t.Fatalf("the test suite has %d files, %v, %v", len(files), err, globErr)
	}
	used, passed, excepted := make([]bool, len(suiteExceptions)), 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var groups []suiteGroup
		if err := json.Unmarshal(text, &groups); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, g := range groups {
			d, err := suiteDocument(t, g.Schema)
			for _, test := range g.Tests {
				name := strings.Join([]string{strings.TrimSuffix(filepath.Base(file), ".json"), g.Description, test.Description}, "/")
				problem := ""
				if err != nil {
					problem = "the document is refused: " + strings.ReplaceAll(err.Error(), "\n", " ")
				} else {
					problem = suiteTest(d, test.Data, test.Valid)
				}
				known := -1
				for i, e := range suiteExceptions {
					if strings.HasPrefix(name, e.name) {
						known = i
					}
				}
				switch {
				case problem != "" && known < 0:
					t.Errorf("%s: %s", name, problem)
				case problem != "":
					used[known] = true
					excepted++
				default:
					passed++
				}
			}
		}
	}
	for i, e := range suiteExceptions {
		if !used[i] {
			t.Errorf("the exception %q is none any more", e.name)
		}
	}
	t.Logf("%d tests pass, %d are excepted", passed, excepted)
	if passed < 1000 {
		t.Errorf("only %d tests pass", passed)
	}
}

func suiteDocument(t *testing.T, schema json.RawMessage) (*Document, error) {
	t.Helper()
	dir := t.TempDir()
	use := `{"$ref":"schema.json"}`
	if s := strings.TrimSpace(string(schema)); s == "true" || s == "false" {
		use = s // a file holds an object
	}
	content := `{"content":{"application/json":{"schema":` + use + `}}`
	doc := `{"openapi":"3.1.0","info":{"title":"-","version":"-"},"paths":{"/s":{"post":{"requestBody":` + content + `,"required":true},"responses":{"200":` + content + `,"description":"-"}}}}}}`
	for name, text := range map[string]string{"openapi.json": doc, "schema.json": string(schema)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Load(t.Context(), filepath.Join(dir, "openapi.json"))
}

// suiteTest says what is wrong with the verdict on an instance, "" for nothing.
func suiteTest(d *Document, data json.RawMessage, valid bool) string {
	header := http.Header{"Content-Type": {"application/json"}}
	r := &Request{Method: "POST", Path: "/s", Header: header, Body: data}
	call, found := d.Bind(r, d.Find("POST", "/s"))
	for _, way := range []struct {
		name  string
		found []Violation
	}{{"request", found}, {"response", d.CheckResponse(call, &Response{Status: 200, Header: header, Body: data})}} {
		wrong := ""
		for _, v := range way.found {
			if v.Severity == SeverityError {
				wrong = v.String()
			}
		}
		if (wrong == "") != valid {
			return "as a " + way.name + ", " + string(data) + " is valid: " + map[bool]string{true: "yes", false: "no"}[valid] + "; we say: " + wrong
		}
	}
	return ""
}
