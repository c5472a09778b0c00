package mock

import (
	"net/http"
	"sort"
	"strings"
)

// exposed are the response headers that a page may always read.
const exposed = "Standin-Exchange, Standin-Violations, Preference-Applied, Retry-After, WWW-Authenticate, Location, Link, Allow"

// preflight answers a CORS preflight (Fetch, 4.8), private-network ones too:
// whatever the page wants to send, it may. Preflights are the browser's, no
// exchange with the API, and are not recorded.
func preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Set("Access-Control-Allow-Credentials", "true")
	h.Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
	if want := r.Header.Get("Access-Control-Request-Headers"); want != "" {
		h.Set("Access-Control-Allow-Headers", want)
	}
	if r.Header.Get("Access-Control-Request-Private-Network") == "true" {
		h.Set("Access-Control-Allow-Private-Network", "true")
	}
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers")
	w.WriteHeader(http.StatusNoContent)
	return true
}

// share lets the page of an origin read a response, credentials and all.
func share(header http.Header, origin string) {
	header["Access-Control-Allow-Origin"] = []string{origin}
	header["Access-Control-Allow-Credentials"] = []string{"true"}
	expose := exposed
	var own []string
	for name := range header {
		if strings.HasPrefix(name, "X-") || strings.HasPrefix(name, "Ratelimit") {
			own = append(own, name)
		}
	}
	if len(own) > 0 {
		sort.Strings(own)
		expose += ", " + strings.Join(own, ", ")
	}
	header["Access-Control-Expose-Headers"] = []string{expose}
	header["Vary"] = append(header["Vary"], "Origin")
}
