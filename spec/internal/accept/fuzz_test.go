package accept

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// testCase is a file of testdata/cases: a schema, and bodies under it.
type testCase struct {
	name   string
	Schema json.RawMessage
	// Options are of the checker that judges the bodies.
	Options Options
	// Valid bodies must be accepted; Doubt ones must not, though the library may.
	Valid, Doubt []json.RawMessage
}

func loadCases(t testing.TB) []testCase {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var all []testCase
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := testCase{name: filepath.Base(file)}
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, c)
	}
	return all
}

// FuzzNeverAcceptsWhatTheLibraryRejects is the package's law. An input is a body, a seed
// from which it is mutated, and a choice of schema: one of testdata/cases, or past
// those one made from the seed, with instances made to fit.
func FuzzNeverAcceptsWhatTheLibraryRejects(f *testing.F) {
	var corpus []*subject
	for i, c := range loadCases(f) {
		corpus = append(corpus, newSubject(c.name, mustCompile(f, string(c.Schema))))
		for _, body := range append(c.Valid, c.Doubt...) {
			f.Add(uint8(i), uint64(1), []byte(body))
		}
	}
	for seed := range uint64(200) {
		f.Add(uint8(255), seed, []byte(`{"a":1}`))
	}
	f.Fuzz(func(t *testing.T, choice uint8, seed uint64, body []byte) {
		if len(body) > 1<<14 {
			t.Skip("too long to be quick")
		}
		m := newMaker(seed)
		if int(choice) < len(corpus) {
			s := corpus[choice]
			s.hold(t, body)
			for range 8 {
				body = m.mutate(body)
				s.hold(t, body)
			}
			return
		}
		text := m.schema()
		compiled, err := compile(text)
		if err != nil {
			t.Skip(err)
		}
		s := newSubject(string(text), compiled)
		s.hold(t, body)
		for range 6 {
			body := m.encode(m.instance(decoded(text), 0))
			s.hold(t, body)
			for range 4 {
				body = m.mutate(body)
				s.hold(t, body)
			}
		}
	})
}

func decoded(text []byte) any {
	var v any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil
	}
	return v
}

// TestAcceptsMostOfWhatIsValid keeps the law from being kept by accepting nothing.
func TestAcceptsMostOfWhatIsValid(t *testing.T) {
	var accepted, sound int
	for seed := range uint64(400) {
		m := newMaker(seed + 1<<32)
		text := m.schema()
		compiled, err := compile(text)
		if err != nil {
			continue
		}
		s := newSubject(string(text), compiled)
		for range 8 {
			a, n := s.hold(t, m.encode(m.instance(decoded(text), 0)))
			accepted, sound = accepted+a, sound+n
		}
	}
	t.Logf("accepted %d of %d valid bodies under random schemas", accepted, sound)
	if accepted*100 < sound*70 {
		t.Errorf("accepted %d of %d valid bodies, want 70 %%", accepted, sound)
	}
}
