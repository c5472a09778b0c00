package control

import (
	"net/http"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// The bounds of bodies, in bytes.
const (
	maxBody  = 1 << 20
	maxState = 64 << 20 // an imported world
)

// route is one call of the API.
type route struct {
	method, path string // "PUT", "/sandboxes/{name}", below /_standin
	serve        func(*call) answer
	limit        int64 // of the body, in bytes; 0 is maxBody
	outside      bool  // it is about no sandbox in particular: none is made for it

	parts []string // of the path, as segments splits it
}

// table is every call that there is. Where two match, the first one is meant:
// the fixed paths stand before the templates that match them too, and those of
// the behaviours last.
func (a *api) table() []route {
	const get, put, post, del = http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete
	routes := []route{
		{method: get, path: "", serve: a.redirect, outside: true},
		{method: get, path: "/", serve: a.showPage, outside: true},
		{method: get, path: "/openapi.json", serve: a.describe, outside: true},
		{method: get, path: "/schema/scenario.json", serve: a.scenarioSchema, outside: true},
		{method: get, path: "/health", serve: a.health, outside: true},

		{method: get, path: "/scenarios", serve: a.listScenarios},
		{method: get, path: "/scenario", serve: a.showActive},
		{method: put, path: "/scenario", serve: a.activate},
		{method: del, path: "/scenario", serve: a.deactivate},

		{method: get, path: "/sandboxes", serve: a.listSandboxes, outside: true},
		{method: put, path: "/sandboxes/{name}", serve: a.makeSandbox, outside: true},
		{method: del, path: "/sandboxes/{name}", serve: a.dropSandbox, outside: true},

		{method: get, path: "/clock", serve: a.showClock},
		{method: put, path: "/clock", serve: a.setClock},
		{method: post, path: "/clock/advance", serve: a.advance},

		{method: get, path: "/state", serve: a.exportState},
		{method: put, path: "/state", serve: a.importState, limit: maxState},
		{method: del, path: "/state", serve: a.resetState},

		{method: get, path: "/tokens", serve: a.listTokens},
		{method: post, path: "/tokens", serve: a.issueToken},
		{method: del, path: "/tokens/{id}", serve: a.revokeToken},

		{method: get, path: "/exchanges", serve: a.listExchanges},
		{method: del, path: "/exchanges", serve: a.clearExchanges},
		{method: get, path: "/exchanges/stream", serve: a.follow},
		{method: get, path: "/exchanges/{id}", serve: a.showExchange},

		{method: get, path: "/coverage", serve: a.coverage, outside: true},
		{method: get, path: "/report", serve: a.report, outside: true},
		{method: get, path: "/webhooks", serve: a.listWebhooks, outside: true},
		{method: post, path: "/webhooks/{name}", serve: a.sendWebhook},
		{method: get, path: "/deliveries", serve: a.listDeliveries},
		{method: get, path: "/deliveries/{id}", serve: a.showDelivery},
	}
	for _, added := range a.fake.Behaviours().Control {
		routes = append(routes, route{method: added.Method, path: added.Path, serve: a.added(added)})
	}
	for i := range routes {
		routes[i].parts = strings.Split(routes[i].path, "/")
	}
	return routes
}

// match matches decoded segments against the route's path.
func (rt *route) match(parts []string) (params map[string]string, ok bool) {
	if len(parts) != len(rt.parts) {
		return nil, false
	}
	for i, want := range rt.parts {
		name, isParam := strings.CutPrefix(want, "{")
		switch {
		case isParam && parts[i] != "":
			if params == nil {
				params = map[string]string{}
			}
			params[strings.TrimSuffix(name, "}")] = parts[i]
		case isParam, parts[i] != want:
			return nil, false
		}
	}
	return params, true
}

// refusePath answers 404 with the calls whose paths are nearest.
func (a *api) refusePath(path string) *answer {
	ans := refuse(unknownPath, "there is nothing at %s; %s/openapi.json tells what there is", short(mock.Prefix+path), mock.Prefix)
	ans.problem.Nearest = a.nearest(path)
	return ans
}

// nearest are the calls whose paths are nearest to one that is not there.
func (a *api) nearest(path string) []string {
	doc := described()
	if doc == nil {
		return nil
	}
	var out []string
	for _, op := range doc.Nearest(mock.Prefix+path, 5) {
		method, at, _ := strings.Cut(op, " ")
		if a.mounted(method, strings.TrimPrefix(at, mock.Prefix)) && len(out) < 3 {
			out = append(out, op)
		}
	}
	return out
}

// mounted reports whether a call is served: those of behaviours that this fake
// lacks are described, but are not.
func (a *api) mounted(method, path string) bool {
	for i := range a.routes {
		if a.routes[i].method == method && a.routes[i].path == path {
			return true
		}
	}
	return false
}
