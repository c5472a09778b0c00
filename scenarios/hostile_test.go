package scenarios

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestHostileFiles: each of these would take the machine down if it were taken
// at its word. That the test ends is the test.
func TestHostileFiles(t *testing.T) {
	doc := storefront(t)
	rule := func(s string) string { return "name: x\nrules:\n  - on: logout\n    " + s + "\n" }
	const mega = 1 << 20
	for it, file := range map[string]string{
		"ten megabytes":                strings.Repeat("# nothing\n", mega),
		"a megabyte of brackets":       strings.Repeat("[", mega),
		"a megabyte of braces":         strings.Repeat("{a: ", mega/4),
		"a megabyte of dashes":         strings.Repeat("- ", mega/2),
		"a megabyte of questions":      strings.Repeat("? ", mega/2),
		"a megabyte of anchors":        strings.Repeat("- &a a\n", mega/8),
		"a megabyte of aliases":        "- &a a\n" + strings.Repeat("- *a\n", mega/8),
		"a megabyte of documents":      strings.Repeat("---\na\n", mega/8),
		"a megabyte of rules":          "name: x\nrules:\n" + strings.Repeat("- on: a\n", mega/10),
		"a megabyte of unknown fields": "name: x\nrules:\n- on: logout\n" + unknownFields(mega/20),
		"a megabyte of selectors":      rule("on2: [" + strings.Repeat("a,", mega/4) + "]"),
		"a key of a megabyte":          strings.Repeat("a", mega-10) + ": b\n",
		"a megabyte of tags":           strings.Repeat("!a ", mega/4),
		"a megabyte of merge keys":     "a: &a {b: c}\nd:\n" + strings.Repeat("  <<: *a\n", mega/16),
		"a long expression":            rule("when: '" + strings.Repeat("1+", mega/4) + "1 == 1'"),
		"deep parentheses":             rule("when: '" + strings.Repeat("(", 2000) + "tru" + strings.Repeat(")", 2000) + "'"),
		"many nots":                    rule("when: '" + strings.Repeat("!", 4000) + "true'"),
		"a huge regular expression":    rule(`when: 'request.path matches "` + strings.Repeat("[a-z]{999}", 100) + `"'`),
		"a deep regular expression":    rule(`when: 'request.path matches "` + strings.Repeat("(", 1900) + strings.Repeat(")", 1900) + `"'`),
		"a huge range":                 rule("when: 'any(1..9223372036854775807, # > 5)'"),
		"a range that wraps":           rule("when: 'len(-9223372036854775807..9223372036854775807) > 5'"),
		"a range by arithmetic":        rule("when: 'len(1..(1000000 * 1000000)) > 5'"),
		"a huge power":                 rule(`when: '"a" * 3 == ""'`),
		"many braces":                  rule("set: {a: '" + strings.Repeat("{{", mega/4) + "'}"),
	} {
		t.Run(it, func(t *testing.T) {
			err := load(doc, "hostile.yaml", []byte(file))
			if err == nil {
				t.Fatal("it is taken")
			}
			within(t, err, []byte(file))
		})
	}
}

func unknownFields(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  field%d: x\n", i)
	}
	return b.String()
}

// TestFilesAtTheLimit: what is just allowed must be quick as well.
func TestFilesAtTheLimit(t *testing.T) {
	doc := storefront(t)
	var b strings.Builder
	for s := range 4 {
		fmt.Fprintf(&b, "---\nname: s%d\nrules:\n", s)
		for range maxRules {
			b.WriteString("  - {on: '*', when: token.valid && state.a == 1, set: {a: '{{ 1 + 1 }}'}}\n")
		}
	}
	if err := load(doc, "limit.yaml", []byte(b.String())); err != nil {
		t.Fatal(err)
	}
}

// TestHostileExpressions: an expression that would run for ever, or make more
// than the memory holds, fails instead. That the test ends is the test.
func TestHostileExpressions(t *testing.T) {
	doc := storefront(t)
	items := make([]any, 20_000)
	for i := range items {
		items[i] = fmt.Sprint("item ", i)
	}
	long := strings.Repeat("a", 1<<20)
	env := env0(doc)
	env.Request.Body = func() any {
		return map[string]any{"items": items, "long": long, "pairs": map[string]any{"a": items, "b": items}}
	}
	for it, source := range map[string]string{
		"loops in loops":               "any(request.body.items, any(request.body.items, # == 'x')) || true",
		"loops in loops in loops":      "count(1..1000, count(1..1000, count(1..1000, true) > 0) > 0) > 0",
		"loops by way of in":           "all(request.body.items, not (# + 'x' in request.body.items))",
		"comparing in a loop":          "all(request.body.items, request.body.pairs.a == request.body.pairs.b)",
		"searching in a loop":          "all(request.body.items, not (request.body.long contains #))",
		"matching in a loop":           `all(request.body.items, request.body.long matches "(a|aa)+$")`,
		"a costly pattern":             `request.body.long matches "(a?){100}(b?){100}a{100}$"`,
		"printing in a loop":           "all(request.body.items, string(request.body) != '')",
		"printing again and again":     strings.Repeat("string(request.body) == '' || ", 100) + "true",
		"text that grows":              strings.Repeat("request.body.long + ", 150) + "'' != ''",
		"lists that grow":              "len(map(request.body.items, request.body.items)) + len(map(request.body.items, map(request.body.items, request.body.items))) > 0",
		"upper case in a loop":         "all(request.body.items, upper(request.body.long) != '')",
		"splitting in a loop":          "all(request.body.items, len(split(request.body.long, '')) > 1)",
		"keys in a loop":               "all(request.body.items, len(keys(request.body)) > 0 && len(values(request.body.pairs)) > 0)",
		"the longest of many":          "all(request.body.items, indexOf(request.body.long, 'b') < 0)",
		"trimming in a loop":           "all(request.body.items, trim(request.body.long, 'a') == '')",
		"counting letters in a loop":   "all(request.body.items, len(request.body.long) > 1)",
		"ordering text in a loop":      "all(request.body.items, request.body.long < request.body.long + # || true)",
		"sums over ranges":             "sum(1..1000, sum(1..1000, sum(1..1000, #))) > 0",
		"ranges, of which many":        "all(request.body.items, len(1..999) > 0)",
		"lists literally, of which so": "all(request.body.items, [request.body.items, request.body.items] != [request.body.items])",
	} {
		t.Run(it, func(t *testing.T) {
			set, states := compiled(t, doc, Rule{On: On("*"), When: source},
				Rule{On: On("*"), When: "request.path contains 'auth'"}) // the next rule has fuel of its own
			out := set.Decide(env, states)
			if !slices.Equal(out.Acted, []string{"x/1"}) || len(out.Errors) != 1 || !strings.Contains(out.Errors[0], errFuel.Error()) {
				t.Errorf("acted %q, errors %q", out.Acted, out.Errors)
			}
		})
	}
}

func TestHostileReplies(t *testing.T) {
	doc := storefront(t)
	env := env0(doc)
	long := strings.Repeat("a", 1<<20)
	env.Request.Body = func() any { return long }
	many := make([]any, 1000)
	for i := range many {
		many[i] = "{{ request.body }} and {{ request.body }}"
	}
	set, states := compiled(t, doc, Rule{On: On("*"), Reply: &Reply{Status: 503, Undocumented: true, Body: many}})
	if out := set.Decide(env, states); len(out.Errors) != 1 {
		t.Errorf("acted %q, errors %q", out.Acted, out.Errors)
	}
	set, states = compiled(t, doc, Rule{On: On("*"), Set: map[string]any{"a": "{{ (state.a ?? 'x') + (state.a ?? 'x') }}"}})
	got, last := calls(set, env, states, 40)
	if got[10] == "" || got[30] != "" || len(last[0].Vars["a"].(string)) > maxVars {
		t.Errorf("a state that doubles acts %q", got)
	}
}

// TestFuelIsEnough: what people write on bodies of a usual size must not run
// dry.
func TestFuelIsEnough(t *testing.T) {
	doc := storefront(t)
	items := make([]any, 1000)
	for i := range items {
		items[i] = map[string]any{"sku": fmt.Sprint("SKU-", i), "qty": float64(i % 5), "tags": []any{"a", "b", "c"}}
	}
	env := env0(doc)
	env.Request.Body = func() any { return map[string]any{"items": items} }
	for _, source := range []string{
		`any(request.body.items, .sku == "SKU-999" && .qty > 3)`,
		`count(request.body.items, "b" in .tags and .sku startsWith "SKU-") == 1000`,
		`any(request.body.items, .sku matches "^SKU-[0-9]{3}$" && any(.tags, # == "c"))`,
		`len(string(request.body)) > 1000`,
		`sum(request.body.items, .qty) > 100 and max(map(request.body.items, .qty)) == 4`,
		`len(filter(request.body.items, lower(.sku) contains "9")) > 10`,
		`request.path + "?" + request.query.all == "/auth/logout?yes"`,
		`first(request.body.items).sku == "SKU-0" && last(request.body.items)["sku"] == "SKU-999"`,
		`find(request.body.items, .sku == "SKU-7").qty == 2`,
		`request.body.items[1:3][0].sku == "SKU-1"`,
		`request.headers["X-TRACE"] == "abc" && request.headers["X-" + "Trace"] startsWith "a"`,
		`all(operation.tags, # == "Auth") && operation.id in ["login", "logout"] && "id" in request.params`,
		`date("2026-03-01T10:00:00Z") == clock.now && date(clock.now) == clock.now && date("2026-03-01") < clock.now`,
		`token.expires_at - clock.now == duration("1m") && clock.now.Format("15:04") == "10:00"`,
		`user.first_name in ["Asha", "Meera"] && user?.nothing == nil`,
		`(state.n ?? 3) % 2 == 1 && int("4") == 4 && ceil(1.2) == 2`,
		`string(clock.now) == "2026-03-01T10:00:00Z" && string(duration("90s")) == "1m30s" && string(nil) == ""`,
		`rule.calls == 0 && scenario.calls == 1 && scenario.name == "x"`,
		`keys({"b": 1, "c": 2, "a": 3, "d": 4}) == ["a", "b", "c", "d"] && values({"b": 1, "c": 2, "a": 3}) == [3, 1, 2]`,
		`keys(request.params) == ["id"] && values(request.query) == ["yes"]`,
		`not (3 in 5..9) && 5 in 5..9 && len(1..1000) == 1000`,
	} {
		set, states := compiled(t, doc, Rule{On: On("*"), When: source})
		if out := set.Decide(env, states); len(out.Acted) != 1 {
			t.Errorf("%s: %v", source, out.Trace)
		}
	}
}

// TestFunctionsAreKnown keeps our list of functions to those that the library
// has.
func TestFunctionsAreKnown(t *testing.T) {
	args := map[int][]string{
		1: {`x`, `1`, `"1s"`, `"2026-01-01"`, `[1]`, `{"a": 1}`},
		2: {`"a", "b"`, `[1], # > 0`, `{"a": 1}, "a"`},
		8: {`1, 2`},
	}
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		ok := false
		for _, a := range args[functions[name]] {
			_, err := compileExpr(name+"("+a+")", wantAny)
			ok = ok || err == nil
		}
		if !ok {
			t.Errorf("%s cannot be called", name)
		}
	}
}

// FuzzExpression: an expression that compiles runs to an end, within its fuel,
// without a panic, twice to the same value.
func FuzzExpression(f *testing.F) {
	for _, s := range []string{
		`token.present && token.issued_at < scenario.since`, `any(request.body.items, # == "a")`,
		`(state.n ?? 0) + 1`, `request.headers["x"] matches "^a+$"`, `map(1..10, [#, state])`, `keys({"b": 1, "a": 2, "c": 3})`,
		`{"a": [clock.now, nil]}`, `request.body.n ** 3 % 2`, `state?.a?.b ?: 1`, `first(values(request.params)) | upper()`,
		`if token.valid {1} else {"a"}`, `sum(1..1000, sum(1..1000, #))`, `-1 not in [1] ? .5 : 0x10`, `request.body.items[-1:]`,
	} {
		f.Add(s)
	}
	doc := storefront(f)
	f.Fuzz(func(t *testing.T, source string) {
		x, fault := compileExpr(source, wantAny)
		if fault != nil {
			if fault.at < 0 || fault.at > len([]rune(source)) || fault.msg == "" {
				t.Errorf("%+v", fault)
			}
			return
		}
		eval := func() (any, error) {
			r := newRun(env0(doc))
			r.at(viewOf(doc.Operation("logout")), &State{Name: "x", Since: on0, Vars: map[string]any{"n": 1, "a": []any{"b"}}}, 1)
			v, err := r.eval(x)
			if err != nil {
				return nil, err
			}
			return r.plainValue(v)
		}
		v, err := eval()
		w, err2 := eval()
		if fmt.Sprint(v, err) != fmt.Sprint(w, err2) {
			t.Errorf("%v, %v and %v, %v", v, err, w, err2)
		}
		if _, isErr := v.(error); isErr {
			t.Errorf("an error is a value: %v", v)
		}
	})
}
