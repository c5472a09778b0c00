package main

import (
	"context"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/standin-dev/standin/spec"
)

// lag is how long a line of the log may be held back while others come.
const lag = 10 * time.Millisecond

// gatherer writes to w what is written to it: at once when nothing was written
// for a while, and together with what comes within the next moment when the
// server is busy. A write for each line would cost a busy server more than the
// line itself.
type gatherer struct {
	w     io.Writer
	lock  sync.Mutex  // guards all below
	held  []byte      // lines not yet written
	timer *time.Timer // set while lines are held
	last  time.Time   // of the last write
}

func (g *gatherer) Write(line []byte) (int, error) {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.timer == nil {
		now := time.Now()
		if now.Sub(g.last) > lag {
			g.last = now
			return g.w.Write(line)
		}
		g.timer = time.AfterFunc(lag, g.flush)
	}
	if g.held = append(g.held, line...); len(g.held) > 64<<10 {
		return len(line), g.write()
	}
	return len(line), nil
}

// flush writes what is held back.
func (g *gatherer) flush() {
	g.lock.Lock()
	defer g.lock.Unlock()
	if g.timer != nil {
		g.timer.Stop()
		g.timer = nil
	}
	_ = g.write() // nobody is left to tell that the log cannot be written
	g.last = time.Now()
}

func (g *gatherer) write() error {
	_, err := g.w.Write(g.held)
	g.held = g.held[:0]
	return err
}

// newLogger logs to w: one line for each exchange, as text or JSON.
func newLogger(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(&textHandler{w: w})
}

// textHandler writes an exchange as a line for people, its violations indented
// beneath it, and any other record as its message and attributes.
//
//	POST /auth/logout?x=1 200 logout 0.3ms
//	  ! request query.x: the document does not declare it (client, warning) storefront.yaml:12:7
type textHandler struct {
	w     io.Writer
	attrs []slog.Attr
	lock  sync.Mutex // one record at a time
	buf   []byte     // guarded by lock
}

func (h *textHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

func (h *textHandler) WithGroup(string) slog.Handler { return h }

func (h *textHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &textHandler{w: h.w, attrs: append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...)}
}

func (h *textHandler) Handle(_ context.Context, r slog.Record) error {
	h.lock.Lock()
	defer h.lock.Unlock()
	if r.Message == "exchange" {
		h.buf = appendExchange(h.buf[:0], r)
	} else {
		h.buf = h.appendOther(h.buf[:0], r)
	}
	_, err := h.w.Write(h.buf)
	return err
}

func (h *textHandler) appendOther(b []byte, r slog.Record) []byte {
	b = append(b, "standin: "...)
	b = append(b, r.Message...)
	add := func(a slog.Attr) bool {
		b = append(b, ' ')
		b = append(b, a.Key...)
		b = append(b, '=')
		b = appendField(b, a.Value.String())
		return true
	}
	for _, a := range h.attrs {
		add(a)
	}
	r.Attrs(add)
	return append(b, '\n')
}

// exchangeLine is what a line tells of an exchange.
type exchangeLine struct {
	sandbox, method, target, operation, reason, scenario, fault, trouble, unsent string
	status                                                                       int64
	duration                                                                     time.Duration
	violations                                                                   []spec.Violation
}

func (l *exchangeLine) set(a slog.Attr) bool {
	switch a.Key {
	case "sandbox":
		l.sandbox = a.Value.String()
	case "method":
		l.method = a.Value.String()
	case "target":
		l.target = a.Value.String()
	case "operation":
		l.operation = a.Value.String()
	case "status":
		l.status = a.Value.Int64()
	case "reason":
		l.reason = a.Value.String()
	case "scenario":
		l.scenario = a.Value.String()
	case "fault":
		l.fault = a.Value.String()
	case "trouble":
		l.trouble = a.Value.String()
	case "unsent":
		l.unsent = a.Value.String()
	case "duration":
		l.duration = a.Value.Duration()
	case "violations":
		l.violations, _ = a.Value.Any().([]spec.Violation)
	}
	return true
}

func appendExchange(b []byte, r slog.Record) []byte {
	var l exchangeLine
	r.Attrs(l.set)
	b = append(b, l.method...)
	b = append(b, ' ')
	b = appendField(b, l.target)
	b = append(b, ' ')
	b = strconv.AppendInt(b, l.status, 10)
	if l.operation != "" {
		b = append(b, ' ')
		b = appendField(b, l.operation)
	}
	b = append(b, ' ')
	b = strconv.AppendFloat(b, float64(l.duration.Microseconds())/1000, 'f', 2, 64)
	b = append(b, "ms"...)
	for _, part := range [...]struct{ label, text string }{
		{" ~", unlessDefault(l.sandbox)}, {" scenario ", l.scenario}, {" fault ", l.fault}, {" trouble: ", l.trouble}, {" unsent: ", l.unsent},
	} {
		if part.text != "" {
			b = append(b, part.label...)
			b = appendField(b, part.text)
		}
	}
	if l.status >= 400 && l.reason != "" {
		b = append(b, " – "...)
		b = appendField(b, l.reason)
	}
	b = append(b, '\n')
	for _, v := range l.violations {
		b = append(b, "  ! "...)
		b = append(b, v.In...)
		b = append(b, ' ')
		b = appendField(b, v.Where)
		b = append(b, ": "...)
		b = appendField(b, v.Message)
		b = append(b, " ("...)
		b = append(b, v.Blame...)
		b = append(b, ", "...)
		b = append(b, v.Severity...)
		b = append(b, ')')
		if at := v.Position.String(); at != "" {
			b = append(b, ' ')
			b = appendField(b, at)
		}
		b = append(b, '\n')
	}
	return b
}

func unlessDefault(sandbox string) string {
	if sandbox == "default" {
		return ""
	}
	return sandbox
}

// appendField appends what a client or a document may have written: control
// characters must not reach a terminal, nor start a line of their own.
func appendField(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			q := strconv.Quote(s)
			return append(b, q[1:len(q)-1]...)
		}
	}
	return append(b, s...)
}
