package control_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/control"
)

type clock struct {
	Now    time.Time
	Frozen bool
}

type sandbox struct {
	Name      string
	Seed      uint64
	Active    []string
	Clock     clock
	Exchanges int
}

func TestHealthTellsWhatIsServedAndWhatWasChecked(t *testing.T) {
	h := newPlain(t)
	h.greet("/greetings/ada")
	h.greet("/nowhere")
	got := as[struct {
		Status, Version string
		Document        struct {
			Title, Version string
			Operations     int
		}
		Checked mock.Checked
	}](h.want(200, "GET", "/_standin/health", ""))
	if got.Status != "ok" || got.Version != "dev" || got.Document.Title != "Greetings" || got.Document.Version != "2.0.0" || got.Document.Operations != 1 {
		t.Errorf("health is %+v", got)
	}
	if want := (mock.Checked{Seen: 2, Accepted: 1, Reported: 1}); got.Checked != want {
		t.Errorf("checked is %+v, want %+v", got.Checked, want)
	}
	h.want(200, "HEAD", "/_standin/health", "")
}

func TestScenariosAreListedSwitchedAndCleared(t *testing.T) {
	h := newHarness(t, control.Options{})
	type list struct {
		Scenarios []struct {
			Name, Summary string
			Operations    []string
			Active        bool
		}
	}
	all := as[list](h.want(200, "GET", "/_standin/scenarios", ""))
	if len(all.Scenarios) < 10 {
		t.Fatalf("only %d scenarios", len(all.Scenarios))
	}
	for _, sc := range all.Scenarios {
		if sc.Active || sc.Summary == "" || len(sc.Operations) == 0 {
			t.Errorf("%+v", sc)
		}
	}
	type active struct{ Active []string }
	equal(t, "active", as[active](h.want(200, "GET", "/_standin/scenario", "")).Active, nil)
	want := []string{"slow", "expired-token"}
	equal(t, "put", as[active](h.want(200, "PUT", "/_standin/scenario", `{"active":["slow","expired-token"]}`)).Active, want)
	equal(t, "read back", as[active](h.want(200, "GET", "/_standin/scenario", "")).Active, want)
	for _, sc := range as[list](h.want(200, "GET", "/_standin/scenarios", "")).Scenarios {
		if sc.Active != slices.Contains(want, sc.Name) {
			t.Errorf("%s is shown active: %v", sc.Name, sc.Active)
		}
	}
	equal(t, "the fake's", as[active](h.want(200, "DELETE", "/_standin/scenario", "")).Active, nil)
}

func TestSwitchingBendsTheNextAnswer(t *testing.T) {
	h := newHarness(t, control.Options{})
	token := h.token("asha@example.com")
	bearer := header("Authorization", "Bearer "+token)
	h.want(200, "PUT", "/_standin/scenario", `{"active":["server-error"]}`)
	h.want(500, "POST", "/auth/logout", "", bearer)
	h.want(200, "DELETE", "/_standin/scenario", "")
	h.want(200, "POST", "/auth/logout", "", bearer)
}

// token makes an access token for a seeded user through the control API.
func (h *harness) token(email string) string {
	h.t.Helper()
	type users struct{ Users []struct{ ID, Email string } }
	for _, u := range as[users](h.want(200, "GET", "/_standin/users", "")).Users {
		if u.Email == email {
			made := h.want(201, "POST", "/_standin/users/"+u.ID+"/tokens", "")
			return as[struct {
				Token string `json:"access_token"`
			}](made).Token
		}
	}
	h.t.Fatalf("there is no user %s", email)
	return ""
}

func TestASandboxIsMadeOnFirstUseAndKeepsToItself(t *testing.T) {
	h := newHarness(t, control.Options{})
	before := h.picture()
	h.want(200, "PUT", "/~ada/_standin/scenario", `{"active":["slow"]}`)
	h.want(200, "PUT", "/_standin/clock", `{"now":"2031-05-06T07:08:09Z"}`, header("Standin-Sandbox", "ada"))
	h.want(200, "POST", "/_standin/clock/advance", `{"by":"1h"}`, header("Baggage", "a=b, standin-sandbox=ada;x=1"))
	h.want(201, "POST", "/_standin/users", `{"count":2}`, header("Cookie", "standin-sandbox=ada"))
	h.call("GET", "/~ada/auth/user/1", "")
	type list struct{ Sandboxes []sandbox }
	got := as[list](h.want(200, "GET", "/_standin/sandboxes", "")).Sandboxes
	equal(t, "sandboxes", names(got, func(s sandbox) string { return s.Name }), []string{"ada", "default"})
	ada := got[0]
	if want := time.Date(2031, 5, 6, 8, 8, 9, 0, time.UTC); !ada.Clock.Now.Equal(want) || !ada.Clock.Frozen || ada.Exchanges != 1 {
		t.Errorf("ada is %+v, want its clock at %v and an exchange", ada, want)
	}
	equal(t, "ada's scenarios", ada.Active, []string{"slow"})
	if got[1].Seed != 42 || ada.Seed == 42 {
		t.Errorf("seeds %d and %d", got[1].Seed, ada.Seed)
	}
	h.want(204, "DELETE", "/_standin/sandboxes/ada", "")
	if after := h.picture(); after != before {
		t.Errorf("the default sandbox has changed:\n%s\n%s", before, after)
	}
	h.want(404, "DELETE", "/_standin/sandboxes/ada", "").refused(404, "unknown-sandbox", `"ada"`)
}

func TestSandboxesAreMadeAndReset(t *testing.T) {
	h := newPlain(t)
	made := as[sandbox](h.want(201, "PUT", "/_standin/sandboxes/ada",
		`{"seed":7,"active":["server-error"],"clock":{"now":"2030-01-01T00:00:00+01:00","frozen":false}}`))
	if made.Seed != 7 || made.Clock.Frozen || !made.Clock.Now.Equal(time.Date(2029, 12, 31, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("made %+v", made)
	}
	equal(t, "active", made.Active, []string{"server-error"})
	h.greet("/~ada/greetings/x")
	fork := as[sandbox](h.want(201, "PUT", "/_standin/sandboxes/bob", `{"from":"ada"}`))
	if fork.Seed != 7 || fork.Exchanges != 0 {
		t.Errorf("fork %+v", fork)
	}
	equal(t, "the fork's scenarios", fork.Active, []string{"server-error"})
	if again := as[sandbox](h.want(200, "PUT", "/_standin/sandboxes/ada", "")); again.Seed == 7 || again.Exchanges != 0 || len(again.Active) != 0 {
		t.Errorf("reset %+v", again)
	}
	h.want(200, "PUT", "/_standin/sandboxes/default", `{"seed":9}`)
	if got := h.fake.Lookup("default").Seeded(t.Context()); got != 9 {
		t.Errorf("the default sandbox's seed is %d, want 9", got)
	}
	h.want(204, "DELETE", "/_standin/sandboxes/default", "")
	if got := h.fake.Lookup("default").Seeded(t.Context()); got != 42 {
		t.Errorf("the default sandbox's seed is %d after it was dropped, want 42", got)
	}
}

func TestTheClockIsSetFrozenReleasedAndMoved(t *testing.T) {
	h := newPlain(t)
	for _, step := range []struct {
		method, path, body string
		now                time.Time
		frozen             bool
	}{
		{"GET", "/clock", "", start, true},
		{"POST", "/clock/advance", `{"by":"15m"}`, start.Add(15 * time.Minute), true},
		{"POST", "/clock/advance", `{"by":"-1h30m"}`, start.Add(-75 * time.Minute), true},
		{"PUT", "/clock", `{"frozen":false}`, start.Add(-75 * time.Minute), false},
		{"PUT", "/clock", `{"now":"2040-02-29T00:00:00Z"}`, time.Date(2040, 2, 29, 0, 0, 0, 0, time.UTC), false},
		{"PUT", "/clock", `{"now":"2026-01-01T00:00:00Z","frozen":true}`, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"POST", "/clock/advance", `{"by":"876000h"}`, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(876000 * time.Hour), true},
	} {
		got := as[clock](h.want(200, step.method, "/_standin"+step.path, step.body))
		if !got.Now.Equal(step.now) || got.Frozen != step.frozen {
			t.Errorf("%s %s %s: %+v, want %v %v", step.method, step.path, step.body, got, step.now, step.frozen)
		}
	}
}

func TestStateGoesOutComesInAndGoesBackToTheStart(t *testing.T) {
	h := newHarness(t, control.Options{})
	h.want(201, "POST", "/_standin/users", `{"first_name":"Zubin"}`)
	h.want(200, "PUT", "/_standin/scenario", `{"active":["slow"]}`)
	saved := h.want(200, "GET", "/_standin/state", "").Body
	if !strings.Contains(string(saved), "Zubin") {
		t.Fatal("the export does not hold the user that was made")
	}
	h.want(204, "DELETE", "/_standin/state", "")
	if now := h.want(200, "GET", "/_standin/state", "").Body; strings.Contains(string(now), "Zubin") {
		t.Error("the user is still there after the reset")
	}
	h.want(204, "PUT", "/_standin/state", string(saved))
	if now := h.want(200, "GET", "/_standin/state", "").Body; !sameState(t, now, saved) {
		t.Errorf("imported, then exported:\n%.2000s\nwant\n%.2000s", now, saved)
	}
	h.want(204, "PUT", "/~other/_standin/state", string(saved))
	equal(t, "scenarios of the other sandbox", h.fake.Lookup("other").Active(t.Context()), []string{"slow"})
}

// sameState compares two exports but for the count of transactions, which the
// import itself is one of.
func sameState(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y map[string]any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatal(err)
	}
	for _, m := range []map[string]any{x, y} {
		head, _ := m["sandbox"].(map[string]any)
		delete(head, "seq")
	}
	return fmt.Sprint(x) == fmt.Sprint(y)
}

func TestUsersTokensAndOTPs(t *testing.T) {
	h := newHarness(t, control.Options{})
	type user struct {
		ID          string
		Email       *string
		Deactivated bool
	}
	type users struct{ Users []user }
	if n := len(as[users](h.want(200, "GET", "/_standin/users", "")).Users); n != 6 {
		t.Errorf("%d seeded users, want 6", n)
	}
	made := as[users](h.want(201, "POST", "/_standin/users", `{"count":3,"business":null}`)).Users
	if len(made) != 3 {
		t.Fatalf("%d were made, want 3", len(made))
	}
	at := "/_standin/users/" + made[0].ID
	h.want(200, "GET", at, "")
	if u := as[user](h.want(200, "PATCH", at, `{"deactivated":true,"email":"nova@example.com"}`)); !u.Deactivated || *u.Email != "nova@example.com" {
		t.Errorf("patched %+v", u)
	}
	h.want(400, "PATCH", at, `{"colour":"blue"}`).refused(400, "about:blank", "colour")
	h.want(409, "PATCH", at, `{"email":"asha@example.com"}`).refused(409, "about:blank")
	h.want(400, "PATCH", at, `{`).refused(400, "bad-json", "line 1, column 2")
	h.want(204, "DELETE", at, "")
	h.want(404, "GET", at, "").refused(404, "about:blank", made[0].ID)

	for _, body := range []string{"", `{"logged_in":false}`, `{"expires_in":30}`, `{"expires_in":"-1m"}`} {
		h.want(201, "POST", "/_standin/users/"+made[1].ID+"/tokens", body)
	}
	h.want(400, "POST", "/_standin/users/"+made[1].ID+"/tokens", `{"expires_in":true}`)

	h.want(200, "POST", "/auth/login/email", `{"email":"asha@example.com"}`, header("Authorization", "Bearer "+h.token("asha@example.com")))
	sent := as[struct {
		OTPs []struct{ OTP, To string }
	}](h.want(200, "GET", "/_standin/otps?limit=5", "")).OTPs
	if len(sent) != 1 || sent[0].To != "asha@example.com" || sent[0].OTP != "123456" {
		t.Errorf("one-time passwords %+v", sent)
	}
}

func TestARefusedBehaviourCallLeavesNoTrace(t *testing.T) {
	h := newHarness(t, control.Options{})
	before := h.picture()
	h.want(409, "POST", "/_standin/users", `{"email":"asha@example.com"}`)
	if after := h.picture(); after != before {
		t.Error("the refused call has changed the state")
	}
}

func TestWhatAFakeLacksIsNotThere(t *testing.T) {
	h := newPlain(t)
	for _, path := range []string{"/users", "/users/1", "/users/1/tokens", "/otps"} {
		h.want(404, "GET", "/_standin"+path, "").refused(404, "unknown-path")
	}
	doc := string(h.want(200, "GET", "/_standin/openapi.json", "").Body)
	if strings.Contains(doc, `"/_standin/users"`) || !strings.Contains(doc, `"/_standin/clock"`) {
		t.Error("openapi.json describes what is not there, or not what is")
	}
	full := string(newHarness(t, control.Options{}).want(200, "GET", "/_standin/openapi.json", "").Body)
	if !strings.Contains(full, `"/_standin/users"`) {
		t.Error("openapi.json does not describe the users")
	}
}

func TestBadCallsAreRefusedWithoutEffect(t *testing.T) {
	h := newHarness(t, control.Options{})
	deep := strings.Repeat("[", 20000)
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		code                     string
		words                    []string
	}{
		{"it names the nearest path", "GET", "/helth", "", 404, "unknown-path", []string{"GET /_standin/health"}},
		{"it knows no path below a call", "GET", "/health/x", "", 404, "unknown-path", nil},
		{"it knows no empty parameter", "PUT", "/sandboxes/", "{}", 404, "unknown-path", nil},
		{"it names the methods", "POST", "/clock", "{}", 405, "unknown-method", []string{"GET, HEAD, PUT"}},
		{"it names the methods of a behaviour's call", "PUT", "/users", "{}", 405, "unknown-method", []string{"GET, HEAD, POST"}},
		{"it refuses unknown scenarios", "PUT", "/scenario", `{"active":["slwo"]}`, 404, "unknown-scenario", []string{"slwo", "slow"}},
		{"it refuses one twice", "PUT", "/scenario", `{"active":["slow","slow"]}`, 400, "bad-body", []string{"slow"}},
		{"it refuses none at all", "PUT", "/scenario", `{}`, 400, "bad-body", []string{`{"active": ["slow"]}`}},
		{"it refuses no body", "PUT", "/scenario", "", 400, "bad-body", nil},
		{"it refuses null", "PUT", "/scenario", "null", 400, "bad-body", nil},
		{"it names an unknown member", "PUT", "/scenario", `{"active":[],"activ":[]}`, 400, "bad-body", []string{`"activ"`, "active"}},
		{"it takes exact names only", "PUT", "/scenario", `{"Active":[]}`, 400, "bad-body", []string{`"Active"`}},
		{"it names a member of the wrong type", "PUT", "/scenario", `{"active":"slow"}`, 400, "bad-body", []string{"active", "string"}},
		{"it refuses another JSON type", "PUT", "/scenario", `[]`, 400, "bad-body", []string{"the body", "array"}},
		{"it says where JSON breaks", "PUT", "/scenario", "{\n  \"active\": [slow]\n}", 400, "bad-json", []string{"line 2, column 14"}},
		{"it says where JSON breaks off", "PUT", "/scenario", `{"active":`, 400, "bad-json", []string{"not complete", "line 1, column 11"}},
		{"it refuses what follows", "PUT", "/scenario", `{"active":[]} {}`, 400, "bad-json", []string{"follows"}},
		{"it refuses what is no UTF-8", "PUT", "/scenario", "{\"active\":[\"\xff\"]}", 400, "bad-json", []string{"UTF-8"}},
		{"it refuses deep JSON", "PUT", "/scenario", deep, 400, "bad-json", nil},
		{"it refuses a large body", "PUT", "/scenario", `"` + strings.Repeat("x", 1<<20) + `"`, 413, "body-too-large", []string{"1048576"}},
		{"it refuses a bad time", "PUT", "/clock", `{"now":"yesterday"}`, 400, "bad-clock", []string{"yesterday", "RFC 3339"}},
		{"it refuses a time too far", "PUT", "/clock", `{"now":"9999-01-01T00:00:00Z"}`, 400, "bad-clock", []string{"2199"}},
		{"it refuses a time too early", "PUT", "/clock", `{"now":"0001-01-01T00:00:00Z"}`, 400, "bad-clock", []string{"1970"}},
		{"it refuses to set nothing", "PUT", "/clock", `{}`, 400, "bad-clock", []string{"now"}},
		{"it refuses a bad duration", "POST", "/clock/advance", `{"by":"15 minutes"}`, 400, "bad-clock", []string{"15 minutes", "15m"}},
		{"it refuses a number", "POST", "/clock/advance", `{"by":15}`, 400, "bad-body", []string{"by", "number"}},
		{"it refuses no duration", "POST", "/clock/advance", `{}`, 400, "bad-clock", []string{"by"}},
		{"it refuses more than a century", "POST", "/clock/advance", `{"by":"900000h"}`, 400, "bad-clock", []string{"hundred"}},
		{"it refuses to leave the range", "POST", "/clock/advance", `{"by":"-800000h"}`, 400, "bad-clock", []string{"1970"}},
		{"it refuses a bad sandbox name", "PUT", "/sandboxes/a%2Fb", `{}`, 400, "bad-sandbox-name", []string{"a/b"}},
		{"it refuses a sandbox from nowhere", "PUT", "/sandboxes/bob", `{"from":"nobody"}`, 404, "unknown-sandbox", []string{"nobody"}},
		{"it refuses a sandbox with an unknown scenario", "PUT", "/sandboxes/bob", `{"active":["slo"]}`, 404, "unknown-scenario", []string{"slow"}},
		{"it refuses a negative seed", "PUT", "/sandboxes/bob", `{"seed":-1}`, 400, "bad-body", []string{"seed"}},
		{"it names an unknown member within", "PUT", "/sandboxes/bob", `{"clock":{"no":1}}`, 400, "bad-body", []string{`"clock.no"`, "now, frozen"}},
		{"it refuses a sandbox's bad clock", "PUT", "/sandboxes/bob", `{"clock":{"now":"soon"}}`, 400, "bad-clock", []string{"soon"}},
		{"it refuses no state", "PUT", "/state", "", 400, "bad-state", nil},
		{"it refuses a strange state", "PUT", "/state", `{"standin":2}`, 400, "bad-state", []string{"2"}},
		{"it refuses a strange table", "PUT", "/state", `{"standin":1,"tables":{"cars":{"a":{}}}}`, 400, "bad-state", []string{"cars"}},
		{"it refuses a strange record", "PUT", "/state", `{"standin":1,"tables":{"storefront.users":{"a":7}}}`, 400, "bad-state", []string{"storefront.users"}},
		{"it refuses a state with a strange scenario", "PUT", "/state", `{"standin":1,"sandbox":{"active":[{"name":"slwo"}]}}`, 400, "bad-state", []string{"slwo", "slow"}},
		{"it refuses a status that is none", "GET", "/exchanges?status=9xx", "", 400, "bad-query", []string{"9xx", "4xx"}},
		{"it refuses a limit of nothing", "GET", "/exchanges?limit=0", "", 400, "bad-query", []string{"limit"}},
		{"it refuses neither true nor false", "GET", "/exchanges?violations=maybe", "", 400, "bad-query", []string{"true or false"}},
		{"it refuses a time that is none", "GET", "/exchanges?since=noon", "", 400, "bad-query", []string{"RFC 3339"}},
		{"it names what the query can hold", "GET", "/exchanges?stauts=401", "", 400, "bad-query", []string{"stauts", "status"}},
		{"it refuses a query twice", "GET", "/exchanges?status=401&status=402", "", 400, "bad-query", []string{"twice"}},
		{"it refuses a broken query", "GET", "/exchanges?status=%zz", "", 400, "bad-query", nil},
		{"it has lost an exchange", "GET", "/exchanges?since=01ARZ3NDEKTSV4RRFFQ69G5FAV", "", 404, "unknown-exchange", nil},
		{"it knows no such exchange", "GET", "/exchanges/nope", "", 404, "unknown-exchange", []string{"nope"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := *h
			h.t = t
			before := h.picture()
			h.call(tt.method, "/_standin"+tt.path, tt.body).refused(tt.status, tt.code, tt.words...)
			if after := h.picture(); after != before {
				t.Errorf("it has changed something:\n%.1000s\n%.1000s", before, after)
			}
		})
	}
}

func TestBadSandboxNamesAreRefusedHoweverTheyCome(t *testing.T) {
	h := newPlain(t)
	before := h.picture()
	h.want(400, "GET", "/~a%20b/_standin/clock", "").refused(400, "bad-sandbox-name", "a%20b")
	h.want(400, "GET", "/~/_standin/clock", "").refused(400, "bad-sandbox-name")
	h.want(400, "GET", "/~-x/_standin/", "").refused(400, "bad-sandbox-name", "-x")
	h.want(400, "GET", "/_standin/clock", "", header("Standin-Sandbox", strings.Repeat("x", 65))).refused(400, "bad-sandbox-name")
	h.want(400, "PUT", "/_standin/clock", `{"frozen":true}`, header("Baggage", "standin-sandbox=%2e")).refused(400, "bad-sandbox-name")
	h.want(400, "GET", "/_standin/clock", "", header("Cookie", "standin-sandbox=a b")).refused(400, "bad-sandbox-name")
	if after := h.picture(); after != before {
		t.Error("something has changed")
	}
}

func TestOtherPathsAreTheFakes(t *testing.T) {
	h := newPlain(t)
	for _, path := range []string{"/greetings/ada", "/~bob/greetings/ada", "/_standing/health", "/x/_standin/health", "/%5Fstandin/health"} {
		if h.call("GET", path, "").Header.Get("Standin-Exchange") == "" {
			t.Errorf("%s did not reach the fake", path)
		}
	}
	if id := h.want(http.StatusOK, "GET", "/_standin/health", "").Header.Get("Standin-Exchange"); id != "" {
		t.Error("a control call has become an exchange")
	}
}

func TestControlCallsKeepASandboxInUse(t *testing.T) {
	now := start
	doc, err := documents["testdata/greeting.yaml"]()
	if err != nil {
		t.Fatal(err)
	}
	fake, err := mock.New(doc, mock.Options{MaxSandboxes: 10, SandboxAge: time.Hour, Wall: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	api := control.New(fake, control.Options{})
	get := func(target string) {
		api.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", target, nil))
	}
	get("/~looked-at/_standin/clock")
	get("/~left-alone/_standin/clock")
	for i := range 30 {
		now = now.Add(time.Second)
		get(fmt.Sprintf("/~s%d/_standin/clock", i))
		get("/~looked-at/_standin/clock")
	}
	if fake.Lookup("looked-at") == nil || fake.Lookup("left-alone") != nil {
		t.Error("the wrong one was dropped")
	}
}
