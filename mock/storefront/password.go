package storefront

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// hashPassword salts and hashes a password for storing: "SALT:HASH", both in
// hexadecimal, the hash SHA-256 of salt and password. That keeps plain
// passwords out of exports and is quick; it would not withstand an attack, and
// a fake's passwords need not.
func hashPassword(password string, seed [2]uint64) string {
	salt := binary.BigEndian.AppendUint64(nil, seed[0])
	sum := sha256.Sum256(append(salt, password...))
	return hex.EncodeToString(salt) + ":" + hex.EncodeToString(sum[:])
}

// passwordMatches compares a password with what hashPassword made.
func passwordMatches(stored, password string) bool {
	salt, hash, _ := strings.Cut(stored, ":")
	raw, err := hex.DecodeString(salt)
	if err != nil {
		return false
	}
	want, err := hex.DecodeString(hash)
	if err != nil {
		return false
	}
	sum := sha256.Sum256(append(raw, password...))
	return subtle.ConstantTimeCompare(want, sum[:]) == 1
}

// changePassword replaces the caller's password. Every session of the user ends
// but the caller's, which gets new tokens.
func (s *service) changePassword(tx *mock.Tx, c *mock.Call) mock.Answer {
	p, no := loggedIn(c)
	if no != nil {
		return no.answer()
	}
	var body struct {
		Old     string `json:"old_password"`
		New     string `json:"new_password"`
		Confirm string `json:"confirm_password"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	switch {
	case p.user.Password == "":
		return passwordNotSet.answer()
	case !passwordMatches(p.user.Password, body.Old):
		return wrongPassword.answer()
	case body.New != body.Confirm:
		return passwordMismatch.answer()
	}
	u := setPassword(tx, p.user, body.New)
	sid, next := s.next(tx, p, u, true)
	b := appendSuccess(make([]byte, 0, sessionBody), "The password was changed.")
	b = s.appendTokens(tx, b, sid, next, u)
	return ok(append(b, `}}`...), "the password was changed")
}

// setPassword stores a user's new password and ends all of the user's sessions.
func setPassword(tx *mock.Tx, u *user, password string) *user {
	n := *u
	n.Password = hashPassword(password, tx.Seed("salt"))
	n.ModifiedAt, n.Cut = tx.Now(), tx.Now()
	putUser(tx, u, &n)
	return &n
}

// forgotPassword sends a one-time password for resetPassword.
func (s *service) forgotPassword(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Email       *string `json:"email"`
		Phone       *string `json:"phone"`
		CountryCode *string `json:"country_code"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	u, no := account(tx, c, body.Email, body.CountryCode, body.Phone)
	if no != nil {
		return no.answer()
	}
	sent := &otp{Channel: "email", To: deref(body.Email), Action: actionReset, User: u.ID}
	if body.Email == nil {
		sent.Channel, sent.To = "sms", phoneKey(deref(body.CountryCode), deref(body.Phone))
	}
	return s.send(tx, c, sent, "A one-time password was sent to "+sent.To+".")
}

// resetPassword sets the password of the user who got the one-time password,
// ends the user's other sessions, and logs in.
func (s *service) resetPassword(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		New     string `json:"new_password"`
		Confirm string `json:"confirm_password"`
		Token   string `json:"otp_token"`
		OTP     string `json:"otp"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	if body.New != body.Confirm {
		return passwordMismatch.answer()
	}
	sent, no := s.redeem(tx, body.Token, body.OTP, actionReset)
	if no != nil {
		return no.answer()
	}
	u := userByID(tx, sent.User)
	if gone := goneUser(u); gone != nil {
		return gone.on(c.Operation).answer()
	}
	u = setPassword(tx, prove(tx, u, sent), body.New)
	return s.welcome(tx, c, u, "The password was set. Welcome back", "the password was set")
}
