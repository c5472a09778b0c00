package spec

import (
	"bytes"
	"slices"
	"strings"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// LibraryFault is a known fault of libopenapi-validator: what it says there is
// not taken over.
type LibraryFault struct {
	Name   string // a few words
	Reason string // what the library does, and what OpenAPI or an RFC says instead

	request  func(o *Operation, f Finding, c *Call) bool
	response func(o *Operation, f Finding, r *Response) bool
}

// LibraryFaults are all known faults of the library that show where it refuses
// what is good. Each one was seen on a real document.
var LibraryFaults = []*LibraryFault{}

// ExcusedRequest returns the known fault that a finding in a request is, nil if
// it is none.
func (o *Operation) ExcusedRequest(f Finding, c *Call) *LibraryFault {
	for _, fault := range LibraryFaults {
		if fault.request != nil && fault.request(o, f, c) {
			return fault
		}
	}
	return nil
}

// ExcusedResponse is ExcusedRequest for a response.
func (o *Operation) ExcusedResponse(f Finding, r *Response) *LibraryFault {
	for _, fault := range LibraryFaults {
		if fault.response != nil && fault.response(o, f, r) {
			return fault
		}
	}
	return nil
}

var _ = bytes.Equal
var _ = slices.Contains[[]string]
var _ = strings.Cut
var _ tree.Place
