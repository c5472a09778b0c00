package spoil

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// number reads any of the types that decoders make of a JSON number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// beyond are the first numbers that the bounds of a schema do not take, of the
// value's own kind: whole ones stay whole.
func (w *walk) number(at spot, s map[string]any, v float64) {
	for _, b := range []struct {
		key  string
		step float64
	}{{"minimum", -1}, {"exclusiveMinimum", 0}, {"maximum", 1}, {"exclusiveMaximum", 0}} {
		if n, ok := number(s[b.key]); ok {
			w.add(at, b.key, whole(n+b.step))
		}
	}
	if n, ok := number(s["multipleOf"]); ok && n > 0 {
		w.add(at, "multipleOf", whole(v+n/2))
		if n > 1 {
			w.add(at, "multipleOf", whole(v+1))
		}
	}
	switch s["format"] {
	case "int32":
		w.add(at, "format", int64(1)<<31)
	case "int64":
		w.add(at, "format", json.Number("9223372036854775808"))
	}
}

// whole is a number as an integer, where it is one.
func whole(f float64) any {
	if f == float64(int64(f)) && f < 1<<53 && f > -(1<<53) {
		return int64(f)
	}
	return f
}

// maxText bounds texts that are made to be too long.
const maxText = 100_000

func (w *walk) text(at spot, s map[string]any, v string) {
	if n, ok := number(s["minLength"]); ok && n >= 1 && utf8.RuneCountInString(v) >= int(n) {
		w.add(at, "minLength", string([]rune(v)[:int(n)-1]))
	}
	if n, ok := number(s["maxLength"]); ok && n < maxText {
		w.add(at, "maxLength", v+strings.Repeat("x", max(1, int(n)+1-utf8.RuneCountInString(v))))
	}
	if _, ok := s["pattern"].(string); ok {
		n := max(utf8.RuneCountInString(v), 1)
		w.add(at, "pattern", strings.Repeat("~", n), strings.Repeat(" ", n), "", strings.Repeat("!a\n", n))
	}
	if format, ok := s["format"].(string); ok {
		if bad, ok := misformed[format]; ok {
			w.add(at, "format", bad)
		}
	}
}

// misformed are texts that are not of a format, though somebody might send them.
var misformed = map[string]string{
	"date":         "2026-02-30",
	"date-time":    "2026-01-31 25:00",
	"time":         "25:61",
	"duration":     "two days",
	"email":        "nobody.example.com",
	"idn-email":    "nobody.example.com",
	"hostname":     "-a_b-",
	"idn-hostname": "-a_b-",
	"ipv4":         "256.1.1.1",
	"ipv6":         "12345::1",
	"uri":          "not an address",
	"iri":          "not an address",
	"uri-template": "/a/{b",
	"uuid":         "b5a3-not-a-uuid",
	"json-pointer": "a/b",
	"regex":        "(",
}
