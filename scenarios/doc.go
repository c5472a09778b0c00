// Package scenarios is the language in which a fake is bent: a named list of
// rules, each saying: on these operations, when this holds, answer so, change
// this state. It reads scenario files, checks them against a document and
// decides which rule a call meets. It knows no HTTP, no clock and does no I/O
// but [Load].
//
//	scs, err := scenarios.Load("scenarios/")
//	set, err := scenarios.Compile(doc, append(scenarios.Builtin(), scs...))
//	…
//	outcome := set.Decide(&env, active)
//
// A file and a Go literal say the same:
//
//	name: locked-out
//	summary: The third wrong login locks the account.
//	rules:
//	  - on: login-with-password
//	    after: 2
//	    reply: {status: 401, body: {message: Locked., success: false, code: locked}}
//	    set: {phase: locked}
//
// # Life of a scenario
//
// [Parse] reads a file node by node, so that every fault has its line and
// column, and checks the shape and range of each value. [Compile] checks the
// rest: operations, statuses, examples and bodies against the document, and
// expressions against the names and types that exist. What it gives, a [Set],
// is immutable and shared by all sandboxes.
//
// What a scenario remembers is a [State], a value: [Set.Decide] takes the
// states of the active scenarios and returns new ones. It is pure. Time and
// chance come in through [Env], so the same call gives the same outcome.
//
// # Expressions
//
// Conditions, and {{ }} in replies and `set`, are expressions of
// github.com/expr-lang/expr, over the names that docs/scenarios.md lists.
// They do no I/O and see no wall clock, and each rule may spend only so much
// on a call (see cost.go): a scenario file from a stranger can answer nonsense,
// but it cannot hang the server. An expression that fails at run time keeps its
// rule from acting, and says so in [Outcome.Errors].
package scenarios
