package spec

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/standin-dev/standin/spec/internal/compile"
	mediatype "github.com/standin-dev/standin/spec/internal/media"
	"github.com/standin-dev/standin/spec/internal/sample"
)

// samples makes instances of a document's schemas.
type samples struct {
	generator *sample.Generator
	plan      *compile.Plan

	mu    sync.Mutex
	kept  map[keptKey]*made // guarded by mu: what is not dynamic
	bytes int               // guarded by mu: of the kept bodies
}

// What is kept is bounded: seeds may be many.
const (
	maxKept      = 4096
	maxKeptBytes = 32 << 20
)

// keptKey is all that a response's parts depend on.
type keptKey struct {
	spec        *ResponseSpec
	media       *MediaSpec // nil for no body
	contentType string
	example     *Example // nil for a sample
	seed        [2]uint64
	day         int64
}

// made are the parts of a response. Nothing of it changes but proven.
type made struct {
	header http.Header
	body   []byte
	lacks  bool        // the schema cannot be satisfied: the body is a makeshift
	proven atomic.Bool // the body was found to be valid, in its media type
}

// Unsatisfied reports that a response's body is a makeshift, since nothing
// satisfies the schema that the document gives it.
func (r *Response) Unsatisfied() bool { return r.made != nil && r.made.lacks }

func newSamples(plan *compile.Plan) *samples {
	s := &samples{plan: plan, kept: make(map[keptKey]*made)}
	s.generator = sample.New(sample.Options{
		Resolve: plan.Resolve,
		Name:    plan.Name,
		Order: func(schema map[string]any) []string {
			names, _ := schema[compile.OrderKey].([]string)
			return names
		},
		Valid: func(schema, instance any) error {
			m, _ := schema.(map[string]any)
			address, ok := m[compile.AddressKey].(string)
			if !ok {
				return nil
			}
			compiled, err := plan.At(address)
			if err != nil || compiled == nil {
				return nil // what cannot be compiled is not checked anywhere
			}
			return compiled.Validate(instance)
		},
	})
	return s
}

// made makes the parts of a response, with a makeshift for a body that no sample
// can be made of ([Document.Unsatisfiable] tells of those at start): the same for the same want, and unless a
// new one is asked for, the same all day.
func (d *Document) made(o *Operation, key keptKey, w Want) *made {
	s := d.checker.samples()
	if w.Dynamic {
		return s.make(o, key, w)
	}
	w.Now = w.Now.UTC().Truncate(24 * time.Hour)
	key.seed, key.day = w.Seed, w.Now.Unix()
	if key.example != nil && len(key.spec.headers) == 0 {
		key.seed, key.day = [2]uint64{}, 0 // nothing of it is drawn
	}
	s.mu.Lock()
	m := s.kept[key]
	s.mu.Unlock()
	if m != nil {
		return m
	}
	m = s.make(o, key, w)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bytes += len(m.body); len(s.kept) >= maxKept || s.bytes > maxKeptBytes {
		clear(s.kept)
		s.bytes = len(m.body)
	}
	s.kept[key] = m
	return m
}

func (s *samples) make(o *Operation, key keptKey, w Want) *made {
	m := &made{header: make(http.Header, 1+len(key.spec.headers))}
	contentType := key.contentType
	switch {
	case key.media == nil:
	case key.example != nil:
		m.body = key.example.Body
		if c := key.example.contentType; mediatype.KindOf(mediaBase(c)) == mediatype.Multipart {
			contentType = c // the boundary is the body's
		}
	default:
		var err error
		if m.body, contentType, err = s.body(key, w); err != nil {
			t := key.media.mediatype()
			t.Media = key.contentType
			m.body, contentType = t.Encode(makeshift(t.Schema))
			m.lacks = true
		}
	}
	if contentType != "" {
		m.header["Content-Type"] = []string{contentType}
	}
	for _, h := range o.prepared().responses[o.indexOf(key.spec)].headers {
		if v, ok := s.header(o, h, m, w); ok {
			m.header[h.canonical] = []string{v}
		}
	}
	return m
}

// makeshift is the least that has a type that the schema names.
func makeshift(s mediatype.Schema) any {
	switch object, array, text := s.Composite(); {
	case array && !object:
		return []any{}
	case text && !object:
		return ""
	}
	return sample.Object{}
}

func (o *Operation) indexOf(spec *ResponseSpec) int {
	for i, r := range o.responses {
		if r == spec {
			return i
		}
	}
	return -1 // never: specs are the operation's own
}

// sampleBody makes a body for a request that the API sends, in its media type.
func (d *Document) sampleBody(m *MediaSpec, w Want) (body []byte, contentType string, err error) {
	return d.checker.samples().body(keptKey{media: m, contentType: m.concrete()}, w)
}

// body makes a sample in its media type.
func (s *samples) body(key keptKey, w Want) ([]byte, string, error) {
	t := key.media.mediatype()
	t.Media = key.contentType
	kind := mediatype.KindOf(mediaBase(key.contentType))
	if kind == mediatype.Binary {
		return mediatype.File(key.contentType, w.Seed[0]), key.contentType, nil
	}
	v, err := s.value(key.media, kind, w)
	if err != nil {
		return nil, "", err
	}
	if text, ok := v.(string); ok {
		if better, ok := mediatype.Believe(key.contentType, t.Component, text); ok && s.fits(key.media, better) {
			v = better
		}
	}
	body, contentType := t.Encode(v)
	return body, contentType, nil
}

// value makes an instance: of the schema, or a few of what a stream holds.
func (s *samples) value(m *MediaSpec, kind mediatype.Kind, w Want) (any, error) {
	at, n := m.schema, 1
	if kind.Streamed() {
		if _, array, _ := (mediatype.Schema{At: m.schema}).Composite(); m.item.OK() || !array {
			n = 3
		}
		if m.item.OK() {
			at = m.item
		}
	}
	var list []any
	for i := range n {
		q := sample.Request{Schema: s.plan.Source(at, compile.Response), Name: sampleName(at.Ref()), Seed: w.Seed, Now: w.Now, Direction: sample.InResponse}
		q.Seed[1] += uint64(i)
		v, err := s.generator.Generate(q)
		if err != nil {
			return nil, err
		}
		if n == 1 {
			return v.Ordered(), nil
		}
		list = append(list, v.Ordered())
	}
	return list, nil
}

// fits reports whether a text satisfies a media type's schema.
func (s *samples) fits(m *MediaSpec, text string) bool {
	compiled, err := s.plan.Schema(m.schema, compile.Response)
	return err == nil && (compiled == nil || compiled.Validate(text) == nil)
}

// sampleName is a component's name, which tells what it holds.
func sampleName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }
