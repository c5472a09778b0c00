// Package scenarios is the language in which a fake is bent: a named list of
// rules, each saying: on these operations, when this holds, answer so, change
// this state. It reads scenario files, checks them against a document and
// decides which rule a call meets. It knows no HTTP, no clock and does no I/O
// but [Load].
package scenarios
