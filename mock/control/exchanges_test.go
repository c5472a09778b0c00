package control_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock/control"
)

type exchanges struct {
	Exchanges []struct {
		ID          string
		Status      int
		Operation   string
		Violations  []struct{ Where string }
		Explanation []string
	}
}

func (e exchanges) ids() []string {
	out := []string{}
	for _, ex := range e.Exchanges {
		out = append(out, ex.ID)
	}
	return out
}

func TestExchangesAreListedAndFiltered(t *testing.T) {
	h := newPlain(t)
	good := h.greet("/greetings/ada")
	bad := h.greet("/greetings/ada?loud=maybe")
	h.want(200, "POST", "/_standin/clock/advance", `{"by":"1m"}`)
	lost := h.greet("/nowhere")
	last := h.greet("/greetings/bob")
	h.greet("/~bob/greetings/bob")
	from := start.Add(time.Minute)
	for _, tt := range []struct {
		name, query string
		want        []string
	}{
		{"it lists all, the newest last", "", []string{good, bad, lost, last}},
		{"it filters by operation", "operation=greet", []string{good, bad, last}},
		{"it takes the method and path too", "operation=GET+/greetings/%7Bname%7D", []string{good, bad, last}},
		{"it finds no strange operation", "operation=other", []string{}},
		{"it filters by status", "status=404", []string{lost}},
		{"it filters by class", "status=4xx", []string{bad, lost}},
		{"it takes a class in capitals", "status=2XX", []string{good, last}},
		{"it shows violations", "violations=true", []string{bad, lost}},
		{"it hides violations", "violations=false", []string{good, last}},
		{"it starts after an exchange", "since=" + bad, []string{lost, last}},
		{"it starts at a time", "since=" + from.Format(time.RFC3339), []string{lost, last}},
		{"it starts at a time in another zone", "since=" + url.QueryEscape(from.In(time.FixedZone("", 5400)).Format(time.RFC3339)), []string{lost, last}},
		{"it keeps the newest", "limit=2", []string{lost, last}},
		{"it limits what is left", "limit=2&status=2xx", []string{good, last}},
		{"it takes all together", "operation=greet&status=200&violations=false&since=" + good + "&limit=9", []string{last}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := *h
			h.t = t
			equal(t, tt.query, as[exchanges](h.want(200, "GET", "/_standin/exchanges?"+tt.query, "")).ids(), tt.want)
		})
	}
}

func TestOneExchangeExplainsItself(t *testing.T) {
	h := newPlain(t)
	id := h.greet("/greetings/ada?loud=maybe")
	got := as[struct {
		ID, Target  string
		Explanation []string
		Violations  []struct {
			Where        string
			Line, Column int
		}
	}](h.want(200, "GET", "/_standin/exchanges/"+id, ""))
	if got.ID != id || got.Target != "/greetings/ada?loud=maybe" || len(got.Explanation) == 0 {
		t.Errorf("%+v", got)
	}
	if len(got.Violations) != 1 || got.Violations[0].Where != "query.loud" || got.Violations[0].Line == 0 {
		t.Errorf("violations %+v", got.Violations)
	}
	h.want(404, "GET", "/~bob/_standin/exchanges/"+id, "").refused(404, "unknown-exchange", "bob")
}

func TestEveryKindOfExchangeIsDescribed(t *testing.T) {
	h := newHarness(t, control.Options{})
	bearer := header("Authorization", "Bearer "+h.token("asha@example.com"))
	h.call("POST", "/auth/logout", "", bearer)
	h.call("POST", "/auth/logout", "\xff\x00binary")
	h.call("POST", "/auth/logout?__code=404", "", header("Prefer", "scenario=flaky, wait=0.001"))
	h.call("POST", "/auth/logout?__code=401&__example=expired", "")
	h.call("POST", "/auth/logout", "", header("Prefer", "code=999"))
	h.call("GET", "/nowhere?a=b", "")
	h.want(200, "PUT", "/_standin/scenario", `{"active":["server-error"]}`)
	h.call("POST", "/auth/logout", "", bearer)
	if n := len(as[exchanges](h.want(200, "GET", "/_standin/exchanges", "")).Exchanges); n != 7 {
		t.Errorf("%d exchanges, want 7", n)
	}
}

func TestTheJournalIsCleared(t *testing.T) {
	h := newPlain(t)
	id := h.greet("/greetings/ada")
	h.greet("/~bob/greetings/ada")
	h.want(204, "DELETE", "/_standin/exchanges", "")
	equal(t, "exchanges", as[exchanges](h.want(200, "GET", "/_standin/exchanges", "")).ids(), nil)
	h.want(404, "GET", "/_standin/exchanges/"+id, "")
	if n := h.fake.Lookup("bob").Journal().Len(); n != 1 {
		t.Errorf("another sandbox's journal has %d exchanges, want 1", n)
	}
}
