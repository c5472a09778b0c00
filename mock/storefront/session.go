package storefront

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// principal is who makes a call: a session and its user.
type principal struct {
	sid     string
	session *session
	user    *user
	token   access
	expired bool // on POST /auth/anonymous only, where it does no harm
}

// caller is the call's principal, nil when it has none or there is no call.
func caller(c *mock.Call) *principal {
	if c == nil {
		return nil
	}
	p, _ := c.Identity.Principal.(*principal)
	return p
}

// authenticate looks up the access token of a call. A token that is live is
// found by its session and compared as a whole; only another one is parsed, to
// say what is wrong with it.
func (s *service) authenticate(tx *mock.Tx, c *mock.Call) (mock.Identity, *mock.Answer) {
	token := c.Bearer()
	if token == "" {
		return mock.Identity{}, nil // an API key alone; every one opens the store
	}
	p, no := s.find(tx, token)
	if no == nil && p.expired && !mayBeExpired(c.Operation) {
		no = &tokenExpired
	}
	id := mock.Identity{Token: scenarios.Token{Present: true, IssuedAt: p.token.IssuedAt, ExpiresAt: p.token.ExpiresAt, Session: p.sid}}
	if no != nil {
		return id, refuse(*no)
	}
	if gone := goneUser(p.user); gone != nil {
		if c.Operation.NeedsBearer() {
			id.Token.Valid = true
			return id, refuse(gone.on(c.Operation))
		}
		return id, nil // whoever logs in anew needs no leave from a user that is gone
	}
	id.Token.Valid = !p.expired
	id.User = p.value
	id.Principal = p
	return id, nil
}

func refuse(r refusal) *mock.Answer {
	a := r.answer()
	return &a
}

// goneUser is the refusal for a user that is not there any more, nil if it is.
func goneUser(u *user) *refusal {
	switch {
	case u == nil:
		return &userNotFound
	case u.Deactivated:
		return &userDeactivated
	}
	return nil
}

// mayBeExpired tells whether an expired access token is good enough. It is for
// an anonymous session: the published client, once its refresh token has
// expired too, asks for one with the old bearer token and expects to get it.
func mayBeExpired(op *spec.Operation) bool {
	return op.Method == "POST" && op.Path == "/auth/anonymous"
}

// find finds the session that an access token belongs to. The principal is
// never nil; what is known of a bad token stands in it.
func (s *service) find(tx *mock.Tx, token string) (*principal, *refusal) {
	p := &principal{}
	sid, ok := sidOf(token)
	if ok {
		p.session, _ = sessions.Get(tx, sid)
	}
	if p.session == nil {
		return s.explain(tx, token, p)
	}
	sum := digestOf(token)
	for i := range p.session.Live {
		if live := &p.session.Live[i]; subtle.ConstantTimeCompare(live.Digest[:], sum[:]) == 1 {
			p.sid, p.token = sid, *live
		}
	}
	if p.sid == "" {
		return s.explain(tx, token, p)
	}
	p.user = userByID(tx, p.session.User)
	p.expired = !tx.Now().Before(p.token.ExpiresAt)
	if p.user != nil && p.session.Since.Before(p.user.Cut) && !p.user.Deactivated {
		return p, &tokenRevoked
	}
	return p, nil
}

// digestOf is the digest of a token that came in.
func digestOf(token string) digest {
	var scratch [1024]byte // so that a token of the usual size costs no allocation
	return sha256.Sum256(append(scratch[:0], token...))
}

// explain says what is wrong with an access token that is not live.
// p.session is the session that it claims, if there is one.
func (s *service) explain(tx *mock.Tx, token string, p *principal) (*principal, *refusal) {
	claimed := p.session
	p.session = nil
	c, v := s.keys.parse(token, tx.Sandbox(), accessToken)
	if no := v.refusal(tokenInvalid, tokenMalformed); no != nil {
		return p, no
	}
	p.sid = c.SID
	p.token = access{IssuedAt: c.IssuedAt.Time.UTC(), ExpiresAt: c.ExpiresAt.Time.UTC()}
	p.user = userByID(tx, c.UID)
	if claimed != nil && (claimed.Revoked || c.Gen < claimed.Epoch || p.user != nil && claimed.Since.Before(p.user.Cut)) {
		return p, &tokenRevoked
	}
	if tx.Now().Before(p.token.ExpiresAt) {
		return p, &tokenRevoked // its session was ended, or has too many since
	}
	p.expired = true
	return p, nil
}

// refusal is what a verdict means, nil for a genuine token.
func (v verdict) refusal(notOurs, unreadable refusal) *refusal {
	var r refusal
	switch v {
	case verdictGenuine:
		return nil
	case verdictMalformed:
		r = unreadable
	case verdictAlgorithm:
		r = notOurs.because("It is signed with another algorithm.")
	case verdictSandbox:
		r = notOurs.because("It belongs to another sandbox.")
	case verdictKind:
		r = notOurs.because("It is a token for another use.")
	default:
		r = notOurs.because("Its signature is wrong.")
	}
	return &r
}

// next is the session that a call turns into: its own, or a new one, with the
// privilege of a user. All that the session was good for before ends.
func (s *service) next(tx *mock.Tx, p *principal, u *user, loggedIn bool) (sid string, next *session) {
	now := tx.Now()
	if p == nil {
		s.forget(tx)
		return tx.ULID("session"), &session{User: u.ID, Visitor: u.ID, LoggedIn: loggedIn, Epoch: 1, Since: now}
	}
	n := *p.session
	n.User, n.LoggedIn = u.ID, loggedIn
	n.Epoch, n.Since, n.Live = n.Gen+1, now, nil
	return p.sid, &n
}

// appendTokens gives a session its next pair of tokens, stores it, and appends
// the members access_token and refresh_token. Next is the session's new record.
func (s *service) appendTokens(tx *mock.Tx, b []byte, sid string, next *session, u *user) []byte {
	return s.appendTokensFor(tx, b, sid, next, u, s.o.AccessTTL)
}

func (s *service) appendTokensFor(tx *mock.Tx, b []byte, sid string, next *session, u *user, ttl time.Duration) []byte {
	now := tx.Now()
	iat := now.Truncate(time.Second) // a token tells whole seconds
	next.Gen++
	live := access{IssuedAt: now, ExpiresAt: iat.Add(ttl)}
	next.Expires = iat.Add(s.o.RefreshTTL)

	var scratch [1024]byte
	b = append(b, `"access_token":"`...)
	b, live.Digest = s.keys.append(b, tx.Sandbox(), s.appendAccessClaims(scratch[:0], sid, next, u, iat, live.ExpiresAt))
	b = append(b, `","refresh_token":"`...)
	b, next.Refresh = s.keys.append(b, tx.Sandbox(), appendRefreshClaims(scratch[:0], sid, next, iat, next.Expires))
	b = append(b, '"')

	next.Live = withLive(next.Live, live, now)
	sessions.Put(tx, sid, next)
	return b
}

// withLive is the list with one more, without the expired ones, and without the
// oldest if there are too many.
func withLive(list []access, one access, now time.Time) []access {
	kept := make([]access, 0, len(list)+1)
	for _, a := range list {
		if now.Before(a.ExpiresAt) {
			kept = append(kept, a)
		}
	}
	kept = append(kept, one)
	if len(kept) > maxLive {
		kept = kept[len(kept)-maxLive:]
	}
	return kept
}

// look is how many of the oldest sessions are looked at when one begins.
const look = 8

// forget makes room for a new session: of the oldest few those that have
// expired go, and when the table is full, of the same the one that will expire
// first.
func (s *service) forget(tx *mock.Tx) {
	now := tx.Now()
	var old [look]string
	n, first := 0, ""
	var soonest time.Time
	seen := 0
	for sid, was := range sessions.All(tx) {
		if seen++; seen > look {
			break
		}
		if !now.Before(was.Expires) {
			old[n] = sid
			n++
		} else if first == "" || was.Expires.Before(soonest) {
			first, soonest = sid, was.Expires
		}
	}
	for _, sid := range old[:n] {
		sessions.Delete(tx, sid)
	}
	if sessions.Len(tx) >= maxSessions && first != "" {
		sessions.Delete(tx, first)
	}
}
