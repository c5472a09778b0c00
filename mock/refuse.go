package mock

import (
	"encoding/json"
	"net/http"

	"github.com/standin-dev/standin/spec"
)

// refusal is one way in which Standin itself, not the API, answers a request.
// All of them stand in this table, and go out as RFC 9457 problem details.
type refusal struct {
	code   string // the last part of the problem's type
	title  string
	status int
}

// ProblemType is what the types of our problems start with.
const ProblemType = "https://standin.dev/problems/"

// The refusals.
var (
	refuseSandboxName = refusal{"bad-sandbox-name", "No sandbox can have that name", http.StatusBadRequest}
	refuseHeaders     = refusal{"headers-too-large", "The request's headers are too large", http.StatusRequestHeaderFieldsTooLarge}
	refuseTooLarge    = refusal{"body-too-large", "The request's body is too large", http.StatusRequestEntityTooLarge}
	refuseBroken      = refusal{"body-broken", "The request's body broke off", http.StatusBadRequest}
	refuseTimeout     = refusal{"body-timeout", "The request's body took too long", http.StatusRequestTimeout}
	refusePath        = refusal{"unknown-path", "The document has no such path", http.StatusNotFound}
	refuseMethod      = refusal{"unknown-method", "The document has this path with other methods only", http.StatusMethodNotAllowed}
	refusePrefer      = refusal{"bad-preference", "The request prefers what cannot be", http.StatusBadRequest}
	refuseScenario    = refusal{"unknown-scenario", "There is no such scenario", http.StatusBadRequest}
	refuseSecurity    = refusal{"unauthorized", "The request lacks a credential that the operation asks for", http.StatusUnauthorized}
	refuseCoding      = refusal{"unknown-coding", "The request's body has a content coding that is not understood", http.StatusUnsupportedMediaType}
	refuseCoded       = refusal{"bad-coding", "The request's body is not encoded as it says", http.StatusBadRequest}
	refuseScopes      = refusal{"insufficient-scope", "The credential lacks a scope that the operation asks for", http.StatusForbidden}
	refuseInvalid     = refusal{"invalid-request", "The request breaks the document", http.StatusBadRequest}
	refuseAccept      = refusal{"not-acceptable", "Accept takes none of the documented media types", http.StatusNotAcceptable}
	refuseMedia       = refusal{"unsupported-media-type", "The operation takes no body of this media type", http.StatusUnsupportedMediaType}
	refuseNoAnswer    = refusal{"no-answer", "The document gives nothing to answer with", http.StatusInternalServerError}
	refuseOurs        = refusal{"invalid-response", "The fake's own response breaks the document", http.StatusInternalServerError}
	refuseUpstream    = refusal{"bad-gateway", "The real service could not be asked", http.StatusBadGateway}
	refuseMissing     = refusal{"not-found", "There is no such thing", http.StatusNotFound}
	refuseTaken       = refusal{"conflict", "There is such a thing already", http.StatusConflict}
	refuseUnkept      = refusal{"cannot-be-kept", "The thing cannot be kept as it is", http.StatusBadRequest}
	refuseUnpatched   = refusal{"bad-patch", "The patch cannot be applied", http.StatusUnprocessableEntity}
	refuseFull        = refusal{"sandbox-full", "The sandbox holds as much as it may", http.StatusInsufficientStorage}
	refuseState       = refusal{"state-error", "The sandbox's state could not be changed", http.StatusInternalServerError}
)

// problem is the body of a refusal (RFC 9457, 3). Message, success and code are
// for clients that read every error as the API's own.
type problem struct {
	Type       string           `json:"type"`
	Title      string           `json:"title"`
	Status     int              `json:"status"`
	Detail     string           `json:"detail"`
	Operation  string           `json:"operation,omitempty"`
	Pointer    string           `json:"pointer,omitempty"`
	Allow      []string         `json:"allow,omitempty"`
	Nearest    []string         `json:"nearest,omitempty"`
	Violations []spec.Violation `json:"violations,omitempty"`
	Message    string           `json:"message"`
	Success    bool             `json:"success"`
	Code       string           `json:"code"`
}

// plan makes the plan of a refusal; fill may add to the problem, and be nil.
func (r refusal) plan(detail string, fill func(*problem)) plan {
	p := problem{Type: ProblemType + r.code, Title: r.title, Status: r.status, Detail: detail, Message: detail, Code: r.code}
	if fill != nil {
		fill(&p)
	}
	// A problem is strings and numbers: it cannot fail to marshal.
	body, _ := json.Marshal(p)
	header := http.Header{"Content-Type": {"application/problem+json"}}
	if len(p.Allow) > 0 {
		header["Allow"] = []string{joinComma(p.Allow)}
	}
	return plan{
		response: spec.Response{Status: r.status, Header: header, Body: body},
		reason:   detail,
		source:   SourceRefusal,
		ours:     true,
	}
}
