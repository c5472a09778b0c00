package storefront

import (
	"github.com/standin-dev/standin/mock"
)

// registerWith keeps a newcomer's details and sends a one-time password over a
// channel; verifyOTP makes the user.
func (s *service) registerWith(channel string) mock.Behaviour {
	return func(tx *mock.Tx, c *mock.Call) mock.Answer {
		var r registration
		if err := c.Decode(&r); err != nil {
			return malformed(err)
		}
		r.Password = "" // not a member of this request
		return s.register(tx, c, channel, &r)
	}
}

// registerWithPassword is registerWith for a newcomer who chose a password; an
// address is proven rather than a number.
func (s *service) registerWithPassword(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Email       *string `json:"email"`
		Phone       *string `json:"phone"`
		CountryCode *string `json:"country_code"`
		Password    string  `json:"password"`
		Confirm     string  `json:"confirm_password"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	if body.Password != body.Confirm {
		return passwordMismatch.answer()
	}
	channel := "email"
	if body.Email == nil {
		channel = "sms"
	}
	return s.register(tx, c, channel, &registration{
		Email: body.Email, Phone: body.Phone, CountryCode: body.CountryCode,
		Password: hashPassword(body.Password, tx.Seed("salt")),
	})
}

func (s *service) register(tx *mock.Tx, c *mock.Call, channel string, r *registration) mock.Answer {
	r.CountryCode = codeFor(r.Phone, r.CountryCode)
	if taken(tx, "", r.Email, r.CountryCode, r.Phone) {
		return alreadyRegistered.answer()
	}
	sent := &otp{Channel: channel, To: deref(r.Email), Action: actionRegister, Pending: r}
	if channel != "email" {
		sent.To = phoneKey(deref(r.CountryCode), deref(r.Phone))
	}
	return s.send(tx, c, sent, "Almost there. A one-time password was sent.")
}

// enrol makes a user of a registration that was proven, under the id of the
// visitor who asks, if it is one.
func enrol(tx *mock.Tx, c *mock.Call, r *registration) (*user, *refusal) {
	if taken(tx, "", r.Email, r.CountryCode, r.Phone) {
		return nil, &alreadyRegistered
	}
	now := tx.Now()
	u := &user{ID: tx.ULID("user"), CustomerID: tx.ULID("customer"), CreatedAt: now}
	if p := caller(c); p != nil && p.user.Visitor {
		u.ID, u.CustomerID, u.CreatedAt = p.user.ID, p.user.CustomerID, p.user.CreatedAt
		removeUser(tx, p.user)
	}
	u.FirstName, u.LastName = r.FirstName, r.LastName
	u.Email, u.Phone, u.CountryCode = r.Email, r.Phone, r.CountryCode
	u.Password, u.Group, u.Preferences, u.ModifiedAt = r.Password, retail, welcomePreferences, now
	putUser(tx, nil, u)
	return u, nil
}

// welcomePreferences are a newcomer's, until it changes them.
var welcomePreferences = preferences{
	Transactional: channels{Email: true, SMS: true, WhatsApp: true},
	Promotional:   channels{Email: true, WhatsApp: true},
	Newsletter:    channels{Email: true},
}
