package control

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock"
)

// listExchanges lists what the journal keeps, the newest last.
func (a *api) listExchanges(c *call) answer {
	f, refused := readFilter(c.r.URL.RawQuery)
	if refused != nil {
		return *refused
	}
	kept := c.box.Journal().Exchanges()
	if f.afterID != "" {
		i := slices.IndexFunc(kept, func(ex *mock.Exchange) bool { return ex.ID == f.afterID })
		if i < 0 {
			return *refuse(unknownExchange, "since is exchange %s, which is not, or no longer, in the journal of %s", f.afterID, c.sandbox)
		}
		kept = kept[i+1:]
	}
	list := []*mock.Exchange{}
	for _, ex := range slices.Backward(kept) {
		if len(list) == f.limit {
			break
		}
		if f.matches(ex) {
			list = append(list, ex)
		}
	}
	slices.Reverse(list)
	return ok(map[string]any{"exchanges": list})
}

func (a *api) clearExchanges(c *call) answer {
	c.box.Journal().Clear()
	return done()
}

func (a *api) showExchange(c *call) answer {
	id := c.params["id"]
	ex := c.box.Journal().Get(id)
	if ex == nil {
		return *refuse(unknownExchange, "exchange %s is not, or no longer, in the journal of %s", short(id), c.sandbox)
	}
	return ok(ex)
}

// filter picks exchanges. The zero filter takes all but for limit, which is -1
// for no limit.
type filter struct {
	operation  string
	status     int // 401, or with class the first digit
	class      bool
	violations *bool
	since      time.Time
	afterID    string
	limit      int
}

// readFilter reads a query. Unknown members are refused, lest a slip of the pen
// looks like an answer to the question.
func readFilter(rawQuery string) (filter, *answer) {
	f := filter{limit: -1}
	query, err := url.ParseQuery(rawQuery)
	if err != nil {
		return f, refuse(badQuery, "the query cannot be read: %v", err)
	}
	for _, name := range sortedKeys(query) {
		value := query[name][0]
		if len(query[name]) > 1 {
			return f, refuse(badQuery, "%s stands in the query twice", short(name))
		}
		if want := f.set(name, value); want != "" {
			return f, refuse(badQuery, "%s is %s; want %s", short(name), short(value), want)
		}
	}
	return f, nil
}

func sortedKeys(q url.Values) []string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// set takes one member of the query; it returns what would have been good.
func (f *filter) set(name, value string) (want string) {
	var err error
	switch name {
	case "operation":
		f.operation = value
	case "status":
		return f.setStatus(value)
	case "violations":
		var b bool
		if b, err = strconv.ParseBool(value); err != nil {
			return "true or false"
		}
		f.violations = &b
	case "since":
		if len(value) == 26 && !strings.ContainsAny(value, "-:+") { // a ULID
			f.afterID = value
			return ""
		}
		if f.since, err = time.Parse(time.RFC3339, value); err != nil {
			return "a time as in RFC 3339, or an exchange's id"
		}
	case "limit":
		if f.limit, err = strconv.Atoi(value); err != nil || f.limit < 1 {
			return "a number from 1"
		}
	default:
		return fmt.Sprintf("only %s in the query", "operation, status, violations, since and limit")
	}
	return ""
}

func (f *filter) setStatus(value string) (want string) {
	const good = "a status such as 401, or a class such as 4xx"
	digits := value
	if len(value) == 3 && strings.EqualFold(value[1:], "xx") {
		digits, f.class = value[:1], true
	}
	n, err := strconv.Atoi(digits)
	if err != nil || f.class && (n < 1 || n > 5) || !f.class && (n < 100 || n > 599) {
		return good
	}
	f.status = n
	return ""
}

// matches reports whether an exchange is wanted, limit and afterID apart.
func (f *filter) matches(ex *mock.Exchange) bool {
	status := ex.Response.Status
	if f.class {
		status /= 100
	}
	switch {
	case f.operation != "" && f.operation != ex.Operation && f.operation != ex.Template:
		return false
	case f.status != 0 && f.status != status:
		return false
	case f.violations != nil && *f.violations != (len(ex.Violations) > 0):
		return false
	}
	return f.since.IsZero() || !ex.At.Before(f.since)
}
