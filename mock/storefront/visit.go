package storefront

import (
	"crypto/subtle"

	"github.com/standin-dev/standin/mock"
)

// sessionBody is about the size of an answer with a User and two tokens;
// userBody of one with a User.
const (
	sessionBody = 2304
	userBody    = 1152
)

// anonymous begins a session for a visitor. A bearer token that comes along,
// even an expired one, says who it is; its own session goes on beside the new one.
func (s *service) anonymous(tx *mock.Tx, c *mock.Call) mock.Answer {
	var u *user
	message, reason := "Welcome. An anonymous session has begun.", "a new visitor"
	if p := caller(c); p != nil {
		u = p.user
		message, reason = "Welcome back. The anonymous session goes on under the same id.", "the visitor keeps its id"
	} else {
		u = newVisitor(tx)
		putUser(tx, nil, u)
	}
	sid, next := s.next(tx, nil, u, false)
	b := appendSuccess(make([]byte, 0, sessionBody), message)
	b = append(b, `"user":`...)
	b = appendVisitor(b, u)
	b = append(b, ',')
	b = s.appendTokens(tx, b, sid, next, u)
	return ok(append(b, `}}`...), reason)
}

// newVisitor is a visitor who was never here.
func newVisitor(tx *mock.Tx) *user {
	return &user{
		ID: tx.ULID("user"), CustomerID: tx.ULID("customer"), Visitor: true,
		Preferences: preferences{Transactional: channels{Email: true, SMS: true, WhatsApp: true}},
		CreatedAt:   tx.Now(), ModifiedAt: tx.Now(),
	}
}

// logout makes the caller's session anonymous and gives it new tokens; what it
// had before is void.
func (s *service) logout(tx *mock.Tx, c *mock.Call) mock.Answer {
	p := caller(c)
	if p == nil {
		return tokenMissing.answer()
	}
	sid, next := s.next(tx, p, p.user, false)
	b := make([]byte, 0, sessionBody)
	reason := "the session is anonymous again"
	if p.session.LoggedIn {
		b = appendGreeting(b, "Logged out. See you soon", p.user)
	} else {
		b = appendSuccess(b, "Logged out. The session was anonymous already.")
		reason = "the session was anonymous already"
	}
	b = append(b, `"user":`...)
	b = appendUser(b, p.user, false)
	b = append(b, ',')
	b = s.appendTokens(tx, b, sid, next, p.user)
	return ok(append(b, `}}`...), reason)
}

// welcome logs a user in on the caller's session, or on a new one, and answers
// with both.
func (s *service) welcome(tx *mock.Tx, c *mock.Call, u *user, greeting, reason string) mock.Answer {
	sid, next := s.next(tx, caller(c), u, true)
	b := appendGreeting(make([]byte, 0, sessionBody), greeting, u)
	b = append(b, `"user":`...)
	b = appendUser(b, u, true)
	b = append(b, ',')
	b = s.appendTokens(tx, b, sid, next, u)
	return ok(append(b, `}}`...), reason)
}

// refresh trades a refresh token for the session's next pair. The access token
// of before lives on until it expires, since calls that carry it may be on
// their way. A token that was traded before ends the whole session.
func (s *service) refresh(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Token string `json:"refresh_token"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	sid, was, no := s.refreshable(tx, body.Token)
	if no != nil {
		if *no == refreshRotated {
			ended := *was
			ended.Revoked, ended.Live = true, nil
			sessions.Put(tx, sid, &ended)
		}
		return no.answer()
	}
	u := userByID(tx, was.User)
	if gone := goneUser(u); gone != nil {
		return gone.on(c.Operation).answer()
	}
	if was.Since.Before(u.Cut) {
		return refreshRevoked.answer()
	}
	next := *was
	b := appendSuccess(make([]byte, 0, sessionBody), "The session was renewed.")
	b = s.appendTokens(tx, b, sid, &next, u)
	return ok(append(b, `}}`...), "the session's next pair of tokens")
}

// refreshable finds the session that a refresh token may renew. With
// refreshRotated the session is the one to end.
func (s *service) refreshable(tx *mock.Tx, token string) (sid string, was *session, no *refusal) {
	sid, found := sidOf(token)
	if found {
		was, _ = sessions.Get(tx, sid)
	}
	if was != nil && !was.Revoked {
		sum := digestOf(token)
		if subtle.ConstantTimeCompare(sum[:], was.Refresh[:]) == 1 {
			if !tx.Now().Before(was.Expires) {
				return sid, was, &refreshExpired
			}
			return sid, was, nil
		}
	}
	k, v := s.keys.parse(token, tx.Sandbox(), refreshToken)
	if no := v.refusal(refreshUnknown, refreshUnknown); no != nil {
		return "", nil, no
	}
	switch expired := !tx.Now().Before(k.ExpiresAt.Time); {
	case was == nil && expired:
		return "", nil, &refreshExpired
	case was == nil, was.Revoked, k.Gen < was.Epoch:
		return "", nil, &refreshRevoked
	case k.Gen >= was.Gen: // ours by signature, yet not what was given out: the state is older than the token
		return "", nil, &refreshUnknown
	case expired:
		return "", nil, &refreshExpired
	}
	return sid, was, &refreshRotated
}
