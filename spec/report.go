package spec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pb33f/jsonschema/v6"
	"github.com/pb33f/jsonschema/v6/kind"
	"github.com/pb33f/libopenapi-validator/openapi_vocabulary"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/standin-dev/standin/spec/internal/compile"
	"github.com/standin-dev/standin/spec/internal/tree"
)

// report collects the violations of one message.
type report struct {
	in    string // request or response
	blame Blame
	plan  *compile.Plan
	found []Violation
	// reversed is set for callbacks and webhooks, whose requests the API sends.
	reversed bool
	// inexact is set when the body holds a number that a float64 rounds. The
	// library compares it rounded; ours, by the same engine, as it is written.
	inexact bool
	sound   bool // what is audited satisfies its schema
}

func (d *Document) report(in string) *report {
	r := &report{in: in, blame: BlameClient, plan: d.checker.plan}
	if in == "response" {
		r.blame = BlameFake
	}
	return r
}

// add adds a violation at a place of the document.
func (r *report) add(at tree.Place, v Violation) {
	v.In, v.Blame, v.Pointer, v.Position = r.in, r.blame, at.Pointer, pos(at)
	if v.Severity == "" {
		v.Severity = SeverityError
	}
	r.found = append(r.found, v)
}

// has reports whether something was found at a place of the message or below it.
func (r *report) has(where string) bool {
	return slices.ContainsFunc(r.found, func(v Violation) bool {
		return v.Severity == SeverityError && (v.Where == where || strings.HasPrefix(v.Where, where+"/"))
	})
}

// done sorts what was found and takes doubles out: a schema that is reached on
// two ways is still broken once.
func (r *report) done() []Violation {
	slices.SortStableFunc(r.found, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.In, b.In), cmp.Compare(a.Where, b.Where), cmp.Compare(a.Keyword, b.Keyword),
			cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(r.found, func(a, b Violation) bool {
		return a.Where == b.Where && a.Keyword == b.Keyword && a.Message == b.Message
	})
}

// schema adds what the engine found wrong with a value: one violation for each
// fault, however the schema is composed. Where is the value's own place.
func (r *report) schema(err error, where string, value any) {
	e, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return
	}
	faults := leaves(e)
	for _, f := range faults {
		if !follows(f, faults) {
			r.leaf(f, where, value)
		}
	}
}

// follows reports whether a fault is but the consequence of another: what a
// failed part of a schema lists counts as unevaluated, and a value of the wrong
// type has no discriminator.
func follows(f fault, all []fault) bool {
	keyword := keywordOf(f)
	if !strings.HasPrefix(keyword, "unevaluated") && keyword != "discriminator" {
		return false
	}
	owner := f.InstanceLocation
	if keyword != "discriminator" && len(owner) > 0 {
		owner = owner[:len(owner)-1]
	}
	return slices.ContainsFunc(all, func(other fault) bool {
		if strings.HasPrefix(keywordOf(other), "unevaluated") || len(other.InstanceLocation) < len(owner) ||
			!slices.Equal(other.InstanceLocation[:len(owner)], owner) {
			return false
		}
		_, wrongType := other.kind.(*kind.Type)
		return keyword != "discriminator" || wrongType && len(other.InstanceLocation) == len(owner)
	})
}

// fault is one keyword that failed. Kind may differ from the engine's, where
// several failures are one fault.
type fault struct {
	*jsonschema.ValidationError
	kind jsonschema.ErrorKind
}

// leaves finds the faults in the engine's tree of failures.
func leaves(e *jsonschema.ValidationError) []fault {
	switch k := e.ErrorKind.(type) {
	case *kind.OneOf:
		if len(k.Subschemas) > 0 { // more than one branch matched
			return []fault{{e, k}}
		}
		return nearest(e)
	case *kind.AnyOf:
		return nearest(e)
	case *kind.Not, *kind.Contains, *kind.MinContains, *kind.MaxContains, *kind.PropertyNames:
		return []fault{{e, k}}
	}
	if len(e.Causes) == 0 {
		return []fault{{e, e.ErrorKind}}
	}
	var out []fault
	for _, c := range e.Causes {
		out = append(out, leaves(c)...)
	}
	return out
}

// branch is one schema of an anyOf or oneOf that did not match.
type branch struct {
	faults []fault
	score  int
}

// tagOf is the fault of a property that tells a branch from the others: a
// constant of the value itself or of a member of it.
func tagOf(b branch, depth int) (f fault, want []any) {
	for _, f := range b.faults {
		if len(f.InstanceLocation) > depth+1 {
			continue
		}
		switch k := f.kind.(type) {
		case *kind.Const:
			return f, []any{k.Want}
		case *kind.Enum:
			return f, k.Want
		}
	}
	return fault{}, nil
}

// tagged makes one fault of branches that all fail by the same tag.
func tagged(e *jsonschema.ValidationError, branches []branch) (fault, bool) {
	first, all := tagOf(branches[0], len(e.InstanceLocation))
	if all == nil || len(branches) == 1 {
		return fault{}, false
	}
	all = slices.Clone(all)
	for _, b := range branches[1:] {
		f, want := tagOf(b, len(e.InstanceLocation))
		if want == nil || !slices.Equal(f.InstanceLocation, first.InstanceLocation) {
			return fault{}, false
		}
		all = append(all, want...)
	}
	at := *e
	at.InstanceLocation = first.InstanceLocation
	return fault{&at, &kind.Enum{Want: all}}, true
}

// nearest chooses what to report of a failed anyOf or oneOf: the faults of the
// branch that was meant, as far as one can tell, else the keyword itself.
func nearest(e *jsonschema.ValidationError) []fault {
	depth := len(e.InstanceLocation)
	var branches []branch
	var want []string
	for _, c := range e.Causes {
		b := branch{faults: leaves(c)}
		for _, f := range b.faults {
			b.score += weight(f, depth)
			if t, ok := f.kind.(*kind.Type); ok && len(f.InstanceLocation) == depth {
				want = append(want, t.Want...)
			}
		}
		branches = append(branches, b)
	}
	if len(branches) == 0 {
		return []fault{{e, e.ErrorKind}}
	}
	if len(want) >= len(branches) { // each branch wants another type: one fault
		first := branches[0].faults[0]
		if t, ok := first.kind.(*kind.Type); ok {
			slices.Sort(want)
			return []fault{{e, &kind.Type{Got: t.Got, Want: slices.Compact(want)}}}
		}
	}
	if tag, ok := tagged(e, branches); ok {
		return []fault{tag}
	}
	slices.SortStableFunc(branches, func(a, b branch) int { return cmp.Compare(a.score, b.score) })
	if len(branches) > 1 && branches[0].score == branches[1].score && !same(branches[0].faults, branches[1].faults) {
		return []fault{{e, e.ErrorKind}}
	}
	return branches[0].faults
}

// weight says how far a fault takes a branch from having been meant: a wrong
// type or a wrong tag at the value itself far, a detail deeper down hardly.
func weight(f fault, depth int) int {
	below := len(f.InstanceLocation) - depth
	switch k := f.kind.(type) {
	case *kind.Type:
		if below == 0 {
			return 1000
		}
		return 20
	case *kind.Const, *kind.Enum:
		if below <= 1 {
			return 200
		}
		return 20
	case *kind.Required:
		return 30 * len(k.Missing)
	case *kind.AdditionalProperties:
		return 30 * len(k.Properties)
	}
	return max(1, 10-below)
}

func same(a, b []fault) bool {
	return slices.EqualFunc(a, b, func(x, y fault) bool {
		return slices.Equal(x.InstanceLocation, y.InstanceLocation) && text(x.kind) == text(y.kind)
	})
}

// unknown stands for a value that the library decoded and keeps to itself.
type unknown struct{}

// typeShown is a type shown in the place of a value of it.
type typeShown string

// gotOf is what a fault itself tells of the value.
func gotOf(k jsonschema.ErrorKind) any {
	switch k := k.(type) {
	case *kind.Type:
		return typeShown(anyOf([]string{k.Got}))
	case *kind.Enum:
		return k.Got
	case *kind.Const:
		return k.Got
	case *kind.Format:
		return k.Got
	case *kind.Pattern:
		return k.Got
	case *kind.Minimum:
		return json.Number(rat(k.Got))
	case *kind.Maximum:
		return json.Number(rat(k.Got))
	}
	return nil
}

// subject names a place of a message in a sentence.
func subject(where string) string {
	if where == "body" {
		return "the body"
	}
	return where
}

// leaf adds the violations of one fault: one for each name where it has several.
func (r *report) leaf(f fault, where string, root any) {
	value := root
	for _, seg := range f.InstanceLocation {
		where += "/" + tree.Escape(seg)
		value = member(value, seg)
	}
	keyword := keywordOf(f)
	at := r.plan.Locate(f.SchemaURL, keyword)
	if _, hidden := root.(unknown); hidden {
		value = gotOf(f.kind)
	}
	v := Violation{Where: where, Keyword: keyword, Got: short(value)}
	switch k := f.kind.(type) {
	case *kind.Required:
		for _, name := range k.Missing {
			r.add(at, missing(where, keyword, name, ""))
		}
		return
	case *kind.DependentRequired:
		for _, name := range k.Missing {
			r.add(at, missing(where, keyword, name, fmt.Sprintf(", which %q asks for", k.Prop)))
		}
		return
	case *openapi_vocabulary.DiscriminatorPropertyMissingError:
		if !slices.ContainsFunc(r.found, func(v Violation) bool {
			return v.Where == where && v.Keyword == "required" && v.Want == k.PropertyName
		}) {
			r.add(at, missing(where, keyword, k.PropertyName, ", which tells its kind"))
		}
		return
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			r.add(at, Violation{Where: where + "/" + tree.Escape(name), Keyword: keyword, Got: short(member(value, name)),
				Message: fmt.Sprintf("%s has a property %q that the schema does not allow", subject(where), name),
				Want:    "no further properties", Fix: fmt.Sprintf("leave %q out, or add it to the schema", name)})
		}
		return
	case *kind.PropertyNames:
		v.Where = where + "/" + tree.Escape(k.Property)
		v.Message = fmt.Sprintf("%s has a property named %q, and the schema does not allow that name", subject(where), k.Property)
		v.Got, v.Want = short(k.Property), "a name that satisfies propertyNames"
	case *kind.FalseSchema:
		v.Message, v.Want = subject(where)+" must not be there", "nothing"
		v.Fix = "leave it out"
	case *kind.Pattern:
		v.Want = cmp.Or(at.Str(), k.Want) // as it is written: the engine's may be rewritten
		v.Message = fmt.Sprintf("%s does not match the pattern %s: %s", subject(where), v.Want, short(value))
	default:
		v.Want, v.Message = describe(subject(where), f.kind, value)
	}
	r.add(at, v)
}

func missing(where, keyword, name, why string) Violation {
	return Violation{Where: where, Keyword: keyword, Want: name,
		Message: fmt.Sprintf("%s lacks the property %q%s", subject(where), name, why),
		Fix:     fmt.Sprintf("add %q", name)}
}

// keywordOf is the schema keyword that a fault is about.
func keywordOf(f fault) string {
	if path := f.kind.KeywordPath(); len(path) > 0 {
		return path[0]
	}
	switch f.kind.(type) {
	case *kind.Not:
		return "not"
	case *openapi_vocabulary.DiscriminatorPropertyMissingError:
		return "discriminator"
	case *kind.FalseSchema: // the schema itself is `false`: its keyword is the one that holds it
		_, fragment, _ := strings.Cut(f.SchemaURL, "#")
		segs := strings.Split(fragment, "/")
		for _, s := range slices.Backward(segs) {
			if strings.HasPrefix(s, "unevaluated") || s == "items" || s == "properties" || s == "patternProperties" || s == "additionalProperties" {
				return s
			}
		}
	}
	return "schema"
}

// describe says what a keyword asks for, and in a sentence what is wrong.
func describe(where string, k jsonschema.ErrorKind, value any) (want, sentence string) {
	got := short(value)
	must := func(want string) (string, string) { return want, where + " must be " + want + ", not " + got }
	switch k := k.(type) {
	case *kind.Type:
		return must(anyOf(k.Want))
	case *kind.Enum:
		return must("one of " + list(k.Want))
	case *kind.Const:
		return must(short(k.Want))
	case *kind.Format:
		return k.Want, where + " is not a valid " + k.Want + ": " + got
	case *kind.Minimum:
		return must("at least " + rat(k.Want))
	case *kind.Maximum:
		return must("at most " + rat(k.Want))
	case *kind.ExclusiveMinimum:
		return must("more than " + rat(k.Want))
	case *kind.ExclusiveMaximum:
		return must("less than " + rat(k.Want))
	case *kind.MultipleOf:
		return must("a multiple of " + rat(k.Want))
	case *kind.MinLength:
		return size(where, "at least", k.Want, "character", k.Got)
	case *kind.MaxLength:
		return size(where, "at most", k.Want, "character", k.Got)
	case *kind.MinItems:
		return size(where, "at least", k.Want, "item", k.Got)
	case *kind.MaxItems:
		return size(where, "at most", k.Want, "item", k.Got)
	case *kind.MinProperties:
		return size(where, "at least", k.Want, "property", k.Got)
	case *kind.MaxProperties:
		return size(where, "at most", k.Want, "property", k.Got)
	case *kind.UniqueItems:
		return "different items", fmt.Sprintf("%s has equal items at %d and %d", where, k.Duplicates[0], k.Duplicates[1])
	case *kind.OneOf:
		if len(k.Subschemas) > 0 {
			return "exactly one of the schemas", fmt.Sprintf("%s matches more than one of the oneOf schemas: %d and %d", where, k.Subschemas[0], k.Subschemas[1])
		}
		return "exactly one of the schemas", where + " matches none of the oneOf schemas"
	case *kind.AnyOf:
		return "at least one of the schemas", where + " matches none of the anyOf schemas"
	case *kind.Not:
		return "no match", where + " matches a schema that it must not match"
	case *kind.Contains:
		return "an item that matches contains", where + " has no item that matches the contains schema"
	}
	return "", where + " does not satisfy the schema: " + text(k)
}

func size(where, bound string, want int, unit string, got int) (string, string) {
	limit := fmt.Sprintf("%s %s", bound, plural(want, unit))
	return limit, fmt.Sprintf("%s must have %s, and has %d", where, limit, got)
}

func plural(n int, unit string) string {
	switch {
	case n == 1:
		return "1 " + unit
	case unit == "property":
		return strconv.Itoa(n) + " properties"
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// anyOf is "a string or null".
func anyOf(types []string) string {
	out := make([]string, 0, len(types))
	for _, t := range types {
		switch t {
		case "null":
		case "integer", "array", "object":
			out = append(out, "an "+t)
		default:
			out = append(out, "a "+t)
		}
	}
	if slices.Contains(types, "null") {
		out = append(out, "null")
	}
	return strings.Join(out, " or ")
}

func list(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = short(v)
	}
	return cut(strings.Join(out, ", "))
}

func rat(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

func text(k jsonschema.ErrorKind) string {
	return k.LocalizedString(message.NewPrinter(language.English))
}

// member is a value's member by name or index, nil if there is none.
func member(value any, seg string) any {
	switch v := value.(type) {
	case map[string]any:
		return v[seg]
	case []any:
		if i, err := strconv.Atoi(seg); err == nil && i >= 0 && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// maxShown is the longest value that a violation shows, in bytes.
const maxShown = 120

// short is a value as JSON, shortened.
func short(v any) string {
	if t, ok := v.(typeShown); ok {
		return string(t)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	return cut(strings.TrimSuffix(b.String(), "\n"))
}

func cut(s string) string {
	if len(s) <= maxShown {
		return s
	}
	end := maxShown - len("…")
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// place is where a media type's schema stands.
func (r *report) place(m *media) tree.Place {
	if m == nil {
		return tree.Place{}
	}
	return m.spec.schema
}
