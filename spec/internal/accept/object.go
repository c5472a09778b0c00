package accept

// objectRules are what is asked of an object.
type objectRules struct {
	props []prop
	keys  keyTable // of props
	// required and the first 64 props, as bits; more holds the rest by words.
	required uint64
	more     []uint64

	min, max int
	needs    []need
	names    []*node // each must hold for every name that is not in props

	// others says what applies to names that are not in props.
	others []others
	// free reads the value of a name about which nothing is asked.
	free *node
	// stray lowers an unlisted member to unsure unless some pattern matches its name.
	stray bool
	// closed lowers every unlisted member to unsure.
	closed bool
}

// prop is a name that is listed under properties or required.
type prop struct {
	node *node
	// doubt: an object that has it is unsure.
	doubt bool
}

// need is a dependentRequired: with the first prop, all the others.
type need struct {
	prop  int
	wants []int
}

// others is one schema's view of names outside its properties.
type others struct {
	patterns []patternProp
	rest     *node // additionalProperties; nil: nothing asked
}

type patternProp struct {
	pattern pattern
	node    *node
}

// maxUnlisted bounds how many unlisted names of one object are compared with one
// another to find duplicates; the effort grows with its square.
const maxUnlisted = 256

// members is the state of one object being read.
type members struct {
	rules    *objectRules
	count    int
	first    uint64 // seen props, as bits
	more     int    // where the words for the rest begin in the scratch
	unlisted int    // where the unlisted names begin in the scratch
	verdict  verdict
}

func (s *scanner) object(o *objectRules) verdict {
	m := members{rules: o}
	if r := s.scratch; r != nil {
		m.unlisted = len(r.names)
	}
	if len(o.more) > 0 {
		r := s.room()
		m.unlisted, m.more = len(r.names), len(r.seen)
		for range o.more {
			r.seen = append(r.seen, 0)
		}
	}
	v := s.read(&m)
	if v == valid || v == unsure && s.explore {
		v = max(v, s.finish(&m))
	}
	if r := s.scratch; r != nil {
		r.names = r.names[:m.unlisted]
		if len(o.more) > 0 {
			r.seen = r.seen[:m.more]
		}
	}
	return v
}

// read goes from the object's opening to its closing brace.
func (s *scanner) read(m *members) verdict {
	s.i++
	s.gap()
	if s.i < len(s.b) && s.b[s.i] == '}' {
		s.i++
		return valid
	}
	for {
		name, ok := s.name()
		if !ok {
			return broken
		}
		m.count++
		start := s.i
		var v verdict
		if at := m.rules.keys.find(name); at >= 0 {
			v = s.listed(m, at)
		} else {
			v = s.unlisted(m, name)
		}
		if v != valid {
			if v != unsure || !s.explore {
				return v
			}
			m.verdict = unsure
			s.i = start
			if !s.skip() {
				return broken
			}
		}
		switch s.next() {
		case '}':
			return m.verdict
		case ',':
			s.gap()
		default:
			return broken
		}
	}
}

// name reads a member's name and the colon, up to its value. Names with
// escapes are left to the library, so that comparing bytes compares names.
func (s *scanner) name() (string, bool) {
	if s.i >= len(s.b) || s.b[s.i] != '"' {
		return "", false
	}
	start := s.i + 1
	end := plainRun(s.b, start)
	if end >= len(s.b) {
		return "", false
	}
	if s.b[end] != '"' {
		var escaped, ok bool
		end, escaped, ok = stringEnd(s.b, end)
		if !ok || escaped || !validText(viewOf(s.b[start:end])) {
			return "", false
		}
	}
	s.i = end + 1
	s.gap()
	if s.i >= len(s.b) || s.b[s.i] != ':' {
		return "", false
	}
	s.i++
	s.gap()
	return viewOf(s.b[start:end]), true
}

// listed judges the value of the prop at an index.
func (s *scanner) listed(m *members, at int) verdict {
	if at < 64 {
		bit := uint64(1) << at
		if m.first&bit != 0 {
			return broken // a duplicate
		}
		m.first |= bit
	} else {
		word := &s.scratch.seen[m.more+at/64-1]
		bit := uint64(1) << (at % 64)
		if *word&bit != 0 {
			return broken
		}
		*word |= bit
	}
	p := &m.rules.props[at]
	v := s.value(p.node)
	if p.doubt && v == valid {
		return unsure
	}
	return v
}

// unlisted judges the value of a name outside the props.
func (s *scanner) unlisted(m *members, name string) verdict {
	o := m.rules
	if o.closed && !s.explore {
		return unsure
	}
	r := s.room()
	mine := r.names[m.unlisted:]
	if len(mine) >= maxUnlisted {
		return broken
	}
	for _, other := range mine {
		if other == name {
			return broken
		}
	}
	r.names = append(r.names, name)

	v := valid
	for _, n := range o.names {
		v = max(v, n.text(name))
	}
	if v == invalid {
		return invalid
	}
	matched, got := s.unlistedValue(o, name)
	if !matched && o.stray || o.closed {
		v = max(v, unsure)
	}
	return max(v, got)
}

// unlistedValue reads the value once for each schema that applies to the name.
func (s *scanner) unlistedValue(o *objectRules, name string) (matched bool, v verdict) {
	start, end := s.i, -1
	apply := func(n *node) bool {
		s.i = start
		got := s.value(n)
		if v = max(v, got); got == valid {
			end = s.i
		}
		return v <= unsure
	}
	for i := range o.others {
		rule := &o.others[i]
		evaluated := false
		for j := range rule.patterns {
			if rule.patterns[j].pattern.match(name) {
				evaluated = true
				if !apply(rule.patterns[j].node) {
					return true, v
				}
			}
		}
		matched = matched || evaluated
		if !evaluated && rule.rest != nil && !apply(rule.rest) {
			return matched, v
		}
	}
	if end < 0 && v == valid {
		apply(o.free)
	}
	if v == valid {
		s.i = end
	}
	return matched, v
}

// finish judges the object as a whole.
func (s *scanner) finish(m *members) verdict {
	o := m.rules
	if m.first&o.required != o.required || m.count < o.min || m.count > o.max {
		return invalid
	}
	for i, want := range o.more {
		if s.scratch.seen[m.more+i]&want != want {
			return invalid
		}
	}
	for _, need := range o.needs {
		if !s.saw(m, need.prop) {
			continue
		}
		for _, at := range need.wants {
			if !s.saw(m, at) {
				return invalid
			}
		}
	}
	return valid
}

func (s *scanner) saw(m *members, at int) bool {
	if at < 64 {
		return m.first>>at&1 != 0
	}
	return s.scratch.seen[m.more+at/64-1]>>(at%64)&1 != 0
}
