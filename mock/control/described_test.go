package control

import (
	"testing"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// TestEveryCallIsDescribedAndServed holds the table of calls and openapi.yaml
// against each other, both ways.
func TestEveryCallIsDescribedAndServed(t *testing.T) {
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fake, err := mock.New(doc, mock.Options{Behaviours: behaviours})
	if err != nil {
		t.Fatal(err)
	}
	a := New(fake, Options{}).(*api)
	own := described()
	if own == nil {
		t.Fatal("openapi.yaml cannot be loaded")
	}
	served := map[string]bool{}
	for _, rt := range a.routes {
		if rt.path != "" && rt.path != "/" { // the page is no call
			served[rt.method+" "+mock.Prefix+rt.path] = true
		}
	}
	for _, op := range own.Operations() {
		if !served[op.Name()] {
			t.Errorf("%s is described and not served", op.Name())
		}
		delete(served, op.Name())
	}
	for name := range served {
		t.Errorf("%s is served and not described", name)
	}
	if len(own.Warnings()) > 0 {
		t.Errorf("openapi.yaml: %v", own.Warnings())
	}
}
