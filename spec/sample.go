package spec

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/sample"
)

// samples makes instances of a document's schemas.
type samples struct {
	generator *sample.Generator
	plan      *compile.Plan

	mu   sync.Mutex
	kept map[sampleKey][]byte // guarded by mu: the bodies that are not dynamic
}

// maxKept bounds the bodies that are kept: seeds may be many.
const maxKept = 256

type sampleKey struct {
	media *MediaSpec
	seed  [2]uint64
	day   int64
}

func newSamples(plan *compile.Plan) *samples {
	s := &samples{plan: plan, kept: make(map[sampleKey][]byte)}
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

// sampleBody makes a body of a media type: the same for the same want, and
// unless a new one is asked for, the same all day.
func (d *Document) sampleBody(m *MediaSpec, w Want) ([]byte, error) {
	s := d.checker.samples()
	if w.Dynamic {
		return s.body(m, w)
	}
	w.Now = w.Now.UTC().Truncate(24 * time.Hour)
	key := sampleKey{m, w.Seed, w.Now.Unix()}
	s.mu.Lock()
	body, ok := s.kept[key]
	s.mu.Unlock()
	if ok {
		return body, nil
	}
	body, err := s.body(m, w)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= maxKept {
		clear(s.kept)
	}
	s.kept[key] = body
	return body, nil
}

func (s *samples) body(m *MediaSpec, w Want) ([]byte, error) {
	v, err := s.generator.Generate(sample.Request{
		Schema: s.plan.Source(m.schema, compile.Response), Name: sampleName(m.schema.Ref()),
		Seed: w.Seed, Now: w.Now, Direction: sample.InResponse,
	})
	if err != nil {
		return nil, err
	}
	return encodeSample(m.Type, v), nil
}

// sampleName is a component's name, which tells what it holds.
func sampleName(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] }

// encodeSample writes a sample in a media type: text as it is, all else as JSON.
func encodeSample(media string, v sample.Value) []byte {
	if s, ok := v.Ordered().(string); ok && !jsonType(mediaBase(concrete(media))) {
		return []byte(s)
	}
	return v.AppendJSON(nil)
}

// sampleHeader makes the value of a response header.
func (d *Document) sampleHeader(h *param, w Want) (string, bool) {
	for _, e := range []any{h.at.Get("example").Value(), firstExample(h), h.schema.Get("example").Value(),
		h.schema.Get("examples").At(0).Value(), h.schema.Get("default").Value()} {
		if e != nil {
			return headerText(e), true
		}
	}
	if !h.required {
		return "", false
	}
	s := d.checker.samples()
	v, err := s.generator.Generate(sample.Request{
		Schema: s.plan.Source(h.schema, compile.Generic), Name: h.name, Seed: w.Seed, Now: w.Now,
	})
	if err != nil {
		return "", false
	}
	return headerText(v.Any()), true
}

func firstExample(h *param) any {
	examples := h.at.Get("examples")
	if !examples.IsMap() || len(examples.Node.Content) < 2 {
		return nil
	}
	e, err := examples.Get(examples.Node.Content[0].Value).Follow()
	if err != nil {
		return nil
	}
	return e.Get("value").Value()
}

// headerText writes a value in simple style (OpenAPI 3.1, 4.8.12.2).
func headerText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = headerText(x)
		}
		return strings.Join(parts, ",")
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, k, headerText(v[k]))
		}
		return strings.Join(parts, ",")
	}
	return short(v)
}
