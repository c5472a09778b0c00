package mock

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/standin-dev/standin/scenarios"
)

// fakeT records what a test would be told.
type fakeT struct {
	testing.TB
	cleanups []func()
	errors   []string
	fatals   []string
}

func (t *fakeT) Helper()          {}
func (t *fakeT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }
func (t *fakeT) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}
func (t *fakeT) Fatalf(format string, args ...any) {
	t.fatals = append(t.fatals, fmt.Sprintf(format, args...))
}
func (t *fakeT) Context() context.Context { return context.Background() }

func (t *fakeT) end() {
	for _, f := range t.cleanups {
		f()
	}
}

func TestNewServer(t *testing.T) {
	get := func(s *Server, target string) int {
		resp, err := s.Client().Get(s.URL + target)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode
	}
	t.Run("it serves with the given scenarios on, and reports nothing of what went well", func(t *testing.T) {
		ft := &fakeT{}
		s := NewServer(ft, "testdata/toy.yaml", Options{Scenarios: []scenarios.Scenario{gone}})
		if got := get(s, "/things"); got != 404 {
			t.Errorf("got %d", got)
		}
		if n := len(s.Calls("list")); n != 1 {
			t.Errorf("%d calls", n)
		}
		if err := s.Activate(); err != nil || get(s, "/things") != 200 {
			t.Errorf("switched off: %v", err)
		}
		s.Reset()
		if n := len(s.Calls("list")); n != 0 || get(s, "/things") != 404 {
			t.Errorf("after the reset: %d calls", n)
		}
		ft.end()
		if len(ft.errors)+len(ft.fatals) > 0 {
			t.Errorf("told %v %v", ft.errors, ft.fatals)
		}
	})
	t.Run("it fails the test for what its code broke", func(t *testing.T) {
		ft := &fakeT{}
		s := NewServer(ft, "testdata/toy.yaml", Options{})
		get(s, "/things?limit=0")
		ft.end()
		if len(ft.errors) != 1 || !strings.Contains(ft.errors[0], "query.limit") {
			t.Errorf("told %v", ft.errors)
		}
	})
	t.Run("it only records under Lenient", func(t *testing.T) {
		ft := &fakeT{}
		s := NewServer(ft, "testdata/toy.yaml", Options{Lenient: true})
		get(s, "/things?limit=0")
		ft.end()
		if len(ft.errors) != 0 {
			t.Errorf("told %v", ft.errors)
		}
	})
	t.Run("it fails the test where it cannot start", func(t *testing.T) {
		ft := &fakeT{}
		NewServer(ft, "testdata/nowhere.yaml", Options{})
		if len(ft.fatals) != 1 || !strings.Contains(ft.fatals[0], "nowhere.yaml") {
			t.Errorf("told %v", ft.fatals)
		}
	})
}
