package spec

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// securitySchemes reads components/securitySchemes.
func (x *indexer) securitySchemes() {
	x.doc.schemes = make(map[string]SchemeUse)
	x.doc.known = make(map[string]bool)
	x.root.Get("components").Get("securitySchemes").Each(func(name string, at tree.Place) {
		at = x.follow(at)
		s := SchemeUse{Name: name, Type: at.Get("type").Str()}
		switch s.Type {
		case "http":
			s.Kind, s.Format = strings.ToLower(at.Get("scheme").Str()), at.Get("bearerFormat").Str()
		case "apiKey":
			s.Kind, s.Param = at.Get("in").Str(), at.Get("name").Str()
			if s.Kind == "header" {
				x.doc.known[strings.ToLower(s.Param)] = true
			}
		case "oauth2":
			at.Get("flows").Each(func(_ string, flow tree.Place) {
				flow.Get("scopes").Each(func(scope string, _ tree.Place) { x.scope(scope) })
			})
		case "openIdConnect":
		case "mutualTLS":
			x.warn(at, "certificates of clients are not looked at: whoever calls is taken to have one", "")
		default:
			x.warn(at, "the type of a security scheme is one of http, apiKey, oauth2, openIdConnect, mutualTLS", "")
		}
		x.doc.schemes[name] = s
		x.doc.bearers = x.doc.bearers || s.Bearer()
	})
}

// scope notes a scope that the document names.
func (x *indexer) scope(name string) {
	if i, known := slices.BinarySearch(x.doc.scopes, name); !known && name != "" {
		x.doc.scopes = slices.Insert(x.doc.scopes, i, name)
	}
}

// requirements reads a `security` list.
func (x *indexer) requirements(at tree.Place) []Requirement {
	if !at.IsList() {
		return nil
	}
	out := []Requirement{}
	at.Each(func(_ string, alt tree.Place) {
		req := Requirement{}
		alt.Each(func(name string, scopes tree.Place) {
			s, ok := x.doc.schemes[name]
			if !ok {
				x.warn(scopes, "no security scheme is named "+name+", so it is not checked", "add it under components/securitySchemes")
				return
			}
			scopes.Each(func(_ string, scope tree.Place) {
				s.Scopes = append(s.Scopes, scope.Str())
				x.scope(scope.Str())
			})
			req = append(req, s)
		})
		out = append(out, req)
	})
	return out
}

// credentialRules are what an operation's security comes to, worked out once.
type credentialRules struct {
	schemes []SchemeUse // each one once, in the order of their first use
	bearer  bool        // some alternative asks for a bearer token
	at      tree.Place
	want    string // all alternatives, for people
}

func credentialRulesOf(o *Operation) credentialRules {
	out := credentialRules{at: o.at.Get("security")}
	if !out.at.OK() {
		out.at = o.doc.files.Root().Get("security")
	}
	var alts []string
	for _, alt := range o.Security {
		var all []string
		for _, s := range alt {
			if !slices.ContainsFunc(out.schemes, func(t SchemeUse) bool { return t.Name == s.Name }) {
				out.schemes = append(out.schemes, s)
			}
			out.bearer = out.bearer || s.Bearer()
			all = append(all, s.describe())
		}
		if len(all) > 0 {
			alts = append(alts, strings.Join(all, " and "))
		}
	}
	out.want = strings.Join(alts, ", or ")
	return out
}

// Bearer reports whether a scheme's credential is a bearer token in the
// Authorization header (RFC 6750; OAuth 2 and OpenID Connect carry one too).
func (s SchemeUse) Bearer() bool {
	return s.Type == "http" && s.Kind == "bearer" || s.Type == "oauth2" || s.Type == "openIdConnect"
}

func (s SchemeUse) describe() string {
	switch {
	case s.Bearer():
		return "Authorization: Bearer TOKEN"
	case s.Type == "http" && s.Kind == "basic":
		return "Authorization: Basic BASE64(user:password)"
	case s.Type == "http":
		return "Authorization: " + s.Kind
	case s.Type == "apiKey" && s.Kind == "query":
		return "the query member " + s.Param
	case s.Type == "apiKey":
		return "the " + s.Kind + " " + s.Param
	}
	return s.Type
}

// credentials reads what a request presents. The problem is "" where some
// alternative of the operation's security is met.
//
// A bearer token that is sent and bad counts even where none is needed: whoever
// sends one means to be known.
func (p *opPlan) credentials(o *Operation, r *Request) (found []Credential, problem string) {
	if len(p.rules.schemes) == 0 {
		return nil, ""
	}
	good, authorized := uint64(0), false
	for i, s := range p.rules.schemes {
		value, bad := s.read(r)
		switch {
		case bad == "":
			found = append(found, Credential{Scheme: s.Name, Type: s.Type, Kind: s.credentialKind(), Value: value})
			good |= 1 << min(i, 63)
			authorized = authorized || s.Type == "http" || s.Bearer()
		case problem == "":
			problem = bad
		}
	}
	if lines := r.Header["Authorization"]; p.rules.bearer && len(lines) > 0 && !authorized {
		return found, authorizationProblem(lines)
	}
	for _, alt := range o.Security {
		met := true
		for _, s := range alt {
			i := slices.IndexFunc(p.rules.schemes, func(t SchemeUse) bool { return t.Name == s.Name })
			met = met && good&(1<<min(i, 63)) != 0
		}
		if met {
			return found, ""
		}
	}
	return found, problem
}

func (s SchemeUse) credentialKind() string {
	if s.Bearer() {
		return "bearer"
	}
	return s.Kind
}

// read reads a scheme's credential, and says what is wrong with it.
func (s SchemeUse) read(r *Request) (value, bad string) {
	switch {
	case s.Type == "mutualTLS": // the certificate is the server's business
		return "", ""
	case s.Type == "apiKey":
		return s.key(r)
	case s.Type != "http" && !s.Bearer():
		return "", "the security scheme " + s.Name + " is of no known type"
	}
	lines := r.Header["Authorization"]
	switch len(lines) {
	case 0:
		return "", "the request has no Authorization header"
	case 1:
	default:
		return "", "the request has more than one Authorization header"
	}
	scheme, rest, _ := strings.Cut(lines[0], " ")
	kind := s.credentialKind()
	if len(scheme) != len(kind) || !strings.EqualFold(scheme, kind) {
		return "", authorizationProblem(lines)
	}
	rest = strings.TrimSpace(rest)
	switch {
	case rest == "":
		return "", authorizationProblem(lines)
	case kind == "bearer" && !isToken68(rest):
		return "", "the Authorization header's bearer token holds characters that no token has"
	case kind == "basic":
		return basic(rest)
	}
	return rest, ""
}

// authorizationProblem says what is wrong with an Authorization header, without
// showing what it holds.
func authorizationProblem(lines []string) string {
	if len(lines) > 1 {
		return "the request has more than one Authorization header"
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(lines[0]), " ")
	switch {
	case strings.EqualFold(scheme, "bearer") && strings.TrimSpace(rest) == "":
		return "the Authorization header says Bearer, and no token follows"
	case strings.EqualFold(scheme, "bearer"):
		return "the Authorization header's bearer token holds characters that no token has"
	case scheme == "" || rest == "":
		return "the Authorization header holds no scheme and credentials"
	}
	return "the Authorization header's scheme is " + short(scheme) + ", which this operation does not take"
}

// basic decodes user:password (RFC 7617, 2).
func basic(s string) (value, bad string) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", "the Authorization header's basic credentials are not base64"
	}
	if !strings.Contains(string(b), ":") {
		return "", "the Authorization header's basic credentials have no colon between user and password"
	}
	return string(b), ""
}

// isToken68 reports whether a text is a token68 (RFC 9110, 11.2; RFC 6750, 2.1).
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	for i := range len(s) {
		if !token68[s[i]] {
			return false
		}
	}
	return s != ""
}

// token68 are the characters of a token68: a table, since tokens are long.
var token68 = func() (is [256]bool) {
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/") {
		is[c] = true
	}
	return is
}()

// key reads an API key.
func (s SchemeUse) key(r *Request) (value, bad string) {
	switch s.Kind {
	case "header":
		value = r.Header.Get(s.Param)
	case "query":
		for _, p := range queryPairs(r.RawQuery) {
			if p.name == s.Param {
				value = p.value
			}
		}
	case "cookie":
		value = cookieValue(r.Header, s.Param)
	}
	if strings.TrimSpace(value) == "" {
		return "", "the request has no " + strings.TrimPrefix(s.describe(), "the ")
	}
	return value, ""
}

func cookieValue(h http.Header, name string) string {
	for _, line := range h["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			if n, v, _ := strings.Cut(strings.TrimSpace(part), "="); n == name {
				return strings.Trim(v, `"`)
			}
		}
	}
	return ""
}

// security adds the violation of an operation's security, if there is one.
func (r *report) security(p *opPlan, problem string) {
	if problem == "" {
		return
	}
	r.add(p.rules.at, Violation{Where: "security", Keyword: "security", Message: problem, Want: p.rules.want, Fix: "send " + p.rules.want})
}
