package sample

import (
	"fmt"
	"strings"
	"time"
)

// Options configure a [Generator]. The zero value serves for schemas without
// references.
type Options struct {
	// Resolve finds the schema, a map or a bool, that a `$ref` names. The
	// string is passed on as the schema has it. Nil resolves nothing. It must
	// not call the generator.
	Resolve func(ref string) (schema any, ok bool)

	// Name gives the name of the component that a reference leads to, "" for
	// none: it tells what the component's instances are, and labels them where
	// there is a discriminator. Nil means the reference's last segment.
	Name func(ref string) string

	// Valid is the authority: it is asked about every candidate, given as maps,
	// slices, strings, float64, int64, json.Number, bool and nil. A candidate
	// that it refuses is replaced by one from a derived seed. Nil accepts all.
	Valid func(schema, instance any) error

	// Order gives a schema's property names in the order they should appear
	// in. Nil, or a name left out of it: required ones first, then alphabetical.
	Order func(schema map[string]any) []string

	// Locale is a BCP 47 tag whose region decides where people and places come
	// from when the schema does not: "en-IN". "" means anywhere.
	Locale string

	// MaxDepth is how deep optional containers are filled; 0 means 6.
	MaxDepth int

	// MaxNodes is how many values an instance may have before optional
	// properties are left out, but for the scalars of the topmost objects; 0 means
	// 1000.
	MaxNodes int
}

// Direction says which way a message goes.
type Direction int

// The directions of a message.
const (
	Anywhere   Direction = iota // every property
	InRequest                   // readOnly properties are left out
	InResponse                  // writeOnly properties are left out
)

// Request says what to generate.
type Request struct {
	Schema    any       // a decoded schema: a map or a bool
	Name      string    // the component's name, or else a hint of what is wanted, as a property's name is
	Seed      [2]uint64 // the same seed gives the same instance
	Now       time.Time // what dates lie around; zero means the start of 2026
	Direction Direction
	Minimal   bool // leave out everything optional
}

// Generator makes instances of schemas. It is safe for concurrent use. It
// keeps what it learnt of every schema it has met, so make one per document,
// and don't change a schema that it has seen.
type Generator struct {
	o Options
	w *world
}

// New returns a generator.
func New(o Options) *Generator {
	if o.MaxDepth == 0 {
		o.MaxDepth = 6
	}
	if o.MaxNodes == 0 {
		o.MaxNodes = 1000
	}
	return &Generator{o: o, w: newWorld(o)}
}

// Unsatisfiable is the error for a schema that no instance was found for.
type Unsatisfiable struct {
	// Pointer is the JSON pointer, inside the schema asked for or behind a
	// reference ("#/components/schemas/Pet/properties/age"), of what can't be
	// satisfied. "" is the schema itself.
	Pointer string
	Reason  string

	judged bool // a whole instance was made, and refused
}

func (e *Unsatisfiable) Error() string {
	at := e.Pointer
	if at == "" {
		at = "the schema"
	}
	return fmt.Sprintf("no instance of %s: %s", at, e.Reason)
}

// How many seeds are tried, the request's own first: for a full instance, and
// for one with only what is required.
const (
	attempts        = 6
	minimalAttempts = 2
)

// Generate returns an instance that satisfies the schema, or an
// [*Unsatisfiable] error. After a few seeds it falls back on the schema's own
// examples and default, then on an instance with only what is required.
func (g *Generator) Generate(q Request) (Value, error) {
	if q.Now.IsZero() {
		q.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	root := g.parse(q)
	p := g.w.plan(conjunction{roots: []*schema{root}})
	d := newDice()
	var refused *Unsatisfiable
	for try := range attempts + minimalAttempts {
		if try == attempts {
			if v, ok := g.example(q, d, p, root); ok {
				return v, nil
			}
		}
		v, why := g.attempt(q, d, p, root, try)
		if why == nil {
			return v, nil
		}
		if refused == nil || why.judged {
			refused = why
		}
		if p.never != nil {
			break
		}
	}
	return Value{}, refused
}

func (g *Generator) attempt(q Request, d *dice, p *plan, root *schema, try int) (Value, *Unsatisfiable) {
	r := g.run(q, d)
	r.try, r.keep = try, try%2 == 1
	at := spot{seed: seed{mix(q.Seed[0]), mix(q.Seed[1] ^ golden)}, name: q.Name, hint: hintOf(q.Name), item: hintOf(singular(q.Name))}
	if try > 0 {
		at.seed = at.seed.index(try)
	}
	switch {
	case try >= attempts:
		at.mode, r.minimal = bare, true
	case try >= attempts/2:
		// What is optional may still be needed: to satisfy just one branch.
		r.minimal = false
	}
	v, ok := r.value(p, at)
	if !ok {
		return Value{}, r.unsatisfiable(p)
	}
	return Value{v}, g.judge(r, root, q, v)
}

func (g *Generator) parse(q Request) *schema {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	return g.w.root(q.Schema, q.Name)
}

func (g *Generator) run(q Request, d *dice) *run {
	return &run{
		w: g.w, d: d, now: q.Now.UTC(), dir: q.Direction, minimal: q.Minimal,
		locale: g.o.Locale, maxDepth: g.o.MaxDepth, maxNodes: g.o.MaxNodes,
		check: checker{w: g.w, dir: q.Direction},
	}
}

// judge asks our checker and the authority. The answer is nil for a good value.
func (g *Generator) judge(r *run, root *schema, q Request, v any) *Unsatisfiable {
	r.check.at = nil
	if !r.check.ok(root, v) {
		return &Unsatisfiable{r.check.at.pointer(), "every value made for it broke " + r.check.keyword, true}
	}
	if g.o.Valid == nil {
		return nil
	}
	if err := g.o.Valid(q.Schema, plain(v)); err != nil {
		return &Unsatisfiable{"", "the validator refused every instance: " + firstLine(err), true}
	}
	return nil
}

// example is the last resort: what the document itself offers.
func (g *Generator) example(q Request, d *dice, p *plan, root *schema) (Value, bool) {
	for _, e := range p.examples {
		if g.judge(g.run(q, d), root, q, e) == nil {
			return Value{e}, true
		}
	}
	return Value{}, false
}

func (r *run) unsatisfiable(p *plan) *Unsatisfiable {
	if r.failed == nil {
		return &Unsatisfiable{p.conj.roots[0].pointer(), "no value was found", false}
	}
	return &Unsatisfiable{r.failed.pointer(), r.why, false}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
