package spec

import (
	"os"
	"testing"
)

// TestSchemaResources checks bodies against schemas that are found by $id,
// $anchor and $dynamicRef (JSON Schema 2020-12, core, 8.2).
func TestSchemaResources(t *testing.T) {
	text, err := os.ReadFile("testdata/resources.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := Loader{}.Parse(t.Context(), "resources.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range d.Prepare() {
		t.Error(w)
	}
	for _, tt := range []struct {
		it, op, body string
		want         string // where the violation is, "" for none
	}{
		{"takes what a dynamic reference lets through", "tree", `{"children":[{"data":1}]}`, ""},
		{"refuses what the outermost dynamic anchor forbids", "tree", `{"children":[{"daat":1}]}`, "body/children/0/daat"},
		{"refuses what the dynamic anchor's own schema forbids", "tree", `{"children":7}`, "body/children"},
		{"finds a schema by its anchor", "leaf", `{"v":"x"}`, "body/v"},
		{"takes a body by an anchored schema", "leaf", `{"v":1}`, ""},
		{"follows a pointer below an id", "nested", `"x"`, "body"},
		{"takes a body by a pointer below an id", "nested", `1`, ""},
		{"follows a pointer into a response", "pointer", `"x"`, "body"},
		{"reads an anchor in the nearest id around it", "inner", `{"a":1,"b":true,"c":2}`, ""},
		{"refuses by an anchor in the nearest id around it", "inner", `{"c":true}`, "body/c"},
		{"refuses by a reference to the outer id", "inner", `{"b":1}`, "body/b"},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			found := d.Operation(tt.op).CheckBody(200, "", []byte(tt.body))
			there := len(found) == 0 && tt.want == ""
			for _, v := range found {
				there = there || v.Where == tt.want && v.Line > 0
			}
			if !there {
				t.Errorf("%s: violations %v, want one at %q", tt.body, found, tt.want)
			}
		})
	}
	if _, err := d.Operation("tree").Respond(Want{Status: 200}); err != nil {
		t.Error(err)
	}
}
