package spec

import (
	"cmp"
	"mime"
	"slices"
	"strconv"
	"strings"

	mediatype "github.com/standin-dev/standin/spec/internal/media"
)

// offer is a documented media type that an Accept header takes.
type offer struct {
	media       *MediaSpec
	contentType string // to send: where the document gives a range, what is welcome of it
	welcome
}

// welcome is how welcome a media type is (RFC 9110, 12.5.1).
type welcome struct {
	q    float64
	how  int // how exactly the range names it
	nth  int // of the ranges
	want string
}

// acceptable are the offers that an Accept header takes, the most welcome
// first: by weight, then by how exactly the client names them, then in its own
// order, then in the document's. Without any, one form of JSON will do for
// another: clients ask for application/json where an API has a +json type of
// its own, and the other way round.
func acceptable(content []MediaSpec, header string) []offer {
	ranges := parseAccept(header)
	out := offers(content, ranges, quality)
	if len(out) == 0 {
		out = offers(content, ranges, jsonQuality)
	}
	slices.SortStableFunc(out, func(a, b offer) int {
		return cmp.Or(cmp.Compare(b.q, a.q), cmp.Compare(b.how, a.how), cmp.Compare(a.nth, b.nth), cmp.Compare(a.awkward(), b.awkward()))
	})
	return out
}

func offers(content []MediaSpec, ranges []acceptRange, judge func([]acceptRange, string) welcome) []offer {
	var out []offer
	for i := range content {
		m := &content[i]
		w := judge(ranges, m.Type)
		if w.q <= 0 {
			continue
		}
		o := offer{media: m, contentType: m.concrete(), welcome: w}
		if strings.Contains(mediaBase(m.Type), "*") && w.want != "" && !strings.Contains(w.want, "*") {
			o.contentType = w.want
		}
		out = append(out, o)
	}
	return out
}

// awkward is 1 for plain text that in truth is JSON: some frameworks list it
// first, and send JSON to all who do not insist.
func (o offer) awkward() int {
	if mediatype.KindOf(mediaBase(o.contentType)) == mediatype.Text {
		if object, array, text := (mediatype.Schema{At: o.media.schema}).Composite(); (object || array) && !text {
			return 1
		}
	}
	return 0
}

type acceptRange struct {
	media  string
	params map[string]string
	q      float64
}

func parseAccept(header string) []acceptRange {
	var out []acceptRange
	for _, part := range splitList(header) {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			if media, _, _ = strings.Cut(part, ";"); !strings.Contains(media, "/") {
				continue
			}
			media = strings.ToLower(strings.TrimSpace(media))
		}
		if media == "*" {
			media = "*/*"
		}
		r := acceptRange{media: media, params: params, q: 1}
		if v, ok := params["q"]; ok {
			if q, err := strconv.ParseFloat(v, 64); err == nil {
				r.q = min(max(q, 0), 1)
			}
			delete(params, "q")
		}
		out = append(out, r)
	}
	return out
}

// splitList splits a list at its commas, but for those in quotes (RFC 9110, 5.6.1).
func splitList(header string) []string {
	var out []string
	from, quoted := 0, false
	for i := 0; i <= len(header); i++ {
		switch {
		case i == len(header) || header[i] == ',' && !quoted:
			if part := strings.TrimSpace(header[from:i]); part != "" {
				out = append(out, part)
			}
			from = i + 1
		case quoted && header[i] == '\\':
			i++
		case header[i] == '"':
			quoted = !quoted
		}
	}
	return out
}

// quality is how welcome a media type is: what the most specific range says. A
// header without ranges takes anything.
func quality(ranges []acceptRange, documented string) welcome {
	if len(ranges) == 0 {
		return welcome{q: 1}
	}
	media := mediaBase(documented)
	kind, _, _ := strings.Cut(media, "/")
	best := welcome{how: -1}
	for i, r := range ranges {
		how := -1
		switch {
		case r.media == media:
			if how = fits(r.params, documented); how >= 0 {
				how += 3
			}
		case strings.HasSuffix(media, "/*") && strings.HasPrefix(r.media, kind+"/"):
			how = 3 // a documented range holds what is asked for
		case r.media == kind+"/*":
			how = 2
		case media == "*/*" && r.media != "*/*":
			how = 3
		case r.media == "*/*":
			how = 1
		}
		if how > best.how {
			best = welcome{q: r.q, how: how, nth: i, want: r.media}
		}
	}
	return best
}

// fits reports how well a range's parameters fit a documented type's: -1 not
// at all, 1 exactly, 0 where only one of the two has any. A charset says nothing
// about what is meant.
func fits(params map[string]string, documented string) int {
	if len(params) == 0 || !strings.Contains(documented, ";") {
		return 0
	}
	_, has, _ := mime.ParseMediaType(documented) // without parameters, then
	same := 0
	for name, want := range params {
		if name == "charset" {
			continue
		}
		v, ok := has[name]
		switch {
		case ok && strings.EqualFold(v, want):
			same = 1
		case ok:
			return -1
		}
	}
	return same
}

// jsonQuality is how welcome a form of JSON is to those who ask for another.
func jsonQuality(ranges []acceptRange, documented string) welcome {
	media := mediaBase(documented)
	best := welcome{}
	if !jsonType(media) {
		return best
	}
	for i, r := range ranges {
		if r.media == media && r.q == 0 {
			return welcome{} // refused by name
		}
		if jsonType(r.media) && r.q > best.q && (r.media == "application/json" || media == "application/json") {
			best = welcome{q: r.q, nth: i}
		}
	}
	return best
}
