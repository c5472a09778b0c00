package scenarios

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

func TestBuiltinAreTenAndReadable(t *testing.T) {
	var names []string
	for _, sc := range Builtin() {
		names = append(names, sc.Name)
		if !strings.HasSuffix(sc.Summary, ".") || strings.Count(sc.Summary, ". ") > 0 {
			t.Errorf("%s: the summary is not one sentence: %q", sc.Name, sc.Summary)
		}
	}
	if !slices.Equal(names, builtinNames[:]) {
		t.Errorf("shipped are %q, want %q", names, builtinNames)
	}
}

// foreign is a document that has nothing in common with the storefront.
const foreign = `
openapi: 3.1.0
info: {title: Foreign, version: "1"}
paths:
  /ping:
    get:
      operationId: ping
      responses:
        "200": {description: pong, content: {application/json: {schema: {type: object}}}}
        "503": {description: down, content: {application/json: {schema: {type: array}, example: []}}}
`

func TestBuiltinFitEveryDocument(t *testing.T) {
	doc, err := spec.Loader{}.Parse(t.Context(), "foreign.yaml", []byte(foreign))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Compile(doc, Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for i, info := range set.All() {
		if want := i >= 5; want != slices.Contains(info.Operations, "ping") {
			t.Errorf("%s is on %q", info.Name, info.Operations)
		}
	}
	// Where the document has an answer of its own for the status, that is sent.
	env := &Env{Operation: doc.Operation("ping"), Now: t0}
	for name, own := range map[string]bool{"server-error": false, "outage": true, "flaky": true} {
		r := set.Decide(env, []State{{Name: name, Since: t0}}).Reply
		if r == nil || r.Undocumented == own || (r.Body == nil) != own {
			t.Errorf("%s answers %+v", name, r)
		}
		if name == "outage" && r != nil && r.Headers["Retry-After"] != "30" {
			t.Errorf("%s answers %+v", name, r)
		}
	}
}

func TestBuiltinLeaveLoggingInAlone(t *testing.T) {
	doc := storefront(t)
	set, err := Compile(doc, Builtin())
	if err != nil {
		t.Fatal(err)
	}
	open := []string{"login-with-password", "login-with-email", "verify-otp", "get-anonymous-token", "register-with-phone", "forgot-password", "reset-password", "refresh-token"}
	for i, info := range set.All() {
		for _, id := range open {
			if i < 5 && slices.Contains(info.Operations, id) && !(info.Name == "session-expired" && id == "refresh-token") {
				t.Errorf("%s is on %s", info.Name, id)
			}
		}
		if !slices.Contains(info.Operations, "logout") {
			t.Errorf("%s is not on logout", info.Name)
		}
	}
}

// TestBuiltinAnswer plays each shipped scenario on a few calls.
func TestBuiltinAnswer(t *testing.T) {
	doc := storefront(t)
	set, err := Compile(doc, Builtin())
	if err != nil {
		t.Fatal(err)
	}
	old := Token{Present: true, Valid: true, IssuedAt: t0.Add(-time.Minute)}
	fresh := Token{Present: true, Valid: true, IssuedAt: t0.Add(time.Minute)}
	for _, tc := range []struct {
		it, scenario, operation string
		token                   Token
		after                   time.Duration // since the switch
		status                  int           // 0: the normal answer
		example                 string
		undocumented            bool
	}{
		{"refuses an old token", "expired-token", "logout", old, time.Second, 401, "expired", false},
		{"takes a new token", "expired-token", "logout", fresh, 2 * time.Minute, 0, "", false},
		{"leaves a call without a token to the fake", "expired-token", "logout", Token{}, 0, 0, "", false},
		{"lets a refresh through", "expired-token", "refresh-token", Token{}, 0, 0, "", false},
		{"refuses an old token when the session is over", "session-expired", "get-user-detail", old, 0, 401, "expired", false},
		{"refuses the refresh when the session is over", "session-expired", "refresh-token", Token{}, 0, 400, "refresh_token_expired", false},
		{"takes the token of a new login", "session-expired", "logout", fresh, 2 * time.Minute, 0, "", false},
		{"knows no user", "unknown-user", "logout", old, 0, 404, "not_found", false},
		{"keeps to documented 404s", "unknown-user", "update-user", old, 0, 0, "", false},
		{"leaves a bad token to the fake", "unknown-user", "logout", Token{Present: true}, 0, 0, "", false},
		{"refuses every token", "unauthorized", "logout", fresh, 0, 401, "", false},
		{"refuses no token", "unauthorized", "logout", Token{}, 0, 401, "", false},
		{"finds fault with every request", "bad-request", "logout", fresh, 0, 400, "", false},
		{"breaks", "server-error", "login-with-password", Token{}, 0, 500, "", true},
		{"is down", "outage", "login-with-password", Token{}, 29 * time.Second, 503, "", true},
		{"is well again", "outage", "login-with-password", Token{}, 30 * time.Second, 0, "", false},
	} {
		t.Run(tc.scenario+" "+tc.it, func(t *testing.T) {
			env := &Env{Operation: doc.Operation(tc.operation), Token: tc.token, Now: t0.Add(tc.after), Trace: true}
			out := set.Decide(env, []State{{Name: tc.scenario, Since: t0}})
			if len(out.Errors) > 0 {
				t.Fatal(out.Errors)
			}
			if tc.status == 0 {
				if out.Reply != nil || out.Scenario != "" {
					t.Errorf("reply %+v", out.Reply)
				}
				return
			}
			r := out.Reply
			if r == nil || r.Status != tc.status || r.Example != tc.example || r.Undocumented != tc.undocumented || out.Scenario != tc.scenario {
				t.Errorf("reply %+v by %q: %v", r, out.Scenario, out.Trace)
			}
		})
	}
}

func TestOutageTellsWhenToComeBack(t *testing.T) {
	doc := storefront(t)
	set, err := Compile(doc, Builtin())
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]string{0: "30", time.Millisecond: "30", 29500 * time.Millisecond: "1"} {
		env := &Env{Operation: doc.Operation("logout"), Now: t0.Add(after)}
		if out := set.Decide(env, []State{{Name: "outage", Since: t0}}); out.Reply == nil || out.Reply.Headers["Retry-After"] != want {
			t.Errorf("after %s: %+v, want Retry-After: %s", after, out.Reply, want)
		}
	}
}

func TestSlowTakesThreeSeconds(t *testing.T) {
	doc := storefront(t)
	set, _ := Compile(doc, Builtin())
	if out := set.Decide(env0(doc), []State{{Name: "slow"}}); out.Delay != 3*time.Second || out.Reply != nil {
		t.Errorf("%+v", out)
	}
}

func TestFlakyFailsOneInFive(t *testing.T) {
	doc := storefront(t)
	set, _ := Compile(doc, Builtin())
	env := env0(doc)
	for draw, want := range map[float64]bool{0: true, 0.199: true, 0.2: false, 0.99: false} {
		env.Rand = func() float64 { return draw }
		out := set.Decide(env, []State{{Name: "flaky"}})
		if got := out.Reply != nil && out.Reply.Status == 503; got != want {
			t.Errorf("a draw of %v fails: %v", draw, got)
		}
	}
}

func TestRateLimitedOpensAWindowAMinute(t *testing.T) {
	doc := storefront(t)
	set, _ := Compile(doc, Builtin())
	states := []State{{Name: "rate-limited", Since: t0}}
	env := env0(doc)
	call := func(at time.Duration) string {
		env.Now = t0.Add(at)
		out := set.Decide(env, states)
		states = out.States
		if len(out.Errors) > 0 {
			t.Fatal(out.Errors)
		}
		if out.Reply == nil {
			return "ok"
		}
		return out.Reply.Headers["Retry-After"]
	}
	var got []string
	for _, at := range []time.Duration{0, 1, 2, 3, 4, 5 * time.Second, 59500 * time.Millisecond, time.Minute, time.Minute + 1, time.Minute + 2, time.Minute + 3, time.Minute + 4, time.Minute + 5} {
		got = append(got, call(at))
	}
	want := []string{"ok", "ok", "ok", "ok", "ok", "55", "1", "ok", "ok", "ok", "ok", "ok", "60"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// BenchmarkBuiltin is what the shipped scenarios add to every start.
func BenchmarkBuiltin(b *testing.B) {
	doc := storefront(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(doc, Builtin()); err != nil {
			b.Fatal(err)
		}
	}
}
