package route_test

import (
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec/internal/route"
)

// These would run for ages if matching went back exponentially.

func TestFindGoesBackWithinBoundsInASegment(t *testing.T) {
	template := "/" + strings.Repeat("{p}a", 40) + "b"
	table := table(t, "GET "+template+"; GET /"+strings.Repeat("{p}", 60)+"!")
	for _, path := range []string{
		"/" + strings.Repeat("a", route.MaxPath-1),
		"/" + strings.Repeat("a", route.MaxPath-2) + "c",
		"/" + strings.Repeat("%61%2F", route.MaxPath/6-1),
	} {
		if m := table.Find("GET", path); m.PathKnown {
			t.Errorf("%.20s… is found", path)
		}
	}
}

func TestFindGoesBackWithinBoundsOverSegments(t *testing.T) {
	var all []route.Route
	const depth = 10
	for bits := range 1 << depth { // every mixture of a literal and a parameter
		template := ""
		for i := range depth {
			template += []string{"/a", "/{p}"}[bits>>i&1]
		}
		all = append(all, route.Route{Method: "GET", Template: template + "/end"})
	}
	table, err := route.New(all, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		strings.Repeat("/a", depth) + "/other",
		strings.Repeat("/a", route.MaxPath/2),
		strings.Repeat("/", route.MaxPath),
		strings.Repeat("/%61", depth) + "/" + strings.Repeat("%C3%A9", 1000),
	} {
		if m := table.Find("GET", path); m.PathKnown {
			t.Errorf("%.20s… is found", path)
		}
	}
}

func FuzzFindHostile(f *testing.F) {
	table := table(f, "GET /a/{x}; POST /{x}-{y}/{z}; PUT /{x}{y}.json/{x}%2F; DELETE /a//b; GET /é/{x}@{y}:{z}", "/v{n}", "/{s}/")
	f.Add("GET", "/v1/é/a@b:c%")
	f.Add("HEAD", "//%2F%2f/./..")
	f.Add("", "/a/%00%FF%80")
	f.Fuzz(func(t *testing.T, method, path string) {
		m := table.Find(method, path)
		switch {
		case m.Found != (m.Method != ""), m.Found && (!m.PathKnown || m.Allow != nil):
			t.Errorf("found and not found: %+v", m)
		case !m.Found && m.PathKnown != (len(m.Allow) > 0), !m.Found && m.Params != nil:
			t.Errorf("not found and found: %+v", m)
		}
		for _, p := range m.Params {
			if p.Value == "" {
				t.Errorf("empty parameter: %+v", m)
			}
		}
	})
}
