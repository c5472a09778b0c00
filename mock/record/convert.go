package record

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Options say what becomes of exchanges.
type Options struct {
	Name, Summary string
	MaxRules      int // 0 is no bound
}

// Recording is what became of exchanges.
type Recording struct {
	Scenario scenarios.Scenario
	Apart    int // exchanges that reach no operation of the document
	Unsaid   int // whose status no scenario can answer
	Over     int // that found no room
	Broken   int // rules whose answer breaks the document
}

// MaxText is the longest body of a request that a rule spells out, in bytes;
// longer ones are known by their digest.
const MaxText = 4 << 10

// asked is one request, and what was answered to it in turn.
type asked struct {
	op      *spec.Operation
	match   scenarios.Match
	answers []*answer
}

// answer is a run of equal answers.
type answer struct {
	reply *scenarios.Reply
	key   string
	times int
}

// Convert makes a scenario of exchanges, in their order.
func Convert(doc *spec.Document, seen []Exchange, o Options) *Recording {
	out := &Recording{Scenario: scenarios.Scenario{Name: o.Name, Summary: o.Summary, Recorded: true}}
	keys := mock.SecretNames(doc)
	telling := tellingHeaders(doc, seen, keys)
	all, order := map[string]*asked{}, []*asked(nil)
	rules := 0
	for i := range seen {
		e := &seen[i]
		route := doc.Find(e.Request.Method, e.Request.Path)
		switch {
		case route.Operation == nil:
			out.Apart++
			continue
		case e.Response.Status < 200 || e.Response.Status > 599:
			out.Unsaid++
			continue
		}
		key := keyOf(route, e)
		headers := map[string]string{}
		for _, name := range telling[key] {
			headers[name] = told(name, e.Request.Header, keys)
		}
		for _, name := range slices.Sorted(maps.Keys(headers)) {
			key += "\x00" + name + "\x00" + headers[name]
		}
		said := &answer{key: answerKey(e), times: max(e.Times, 1)}
		q := all[key]
		if q != nil && q.answers[len(q.answers)-1].key == said.key {
			q.answers[len(q.answers)-1].times += said.times
			continue
		}
		if o.MaxRules > 0 && rules == o.MaxRules {
			out.Over++
			continue
		}
		rules++
		if q == nil {
			q = &asked{op: route.Operation, match: matchOf(route, e, headers)}
			all[key], order = q, append(order, q)
		}
		said.reply = replyOf(doc, route, e)
		q.answers = append(q.answers, said)
	}
	for _, q := range order {
		for i, a := range q.answers {
			rule := scenarios.Rule{On: scenarios.On(nameOf(doc, q.op)), Match: &q.match, Reply: a.reply}
			if i < len(q.answers)-1 {
				rule.Times = a.times
			}
			if a.reply.Undocumented {
				out.Broken++
			}
			out.Scenario.Rules = append(out.Scenario.Rules, rule)
		}
	}
	return out
}

// nameOf is what a rule calls an operation by.
func nameOf(doc *spec.Document, op *spec.Operation) string {
	if ops, exact := doc.Select(op.ID); exact && len(ops) == 1 && ops[0] == op {
		return op.ID
	}
	return op.Name()
}

// keyOf tells requests apart, headers aside.
func keyOf(route spec.Route, e *Exchange) string {
	var b strings.Builder
	b.WriteString(route.Operation.Name() + "\x00" + e.Request.Method)
	for _, p := range route.Params {
		b.WriteString("\x00" + p.Value)
	}
	query := strings.Split(e.Request.RawQuery, "&")
	slices.SortStableFunc(query, func(a, b string) int { return strings.Compare(nameIn(a), nameIn(b)) })
	b.WriteString("\x00?" + strings.Join(query, "&"))
	if !e.NoBody {
		b.WriteString("\x00" + scenarios.Digest(e.Request.Header.Get("Content-Type"), e.Request.Body))
	}
	return b.String()
}

func nameIn(pair string) string {
	name, _, _ := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(name); err == nil {
		return plain
	}
	return name
}

// answerKey tells answers apart.
func answerKey(e *Exchange) string {
	headers := headersOf(e.Response.Header)
	var b strings.Builder
	b.WriteString(strconv.Itoa(e.Response.Status))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		if !slices.Contains(volatile, name) {
			b.WriteString("\x00" + name + ":" + headers[name])
		}
	}
	return b.String() + "\x00" + scenarios.Digest("", e.Response.Body)
}

// candidates are the headers that may tell equal requests apart.
var candidates = []string{"Accept", "Accept-Language", "Authorization", "Cookie", "If-Modified-Since", "If-None-Match", "Range"}

// tellingHeaders are, of each request that got different answers, the headers
// in which its calls differ.
func tellingHeaders(doc *spec.Document, seen []Exchange, keys []string) map[string][]string {
	byKey := map[string][]*Exchange{}
	for i := range seen {
		if route := doc.Find(seen[i].Request.Method, seen[i].Request.Path); route.Operation != nil {
			key := keyOf(route, &seen[i])
			byKey[key] = append(byKey[key], &seen[i])
		}
	}
	out := map[string][]string{}
	for key, calls := range byKey {
		first := answerKey(calls[0])
		if !slices.ContainsFunc(calls[1:], func(e *Exchange) bool { return answerKey(e) != first }) {
			continue
		}
		for _, name := range slices.Concat(candidates, keys) {
			first := told(name, calls[0].Request.Header, keys)
			if slices.ContainsFunc(calls[1:], func(e *Exchange) bool { return told(name, e.Request.Header, keys) != first }) {
				out[key] = append(out[key], name)
			}
		}
	}
	return out
}

// told is what a match says of a header. Credentials are another next time: that
// they were there, and in which scheme, is all that can be told.
func told(name string, h http.Header, keys []string) string {
	value := strings.Join(h.Values(name), ", ")
	switch {
	case value == "":
		return ""
	case name == "Authorization":
		if scheme, _, ok := strings.Cut(value, " "); ok {
			return scheme + " " + scenarios.Anything
		}
		return scenarios.Anything
	case name == "Cookie" || slices.Contains(keys, name):
		return scenarios.Anything
	}
	return value
}

// matchOf is what a rule matches a request by.
func matchOf(route spec.Route, e *Exchange, headers map[string]string) scenarios.Match {
	r := &e.Request
	m := scenarios.Match{Query: &r.RawQuery}
	if len(headers) > 0 {
		m.Headers = headers
	}
	if len(route.Params) > 0 {
		m.Path = r.Path
	}
	if r.Method != route.Operation.Method {
		m.Method = r.Method
	}
	body := string(r.Body)
	multipart := strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/")
	redacted := strings.Contains(body, scenarios.Anything)
	switch {
	case e.NoBody, redacted && (multipart || len(body) > 16*MaxText):
	case body == "":
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodDelete {
			m.Body = &body
		}
	case !redacted && (multipart || len(body) > MaxText || !utf8.ValidString(body)):
		m.Digest = scenarios.Digest(r.Header.Get("Content-Type"), r.Body)
	default:
		m.Body = &body
	}
	return m
}

// replyOf is what a rule answers. An answer that breaks the document says so, or
// no scenario could be loaded with it.
func replyOf(doc *spec.Document, route spec.Route, e *Exchange) *scenarios.Reply {
	resp := e.Response
	reply := &scenarios.Reply{Status: resp.Status, Headers: headersOf(resp.Header), Raw: append([]byte{}, resp.Body...)}
	reply.Undocumented = route.Operation.Response(resp.Status) == nil || breaksAt(doc, route, e) ||
		len(resp.Body) > 0 && broken(route.Operation.CheckBody(resp.Status, resp.Header.Get("Content-Type"), resp.Body))
	return reply
}

// breaksAt tells whether an answer breaks what the route's operation documents.
func breaksAt(doc *spec.Document, route spec.Route, e *Exchange) bool {
	call, _ := doc.Bind(&e.Request, route)
	return broken(doc.CheckResponse(call, &e.Response))
}

func broken(vs []spec.Violation) bool {
	return slices.ContainsFunc(vs, func(v spec.Violation) bool { return v.Severity == spec.SeverityError })
}
