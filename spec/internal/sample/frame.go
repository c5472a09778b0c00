package sample

import (
	"slices"
	"strings"
	"time"
)

// frame is what an object's properties have in common: the person, the place
// and the history that they tell of. Each is worked out when first asked for.
type frame struct {
	run    *run
	seed   seed
	plan   *plan
	name   string // what the object is: its component's or property's name
	up     *frame
	single bool // an item of a list: a thing of its own

	person_  *person
	place_   *place
	history_ *history
}

// enter opens the frame of an object.
func (r *run) enter(p *plan, at spot) *frame {
	f := &frame{run: r, seed: at.seed, plan: p, name: p.name, up: at.frame}
	if f.name == "" {
		f.name = at.name
	}
	if f.up != nil && f.up.plan == nil { // a list's
		f.single, f.up = true, f.up.up
	}
	return f
}

// list is the frame of an array's items.
func (f *frame) list() *frame { return &frame{up: f} }

// real is the frame of the nearest object, nil for none.
func (f *frame) real() *frame {
	for f != nil && f.plan == nil {
		f = f.up
	}
	return f
}

// apart reports whether the object is a thing of its own, and not a part of
// the one around it, as a user's address or profile is.
func (f *frame) apart() bool {
	if f.up.real() == nil || f.single {
		return true
	}
	return f.plan.obj != nil && (f.plan.obj.known["id"] != nil || f.plan.obj.known["uuid"] != nil)
}

// person is somebody.
type person struct {
	first, last, gender, user string
}

func (p *person) email() string {
	return ascii(p.first) + "." + ascii(p.last) + "@example.com"
}

// ascii is a name as it stands in an address: lower-case letters only.
func ascii(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

func (f *frame) person() *person {
	if f.person_ != nil {
		return f.person_
	}
	if !f.apart() {
		f.person_ = f.up.real().person()
		return f.person_
	}
	indian := f.place().code == "IN" && (f.hasPlace() || f.run.locale != "")
	d := f.run.d.at(f.seed.child("#person"))
	p := &person{gender: d.pick([]string{"female", "male"})}
	if indian {
		p.first, p.last = d.pick(indianFirst[p.gender]), d.pick(indianLast)
	} else {
		p.first, p.last = d.pick(firstNames[p.gender]), d.fake.LastName()
	}
	p.user = ascii(p.first) + d.pick([]string{".", "_", ""}) + ascii(p.last)
	if d.oneIn(2) {
		p.user = ascii(p.first) + d.digits(2)
	}
	f.person_ = p
	return p
}

// hasPlace reports whether the object says where something is.
func (f *frame) hasPlace() bool {
	if f.plan.obj == nil {
		return false
	}
	for _, p := range f.plan.obj.props {
		if p.hint == hintCountry || p.hint == hintCountryCode || p.hint == hintDialCode || p.hint == hintCity || p.hint == hintPostal {
			return true
		}
	}
	return false
}

// place draws a place that the object's constraints on country, city and so on
// leave, or else that its examples name.
func (f *frame) place() *place {
	if f.place_ != nil {
		return f.place_
	}
	if !f.hasPlace() && !f.apart() {
		f.place_ = f.up.real().place()
		return f.place_
	}
	best := f.plan.places.Load()
	if best == nil {
		best = f.candidates()
		f.plan.places.Store(best)
	}
	if !f.apart() {
		if p := f.up.real().place(); slices.Contains(*best, p) {
			f.place_ = p
			return p
		}
	}
	f.place_ = (*best)[f.run.d.at(f.seed.child("#place")).n(len(*best))]
	return f.place_
}

// candidates are the places that agree best with the object.
func (f *frame) candidates() *[]*place {
	var best []*place
	score := 0
	for i := range places {
		s := f.suits(f.plan, &places[i], 0)
		if s > score {
			best, score = best[:0], s
		}
		if s == score {
			best = append(best, &places[i])
		}
	}
	return &best
}

// suits counts how many properties a place agrees with, of the object and of
// those that are parts of it. Constraints count more than examples, and
// examples more than the locale.
func (f *frame) suits(of *plan, p *place, depth int) int {
	score := 0
	if i := strings.LastIndexAny(f.run.locale, "-_"); depth == 0 && i >= 0 && strings.EqualFold(f.run.locale[i+1:], p.code) {
		score++
	}
	if of.obj == nil {
		return score
	}
	for _, prop := range of.obj.props {
		child := f.run.w.propertyPlan(prop)
		if child.obj != nil && child.obj.known["id"] == nil && depth < 2 {
			score += f.suits(child, p, depth+1)
			continue
		}
		forms := p.forms(prop.hint)
		if forms == nil {
			continue
		}
		if child.never != nil || child.types&typeString == 0 {
			continue
		}
		for _, form := range forms {
			switch {
			case child.enum != nil && !contains(child.enum, any(form)):
			case child.enum != nil || child.str.patterns != nil && child.admits(form):
				score += 100
			case contains(child.examples, any(form)):
				score += 10
			}
		}
	}
	return score
}

// history is when an object was made and what became of it.
type history struct {
	created, updated, started, ended, expires, birth time.Time
}

func (f *frame) history() *history {
	if f.history_ != nil {
		return f.history_
	}
	d, now := f.run.d.at(f.seed.child("#history")), f.run.now.Truncate(time.Second)
	ago := func(from, to time.Duration) time.Duration {
		return time.Duration(d.between(int64(from/time.Second), int64(to/time.Second))) * time.Second
	}
	const day = 24 * time.Hour
	h := &history{}
	h.created = now.Add(-ago(2*day, 400*day))
	h.updated = now.Add(-ago(time.Minute, now.Sub(h.created)))
	h.started = now.Add(-ago(time.Hour, now.Sub(h.created)))
	h.ended = h.started.Add(ago(time.Hour, 5*day))
	h.expires = now.Add(ago(day, 90*day))
	h.birth = now.AddDate(-20-d.n(45), -d.n(12), -d.n(28))
	f.history_ = h
	return h
}

// moment is the moment of the history that a hint means.
func (f *frame) moment(h hint) time.Time {
	x := f.history()
	switch h {
	case hintUpdated, hintDeleted:
		return x.updated
	case hintStarted, hintMoment:
		return x.started
	case hintEnded:
		return x.ended
	case hintExpires:
		return x.expires
	case hintBirth:
		return x.birth
	}
	return x.created
}

// kindOf says what a frame's object is: a person, a company, a product…
func (f *frame) kindOf() thing {
	f = f.real()
	if f == nil {
		return thingOther
	}
	words := splitWords(f.name)
	slices.Reverse(words)
	for _, w := range words {
		if k, ok := things[singular(w)]; ok {
			return k
		}
	}
	if f.plan.obj != nil {
		for _, name := range [...]string{"email", "first_name", "firstName", "phone", "username"} {
			if f.plan.obj.known[name] != nil {
				return thingPerson
			}
		}
	}
	return thingOther
}

// thing is a sort of object whose name means something special.
type thing int

const (
	thingOther thing = iota
	thingPerson
	thingCompany
	thingProduct
	thingPlace
	thingCode // repositories, packages, files: names without spaces
	thingTag
)

var things = map[string]thing{
	"user": thingPerson, "person": thingPerson, "people": thingPerson, "customer": thingPerson, "author": thingPerson, "owner": thingPerson, "contact": thingPerson,
	"member": thingPerson, "employee": thingPerson, "account": thingPerson, "profile": thingPerson, "recipient": thingPerson, "sender": thingPerson, "passenger": thingPerson,
	"patient": thingPerson, "student": thingPerson, "teacher": thingPerson, "driver": thingPerson, "guest": thingPerson, "creator": thingPerson, "assignee": thingPerson,
	"committer": thingPerson, "billing": thingPerson, "cardholder": thingPerson, "actor": thingPerson,
	"company": thingCompany, "organization": thingCompany, "organisation": thingCompany, "business": thingCompany, "vendor": thingCompany, "merchant": thingCompany,
	"supplier": thingCompany, "brand": thingCompany, "manufacturer": thingCompany, "publisher": thingCompany, "bank": thingCompany, "store": thingCompany, "shop": thingCompany,
	"product": thingProduct, "item": thingProduct, "sku": thingProduct, "variant": thingProduct, "goods": thingProduct,
	"city": thingPlace, "station": thingPlace, "location": thingPlace, "place": thingPlace,
	"repository": thingCode, "repo": thingCode, "package": thingCode, "branch": thingCode, "artifact": thingCode, "runner": thingCode, "workflow": thingCode, "secret": thingCode,
	"variable": thingCode, "environment": thingCode, "tag": thingTag, "label": thingTag, "category": thingTag, "topic": thingTag,
}
