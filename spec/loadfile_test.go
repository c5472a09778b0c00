package spec

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestYAMLValues reads an example as YAML people write it, and wants the JSON
// that they mean.
func TestYAMLValues(t *testing.T) {
	for _, tt := range []struct{ it, yaml, want string }{
		{"keeps a date a text", "2024-02-01", `"2024-02-01"`},
		{"keeps a time a text", "2024-02-01T10:00:00Z", `"2024-02-01T10:00:00Z"`},
		{"keeps yes and no texts", "[yes, no, on, off, y, n]", `["yes","no","on","off","y","n"]`},
		{"reads true and false", "[true, False, TRUE]", `[true,false,true]`},
		{"reads null", "[null, ~, Null, ]", `[null,null,null]`},
		{"reads YAML 1.2's octals and hexadecimals", "[0o17, 0x1F]", `[15,31]`},
		{"keeps a large whole number exact", "123456789012345678901234567890", `123456789012345678901234567890`},
		{"keeps a long fraction exact", "0.1234567890123456789", `0.1234567890123456789`},
		{"writes numbers as JSON does", "[.5, +1, 1e3]", `[0.5,1,1e3]`},
		{"keeps what no JSON number is a text", "[.inf, .nan]", `[".inf",".nan"]`},
		{"keeps a quoted number a text", `["1", '02']`, `["1","02"]`},
		{"keeps a version a text where it is none", "1.2.3", `"1.2.3"`},
		{"writes keys of any type as texts", "{200: a, true: b, 1.5: c}", `{"200":"a","true":"b","1.5":"c"}`},
		{"merges", "{<<: {a: 1, b: 2}, b: 3}", `{"a":1,"b":3}`},
		{"writes out aliases", "[&x {a: 1}, *x]", `[{"a":1},{"a":1}]`},
		{"folds text", ">-\n  one\n  two", `"one two"`},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			doc := "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: {}\nx-value: " + tt.yaml + "\n"
			for _, text := range []string{doc, strings.ReplaceAll(doc, "\n", "\r\n"), "\ufeff" + doc} {
				d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if got := string(d.files.Root().Get("x-value").AppendJSON(nil)); got != tt.want {
					t.Errorf("%q is %s, want %s", text, got, tt.want)
				}
			}
		})
	}
}

// TestBrokenFiles wants one clear reason for each file that cannot be read.
func TestBrokenFiles(t *testing.T) {
	for _, tt := range []struct{ it, text, want string }{
		{"refuses UTF-16", "\xff\xfeo\x00p\x00", "d.yaml:1:1: the file is UTF-16 or UTF-32 text"},
		{"refuses UTF-16 without a mark", "o\x00p\x00e\x00", "d.yaml:1:1: the file is UTF-16 or UTF-32 text"},
		{"refuses what is no text", "openapi: \xe9", "d.yaml:1:10: the file is not UTF-8 text"},
		{"refuses a tab that indents", "a:\n\tb: 1\n", "d.yaml:2:"},
		{"tells every key that is there twice", "a: 1\na: 2\nb: {c: 1, c: 2}\n", "d.yaml:2:1: the key \"a\" is here twice, first on line 1\nd.yaml:3:11: the key \"c\" is here twice, first on line 3"},
		{"refuses keys twice in JSON", "{\"a\": 1,\n \"a\": 2}", "d.yaml:2:2: the key \"a\" is here twice"},
		{"refuses nothing at all", " \n", "d.yaml:1:1: the file is empty"},
		{"bounds nesting", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "d.yaml:1:"},
		{"bounds nesting of JSON", `{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "d.yaml:1:"},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			_, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(tt.text))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("the error is %v, want %q", err, tt.want)
			}
		})
	}
}

// TestRemoteReferences follows references into URLs where that is allowed, and
// refuses them, by the flag's name, where it is not.
func TestRemoteReferences(t *testing.T) {
	const parts = "components:\n  schemas:\n    A: {type: integer}\n    B: {$ref: 'more/b.yaml#/B'}\n"
	var away *httptest.Server
	serve := func(files map[string]string) *httptest.Server {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/api/elsewhere.yaml" {
				http.Redirect(w, r, away.URL+"/parts.yaml", http.StatusFound)
				return
			}
			text, ok := files[r.URL.Path]
			if !ok {
				http.NotFound(w, r)
				return
			}
			fmt.Fprint(w, text)
		}))
		t.Cleanup(srv.Close)
		return srv
	}
	document := func(ref string) string {
		return "openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: ok\n          content: {application/json: {schema: {$ref: '" + ref + "'}}}\n"
	}
	away = serve(map[string]string{"/parts.yaml": parts, "/more/b.yaml": "B: {type: boolean}\n"})
	home := serve(map[string]string{
		"/api/beside.yaml": document("parts.yaml#/components/schemas/B"), "/api/parts.yaml": parts, "/api/more/b.yaml": "B: {type: boolean}\n",
		"/api/above.yaml": document("../parts.yaml#/components/schemas/A"), "/api/away.yaml": document(away.URL + "/parts.yaml#/components/schemas/B"),
		"/api/redirected.yaml": document("elsewhere.yaml#/components/schemas/A"), "/api/none.yaml": document("nothing.yaml#/A"),
	})
	file := filepath.Join(t.TempDir(), "file.yaml")
	if err := os.WriteFile(file, []byte(document(away.URL+"/parts.yaml#/components/schemas/B")), 0o644); err != nil {
		t.Fatal(err)
	}
	const refused = "is not followed: it points to a URL"
	for _, tt := range []struct {
		it, name string
		allow    bool
		want     string // in the error; "" for none
	}{
		{"follows what lies beside a document that was fetched", home.URL + "/api/beside.yaml", false, ""},
		{"refuses what lies above it", home.URL + "/api/above.yaml", false, refused},
		{"refuses what lies elsewhere", home.URL + "/api/away.yaml", false, refused},
		{"follows what lies elsewhere if allowed", home.URL + "/api/away.yaml", true, ""},
		{"refuses a redirection elsewhere", home.URL + "/api/redirected.yaml", false, refused},
		{"follows a redirection if allowed", home.URL + "/api/redirected.yaml", true, ""},
		{"tells what is not there", home.URL + "/api/none.yaml", false, "it answered 404 Not Found"},
		{"refuses a URL in a file", file, false, refused},
		{"follows a URL in a file if allowed", file, true, ""},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			d, err := Loader{AllowRemoteRefs: tt.allow}.Load(t.Context(), tt.name)
			if tt.want != "" {
				var faults Errors
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("the error is %v, want %q", err, tt.want)
				}
				if faults, _ = err.(Errors); tt.want == refused && !strings.Contains(faults[0].Hint, "--allow-remote-refs") {
					t.Errorf("the hint is %q", faults[0].Hint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if found := d.Operations()[0].CheckBody(200, "", []byte(`"x"`)); len(found) != 1 || found[0].File == "" {
				t.Errorf("it finds %v", found)
			}
		})
	}
}
