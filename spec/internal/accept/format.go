package accept

import (
	"math"
	"sync"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
)

// quickFormats say yes to the usual forms of the engine's formats without
// allocating. No means nothing: the engine's own function is asked then.
var quickFormats = map[string]func(string) bool{
	"date":      isDate,
	"date-time": isDateTime,
	"email":     isEmail,
	"hostname":  isHostname,
	"ipv4":      isIPv4,
	"time":      isTime,
	"uri":       isURI,
	"uuid":      isUUID,

	"duration": nil, "ipv6": nil, "iri": nil, "iri-reference": nil, "json-pointer": nil,
	"period": nil, "relative-json-pointer": nil, "semver": nil, "uri-reference": nil, "uri-template": nil,
}

// integerFormats are those that the validator adds to the engine's, with their bounds
// as far as they can be below 10^15.
var integerFormats = map[string][2]int64{
	"int32": {math.MinInt32, math.MaxInt32},
	"int64": {math.MinInt64, math.MaxInt64},
}

// knownFormats are the engine's and the validator's own formats. A format is known by
// its address, since a user may register another under the same name.
var knownFormats = sync.OnceValue(func() map[*jsonschema.Format]bool {
	known := map[*jsonschema.Format]bool{}
	properties := map[string]any{}
	for name := range quickFormats {
		properties[name] = map[string]any{"format": name}
	}
	for name := range integerFormats {
		properties[name] = map[string]any{"format": name}
	}
	c := helpers.NewCompilerWithOptions(config.NewValidationOptions(config.WithFormatAssertions()))
	if err := c.AddResource("mem:///formats", map[string]any{"properties": properties}); err != nil {
		return known
	}
	s, err := c.Compile("mem:///formats")
	if err != nil {
		return known
	}
	for _, p := range s.Properties {
		if p.Format != nil {
			known[p.Format] = true
		}
	}
	return known
})

func isDigit(c byte) bool { return c-'0' <= 9 }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }

// two returns the number that two digits at i stand for, or something above 99.
func two(v string, i int) int {
	a, b := v[i]-'0', v[i+1]-'0'
	if a > 9 || b > 9 {
		return 255
	}
	return int(a)*10 + int(b)
}

// isUUID: RFC 9562 section 4, any version.
func isUUID(v string) bool {
	if len(v) != 36 {
		return false
	}
	for i := range len(v) {
		switch i {
		case 8, 13, 18, 23:
			if v[i] != '-' {
				return false
			}
		default:
			if !isHex(v[i]) {
				return false
			}
		}
	}
	return true
}

// isDate: full-date of RFC 3339 section 5.6.
func isDate(v string) bool {
	if len(v) != 10 || v[4] != '-' || v[7] != '-' {
		return false
	}
	century, year, month, day := two(v, 0), two(v, 2), two(v, 5), two(v, 8)
	if century > 99 || year > 99 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := 31
	switch month {
	case 4, 6, 9, 11:
		last = 30
	case 2:
		last = 28
		if year%4 == 0 && (year != 0 || century%4 == 0) {
			last = 29
		}
	}
	return day <= last
}

// isTime: full-time of RFC 3339 section 5.6, but for leap seconds.
func isTime(v string) bool {
	if len(v) < 9 || v[2] != ':' || v[5] != ':' || two(v, 0) > 23 || two(v, 3) > 59 || two(v, 6) > 59 {
		return false
	}
	i := 8
	if v[i] == '.' {
		start := i + 1
		for i = start; i < len(v) && isDigit(v[i]); {
			i++
		}
		if i == start {
			return false
		}
	}
	switch len(v) - i {
	case 1:
		return v[i] == 'Z'
	case 6:
		return (v[i] == '+' || v[i] == '-') && v[i+3] == ':' && two(v, i+1) <= 23 && two(v, i+4) <= 59
	}
	return false
}

// isDateTime: date-time of RFC 3339 section 5.6.
func isDateTime(v string) bool {
	return len(v) >= 20 && v[10] == 'T' && isDate(v[:10]) && isTime(v[11:])
}

// isHostname: RFC 1123 section 2.1.
func isHostname(v string) bool {
	if len(v) > 253 {
		return false
	}
	label := 0 // where it starts
	for i := 0; i <= len(v); i++ {
		if i < len(v) && v[i] != '.' {
			if !isLetter(v[i]) && !isDigit(v[i]) && v[i] != '-' {
				return false
			}
			continue
		}
		if i == label || i-label > 63 || v[label] == '-' || v[i-1] == '-' {
			return false
		}
		label = i + 1
	}
	return true
}

// isEmail: the dot-atom form of RFC 5321 section 4.1.2, with a domain name.
func isEmail(v string) bool {
	if len(v) > 254 {
		return false
	}
	for i := range len(v) {
		switch c := v[i]; {
		case isLetter(c), isDigit(c), c == '_', c == '-', c == '+':
		case c == '.':
			if i == 0 || v[i-1] == '.' || v[i+1:] == "" || v[i+1] == '@' {
				return false
			}
		case c == '@':
			return i > 0 && i <= 64 && isHostname(v[i+1:])
		default:
			return false
		}
	}
	return false
}

// isIPv4: four decimals without leading zeros.
func isIPv4(v string) bool {
	groups := 0
	for i := 0; ; i++ {
		start, n := i, 0
		for ; i < len(v) && i-start < 3 && isDigit(v[i]); i++ {
			n = n*10 + int(v[i]-'0')
		}
		if i == start || n > 255 || i-start > 1 && v[start] == '0' {
			return false
		}
		groups++
		if i == len(v) {
			return groups == 4
		}
		if v[i] != '.' {
			return false
		}
	}
}

// isURI: http and https addresses with a plain host and without escapes.
func isURI(v string) bool {
	rest := ""
	switch {
	case len(v) > 8 && v[:8] == "https://":
		rest = v[8:]
	case len(v) > 7 && v[:7] == "http://":
		rest = v[7:]
	}
	i := 0
	for i < len(rest) && (isLetter(rest[i]) || isDigit(rest[i]) || rest[i] == '.' || rest[i] == '-') {
		i++
	}
	if i == 0 {
		return false
	}
	if i < len(rest) && rest[i] != '/' {
		return false
	}
	for ; i < len(rest); i++ {
		switch c := rest[i]; {
		case isLetter(c), isDigit(c):
		case c == '/', c == '-', c == '.', c == '_', c == '~', c == '=', c == '&', c == '?', c == '+', c == ',', c == ':', c == '@':
		default:
			return false
		}
	}
	return true
}
