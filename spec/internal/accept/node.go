package accept

// A verdict is what one scan found out about one value.
type verdict uint8

const (
	// valid: proven, and every byte of the value was read. The scanner stands behind it.
	valid verdict = iota
	// unsure: the library has to decide. Where the scanner stands is undefined.
	unsure
	// invalid: proven. Where the scanner stands is undefined.
	invalid
	// broken: the body cannot be accepted, whatever the schema says.
	broken
)

// types is a set of kinds of JSON values, fine enough that type, and enum and const
// of literals, need nothing else.
type types uint8

const (
	tNull types = 1 << iota
	tTrue
	tFalse
	tInteger  // a number without a fractional part, 1.0 included
	tFraction // any other number
	tString
	tArray
	tObject

	tNumber = tInteger | tFraction
	tAll    = ^types(0)
)

// A mode says when the alternatives of a node make it valid.
type mode uint8

const (
	// oneIsEnough: the first that holds decides. So it is with alternatives that exclude
	// one another, and with anyOf where nothing but validity counts.
	oneIsEnough mode = iota
	// noneUnsure: at least one holds, and each of the others is known to hold or not. The
	// branches of an anyOf that hold all have a say in what is undeclared or readOnly.
	noneUnsure
	// exactlyOne: one holds and each of the others is proven not to (oneOf).
	exactlyOne
)

// A node is all that a schema, or several at once, ask of one value.
type node struct {
	// types that may be valid. Everything else is proven invalid.
	types types
	// plain are those of the types that need no further look.
	plain types
	// doubt are the types for which something is asked that is not modelled: what
	// would be valid is unsure.
	doubt types
	// mode says how many of alts must hold.
	mode mode

	str *textRules   // nil: none
	num *numberRules // nil: none
	obj *objectRules // never nil where types has tObject and alts is empty
	arr *arrayRules  // never nil where types has tArray and alts is empty

	// not must each be proven invalid.
	not []*node
	// alts, where present, are the whole node: each holds what surrounds it too.
	alts []*node
}

// doubted lowers valid to unsure where a value of type t cannot be proven.
func (n *node) doubted(t types, v verdict) verdict {
	if v == valid && n.doubt&t != 0 {
		return unsure
	}
	return v
}

// A tally counts the verdicts of a node's alternatives.
type tally struct {
	valid, unsure int
}

func (t *tally) add(v verdict) {
	switch v {
	case valid:
		t.valid++
	case unsure:
		t.unsure++
	}
}

// verdict of the whole node.
func (t tally) verdict(m mode) verdict {
	switch {
	case m == exactlyOne && t.valid > 1:
		return invalid
	case t.valid > 0 && (m == oneIsEnough || t.unsure == 0):
		return valid
	case t.valid == 0 && t.unsure == 0:
		return invalid
	}
	return unsure
}

// not combines the verdict of a schema with that of one which must not hold.
func (v verdict) not(other verdict) verdict {
	switch {
	case v == invalid || other == valid:
		return invalid
	case other == unsure:
		return unsure
	}
	return v
}
