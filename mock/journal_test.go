package mock

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/standin-dev/standin/spec"
)

func ids(exs []*Exchange) (out string) {
	for _, ex := range exs {
		out += ex.ID
	}
	return out
}

func TestJournalIsBounded(t *testing.T) {
	t.Run("it keeps the last ones in number", func(t *testing.T) {
		var j Journal
		j.limit(3, 1<<20)
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			j.add(&Exchange{ID: id})
		}
		if got := ids(j.Exchanges()); got != "cde" || j.Total() != 5 {
			t.Errorf("kept %q of %d", got, j.Total())
		}
		if j.Get("d") == nil || j.Get("a") != nil {
			t.Error("Get finds what is kept, and only that")
		}
	})
	t.Run("it keeps the last ones in bytes", func(t *testing.T) {
		var j Journal
		j.limit(100, 5000)
		for _, id := range []string{"a", "b", "c"} {
			j.add(&Exchange{ID: id, Request: spec.Request{Body: make([]byte, 1500)}})
		}
		if got := ids(j.Exchanges()); got != "bc" {
			t.Errorf("kept %q", got)
		}
	})
	t.Run("it keeps one that is larger than the bound, alone", func(t *testing.T) {
		var j Journal
		j.limit(100, 1000)
		j.add(&Exchange{ID: "a"})
		j.add(&Exchange{ID: "b", Request: spec.Request{Body: make([]byte, 5000)}})
		if got := ids(j.Exchanges()); got != "b" {
			t.Errorf("kept %q", got)
		}
	})
	t.Run("it goes on after it was cleared", func(t *testing.T) {
		var j Journal
		j.limit(3, 1<<20)
		j.add(&Exchange{ID: "a"})
		j.Clear()
		j.add(&Exchange{ID: "b"})
		if got := ids(j.Exchanges()); got != "b" {
			t.Errorf("kept %q", got)
		}
	})
}

func countFollowers(j *Journal) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.followers)
}

func TestFollow(t *testing.T) {
	var j Journal
	j.limit(3, 1<<20)
	for _, id := range []string{"a", "b", "c", "d"} {
		j.add(&Exchange{ID: id})
	}
	follow := func(after string, n int) (out string) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		for ev := range j.Follow(ctx, after) {
			if ev.Exchange != nil {
				out += ev.Exchange.ID
			} else {
				out += fmt.Sprintf("(%d)", ev.Lost)
			}
			if n--; n == 0 {
				break
			}
		}
		return out
	}
	if got := follow("b", 2); got != "cd" {
		t.Errorf("after b: %q", got)
	}
	if got := follow("a", 4); got != "(-1)bcd" {
		t.Errorf("after a, which is gone: %q", got)
	}
	if n := countFollowers(&j); n != 0 {
		t.Errorf("%d followers are left over", n)
	}

	t.Run("it lets go of one that is never ranged over", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			var j Journal
			ctx, cancel := context.WithCancel(t.Context())
			j.Follow(ctx, "")
			if n := countFollowers(&j); n != 1 {
				t.Fatalf("%d followers", n)
			}
			cancel()
			synctest.Wait()
			if n := countFollowers(&j); n != 0 {
				t.Errorf("%d followers are left over", n)
			}
		})
	})
	t.Run("it tells a slow follower what it lost", func(t *testing.T) {
		lost, got := 0, 0
		for ev := range j.Follow(t.Context(), "c") {
			got++
			if got == 1 { // d, from the journal: now fall behind
				for i := range followerBuffer + 10 {
					j.add(&Exchange{ID: fmt.Sprint("x", i)})
				}
			}
			if ev.Exchange == nil {
				lost = ev.Lost
				break
			}
		}
		if lost != 10 {
			t.Errorf("lost %d, want 10", lost)
		}
	})
}
