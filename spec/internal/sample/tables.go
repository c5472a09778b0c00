package sample

import (
	"unicode"
	"unicode/utf8"

	"github.com/brianvoe/gofakeit/v7/data"
)

// fakes draws from gofakeit's tables. Its Faker would draw from them too, and
// bring all of its other tables, a template engine and an image encoder along:
// it looks everything up by name, so the linker drops nothing of it.
type fakes struct{ *dice }

// LastName is a family name.
func (f fakes) LastName() string { return f.pick(data.Person["last"]) }

// SafeColor is the name of a colour that every browser knows.
func (f fakes) SafeColor() string { return f.pick(data.Colors["safe"]) }

// ProductCategory is what a shop sorts by, in lower case.
func (f fakes) ProductCategory() string { return f.pick(data.Product["category"]) }

// ProductName is two or three words: what it is, and what is special about it.
func (f fakes) ProductName() string {
	name, more := f.pick(data.Product["name"]), ""
	switch f.n(4) {
	case 0:
		more = f.pick(data.Product["material"])
	case 1:
		more = f.pick(data.Product["feature"])
	default:
		more = f.pick(data.Product["adjective"])
	}
	out := more + " " + name
	if f.oneIn(3) {
		out += " " + f.pick(data.Product["suffix"])
	}
	return titled(out)
}

// titled is a text with a capital at the beginning of each word.
func titled(s string) string {
	out := make([]byte, 0, len(s))
	begins := true
	for _, r := range s {
		if begins {
			r = unicode.ToUpper(r)
		}
		begins = r == ' ' || r == '-'
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}
