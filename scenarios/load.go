package scenarios

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// MaxFile is the size of the largest scenario file that is read, in bytes.
const MaxFile = 1 << 20

//go:embed builtin/*.yaml
var builtinFiles embed.FS

//go:embed schema.json
var schemaJSON []byte

// Schema is the JSON Schema (draft 2020-12) of a scenario file, for editors.
func Schema() []byte { return slices.Clone(schemaJSON) }

// builtinNames are the shipped scenarios, in the order of the documentation.
var builtinNames = [...]string{
	"expired-token", "session-expired", "unknown-user", "unauthorized", "bad-request",
	"server-error", "outage", "slow", "flaky", "rate-limited",
}

// Builtin returns the scenarios that ship with Standin, in the order of their
// names in the documentation. On any document [Compile] takes them without an
// error: a rule of theirs that fits no operation selects none.
func Builtin() []Scenario {
	var out []Scenario
	for _, name := range builtinNames {
		file := path.Join("builtin", name+".yaml")
		data, err := fs.ReadFile(builtinFiles, file)
		if err != nil {
			continue // impossible: they are embedded, and a test counts them
		}
		scs, _ := Parse(file, data)
		for i := range scs {
			scs[i].shipped = true
		}
		out = append(out, scs...)
	}
	return out
}

// Load reads scenario files: a file, or every *.yaml, *.yml and *.json in a
// directory, in the order of their names. Errors are spec.Errors, with file,
// line and column; two scenarios of one name are one.
func Load(name string) ([]Scenario, error) {
	files, err := filesOf(name)
	if err != nil {
		return nil, err
	}
	var (
		out  []Scenario
		list errorList
	)
	for _, file := range files {
		data, err := readFile(file, MaxFile+1)
		if err != nil {
			return nil, err
		}
		scs, err := parse(&decoder{file: file, beside: beside(filepath.Dir(file))}, data)
		if found := (spec.Errors)(nil); errors.As(err, &found) {
			list.errs = append(list.errs, found...)
		}
		out = append(out, scs...)
	}
	refuseTwins(&list, out)
	if err := list.err(); err != nil {
		return nil, err
	}
	return out, nil
}

func filesOf(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	entries, err := os.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".yaml", ".yml", ".json":
			if !e.IsDir() {
				files = append(files, filepath.Join(name, e.Name()))
			}
		}
	}
	if len(files) == 0 {
		return nil, spec.Errors{{
			Pos:  spec.Position{File: name},
			Msg:  "no scenario file in this directory",
			Hint: "scenario files end in .yaml, .yml or .json",
		}}
	}
	return files, nil
}

// MaxBody is the size of the largest body that a scenario names as a file, in
// bytes.
const MaxBody = 32 << 20

// beside reads the bodies that scenarios of a folder name, each once.
func beside(dir string) func(name string) ([]byte, error) {
	read := map[string][]byte{}
	return func(name string) ([]byte, error) {
		if data, ok := read[name]; ok {
			return data, nil
		}
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("%s does not lie below the folder", name)
		}
		data, err := readFile(filepath.Join(dir, filepath.FromSlash(name)), MaxBody+1)
		if len(data) > MaxBody {
			return nil, fmt.Errorf("%s is larger than %d bytes", name, MaxBody)
		}
		read[name] = data
		return data, err
	}
}

// readFile reads a file up to a limit: one byte more than may be, so that it can be
// refused without having read all of it.
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil, fmt.Errorf("reading scenarios: %w", err)
	}
	return data, nil
}

// refuseTwins reports scenarios that share a name, which would silently hide
// each other.
func refuseTwins(list *errorList, scs []Scenario) {
	first := make(map[string]spec.Position, len(scs))
	for i := range scs {
		sc := &scs[i]
		if sc.Name == "" {
			continue
		}
		before, twice := first[sc.Name]
		if !twice {
			first[sc.Name] = sc.Pos
			continue
		}
		subject{list: list, sc: sc}.add("name", 0, "give it another name",
			"scenario %q is already defined at %s", sc.Name, before)
	}
}
