package mock

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec"
)

// Auth says which credentials are good enough on operations whose behaviours do
// not decide it themselves.
type Auth string

// The kinds of Auth.
const (
	AuthAny    Auth = ""       // every well-formed credential
	AuthIssued Auth = "issued" // those that [Sandbox.Issue] made, in time and within their scopes
)

// Issued is a credential that was made for a test. It is never changed.
type Issued struct {
	ID        string    `json:"id"`
	Token     string    `json:"token"`            // the bearer token, the API key, the password
	Subject   string    `json:"subject"`          // whom it stands for: the user of basic and digest
	Scheme    string    `json:"scheme,omitempty"` // the only security scheme that it is good for; "" is all
	All       bool      `json:"all"`              // it has every scope, whatever Scopes say
	Scopes    []string  `json:"scopes"`           // sorted
	IssuedAt  time.Time `json:"issued_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// IssueRequest says what credential to make. The zero value is one for
// everything, for an hour.
type IssueRequest struct {
	Scopes  []string      // nil is every scope; empty is none
	Scheme  string        // the only scheme that it shall be good for; "" is all
	Subject string        // "" is "standin"
	Token   string        // a value of one's own; "" makes a JWT
	Life    time.Duration // by the sandbox's clock; 0 is an hour, a negative one has passed already
}

// Errors of [Sandbox.Issue].
var (
	ErrNoScheme   = errors.New("the document has no such security scheme")
	ErrTokenTaken = errors.New("a credential with this token is issued already")
	ErrTokenText  = errors.New("a token has 1 to 4096 characters of A-Z a-z 0-9 . _ ~ + / - and perhaps = at its end")
	ErrSubject    = errors.New("a subject has 1 to 256 printable characters, and no colon or double quote")
)

// issued are the credentials by their token's digest, so that what is presented
// is looked up whole and compared in constant time by construction.
var issued = NewTable[Issued]("issued_tokens")

// ownTables are the tables of the handler itself, beside the behaviours'.
var ownTables = []AnyTable{things, collections, issued, deliveries}

// maxIssued bounds the credentials of a sandbox; the oldest tenth goes when it
// is reached.
const maxIssued = 10_000

// defaultLife is how long a credential is good that says nothing of it.
const defaultLife = time.Hour

// Issue makes a credential that is good in this sandbox.
func (s *Sandbox) Issue(ctx context.Context, want IssueRequest) (Issued, error) {
	doc := s.h.Document()
	named := func(scheme spec.SchemeUse) bool { return scheme.Name == want.Scheme }
	switch {
	case want.Scheme != "" && !slices.ContainsFunc(doc.Schemes(), named):
		return Issued{}, fmt.Errorf("%w: %q", ErrNoScheme, want.Scheme)
	case want.Token != "" && (len(want.Token) > 4096 || !isToken(want.Token)):
		return Issued{}, ErrTokenText
	case want.Subject == "":
		want.Subject = "standin"
	case !isSubject(want.Subject):
		return Issued{}, ErrSubject
	}
	if want.Life == 0 {
		want.Life = defaultLife
	}
	made := Issued{Subject: want.Subject, Scheme: want.Scheme, All: want.Scopes == nil, Scopes: slices.Clone(want.Scopes)}
	if made.All {
		made.Scopes = doc.Scopes()
	}
	slices.Sort(made.Scopes)
	made.Scopes = append([]string{}, slices.Compact(made.Scopes)...)
	err := s.Update(ctx, func(tx *Tx) error {
		m := made
		m.ID, m.IssuedAt, m.ExpiresAt, m.Token = tx.ULID("issued"), tx.now, tx.now.Truncate(time.Second).Add(want.Life), want.Token
		if m.Token == "" {
			m.Token = m.sign(tx)
		}
		key := issuedKey(m.Token)
		if _, taken := issued.Get(tx, key); taken {
			return ErrTokenTaken
		}
		makeRoom(tx)
		issued.Put(tx, key, m)
		made = m
		return nil
	})
	return made, err
}

// Issued are the credentials that were made in this sandbox, the oldest first.
func (s *Sandbox) Issued(ctx context.Context) []Issued {
	var out []Issued
	s.View(ctx, func(tx *Tx) { out = issuedByAge(tx) })
	return out
}

// Revoke makes a credential no longer good; it tells whether there was one of
// that id.
func (s *Sandbox) Revoke(ctx context.Context, id string) bool {
	found := false
	_ = s.Update(ctx, func(tx *Tx) error { // deleting does not fail
		found = false
		for key, is := range issued.All(tx) {
			if is.ID == id {
				found = issued.Delete(tx, key)
				break
			}
		}
		return nil
	})
	return found
}

func issuedByAge(tx *Tx) []Issued {
	out := make([]Issued, 0, issued.Len(tx))
	for _, is := range issued.All(tx) {
		out = append(out, is)
	}
	slices.SortStableFunc(out, func(a, b Issued) int { return a.IssuedAt.Compare(b.IssuedAt) })
	return out
}

// makeRoom keeps the table within its bound.
func makeRoom(tx *Tx) {
	if issued.Len(tx) < maxIssued {
		return
	}
	for _, is := range issuedByAge(tx)[:maxIssued/10] {
		issued.Delete(tx, issuedKey(is.Token))
	}
}

func issuedKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// issuedHeader starts the header of every JWT that is made here. A sandbox other
// than the default one is named by a private parameter (RFC 7515, 4.3).
const issuedHeader = `{"kid":"standin-issued","typ":"JWT","alg":"HS256"`

// issuedPrefix is how such a token looks: whole groups of base64.
var issuedPrefix = base64.RawURLEncoding.EncodeToString([]byte(issuedHeader[:len(issuedHeader)/3*3]))

// sign makes the token: a JWT whose signature only says that it is whole, since
// what is good stands in the table.
func (is Issued) sign(tx *Tx) string {
	header := issuedHeader
	if tx.sandbox != DefaultSandbox {
		header += `,"sandbox":"` + tx.sandbox + `"`
	}
	claims, _ := json.Marshal(struct { // strings and numbers: it cannot fail
		ID      string `json:"jti"`
		Issuer  string `json:"iss"`
		Subject string `json:"sub"`
		Scope   string `json:"scope,omitempty"` // RFC 8693, 4.2
		Issued  int64  `json:"iat"`
		Expires int64  `json:"exp"`
	}{is.ID, "standin", is.Subject, strings.Join(is.Scopes, " "), is.IssuedAt.Unix(), is.ExpiresAt.Unix()})
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(header+"}")) + "." + enc.EncodeToString(claims)
	mac := hmac.New(sha256.New, fmt.Appendf(nil, "%x", tx.WorldSeed("issued")))
	mac.Write([]byte(text))
	return text + "." + enc.EncodeToString(mac.Sum(nil))
}

// issuedSandbox is the sandbox whose credential this is, by the token's own word.
func issuedSandbox(token string) (name string, ok bool) {
	if !strings.HasPrefix(token, issuedPrefix) {
		return "", false
	}
	head, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(head)
	var header struct {
		Sandbox string `json:"sandbox"`
	}
	if err != nil || json.Unmarshal(raw, &header) != nil {
		return "", false
	}
	if header.Sandbox == "" {
		return DefaultSandbox, true
	}
	return header.Sandbox, true
}

// isToken reports whether a text can travel as a bearer token (RFC 6750, 2.1),
// and so also in a header, a query, a cookie and a password.
func isToken(s string) bool {
	body := strings.TrimRight(s, "=")
	return body != "" && !strings.ContainsFunc(body, func(r rune) bool {
		alnum := r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
		return !alnum && !strings.ContainsRune("-._~+/", r)
	})
}

// isSubject reports whether a text can be the user of basic credentials (RFC
// 7617, 2) and of digest ones.
func isSubject(s string) bool {
	return len(s) <= 256 && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == ':' || r == '"' || r == 0xfffd })
}
