package spec

import (
	"strings"
	"testing"
)

func TestSelect(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	all := len(d.Operations())
	for _, tt := range []struct {
		on    string
		n     int
		exact bool
		first string
	}{
		{"logout", 1, true, "logout"},
		{"POST /auth/logout", 1, true, "logout"},
		{"post /auth/logout", 1, true, "logout"},
		{"GET /auth/user/{id}", 1, true, "get-user-detail"},
		{"*", all, false, ""},
		{"tag:Auth", all, false, ""},
		{"tag:auth", all, false, ""},
		{"tag:None", 0, false, ""},
		{"* /auth/*", all, false, ""},
		{"* /auth/**", all, false, ""},
		{"GET /auth/*", 2, false, "get-user-detail"},
		{"POST /auth/login/*", 4, false, "login-with-password"},
		{"POST /auth/*/password", 2, false, "login-with-password"},
		{"POST /auth/log*", 1, false, "logout"},
		{"* /auth/user/{id}", 3, false, "get-user-detail"},
		{"* /auth/user/*/profile-image", 4, false, ""},
		{"* /**/profile-image", 4, false, ""},
		{"* /auth/*/*/*/*", 0, false, ""},
		{"nowhere", 0, true, ""},
		{"POST /nowhere", 0, true, ""},
		{"", 0, true, ""},
	} {
		t.Run("it selects "+tt.on, func(t *testing.T) {
			ops, exact := d.Select(tt.on)
			if len(ops) != tt.n || exact != tt.exact || tt.first != "" && ops[0].ID != tt.first {
				var ids []string
				for _, o := range ops {
					ids = append(ids, o.ID)
				}
				t.Errorf("Select(%q) = %d operations (%s), %v, want %d, %v", tt.on, len(ops), strings.Join(ids, " "), exact, tt.n, tt.exact)
			}
		})
	}
}

func TestFind(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method, path, want string
		allow              string
		known              bool
	}{
		{"POST", "/auth/logout", "logout", "", true},
		{"POST", "/api/v1/my-store/storefront/auth/logout", "logout", "", true},
		{"GET", "/auth/user/a%2Fb", "get-user-detail", "", true},
		{"HEAD", "/auth/user/1", "get-user-detail", "", true},
		{"GET", "/auth/logout", "", "POST", true},
		{"POST", "/auth/logut", "", "", false},
	} {
		t.Run("it finds "+tt.method+" "+tt.path, func(t *testing.T) {
			r := d.Find(tt.method, tt.path)
			id := ""
			if r.Operation != nil {
				id = r.Operation.ID
			}
			if id != tt.want || r.PathKnown != tt.known || strings.Join(r.Allow, " ") != tt.allow {
				t.Errorf("found %q, known %v, allow %v", id, r.PathKnown, r.Allow)
			}
		})
	}
	if r := d.Find("GET", "/auth/user/a%2Fb"); len(r.Params) != 1 || r.Params[0] != (Param{"id", "a/b"}) {
		t.Errorf("parameters are %v", r.Params)
	}
	if near := d.Nearest("/auth/logut", 3); len(near) == 0 || near[0] != "POST /auth/logout" {
		t.Errorf("nearest are %v", near)
	}
}
