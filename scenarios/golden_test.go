package scenarios

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	yaml "github.com/pb33f/go-yaml"
	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec"
)

var update = flag.Bool("update", false, "write the golden files anew")

func storefront(t testing.TB) *spec.Document {
	t.Helper()
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// load is what a program does with a file: parse it, then compile it.
func load(doc *spec.Document, file string, data []byte) error {
	scs, err := Parse(file, data)
	if err == nil {
		_, err = Compile(doc, scs)
	}
	return err
}

func TestGoodFiles(t *testing.T) {
	doc, schema := storefront(t), compiledSchema(t)
	for _, file := range glob(t, "testdata/good/*", "builtin/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			// Without being marked as shipped, the builtin ones must fit too.
			if err := load(doc, file, data); err != nil {
				t.Errorf("it is refused:\n%s", describe(t, err))
			}
			for _, v := range instances(t, data) {
				if err := schema.Validate(v); err != nil {
					t.Errorf("the JSON Schema refuses it: %v", err)
				}
			}
		})
	}
}

// TestBadFiles compares every message with the file beside it. The first word
// of a file's name tells what finds it out: the YAML reader (syntax), the
// JSON Schema as well (shape), only Parse (range), only Compile (fit).
func TestBadFiles(t *testing.T) {
	doc, schema := storefront(t), compiledSchema(t)
	for _, file := range glob(t, "testdata/bad/*.yaml") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			base := filepath.Base(file)
			_, parseErr := Parse(base, data)
			err = load(doc, base, data)
			if err == nil {
				t.Fatal("it is accepted")
			}
			if fits := strings.HasPrefix(base, "fit-"); fits != (parseErr == nil) {
				t.Errorf("Parse: %v", parseErr)
			}
			within(t, err, data)
			golden(t, strings.TrimSuffix(file, ".yaml")+".err", describe(t, err))
			if !strings.HasPrefix(base, "shape-") {
				return
			}
			for _, v := range instances(t, data) {
				if schema.Validate(v) == nil {
					t.Error("the JSON Schema accepts it")
				}
			}
		})
	}
}

// describe writes errors as people get to see them.
func describe(t testing.TB, err error) string {
	t.Helper()
	errs := spec.Errors(nil)
	if !errors.As(err, &errs) {
		t.Fatalf("%T is no spec.Errors: %v", err, err)
	}
	var b strings.Builder
	for _, e := range errs {
		fmt.Fprintf(&b, "%s\n", e)
		if e.Hint != "" {
			fmt.Fprintf(&b, "\t%s\n", e.Hint)
		}
	}
	return b.String()
}

// within checks that every error points into its file.
func within(t testing.TB, err error, data []byte) {
	t.Helper()
	errs := spec.Errors(nil)
	if !errors.As(err, &errs) {
		t.Errorf("%T is no spec.Errors: %v", err, err)
		return
	}
	lines := strings.Split(string(data), "\n")
	for _, e := range errs {
		if e.Pos.Line == 0 && e.Pos.Column == 0 {
			continue
		}
		if e.Pos.Line < 1 || e.Pos.Line > len(lines) || e.Pos.Column < 1 || e.Pos.Column > len([]rune(lines[e.Pos.Line-1]))+1 {
			t.Errorf("%v is outside the file", e)
		}
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("it says:\n%s\nwant:\n%s", got, want)
	}
}

func glob(t *testing.T, patterns ...string) []string {
	t.Helper()
	var out []string
	for _, p := range patterns {
		files, err := filepath.Glob(p)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files match %s (%v)", p, err)
		}
		out = append(out, files...)
	}
	return out
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instances reads YAML documents as JSON values, as an editor does.
func instances(t *testing.T, data []byte) []any {
	t.Helper()
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	for {
		var v any
		err := loader.Load(&v)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if v == nil {
			continue
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, inst)
	}
}
