package mock

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/standin-dev/standin/spec"
)

func decoded(t testing.TB, text string) any {
	t.Helper()
	v, ok := spec.DecodeValue([]byte(text))
	if !ok {
		t.Fatalf("%s is no JSON", text)
	}
	return v
}

// TestPatch follows RFC 6902: its appendix, and the clauses that name errors.
func TestPatch(t *testing.T) {
	for _, tt := range []struct{ name, doc, patch, want string }{
		{"it adds a member", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"foo":"bar","baz":"qux"}`},
		{"it adds an item before another", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`},
		{"it adds an item at the end", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc"]}]`, `{"foo":["bar",["abc"]]}`},
		{"it adds over a member that is there", `{"a":1}`, `[{"op":"add","path":"/a","value":2}]`, `{"a":2}`},
		{"it replaces the whole", `{"a":1}`, `[{"op":"add","path":"","value":{"b":2}}]`, `{"b":2}`},
		{"it removes a member", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`},
		{"it removes an item", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`},
		{"it replaces a value", `{"baz":"qux"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo"}`},
		{"it moves a value", `{"foo":{"bar":1},"qux":{}}`, `[{"op":"move","from":"/foo/bar","path":"/qux/thud"}]`, `{"foo":{},"qux":{"thud":1}}`},
		{"it moves an item", `{"foo":["a","b","c"]}`, `[{"op":"move","from":"/foo/0","path":"/foo/2"}]`, `{"foo":["b","c","a"]}`},
		{"it copies a value", `{"a":{"b":1}}`, `[{"op":"copy","from":"/a","path":"/c"}]`, `{"a":{"b":1},"c":{"b":1}}`},
		{"it tests numbers by value", `{"a":10}`, `[{"op":"test","path":"/a","value":1e1}]`, `{"a":10}`},
		{"it tests objects without order", `{"a":{"x":1,"y":[2]}}`, `[{"op":"test","path":"/a","value":{"y":[2],"x":1}}]`, `{"a":{"x":1,"y":[2]}}`},
		{"it reads escapes", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}]`, `{"~1":10}`},
		{"it takes a null for a value", `{"a":1}`, `[{"op":"replace","path":"/a","value":null}]`, `{"a":null}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := decoded(t, tt.doc)
			got, err := applyPatch(doc, decoded(t, tt.patch))
			if err != nil || !sameJSON(got, decoded(t, tt.want)) {
				t.Fatalf("got %v, %v", got, err)
			}
			if !sameJSON(doc, decoded(t, tt.doc)) {
				t.Errorf("it changed the document itself: %v", doc)
			}
		})
	}
}

func TestPatchRefuses(t *testing.T) {
	for _, tt := range []struct{ name, patch string }{
		{"what is no array", `{"op":"remove","path":"/a"}`},
		{"an unknown operation", `[{"op":"increment","path":"/a","value":1}]`},
		{"a missing member", `[{"op":"remove","path":"/nope"}]`},
		{"a replacement of nothing", `[{"op":"replace","path":"/nope","value":1}]`},
		{"an index past the end", `[{"op":"add","path":"/l/3","value":1}]`},
		{"an index with a leading zero", `[{"op":"remove","path":"/l/01"}]`},
		{"the end as a place to remove from", `[{"op":"remove","path":"/l/-"}]`},
		{"an addition without a value", `[{"op":"add","path":"/b"}]`},
		{"a pointer without a slash", `[{"op":"remove","path":"a"}]`},
		{"a wrong escape", `[{"op":"add","path":"/~2","value":1}]`},
		{"a move into itself", `[{"op":"move","from":"/o","path":"/o/p"}]`},
		{"a place below a number", `[{"op":"add","path":"/a/b","value":1}]`},
		{"an operation without a path", `[{"op":"remove"}]`},
	} {
		t.Run("it refuses "+tt.name, func(t *testing.T) {
			if got, err := applyPatch(decoded(t, `{"a":1,"l":[1,2],"o":{"p":1}}`), decoded(t, tt.patch)); err == nil {
				t.Fatalf("it made %v", got)
			}
		})
	}
	_, err := applyPatch(decoded(t, `{"a":1}`), decoded(t, `[{"op":"test","path":"/a","value":2}]`))
	var failed errTest
	if !errors.As(err, &failed) {
		t.Errorf("a test that fails is told as %v", err)
	}
}

// FuzzPatch: no patch panics or changes the document, and what comes of it is
// JSON.
func FuzzPatch(f *testing.F) {
	f.Add(`{"a":[1,{"b":2}]}`, `[{"op":"move","from":"/a/1","path":"/c"},{"op":"copy","from":"","path":"/d"}]`)
	f.Add(`[1,2]`, `[{"op":"add","path":"/-","value":1},{"op":"test","path":"/0","value":1.0}]`)
	f.Fuzz(func(t *testing.T, doc, patch string) {
		d, ok := spec.DecodeValue([]byte(doc))
		p, okPatch := spec.DecodeValue([]byte(patch))
		if !ok || !okPatch {
			return
		}
		before, _ := json.Marshal(d)
		got, err := applyPatch(d, p)
		if after, _ := json.Marshal(d); string(after) != string(before) {
			t.Fatalf("the document changed from %s to %s", before, after)
		}
		if err != nil {
			return
		}
		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMergePatch(t *testing.T) {
	got := mergePatch(decoded(t, `{"a":"b","c":{"d":"e","f":"g"}}`), decoded(t, `{"a":"z","c":{"f":null}}`))
	if !sameJSON(got, decoded(t, `{"a":"z","c":{"d":"e"}}`)) {
		t.Errorf("got %v", got)
	}
}
