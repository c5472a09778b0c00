package mock_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// shop is a document with a thing of every kind that coverage counts.
const shop = `openapi: 3.1.0
info: {title: Shop, version: "1"}
security: [{key: []}, {bearer: []}]
paths:
  /items:
    get:
      operationId: list
      parameters:
        - {name: order, in: query, schema: {type: string, enum: [asc, desc]}}
        - {name: tags, in: query, style: form, explode: false, schema: {type: array, items: {type: string, enum: [a, b, c]}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, properties: {size: {type: string}}}}
        - {name: page, in: query, schema: {type: object, properties: {limit: {type: string}}}}
        - {name: X-Trace, in: header, schema: {type: string}}
        - {name: seen, in: cookie, schema: {type: string}}
      responses:
        "200":
          description: fine
          content:
            application/json:
              schema: {type: array, items: {type: object, required: [n], properties: {n: {type: integer}}}}
              examples:
                none: {value: []}
                two: {value: [{n: 1}, {n: 2}]}
            text/*: {schema: {type: string}, example: text}
        "401": {description: who}
    post:
      operationId: add
      security: [{}]
      requestBody: {content: {application/json: {schema: {type: object, properties: {items: {type: array, items: {type: object, properties: {n: {type: integer}}}}}}}}}
      responses:
        "201": {description: made}
        4XX: {description: bad}
  /items/{id}:
    get:
      operationId: one
      security: []
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {default: {description: whatever}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    bearer: {type: http, scheme: bearer}
`

// asked is a request of these tests: "METHOD TARGET", a body, headers "Name: value".
type asked struct {
	line, body string
	headers    []string
}

func ask(t *testing.T, h http.Handler, a asked) *httptest.ResponseRecorder {
	t.Helper()
	method, target, _ := strings.Cut(a.line, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(a.body))
	if a.body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range a.headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func fakeOf(t *testing.T, document string, o mock.Options) *mock.Handler {
	t.Helper()
	doc, err := spec.Loader{}.Parse(t.Context(), "shop.yaml", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	o.Wall = func() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC) }
	h, err := mock.New(doc, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// covered are the parts of an operation that a report shows as exercised.
func covered(r *report.Report, id string) string {
	var out []string
	for _, op := range r.Coverage.Operations {
		for _, p := range op.Parts {
			if op.ID == id && p.Covered {
				out = append(out, string(p.Kind)+" "+p.Name)
			}
		}
	}
	return strings.Join(out, "; ")
}

func TestCoverageCountsWhatWasExercised(t *testing.T) {
	for _, tt := range []struct {
		it   string
		asks []asked
		op   string
		want string
	}{
		{"has a status, its media type, its named example and the alternative of security", []asked{{"GET /items", "", []string{"X-Key: k"}}}, "list",
			"status 200; media 200 application/json; example 200 application/json none; security key"},
		{"tells examples apart", []asked{{"GET /items", "", []string{"X-Key: k", "Prefer: example=two"}}}, "list",
			"status 200; media 200 application/json; example 200 application/json two; security key"},
		{"tells alternatives of security apart", []asked{{"GET /items", "", []string{"Authorization: Bearer t"}}}, "list",
			"status 200; media 200 application/json; example 200 application/json none; security bearer"},
		{"does not count a refused credential", []asked{{"GET /items", "", nil}}, "list", "status 401"},
		{"knows media ranges", []asked{{"GET /items", "", []string{"X-Key: k", "Accept: text/plain"}}}, "list",
			"status 200; media 200 text/*; security key"},
		{"has parameters of every place and style, and their values",
			[]asked{{"GET /items?order=asc&tags=a,c&filter[size]=x&limit=1", "", []string{"X-Key: k", "X-Trace: t", "Cookie: seen=1"}}}, "list",
			"status 200; media 200 application/json; example 200 application/json none; " +
				"parameter cookie.seen; parameter header.X-Trace; parameter query.filter; parameter query.order; parameter query.page; parameter query.tags; " +
				"value query.order=asc; value query.tags=a; value query.tags=c; security key"},
		{"has the request's media type, and calls without credentials", []asked{{"POST /items", `{}`, nil}}, "add",
			"status 201; media request application/json; security none"},
		{"counts a range of statuses", []asked{{"POST /items", "", []string{"Prefer: code=404"}}}, "add", "status 4XX; security none"},
		{"counts default and path parameters", []asked{{"GET /items/7", "", nil}}, "one", "status default; parameter path.id"},
		{"counts in every sandbox", []asked{{"GET /~a/items/7", "", nil}, {"GET /~b/items/7", "", nil}}, "one", "status default; parameter path.id"},
		{"counts nothing that was not asked", nil, "one", ""},
	} {
		t.Run(tt.it, func(t *testing.T) {
			h := fakeOf(t, shop, mock.Options{})
			for _, a := range tt.asks {
				ask(t, h, a)
			}
			r := h.Report("")
			if got := covered(r, tt.op); got != tt.want {
				t.Errorf("covered are\n%s\nwant\n%s", got, tt.want)
			}
			for _, op := range r.Coverage.Operations {
				if op.ID == tt.op && int(op.Calls) != len(tt.asks) {
					t.Errorf("%d calls, want %d", op.Calls, len(tt.asks))
				}
			}
		})
	}
}

func TestScenariosCountTheExchangesThatTheyActIn(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{Scenarios: []scenarios.Scenario{{Name: "late", Rules: []scenarios.Rule{{On: []string{"one"}, Reply: &scenarios.Reply{Status: 500}}}}}})
	ask(t, h, asked{line: "GET /items/1"})
	ask(t, h, asked{line: "GET /items/2"})
	for _, sc := range h.Report("").Coverage.Scenarios {
		if want := map[string]uint64{"late": 2}[sc.Name]; sc.Exchanges != want {
			t.Errorf("scenario %s acted in %d exchanges, want %d", sc.Name, sc.Exchanges, want)
		}
	}
}

func TestFindingsOutliveTheJournal(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{Keep: 2})
	for range 50 {
		ask(t, h, asked{line: "POST /items", body: `{"items":[{"n":"x"},{"n":1},{"n":"y"}]}`})
		ask(t, h, asked{line: "GET /items/1"})
	}
	r := h.Report("")
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings, want one: %+v", len(r.Findings), r.Findings)
	}
	f := r.Findings[0]
	if f.Operation != "add" || f.Where != "body/items/*/n" || f.Count != 100 || f.Violation.Where != "body/items/0/n" {
		t.Errorf("the finding is %+v", f)
	}
	if f.Sample == nil || f.Sample.ID != f.First.Exchange || f.Sample.Request.Text() == "" || f.First == f.Last {
		t.Errorf("its sample is %+v, first %v, last %v", f.Sample, f.First, f.Last)
	}
	if r.Exchanges != 100 || r.Reported != 50 {
		t.Errorf("%d exchanges, %d reported", r.Exchanges, r.Reported)
	}
}

func TestUnknownPathsAreOneFindingForEachMistake(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{})
	for i := range 20 {
		ask(t, h, asked{line: fmt.Sprintf("GET /v1/items/%d", i)})
	}
	ask(t, h, asked{line: "GET /itmes"})
	r := h.Report("")
	if len(r.Findings) != 2 || r.Findings[0].Template != "GET /itmes" || r.Findings[1].Template != "GET /v1/items/*" || r.Findings[1].Count != 20 {
		t.Errorf("findings: %+v", r.Findings)
	}
}

func TestFindingsAreBounded(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{})
	for i := range 1200 {
		name := strings.Repeat(string(rune('a'+i%26)), 1+i/26)
		ask(t, h, asked{line: "GET /" + name})
	}
	r := h.Report("")
	if len(r.Findings) != 1000 || r.Lost != 200 {
		t.Errorf("%d findings, %d lost", len(r.Findings), r.Lost)
	}
}

func TestSandboxesKeepTheirOwnAndLoseNothing(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{MaxSandboxes: 3})
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		ask(t, h, asked{line: "GET /~" + name + "/items/1?x=1"})
	}
	ask(t, h, asked{line: "GET /~f/nowhere"})
	if r := h.Report("f"); r.Exchanges != 2 || len(r.Findings) != 2 {
		t.Errorf("the sandbox has %d exchanges and %d findings", r.Exchanges, len(r.Findings))
	}
	if r := h.Report("nobody"); r.Exchanges != 0 || len(r.Findings) != 0 {
		t.Errorf("a sandbox that is not there has %d exchanges", r.Exchanges)
	}
	h.DropSandbox("f")
	if _, err := h.MakeSandbox(t.Context(), mock.DefaultSandbox, mock.SandboxStart{}); err != nil {
		t.Fatal(err)
	}
	r := h.Report("")
	if r.Exchanges != 7 || len(r.Findings) != 2 || r.Findings[0].Count != 6 {
		t.Errorf("all have %d exchanges and findings %+v", r.Exchanges, r.Findings)
	}
}

func TestAReloadKeepsWhatIsStillDocumented(t *testing.T) {
	h := fakeOf(t, shop, mock.Options{})
	ask(t, h, asked{line: "GET /items?order=asc", headers: []string{"X-Key: k"}})
	ask(t, h, asked{line: "GET /items/1"})
	smaller, _, _ := strings.Cut(shop, "  /items/{id}:")
	_, tail, _ := strings.Cut(shop, "components:")
	doc, err := spec.Loader{}.Parse(t.Context(), "shop.yaml", []byte(strings.Replace(smaller, "enum: [asc, desc]", "enum: [down, asc]", 1)+"components:"+tail))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Reload(t.Context(), doc, nil); err != nil {
		t.Fatal(err)
	}
	r := h.Report("")
	want := "status 200; media 200 application/json; example 200 application/json none; parameter query.order; value query.order=asc; security key"
	if got := covered(r, "list"); got != want {
		t.Errorf("covered are\n%s\nwant\n%s", got, want)
	}
	if len(r.Coverage.Operations) != 2 || r.Exchanges != 2 {
		t.Errorf("%d operations, %d exchanges", len(r.Coverage.Operations), r.Exchanges)
	}
}

// TestEightWorkersReportAsOne plays the same requests to one fake, and divided
// over the sandboxes of eight.
func TestEightWorkersReportAsOne(t *testing.T) {
	var suite []asked
	for i := range 64 {
		suite = append(suite,
			asked{"GET /items?order=" + []string{"asc", "desc", "up"}[i%3], "", []string{"X-Key: k"}},
			asked{"POST /items", fmt.Sprintf(`{"items":[{"n":%q}]}`, "x"), nil},
			asked{line: fmt.Sprintf("GET /items/%d?page%d=1", i, i%5)},
			asked{line: fmt.Sprintf("GET /nowhere/%d", i)})
	}
	one := fakeOf(t, shop, mock.Options{})
	eight := make([]*mock.Handler, 8)
	for i := range eight {
		eight[i] = fakeOf(t, shop, mock.Options{Seed: uint64(i + 2)})
	}
	for i, a := range suite {
		ask(t, one, a)
		method, target, _ := strings.Cut(a.line, " ")
		a.line = fmt.Sprintf("%s /~w%d%s", method, i%3, target)
		ask(t, eight[i%8], a)
	}
	parts := make([]*report.Report, 8)
	for i, h := range eight {
		parts[i] = h.Report("")
	}
	left := report.Merge(parts...)
	right := report.Merge(report.Merge(parts[7], parts[6], parts[5]), report.Merge(report.Merge(parts[4], parts[3]), parts[2]), report.Merge(parts[1], parts[0]))
	if a, b := text(t, left), text(t, right); a != b {
		t.Error("grouping and order make a difference")
	}
	again := one.Report("")
	for _, r := range []*report.Report{left, again} {
		for i := range r.Findings { // what tells runs apart
			f := &r.Findings[i]
			f.First, f.Last, f.Sample, f.Violation.Got, f.Violation.Message = report.Seen{}, report.Seen{}, nil, "", ""
		}
	}
	if a, b := text(t, left), text(t, again); a != b {
		t.Errorf("eight workers report\n%s\none reports\n%s", a, b)
	}
}

func text(t *testing.T, r *report.Report) string {
	t.Helper()
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
