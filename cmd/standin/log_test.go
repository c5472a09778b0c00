package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/standin-dev/standin/spec"
)

func TestGatherer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		g := &gatherer{w: &out}
		step := func(line, want string) {
			t.Helper()
			if line != "" {
				_, _ = g.Write([]byte(line))
			}
			g.lock.Lock() // the timer writes under it
			defer g.lock.Unlock()
			if out.String() != want {
				t.Errorf("written %q, want %q", out.String(), want)
			}
		}
		step("a", "a")      // at once, when nothing came before
		step("b", "a")      // held back
		step("c", "a")      // held back
		time.Sleep(2 * lag) // a bubble's time, not the machine's
		synctest.Wait()
		step("", "abc") // together, and soon
		time.Sleep(2 * lag)
		step("d", "abcd")
		step("e", "abcd")
		g.flush()
		step("", "abcde")
		big := strings.Repeat("x", 65<<10)
		time.Sleep(2 * lag)
		step("f", "abcdef")
		step(big, "abcdef"+big) // bounded
	})
}

func TestTextLog(t *testing.T) {
	var out bytes.Buffer
	log := newLogger(&out, "text")
	log.Info("exchange", slog.String("id", "1"), slog.String("sandbox", "ada"), slog.String("method", "GET"), slog.String("target", "/x\x1b[2J\n"),
		slog.Int("status", 404), slog.String("reason", "no such path"), slog.Duration("duration", 1500*time.Microsecond),
		slog.Any("violations", []spec.Violation{{In: "request", Where: "path", Message: "nothing there", Blame: "client", Severity: "error", Position: spec.Position{File: "a.yaml", Line: 3, Column: 2}}}))
	log.With("document", "x").Info("reloaded", "operations", 3)
	want := `GET /x\x1b[2J\n 404 1.50ms ~ada – no such path
  ! request path: nothing there (client, error) a.yaml:3:2
standin: reloaded document=x operations=3
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
