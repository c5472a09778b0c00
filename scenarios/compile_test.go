package scenarios

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

// TestLiterals: what a Go literal says wrongly is refused as in a file.
func TestLiterals(t *testing.T) {
	doc := storefront(t)
	for _, tc := range []struct {
		it   string
		rule Rule
		want string
	}{
		{"needs on", Rule{}, "scenario \"x\", rule 1: a rule needs `on`, the operations that it is for"},
		{"needs an operation that is there", Rule{On: On("logut")}, `scenario "x", rule 1: no operation "logut" in the document`},
		{"refuses negative counts", Rule{On: On("*"), Times: -1}, `scenario "x", rule 1: times must not be negative`},
		{"refuses chances above 1", Rule{On: On("*"), Chance: 2}, `scenario "x", rule 1: chance must lie between 0 and 1`},
		{"refuses unknown faults", Rule{On: On("*"), Fault: "rest"}, `scenario "x", rule 1: unknown fault "rest"`},
		{"refuses long delays", Rule{On: On("*"), Delay: Delay{Min: time.Hour}}, `scenario "x", rule 1: a delay must not be longer than 10m`},
		{"refuses undocumented statuses", Rule{On: On("logout"), Reply: &Reply{Status: 500}}, `scenario "x", rule 1: operation "logout" does not document status 500`},
		{"refuses statuses that are none", Rule{On: On("logout"), Reply: &Reply{Status: -1}}, `scenario "x", rule 1: a reply's status must lie between 200 and 599, not be -1`},
		{"needs a status", Rule{On: On("*"), Reply: &Reply{}}, `scenario "x", rule 1: a reply needs a status`},
		{"refuses bad expressions", Rule{On: On("*"), When: "tokn.valid"}, `scenario "x", rule 1: unknown name "tokn"`},
		{"refuses what JSON cannot say", Rule{On: On("*"), Set: map[string]any{"a": func() {}}}, `scenario "x", rule 1: a func() cannot be written as JSON`},
		{"refuses an end before the beginning", Rule{On: On("*"), Until: "-1s"}, `scenario "x", rule 1: until must lie after the switch`},
	} {
		t.Run(tc.it, func(t *testing.T) {
			_, err := Compile(doc, []Scenario{{Name: "x", Rules: []Rule{{On: On("*")}, tc.rule}}})
			errs, ok := err.(spec.Errors)
			if !ok || len(errs) != 1 || errs[0].Error() != tc.want {
				t.Errorf("it says\n%v, want\n%s", err, tc.want)
			}
		})
	}
	for _, sc := range []Scenario{{}, {Name: "x"}, {Name: "a/b", Rules: []Rule{{On: On("*")}}}} {
		if _, err := Compile(doc, []Scenario{sc}); err == nil {
			t.Errorf("%+v is taken", sc)
		}
	}
}

func TestLaterScenariosReplaceEarlierOnes(t *testing.T) {
	doc := storefront(t)
	mine := Scenario{Name: "slow", Summary: "Mine.", Rules: []Rule{{On: On("logout"), Delay: Delay{Min: time.Minute}}}}
	set, err := Compile(doc, append(Builtin(), mine))
	if err != nil {
		t.Fatal(err)
	}
	all := set.All()
	if len(all) != 10 || all[7].Name != "slow" || all[7].Summary != "Mine." || !slices.Equal(all[7].Operations, []string{"logout"}) {
		t.Errorf("all are %+v", all)
	}
	if out := set.Decide(env0(doc), []State{{Name: "slow"}}); out.Delay != time.Minute {
		t.Errorf("delay %s", out.Delay)
	}
	// Having a shipped name forgives nothing.
	mine.Rules[0].On = On("nowhere")
	if _, err := Compile(doc, append(Builtin(), mine)); err == nil {
		t.Error("an unknown operation is taken")
	}
}

func TestNames(t *testing.T) {
	set, err := Compile(storefront(t), Builtin())
	if err != nil {
		t.Fatal(err)
	}
	if !set.Has("slow") || set.Has("Slow") || set.Has("") {
		t.Error("Has is wrong")
	}
	for name, want := range map[string][]string{
		"expired_token": {"expired-token"},
		"Slow":          {"slow"},
		"expired":       {"expired-token", "session-expired"},
		"rate-limit":    {"rate-limited"},
		"zzz":           nil,
		"":              nil,
	} {
		if got := set.Nearest(name); !slices.Equal(got, want) {
			t.Errorf("nearest to %q: %q, want %q", name, got, want)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return file
	}
	one := write("b.yaml", "name: b\nrules: [{on: logout, delay: 1s}]\n")
	write("a.json", `{"name": "a", "rules": [{"on": "logout", "delay": "1s"}]}`)
	write("c.yml", "name: c\nrules: [{on: logout, delay: 1s}]\n---\nname: d\nrules: [{on: logout, delay: 1s}]\n")
	write("readme.txt", "not a scenario: [")
	if err := os.Mkdir(filepath.Join(dir, "sub.yaml"), 0o755); err != nil {
		t.Fatal(err)
	}
	names := func(scs []Scenario) (out []string) {
		for _, sc := range scs {
			out = append(out, sc.Name)
		}
		return out
	}
	if scs, err := Load(one); err != nil || !slices.Equal(names(scs), []string{"b"}) {
		t.Errorf("a file: %q, %v", names(scs), err)
	}
	scs, err := Load(dir)
	if err != nil || !slices.Equal(names(scs), []string{"a", "b", "c", "d"}) {
		t.Errorf("a directory: %q, %v", names(scs), err)
	}
	if pos := scs[3].Pos; pos != (spec.Position{File: filepath.Join(dir, "c.yml"), Line: 4, Column: 1}) {
		t.Errorf("the second document stands at %v", pos)
	}

	write("e.yaml", "name: b\nrules: [{on: logout, delay: 1s}]\n")
	write("f.yaml", "name: f\nrules: 5\n")
	_, err = Load(dir)
	want := filepath.Join(dir, "e.yaml") + `:1:7: scenario "b" is already defined at ` + one + ":1:1\n" +
		filepath.Join(dir, "f.yaml") + ":2:8: rules must be a list, not 5"
	if err == nil || err.Error() != want {
		t.Errorf("it says\n%v, want\n%s", err, want)
	}
	if _, err := Load(filepath.Join(dir, "none.yaml")); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "no scenario file") {
		t.Errorf("an empty directory: %v", err)
	}
}

// FuzzParse: whatever a file holds, reading and compiling it ends without a
// panic, and every fault points into the file.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/good/*", "testdata/bad/*.yaml", "builtin/*.yaml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	doc := storefront(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		scs, err := Parse("fuzz.yaml", data)
		if err == nil {
			var set *Set
			if set, err = Compile(doc, scs); err == nil {
				for _, sc := range scs {
					set.Decide(env0(doc), []State{{Name: sc.Name, Since: on0}})
				}
			}
		}
		if err != nil {
			within(t, err, data)
		}
	})
}

const plain = `
openapi: 3.1.0
info: {title: Plain, version: "1"}
paths:
  /a:
    get:
      operationId: a
      responses:
        "200": {description: text, content: {text/plain: {schema: {type: string, maxLength: 5}}}}
        default: {description: error, content: {application/problem+json: {schema: {type: object, required: [title]}}}}
  /b:
    get:
      operationId: b
      responses:
        "200": {description: text, content: {text/plain: {schema: {type: string, maxLength: 5}}}}
        4XX: {description: error, content: {application/json: {schema: {type: object, required: [title]}}}}
`

func TestBodiesAreCheckedAsTheyWillBeSent(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "plain.yaml", []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{"Content-Type": "text/plain"}
	for _, tc := range []struct {
		it   string
		rule Rule
		want string // part of the only message; "" is none
	}{
		{"takes a text that fits", Rule{On: On("a"), Reply: &Reply{Status: 200, Headers: text, Body: "hello"}}, ""},
		{"refuses one that does not, once for all operations", Rule{On: On("*"), Reply: &Reply{Status: 200, Headers: text, Body: "hello, world"}}, `the 200 of operation "a"`},
		{"takes an expression for it", Rule{On: On("*"), Reply: &Reply{Status: 200, Headers: text, Body: "{{ request.path }}"}}, ""},
		{"refuses a type that is not documented", Rule{On: On("a"), Reply: &Reply{Status: 200, Headers: map[string]string{"content-type": "text/html"}, Body: "hello"}}, "text/html"},
		{"finds default", Rule{On: On("a"), Reply: &Reply{Status: 503, Body: map[string]any{"title": "down"}}}, ""},
		{"checks against default", Rule{On: On("a"), Reply: &Reply{Status: 503, Body: map[string]any{"titel": "down"}}}, `"title"`},
		{"finds ranges", Rule{On: On("b"), Reply: &Reply{Status: 418, Body: map[string]any{"title": "tea"}}}, ""},
		{"keeps to ranges", Rule{On: On("b"), Reply: &Reply{Status: 503, Body: map[string]any{"title": "tea"}}}, "does not document status 503"},
		{"checks nothing that is undocumented", Rule{On: On("*"), Reply: &Reply{Status: 503, Undocumented: true, Body: []any{1}}}, ""},
	} {
		t.Run(tc.it, func(t *testing.T) {
			_, err := Compile(doc, []Scenario{{Name: "x", Rules: []Rule{tc.rule}}})
			switch errs, _ := err.(spec.Errors); {
			case tc.want == "" && err != nil, tc.want != "" && err == nil:
				t.Errorf("it says %v", err)
			case err != nil && (len(errs) != 1 || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("it says %v, want %q", err, tc.want)
			}
		})
	}
}
