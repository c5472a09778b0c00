package sample

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/google/jsonschema-go/jsonschema" // carries the suite
	"github.com/pb33f/jsonschema/v6"
)

// The public JSON Schema test suite, as far as it is about what OpenAPI
// documents use: no remote schemas, anchors or dynamic references.
var suiteSkips = map[string]bool{
	"anchor.json": true, "dynamicRef.json": true, "refRemote.json": true,
}

type suiteGroup struct {
	Description string
	Schema      any
	Tests       []struct {
		Description string
		Data        any
		Valid       bool
	}
}

func suite(t *testing.T, each func(t *testing.T, g *suiteGroup)) {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/jsonschema-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "jsonschema/testdata/draft2020-12/*.json"))
	if err != nil || len(files) < 40 {
		t.Fatalf("the suite has %d files, %v", len(files), err)
	}
	for _, f := range files {
		if suiteSkips[filepath.Base(f)] {
			continue
		}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		var groups []*suiteGroup
		if err := d.Decode(&groups); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			if local(g.Schema) {
				t.Run(strings.TrimSuffix(filepath.Base(f), ".json")+"/"+g.Description, func(t *testing.T) { each(t, g) })
			}
		}
	}
}

// local reports whether a schema refers only to itself, by pointers.
func local(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			ref, isString := x.(string)
			switch {
			case k == "$ref" && isString && !strings.HasPrefix(ref, "#/") && ref != "#", k == "$dynamicRef", k == "$anchor", k == "$id" && isString && ref != "", !local(x):
				return false
			}
		}
	case []any:
		for _, x := range v {
			if !local(x) {
				return false
			}
		}
	}
	return true
}

// within resolves references inside one schema.
func inside(root any) func(string) (any, bool) {
	return func(ref string) (any, bool) {
		v := root
		for i, token := range strings.Split(strings.TrimPrefix(ref, "#"), "/") {
			if i == 0 {
				continue
			}
			token = unescape(token)
			switch x := v.(type) {
			case map[string]any:
				var ok bool
				if v, ok = x[token]; !ok {
					return nil, false
				}
			case []any:
				i, err := strconv.Atoi(token)
				if err != nil || i >= len(x) {
					return nil, false
				}
				v = x[i]
			default:
				return nil, false
			}
		}
		return v, true
	}
}

// validator compiles a schema with the engine that judges exchanges.
func validator(t testing.TB, schema any) *jsonschema.Schema {
	t.Helper()
	s, err := compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func compile(schema any) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("mem:///schema.json", schema); err != nil {
		return nil, err
	}
	return c.Compile("mem:///schema.json")
}

func TestChecker(t *testing.T) {
	suite(t, func(t *testing.T, g *suiteGroup) {
		for _, x := range g.Tests {
			w := newWorld(Options{Resolve: inside(g.Schema)})
			c := checker{w: w}
			if got := c.ok(w.root(g.Schema, ""), normal(x.Data)); got != x.Valid {
				t.Errorf("it finds %q valid: %v, want %v", x.Description, got, x.Valid)
			}
		}
	})
}

func TestGenerateSuite(t *testing.T) {
	made, missed := 0, 0
	suite(t, func(t *testing.T, g *suiteGroup) {
		v := validator(t, g.Schema)
		satisfiable := false
		for _, x := range g.Tests {
			satisfiable = satisfiable || x.Valid
		}
		gen := New(Options{Resolve: inside(g.Schema)})
		for n := range uint64(5) {
			s, err := gen.Generate(Request{Schema: g.Schema, Seed: [2]uint64{n, 1}, Minimal: n == 4})
			if err != nil {
				if satisfiable {
					missed++
					t.Logf("it finds no instance: %v", err)
				}
				return
			}
			made++
			if err := v.Validate(decode(t, s)); err != nil {
				t.Errorf("it makes %s: %v", s.AppendJSON(nil), err)
			}
		}
	})
	t.Logf("%d instances made, %d satisfiable schemas missed", made, missed)
	if missed > 0 {
		t.Errorf("it misses %d satisfiable schemas", missed)
	}
}

// decode reads a sample back as a client would.
func decode(t testing.TB, v Value) any {
	t.Helper()
	x, err := jsonschema.UnmarshalJSON(bytes.NewReader(v.AppendJSON(nil)))
	if err != nil {
		t.Fatalf("it writes no JSON: %s: %v", v.AppendJSON(nil), err)
	}
	return x
}
