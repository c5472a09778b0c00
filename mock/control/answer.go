package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// answer is what a call is answered with: one of value (sent as JSON), body
// (sent as it is), problem and events, or none of them.
type answer struct {
	status  int
	header  http.Header // beside those that every answer has; may be nil
	value   any
	body    []byte
	media   string // body's type
	problem *problem
	events  func(*eventWriter) // writes the event stream until that ends
}

// detail is the problem's, for the log.
func (ans answer) detail() string {
	if ans.problem == nil {
		return ""
	}
	return ans.problem.Detail
}

// ok answers 200 with a value.
func ok(value any) answer { return answer{status: http.StatusOK, value: value} }

// done answers 204.
func done() answer { return answer{status: http.StatusNoContent} }

// problem is the body of a refusal (RFC 9457, 3).
type problem struct {
	Type    string   `json:"type"`
	Title   string   `json:"title"`
	Status  int      `json:"status"`
	Detail  string   `json:"detail"`
	Allow   []string `json:"allow,omitempty"`   // methods that would do
	Nearest []string `json:"nearest,omitempty"` // names or calls that may have been meant

	Violations []spec.Violation `json:"violations,omitempty"` // what a webhook's request would break
}

// kind is one kind of problem.
type kind struct {
	code   string // the last part of the problem's type
	title  string
	status int
}

// typePrefix is what the types of our problems start with.
const typePrefix = "https://standin.dev/problems/"

// The problems. No other text than their details is made where they are met.
var (
	badHost         = kind{"bad-host", "The Host header does not name this machine", http.StatusMisdirectedRequest}
	crossOrigin     = kind{"cross-origin", "A page of another origin may not do that", http.StatusForbidden}
	unauthorized    = kind{"unauthorized", "The control token is missing or wrong", http.StatusUnauthorized}
	unknownPath     = kind{"unknown-path", "The control API has no such path", http.StatusNotFound}
	unknownMethod   = kind{"unknown-method", "The control API has this path with other methods only", http.StatusMethodNotAllowed}
	tooLarge        = kind{"body-too-large", "The request's body is too large", http.StatusRequestEntityTooLarge}
	broken          = kind{"body-broken", "The request's body broke off", http.StatusBadRequest}
	badMedia        = kind{"bad-media-type", "The request's body is not declared as JSON", http.StatusUnsupportedMediaType}
	badJSON         = kind{"bad-json", "The request's body is not JSON", http.StatusBadRequest}
	badBody         = kind{"bad-body", "The request's body is not what this call takes", http.StatusBadRequest}
	badQuery        = kind{"bad-query", "The query is not what this call takes", http.StatusBadRequest}
	badClock        = kind{"bad-clock", "No clock can be set so", http.StatusBadRequest}
	badState        = kind{"bad-state", "The state cannot be imported", http.StatusBadRequest}
	badSandbox      = kind{"bad-sandbox-name", "No sandbox can have that name", http.StatusBadRequest}
	unknownSandbox  = kind{"unknown-sandbox", "There is no such sandbox", http.StatusNotFound}
	unknownScenario = kind{"unknown-scenario", "There is no such scenario", http.StatusNotFound}
	unknownWebhook  = kind{"unknown-webhook", "The document has no such webhook", http.StatusNotFound}
	invalidWebhook  = kind{"invalid-webhook", "The webhook's request would break the document", http.StatusBadRequest}
	forbiddenHost   = kind{"forbidden-host", "Webhooks may not go there", http.StatusForbidden}
	unknownDelivery = kind{"unknown-delivery", "There is no such delivery", http.StatusNotFound}
	unsettled       = kind{"unsettled", "Deliveries are still under way", http.StatusServiceUnavailable}
	unknownExchange = kind{"unknown-exchange", "The journal has no such exchange", http.StatusNotFound}
	unknownToken    = kind{"unknown-token", "Nothing was issued under that id", http.StatusNotFound}
	tokenTaken      = kind{"token-taken", "This token is issued already", http.StatusConflict}
	stateError      = kind{"state-error", "The sandbox's state could not be read or changed", http.StatusInternalServerError}
)

// refuse answers with a problem.
func refuse(k kind, format string, args ...any) *answer {
	return &answer{status: k.status, problem: &problem{
		Type: typePrefix + k.code, Title: k.title, Status: k.status, Detail: fmt.Sprintf(format, args...),
	}}
}

// refuseMethod answers 405; where GET is good, HEAD is too.
func refuseMethod(method, path string, allow []string) *answer {
	if slices.Contains(allow, http.MethodGet) {
		allow = append(allow, http.MethodHead)
	}
	slices.Sort(allow)
	allow = slices.Compact(allow)
	list := strings.Join(allow, ", ")
	ans := refuse(unknownMethod, "%s is not possible on %s; %s would be", method, short(path), list)
	ans.problem.Allow = allow
	ans.header = http.Header{"Allow": {list}}
	return ans
}

// short quotes what a client sent, cut to a length that a message bears.
func short(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "…"
	}
	return strconv.Quote(s)
}

// write sends an answer. It is the one place that does.
func write(w http.ResponseWriter, r *http.Request, ans answer) {
	h := w.Header()
	for name, values := range ans.header {
		h[name] = values
	}
	// What stands here may change at any moment, and is for nobody's frame, cache
	// or guess at its type.
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	if ans.events != nil {
		writeEvents(w, r, ans)
		return
	}
	ans = ans.encoded()
	if ans.media != "" {
		h.Set("Content-Type", ans.media)
	}
	if ans.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(ans.body)))
	}
	w.WriteHeader(ans.status)
	if r.Method != http.MethodHead {
		// The client's leaving is the only error, and nothing is left to do.
		_, _ = w.Write(ans.body)
	}
}

// encoded is the answer with a body made of its problem or value: JSON,
// indented for people with curl.
func (ans answer) encoded() answer {
	var what any
	switch {
	case ans.problem != nil:
		what, ans.media = ans.problem, "application/problem+json"
	case ans.value != nil:
		what, ans.media = ans.value, "application/json"
	default:
		return ans
	}
	body, err := json.MarshalIndent(what, "", "  ")
	if err != nil {
		// Only a behaviour's value can fail, by being no JSON value; a problem cannot.
		return refuse(stateError, "the answer cannot be written as JSON: %v", err).encoded()
	}
	ans.body = append(body, '\n')
	return ans
}
