package report

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// Redact is the report without secrets: it is what every format is made of
// unless somebody insists. A secret is known by its place (Authorization,
// cookies, the API keys of the document's security schemes; members, fields and
// query members whose names say password, secret, token, otp and the like) or by
// its look (JSON Web Tokens, bearer and basic credentials, the keys of some
// large services). Once known, its text is taken out of everything that the
// report tells about the exchange.
func Redact(r *Report) *Report {
	x := newRedactor(r.Documents)
	out := *r
	out.Findings = slices.Clone(r.Findings)
	shared := map[*Exchange]*cleaned{}
	for i := range out.Findings {
		f := &out.Findings[i]
		found := &cleaned{redactor: x}
		if f.Sample != nil {
			if shared[f.Sample] == nil {
				shared[f.Sample] = x.exchange(f.Sample)
			}
			found = shared[f.Sample]
			f.Sample = found.exchange
		}
		f.Violation = found.violation(f.Violation)
		f.Template = found.text(f.Template)
	}
	return &out
}

// RedactExchange is one exchange without secrets, see [Redact].
func RedactExchange(e *Exchange, documents []Document) *Exchange {
	return newRedactor(documents).exchange(e).exchange
}

// Disguise is one exchange whose secrets are replaced by others of the same
// shape, see [Redact]: letters by letters, digits by digits. What was valid by a
// pattern, a length or a format mostly is so still.
func Disguise(e *Exchange, documents []Document) *Exchange {
	x := newRedactor(documents)
	x.stand = shape
	return x.exchange(e).exchange
}

// shape is a text of the same shape, whatever the text says. JSON's escapes stay.
func shape(s string) string {
	escaped := false
	return strings.Map(func(r rune) rune {
		was := escaped
		escaped = r == '\\' && !was
		switch {
		case was:
		case r >= '0' && r <= '9':
			return '1'
		case r >= 'A' && r <= 'Z':
			return 'A'
		case r >= 'a' && r <= 'z' || r > 0x7f:
			return 'a'
		}
		return r
	}, s)
}

// cleaned is an exchange without secrets, and those that it had.
type cleaned struct {
	*redactor
	exchange *Exchange
	secrets  []string        // the longest first
	members  map[string]bool // of JSON bodies: "name\x00value" of those that hold a secret
}

type redactor struct {
	keys  []string            // names of API keys, in lower case
	stand func(string) string // what stands in the place of a secret
}

func newRedactor(documents []Document) *redactor {
	x := &redactor{stand: func(string) string { return Redacted }}
	for _, d := range documents {
		for _, name := range d.Secrets {
			x.keys = append(x.keys, strings.ToLower(name))
		}
	}
	return x
}

func (x *redactor) exchange(e *Exchange) *cleaned {
	c := &cleaned{redactor: x}
	out := *e
	c.exchange = &out
	out.Request, out.Response = x.message(c, e.Request), x.message(c, e.Response)
	for _, v := range e.Violations {
		if secretPlace(v.Where) || x.secretKey(v.Where) {
			c.add(strings.Trim(strings.TrimSuffix(v.Got, "…"), `"`))
		}
	}
	sort.SliceStable(c.secrets, func(i, j int) bool { return len(c.secrets[i]) > len(c.secrets[j]) })
	// Now that all secrets are known, they go wherever they were repeated.
	path, query, has := strings.Cut(e.Target, "?")
	out.Target = c.text(path)
	if has {
		out.Target += "?" + c.text(x.pairs(c, query, "&"))
	}
	for i, m := range [...]*Message{&out.Request, &out.Response} {
		m.Path, m.Query = c.text(m.Path), c.text(m.Query)
		for name, values := range m.Headers {
			for i := range values {
				m.Headers[name][i] = c.text(values[i])
			}
		}
		if m.Body != nil {
			body := c.text(*m.Body)
			if was := [...]*string{e.Request.Body, e.Response.Body}[i]; json.Valid([]byte(*was)) && !json.Valid([]byte(body)) {
				body = quoteRedacted(body)
			}
			m.Body = &body
		}
	}
	out.Violations = make([]spec.Violation, len(e.Violations))
	for i, v := range e.Violations {
		out.Violations[i] = c.violation(v)
	}
	out.Reason, out.Applied = c.text(out.Reason), c.text(out.Applied)
	out.Explanation, out.Troubles = c.texts(out.Explanation), c.texts(out.Troubles)
	return c
}

// add remembers a secret. Very short ones are not looked for elsewhere: they
// would be found in every text.
func (c *cleaned) add(secret string) {
	if len(secret) >= 4 && secret != Redacted && !slices.Contains(c.secrets, secret) {
		c.secrets = append(c.secrets, secret)
	}
}

// text takes the known secrets and those that look like one out of a text.
func (c *cleaned) text(s string) string {
	if s == "" {
		return s
	}
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret, c.stand(secret))
	}
	for _, look := range looks {
		s = look.ReplaceAllStringFunc(s, func(m string) string {
			sub := look.FindStringSubmatch(m)
			if len(sub) > 1 && strings.Contains(m, Redacted) {
				return m
			}
			if len(sub) > 1 {
				return sub[1] + c.stand(m[len(sub[1]):])
			}
			return c.stand(m)
		})
	}
	return s
}

func (c *cleaned) texts(list []string) []string {
	out := slices.Clone(list)
	for i := range out {
		out[i] = c.text(out[i])
	}
	return out
}

func (c *cleaned) violation(v spec.Violation) spec.Violation {
	if secretPlace(v.Where) && v.Got != "" {
		// Secrets too short to be looked for everywhere stand here as well.
		v.Message = strings.ReplaceAll(v.Message, " "+v.Got, " "+Redacted)
		v.Got = Redacted
	}
	v.Got, v.Message, v.Want, v.Fix = c.text(v.Got), c.text(v.Message), c.text(v.Want), c.text(v.Fix)
	return v
}

// looks are what secrets look like wherever they stand. What a first group
// matches is kept.
var looks = []*regexp.Regexp{
	regexp.MustCompile(`eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}`), // RFC 7515, 3.1; RFC 7516, 3.1
	regexp.MustCompile(`(?i)\b((?:bearer|basic|digest|token)\s+)[A-Za-z0-9._~+/=-]{12,}`),
	regexp.MustCompile(`\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAKIA[0-9A-Z]{16}\b`),
	regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`),
	regexp.MustCompile(`(://)[^/\s:@"]+:[^/\s@"]+@`), // RFC 3986, 3.2.1
}

// message is a message without the secrets that its places tell of.
func (x *redactor) message(c *cleaned, m Message) Message {
	out := m
	out.Headers = http.Header{}
	for name, values := range m.Headers {
		for _, value := range values {
			out.Headers[name] = append(out.Headers[name], x.header(c, name, value))
		}
	}
	out.Query = x.pairs(c, m.Query, "&")
	if m.Base64 != "" {
		out.Cut, out.Base64 = m.Cut+len(m.Base64)*3/4, "" // nobody can tell what it holds
	}
	if m.Body != nil {
		body := x.body(c, m.Headers.Get("Content-Type"), *m.Body)
		out.Body = &body
	}
	return out
}

// header is a header's value without secrets: of credentials the scheme is kept,
// of cookies the names and attributes.
func (x *redactor) header(c *cleaned, name, value string) string {
	switch lower := strings.ToLower(name); {
	case lower == "authorization" || lower == "proxy-authorization":
		scheme, rest, ok := strings.Cut(strings.TrimSpace(value), " ")
		if !ok {
			c.add(value)
			return x.stand(value)
		}
		c.add(strings.TrimSpace(rest))
		return scheme + " " + x.stand(strings.TrimSpace(rest))
	case lower == "cookie":
		return x.cookies(c, value)
	case lower == "set-cookie":
		pair, attributes, has := strings.Cut(value, ";")
		if has {
			attributes = ";" + attributes
		}
		return x.cookies(c, pair) + attributes
	case slices.Contains(x.keys, lower), secretName(name) && !strings.HasPrefix(lower, "access-control-"):
		c.add(value)
		return x.stand(value)
	case lower == "location", lower == "referer", lower == "content-location", lower == "link":
		before, query, has := strings.Cut(value, "?")
		if has {
			return before + "?" + x.pairs(c, query, "&")
		}
	}
	return value
}

func (x *redactor) cookies(c *cleaned, line string) string {
	pairs := strings.Split(line, ";")
	for i, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			continue
		}
		if strings.TrimSpace(name) == "standin-sandbox" {
			continue // names a world, opens nothing
		}
		c.add(strings.Trim(strings.TrimSpace(value), `"`))
		pairs[i] = name + "=" + x.stand(value)
	}
	return strings.Join(pairs, ";")
}

// pairs is a query or a form without the values whose names tell of secrets.
func (x *redactor) pairs(c *cleaned, text, separator string) string {
	if text == "" {
		return ""
	}
	parts := strings.Split(text, separator)
	for i, part := range parts {
		name, value, ok := strings.Cut(part, "=")
		plain := unescape(name)
		if !ok || !secretName(plain) && !x.secretKey(plain) && !slices.Contains(queryCredentials, strings.ToLower(plain)) {
			continue
		}
		c.add(value)
		c.add(unescape(value))
		parts[i] = name + "=" + x.stand(value)
	}
	return strings.Join(parts, separator)
}

// queryCredentials are members of queries and forms that carry credentials and
// whose names alone do not say so (RFC 6749, 4.1.3; signed addresses).
var queryCredentials = []string{"code", "code_verifier", "assertion", "client_assertion", "sig", "signature", "x-amz-signature", "x-amz-credential", "key"}

func (x *redactor) secretKey(name string) bool { return slices.Contains(x.keys, strings.ToLower(name)) }

// secretWords are what the names of secrets hold, without separators.
var secretWords = []string{
	"password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "authorization",
	"sessionid", "sessionkey", "onetimepassword", "otp", "cvv", "cvc", "cardnumber", "pin", "pwd", "jwt", "sid", "csrf", "xsrf", "recoverycode", "verificationcode", "mfacode", "totp",
}

// wholeWords are those of them that other words hold too: they must be the
// whole name, or one of its words.
var wholeWords = []string{"otp", "cvv", "cvc", "pin", "pwd", "jwt", "sid", "totp"}

// harmless are names that hold such a word and tell about a secret only.
var harmless = []string{"tokentype", "tokenendpoint", "maxtokens", "tokencount", "totaltokens", "passwordresetrequired", "tokenexpiresin", "tokenexpiry", "tokenizer", "secretary", "tokenalgorithm"}

// secretName reports whether a name says that its value is a secret.
func secretName(name string) bool {
	words := wordsOf(name)
	joined := strings.Join(words, "")
	if slices.Contains(harmless, joined) {
		return false
	}
	for _, w := range secretWords {
		if slices.Contains(wholeWords, w) {
			if slices.Contains(words, w) {
				return true
			}
		} else if strings.Contains(joined, w) {
			return true
		}
	}
	return false
}

// wordsOf are the words of a name in any spelling, in lower case: accessToken,
// access_token and Access-Token are two.
func wordsOf(name string) []string {
	var b strings.Builder
	last := rune(0)
	for _, r := range name {
		upper := r >= 'A' && r <= 'Z'
		switch {
		case upper && last >= 'a' && last <= 'z':
			b.WriteByte(' ')
			b.WriteRune(r)
		case r == '_' || r == '-' || r == '.' || r == '[' || r == ']' || r == ' ' || r == '/':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return strings.Fields(strings.ToLower(b.String()))
}

// secretPlace reports whether a violation's place holds a secret.
func secretPlace(where string) bool {
	in, name, ok := strings.Cut(where, ".")
	if ok && in != "query" && in != "header" && in != "path" && in != "cookie" {
		ok = false
	}
	switch {
	case ok && in == "cookie":
		return true
	case ok:
		return secretName(name)
	}
	return slices.ContainsFunc(strings.Split(where, "/"), secretName)
}

// body is a body without the secrets that its members' names tell of, in
// whatever type it is. The text is kept as it was written, but for the values:
// the evidence shows what was sent.
func (x *redactor) body(c *cleaned, contentType, body string) string {
	value, isJSON := decoded(body)
	switch {
	case isJSON:
		x.value(c, "", value, false)
	case strings.Contains(contentType, "x-www-form-urlencoded"):
		return x.pairs(c, body, "&")
	}
	for _, form := range bodyForms {
		body = form.ReplaceAllStringFunc(body, func(m string) string {
			sub := form.FindStringSubmatchIndex(m)
			name, value := m[sub[2]:sub[3]], m[sub[4]:sub[5]]
			secret := secretName(name) || x.secretKey(name)
			if isJSON {
				secret = c.members[name+"\x00"+value]
			}
			if !secret {
				return m
			}
			c.add(value)
			return m[:sub[4]] + x.stand(value) + m[sub[5]:]
		})
	}
	return body
}

// quoteRedacted puts quotes around what stands in the place of JSON's numbers, so
// that the text is JSON still.
func quoteRedacted(body string) string {
	var b strings.Builder
	for len(body) > 0 {
		n := strings.IndexAny(body, `"[0123456789-`)
		if n < 0 {
			break
		}
		b.WriteString(body[:n])
		body = body[n:]
		switch run := numberRun.FindString(body); {
		case body[0] == '"':
			n = len(jsonString.FindString(body))
			b.WriteString(body[:max(n, 1)])
			body = body[max(n, 1):]
		case strings.Contains(run, Redacted):
			b.WriteString(`"` + Redacted + `"`)
			body = body[len(run):]
		default:
			b.WriteString(body[:max(len(run), 1)])
			body = body[max(len(run), 1):]
		}
	}
	return b.String() + body
}

var (
	numberRun  = regexp.MustCompile(`^(?:\[redacted\]|[0-9.eE+-])+`)
	jsonString = regexp.MustCompile(`^"(?:[^"\\]|\\.)*"`)
)

// bodyForms find a name and its value in bodies, those that are cut off or
// broken too: JSON, multipart forms (RFC 7578), XML elements and attributes.
var bodyForms = []*regexp.Regexp{
	regexp.MustCompile(`"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"?`),
	regexp.MustCompile(`"((?:[^"\\]|\\.)*)"\s*:\s*(-?[0-9][0-9.eE+-]*)`),
	regexp.MustCompile(`(?i)[; ]name="([^"]*)"[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n([^\r\n]*)`),
	regexp.MustCompile(`<([A-Za-z_][\w:.-]*)[^<>]*>([^<>]+)<`),
	regexp.MustCompile(`\s([A-Za-z_][\w:.-]*)="([^"<>]*)"`),
}

func decoded(body string) (any, bool) {
	if !json.Valid([]byte(body)) {
		return nil, false
	}
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var v any
	return v, dec.Decode(&v) == nil
}

// value finds the secrets of a JSON value, the member of a name; within says
// that a name above it told of one.
func (x *redactor) value(c *cleaned, name string, v any, within bool) {
	switch v := v.(type) {
	case map[string]any:
		if slices.Contains(aboutErrors, strings.ToLower(name)) {
			return // its members are named after fields, and hold what is wrong with them
		}
		for inner, w := range v {
			x.value(c, inner, w, within || secretName(inner) && holdsText(w) || x.secretKey(inner))
		}
	case []any:
		for _, inner := range v {
			x.value(c, name, inner, within)
		}
	case string:
		if within {
			text, _ := encode(v) // text always encodes
			written := strings.Trim(strings.TrimSpace(string(text)), `"`)
			x.member(c, name, v)
			x.member(c, name, written)
		}
	case json.Number:
		if within {
			x.member(c, name, v.String())
		}
	}
}

func (x *redactor) member(c *cleaned, name, value string) {
	if c.members == nil {
		c.members = map[string]bool{}
	}
	c.members[name+"\x00"+value] = true
	c.add(value)
}

// aboutErrors are names of objects that tell what is wrong with fields.
var aboutErrors = []string{"error", "errors", "violations", "details", "fields", "messages", "validation"}

// holdsText reports whether a value is text, a number or a list of them: an object below
// the name "token" describes one more often than that all of it is secret.
func holdsText(v any) bool {
	switch v := v.(type) {
	case string, json.Number:
		return true
	case []any:
		return slices.ContainsFunc(v, holdsText)
	}
	return false
}
