package sample

import (
	"net/netip"
	"net/url"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
)

// hasFormat reports whether a string is of a format. Formats that nobody
// asserts are true of every string.
func hasFormat(format, s string) bool {
	switch format {
	case "date":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "date-time":
		return isDateTime(s)
	case "time":
		return isTime(s)
	case "duration":
		return isDuration(s)
	case "email", "idn-email":
		return isEmail(s)
	case "hostname":
		return isHostname(s)
	case "ipv4":
		a, err := netip.ParseAddr(s)
		return err == nil && a.Is4()
	case "ipv6":
		a, err := netip.ParseAddr(s)
		return err == nil && a.Is6() && a.Zone() == ""
	case "uri", "iri":
		return isURI(s)
	case "uri-reference", "iri-reference":
		_, err := url.Parse(s)
		return err == nil && !strings.Contains(s, `\`)
	case "uri-template":
		return isTemplate(s)
	case "uuid":
		return isUUID(s)
	case "json-pointer":
		return isPointer(s)
	case "relative-json-pointer":
		return isRelativePointer(s)
	case "regex":
		_, err := syntax.Parse(s, syntax.Perl)
		return err == nil
	case "semver":
		return isSemver(s)
	}
	return true
}

func isDateTime(s string) bool {
	if len(s) < 20 || s[10]|0x20 != 't' {
		return false
	}
	_, err := time.Parse(time.DateOnly, s[:10])
	return err == nil && isTime(s[11:])
}

// isTime reports whether s is RFC 3339's full-time; leap seconds are left out.
func isTime(s string) bool {
	if len(s) < 9 {
		return false
	}
	if _, err := time.Parse(time.TimeOnly, s[:8]); err != nil {
		return false
	}
	s = s[8:]
	if rest, ok := strings.CutPrefix(s, "."); ok {
		s = strings.TrimLeft(rest, "0123456789")
		if s == rest {
			return false
		}
	}
	if s == "Z" || s == "z" {
		return true
	}
	if len(s) != 6 || s[0] != '+' && s[0] != '-' {
		return false
	}
	_, err := time.Parse("15:04", s[1:])
	return err == nil
}

// isDuration reports whether s is a duration of RFC 3339, appendix A.
func isDuration(s string) bool {
	s, ok := strings.CutPrefix(s, "P")
	if !ok || s == "" {
		return false
	}
	if weeks, ok := strings.CutSuffix(s, "W"); ok {
		return weeks != "" && strings.Trim(weeks, "0123456789") == ""
	}
	days, clock, timed := strings.Cut(s, "T")
	return units(days, "YMD") && units(clock, "HMS") && (!timed || clock != "")
}

func units(s, order string) bool {
	for s != "" {
		rest := strings.TrimLeft(s, "0123456789")
		if rest == s || rest == "" {
			return false
		}
		i := strings.IndexByte(order, rest[0])
		if i < 0 {
			return false
		}
		order, s = order[i+1:], rest[1:]
	}
	return true
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 {
		return false
	}
	local := s[:at]
	if local[0] == '.' || local[at-1] == '.' || strings.Contains(local, "..") {
		return false
	}
	for _, c := range []byte(local) {
		if !isAlnum(c) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", rune(c)) {
			return false
		}
	}
	return isHostname(s[at+1:])
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func isHostname(s string) bool {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !isAlnum(c) && c != '-' {
				return false
			}
		}
	}
	return true
}

func isURI(s string) bool {
	if scheme, rest, ok := strings.Cut(s, "://"); ok && (scheme == "https" || scheme == "http") && plainURL(rest) {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && u.IsAbs()
}

// plainURL reports whether a URL's rest is of characters that mean nothing
// special, so that nothing can be wrong with it.
func plainURL(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '/' && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}

func isTemplate(s string) bool {
	if _, err := url.Parse(s); err != nil {
		return false
	}
	open := false
	for _, c := range s {
		if c == '{' && open || c == '}' && !open || c == '/' && open {
			return false
		}
		if c == '{' || c == '}' {
			open = !open
		}
	}
	return !open
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !isAlnum(c) || strings.IndexByte(hexDigits, c|0x20) < 0 {
			return false
		}
	}
	return true
}

func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i, c := range []byte(s) {
		if c == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

func isRelativePointer(s string) bool {
	rest := strings.TrimLeft(s, "0123456789")
	n := s[:len(s)-len(rest)]
	return n != "" && (n == "0" || n[0] != '0') && (rest == "#" || isPointer(rest))
}

func isSemver(s string) bool {
	s, _, _ = strings.Cut(s, "+")
	s, _, _ = strings.Cut(s, "-")
	parts := strings.Split(s, ".")
	for _, p := range parts {
		if _, err := strconv.ParseUint(p, 10, 64); err != nil || len(p) > 1 && p[0] == '0' {
			return false
		}
	}
	return len(parts) == 3
}
