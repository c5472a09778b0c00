// Package compile turns the schemas of an OpenAPI document into compiled JSON
// Schemas, lazily and once.
//
// Each schema that something points at is a resource of its own for one shared
// compiler per [Purpose]: compiling one costs what it reaches, not what the
// document holds. On the way every schema is rewritten to JSON Schema 2020-12
// (see convert.go), and [Plan.Locate] finds the way back from a compiled
// keyword to the place in the user's file.
package compile

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
	"github.com/pb33f/libopenapi-validator/openapi_vocabulary"

	"github.com/standin-dev/standin/spec/internal/tree"
)

// Purpose is what a schema describes. It decides which required properties are
// asked for (OpenAPI 3.1, 4.8.24: readOnly and writeOnly).
type Purpose int

// The purposes.
const (
	Generic  Purpose = iota // parameters and headers
	Request                 // request bodies: read-only properties are not required
	Response                // response bodies: write-only properties are not required
)

// prefixes are the purposes' resource addresses.
var prefixes = [...]string{"mem:///g/", "mem:///q/", "mem:///s/"}

// Warning is a part of a schema that does not work and is left out.
type Warning struct {
	At  tree.Place
	Msg string
}

// Plan compiles the schemas of one document. It is safe for concurrent use.
type Plan struct {
	minor int // of the OpenAPI version: 3.minor

	mu        sync.Mutex // guards all below: a compiler serves one goroutine at a time
	compilers [len(prefixes)]*jsonschema.Compiler
	places    []tree.Place   // by resource number
	numbers   map[string]int // of places, by file and pointer
	done      map[done]result
	sources   map[done]any
	warnings  []Warning
	warned    map[string]bool
}

type done struct {
	number  int
	purpose Purpose
}

type result struct {
	schema *jsonschema.Schema
	err    error
}

// New makes a plan for a document of OpenAPI 3.minor.
func New(minor int) *Plan {
	return &Plan{minor: minor, numbers: map[string]int{}, done: map[done]result{}, sources: map[done]any{}, warned: map[string]bool{}}
}

// Schema compiles the schema at a place. A place that is missing compiles to
// nil, which stands for 'anything'.
func (p *Plan) Schema(at tree.Place, purpose Purpose) (*jsonschema.Schema, error) {
	if !at.OK() {
		return nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at = p.entry(at)
	key := done{p.number(at), purpose}
	if r, ok := p.done[key]; ok {
		return r.schema, r.err
	}
	r := p.compile(key)
	if r.err != nil {
		r.err = fmt.Errorf("schema %s: %w", at.Pointer, r.err)
	}
	p.done[key] = r
	return r.schema, r.err
}

// Warnings are what was left out of the schemas compiled so far.
func (p *Plan) Warnings() []Warning {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Warning(nil), p.warnings...)
}

// entry skips over a bare reference, so that all who point at a component share
// its one compiled form.
func (p *Plan) entry(at tree.Place) tree.Place {
	for range 64 {
		ref := at.Ref()
		if ref == "" || p.minor > 0 && at.Len() > 1 || p.wrapped(at) {
			break
		}
		to, err := at.Target(ref)
		if err != nil {
			break
		}
		at = to
	}
	return at
}

func (p *Plan) number(at tree.Place) int {
	key := strconv.Itoa(at.File.Index) + at.Pointer
	n, ok := p.numbers[key]
	if !ok {
		n = len(p.places)
		p.numbers[key] = n
		p.places = append(p.places, at)
	}
	return n
}

func (p *Plan) compile(key done) (r result) {
	defer func() {
		if v := recover(); v != nil {
			r = result{err: fmt.Errorf("it cannot be compiled: %v", v)}
		}
	}()
	c := p.compilers[key.purpose]
	if c == nil {
		c = p.compiler(key.purpose)
		p.compilers[key.purpose] = c
	}
	s, err := c.Compile(prefixes[key.purpose] + strconv.Itoa(key.number))
	return result{s, plain(err)}
}

// plain cuts a compiler's message, which repeats the address of the resource
// and lists every metaschema on the way, to its last line.
func plain(err error) error {
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(err.Error()), "\n")
	return errors.New(strings.TrimLeft(lines[len(lines)-1], "- "))
}

func (p *Plan) compiler(purpose Purpose) *jsonschema.Compiler {
	c := helpers.NewCompilerWithOptions(config.NewValidationOptions(config.WithFormatAssertions(), config.WithRegexEngine(regex)))
	version := openapi_vocabulary.Version31
	if p.minor == 0 {
		version = openapi_vocabulary.Version30
	}
	c.RegisterVocabulary(openapi_vocabulary.NewOpenAPIVocabularyWithCoercion(version, false))
	c.AssertVocabs()
	c.UseLoader(loader{p, purpose})
	return c
}

// loader serves the compiler; the plan's lock is held whenever it is asked.
type loader struct {
	plan    *Plan
	purpose Purpose
}

// Load makes the resource of that address.
func (l loader) Load(address string) (any, error) {
	key, ok := l.plan.parse(address)
	if !ok {
		return nil, fmt.Errorf("there is no schema at %s", address)
	}
	c := converter{plan: l.plan, purpose: key.purpose}
	return c.whole(l.plan.places[key.number], nil), nil
}

// parse reads a resource's address.
func (p *Plan) parse(address string) (done, bool) {
	for purpose, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(address, prefix); ok {
			n, err := strconv.Atoi(rest)
			return done{n, Purpose(purpose)}, err == nil && n >= 0 && n < len(p.places)
		}
	}
	return done{}, false
}

// Locate finds the place in the user's files of a keyword of a compiled
// schema, given the schema's Location and the keyword's path. Where the way
// ends early, as in a part that the rewrite added, it is the nearest place
// above. The zero Place is 'unknown'.
func (p *Plan) Locate(location string, keyword ...string) tree.Place {
	resource, fragment, _ := strings.Cut(location, "#")
	p.mu.Lock()
	defer p.mu.Unlock()
	key, ok := p.parse(resource)
	if !ok {
		return tree.Place{}
	}
	var path []string
	for seg := range strings.SplitSeq(fragment, "/") {
		if s, err := url.PathUnescape(seg); err == nil {
			seg = s
		}
		path = append(path, tree.Unescape(seg))
	}
	return p.walk(p.places[key.number], append(path[1:], keyword...))
}

func (p *Plan) walk(at tree.Place, path []string) tree.Place {
	for i := 0; i < len(path); i++ {
		if p.wrapped(at) && path[i] == "anyOf" && i+1 < len(path) {
			if path[i+1] == "0" {
				i++
				continue
			}
			return at.Get("nullable")
		}
		next := at.Get(path[i])
		if at.IsList() {
			j, err := strconv.Atoi(path[i])
			if err != nil {
				return at
			}
			next = at.At(j)
		}
		if !next.OK() {
			return at
		}
		at = next
	}
	return at
}
