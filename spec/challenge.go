package spec

import (
	"slices"
	"strconv"
	"strings"
)

// Schemes are the document's security schemes, by name; of several documents, the
// first of each name.
func (d *Document) Schemes() []SchemeUse {
	out := make([]SchemeUse, 0, len(d.schemes))
	for _, s := range d.schemes {
		out = append(out, s)
	}
	for _, part := range d.parts {
		for _, s := range part.Schemes() {
			if !slices.ContainsFunc(out, func(t SchemeUse) bool { return t.Name == s.Name }) {
				out = append(out, s)
			}
		}
	}
	slices.SortFunc(out, func(a, b SchemeUse) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Scopes are all scopes that the document's flows and requirements name, sorted.
func (d *Document) Scopes() []string {
	out := slices.Clone(d.scopes)
	for _, part := range d.parts {
		out = append(out, part.Scopes()...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Refused says why credentials are not enough, for [Operation.Challenges]. The
// zero value: there were none.
type Refused struct {
	Bearer bool     // a bearer token was presented, and is not good
	Scopes []string // the token is good and lacks some of these
	Nonce  string   // of a Digest challenge; any text without quotes
}

// Challenges are the values of WWW-Authenticate for an answer that refuses the
// operation's credentials (RFC 9110, 11.6.1): one for each way to authenticate,
// in the document's order. API keys have no registered scheme; they get one that
// says where the key goes, since a 401 must carry a challenge.
func (o *Operation) Challenges(why Refused) []string {
	var out []string
	realm := quoted(o.doc.title)
	for _, s := range o.prepared().rules.schemes {
		text := ""
		switch {
		case s.Bearer():
			text = "Bearer realm=" + realm + why.bearer()
		case s.Type == "apiKey":
			text = "ApiKey realm=" + realm + ", in=" + quoted(s.Kind) + ", name=" + quoted(s.Param)
		case s.Type != "http" || s.Kind == "":
			continue
		case s.Kind == "basic":
			text = "Basic realm=" + realm + `, charset="UTF-8"` // RFC 7617, 2.1
		case s.Kind == "digest":
			text = "Digest realm=" + realm + `, qop="auth", algorithm=SHA-256, nonce=` + quoted(why.Nonce) // RFC 7616, 3.3
		default:
			text = registered(s.Kind) + " realm=" + realm
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// bearer is what RFC 6750, 3, adds: no error where no token was presented.
func (why Refused) bearer() string {
	switch {
	case len(why.Scopes) > 0:
		return `, error="insufficient_scope", scope=` + quoted(strings.Join(why.Scopes, " "))
	case why.Bearer:
		return `, error="invalid_token"`
	}
	return ""
}

// registered writes the name of an authentication scheme as its RFC does; case
// does not matter to machines (RFC 9110, 11.1).
func registered(kind string) string {
	for _, name := range []string{"DPoP", "GNAP", "HOBA", "Mutual", "Negotiate", "OAuth", "PrivateToken", "SCRAM-SHA-1", "SCRAM-SHA-256", "vapid"} {
		if strings.EqualFold(name, kind) {
			return name
		}
	}
	return strings.ToUpper(kind[:1]) + kind[1:]
}

// quoted is a quoted-string (RFC 9110, 5.6.4) in ASCII.
func quoted(s string) string {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	return strconv.Quote(ascii)
}
