// Package spec knows OpenAPI: it loads a document, finds the operation that a
// request is for, binds the request to it, checks messages both ways, and
// makes samples. It knows no server, no state and no scenario.
//
// A [Document] is loaded once and never changes; everything reachable from it
// may be shared between goroutines. What a message needs of it is compiled at
// the first message that needs it.
//
//	doc, err := spec.Load(ctx, "openapi.yaml")
//	route := doc.Find("POST", "/auth/logout")
//	call, violations := doc.Bind(request, route)
//	…
//	response, err := call.Operation.Respond(spec.Want{Status: 200})
//	violations = doc.CheckResponse(call, response)
//
// # Loading
//
// OpenAPI 3.0, 3.1 and 3.2, YAML or JSON, in one file or in several in one
// folder, or below one URL; Swagger 2.0, which is converted to OpenAPI 3.0. A
// [Loader] also follows references into URLs, applies OpenAPI Overlays, and puts
// several documents behind one port. A document that cannot work is refused with
// all its [Errors] at once, each with its position; what can be lived with is
// one of [Document.Warnings], and what cannot be compiled one of
// [Document.Prepare]'s.
//
// # Checking
//
// github.com/pb33f/libopenapi-validator is the authority. Before it a compiled
// checker of our own looks at each message in one pass over its bytes. It
// either proves the message valid or says 'not sure', and then the library
// decides; it never accepts what the library rejects, which
// FuzzNeverAcceptsWhatTheLibraryRejects holds. [Document.Checked] counts both.
//
// The report is made from the document's own tree, so that every [Violation]
// has the line and column of the keyword that was broken, and it holds one
// violation for each fault: of an anyOf or oneOf, what is wrong with the branch
// that was meant.
//
// Some rules stand above the library's: a bearer header must hold a token, a
// 204 no body, a null body must be allowed, members of an object are there
// once, text is UTF-8, nesting has an end, numbers are compared exactly. Some
// of its verdicts are not taken over: those on bodies with numbers that it
// rounded, and those on parameters that extract.go lists.
//
// # Inside
//
//	internal/tree      files, places in them, references
//	internal/swagger   Swagger 2.0, converted on the tree
//	internal/compile   schemas, rewritten to JSON Schema 2020-12 and compiled
//	internal/accept    the accept-only checker
//	internal/route     path templates
//	internal/sample    instances of schemas
package spec
