package route_test

import (
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
		{"forgives another case", "/Auth/LogOut", []string{"POST /auth/logout"}},
		{"forgives a missing segment", "/logout", []string{"POST /auth/logout"}},
		{"forgives a segment too many", "/v1/auth/logout", []string{"POST /auth/logout"}},
		{"forgives several, as of an unknown base", "/api/v2/shop/auth/logout", []string{"POST /auth/logout"}},
		{"forgives doubled slashes", "//auth//logout/", []string{"POST /auth/logout"}},
		{"does not count a base", "/api/my-store/auth/logot", []string{"POST /auth/logout"}},
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
			got := table(t, authRoutes, "/api/{store}").Nearest(c.path, max(1, len(c.want)))
			if !slices.Equal(got, c.want) {
				t.Errorf("Nearest(%q) = %q, want %q", c.path, got, c.want)
			}
		})
	}
}

func TestNearestOrders(t *testing.T) {
	tbl := table(t, "GET /user; PUT /users; GET /users; DELETE /usury")
	want := []string{"PUT /users", "GET /users", "GET /user", "DELETE /usury"}
	if got := tbl.Nearest("/userss", 9); !slices.Equal(got, want) {
		t.Errorf("Nearest = %q, want the nearest first, then in the table's order: %q", got, want)
	}
	if got := tbl.Nearest("/userss", 2); !slices.Equal(got, want[:2]) {
		t.Errorf("Nearest = %q, want at most two: %q", got, want[:2])
	}
	if got := tbl.Nearest("/userss", -1); got != nil {
		t.Errorf("Nearest = %q, want none when asked for none", got)
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
