package accept

import "testing"

func TestCases(t *testing.T) {
	for _, c := range loadCases(t) {
		s := mustCompile(t, string(c.Schema))
		checker := Compile(s, c.Options)
		for _, body := range c.Valid {
			if !checker.Valid(body) {
				t.Errorf("%s: not sure about %s (objection: %v)", c.name, body, objection(s, c.Options, body))
			}
		}
		for _, body := range c.Doubt {
			if checker.Valid(body) {
				t.Errorf("%s: sure about %s", c.name, body)
			}
		}
	}
}
