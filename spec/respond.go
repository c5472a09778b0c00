package spec

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Want says which response [Operation.Respond] should make.
type Want struct {
	Status  int    // 0: the first 2xx that is documented, else default, else the first of all
	Example string // the name of an example; "" is any
	Dynamic bool   // make a new body from the schema, whatever examples there are
	Accept  string // the Accept header (RFC 9110, 12.5.1); "" takes anything
	Seed    [2]uint64
	Now     time.Time
}

// ErrNotAcceptable is the fault of an Accept header that takes none of the
// media types that a response is documented with (RFC 9110, 15.5.7).
var ErrNotAcceptable = errors.New("none of the documented media types is acceptable")

// Respond makes a documented response: the named example, else the first
// example, else a sample that satisfies the schema, written in the media type
// that is most welcome. Response headers are made from their examples and
// schemas. The error says which status or example is not there and names those
// that are; it is [ErrNotAcceptable] where Accept takes none of the media types
// of a success. An error answer comes as it is, whatever Accept says: a client
// had better read it than not.
//
// The body and the headers' values are shared with other responses and not to
// be changed.
func (o *Operation) Respond(w Want) (*Response, error) {
	spec, err := o.chosen(w.Status)
	if err != nil {
		return nil, err
	}
	status := w.Status
	if status == 0 {
		status = spec.Code()
	}
	if len(spec.Content) == 0 || bodilessStatus(status) {
		if w.Example != "" {
			return nil, fmt.Errorf("%s has no example %q for %d: that response has no body", o.ID, w.Example, status)
		}
		return o.response(keptKey{spec: spec}, status, w), nil
	}
	offers := acceptable(spec.Content, w.Accept)
	if len(offers) == 0 && status >= 400 {
		offers = acceptable(spec.Content, "")
	}
	if len(offers) == 0 {
		return nil, fmt.Errorf("%w: %s has %s", ErrNotAcceptable, o.ID, strings.Join(typeNames(spec.Content), ", "))
	}
	key, err := o.example(spec, offers, w)
	if err != nil {
		return nil, err
	}
	return o.response(key, status, w), nil
}

// bodilessStatus reports whether a status never has content (RFC 9110, 6.4.1
// and 15.3.6).
func bodilessStatus(status int) bool {
	return status < 200 || status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified
}

// response makes a response, or takes the one that is kept.
func (o *Operation) response(key keptKey, status int, w Want) *Response {
	m := o.doc.made(o, key, w)
	out := &Response{Status: status, Header: make(http.Header, len(m.header)+6), Body: m.body, made: m}
	for name, values := range m.header {
		out.Header[name] = values
	}
	return out
}

// chosen is the response for a status; for 0 the first success, else default,
// else the first.
func (o *Operation) chosen(status int) (*ResponseSpec, error) {
	if len(o.responses) == 0 {
		return nil, fmt.Errorf("%s documents no response", o.ID)
	}
	if status == 0 {
		for _, first := range []string{"2", "d", "3"} {
			for _, r := range o.responses {
				if strings.HasPrefix(r.Status, first) {
					return r, nil
				}
			}
		}
		return o.responses[0], nil
	}
	if r := o.Response(status); r != nil {
		return r, nil
	}
	var known []string
	for _, r := range o.responses {
		known = append(known, r.Status)
	}
	return nil, fmt.Errorf("%s documents no response %d; it has %s", o.ID, status, strings.Join(known, ", "))
}

// Succeeds reports whether the operation documents an answer to a request that
// is in order: 2xx, 3xx or default. Where it has none but errors, whatever
// answers such a request is outside the document.
func (o *Operation) Succeeds() bool {
	return slices.ContainsFunc(o.responses, func(r *ResponseSpec) bool { return strings.ContainsRune("23d", rune(r.Status[0])) })
}

// RefusalStatus is the status that the document answers refused requests with:
// the first of those given that it lists, else a range of theirs, else default,
// else 0. Default does not count where it is the operation's only way to
// succeed.
func (o *Operation) RefusalStatus(statuses ...int) int {
	success := false
	listed := map[string]bool{}
	for _, r := range o.responses {
		listed[strings.ToUpper(r.Status)] = true
		success = success || r.Status[0] == '2' || r.Status[0] == '3'
	}
	for _, s := range statuses {
		if listed[strconv.Itoa(s)] {
			return s
		}
	}
	for _, s := range statuses {
		if listed[strconv.Itoa(s/100)+"XX"] || listed["DEFAULT"] && success {
			return s
		}
	}
	return 0
}

// example chooses the media type and its example, nil for 'make a sample'.
func (o *Operation) example(spec *ResponseSpec, offers []offer, w Want) (keptKey, error) {
	key := keptKey{spec: spec, media: offers[0].media, contentType: offers[0].contentType}
	if w.Example != "" {
		var known []string
		for _, o := range offers {
			for i := range o.media.Examples {
				e := &o.media.Examples[i]
				if e.Name == w.Example {
					return keptKey{spec: spec, media: o.media, contentType: o.contentType, example: e}, nil
				}
				known = append(known, e.Name)
			}
		}
		has := "it has none"
		if known = slices.DeleteFunc(known, func(s string) bool { return s == "" }); len(known) > 0 {
			has = "it has " + strings.Join(known, ", ")
		}
		return key, fmt.Errorf("%s has no example %q for %s; %s", o.ID, w.Example, spec.Status, has)
	}
	if !w.Dynamic && len(key.media.Examples) > 0 {
		key.example = &key.media.Examples[0]
	}
	return key, nil
}

func typeNames(content []MediaSpec) []string {
	out := make([]string, len(content))
	for i := range content {
		out[i] = content[i].Type
	}
	return out
}
