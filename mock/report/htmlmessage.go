package report

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// offending is the place of a violation in one of the two messages, "" in the
// other.
func offending(v *spec.Violation, in string) string {
	if v.In != in {
		return ""
	}
	return v.Where
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// box is one message, its offending part marked.
func (p *page) box(title, start string, m *Message, bad string) {
	p.in("div", attrs{"class", "message-box"}, func() {
		p.el("h4", nil, title)
		p.in("p", attrs{"class", "start mono"}, func() { p.start(start, bad) })
		p.headers(m, bad)
		p.body(m, bad)
	})
}

// start is the first line: method and target, or the status.
func (p *page) start(line, bad string) {
	if bad == "path" || bad == "method" || bad == "status" {
		p.el("mark", nil, line)
		return
	}
	name, isQuery := strings.CutPrefix(bad, "query.")
	before, query, has := strings.Cut(line, "?")
	if !isQuery {
		p.text(line)
		return
	}
	p.text(before)
	found := false
	for i, pair := range strings.Split(query, "&") {
		if has {
			p.text([]string{"?", "&"}[min(i, 1)])
		}
		key, _, _ := strings.Cut(pair, "=")
		if unescape(key) == name || strings.HasPrefix(unescape(key), name+"[") {
			p.el("mark", nil, pair)
			found = true
		} else {
			p.text(pair)
		}
	}
	if !found {
		p.text(" ")
		p.el("mark", attrs{"class", "lacks"}, name+" is missing")
	}
}

// headers are a message's, in a stable order. A header that is asked for and
// lacks is shown as such.
func (p *page) headers(m *Message, bad string) {
	want := ""
	switch {
	case bad == "content-type":
		want = "Content-Type"
	case bad == "security":
		want = "Authorization"
	case strings.HasPrefix(bad, "header."):
		want = bad[len("header."):]
	case strings.HasPrefix(bad, "cookie."):
		want = "Cookie"
	}
	found := want == ""
	p.in("ul", attrs{"class", "mono"}, func() {
		for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
			for _, value := range m.Headers[name] {
				p.in("li", nil, func() {
					if want != "" && strings.EqualFold(name, want) {
						found = true
						p.el("mark", nil, name+": "+value)
						return
					}
					p.el("b", nil, name+": ")
					p.text(value)
				})
			}
		}
		if !found {
			p.in("li", nil, func() { p.el("mark", attrs{"class", "lacks"}, want+" is missing") })
		}
	})
}

func (p *page) body(m *Message, bad string) {
	text := m.Text()
	inBody := bad == "body" || strings.HasPrefix(bad, "body/")
	switch {
	case m.Base64 != "":
		p.el("p", attrs{"class", "note"}, strconv.Itoa(len(m.Base64)*3/4)+" bytes that are no text")
	case text != "":
		p.in("pre", nil, func() {
			if shown, ok := jsonText(text, bad); ok {
				p.raw(shown)
			} else if inBody {
				p.el("mark", nil, text)
			} else {
				p.text(text)
			}
		})
	case inBody && m.Cut == 0:
		p.in("pre", nil, func() { p.el("mark", attrs{"class", "lacks"}, "the body is missing") })
	}
	if m.Cut > 0 {
		p.el("p", attrs{"class", "note"}, strconv.Itoa(m.Cut)+" bytes of the body are left out")
	}
}

// jsonText is a JSON body indented, coloured and with its offending part
// marked; false if it is no JSON.
func jsonText(text, bad string) (string, bool) {
	if !json.Valid([]byte(text)) {
		return "", false
	}
	w := &jsonWriter{dec: json.NewDecoder(strings.NewReader(text)), bad: bad}
	w.dec.UseNumber()
	if w.value("body", 0) != nil {
		return "", false
	}
	return w.b.String(), true
}

// jsonWriter writes a JSON value as HTML.
type jsonWriter struct {
	markup
	dec *json.Decoder
	bad string
}

// maxIndent is the depth down to which lines are indented: a body of brackets
// only must not make a page of spaces.
const maxIndent = 40

var errDepth = errors.New("too deep")

func (w *jsonWriter) line(depth int) {
	w.raw("\n" + strings.Repeat("  ", min(depth, maxIndent)))
}

// value writes the value that comes next, which stands at a place.
func (w *jsonWriter) value(at string, depth int) error {
	if depth > 1000 {
		return errDepth
	}
	token, err := w.dec.Token()
	if err != nil {
		return err
	}
	open, isOpen := token.(json.Delim)
	marked := at == w.bad
	if !isOpen {
		text, class := scalar(token)
		if marked {
			w.el("mark", nil, text)
		} else {
			w.el("span", attrs{"class", class}, text)
		}
		return nil
	}
	w.bracket(open.String(), marked)
	n, lacks := 0, w.lacks(at)
	for ; w.dec.More(); n++ {
		w.line(depth + 1)
		key := strconv.Itoa(n)
		if open == '{' {
			token, err := w.dec.Token()
			if err != nil {
				return err
			}
			key, _ = token.(string)
			quoted, _ := scalar(key)
			if at+"/"+pointerEscape(key) == w.bad {
				w.el("mark", nil, quoted)
			} else {
				w.el("span", attrs{"class", "k"}, quoted)
			}
			w.text(": ")
			if key == lacks {
				lacks = ""
			}
		}
		if err := w.value(at+"/"+pointerEscape(key), depth+1); err != nil {
			return err
		}
		if w.dec.More() {
			w.text(",")
		}
	}
	if lacks != "" && open == '{' {
		w.line(depth + 1)
		w.el("mark", attrs{"class", "lacks"}, lacks+" is missing")
		n++
	}
	end, err := w.dec.Token()
	if err != nil && err != io.EOF {
		return err
	}
	if n > 0 {
		w.line(depth)
	}
	if close, ok := end.(json.Delim); ok {
		w.bracket(close.String(), marked)
	}
	return nil
}

func (w *jsonWriter) bracket(text string, marked bool) {
	if marked {
		w.el("mark", nil, text)
		return
	}
	w.text(text)
}

// lacks is the name of the member that the object at a place should have, if
// that is what is wrong.
func (w *jsonWriter) lacks(at string) string {
	name, ok := strings.CutPrefix(w.bad, at+"/")
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
}

// pointerEscape is a name as a segment of a JSON pointer (RFC 6901, 3).
func pointerEscape(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// scalar is a token's text and class.
func scalar(token json.Token) (text, class string) {
	switch v := token.(type) {
	case string:
		data, _ := encode(v) // text always encodes
		return strings.TrimSpace(string(data)), "s"
	case json.Number:
		return v.String(), "d"
	case bool:
		return strconv.FormatBool(v), "d"
	}
	return "null", "d"
}
