package spec

import (
	"net/http"
	"strings"
	"testing"
)

// TestHoles are messages that the library lets pass and a contract does not,
// beside those under testdata/case.
func TestHoles(t *testing.T) {
	d, err := Loader{}.Parse(t.Context(), "d.yaml", []byte(`openapi: 3.1.0
info: {title: x, version: "1"}
paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema:
              properties:
                deep: {}
                exact: {const: 9007199254740993}
                most: {type: integer, maximum: 9007199254740992}
                long: {type: integer, format: int64}
      responses: {'200': {description: ok}}
`))
	if err != nil {
		t.Fatal(err)
	}
	deep := func(n int) string { return `{"deep":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	for _, tt := range []struct{ it, body, want string }{
		{"takes 512 levels", deep(511), ""},
		{"refuses 513 levels", deep(512), "body depth"},
		{"refuses very many levels", deep(1 << 20), "body depth"},
		{"compares integers exactly", `{"exact":9007199254740993}`, ""},
		{"tells integers apart that a float does not", `{"exact":9007199254740992}`, "body/exact const"},
		{"compares bounds exactly", `{"most":9007199254740993}`, "body/most maximum"},
		{"takes the largest int64", `{"long":9223372036854775807}`, ""},
		{"refuses one more than the largest int64", `{"long":9223372036854775808}`, "body/long format"},
		{"refuses a huge exponent for an int64", `{"long":1e99}`, "body/long format"},
		{"finds a member twice at depth", `{"deep":[{"a":1,"a":2}]}`, "body/deep/0/a duplicate"},
		{"escapes names in places", `{"deep":{"a/b":{"~":1,"~":2}}}`, "body/deep/a~1b/~0 duplicate"},
		{"names a member that nothing declares", `{"depe":1}`, "body/depe undeclared"},
	} {
		t.Run("it "+tt.it, func(t *testing.T) {
			r := &Request{Method: "POST", Path: "/a", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(tt.body)}
			_, vs := d.Bind(r, d.Find(r.Method, r.Path))
			var got []string
			for _, v := range vs {
				got = append(got, v.Where+" "+v.Keyword)
				if len(v.Got) > maxShown || len(v.Want) > maxShown {
					t.Errorf("it shows %d bytes", max(len(v.Got), len(v.Want)))
				}
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestViolationsSayWhat holds the parts of a violation that cases do not show.
func TestViolationsSayWhat(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	r := &Request{Method: "POST", Path: "/auth/login/email", Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"emial":"a@example.com"}`)}
	c, vs := d.Bind(r, d.Find(r.Method, r.Path))
	if len(vs) != 2 {
		t.Fatalf("violations are %v", vs)
	}
	lines := strings.Split(string(d.YAML()), "\n")
	if v := vs[0]; v.In != "request" || v.Blame != BlameClient || v.Severity != SeverityError || v.Want != "email" || v.Fix != `add "email"` ||
		!strings.HasSuffix(v.Pointer, "/required") || !strings.HasPrefix(lines[v.Line-1][v.Column-1:], "required:") {
		t.Errorf("the first is %+v on %q", v, lines[v.Line-1])
	}
	if v := vs[1]; v.Keyword != "undeclared" || v.Severity != SeverityWarning || v.Got != `"a@example.com"` || v.Fix != `did you mean "email"?` {
		t.Errorf("the second is %+v", v)
	}
	vs = d.CheckResponse(c, &Response{Status: 418})
	if len(vs) != 1 || vs[0].In != "response" || vs[0].Blame != BlameFake || vs[0].Where != "status" || vs[0].Got != "418" || !strings.Contains(vs[0].Want, "200") {
		t.Errorf("the response's are %+v", vs)
	}
}
