package route

import "strings"

const upperHex = "0123456789ABCDEF"

// plain tells the octets that stand for themselves in a path: RFC 3986's pchar,
// without the percent sign, and the slash.
var plain = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/") {
		set[c] = true
	}
	return set
}()

// unreserved tells the octets whose encoding means the same as themselves
// (RFC 3986, 2.3).
var unreserved = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~") {
		set[c] = true
	}
	return set
}()

// isPlain reports whether a text is its own normal form, and its own decoding.
func isPlain(text string) bool {
	for i := range len(text) {
		if !plain[text[i]] {
			return false
		}
	}
	return true
}

// normalize brings a path to the one form in which equivalent paths are equal
// (RFC 3986, 6.2.2): unreserved characters as themselves, what may not stand in
// a path encoded, hexadecimal digits in upper case. Encoded reserved
// characters stay encoded, for they may differ in meaning. It is false if the
// percent-encoding is malformed.
func normalize(text string) (string, bool) {
	if isPlain(text) {
		return text, true
	}
	var b strings.Builder
	b.Grow(len(text) + 16)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case plain[c]:
			b.WriteByte(c)
			continue
		case c == '%':
			if i+2 >= len(text) || !isHex(text[i+1]) || !isHex(text[i+2]) {
				return "", false
			}
			c = octet(text[i+1], text[i+2])
			i += 2
			if unreserved[c] {
				b.WriteByte(c)
				continue
			}
		}
		b.WriteByte('%')
		b.WriteByte(upperHex[c>>4])
		b.WriteByte(upperHex[c&15])
	}
	return b.String(), true
}

// decode decodes a text in normal form.
func decode(text string) string {
	at := strings.IndexByte(text, '%')
	if at < 0 {
		return text
	}
	b := make([]byte, 0, len(text))
	b = append(b, text[:at]...)
	for i := at; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			c = octet(text[i+1], text[i+2])
			i += 2
		}
		b = append(b, c)
	}
	return string(b)
}

// encode is the reverse of decode, and keeps a slash or a percent sign of the
// decoded text apart from those of the path.
func encode(text string) string {
	if isPlain(text) && strings.IndexByte(text, '/') < 0 {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; plain[c] && c != '/' {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// octet is the value of two hexadecimal digits.
func octet(high, low byte) byte { return nibble(high)<<4 | nibble(low) }

func nibble(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&0x0F + 9 // 'A' and 'a' end in 0001
}
