package scenarios_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// A file is checked against the document before anything is served.
func ExampleCompile() {
	doc, err := spec.Load(context.Background(), spec.Builtin)
	if err != nil {
		log.Fatal(err)
	}
	scs, err := scenarios.Parse("locked.yaml", []byte(`
name: locked
rules:
  - on: logout
    when: token.presnt
    reply: {status: 423}
`))
	if err != nil {
		log.Fatal(err)
	}
	_, err = scenarios.Compile(doc, scs)
	fmt.Println(err)
	// Output:
	// locked.yaml:5:17: token has no member "presnt"
	// locked.yaml:6:21: operation "logout" does not document status 423
}

// Decide is pure: what a scenario remembers comes in and goes out as a value.
func ExampleSet_Decide() {
	doc, err := spec.Load(context.Background(), spec.Builtin)
	if err != nil {
		log.Fatal(err)
	}
	set, err := scenarios.Compile(doc, []scenarios.Scenario{{
		Name: "second time lucky",
		Rules: []scenarios.Rule{{
			On:    scenarios.On("logout"),
			Times: 1,
			Reply: &scenarios.Reply{Status: 401, Example: "revoked"},
		}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	states := []scenarios.State{{Name: "second time lucky", Since: now}}
	for range 2 {
		out := set.Decide(&scenarios.Env{Operation: doc.Operation("logout"), Now: now}, states)
		states = out.States
		if out.Reply != nil {
			fmt.Println(out.Reply.Status, out.Reply.Example, out.Acted)
		} else {
			fmt.Println("the normal answer")
		}
	}
	// Output:
	// 401 revoked [second time lucky/0]
	// the normal answer
}

// The shipped scenarios fit any document.
func ExampleBuiltin() {
	for _, sc := range scenarios.Builtin()[:3] {
		fmt.Println(sc.Name + ": " + sc.Summary)
	}
	// Output:
	// expired-token: Access tokens issued before the switch have expired; a refresh helps.
	// session-expired: Access tokens issued before the switch have expired and no refresh token is good; only a new login helps.
	// unknown-user: The token is good, but its user is unknown, wherever the document knows a 404.
}
