package spec

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/pb33f/jsonschema/v6"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/sample"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// Thing is one thing of a resource, as it is stored: decoded JSON, which is not
// to be changed. What a schema asks for and the thing lacks is generated from
// the seed, the same at every time.
type Thing struct {
	Value map[string]any
	Seed  [2]uint64
	Now   time.Time // what generated times lie around
}

// errUnfit says that nothing was found that holds a thing and satisfies a
// schema.
var errUnfit = errors.New("the thing does not fit the schema")

// composer fits things to one schema.
type composer struct {
	doc   *Document
	at    tree.Place
	shape *shape
	name  string
	// absent tells of a member that the thing lacks whether it is to stay so
	// unless the schema requires it. Nil: always.
	absent func(name string) bool
}

// compose makes a value that satisfies the schema and holds of a thing what the
// schema has room for.
func (c composer) compose(t Thing) (any, error) {
	x := c.doc.shapes()
	over := func(base any, rec map[string]any) any {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.overlay(c.shape, base, rec, c.absent)
	}
	bare := over(nil, t.Value)
	if c.absent == nil && c.fits(bare) == nil {
		return bare, nil
	}
	var last any
	for _, at := range append([]tree.Place{c.at}, c.shape.choices...) {
		base, err := c.doc.sampleAt(at, c.name, t.Seed, t.Now)
		if err != nil {
			continue
		}
		if v, ok := c.mend(base, t.Value, over); ok {
			return v, nil
		}
		if last == nil && at.Node == c.at.Node {
			last = base
		}
	}
	if c.fits(bare) == nil {
		return bare, nil
	}
	if last != nil && c.fits(last) == nil {
		return last, nil
	}
	return nil, errUnfit
}

// mend puts a thing over a sample, without the members that the schema refuses.
func (c composer) mend(base any, value map[string]any, over func(any, map[string]any) any) (any, bool) {
	rec := maps.Clone(value)
	for range 5 {
		v := over(base, rec)
		err := c.fits(v)
		if err == nil {
			return v, true
		}
		bad := blamed(err)
		n := len(rec)
		for _, name := range bad {
			delete(rec, name)
		}
		if len(rec) == n {
			return nil, false
		}
	}
	return nil, false
}

// fits checks a value against the schema.
func (c composer) fits(v any) error {
	schema, err := c.doc.checker.plan.Schema(c.at, compile.Response)
	if err != nil || schema == nil {
		return nil // what cannot be compiled is not checked anywhere
	}
	value := sample.Of(v)
	if c.doc.checker.fast[compile.Response].Compile(schema).Valid(value.AppendJSON(nil)) {
		return nil
	}
	return schema.Validate(value.Any())
}

// blamed are the topmost members that a validation's error is about.
func blamed(err error) []string {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return nil
	}
	var out []string
	var walk func(v *jsonschema.ValidationError)
	walk = func(v *jsonschema.ValidationError) {
		if len(v.InstanceLocation) > 0 && !slices.Contains(out, v.InstanceLocation[0]) {
			out = append(out, v.InstanceLocation[0])
		}
		for _, cause := range v.Causes {
			walk(cause)
		}
	}
	walk(v)
	return out
}

// sampleAt makes an instance of the schema at a place, as a response has it.
func (d *Document) sampleAt(at tree.Place, name string, seed [2]uint64, now time.Time) (any, error) {
	s := d.checker.samples()
	if ref := at.Ref(); ref != "" {
		name = sampleName(ref)
	}
	v, err := s.generator.Generate(sample.Request{
		Schema: s.plan.Source(at, compile.Response), Name: name, Seed: seed, Now: now, Direction: sample.InResponse,
	})
	if err != nil {
		return nil, err
	}
	return v.Ordered(), nil
}

// overlay is a value of a shape made of a thing and, where the thing lacks what
// is required, of a sample.
func (x *shapes) overlay(s *shape, base any, rec map[string]any, absent func(string) bool) any {
	if len(s.members) == 0 {
		return rec
	}
	from, _ := base.(sample.Object)
	out := make(sample.Object, 0, len(s.members))
	for i := range s.members {
		m := &s.members[i]
		if m.writeOnly {
			continue
		}
		generated, has := from.Get(m.name)
		if v, given := rec[m.name]; given {
			out = append(out, sample.Member{Name: m.name, Value: x.over(x.field(m), generated, v)})
		} else if has && (m.required || absent != nil && !absent(m.name)) {
			out = append(out, sample.Member{Name: m.name, Value: generated})
		}
	}
	if s.free {
		for _, name := range slices.Sorted(maps.Keys(rec)) {
			if s.member(name) == nil {
				out = append(out, sample.Member{Name: name, Value: rec[name]})
			}
		}
	}
	return out
}

// over is overlay for a value of any type. A name or id where an object is
// wanted becomes the object of that name: a label, a customer.
func (x *shapes) over(s *shape, base, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return x.overlay(s, base, v, nil)
	case []any:
		if s.kind != "array" || !s.items.OK() {
			return v
		}
		of, bases := x.of(s.items), listIn(base)
		out := make([]any, len(v))
		for i, e := range v {
			var b any
			if len(bases) > 0 {
				b = bases[i%len(bases)]
			}
			out[i] = x.over(of, b, e)
		}
		return out
	case nil, bool:
		return v
	}
	if o, ok := base.(sample.Object); ok && s.kind == "object" && len(s.choices) == 0 {
		for _, name := range [...]string{"id", "login", "username", "name", "slug", "key", "code"} {
			m := s.member(name)
			if m == nil || kindsFit(kindOf(v), x.field(m).kind) < 2 {
				continue
			}
			named := slices.Clone(o)
			for i := range named {
				if named[i].Name == name {
					named[i].Value = v
				}
			}
			return named
		}
	}
	return v
}

func listIn(v any) []any {
	l, _ := v.([]any)
	return l
}

func kindOf(v any) string {
	if _, ok := v.(string); ok {
		return "string"
	}
	return "number"
}
