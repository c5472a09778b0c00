package spec

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestLoad runs testdata/load: a document in one or more files, and every error
// that loading it gives, or else every warning and operation.
func TestLoad(t *testing.T) {
	files, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			arc, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			last := len(arc.Files) - 1
			for _, f := range arc.Files[:last] {
				to := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(to, f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got := strings.ReplaceAll(loaded(t, filepath.Join(dir, arc.Files[0].Name)), dir+"/", "")
			if *update {
				arc.Files[last].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(arc), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if want := string(arc.Files[last].Data); got != want {
				t.Errorf("%s gives\n%swant\n%s", name, got, want)
			}
		})
	}
}

func loaded(t *testing.T, name string) string {
	var b strings.Builder
	d, err := Load(t.Context(), name)
	var all Errors
	if err != nil && !errors.As(err, &all) {
		t.Fatalf("a document at fault gives %T: %v", err, err)
	}
	for _, e := range all {
		fmt.Fprintln(&b, "error", e)
		if e.Hint != "" {
			fmt.Fprintln(&b, "  hint:", e.Hint)
		}
	}
	if d != nil {
		for _, w := range d.Warnings() {
			fmt.Fprintln(&b, "warning", w)
		}
		for _, o := range d.Operations() {
			fmt.Fprintf(&b, "operation %s = %s %s at %s\n", o.ID, o.Method, o.Path, o.Pos)
		}
	}
	return b.String()
}

func TestLoadReadsFrom(t *testing.T) {
	const doc = "openapi: 3.1.0\ninfo: {title: from afar, version: '7'}\n"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/openapi.yaml" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, doc)
	}))
	defer srv.Close()
	stdin := Loader{Stdin: strings.NewReader(doc)}
	for _, tt := range []struct {
		it, name, want string
		loader         Loader
	}{
		{"standard input", "-", "", stdin},
		{"a URL", srv.URL + "/openapi.yaml", "", Loader{}},
		{"no URL that is not there", srv.URL + "/none", "it answered 404 Not Found", Loader{}},
		{"no standard input that it was not given", "-", "standard input cannot be read here", Loader{}},
		{"no file that is not there", "testdata/none.yaml", "read testdata/none.yaml: no such file or directory", Loader{}},
		{"no folder", "testdata", "it is a folder", Loader{}},
	} {
		t.Run("it reads "+tt.it, func(t *testing.T) {
			d, err := tt.loader.Load(t.Context(), tt.name)
			switch {
			case tt.want == "" && (err != nil || d.Title() != "from afar" || d.Version() != "7"):
				t.Errorf("%v, %v", d, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestBuiltin(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range append(d.Warnings(), d.Prepare()...) {
		t.Error(w)
	}
	if n := len(d.Operations()); n != 25 {
		t.Errorf("it has %d operations, want 25", n)
	}
	o := d.Operation("logout")
	if o == nil || o != d.Operation("POST /auth/logout") || !o.NeedsBearer() || o.Method != "POST" || o.Tags[0] != "Auth" {
		t.Errorf("logout is %+v", o)
	}
	if o.Response(200) == nil || o.Response(418) != nil {
		t.Error("logout answers 200, and not 418")
	}
	if d.Operation("get-anonymous-token").NeedsBearer() {
		t.Error("get-anonymous-token needs a bearer token")
	}
}

func TestRendering(t *testing.T) {
	y, err := Loader{}.Parse(t.Context(), "d.yaml", []byte("openapi: 3.1.0\ninfo: {title: \"yes\", version: '1.0'} # kept\npaths: {}\nx-n: 0x10\n"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"openapi":"3.1.0","info":{"title":"yes","version":"1.0"},"paths":{},"x-n":16}` + "\n"
	if got := string(y.JSON()); got != want {
		t.Errorf("JSON is %s, want %s", got, want)
	}
	if !strings.Contains(string(y.YAML()), "# kept") {
		t.Error("YAML is not the source")
	}
	j, err := Loader{}.Parse(t.Context(), "d.json", []byte(want))
	if err != nil {
		t.Fatal(err)
	}
	const block = "openapi: 3.1.0\ninfo:\n    title: \"yes\"\n    version: \"1.0\"\npaths: {}\nx-n: 16\n"
	if got := string(j.YAML()); got != block {
		t.Errorf("YAML is\n%swant\n%s", got, block)
	}
}
