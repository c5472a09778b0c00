package route_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec/internal/route"
)

// manyRoutes has about 1200 routes in the manner of a large public API.
func manyRoutes() (all []route.Route) {
	add := func(template string, methods ...string) {
		for _, m := range methods {
			all = append(all, route.Route{Method: m, Template: template, Value: len(all)})
		}
	}
	add("/", "GET")
	add("/user/keys", "GET", "POST")
	add("/rate_limit", "GET")
	for _, owner := range []string{"/repos/{owner}/{repo}", "/orgs/{org}", "/users/{username}", "/gists/{gist_id}", "/enterprises/{enterprise}"} {
		add(owner, "GET", "PATCH", "DELETE")
		for i := range 40 {
			kind := fmt.Sprintf("%s/%s-%d", owner, []string{"issues", "actions", "hooks", "teams", "branches"}[i%5], i)
			add(kind, "GET", "POST")
			add(kind+"/{id}", "GET", "PATCH", "DELETE")
			add(kind+"/latest", "GET")
		}
	}
	return all
}

func BenchmarkFind(b *testing.B) {
	table, err := route.New(manyRoutes(), []string{"/api/v3", "/{tenant}/rest"})
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{
		"static":            "/user/keys",
		"static below base": "/api/v3/user/keys",
		"one param":         "/gists/aa5a315d61ae9438b18d",
		"one param deeper":  "/orgs/octo-org/teams-3/latest",
		"two params":        "/repos/octo/hello",
		"three params":      "/repos/octo/hello/issues-5/42",
		"encoded":           "/repos/octo/hello%20world",
		"variable base":     "/acme/rest/user/keys",
		"unknown":           "/repos/octo/hello/nothing/42/more",
	} {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				table.Find("GET", path)
			}
		})
	}
}

func BenchmarkNearest(b *testing.B) {
	table, err := route.New(manyRoutes(), []string{"/api/v3"})
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]string{
		"slip":    "/repos/octo/hello/isues-5/42",
		"hostile": strings.Repeat("/"+strings.Repeat("ab", 200), 20),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				table.Nearest(path, 3)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	routes := manyRoutes()
	b.ReportAllocs()
	for b.Loop() {
		route.New(routes, []string{"/api/v3"})
	}
}
