package accept

import (
	"maps"
	"slices"

	"github.com/pb33f/jsonschema/v6"
)

// merge collects all the schemas that apply to one value: some roots and what they reach
// through $ref and allOf.
type merge struct {
	links   []link
	own     []int // links whose schema asserts something itself
	nots    []*jsonschema.Schema
	choices []choice
	doubt   bool // something is not modelled
	never   bool // false is among them
}

// link is a schema and the index of the one that applied it, or -1.
type link struct {
	schema *jsonschema.Schema
	owner  int
}

// choice is an anyOf, a oneOf, or a condition rewritten as an anyOf.
type choice struct {
	branches []*jsonschema.Schema
	mode     mode
	owner    int
}

// maxLinks bounds a merge.
const maxLinks = 256

// clone copies m without its first choices.
func (m *merge) clone(skip int) *merge {
	return &merge{
		links: slices.Clone(m.links), own: slices.Clone(m.own), nots: slices.Clone(m.nots),
		choices: slices.Clone(m.choices[skip:]), doubt: m.doubt, never: m.never,
	}
}

// below reports whether link i is root or was applied by it, however indirectly.
func (m *merge) below(i, root int) bool {
	for ; i >= 0; i = m.links[i].owner {
		if i == root {
			return true
		}
	}
	return false
}

// add merges s, which links[owner] applied, and all that it applies in turn.
func (b *builder) add(m *merge, s *jsonschema.Schema, owner int) {
	if s == nil || len(m.links) >= maxLinks {
		m.doubt = true
		return
	}
	if s.Bool != nil {
		m.never = m.never || !*s.Bool
		return
	}
	for i := range m.links {
		if m.links[i].schema == s {
			// Again by another way is no news. By itself is an error to the library.
			m.doubt = m.doubt || m.ancestor(s, owner)
			return
		}
	}
	if s.DraftVersion != 2020 {
		m.doubt = true // its keywords mean something else
		return
	}
	at := len(m.links)
	m.links = append(m.links, link{s, owner})
	if facets(s) {
		m.own = append(m.own, at)
	}
	m.doubt = m.doubt || b.doubts(s)
	if s.Not != nil {
		m.nots = append(m.nots, s.Not)
	}
	for _, c := range b.choices(s) {
		if len(c.branches) == 1 {
			b.add(m, c.branches[0], at)
			continue
		}
		c.owner = at
		m.choices = append(m.choices, c)
	}
	if s.Ref != nil {
		b.add(m, s.Ref, at)
	}
	for _, sub := range s.AllOf {
		b.add(m, sub, at)
	}
}

func (m *merge) ancestor(s *jsonschema.Schema, at int) bool {
	for ; at >= 0; at = m.links[at].owner {
		if m.links[at].schema == s {
			return true
		}
	}
	return false
}

// choices returns a schema's unions. Conditions are rewritten:
//
//	if/then/else         anyOf: [{allOf: [if, then]}, {not: if, allOf: [else]}]
//	dependentSchemas: p  anyOf: [{required: [p], allOf: [p's]}, {properties: {p: false}}]
func (b *builder) choices(s *jsonschema.Schema) []choice {
	var all []choice
	if len(s.AnyOf) > 0 {
		all = append(all, choice{branches: s.AnyOf, mode: b.anyOf})
	}
	if len(s.OneOf) > 0 {
		all = append(all, choice{branches: s.OneOf, mode: exactlyOne})
	}
	conditional := s.If != nil && (s.Then != nil || s.Else != nil)
	if !conditional && len(s.DependentSchemas) == 0 {
		return all
	}
	conditions, ok := b.ifs[s]
	if !ok {
		if conditional {
			yes := &jsonschema.Schema{DraftVersion: 2020, AllOf: []*jsonschema.Schema{s.If}}
			no := &jsonschema.Schema{DraftVersion: 2020, Not: s.If}
			if s.Then != nil {
				yes.AllOf = append(yes.AllOf, s.Then)
			}
			if s.Else != nil {
				no.AllOf = []*jsonschema.Schema{s.Else}
			}
			conditions = append(conditions, choice{branches: []*jsonschema.Schema{yes, no}})
		}
		for _, name := range slices.Sorted(maps.Keys(s.DependentSchemas)) {
			conditions = append(conditions, choice{branches: []*jsonschema.Schema{
				{DraftVersion: 2020, Required: []string{name}, AllOf: []*jsonschema.Schema{s.DependentSchemas[name]}},
				{DraftVersion: 2020, Properties: map[string]*jsonschema.Schema{name: b.falseSchema}},
			}})
		}
		b.ifs[s] = conditions
	}
	return append(all, conditions...)
}

// simplify steps over schemas that do nothing but refer to another.
func (b *builder) simplify(s *jsonschema.Schema) *jsonschema.Schema {
	for range 32 {
		next := s.Ref
		switch {
		case next == nil && len(s.AllOf) == 1:
			next = s.AllOf[0]
		case next == nil || len(s.AllOf) > 0:
			return s
		}
		if s.Bool != nil || facets(s) || b.doubts(s) || composes(s) {
			return s
		}
		s = next
	}
	return s
}

// empty reports whether s asks nothing of any value.
func (b *builder) empty(s *jsonschema.Schema) bool {
	if s.Bool != nil {
		return *s.Bool
	}
	return s.Ref == nil && len(s.AllOf) == 0 && !facets(s) && !b.doubts(s) && !composes(s)
}

// doubts reports whether s asks something that is not modelled at all.
func (b *builder) doubts(s *jsonschema.Schema) bool {
	_, known := extensions(s)
	return !known || s.DynamicRef != nil || s.RecursiveRef != nil || s.DraftVersion != 2020 ||
		s.ReadOnly && b.direction == Request || s.WriteOnly && b.direction == Response
}

// composes reports whether s applies others that are not simply merged.
func composes(s *jsonschema.Schema) bool {
	return s.Not != nil || s.If != nil || len(s.AnyOf) > 0 || len(s.OneOf) > 0 || len(s.DependentSchemas) > 0
}

// facets reports whether s itself asks something of a value.
func facets(s *jsonschema.Schema) bool {
	return s.Types != nil || s.Enum != nil || s.Const != nil || s.Format != nil ||
		hasText(s) || hasNumber(s) || hasObject(s) || hasArray(s)
}

func hasText(s *jsonschema.Schema) bool {
	return s.MinLength != nil || s.MaxLength != nil || s.Pattern != nil ||
		s.ContentEncoding != nil || s.ContentMediaType != nil || s.ContentSchema != nil
}

func hasNumber(s *jsonschema.Schema) bool {
	return s.Minimum != nil || s.Maximum != nil || s.ExclusiveMinimum != nil || s.ExclusiveMaximum != nil ||
		s.MultipleOf != nil
}

func hasObject(s *jsonschema.Schema) bool {
	required, _ := extensions(s)
	return len(s.Properties) > 0 || len(s.PatternProperties) > 0 || s.AdditionalProperties != nil ||
		len(s.Required) > 0 || len(required) > 0 || len(s.DependentRequired) > 0 || s.PropertyNames != nil ||
		s.MinProperties != nil || s.MaxProperties != nil || s.UnevaluatedProperties != nil
}

func hasArray(s *jsonschema.Schema) bool {
	return s.MinItems != nil || s.MaxItems != nil || s.UniqueItems || s.Contains != nil ||
		len(s.PrefixItems) > 0 || s.Items2020 != nil || s.UnevaluatedItems != nil
}

// extensions returns what a schema's OpenAPI keywords require; see discriminators.
func extensions(s *jsonschema.Schema) (required []string, known bool) {
	for _, ext := range s.Extensions {
		more, ok := discriminators(ext)
		if !ok {
			return nil, false
		}
		required = append(required, more...)
	}
	return required, true
}
