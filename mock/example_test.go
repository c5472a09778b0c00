package mock_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// A test serves a fake of its document; what its code breaks of the contract is
// an error of the test when that ends.
func ExampleNewServer() {
	_ = func(t *testing.T) { // func TestNothingLeft(t *testing.T)
		srv := mock.NewServer(t, "testdata/toy.yaml", mock.Options{
			Scenarios: []scenarios.Scenario{{
				Name:  "nothing left",
				Rules: []scenarios.Rule{{On: scenarios.On("list"), Reply: &scenarios.Reply{Status: 404, Example: "gone"}}},
			}},
		})
		resp, err := srv.Client().Get(srv.URL + "/things") // the code under test
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("status %d, want 404", resp.StatusCode)
		}
		if n := len(srv.Calls("list")); n != 1 {
			t.Errorf("list called %d times, want 1", n)
		}
	}
}

// Without a test: a Handler is an http.Handler.
func ExampleNew() {
	doc, err := spec.Load(context.Background(), "testdata/toy.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	h, err := mock.New(doc, mock.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	resp, err := http.Get(srv.URL + "/things?limit=0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, resp.Header.Get("Standin-Violations"))
	fmt.Println(string(body))
	box, _ := h.Sandbox(mock.DefaultSandbox)
	for ex := range box.Journal().All() {
		for _, v := range ex.Violations {
			fmt.Println(v.Where, v.Keyword, v.Blame, v.Position)
		}
	}
	// Output:
	// 400 1
	// {"errors":{"query.limit":"query.limit must be at least 1, not 0"},"message":"That is wrong."}
	// query.limit minimum client testdata/toy.yaml:10:60
}

// Scenarios, clock and state of a sandbox are at hand while the fake serves.
func ExampleSandbox() {
	doc, _ := spec.Load(context.Background(), "testdata/toy.yaml")
	h, _ := mock.New(doc, mock.Options{Scenarios: []scenarios.Scenario{{
		Name:  "nothing left",
		Rules: []scenarios.Rule{{On: scenarios.On("list"), Reply: &scenarios.Reply{Status: 404, Example: "gone"}}},
	}}, Active: []string{}})
	ctx := context.Background()
	ada, _ := h.Sandbox("ada")
	fmt.Println(ada.Activate(ctx, "nothing lost"))
	fmt.Println(ada.Activate(ctx, "nothing left"), ada.Active(ctx))

	for _, target := range []string{"/~ada/things", "/things"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		fmt.Println(target, w.Code)
	}
	// Output:
	// there is no scenario "nothing lost"; the nearest are nothing left
	// <nil> [nothing left]
	// /~ada/things 404
	// /things 200
}
