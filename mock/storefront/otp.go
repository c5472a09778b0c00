package storefront

import (
	"crypto/subtle"

	"github.com/standin-dev/standin/mock"
)

// What a one-time password is for.
const (
	actionLogin       = "login"
	actionRegister    = "register"
	actionReset       = "reset-password"
	actionVerifyPhone = "verify-phone"
	actionVerifyEmail = "verify-email"
	actionUpdatePhone = "update-phone"
	actionUpdateEmail = "update-email"
)

// send stores a one-time password as sent and answers with what is to be handed
// back together with it; in debug mode the password itself comes along.
func (s *service) send(tx *mock.Tx, c *mock.Call, sent *otp, message string) mock.Answer {
	sent.OTP = s.o.OTP
	sent.CreatedAt = tx.Now()
	sent.ExpiresAt = sent.CreatedAt.Add(s.o.OTPTTL)
	token := tx.ULID("otp")
	if name := tx.Sandbox(); name != defaultSandbox {
		token += "." + name
	}
	makeRoom(tx, otps, maxOTPs)
	otps.Put(tx, token, sent)

	b := appendSuccess(make([]byte, 0, 256), message)
	b = append(b, `"otp_token":`...)
	b = appendString(b, token)
	b = append(b, `,"otp_action":`...)
	b = appendString(b, sent.Action)
	if c.Request.Header.Get("X-Debug-Mode") == "true" {
		b = append(b, `,"otp":`...)
		b = appendString(b, sent.OTP)
	}
	return ok(append(b, `}}`...), "a one-time password for "+sent.Action)
}

// generateOTP sends a one-time password for one purpose.
func (s *service) generateOTP(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Channel     string  `json:"channel"`
		Email       *string `json:"email"`
		Phone       *string `json:"phone"`
		CountryCode *string `json:"country_code"`
		Action      string  `json:"otp_action"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	sent := &otp{Channel: body.Channel, Action: body.Action}
	if body.Channel == "email" {
		body.Phone, sent.To = nil, deref(body.Email)
	} else {
		body.Email, sent.To = nil, phoneKey(deref(body.CountryCode), deref(body.Phone))
	}
	switch body.Action {
	case actionRegister:
		if taken(tx, "", body.Email, body.CountryCode, body.Phone) {
			return alreadyRegistered.answer()
		}
		sent.Pending = pending(tx, sent.To)
		if sent.Pending == nil {
			sent.Pending = &registration{Email: body.Email, Phone: body.Phone, CountryCode: codeFor(body.Phone, body.CountryCode)}
		}
	case actionUpdateEmail, actionUpdatePhone:
		p, no := loggedIn(c)
		if no != nil {
			return no.answer()
		}
		if taken(tx, p.user.ID, body.Email, body.CountryCode, body.Phone) {
			return alreadyRegistered.answer()
		}
		sent.User = p.user.ID
		sent.Pending = &registration{Email: body.Email, Phone: body.Phone, CountryCode: codeFor(body.Phone, body.CountryCode)}
	default:
		u, no := account(tx, c, body.Email, body.CountryCode, body.Phone)
		if no != nil {
			return no.answer()
		}
		sent.User = u.ID
	}
	return s.send(tx, c, sent, "A one-time password was sent to "+sent.To+".")
}

// pending is the newest registration that was begun for an address or number
// and not finished, nil if there is none.
func pending(tx *mock.Tx, to string) (r *registration) {
	for _, sent := range otps.All(tx) {
		if sent.Action == actionRegister && sent.To == to && !sent.Used {
			r = sent.Pending
		}
	}
	return r
}

// redeem takes a one-time password that was sent for one of the actions. Each is
// good once, until it expires, and bears few wrong guesses.
func (s *service) redeem(tx *mock.Tx, token, guess, action string) (*otp, *refusal) {
	sent, found := otps.Get(tx, token)
	switch {
	case !found || sent.Action != action:
		return nil, &unknownOTPToken
	case sent.Used:
		return nil, &usedOTP
	case !tx.Now().Before(sent.ExpiresAt):
		return nil, &expiredOTP
	case sent.Tries >= maxTries:
		return nil, &tooManyOTPs
	}
	n := *sent
	right := subtle.ConstantTimeCompare([]byte(guess), []byte(sent.OTP)) == 1
	if right {
		n.Used = true
	} else {
		n.Tries++
	}
	otps.Put(tx, token, &n)
	if !right {
		return nil, &wrongOTP
	}
	return &n, nil
}

// verifyOTP does what the one-time password was asked for, and logs in: who got
// it has shown to be the user.
func (s *service) verifyOTP(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		OTP    string `json:"otp"`
		Token  string `json:"otp_token"`
		Action string `json:"otp_action"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	sent, no := s.redeem(tx, body.Token, body.OTP, body.Action)
	if no != nil {
		return no.answer()
	}
	if sent.User == "" {
		u, no := enrol(tx, c, sent.Pending)
		if no != nil {
			return undone(*no)
		}
		return s.welcome(tx, c, prove(tx, u, sent), "Welcome", "registered")
	}
	u := userByID(tx, sent.User)
	if gone := goneUser(u); gone != nil {
		return gone.on(c.Operation).answer()
	}
	if r := sent.Pending; r != nil { // another address or number
		if taken(tx, u.ID, r.Email, r.CountryCode, r.Phone) {
			return undone(alreadyRegistered)
		}
		n := *u
		if r.Email != nil {
			n.Email = r.Email
		} else {
			n.Phone, n.CountryCode = r.Phone, r.CountryCode
		}
		putUser(tx, u, &n)
		u = &n
	}
	return s.welcome(tx, c, prove(tx, u, sent), "Welcome back", "the one-time password is right")
}

// undone refuses and takes back what was written: the one-time password stays
// good for when the obstacle is gone.
func undone(r refusal) mock.Answer {
	a := r.answer()
	a.Rollback = true
	return a
}

// prove marks the address or number that a one-time password went to as
// verified, if it is the user's still.
func prove(tx *mock.Tx, u *user, sent *otp) *user {
	n := *u
	switch {
	case sent.Channel == "email" && u.Email != nil && emailKey(*u.Email) == emailKey(sent.To):
		n.EmailVerified = true
	case sent.Channel != "email" && u.Phone != nil && phoneKey(deref(u.CountryCode), *u.Phone) == sent.To:
		n.PhoneVerified = true
	}
	if n.EmailVerified == u.EmailVerified && n.PhoneVerified == u.PhoneVerified && sent.Pending == nil {
		return u
	}
	n.ModifiedAt = tx.Now()
	putUser(tx, u, &n)
	return &n
}
