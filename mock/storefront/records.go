package storefront

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock"
)

// The tables. Records are never changed once they have been put: a change is a
// copy that is put in the old one's place.
var (
	users    = mock.NewTable[*user]("storefront.users")       // by id: who has registered
	visitors = mock.NewTable[*user]("storefront.visitors")    // by id: who has not
	emails   = mock.NewTable[string]("storefront.emails")     // user id by address in lower case
	phones   = mock.NewTable[string]("storefront.phones")     // user id by country code and number
	sessions = mock.NewTable[*session]("storefront.sessions") // by id
	otps     = mock.NewTable[*otp]("storefront.otps")         // by otp_token
	images   = mock.NewTable[*image]("storefront.images")     // by the last segment of their address
)

// Limits of one sandbox. Where one is reached the oldest record makes room.
const (
	maxUsers    = 20_000 // seeded ones stay
	maxVisitors = 10_000
	maxSessions = 10_000
	maxOTPs     = 1_000
	maxLive     = 16 // access tokens of one session that are good at a time
	maxTries    = 5  // wrong guesses at one one-time password
)

// user is one person: registered, or a visitor of whom only the id is known.
// Nil strings are JSON nulls.
type user struct {
	ID            string                     `json:"id"`
	CustomerID    string                     `json:"customer_id"`
	FirstName     *string                    `json:"first_name"`
	LastName      *string                    `json:"last_name"`
	Email         *string                    `json:"email"`
	EmailVerified bool                       `json:"is_email_verified"`
	Phone         *string                    `json:"phone"`        // ten digits
	CountryCode   *string                    `json:"country_code"` // "+91"
	PhoneVerified bool                       `json:"is_phone_verified"`
	Image         string                     `json:"image,omitempty"`         // the profile image's address
	LoginMethods  []string                   `json:"login_methods,omitempty"` // as the user set them; nil derives them
	Preferences   preferences                `json:"notification_preferences"`
	Group         string                     `json:"customer_group_id,omitempty"`
	Business      *business                  `json:"business,omitempty"`
	Password      string                     `json:"password,omitempty"` // salted and hashed, see hashPassword
	Deactivated   bool                       `json:"deactivated,omitempty"`
	Seeded        bool                       `json:"seeded,omitempty"`
	More          map[string]json.RawMessage `json:"more,omitempty"` // what only the document knows, see putShared

	memo       *mock.Memo // of this very record
	Visitor    bool       `json:"visitor,omitempty"`
	Cut        time.Time  `json:"cut,omitzero"` // privileges given to sessions before this are void
	CreatedAt  time.Time  `json:"created_at"`
	ModifiedAt time.Time  `json:"modified_at"`
}

// Size is about that of the user as JSON.
func (u *user) Size() int {
	n := 512 + len(u.Image) + len(u.Password)
	for _, text := range []*string{u.FirstName, u.LastName, u.Email, u.Phone, u.CountryCode} {
		n += len(deref(text))
	}
	for _, method := range u.LoginMethods {
		n += len(method)
	}
	for name, raw := range u.More {
		n += len(name) + len(raw)
	}
	if u.Business != nil {
		n += len(appendBusiness(nil, u.Business))
	}
	return n
}

type preferences struct {
	Transactional channels `json:"transactional"`
	Promotional   channels `json:"promotional"`
	Newsletter    channels `json:"newsletter"`
}

type channels struct {
	Email    bool `json:"email"`
	SMS      bool `json:"sms"`
	WhatsApp bool `json:"whatsapp"`
}

type business struct {
	Type     string            `json:"type"`
	Name     string            `json:"name"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Address  *address          `json:"registered_address,omitempty"`
}

// address is a CustomerAddress. The pointers to booleans are optional members.
type address struct {
	ID              string  `json:"id"`
	FirstName       string  `json:"first_name"`
	LastName        *string `json:"last_name"`
	CountryCode     string  `json:"country_code"`
	Phone           string  `json:"phone"`
	Email           string  `json:"email"`
	Line1           string  `json:"address_line1"`
	Line2           *string `json:"address_line2"`
	Landmark        *string `json:"landmark"`
	Pincode         string  `json:"pincode"`
	City            string  `json:"city"`
	State           string  `json:"state"`
	Country         string  `json:"country"`
	TaxID           *string `json:"tax_identification_number"`
	BusinessName    *string `json:"business_name"`
	DefaultBilling  *bool   `json:"is_default_billing,omitempty"`
	DefaultShipping *bool   `json:"is_default_shipping,omitempty"`
	PhoneVerified   bool    `json:"is_phone_verified"`
	EmailVerified   bool    `json:"is_email_verified"`
	Nickname        *string `json:"nickname"`
}

// session is one visitor's or user's visit. Its tokens are numbered: each pair
// has a generation.
type session struct {
	User     string    `json:"user"`
	Visitor  string    `json:"visitor"` // the id under which it began
	LoggedIn bool      `json:"logged_in"`
	Revoked  bool      `json:"revoked,omitempty"` // the whole family, for good
	Gen      uint64    `json:"gen"`               // of the newest pair
	Epoch    uint64    `json:"epoch"`             // first generation since LoggedIn last changed
	Since    time.Time `json:"since"`             // when that was
	Refresh  digest    `json:"refresh"`           // of the newest refresh token
	Expires  time.Time `json:"expires"`           // that one's expiry
	Live     []access  `json:"live,omitempty"`    // access tokens that are good, oldest first
}

// access is one access token that was issued and not revoked. The token itself
// is not kept, so that an export gives away no credentials.
type access struct {
	Digest    digest    `json:"digest"`
	IssuedAt  time.Time `json:"issued_at"` // finer than the token's iat
	ExpiresAt time.Time `json:"expires_at"`
}

// digest is the SHA-256 of a whole token.
type digest [32]byte

// MarshalText writes the digest in base64url.
func (d digest) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, d[:]), nil
}

// UnmarshalText reads what MarshalText wrote.
func (d *digest) UnmarshalText(text []byte) error {
	raw, err := base64.RawURLEncoding.DecodeString(string(text))
	if err != nil {
		return fmt.Errorf("digest %q: %w", text, err)
	}
	if len(raw) != len(d) {
		return fmt.Errorf("digest %q has %d bytes, want %d", text, len(raw), len(d))
	}
	copy(d[:], raw)
	return nil
}

// otp is one one-time password that was sent.
type otp struct {
	OTP       string        `json:"otp"`
	Channel   string        `json:"channel"` // email, sms, whatsapp
	To        string        `json:"to"`      // the address, or country code and number
	Action    string        `json:"otp_action"`
	User      string        `json:"user,omitempty"` // whom it is about; "" for a registration
	Pending   *registration `json:"pending,omitempty"`
	CreatedAt time.Time     `json:"created_at"`
	ExpiresAt time.Time     `json:"expires_at"`
	Used      bool          `json:"used,omitempty"`
	Tries     int           `json:"tries,omitempty"`
}

// Size is about that of the one-time password as JSON.
func (o *otp) Size() int {
	n := 256 + len(o.To)
	if r := o.Pending; r != nil {
		for _, text := range []*string{r.FirstName, r.LastName, r.Email, r.Phone, r.CountryCode} {
			n += len(deref(text))
		}
	}
	return n
}

// registration is what a newcomer told, kept until the one-time password proves it.
type registration struct {
	FirstName   *string `json:"first_name"`
	LastName    *string `json:"last_name"`
	Email       *string `json:"email"`
	Phone       *string `json:"phone"`
	CountryCode *string `json:"country_code"`
	Password    string  `json:"password,omitempty"` // hashed
}

// emailKey is an address as the index knows it.
func emailKey(email string) string { return strings.ToLower(email) }

// phoneKey is a number as the index knows it.
func phoneKey(countryCode, phone string) string {
	if countryCode == "" {
		countryCode = india
	}
	return countryCode + phone
}

// india is the country code of a number that comes without one.
const india = "+91"

// deref is the string, "" for null.
func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// userByID finds a registered user or a visitor.
func userByID(tx *mock.Tx, id string) *user {
	if u, ok := users.Get(tx, id); ok {
		return u
	}
	u, _ := visitors.Get(tx, id)
	return u
}

// userByEmail finds a registered user by address, in any case.
func userByEmail(tx *mock.Tx, email string) *user {
	id, ok := emails.Get(tx, emailKey(email))
	if !ok {
		return nil
	}
	u, _ := users.Get(tx, id)
	return u
}

// userByPhone finds a registered user by number; no country code is +91.
func userByPhone(tx *mock.Tx, countryCode, phone string) *user {
	id, ok := phones.Get(tx, phoneKey(countryCode, phone))
	if !ok {
		return nil
	}
	u, _ := users.Get(tx, id)
	return u
}

// taken tells whether somebody else has the address or the number.
func taken(tx *mock.Tx, id string, email, countryCode, phone *string) bool {
	if email != nil {
		if u := userByEmail(tx, *email); u != nil && u.ID != id {
			return true
		}
	}
	if phone != nil {
		if u := userByPhone(tx, deref(countryCode), *phone); u != nil && u.ID != id {
			return true
		}
	}
	return false
}

// putUser stores a user in place of what it was before (nil: a new one) and
// keeps the indexes.
func putUser(tx *mock.Tx, before, u *user) {
	u.memo = new(mock.Memo)
	if u.Visitor {
		if before == nil {
			makeRoom(tx, visitors, maxVisitors)
		}
		visitors.Put(tx, u.ID, u)
		return
	}
	if before == nil {
		makeRoomForUser(tx)
	} else {
		unindex(tx, before)
	}
	users.Put(tx, u.ID, u)
	if u.Email != nil {
		emails.Put(tx, emailKey(*u.Email), u.ID)
	}
	if u.Phone != nil {
		phones.Put(tx, phoneKey(deref(u.CountryCode), *u.Phone), u.ID)
	}
}

// removeUser forgets a user.
func removeUser(tx *mock.Tx, u *user) {
	if u.Visitor {
		visitors.Delete(tx, u.ID)
		return
	}
	dropImage(tx, u)
	unindex(tx, u)
	users.Delete(tx, u.ID)
}

func unindex(tx *mock.Tx, u *user) {
	if u.Email != nil {
		emails.Delete(tx, emailKey(*u.Email))
	}
	if u.Phone != nil {
		phones.Delete(tx, phoneKey(deref(u.CountryCode), *u.Phone))
	}
}

// makeRoom deletes a table's oldest record when the table is full. Keys begin
// with the time, so the first is the oldest.
func makeRoom[T any](tx *mock.Tx, table mock.Table[T], limit int) {
	if table.Len(tx) < limit {
		return
	}
	oldest := ""
	for key := range table.All(tx) {
		oldest = key
		break
	}
	table.Delete(tx, oldest)
}

// makeRoomForUser is makeRoom for users, of whom the seeded ones stay.
func makeRoomForUser(tx *mock.Tx) {
	if users.Len(tx) < maxUsers {
		return
	}
	var oldest *user
	for _, u := range users.All(tx) {
		if !u.Seeded {
			oldest = u
			break
		}
	}
	if oldest != nil {
		removeUser(tx, oldest)
	}
}
