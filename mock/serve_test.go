package mock

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// names is the state of the toy's behaviour.
var names = NewTable[string]("names")

// toyMake stores a thing and answers with it.
func toyMake(tx *Tx, c *Call) Answer {
	var in struct{ Name string }
	if err := c.Decode(&in); err != nil {
		return Answer{Status: 400}
	}
	id := tx.ULID("thing")
	names.Put(tx, id, in.Name)
	body, _ := json.Marshal(map[string]string{"id": id, "name": in.Name})
	return Answer{Status: 201, Body: body, Reason: "made"}
}

func toyOptions(o Options) Options {
	if o.Behaviours.Operations == nil {
		o.Behaviours.Operations = map[string]Behaviour{"POST /things": toyMake}
	}
	o.Behaviours.Tables = []AnyTable{names}
	return o
}

func toy(t testing.TB, o Options) *Handler {
	t.Helper()
	doc, err := spec.Load(context.Background(), "testdata/toy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(doc, toyOptions(o))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends one request: headers are "Name: value".
func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var r *http.Request
	if body == "" {
		r = httptest.NewRequest(method, target, nil)
	} else {
		r = httptest.NewRequest(method, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func last(t *testing.T, h *Handler, sandbox string) *Exchange {
	t.Helper()
	box, err := h.Sandbox(sandbox)
	if err != nil {
		t.Fatal(err)
	}
	all := box.Journal().Exchanges()
	if len(all) == 0 {
		t.Fatal("no exchange was recorded")
	}
	return all[len(all)-1]
}

var down = scenarios.Scenario{Name: "down", Rules: []scenarios.Rule{{
	On: scenarios.On("*"), Reply: &scenarios.Reply{Status: 503, Undocumented: true, Body: map[string]any{"message": "down"}},
}}}

var gone = scenarios.Scenario{Name: "gone", Rules: []scenarios.Rule{{
	On: scenarios.On("list"), Reply: &scenarios.Reply{Status: 404, Example: "gone"},
}}}

func TestWhoAnswers(t *testing.T) {
	on := func(names ...string) []string { return append([]string{}, names...) }
	for _, tc := range []struct {
		name                 string
		active               []string
		method, target, body string
		headers              []string
		status               int
		contains             string
		source               Source
	}{
		{"the document's first example", nil, "GET", "/things", "", nil, 200, `"two"`, SourceExample},
		{"the same below the document's server", nil, "GET", "/v1/things", "", nil, 200, `"two"`, SourceExample},
		{"the operation's behaviour", nil, "POST", "/things", `{"name":"x"}`, []string{"X-Key: k"}, 201, `"name":"x"`, SourceBehaviour},
		{"security before the behaviour", nil, "POST", "/things", `{"name":"x"}`, nil, 401, "Who are you?", SourceExample},
		{"security before the request checks", nil, "POST", "/things", `{}`, nil, 401, "Who are you?", SourceExample},
		{"security before an active scenario", on("down"), "POST", "/things", `{"name":"x"}`, nil, 401, "Who are you?", SourceExample},
		{"the request checks before the behaviour", nil, "POST", "/things", `{}`, []string{"X-Key: k"}, 400, `"errors":{"body":`, SourceRefusal},
		{"an active scenario before the request checks", on("down"), "POST", "/things", `{}`, []string{"X-Key: k"}, 503, "down", SourceScenario},
		{"an active scenario before the example", on("gone"), "GET", "/things", "", nil, 404, "All gone.", SourceScenario},
		{"the first active scenario", on("gone", "down"), "GET", "/things", "", nil, 404, "All gone.", SourceScenario},
		{"the first active scenario, the other way round", on("down", "gone"), "GET", "/things", "", nil, 503, "down", SourceScenario},
		{"a code that the request prefers, before security", nil, "POST", "/things", "", []string{"Prefer: code=201"}, 201, `"id":"a"`, SourcePrefer},
		{"a code before an active scenario", on("down"), "GET", "/things", "", []string{"Prefer: code=404"}, 404, "All gone.", SourcePrefer},
		{"an example that the request prefers", nil, "GET", "/things", "", []string{"Prefer: example=none"}, 200, `"items":[]`, SourcePrefer},
		{"an example of an error, without its code", nil, "GET", "/things", "", []string{"Prefer: example=gone"}, 404, "All gone.", SourcePrefer},
		{"the query twin of the example", nil, "GET", "/things?__example=none", "", nil, 200, `"items":[]`, SourcePrefer},
		{"the query twin of the code", nil, "GET", "/things?__code=404", "", nil, 404, "All gone.", SourcePrefer},
		{"a scenario that the request prefers, before security", nil, "POST", "/things", "", []string{"Prefer: scenario=down"}, 503, "down", SourceScenario},
		{"the query twin of the scenario", nil, "GET", "/things?__scenario=gone", "", nil, 404, "All gone.", SourceScenario},
		{"a refusal of a status that is not documented", nil, "GET", "/things", "", []string{"Prefer: code=418"}, 400, "bad-preference", SourceRefusal},
		{"a refusal of an example that is not there", nil, "GET", "/things", "", []string{"Prefer: example=nope"}, 400, "bad-preference", SourceRefusal},
		{"a refusal of a scenario that is not there", nil, "GET", "/things", "", []string{"Prefer: scenario=gome"}, 400, "gone", SourceRefusal},
		{"a refusal of an unknown path, with the nearest", nil, "GET", "/thing", "", nil, 404, "GET /things", SourceRefusal},
		{"a refusal of another method", nil, "PUT", "/things", "", nil, 405, "GET, POST", SourceRefusal},
		{"a refusal of a bad sandbox", nil, "GET", "/~-/things", "", nil, 400, "bad-sandbox-name", SourceRefusal},
		{"a new body where the request wants one", nil, "GET", "/things?__dynamic=true", "", nil, 200, `"items"`, SourcePrefer},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := toy(t, Options{Scenarios: []scenarios.Scenario{down, gone}, Active: on(tc.active...)})
			w := ask(h, tc.method, tc.target, tc.body, tc.headers...)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) {
				t.Errorf("got %d %s, want %d with %s", w.Code, w.Body, tc.status, tc.contains)
			}
			ex := last(t, h, DefaultSandbox)
			if ex.Source != tc.source || ex.Response.Status != w.Code || ex.ID != w.Header().Get("Standin-Exchange") {
				t.Errorf("recorded %s by %s with %d", ex.ID, ex.Source, ex.Response.Status)
			}
			if got := h.Checked(); got.Seen != 1 || got.Accepted+got.Reported != 1 {
				t.Errorf("checked %+v", got)
			}
			wantReported := uint64(0)
			if len(ex.Violations) > 0 {
				wantReported = 1
			}
			if got := h.Checked().Reported; got != wantReported {
				t.Errorf("reported %d with violations %v", got, ex.Violations)
			}
		})
	}
}

func TestAllowHeaderAndPreferenceApplied(t *testing.T) {
	h := toy(t, Options{})
	if got := ask(h, "PUT", "/things", "").Header().Get("Allow"); got != "GET, POST" {
		t.Errorf("Allow: %q", got)
	}
	if got := ask(h, "GET", "/things", "", "Prefer: code=404").Header().Get("Preference-Applied"); got != "code=404" {
		t.Errorf("Preference-Applied: %q", got)
	}
	if got := ask(h, "GET", "/things", "", "Prefer: code=418").Header().Get("Preference-Applied"); got != "" {
		t.Errorf("Preference-Applied on a refusal: %q", got)
	}
}

func TestBlame(t *testing.T) {
	lie := Behaviours{Operations: map[string]Behaviour{"POST /things": func(tx *Tx, c *Call) Answer {
		return Answer{Status: 201, Body: []byte(`{"id":"a"}`)} // the required name is missing
	}}}
	key := "X-Key: k"
	for _, tc := range []struct {
		name           string
		o              Options
		method, target string
		body           string
		where, keyword string
		blame          spec.Blame
	}{
		{"it blames the client for a request", Options{}, "GET", "/things?limit=0", "", "query.limit", "minimum", spec.BlameClient},
		{"it blames the client for an unknown path", Options{}, "GET", "/x", "", "path", "path", spec.BlameClient},
		{"it blames the fake for a behaviour's body", Options{Behaviours: lie}, "POST", "/things", `{"name":"x"}`, "body", "required", spec.BlameFake},
		{"it blames the document for an example", Options{}, "GET", "/broken", "", "body/items", "type", spec.BlameDocument},
		{"it blames the scenario for what it was asked", Options{Scenarios: []scenarios.Scenario{down}}, "GET", "/things", "", "status", "undocumented", spec.BlameScenario},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := toy(t, tc.o)
			w := ask(h, tc.method, tc.target, tc.body, key)
			ex := last(t, h, DefaultSandbox)
			if len(ex.Violations) != 1 {
				t.Fatalf("violations %+v, want one", ex.Violations)
			}
			v := ex.Violations[0]
			if v.Where != tc.where || v.Keyword != tc.keyword || v.Blame != tc.blame {
				t.Errorf("got %s %s by %s, want %s %s by %s", v.Where, v.Keyword, v.Blame, tc.where, tc.keyword, tc.blame)
			}
			if w.Header().Get("Standin-Violations") != "1" {
				t.Errorf("Standin-Violations: %q", w.Header().Get("Standin-Violations"))
			}
			if c := h.Checked(); c.Reported != 1 || c.Accepted != 0 {
				t.Errorf("checked %+v", c)
			}
		})
	}

	t.Run("strict replaces the answer by a 500 that names the operation and the place", func(t *testing.T) {
		h := toy(t, Options{Behaviours: lie, Strict: true})
		w := ask(h, "POST", "/things", `{"name":"x"}`, key)
		if w.Code != 500 || !strings.Contains(w.Body.String(), `"operation":"make"`) || !strings.Contains(w.Body.String(), `"pointer":"/`) {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
	})
	t.Run("strict makes an undeclared query member a 400", func(t *testing.T) {
		if w := ask(toy(t, Options{}), "GET", "/things?nope=1", ""); w.Code != 200 {
			t.Errorf("without strict: %d", w.Code)
		}
		if w := ask(toy(t, Options{Strict: true}), "GET", "/things?nope=1", ""); w.Code != 400 {
			t.Errorf("with strict: %d", w.Code)
		}
	})
	t.Run("lenient reports a broken request and answers it", func(t *testing.T) {
		h := toy(t, Options{Lenient: true})
		w := ask(h, "GET", "/things?limit=0", "")
		if w.Code != 200 || w.Header().Get("Standin-Violations") != "1" {
			t.Errorf("got %d with %q violations", w.Code, w.Header().Get("Standin-Violations"))
		}
	})
}

func TestBodies(t *testing.T) {
	h := toy(t, Options{MaxBody: 64})
	big := strings.Repeat("x", 65)
	if w := ask(h, "POST", "/things", big, "X-Key: k"); w.Code != 413 || !strings.Contains(w.Body.String(), "64 bytes") {
		t.Errorf("too large: %d %s", w.Code, w.Body)
	}
	r := httptest.NewRequest("POST", "/things", io.MultiReader(strings.NewReader(big)))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("too large, of unknown length: %d", w.Code)
	}
	r = httptest.NewRequest("POST", "/things", io.MultiReader(strings.NewReader(`{"na`)))
	r.ContentLength = 20
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "body-broken") {
		t.Errorf("broken off: %d %s", w.Code, w.Body)
	}
	r = httptest.NewRequest("POST", "/things", iotest.ErrReader(os.ErrDeadlineExceeded))
	r.ContentLength = 20
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 408 || !strings.Contains(w.Body.String(), "body-timeout") {
		t.Errorf("too slow: %d %s", w.Code, w.Body)
	}
	if w := ask(h, "GET", "/things", "", "X-Big: "+strings.Repeat("x", MaxHeader)); w.Code != 431 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("headers too large: %d", w.Code)
	}
}

func TestSandboxesAreApart(t *testing.T) {
	h := toy(t, Options{Scenarios: []scenarios.Scenario{gone}, Active: []string{}})
	ctx := t.Context()
	ada, err := h.Sandbox("ada")
	if err != nil {
		t.Fatal(err)
	}
	if err := ada.Activate(ctx, "gone"); err != nil {
		t.Fatal(err)
	}
	if err := ada.Advance(ctx, time.Hour); err != nil {
		t.Fatal(err)
	}
	if w := ask(h, "GET", "/~ada/things", ""); w.Code != 404 {
		t.Errorf("ada: %d", w.Code)
	}
	if w := ask(h, "GET", "/things", "", "Standin-Sandbox: eve"); w.Code != 200 {
		t.Errorf("eve: %d", w.Code)
	}
	ask(h, "POST", "/~ada/things", `{"name":"x"}`, "X-Key: k")
	count := func(name string) (n int) {
		box, _ := h.Sandbox(name)
		box.View(ctx, func(tx *Tx) { n = names.Len(tx) })
		return n
	}
	if count("ada") != 1 || count("eve") != 0 || count(DefaultSandbox) != 0 {
		t.Errorf("state: ada %d, eve %d, default %d", count("ada"), count("eve"), count(DefaultSandbox))
	}
	eve, _ := h.Sandbox("eve")
	adaNow, _ := ada.Now(ctx)
	eveNow, _ := eve.Now(ctx)
	if d := adaNow.Sub(eveNow); d < 59*time.Minute {
		t.Errorf("ada's clock is only %v ahead", d)
	}
	if n, m := len(ada.Journal().Exchanges()), len(eve.Journal().Exchanges()); n != 2 || m != 1 {
		t.Errorf("journals: ada %d, eve %d", n, m)
	}
}

func TestTheSameBytes(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	run := func(seed uint64) string {
		h := toy(t, Options{Seed: seed, Start: start, Freeze: true})
		var out strings.Builder
		for _, w := range []*httptest.ResponseRecorder{
			ask(h, "POST", "/things", `{"name":"x"}`, "X-Key: k"),
			ask(h, "POST", "/~ada/things", `{"name":"x"}`, "X-Key: k"),
			ask(h, "GET", "/things?__dynamic=true", ""),
			ask(h, "GET", "/nope", ""),
		} {
			if err := w.Result().Write(&out); err != nil {
				t.Fatal(err)
			}
		}
		return out.String()
	}
	first := run(7)
	if second := run(7); first != second {
		t.Errorf("two runs differ:\n%s\n%s", first, second)
	}
	if first == run(8) {
		t.Error("another seed gives the same bytes")
	}
}

func TestTheClockNeverStandsStill(t *testing.T) {
	h := toy(t, Options{Freeze: true})
	box, _ := h.Sandbox(DefaultSandbox)
	var at []time.Time
	for range 3 {
		_ = box.Update(t.Context(), func(tx *Tx) error { at = append(at, tx.Now()); return nil })
	}
	if !at[0].Before(at[1]) || !at[1].Before(at[2]) || at[2].Sub(at[0]) > time.Millisecond {
		t.Errorf("got %v", at)
	}
}

func TestExportAndImport(t *testing.T) {
	h := toy(t, Options{Scenarios: []scenarios.Scenario{gone}, Active: []string{}})
	ctx := t.Context()
	ask(h, "POST", "/~ada/things", `{"name":"x"}`, "X-Key: k")
	ada, _ := h.Sandbox("ada")
	_ = ada.Activate(ctx, "gone")
	data, err := ada.Export(ctx)
	if err != nil {
		t.Fatal(err)
	}
	eve, _ := h.Sandbox("eve")
	if err := eve.Import(ctx, data); err != nil {
		t.Fatal(err)
	}
	again, err := eve.Export(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var a, b world
	_ = json.Unmarshal(data, &a)
	_ = json.Unmarshal(again, &b)
	a.Head.Seq, b.Head.Seq = 0, 0 // importing is a transaction itself
	if !reflect.DeepEqual(a, b) {
		t.Errorf("it came back as\n%s\nafter\n%s", again, data)
	}
	if w := ask(h, "GET", "/~eve/things", ""); w.Code != 404 {
		t.Errorf("the scenario did not come along: %d", w.Code)
	}
	for name, bad := range map[string]string{
		"no JSON":             `{`,
		"another format":      `{"standin":2}`,
		"an unknown table":    `{"standin":1,"tables":{"x":{}}}`,
		"a record gone bad":   `{"standin":1,"tables":{"names":{"a":7}}}`,
		"an unknown scenario": `{"standin":1,"sandbox":{"active":[{"name":"nope"}]}}`,
	} {
		if err := eve.Import(ctx, []byte(bad)); err == nil {
			t.Errorf("it takes %s", name)
		}
	}
	if w := ask(h, "GET", "/~eve/things", ""); w.Code != 404 {
		t.Error("a refused import had an effect")
	}
	if err := eve.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	if w := ask(h, "GET", "/~eve/things", ""); w.Code != 200 {
		t.Errorf("after the reset: %d", w.Code)
	}
}

func TestIdleSandboxesAreBounded(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := toy(t, Options{MaxSandboxes: 20, SandboxAge: time.Hour, Wall: func() time.Time { return now }})
	for i := range 100 {
		now = now.Add(time.Second)
		ask(h, "GET", "/~s"+itoa(i)+"/things", "")
		ask(h, "GET", "/~s0/things", "") // stays in use
		if box := h.Lookup("s1"); box != nil {
			box.Touch() // as the control API does
		}
		if n := len(h.Sandboxes()); n > 20 {
			t.Fatalf("%d sandboxes", n)
		}
	}
	if h.Lookup("s0") == nil || h.Lookup(DefaultSandbox) == nil || h.Lookup("s99") == nil || h.Lookup("s1") == nil || h.Lookup("s2") != nil {
		t.Error("the wrong ones were dropped")
	}
}

func TestSeedsThatAreMadeUpAreJavaScriptsToo(t *testing.T) {
	h := toy(t, Options{})
	seen := map[uint64]bool{}
	for i := range 200 {
		box, err := h.Sandbox("s" + itoa(i))
		if err != nil {
			t.Fatal(err)
		}
		seed := box.Seeded(t.Context())
		if seed >= 1<<53 || seen[seed] {
			t.Errorf("%s: %d is too large, or another's", box.Name(), seed)
		}
		seen[seed] = true
	}
}

func TestCORS(t *testing.T) {
	h := toy(t, Options{})
	w := ask(h, "OPTIONS", "/things", "", "Origin: https://app.example", "Access-Control-Request-Method: POST",
		"Access-Control-Request-Headers: authorization,x-api-key", "Access-Control-Request-Private-Network: true")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Credentials": "true", "Access-Control-Allow-Methods": "POST",
		"Access-Control-Allow-Headers": "authorization,x-api-key", "Access-Control-Allow-Private-Network": "true",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("preflight %s: %q, want %q", name, got, want)
		}
	}
	if w.Code != 204 || h.Checked().Seen != 0 {
		t.Errorf("preflight: %d, seen %d", w.Code, h.Checked().Seen)
	}
	for _, target := range []string{"/things", "/nope", "/~-/things"} {
		w := ask(h, "GET", target, "", "Origin: https://app.example")
		if w.Header().Get("Access-Control-Allow-Origin") != "https://app.example" || w.Header().Get("Access-Control-Allow-Credentials") != "true" ||
			!strings.Contains(w.Header().Get("Access-Control-Expose-Headers"), "Standin-Exchange") {
			t.Errorf("%s: %v", target, w.Header())
		}
	}
	if got := ask(h, "GET", "/things", "").Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("without an origin: %q", got)
	}
}

func TestRecordedBeforeItIsWritten(t *testing.T) {
	h := toy(t, Options{})
	w := &peekWriter{ResponseRecorder: httptest.NewRecorder(), peek: func() int { return len(last(t, h, DefaultSandbox).Response.Body) }}
	h.ServeHTTP(w, httptest.NewRequest("GET", "/things", nil))
	if w.seen == 0 {
		t.Error("the journal did not have the exchange when its answer was written")
	}
}

type peekWriter struct {
	*httptest.ResponseRecorder
	peek func() int
	seen int
}

func (w *peekWriter) WriteHeader(status int) {
	w.seen = w.peek()
	w.ResponseRecorder.WriteHeader(status)
}

func TestOneLogRecordForEachExchange(t *testing.T) {
	var out strings.Builder
	h := toy(t, Options{Logger: slog.New(slog.NewJSONHandler(&out, nil))})
	ask(h, "POST", "/things?limit=1", `{"name":"secret"}`, "X-Key: secret")
	ask(h, "GET", "/nope", "")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], `"operation":"make"`) || !strings.Contains(lines[1], `"status":404`) {
		t.Errorf("logged %s", out.String())
	}
	if strings.Contains(out.String(), "secret") {
		t.Errorf("a body or header was logged: %s", out.String())
	}
}

func TestParallelCallsTakeTurns(t *testing.T) {
	h := toy(t, Options{Keep: 10_000})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				ask(h, "POST", "/~s"+itoa(i%4)+"/things", `{"name":"x"}`, "X-Key: k")
			}
		})
	}
	wg.Wait()
	for i := range 4 {
		box, _ := h.Sandbox("s" + itoa(i))
		seen := map[string]bool{}
		for ex := range box.Journal().All() {
			seen[ex.ID] = true
		}
		n := 0
		box.View(t.Context(), func(tx *Tx) { n = names.Len(tx) })
		if n != 100 || len(seen) != 100 {
			t.Errorf("s%d: %d records and %d exchanges, want 100 of each", i, n, len(seen))
		}
	}
	if c := h.Checked(); c.Seen != 400 || c.Accepted != 400 {
		t.Errorf("checked %+v", c)
	}
}

func TestReloadKeepsStateAndTearsNothing(t *testing.T) {
	h := toy(t, Options{})
	ask(h, "POST", "/things", `{"name":"x"}`, "X-Key: k")
	doc, err := spec.Loader{}.Parse(t.Context(), "other.yaml", []byte("openapi: 3.1.0\ninfo: {title: Other, version: '2'}\npaths:\n  /other:\n    get:\n      responses: {'204': {description: Nothing.}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Reload(t.Context(), doc, nil); err != nil {
		t.Fatal(err)
	}
	if w := ask(h, "GET", "/other", ""); w.Code != 204 {
		t.Errorf("the new path: %d", w.Code)
	}
	if w := ask(h, "GET", "/things", ""); w.Code != 404 {
		t.Errorf("the old path: %d", w.Code)
	}
	box, _ := h.Sandbox(DefaultSandbox)
	box.View(t.Context(), func(tx *Tx) {
		if names.Len(tx) != 1 {
			t.Error("the state is gone")
		}
	})
}

func TestNewRefusesAPathOfTheControlAPI(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "x.yaml", []byte("openapi: 3.1.0\ninfo: {title: X, version: '1'}\npaths:\n  /_standin/x:\n    get:\n      responses: {'204': {description: Nothing.}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(doc, Options{}); err == nil || !strings.Contains(err.Error(), "_standin") {
		t.Errorf("err = %v", err)
	}
}

func TestScenarioNotesAndTroubles(t *testing.T) {
	h := toy(t, Options{Scenarios: []scenarios.Scenario{{Name: "odd", Rules: []scenarios.Rule{
		{On: scenarios.On("list"), When: `request.body.size > 1`, Reply: &scenarios.Reply{Status: 404}},
	}}, gone}, Active: []string{"odd"}})
	if w := ask(h, "GET", "/things", ""); w.Code != 200 {
		t.Errorf("a rule whose expression fails acted: %d", w.Code)
	}
	ex := last(t, h, DefaultSandbox)
	if len(ex.Troubles) != 1 || !strings.Contains(ex.Troubles[0], "odd/0") {
		t.Errorf("troubles %q", ex.Troubles)
	}
	if all := strings.Join(ex.Explanation(), "\n"); !strings.Contains(all, "odd/0") {
		t.Errorf("explanation\n%s", all)
	}
}
