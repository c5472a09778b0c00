package mock_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/spec"
)

// desk is a document for mistakes that the storefront's does not let one make.
const desk = `openapi: 3.1.0
info: {title: Desk, version: "1"}
servers: [{url: https://desk.example.com/v1}]
paths:
  /tickets:
    get:
      operationId: list-tickets
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 100}}
        - {name: state, in: query, schema: {type: string, enum: [open, closed]}}
        - {name: since, in: query, schema: {type: string, format: date}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string, format: uuid}}
      responses: {"200": {description: fine, content: {application/json: {schema: {type: array}, example: []}}}, "400": {description: bad}}
    post:
      operationId: add-ticket
      security: [{key: []}]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title, due_date]
              additionalProperties: false
              properties:
                title: {type: string, minLength: 3}
                due_date: {type: string, format: date}
                priority: {type: string, enum: [low, high]}
                votes: {type: integer}
                urgent: {type: boolean}
                tags: {type: array, items: {type: string}}
                note: {type: string}
      responses: {"201": {description: made}, "400": {description: bad}, "401": {description: who}}
  /tickets/{ticketId}:
    get:
      operationId: show-ticket
      parameters: [{name: ticketId, in: path, required: true, schema: {type: integer}}]
      responses: {"200": {description: fine}, "400": {description: bad}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
`

const jsonHeader, tenant, key = "Content-Type: application/json", "X-Tenant: 3f2b8f0e-0f6f-4a53-9a55-3c54f9b0a111", "X-Key: k"

// mistakes are what clients get wrong most, and what the first line of the
// explanation must say.
var mistakes = []struct {
	it       string
	line     string
	body     string
	headers  []string
	want     string // the first line holds all of this, a part for each |
	document string // desk, if none
}{
	{it: "a wrong prefix", line: "GET /api/v2/tickets", want: "no path|/api/v2 before the document's path|GET /tickets"},
	{it: "a lacking prefix", line: "POST /logout", document: spec.Builtin, want: "no path|lacks /auth at its start|POST /auth/logout"},
	{it: "a doubled slash", line: "GET //tickets", want: "no path|two slashes"},
	{it: "another case", line: "GET /Tickets", want: "no path|upper and lower case"},
	{it: "a slip in the path", line: "GET /tikets", want: `no path "/tikets"|nearest are GET /tickets`},
	{it: "words joined otherwise", line: "POST /auth/change_password", document: spec.Builtin, want: "no path|joined otherwise|/auth/change-password"},
	{it: "a wrong method", line: "PUT /tickets", want: "PUT is not documented|GET, POST would be"},
	{it: "an unfilled template", line: "GET /tickets/{ticketId}", want: "path.ticketId must be an integer"},
	{it: "undefined in the path", line: "GET /tickets/undefined", want: `path.ticketId must be an integer, not "undefined"|shop.yaml:`},
	{it: "no content type", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01"}`, headers: []string{key, "Content-Type: "}, want: "has a body and no Content-Type|application/json"},
	{it: "a form for JSON", line: "POST /tickets", body: "title=abc", headers: []string{key, "Content-Type: application/x-www-form-urlencoded"}, want: "Content-Type is application/x-www-form-urlencoded|application/json"},
	{it: "text for JSON", line: "POST /tickets", body: `{"title":"abc"}`, headers: []string{key, "Content-Type: text/plain;charset=UTF-8"}, want: "Content-Type is text/plain|application/json"},
	{it: "a body that was encoded twice", line: "POST /tickets", body: `"{\"title\":\"abc\"}"`, headers: []string{key, jsonHeader}, want: "body must be an object, not"},
	{it: "a body that is no JSON", line: "POST /tickets", body: `{title: "abc"}`, headers: []string{key, jsonHeader}, want: "the body is not valid JSON"},
	{it: "[object Object]", line: "POST /tickets", body: `[object Object]`, headers: []string{key, jsonHeader}, want: "the body is not valid JSON"},
	{it: "no body", line: "POST /tickets", headers: []string{key}, want: "the request has no body, and the operation needs one"},
	{it: "a list for an object", line: "POST /tickets", body: `[{"title":"abc"}]`, headers: []string{key, jsonHeader}, want: "must be an object, not"},
	{it: "camel case for snake case", line: "POST /tickets", body: `{"title":"abc","dueDate":"2026-01-01"}`, headers: []string{key, jsonHeader}, want: `"dueDate" where the document has "due_date"`},
	{it: "a slip in a name", line: "POST /tickets", body: `{"titel":"abc","due_date":"2026-01-01"}`, headers: []string{key, jsonHeader}, want: `"titel" where the document has "title"`},
	{it: "a member left out", line: "POST /tickets", body: `{"title":"abc"}`, headers: []string{key, jsonHeader}, want: `lacks the property "due_date"|shop.yaml:`},
	{it: "a wrong case in an enum", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","priority":"High"}`, headers: []string{key, jsonHeader}, want: `body/priority|"High"|low`},
	{it: "a number as text", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","votes":"7"}`, headers: []string{key, jsonHeader}, want: `body/votes must be an integer, not "7"`},
	{it: "a truth as text", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","urgent":"true"}`, headers: []string{key, jsonHeader}, want: `body/urgent must be a boolean, not "true"`},
	{it: "one for a list of one", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","tags":"a"}`, headers: []string{key, jsonHeader}, want: `body/tags must be an array, not "a"`},
	{it: "null for nothing", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","note":null}`, headers: []string{key, jsonHeader}, want: "body/note must be a string, not null"},
	{it: "another form of date", line: "POST /tickets", body: `{"title":"abc","due_date":"01/31/2026"}`, headers: []string{key, jsonHeader}, want: "body/due_date is not a valid date"},
	{it: "a time for a date", line: "GET /tickets?since=2026-01-01T00:00:00Z", headers: []string{tenant}, want: "query.since is not a valid date"},
	{it: "an empty text", line: "POST /tickets", body: `{"title":"","due_date":"2026-01-01"}`, headers: []string{key, jsonHeader}, want: "body/title|3"},
	{it: "a member too many", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01","assignee":"me"}`, headers: []string{key, jsonHeader}, want: `"assignee"`},
	{it: "a header left out", line: "GET /tickets", want: `the header parameter "X-Tenant" is missing`},
	{it: "a header under another name", line: "GET /tickets", headers: []string{"X-Tenant-Id: 1"}, want: `"X-Tenant"`},
	{it: "a text in a query for a number", line: "GET /tickets?limit=ten", headers: []string{tenant}, want: `query.limit must be an integer, not "ten"`},
	{it: "a number over its bound", line: "GET /tickets?limit=101", headers: []string{tenant}, want: "query.limit|100"},
	{it: "a wrong value in a query", line: "GET /tickets?state=Open", headers: []string{tenant}, want: `query.state|"Open"`},
	{it: "no API key", line: "POST /tickets", body: `{"title":"abc","due_date":"2026-01-01"}`, headers: []string{jsonHeader}, want: "the request has no header X-Key"},
	{it: "no token", line: "POST /auth/logout", document: spec.Builtin, want: "the request has no Authorization header|send Authorization: Bearer TOKEN"},
	{it: "Basic for Bearer", line: "POST /auth/logout", headers: []string{"Authorization: Basic dTpw"}, document: spec.Builtin, want: `scheme is "Basic", which this operation does not take|Bearer`},
	{it: "a token without its scheme", line: "POST /auth/logout", headers: []string{"Authorization: abcdef"}, document: spec.Builtin, want: "holds no scheme and credentials"},
	{it: "Bearer and nothing", line: "POST /auth/logout", headers: []string{"Authorization: Bearer "}, document: spec.Builtin, want: "no token follows"},
	{it: "Bearer undefined", line: "POST /auth/logout", headers: []string{"Authorization: Bearer undefined"}, document: spec.Builtin, want: "token"},
	{it: "an expired token", line: "POST /auth/logout", headers: []string{"Authorization: Bearer {expired}"}, document: spec.Builtin, want: "expired"},
	{it: "a token of another sandbox", line: "POST /~b/auth/logout", headers: []string{"Authorization: Bearer {token}"}, document: spec.Builtin, want: "another sandbox"},
	{it: "a token that was logged out", line: "POST /auth/logout", headers: []string{"Authorization: Bearer {loggedout}"}, document: spec.Builtin, want: "token"},
	{it: "a wrong password", line: "POST /auth/login/password", body: `{"email":"asha@example.com","password":"wrong-Passw0rd"}`, headers: []string{jsonHeader}, document: spec.Builtin, want: "password"},
	{it: "a scenario that is on", line: "POST /auth/logout", headers: []string{"Authorization: Bearer {token}", "Prefer: scenario=expired-token"}, document: spec.Builtin, want: "scenario expired-token"},
	{it: "a scenario that is not there", line: "POST /auth/logout", headers: []string{"Prefer: scenario=expird-token"}, document: spec.Builtin, want: `no scenario "expird-token"|expired-token`},
	{it: "an example that is not there", line: "POST /auth/logout", headers: []string{"Prefer: code=401, example=nope"}, document: spec.Builtin, want: `no example "nope"`},
}

func TestTheFirstLineNamesTheCause(t *testing.T) {
	for _, tt := range mistakes {
		t.Run(tt.it, func(t *testing.T) {
			h, headers := deskOrShop(t, tt.document, tt.headers)
			id := ask(t, h, asked{line: tt.line, body: tt.body, headers: headers}).Header().Get("Standin-Exchange")
			var ex *mock.Exchange
			for _, box := range h.Sandboxes() {
				if found := box.Journal().Get(id); found != nil {
					ex = found
				}
			}
			steps := ex.Explanation()
			for part := range strings.SplitSeq(tt.want, "|") {
				if !strings.Contains(steps[0], part) {
					t.Errorf("the first line is\n%s\nand does not say %q; all:\n%s", steps[0], part, strings.Join(steps, "\n"))
				}
			}
		})
	}
}

// deskOrShop is a fake of the document, and the headers with tokens filled in.
func deskOrShop(t *testing.T, document string, headers []string) (*mock.Handler, []string) {
	t.Helper()
	if document == "" {
		return fakeOf(t, desk, mock.Options{}), headers
	}
	doc, err := spec.Load(t.Context(), spec.Builtin)
	if err != nil {
		t.Fatal(err)
	}
	behaviours, err := storefront.New(storefront.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h, err := mock.New(doc, mock.Options{Behaviours: behaviours, Wall: func() time.Time { return time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, line := range headers {
		name, _, isToken := strings.Cut(line, "{")
		if isToken {
			token := login(t, h)
			switch {
			case strings.Contains(line, "{loggedout}"):
				ask(t, h, asked{line: "POST /auth/logout", headers: []string{"Authorization: Bearer " + token}})
			case strings.Contains(line, "{expired}"):
				box, err := h.Sandbox(mock.DefaultSandbox)
				if err != nil {
					t.Fatal(err)
				}
				if err := box.Advance(t.Context(), time.Hour); err != nil {
					t.Fatal(err)
				}
			}
			line = name + token
		}
		out = append(out, line)
	}
	return h, out
}

func login(t *testing.T, h http.Handler) string {
	t.Helper()
	w := ask(t, h, asked{line: "POST /auth/login/password", body: `{"email":"asha@example.com","password":"standin-Passw0rd"}`})
	var answer struct {
		Content struct {
			AccessToken string `json:"access_token"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Content.AccessToken == "" {
		t.Fatalf("no token in %s: %v", w.Body, err)
	}
	return answer.Content.AccessToken
}

func TestAnExplanationTellsTheWholeDecision(t *testing.T) {
	h, headers := deskOrShop(t, spec.Builtin, []string{"Authorization: Bearer {token}"})
	box, err := h.Sandbox(mock.DefaultSandbox)
	if err != nil {
		t.Fatal(err)
	}
	if err := box.Activate(t.Context(), "rate-limited"); err != nil {
		t.Fatal(err)
	}
	id := ask(t, h, asked{line: "POST /auth/logout?trace=1", headers: headers}).Header().Get("Standin-Exchange")
	all := strings.Join(box.Journal().Get(id).Explanation(), "\n")
	for _, part := range []string{
		"sandbox default, its clock at 2026-03-01T09:30:00", "seed 1, call ", "is operation logout (POST /auth/logout) at ", "a credential was presented for the scheme ",
		"its token was issued at 2026-03-01T09:30:00Z and expires at 2026-03-01T09:45:00Z; it is good", `declares no query parameter "trace"`, "scenario rule rate-limited/0",
		"state: ", "wrote storefront.sessions/", "read storefront.users/", "answered 200 by behaviour",
	} {
		if !strings.Contains(all, part) {
			t.Errorf("it does not say %q:\n%s", part, all)
		}
	}
	if token := strings.TrimPrefix(headers[0], "Authorization: Bearer "); strings.Contains(all, token) {
		t.Error("it tells the token")
	}
}
