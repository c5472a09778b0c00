package storefront

import (
	"fmt"
	"time"

	"github.com/standin-dev/standin/mock"
)

// What the fake uses where [Options] say nothing.
const (
	DefaultSecret = "standin-storefront-development-secret" // signs HS256 tokens
	DefaultOTP    = "123456"                                // the one-time password that always works
	DefaultStore  = "my-store"                              // the store_id claim
)

// Options are the fake's settings. The zero value is the documented default.
type Options struct {
	Algorithm  string        // of the tokens: HS256 (default), RS256 or EdDSA
	Secret     string        // signs HS256 tokens and seeds the EdDSA key; "" is [DefaultSecret]
	OTP        string        // the one-time password that is sent; "" is [DefaultOTP]
	AccessTTL  time.Duration // life of an access token; 0 is 15 minutes
	RefreshTTL time.Duration // life of a refresh token; 0 is 30 days
	OTPTTL     time.Duration // life of a one-time password; 0 is 10 minutes
	StoreID    string        // the store_id claim; "" is [DefaultStore]
}

// withDefaults fills in what o leaves open.
func (o Options) withDefaults() (Options, error) {
	for _, ttl := range []struct {
		name  string
		value *time.Duration
		def   time.Duration
	}{
		{"AccessTTL", &o.AccessTTL, 15 * time.Minute},
		{"RefreshTTL", &o.RefreshTTL, 30 * 24 * time.Hour},
		{"OTPTTL", &o.OTPTTL, 10 * time.Minute},
	} {
		if *ttl.value < 0 {
			return o, fmt.Errorf("%s %v: want a positive duration", ttl.name, *ttl.value)
		}
		if *ttl.value == 0 {
			*ttl.value = ttl.def
		}
	}
	for _, text := range []struct {
		value *string
		def   string
	}{{&o.Algorithm, "HS256"}, {&o.Secret, DefaultSecret}, {&o.OTP, DefaultOTP}, {&o.StoreID, DefaultStore}} {
		if *text.value == "" {
			*text.value = text.def
		}
	}
	return o, nil
}

// service is the behaviours' settings and keys. It holds no state: that is all
// in the transaction's tables.
type service struct {
	o    Options
	keys *signer
}

// New returns the behaviours of the storefront's Auth API. It fails on an
// algorithm that is not one of [Options.Algorithm] and on a negative life time.
func New(o Options) (mock.Behaviours, error) {
	o, err := o.withDefaults()
	if err != nil {
		return mock.Behaviours{}, err
	}
	keys, err := newSigner(o)
	if err != nil {
		return mock.Behaviours{}, err
	}
	s := &service{o: o, keys: keys}
	return mock.Behaviours{
		Operations: map[string]mock.Behaviour{
			"POST /auth/anonymous":                 s.anonymous,
			"POST /auth/login/password":            s.loginWithPassword,
			"POST /auth/login/email":               s.loginWith("email"),
			"POST /auth/login/phone":               s.loginWith("sms"),
			"POST /auth/login/whatsapp":            s.loginWith("whatsapp"),
			"POST /auth/register/email":            s.registerWith("email"),
			"POST /auth/register/phone":            s.registerWith("sms"),
			"POST /auth/register/whatsapp":         s.registerWith("whatsapp"),
			"POST /auth/register/password":         s.registerWithPassword,
			"POST /auth/generate-otp":              s.generateOTP,
			"POST /auth/verify-otp":                s.verifyOTP,
			"POST /auth/refresh-token":             s.refresh,
			"POST /auth/logout":                    s.logout,
			"POST /auth/change-password":           s.changePassword,
			"POST /auth/forgot-password":           s.forgotPassword,
			"POST /auth/reset-password":            s.resetPassword,
			"POST /auth/verified-email-phone":      s.verified,
			"GET /auth/user/{id}":                  s.getUser,
			"PUT /auth/user/{id}":                  s.updateUser,
			"DELETE /auth/user/{id}":               s.deleteUser,
			"PUT /auth/user/{id}/deactivate":       s.deactivateUser,
			"GET /auth/user/{id}/profile-image":    s.getImage,
			"POST /auth/user/{id}/profile-image":   s.addImage,
			"PUT /auth/user/{id}/profile-image":    s.updateImage,
			"DELETE /auth/user/{id}/profile-image": s.removeImage,
		},
		Authenticate: s.authenticate,
		Unauthorized: refuseCredentials,
		Invalid:      refuseRequest,
		SandboxOf:    s.presentedSandbox,
		Seed:         s.seed,
		Records:      []mock.Records{s.shared()},
		Tables:       []mock.AnyTable{users, visitors, emails, phones, sessions, otps, images},
		Kept:         keptImage,
		KeptUnder:    imagesUnder,
		Control:      s.controls(),
	}, nil
}

// ok is a success with a body.
func ok(b []byte, reason string) mock.Answer {
	return mock.Answer{Status: 200, Body: b, Reason: reason}
}

// malformed refuses a body that the behaviour cannot read, where the document
// let it pass.
func malformed(err error) mock.Answer {
	return invalid("body", "cannot be read: "+err.Error()).answer()
}
