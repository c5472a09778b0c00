// Package har is the HTTP Archive format, version 1.2: what browsers' developer
// tools, proxies and load testers read and write. One set of types does both:
// [Parse] reads an archive, [Archive.Encode] writes one.
//
// The format is that of the W3C's draft "HTTP Archive (HAR) format" of
// 2012-08-14. Members that it lets tools add, whose names begin with an
// underscore, are kept where they are ours (_standin, _encoding) and else let
// go.
package har

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec"
)

// Archive is a whole file.
type Archive struct {
	Log Log `json:"log"`
}

// Log is what was recorded.
type Log struct {
	Version string   `json:"version"` // "1.2"
	Creator Creator  `json:"creator"`
	Browser *Creator `json:"browser,omitempty"`
	Pages   []Page   `json:"pages,omitempty"`
	Entries []Entry  `json:"entries"`
	Comment string   `json:"comment,omitempty"`
}

// Creator is a program.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Page groups entries.
type Page struct {
	Started time.Time   `json:"startedDateTime"`
	ID      string      `json:"id"`
	Title   string      `json:"title"`
	Timings PageTimings `json:"pageTimings"`
}

// PageTimings are in milliseconds from the page's start; -1 where unknown.
type PageTimings struct {
	Content float64 `json:"onContentLoad,omitempty"`
	Load    float64 `json:"onLoad,omitempty"`
}

// Entry is one exchange.
type Entry struct {
	PageRef    string          `json:"pageref,omitempty"`
	Started    time.Time       `json:"startedDateTime"`
	Time       float64         `json:"time"` // milliseconds, the sum of the timings
	Request    Request         `json:"request"`
	Response   Response        `json:"response"`
	Cache      struct{}        `json:"cache"`
	Timings    Timings         `json:"timings"`
	ServerIP   string          `json:"serverIPAddress,omitempty"`
	Connection string          `json:"connection,omitempty"`
	Comment    string          `json:"comment,omitempty"`
	Standin    json.RawMessage `json:"_standin,omitempty"` // what Standin knows of it besides
}

// Request is a request. Sizes are in bytes, -1 where unknown.
type Request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"` // absolute
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []Cookie  `json:"cookies"`
	Headers     []Pair    `json:"headers"`
	QueryString []Pair    `json:"queryString"`
	PostData    *PostData `json:"postData,omitempty"`
	HeadersSize int       `json:"headersSize"`
	BodySize    int       `json:"bodySize"`
}

// Response is a response. Sizes are in bytes, -1 where unknown.
type Response struct {
	Status      int      `json:"status"` // 0: none came
	StatusText  string   `json:"statusText"`
	HTTPVersion string   `json:"httpVersion"`
	Cookies     []Cookie `json:"cookies"`
	Headers     []Pair   `json:"headers"`
	Content     Content  `json:"content"`
	RedirectURL string   `json:"redirectURL"`
	HeadersSize int      `json:"headersSize"`
	BodySize    int      `json:"bodySize"`
}

// Pair is a header, a query member or a form field.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Cookie is a cookie with its attributes.
type Cookie struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Path     string `json:"path,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Expires  string `json:"expires,omitempty"`
	HTTPOnly bool   `json:"httpOnly,omitempty"`
	Secure   bool   `json:"secure,omitempty"`
}

// PostData is a request's body: text, or the fields of a form. The format has
// no encoding for bytes that are no text; ours is _encoding, as in a response.
type PostData struct {
	MimeType string      `json:"mimeType"`
	Params   []FormField `json:"params"`
	Text     string      `json:"text"`
	Encoding string      `json:"_encoding,omitempty"` // "base64"
	Comment  string      `json:"comment,omitempty"`
}

// FormField is a field of a form.
type FormField struct {
	Name        string `json:"name"`
	Value       string `json:"value,omitempty"`
	FileName    string `json:"fileName,omitempty"`
	ContentType string `json:"contentType,omitempty"`
}

// Content is a response's body.
type Content struct {
	Size     int    `json:"size"` // decoded, in bytes
	MimeType string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // "base64" where Text is that
	Comment  string `json:"comment,omitempty"`
}

// Timings are in milliseconds; Blocked, DNS, Connect and SSL are -1 where they
// do not apply.
type Timings struct {
	Blocked *float64 `json:"blocked,omitempty"`
	DNS     *float64 `json:"dns,omitempty"`
	Connect *float64 `json:"connect,omitempty"`
	SSL     *float64 `json:"ssl,omitempty"`
	Send    float64  `json:"send"`
	Wait    float64  `json:"wait"`
	Receive float64  `json:"receive"`
}

// Parse reads an archive. Name is the file's, for errors, which are *[spec.Error]
// with the place of what is wrong: where the JSON breaks off, or the entry.
func Parse(name string, data []byte) (*Archive, error) {
	var a Archive
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some tools write one
	if err := json.Unmarshal(data, &a); err != nil {
		var syntax *json.SyntaxError
		var other *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			return nil, fault(name, data, syntax.Offset, "it is no JSON: %v", err)
		case errors.As(err, &other) && other.Field != "":
			return nil, fault(name, data, other.Offset, "it is no HTTP archive: %s cannot be a JSON %s", other.Field, other.Value)
		case errors.As(err, &other):
			return nil, fault(name, data, other.Offset, "it is no HTTP archive, but a JSON %s", other.Value)
		}
		return nil, fault(name, data, 0, "it is no HTTP archive: %v", err)
	}
	if a.Log.Version == "" && a.Log.Entries == nil {
		return nil, fault(name, data, 0, "it is no HTTP archive: it has no member log with entries")
	}
	for i := range a.Log.Entries {
		if err := a.Log.Entries[i].wrong(); err != nil {
			return nil, fault(name, data, entryOffset(data, i), "log.entries[%d].%w", i, err)
		}
	}
	return &a, nil
}

// wrong is what in an entry cannot be read, nil for nothing.
func (e *Entry) wrong() error {
	if e.Request.Method == "" {
		return errors.New("request has no method")
	}
	if u, err := url.Parse(e.Request.URL); err != nil || u.Host == "" {
		return fmt.Errorf("request.url %q is no absolute address", cut(e.Request.URL))
	}
	if p := e.Request.PostData; p != nil {
		if _, err := bytesOf(p.Text, p.Encoding); err != nil {
			return fmt.Errorf("request.postData: %w", err)
		}
	}
	if _, err := bytesOf(e.Response.Content.Text, e.Response.Content.Encoding); err != nil {
		return fmt.Errorf("response.content: %w", err)
	}
	return nil
}

// fault is an error at an offset of the data.
func fault(name string, data []byte, offset int64, format string, args ...any) error {
	before := data[:min(int(offset), len(data))]
	line := 1 + bytes.Count(before, []byte{'\n'})
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	err := fmt.Errorf(format, args...)
	return &spec.Error{Pos: spec.Position{File: name, Line: line, Column: max(column, 1)}, Msg: err.Error(), Hint: "an HTTP archive, version 1.2, is what browsers' tools, proxies and standin save"}
}

// entryOffset is where the i-th entry begins.
func entryOffset(data []byte, i int) int64 {
	dec := json.NewDecoder(bytes.NewReader(data))
	skipTo := func(name string) bool { // within an object, to the value of a member
		if t, err := dec.Token(); err != nil || t != json.Delim('{') {
			return false
		}
		for dec.More() {
			key, err := dec.Token()
			if key == name || err != nil {
				return err == nil
			}
			var skipped json.RawMessage
			if dec.Decode(&skipped) != nil {
				return false
			}
		}
		return false
	}
	if !skipTo("log") || !skipTo("entries") {
		return 0
	}
	_, _ = dec.Token() // the bracket: Unmarshal has read it all
	for range i {
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return 0
		}
	}
	rest := data[dec.InputOffset():]
	return dec.InputOffset() + int64(len(rest)-len(bytes.TrimLeft(rest, ", \t\r\n"))) + 1
}

func cut(s string) string {
	const most = 100
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Encode writes an archive, indented.
func (a *Archive) Encode() ([]byte, error) {
	if a.Log.Entries == nil {
		a.Log.Entries = []Entry{}
	}
	for i := range a.Log.Entries {
		a.Log.Entries[i].fill()
	}
	data, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(data, '\n'), nil
}

// fill makes empty lists of those that are nil: the format wants all of them.
func (e *Entry) fill() {
	for _, list := range []*[]Pair{&e.Request.Headers, &e.Request.QueryString, &e.Response.Headers} {
		if *list == nil {
			*list = []Pair{}
		}
	}
	for _, list := range []*[]Cookie{&e.Request.Cookies, &e.Response.Cookies} {
		if *list == nil {
			*list = []Cookie{}
		}
	}
	if p := e.Request.PostData; p != nil && p.Params == nil {
		p.Params = []FormField{}
	}
}

// NewRequest is the archive's form of a request. The address must be absolute.
func NewRequest(address string, r *spec.Request) Request {
	out := Request{
		Method: r.Method, URL: address, HTTPVersion: "HTTP/1.1", Headers: pairs(r.Header),
		HeadersSize: -1, BodySize: len(r.Body),
	}
	_, query, _ := strings.Cut(address, "?")
	query, _, _ = strings.Cut(query, "#")
	for part := range strings.SplitSeq(query, "&") {
		if part != "" {
			name, value, _ := strings.Cut(part, "=")
			out.QueryString = append(out.QueryString, Pair{unescape(name), unescape(value)})
		}
	}
	for _, line := range r.Header["Cookie"] {
		for part := range strings.SplitSeq(line, ";") {
			if name, value, ok := strings.Cut(strings.TrimSpace(part), "="); ok {
				out.Cookies = append(out.Cookies, Cookie{Name: name, Value: value})
			}
		}
	}
	if len(r.Body) > 0 {
		out.PostData = &PostData{MimeType: r.Header.Get("Content-Type")}
		out.PostData.Text, out.PostData.Encoding = textOf(r.Body)
	}
	return out
}

func unescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

// NewResponse is the archive's form of a response.
func NewResponse(r *spec.Response) Response {
	out := Response{
		Status: r.Status, StatusText: http.StatusText(r.Status), HTTPVersion: "HTTP/1.1", Headers: pairs(r.Header),
		Content:     Content{Size: len(r.Body), MimeType: r.Header.Get("Content-Type")},
		RedirectURL: r.Header.Get("Location"), HeadersSize: -1, BodySize: len(r.Body),
	}
	if out.Content.MimeType == "" {
		out.Content.MimeType = "x-unknown"
	}
	out.Content.Text, out.Content.Encoding = textOf(r.Body)
	parsed := http.Response{Header: r.Header}
	for _, c := range parsed.Cookies() {
		cookie := Cookie{Name: c.Name, Value: c.Value, Path: c.Path, Domain: c.Domain, HTTPOnly: c.HttpOnly, Secure: c.Secure}
		if !c.Expires.IsZero() {
			cookie.Expires = c.Expires.UTC().Format(time.RFC3339)
		}
		out.Cookies = append(out.Cookies, cookie)
	}
	return out
}

// Missing tells whether there was a body that the archive does not hold, or not
// to its end.
func (r *Request) Missing() bool {
	p := r.PostData
	if p == nil {
		return r.BodySize > 0
	}
	return p.Comment == Left || p.Text == "" && (r.BodySize > 0 && len(p.Params) == 0 || len(p.Params) > 0 && strings.HasPrefix(p.MimeType, "multipart/"))
}

// Missing tells whether there was a body that the archive does not hold, or not
// to its end.
func (r *Response) Missing() bool {
	c := &r.Content
	return c.Comment == Left || c.Text == "" && c.Size > 0
}

// Left is the comment of a body whose end Standin left out of an archive.
const Left = "the body's end is left out"

// Spec is the request as one that can be held against a document, and its
// address.
func (r *Request) Spec() (*spec.Request, *url.URL, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, nil, err
	}
	out := &spec.Request{Method: strings.ToUpper(r.Method), Path: u.EscapedPath(), RawQuery: u.RawQuery, Header: headers(r.Headers), Host: u.Host, TLS: u.Scheme == "https"}
	if out.Path == "" {
		out.Path = "/"
	}
	if p := r.PostData; p != nil {
		if out.Body, err = bytesOf(p.Text, p.Encoding); err != nil {
			return nil, nil, fmt.Errorf("the body of %s %s: %w", r.Method, cut(r.URL), err)
		}
		if len(out.Body) == 0 && len(p.Params) > 0 && !strings.HasPrefix(p.MimeType, "multipart/") {
			form := url.Values{}
			for _, f := range p.Params {
				form.Add(f.Name, f.Value)
			}
			out.Body = []byte(form.Encode())
		}
		if len(out.Body) > 0 && out.Header.Get("Content-Type") == "" && p.MimeType != "" {
			out.Header.Set("Content-Type", p.MimeType)
		}
	}
	return out, u, nil
}

// Spec is the response as one that can be held against a document. Archives
// hold bodies decoded: so the headers that tell of their coding are left out.
func (r *Response) Spec() (*spec.Response, error) {
	out := &spec.Response{Status: r.Status, Header: headers(r.Headers)}
	for _, name := range []string{"Content-Encoding", "Transfer-Encoding", "Content-Length"} {
		out.Header.Del(name)
	}
	var err error
	if out.Body, err = bytesOf(r.Content.Text, r.Content.Encoding); err != nil {
		return nil, fmt.Errorf("the body of a %d: %w", r.Status, err)
	}
	if len(out.Body) > 0 && out.Header.Get("Content-Type") == "" && r.Content.MimeType != "x-unknown" {
		out.Header.Set("Content-Type", r.Content.MimeType)
	}
	return out, nil
}

func bytesOf(text, encoding string) ([]byte, error) {
	switch {
	case text == "":
		return nil, nil
	case encoding == "base64":
		return base64.StdEncoding.DecodeString(text)
	case encoding != "":
		return nil, fmt.Errorf("the encoding %q is not known", encoding)
	}
	return []byte(text), nil
}
