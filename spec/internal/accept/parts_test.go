package accept

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/pb33f/jsonschema/v6"
)

// engineFormats compiles each quick format with the engine.
func engineFormats(t testing.TB) map[string]*jsonschema.Format {
	t.Helper()
	all := map[string]*jsonschema.Format{}
	for name, quick := range quickFormats {
		if quick == nil {
			continue
		}
		s := mustCompile(t, fmt.Sprintf(`{"format":%q}`, name))
		if s.Format == nil {
			t.Fatalf("the engine has no format %s", name)
		}
		all[name] = s.Format
	}
	return all
}

// FuzzQuickFormats: what a quick format says yes to, the engine says yes to.
func FuzzQuickFormats(f *testing.F) {
	engine := engineFormats(f)
	for _, text := range someTexts {
		f.Add(text)
	}
	for _, text := range []string{
		"2000-02-29", "1900-02-29", "2100-02-28", "0000-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00",
		"24:00:00Z", "23:60:00Z", "10:00:00.Z", "10:00:00.123456789-23:59", "10:00:00+24:00", "10:00:00+5:30",
		"a@b", "a.@b.c", "@b.c", "a@", "a@b..c", "a@" + strings.Repeat("b", 64), strings.Repeat("a", 65) + "@b.c", "a@b.c.",
		"1.2.3.4.5", "1.2.3", "1.2.3.", "1..2.3", "1.2.3.400", "0.0.0.0", "00.0.0.0",
		"https://a:80/", "https://a/%zz", "https://a?b", "https://a/b c", "https://a/[", "http://a\x7f", "https://a/b#c", "https://a/b:c",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, format := range engine {
			if err := format.Validate(text); quickFormats[name](text) && err != nil {
				t.Errorf("%s: quick about %q, but %v", name, text, err)
			}
		}
	})
}

func TestQuickFormatsKnowTheUsualForms(t *testing.T) {
	for name, texts := range map[string][]string{
		"date":      {"2026-11-23", "2024-02-29", "2000-02-29"},
		"date-time": {"2026-11-23T10:00:00Z", "2026-11-23T10:00:00.123Z", "2026-11-23T10:00:00+05:30"},
		"email":     {"asha@example.com", "a.b+c_d-e@mail.example.co.in"},
		"hostname":  {"localhost", "api.example.com"},
		"ipv4":      {"127.0.0.1", "255.255.255.255"},
		"time":      {"10:00:00Z"},
		"uri":       {"https://example.com", "http://images.example.com/u/1.png?w=64&h=64"},
		"uuid":      {"0f8fad5b-d9cb-469f-a165-70867728950e", "0F8FAD5B-D9CB-469F-A165-70867728950E"},
	} {
		for _, text := range texts {
			if !quickFormats[name](text) {
				t.Errorf("%s: slow about %q", name, text)
			}
		}
	}
}

// FuzzRuns: runs match what their expression matches.
func FuzzRuns(f *testing.F) {
	for _, expr := range somePatterns {
		for _, text := range someTexts {
			f.Add(expr, text)
		}
	}
	f.Add(`^[ab]*b$`, "ab")
	f.Add(`^a{2,3}a$`, "aaa")
	f.Add(`^a?[ab]$`, "a")
	f.Add(`^[0-9]+b?[0-9]$`, "12")
	f.Add(`(?m)^a+$`, "b\na")
	f.Fuzz(func(t *testing.T, expr, text string) {
		re, err := regexp.Compile(expr)
		if err != nil {
			t.Skip(err)
		}
		p := newPattern(re)
		if got, want := p.match(text), re.MatchString(text); got != want {
			t.Errorf("%q matches %q: %v, want %v", expr, text, got, want)
		}
	})
}

func TestRuns(t *testing.T) {
	for expr, quick := range map[string]bool{
		`^[0-9]{10}$`:                 true,
		`^[0-9A-HJKMNP-TV-Z]{26}$`:    true,
		`^\+[1-9]\d{0,3}$`:            true,
		`^[a-z][a-z0-9_]*$`:           true,
		`^#[0-9a-fA-F]{6}$`:           true,
		`^[A-Z]{2}-[0-9]+(-[a-z]+)?$`: false, // a group
		`^[a-z]+[a-f]$`:               false, // what the first run takes the second may need
		`^[a-z]?b?[a-z]$`:             false,
		`[0-9]{10}`:                   false, // not anchored
		`^[^a]+$`:                     false, // beyond ASCII
		`(?i)^abc$`:                   false,
		`(?m)^[0-9]$`:                 false,
		`^a|b$`:                       false,
	} {
		if got := runsOf(expr) != nil; got != quick {
			t.Errorf("%s: quick is %v, want %v", expr, got, quick)
		}
	}
}

// FuzzNumbers: decimals compare and divide as exact rationals do.
func FuzzNumbers(f *testing.F) {
	for i, a := range someNumbers {
		f.Add(a, someNumbers[(i*7+3)%len(someNumbers)])
		f.Add(a, a)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		s := newScanner([]byte(a), 1)
		n, ok := s.num()
		if !ok || s.i != len(a) || !n.exact || len(b) > 30 {
			t.Skip("not a number to reason about")
		}
		x, ok := new(big.Rat).SetString(a)
		if !ok {
			t.Fatalf("read %q, which is no number", a)
		}
		if x.IsInt() != (n.types == tInteger) {
			t.Errorf("%s: types %b", a, n.types)
		}
		y, ok := new(big.Rat).SetString(b)
		if !ok {
			t.Skip("nothing to compare with")
		}
		c := x.Cmp(y)
		for _, limit := range []struct {
			sign int8
			open bool
			want bool
		}{{-1, false, c >= 0}, {+1, false, c <= 0}, {-1, true, c > 0}, {+1, true, c < 0}} {
			if bound, ok := newBound(y, limit.sign, limit.open); ok && bound.holds(n.decimal) != limit.want {
				t.Errorf("%s against bound %s: %+v", a, b, limit)
			}
		}
		d, ok := exactly(y)
		if ok && (d == n.decimal) != (c == 0) {
			t.Errorf("%s == %s: %v", a, b, d == n.decimal)
		}
		if !ok || y.Sign() <= 0 {
			return
		}
		whole := new(big.Rat).Quo(x, y).IsInt()
		if got := n.decimal.multipleOf(d); got == valid != whole && got != unsure {
			t.Errorf("%s / %s: verdict %v, whole %v", a, b, got, whole)
		}
	})
}

func TestKeyTable(t *testing.T) {
	names := []string{"", "a", "b", "ab", "ba", "abc", "acb", "abcd", "abcdefg", "abcdefgh", "12345678-a-12345678", "12345678-b-12345678", "नाम", "आयु"}
	for i := range 500 {
		names = append(names, fmt.Sprintf("name-%d", i), fmt.Sprintf("a-long-name-with-%03d-in-the-middle-of-it", i))
	}
	table := newKeyTable(names)
	for i, name := range names {
		if got := table.find(strings.Clone(name)); got != i {
			t.Errorf("find %q: %d, want %d", name, got, i)
		}
	}
	for _, name := range []string{"c", "aa", "abd", "abcdefgi", "12345678-c-12345678", "name-500", "\x00", "a\x00"} {
		if got := table.find(name); got != -1 {
			t.Errorf("find %q: %d, want -1", name, got)
		}
	}
	var empty keyTable
	if empty.find("a") != -1 {
		t.Error("found a name in an empty table")
	}
}
