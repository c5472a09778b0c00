package storefront

import (
	"github.com/standin-dev/standin/mock"
)

// account finds the user whom a login names by address or number, and who may
// log in.
func account(tx *mock.Tx, c *mock.Call, email, countryCode, phone *string) (*user, *refusal) {
	var u *user
	if email != nil {
		u = userByEmail(tx, *email)
	} else if phone != nil {
		u = userByPhone(tx, deref(countryCode), *phone)
	}
	no := goneUser(u)
	if no == nil {
		return u, nil
	}
	if u == nil {
		no = &accountNotFound
	}
	fit := no.on(c.Operation)
	return nil, &fit
}

// loginWithPassword logs in by address or number and password.
func (s *service) loginWithPassword(tx *mock.Tx, c *mock.Call) mock.Answer {
	var body struct {
		Email       *string `json:"email"`
		Phone       *string `json:"phone"`
		CountryCode *string `json:"country_code"`
		Password    string  `json:"password"`
	}
	if err := c.Decode(&body); err != nil {
		return malformed(err)
	}
	u, no := account(tx, c, body.Email, body.CountryCode, body.Phone)
	switch {
	case no != nil:
		return no.answer()
	case u.Password == "":
		return passwordNotSet.answer()
	case !passwordMatches(u.Password, body.Password):
		return wrongPassword.answer()
	}
	return s.welcome(tx, c, u, "Welcome back", "logged in with a password")
}

// loginWith sends a one-time password over a channel, to a user or, if the
// request says so, to a newcomer.
func (s *service) loginWith(channel string) mock.Behaviour {
	return func(tx *mock.Tx, c *mock.Call) mock.Answer {
		var body struct {
			Email       *string `json:"email"`
			Phone       *string `json:"phone"`
			CountryCode *string `json:"country_code"`
			Register    bool    `json:"register_if_not_exists"`
		}
		if err := c.Decode(&body); err != nil {
			return malformed(err)
		}
		sent := &otp{Channel: channel, Action: actionLogin}
		if channel == "email" {
			body.Phone, sent.To = nil, deref(body.Email)
		} else {
			body.Email, sent.To = nil, phoneKey(deref(body.CountryCode), deref(body.Phone))
		}
		u, no := account(tx, c, body.Email, body.CountryCode, body.Phone)
		switch {
		case no == nil:
			sent.User = u.ID
		case body.Register && no.code != userDeactivated.code:
			sent.Pending = &registration{Email: body.Email, Phone: body.Phone, CountryCode: codeFor(body.Phone, body.CountryCode)}
		default:
			return no.answer()
		}
		return s.send(tx, c, sent, "A one-time password was sent.")
	}
}

// codeFor is the country code that goes with a number: +91 unless another was
// given, and none without a number.
func codeFor(phone, countryCode *string) *string {
	if phone == nil {
		return nil
	}
	if countryCode == nil {
		code := india
		return &code
	}
	return countryCode
}
