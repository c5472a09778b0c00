package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/standin-dev/standin/mock/internal/store"
	"github.com/standin-dev/standin/scenarios"
)

// Tx is one transaction on a sandbox's state. Everything that a behaviour reads
// or writes, the clock and chance included, goes through it. It is good only
// while the function that got it runs.
type Tx struct {
	tx      *store.Tx
	head    head // as it will be stored
	now     time.Time
	sandbox string
}

// head is the record that every transaction on a sandbox touches. It is a
// value: each transaction stores a new one.
type head struct {
	Seed    uint64            `json:"seed"`
	Clock   Clock             `json:"clock"`
	Active  []scenarios.State `json:"active"`
	Seq     uint64            `json:"seq"` // transactions so far: the call's number
	Created time.Time         `json:"created"`
}

// Now is the sandbox's time, read once for the transaction. It never stands
// still: below the millisecond it counts transactions, so that what happened
// earlier is earlier even while the clock is frozen.
func (tx *Tx) Now() time.Time { return tx.now }

// Sandbox is the sandbox's name.
func (tx *Tx) Sandbox() string { return tx.sandbox }

// Seq is the number of the transaction in its sandbox, from 1.
func (tx *Tx) Seq() uint64 { return tx.head.Seq }

// Seed derives a seed from the sandbox's seed, the transaction's number and a
// purpose. The same three give the same seed.
func (tx *Tx) Seed(purpose string) [2]uint64 {
	return seed2(tx.head.Seed, tx.head.Seq, purpose)
}

// WorldSeed derives a seed from the sandbox's seed and a purpose alone: for what
// must not depend on how many calls came before.
func (tx *Tx) WorldSeed(purpose string) [2]uint64 {
	return seed2(tx.head.Seed, 0, purpose)
}

// Rand is a source of chance made from [Tx.Seed].
func (tx *Tx) Rand(purpose string) *rand.Rand {
	s := tx.Seed(purpose)
	return rand.New(rand.NewPCG(s[0], s[1]))
}

// ULID makes an id from the sandbox's time and seed. Purposes that differ give
// ids that differ.
func (tx *Tx) ULID(purpose string) string {
	s := tx.Seed(purpose)
	return ulidFrom(tx.now, s)
}

func ulidFrom(at time.Time, s [2]uint64) string {
	var id ulid.ULID
	// SetTime fails past the year 10889 only; the id then starts with zeros.
	_ = id.SetTime(uint64(max(at.UnixMilli(), 0)))
	for i := range 8 {
		id[6+i] = byte(s[0] >> (8 * i))
	}
	id[14], id[15] = byte(s[1]), byte(s[1]>>8)
	return id.String()
}

// seed2 mixes a seed, a number and a purpose (FNV-1a over the purpose, then the
// finaliser of SplitMix64 over each word).
func seed2(seed, n uint64, purpose string) [2]uint64 {
	h := uint64(14695981039346656037)
	for i := range len(purpose) {
		h = (h ^ uint64(purpose[i])) * 1099511628211
	}
	a := splitmix(seed ^ splitmix(n) ^ h)
	return [2]uint64{a, splitmix(a ^ 0x9e3779b97f4a7c15)}
}

func splitmix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// errFull says that a transaction was forgotten since it left too much.
var errFull = errors.New("the sandbox would hold more than it may")

// overfull reports whether the transaction leaves more than limit bytes of
// records, and more than there were: what makes room is always welcome.
func (tx *Tx) overfull(limit int64) bool {
	size := tx.tx.Size()
	return int64(size) > limit && size > tx.tx.Began().Size()
}

// AnyTable is a [Table] whatever its records.
type AnyTable interface {
	Name() string
	decode(data []byte) (any, error)
}

// Table is a named table of records of one type. Records are values that are
// never changed once they have been put; as JSON they come back the same. Those
// with a method Size() int, the same at every call, count as so many bytes towards
// [Options].MaxState.
type Table[T any] struct{ name string }

// NewTable names a table. Two tables of one name must have one type.
func NewTable[T any](name string) Table[T] { return Table[T]{name} }

// Name is the table's name.
func (t Table[T]) Name() string { return t.name }

// Get returns a record; ok tells whether it was there.
func (t Table[T]) Get(tx *Tx, key string) (record T, ok bool) {
	v, ok := tx.tx.Get(t.name, key)
	if !ok {
		return record, false
	}
	record, ok = v.(T)
	return record, ok
}

// has tells whether there is a record.
func (t Table[T]) has(tx *Tx, key string) bool {
	_, ok := tx.tx.Get(t.name, key)
	return ok
}

// Put stores a record under a key.
func (t Table[T]) Put(tx *Tx, key string, record T) { tx.tx.Put(t.name, key, record) }

// Delete removes a record; it tells whether it was there.
func (t Table[T]) Delete(tx *Tx, key string) bool { return tx.tx.Delete(t.name, key) }

// Len is the number of records.
func (t Table[T]) Len(tx *Tx) int { return tx.tx.Len(t.name) }

// All ranges over the records in the order of their keys. The table must not be
// written meanwhile.
func (t Table[T]) All(tx *Tx) iter.Seq2[string, T] { return t.From(tx, "") }

// From is All from a key on.
func (t Table[T]) From(tx *Tx, key string) iter.Seq2[string, T] {
	return func(yield func(string, T) bool) {
		for k, v := range tx.tx.From(t.name, key) {
			if record, ok := v.(T); ok && !yield(k, record) {
				return
			}
		}
	}
}

func (t Table[T]) decode(data []byte) (any, error) {
	var record T
	if err := json.Unmarshal(data, &record); err != nil {
		return nil, fmt.Errorf("record of table %s: %w", t.name, err)
	}
	return record, nil
}
