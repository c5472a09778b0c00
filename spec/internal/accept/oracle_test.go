package accept

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/helpers"
)

// compile compiles a schema as the validator does, formats asserted.
func compile(schema []byte) (*jsonschema.Schema, error) {
	options := config.NewValidationOptions(config.WithFormatAssertions())
	return helpers.NewCompiledSchemaWithVersion("mem:///schema", schema, options, 3.1)
}

func mustCompile(t testing.TB, schema string) *jsonschema.Schema {
	t.Helper()
	s, err := compile([]byte(schema))
	if err != nil {
		t.Fatalf("compile %s: %v", schema, err)
	}
	return s
}

// policies are the combinations of options that the tests try.
var policies = []Options{
	{},
	{Direction: Request, Undeclared: DoubtStray},
	{Direction: Response, Undeclared: AllowUndeclared},
	{Undeclared: AllowUndeclared},
}

// objection says why a body must not be accepted, or returns nil. It is the slow and
// obvious form of the law: decode, ask the engine, look for what decoding hides.
func objection(s *jsonschema.Schema, o Options, body []byte) error {
	return objectionTo(s.Validate, s, o, body)
}

// objectionTo is objection with a judge in the engine's place and the schema whose
// names are declared, if any.
func objectionTo(judge func(any) error, s *jsonschema.Schema, o Options, body []byte) error {
	if !utf8.Valid(body) {
		return errors.New("invalid UTF-8")
	}
	if err := duplicates(body); err != nil {
		return err
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return err
	}
	if err := judge(v); err != nil {
		return err
	}
	exact, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	if err := judge(exact); err != nil {
		return fmt.Errorf("with json.Number: %w", err)
	}
	if depth(v) > maxDepthOf(o) {
		return errors.New("too deep")
	}
	if strings.Contains(fmt.Sprint(v), "\uFFFD") && !bytes.Contains(body, []byte("\uFFFD")) &&
		!bytes.Contains(bytes.ToLower(body), []byte(`\ufffd`)) {
		return errors.New("lone surrogate")
	}
	return undeclared(o, []*jsonschema.Schema{s}, v)
}

func maxDepthOf(o Options) int {
	if o.MaxDepth == 0 {
		return defaultMaxDepth
	}
	return o.MaxDepth
}

// duplicates reports the first member name that an object has twice.
func duplicates(body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	type level struct {
		names map[string]bool // nil: an array
		value bool            // a value comes next, not a name
	}
	var stack []level
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		var top *level
		if len(stack) > 0 {
			top = &stack[len(stack)-1]
		}
		if name, ok := token.(string); ok && top != nil && top.names != nil && !top.value {
			if top.names[name] {
				return fmt.Errorf("duplicate name %q", name)
			}
			top.names[name], top.value = true, true
			continue
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			if top != nil {
				top.value = false
			}
			next := level{}
			if token == json.Delim('{') {
				next.names = map[string]bool{}
			}
			stack = append(stack, next)
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		default:
			if top != nil {
				top.value = false
			}
		}
	}
}

func depth(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			deepest = max(deepest, depth(m))
		}
	case []any:
		for _, m := range v {
			deepest = max(deepest, depth(m))
		}
	default:
		return 0
	}
	return deepest + 1
}

// scope adds to schemas all that they apply to the same value in turn, as far as it
// matches.
func scope(schemas []*jsonschema.Schema, v any) []*jsonschema.Schema {
	var all []*jsonschema.Schema
	var add func(s *jsonschema.Schema)
	matching := func(s *jsonschema.Schema) bool {
		if s == nil || s.Validate(v) != nil {
			return false
		}
		add(s)
		return true
	}
	add = func(s *jsonschema.Schema) {
		if s == nil || s.Bool != nil || slices.Contains(all, s) {
			return
		}
		all = append(all, s)
		add(s.Ref)
		for _, sub := range s.AllOf {
			add(sub)
		}
		for _, sub := range s.AnyOf {
			matching(sub)
		}
		for _, sub := range s.OneOf {
			matching(sub)
		}
		if s.If != nil {
			if matching(s.If) {
				add(s.Then)
			} else {
				add(s.Else)
			}
		}
		obj, _ := v.(map[string]any)
		for name, sub := range s.DependentSchemas {
			if _, ok := obj[name]; ok {
				add(sub)
			}
		}
	}
	for _, s := range schemas {
		add(s)
	}
	return all
}

// undeclared reports members that no schema lists, and readOnly and writeOnly values that
// travel the wrong way.
func undeclared(o Options, schemas []*jsonschema.Schema, v any) error {
	all := scope(schemas, v)
	for _, s := range all {
		if s.ReadOnly && o.Direction == Request {
			return errors.New("readOnly in a request")
		}
		if s.WriteOnly && o.Direction == Response {
			return errors.New("writeOnly in a response")
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			children, declared := childrenOf(all, name, o.Undeclared)
			if !declared {
				return fmt.Errorf("undeclared %q", name)
			}
			if err := undeclared(o, children, value); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		for i, value := range v {
			var children []*jsonschema.Schema
			for _, s := range all {
				if i < len(s.PrefixItems) {
					children = append(children, s.PrefixItems[i])
				} else if s.Items2020 != nil {
					children = append(children, s.Items2020)
				}
			}
			if err := undeclared(o, children, value); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
	}
	return nil
}

func childrenOf(all []*jsonschema.Schema, name string, policy Undeclared) (children []*jsonschema.Schema, declared bool) {
	free, mapped := true, false
	for _, s := range all {
		free = free && len(s.Properties) == 0 && len(s.PatternProperties) == 0
		listed := false
		if p, ok := s.Properties[name]; ok {
			children = append(children, p)
			listed = true
		}
		for re, p := range s.PatternProperties {
			if re.MatchString(name) {
				children = append(children, p)
				listed = true
			}
		}
		declared = declared || listed
		mapped = mapped || s.AdditionalProperties != nil && s.AdditionalProperties != false
		if p, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && !listed {
			children = append(children, p)
		}
	}
	switch policy {
	case AllowUndeclared:
		declared = true
	case DoubtStray:
		declared = declared || free || mapped
	}
	return children, declared
}

// subject is a schema with its checkers, one for each policy.
type subject struct {
	name     string
	schema   *jsonschema.Schema
	checkers []*Checker
	// opposites check {not: schema}: what they accept, the others can prove invalid.
	opposites []*Checker
}

func newSubject(name string, s *jsonschema.Schema) *subject {
	whole := &subject{name: name, schema: s}
	not := &jsonschema.Schema{DraftVersion: 2020, Not: s}
	for _, o := range policies {
		c := NewCompiler(o)
		whole.checkers = append(whole.checkers, c.Compile(s))
		whole.opposites = append(whole.opposites, c.Compile(not))
	}
	return whole
}

// rejects is the judge of {not: schema}.
func (s *subject) rejects(v any) error {
	if s.schema.Validate(v) == nil {
		return errors.New("the schema holds that must not")
	}
	return nil
}

// hold fails the test if a checker of any policy accepts what it must not. It returns
// how many policies accepted, and how many could have.
func (s *subject) hold(t testing.TB, body []byte) (accepted, sound int) {
	t.Helper()
	for i, o := range policies {
		ok := s.checkers[i].Valid(body)
		err := objection(s.schema, o, body)
		if ok && err != nil {
			t.Errorf("%s: accepted %q under %+v: %v", s.name, body, o, err)
		}
		if err == nil {
			sound++
			if ok {
				accepted++
			}
		}
		if !s.opposites[i].Valid(body) {
			continue
		}
		if err := objectionTo(s.rejects, nil, o, body); err != nil {
			t.Errorf("not %s: accepted %q under %+v: %v", s.name, body, o, err)
		}
	}
	return accepted, sound
}
