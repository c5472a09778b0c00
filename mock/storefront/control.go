package storefront

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/standin-dev/standin/mock"
)

// Limits of the control API's calls.
const (
	maxMake = 1000 // users made by one call
	maxList = 1000 // records listed by one call
)

// controls are the calls that the storefront adds to the control API.
func (s *service) controls() []mock.ControlRoute {
	return []mock.ControlRoute{
		{Method: "GET", Path: "/users", Serve: s.listUsers},
		{Method: "POST", Path: "/users", Serve: s.makeUsers},
		{Method: "GET", Path: "/users/{id}", Serve: onUser(s.showUser)},
		{Method: "PATCH", Path: "/users/{id}", Serve: onUser(s.patchUser)},
		{Method: "DELETE", Path: "/users/{id}", Serve: onUser(s.dropUser)},
		{Method: "POST", Path: "/users/{id}/tokens", Serve: onUser(s.makeTokens)},
		{Method: "GET", Path: "/otps", Serve: s.listOTPs},
	}
}

func problem(status int, format string, args ...any) mock.ControlAnswer {
	return mock.ControlAnswer{Status: status, Problem: fmt.Sprintf(format, args...)}
}

// onUser finds the user of a path before it is acted on: registered, deactivated
// or a visitor.
func onUser(act func(tx *mock.Tx, r *mock.ControlRequest, u *user) mock.ControlAnswer) func(*mock.Tx, *mock.ControlRequest) mock.ControlAnswer {
	return func(tx *mock.Tx, r *mock.ControlRequest) mock.ControlAnswer {
		u := userByID(tx, r.Params["id"])
		if u == nil {
			return problem(404, "no user has the id %q; GET /users lists them", r.Params["id"])
		}
		return act(tx, r, u)
	}
}

// appendRecord appends a user as the operator sees it: the document's User
// without what depends on a session, and with what the API never tells.
func appendRecord(b []byte, u *user) []byte {
	b = appendProfile(b, u)
	b = append(b, `,"deactivated":`...)
	b = strconv.AppendBool(b, u.Deactivated)
	b = append(b, `,"has_password":`...)
	b = strconv.AppendBool(b, u.Password != "")
	b = append(b, `,"is_visitor":`...)
	b = strconv.AppendBool(b, u.Visitor)
	return append(b, '}')
}

func record(u *user) json.RawMessage { return appendRecord(nil, u) }

// listUsers lists registered users by id: oldest first. `after` is an id to go
// on from, `limit` at most 1000.
func (s *service) listUsers(tx *mock.Tx, r *mock.ControlRequest) mock.ControlAnswer {
	limit, err := limitOf(r, maxList)
	if err != nil {
		return problem(400, "%v", err)
	}
	after := ""
	if v := r.Query["after"]; len(v) > 0 {
		after = v[0]
	}
	list := []json.RawMessage{}
	for id, u := range users.From(tx, after) {
		if len(list) == limit {
			break
		}
		if id != after {
			list = append(list, record(u))
		}
	}
	return mock.ControlAnswer{Status: 200, Value: map[string]any{"users": list}}
}

// limitOf reads the query's limit.
func limitOf(r *mock.ControlRequest, most int) (int, error) {
	v := r.Query["limit"]
	if len(v) == 0 {
		return most, nil
	}
	n, err := strconv.Atoi(v[0])
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("limit %q: want a number from 1 to %d", v[0], most)
	}
	return n, nil
}

// members decodes a request's body; none is an empty object.
func members(r *mock.ControlRequest) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if len(bytes.TrimSpace(r.Body)) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(r.Body, &m); err != nil || m == nil {
		return nil, fmt.Errorf("the body is no JSON object")
	}
	return m, nil
}

// makeUsers makes up users, `count` of them, one if that is left out. Other
// members are set on each in place of what was made up.
func (s *service) makeUsers(tx *mock.Tx, r *mock.ControlRequest) mock.ControlAnswer {
	fields, err := members(r)
	if err != nil {
		return problem(400, "%v", err)
	}
	count := 1
	if raw, given := fields["count"]; given {
		if json.Unmarshal(raw, &count) != nil || count < 1 || count > maxMake {
			return problem(400, "count: want a number from 1 to %d, got %s", maxMake, raw)
		}
		delete(fields, "count")
	}
	for _, name := range []string{"email", "phone"} {
		if raw, given := fields[name]; given && count > 1 && string(raw) != "null" {
			return problem(400, "%s: %d users cannot share one; leave it out or make one user", name, count)
		}
	}
	list := []json.RawMessage{}
	for n := range count {
		u, no := s.makeUser(tx, n, fields)
		if no != nil {
			return *no
		}
		list = append(list, record(u))
	}
	return mock.ControlAnswer{Status: 201, Value: map[string]any{"users": list}}
}

func (s *service) makeUser(tx *mock.Tx, n int, fields map[string]json.RawMessage) (*user, *mock.ControlAnswer) {
	made := person(tx, n)
	for _, name := range []string{"email", "phone"} { // those of the fields are as verified as the made-up ones
		if _, given := fields[name]; given && fields["is_"+name+"_verified"] == nil {
			fields["is_"+name+"_verified"] = json.RawMessage("true")
		}
	}
	u, wrong := edit(tx, made, fields, byOperator)
	if wrong != nil {
		no := problem(400, "%s %s", wrong.name, wrong.what)
		return nil, &no
	}
	if taken(tx, u.ID, u.Email, u.CountryCode, u.Phone) {
		no := problem(409, "another user has this e-mail address or phone number")
		return nil, &no
	}
	u.Cut = time.Time{}
	putUser(tx, nil, u)
	return u, nil
}

func (s *service) showUser(_ *mock.Tx, _ *mock.ControlRequest, u *user) mock.ControlAnswer {
	return mock.ControlAnswer{Status: 200, Value: record(u)}
}

// patchUser sets the members that the body names.
func (s *service) patchUser(tx *mock.Tx, r *mock.ControlRequest, was *user) mock.ControlAnswer {
	fields, err := members(r)
	if err != nil {
		return problem(400, "%v", err)
	}
	u, wrong := edit(tx, was, fields, byOperator)
	if wrong != nil {
		return problem(400, "%s %s", wrong.name, wrong.what)
	}
	if taken(tx, u.ID, u.Email, u.CountryCode, u.Phone) {
		return problem(409, "another user has this e-mail address or phone number")
	}
	putUser(tx, was, u)
	return mock.ControlAnswer{Status: 200, Value: record(u)}
}

// dropUser removes a user; its tokens answer 404 from then on.
func (s *service) dropUser(tx *mock.Tx, _ *mock.ControlRequest, u *user) mock.ControlAnswer {
	removeUser(tx, u)
	return mock.ControlAnswer{Status: 204}
}

// makeTokens begins a session for a user without a login, logged in unless
// `logged_in` is false. `expires_in` is the access token's life, seconds or a
// duration such as "15m"; a negative one has expired already.
func (s *service) makeTokens(tx *mock.Tx, r *mock.ControlRequest, u *user) mock.ControlAnswer {
	fields, err := members(r)
	if err != nil {
		return problem(400, "%v", err)
	}
	in, ttl := !u.Visitor, s.o.AccessTTL
	for name, raw := range fields {
		switch name {
		case "logged_in":
			if what := setBool(&in, raw); what != "" {
				return problem(400, "logged_in %s", what)
			}
		case "expires_in":
			if ttl, err = lifetime(raw); err != nil {
				return problem(400, "expires_in: %v", err)
			}
		default:
			return problem(400, "%s is not a member that can be set: expires_in, logged_in are", name)
		}
	}
	if in && u.Visitor {
		return problem(400, "logged_in: the user is a visitor and has no account to be logged in to")
	}
	sid, next := s.next(tx, nil, u, in)
	b := append([]byte(nil), '{')
	b = s.appendTokensFor(tx, b, sid, next, u, ttl)
	b = append(b, `,"session":"`...)
	b = append(b, sid...)
	b = append(b, `","expires_at":`...)
	b = appendTime(b, next.Live[0].ExpiresAt)
	return mock.ControlAnswer{Status: 201, Value: json.RawMessage(append(b, '}'))}
}

// maxLifetime bounds a token's life, so that its expiry stays a date.
const maxLifetime = 100 * 365 * 24 * time.Hour

// lifetime reads a number of seconds or a duration.
func lifetime(raw json.RawMessage) (time.Duration, error) {
	var text string
	var seconds float64
	var d time.Duration
	switch {
	case json.Unmarshal(raw, &seconds) == nil && string(raw) != "null":
		if seconds > maxLifetime.Seconds() || seconds < -maxLifetime.Seconds() {
			return 0, fmt.Errorf("%s seconds are more than a hundred years", raw)
		}
		d = time.Duration(seconds * float64(time.Second))
	case json.Unmarshal(raw, &text) == nil && text != "":
		var err error
		if d, err = time.ParseDuration(text); err != nil {
			return 0, fmt.Errorf("%q: want seconds or a duration such as \"15m\"", text)
		}
	default:
		return 0, fmt.Errorf("%s: want seconds or a duration such as \"15m\"", raw)
	}
	if d > maxLifetime || d < -maxLifetime {
		return 0, fmt.Errorf("%v is more than a hundred years", d)
	}
	return d, nil
}

// sentOTP is a one-time password in the control API.
type sentOTP struct {
	OTP       string    `json:"otp"`
	Token     string    `json:"otp_token"`
	Channel   string    `json:"channel"`
	To        string    `json:"to"`
	Action    string    `json:"otp_action"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Used      bool      `json:"used"`
}

// listOTPs lists the one-time passwords that would have been sent, newest
// first; `limit` at most 1000.
func (s *service) listOTPs(tx *mock.Tx, r *mock.ControlRequest) mock.ControlAnswer {
	limit, err := limitOf(r, maxOTPs)
	if err != nil {
		return problem(400, "%v", err)
	}
	list := []sentOTP{}
	for token, o := range otps.All(tx) {
		list = append(list, sentOTP{o.OTP, token, o.Channel, o.To, o.Action, o.CreatedAt, o.ExpiresAt, o.Used})
	}
	// Ids of one millisecond are in no order; creation is.
	slices.SortStableFunc(list, func(a, b sentOTP) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return mock.ControlAnswer{Status: 200, Value: map[string]any{"otps": list[:min(limit, len(list))]}}
}
