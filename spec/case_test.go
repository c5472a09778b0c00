package spec

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the cases under testdata really give")

// TestCases runs testdata/case: each file is a document and exchanges with it,
// as text, and the violations that must come of them, in order.
//
//	-- openapi.yaml --
//	-- request --      an HTTP request without the protocol's version
//	-- response --     optional: a status, headers, a body
//	-- want --         a line for each violation
//
// A request without headers takes no body but what follows its empty line.
func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/case/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { runCase(t, name) })
	}
}

func runCase(t *testing.T, name string) {
	arc, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var d *Document
	var call *Call
	var got []Violation
	for i, f := range arc.Files {
		kind, _, _ := strings.Cut(f.Name, " ")
		switch kind {
		case "openapi.yaml", "openapi.json":
			if d, err = (Loader{}).Parse(t.Context(), f.Name, f.Data); err != nil {
				t.Fatal(err)
			}
			for _, e := range d.Prepare() {
				got = append(got, Violation{Where: "document", Message: e.Msg, Position: e.Pos})
			}
		case "request":
			call, got = send(t, d, f.Data, got)
		case "response":
			got = append(got, answer(t, d, call, f.Data)...)
		case "want":
			if lines := render(got); *update {
				arc.Files[i].Data = []byte(lines)
			} else if want := string(f.Data); lines != want {
				t.Errorf("%s, %s gives\n%swant\n%s", name, f.Name, lines, want)
			}
			got = nil
		default:
			t.Fatalf("%s: what is %q?", name, f.Name)
		}
	}
	if n := d.checker.library().misses.Load(); n != 0 {
		t.Errorf("the library asked for %d schemas that were not injected", n)
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(arc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func send(t *testing.T, d *Document, raw []byte, before []Violation) (*Call, []Violation) {
	t.Helper()
	line, head, body := parseMessage(t, raw)
	method, target, _ := strings.Cut(line, " ")
	path, query, _ := strings.Cut(target, "?")
	route := d.Find(method, path)
	if route.Operation == nil {
		t.Fatalf("nothing answers %s", line)
	}
	r := &Request{Method: method, Path: path, RawQuery: query, Header: head, Body: body}
	c, got := d.Bind(r, route)
	p := c.Operation.prepared()
	_, problem := p.credentials(c.Operation, r)
	if slow := p.judge(d, c, problem); render(slow) != render(got) {
		t.Errorf("%s: the fast way says\n%sthe library\n%s", line, render(got), render(slow))
	}
	return c, append(before, got...)
}

func answer(t *testing.T, d *Document, c *Call, raw []byte) []Violation {
	t.Helper()
	line, head, body := parseMessage(t, raw)
	r := &Response{Header: head, Body: body}
	if _, err := fmt.Sscan(line, &r.Status); err != nil {
		t.Fatalf("%q is no status", line)
	}
	got := d.CheckResponse(c, r)
	o := c.Operation
	slow := o.prepared().judgeResponse(d, c, r, slices.Index(o.responses, o.Response(r.Status)))
	if render(slow) != render(got) {
		t.Errorf("%s: the fast way says\n%sthe library\n%s", line, render(got), render(slow))
	}
	return got
}

// parseMessage divides a message in a case: a line, headers, and after an empty line
// the body, whose last line break is the archive's and not its own.
func parseMessage(t *testing.T, raw []byte) (line string, head http.Header, body []byte) {
	t.Helper()
	r := bufio.NewReader(bytes.NewReader(raw))
	line, _ = r.ReadString('\n')
	head = http.Header{}
	for {
		l, err := r.ReadString('\n')
		if l = strings.TrimRight(l, "\n"); l == "" || err != nil {
			break
		}
		name, value, _ := strings.Cut(l, ":")
		head.Add(name, strings.TrimSpace(value))
	}
	body, _ = io.ReadAll(r)
	body = bytes.TrimSuffix(body, []byte("\n"))
	if s, ok := strings.CutPrefix(string(body), "go:"); ok { // bytes that no text file holds
		var out string
		if _, err := fmt.Sscanf(s, "%q", &out); err != nil {
			t.Fatalf("body %s: %v", body, err)
		}
		body = []byte(out)
	}
	if len(body) == 0 {
		body = nil
	}
	return strings.TrimSpace(line), head, body
}

func render(vs []Violation) string {
	var b strings.Builder
	for _, v := range vs {
		fmt.Fprintln(&b, strings.TrimSpace(v.String()))
	}
	return b.String()
}
