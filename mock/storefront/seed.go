package storefront

import (
	"time"

	"github.com/standin-dev/standin/mock"
)

// SeededPassword is the password of every seeded user that has one.
const SeededPassword = "standin-Passw0rd"

// Person is a seeded user, as start-up prints it.
type Person struct {
	ID       string
	Email    string
	Phone    string // ten digits, +91
	Password string // "" for none
	Note     string // what the user is there to show
}

// seeded is one user of the start state.
type seeded struct {
	Person
	customer         string // the customer's id
	first, last      string
	emailOK, phoneOK bool
	group            string
	business         *business
	deactivated      bool
	created          string // RFC 3339
}

// people are the seeded users, in order. Their ids and times are those of the
// built-in document's examples.
func people() []seeded {
	text := func(s string) *string { return &s }
	yes := true
	shop := &business{
		Type: "proprietorship", Name: "Meera Handlooms", Metadata: map[string]string{"gstin": "29ABCDE1234F1Z5"},
		Address: &address{
			ID: "01KEBRBZX03MNSBQPGSH6YJ3YK", FirstName: "Meera", LastName: text("Iyer"),
			CountryCode: india, Phone: "9000000003", Email: "meera@example.com",
			Line1: "14, Commercial Street", Line2: text("2nd floor"), Landmark: text("Opposite the clock tower"),
			Pincode: "560001", City: "Bengaluru", State: "Karnataka", Country: "India",
			TaxID: text("29ABCDE1234F1Z5"), BusinessName: text("Meera Handlooms"),
			DefaultBilling: &yes, DefaultShipping: &yes, PhoneVerified: true, EmailVerified: true, Nickname: text("Shop"),
		},
	}
	return []seeded{{
		Person:   Person{"01KE6QVWE01CRMKH1HMMESWSBH", "asha@example.com", "9000000001", SeededPassword, "e-mail and phone verified"},
		customer: "01KE6QVWE043RVQRC0AMBAT728", first: "Asha", last: "Rao",
		emailOK: true, phoneOK: true, group: retail, created: "2026-01-05T09:30:00Z",
	}, {
		Person:   Person{"01KE9FDCW0D4J1DQSF67FFKCV5", "vikram@example.com", "9000000002", "", "phone verified only, no password"},
		customer: "01KE9FDCW0X90W1XD85NBZB0WN", first: "Vikram", last: "Singh",
		phoneOK: true, group: retail, created: "2026-01-06T11:00:00Z",
	}, {
		Person:   Person{"01KEBRBZX0HG4M2FE1HGRGNWTX", "meera@example.com", "9000000003", SeededPassword, "a business with its address"},
		customer: "01KEBRBZX0RH1YF79TWKB2ZH9W", first: "Meera", last: "Iyer",
		emailOK: true, phoneOK: true, group: retail, business: shop, created: "2026-01-07T08:15:00Z",
	}, {
		Person:   Person{"01KEFBCDB050DD9X7CBD3GS4SS", "kabir@example.com", "9000000004", SeededPassword, "wholesale customer group"},
		customer: "01KEFBCDB0FJM297DDYQP2QS45", first: "Kabir", last: "Khan",
		emailOK: true, phoneOK: true, group: wholesale, created: "2026-01-08T17:45:00Z",
	}, {
		Person:   Person{"01KEGPJVM0QKJBJ7QVJY1EVGXK", "isha@example.com", "9000000005", SeededPassword, "registered, never verified"},
		customer: "01KEGPJVM0TRA1ZVJ3AW7V68W6", first: "Isha", last: "Patel",
		group: retail, created: "2026-01-09T06:20:00Z",
	}, {
		Person:   Person{"01KEJP0XCGJYT6MNDYEG8RH3QW", "rohan@example.com", "9000000006", SeededPassword, "deactivated: every login answers 404"},
		customer: "01KEJP0XCG5PSMNEE2ZV09W7BK", first: "Rohan", last: "Das",
		emailOK: true, phoneOK: true, group: retail, deactivated: true, created: "2026-01-10T00:50:00Z",
	}}
}

// Seeded are the users that are there at every start, in order, the same in
// every sandbox.
func Seeded() []Person {
	var list []Person
	for _, p := range people() {
		list = append(list, p.Person)
	}
	return list
}

// seed makes the start state.
func (s *service) seed(tx *mock.Tx) {
	for _, p := range people() {
		// The times are constants above; a test reads each.
		created, _ := time.Parse(time.RFC3339, p.created)
		phone, code := p.Phone, india
		u := &user{
			ID: p.ID, CustomerID: p.customer, FirstName: &p.first, LastName: &p.last,
			Email: &p.Email, EmailVerified: p.emailOK, Phone: &phone, CountryCode: &code, PhoneVerified: p.phoneOK,
			Preferences: welcomePreferences, Group: p.group, Business: p.business, Deactivated: p.deactivated, Seeded: true,
			CreatedAt: created, ModifiedAt: created,
		}
		if p.Password != "" {
			u.Password = hashPassword(p.Password, tx.WorldSeed("salt of "+p.ID))
		}
		putUser(tx, nil, u)
	}
}
