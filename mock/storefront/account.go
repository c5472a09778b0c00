package storefront

import (
	"encoding/json"
	"strconv"

	"github.com/standin-dev/standin/mock"
)

// loggedIn is the call's principal, if its session is logged in.
func loggedIn(c *mock.Call) (*principal, *refusal) {
	p := caller(c)
	switch {
	case p == nil:
		return nil, &tokenMissing
	case !p.session.LoggedIn:
		return nil, &loginNeeded
	}
	return p, nil
}

// self is the call's principal, if the path's {id} is its own. Whoever asks for
// somebody else learns no more than for an id that nobody has.
func self(c *mock.Call) (*principal, *refusal) {
	p := caller(c)
	if p == nil {
		return nil, &tokenMissing
	}
	if len(c.Params) == 0 || c.Params[0].Value != p.user.ID {
		no := userNotFound.on(c.Operation)
		return nil, &no
	}
	return p, nil
}

// selfLoggedIn is self for what only a logged-in session may do.
func selfLoggedIn(c *mock.Call) (*principal, *refusal) {
	if _, no := self(c); no != nil {
		return nil, no
	}
	return loggedIn(c)
}

// value is the user for expressions.
func (p *principal) value() any {
	var v any
	if err := json.Unmarshal(appendUser(nil, p.user, p.session.LoggedIn), &v); err != nil {
		return nil // what appendUser writes is JSON
	}
	return v
}

func userAnswer(message string, u *user, loggedIn bool) mock.Answer {
	b := appendSuccess(make([]byte, 0, userBody), message)
	b = append(b, `"user":`...)
	b = appendUser(b, u, loggedIn)
	return ok(append(b, `}}`...), message)
}

// done is a success with nothing to return.
func done(message string) mock.Answer {
	b := append([]byte(nil), `{"message":`...)
	b = appendString(b, message)
	return ok(append(b, `,"success":true}`...), message)
}

// getUser answers with the caller itself, in any kind of session.
func (s *service) getUser(_ *mock.Tx, c *mock.Call) mock.Answer {
	p, no := self(c)
	if no != nil {
		return no.answer()
	}
	return userAnswer("Here is the user.", p.user, p.session.LoggedIn)
}

// updateUser changes those members of the caller that the body names.
func (s *service) updateUser(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	var members map[string]json.RawMessage
	if err := c.Decode(&members); err != nil {
		return malformed(err)
	}
	u, wrong := edit(tx, p.user, members, byUser)
	if wrong != nil {
		return invalid("body/"+wrong.name, wrong.what).answer()
	}
	if taken(tx, u.ID, u.Email, u.CountryCode, u.Phone) {
		return alreadyRegistered.answer()
	}
	putUser(tx, p.user, u)
	return userAnswer("The user was updated.", u, true)
}

// deleteUser removes the caller for good.
func (s *service) deleteUser(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	removeUser(tx, p.user)
	return done("The user was deleted.")
}

// deactivateUser closes the caller's account.
func (s *service) deactivateUser(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := selfLoggedIn(c)
	if no != nil {
		return no.answer()
	}
	u := *p.user
	u.Deactivated = true
	u.ModifiedAt, u.Cut = tx.Now(), tx.Now()
	putUser(tx, p.user, &u)
	return done("The user was deactivated.")
}

// verified tells which of the addresses and numbers somebody has verified, in
// the order in which they were asked for. Numbers count as Indian.
func (s *service) verified(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Phone []string `json:"phone"`
		Email []string `json:"email"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	var provenPhones, provenEmails []string
	for _, phone := range body.Phone {
		if u := userByPhone(tx, india, phone); u != nil && u.PhoneVerified {
			provenPhones = append(provenPhones, phone)
		}
	}
	for _, email := range body.Email {
		if u := userByEmail(tx, email); u != nil && u.EmailVerified {
			provenEmails = append(provenEmails, email)
		}
	}
	message := strconv.Itoa(len(provenPhones)+len(provenEmails)) + " of " +
		strconv.Itoa(len(body.Phone)+len(body.Email)) + " are verified."
	b := appendSuccess(nil, message)
	b = append(b, `"verified_phone":`...)
	b = appendStrings(b, provenPhones)
	b = append(b, `,"verified_email":`...)
	b = appendStrings(b, provenEmails)
	return ok(append(b, `}}`...), message)
}
