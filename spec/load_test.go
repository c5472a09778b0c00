package spec

import (
	"testing"
)

func TestBuiltin(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range d.Warnings() {
		t.Error(w)
	}
	for _, o := range d.Operations() {
		t.Log(o.ID, o.Method, o.Path, o.Security, len(o.responses), o.Pos)
	}
	if len(d.Operations()) != 25 {
		t.Errorf("%d operations", len(d.Operations()))
	}
}
