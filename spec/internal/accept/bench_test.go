package accept

import (
	"bytes"
	"encoding/json"
	"testing"
)

// BenchmarkValid reads a compact response of about 900 bytes, as login and logout
// send it.
func BenchmarkValid(b *testing.B) {
	for _, c := range loadCases(b) {
		if c.name != "logout.json" {
			continue
		}
		var body bytes.Buffer
		if err := json.Compact(&body, c.Valid[0]); err != nil {
			b.Fatal(err)
		}
		checker := Compile(mustCompile(b, string(c.Schema)), c.Options)
		b.SetBytes(int64(body.Len()))
		b.ReportAllocs()
		for b.Loop() {
			if !checker.Valid(body.Bytes()) {
				b.Fatal("not sure")
			}
		}
	}
}
