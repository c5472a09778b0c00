package scenarios

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/spec"
)

var (
	t0  = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	on0 = t0.Add(-time.Minute) // when scenarios are switched on in tests
)

// world0 is a call on logout with a good token.
func env0(doc *spec.Document) *Env {
	return &Env{
		Operation: doc.Operation("logout"),
		Request: Request{
			Method: "POST", Path: "/auth/logout",
			Params: map[string]string{"id": "01KE"}, Query: map[string]string{"all": "yes"},
			Header: func(name string) string {
				if strings.EqualFold(name, "X-Trace") {
					return "abc"
				}
				return ""
			},
			Body: func() any { return map[string]any{"n": 2.0, "items": []any{"a", "b"}} },
		},
		Token: Token{Present: true, Valid: true, IssuedAt: on0.Add(-time.Second), ExpiresAt: t0.Add(time.Minute), Session: "s1"},
		User:  func() any { return map[string]any{"first_name": "Asha"} },
		Now:   t0,
		Rand:  func() float64 { return 0.5 },
		Trace: true,
	}
}

// compiled compiles one scenario of the given rules.
func compiled(t testing.TB, doc *spec.Document, rules ...Rule) (*Set, []State) {
	t.Helper()
	set, err := Compile(doc, []Scenario{{Name: "x", Rules: rules}})
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	return set, []State{{Name: "x", Since: on0}}
}

// calls decides n times and says for each call which rules acted.
func calls(set *Set, env *Env, states []State, n int) (acted []string, last []State) {
	for range n {
		out := set.Decide(env, states)
		acted = append(acted, strings.Join(out.Acted, "+"))
		states = out.States
	}
	return acted, states
}

func TestRuleActs(t *testing.T) {
	doc := storefront(t)
	const no = ""
	for _, tc := range []struct {
		it   string
		rule Rule
		want []string // who acts on six calls
	}{
		{"acts on each call on its operation", Rule{On: On("logout")}, []string{"x/0", "x/0", "x/0", "x/0", "x/0", "x/0"}},
		{"stays away from other operations", Rule{On: On("refresh-token")}, []string{no, no, no, no, no, no}},
		{"acts when its condition holds", Rule{On: On("*"), When: `request.headers["x-trace"] == "abc"`}, []string{"x/0", "x/0", "x/0", "x/0", "x/0", "x/0"}},
		{"does not act when its condition does not", Rule{On: On("*"), When: `request.headers["x-trace"] == "b"`}, []string{no, no, no, no, no, no}},
		{"acts so many times", Rule{On: On("logout"), Times: 2}, []string{"x/0", "x/0", no, no, no, no}},
		{"counts a call once, however often it is selected", Rule{On: On("*", "logout", "tag:Auth"), Every: 2}, []string{no, "x/0", no, "x/0", no, "x/0"}},
		{"lets the first pass", Rule{On: On("logout"), After: 4}, []string{no, no, no, no, "x/0", "x/0"}},
		{"acts on every Nth", Rule{On: On("logout"), Every: 3}, []string{no, no, "x/0", no, no, "x/0"}},
		{"counts every from after", Rule{On: On("logout"), After: 1, Every: 2}, []string{no, no, "x/0", no, "x/0", no}},
		{"counts times after every", Rule{On: On("logout"), Every: 2, Times: 2}, []string{no, "x/0", no, "x/0", no, no}},
		{"counts matching calls only", Rule{On: On("logout"), When: "scenario.calls > 2", After: 1}, []string{no, no, no, "x/0", "x/0", "x/0"}},
		{"acts by chance", Rule{On: On("logout"), Chance: 0.6}, []string{"x/0", "x/0", "x/0", "x/0", "x/0", "x/0"}},
		{"does not by bad luck", Rule{On: On("logout"), Chance: 0.5}, []string{no, no, no, no, no, no}},
		{"stops by a duration after the switch", Rule{On: On("logout"), Until: "60s"}, []string{no, no, no, no, no, no}},
		{"acts before that", Rule{On: On("logout"), Until: "61s"}, []string{"x/0", "x/0", "x/0", "x/0", "x/0", "x/0"}},
		{"stops by a time", Rule{On: On("logout"), Until: "2026-03-01T10:00:00Z"}, []string{no, no, no, no, no, no}},
		{"acts before the time", Rule{On: On("logout"), Until: "2026-03-01T12:00:01+02:00"}, []string{"x/0", "x/0", "x/0", "x/0", "x/0", "x/0"}},
		{"stops by an expression", Rule{On: On("logout"), Until: "scenario.calls == 3"}, []string{"x/0", "x/0", no, no, no, no}},
		{"does not count this call in rule.calls of when", Rule{On: On("logout"), When: "rule.calls < 2"}, []string{"x/0", "x/0", no, no, no, no}},
	} {
		t.Run(tc.it, func(t *testing.T) {
			set, states := compiled(t, doc, tc.rule)
			if got, _ := calls(set, env0(doc), states, 6); !slices.Equal(got, tc.want) {
				t.Errorf("acted %q, want %q", got, tc.want)
			}
		})
	}
}

func TestUntilIsForGood(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("logout"), Until: "60s"})
	env := env0(doc)
	out := set.Decide(env, states)
	if !out.States[0].Rules[0].Done {
		t.Fatal("the rule is not done")
	}
	env.Now = on0 // the clock is set back
	if out = set.Decide(env, out.States); len(out.Acted) > 0 {
		t.Error("it acts again")
	}
}

func TestFirstRuleThatActsWins(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc,
		Rule{On: On("logout"), Times: 1, Delay: Delay{Min: time.Second}},
		Rule{On: On("logout"), Times: 1, Fault: FaultReset},
		Rule{On: On("*"), Reply: &Reply{Status: 400}},
	)
	got, last := calls(set, env0(doc), states, 3)
	if want := []string{"x/0", "x/1", "x/2"}; !slices.Equal(got, want) {
		t.Errorf("acted %q, want %q", got, want)
	}
	want := State{Name: "x", Since: on0, Calls: 3, Rules: []RuleState{{3, 1, false}, {2, 1, false}, {1, 1, false}}}
	if !reflect.DeepEqual(last[0], want) {
		t.Errorf("state %+v, want %+v", last[0], want)
	}
}

func TestEffectsAddUpAcrossScenarios(t *testing.T) {
	doc := storefront(t)
	scs := []Scenario{
		{Name: "slow", Rules: []Rule{{On: On("*"), Delay: Delay{Min: time.Second}, Set: map[string]any{"n": 1}}}},
		{Name: "slower", Rules: []Rule{{On: On("*"), Delay: Delay{Min: time.Second, Max: 3 * time.Second}}}},
		{Name: "refuse", Rules: []Rule{{On: On("logout"), Reply: &Reply{Status: 401, Example: "revoked"}, Fault: FaultTruncate}}},
		{Name: "late", Rules: []Rule{{On: On("*"), Delay: Delay{Min: time.Hour / 60}}}},
	}
	set, err := Compile(doc, scs)
	if err != nil {
		t.Fatal(err)
	}
	active := []State{{Name: "slow"}, {Name: "gone"}, {Name: "slower"}, {Name: "refuse"}, {Name: "late"}}
	out := set.Decide(env0(doc), active)
	if out.Delay != 3*time.Second {
		t.Errorf("delay %s, want 1s + half way between 1s and 3s", out.Delay)
	}
	if want := []string{"slow/0", "slower/0", "refuse/0"}; !slices.Equal(out.Acted, want) {
		t.Errorf("acted %q, want %q", out.Acted, want)
	}
	if out.Scenario != "refuse" || out.Rule != 0 || out.Fault != FaultTruncate {
		t.Errorf("decided by %s/%d with fault %q", out.Scenario, out.Rule, out.Fault)
	}
	if want := (&Answer{Status: 401, Example: "revoked"}); !reflect.DeepEqual(out.Reply, want) {
		t.Errorf("reply %+v, want %+v", out.Reply, want)
	}
	// The last one counts the call, though nobody asks it any more.
	if out.States[4].Calls != 1 || out.States[0].Vars["n"] != 1 {
		t.Errorf("states %+v", out.States)
	}
	if active[0].Calls != 0 || active[0].Vars != nil {
		t.Errorf("the old states changed: %+v", active)
	}
}

func TestDelaysAreBounded(t *testing.T) {
	doc := storefront(t)
	var (
		scs    []Scenario
		states []State
	)
	for i := range 20 {
		name := fmt.Sprintf("s%d", i)
		scs = append(scs, Scenario{Name: name, Rules: []Rule{{On: On("*"), Delay: Delay{Min: 9 * time.Minute}}}})
		states = append(states, State{Name: name})
	}
	set, err := Compile(doc, scs)
	if err != nil {
		t.Fatal(err)
	}
	if out := set.Decide(env0(doc), states); out.Delay != MaxDelay {
		t.Errorf("delay %s", out.Delay)
	}
}

func TestStatesStayTheSameSliceWhenNothingChanges(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("refresh-token"), Fault: FaultReset})
	if out := set.Decide(env0(doc), states); &out.States[0] != &states[0] {
		t.Error("the states were copied")
	}
}

func TestSet(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("*"), Set: map[string]any{
		"phase": "locked",
		"gone":  nil,
		"n":     "{{ (state.n ?? 0) + 1 }}",
		"text":  "call {{ rule.calls }} of {{ user.first_name }}",
		"at":    "{{ clock.now + duration('1m') }}",
		"wait":  "{{ clock.now - scenario.since }}",
		"none":  "{{ state.nothing }}",
		"list":  []any{1, "{{ request.body.n * 2 }}", map[string]any{"k": "{{ token.valid }}"}},
		"go":    struct{ A []int }{[]int{1}},
	}})
	states[0].Vars = map[string]any{"gone": 1, "none": 2, "kept": "k"}
	_, last := calls(set, env0(doc), states, 2)
	want := map[string]any{
		"phase": "locked", "n": 2, "text": "call 2 of Asha", "at": t0.Add(time.Minute), "wait": "1m0s", "kept": "k",
		"list": []any{1, 4, map[string]any{"k": true}}, "go": map[string]any{"A": []any{1}},
	}
	if !reflect.DeepEqual(last[0].Vars, want) {
		t.Errorf("vars %#v\nwant %#v", last[0].Vars, want)
	}
}

func TestStateSurvivesExport(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc,
		Rule{On: On("*"), When: "state.ends == nil", Set: map[string]any{
			"ends": "{{ clock.now + duration('60.000000001s') }}", "deep": []any{"{{ clock.now }}"}, "n": "{{ 4 / 2 }}",
			"half": 0.5, "odd": "2026-03-01T10:00:00+01:00", "long": "2026-03-01T10:00:00.50Z", "s": "x"}},
		Rule{On: On("*"), When: "clock.now < state.ends && state.deep[0] == clock.now && state.n % 2 == 0 && state.odd contains '+' && state.long endsWith '50Z'", Fault: FaultReset},
	)
	out := set.Decide(env0(doc), states)
	data, err := json.Marshal(out.States)
	if err != nil {
		t.Fatal(err)
	}
	if want := `"ends":"2026-03-01T10:01:00.000000001Z"`; !strings.Contains(string(data), want) {
		t.Errorf("exported %s, want %s in it", data, want)
	}
	var back []State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, out.States) {
		t.Errorf("imported %#v\nexported %#v", back, out.States)
	}
	next := set.Decide(env0(doc), back)
	if next.Fault != FaultReset {
		t.Errorf("the imported state compares no more: %v %v", next.Trace, next.Errors)
	}
}

func TestImportedStateOfOtherShape(t *testing.T) {
	doc := storefront(t)
	set, _ := compiled(t, doc, Rule{On: On("*")}, Rule{On: On("*"), Fault: FaultReset})
	for _, rules := range [][]RuleState{nil, {{Acted: 1}}, {{}, {}, {}, {Acted: 9}}} {
		if out := set.Decide(env0(doc), []State{{Name: "x", Rules: rules}}); len(out.States[0].Rules) != 2 {
			t.Errorf("with %d counters it keeps %d", len(rules), len(out.States[0].Rules))
		}
	}
	var s State
	for _, bad := range []string{`{"vars":[1]}`, `{"vars":{"a":1}`, `[]`, `{"rules":{}}`} {
		if err := json.Unmarshal([]byte(bad), &s); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestReply(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("*"), Reply: &Reply{
		Status: 503, Undocumented: true,
		Headers: map[string]string{"retry-after": "{{ int(ceil((scenario.since + duration('90.5s') - clock.now).Seconds())) }}", "X-Plain": "a"},
		Body: map[string]any{
			"whole": "{{ request.body }}",
			"int":   "{{ 6 / 2 }}",
			"bool":  "{{ 'Auth' in operation.tags }}",
			"nil":   "{{ state.x }}",
			"time":  "{{ clock.now }}",
			"text":  "at {{ clock.now }}: {{ request.body.items }} {{ state.x }}{{ request.params.id }} {{ request.query.all }} {{ request.query.none }}",
			"list":  []any{"a", "{{ operation.statuses }}"},
		},
	}})
	out := set.Decide(env0(doc), states)
	want := &Answer{
		Status: 503, Undocumented: true,
		Headers: map[string]string{"Retry-After": "31", "X-Plain": "a"},
		Body: map[string]any{
			"whole": map[string]any{"n": 2, "items": []any{"a", "b"}},
			"int":   3, "bool": true, "nil": nil,
			"time": "2026-03-01T10:00:00Z",
			"text": `at 2026-03-01T10:00:00Z: ["a","b"] 01KE yes `,
			"list": []any{"a", []any{200, 400, 401, 404}},
		},
	}
	if !reflect.DeepEqual(out.Reply, want) {
		t.Errorf("reply %#v\nwant  %#v\nerrors %v", out.Reply, want, out.Errors)
	}
}

func TestExampleIsPerOperation(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("*"), Reply: &Reply{Status: 404, Example: "image_not_found"}})
	env := env0(doc)
	for id, want := range map[string]string{"get-profile-image": "image_not_found", "logout": ""} {
		env.Operation = doc.Operation(id)
		if out := set.Decide(env, states); out.Reply == nil || out.Reply.Status != 404 || out.Reply.Example != want {
			t.Errorf("%s: reply %+v, want example %q", id, out.Reply, want)
		}
	}
	env.Operation = doc.Operation("update-user") // documents no 404
	if out := set.Decide(env, states); out.Reply != nil || set.Touches("x", env.Operation) {
		t.Errorf("update-user: reply %+v", out.Reply)
	}
}

func TestFailingExpressionsDoNotAct(t *testing.T) {
	doc := storefront(t)
	for _, tc := range []struct {
		it   string
		rule Rule
		want string
	}{
		{"in when", Rule{On: On("*"), When: "state.a.b == 1"}, "x/0: when: cannot fetch b from <nil>"},
		{"in when by its type", Rule{On: On("*"), When: "state.n > 1"}, "x/0: when: invalid operation: <nil> > int"},
		{"in until", Rule{On: On("*"), Until: "state.a.b == 1"}, "x/0: until: cannot fetch b from <nil>"},
		{"in set", Rule{On: On("*"), Set: map[string]any{"a": "{{ state.b + 1 }}"}}, "x/0: set.a: invalid operation: <nil> + int"},
		{"in a body", Rule{On: On("*"), Reply: &Reply{Status: 503, Undocumented: true, Body: "{{ 1 / 0 }}"}}, "x/0: reply.body: the number is not finite"},
		{"in a header", Rule{On: On("*"), Reply: &Reply{Status: 503, Undocumented: true, Headers: map[string]string{"X-A": "{{ duration(state.d) }}"}}}, "x/0: reply.headers.X-A: "},
		{"in a header by its value", Rule{On: On("*"), Reply: &Reply{Status: 503, Undocumented: true, Headers: map[string]string{"X-A": `{{ "a\r\nSet-Cookie: b" }}`}}}, "x/0: reply.headers.X-A: the value holds a control character"},
		{"by growing the state", Rule{On: On("*"), Set: map[string]any{"a": strings.Repeat("x", maxVars)}}, "x/0: set: the state would be larger than 65536 bytes"},
	} {
		t.Run(tc.it, func(t *testing.T) {
			set, states := compiled(t, doc, tc.rule, Rule{On: On("*"), Fault: FaultEmpty})
			out := set.Decide(env0(doc), states)
			if len(out.Errors) != 1 || !strings.HasPrefix(out.Errors[0], tc.want) {
				t.Errorf("errors %q, want %q", out.Errors, tc.want)
			}
			if out.Fault != FaultEmpty || out.States[0].Rules[0].Acted != 0 {
				t.Errorf("the next rule was not asked: %+v", out)
			}
			if len(out.Trace) != 2 {
				t.Errorf("trace %q", out.Trace)
			}
		})
	}
}

func TestTraceIsOnlyFilledWhenAsked(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc,
		Rule{On: On("logout"), After: 1},
		Rule{On: On("logout"), When: "!token.present"},
		Rule{On: On("logout"), Delay: Delay{Min: time.Second}, Set: map[string]any{"a": 1}},
		Rule{On: On("logout"), Fault: FaultReset})
	env := env0(doc)
	want := []string{"x/0: the first calls pass", "x/1: its when does not hold", "x/2: acts: delay, set a"}
	if out := set.Decide(env, states); !slices.Equal(out.Trace, want) {
		t.Errorf("trace %q, want %q", out.Trace, want)
	}
	env.Trace = false
	if out := set.Decide(env, states); out.Trace != nil {
		t.Errorf("trace %q", out.Trace)
	}
}

func TestDecideIsPure(t *testing.T) {
	doc := storefront(t)
	set, err := Compile(doc, append(Builtin(), Scenario{Name: "all", Rules: []Rule{
		{On: On("*"), Every: 2, Chance: 0.7, Set: map[string]any{"n": "{{ (state.n ?? 0) + 1 }}", "l": []any{"{{ clock.now }}", 1}}, Delay: Delay{Min: 1, Max: time.Second}},
	}}))
	if err != nil {
		t.Fatal(err)
	}
	active := []State{{Name: "slow", Since: on0}, {Name: "all", Since: on0}, {Name: "rate-limited", Since: on0}, {Name: "flaky", Since: on0}}
	for range 8 {
		before, _ := json.Marshal(active)
		a := set.Decide(env0(doc), active)
		after, _ := json.Marshal(active)
		b := set.Decide(env0(doc), active)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("two outcomes of one call:\n%+v\n%+v", a, b)
		}
		if string(before) != string(after) {
			t.Fatalf("the states given were changed:\n%s\n%s", before, after)
		}
		active = a.States
	}
}

func TestBodyAndUserAreReadOnceAndOnlyWhenNeeded(t *testing.T) {
	doc := storefront(t)
	env := env0(doc)
	var bodies, users int
	env.Request.Body = func() any { bodies++; return map[string]any{"a": 1.0} }
	env.User = func() any { users++; return struct{ Name string }{"Asha"} }
	set, states := compiled(t, doc, Rule{On: On("*"), When: `request.method == "GET" && token.valid`})
	set.Decide(env, states)
	if bodies+users != 0 {
		t.Errorf("read %d bodies and %d users for nothing", bodies, users)
	}
	set, states = compiled(t, doc,
		Rule{On: On("*"), When: `request.body.a == 2 || user.Name == "B"`},
		Rule{On: On("*"), When: `request.body.a == 1 && user.Name == "Asha"`, Fault: FaultReset})
	if out := set.Decide(env, states); bodies != 1 || users != 1 || out.Fault != FaultReset {
		t.Errorf("read %d bodies and %d users: %v", bodies, users, out.Trace)
	}
}

func TestNobodyIsThere(t *testing.T) {
	doc := storefront(t)
	set, states := compiled(t, doc, Rule{On: On("*"), When: `user == nil && request.body == nil && user?.x == nil && request.headers["a"] == "" && request.query.q == "" && state.s == nil && !token.present`, Fault: FaultReset})
	if out := set.Decide(&Env{Operation: doc.Operation("logout"), Trace: true}, states); out.Fault != FaultReset {
		t.Errorf("%v %v", out.Trace, out.Errors)
	}
}

func TestOperationIsSettledAtLoad(t *testing.T) {
	doc := storefront(t)
	set, _ := compiled(t, doc, Rule{On: On("*"), When: `operation.bearer and 404 in operation.statuses && token.valid`})
	for id, want := range map[string]bool{"logout": true, "update-user": false, "login-with-password": false} {
		if got := set.Touches("x", doc.Operation(id)); got != want {
			t.Errorf("touches %s: %v, want %v", id, got, want)
		}
	}
	if set.Touches("y", doc.Operation("logout")) {
		t.Error("an unknown scenario touches something")
	}
}

func BenchmarkDecide(b *testing.B) {
	doc := storefront(b)
	set, err := Compile(doc, Builtin())
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"expired-token", "unauthorized", "slow", "rate-limited"} {
		b.Run(name, func(b *testing.B) {
			env := env0(doc)
			env.Trace = false
			active := []State{{Name: name, Since: on0}}
			b.ReportAllocs()
			for b.Loop() {
				set.Decide(env, active)
			}
		})
	}
}
