package storefront

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"
)

// Answers are written by appending: building maps and marshalling them costs
// several times the exchange.

// appendString appends s as a JSON string (RFC 8259, 7). Bytes that are no
// UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	return append(appendEscaped(append(b, '"'), s), '"')
}

// appendEscaped is appendString without the quotes.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			b = append(append(b, s[start:i]...), "\ufffd"...)
			i++
			start = i
			continue
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, c)
		i++
		start = i
	}
	return append(b, s[start:]...)
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}

func appendNullable(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	return appendString(b, *s)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendTime appends a time as RFC 3339 in UTC, to the millisecond.
func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().Truncate(time.Millisecond).AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// appendUser appends the document's User, as a session sees it.
func appendUser(b []byte, u *user, loggedIn bool) []byte {
	b = appendProfile(b, u)
	b = append(b, `,"is_anonymous":`...)
	b = strconv.AppendBool(b, !loggedIn)
	b = append(b, `,"is_logged_in":`...)
	b = strconv.AppendBool(b, loggedIn)
	return append(b, '}')
}

// appendProfile appends a User up to the members that depend on the session,
// and leaves the object open.
func appendProfile(b []byte, u *user) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, u.ID...)
	b = append(b, `","first_name":`...)
	b = appendNullable(b, u.FirstName)
	b = append(b, `,"last_name":`...)
	b = appendNullable(b, u.LastName)
	b = append(b, `,"email":`...)
	b = appendNullable(b, u.Email)
	b = append(b, `,"is_email_verified":`...)
	b = strconv.AppendBool(b, u.EmailVerified)
	b = append(b, `,"phone":`...)
	b = appendNullable(b, u.Phone)
	b = append(b, `,"country_code":`...)
	b = appendNullable(b, u.CountryCode)
	b = append(b, `,"is_phone_verified":`...)
	b = strconv.AppendBool(b, u.PhoneVerified)
	b = append(b, `,"profile_image_url":`...)
	b = appendImage(b, u)
	b = append(b, `,"login_methods":`...)
	b = appendMethods(b, u)
	b = append(b, `,"notification_preferences":{"transactional":`...)
	b = appendChannels(b, u.Preferences.Transactional)
	b = append(b, `,"promotional":`...)
	b = appendChannels(b, u.Preferences.Promotional)
	b = append(b, `,"newsletter":`...)
	b = appendChannels(b, u.Preferences.Newsletter)
	b = append(b, `},"customer_id":"`...)
	b = append(b, u.CustomerID...)
	b = append(b, `","customer_group":`...)
	b = append(b, groupJSON(u.Group)...)
	b = append(b, `,"business":`...)
	b = appendBusiness(b, u.Business)
	b = append(b, `,"created_at":`...)
	b = appendTime(b, u.CreatedAt)
	b = append(b, `,"modified_at":`...)
	return appendMore(appendTime(b, u.ModifiedAt), u.More)
}

// appendVisitor appends the document's AnonymousUser.
func appendVisitor(b []byte, u *user) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, u.ID...)
	b = append(b, `","is_anonymous":true,"is_logged_in":false,"first_name":`...)
	b = appendNullable(b, u.FirstName)
	b = append(b, `,"last_name":`...)
	b = appendNullable(b, u.LastName)
	b = append(b, `,"phone":`...)
	b = appendNullable(b, u.Phone)
	b = append(b, `,"email":`...)
	b = appendNullable(b, u.Email)
	b = append(b, `,"is_email_verified":`...)
	b = strconv.AppendBool(b, u.EmailVerified)
	b = append(b, `,"is_phone_verified":`...)
	b = strconv.AppendBool(b, u.PhoneVerified)
	b = append(b, `,"profile_image_url":`...)
	b = appendImage(b, u)
	b = append(b, `,"created_at":`...)
	b = appendTime(b, u.CreatedAt)
	b = append(b, `,"modified_at":`...)
	b = appendTime(b, u.ModifiedAt)
	return append(b, '}')
}

func appendImage(b []byte, u *user) []byte {
	if u.Image == "" {
		return append(b, "null"...)
	}
	return appendString(b, u.Image)
}

func appendChannels(b []byte, c channels) []byte {
	b = append(b, `{"email":`...)
	b = strconv.AppendBool(b, c.Email)
	b = append(b, `,"sms":`...)
	b = strconv.AppendBool(b, c.SMS)
	b = append(b, `,"whatsapp":`...)
	b = strconv.AppendBool(b, c.WhatsApp)
	return append(b, '}')
}

// appendMethods appends the ways to log in: those that the user chose, else
// those that would work.
func appendMethods(b []byte, u *user) []byte {
	if u.LoginMethods != nil {
		return appendStrings(b, u.LoginMethods)
	}
	b = append(b, '[')
	n := len(b)
	if u.EmailVerified {
		b = append(b, `"email",`...)
	}
	if u.PhoneVerified {
		b = append(b, `"phone","whatsapp",`...)
	}
	if u.Password != "" {
		b = append(b, `"password",`...)
	}
	if len(b) > n {
		b = b[:len(b)-1]
	}
	return append(b, ']')
}

func appendBusiness(b []byte, bz *business) []byte {
	if bz == nil {
		return append(b, "null"...)
	}
	text, err := json.Marshal(bz) // rare, and the map in it wants sorting
	if err != nil {
		return append(b, "null"...) // strings and booleans always marshal
	}
	return append(b, text...)
}

// appendSuccess begins a success; what follows is its content's members, then "}}".
func appendSuccess(b []byte, message string) []byte {
	b = append(b, `{"message":`...)
	b = appendString(b, message)
	return append(b, `,"success":true,"content":{`...)
}

// appendGreeting is appendSuccess for a message that ends in the user's first
// name, if there is one, and a full stop.
func appendGreeting(b []byte, words string, u *user) []byte {
	b = append(b, `{"message":"`...)
	b = append(b, words...)
	if u.FirstName != nil && *u.FirstName != "" {
		b = append(b, ", "...)
		b = appendEscaped(b, *u.FirstName)
	}
	return append(b, `.","success":true,"content":{`...)
}
