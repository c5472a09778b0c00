package accept

// arrayRules are what is asked of an array.
type arrayRules struct {
	prefix   []*node
	rest     *node // never nil
	min, max int
	unique   bool
	contains []containsRule
}

// containsRule: between min and max items hold.
type containsRule struct {
	node     *node
	min, max int
}

// maxUnique bounds how many items of one array are compared with one another.
const maxUnique = 64

// item is what uniqueItems needs to know of an item.
type item struct {
	types types
	text  string // of a string
	num   decimal
}

func (s *scanner) array(a *arrayRules) verdict {
	s.i++
	s.gap()
	start, unique := s.i, 0
	if a.unique {
		unique = len(s.room().items)
	}
	v, count := s.items(a, unique)
	if a.unique {
		s.scratch.items = s.scratch.items[:unique]
	}
	if v == broken || v == invalid || v == unsure && !s.explore {
		return v
	}
	if count < a.min || count > a.max {
		return invalid
	}
	for i := range a.contains {
		v = max(v, s.containsItems(&a.contains[i], start, count))
		if v >= invalid {
			break
		}
	}
	return v
}

// items reads the array behind its opening bracket, to its end.
func (s *scanner) items(a *arrayRules, unique int) (v verdict, count int) {
	if s.i < len(s.b) && s.b[s.i] == ']' {
		s.i++
		return valid, 0
	}
	for ; ; count++ {
		n := a.rest
		if count < len(a.prefix) {
			n = a.prefix[count]
		}
		start := s.i
		got := s.value(n)
		if got == valid && a.unique {
			got = s.distinct(start, unique)
		}
		if got != valid {
			if got != unsure || !s.explore {
				return got, count
			}
			v = unsure
			s.i = start
			if !s.skip() {
				return broken, count
			}
		}
		switch s.next() {
		case ']':
			return v, count + 1
		case ',':
			s.gap()
		default:
			return broken, count
		}
	}
}

// distinct compares the item that was just read with those before it.
func (s *scanner) distinct(start, first int) verdict {
	end := s.i
	var it item
	switch s.b[start] {
	case '"':
		it.types = tString
		it.text = viewOf(s.b[start:end])
		for i := range it.text {
			if it.text[i] == '\\' {
				return unsure
			}
		}
	case '{':
		it.types = tObject
	case '[':
		it.types = tArray
	case 't':
		it.types = tTrue
	case 'f':
		it.types = tFalse
	case 'n':
		it.types = tNull
	default:
		s.i = start
		n, _ := s.num()
		if !n.exact {
			return unsure
		}
		it.types, it.num = tNumber, n.decimal
	}
	s.i = end
	mine := s.scratch.items[first:]
	if len(mine) >= maxUnique {
		return unsure
	}
	for i := range mine {
		if mine[i] == it {
			if it.types&(tObject|tArray) != 0 {
				return unsure // they may still differ
			}
			return invalid
		}
	}
	s.scratch.items = append(s.scratch.items, it)
	return valid
}

// containsItems reads the items again, from the first on, and counts.
func (s *scanner) containsItems(c *containsRule, start, count int) verdict {
	end, explore := s.i, s.explore
	s.i, s.explore = start, true
	var sum tally
	for range count {
		at := s.i
		v := s.value(c.node)
		if v == broken {
			return broken
		}
		sum.add(v)
		s.i = at
		s.skip()
		s.gap()
		s.i++
		s.gap()
	}
	s.i, s.explore = end, explore
	switch most := sum.valid + sum.unsure; {
	case most < c.min || sum.valid > c.max:
		return invalid
	case sum.valid >= c.min && most <= c.max:
		return valid
	}
	return unsure
}
