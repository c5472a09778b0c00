package mock

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// Journal is a sandbox's last exchanges, bounded in number and bytes. All of
// its methods may be called concurrently.
type Journal struct {
	mu        sync.Mutex // guards all below
	keep      int
	keepBytes int64
	ring      []entry // the oldest at start; grows up to keep
	start     int
	count     int    // of the ring in use
	bytes     int64  // that those count for
	total     uint64 // exchanges ever recorded
	followers []*follower
}

type entry struct {
	ex   *Exchange
	size int64
}

func (j *Journal) limit(n int, bytes int64) { j.keep, j.keepBytes = n, bytes }

// add records an exchange and hands it to the followers.
func (j *Journal) add(ex *Exchange) {
	e := entry{ex, ex.size()}
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.count > 0 && (j.count >= j.keep || j.bytes+e.size > j.keepBytes) {
		j.dropOldest()
	}
	j.push(e)
	for _, f := range j.followers {
		f.offer(ex)
	}
}

// push puts an entry at the end of the ring, which grows up to keep.
func (j *Journal) push(e entry) {
	if j.count == len(j.ring) {
		bigger := make([]entry, min(max(8, 2*j.count), j.keep))
		for i := range j.count {
			bigger[i] = j.ring[(j.start+i)%j.count]
		}
		j.ring, j.start = bigger, 0
	}
	j.ring[(j.start+j.count)%len(j.ring)] = e
	j.count++
	j.total++
	j.bytes += e.size
}

func (j *Journal) dropOldest() {
	j.bytes -= j.ring[j.start].size
	j.ring[j.start] = entry{}
	j.start = (j.start + 1) % len(j.ring)
	j.count--
}

// Exchanges are those that are kept, the newest last.
func (j *Journal) Exchanges() []*Exchange {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.kept()
}

func (j *Journal) kept() []*Exchange {
	out := make([]*Exchange, j.count)
	for i := range out {
		out[i] = j.ring[(j.start+i)%len(j.ring)].ex
	}
	return out
}

// All ranges over the exchanges that are kept, the newest last.
func (j *Journal) All() iter.Seq[*Exchange] { return slices.Values(j.Exchanges()) }

// Get returns the exchange of that ID, nil if it is not kept.
func (j *Journal) Get(id string) *Exchange {
	for ex := range j.All() {
		if ex.ID == id {
			return ex
		}
	}
	return nil
}

// Total is how many exchanges were ever recorded.
func (j *Journal) Total() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.total
}

// Clear forgets every exchange.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ring, j.start, j.count, j.bytes = nil, 0, 0, 0
}

// Event is what a follower sees: an exchange, or with none how many were lost
// because the follower was too slow.
type Event struct {
	Exchange *Exchange
	Lost     int
}

// followerBuffer bounds what a slow follower can hold back.
const followerBuffer = 256

type follower struct {
	c    chan *Exchange
	mu   sync.Mutex // guards lost
	lost int
}

func (f *follower) offer(ex *Exchange) {
	select {
	case f.c <- ex:
	default:
		f.mu.Lock()
		f.lost++
		f.mu.Unlock()
	}
}

func (f *follower) takeLost() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.lost
	f.lost = 0
	return n
}

// Follow ranges over the exchanges after the one of that ID, or with "" over
// those to come, until ctx ends. An ID that is no longer kept gives everything
// that is, after an Event with Lost set to -1 (an unknown number). Nothing is
// missed from the call of Follow on, even before the range begins; there can be
// one range only.
func (j *Journal) Follow(ctx context.Context, afterID string) iter.Seq[Event] {
	f := &follower{c: make(chan *Exchange, followerBuffer)}
	backlog, gap := j.follow(f, afterID)
	stop := context.AfterFunc(ctx, func() { j.unfollow(f) }) // if it is never ranged over
	return func(yield func(Event) bool) {
		defer func() {
			stop() // ctx may live on, and would hold the follower
			j.unfollow(f)
		}()
		if gap && !yield(Event{Lost: -1}) {
			return
		}
		for _, ex := range backlog {
			if !yield(Event{Exchange: ex}) {
				return
			}
		}
		for {
			select {
			case <-ctx.Done():
				return
			case ex := <-f.c:
				if n := f.takeLost(); n > 0 && !yield(Event{Lost: n}) {
					return
				}
				if !yield(Event{Exchange: ex}) {
					return
				}
			}
		}
	}
}

// follow adds a follower and returns what it has missed.
func (j *Journal) follow(f *follower, afterID string) (backlog []*Exchange, gap bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.followers = append(j.followers, f)
	if afterID == "" {
		return nil, false
	}
	kept := j.kept()
	for i, ex := range kept {
		if ex.ID == afterID {
			return kept[i+1:], false
		}
	}
	return kept, true
}

func (j *Journal) unfollow(f *follower) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.followers = slices.DeleteFunc(j.followers, func(g *follower) bool { return g == f })
}
