package har

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// textOf is a body as text, or as base64 where it is none.
func textOf(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}

// pairs are headers in a stable order.
func pairs(h http.Header) []Pair {
	out := make([]Pair, 0, len(h))
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			out = append(out, Pair{name, value})
		}
	}
	return out
}

// headers are the fields of an archive; HTTP/2's pseudo-headers, which some
// tools list among them, are none.
func headers(list []Pair) http.Header {
	out := make(http.Header, len(list))
	for _, p := range list {
		if !strings.HasPrefix(p.Name, ":") {
			out.Add(p.Name, p.Value)
		}
	}
	return out
}
