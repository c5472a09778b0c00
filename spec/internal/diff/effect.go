package diff

import (
	"encoding/json"
	"math/big"
	"slices"
)

// effect is what a change does to the values that a schema lets through.
type effect uint8

const (
	narrows effect = 1 << iota // some are let through no longer
	widens                     // some are let through that were not
)

// bounds are the keywords whose values bound something: from below (1) or above (-1).
var bounds = map[string]int{
	"minimum": 1, "exclusiveMinimum": 1, "minLength": 1, "minItems": 1, "minProperties": 1, "minContains": 1,
	"maximum": -1, "exclusiveMaximum": -1, "maxLength": -1, "maxItems": -1, "maxProperties": -1, "maxContains": -1,
}

// constraints are further keywords that only take away from what is let through.
var constraints = []string{"format", "pattern", "const", "multipleOf", "uniqueItems", "contentEncoding", "contentMediaType", "dependentRequired", "items", "xml"}

// schema judges a change within a schema: a request breaks by what is let through
// no longer, an answer by what was not let through before.
func (c *comparer) schema(change *Change) Verdict {
	i := change.Item()
	if i.isComponent() || i.Kind == Value && i.Parent.Key == "tags" {
		return Verdict{}
	}
	if i.Kind == Schema && i.Parent.Key == "properties" && i.Parent.Kind == Schemas && (change.Old == nil || change.New == nil) {
		return property(change)
	}
	if i.Key == "readOnly" && change.Old == nil {
		return Verdict{Request: "clients may send it, and it is only read now"}
	}
	if i.Key == "writeOnly" && change.Old == nil {
		return Verdict{Response: "clients may rely on it, and it is answered no longer"}
	}
	if i.Kind == Value && i.Parent.Key == "required" {
		return c.required(change)
	}
	e := effectOf(change)
	if negated(i) {
		e = e>>1&narrows | e<<1&widens
	}
	var v Verdict
	if e&narrows != 0 {
		v.Request = whyNarrower
	}
	if e&widens != 0 {
		v.Response = whyWider
	}
	return v
}

// property judges a property that was added or removed. Where an object lets
// through what it does not name, one more breaks nobody.
func property(change *Change) Verdict {
	if change.New == nil {
		return Verdict{Request: whyUnsent, Response: whyUnseen}
	}
	holder := change.OldOwner.Parent
	if holder.Get("additionalProperties").Text() == "false" || holder.Get("unevaluatedProperties").Text() == "false" {
		return Verdict{Response: "the object was said to hold nothing else"}
	}
	return Verdict{}
}

// required judges a name in required. A property that is only read is required of
// no request, and one that is only written of no answer.
func (c *comparer) required(change *Change) Verdict {
	doc, owner := c.new, change.NewOwner.Parent
	if change.New == nil {
		doc, owner = c.old, change.OldOwner.Parent
	}
	p := doc.resolve(owner.Get("properties").Get(change.Item().Name))
	switch {
	case change.New != nil && !p.Get("readOnly").true():
		return Verdict{Request: whyMissing}
	case change.New == nil && !p.Get("writeOnly").true():
		return Verdict{Response: "it may be missing"}
	}
	return Verdict{}
}

// negated reports whether an item stands below an odd number of not.
func negated(i *Item) (odd bool) {
	for i = i.Parent; i != nil; i = i.Parent {
		if i.Kind == Schema && i.Key == "not" && i.Parent.Kind == Schema {
			odd = !odd
		}
	}
	return odd
}

// effectOf is the effect of a change within a schema.
func effectOf(change *Change) effect {
	i, o, n := change.Item(), change.Old, change.New
	switch {
	case i.Kind == Value: // of an enum
		return choose(n != nil, widens, narrows)
	case i.Kind == Branches && i.Key == "prefixItems", i.Kind == Branches && i.Key == "allOf":
	case i.Kind == Schema && i.Parent.Kind == Branches && i.Parent.Key != "prefixItems" && i.Parent.Key != "allOf":
		return choose(n != nil, widens, narrows) // an alternative
	case i.Kind == Schema && (i.Key == "if" || i.Key == "then" || i.Key == "else"):
		return narrows | widens
	case i.Kind == Schema && o != nil && n != nil: // one of them is false
		return choose(n.text == "false", narrows, widens)
	case i.Kind == Unit:
		return unitEffect(i.Key, o.Text(), n.Text())
	}
	return choose(n != nil, narrows, widens)
}

func choose(yes bool, a, b effect) effect {
	if yes {
		return a
	}
	return b
}

// unitEffect is the effect of a keyword with another value, "" for none.
func unitEffect(key, old, new string) effect {
	if bounds[key] == 0 && !slices.Contains(constraints, key) {
		switch key {
		case "type":
			return typeEffect(old, new)
		case "nullable":
			return choose(new != "", widens, narrows)
		case "discriminator":
			return discriminatorEffect(old, new)
		}
		return 0
	}
	switch {
	case old == "":
		return narrows
	case new == "":
		return widens
	}
	a, okA := ratio(old)
	b, okB := ratio(new)
	switch {
	case bounds[key] != 0 && okA && okB:
		return choose(b.Cmp(a) == bounds[key], narrows, widens)
	case key == "multipleOf" && okA && okB && a.Sign() > 0 && b.Sign() > 0:
		if (&big.Rat{}).Quo(a, b).IsInt() {
			return widens
		}
		if (&big.Rat{}).Quo(b, a).IsInt() {
			return narrows
		}
	case key == "format" && slices.Contains(wider, [2]string{old, new}):
		return widens
	case key == "format" && slices.Contains(wider, [2]string{new, old}):
		return narrows
	}
	return narrows | widens
}

// wider are formats of numbers, each with one that holds all of its values.
var wider = [][2]string{{`"int32"`, `"int64"`}, {`"float"`, `"double"`}}

// ratio is a number as it is written; a very long one is none.
func ratio(text string) (*big.Rat, bool) {
	if len(text) > 40 {
		return nil, false
	}
	return (&big.Rat{}).SetString(text)
}

// typeEffect compares sets of types; "" is any.
func typeEffect(old, new string) (e effect) {
	a, b := typesOf(old), typesOf(new)
	if !covers(b, a) {
		e |= narrows
	}
	if !covers(a, b) {
		e |= widens
	}
	return e
}

func typesOf(text string) []string {
	var one string
	var all []string
	switch {
	case text == "":
		return []string{"array", "boolean", "null", "number", "object", "string"}
	case json.Unmarshal([]byte(text), &one) == nil:
		return []string{one}
	}
	_ = json.Unmarshal([]byte(text), &all) // it was made of names
	return all
}

// covers reports whether each of b's types is one of a's.
func covers(a, b []string) bool {
	return !slices.ContainsFunc(b, func(t string) bool {
		return !slices.Contains(a, t) && !(t == "integer" && slices.Contains(a, "number"))
	})
}

// discriminatorEffect: another property tells the alternatives apart, or one did.
func discriminatorEffect(old, new string) effect {
	var a, b struct{ PropertyName string }
	_ = json.Unmarshal([]byte(old), &a) // "" names none
	_ = json.Unmarshal([]byte(new), &b)
	if a.PropertyName == b.PropertyName {
		return 0
	}
	return narrows | widens
}
