package accept

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/pb33f/jsonschema/v6"
)

// logout returns a compact response of about 1 kB, as login and logout send it, with its
// schema and the options of its checker.
func logout(b *testing.B) (*jsonschema.Schema, Options, []byte) {
	b.Helper()
	for _, c := range loadCases(b) {
		if c.name != "logout.json" {
			continue
		}
		var body bytes.Buffer
		if err := json.Compact(&body, c.Valid[0]); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(body.Len()))
		b.ReportAllocs()
		return mustCompile(b, string(c.Schema)), c.Options, body.Bytes()
	}
	b.Fatal("no case logout.json")
	return nil, Options{}, nil
}

func BenchmarkValid(b *testing.B) {
	schema, options, body := logout(b)
	checker := Compile(schema, options)
	for b.Loop() {
		if !checker.Valid(body) {
			b.Fatal("not sure")
		}
	}
}

// BenchmarkLibrary is what BenchmarkValid saves: decoding, and the engine.
func BenchmarkLibrary(b *testing.B) {
	schema, _, body := logout(b)
	for b.Loop() {
		var v any
		if err := json.Unmarshal(body, &v); err != nil {
			b.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	schema, options, _ := logout(b)
	b.SetBytes(0)
	for b.Loop() {
		Compile(schema, options)
	}
}
