package sample

import (
	"encoding/base64"
	"strconv"
	"time"
)

// strongFormat reports whether a format's values should be made anew rather
// than taken from an example.
func strongFormat(f string) bool {
	switch f {
	case "date-time", "date", "time", "email", "idn-email", "uuid", "ulid":
		return true
	}
	return false
}

// formatHints says what formats mean that are names more than rules.
var formatHints = map[string]hint{
	"phone": hintPhone, "phone-number": hintPhone, "e164": hintPhone, "tel": hintPhone, "color": hintColour, "hex-color": hintColour, "slug": hintSlug,
	"currency": hintCurrency, "currency-code": hintCurrency, "iso-4217": hintCurrency, "iso4217": hintCurrency, "country": hintCountryCode, "country-code": hintCountryCode, "iso-country-code": hintCountryCode,
	"iso-3166": hintCountryCode, "timezone": hintTimeZone, "time-zone": hintTimeZone, "language": hintLanguage, "locale": hintLocale, "bcp47": hintLocale, "mac": hintMAC, "mac-address": hintMAC,
	"semver": hintVersion, "version": hintVersion, "password": hintPassword, "ip": hintIP, "mime-type": hintMime, "media-type": hintMime, "html": hintText, "markdown": hintText,
	"isbn": hintISBN, "iban": hintIBAN, "credit-card": hintCardNumber, "sha256": hintHash, "sha1": hintHash, "md5": hintHash, "url": hintURL, "username": hintUsername, "name": hintName,
}

// format tries values of a format.
func (w *writer) format(f string) bool {
	h, d := w.at.hint, w.d.at(w.at.seed)
	switch f {
	case "date-time":
		t := w.around().moment(h)
		return w.try(t.Format(time.RFC3339)) || w.try(t.Format("2006-01-02T15:04:05.000Z")) || w.try(t.Format("2006-01-02T15:04:05.000000Z")) ||
			w.try(t.Format("2006-01-02T15:04:05+00:00"))
	case "date":
		return w.try(w.around().moment(h).Format(time.DateOnly))
	case "time":
		return w.try(w.around().moment(h).Format("15:04:05Z"))
	case "duration":
		return w.try([]string{"PT30M", "PT1H", "P1D", "P7D", "P1M"}[d.n(5)])
	case "email", "idn-email":
		return w.aboutPerson(hintEmail) || w.try("a@b.co")
	case "uuid":
		return w.mimic() || w.anyUUID()
	case "ulid":
		return w.try(ulid(d, w.around().history().created))
	case "uri", "iri", "uri-reference", "iri-reference", "url":
		return w.address(h)
	case "hostname", "idn-hostname":
		return w.technical(hintHost) || w.try("a.co")
	case "ipv4":
		return w.try("203.0.113." + strconv.Itoa(1+d.n(254)))
	case "ipv6":
		return w.try("2001:db8::" + d.from(hexDigits[1:], 4))
	case "byte":
		return w.base64()
	case "binary":
		return w.fit(d.pick(sentences))
	case "json-pointer":
		return w.try("/" + d.pick(nouns) + "/0")
	case "relative-json-pointer":
		return w.try("1/" + d.pick(nouns))
	case "regex":
		return w.try("^[a-z]+$") || w.try("a")
	case "uri-template":
		return w.try("https://example.com/"+d.pick(nouns)+"/{id}") || w.try("/{id}")
	case "int32", "int64":
		return w.try(d.digits(5))
	case "decimal", "double", "float", "number", "money":
		return w.try(d.digits(2) + ".50")
	}
	h, ok := formatHints[f]
	return ok && w.suggest(h)
}

// anyUUID tries UUIDs of all versions in use.
func (w *writer) anyUUID() bool {
	d := w.d.at(w.at.seed)
	for _, v := range []byte("47156") {
		if w.try(uuid(d, v)) {
			return true
		}
	}
	return false
}

// address is a URL of the kind that the name asks for.
func (w *writer) address(h hint) bool {
	if h != hintImage {
		h = hintURL
	}
	d := w.d.at(w.at.seed)
	return w.technical(h) || w.try("https://example.com/"+d.from(hexDigits, 8)) || w.try("/"+d.pick(nouns)) ||
		w.fit("https://example.com/"+d.pick(nouns)) || w.try("urn:x") || w.try("a:b") || w.longAddress(d)
}

// longAddress meets a minLength.
func (w *writer) longAddress(d *dice) bool {
	const base = "https://example.com/"
	n := w.p.str.min - len(base)
	return n > 0 && n < limitBytes && w.try(base+d.from(hexDigits, n))
}

// base64 is a text in base64, whose length is a multiple of four.
func (w *writer) base64() bool {
	d := w.d.at(w.at.seed)
	text := d.pick(sentences)
	lo, hi := w.p.str.min, w.p.str.max
	for len(text)/3*4 < lo && lo < limitBytes {
		text += " " + d.pick(sentences)
	}
	if most := hi / 4 * 3; hi >= 0 && len(text) > most {
		text = text[:most]
	}
	return w.try(base64.StdEncoding.EncodeToString([]byte(text))) || w.try(base64.StdEncoding.EncodeToString([]byte(text[:len(text)/3*3])))
}

// anyFormat tries words for formats that nothing else was found for.
func (w *writer) anyFormat() bool {
	d := w.d.at(w.at.seed)
	for _, s := range []string{d.pick(nouns), d.digits(4), d.from(hexDigits, 8), "a", "0"} {
		if w.fit(s) {
			return true
		}
	}
	return false
}
