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
	Status  int    // 0: the first 2xx that is documented, else the first of all
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
// example, else a sample that satisfies the schema. Response headers are made
// from their examples and schemas. The error says which status or example is
// not there and names those that are; it is [ErrNotAcceptable] where Accept
// takes none of the media types.
//
// The body is shared with other responses and not to be changed.
func (o *Operation) Respond(w Want) (*Response, error) {
	spec, err := o.chosen(w.Status)
	if err != nil {
		return nil, err
	}
	out := &Response{Status: w.Status, Header: make(http.Header, 2+len(spec.headers))}
	if out.Status == 0 {
		out.Status = spec.Code()
	}
	for _, h := range spec.headers {
		if v, ok := o.doc.sampleHeader(h, w); ok {
			out.Header[http.CanonicalHeaderKey(h.name)] = []string{v}
		}
	}
	if len(spec.Content) == 0 {
		if w.Example != "" {
			return nil, fmt.Errorf("%s has no example %q for %d: that response has no body", o.ID, w.Example, out.Status)
		}
		return out, nil
	}
	types := acceptable(spec.Content, w.Accept)
	if len(types) == 0 {
		return nil, fmt.Errorf("%w: %s has %s", ErrNotAcceptable, o.ID, strings.Join(typeNames(spec.Content), ", "))
	}
	m, e, err := o.example(spec, types, w)
	if err != nil {
		return nil, err
	}
	if e != nil {
		out.Body = e.Body
	} else if out.Body, err = o.doc.sampleBody(m, w); err != nil {
		return nil, fmt.Errorf("%s %s: %w", o.ID, spec.Status, err)
	}
	out.Header["Content-Type"] = []string{concrete(m.Type)}
	return out, nil
}

// chosen is the response for a status; for 0 the first success, else the first.
func (o *Operation) chosen(status int) (*ResponseSpec, error) {
	if len(o.responses) == 0 {
		return nil, fmt.Errorf("%s documents no response", o.ID)
	}
	if status == 0 {
		for _, r := range o.responses {
			if r.Status[0] == '2' {
				return r, nil
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

// example chooses the media type and its example, nil for 'make a sample'.
func (o *Operation) example(spec *ResponseSpec, types []*MediaSpec, w Want) (*MediaSpec, *Example, error) {
	if w.Example != "" {
		var known []string
		for _, m := range types {
			for i := range m.Examples {
				if m.Examples[i].Name == w.Example {
					return m, &m.Examples[i], nil
				}
				known = append(known, m.Examples[i].Name)
			}
		}
		has := "it has none"
		if known = slices.DeleteFunc(known, func(s string) bool { return s == "" }); len(known) > 0 {
			has = "it has " + strings.Join(known, ", ")
		}
		return nil, nil, fmt.Errorf("%s has no example %q for %s; %s", o.ID, w.Example, spec.Status, has)
	}
	if m := types[0]; w.Dynamic || len(m.Examples) == 0 {
		return m, nil, nil
	}
	return types[0], &types[0].Examples[0], nil
}

func typeNames(content []MediaSpec) []string {
	out := make([]string, len(content))
	for i := range content {
		out[i] = content[i].Type
	}
	return out
}

// concrete is a media type to send for one that may be a range.
func concrete(media string) string {
	switch {
	case media == "*/*" || media == "application/*":
		return "application/json"
	case strings.HasSuffix(media, "/*"):
		return strings.TrimSuffix(media, "*") + "plain"
	}
	return media
}

// acceptable are the documented media types that an Accept header takes, the
// most welcome first, in the document's order where equally so.
func acceptable(content []MediaSpec, header string) []*MediaSpec {
	type choice struct {
		spec *MediaSpec
		q    float64
	}
	var out []choice
	ranges := parseAccept(header)
	for i := range content {
		if q := quality(ranges, mediaBase(content[i].Type)); q > 0 {
			out = append(out, choice{&content[i], q})
		}
	}
	slices.SortStableFunc(out, func(a, b choice) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	specs := make([]*MediaSpec, len(out))
	for i := range out {
		specs[i] = out[i].spec
	}
	return specs
}

type acceptRange struct {
	media string
	q     float64
}

func parseAccept(header string) []acceptRange {
	var out []acceptRange
	for part := range strings.SplitSeq(header, ",") {
		media, params, _ := strings.Cut(part, ";")
		if media = strings.ToLower(strings.TrimSpace(media)); media == "" {
			continue
		}
		r := acceptRange{media, 1}
		for p := range strings.SplitSeq(params, ";") {
			if v, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(p)), "q="); ok {
				if q, err := strconv.ParseFloat(v, 64); err == nil {
					r.q = min(max(q, 0), 1)
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// quality is how welcome a media type is: what the most specific range says
// (RFC 9110, 12.5.1). A header without ranges takes anything.
func quality(ranges []acceptRange, media string) float64 {
	if len(ranges) == 0 {
		return 1
	}
	kind, _, _ := strings.Cut(media, "/")
	best, q := -1, 0.0
	for _, r := range ranges {
		how := -1
		switch {
		case r.media == media:
			how = 2
		case r.media == kind+"/*", strings.HasSuffix(media, "/*") && strings.HasPrefix(r.media, kind+"/"):
			how = 1
		case r.media == "*/*", media == "*/*":
			how = 0
		}
		if how > best {
			best, q = how, r.q
		}
	}
	return q
}
