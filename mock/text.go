package mock

import (
	"net/http"
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// quoteShort quotes what a client sent, cut to a length that a message bears.
func quoteShort(s string) string {
	if len(s) > 80 {
		return strconv.Quote(s[:80]) + "…"
	}
	return strconv.Quote(s)
}

// sizeText is a number of bytes for people.
func sizeText(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.FormatInt(n>>20, 10) + " MiB"
	case n >= 1<<10 && n%(1<<10) == 0:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

// dateText is a Date header for one second.
type dateText struct {
	unix  int64
	value []string
}

// dateHeader is the Date header (RFC 9110, 6.6.1) for a sandbox's time. The last
// one is kept, since most exchanges share their second with the one before.
func (h *Handler) dateHeader(at time.Time) []string {
	unix := at.Unix()
	if d := h.date.Load(); d != nil && d.unix == unix {
		return d.value
	}
	d := &dateText{unix, []string{at.UTC().Format(http.TimeFormat)}}
	h.date.Store(d)
	return d.value
}
