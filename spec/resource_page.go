package spec

import (
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// envelopeTime is what times in envelopes lie around.
var envelopeTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Page is what a list's answer tells about itself.
type Page struct {
	Listed             bool // there is a page at all
	Total, Count       int  // of all things that were asked for, and of those in the answer
	Number, Pages      int  // of the page, from First
	First              int  // the number of the first page: 0 or 1
	Size, Offset       int
	Self, Start        string // addresses; "" for none
	Next, Prev, End    string
	NextMark, PrevMark string // cursors; "" for none
}

// Links is a Link header (RFC 8288) to the other pages, "" for none.
func (p *Page) Links() string {
	var out []string
	for _, l := range [...]struct{ rel, to string }{{"prev", p.Prev}, {"next", p.Next}, {"last", p.End}, {"first", p.Start}} {
		if l.to != "" && (p.Next != "" || p.Prev != "") {
			out = append(out, "<"+l.to+`>; rel="`+l.rel+`"`)
		}
	}
	return strings.Join(out, ", ")
}

// value is what a member or header of a plain name tells about the page; nil
// stands for nothing to tell, ok false for a name that has another meaning.
func (p *Page) value(name, kind string) (v any, ok bool) {
	text := func(s string) (any, bool) {
		if s == "" {
			return nil, true
		}
		return s, true
	}
	switch name {
	case "total", "totalcount", "totalitems", "totalresults", "totalelements", "totalrecords", "recordcount", "resultcount", "totalsize", "countall", "totalhits":
		return p.Total, true
	case "count", "pagecount", "numberofelements", "itemcount", "returned", "resultsperpage", "length":
		if name == "pagecount" {
			return p.Pages, true
		}
		return p.Count, true
	case "page", "currentpage", "pagenumber", "number", "pageno", "pageindex":
		return p.Number, true
	case "perpage", "pagesize", "limit", "size", "itemsperpage", "pagelimit":
		return p.Size, true
	case "offset", "skip", "start", "startindex", "from":
		return p.Offset, true
	case "totalpages", "pages", "lastpage", "numpages":
		return p.Pages, true
	case "hasmore", "hasnext", "hasnextpage", "more", "istruncated":
		return p.more(), true
	case "hasprev", "hasprevious", "hasprevpage", "haspreviouspage":
		return p.Prev != "" || p.PrevMark != "", true
	case "islast", "last":
		if kind == "boolean" {
			return !p.more(), true
		}
		return text(p.End)
	case "isfirst", "first":
		if kind == "boolean" {
			return p.Offset == 0, true
		}
		return text(p.Start)
	case "next", "nexturl", "nextlink", "nextpageurl", "nexthref":
		if kind == "integer" || kind == "number" {
			return p.beside(1), true
		}
		if p.Next == "" && p.NextMark != "" {
			return text(p.NextMark)
		}
		return text(p.Next)
	case "prev", "previous", "prevurl", "previousurl", "prevlink", "previouslink", "prevpageurl", "previouspageurl":
		if kind == "integer" || kind == "number" {
			return p.beside(-1), true
		}
		return text(p.Prev)
	case "nextpage":
		if kind == "integer" || kind == "number" {
			return p.beside(1), true
		}
		return text(p.mark())
	case "prevpage", "previouspage":
		if kind == "integer" || kind == "number" {
			return p.beside(-1), true
		}
		return text(p.Prev)
	case "nextcursor", "nextpagetoken", "nexttoken", "cursor", "endcursor", "after", "continuationtoken", "nextmarker", "nextpagecursor":
		return text(p.mark())
	case "prevcursor", "previouscursor", "startcursor", "before":
		return text(p.PrevMark)
	case "self", "selfurl", "selflink":
		return text(p.Self)
	}
	return nil, false
}

func (p *Page) more() bool { return p.Next != "" || p.NextMark != "" || p.Offset+p.Count < p.Total }

// mark is the cursor of the next page: where pages are numbered, the number.
func (p *Page) mark() string {
	if p.NextMark == "" && p.Next != "" {
		return strconv.Itoa(p.Number + 1)
	}
	return p.NextMark
}

// beside is the number of a neighbouring page, nil for none.
func (p *Page) beside(n int) any {
	if n > 0 && p.Next == "" || n < 0 && p.Prev == "" {
		return nil
	}
	return p.Number + n
}

// fill tells about the page in an envelope, wherever there is a member for it.
func (p *Page) fill(x *shapes, s *shape, base any, skip []string, depth int) any {
	o, ok := base.(sample.Object)
	if !ok || depth > 3 {
		return base
	}
	out := make(sample.Object, 0, len(o))
	for _, m := range o {
		def := s.member(m.Name)
		if len(skip) == 1 && m.Name == skip[0] || def == nil {
			out = append(out, m)
			continue
		}
		f := x.field(def)
		if inner, isObject := m.Value.(sample.Object); isObject {
			var rest []string
			if len(skip) > 1 && skip[0] == m.Name {
				rest = skip[1:]
			}
			if v, known := p.value(plainName(m.Name), "string"); known && len(inner) > 0 {
				// HAL's way: {"next": {"href": "…"}}
				if link, hasLink := inner.Get("href"); hasLink && link != nil {
					if v != nil {
						out = append(out, sample.Member{Name: m.Name, Value: put(inner, []string{"href"}, v)})
					} else if def.required {
						out = append(out, m)
					}
					continue
				}
			}
			out = append(out, sample.Member{Name: m.Name, Value: p.fill(x, f, inner, rest, depth+1)})
			continue
		}
		v, known := p.value(plainName(m.Name), f.kind)
		if n, isInt := v.(int); isInt && f.kind == "string" {
			v = strconv.Itoa(n)
		}
		switch {
		case !known || f.kind == "array" || f.enum != nil:
			out = append(out, m)
		case v != nil || f.nullable:
			out = append(out, sample.Member{Name: m.Name, Value: v})
		case def.required && f.kind == "string" && f.format == "":
			out = append(out, sample.Member{Name: m.Name, Value: ""})
		case def.required:
			out = append(out, m)
		}
	}
	return out
}
