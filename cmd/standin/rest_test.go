package main

import "testing"

func TestGCPercent(t *testing.T) {
	for _, tc := range []struct {
		name string
		live uint64
		want int
	}{
		{"it lets a small heap grow to seven times its size", 8 << 20, 600},
		{"it is sane before the first collection", 0, 600},
		{"it bounds what a heap of 100 MB grows by", 96 << 20, 100},
		{"it bounds what a heap of 200 MB grows by", 192 << 20, 50},
		{"it never collects all the time", 8 << 30, 25},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := gcPercentOf(tc.live); got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}
