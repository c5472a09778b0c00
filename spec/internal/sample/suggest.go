package sample

import (
	"strconv"
	"strings"
	"time"
)

// suggest tries what a name says.
func (w *writer) suggest(h hint) bool {
	switch {
	case h == hintName:
		return w.named()
	case h <= hintBirth:
		return w.aboutPerson(h)
	case h <= hintCurrency:
		return w.aboutPlace(h)
	case h <= hintMoment:
		return w.moment(h)
	case h <= hintVersion:
		return w.technical(h)
	}
	return w.prose(h)
}

// named is the name of whatever the object is.
func (w *writer) named() bool {
	f := w.around()
	d := w.d.at(w.at.seed)
	switch f.kindOf() {
	case thingPerson:
		return w.aboutPerson(hintFullName)
	case thingCompany:
		return w.prose(hintCompany)
	case thingProduct:
		return w.prose(hintProduct)
	case thingPlace:
		return w.try(w.place().city)
	case thingCode:
		return w.try(d.pick(adjectives) + "-" + d.pick(nouns))
	case thingTag:
		return w.try(d.pick(tags))
	}
	return w.try(capital(d.pick(adjectives)) + " " + d.pick(nouns))
}

func (w *writer) aboutPerson(h hint) bool {
	p := w.around().person()
	switch h {
	case hintFirstName:
		return w.try(p.first)
	case hintLastName:
		return w.try(p.last)
	case hintFullName:
		return w.try(p.first+" "+p.last) || w.try(p.first)
	case hintUsername:
		return w.try(p.user) || w.try(ascii(p.first)) || w.try(ascii(p.first+p.last))
	case hintEmail:
		return w.try(p.email()) || w.try(ascii(p.first)+"@example.com")
	case hintPhone:
		return w.phone()
	case hintDialCode:
		c := w.place().dial
		return w.try(c) || w.try(c[1:])
	case hintGender:
		return w.try(p.gender)
	case hintJob:
		return w.try(w.d.at(w.at.seed).pick(jobs))
	case hintHonorific:
		return w.try(map[string]string{"female": "Ms", "male": "Mr"}[p.gender])
	case hintBirth:
		return w.moment(h)
	}
	return false
}

// phone is the national number where the country's code stands beside it, else
// the international one.
func (w *writer) phone() bool {
	f := w.around()
	place := f.place()
	d := w.d.at(w.at.seed)
	national := d.digits(9)
	switch place.code {
	case "IN":
		national = strconv.Itoa(6+d.n(4)) + national
	case "US", "CA":
		// Exchange 555, line 01xx: numbers that belong to nobody.
		national = []string{"415", "512", "312", "617", "503"}[d.n(5)] + "55501" + national[:2]
	}
	beside := false
	if f.plan.obj != nil {
		for _, prop := range f.plan.obj.props {
			beside = beside || prop.hint == hintDialCode || prop.hint == hintCountryCode
		}
	}
	full := place.dial + national
	if beside && w.try(national) || w.try(full) || w.try(national) {
		return true
	}
	ten := strconv.Itoa(6+d.n(4)) + d.digits(9)
	return w.try(full[1:]) || w.try(ten) || w.try("+1"+ten) || w.try("("+ten[:3]+") "+ten[3:6]+"-"+ten[6:]) || w.try(ten[:3]+"-"+ten[3:6]+"-"+ten[6:])
}

func (w *writer) aboutPlace(h hint) bool {
	p := w.place()
	d := w.d.at(w.at.seed)
	number := strconv.Itoa(1 + d.n(240))
	switch h {
	case hintStreet:
		if p.code == "DE" || p.code == "NL" || p.code == "ES" {
			return w.fit(p.street + " " + number)
		}
		return w.fit(number + " " + p.street)
	case hintLine2:
		return w.fit("Floor " + strconv.Itoa(1+d.n(9)))
	case hintLandmark:
		return w.fit(d.pick(landmarks))
	case hintAddress:
		return w.try(number+" "+p.street+", "+p.city+" "+fillDigits(d, p.postal)) || w.fit(number+" "+p.street)
	case hintPostal:
		return w.try(fillDigits(d, p.postal)) || w.try(d.digits(5)) || w.try(d.digits(6))
	}
	for _, s := range p.forms(h) {
		if w.try(s) {
			return true
		}
	}
	return false
}

// fillDigits replaces # by digits and A by capitals.
func fillDigits(d *dice, form string) string {
	b := []byte(form)
	for i, c := range b {
		switch {
		case c == '#':
			b[i] = byte('0' + d.n(10))
		case c == 'A' && i >= len(b)-2:
			b[i] = "ABDEFGHJLNPQRSTUWXYZ"[d.n(20)]
		}
	}
	return string(b)
}

// moment is a point of the object's history, in the form that fits.
func (w *writer) moment(h hint) bool {
	t := w.around().moment(h)
	last := ""
	if words := splitWords(w.at.name); len(words) > 0 {
		last = words[len(words)-1]
	}
	forms := [...]string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05", time.DateTime, "15:04:05", "15:04", "2006-01", "02/01/2006"}
	if h == hintBirth || last == "date" || last == "on" || last == "dob" {
		forms[0], forms[1] = forms[1], forms[0]
	}
	for _, e := range w.examples(w.p, w.at) {
		if s, ok := e.(string); ok {
			for _, f := range forms {
				if _, err := time.Parse(f, s); err == nil && w.try(t.Format(f)) {
					return true
				}
			}
		}
	}
	for _, f := range forms {
		if w.try(t.Format(f)) {
			return true
		}
	}
	return w.try(strconv.FormatInt(t.Unix(), 10))
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
