package mock

import (
	"runtime"
	"testing"
)

// BenchmarkIdleSandboxes gives what an idle sandbox costs in live memory.
func BenchmarkIdleSandboxes(b *testing.B) {
	h := toy(b, Options{MaxSandboxes: 1 << 20})
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := live()
	n := 0
	for b.Loop() {
		if _, err := h.Sandbox("s" + itoa(n)); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(live()-before)/float64(n), "B-live/sandbox")
	runtime.KeepAlive(h)
}
