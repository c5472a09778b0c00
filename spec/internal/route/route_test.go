package route_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec/internal/route"
)

// routes reads "METHOD /template" lines, separated by semicolons; the values
// are their places.
func routes(text string) (all []route.Route) {
	for i, line := range strings.Split(text, ";") {
		method, template, _ := strings.Cut(strings.TrimSpace(line), " ")
		all = append(all, route.Route{Method: method, Template: template, Value: i})
	}
	return all
}

func table(t testing.TB, text string, bases ...string) *route.Table {
	t.Helper()
	table, err := route.New(routes(text), bases)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// show writes a match as a reader would: "1 x=a y=b", "405 GET PUT", "404".
func show(m route.Match) string {
	switch {
	case m.Found:
		s := fmt.Sprint(m.Value)
		for _, p := range m.Params {
			s += " " + p.Name + "=" + p.Value
		}
		return s
	case m.PathKnown:
		return "405 " + strings.Join(m.Allow, " ")
	}
	return "404"
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ it, routes, bases, request, want string }{
		{"finds a literal path", "GET /a; GET /a/b", "", "GET /a/b", "1"},
		{"finds the root", "GET /", "", "GET /", "0"},
		{"takes the empty path for the root", "GET /", "", "GET ", "0"},
		{"knows no path that is not there", "GET /a", "", "GET /b", "404"},
		{"knows no path without a slash in front", "OPTIONS /{x}", "", "OPTIONS *", "404"},
		{"is case-sensitive in paths", "GET /a", "", "GET /A", "404"},
		{"is case-sensitive in methods", "GET /a", "", "get /a", "405 GET"},

		{"puts the concrete first", "GET /a/{x}; GET /a/b", "", "GET /a/b", "1"},
		{"goes back from a concrete segment", "GET /a/{x}/c; GET /a/b/{y}/d", "", "GET /a/b/c", "0 x=b"},
		{"goes back over several segments", "GET /{a}/{b}/{c}/x; GET /1/2/3/y; GET /1/{b}/3/z", "", "GET /1/2/3/x", "0 a=1 b=2 c=3"},
		{"puts the leftmost concrete segment first", "GET /{x}/b; GET /a/{y}", "", "GET /a/b", "1 y=b"},
		{"puts more literal text first", "GET /{x}; GET /{x}-{y}; GET /{x}.json", "", "GET /a-b.json", "2 x=a-b"},
		{"puts fewer parameters first", "GET /{x}{y}~; GET /{z}~", "", "GET /ab~", "1 z=ab"},
		{"goes back from a pattern", "GET /{x}.json/a; GET /{y}/b", "", "GET /1.json/b", "1 y=1.json"},

		{"takes a suffix", "GET /a/{b}.json", "", "GET /a/x.json", "0 b=x"},
		{"takes a prefix", "GET /@{b}", "", "GET /@me", "0 b=me"},
		{"takes both", "GET /users({key})", "", "GET /users('x')", "0 key='x'"},
		{"divides a segment", "GET /{a}-{b}", "", "GET /1-2", "0 a=1 b=2"},
		{"gives the most to the left", "GET /v/{x}:{act}", "", "GET /v/a:b:cancel", "0 x=a:b act=cancel"},
		{"gives the most to the left of three", "GET /{a}.{b}.{c}", "", "GET /1.2.3.4", "0 a=1.2 b=3 c=4"},
		{"gives the last of two neighbours one character", "GET /{a}{b}", "", "GET /xyz", "0 a=xy b=z"},
		{"gives a neighbour a whole character", "GET /{a}{b}", "", "GET /x%E2%82%AC", "0 a=x b=€"},
		{"needs a character for each neighbour", "GET /{a}{b}", "", "GET /x", "404"},
		{"does not overlap prefix and suffix", "GET /aa{x}aa", "", "GET /aaa", "404"},
		{"needs something between prefix and suffix", "GET /aa{x}aa", "", "GET /aaaa", "404"},
		{"needs something on both sides of a literal", "GET /{a}-{b}", "", "GET /-x", "404"},
		{"finds literals that overlap themselves", "GET /{a}aba{b}", "", "GET /xababay", "0 a=xab b=y"},
		{"takes names with hyphens and dots", "GET /{user-id}/{x.y}", "", "GET /1/2", "0 user-id=1 x.y=2"},
		{"takes repeated names", "GET /{x}/{x}", "", "GET /1/2", "0 x=1 x=2"},
		{"matches no empty segment", "GET /a/{x}/b", "", "GET /a//b", "404"},
		{"matches no empty last segment", "GET /a/{x}", "", "GET /a/", "404"},
		{"matches no empty root", "GET /{x}", "", "GET /", "404"},
		{"takes a dot segment for a value", "GET /a/{x}", "", "GET /a/..", "0 x=.."},

		{"decodes a value", "GET /a/{x}", "", "GET /a/%C3%A9%20b", "0 x=é b"},
		{"keeps an encoded slash inside its parameter", "GET /a/{x}; GET /a/{x}/{y}", "", "GET /a/b%2fc", "0 x=b/c"},
		{"decodes once", "GET /a/{x}", "", "GET /a/%2541", "0 x=%41"},
		{"leaves a plus alone", "GET /a/{x}", "", "GET /a/b+c", "0 x=b+c"},
		{"refuses malformed encoding", "GET /a/{x}", "", "GET /a/%zz", "404"},
		{"refuses encoding cut short", "GET /a/{x}", "", "GET /a/%4", "404"},
		{"refuses malformed encoding in a literal", "GET /a%zz; GET /{x}", "", "GET /a%zz", "404"},
		{"finds a literal by its encoding", "GET /auth/logout", "", "GET /auth/%6Cog%6fut", "0"},
		{"finds a literal of reserved characters by its encoding", "GET /@me; GET /{x}", "", "GET /%40me", "0"},
		{"finds a literal that is encoded in the template", "GET /a%20b", "", "GET /a%20b", "0"},
		{"finds a literal that ought to be encoded in the template", "GET /größe", "", "GET /gr%c3%b6%C3%9fe", "0"},
		{"finds a literal with an encoded slash", "GET /a%2Fb; GET /a/b", "", "GET /a%2fb", "0"},
		{"tells it from two segments", "GET /a%2Fb; GET /a/b", "", "GET /a/b", "1"},
		{"takes an encoded delimiter for part of a value", "GET /{x}:{act}; GET /{y}", "", "GET /a%3Ab", "1 y=a:b"},
		{"takes only the bare delimiter", "GET /{x}:{act}", "", "GET /a:b%3Ac", "0 x=a act=b:c"},
		{"cuts no encoded octet", "GET /{a}2{b}", "", "GET /x%2Fy", "404"},
		{"cuts no encoded octet at its end", "GET /{a}F{b}", "", "GET /x%2Fy", "404"},
		{"cuts no encoded octet with a suffix", "GET /{a}F", "", "GET /x%2F", "404"},
		{"finds a delimiter after an encoded octet that holds it", "GET /{a}2{b}", "", "GET /12x%2Fy", "0 a=1 b=x/y"},

		{"finds a delimiter that overlaps an encoded octet", "GET /{a}22%22{b}", "", "GET /x22%22%22y", `0 a=x b="y`},
		{"decodes a template once", "GET /%2541", "", "GET /%41", "404"},
		{"finds an encoded percent sign", "GET /%2541", "", "GET /%2541", "0"},

		{"does not clean slashes", "GET /a/b", "", "GET /a//b", "404"},
		{"does not clean dots", "GET /a/b", "", "GET /a/./b", "404"},
		{"does not clean two slashes into the root", "GET /", "", "GET //", "404"},
		{"does not clean two slashes at the end", "GET /a/; GET /b", "", "GET /a//", "404"},
		{"finds two slashes that the template has", "GET /a//b", "", "GET /a//b", "0"},
		{"tolerates a slash too many", "GET /a/{x}", "", "GET /a/b/", "0 x=b"},
		{"tolerates a slash too few", "GET /a/{x}/", "", "GET /a/b", "0 x=b"},
		{"tolerates a slash at a literal", "GET /a", "", "GET /a/", "0"},
		{"puts the exact slash first", "GET /a; GET /a/", "", "GET /a/", "1"},
		{"tolerates no slash where the path is there for another method", "GET /a; POST /a/", "", "POST /a", "405 GET"},

		{"tells the methods", "PUT /a; GET /a; DELETE /b", "", "POST /a", "405 GET PUT"},
		{"takes templates that differ in names for one path", "GET /a/{x}; POST /a/{y}", "", "PUT /a/1", "405 GET POST"},
		{"gives each method its own names", "GET /a/{x}; POST /a/{y}", "", "POST /a/1", "1 y=1"},
		{"lets a templated path serve what the concrete one cannot", "GET /a/b; POST /a/{x}", "", "POST /a/b", "1 x=b"},
		{"tells the methods of all templates that match", "GET /a/b; POST /a/{x}; GET /{y}/b", "", "PUT /a/b", "405 GET POST"},
		{"tells all methods when asked for none", "GET /a/b; POST /a/{x}", "", " /a/b", "405 GET POST"},
		{"serves HEAD by GET", "GET /a", "", "HEAD /a", "0"},
		{"serves HEAD by HEAD", "GET /a; HEAD /a", "", "HEAD /a", "1"},
		{"serves HEAD by the concrete GET", "GET /a; HEAD /{x}", "", "HEAD /a", "0"},
		{"serves no HEAD by POST", "POST /a", "", "HEAD /a", "405 POST"},

		{"finds a path below its base", "GET /a", "/api/v1", "GET /api/v1/a", "0"},
		{"finds a path without its base", "GET /a", "/api/v1", "GET /a", "0"},
		{"finds a path below no part of its base", "GET /a", "/api/v1", "GET /api/a", "404"},
		{"matches a base's variable with one segment", "GET /auth/{id}", "/api/v1/{store_id}/storefront", "GET /api/v1/s/storefront/auth/7", "0 id=7"},
		{"matches it with no more", "GET /auth", "/{s}/x", "GET /a/b/x/auth", "404"},
		{"matches it with no less", "GET /auth", "/a/{s}/x", "GET /a//x/auth", "404"},
		{"does not report it", "GET /a", "/{s}", "GET /x/a", "0"},
		{"matches a part of a segment in a base", "GET /a", "/v{version}", "GET /v2/a", "0"},
		{"finds the root below a base", "GET /", "/api", "GET /api/", "0"},
		{"finds the root below a base without a slash", "GET /", "/api", "GET /api", "0"},
		{"knows several bases", "GET /a", "/x /y/", "GET /y/a", "0"},
		{"puts the longest base first", "GET /x; GET /v1/x", "/api /api/v1", "GET /api/v1/x", "0"},
		{"puts it first in any order", "GET /v1/x; GET /x", "/api /api/v1", "GET /api/v1/x", "1"},
		{"finds a document path that begins with the base", "GET /api/a; GET /b", "/api", "GET /api/a", "0"},
		{"finds it below the base, too", "GET /api/a; GET /b", "/api", "GET /api/api/a", "0"},
		{"finds it before a templated one below the base", "GET /api/a; GET /{x}", "/api", "GET /api/a", "0"},
		{"puts a literal path before a base that is all variables", "GET /users/{id}; GET /{id}", "/{v}", "GET /users/5", "0 id=5"},
		{"unites the methods over bases", "GET /a; POST /api/a", "/api", "PUT /api/a", "405 GET POST"},
		{"takes a slash for no base", "GET /a", "/", "GET /a", "0"},
	} {
		t.Run(c.it, func(t *testing.T) {
			table, _ := route.New(routes(c.routes), strings.Fields(c.bases))
			method, path, _ := strings.Cut(c.request, " ")
			if got := show(table.Find(method, path)); got != c.want {
				t.Errorf("%s on %s below %q: %s, want %s", c.request, c.routes, c.bases, got, c.want)
			}
			agree(t, routes(c.routes), strings.Fields(c.bases), method, path)
		})
	}
}

func TestFindTellsTheMethodThatServes(t *testing.T) {
	if m := table(t, "GET /a").Find("HEAD", "/a"); m.Method != "GET" {
		t.Errorf("HEAD /a is served by %q, want GET", m.Method)
	}
	if m := table(t, "GET /a").Find("PUT", "/a"); m.Method != "" {
		t.Errorf("PUT /a is served by %q, want none", m.Method)
	}
}

func TestFindRefusesPathsPastTheBound(t *testing.T) {
	table := table(t, "GET /a/{x}")
	if m := table.Find("GET", "/a/"+strings.Repeat("b", route.MaxPath-3)); !m.Found {
		t.Error("a path of MaxPath bytes is not found")
	}
	if m := table.Find("GET", "/a/"+strings.Repeat("b", route.MaxPath-2)); m.PathKnown {
		t.Error("a longer path is found")
	}
}

func TestParamsGet(t *testing.T) {
	p := table(t, "GET /{x}/{y}/{x}").Find("GET", "/1/2/3").Params
	for name, want := range map[string]string{"x": "1", "y": "2", "z": ""} {
		if got := p.Get(name); got != want {
			t.Errorf("Get(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNewReportsWhatItCannotHold(t *testing.T) {
	for _, c := range []struct{ it, method, template, base, want string }{
		{"a template without a slash", "GET", "a", "", `GET a: does not begin with a slash`},
		{"an empty template", "GET", "", "", `GET : does not begin with a slash`},
		{"an open brace", "GET", "/{a", "", `GET /{a: brace without its partner in "{a"`},
		{"a closing brace", "GET", "/a}", "", `GET /a}: brace without its partner in "a}"`},
		{"a brace in a brace", "GET", "/{a{b}}", "", `GET /{a{b}}: brace without its partner in "{a{b}}"`},
		{"a slash in braces", "GET", "/{a/b}", "", `GET /{a/b}: brace without its partner in "{a"`},
		{"a parameter without a name", "GET", "/{}", "", `GET /{}: parameter without a name in "{}"`},
		{"a query", "GET", "/a?b", "", `GET /a?b: '?' cannot be in a path`},
		{"a fragment", "GET", "/{a}#b", "", `GET /{a}#b: '#' cannot be in a path`},
		{"malformed encoding", "GET", "/a%2", "", `GET /a%2: malformed percent-encoding in "a%2"`},
		{"the same method and path again", "PUT", "/fine/{y}", "", `PUT /fine/{y}: same path as /fine/{x}, which comes first`},
		{"the same in another encoding", "PUT", "/f%69ne/{y}", "", `PUT /f%69ne/{y}: same path as /fine/{x}, which comes first`},
		{"no method", "", "/a", "", ` /a: no method`},
		{"a base without a slash", "GET", "/ok", "api", `base path api: does not begin with a slash`},
		{"a base with half a brace", "GET", "/ok", "/{v/", `base path /{v: brace without its partner in "{v"`},
	} {
		t.Run(c.it, func(t *testing.T) {
			table, err := route.New([]route.Route{
				{Method: "PUT", Template: "/fine/{x}", Value: 99},
				{Method: c.method, Template: c.template},
			}, []string{c.base})
			if err == nil || err.Error() != c.want {
				t.Fatalf("error %v, want %s", err, c.want)
			}
			if _, ok := errors.AsType[*route.Error](err); !ok {
				t.Errorf("error %v holds no *Error", err)
			}
			if m := table.Find("PUT", "/fine/1"); m.Value != 99 || m.Params.Get("x") != "1" {
				t.Errorf("the other route is lost: %+v", m)
			}
		})
	}
}

func TestFindAllocatesNothingForStaticPaths(t *testing.T) {
	table := table(t, "GET /auth/logout; GET /auth/{id}; PUT /auth/{id}", "/api/{store}")
	for path, want := range map[string]float64{
		"/auth/logout":       0,
		"/api/x/auth/logout": 0,
		"/auth/logout/":      0,
		"/nowhere":           0,
		"/auth/7":            1,
		"/api/x/auth/7":      1,
	} {
		if got := testing.AllocsPerRun(100, func() { table.Find("GET", path) }); got != want {
			t.Errorf("Find(%s) allocates %v times, want %v", path, got, want)
		}
	}
	if got := testing.AllocsPerRun(100, func() { table.Find("POST", "/auth/7") }); got != 0 {
		t.Errorf("a method that is not there allocates %v times, want 0", got)
	}
}
