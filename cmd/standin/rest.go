package main

import (
	"context"
	"os"
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

// gcPercent lets a small heap grow to seven times what lives in it before it is
// collected: that costs little memory, and saves a fifth of the CPU time of an
// exchange. GOGC wins over it. maxGrowth bounds what a large heap may grow by,
// as that of a document of many megabytes.
const (
	gcPercent = 600
	maxGrowth = 96 << 20
)

// gcPercentOf is how much a heap may grow, in percent of the bytes that live in
// it.
func gcPercentOf(live uint64) int {
	return int(min(gcPercent, max(25, maxGrowth*100/max(live, 1))))
}

// rest gives the memory that work has left behind back to the system whenever
// the program comes to rest, until ctx ends: loading a document leaves many
// times its size, and gcPercent lets a busy heap grow.
func rest(ctx context.Context) {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/heap/live:bytes"}}
	ticker := time.NewTicker(restAfter)
	defer ticker.Stop()
	var last, freed uint64
	percent := gcPercent
	for {
		metrics.Read(sample)
		now := sample[0].Value.Uint64()
		if now-last < quiet && now-freed > worth {
			debug.FreeOSMemory()
			freed = now
		}
		last = now
		if p := gcPercentOf(sample[1].Value.Uint64()); p != percent && os.Getenv("GOGC") == "" {
			debug.SetGCPercent(p)
			percent = p
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
