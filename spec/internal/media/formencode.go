package media

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// style is how a member of a form is written (OpenAPI 3.1, 4.8.15).
type style struct {
	name    string // form, spaceDelimited, pipeDelimited, deepObject; "" where the document says nothing
	explode bool
	json    bool // the value goes as JSON text
	media   string
}

// style is a member's Encoding Object. A contentType counts only where nothing
// is said of the style.
func styleOf(encoding tree.Place, name string) style {
	at := encoding.Get(name)
	if to, err := at.Follow(); err == nil {
		at = to
	}
	s := style{name: at.Get("style").Str(), media: at.Get("contentType").Str()}
	explode, reserved := at.Get("explode"), at.Get("allowReserved")
	if s.name == "" && (explode.OK() || reserved.OK()) {
		s.name = "form"
	}
	s.explode = s.name == "" || s.name == "form" || s.name == "deepObject"
	if explode.OK() {
		s.explode = explode.True()
	}
	first, _, _ := strings.Cut(s.media, ",")
	s.json = s.name == "" && KindOf(base(first)) == JSON && s.media != ""
	return s
}

// base is a media type without its parameters, in lower case.
func base(media string) string {
	media, _, _ = strings.Cut(media, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// delimiter joins a list that is not exploded.
func (s style) delimiter() string {
	switch s.name {
	case "spaceDelimited":
		return " "
	case "pipeDelimited":
		return "|"
	}
	return ","
}

type formWriter struct{ strings.Builder }

func (w *formWriter) pair(name, value string) {
	if w.Len() > 0 {
		w.WriteByte('&')
	}
	w.WriteString(url.QueryEscape(name))
	w.WriteByte('=')
	w.WriteString(value)
}

// encodeForm writes an object as a form. Objects inside of it, and lists of
// them, go in brackets where the document says nothing: most servers that take
// forms read them so.
func encodeForm(s Schema, encoding tree.Place, v any) []byte {
	o, ok := v.(sample.Object)
	if !ok {
		return []byte(textOf(v))
	}
	var w formWriter
	members := s.object()
	for _, m := range o {
		if m.Value == nil && !members.required[m.Name] {
			continue
		}
		w.member(styleOf(encoding, m.Name), m)
	}
	return []byte(w.String())
}

func (w *formWriter) member(s style, m sample.Member) {
	switch v := m.Value.(type) {
	case []any:
		switch {
		case s.json:
			w.pair(m.Name, url.QueryEscape(textOf(v)))
		case !s.explode && len(v) > 0:
			w.pair(m.Name, joined(s, v))
		default:
			w.list(m.Name, v)
		}
	case sample.Object:
		switch {
		case s.json:
			w.pair(m.Name, url.QueryEscape(textOf(v)))
		case s.name == "form" && s.explode:
			for _, x := range v {
				w.pair(x.Name, url.QueryEscape(textOf(x.Value)))
			}
		case !s.explode && len(v) > 0:
			var flat []any
			for _, x := range v {
				flat = append(flat, x.Name, x.Value)
			}
			w.pair(m.Name, joined(s, flat))
		default:
			w.deep(m.Name, v)
		}
	default:
		text := textOf(v)
		if s.json {
			text = string(sample.AppendJSON(nil, v))
		}
		w.pair(m.Name, url.QueryEscape(text))
	}
}

func joined(s style, list []any) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = url.QueryEscape(textOf(x))
	}
	delimiter := s.delimiter()
	if delimiter != "," {
		delimiter = url.QueryEscape(delimiter)
	}
	return strings.Join(parts, delimiter)
}

// list writes a list: as many members of one name, or with an index where the
// items have members.
func (w *formWriter) list(name string, list []any) {
	for i, x := range list {
		if composite(x) {
			w.deep(name+"["+strconv.Itoa(i)+"]", x)
		} else {
			w.pair(name, url.QueryEscape(textOf(x)))
		}
	}
}

func (w *formWriter) deep(name string, v any) {
	switch v := v.(type) {
	case sample.Object:
		for _, m := range v {
			if list, ok := m.Value.([]any); ok {
				w.list(name+"["+m.Name+"]", list)
			} else {
				w.deep(name+"["+m.Name+"]", m.Value)
			}
		}
	case []any:
		w.list(name, v)
	default:
		w.pair(name, url.QueryEscape(textOf(v)))
	}
}
