package accept

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	// For its test data alone: the import keeps the module required.
	_ "github.com/google/jsonschema-go/jsonschema"
	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
)

// suiteDir finds the public JSON Schema test suite in the module that carries it.
func suiteDir(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/jsonschema-go").Output()
	dir := strings.TrimSpace(string(out))
	if err != nil || dir == "" {
		t.Fatalf("find the module that holds the test suite (run go mod download): %q, %v", dir, err)
	}
	return filepath.Join(dir, "jsonschema", "testdata")
}

// remotes serves the documents that the suite refers to by address.
type remotes string

func (dir remotes) Load(url string) (any, error) {
	name := strings.TrimPrefix(url, "http://localhost:1234/")
	text, err := os.ReadFile(filepath.Join(string(dir), filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(text))
}

func TestJSONSchemaTestSuite(t *testing.T) {
	// disputed are tests on which the engine and the suite disagree, so that a
	// checker cannot please both. The checker follows the engine.
	disputed := map[string]bool{}

	dir := suiteDir(t)
	files, err := filepath.Glob(filepath.Join(dir, "draft2020-12", "*.json"))
	if err != nil || len(files) < 40 {
		t.Fatalf("the test suite has %d files, %v", len(files), err)
	}
	var groups, skipped, sound, accepted int
	for _, file := range files {
		for _, group := range suiteGroups(t, file) {
			groups++
			c := helpers.NewCompilerWithOptions(config.NewValidationOptions(config.WithFormatAssertions()))
			c.UseLoader(remotes(filepath.Join(dir, "remotes")))
			s, err := compileWith(c, group.Schema)
			if err != nil {
				skipped++
				continue
			}
			for _, test := range group.Tests {
				name := strings.Join([]string{filepath.Base(file), group.Description, test.Description}, "/")
				whole := newSubject(name, s)
				whole.hold(t, test.Data)
				for i, c := range whole.checkers {
					ok := c.Valid(test.Data)
					if ok && !test.Valid && !disputed[name] {
						t.Errorf("%s: accepted %s under %+v, which the suite calls invalid", name, test.Data, policies[i])
					}
					if test.Valid && policies[i] == (Options{Undeclared: AllowUndeclared}) {
						sound++
						if ok {
							accepted++
						}
					}
				}
			}
		}
	}
	t.Logf("%d groups, %d not compiled by the engine; accepted %d of %d valid bodies", groups, skipped, accepted, sound)
	if skipped > groups/20 {
		t.Errorf("the engine compiled only %d of %d groups", groups-skipped, groups)
	}
	if accepted*100 < sound*60 {
		t.Errorf("accepted %d of %d valid bodies, want 60 %%", accepted, sound)
	}
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

func suiteGroups(t *testing.T, file string) (groups []suiteGroup) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &groups); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return groups
}

func compileWith(c *jsonschema.Compiler, schema []byte) (*jsonschema.Schema, error) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return nil, err
	}
	if err := c.AddResource("mem:///schema", v); err != nil {
		return nil, err
	}
	return c.Compile("mem:///schema")
}
