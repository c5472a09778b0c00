package sample

import (
	"strconv"
	"strings"
)

// prose tries what people write: titles, descriptions, states of things.
func (w *writer) prose(h hint) bool {
	d := w.d.at(w.at.seed)
	switch h {
	case hintTitle:
		return w.fit(w.title(d))
	case hintText:
		s := d.pick(sentences)
		if w.p.str.min > len(s) || w.p.str.max < 0 && d.oneIn(2) {
			s += " " + d.pick(sentences)
		}
		return w.fit(s) || w.fit(d.pick(messages))
	case hintMessage, hintReason, hintFault:
		return w.fit(d.pick(messages))
	case hintTag:
		return w.try(d.pick(tags))
	case hintStatus:
		return w.try(d.pick(states)) || w.try(strings.ToUpper(d.pick(states)))
	case hintKind:
		return w.try(d.pick(kinds)) || w.try(strings.ToUpper(d.pick(kinds)))
	case hintCategory:
		return w.fit(d.fake.ProductCategory())
	case hintColour:
		hex := d.from(hexDigits, 6)
		return w.try("#"+hex) || w.try(hex) || w.try(d.fake.SafeColor())
	case hintProduct:
		return w.fit(d.fake.ProductName())
	case hintCompany, hintBank:
		return w.fit(capital(d.pick(nouns)) + " & " + d.fake.LastName())
	case hintBranch:
		return w.try(d.pick([]string{"main", "develop"})) || w.try("refs/heads/main")
	case hintKey:
		return w.try(d.pick(adjectives)+"_"+d.pick(nouns)) || w.try(strings.ToUpper(d.pick(nouns)))
	case hintCardNumber:
		return w.try(card(d))
	case hintLast4:
		return w.try(d.digits(4))
	case hintCardBrand:
		return w.try(d.pick([]string{"visa", "mastercard", "amex"}))
	case hintIBAN:
		return w.try("DE89370400440532013000")
	case hintPrice:
		return w.try(d.digits(2)+".50") || w.try(d.digits(3))
	case hintYear:
		return w.try(w.now.Format("2006"))
	case hintMonth:
		return w.try(w.now.Format("01"))
	case hintYes, hintTrue:
		return w.try("true")
	case hintNo:
		return w.try("false")
	case hintCount, hintAge, hintPercent, hintRating, hintBytes, hintSeconds, hintPixels, hintWeight, hintHTTPStatus, hintPage, hintPageSize, hintIndex:
		lo, hi := h.integers(w.now)
		return w.try(strconv.FormatInt(d.between(lo, hi), 10))
	}
	return false
}

func (w *writer) title(d *dice) string {
	switch w.around().kindOf() {
	case thingProduct:
		return d.fake.ProductName()
	case thingPerson:
		return d.pick(jobs)
	}
	return d.pick(titles)
}
