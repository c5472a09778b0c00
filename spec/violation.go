package spec

// Blame says who broke the contract.
type Blame string

// The parties that a violation can be laid at.
const (
	BlameClient   Blame = "client"   // the request breaks the document
	BlameFake     Blame = "fake"     // our own answer does
	BlameDocument Blame = "document" // an example that breaks its own schema
	BlameUpstream Blame = "upstream" // the real service's answer does
	BlameScenario Blame = "scenario" // it was asked for
)

// Severity of a violation. Warnings never change an answer, except under
// strict checking, which makes errors of them.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Violation is one disagreement between a message and the document.
type Violation struct {
	In       string   `json:"in"`                // "request" or "response"
	Where    string   `json:"where"`             // query.limit, path.id, header.x, cookie.c, body/items/0/price, security, status, content-type, path, method
	Keyword  string   `json:"keyword"`           // the schema keyword or rule: required, type, format, undeclared, duplicate…
	Message  string   `json:"message"`           // one sentence for people
	Got      string   `json:"got,omitempty"`     // what the message holds, as JSON, shortened to 120 bytes
	Want     string   `json:"want,omitempty"`    // what the document asks for
	Pointer  string   `json:"pointer,omitempty"` // JSON pointer of the keyword in the document
	Position          // of the keyword in the user's file
	Fix      string   `json:"fix,omitempty"` // how to mend it
	Blame    Blame    `json:"blame"`
	Severity Severity `json:"severity"`
}

// String is one line for logs and tests: in, where, what is wrong, and where
// the document says so.
func (v Violation) String() string {
	at := v.Position.String()
	if at != "" {
		at = " (" + at + ")"
	}
	return v.In + " " + string(v.Severity) + " " + v.Where + " " + v.Keyword + ": " + v.Message + at
}
