package scenarios

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/standin-dev/standin/spec"
)

const matchDocument = `openapi: 3.1.0
info: {title: t, version: "1"}
servers: [{url: /v1}]
paths:
  /pets/{id}:
    get: {operationId: getPet, responses: {"200": {description: ok}}}
    put: {operationId: putPet, requestBody: {content: {"*/*": {}}}, responses: {"200": {description: ok}}}
`

func text(s string) *string { return &s }

func TestMatch(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "t.yaml", []byte(matchDocument))
	if err != nil {
		t.Fatal(err)
	}
	form := map[string]string{"content-type": "application/x-www-form-urlencoded"}
	multi := map[string]string{"content-type": "multipart/form-data; boundary=b2"}
	for _, tt := range []struct {
		it     string
		match  Match
		path   string
		query  string
		header map[string]string
		body   string
		want   bool
	}{
		{"takes the path below a server, or not", Match{Path: "/v1/pets/a%2Fb"}, "/pets/a%2Fb", "", nil, "", true},
		{"tells paths apart", Match{Path: "/pets/1"}, "/pets/2", "", nil, "", false},
		{"takes a query in another order and spelling", Match{Query: text("a=1&b=x%20y&a=2")}, "/pets/1", "b=x+y&a=1&a=2", nil, "", true},
		{"keeps the order of one name's values", Match{Query: text("a=1&a=2")}, "/pets/1", "a=2&a=1", nil, "", false},
		{"wants all of the query", Match{Query: text("a=1")}, "/pets/1", "a=1&b=2", nil, "", false},
		{"wants no query where it says so", Match{Query: text("")}, "/pets/1", "a=1", nil, "", false},
		{"takes anything for what is redacted", Match{Query: text("key=[redacted]&a=1")}, "/pets/1", "a=1&key=hush", nil, "", true},
		{"wants a redacted header to be there", Match{Headers: map[string]string{"Authorization": "Bearer [redacted]"}}, "/pets/1", "", map[string]string{"authorization": "Bearer x"}, "", true},
		{"misses a redacted header", Match{Headers: map[string]string{"Authorization": "[redacted]"}}, "/pets/1", "", nil, "", false},
		{"wants a header to be absent", Match{Headers: map[string]string{"Range": ""}}, "/pets/1", "", map[string]string{"range": "bytes=0-1"}, "", false},
		{"takes JSON by its value", Match{Body: text(`{"a":1,"b":["x",null]}`)}, "/pets/1", "", nil, `{ "b": ["x", null], "a": 1.0 }`, true},
		{"wants all of the JSON", Match{Body: text(`{"a":1}`)}, "/pets/1", "", nil, `{"a":1,"b":2}`, false},
		{"takes anything within JSON", Match{Body: text(`{"pin":"[redacted]","auth":"Bearer [redacted]"}`)}, "/pets/1", "", nil, `{"pin":1234,"auth":"Bearer x"}`, true},
		{"knows a number from its text", Match{Body: text(`{"a":"1"}`)}, "/pets/1", "", nil, `{"a":1}`, false},
		{"takes a form by its fields", Match{Body: text("u=a&password=[redacted]")}, "/pets/1", "", form, "password=x&u=a", true},
		{"takes text as it is", Match{Body: text("a [redacted] c [redacted]")}, "/pets/1", "", nil, "a b c ", true},
		{"tells texts apart", Match{Body: text("a")}, "/pets/1", "", nil, "a ", false},
		{"wants no body where it says so", Match{Body: text("")}, "/pets/1", "", nil, "a", false},
		{"knows bytes by their digest", Match{Digest: Digest("", []byte{0, 255})}, "/pets/1", "", nil, "\x00\xff", true},
		{"tells digests apart", Match{Digest: Digest("", []byte{0, 255})}, "/pets/1", "", nil, "\x00", false},
		{"lets a boundary be another", Match{Digest: Digest("multipart/form-data; boundary=b1", []byte("--b1\r\nx\r\n--b1--"))}, "/pets/1", "", multi, "--b2\r\nx\r\n--b2--", true},
		{"tells methods apart", Match{Method: "HEAD"}, "/pets/1", "", nil, "", false},
	} {
		t.Run(tt.it, func(t *testing.T) {
			set, err := Compile(doc, []Scenario{{Name: "s", Rules: []Rule{{On: On("putPet"), Match: &tt.match, Reply: &Reply{Status: 200, Raw: []byte{}, Undocumented: true}}}}})
			if err != nil {
				t.Fatal(err)
			}
			route := doc.Find("PUT", tt.path)
			env := Env{Operation: route.Operation, Request: Request{
				Method: "PUT", Path: tt.path, Params: map[string]string{"id": route.Params[0].Value}, RawQuery: tt.query, Content: []byte(tt.body),
				Header: func(name string) string { return tt.header[strings.ToLower(name)] },
				Body: func() (v any) {
					_ = json.Unmarshal([]byte(tt.body), &v) // nil where it is no JSON
					return v
				},
			}}
			out := set.Decide(&env, []State{{Name: "s"}})
			if got := out.Reply != nil; got != tt.want {
				t.Errorf("it matches: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRepliesFromFiles(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "t.yaml", []byte(matchDocument))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, data string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("body", "\x00\xff")
	write("s.yaml", "name: s\nrules: [{on: getPet, reply: {status: 200, undocumented: true, file: body}}]\n")
	scs, err := Load(filepath.Join(dir, "s.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(doc, scs)
	if err != nil {
		t.Fatal(err)
	}
	out := set.Decide(&Env{Operation: doc.Operation("getPet")}, []State{{Name: "s"}})
	if out.Reply == nil || string(out.Reply.Raw) != "\x00\xff" {
		t.Errorf("the reply is %+v", out.Reply)
	}
	for _, name := range []string{"../body", "/etc/hostname", "none"} {
		write("s.yaml", "name: s\nrules: [{on: getPet, reply: {status: 200, file: "+name+"}}]\n")
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "s.yaml:2:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDeniedCallsAskRecordingsAlone(t *testing.T) {
	doc := storefront(t)
	rules := []Rule{{On: On("logout"), Reply: &Reply{Status: 401}}}
	set, err := Compile(doc, []Scenario{{Name: "usual", Rules: rules}, {Name: "recorded", Recorded: true, Rules: rules}})
	if err != nil {
		t.Fatal(err)
	}
	env := env0(doc)
	env.Operation, env.Denied = doc.Operation("logout"), true
	if out := set.Decide(env, []State{{Name: "usual"}}); out.Reply != nil || out.States[0].Calls != 0 {
		t.Error("a usual scenario answers a call that is denied")
	}
	if out := set.Decide(env, []State{{Name: "usual"}, {Name: "recorded"}}); out.Reply == nil || !out.Recorded || out.Scenario != "recorded" {
		t.Errorf("a recording does not: %+v", out)
	}
}
