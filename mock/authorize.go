package mock

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// issuer tells which sandbox issued a credential that a request presents,
// without judging it.
func (c *contract) issuer(r *spec.Request) (name string, ok bool) {
	for _, line := range r.Header["Authorization"] {
		scheme, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if strings.EqualFold(scheme, "basic") {
			raw, _ := base64.StdEncoding.DecodeString(rest)
			_, rest, _ = strings.Cut(string(raw), ":")
		}
		if name, ok := issuedSandbox(rest); ok {
			return name, true
		}
	}
	for _, header := range c.keyHeaders {
		for _, value := range r.Header[header] {
			if name, ok := issuedWithin(value); ok {
				return name, true
			}
		}
	}
	return issuedWithin(r.RawQuery)
}

// issuedWithin finds an issued token in a query string, a Cookie or a header.
func issuedWithin(text string) (name string, ok bool) {
	i := strings.Index(text, issuedPrefix)
	if i < 0 {
		return "", false
	}
	return issuedSandbox(text[i:])
}

// keyHeadersOf are the headers in which a document's API keys come.
func keyHeadersOf(doc *spec.Document) []string {
	var out []string
	for _, s := range doc.Schemes() {
		switch {
		case s.Type == "apiKey" && s.Kind == "header":
			out = append(out, http.CanonicalHeaderKey(s.Param))
		case s.Type == "apiKey" && s.Kind == "cookie" && !slices.Contains(out, "Cookie"):
			out = append(out, "Cookie")
		}
	}
	return out
}

// authenticates reports whether the behaviours judge a call's credentials: on
// the operations that are theirs, and in a document that holds some of those on
// the others too, where what is presented was not issued by the control API.
func (h *Handler) authenticates(tx *Tx, v *visit) bool {
	c := v.contract
	switch {
	case h.opts.Behaviours.Authenticate == nil || len(c.behaviours) == 0:
		return false
	case c.behaviours[v.route.Operation] != nil:
		return true
	}
	token := v.call.Bearer()
	if token == "" {
		return false
	}
	_, known := issued.Get(tx, issuedKey(token))
	return !known
}

// standing is what becomes of a credential.
type standing struct {
	is     Issued
	known  bool   // it was issued here
	reason string // why it is not good; "" if it is
	lacks  bool   // it is good, but for scopes
}

// judge looks a credential up.
func judge(tx *Tx, r *spec.Request, use spec.SchemeUse, value string) standing {
	if use.Kind == "digest" {
		return judgeDigest(tx, r, use, value)
	}
	user, password, pair := value, value, use.Kind == "basic"
	if pair {
		user, password, _ = strings.Cut(value, ":")
	}
	is, ok := issued.Get(tx, issuedKey(password))
	if !ok || pair && user != is.Subject {
		return standing{reason: "the credential for " + use.Name + " was not issued here; POST " + Prefix + "/tokens issues one"}
	}
	return is.standing(tx, use)
}

// standing judges an issued credential's use for a scheme.
func (is Issued) standing(tx *Tx, use spec.SchemeUse) standing {
	out := standing{is: is, known: true}
	missing := func(scope string) bool { return !is.All && !slices.Contains(is.Scopes, scope) }
	switch {
	case is.Scheme != "" && is.Scheme != use.Name:
		out.reason = "the credential was issued for " + is.Scheme + " and is presented for " + use.Name
	case !tx.now.Before(is.ExpiresAt):
		out.reason = "the credential has expired"
	case slices.ContainsFunc(use.Scopes, missing):
		out.lacks = true
		out.reason = "the credential lacks the scope " + use.Scopes[slices.IndexFunc(use.Scopes, missing)]
	}
	return out
}

// authorize decides a call by the credentials that were issued. In the kind
// AuthAny they only tell who calls. The plan it returns refuses the call.
func (h *Handler) authorize(tx *Tx, v *visit) *plan {
	presented := v.call.Credentials
	token := &v.call.Identity.Token
	token.Present = len(presented) > 0
	if h.opts.Auth != AuthIssued && issued.Len(tx) == 0 {
		token.Valid = token.Present
		return nil
	}
	var first, worst standing
	uses := map[string]spec.SchemeUse{}
	for _, alt := range v.route.Operation.Security {
		for _, use := range alt {
			uses[use.Name] = use
		}
	}
	good := map[string]standing{}
	for _, c := range presented {
		if c.Type == "mutualTLS" {
			good[c.Scheme] = standing{}
			continue
		}
		st := judge(tx, &v.request, uses[c.Scheme], c.Value)
		good[c.Scheme] = st
		if st.known && !first.known {
			first = st
		}
		if st.reason != "" && worst.reason == "" {
			worst = st
		}
	}
	if first.known {
		v.call.Identity = first.identity()
	}
	if h.opts.Auth != AuthIssued {
		token.Valid = token.Valid || !first.known && token.Present
		return nil
	}
	return h.enough(tx, v, good, worst)
}

// identity is whom an issued credential stands for.
func (st standing) identity() Identity {
	is := st.is
	return Identity{
		Token: scenarios.Token{Present: true, Valid: st.reason == "" || st.lacks, IssuedAt: is.IssuedAt, ExpiresAt: is.ExpiresAt, Session: is.ID},
		User: func() any {
			scopes := make([]any, len(is.Scopes))
			for i, s := range is.Scopes {
				scopes[i] = s
			}
			return map[string]any{"id": is.Subject, "scopes": scopes}
		},
	}
}

// enough tells whether some alternative of the operation's security is met with
// good credentials. A bad one is refused even where none is needed: whoever
// sends one means to be known.
func (h *Handler) enough(tx *Tx, v *visit, found map[string]standing, worst standing) *plan {
	var lacking *standing
	var scopes []string
	for _, alt := range v.route.Operation.Security {
		met := true
		var short *standing
		var wanted []string
		for _, use := range alt {
			st, there := found[use.Name]
			switch {
			case there && st.lacks:
				short = &st
				wanted = use.Scopes
			case !there || st.reason != "":
				met = false
			}
		}
		if met && short == nil && (len(alt) > 0 || worst.reason == "") {
			return nil
		}
		if met && short != nil && lacking == nil {
			lacking, scopes = short, wanted
		}
	}
	if lacking == nil {
		if worst.reason == "" { // open to all
			return nil
		}
		p := h.denied(tx, v, http.StatusUnauthorized, refuseSecurity, worst.reason)
		return &p
	}
	p := h.denied(tx, v, http.StatusForbidden, refuseScopes, lacking.reason)
	if p.response.Header == nil {
		p.response.Header = http.Header{}
	}
	p.response.Header["Www-Authenticate"] = v.route.Operation.Challenges(spec.Refused{Scopes: scopes, Nonce: v.id})
	return &p
}

// denied answers with the document's own refusal, else with ours.
func (h *Handler) denied(tx *Tx, v *visit, status int, own refusal, reason string) plan {
	op := v.route.Operation
	if op.RefusalStatus(status) == 0 {
		return own.plan(reason, func(p *problem) { p.Operation, p.Violations = op.ID, v.found })
	}
	want := h.want(tx, v)
	want.Status, want.Seed = status, answerSeed(tx, v)
	return plan{want: want, source: SourceExample, reason: reason}
}

// challenge are the challenges of a 401 that brings none of its own (RFC 9110,
// 11.6.1).
func (v *visit) challenge() []string {
	if v.route.Operation == nil || v.call.Call == nil {
		return bearerChallenge
	}
	all := v.route.Operation.Challenges(spec.Refused{Bearer: v.call.Bearer() != "", Nonce: v.id})
	if len(all) == 0 {
		return bearerChallenge
	}
	return all
}

// bearerChallenge is for a 401 where no security is documented. It is shared;
// nothing appends to it.
var bearerChallenge = []string{"Bearer"}

// judgeDigest verifies a Digest response (RFC 7616, 3.4). Any nonce is good: the
// client made its answer of it.
func judgeDigest(tx *Tx, r *spec.Request, use spec.SchemeUse, value string) standing {
	p := digestParams(value)
	for _, is := range issued.All(tx) {
		if is.Subject == p["username"] && p["response"] != "" && is.digest(r.Method, p) == strings.ToLower(p["response"]) {
			return is.standing(tx, use)
		}
	}
	return standing{reason: "the Digest response for " + use.Name + " is made with no user and password that were issued here"}
}

// digest is the response that a client must send.
func (is Issued) digest(method string, p map[string]string) string {
	var sum func() hash.Hash = md5.New
	algorithm, session := strings.CutSuffix(strings.ToUpper(p["algorithm"]), "-SESS")
	if algorithm == "SHA-256" {
		sum = sha256.New
	}
	of := func(parts ...string) string {
		h := sum()
		h.Write([]byte(strings.Join(parts, ":")))
		return hex.EncodeToString(h.Sum(nil))
	}
	secret := of(is.Subject, p["realm"], is.Token)
	if session {
		secret = of(secret, p["nonce"], p["cnonce"])
	}
	request := of(method, p["uri"])
	if p["qop"] == "" {
		return of(secret, p["nonce"], request)
	}
	return of(secret, p["nonce"], p["nc"], p["cnonce"], p["qop"], request)
}

// digestParams reads auth-params (RFC 9110, 11.2).
func digestParams(text string) map[string]string {
	out := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		var value string
		if rest = strings.TrimLeft(rest, " "); strings.HasPrefix(rest, `"`) {
			value, rest, _ = strings.Cut(rest[1:], `"`)
			_, rest, _ = strings.Cut(rest, ",")
		} else {
			value, rest, _ = strings.Cut(rest, ",")
		}
		out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		text = rest
	}
	return out
}
