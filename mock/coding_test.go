package mock

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
	"testing"
)

// TestContentEncoding sends encoded bodies to an operation that checks them.
func TestContentEncoding(t *testing.T) {
	pack := func(make func(io.Writer) io.WriteCloser, text string) string {
		var b bytes.Buffer
		w := make(&b)
		io.WriteString(w, text)
		w.Close()
		return b.String()
	}
	zipped := func(text string) string {
		return pack(func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }, text)
	}
	framed := func(text string) string {
		return pack(func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }, text)
	}
	bare := func(text string) string {
		return pack(func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }, text)
	}
	h := toy(t, Options{MaxBody: 1000})
	for _, tc := range []struct {
		it, coding, body string
		status           int
		says             string
	}{
		{"reads gzip", "gzip", zipped(`{"name":"a"}`), 201, `"name":"a"`},
		{"checks what was in it", "GZip", zipped(`{"name":1}`), 400, ""},
		{"reads deflate", "deflate", framed(`{"name":"b"}`), 201, `"name":"b"`},
		{"reads deflate without a frame", "deflate", bare(`{"name":"c"}`), 201, `"name":"c"`},
		{"reads two codings", "deflate, gzip", zipped(framed(`{"name":"d"}`)), 201, `"name":"d"`},
		{"takes identity for none", "identity", `{"name":"e"}`, 201, `"name":"e"`},
		{"bounds what it becomes", "gzip", zipped(strings.Repeat(" ", 100_000)), 413, ""},
		{"refuses what it does not know", "br", "x", 415, "unknown-coding"},
		{"refuses more codings than anybody has", "gzip,gzip,gzip,gzip,gzip", "x", 415, "unknown-coding"},
		{"refuses what is no gzip", "gzip", `{"name":"a"}`, 400, "bad-coding"},
		{"refuses gzip that is cut", "gzip", zipped(`{"name":"a"}`)[:20], 400, "bad-coding"},
	} {
		t.Run(tc.it, func(t *testing.T) {
			w := ask(h, "POST", "/things", tc.body, "X-Key: k", "Content-Type: application/json", "Content-Encoding: "+tc.coding)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.says) {
				t.Errorf("status %d, want %d: %s", w.Code, tc.status, w.Body)
			}
			if tc.status == 415 && w.Header().Get("Accept-Encoding") == "" {
				t.Error("it does not say what is understood")
			}
		})
	}
}
