// Package store keeps the worlds: for each sandbox a set of tables of typed,
// immutable records, changed by transactions only.
//
// [Memory] is the engine that is built in. Its worlds are copy-on-write trees:
// forking one, or taking a snapshot, copies references and never data, so it
// takes microseconds whatever the world holds, and an idle fork costs a few
// hundred bytes.
//
// A transaction's function is pure but for its [Tx]: an engine that is shared
// by several processes may have to run it again after a conflict. Records must
// not be changed once they have been put.
package store

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/tidwall/btree"
)

// ErrNoWorld is returned for a world that is not there.
var ErrNoWorld = errors.New("no such world")

// tree is one table: records by key, in the keys' order.
type tree = btree.Map[string, any]

// degree of the trees: a write copies the nodes on its way down, at most
// 2*degree-1 records each.
const degree = 8

// World is an immutable picture of one world. The zero value is empty.
type World struct {
	head   any
	tables []table
}

type table struct {
	name string
	rows *rows
}

// Sized is implemented by records that take room worth counting.
type Sized interface {
	Size() int // bytes, about; the same at every call
}

func sizeOf(record any) int {
	if s, ok := record.(Sized); ok {
		return s.Size()
	}
	return 0
}

// rows is a tree that many worlds may share. Copying a tree marks it, though it
// changes nothing that a reader sees, so copies are made one at a time.
type rows struct {
	tree
	size    int // of the records that are [Sized]
	copying sync.Mutex
}

func (r *rows) copyOf() *rows {
	r.copying.Lock()
	defer r.copying.Unlock()
	c := r.tree.Copy()
	return &rows{tree: *c, size: r.size}
}

// Head is the record outside the tables.
func (w *World) Head() any { return w.head }

// WithHead is the same world with another head.
func (w *World) WithHead(head any) *World { return &World{head: head, tables: w.tables} }

// Size is the size of all records that are [Sized].
func (w *World) Size() int { return sizeOfTables(w.tables) }

func sizeOfTables(tables []table) (n int) {
	for i := range tables {
		n += tables[i].rows.size
	}
	return n
}

// NewWorld makes an empty world with that head.
func NewWorld(head any) *World { return &World{head: head} }

// Tx is one transaction on one world. It is good only while its function runs.
type Tx struct {
	head   any
	tables []table
	own    []bool // which tables are this transaction's own copies
	owned  bool   // whether the slice itself is
	wrote  bool
	began  *World // what the transaction started from
	trace  *Trace // nil: nobody wants to know
}

// Trace is which records a transaction has touched, the first few of them.
type Trace struct {
	Touched [4]Touch
	Count   int // of all, those that found no room included
}

// Touch is one record read or written.
type Touch struct {
	Table, Key string
	Op         Op
}

// Op is what was done to a record.
type Op uint8

// The operations.
const (
	Read   Op = iota
	Missed    // it was looked for, and not there
	Wrote
	Deleted
)

// Trace has the transaction note from now on what it touches. It allocates
// nothing.
func (tx *Tx) Trace(t *Trace) { tx.trace = t }

// note notes a touch. A record that was read and is written counts once.
func (tx *Tx) note(table, key string, op Op) {
	t := tx.trace
	if t == nil {
		return
	}
	for i := range min(t.Count, len(t.Touched)) {
		if was := &t.Touched[i]; was.Table == table && was.Key == key {
			was.Op = max(was.Op, op)
			return
		}
	}
	if t.Count < len(t.Touched) {
		t.Touched[t.Count] = Touch{table, key, op}
	}
	t.Count++
}

// Head is the one record that stands outside the tables, for what every
// transaction touches.
func (tx *Tx) Head() any { return tx.head }

// SetHead replaces it.
func (tx *Tx) SetHead(record any) { tx.head, tx.wrote = record, true }

// Tables are the names of the tables, in order of first use.
func (tx *Tx) Tables() []string {
	names := make([]string, len(tx.tables))
	for i, t := range tx.tables {
		names[i] = t.name
	}
	return names
}

func (tx *Tx) find(name string) int {
	for i := range tx.tables {
		if tx.tables[i].name == name {
			return i
		}
	}
	return -1
}

// Get returns a record, nil and false if it is not there.
func (tx *Tx) Get(name, key string) (any, bool) {
	if i := tx.find(name); i >= 0 {
		if record, ok := tx.tables[i].rows.Get(key); ok {
			tx.note(name, key, Read)
			return record, true
		}
	}
	tx.note(name, key, Missed)
	return nil, false
}

// Len is the number of records in a table.
func (tx *Tx) Len(name string) int {
	if i := tx.find(name); i >= 0 {
		return tx.tables[i].rows.Len()
	}
	return 0
}

// Put stores a record, which must never change from then on.
func (tx *Tx) Put(name, key string, record any) {
	tx.note(name, key, Wrote)
	r := tx.writable(name)
	was, _ := r.Set(key, record)
	r.size += sizeOf(record) - sizeOf(was)
}

// Delete removes a record; it tells whether it was there.
func (tx *Tx) Delete(name, key string) bool {
	i := tx.find(name)
	if i < 0 {
		return false
	}
	if _, ok := tx.tables[i].rows.Get(key); !ok {
		return false
	}
	tx.note(name, key, Deleted)
	r := tx.writable(name)
	was, _ := r.tree.Delete(key)
	r.size -= sizeOf(was)
	return true
}

// From ranges over the records of a table from a key on, in the keys' order.
// The table must not be written meanwhile.
func (tx *Tx) From(name, key string) iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		if i := tx.find(name); i >= 0 {
			tx.tables[i].rows.Ascend(key, yield)
		}
	}
}

// Size is the size of all records that are [Sized], as the transaction has them now.
func (tx *Tx) Size() int { return sizeOfTables(tx.tables) }

// Began is the world as the transaction found it.
func (tx *Tx) Began() *World { return tx.began }

// Save is the world as the transaction has it now; with [Tx.Load] the
// transaction goes back there.
func (tx *Tx) Save() *World {
	tx.own, tx.owned = nil, false
	return &World{head: tx.head, tables: tx.tables}
}

// Clear removes every table and leaves the head.
func (tx *Tx) Clear() {
	tx.tables, tx.own, tx.owned, tx.wrote = nil, nil, true, true
}

// Load replaces the head and every table by those of w.
func (tx *Tx) Load(w *World) {
	tx.head = w.head
	tx.tables, tx.own, tx.owned, tx.wrote = w.tables, nil, false, true
}

// writable makes a table the transaction's own and returns it.
func (tx *Tx) writable(name string) *rows {
	tx.wrote = true
	if !tx.owned {
		tables := make([]table, len(tx.tables), len(tx.tables)+1)
		copy(tables, tx.tables)
		tx.tables, tx.own, tx.owned = tables, make([]bool, len(tables), len(tables)+1), true
	}
	i := tx.find(name)
	if i < 0 {
		fresh := &rows{tree: *btree.NewMap[string, any](degree)}
		tx.tables = append(tx.tables, table{name, fresh})
		tx.own = append(tx.own, true)
		return fresh
	}
	if !tx.own[i] {
		tx.tables[i].rows, tx.own[i] = tx.tables[i].rows.copyOf(), true
	}
	return tx.tables[i].rows
}

// Memory holds worlds in memory. It is safe for concurrent use; transactions
// on one world run one after another, those on different worlds side by side.
type Memory struct {
	mu     sync.RWMutex // guards worlds
	worlds map[string]*world
}

type world struct {
	mu  sync.Mutex // held while a transaction runs; guards now
	now *World
}

// NewMemory makes an engine without worlds.
func NewMemory() *Memory { return &Memory{worlds: map[string]*world{}} }

// Create makes a world that starts as w, unless there is one of that name.
func (m *Memory) Create(name string, w *World) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.worlds[name]; !ok {
		m.worlds[name] = &world{now: w}
	}
}

// Drop removes a world.
func (m *Memory) Drop(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.worlds, name)
}

// Snapshot is the world as it stands: a reference, not a copy.
func (m *Memory) Snapshot(ctx context.Context, name string) (*World, error) {
	w := m.world(name)
	if w == nil {
		return nil, ErrNoWorld
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now, nil
}

// Update runs fn in a transaction on a world. What fn wrote becomes the world
// when it returns nil and is forgotten when it returns an error, which Update
// then returns.
func (m *Memory) Update(ctx context.Context, name string, fn func(*Tx) error) error {
	w := m.world(name)
	if w == nil {
		return ErrNoWorld
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	tx := Tx{head: w.now.head, tables: w.now.tables, began: w.now}
	if err := fn(&tx); err != nil {
		return err
	}
	if tx.wrote {
		w.now = &World{head: tx.head, tables: tx.tables}
	}
	return nil
}

func (m *Memory) world(name string) *world {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.worlds[name]
}
