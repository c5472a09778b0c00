package spec

import (
	"net/http"
	"testing"
)

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(b.Context(), Builtin); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkExchange checks a logout both ways on the accepting path.
func BenchmarkExchange(b *testing.B) {
	d, err := Load(b.Context(), Builtin)
	if err != nil {
		b.Fatal(err)
	}
	r := &Request{Method: "POST", Path: "/auth/logout", Header: http.Header{
		"Authorization": {"Bearer eyJhbGciOiJIUzI1NiJ9.eyJ1bGlkIjoiMDFKWkY3VjQ5Qjk2WjNUMU4wUzAwMDAwMDAifQ.c2lnbmF0dXJlX3NpZ25hdHVyZV9zaWduYXR1cmU"},
		"Accept":        {"*/*"}, "User-Agent": {"bench"},
	}}
	resp, err := d.Operation("logout").Respond(Want{Status: 200})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("fast", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c, vs := d.Bind(r, d.Find(r.Method, r.Path))
			if vs = append(vs, d.CheckResponse(c, resp)...); vs != nil {
				b.Fatal(vs)
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		c, _ := d.Bind(r, d.Find(r.Method, r.Path))
		p := c.Operation.prepared()
		for b.Loop() {
			vs := p.judge(d, c, "")
			if vs = append(vs, p.judgeResponse(d, c, resp, 0)...); vs != nil {
				b.Fatal(vs)
			}
		}
	})
}
