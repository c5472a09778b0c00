package storefront

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// defaultSandbox is the sandbox whose tokens carry no name.
const defaultSandbox = "default"

// maxSandbox is the length of the longest sandbox name.
const maxSandbox = 64

// presentedSandbox tells which sandbox issued the token that a request
// presents: a bearer token, else the refresh_token or otp_token of a JSON body.
// It does not judge the token.
func (s *service) presentedSandbox(r *spec.Request) (name string, ok bool) {
	if values := r.Header["Authorization"]; len(values) > 0 {
		if token, ok := bearer(values[0]); ok {
			if strings.HasPrefix(token, s.keys.plain) && strings.HasPrefix(token[len(s.keys.plain):], ".") {
				return defaultSandbox, true
			}
			return sandboxOf(token)
		}
	}
	switch {
	case strings.HasSuffix(r.Path, "/auth/refresh-token"):
		if token, ok := member(r.Body, `"refresh_token"`); ok {
			return sandboxOf(token)
		}
	case strings.HasSuffix(r.Path, "/auth/verify-otp"), strings.HasSuffix(r.Path, "/auth/reset-password"):
		if token, ok := member(r.Body, `"otp_token"`); ok {
			return sandboxOfOTP(token)
		}
	}
	return "", false
}

// bearer takes the token from an Authorization header; the scheme's case does
// not matter (RFC 9110, 11.1).
func bearer(header string) (token string, ok bool) {
	const scheme = "Bearer "
	if len(header) <= len(scheme) || !strings.EqualFold(header[:len(scheme)], scheme) {
		return "", false
	}
	return strings.TrimLeft(header[len(scheme):], " "), true
}

// sandboxOf reads the sandbox's name from a token's header, if the header is
// of our making.
func sandboxOf(token string) (name string, ok bool) {
	dot := strings.IndexByte(token, '.')
	if dot < 0 || dot > 256 {
		return "", false
	}
	var scratch [192]byte
	header, err := base64.RawURLEncoding.Strict().AppendDecode(scratch[:0], []byte(token[:dot]))
	if err != nil || !bytes.HasPrefix(header, []byte(`{"alg":"`)) || !bytes.HasSuffix(header, []byte(`"}`)) {
		return "", false
	}
	i := bytes.Index(header, []byte(sandboxParam))
	if i < 0 {
		return defaultSandbox, true
	}
	name = string(header[i+len(sandboxParam) : len(header)-2])
	return name, isSandboxName(name)
}

// sandboxOfOTP reads the sandbox's name from an otp_token: a ULID, and in any
// but the default sandbox a dot and the name.
func sandboxOfOTP(token string) (name string, ok bool) {
	if len(token) < sidLength {
		return "", false
	}
	rest := token[sidLength:]
	if rest == "" {
		return defaultSandbox, true
	}
	return rest[1:], rest[0] == '.' && isSandboxName(rest[1:])
}

func isSandboxName(name string) bool {
	if name == "" || len(name) > maxSandbox {
		return false
	}
	for i := range len(name) {
		c := name[i]
		alnum := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !alnum && (i == 0 || c != '.' && c != '_' && c != '-') {
			return false
		}
	}
	return true
}

// member finds the first string member of that quoted name in a JSON text. It
// looks for bytes and understands no nesting: what it finds is only a hint, and
// the token has to prove itself in the sandbox that it names.
func member(body []byte, name string) (value string, ok bool) {
	i := bytes.Index(body, []byte(name))
	if i < 0 {
		return "", false
	}
	rest := bytes.TrimLeft(body[i+len(name):], " \t\r\n")
	if len(rest) == 0 || rest[0] != ':' {
		return "", false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' {
		return "", false
	}
	end := bytes.IndexByte(rest[1:], '"')
	if end < 0 || end > maxToken {
		return "", false
	}
	return string(rest[1 : 1+end]), true
}
