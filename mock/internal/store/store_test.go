package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

var ctx = context.Background()

func put(table, key string, v any) func(*Tx) error {
	return func(tx *Tx) error { tx.Put(table, key, v); return nil }
}

func get(t *testing.T, m *Memory, world, table, key string) any {
	t.Helper()
	var out any
	if err := m.Update(ctx, world, func(tx *Tx) error { out, _ = tx.Get(table, key); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func update(t *testing.T, m *Memory, world string, fn func(*Tx) error) {
	t.Helper()
	if err := m.Update(ctx, world, fn); err != nil {
		t.Fatal(err)
	}
}

func TestUpdate(t *testing.T) {
	m := NewMemory()
	m.Create("w", NewWorld(1))

	t.Run("it keeps what a transaction wrote", func(t *testing.T) {
		update(t, m, "w", put("t", "a", 1))
		if got := get(t, m, "w", "t", "a"); got != 1 {
			t.Errorf("got %v", got)
		}
	})
	t.Run("it forgets all of a transaction that fails", func(t *testing.T) {
		boom := errors.New("boom")
		err := m.Update(ctx, "w", func(tx *Tx) error {
			tx.Put("t", "a", 2)
			tx.Put("u", "b", 2)
			tx.Delete("t", "a")
			tx.SetHead(9)
			return boom
		})
		if err != boom {
			t.Fatalf("err = %v", err)
		}
		if got := get(t, m, "w", "t", "a"); got != 1 {
			t.Errorf("t/a = %v, want 1", got)
		}
		if got := get(t, m, "w", "u", "b"); got != nil {
			t.Errorf("u/b = %v, want nothing", got)
		}
		w, _ := m.Snapshot(ctx, "w")
		if w.Head() != 1 {
			t.Errorf("head = %v, want 1", w.Head())
		}
	})
	t.Run("it sees its own writes", func(t *testing.T) {
		update(t, m, "w", func(tx *Tx) error {
			tx.Put("t", "c", 3)
			if v, ok := tx.Get("t", "c"); !ok || v != 3 {
				t.Errorf("got %v %v", v, ok)
			}
			if !tx.Delete("t", "c") || tx.Delete("t", "c") {
				t.Error("Delete tells whether a record was there")
			}
			return nil
		})
	})
	t.Run("it goes back to a saved point and on from there", func(t *testing.T) {
		update(t, m, "w", func(tx *Tx) error {
			tx.Put("t", "before", 1)
			saved := tx.Save()
			tx.Put("t", "after", 1)
			tx.Put("t", "before", 2)
			tx.Load(saved)
			tx.Put("t", "later", 1)
			return nil
		})
		for key, want := range map[string]any{"before": 1, "after": nil, "later": 1} {
			if got := get(t, m, "w", "t", key); got != want {
				t.Errorf("%s = %v, want %v", key, got, want)
			}
		}
	})
	t.Run("it has no world that was not made", func(t *testing.T) {
		if err := m.Update(ctx, "nowhere", put("t", "a", 1)); !errors.Is(err, ErrNoWorld) {
			t.Errorf("err = %v", err)
		}
	})
}

func TestForksAreApart(t *testing.T) {
	m := NewMemory()
	m.Create("base", NewWorld(nil))
	for i := range 500 {
		update(t, m, "base", put("t", fmt.Sprintf("%03d", i), "base"))
	}
	base, _ := m.Snapshot(ctx, "base")
	const forks = 32
	var wg sync.WaitGroup
	for f := range forks {
		wg.Go(func() {
			name := fmt.Sprint(f)
			m.Create(name, base)
			for i := range 50 {
				_ = m.Update(ctx, name, func(tx *Tx) error {
					tx.Put("t", fmt.Sprintf("%03d", i*7%500), name)
					tx.Delete("t", fmt.Sprintf("%03d", 400+i))
					return nil
				})
			}
		})
	}
	wg.Wait()
	for f := range forks {
		if got := get(t, m, fmt.Sprint(f), "t", "007"); got != fmt.Sprint(f) {
			t.Errorf("fork %d sees %v", f, got)
		}
	}
	n := 0
	update(t, m, "base", func(tx *Tx) error {
		for key, v := range tx.From("t", "") {
			if v != "base" {
				t.Errorf("%s = %v in the base", key, v)
			}
			n++
		}
		return nil
	})
	if n != 500 {
		t.Errorf("the base has %d records, want 500", n)
	}
}

func TestFromStartsAtAKeyAndKeepsTheOrder(t *testing.T) {
	m := NewMemory()
	m.Create("w", NewWorld(nil))
	for _, k := range []string{"c", "a", "d", "b"} {
		update(t, m, "w", put("t", k, k))
	}
	var got string
	update(t, m, "w", func(tx *Tx) error {
		for k := range tx.From("t", "b") {
			got += k
		}
		return nil
	})
	if got != "bcd" {
		t.Errorf("got %q, want bcd", got)
	}
}

func BenchmarkUpdateOneRecord(b *testing.B) {
	m := NewMemory()
	m.Create("w", NewWorld(nil))
	for i := range 1000 {
		_ = m.Update(ctx, "w", put("t", fmt.Sprint(i), i))
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = m.Update(ctx, "w", put("t", "500", 1))
	}
}

func BenchmarkFork(b *testing.B) {
	m := NewMemory()
	m.Create("w", NewWorld(nil))
	for i := range 10_000 {
		_ = m.Update(ctx, "w", put("t", fmt.Sprint(i), i))
	}
	w, _ := m.Snapshot(ctx, "w")
	b.ReportAllocs()
	for b.Loop() {
		m.Create("fork", w)
		m.Drop("fork")
	}
}

type sized int

func (s sized) Size() int { return int(s) }

func TestSizeIsThatOfTheRecords(t *testing.T) {
	m := NewMemory()
	m.Create("w", NewWorld(nil))
	want := func(at string, n int) {
		t.Helper()
		w, err := m.Snapshot(ctx, at)
		if err != nil || w.Size() != n {
			t.Errorf("%s has %d bytes, want %d (%v)", at, w.Size(), n, err)
		}
	}
	update(t, m, "w", func(tx *Tx) error {
		tx.Put("t", "a", sized(10))
		tx.Put("u", "b", sized(5))
		tx.Put("u", "c", "not sized")
		return nil
	})
	want("w", 15)
	fork, _ := m.Snapshot(ctx, "w")
	m.Create("fork", fork)
	update(t, m, "fork", func(tx *Tx) error {
		tx.Put("t", "a", sized(1))
		tx.Delete("u", "b")
		if tx.Size() != 1 || tx.Began().Size() != 15 {
			t.Errorf("%d bytes, began with %d", tx.Size(), tx.Began().Size())
		}
		return nil
	})
	want("fork", 1)
	want("w", 15)
	_ = m.Update(ctx, "w", func(tx *Tx) error { tx.Put("t", "a", sized(99)); return errors.New("no") })
	want("w", 15)
	update(t, m, "w", func(tx *Tx) error { tx.Put("t", "a", sized(99)); tx.Load(tx.Began()); return nil })
	want("w", 15)
	update(t, m, "w", func(tx *Tx) error { tx.Clear(); return nil })
	want("w", 0)
}
