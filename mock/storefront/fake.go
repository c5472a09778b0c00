package storefront

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// faker makes up people of India, of whom gofakeit knows none: names and places
// are our own tables.
type faker struct {
	*rand.Rand
	tx *mock.Tx
}

// newFaker is a faker whose inventions follow from the sandbox's seed, the call,
// and a number.
func newFaker(tx *mock.Tx, n int) faker { return faker{tx.Rand("person " + strconv.Itoa(n)), tx} }

// number draws from least to most.
func (f faker) number(least, most int) int { return least + f.IntN(most-least+1) }

func (f faker) bool() bool { return f.IntN(2) == 0 }

func (f faker) pick(words []string) string { return words[f.IntN(len(words))] }

// from draws n characters of an alphabet.
func (f faker) from(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[f.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// place is a town with what its addresses have in common.
type place struct {
	city, state string
	pin         string // first three digits of the town's pincodes
	gst         string // the state's number in a GSTIN
}

var (
	firstNames = strings.Fields(`Aarav Aditi Advait Ananya Anika Arjun Arnav Bhavna Charu Chetan Deepa Dev Divya Esha
		Farhan Gauri Gopal Harini Harsh Ira Ishaan Jaya Jatin Kavya Kiran Lakshmi Lalit Madhav Manisha Mohan Naina Naveen
		Neha Nikhil Omkar Pallavi Parth Pooja Pranav Priya Rahul Rekha Rishi Ritu Rohini Sachin Sahana Sameer Sana Shreya
		Siddharth Sneha Suresh Tanvi Tara Tejas Uma Varun Vidya Vivek Yash Zara`)
	lastNames = strings.Fields(`Agarwal Ahuja Anand Bajaj Banerjee Bhat Bose Chandra Chatterjee Chauhan Chopra Desai
		Deshmukh Dutta Fernandes Gandhi Ghosh Gowda Gupta Hegde Iyengar Jain Jha Joshi Kamath Kapoor Kaur Kulkarni Kumar
		Malhotra Mehta Menon Mishra Mukherjee Naidu Nair Pandey Patil Pillai Prasad Rajan Rao Reddy Saxena Sethi Shah
		Sharma Shetty Sinha Srinivasan Thakur Tripathi Varma Verma Yadav`)
	streets = []string{"Mahatma Gandhi Road", "Station Road", "Temple Street", "Nehru Road", "Market Road", "Lake View Road",
		"Church Street", "Gandhi Nagar", "Shastri Marg", "College Road", "Park Street", "Patel Nagar"}
	landmarks = []string{"Near the post office", "Opposite the railway station", "Behind the bus stand", "Next to the park",
		"Above the bank", "Near the water tank"}
	trades = []string{"Textiles", "Traders", "Handicrafts", "Electronics", "Spices", "Stationers", "Foods", "Jewellers"}
	forms  = []string{"proprietorship", "partnership", "private_limited", "llp"}
	places = []place{
		{"Bengaluru", "Karnataka", "560", "29"}, {"Mysuru", "Karnataka", "570", "29"}, {"Mumbai", "Maharashtra", "400", "27"},
		{"Pune", "Maharashtra", "411", "27"}, {"Nagpur", "Maharashtra", "440", "27"}, {"New Delhi", "Delhi", "110", "07"},
		{"Chennai", "Tamil Nadu", "600", "33"}, {"Coimbatore", "Tamil Nadu", "641", "33"}, {"Hyderabad", "Telangana", "500", "36"},
		{"Kolkata", "West Bengal", "700", "19"}, {"Ahmedabad", "Gujarat", "380", "24"}, {"Surat", "Gujarat", "395", "24"},
		{"Jaipur", "Rajasthan", "302", "08"}, {"Lucknow", "Uttar Pradesh", "226", "09"}, {"Bhopal", "Madhya Pradesh", "462", "23"},
		{"Kochi", "Kerala", "682", "32"}, {"Patna", "Bihar", "800", "10"}, {"Guwahati", "Assam", "781", "18"},
	}
)

// person makes up a registered user, the n-th of its call, whose address and
// number nobody has. Most are verified, some have a business.
func person(tx *mock.Tx, n int) *user {
	f := newFaker(tx, n)
	first, last := f.pick(firstNames), f.pick(lastNames)
	email, phone, code := f.email(first, last), f.phone(), india
	number := strconv.Itoa(n)
	u := &user{
		ID: tx.ULID("user " + number), CustomerID: tx.ULID("customer " + number),
		FirstName: &first, LastName: &last,
		Email: &email, EmailVerified: f.number(1, 10) > 2,
		Phone: &phone, CountryCode: &code, PhoneVerified: f.number(1, 10) > 2,
		Preferences: preferences{
			Transactional: channels{Email: true, SMS: true, WhatsApp: true},
			Promotional:   channels{Email: f.bool(), SMS: f.bool(), WhatsApp: f.bool()},
			Newsletter:    channels{Email: f.bool()},
		},
		Group:    retail,
		Password: hashPassword(SeededPassword, tx.Seed("salt "+number)),
	}
	if f.number(1, 5) == 1 {
		u.Business = f.business(u, number)
		u.Group = wholesale
	}
	u.CreatedAt, u.ModifiedAt = tx.Now(), tx.Now()
	return u
}

// email is first.last@example.com, with a number if somebody has that.
func (f faker) email(first, last string) string {
	name := strings.ToLower(first + "." + last)
	email := name + "@example.com"
	for userByEmail(f.tx, email) != nil {
		email = name + strconv.Itoa(f.number(10, 99_999_999)) + "@example.com"
	}
	return email
}

// phone is an Indian mobile number: ten digits, the first 6 to 9.
func (f faker) phone() string {
	for {
		phone := strconv.Itoa(f.number(6_000_000_000, 9_999_999_999))
		if userByPhone(f.tx, india, phone) == nil {
			return phone
		}
	}
}

// business is a business with an address that fits together: town, state,
// pincode and tax number.
func (f faker) business(u *user, number string) *business {
	at := places[f.number(0, len(places)-1)]
	name := *u.LastName + " " + f.pick(trades)
	// A GSTIN: state, PAN (five letters, four digits, a letter), entity, Z, check.
	tax := at.gst + f.from(letters, 5) + f.from(digits, 4) + f.from(letters, 1) + "1Z" + f.from(digits, 1)
	landmark, nickname, yes := f.pick(landmarks), "Office", true
	return &business{
		Type: f.pick(forms), Name: name, Metadata: map[string]string{"gstin": tax},
		Address: &address{
			ID: f.tx.ULID("address " + number), FirstName: *u.FirstName, LastName: u.LastName,
			CountryCode: *u.CountryCode, Phone: *u.Phone, Email: *u.Email,
			Line1:    strconv.Itoa(f.number(1, 240)) + ", " + f.pick(streets),
			Landmark: &landmark, Pincode: at.pin + f.from(digits, 3), City: at.city, State: at.state, Country: "India",
			TaxID: &tax, BusinessName: &name, DefaultBilling: &yes, DefaultShipping: &yes,
			PhoneVerified: u.PhoneVerified, EmailVerified: u.EmailVerified, Nickname: &nickname,
		},
	}
}
