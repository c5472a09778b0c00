package report

import (
	"encoding/base64"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/standin-dev/standin/spec"
)

// Exchange is the JSON form of an exchange: the control API's, the page's, the
// event stream's and the evidence's.
type Exchange struct {
	ID          string           `json:"id"`
	Sandbox     string           `json:"sandbox"`
	At          time.Time        `json:"at"`
	Operation   string           `json:"operation,omitempty"`
	Template    string           `json:"template,omitempty"`
	Target      string           `json:"target"`
	Request     Message          `json:"request"`
	Response    Message          `json:"response"`
	Status      int              `json:"status"`
	Reason      string           `json:"reason"`
	Source      string           `json:"source"`
	Scenario    string           `json:"scenario,omitempty"`
	Acted       []string         `json:"acted,omitempty"`
	Troubles    []string         `json:"troubles,omitempty"`
	Applied     string           `json:"preference_applied,omitempty"`
	Fault       string           `json:"fault,omitempty"`
	DelayMS     float64          `json:"delay_ms,omitempty"`
	Delivery    string           `json:"delivery,omitempty"` // of a callback or webhook, as is Try
	Try         int              `json:"try,omitempty"`
	Violations  []spec.Violation `json:"violations"`
	DurationMS  float64          `json:"duration_ms"`
	Explanation []string         `json:"explanation"`
}

// Message is a request or a response. A body is text, else base64, else there
// is none.
type Message struct {
	Method  string      `json:"method,omitempty"`
	Path    string      `json:"path,omitempty"`
	Query   string      `json:"query,omitempty"`
	Host    string      `json:"host,omitempty"`
	Status  int         `json:"status,omitempty"`
	Headers http.Header `json:"headers"`
	Body    *string     `json:"body,omitempty"`        // text
	Base64  string      `json:"body_base64,omitempty"` // where it is none
	// Cut is how many bytes of the body were left out, at its end.
	Cut int `json:"body_cut,omitempty"`
}

// SetBody sets the body from its bytes.
func (m *Message) SetBody(b []byte) {
	m.Body, m.Base64 = nil, ""
	if len(b) == 0 {
		return
	}
	if utf8.Valid(b) {
		s := string(b)
		m.Body = &s
		return
	}
	m.Base64 = base64.StdEncoding.EncodeToString(b)
}

// Bytes is the body as it was sent, nil for none; the error says that its base64
// is none.
func (m *Message) Bytes() ([]byte, error) {
	if m.Body != nil {
		return []byte(*m.Body), nil
	}
	b, err := base64.StdEncoding.DecodeString(m.Base64)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return b, nil
}

// Text is the body as text; "" where it is none.
func (m *Message) Text() string {
	if m.Body == nil {
		return ""
	}
	return *m.Body
}

// maxBody is how much of a body a sample keeps, in bytes.
const maxBody = 64 << 10

// Shorten cuts the bodies to what a sample keeps, or to nothing.
func (e *Exchange) Shorten(keepBodies bool) {
	limit := maxBody
	if !keepBodies {
		limit = 0
	}
	e.Request.shorten(limit)
	e.Response.shorten(limit)
}

func (m *Message) shorten(limit int) {
	text := m.Text()
	switch {
	case len(text) > limit:
		end := limit
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		kept := text[:end]
		m.Cut, m.Body = len(text)-end, &kept
		if end == 0 {
			m.Body = nil
		}
	case len(m.Base64) > limit*4/3:
		m.Cut, m.Base64 = len(m.Base64)*3/4, ""
	}
}

// Size is about how many bytes an exchange takes in memory.
func (e *Exchange) Size() int {
	n := 1024 + len(e.Target) + 256*len(e.Violations)
	for _, m := range []*Message{&e.Request, &e.Response} {
		n += len(m.Text()) + len(m.Base64)
		for name, values := range m.Headers {
			n += len(name)
			for _, v := range values {
				n += len(v)
			}
		}
	}
	for _, s := range e.Explanation {
		n += len(s)
	}
	return n
}
