package control_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// start is the time at which the tests' fakes stand still.
var start = time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)

// harness is a fake under control. Every call through it is held against the
// control API's own document.
type harness struct {
	t       *testing.T
	fake    *mock.Handler
	handler http.Handler
	own     *spec.Document
}

// newHarness controls the built-in document with its behaviours.
func newHarness(t *testing.T, o control.Options) *harness {
	t.Helper()
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return controlled(t, spec.Builtin, mock.Options{Behaviours: behaviours}, o)
}

// newPlain controls a document that no behaviour knows.
func newPlain(t *testing.T) *harness {
	t.Helper()
	return controlled(t, "testdata/greeting.yaml", mock.Options{}, control.Options{})
}

func controlled(t *testing.T, document string, mo mock.Options, o control.Options) *harness {
	t.Helper()
	doc, err := documents[document]()
	if err != nil {
		t.Fatal(err)
	}
	mo.Start, mo.Freeze, mo.Seed = start, true, 42
	mo.Wall = func() time.Time { return start }
	fake, err := mock.New(doc, mo)
	if err != nil {
		t.Fatal(err)
	}
	own, err := documents["openapi.yaml"]()
	if err != nil {
		t.Fatal(err)
	}
	return &harness{t: t, fake: fake, handler: control.New(fake, o), own: own}
}

// documents are loaded once for all tests.
var documents = map[string]func() (*spec.Document, error){
	"openapi.yaml":           loaded("openapi.yaml"),
	"testdata/greeting.yaml": loaded("testdata/greeting.yaml"),
	"../testdata/hooks.yaml": loaded("../testdata/hooks.yaml"),
	spec.Builtin:             loaded(spec.Builtin),
}

func loaded(name string) func() (*spec.Document, error) {
	return sync.OnceValues(func() (*spec.Document, error) { return spec.Load(context.Background(), name) })
}

// reply is an answer, read.
type reply struct {
	t      *testing.T
	Status int
	Header http.Header
	Body   []byte
}

// call sends a request and checks the exchange: the answer must keep to the
// document, and the request too if it was successful.
func (h *harness) call(method, target, body string, edits ...func(*http.Request)) *reply {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "localhost:4010"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	out := &reply{h.t, w.Code, w.Header(), w.Body.Bytes()}
	h.check(r, body, out)
	return out
}

// check holds an exchange against the document.
func (h *harness) check(r *http.Request, body string, out *reply) {
	h.t.Helper()
	_, path := mock.NamedSandbox(r)
	if path != mock.Prefix && !strings.HasPrefix(path, mock.Prefix+"/") {
		return // the fake's
	}
	said := r.Header.Clone()
	if said.Get("Content-Type") == "application/x-www-form-urlencoded" {
		said.Set("Content-Type", "application/json") // curl's word for any body: it is read as JSON
	}
	req := &spec.Request{Method: r.Method, Path: path, RawQuery: r.URL.RawQuery, Header: said, Body: []byte(body), Host: r.Host}
	if body == "" {
		req.Body = nil
	}
	route := h.own.Find(r.Method, path)
	if route.Operation == nil {
		if out.Status >= 400 {
			// Problems are the same everywhere: any operation's will do.
			route = h.own.Find("GET", "/_standin/health")
		} else if path == mock.Prefix || path == mock.Prefix+"/" || r.Method == "HEAD" {
			return
		} else {
			h.t.Fatalf("%s %s answers %d and is not in openapi.yaml", r.Method, path, out.Status)
		}
	}
	call, wrong := h.own.Bind(req, route)
	if out.Status < 300 && len(wrong) > 0 {
		h.t.Errorf("%s %s breaks openapi.yaml and was answered %d: %+v", r.Method, r.URL, out.Status, wrong)
	}
	header := out.Header.Clone()
	// What every answer has is not worth describing at each.
	for _, name := range []string{"Cache-Control", "X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Referrer-Policy", "Content-Length", "Allow", "Www-Authenticate"} {
		header.Del(name)
	}
	for _, v := range h.own.CheckResponse(call, &spec.Response{Status: out.Status, Header: header, Body: out.Body}) {
		h.t.Errorf("the answer to %s %s breaks openapi.yaml: %s: %s\n%.600s", r.Method, r.URL, v.Where, v.Message, out.Body)
	}
}

// want is call, and fails unless the status is as expected.
func (h *harness) want(status int, method, target, body string, edits ...func(*http.Request)) *reply {
	h.t.Helper()
	out := h.call(method, target, body, edits...)
	if out.Status != status {
		h.t.Fatalf("%s %s %s: status %d, want %d\n%.600s", method, target, body, out.Status, status, out.Body)
	}
	return out
}

// as decodes a reply's body.
func as[T any](r *reply) T {
	r.t.Helper()
	var v T
	if err := json.Unmarshal(r.Body, &v); err != nil {
		r.t.Fatalf("%v in %s", err, r.Body)
	}
	return v
}

// problem is a refusal, as a client reads it.
type problem struct {
	Type, Title, Detail string
	Status              int
	Nearest, Allow      []string
}

// refused fails unless the reply is a problem of that kind whose detail holds
// all of those words.
func (r *reply) refused(status int, code string, words ...string) {
	r.t.Helper()
	if r.Status != status || r.Header.Get("Content-Type") != "application/problem+json" {
		r.t.Errorf("status %d %s, want a problem of status %d\n%s", r.Status, r.Header.Get("Content-Type"), status, r.Body)
		return
	}
	p := as[problem](r)
	if p.Status != status || !strings.HasSuffix(p.Type, "/"+code) && p.Type != code {
		r.t.Errorf("problem %d %s, want %d %s", p.Status, p.Type, status, code)
	}
	for _, w := range words {
		if !strings.Contains(p.Detail+strings.Join(p.Nearest, " "), w) {
			r.t.Errorf("%q does not hold %q", p.Detail, w)
		}
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

// greet makes an exchange with the fake of newPlain.
func (h *harness) greet(target string, edits ...func(*http.Request)) (id string) {
	h.t.Helper()
	return h.call("GET", target, "", edits...).Header.Get("Standin-Exchange")
}

// picture is everything about a fake that a call could change.
func (h *harness) picture() string {
	h.t.Helper()
	var b strings.Builder
	for _, box := range h.fake.Sandboxes() {
		now, frozen := box.Now(h.t.Context())
		state, err := box.Export(h.t.Context())
		if err != nil {
			h.t.Fatal(err)
		}
		line, err := json.Marshal([]any{box.Name(), now, frozen, box.Active(h.t.Context()), box.Seeded(h.t.Context()), box.Journal().Len(), box.Journal().Total(), string(state)})
		if err != nil {
			h.t.Fatal(err)
		}
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// server serves the harness's handler on a socket until the test ends.
func (h *harness) server() *httptest.Server {
	s := httptest.NewServer(h.handler)
	h.t.Cleanup(s.Close)
	return s
}

// names are a list's, by a function.
func names[T any](list []T, name func(T) string) []string {
	out := []string{}
	for _, v := range list {
		out = append(out, name(v))
	}
	return out
}

func equal[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
