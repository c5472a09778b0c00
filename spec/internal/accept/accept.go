package accept

import (
	"sync"

	"github.com/pb33f/jsonschema/v6"
)

// defaultMaxDepth is the nesting that [Options.MaxDepth] zero stands for.
const defaultMaxDepth = 512

// Direction says which way a message travels, for readOnly and writeOnly.
type Direction uint8

const (
	// Any looks at neither readOnly nor writeOnly.
	Any Direction = iota
	// Request is not sure about values whose schema is readOnly.
	Request
	// Response is not sure about values whose schema is writeOnly.
	Response
)

// Undeclared says what to think of an object's member that no schema in scope
// lists under properties and whose name no patternProperties matches. In scope are
// the schema itself, what it reaches through $ref and allOf, and the branches of anyOf,
// oneOf, if and dependentSchemas that hold.
type Undeclared uint8

const (
	// DoubtUndeclared is not sure about any such member, as the library's strict
	// mode reports them all.
	DoubtUndeclared Undeclared = iota
	// DoubtStray is like DoubtUndeclared, but takes as declared the members of a map
	// (additionalProperties with a schema, or true) and of a free-form object (one whose
	// schema lists no names at all).
	DoubtStray
	// AllowUndeclared leaves such members to additionalProperties alone, as JSON
	// Schema does.
	AllowUndeclared
)

// Options tune what a [Checker] is sure of. The zero value suits a message whose
// direction does not matter and whose undeclared members are to be reported.
type Options struct {
	// Direction of the messages; Any by default.
	Direction Direction
	// Undeclared members; DoubtUndeclared by default.
	Undeclared Undeclared
	// MaxDepth is how many objects and arrays may be nested in one another. Zero means
	// 512. A deeper body is not accepted.
	MaxDepth int
}

// A Compiler derives checkers and shares between them whatever their schemas share.
// Use one per document and direction. It is safe for concurrent use.
type Compiler struct {
	maxDepth int

	mu    sync.Mutex // guards build
	build *builder
}

// NewCompiler returns a compiler whose checkers follow o.
func NewCompiler(o Options) *Compiler {
	if o.MaxDepth <= 0 {
		o.MaxDepth = defaultMaxDepth
	}
	return &Compiler{maxDepth: o.MaxDepth, build: newBuilder(o)}
}

// Compile derives a checker from a schema that the validator's engine compiled. It
// never fails: what it cannot model makes a Checker that is less often sure. A nil
// schema makes one that never is.
func (c *Compiler) Compile(s *jsonschema.Schema) *Checker {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &Checker{root: c.build.root(s), maxDepth: c.maxDepth}
}

// Compile derives a single checker; see [Compiler.Compile]. To derive several from
// one document, use a [Compiler].
func Compile(s *jsonschema.Schema, o Options) *Checker {
	return NewCompiler(o).Compile(s)
}

// A Checker proves values valid against one schema. It is immutable and safe for
// concurrent use.
type Checker struct {
	root     *node
	maxDepth int
}

// Valid reports whether body is proven to be one JSON value that is valid. False
// means "not sure", never "invalid". The body must not change during the call and is
// not kept.
func (c *Checker) Valid(body []byte) bool {
	s := newScanner(body, c.maxDepth)
	s.space()
	ok := s.value(c.root) == valid
	if ok {
		s.space()
		ok = s.i == len(body)
	}
	s.release()
	return ok
}

// ValidString reports whether a scalar that arrived as text (a parameter, a header,
// a form field) is proven valid. The schema decides what the text stands for: itself
// where only a string is possible, else a JSON number, true or false. It is not sure
// where the schema leaves that open, and about "null" where null is possible.
func (c *Checker) ValidString(value string) bool {
	possible := c.root.types
	if possible&tNull != 0 {
		if value == "null" || value == "" {
			return false
		}
		possible &^= tNull
	}
	switch {
	case possible == 0:
		return false
	case possible&^tString == 0:
		return validText(value) && c.root.text(value) == valid
	case possible&^(tNumber|tTrue|tFalse) != 0:
		return false
	case possible&tNumber != 0 && possible&(tTrue|tFalse) != 0:
		return false
	}
	s := newScanner(bytesOf(value), c.maxDepth)
	return s.value(c.root) == valid && s.i == len(value)
}
