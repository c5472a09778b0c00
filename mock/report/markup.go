package report

import (
	"net/url"
	"strings"
)

// markup writes XML and HTML. Nothing gets into a document but through it, and
// it escapes all text and every attribute: what was recorded can make no element.
type markup struct{ b strings.Builder }

// attrs are an element's attributes: names and values, in turn.
type attrs []string

// open writes a start tag.
func (m *markup) open(name string, a attrs) {
	m.b.WriteByte('<')
	m.b.WriteString(name)
	for i := 0; i+1 < len(a); i += 2 {
		m.b.WriteByte(' ')
		m.b.WriteString(a[i])
		m.b.WriteString(`="`)
		m.b.WriteString(escape(a[i+1]))
		m.b.WriteByte('"')
	}
	m.b.WriteByte('>')
}

// end writes an end tag.
func (m *markup) end(name string) {
	m.b.WriteString("</")
	m.b.WriteString(name)
	m.b.WriteByte('>')
}

// el writes an element that holds text.
func (m *markup) el(name string, a attrs, text string) {
	m.open(name, a)
	m.text(text)
	m.end(name)
}

// in writes an element that holds what inner writes.
func (m *markup) in(name string, a attrs, inner func()) {
	m.open(name, a)
	inner()
	m.end(name)
}

func (m *markup) text(s string) { m.b.WriteString(escape(s)) }

// raw writes what is no text but part of the program: style, script, newlines.
func (m *markup) raw(s string) { m.b.WriteString(s) }

// escape makes text of whatever a message holds: markup's characters become
// references, and characters that XML 1.0 (2.2) does not have become U+FFFD.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '"':
			b.WriteString("&#34;")
		case r == '\'':
			b.WriteString("&#39;")
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case r == '\r':
			b.WriteString("&#13;")
		case r < 0x20 || r == 0x7f || r >= 0xd800 && r <= 0xdfff || r == 0xfffe || r == 0xffff:
			b.WriteRune('\ufffd')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}
