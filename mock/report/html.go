package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/spec"
)

var (
	//go:embed page/page.css
	pageStyle string
	//go:embed page/page.js
	pageScript string
)

// Policy is the page's content security policy: its one style and one script
// by their hashes, and nothing else at all. The page carries it itself, for it
// is opened from files; who serves it sends it too.
func Policy() string {
	return strings.Join([]string{
		"default-src 'none'", "style-src " + hashSource(pageStyle), "script-src " + hashSource(pageScript), "base-uri 'none'", "form-action 'none'",
		"require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")
}

// hashSource is a source expression for an inline element's text (CSP 3, 2.3.1).
func hashSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// page writes the HTML page.
type page struct {
	markup
	r *Report
}

// writeHTML writes one page that needs nothing beside itself.
func writeHTML(r *Report) []byte {
	p := &page{r: r}
	p.raw("<!doctype html>\n")
	p.in("html", attrs{"lang", "en"}, func() {
		p.in("head", nil, func() {
			p.open("meta", attrs{"charset", "utf-8"})
			p.open("meta", attrs{"name", "viewport", "content", "width=device-width, initial-scale=1"})
			p.open("meta", attrs{"http-equiv", "Content-Security-Policy", "content", Policy()})
			p.open("meta", attrs{"name", "referrer", "content", "no-referrer"})
			p.el("title", nil, "Contract report: "+p.title())
			p.in("style", nil, func() { p.raw(pageStyle) })
		})
		p.raw("\n")
		p.in("body", nil, func() {
			p.in("header", nil, p.head)
			p.in("main", nil, func() {
				p.findings()
				p.coverage()
			})
			p.in("footer", nil, func() {
				p.text("Written by Standin. Secrets are left out unless it was asked to keep them. ")
				for _, key := range []string{"/", "j", "k", "Enter"} {
					p.el("kbd", nil, key)
					p.text(" ")
				}
				p.text("find, next, previous, open.")
			})
			p.in("script", nil, func() { p.raw(pageScript) })
		})
	})
	p.raw("\n")
	return []byte(p.b.String())
}

func (p *page) title() string {
	var names []string
	for _, d := range p.r.Documents {
		names = append(names, strings.TrimSpace(d.Title+" "+d.Version))
	}
	if len(names) == 0 {
		return "no document"
	}
	return strings.Join(names, ", ")
}

// head is the verdict and the figures.
func (p *page) head() {
	p.el("p", attrs{"class", "kicker"}, "Contract report")
	p.in("h1", nil, func() {
		for i, d := range p.r.Documents {
			if i > 0 {
				p.text(", ")
			}
			p.text(d.Title + " ")
			p.el("small", nil, d.Version)
		}
	})
	causes, blames := p.causes()
	class, mark, say, more := "verdict", "M5 16l7 7L27 8", "The contract was kept", "Every exchange kept to the document."
	switch {
	case p.r.Exchanges == 0:
		class, mark, say, more = "verdict idle", "M16 7v11M16 24v.5", "Nothing was exchanged", "No request has reached the fake, so there is nothing to judge."
	case causes > 0:
		class, mark, say = "verdict broken", "M8 8l16 16M24 8L8 24", plural(causes, "cause breaks", "causes break")+" the contract"
		more = blames + "."
	case len(p.r.Findings) > 0:
		more = "There are only warnings, and what scenarios were asked for."
	}
	p.in("div", attrs{"class", class, "role", "status"}, func() {
		p.in("svg", attrs{"viewBox", "0 0 32 32", "aria-hidden", "true"}, func() { p.el("path", attrs{"d", mark}, "") })
		p.in("div", nil, func() {
			p.el("strong", nil, say)
			p.el("span", nil, more)
		})
	})
	p.in("dl", attrs{"class", "stats"}, func() {
		s := &p.r.Coverage.Summary
		p.stat("Exchanges", strconv.FormatUint(p.r.Exchanges, 10), "")
		p.stat("With violations", strconv.FormatUint(p.r.Reported, 10), "")
		p.stat("Operations called", itoa(s.Operations.Covered), " of "+itoa(s.Operations.Total))
		p.stat("Coverage", percentText(s.Percent), "")
	})
}

func (p *page) stat(label, value, beside string) {
	p.in("div", attrs{"class", "stat"}, func() {
		p.el("dt", nil, label)
		p.in("dd", nil, func() {
			p.text(value)
			if beside != "" {
				p.el("small", nil, beside)
			}
		})
	})
}

func percentText(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) + " %" }

// plural is a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}

// causes counts the findings that break the contract, and words whose they are.
func (p *page) causes() (n int, blames string) {
	by := map[spec.Blame]int{}
	for i := range p.r.Findings {
		if f := &p.r.Findings[i]; f.Failed() {
			n++
			by[f.Violation.Blame]++
		}
	}
	var parts []string
	for _, b := range []spec.Blame{spec.BlameClient, spec.BlameFake, spec.BlameDocument, spec.BlameUpstream} {
		if by[b] > 0 {
			parts = append(parts, fmt.Sprintf("%d by the %s", by[b], b))
		}
	}
	return n, strings.Join(parts, ", ")
}

// ranked are the findings that matter most first.
func ranked(r *Report) []*Finding {
	out := make([]*Finding, len(r.Findings))
	for i := range r.Findings {
		out[i] = &r.Findings[i]
	}
	slices.SortStableFunc(out, func(a, b *Finding) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return int(min(b.Count, 1<<30)) - int(min(a.Count, 1<<30))
	})
	return out
}

// findings are the causes, grouped by operation.
func (p *page) findings() {
	p.in("section", attrs{"aria-labelledby", "causes"}, func() {
		p.el("h2", attrs{"id", "causes"}, "What disagreed with the document")
		if len(p.r.Findings) == 0 {
			p.el("p", nil, "Nothing.")
		} else {
			p.el("p", nil, "Each cause once, with the first exchange that shows it.")
		}
		p.tools()
		p.el("p", attrs{"id", "none", "class", "none", "hidden", ""}, "No cause fits the filter.")
		var order []string
		groups := map[string][]*Finding{}
		for _, f := range ranked(p.r) {
			if groups[f.Template] == nil {
				order = append(order, f.Template)
			}
			groups[f.Template] = append(groups[f.Template], f)
		}
		for _, name := range order {
			p.group(name, groups[name])
		}
		if p.r.Lost > 0 {
			p.el("p", attrs{"class", "none"}, fmt.Sprintf("%d more violations had causes beyond the bound on what is kept.", p.r.Lost))
		}
	})
}

// kindOf is what the filter's buttons tell findings by.
func kindOf(f *Finding) string {
	if f.Violation.Severity == spec.SeverityWarning && f.Violation.Blame != spec.BlameScenario {
		return "warning"
	}
	return string(f.Violation.Blame)
}

func (p *page) tools() {
	counts := map[string]int{}
	for i := range p.r.Findings {
		counts[kindOf(&p.r.Findings[i])]++
	}
	p.in("div", attrs{"class", "tools", "role", "search"}, func() {
		p.open("input", attrs{"id", "find", "type", "search", "placeholder", "Find an operation, a place, a word…", "aria-label", "Find", "autocomplete", "off", "spellcheck", "false"})
		for _, kind := range []string{"client", "fake", "document", "upstream", "warning", "scenario"} {
			if counts[kind] == 0 {
				continue
			}
			p.in("button", attrs{"type", "button", "data-kind", kind, "aria-pressed", "false"}, func() {
				p.text(kind)
				p.el("span", attrs{"class", "n"}, itoa(counts[kind]))
			})
		}
		if len(p.r.Findings) > 0 {
			p.el("button", attrs{"type", "button", "id", "fold"}, "Open all")
		}
	})
}

func (p *page) group(template string, findings []*Finding) {
	p.in("div", attrs{"class", "group"}, func() {
		p.in("h3", nil, func() {
			p.el("span", attrs{"class", "mono"}, template)
			if id := findings[0].Operation; id != "" && id != template {
				p.el("small", nil, id)
			} else if id == "" {
				p.el("small", nil, "no operation of the document")
			}
		})
		for _, f := range findings {
			p.finding(f)
		}
	})
}

func (p *page) finding(f *Finding) {
	v := &f.Violation
	class := "finding"
	switch kindOf(f) {
	case "warning":
		class += " warning"
	case "scenario":
		class += " asked"
	}
	p.in("details", attrs{"class", class, "data-kind", kindOf(f)}, func() {
		p.in("summary", nil, func() {
			p.in("span", attrs{"class", "tags"}, func() { p.el("span", attrs{"class", "badge " + string(v.Blame)}, string(v.Blame)) })
			p.el("span", attrs{"class", "message"}, v.Message)
			p.el("span", attrs{"class", "count"}, "×"+strconv.FormatUint(f.Count, 10))
			p.el("span", attrs{"class", "where mono"}, v.In+" "+f.Where+" · "+v.Keyword+" · "+string(v.Severity))
		})
		p.in("div", attrs{"class", "inside"}, func() { p.inside(f) })
	})
}

// inside is what a finding shows once it is opened.
func (p *page) inside(f *Finding) {
	v := &f.Violation
	at := v.Position.String()
	if v.Pointer != "" {
		at = strings.TrimSpace(at + "  " + v.Pointer)
	}
	seen := times(f.Count) + ", first in exchange " + f.First.Exchange + " of sandbox " + f.First.Sandbox
	p.in("dl", attrs{"class", "facts"}, func() {
		for _, fact := range []struct{ name, class, text string }{
			{"Mend it", "mend", v.Fix}, {"Got", "mono", v.Got}, {"Wanted", "mono", v.Want}, {"Document", "mono", at}, {"Seen", "", seen},
		} {
			if fact.text != "" {
				p.el("dt", nil, fact.name)
				p.el("dd", attrs{"class", fact.class}, fact.text)
			}
		}
	})
	if f.Sample == nil {
		return
	}
	e := f.Sample
	p.in("div", attrs{"class", "pair"}, func() {
		p.box("Request", strings.TrimSpace(e.Request.Method+" "+e.Target), &e.Request, offending(v, "request"))
		p.box("Response", statusLine(e.Status), &e.Response, offending(v, "response"))
	})
	if len(e.Explanation) > 0 {
		p.in("details", attrs{"class", "steps"}, func() {
			p.el("summary", nil, "How the answer came about")
			p.in("ol", nil, func() {
				for _, step := range e.Explanation {
					p.el("li", nil, step)
				}
			})
		})
	}
}
