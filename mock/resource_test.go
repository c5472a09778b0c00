package mock_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// stateDoc is a document with the shapes that real ones have.
func stateDoc(t testing.TB, name string) *spec.Document {
	t.Helper()
	doc, err := spec.Load(context.Background(), filepath.Join("testdata", "state", name))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func newState(t testing.TB, name string, o mock.Options) *mock.Handler {
	t.Helper()
	h, err := mock.New(stateDoc(t, name), o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// do sends a request and returns its answer; a body without a media type is
// JSON.
func do(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// steps are requests and what their answers must hold; $LAST is the last
// Location.
type step struct {
	method, target, body, media string
	status                      int
	has, hasNot                 string
}

func play(t *testing.T, h http.Handler, steps []step) {
	t.Helper()
	last := ""
	for _, s := range steps {
		media := s.media
		if media == "" {
			media = "application/json"
		}
		target := strings.ReplaceAll(s.target, "$LAST", last)
		w := do(h, s.method, target, s.body, "Content-Type", media)
		got := w.Body.String()
		for name, values := range w.Header() {
			got += "\n" + name + ": " + strings.Join(values, ", ")
		}
		if w.Code != s.status || !strings.Contains(got, s.has) || s.hasNot != "" && strings.Contains(got, s.hasNot) {
			t.Errorf("%s %s %s: %d, want %d with %q and without %q\n%s", s.method, target, s.body, w.Code, s.status, s.has, s.hasNot, got)
		}
		if n := w.Header().Get("Standin-Violations"); n != "" && w.Code < 400 {
			t.Errorf("%s %s: %s violations\n%s", s.method, target, n, got)
		}
		if at := w.Header().Get("Location"); at != "" {
			last = at
		}
	}
}

func TestStories(t *testing.T) {
	const patch, form, multipart = "application/json-patch+json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"
	for _, tt := range []struct {
		name, doc string
		steps     []step
	}{
		{"it creates, reads, changes, deletes and then has it no more", "shop.yaml", []step{
			{method: "POST", target: "/orders", body: `{"item":"lamp","secret":"s3"}`, status: 201, has: `"item":"lamp"`, hasNot: "s3"},
			{method: "GET", target: "$LAST", status: 200, has: `"item":"lamp"`},
			{method: "PATCH", target: "$LAST", body: `{"note":"blue"}`, status: 200, has: `"note":"blue"`},
			{method: "PATCH", target: "$LAST", body: `[{"op":"replace","path":"/item","value":"desk"},{"op":"remove","path":"/note"}]`, media: patch, status: 200, has: `"item":"desk"`, hasNot: "blue"},
			{method: "PATCH", target: "$LAST", body: `[{"op":"test","path":"/item","value":"lamp"}]`, media: patch, status: 409},
			{method: "PATCH", target: "$LAST", body: `[{"op":"replace","path":"/nope","value":1}]`, media: patch, status: 422},
			{method: "PUT", target: "$LAST", body: `{"item":"chair"}`, status: 200, has: `"item":"chair"`},
			{method: "POST", target: "$LAST/cancel", status: 200, has: `"item":"chair"`},
			{method: "DELETE", target: "$LAST", status: 204},
			{method: "GET", target: "$LAST", status: 404, has: "no such order"},
			{method: "PUT", target: "$LAST", body: `{"item":"chair"}`, status: 404},
			{method: "DELETE", target: "$LAST", status: 404},
			{method: "POST", target: "$LAST/cancel", status: 404},
		}},
		{"it lists what is there, a page at a time", "shop.yaml", []step{
			{method: "POST", target: "/orders", body: `{"item":"aa"}`, status: 201},
			{method: "POST", target: "/orders", body: `{"item":"zz"}`, status: 201},
			{method: "GET", target: "/orders?item=zz", status: 200, has: `"total":1`, hasNot: `"aa"`},
			{method: "GET", target: "/orders?per_page=2", status: 200, has: `"total":5`},
			{method: "GET", target: "/orders?per_page=2&page=2", status: 200, has: `rel="next"`},
			{method: "GET", target: "/orders?per_page=2&page=3", status: 200, has: `rel="prev"`, hasNot: `rel="next"`},
			{method: "GET", target: "/orders?sort=-item&per_page=1", status: 200, has: `"zz"`},
			{method: "GET", target: "/orders?q=zz", status: 200, has: `"total":1`},
		}},
		{"it keeps what belongs to a thing with it", "shop.yaml", []step{
			{method: "POST", target: "/orders", body: `{"item":"lamp"}`, status: 201},
			{method: "POST", target: "$LAST/notes", body: `{"text":"hello"}`, status: 201, has: `"text":"hello"`},
			{method: "GET", target: "$LAST", status: 200, has: "hello"},
			{method: "GET", target: "/orders/ffffffff-0000-4000-8000-000000000000/notes", status: 404},
		}},
		{"it refuses a taken name where the document says so", "shop.yaml", []step{
			{method: "PUT", target: "/shelves/top", body: `{"label":"one"}`, status: 201, has: `"name":"top"`},
			{method: "GET", target: "/shelves/top", status: 200, has: `"label":"one"`},
			{method: "PUT", target: "/shelves/top", body: `{"label":"two"}`, status: 200, has: `"label":"two"`},
			{method: "POST", target: "/shelves", body: `{"name":"top"}`, status: 409, has: "taken"},
			{method: "POST", target: "/shelves", body: `{"name":"low"}`, status: 201, has: `"name":"low"`},
		}},
		{"it keeps a single thing", "shop.yaml", []step{
			{method: "PATCH", target: "/settings", body: `{"theme":"dark"}`, status: 200, has: `"theme":"dark"`},
			{method: "GET", target: "/settings", status: 200, has: `"theme":"dark"`},
		}},
		{"it takes things in every form that the document has", "pet.yaml", []step{
			{method: "POST", target: "/pet", body: `<pet id="71"><name>Rex</name><tags><tag><name>dog</name></tag><tag><name>old</name></tag></tags><photo>a</photo><photo>b</photo><weight>7.5</weight><kind><id>3</id></kind></pet>`, media: "application/xml",
				status: 200, has: `{"id":71,"name":"Rex","tags":[{"name":"dog"},{"name":"old"}],"photos":["a","b"],"weight":7.5,"kind":{"id":3}}`},
			{method: "GET", target: "/pet/71", status: 200, has: `"name":"Rex"`},
			{method: "PUT", target: "/pet", body: `<pet id="71"><name>Max</name></pet>`, media: "application/xml", status: 200, has: `"name":"Max"`, hasNot: "dog"},
			{method: "PUT", target: "/pet", body: `<pet id="71"><name>`, media: "application/xml", status: 400},
			{method: "GET", target: "/pet/71", status: 200, has: `"name":"Max"`},
			{method: "POST", target: "/pet", body: "id=72&name=Bo&photos=a&photos=b&weight=2&kind[id]=3&tags[0][name]=x", media: form, status: 200,
				has: `{"id":72,"name":"Bo","tags":[{"name":"x"}],"photos":["a","b"],"weight":2,"kind":{"id":3}}`},
			{method: "POST", target: "/pet/72?name=Bobo&weight=3", status: 200, has: `"name":"Bobo"`},
			{method: "GET", target: "/pet/72", status: 200, has: `"weight":3,`},
			{method: "POST", target: "/pet", body: "--B\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nZoe\r\n--B\r\nContent-Disposition: form-data; name=\"weight\"\r\n\r\n4\r\n--B\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"z.png\"\r\n\r\nPNG\r\n--B--\r\n", media: multipart, status: 200, has: `"name":"Zoe"`, hasNot: "PNG"},
		}},
		{"it lists what has no path of its own, and gives no address to it", "pet.yaml", []step{
			{method: "POST", target: "/notes", body: `{"text":"hello"}`, status: 201, has: `"text":"hello"`, hasNot: "Location"},
			{method: "GET", target: "/notes", status: 200, has: `"text":"hello"`},
		}},
		{"it works as payment services do", "pay.yaml", []step{
			{method: "POST", target: "/v1/customers", body: "name=Ada&balance=7", media: form, status: 200, has: `"balance":7`},
			{method: "POST", target: "/v1/customers", body: `name=Bob`, media: form, status: 200, has: `"id":"cus_`},
			{method: "GET", target: "/v1/customers?limit=2", status: 200, has: `"has_more":true`},
			{method: "POST", target: "/v1/customers/cus_9s6XKzkNRiz8i3", body: "name=Cy", media: form, status: 200, has: `"name":"Cy"`},
			{method: "GET", target: "/v1/customers/cus_9s6XKzkNRiz8i3", status: 200, has: `"name":"Cy"`},
			{method: "DELETE", target: "/v1/customers/cus_9s6XKzkNRiz8i3", status: 200, has: `"deleted":true`},
			{method: "GET", target: "/v1/customers/cus_9s6XKzkNRiz8i3", status: 404},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { play(t, newState(t, tt.doc, mock.Options{}), tt.steps) })
	}
}

// TestNoAnswerBreaksTheDocument plays calls at random, all of them valid, on
// documents of several shapes.
func TestNoAnswerBreaksTheDocument(t *testing.T) {
	for _, name := range []string{"shop.yaml", "pay.yaml"} {
		t.Run(name, func(t *testing.T) {
			h := newState(t, name, mock.Options{Seed: 5})
			draw := rand.New(rand.NewPCG(1, 2))
			s, _ := h.Sandbox(mock.DefaultSandbox)
			ids := []string{"x", "top", "1"}
			for range 400 {
				ops := h.Document().Operations()
				o := ops[draw.IntN(len(ops))]
				target := o.Path
				for strings.Contains(target, "{") {
					before, rest, _ := strings.Cut(target, "{")
					_, after, _ := strings.Cut(rest, "}")
					target = before + spec.EscapeSegment(ids[draw.IntN(len(ids))]) + after
				}
				body, media := "", "application/json"
				if o.Method == "POST" || o.Method == "PUT" || o.Method == "PATCH" {
					body = fmt.Sprintf(`{"item":"i%d","label":"l","text":"t","theme":"dark"}`, draw.IntN(9))
					if name == "pay.yaml" {
						body, media = "name=N", "application/x-www-form-urlencoded"
					}
				}
				w := do(h, o.Method, target, body, "Content-Type", media)
				var got map[string]any
				if json.Unmarshal(w.Body.Bytes(), &got) == nil {
					for _, key := range []string{"id", "name"} {
						if id, ok := got[key].(string); ok && w.Code < 300 && len(ids) < 40 {
							ids = append(ids, id)
						}
					}
				}
			}
			for ex := range s.Journal().All() {
				for _, v := range ex.Violations {
					if v.In == "response" {
						t.Errorf("%s %s answered %d by %s: %s\n%s", ex.Request.Method, ex.Target, ex.Response.Status, ex.Source, v.Message, ex.Response.Body)
					}
				}
			}
		})
	}
}

func TestStateIsTheSandboxs(t *testing.T) {
	h := newState(t, "shop.yaml", mock.Options{})
	var crowd sync.WaitGroup
	for n := range 8 {
		crowd.Go(func() {
			for i := range 20 {
				w := do(h, "POST", fmt.Sprintf("/~box%d/orders", n), fmt.Sprintf(`{"item":"i%d"}`, i))
				if at := w.Header().Get("Location"); !strings.HasPrefix(at, fmt.Sprintf("/~box%d/orders/", n)) {
					t.Errorf("made at %q", at)
				}
			}
		})
	}
	crowd.Wait()
	for n := range 8 {
		if got := do(h, "GET", fmt.Sprintf("/~box%d/orders?per_page=1", n), "").Body.String(); !strings.Contains(got, `"total":23`) {
			t.Errorf("box%d has %s", n, got)
		}
	}
	if got := do(h, "GET", "/orders", "").Body.String(); !strings.Contains(got, `"total":3`) {
		t.Errorf("the default sandbox has %s", got)
	}
}

func TestStateIsReproducible(t *testing.T) {
	at := time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC)
	run := func() string {
		h := newState(t, "shop.yaml", mock.Options{Seed: 3, Start: at, Freeze: true})
		var b bytes.Buffer
		for _, target := range []string{"/orders", "/shelves", "/settings"} {
			b.Write(do(h, "GET", target, "").Body.Bytes())
		}
		w := do(h, "POST", "/orders", `{"item":"x"}`)
		b.Write(w.Body.Bytes())
		if !strings.Contains(w.Body.String(), "2026-01-31T09:30:00Z") {
			t.Errorf("the order is not of the sandbox's time: %s", w.Body)
		}
		return b.String()
	}
	if a, b := run(), run(); a != b {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
}

func TestStateGoesOutAndIn(t *testing.T) {
	ctx := context.Background()
	h := newState(t, "shop.yaml", mock.Options{})
	at := do(h, "POST", "/orders", `{"item":"lamp"}`).Header().Get("Location")
	before := do(h, "GET", at, "").Body.String()
	s, _ := h.Sandbox(mock.DefaultSandbox)
	data, err := s.Export(ctx)
	if err != nil {
		t.Fatal(err)
	}
	other := newState(t, "shop.yaml", mock.Options{State: data})
	if after := do(other, "GET", at, "").Body.String(); after != before {
		t.Errorf("it came back as %s, was %s", after, before)
	}
	if !bytes.Contains(data, []byte(`"/orders `)) {
		t.Errorf("the export does not name the thing by its path: %s", data)
	}
}

func TestStateStaysOverAReload(t *testing.T) {
	h := newState(t, "shop.yaml", mock.Options{})
	at := do(h, "POST", "/orders", `{"item":"lamp"}`).Header().Get("Location")
	text, err := os.ReadFile("testdata/state/shop.yaml")
	if err != nil {
		t.Fatal(err)
	}
	// Another document, in which an order's item is a number.
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, bytes.ReplaceAll(text, []byte("item: {type: string}"), []byte("item: {type: integer}")), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, err := spec.Load(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Reload(context.Background(), doc, nil); err != nil {
		t.Fatal(err)
	}
	w := do(h, "GET", at, "")
	if w.Code != 200 || w.Header().Get("Standin-Violations") != "" || strings.Contains(w.Body.String(), "lamp") {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}

func BenchmarkReadThing(b *testing.B) {
	h := newState(b, "shop.yaml", mock.Options{})
	at := do(h, "POST", "/orders", `{"item":"lamp"}`).Header().Get("Location")
	b.ReportAllocs()
	for b.Loop() {
		do(h, "GET", at, "")
	}
}

func TestAListIsKeptForAsLongAsTheSameThingsMakeIt(t *testing.T) {
	h := newState(t, "shop.yaml", mock.Options{})
	list := func(target string) string { return do(h, "GET", target, "").Body.String() }
	do(h, "POST", "/orders", `{"item":"lamp"}`)
	last := do(h, "POST", "/orders", `{"item":"desk"}`).Header().Get("Location")

	first := list("/orders?sort=item")
	if again := list("/orders?sort=item"); again != first {
		t.Errorf("the same list has another body:\n%s\n%s", first, again)
	}
	if page := list("/orders?sort=item&per_page=2"); page == first {
		t.Error("a page is answered with the whole list")
	}
	list("/orders?sort=item")
	do(h, "PATCH", last, `{"item":"dusk"}`) // not the first of the list
	if now := list("/orders?sort=item"); !strings.Contains(now, "dusk") {
		t.Errorf("a change is not seen: %s", now)
	}
	do(h, "DELETE", last, "")
	if now := list("/orders?sort=item"); strings.Contains(now, "dusk") {
		t.Errorf("a deletion is not seen: %s", now)
	}
	before := h.Document().Checked()
	list("/orders?sort=item")
	if after := h.Document().Checked(); after.Seen-before.Seen != 2 || after.Fast-before.Fast != 2 {
		t.Errorf("a kept list was not accounted for as checked: %+v, then %+v", before, after)
	}
}

func TestACollectionStartsWithOneOfEachKindThatItIsFilteredBy(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trips.yaml")
	if err := os.WriteFile(file, []byte(`openapi: 3.1.0
info: {title: trips, version: "1"}
paths:
  /trips:
    get:
      parameters: [{name: status, in: query, schema: {type: string}}]
      responses: {'200': {description: trips, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Trip'}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Trip'}}}}
      responses: {'201': {description: trip, content: {application/json: {schema: {$ref: '#/components/schemas/Trip'}}}}}
  /trips/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: trip, content: {application/json: {schema: {$ref: '#/components/schemas/Trip'}}}}}
components:
  schemas:
    Trip:
      type: object
      required: [id, status]
      properties: {id: {type: string, format: uuid}, status: {type: string, enum: [planned, boarding, left, arrived, cancelled]}}
`), 0o644); err != nil {
		t.Fatal(err)
	}
	doc, err := spec.Load(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"planned", "boarding", "left", "arrived", "cancelled"} {
		if w := do(h, "GET", "/trips?status="+status, ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"status":"`+status+`"`) {
			t.Errorf("%s: %d %s", status, w.Code, w.Body)
		}
	}
}

func TestASandboxKeepsNoMoreThanItMay(t *testing.T) {
	h := newState(t, "shop.yaml", mock.Options{MaxState: 20_000})
	order := `{"item":"` + strings.Repeat("x", 2000) + `"}`
	var made []string
	for range 20 {
		w := do(h, "POST", "/orders", order)
		if w.Code != 201 {
			break
		}
		made = append(made, w.Header().Get("Location"))
	}
	if len(made) < 5 || len(made) > 9 {
		t.Fatalf("%d orders were kept", len(made))
	}
	list := do(h, "GET", "/orders?per_page=1", "").Body.String()
	for _, s := range []step{
		{method: "POST", target: "/orders", body: order, status: 507, has: "sandbox-full"},
		{method: "PATCH", target: made[0], body: `{"note":"` + strings.Repeat("y", 3000) + `"}`, status: 507},
		{method: "GET", target: made[0], status: 200, hasNot: "yyy"},
		{method: "GET", target: "/orders?per_page=1", status: 200, has: list},
		{method: "POST", target: "/~other/orders", body: order, status: 201},
		{method: "PATCH", target: made[0], body: `{"item":"short"}`, status: 200},
		{method: "DELETE", target: made[1], status: 204},
		{method: "POST", target: "/orders", body: order, status: 201},
	} {
		play(t, h, []step{s})
	}
}
