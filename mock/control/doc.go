// Package control is what people and tests use to look into a fake and to bend
// it while it runs: the control API, its event stream and the page.
//
// [New] wraps a [mock.Handler]. Paths under /_standin, and under
// /~NAME/_standin for another sandbox, are answered here; all others go to the
// fake:
//
//	h, err := mock.New(doc, mock.Options{})
//	…
//	http.ListenAndServe("127.0.0.1:4010", control.New(h, control.Options{Loopback: true}))
//
// A call is about one sandbox: the one in the path's prefix, else that of the
// Standin-Sandbox header, the standin-sandbox member of the baggage header, the
// standin-sandbox cookie, else the default. It is made on first use. The bearer
// token never names one: here it is the control token.
//
// Bodies are JSON, errors RFC 9457 problem details. The API is described by an
// OpenAPI document of its own, GET /_standin/openapi.json, and docs/control.md
// is its manual. Calls that a fake's behaviours add (mock.ControlRoute) are
// mounted beside those that are built in, and may not replace them.
//
// # Guards
//
// The API hands out tokens and rewrites the world, on a port that every browser
// on the machine can reach. So, before anything else is looked at:
//
//   - with [Options.Loopback], a Host that is no loopback name is refused: a
//     foreign page that had its own name resolve to 127.0.0.1 would send one;
//   - what a foreign page's script or form could send, a cross-origin request
//     other than GET and HEAD, is refused, preflights included. No CORS header is
//     ever sent, so that no foreign page can read an answer either;
//   - with [Options.Token], every call needs it as a bearer token. Only the
//     page's shell, which holds nothing, comes without: it asks for the token.
//
// A refused call has no effect; not even its sandbox is made.
//
// # Reading the code
//
// control.go is the life of a call, routes.go the table of calls. Handlers return
// an answer; write, in answer.go, is the one place that sends it.
package control
