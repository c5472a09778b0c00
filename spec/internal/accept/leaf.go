package accept

import (
	"encoding/json"
	"math/big"

	"github.com/pb33f/jsonschema/v6"
)

// leaf fills a node that is not a choice.
func (b *builder) leaf(n *node, m *merge) {
	n.types = tAll
	if m.doubt {
		n.doubt = tAll
	}
	for _, i := range m.own {
		s := m.links[i].schema
		n.types &= allowed(s)
		if s.Enum != nil {
			n.addEnum(s.Enum.Values)
		}
		if s.Const != nil {
			n.addEnum([]any{*s.Const})
		}
		n.addFormat(s.Format)
		n.addText(s)
		n.addNumber(s)
	}
	for _, s := range m.nots {
		n.not = append(n.not, b.inPlace(s))
	}
	n.obj, n.arr = b.anything.obj, b.anything.arr
	if n.types&tObject != 0 {
		b.addObject(n, m)
	}
	if n.types&tArray != 0 {
		b.addArray(n, m)
	}
	if len(n.not) > 0 {
		return
	}
	n.plain = tNull | tTrue | tFalse
	if n.str == nil {
		n.plain |= tString
	}
	if n.num == nil {
		n.plain |= tNumber
	}
	n.plain &= n.types &^ n.doubt
}

// allowed returns the types that a schema's type keyword and OpenAPI keywords let pass.
func allowed(s *jsonschema.Schema) types {
	t := tAll
	if s.Types != nil && !s.Types.IsEmpty() {
		t = 0
		for _, name := range s.Types.ToStrings() {
			t |= typesByName[name]
		}
	}
	// The validator's discriminator rejects whatever is not an object.
	if required, _ := extensions(s); len(required) > 0 {
		t &= tObject
	}
	return t
}

var typesByName = map[string]types{
	"null": tNull, "boolean": tTrue | tFalse, "integer": tInteger, "number": tNumber,
	"string": tString, "array": tArray, "object": tObject,
}

func (n *node) textRules() *textRules {
	if n.str == nil {
		n.str = &textRules{max: unlimited}
	}
	return n.str
}

func (n *node) numberRules() *numberRules {
	if n.num == nil {
		n.num = new(numberRules)
	}
	return n.num
}

// addEnum adds one enum, or a const as an enum of one.
func (n *node) addEnum(values []any) {
	var mask types
	var texts []string
	var numbers []decimal
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			mask |= tNull
		case bool:
			if v {
				mask |= tTrue
			} else {
				mask |= tFalse
			}
		case string:
			mask |= tString
			texts = append(texts, v)
		case json.Number, float32, float64, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64:
			mask |= tNumber
			if d, ok := numeric(v); ok {
				numbers = append(numbers, d)
			}
		case map[string]any:
			mask |= tObject
		case []any:
			mask |= tArray
		default:
			n.doubt = tAll // no JSON value
			mask = tAll
		}
	}
	n.types &= mask
	n.doubt |= mask & (tObject | tArray) // not compared
	if mask&tString != 0 {
		r := n.textRules()
		r.enums = append(r.enums, textSet{keys: newKeyTable(texts), items: texts})
	}
	if mask&tNumber != 0 {
		r := n.numberRules()
		r.enums = append(r.enums, numbers)
	}
}

func (n *node) addFormat(f *jsonschema.Format) {
	if f == nil {
		return
	}
	if !knownFormats()[f] {
		r := n.textRules()
		r.formats = append(r.formats, format{engine: f, foreign: true})
		n.doubt |= ^tString // it may look at values of any type
		return
	}
	if limits, ok := integerFormats[f.Name]; ok {
		n.types &^= tFraction
		n.addBound(new(big.Rat).SetInt64(limits[0]), -1, false)
		n.addBound(new(big.Rat).SetInt64(limits[1]), +1, false)
		return
	}
	r := n.textRules()
	r.formats = append(r.formats, format{engine: f, quick: quickFormats[f.Name]})
}

func (n *node) addText(s *jsonschema.Schema) {
	if s.MinLength != nil {
		n.textRules().min = max(n.textRules().min, *s.MinLength)
	}
	if s.MaxLength != nil {
		n.textRules().max = min(n.textRules().max, *s.MaxLength)
	}
	if s.Pattern != nil {
		n.textRules().patterns = append(n.textRules().patterns, newPattern(s.Pattern))
	}
	if s.ContentEncoding != nil || s.ContentMediaType != nil || s.ContentSchema != nil {
		n.doubt |= tString
	}
}

func (n *node) addNumber(s *jsonschema.Schema) {
	n.addBound(s.Minimum, -1, false)
	n.addBound(s.Maximum, +1, false)
	n.addBound(s.ExclusiveMinimum, -1, true)
	n.addBound(s.ExclusiveMaximum, +1, true)
	if s.MultipleOf == nil {
		return
	}
	d, ok := exactly(s.MultipleOf)
	if !ok {
		n.doubt |= tNumber
		return
	}
	n.numberRules().multiples = append(n.numberRules().multiples, d)
}

func (n *node) addBound(limit *big.Rat, sign int8, open bool) {
	if limit == nil {
		return
	}
	b, ok := newBound(limit, sign, open)
	if !ok {
		n.doubt |= tNumber
		return
	}
	n.numberRules().bounds = append(n.numberRules().bounds, b)
}
