package spec

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/compile"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
)

// header makes the value of a response header: its example, its default, else
// what such a header holds, else a sample, each in the header's style. Headers
// that tell how the message is framed are what they have to be.
func (s *samples) header(o *Operation, h *checked, m *made, w Want) (string, bool) {
	switch h.canonical {
	case "Content-Length":
		return strconv.Itoa(len(m.body)), true
	case "Content-Encoding":
		return "identity", h.required
	case "Transfer-Encoding", "Connection", "Keep-Alive", "Trailer", "Upgrade", "Date", "Te":
		return "", false
	}
	if h.media == "" { // the document's own value goes out, right or wrong
		if e := h.documented(); e != nil {
			return h.simple(e, verbatim), true
		}
	} else if e := h.at.Get("content").Get(h.media).Get("example"); e.OK() {
		return string(e.AppendJSON(nil)), true
	}
	for _, v := range customary(o, h.canonical, m, w) {
		if h.takes(v) {
			return v, true
		}
	}
	for try := range uint64(4) {
		if text, ok := s.text(h.param, w, try); ok && h.takes(text) {
			return text, true
		}
	}
	return "", false
}

// sampleHeader makes the value of a parameter: its example, or a sample where it
// is required.
func (d *Document) sampleHeader(q *param, w Want) (string, bool) {
	if e := q.documented(); e != nil {
		return q.simple(e, verbatim), true
	}
	if !q.required {
		return "", false
	}
	return d.checker.samples().text(q, w, 0)
}

// sampleResponseHeader makes the value of a header of one of the operation's
// responses.
func (o *Operation) sampleResponseHeader(spec *ResponseSpec, q *param, w Want) (string, bool) {
	for _, h := range o.prepared().responses[o.indexOf(spec)].headers {
		if h.param == q {
			return o.doc.checker.samples().header(o, h, &made{}, w)
		}
	}
	return "", false
}

// text makes a sample as a text that a header can hold.
func (s *samples) text(q *param, w Want, try uint64) (string, bool) {
	v, err := s.generator.Generate(sample.Request{
		Schema: s.plan.Source(q.schema, compile.Generic), Name: q.name, Seed: [2]uint64{w.Seed[0], w.Seed[1] + try}, Now: w.Now,
	})
	if err != nil {
		return "", false
	}
	text := q.simple(v.Any(), verbatim)
	if q.media != "" {
		text = string(v.AppendJSON(nil))
	}
	return text, printable(text)
}

// documented is the value that the document gives a parameter as an example or
// default, nil for none.
func (q *param) documented() any {
	for _, e := range []any{q.at.Get("example").Value(), firstExample(q), q.schema.Get("example").Value(),
		q.schema.Get("examples").At(0).Value(), q.schema.Get("default").Value()} {
		if e != nil {
			return e
		}
	}
	return nil
}

// takes reports whether a text is a valid value of the header.
func (h *checked) takes(text string) bool {
	raw, err := h.header([]string{text})
	if err != nil {
		return false
	}
	if h.schema == nil {
		return true
	}
	_, err = h.value(raw)
	return err == nil
}

// printable reports whether a text can be a header's value (RFC 9110, 5.5).
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return s != "" && s == strings.TrimSpace(s)
}

func firstExample(h *param) any {
	examples := h.at.Get("examples")
	if !examples.IsMap() || len(examples.Node.Content) < 2 {
		return nil
	}
	e, err := examples.Get(examples.Node.Content[0].Value).Follow()
	if err != nil {
		return nil
	}
	return firstOK(e.Get("value"), e.Get("dataValue"), e.Get("serializedValue")).Value()
}

func headerText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = headerText(x)
		}
		return strings.Join(parts, ",")
	case map[string]any:
		return short(v)
	}
	return short(v)
}

// customary are the values that a well-known header has, the likeliest first.
// Which of them is taken, if any, is for the header's schema to say.
func customary(o *Operation, name string, m *made, w Want) []string {
	hex := fmt.Sprintf("%016x", w.Seed[0])
	number := strconv.FormatUint(w.Seed[1]%90+10, 10)
	path := o.address(w)
	at := "https://api.example.com" + path
	httpTime := func(seconds int64) string {
		return w.Now.Add(time.Duration(seconds) * time.Second).UTC().Format(http.TimeFormat)
	}
	switch name {
	case "Location", "Content-Location":
		if o.Method == http.MethodPost {
			path, at = path+"/"+number, at+"/"+number
		}
		return []string{at, path}
	case "Etag":
		return []string{`"` + hex + `"`, hex}
	case "Last-Modified":
		return []string{httpTime(-86400)}
	case "Expires", "Sunset":
		return []string{httpTime(3600)}
	case "Retry-After":
		return []string{"30", "1", httpTime(30)}
	case "Link":
		return []string{"<" + at + `?page=2>; rel="next", <` + at + `?page=9>; rel="last"`}
	case "X-Ratelimit-Limit", "Ratelimit-Limit", "X-Rate-Limit-Limit", "X-Rate-Limit":
		return []string{"5000", "100", "10"}
	case "X-Ratelimit-Remaining", "Ratelimit-Remaining", "X-Rate-Limit-Remaining":
		return []string{"4987", "42", "9"}
	case "X-Ratelimit-Used":
		return []string{"13"}
	case "X-Ratelimit-Reset", "X-Rate-Limit-Reset":
		return []string{strconv.FormatInt(w.Now.Unix()+3600, 10), "60"}
	case "Ratelimit-Reset":
		return []string{"60", strconv.FormatInt(w.Now.Unix()+3600, 10)}
	case "Ratelimit":
		return []string{`"default";r=4987;t=60`, "limit=5000, remaining=4987, reset=60"}
	case "Ratelimit-Policy":
		return []string{`"default";q=5000;w=3600`, "5000;w=3600"}
	case "X-Request-Id", "Request-Id", "X-Correlation-Id", "Correlation-Id", "X-Trace-Id":
		return []string{hex[:8] + "-" + hex[8:12] + "-4" + hex[12:15] + "-8" + hex[1:4] + "-" + hex[4:], hex}
	case "Cache-Control":
		return []string{"max-age=3600", "no-store"}
	case "Vary":
		return []string{"Accept"}
	case "Accept-Ranges":
		return []string{"bytes"}
	case "Content-Language":
		return []string{"en", "en-US"}
	case "Content-Disposition":
		return []string{`attachment; filename="` + mediatype.FileName("download", m.header.Get("Content-Type")) + `"`}
	case "Www-Authenticate":
		return []string{`Bearer realm="api"`, "Bearer"}
	case "Allow", "Access-Control-Allow-Methods":
		return []string{o.allow()}
	case "Access-Control-Allow-Origin", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers", "Timing-Allow-Origin":
		return []string{"*"}
	case "Access-Control-Max-Age":
		return []string{"600"}
	case "Access-Control-Allow-Credentials":
		return []string{"true"}
	case "X-Total-Count", "X-Total", "Total-Count", "X-Count", "X-Pagination-Total-Count":
		return []string{"42"}
	case "X-Page", "X-Pagination-Current-Page", "X-Next-Page", "X-Total-Pages", "X-Prev-Page":
		return []string{"1", "2"}
	case "X-Per-Page", "X-Pagination-Per-Page":
		return []string{"20", "10"}
	case "Set-Cookie":
		return []string{"session=" + hex + "; Path=/; HttpOnly; SameSite=Lax", "session=" + hex}
	}
	return nil
}

// address is a path of the operation, its parameters filled in.
func (o *Operation) address(w Want) string {
	var b strings.Builder
	rest := o.Path
	for {
		before, after, ok := strings.Cut(rest, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		_, rest, _ = strings.Cut(after, "}")
		b.WriteString(strconv.FormatUint(w.Seed[0]%900+100, 10))
	}
}

// allow are the methods that the operation's path has.
func (o *Operation) allow() string {
	var out []string
	for _, other := range o.doc.operations {
		if other.Path == o.Path {
			out = append(out, other.Method)
		}
	}
	return strings.Join(out, ", ")
}
