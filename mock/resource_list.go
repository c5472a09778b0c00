package mock

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// list answers with the things that are there and asked for, a page of them.
func (c *resourceCall) list() (plan, error) {
	query, _ := url.ParseQuery(c.v.request.RawQuery)
	found := c.filtered(c.listed(), query)
	c.sorted(found, query)
	found, page := c.page(found, query)
	carried := spec.Carried{Page: page, Things: make([]json.RawMessage, len(found))}
	for i, t := range found {
		body, err := t.encode(c.a)
		if err != nil {
			return plan{}, err
		}
		carried.Things[i] = body
	}
	if len(found) > 0 {
		carried.Kept = &found[0].kept().page
	}
	return c.respond(carried, fmt.Sprintf("listed %d of the %d things in %s", len(found), page.Total, c.home))
}

// listed are the things that a list is about.
func (c *resourceCall) listed() []*thing {
	if k := c.in.records[c.r]; k != nil {
		return c.allRecorded(k)
	}
	c.start(c.r, c.home)
	return c.all(c.home)
}

// filtered are the things that the query asks for.
func (c *resourceCall) filtered(all []*thing, query url.Values) []*thing {
	q := c.a.List
	keep := func(t *thing) bool {
		for _, f := range q.Filters {
			if wanted := values(query, f); len(wanted) > 0 && c.known(f, wanted) && !holds(t.Value[f.Member], f, wanted) {
				return false
			}
		}
		return q.Search == "" || query.Get(q.Search) == "" || mentions(t.Value, strings.ToLower(query.Get(q.Search)), 0)
	}
	return slices.DeleteFunc(all, func(t *thing) bool { return !keep(t) })
}

// values are what a filter's parameter asks for.
func values(query url.Values, f spec.Filter) []string {
	var out []string
	for _, name := range []string{f.Param, f.Param + "[]"} {
		for _, v := range query[name] {
			if f.List {
				out = append(out, strings.Split(v, ",")...)
			} else if v != "" {
				out = append(out, v)
			}
		}
	}
	return out
}

// known reports whether a filter asks for a value that a thing may have: state
// =all has another meaning.
func (c *resourceCall) known(f spec.Filter, wanted []string) bool {
	enum := c.a.Allowed(f)
	if len(enum) == 0 {
		return true
	}
	return slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(enum, w) })
}

// holds reports whether a member has one of the values.
func holds(v any, f spec.Filter, wanted []string) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, func(e any) bool {
			if m, ok := e.(map[string]any); ok {
				e = m[f.Deep()]
			}
			return holds(e, f, wanted)
		})
	case map[string]any:
		return false
	}
	text := textOf(v)
	return v != nil && slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, text) })
}

// mentions reports whether a text is anywhere in a thing.
func mentions(v any, text string, depth int) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(strings.ToLower(v), text)
	case map[string]any:
		for _, x := range v {
			if depth < 3 && mentions(x, text, depth+1) {
				return true
			}
		}
	case []any:
		return depth < 3 && slices.ContainsFunc(v, func(x any) bool { return mentions(x, text, depth+1) })
	}
	return false
}

// sorted puts things into the order that the query asks for: sort=name,
// sort=-created_at, sort=name:desc, order=desc.
func (c *resourceCall) sorted(all []*thing, query url.Values) {
	q := c.a.List
	down := q.Order != "" && strings.HasPrefix(strings.ToLower(query.Get(q.Order)), "desc")
	type by struct {
		member string
		down   bool
	}
	var keys []by
	if q.Sort != "" {
		for part := range strings.SplitSeq(query.Get(q.Sort), ",") {
			k := by{down: down}
			part = strings.TrimSpace(part)
			if rest, ok := strings.CutPrefix(part, "-"); ok {
				part, k.down = rest, true
			}
			part = strings.TrimPrefix(part, "+")
			if i := strings.LastIndexAny(part, ": ._"); i > 0 {
				switch strings.ToLower(part[i+1:]) {
				case "asc":
					part = part[:i]
				case "desc":
					part, k.down = part[:i], true
				}
			}
			if k.member = c.r.Member(part); k.member != "" {
				keys = append(keys, k)
			}
		}
	}
	if len(keys) == 0 {
		if down {
			slices.Reverse(all)
		}
		return
	}
	slices.SortStableFunc(all, func(a, b *thing) int {
		for _, k := range keys {
			if n := compare(a.Value[k.member], b.Value[k.member]); n != 0 {
				if k.down {
					return -n
				}
				return n
			}
		}
		return 0
	})
}

// compare orders two values of members: numbers by size, all else as text.
func compare(a, b any) int {
	x, okX := number(a)
	y, okY := number(b)
	if okX && okY {
		return x.Cmp(y)
	}
	return cmp.Compare(strings.ToLower(textOf(a)), strings.ToLower(textOf(b)))
}

// page is the page that the query asks for, and what is to be told about it.
func (c *resourceCall) page(all []*thing, query url.Values) ([]*thing, spec.Page) {
	q := c.a.List
	p := spec.Page{Listed: true, Total: len(all), First: 1, Number: 1, Pages: 1}
	p.Size = q.DefaultSize
	if n, ok := whole(query.Get(q.Size)); q.Size != "" && ok {
		p.Size = n
	}
	if q.MaxSize > 0 {
		p.Size = min(p.Size, q.MaxSize)
	}
	limit := p.Size
	if limit <= 0 || q.Size == "" && q.DefaultSize == 0 {
		if limit = len(all); query.Get(q.Size) == "0" {
			limit = 0
		}
	}
	from := 0
	if q.FromZero {
		p.First, p.Number = 0, 0
	}
	switch {
	case q.Offset != "" && query.Has(q.Offset):
		from, _ = whole(query.Get(q.Offset))
	case q.After != "" && query.Get(q.After) != "":
		from = after(all, query.Get(q.After), 1)
	case q.Before != "" && query.Get(q.Before) != "":
		from = max(after(all, query.Get(q.Before), 0)-limit, 0)
	case q.Page != "" && query.Has(q.Page):
		if n, ok := whole(query.Get(q.Page)); ok {
			from = max(n-p.First, 0) * limit
		}
	}
	from = min(max(from, 0), len(all))
	to := min(from+max(limit, 0), len(all))
	if m := c.a.MaxItems(); m > 0 {
		to = min(to, from+m)
	}
	p.Offset, p.Count = from, to-from
	if limit > 0 {
		p.Number, p.Pages = p.First+from/limit, max((len(all)+limit-1)/limit, 1)
	}
	if p.Size <= 0 {
		p.Size = limit
	}
	c.links(&p, all, query, from, to, limit)
	return all[from:to], p
}

// links tells where the other pages are.
func (c *resourceCall) links(p *spec.Page, all []*thing, query url.Values, from, to, limit int) {
	q := c.a.List
	p.Self = c.base() + c.v.target
	if limit <= 0 {
		return
	}
	at := func(offset int, mark string) string {
		switch {
		case q.Page != "":
			return c.with(query, q.Page, strconv.Itoa(p.First+offset/limit))
		case q.Offset != "":
			return c.with(query, q.Offset, strconv.Itoa(offset))
		case q.After != "" && mark != "":
			return c.with(query, q.After, mark)
		}
		return ""
	}
	if to < len(all) && to > 0 {
		p.NextMark = c.mark(all[to-1])
		p.Next = at(to, p.NextMark)
	}
	if from > 0 {
		before := max(from-limit, 0)
		if before > 0 {
			p.PrevMark = c.mark(all[before-1])
		}
		p.Prev = at(before, p.PrevMark)
	}
	p.Start, p.End = at(0, ""), at((p.Pages-1)*limit, "")
}

// mark is the cursor after a thing: its id where the document pages by ids.
func (c *resourceCall) mark(t *thing) string {
	if strings.HasSuffix(c.a.List.After, "_after") {
		return t.ID
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatUint(t.Seq, 10) + " " + t.ID))
}

// after is the index of the thing that a cursor or an id names, plus n; 0 where
// there is none.
func after(all []*thing, mark string, n int) int {
	id := mark
	if raw, err := base64.RawURLEncoding.DecodeString(mark); err == nil {
		if _, named, ok := strings.Cut(string(raw), " "); ok {
			id = named
		}
	}
	for i, t := range all {
		if t.ID == id || t.ID == mark {
			return i + n
		}
	}
	if page, ok := whole(mark); ok && page > 0 && n == 1 {
		return len(all)
	}
	return 0
}

// with is the request's own address with a member of its query set.
func (c *resourceCall) with(query url.Values, name, value string) string {
	path, _, _ := strings.Cut(c.v.target, "?")
	next := url.Values{}
	for k, v := range query {
		if k != c.a.List.Before && k != c.a.List.After {
			next[k] = v
		}
	}
	next.Set(name, value)
	return c.base() + path + "?" + next.Encode()
}

func whole(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n < 1<<31
}

// base is the scheme and host that the client knows us by, "" where it names
// no host.
func (c *resourceCall) base() string {
	host := c.v.request.Host
	switch {
	case host == "" || strings.ContainsAny(host, " \"<>/\\"):
		return ""
	case c.v.request.TLS:
		return "https://" + host
	}
	return "http://" + host
}
