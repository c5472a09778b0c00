package control

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// tokenValue is an issued credential, and how to send it.
type tokenValue struct {
	mock.Issued
	Schemes map[string]sendValue `json:"schemes"` // by the names of the document's security schemes
}

// sendValue is how a credential is sent for one security scheme.
type sendValue struct {
	Type     string `json:"type"`
	In       string `json:"in,omitempty"`   // header, query, cookie
	Name     string `json:"name,omitempty"` // of the header, query member or cookie
	Value    string `json:"value,omitempty"`
	User     string `json:"user,omitempty"` // of basic and digest
	Password string `json:"password,omitempty"`
	Note     string `json:"note,omitempty"`
}

func (a *api) tokenValue(is mock.Issued) tokenValue {
	out := tokenValue{is, map[string]sendValue{}}
	for _, s := range a.fake.Document().Schemes() {
		if is.Scheme == "" || is.Scheme == s.Name {
			out.Schemes[s.Name] = sendFor(s, is)
		}
	}
	return out
}

// sendFor tells how a credential is sent for a scheme.
func sendFor(s spec.SchemeUse, is mock.Issued) sendValue {
	out := sendValue{Type: s.Type, In: "header", Name: "Authorization"}
	switch {
	case s.Bearer():
		out.Value = "Bearer " + is.Token
	case s.Type == "apiKey":
		out.In, out.Name, out.Value = s.Kind, s.Param, is.Token
	case s.Type == "http" && s.Kind == "basic":
		out.User, out.Password = is.Subject, is.Token
		out.Value = "Basic " + base64.StdEncoding.EncodeToString([]byte(is.Subject+":"+is.Token))
	case s.Type == "http" && s.Kind == "digest":
		out.User, out.Password = is.Subject, is.Token
		out.Note = "the client makes the header of the 401's challenge (RFC 7616)"
	case s.Type == "http":
		out.Value = s.Kind + " " + is.Token
	case s.Type == "mutualTLS":
		return sendValue{Type: s.Type, Note: "certificates of clients are not looked at: send nothing"}
	default:
		return sendValue{Type: s.Type, Note: "the type of this security scheme is not known"}
	}
	return out
}

// issueToken makes a credential.
func (a *api) issueToken(c *call) answer {
	var in struct {
		Scopes  *[]string       `json:"scopes"`
		Scheme  string          `json:"scheme"`
		Subject string          `json:"subject"`
		Token   string          `json:"token"`
		Expires json.RawMessage `json:"expires_in"`
	}
	if refused := c.decode(&in); refused != nil {
		return *refused
	}
	want := mock.IssueRequest{Scheme: in.Scheme, Subject: in.Subject, Token: in.Token}
	if in.Scopes != nil {
		want.Scopes = append([]string{}, *in.Scopes...)
	}
	var refused *answer
	if want.Life, refused = lifetime(in.Expires); refused != nil {
		return *refused
	}
	is, err := c.box.Issue(c.r.Context(), want)
	switch {
	case errors.Is(err, mock.ErrNoScheme):
		ans := refuse(badBody, "scheme: %v", err)
		var names []string
		for _, s := range a.fake.Document().Schemes() {
			names = append(names, s.Name)
		}
		ans.problem.Nearest = names[:min(len(names), 5)]
		return *ans
	case errors.Is(err, mock.ErrTokenTaken):
		return *refuse(tokenTaken, "%v; DELETE it first", err)
	case errors.Is(err, mock.ErrTokenText), errors.Is(err, mock.ErrSubject):
		return *refuse(badBody, "%v", err)
	case err != nil:
		return *refuse(stateError, "%v", err)
	}
	return answer{status: http.StatusCreated, value: a.tokenValue(is)}
}

// maxLifetime bounds a credential's life, so that its end stays a date.
const maxLifetime = 100 * 365 * 24 * time.Hour

// lifetime reads a number of seconds or a duration; 0 where there is none.
func lifetime(raw json.RawMessage) (time.Duration, *answer) {
	if len(raw) == 0 {
		return 0, nil
	}
	var d time.Duration
	var seconds float64
	var text string
	bad := refuse(badBody, `expires_in is %s: send seconds or a duration such as "15m", at most a hundred years and not 0`, raw)
	switch {
	case string(raw) == "null":
		return 0, bad
	case json.Unmarshal(raw, &seconds) == nil:
		if seconds > maxLifetime.Seconds() || seconds < -maxLifetime.Seconds() {
			return 0, bad
		}
		d = time.Duration(seconds * float64(time.Second))
	case json.Unmarshal(raw, &text) == nil:
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return 0, bad
		}
	}
	if d > maxLifetime || d < -maxLifetime || d == 0 {
		return 0, bad
	}
	return d, nil
}

// listTokens lists what was issued, the oldest first.
func (a *api) listTokens(c *call) answer {
	list := []tokenValue{}
	for _, is := range c.box.Issued(c.r.Context()) {
		list = append(list, a.tokenValue(is))
	}
	return ok(map[string]any{"tokens": list})
}

// revokeToken makes a credential no longer good.
func (a *api) revokeToken(c *call) answer {
	if !c.box.Revoke(c.r.Context(), c.params["id"]) {
		return *refuse(unknownToken, "nothing was issued under the id %s; GET %s/tokens lists what was", short(c.params["id"]), mock.Prefix)
	}
	return done()
}
