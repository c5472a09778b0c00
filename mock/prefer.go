package mock

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// preferences are what one request asks for about its own answer: through the
// Prefer header (RFC 7240), or its query twins.
type preferences struct {
	scenarios []string
	code      int
	example   string
	dynamic   bool
	wait      time.Duration
}

// maxWait bounds `wait=`; longer ones are cut to it.
const maxWait = 60 * time.Second

// chosen reports whether the request chooses its answer outright.
func (p *preferences) chosen() bool { return p.code != 0 || p.example != "" || p.dynamic }

// applied is the Preference-Applied header (RFC 7240, 3) for what was honoured.
func (p *preferences) applied() string {
	var parts []string
	for _, s := range p.scenarios {
		parts = append(parts, "scenario="+s)
	}
	if p.code != 0 {
		parts = append(parts, "code="+strconv.Itoa(p.code))
	}
	if p.example != "" {
		parts = append(parts, "example="+p.example)
	}
	if p.dynamic {
		parts = append(parts, "dynamic=true")
	}
	if p.wait > 0 {
		parts = append(parts, "wait="+strconv.FormatFloat(p.wait.Seconds(), 'f', -1, 64))
	}
	return strings.Join(parts, ", ")
}

// set takes one preference; names it does not know are let be (RFC 7240, 2).
func (p *preferences) set(name, value string) error {
	switch strings.ToLower(name) {
	case "scenario":
		if value != "" {
			p.scenarios = append(p.scenarios, value)
		}
	case "code":
		n, err := strconv.Atoi(value)
		if err != nil || n < 100 || n > 599 {
			return fmt.Errorf("code=%s is no HTTP status: give a number from 100 to 599", value)
		}
		p.code = n
	case "example":
		p.example = value
	case "dynamic":
		switch value {
		case "", "true":
			p.dynamic = true
		case "false":
		default:
			return fmt.Errorf("dynamic=%s is neither true nor false", value)
		}
	case "wait":
		s, err := strconv.ParseFloat(value, 64)
		if err != nil || !(s >= 0) {
			return fmt.Errorf("wait=%s is no number of seconds", value)
		}
		p.wait = time.Duration(min(s, maxWait.Seconds()) * float64(time.Second))
	}
	return nil
}

// readPreferences reads the header and the query twins, and returns the query
// without those. Query members whose names start with "__" are ours.
func readPreferences(h http.Header, rawQuery string) (p preferences, query string, err error) {
	for _, line := range h["Prefer"] {
		for _, part := range splitQuoted(line, ',') {
			// What follows a ';' are parameters, of which ours have none.
			pref := splitQuoted(part, ';')[0]
			name, value, _ := strings.Cut(pref, "=")
			if e := p.set(strings.TrimSpace(name), unquote(strings.TrimSpace(value))); e != nil && err == nil {
				err = e
			}
		}
	}
	if !strings.Contains(rawQuery, "__") {
		return p, rawQuery, err
	}
	var kept []string
	for part := range strings.SplitSeq(rawQuery, "&") {
		if !strings.HasPrefix(part, "__") {
			kept = append(kept, part)
			continue
		}
		name, value, _ := strings.Cut(part[2:], "=")
		if v, e := url.QueryUnescape(value); e == nil {
			value = v
		}
		if name != "wait" {
			if e := p.set(name, value); e != nil && err == nil {
				err = fmt.Errorf("__%w", e)
			}
		}
	}
	return p, strings.Join(kept, "&"), err
}

// splitQuoted splits at a separator outside of quoted strings (RFC 9110, 5.6.4).
func splitQuoted(s string, sep byte) []string {
	var parts []string
	from, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

// unquote takes the quotes off a quoted string.
func unquote(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return s
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && i+1 < len(s)-1 {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func joinComma(s []string) string { return strings.Join(s, ", ") }
