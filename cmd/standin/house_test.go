package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/standin-dev/standin/"

// layers are the packages that may be imported from below only: a package may
// import those of the layers after its own, and what is internal to itself.
var layers = [][]string{
	{"cmd/standin"},
	{"mock/control", "mock/storefront", "mock/exercise", "mock/record", "mock/verify"},
	{"mock"},
	{"mock/report"},
	{"mock/har"},
	{"scenarios"},
	{"spec"},
}

type pkg struct {
	ImportPath, Dir, Doc string
	Imports, GoFiles     []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,GoFiles", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// layer is the index of the layer that a package belongs to, -1 if none.
func layer(path string) int {
	path = strings.TrimPrefix(path, module)
	path, _, _ = strings.Cut(path, "/internal")
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, path) })
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		from := layer(p.ImportPath)
		if from < 0 {
			t.Errorf("%s belongs to no layer of the house", p.ImportPath)
			continue
		}
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, module) {
				continue
			}
			own, _, _ := strings.Cut(p.ImportPath, "/internal")
			theirs, _, isInternal := strings.Cut(i, "/internal")
			if to := layer(i); to <= from && !(isInternal && theirs == own) {
				t.Errorf("%s imports %s, which is not below it", p.ImportPath, i)
			}
		}
	}
}

func TestEveryPackageHasAManual(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.Doc) < 40 {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
		n := 0
		for _, file := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if f.Doc != nil {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d package comments, want one", p.ImportPath, n)
		}
	}
}

// allowedClocks are the functions outside of cmd that may touch the wall clock:
// they set it up, or bound what happens on the wire, after the answer is made.
var allowedClocks = []string{
	"mock/handler.go time.Now", // Options.Wall
	// Answers nobody: it asks a real service, at the rate that is allowed.
	"mock/verify/verify.go time.Now", "mock/verify/verify.go time.Until",
}

func TestNothingInTheAnswerPathReadsTheWallClock(t *testing.T) {
	forbidden := map[string][]string{
		"time":         {"Now", "Since", "Until"},
		"math/rand":    {"*"},
		"math/rand/v2": {"Int", "IntN", "Float64", "Uint64", "N", "Perm", "Shuffle"},
		"crypto/rand":  {"*"},
	}
	for _, p := range packages(t) {
		if layer(p.ImportPath) == 0 || strings.HasSuffix(p.ImportPath, "/control") || strings.HasSuffix(p.ImportPath, "/wire") {
			continue
		}
		for _, file := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			names := map[string]string{}
			for _, i := range f.Imports {
				path := strings.Trim(i.Path.Value, `"`)
				if _, ok := forbidden[path]; ok {
					names[strings.TrimSuffix(filepath.Base(path), "v2")] = path
					names["rand"] = path
				}
			}
			ast.Inspect(f, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if !ok || names[x.Name] == "" {
					return true
				}
				list := forbidden[names[x.Name]]
				where := strings.TrimPrefix(p.ImportPath, module) + "/" + file + " " + x.Name + "." + sel.Sel.Name
				if (slices.Contains(list, sel.Sel.Name) || slices.Contains(list, "*")) && !slices.Contains(allowedClocks, where) {
					t.Errorf("%s: take time and chance from the transaction", where)
				}
				return true
			})
		}
	}
}

// TestTopLevel keeps the top of the house to what the architecture names.
func TestTopLevel(t *testing.T) {
	allowed := []string{"cmd", "mock", "scenarios", "spec", "docs", "go.mod", "go.sum", "Dockerfile", "README.md", "LICENSE", "CONTRIBUTING.md"}
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || slices.Contains(allowed, e.Name()) || ignored(e) {
			continue
		}
		t.Errorf("%s does not belong at the top", e.Name())
	}
}

// ignored reports whether git ignores an entry: what a build leaves behind.
func ignored(e fs.DirEntry) bool {
	cmd := exec.Command("git", "check-ignore", "-q", e.Name())
	cmd.Dir = "../.."
	return cmd.Run() == nil
}
