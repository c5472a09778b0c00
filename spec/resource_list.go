package spec

import (
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// ListQuery is what of a list's query parameters is understood: the names of
// those that choose a page, an order, and things. "" where there is none.
type ListQuery struct {
	Page, Size    string // page=2&per_page=10
	FromZero      bool   // the first page is 0
	Offset        string // offset=20&limit=10, whose limit is Size
	After, Before string // cursor=…, starting_after=ID
	Sort, Order   string // sort=name&order=desc, sort=-name
	Search        string // q=…
	DefaultSize   int    // without Size; 0 for all
	MaxSize       int    // 0 for no bound
	Filters       []Filter
}

// Filter is a query parameter that asks for things by what they hold.
type Filter struct {
	Param  string
	Member string // of the thing
	List   bool   // any of several values
	deep   string // of the objects in Member that is a list
}

// listWrappers are the members that lists are usually in, beside wrappers.
var listWrappers = []string{"items", "results", "records", "values", "entries", "list", "rows", "elements", "members", "edges", "resources", "collection"}

// listing makes the action of listing a resource's things, nil where the
// response holds no list of what `is` a thing.
func (x *inference) listing(r *Resource, o *Operation, is func(*shape) bool) *Action {
	a := x.action(r, o, ActionList)
	root := x.bodyShape(a.success)
	if root == nil {
		return nil
	}
	way, items := x.things(root, plainName(r.Name), 3, is)
	if items == nil {
		return nil
	}
	a.Output, a.Carries = way, true
	a.List = x.listQuery(o, items, r)
	return a
}

// things finds the list in a body.
func (x *inference) things(s *shape, noun string, levels int, is func(*shape) bool) (way []string, items *shape) {
	if s.kind == "array" {
		if item := x.shapes.of(s.items); item.kind == "object" && is(item) {
			return nil, item
		}
		return nil, nil
	}
	if s.kind != "object" || levels == 0 {
		return nil, nil
	}
	best := -1
	for i := range s.members {
		m := &s.members[i]
		name := plainName(m.name)
		inner, found := x.things(x.shapes.field(m), noun, levels-1, is)
		if found == nil || name == "errors" || name == "included" || name == "warnings" {
			continue
		}
		rank := 0
		switch {
		case name == noun || slices.Contains(wrappers, name):
			rank = 2
		case slices.Contains(listWrappers, name):
			rank = 1
		}
		if rank > best {
			best, way, items = rank, append([]string{m.name}, inner...), found
		}
	}
	return way, items
}

// listed is the shape of a thing in a list.
func (r *Resource) listed(x *inference, list *Action) *shape {
	s := x.bodyShape(list.success)
	for _, name := range list.Output {
		s = x.shapes.field(s.member(name))
	}
	return x.shapes.of(s.items)
}

// listQuery reads a list's query parameters.
func (x *inference) listQuery(o *Operation, item *shape, r *Resource) *ListQuery {
	q := &ListQuery{}
	for _, p := range o.params {
		if p.in != "query" {
			continue
		}
		switch name := plainName(p.name); name {
		case "page", "pagenumber", "pageno", "pageindex", "currentpage":
			q.Page = p.name
			q.FromZero = p.schema.Get("minimum").Str() == "0" || p.schema.Get("default").Str() == "0" || name == "pageindex"
		case "perpage", "pagesize", "limit", "size", "maxresults", "pagelimit", "take", "top", "first", "maxitems", "itemsperpage":
			if q.Size == "" || name != "size" {
				q.Size = p.name
				q.DefaultSize, q.MaxSize = intOf(p.schema.Get("default")), intOf(p.schema.Get("maximum"))
			}
		case "offset", "skip", "start", "startindex", "pageoffset":
			q.Offset = p.name
		case "cursor", "after", "startingafter", "pagetoken", "nexttoken", "nextcursor", "continuationtoken", "nextpagetoken", "marker", "pageafter", "pagecursor", "continue", "starttoken":
			q.After = p.name
		case "before", "endingbefore", "pagebefore", "prevcursor":
			q.Before = p.name
		case "sort", "sortby", "orderby", "ordering", "sortfield", "order":
			if q.Sort != "" && name == "order" {
				q.Order = p.name
			} else if q.Sort != "" && plainName(q.Sort) == "order" {
				q.Order, q.Sort = q.Sort, p.name
			} else {
				q.Sort = p.name
			}
		case "direction", "sortorder", "sortdirection", "orderdirection", "sortdir", "dir", "orderdir":
			q.Order = p.name
		default:
			x.filter(q, p, name, item)
		}
	}
	if plainName(q.Sort) == "order" && q.Order == "" && directions(x.shapes.of(x.querySchema(o, q.Sort)).enum) {
		q.Order, q.Sort = q.Sort, ""
	}
	if q.After == "" || q.Size == "" {
		// `before` and `after` are times where nothing else pages by cursors.
		if k := x.shapes.of(x.querySchema(o, q.Before)); k.format == "date-time" || k.format == "date" {
			q.Before = ""
		}
	}
	if k := x.shapes.of(x.querySchema(o, q.After)); k.format == "date-time" || k.format == "date" {
		q.After = ""
	}
	if q.DefaultSize == 0 && (q.Page != "" || q.Offset != "" || q.After != "" || q.Size != "") {
		q.DefaultSize = 20
		if q.MaxSize > 0 {
			q.DefaultSize = min(q.DefaultSize, q.MaxSize)
		}
	}
	return q
}

func (x *inference) querySchema(o *Operation, name string) (at tree.Place) {
	for _, p := range o.params {
		if p.in == "query" && p.name == name && name != "" {
			at = p.schema
		}
	}
	return at
}

// directions reports whether an enum is of asc and desc.
func directions(enum []any) bool {
	for _, v := range enum {
		if s, _ := v.(string); !strings.HasPrefix(strings.ToLower(s), "asc") && !strings.HasPrefix(strings.ToLower(s), "desc") {
			return false
		}
	}
	return len(enum) > 0
}

// filter takes in a parameter that is named as a member of the things is.
func (x *inference) filter(q *ListQuery, p *param, name string, item *shape) {
	if name == "q" || name == "search" || name == "query" || name == "keyword" || name == "term" {
		q.Search = p.name
		return
	}
	ask := x.shapes.of(p.schema)
	m := item.like(strings.TrimPrefix(name, "filter"))
	if m == nil {
		m = item.like(name)
	}
	if m == nil && ask.kind == "array" {
		m = item.like(singularOf(name))
	}
	if m == nil {
		return
	}
	f := Filter{Param: p.name, Member: m.name, List: ask.kind == "array"}
	switch held := x.shapes.field(m); held.kind {
	case "object":
		return
	case "array":
		if of := x.shapes.of(held.items); of.kind == "object" {
			for _, key := range [...]string{"name", "id", "slug", "key", "title"} {
				if in := of.member(key); in != nil && f.deep == "" {
					f.deep = in.name
				}
			}
			if f.deep == "" {
				return
			}
		}
	}
	q.Filters = append(q.Filters, f)
}

// Deep is the member of the objects that a list in the thing's member holds, ""
// where it holds none.
func (f Filter) Deep() string { return f.deep }

func intOf(at tree.Place) int {
	n := 0
	for _, c := range at.Str() {
		if c < '0' || c > '9' || n > 1e6 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// Member is the name of a thing's member that a query names, in any case and
// with any signs between its words; "" for none. It stands for the usual short
// names of times: created for created_at.
func (r *Resource) Member(name string) string {
	plain := plainName(name)
	for _, try := range [...]string{plain, plain + "at", plain + "on", plain + "date"} {
		if m := r.shape.like(try); m != nil && plain != "" {
			return m.name
		}
	}
	return ""
}

// Allowed are the values that the filter's member may have, empty where it may
// have any.
func (a *Action) Allowed(f Filter) []string {
	x := a.Resource.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []string
	if m := a.Resource.shape.member(f.Member); m != nil {
		for _, v := range x.field(m).enum {
			out = append(out, headerText(v))
		}
	}
	return out
}

// MaxItems is how many things a list's answer may hold, 0 for any number.
func (a *Action) MaxItems() int {
	x := a.Resource.doc.shapes()
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.bodyOf(a.success)
	for _, name := range a.Output {
		s = x.field(s.member(name))
	}
	at := s.at
	if to, err := at.Follow(); err == nil {
		at = to
	}
	return intOf(at.Get("maxItems"))
}
