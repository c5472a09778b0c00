package mock

import (
	"net/http"
	"time"

	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// Behaviours give operations their meaning in code. They are attached by method
// and path to whatever document holds those operations; the zero value gives
// none any. A Behaviours value belongs to one [Handler].
//
// Every function that takes a [Tx] is pure but for tx: it reads no clock and no
// chance but tx's, keeps nothing, and may be run again after a conflict.
type Behaviours struct {
	// Operations maps "METHOD /path/{template}" to what it does. Parameter
	// names in the template do not matter.
	Operations map[string]Behaviour

	// Authenticate looks up the credentials of a call on an operation with
	// security. It is not called when the call has none. A nil Answer lets the
	// call go on. Nil accepts every well-formed credential.
	Authenticate func(tx *Tx, c *Call) (Identity, *Answer)

	// Unauthorized makes the answer to a call whose credentials are missing or
	// malformed. Nil takes the document's own 401.
	Unauthorized func(tx *Tx, c *Call, violations []spec.Violation) Answer

	// Invalid makes the answer to a call that breaks the document. Nil takes
	// the document's own 400.
	Invalid func(tx *Tx, c *Call, violations []spec.Violation) Answer

	// SandboxOf tells which sandbox issued a token that the request presents,
	// without judging the token. Nil, or ok false: no such token.
	SandboxOf func(r *spec.Request) (name string, ok bool)

	// Seed makes the start state of a world.
	Seed func(tx *Tx)

	// Tables are all tables that the functions above use, for export and import.
	Tables []AnyTable

	// Records are what of those tables other operations of a document may be
	// about: nil for none.
	Records []Records

	// Kept finds what a world keeps beside the API, an uploaded image say, by
	// its path, which begins with KeptUnder ("/profile-images/"). It serves GETs
	// of paths that the document does not have; they are not recorded.
	Kept      func(tx *Tx, path string) (f File, ok bool)
	KeptUnder string

	// Control adds calls to the control API, below /_standin.
	Control []ControlRoute
}

// Behaviour answers one call.
type Behaviour func(tx *Tx, c *Call) Answer

// Call is a bound call and who makes it.
type Call struct {
	*spec.Call
	Identity Identity
}

// Identity is whom a credential belongs to.
type Identity struct {
	Token     scenarios.Token
	User      func() any // for expressions: a JSON-like value or nil; may be nil
	Principal any        // the behaviours' own, handed on to them
}

// Answer is what a behaviour answers: Body, or Example (a named example of the
// status), or with neither the document's first example or a sample.
type Answer struct {
	Status   int
	Header   http.Header // nil for none; Content-Type defaults to application/json
	Body     []byte
	Example  string
	Reason   string        // why, in a few words, for the journal
	Rollback bool          // undo what the transaction wrote
	Delay    time.Duration // before the answer
}

// ControlRoute is one call of the control API.
type ControlRoute struct {
	Method, Path string // "POST", "/users/{id}/tokens"
	Serve        func(tx *Tx, r *ControlRequest) ControlAnswer
}

// ControlRequest is a request for a ControlRoute.
type ControlRequest struct {
	Params map[string]string
	Query  map[string][]string
	Body   []byte
}

// ControlAnswer is its answer. Value is sent as JSON; with Problem set the
// status and Problem go out as problem+json and the transaction is rolled back.
type ControlAnswer struct {
	Status  int
	Value   any
	Problem string
}
