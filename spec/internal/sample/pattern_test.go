package sample

import "testing"

func TestPatterns(t *testing.T) {
	cases := []struct {
		it, pattern string
		good, bad   string
	}{
		{"takes a slash's escape", `^a\/b$`, "a/b", "ab"},
		{"takes letters by number", `^\u0041\u{42}$`, "AB", "ab"},
		{"takes a surrogate pair", `^\uD83D\uDE00$`, "😀", "x"},
		{"takes a class of anything", `^[^]{3}$`, "a\nb", "a"},
		{"takes an unescaped bracket in a class", `^[[a]+(?=.)x$`, "[ax", "b"},
		{"takes named groups", `^(?<year>\d{4})$`, "2026", "26"},
		{"takes properties by their long names", `^\p{Letter}+\p{Script=Greek}(?!x)$`, "aα", "a1"},
		{"looks ahead at the start", `^(?=.*[A-Z])(?=.*\d)[A-Za-z\d]{8,}$`, "abcdeF12", "abcdefgh"},
		{"looks ahead for what must not be", `^(?!admin$)[a-z]+$`, "user", "admin"},
		{"looks ahead in the middle", `^a(?!b)[a-z]+$`, "acb", "abc"},
		{"looks behind at the end", `^[a-z-]+(?<!-)$`, "a-b", "a-"},
		{"looks ahead inside a group", `^((?!foo).)*$`, "bar", "xfoo"},
		{"demands three kinds of characters", `^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*[!@#$%^&*]).{12,20}$`, "aA1!aA1!aA1!", "aaaaaaaaaaaa"},
	}
	for _, c := range cases {
		t.Run("it "+c.it, func(t *testing.T) {
			p := newPattern(c.pattern)
			if p.broken != "" {
				t.Fatalf("the pattern %s", p.broken)
			}
			if !p.match(c.good) || p.match(c.bad) {
				t.Errorf("it matches %q: %v, and %q: %v", c.good, p.match(c.good), c.bad, p.match(c.bad))
			}
			g := New(Options{})
			for n := range uint64(20) {
				schema := map[string]any{"type": "string", "pattern": c.pattern}
				v, err := g.Generate(Request{Schema: schema, Seed: [2]uint64{n}})
				if err != nil {
					t.Fatal(err)
				}
				if !p.match(v.Ordered().(string)) {
					t.Errorf("it makes %q", v.Ordered())
				}
			}
		})
	}
}

func TestPatternsBeyondUs(t *testing.T) {
	schema := map[string]any{"type": "string", "pattern": `^(a|b)\1$`}
	if v, err := New(Options{}).Generate(Request{Schema: schema}); err == nil {
		t.Errorf("it makes %s of a pattern that it can't read", v.AppendJSON(nil))
	}
	easy := func(_, _ any) error { return nil }
	if _, err := New(Options{Valid: easy}).Generate(Request{Schema: schema}); err != nil {
		t.Errorf("it refuses a pattern that the authority doesn't mind: %v", err)
	}
	schema = map[string]any{"type": "string", "pattern": `^(a|b)\1$`, "example": "aa"}
	if v, err := New(Options{}).Generate(Request{Schema: schema}); err != nil || v.Ordered() != "aa" {
		t.Errorf("it makes %s, %v, want the document's example", v.AppendJSON(nil), err)
	}
}

// Whatever the pattern, what is made of it matches, and nothing panics.
func FuzzPattern(f *testing.F) {
	for _, s := range []string{`^a+$`, `(?=x)y`, `[^]`, `\u0041`, `(a|b{2,9})*c?`, `^\S{3}\b`, `(?i)ab`, `[\d-x]`, `((((a`, `a{1000}`} {
		f.Add(s, 0, 20)
	}
	f.Fuzz(func(t *testing.T, source string, lo, hi int) {
		if len(source) > 200 || lo < 0 || lo > 500 || hi < lo || hi > 600 {
			return
		}
		p := newPattern(source)
		if p.broken != "" && p.re != nil {
			t.Fatalf("%q is read and broken", source)
		}
		for n := range 6 {
			s, ok := p.make(newDice().at(seed{uint64(n), 1}), lo, hi, n)
			if ok && !p.match(s) {
				t.Fatalf("%q makes %q", source, s)
			}
		}
	})
}
