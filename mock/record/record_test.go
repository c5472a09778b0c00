package record

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

const document = `openapi: 3.1.0
info: {title: t, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}}}
    post:
      operationId: addPet
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {"201": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: getPet
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
    delete: {operationId: deletePet, responses: {"204": {description: gone}}}
components:
  schemas:
    Pet: {type: object, properties: {id: {type: integer}, name: {type: string}}}
`

func load(t testing.TB) *spec.Document {
	t.Helper()
	doc, err := spec.Loader{}.Parse(t.Context(), "t.yaml", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// seen is an exchange in JSON; headers are of the request.
func seen(method, target string, headers http.Header, status int, body string) Exchange {
	path, query, _ := strings.Cut(target, "?")
	if headers == nil {
		headers = http.Header{}
	}
	return Exchange{
		Request:  spec.Request{Method: method, Path: path, RawQuery: query, Header: headers, Host: "h"},
		Response: spec.Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}, "Date": {"now"}}, Body: []byte(body)},
	}
}

func TestConvert(t *testing.T) {
	doc := load(t)
	in := func(value string) http.Header { return http.Header{"Accept-Language": {value}} }
	auth := http.Header{"Authorization": {"Bearer x"}}
	for _, tt := range []struct {
		it   string
		seen []Exchange
		want string // on, match and times and body of each rule
	}{
		{"says an answer once", []Exchange{seen("GET", "/pets", nil, 200, "[]"), seen("GET", "/pets", nil, 200, "[]")}, "listPets {query: ''} ×0 []"},
		{"counts runs of answers, and the last stays", []Exchange{
			seen("GET", "/pets/1", nil, 200, "{}"), seen("GET", "/pets/1", nil, 200, "{}"), seen("GET", "/pets/1", nil, 200, `{"id":1}`), seen("GET", "/pets/1", nil, 200, "{}")},
			"getPet {path: '/pets/1', query: ''} ×2 {}; getPet {path: '/pets/1', query: ''} ×1 {\"id\":1}; getPet {path: '/pets/1', query: ''} ×0 {}"},
		{"tells requests apart by their query", []Exchange{seen("GET", "/pets?a=1&b=2", nil, 200, "[]"), seen("GET", "/pets?b=2&a=1", nil, 200, "[]"), seen("GET", "/pets?a=2", nil, 200, "[]")},
			"listPets {query: 'a=1&b=2'} ×0 []; listPets {query: 'a=2'} ×0 []"},
		{"looks at headers where answers differ", []Exchange{seen("GET", "/pets", in("de"), 200, "[]"), seen("GET", "/pets", in("en"), 200, "[1]"), seen("GET", "/pets", in("de"), 200, "[]")},
			"listPets {query: '', headers: {'Accept-Language': 'de'}} ×0 []; listPets {query: '', headers: {'Accept-Language': 'en'}} ×0 [1]"},
		{"does not where they do not", []Exchange{seen("GET", "/pets", in("de"), 200, "[]"), seen("GET", "/pets", in("en"), 200, "[]")}, "listPets {query: ''} ×0 []"},
		{"knows of credentials that they were there", []Exchange{seen("GET", "/pets", auth, 200, "[]"), seen("GET", "/pets", nil, 200, "[2]")},
			"listPets {query: '', headers: {'Authorization': 'Bearer [redacted]'}} ×0 []; listPets {query: '', headers: {'Authorization': ''}} ×0 [2]"},
		{"tells HEAD from GET", []Exchange{seen("HEAD", "/pets", nil, 200, "")}, "listPets {method: 'HEAD', query: ''} ×0 "},
		{"leaves out what reaches nothing", []Exchange{seen("GET", "/dogs", nil, 200, "[]")}, ""},
	} {
		t.Run(tt.it, func(t *testing.T) {
			var got []string
			for _, r := range Convert(doc, tt.seen, Options{Name: "x"}).Scenario.Rules {
				got = append(got, fmt.Sprintf("%s {%s} ×%d %s", r.On[0], matchText(r.Match), r.Times, r.Reply.Raw))
			}
			if all := strings.Join(got, "; "); all != tt.want {
				t.Errorf("the rules are\n%s, want\n%s", all, tt.want)
			}
		})
	}
}

func TestConvertMarksWhatBreaksTheDocument(t *testing.T) {
	made := Convert(load(t), []Exchange{
		seen("GET", "/pets/1", nil, 200, `{"id":1}`), seen("GET", "/pets/2", nil, 200, `{"id":"2"}`), seen("GET", "/pets/3", nil, 418, "{}"), seen("GET", "/pets/4", nil, 101, ""),
	}, Options{Name: "x"})
	if made.Broken != 2 || made.Unsaid != 1 || made.Scenario.Rules[0].Reply.Undocumented || !made.Scenario.Rules[1].Reply.Undocumented {
		t.Errorf("it made %+v", made)
	}
}

func TestSeeds(t *testing.T) {
	doc := load(t)
	for _, tt := range []struct {
		it   string
		seen []Exchange
		want string
	}{
		{"gathers the last state of all things", []Exchange{
			seen("GET", "/pets", nil, 200, `[{"id":1,"name":"Rex"},{"id":2}]`), seen("POST", "/pets", nil, 201, `{"id":3,"name":"Tom"}`), seen("GET", "/pets/1", nil, 200, `{"id":1,"name":"Max"}`),
			seen("DELETE", "/pets/2", nil, 204, "")},
			"'pets':\n  - {\"id\":1,\"name\":\"Max\"}\n  - {\"id\":3,\"name\":\"Tom\"}\n"},
		{"leaves out what breaks its schema", []Exchange{seen("GET", "/pets", nil, 200, `[{"id":1,"name":7},{"id":2,"name":"B"},{"id":3,"name":[]}]`)}, "'pets':\n  - {\"id\":2,\"name\":\"B\"}\n"},
		{"is nothing without things", []Exchange{seen("GET", "/pets/1", nil, 404, `{"id":1}`), seen("GET", "/pets", nil, 200, "x")}, ""},
	} {
		t.Run(tt.it, func(t *testing.T) {
			if got := string(Seeds(doc, tt.seen)); got != tt.want {
				t.Errorf("the seeds are %q, want %q", got, tt.want)
			}
		})
	}
}

// TestFilesFindRoom: more than a scenario file can hold goes into other files, or is
// counted, and what is written loads.
func TestFilesFindRoom(t *testing.T) {
	doc := load(t)
	var all []Exchange
	for i := range 1500 {
		e := seen("GET", fmt.Sprintf("/pets/%d", i), nil, 200, fmt.Sprintf(`{"id":%d,"name":"%s"}`, i, strings.Repeat("x", 2000)))
		for n := range 12 {
			e.Response.Header.Set(fmt.Sprint("X-", n), "{{ v }}")
		}
		all = append(all, e)
	}
	made := Convert(doc, all, Options{Name: "recorded", MaxRules: MaxRules})
	files := made.Files()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	scs, err := scenarios.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := scenarios.Compile(doc, scs); err != nil {
		t.Fatal(err)
	}
	if n := len(scs[0].Rules); n+made.Over != 1500 || n < 400 || string(scs[0].Rules[7].Reply.Raw) != string(all[7].Response.Body) {
		t.Errorf("%d rules, and %d over", n, made.Over)
	}
}

// TestRecorderWritesWhileItRuns: what was seen is in the files before anybody ends
// the recorder.
func TestRecorderWritesWhileItRuns(t *testing.T) {
	doc, dir := load(t), t.TempDir()
	r, err := NewRecorder(dir, RecorderOptions{Service: "https://h"})
	if err != nil {
		t.Fatal(err)
	}
	armed, tick := make(chan time.Duration), make(chan time.Time)
	go r.Run(func() *spec.Document { return doc }, func(d time.Duration) <-chan time.Time {
		armed <- d
		return tick
	})
	observe := func(target string, source mock.Source) {
		e := seen("GET", target, nil, 200, `{"id":1}`)
		r.Observe(&mock.Exchange{Source: source, Request: e.Request, Response: e.Response})
	}
	observe("/pets/9", mock.SourceScenario)
	observe("/pets/1", mock.SourceUpstream)
	if d := <-armed; d > time.Second {
		t.Errorf("it waits %v", d)
	}
	tick <- time.Time{}
	observe("/pets/2", mock.SourceUpstream)
	<-armed // so the first is written
	first, err := os.ReadFile(filepath.Join(dir, "recorded.yaml"))
	if err != nil || !strings.Contains(string(first), "/pets/1") || strings.Contains(string(first), "/pets/9") {
		t.Errorf("after the first there is %q, %v", first, err)
	}
	out, err := r.Close()
	if err != nil || len(out.Scenario.Rules) != 2 {
		t.Errorf("it ends with %+v, %v", out, err)
	}
	observe("/pets/3", mock.SourceUpstream) // does not hang
	if again, err := NewRecorder(dir, RecorderOptions{}); err != nil || again.Name() != "recorded-2" {
		t.Errorf("the next one is %v", err)
	}
	if _, err := NewRecorder(filepath.Join(dir, "recorded.yaml"), RecorderOptions{}); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file is no folder: %v", err)
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a'b", "a\nb", "\x00\x7f\u0085\u2028\ufeff\uffff", "{{ x }}", "😀 \\ \" #", "- : ? |", "~", "\r\n\t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		text := "name: a\nrules: [{on: x, match: {path: /, body: " + quote(s) + "}, reply: {status: 200, text: " + quote(s) + "}}]\n"
		scs, err := scenarios.Parse("a.yaml", []byte(text))
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if r := scs[0].Rules[0]; string(r.Reply.Raw) != s || *r.Match.Body != s {
			t.Errorf("%q came back as %q", s, r.Reply.Raw)
		}
	})
}
