package sample

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// typeSet is a set of JSON types. integer is a part of number.
type typeSet uint8

const (
	typeNull typeSet = 1 << iota
	typeBoolean
	typeInteger
	typeFraction // numbers that are no integers
	typeString
	typeArray
	typeObject

	typeNumber = typeInteger | typeFraction
	typeAll    = typeObject<<1 - 1
)

var typeNames = map[string]typeSet{
	"null": typeNull, "boolean": typeBoolean, "integer": typeInteger, "number": typeNumber,
	"string": typeString, "array": typeArray, "object": typeObject,
}

// schema is one parsed schema: its own keywords, not those of what it refers
// to. It is immutable but for target, which is found on first use.
type schema struct {
	id  int
	raw map[string]any // nil for a boolean schema
	no  bool           // the schema false, or a reference to nothing
	why string         // for no

	name  string  // of the component, "" for none
	up    *schema // the schema that this one is written in, nil at a root
	token string  // below up, an unescaped JSON pointer without its first slash; at a root, where it was found

	ref    string // "" for none
	target atomic.Pointer[schema]

	plain    string  // what the schema says, where that is no more than a type and a format: all such share a plan
	types    typeSet // typeAll where the schema says nothing
	enum     []any   // const, too; nil for none
	num      *numberRules
	str      *stringRules
	arr      *arrayRules
	obj      *objectRules
	examples []any // of the schema, the default last; raw

	allOf, anyOf, oneOf []*schema
	not                 *schema
	ifs, then, els      *schema
	discriminator       *discriminator

	readOnly, writeOnly bool
}

type stringRules struct {
	min, max int // in runes; max -1 for none
	patterns []*pattern
	formats  []string
	encoding string // contentEncoding
	media    string // contentMediaType
}

type arrayRules struct {
	min, max     int // max -1 for none
	prefix       []*schema
	items        *schema
	contains     *schema
	minContains  int
	maxContains  int // -1 for none
	unique       bool
	unevaluated  *schema
	hasMinOrMore bool // minItems is said
}

type objectRules struct {
	min, max     int // max -1 for none
	required     []string
	order        []string // of properties, by name
	properties   map[string]*schema
	patterns     []patternProperty
	additional   *schema
	names        *schema
	unevaluated  *schema
	needs        []dependency // dependentRequired, by name
	dependents   []dependent  // dependentSchemas, by name
	declaredOnly bool         // additionalProperties is false
}

type patternProperty struct {
	pattern *pattern
	schema  *schema
}

type dependency struct {
	name  string
	names []string
}

type dependent struct {
	name   string
	schema *schema
}

type discriminator struct {
	property string
	mapping  []mapping // by key
}

type mapping struct{ key, ref string }

// pointer is where the schema stands: what it was found by and the JSON
// pointer from there.
func (s *schema) pointer() string {
	if s.up == nil {
		return s.token
	}
	return s.up.pointer() + "/" + s.token
}

// lastSegment of "#/components/schemas/Pet" and "mem:///c/Pet" is Pet.
func lastSegment(ref string) string {
	ref = strings.TrimRight(ref, "#/")
	ref = ref[strings.LastIndexAny(ref, "/#")+1:]
	return unescape(ref)
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// escape writes a name as a token of a JSON pointer.
func escape(name string) string { return pointerEscapes.Replace(name) }

// unescape undoes the escapes of a JSON pointer in a URI fragment.
func unescape(token string) string {
	for i := 0; i+2 < len(token); i++ {
		if token[i] == '%' {
			if c, err := strconv.ParseUint(token[i+1:i+3], 16, 8); err == nil {
				token = token[:i] + string(rune(c)) + token[i+3:]
			}
		}
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
}

// plainRef reports whether a schema is nothing but a reference, so that it and
// its target are one.
func (s *schema) plainRef() bool {
	if s.ref == "" {
		return false
	}
	for k := range s.raw {
		if k != "$ref" && k != "$dynamicRef" && !silent(k) {
			return false
		}
	}
	return true
}

// holds reports whether a list has a schema.
func holds(list []*schema, s *schema) bool { return slices.Contains(list, s) }

func typeOf(v any) typeSet {
	switch v := v.(type) {
	case nil:
		return typeNull
	case bool:
		return typeBoolean
	case string:
		return typeString
	case []any:
		return typeArray
	case Object:
		return typeObject
	case int64:
		return typeInteger
	default:
		if isInteger(v) {
			return typeInteger
		}
		return typeFraction
	}
}
