// Package accept proves JSON bodies valid without decoding them.
//
// A [Checker] is derived from a schema that the validator's own engine has
// compiled. It reads the raw bytes once and answers one of two things: "valid",
// or "not sure". It never says "invalid": whoever gets "not sure" asks the
// library, which also writes the report. On the accepting path, which is nearly
// every message, that saves the decoding and the library's own walk.
//
// # The law
//
// A Checker never accepts what the library rejects. "The library" is
// [jsonschema.Schema.Validate] on the decoded value, formats asserted, and on top of
// it these are never accepted either, because decoding would hide them:
//
//   - anything but white space after the value, duplicate member names,
//     invalid UTF-8, lone surrogates, nesting beyond [Options.MaxDepth];
//   - a readOnly value in a request, a writeOnly value in a response
//     ([Options.Direction], OpenAPI 3.1 section 4.8.24.1);
//   - a member that no schema in scope lists ([Options.Undeclared]).
//
// The law is kept by FuzzNeverAcceptsWhatTheLibraryRejects and by the public JSON
// Schema test suite, both in this package's tests.
//
// # How it works
//
// Compiling merges everything that applies to the same value ($ref with its
// siblings, allOf, if/then/else, dependentSchemas) into one node, so that a value is
// read once, however its schema is composed. What remains a choice (anyOf, oneOf)
// becomes a list of alternatives, each already merged with what surrounds it.
// if/then/else and dependentSchemas are rewritten as such choices.
//
// Scanning yields a verdict for each node: valid, invalid (proven), unsure, or
// broken (no JSON that could be accepted under any schema). "Invalid" exists because
// oneOf and not need proof that a branch does not match. A valid verdict implies
// that every byte of the value was read and found to be sound JSON; the other
// verdicts may stop early. Hence a value is accepted only if some scan went through
// all of it.
//
// # What it leaves to the library
//
// Numbers with an exponent or more than 15 significant digits where anything but
// their type matters, escaped member names, enum and const of objects and arrays,
// uniqueItems over objects and arrays, unevaluatedItems, unevaluatedProperties beyond listed
// names, $dynamicRef, content assertions, older drafts, foreign vocabularies, and
// unions whose product is too large. Such schemas still compile; their checkers answer
// "not sure" more often.
package accept
