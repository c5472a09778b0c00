// Package spec knows OpenAPI: it loads a document, finds the operation that a
// request is for, binds the request to it, checks messages both ways, and
// makes samples. It knows no server, no state and no scenario.
//
// A [Document] is loaded once and never changes; everything reachable from it
// may be shared between goroutines.
//
//	doc, err := spec.Load(ctx, "openapi.yaml")
//	route := doc.Find("POST", "/auth/logout")
//	call, violations := doc.Bind(request, route)
//	…
//	violations = doc.CheckResponse(call, response)
//
// # Checking
//
// github.com/pb33f/libopenapi-validator is the authority and makes the full
// report. Before it a compiled checker of our own looks at each message in one
// pass over its bytes. It either proves the message valid or says 'not sure',
// and then the library decides; it never accepts what the library rejects.
// On top of the library stand the rules that it lacks: a bearer header without
// a token, a body on a 204, a null body, duplicate keys and so on.
package spec
