package route_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec/internal/route"
)

const authRoutes = "POST /auth/anonymous; POST /auth/login/password; POST /auth/login/email; POST /auth/logout; " +
	"GET /auth/user/{id}; PUT /auth/user/{id}; PUT /auth/user/{id}/deactivate; GET /auth/user/{id}/profile-image; " +
	"GET /files/{name}.json; GET /größe"

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		it, path string
		want     []string
	}{
		{"forgives a slip", "/auth/logot", []string{"POST /auth/logout"}},
		{"forgives two letters swapped", "/auth/lgoout", []string{"POST /auth/logout"}},
		{"forgives another case", "/AUTH/LOGOUT", []string{"POST /auth/logout"}},
		{"forgives a missing segment", "/logout", []string{"POST /auth/logout"}},
		{"forgives a segment too many", "/v1/auth/logout", []string{"POST /auth/logout"}},
		{"forgives several, as of an unknown base", "/api/v2/shop/auth/logout", []string{"POST /auth/logout"}},
		{"forgives doubled slashes", "//auth//logout/", []string{"POST /auth/logout"}},
		{"does not count a base", "/api/my-store/auth/logot", []string{"POST /auth/logout"}},
		{"does not count a long base", "/api/v1/eu/my-store/storefront/größ", []string{"GET /größe"}},
		{"does not take a path for a base", "/auth/login/mail", []string{"POST /auth/login/email"}},
		{"takes what it does not know for a value", "/auth/users/17", []string{"GET /auth/user/{id}", "PUT /auth/user/{id}"}},
		{"looks behind a value", "/auth/user/17/profil-image", []string{"GET /auth/user/{id}/profile-image"}},
		{"prefers a pattern that matches", "/file/a.json", []string{"GET /files/{name}.json"}},
		{"reads encoded letters", "/%67r%C3%B6sse", []string{"GET /größe"}},
		{"reads malformed encoding", "/auth/log%ut", []string{"POST /auth/logout"}},
		{"reads only the beginning of many segments", "/auth/logout" + strings.Repeat("/x", 5000), nil},
		{"says nothing where nothing is near", "/wp-admin", nil},
		{"says nothing of the root", "/", nil},
		{"says nothing of an empty path", "", nil},
	} {
		t.Run(c.it, func(t *testing.T) {
			got := table(t, authRoutes, "/api/{store}", "/api/v1/{region}/{store}/storefront").Nearest(c.path, max(1, len(c.want)))
			if !slices.Equal(got, c.want) {
				t.Errorf("Nearest(%q) = %q, want %q", c.path, got, c.want)
			}
		})
	}
}

func TestNearestOrders(t *testing.T) {
	for _, c := range []struct {
		it, routes, path string
		n                int
		want             []string
	}{
		{"puts the nearest first, then keeps the table's order", "GET /user; PUT /users; GET /users; DELETE /usury", "/userss", 9,
			[]string{"PUT /users", "GET /users", "GET /user", "DELETE /usury"}},
		{"returns no more than asked for", "GET /user; PUT /users; GET /users", "/userss", 2, []string{"PUT /users", "GET /users"}},
		{"returns nothing when asked for nothing", "GET /user", "/users", 0, nil},
		{"returns nothing when asked for less", "GET /user", "/users", -1, nil},
		{"puts a pattern that matches before any value", "GET /files/{id}; GET /files/{name}.json", "/filse/a.json", 1, []string{"GET /files/{name}.json"}},
		{"puts a word with a slip before any value", "GET /{id}; GET /users", "/user", 1, []string{"GET /users"}},
		{"takes a word that differs for the most part for another", "GET /abcdefgh", "/abczzzzz", 1, nil},
	} {
		t.Run(c.it, func(t *testing.T) {
			if got := table(t, c.routes).Nearest(c.path, c.n); !slices.Equal(got, c.want) {
				t.Errorf("Nearest(%q) = %q, want %q", c.path, got, c.want)
			}
		})
	}
}

func TestNearestKeepsTheOrderOfMany(t *testing.T) {
	var all []route.Route
	var want, farther []string
	for i := range 100 {
		name := fmt.Sprintf("/item-%02d", i*37%100)
		if i*i%7 == 2 {
			name += "0"
			farther = append(farther, "GET "+name)
		} else {
			want = append(want, "GET "+name)
		}
		all = append(all, route.Route{Method: "GET", Template: name})
	}
	want = append(want, farther...)
	tbl, err := route.New(all, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := tbl.Nearest("/item-xx", 100); !slices.Equal(got, want) {
		t.Errorf("Nearest = %q, want %q", got, want)
	}
}

func TestNearestOfNoRoutes(t *testing.T) {
	var none []route.Route
	tbl, _ := route.New(none, nil)
	if got := tbl.Nearest("/a", 3); got != nil {
		t.Errorf("Nearest = %q, want none", got)
	}
}

func FuzzNearest(f *testing.F) {
	tbl := table(f, authRoutes, "/api/{store}", "/v{n}/x")
	f.Add("/auth/logot")
	f.Add("/api/s/%zz/" + strings.Repeat("€/", 99))
	f.Add("/İİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİİ")
	f.Fuzz(func(t *testing.T, path string) {
		if a, b := tbl.Nearest(path, 3), tbl.Nearest(path, 3); !slices.Equal(a, b) || len(a) > 3 {
			t.Errorf("Nearest(%q) = %q, then %q", path, a, b)
		}
	})
}
