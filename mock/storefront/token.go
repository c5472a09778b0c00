package storefront

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The kinds of token.
const (
	accessToken  = "access"
	refreshToken = "refresh"
)

// maxToken is the length of the longest token that is looked at.
const maxToken = 8 << 10

// sandboxParam is the private header parameter (RFC 7515, 4.3) that names the
// sandbox of a token. Tokens of the default sandbox do without.
const sandboxParam = `,"sandbox":"`

// append signs a payload and appends the token to b; it returns the token's
// digest as well.
func (s *signer) append(b []byte, sandbox string, payload []byte) ([]byte, digest) {
	start := len(b)
	if sandbox == defaultSandbox {
		b = append(b, s.plain...)
	} else {
		var scratch [192]byte
		header := append(scratch[:0], s.header...)
		header = append(header, sandboxParam...)
		header = append(header, sandbox...)
		header = append(header, `"}`...)
		b = base64.RawURLEncoding.AppendEncode(b, header)
	}
	b = append(b, '.')
	b = base64.RawURLEncoding.AppendEncode(b, payload)
	signed := b[start:]
	if s.macs != nil {
		m := s.macs.Get().(*mac)
		m.Reset()
		m.Write(signed)
		m.sum = m.Sum(m.sum[:0])
		b = append(b, '.')
		b = base64.RawURLEncoding.AppendEncode(b, m.sum)
		s.macs.Put(m)
	} else {
		// newSigner has tried the key, and nothing else makes Sign fail.
		sum, _ := s.method.Sign(string(signed), s.sign)
		b = append(b, '.')
		b = base64.RawURLEncoding.AppendEncode(b, sum)
	}
	return b, sha256.Sum256(b[start:])
}

// The session's id stands at the same place of every payload, so that it can be
// read without decoding the rest.
const (
	sidPrefix = `{"sid":"`
	sidLength = 26 // a ULID
	sidBytes  = 36 // prefix, id and quotes, rounded up to whole groups of base64
	sidChars  = sidBytes / 3 * 4
)

// sidOf reads the session's id from a token without judging the token.
func sidOf(token string) (sid string, ok bool) {
	dot := strings.IndexByte(token, '.')
	if dot < 0 || len(token) < dot+1+sidChars {
		return "", false
	}
	var src [sidChars]byte
	var dst [sidBytes]byte
	copy(src[:], token[dot+1:])
	if n, err := base64.RawURLEncoding.Decode(dst[:], src[:]); err != nil || n != sidBytes {
		return "", false
	}
	const end = len(sidPrefix) + sidLength
	if string(dst[:len(sidPrefix)]) != sidPrefix || dst[end] != '"' {
		return "", false
	}
	return string(dst[len(sidPrefix):end]), true
}

// appendAccessClaims appends the payload of an access token: those claims that
// the published client decodes, and ours (sid, gen, typ).
func (s *service) appendAccessClaims(b []byte, sid string, next *session, u *user, iat, exp time.Time) []byte {
	b = appendTokenHead(b, sid, next.Gen, accessToken)
	b = append(b, `,"ulid":"`...)
	b = append(b, u.ID...)
	b = append(b, `","email":`...)
	b = appendNullable(b, u.Email)
	b = append(b, `,"phone":`...)
	b = appendNullable(b, u.Phone)
	b = append(b, `,"username":`...)
	b = appendString(b, username(u))
	b = append(b, `,"first_name":`...)
	b = appendNullable(b, u.FirstName)
	b = append(b, `,"last_name":`...)
	b = appendNullable(b, u.LastName)
	b = append(b, `,"store_id":`...)
	b = appendString(b, s.o.StoreID)
	b = append(b, `,"is_logged_in":`...)
	b = strconv.AppendBool(b, next.LoggedIn)
	b = append(b, `,"is_anonymous":`...)
	b = strconv.AppendBool(b, !next.LoggedIn)
	b = append(b, `,"customer_id":`...)
	b = appendID(b, u.CustomerID, !u.Visitor)
	b = append(b, `,"customer_group_id":`...)
	b = appendID(b, u.Group, u.Group != "")
	b = append(b, `,"anonymous_id":"`...)
	b = append(b, next.Visitor...)
	b = append(b, `","channel":{"id":"web","name":"Web","type":"web"}`...)
	return appendTokenTail(b, iat, exp)
}

// appendRefreshClaims appends the payload of a refresh token.
func appendRefreshClaims(b []byte, sid string, next *session, iat, exp time.Time) []byte {
	b = appendTokenHead(b, sid, next.Gen, refreshToken)
	b = append(b, `,"ulid":"`...)
	b = append(b, next.User...)
	b = append(b, '"')
	return appendTokenTail(b, iat, exp)
}

func appendTokenHead(b []byte, sid string, gen uint64, typ string) []byte {
	b = append(b, sidPrefix...)
	b = append(b, sid...)
	b = append(b, `","gen":`...)
	b = strconv.AppendUint(b, gen, 10)
	b = append(b, `,"typ":"`...)
	b = append(b, typ...)
	return append(b, '"')
}

func appendTokenTail(b []byte, iat, exp time.Time) []byte {
	b = append(b, `,"iat":`...)
	b = strconv.AppendInt(b, iat.Unix(), 10)
	b = append(b, `,"exp":`...)
	b = strconv.AppendInt(b, exp.Unix(), 10)
	return append(b, '}')
}

// appendID appends an id, or null unless there is one.
func appendID(b []byte, id string, there bool) []byte {
	if !there {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = append(b, id...)
	return append(b, '"')
}

// username is what a user is called by: the address, else the number, else "".
func username(u *user) string {
	if u.Email != nil {
		return *u.Email
	}
	return deref(u.Phone)
}

// claims are what a foreign token is asked for.
type claims struct {
	SID string `json:"sid"`
	Gen uint64 `json:"gen"`
	Typ string `json:"typ"`
	UID string `json:"ulid"`
	jwt.RegisteredClaims
}

// verdict is what a token that is not live turned out to be.
type verdict int

const (
	verdictMalformed verdict = iota // no JWT
	verdictAlgorithm                // signed with another algorithm
	verdictSignature                // not signed by us
	verdictSandbox                  // signed by us for another sandbox
	verdictKind                     // signed by us for another use
	verdictGenuine                  // ours, whatever became of it since
)

// parse reads a token that is not live, to tell why. The claims are good for
// verdictGenuine only. Times are not judged here.
func (s *signer) parse(token, sandbox, kind string) (claims, verdict) {
	var c claims
	if len(token) > maxToken {
		return c, verdictMalformed
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{s.method.Alg()}), jwt.WithoutClaimsValidation())
	parsed, err := parser.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return s.verify, nil })
	switch {
	case errors.Is(err, jwt.ErrTokenMalformed), parsed == nil:
		return claims{}, verdictMalformed
	case parsed.Method == nil, parsed.Method.Alg() != s.method.Alg():
		return claims{}, verdictAlgorithm
	case err != nil:
		return claims{}, verdictSignature
	}
	// The decoder overlooks stray bits and line breaks in base64; we never
	// issue them.
	if name, ok := sandboxOf(token); !ok || name != sandbox {
		return claims{}, verdictSandbox
	}
	if c.Typ != kind || c.ExpiresAt == nil || c.IssuedAt == nil {
		return claims{}, verdictKind
	}
	return c, verdictGenuine
}
