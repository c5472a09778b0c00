package storefront

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/standin-dev/standin/mock"
)

// editor says who changes a user, and so what may be changed.
type editor int

const (
	byUser     editor = iota // the user itself, through the API
	byOperator               // whoever runs the fake, through the control API
	byDocument               // another operation of the document: see putShared
)

// mistake is what is wrong with one member.
type mistake struct{ name, what string }

// edit returns the user with those members changed that are named, or the first
// mistake in the order of the names. Members that the editor may not change are
// left alone for the user (the document has been checked already) and are
// mistakes for the operator.
func edit(tx *mock.Tx, u *user, members map[string]json.RawMessage, by editor) (*user, *mistake) {
	n := *u
	n.ModifiedAt = tx.Now()
	for _, name := range slices.Sorted(maps.Keys(members)) {
		what := ""
		switch set := setters[name]; {
		case by == byDocument:
			what = setByDocument(tx, &n, name, members[name])
		case set != nil:
			what = set(&n, members[name])
		case by == byUser:
			continue
		case operatorSetters[name] != nil:
			what = operatorSetters[name](tx, &n, members[name])
		default:
			what = "is not a member that can be set: " + strings.Join(settable(), ", ") + " are"
		}
		if what != "" {
			return nil, &mistake{name, what}
		}
	}
	finish(&n, u, members)
	if n.Business != nil && n.Business != u.Business {
		n.Business = adopt(tx, n.Business, u.Business, &n)
	}
	return &n, nil
}

// finish brings what depends on an address or number into line: another one is
// not verified unless the operator says so, and a number has a country code.
func finish(n, was *user, members map[string]json.RawMessage) {
	n.CountryCode = codeFor(n.Phone, n.CountryCode)
	if _, set := members["is_email_verified"]; n.Email == nil || !set && !sameEmail(n.Email, was.Email) {
		n.EmailVerified = false
	}
	samePhone := was.Phone != nil && n.Phone != nil &&
		phoneKey(deref(n.CountryCode), *n.Phone) == phoneKey(deref(was.CountryCode), *was.Phone)
	if _, set := members["is_phone_verified"]; n.Phone == nil || !set && !samePhone {
		n.PhoneVerified = false
	}
}

func sameEmail(a, b *string) bool {
	return a != nil && b != nil && emailKey(*a) == emailKey(*b)
}

// adopt fills in what the service itself knows of a business's address.
func adopt(tx *mock.Tx, now, was *business, u *user) *business {
	if now.Address == nil {
		return now
	}
	b, a := *now, *now.Address
	a.ID = tx.ULID("address")
	if was != nil && was.Address != nil {
		a.ID = was.Address.ID
	}
	a.PhoneVerified = u.PhoneVerified && phoneKey(a.CountryCode, a.Phone) == phoneKey(deref(u.CountryCode), deref(u.Phone))
	a.EmailVerified = u.EmailVerified && emailKey(a.Email) == emailKey(deref(u.Email))
	b.Address = &a
	return &b
}

// setters change one member each and return what is wrong with it, "" if
// nothing is.
var setters = map[string]func(u *user, raw json.RawMessage) string{
	"first_name": func(u *user, raw json.RawMessage) string { return setText(&u.FirstName, raw) },
	"last_name":  func(u *user, raw json.RawMessage) string { return setText(&u.LastName, raw) },
	"email": func(u *user, raw json.RawMessage) string {
		if what := setText(&u.Email, raw); what != "" {
			return what
		}
		if u.Email != nil && !isEmail(*u.Email) {
			return "must be an e-mail address"
		}
		return ""
	},
	"phone": func(u *user, raw json.RawMessage) string {
		if what := setText(&u.Phone, raw); what != "" {
			return what
		}
		if u.Phone != nil && !isPhone(*u.Phone) {
			return "must be ten digits without the country code"
		}
		return ""
	},
	"country_code": func(u *user, raw json.RawMessage) string { return setText(&u.CountryCode, raw) },
	"login_methods": func(u *user, raw json.RawMessage) string {
		var methods []string
		if json.Unmarshal(raw, &methods) != nil || methods == nil {
			return "must be an array of strings"
		}
		for _, m := range methods {
			if m != "email" && m != "phone" && m != "whatsapp" && m != "password" {
				return "must be of email, phone, whatsapp, password"
			}
		}
		u.LoginMethods = methods
		return ""
	},
	"notification_preferences": func(u *user, raw json.RawMessage) string {
		p := u.Preferences
		if json.Unmarshal(raw, &p) != nil {
			return "must be an object of transactional, promotional and newsletter"
		}
		u.Preferences = p
		return ""
	},
	"customer_group_id": func(u *user, raw json.RawMessage) string {
		var id *string
		if json.Unmarshal(raw, &id) != nil || id != nil && !isGroup(*id) {
			return "must be the id of a customer group: " + retail + " or " + wholesale
		}
		u.Group = deref(id)
		return ""
	},
	"business": func(u *user, raw json.RawMessage) string {
		var b *business
		if json.Unmarshal(raw, &b) != nil {
			return "must be a business or null"
		}
		u.Business = b
		return ""
	},
}

// operatorSetters are those that the control API has besides.
var operatorSetters = map[string]func(tx *mock.Tx, u *user, raw json.RawMessage) string{
	"is_email_verified": func(_ *mock.Tx, u *user, raw json.RawMessage) string { return setBool(&u.EmailVerified, raw) },
	"is_phone_verified": func(_ *mock.Tx, u *user, raw json.RawMessage) string { return setBool(&u.PhoneVerified, raw) },
	"deactivated": func(tx *mock.Tx, u *user, raw json.RawMessage) string {
		was := u.Deactivated
		what := setBool(&u.Deactivated, raw)
		if u.Deactivated && !was {
			u.Cut = tx.Now()
		}
		return what
	},
	"password": func(tx *mock.Tx, u *user, raw json.RawMessage) string {
		var password *string
		if json.Unmarshal(raw, &password) != nil {
			return "must be a string, or null for none"
		}
		u.Password, u.Cut = "", tx.Now()
		if password != nil {
			u.Password = hashPassword(*password, tx.Seed("salt"+u.ID))
		}
		return ""
	},
}

// settable are the names that edit knows, in order.
func settable() []string {
	names := slices.Collect(maps.Keys(setters))
	return slices.Sorted(slices.Values(slices.AppendSeq(names, maps.Keys(operatorSetters))))
}

func setText(field **string, raw json.RawMessage) string {
	var text *string
	if json.Unmarshal(raw, &text) != nil {
		return "must be a string or null"
	}
	*field = text
	return ""
}

func setBool(field *bool, raw json.RawMessage) string {
	var v *bool
	if json.Unmarshal(raw, &v) != nil || v == nil {
		return "must be true or false"
	}
	*field = *v
	return ""
}

// isEmail is a rough check, for what no document has checked.
func isEmail(s string) bool {
	name, host, found := strings.Cut(s, "@")
	return found && name != "" && host != "" && !strings.ContainsAny(s, " \t\r\n\"<>(),;:\\") && !strings.Contains(host, "@")
}

func isPhone(s string) bool {
	if len(s) != 10 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
