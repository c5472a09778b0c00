package storefront

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// refusal is one way of saying no. Codes are stable and messages are those of
// the document's named examples.
type refusal struct {
	status  int
	code    string
	message string
	where   string // with what, the one entry of errors
	what    string
}

// Everything that the fake refuses.
var (
	wrongPassword    = refusal{status: 400, code: "wrong_password", message: "This is not the right password."}
	passwordNotSet   = refusal{status: 400, code: "password_not_set", message: "This user has no password. Log in with a one-time password instead."}
	passwordMismatch = refusal{status: 400, code: "password_mismatch", message: "The password and its confirmation differ.",
		where: "body/confirm_password", what: "differs from the password"}
	alreadyRegistered = refusal{status: 400, code: "already_registered", message: "Another user has this e-mail address or phone number."}

	wrongOTP        = refusal{status: 400, code: "wrong_otp", message: "This is not the one-time password that was sent."}
	tooManyOTPs     = refusal{status: 400, code: "wrong_otp", message: "There were too many wrong one-time passwords. Ask for a new one."}
	usedOTP         = refusal{status: 400, code: "otp_used", message: "This one-time password was used before. Ask for a new one."}
	expiredOTP      = refusal{status: 400, code: "otp_expired", message: "This one-time password has expired. Ask for a new one."}
	unknownOTPToken = refusal{status: 400, code: "otp_token_unknown", message: "No one-time password was sent for this token and purpose."}

	refreshUnknown = refusal{status: 400, code: "refresh_token_unknown", message: "This refresh token was never given out here."}
	refreshExpired = refusal{status: 400, code: "refresh_token_expired", message: "This refresh token has expired. Log in again."}
	refreshRotated = refusal{status: 400, code: "refresh_token_rotated", message: "This refresh token was traded in before. The whole session is ended; log in again."}
	refreshRevoked = refusal{status: 400, code: "refresh_token_revoked", message: "This refresh token was revoked. Log in again."}

	tokenMissing   = unauthorized("The access token is missing.")
	tokenMalformed = unauthorized("The Authorization header holds no bearer token that can be read.")
	tokenInvalid   = unauthorized("The access token was not issued here.")
	tokenExpired   = unauthorized("The access token has expired.")
	tokenRevoked   = unauthorized("The access token was revoked.")
	keyMissing     = unauthorized("The X-Api-Key header is missing.")
	loginNeeded    = unauthorized("The session is anonymous. Log in first.")

	userNotFound    = refusal{status: 404, code: "not_found", message: "There is no such user."}
	accountNotFound = refusal{status: 404, code: "not_found", message: "Nobody is registered with this e-mail address or phone number."}
	userDeactivated = refusal{status: 404, code: "user_deactivated", message: "This user was deactivated."}
	imageNotFound   = refusal{status: 404, code: "image_not_found", message: "The user has no profile image."}
)

func unauthorized(message string) refusal {
	return refusal{status: 401, code: "unauthorized", message: message}
}

// invalid refuses one place of a request.
func invalid(where, what string) refusal {
	return refusal{status: 400, code: "invalid_request", message: "The request is not valid.", where: where, what: what}
}

// because adds a sentence to the message.
func (r refusal) because(detail string) refusal {
	r.message += " " + detail
	return r
}

// on fits a 404 to an operation: one that documents none says the same in a
// 400, and one without that either says 401.
func (r refusal) on(op *spec.Operation) refusal {
	if r.status != http.StatusNotFound || op.Response(404) != nil {
		return r
	}
	if op.Response(400) == nil {
		return unauthorized(r.message)
	}
	r.status = http.StatusBadRequest
	if r.code == "not_found" {
		r.code, r.message = "user_not_found", userNotFound.message
	}
	return r
}

// answer is the refusal as it goes out.
func (r refusal) answer() mock.Answer {
	b := make([]byte, 0, 64+len(r.message)+len(r.code)+len(r.where)+len(r.what))
	b = appendRefusal(b, r.message, r.code)
	if r.where != "" {
		b = append(b, `,"errors":{`...)
		b = appendString(b, r.where)
		b = append(b, `:[`...)
		b = appendString(b, r.what)
		b = append(b, `]}`...)
	}
	return mock.Answer{Status: r.status, Body: append(b, '}'), Reason: r.message}
}

func appendRefusal(b []byte, message, code string) []byte {
	b = append(b, `{"message":`...)
	b = appendString(b, message)
	b = append(b, `,"success":false,"code":`...)
	return appendString(b, code)
}

// refuseCredentials answers a call whose credentials are missing or are not of
// the form that the operation's security asks for.
func refuseCredentials(_ *mock.Tx, c *mock.Call, _ []spec.Violation) mock.Answer {
	for _, alternative := range c.Operation.Security {
		for _, scheme := range alternative {
			if scheme.Type == "apiKey" && scheme.Kind == "header" && c.Request.Header.Get(scheme.Param) == "" {
				return keyMissing.answer()
			}
		}
	}
	if c.Request.Header.Get("Authorization") == "" {
		return tokenMissing.answer()
	}
	return tokenMalformed.answer()
}

// unreadable tells whether a request's body is meant to be JSON and is not.
func unreadable(r *spec.Request) bool {
	return len(r.Body) > 0 && !json.Valid(r.Body) && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/")
}

// refuseRequest answers a call that breaks the document: errors maps the place
// of each mistake to what is wrong there, in the order in which they were found.
func refuseRequest(_ *mock.Tx, c *mock.Call, violations []spec.Violation) mock.Answer {
	message, code := "The request is not valid.", "invalid_request"
	var places []string
	at := map[string][]string{}
	for _, v := range violations {
		if v.Severity == spec.SeverityWarning {
			continue
		}
		if v.Where == "body" && unreadable(c.Request) {
			message, code = "The request body is not JSON.", "malformed_body"
		}
		if at[v.Where] == nil {
			places = append(places, v.Where)
		}
		at[v.Where] = append(at[v.Where], v.Message)
	}
	b := appendRefusal(nil, message, code)
	b = append(b, `,"errors":{`...)
	for i, place := range places {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, place)
		b = append(b, ':')
		b = appendStrings(b, at[place])
	}
	b = append(b, `}}`...)
	return mock.Answer{Status: http.StatusBadRequest, Body: b, Reason: message}
}
