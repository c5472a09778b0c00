package spec

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// TestColdStart checks every operation from eight goroutines at once, valid and
// not, while nothing is compiled yet: run it with -race.
func TestColdStart(t *testing.T) {
	d, err := Load(t.Context(), Builtin)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := make([]string, 8)
	var wg sync.WaitGroup
	for g := range verdicts {
		wg.Go(func() { verdicts[g] = everything(d) })
	}
	wg.Wait()
	for g, v := range verdicts {
		if v != verdicts[0] {
			t.Fatalf("goroutine %d says\n%s\nand the first\n%s", g, v, verdicts[0])
		}
	}
	if n := d.checker.library().misses.Load(); n != 0 {
		t.Errorf("the library asked for %d schemas that were not injected", n)
	}
	for i := range d.checker.library().ops {
		if err := d.checker.library().ops[i].err; err != nil {
			t.Errorf("the library cannot read %s: %v", d.operations[i].ID, err)
		}
	}
	if c := d.Checked(); c.Seen != c.Fast+c.Library || c.Fast == 0 || c.Library == 0 {
		t.Errorf("counted %+v", c)
	}
}

// everything sends good and bad messages to every operation and returns what
// came of it.
func everything(d *Document) string {
	out := ""
	for _, o := range d.Operations() {
		for _, body := range []string{"", "{}", `{"email":3,"phone":"x","otp":null,"x":1}`, "[", "\xff"} {
			r := &Request{Method: o.Method, Path: o.Path, RawQuery: "x=1", Body: []byte(body), Header: http.Header{
				"Content-Type": {"application/json"}, "Authorization": {"Bearer a.b.c"}, "X-Debug-Mode": {"maybe"}}}
			c, vs := d.Bind(r, Route{Operation: o, Params: []Param{{Name: "id", Value: "1"}}})
			out += fmt.Sprintln(o.ID, render(vs))
			for _, spec := range o.Responses() {
				resp, err := o.Respond(Want{Status: spec.Code(), Dynamic: body == "{}", Seed: [2]uint64{1, 2}})
				if err != nil {
					out += err.Error()
					continue
				}
				out += render(d.CheckResponse(c, resp))
				resp.Body = []byte(body)
				out += render(d.CheckResponse(c, resp))
			}
		}
	}
	return out
}
