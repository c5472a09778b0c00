package report

import (
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

// coverage is what the traffic has exercised, as bars and as a table.
func (p *page) coverage() {
	c := &p.r.Coverage
	p.in("section", attrs{"aria-labelledby", "coverage"}, func() {
		p.el("h2", attrs{"id", "coverage"}, "What was exercised")
		p.el("p", nil, "Coverage of the document: "+percentText(c.Summary.Percent)+" of all operations, statuses, media types, examples, parameters and alternatives of security.")
		p.in("div", attrs{"class", "bars"}, func() {
			for _, n := range c.Summary.Counts() {
				if n.Total > 0 {
					p.bar(n)
				}
			}
		})
		p.in("div", attrs{"class", "tools"}, func() {
			p.el("button", attrs{"type", "button", "id", "gaps", "aria-pressed", "false"}, "Only what has gaps")
		})
		p.in("div", attrs{"class", "scroll", "tabindex", "0", "role", "region", "aria-label", "Coverage by operation"}, func() { p.table(c) })
		if len(c.Scenarios) > 0 {
			p.in("section", nil, func() {
				p.el("h2", nil, "Scenarios")
				p.el("p", nil, "How many exchanges each has acted in.")
				p.in("p", attrs{"class", "chips"}, func() {
					for _, sc := range c.Scenarios {
						p.chip(sc.Name, sc.Exchanges > 0, sc.Exchanges)
					}
				})
			})
		}
	})
}

func (p *page) bar(n NamedCount) {
	class := "bar"
	switch percent := n.Percent(); {
	case percent < 40:
		class += " little"
	case percent < 80:
		class += " some"
	}
	p.in("div", attrs{"class", class}, func() {
		p.el("span", nil, strings.ToUpper(n.Name[:1])+n.Name[1:])
		p.el("span", nil, itoa(n.Covered)+" of "+itoa(n.Total))
		p.in("svg", attrs{"viewBox", "0 0 100 8", "preserveAspectRatio", "none", "role", "img", "aria-label", percentText(n.Percent())}, func() {
			p.el("rect", attrs{"width", strconv.FormatFloat(n.Percent(), 'f', -1, 64), "height", "8"}, "")
		})
	})
}

func (p *page) table(c *Coverage) {
	p.in("table", nil, func() {
		p.in("thead", nil, func() {
			p.in("tr", nil, func() {
				for _, name := range []string{"Operation", "Calls", "Statuses", "Media types and examples", "Parameters", "Security"} {
					p.el("th", attrs{"scope", "col"}, name)
				}
			})
		})
		p.in("tbody", nil, func() {
			for _, called := range []bool{true, false} { // what was never called is at the end
				for i := range c.Operations {
					if op := &c.Operations[i]; op.Calls > 0 == called {
						p.row(op)
					}
				}
			}
		})
	})
}

func (p *page) row(op *Operation) {
	whole, class := "yes", ""
	if op.Calls == 0 {
		whole, class = "no", "never"
	}
	for _, part := range op.Parts {
		if !part.Covered {
			whole = "no"
		}
	}
	p.in("tr", attrs{"class", class, "data-whole", whole}, func() {
		p.in("td", attrs{"class", "op"}, func() {
			p.el("span", attrs{"class", "verb"}, op.Method)
			p.el("span", attrs{"class", "mono"}, op.Path)
			if op.ID != op.Method+" "+op.Path {
				p.el("small", nil, op.ID)
			}
		})
		p.el("td", attrs{"class", "n"}, strconv.FormatUint(op.Calls, 10))
		p.chips(op, spec.PartStatus)
		p.chips(op, spec.PartMedia, spec.PartExample)
		p.chips(op, spec.PartParameter, spec.PartValue)
		p.chips(op, spec.PartSecurity)
	})
}

func (p *page) chips(op *Operation, kinds ...spec.PartKind) {
	p.in("td", nil, func() {
		p.in("div", attrs{"class", "chips"}, func() {
			for _, kind := range kinds {
				for _, part := range op.Parts {
					if part.Kind == kind {
						p.chip(shortName(part), part.Covered, part.Calls)
					}
				}
			}
		})
	})
}

func (p *page) chip(name string, covered bool, n uint64) {
	class, say := "chip", "not exercised"
	if covered {
		class, say = "chip yes", "exercised"
	}
	if n > 0 {
		name += " ×" + strconv.FormatUint(n, 10)
	}
	p.el("span", attrs{"class", class, "title", say}, name)
}

// shortName is a part's name for a narrow column: an example's without its media
// type.
func shortName(part Part) string {
	if part.Kind != spec.PartExample {
		return part.Name
	}
	words := strings.SplitN(part.Name, " ", 3)
	if len(words) < 3 {
		return part.Name
	}
	return words[0] + " " + words[2]
}
