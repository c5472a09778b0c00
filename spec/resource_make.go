package spec

import (
	"strings"
	"time"

	"github.com/standin-dev/standin/spec/internal/sample"
)

// Sample makes a thing as a document's server might have it, everything filled
// in, from a seed.
func (r *Resource) Sample(seed [2]uint64, now time.Time) (map[string]any, error) {
	v, err := r.doc.sampleAt(r.shape.at, r.Name, seed, now)
	if err != nil {
		return nil, err
	}
	thing, ok := sample.Of(v).Any().(map[string]any)
	if !ok {
		return nil, errUnfit
	}
	return thing, nil
}

// Complete makes a whole thing of what a client sent to create it: what the
// client might have sent and did not is left out or has its default, and what
// only a server can know is generated. Members of given that the resource's
// schema does not know are kept.
func (a *Action) Complete(given map[string]any, seed [2]uint64, now time.Time) (map[string]any, error) {
	r := a.Resource
	c := composer{doc: r.doc, at: r.shape.at, shape: r.shape, name: r.Name}
	rec := map[string]any{}
	for name, v := range given {
		rec[name] = v
	}
	x := r.doc.shapes()
	x.mu.Lock()
	server := map[string]bool{}
	for i := range r.shape.members {
		m := &r.shape.members[i]
		if _, ok := given[m.name]; ok {
			continue
		}
		f := x.field(m)
		asked := a.input != nil && a.input.member(m.name) != nil && !m.readOnly
		switch def := m.defaultValue(); {
		case def != nil:
			rec[m.name] = def
		case f.nullable && (asked || ends(m.name)):
			rec[m.name] = nil
		case !asked:
			server[m.name] = true
		}
	}
	x.mu.Unlock()
	c.absent = func(name string) bool { return !server[name] }
	v, err := c.compose(Thing{Value: rec, Seed: seed, Now: now})
	if err != nil {
		return nil, err
	}
	thing, ok := sample.Of(v).Any().(map[string]any)
	if !ok {
		return nil, errUnfit
	}
	for name, v := range given {
		if r.shape.member(name) == nil {
			thing[name] = v
		}
	}
	return thing, nil
}

// Mend fits a changed thing to the resource's schema again, with what it was
// before where the change broke it.
func (r *Resource) Mend(t Thing, before map[string]any) map[string]any {
	c := composer{doc: r.doc, at: r.shape.at, shape: r.shape, name: r.Name}
	v, err := c.compose(t)
	if err != nil {
		return before
	}
	thing, ok := sample.Of(v).Any().(map[string]any)
	if !ok {
		return before
	}
	for name, v := range t.Value {
		if m := r.shape.member(name); m == nil || m.writeOnly {
			thing[name] = v
		}
	}
	return thing
}

func (m *field) defaultValue() any {
	at := m.at
	if ref := at.Ref(); ref != "" && at.Len() == 1 {
		to, err := at.Follow()
		if err != nil {
			return nil
		}
		at = to
	}
	return at.Get("default").Value()
}

// ends reports whether a member is the time of something that has not happened
// to a new thing.
func ends(name string) bool {
	plain := plainName(name)
	for _, stem := range [...]string{"deleted", "closed", "cancel", "archived", "merged", "ended", "completed", "finished", "revoked", "expired", "failed",
		"refunded", "voided", "paused", "resolved", "dismissed", "locked"} {
		if strings.HasPrefix(plain, stem) && (strings.HasSuffix(plain, "at") || strings.HasSuffix(plain, "by") || strings.HasSuffix(plain, "on") || strings.HasSuffix(plain, "date")) {
			return true
		}
	}
	return false
}

// NewID makes an id for a new thing; n is a number that no thing has yet, for
// ids that are counted.
func (r *Resource) NewID(seed [2]uint64, now time.Time, n int64) any {
	at := r.id
	if !at.OK() {
		at = r.param
	}
	x := r.doc.shapes()
	x.mu.Lock()
	s := x.of(at)
	x.mu.Unlock()
	c := composer{doc: r.doc, at: at, shape: s, name: r.Name}
	if s.kind == "integer" || s.kind == "number" {
		if c.fits(n) == nil {
			return n
		}
	}
	if s.kind == "string" && s.format == "" {
		for _, e := range r.idExamples() {
			if id := alikeID(e, seed); id != "" && c.fits(id) == nil {
				return id
			}
		}
	}
	name := "id"
	if len(r.Key) > 0 {
		name = r.Key[len(r.Key)-1]
	}
	v, err := r.doc.sampleAt(at, name, seed, now)
	if err != nil {
		return n
	}
	return v
}

// idExamples are the ids that the document shows: of the member, of the path's
// parameter.
func (r *Resource) idExamples() []string {
	var out []string
	add := func(v any) {
		if s, ok := v.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	if r.id.OK() {
		id := r.id
		if to, err := id.Follow(); err == nil {
			id = to
		}
		add(id.Get("example").Value())
		add(id.Get("examples").At(0).Value())
	}
	for _, a := range r.Actions {
		for _, p := range a.Operation.params {
			if _, last, ok := lastParam(a.Operation.Path); ok && p.in == "path" && p.name == last && Shape(a.Operation.Path) == r.itemShape {
				add(p.at.Get("example").Value())
				add(p.schema.Get("example").Value())
				add(firstExample(p))
			}
		}
	}
	return out
}

// FirstID is the id that the document's examples use, nil for none: a reader of
// the document will ask for it.
func (r *Resource) FirstID() any {
	for _, a := range r.Actions {
		for _, p := range a.Operation.params {
			if _, last, ok := lastParam(a.Operation.Path); !ok || p.in != "path" || p.name != last || Shape(a.Operation.Path) != r.itemShape {
				continue
			}
			for _, e := range []any{p.at.Get("example").Value(), firstExample(p), p.schema.Get("example").Value(), p.schema.Get("examples").At(0).Value()} {
				if e != nil {
					return e
				}
			}
		}
	}
	return nil
}

// alikeID makes an id that looks like an example: letters for letters, digits
// for digits, and what stands before the last sign as it is (cus_9s6XKzkNRiz8i3).
// It is "" where an example does not look like a made-up id.
func alikeID(example string, seed [2]uint64) string {
	at := strings.LastIndexAny(example, "_-:") + 1
	tail := example[at:]
	hex, digits := true, 0
	for _, c := range tail {
		if c >= '0' && c <= '9' {
			digits++
		} else if c < 'a' || c > 'f' {
			hex = false
		}
	}
	if len(tail) < 5 || digits == 0 && len(tail) < 12 {
		return ""
	}
	state := seed[0] ^ seed[1]*0x9e3779b97f4a7c15
	draw := func(n int) byte {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return byte((z ^ z>>31) % uint64(n))
	}
	out := []byte(example)
	for i := at; i < len(out); i++ {
		switch c := out[i]; {
		case hex:
			out[i] = "0123456789abcdef"[draw(16)]
		case c >= '0' && c <= '9':
			out[i] = '0' + draw(10)
		case c >= 'a' && c <= 'z':
			out[i] = 'a' + draw(26)
		case c >= 'A' && c <= 'Z':
			out[i] = 'A' + draw(26)
		}
	}
	return string(out)
}
