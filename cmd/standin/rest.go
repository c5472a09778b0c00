package main

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// restAfter is how long the program must have done next to nothing before it
// gives memory back.
const restAfter = time.Second

// A program at rest has allocated less than quiet bytes since the last look;
// giving memory back is worth it when more than worth bytes were allocated since
// the last time.
const (
	quiet = 1 << 20
	worth = 4 << 20
)

// rest gives the memory that work has left behind back to the system whenever
// the program comes to rest, until ctx ends: loading a document leaves many
// times its size, and gcPercent lets a busy heap grow.
func rest(ctx context.Context) {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	ticker := time.NewTicker(restAfter)
	defer ticker.Stop()
	var last, freed uint64
	for {
		metrics.Read(sample)
		now := sample[0].Value.Uint64()
		if now-last < quiet && now-freed > worth {
			debug.FreeOSMemory()
			freed = now
		}
		last = now
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
