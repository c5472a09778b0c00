package sample

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	hexDigits = "0123456789abcdef"
	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// technical tries what machines give each other: addresses, ids, tokens.
func (w *writer) technical(h hint) bool {
	d := w.d.at(w.at.seed)
	switch h {
	case hintPassword:
		return w.try(capital(d.pick(nouns))+"-"+d.digits(4)+"-"+d.pick(nouns)) || w.try(capital(d.pick(nouns))+d.digits(3)+"!")
	case hintImage:
		return w.try("https://images.example.com/"+d.from(hexDigits, 12)+".jpg") || w.try("/images/"+d.from(hexDigits, 8)+".jpg")
	case hintURL:
		return w.try("https://example.com/"+w.slug(d)) || w.try("https://example.com")
	case hintHost:
		return w.try(d.pick(nouns)+".example.com") || w.try("example.com")
	case hintIP:
		// A network set aside for documentation, RFC 5737.
		return w.try("203.0.113."+strconv.Itoa(1+d.n(254))) || w.try("2001:db8::"+d.from(hexDigits[1:], 4))
	case hintMAC:
		return w.try(mac(d))
	case hintUserAgent:
		return w.fit(d.pick(userAgents))
	case hintPath:
		return w.try("/"+d.pick(nouns)+"/"+d.pick(nouns)) || w.try(d.pick(nouns)+"/"+d.pick(nouns))
	case hintFile:
		return w.try(d.pick(nouns) + "-" + d.digits(3) + d.pick([]string{".pdf", ".png", ".csv", ".txt"}))
	case hintMime:
		return w.try(d.pick([]string{"application/json", "image/png", "application/pdf", "text/plain", "text/csv"}))
	case hintPort:
		return w.try(strconv.Itoa(1024 + d.n(40000)))
	case hintID:
		return w.id(d)
	case hintSlug:
		return w.try(w.slug(d)) || w.try(d.pick(nouns))
	case hintToken:
		return w.try(d.from(base62, 40)) || w.try(d.from(base62, 32)) || w.try(d.from(hexDigits, 32)) || w.try(d.from(base62, 16))
	case hintHash:
		return w.try(d.from(hexDigits, 40)) || w.try(d.from(hexDigits, 64)) || w.try(d.from(hexDigits, 32))
	case hintOTP:
		return w.try(d.digits(6)) || w.try(d.digits(4))
	case hintSKU:
		return w.try(strings.ToUpper(d.pick(nouns)[:3]) + "-" + d.digits(5))
	case hintBarcode:
		return w.try(barcode(d, 13)) || w.try(barcode(d, 12)) || w.try(barcode(d, 14)) || w.try(barcode(d, 8))
	case hintISBN:
		s := "978" + d.digits(9)
		return w.try(s + checkDigit(s))
	case hintReference:
		return w.try(d.from("ABCDEFGHJKLMNPQRSTUVWXYZ", 2)+"-"+d.digits(6)) || w.try(d.digits(8))
	case hintVersion:
		return w.try(version(d)) || w.try("v"+version(d)) || w.try(strconv.Itoa(1+d.n(9)))
	}
	return false
}

func version(d *dice) string {
	return fmt.Sprintf("%d.%d.%d", 1+d.n(5), d.n(20), d.n(10))
}

func mac(d *dice) string {
	b := []byte("02")
	for range 5 {
		b = append(b, ':', hexDigits[d.n(16)], hexDigits[d.n(16)])
	}
	return string(b)
}

func (w *writer) slug(d *dice) string { return d.pick(adjectives) + "-" + d.pick(nouns) }

// id is an identifier: of the form that the limits ask for, else a UUID.
func (w *writer) id(d *dice) bool {
	if w.try(uuid(d, '4')) || w.try(ulid(d, w.around().history().created)) || w.try(uuid(d, '7')) {
		return true
	}
	for _, n := range [...]int{24, 32, 20, 16} {
		if w.try(d.from(hexDigits, n)) {
			return true
		}
	}
	return w.try(d.from(base62, 12)) || w.try(d.digits(8)) || w.try(d.digits(10)) || w.try(d.from(base62, 6))
}

// uuid is a random UUID of RFC 9562, with the version and variant bits set.
func uuid(d *dice, version byte) string {
	b := []byte(d.from(hexDigits, 36))
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	b[14] = version
	b[19] = "89ab"[d.n(4)]
	return string(b)
}

// ulid is a ULID of a moment: 48 bits of milliseconds, 80 of chance.
func ulid(d *dice, t time.Time) string {
	b := []byte(d.from(crockford, 26))
	ms := uint64(t.UnixMilli()) & (1<<48 - 1)
	for i := 9; i >= 0; i-- {
		b[i] = crockford[ms&31]
		ms >>= 5
	}
	return string(b)
}

// barcode is a GTIN of n digits, the last of them a check digit.
func barcode(d *dice, n int) string {
	s := d.digits(n - 1)
	return s + checkDigit(s)
}

// checkDigit is that of GTIN: from the right, digits count three times and once.
func checkDigit(s string) string {
	sum := 0
	for i := range len(s) {
		x := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			x *= 3
		}
		sum += x
	}
	return strconv.Itoa((10 - sum%10) % 10)
}

// card is a number that passes the Luhn check and that the card networks set
// aside for tests.
func card(d *dice) string {
	return d.pick([]string{"4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"})
}

// mimic makes another identifier like the document's example: the same prefix,
// the same kinds of characters.
func (w *writer) mimic() bool {
	switch w.at.hint {
	case hintID, hintToken, hintHash, hintReference, hintSKU, hintOTP, hintNone:
	default:
		return false
	}
	for _, e := range w.examples(w.p, w.at) {
		if s, ok := e.(string); ok && (w.at.hint != hintNone || w.at.varied || w.at.fresh) {
			if t, ok := w.like(s); ok && w.try(t) {
				return true
			}
		}
	}
	return false
}

// like is another string of an identifier's form; false for what is no
// identifier.
func (w *writer) like(s string) (string, bool) {
	d := w.d.at(w.at.seed)
	if hasFormat("uuid", s) {
		return uuid(d, s[14]), true
	}
	if len(s) == 26 && strings.Trim(s, crockford) == "" {
		return ulid(d, w.around().history().created), true
	}
	from := strings.LastIndexAny(s[:max(len(s)-4, 0)], "_-:/") + 1
	digits := strings.ContainsAny(s[from:], "0123456789")
	if len(s)-from < 4 || !digits || strings.ContainsAny(s, " .") {
		return "", false
	}
	alphabet := ""
	if strings.Trim(s[from:], hexDigits) == "" && len(s)-from >= 16 {
		alphabet = hexDigits
	}
	b := []byte(s)
	for i := from; i < len(b); i++ {
		c := b[i]
		switch {
		case alphabet != "":
			b[i] = alphabet[d.n(16)]
		case c >= '1' && c <= '9':
			b[i] = byte('1' + d.n(9))
		case c == '0' && i > from:
			b[i] = byte('0' + d.n(10))
		case c >= 'a' && c <= 'z':
			b[i] = byte('a' + d.n(26))
		case c >= 'A' && c <= 'Z':
			b[i] = byte('A' + d.n(26))
		}
	}
	return string(b), true
}
