package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The benchmarks measure the server's own process, with the client in this one:
// its CPU time per exchange, as a multiple of a bare net/http handler's that
// writes as many bytes and ran in turns with it. docs/performance.md has the
// figures.

// server is a process under measurement.
type server struct {
	cmd *exec.Cmd
	url string
}

// bareEnv makes the test binary a bare net/http server of that many bytes.
const bareEnv = "STANDIN_BENCH_BARE"

// bare serves a body of n bytes on a free port, which it prints.
func bare(n int) {
	body := bytes.Repeat([]byte("x"), n)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("  API  http://%s\n", l.Addr())
	_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}))
}

func launch(tb testing.TB, cmd *exec.Cmd) *server {
	tb.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	s := &server{cmd: cmd}
	tb.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := apiLine.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			break
		}
	}
	if s.url == "" {
		tb.Fatal("the server did not say where it listens")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return s
}

// build builds the program as a user would.
func build(tb testing.TB) string {
	tb.Helper()
	bin := filepath.Join(tb.TempDir(), "standin")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// standin launches the program, with its log going to a file.
func launchStandin(tb testing.TB, bin string, args ...string) *server {
	tb.Helper()
	logFile, err := os.Create(filepath.Join(tb.TempDir(), "log"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = logFile.Close() })
	cmd := exec.Command(bin, append([]string{"serve", "--port", "0"}, args...)...)
	cmd.Stderr = logFile
	return launch(tb, cmd)
}

func launchBare(tb testing.TB, size int) *server {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), bareEnv+"="+strconv.Itoa(size))
	return launch(tb, cmd)
}

// cpu is the CPU time that the process has used: the sum of its threads', which
// the kernel keeps to the nanosecond.
func (s *server) cpu(tb testing.TB) time.Duration {
	tb.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	if err != nil || len(tasks) == 0 {
		tb.Skip("CPU time of another process is read from /proc/PID/task/*/schedstat, which is not here")
	}
	var sum time.Duration
	for _, t := range tasks {
		data, err := os.ReadFile(t)
		if err != nil {
			continue // the thread has ended
		}
		ns, err := strconv.ParseInt(strings.Fields(string(data))[0], 10, 64)
		if err != nil {
			tb.Fatal(err)
		}
		sum += time.Duration(ns)
	}
	return sum
}

// rss is the resident memory in MB, peak the most that it ever was.
func (s *server) rss(tb testing.TB) float64  { tb.Helper(); return s.memory(tb, "VmRSS:") }
func (s *server) peak(tb testing.TB) float64 { tb.Helper(); return s.memory(tb, "VmHWM:") }

func (s *server) memory(tb testing.TB, which string) float64 {
	tb.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		tb.Skip("resident memory is read from /proc, which is not here")
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, which); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1000
		}
	}
	return 0
}

// rested is the resident memory once the process has come to rest: the least of
// what is seen in the seconds after.
func (s *server) rested(tb testing.TB) float64 {
	tb.Helper()
	least := s.rss(tb)
	for range 30 {
		time.Sleep(restAfter / 10)
		least = min(least, s.rss(tb))
	}
	return least
}

// exchange is one step of a client's work; it returns the size of the answer.
type exchange func(c *http.Client) (int, error)

func do(c *http.Client, method, url, token, body string) (int, []byte, error) {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, url, r)
	if err != nil {
		return 0, nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, data, err
}

type session struct {
	Content struct {
		AccessToken string `json:"access_token"`
		User        struct{ ID string }
	}
}

// newSession mints a token pair for the first seeded user, without logging in.
func newSession(c *http.Client, base string) (session, error) {
	status, data, err := do(c, "POST", base+"/auth/login/password", "", `{"email":"asha@example.com","password":"standin-Passw0rd"}`)
	var s session
	if err == nil && status != 200 {
		err = fmt.Errorf("login: %d %s", status, data)
	}
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	return s, err
}

// logouts is a client that logs out again and again, each time with the token
// that the last one gave it.
func logouts(c *http.Client, base string) (exchange, error) {
	s, err := newSession(c, base)
	token := s.Content.AccessToken
	return func(c *http.Client) (int, error) {
		status, data, err := do(c, "POST", base+"/auth/logout", token, "")
		if err != nil || status != 200 {
			return 0, fmt.Errorf("logout: %d %s %w", status, data, err)
		}
		// Cut the token out: decoding would cost the client more than the server.
		_, rest, _ := bytes.Cut(data, []byte(`"access_token":"`))
		token = string(rest[:bytes.IndexByte(rest, '"')])
		return len(data), nil
	}, err
}

// reads is a client that reads its own profile.
func reads(c *http.Client, base string) (exchange, error) {
	s, err := newSession(c, base)
	return func(c *http.Client) (int, error) {
		status, data, err := do(c, "GET", base+"/auth/user/"+s.Content.User.ID, s.Content.AccessToken, "")
		if err != nil || status != 200 {
			return 0, fmt.Errorf("user: %d %s %w", status, data, err)
		}
		return len(data), nil
	}, err
}

// plain is a client of the bare handler.
func plain(method string) func(*http.Client, string) (exchange, error) {
	return func(_ *http.Client, base string) (exchange, error) {
		return func(c *http.Client) (int, error) {
			_, data, err := do(c, method, base+"/", "x", "")
			return len(data), err
		}, nil
	}
}

// crew is a number of clients side by side, each on a connection of its own.
type crew struct {
	client *http.Client
	steps  []exchange
}

func newCrew(tb testing.TB, n int, s *server, member func(*http.Client, string) (exchange, error)) *crew {
	tb.Helper()
	w := &crew{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}, steps: make([]exchange, n)}
	tb.Cleanup(w.client.CloseIdleConnections)
	for i := range w.steps {
		var err error
		if w.steps[i], err = member(w.client, s.url); err != nil {
			tb.Fatal(err)
		}
	}
	return w
}

// work lets every client make n exchanges and returns how long each took.
func (w *crew) work(tb testing.TB, n int) []time.Duration {
	tb.Helper()
	took := make([][]time.Duration, len(w.steps))
	var wg sync.WaitGroup
	for i, step := range w.steps {
		wg.Go(func() {
			for range n {
				begin := time.Now()
				if _, err := step(w.client); err != nil {
					tb.Error(err)
					return
				}
				took[i] = append(took[i], time.Since(begin))
			}
		})
	}
	wg.Wait()
	return slices.Concat(took...)
}

// cost is the server's CPU time per exchange while the crew makes about total.
func (w *crew) cost(tb testing.TB, s *server, total int) time.Duration {
	tb.Helper()
	before := s.cpu(tb)
	n := len(w.work(tb, total/len(w.steps)))
	return (s.cpu(tb) - before) / time.Duration(max(n, 1))
}

// BenchmarkExchange gives the server's CPU time per exchange (cpu-µs) and its
// multiple of the bare handler's in the same rounds (x-bare), at 32 connections
// and at one. With one the server sleeps between requests, and what the kernel
// takes to wake it up weighs most.
func BenchmarkExchange(b *testing.B) {
	bin := build(b)
	for _, bc := range []struct {
		name, method string
		client       func(*http.Client, string) (exchange, error)
	}{
		{"logout", "POST", logouts},
		{"get-user", "GET", reads},
	} {
		for _, connections := range []int{32, 1} {
			b.Run(fmt.Sprintf("%s/connections=%d", bc.name, connections), func(b *testing.B) {
				compare(b, launchStandin(b, bin), bc.client, bc.method, connections)
			})
		}
	}
}

// compare reports the CPU time per exchange of ours and of a bare handler.
func compare(b *testing.B, fake *server, client func(*http.Client, string) (exchange, error), method string, connections int) {
	ours := newCrew(b, connections, fake, client)
	size, err := ours.steps[0](ours.client)
	if err != nil {
		b.Fatal(err)
	}
	base := launchBare(b, size)
	bares := newCrew(b, connections, base, plain(method))
	const round = 4096
	ours.cost(b, fake, round) // warm up
	bares.cost(b, base, round)
	var a, z []time.Duration
	for b.Loop() {
		a = append(a, ours.cost(b, fake, round))
		z = append(z, bares.cost(b, base, round))
	}
	b.ReportMetric(float64(size), "body-bytes")
	b.ReportMetric(micro(median(a)), "cpu-µs/exchange")
	b.ReportMetric(micro(median(z)), "bare-cpu-µs/exchange")
	b.ReportMetric(micro(median(a))/micro(median(z)), "x-bare")
	b.ReportMetric(0, "ns/op") // a round's wall time says nothing
}

// generated is a document whose answers have no examples: some 1 KB of an order.
const generated = `openapi: 3.1.0
info: {title: orders, version: "1"}
paths:
  /orders/{id}:
    get:
      operationId: order
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
components:
  schemas:
    Order:
      type: object
      required: [id, status, customer, lines, total, created_at, updated_at]
      properties:
        id: {type: string, format: uuid}
        status: {type: string, enum: [open, paid, sent]}
        customer: {type: object, required: [id, email], properties: {id: {type: string, format: uuid}, first_name: {type: string}, last_name: {type: string}, email: {type: string, format: email}, phone: {type: string}}}
        lines: {type: array, minItems: 5, maxItems: 5, items: {type: object, required: [sku], properties: {sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{5}$'}, title: {type: string}, quantity: {type: integer, minimum: 1, maximum: 9}, price: {type: number, minimum: 0.01}, currency: {type: string, minLength: 3, maxLength: 3}}}}
        total: {type: number, minimum: 0}
        created_at: {type: string, format: date-time}
        updated_at: {type: string, format: date-time}
`

// githubDocument names GitHub's published document, 13 MB of JSON, which is not
// part of this repository.
const githubDocument = "STANDIN_BENCH_GITHUB"

// githubList is a list of that document whose answer has some 90 KB.
const githubList = "/repos/octo/hello/pulls?per_page=100"

// BenchmarkGenerated is the cost of answers that are made from schemas.
func BenchmarkGenerated(b *testing.B) {
	bin := build(b)
	orders := filepath.Join(b.TempDir(), "orders.yaml")
	if err := os.WriteFile(orders, []byte(generated), 0o644); err != nil {
		b.Fatal(err)
	}
	for _, bc := range []struct{ name, document, target string }{
		{"1KB", orders, "/orders/7"},
		{"github-list", os.Getenv(githubDocument), githubList},
	} {
		b.Run(bc.name, func(b *testing.B) {
			if bc.document == "" {
				b.Skip(githubDocument + " names no document")
			}
			fake := launchStandin(b, bin, bc.document)
			ask := func(_ *http.Client, base string) (exchange, error) {
				return func(c *http.Client) (int, error) {
					status, data, err := do(c, "GET", base+bc.target, "x", "")
					if err == nil && status != 200 {
						err = fmt.Errorf("%d %s", status, data)
					}
					return len(data), err
				}, nil
			}
			compare(b, fake, ask, "GET", 32)
		})
	}
}

// BenchmarkLoad gives throughput and latency at 32 connections, for the bare
// handler beside ours.
func BenchmarkLoad(b *testing.B) {
	bin := build(b)
	for _, bc := range []struct {
		name   string
		client func(*http.Client, string) (exchange, error)
	}{
		{"logout", logouts}, {"get-user", reads}, {"bare", plain("GET")},
	} {
		b.Run(bc.name, func(b *testing.B) {
			var s *server
			if bc.name == "bare" {
				s = launchBare(b, 1500)
			} else {
				s = launchStandin(b, bin)
			}
			load(b, s, bc.client)
		})
	}
}

func load(b *testing.B, s *server, client func(*http.Client, string) (exchange, error)) {
	w := newCrew(b, 32, s, client)
	var all []time.Duration
	var took time.Duration
	for b.Loop() {
		begin := time.Now()
		all = append(all, w.work(b, 300)...)
		took += time.Since(begin)
	}
	slices.Sort(all)
	b.ReportMetric(float64(len(all))/took.Seconds(), "exchanges/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkMemory gives the resident memory: idle, and after a million
// exchanges at half way and at the end, to show that it does not grow; and what
// 10,000 idle sandboxes add.
func BenchmarkMemory(b *testing.B) {
	bin := build(b)
	b.Run("exchanges", func(b *testing.B) {
		s := launchStandin(b, bin)
		c := &http.Client{Transport: &http.Transport{}}
		defer c.CloseIdleConnections()
		do(c, "GET", s.url+"/_standin/health", "", "")
		idle := s.rested(b)
		w := newCrew(b, 32, s, logouts)
		total, half := 0, 0.0
		for b.Loop() {
			w.work(b, 5000/32)
			if total += 5000; half == 0 && total >= 50_000 {
				half = s.rss(b)
			}
		}
		b.ReportMetric(idle, "MB-idle")
		b.ReportMetric(float64(total), "exchanges")
		b.ReportMetric(half, "MB-after-50000")
		b.ReportMetric(s.rss(b), "MB-at-the-end")
		b.ReportMetric(s.rested(b), "MB-at-rest-again")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("sandboxes", func(b *testing.B) {
		s := launchStandin(b, bin)
		c := &http.Client{Transport: &http.Transport{}}
		defer c.CloseIdleConnections()
		do(c, "GET", s.url+"/_standin/health", "", "")
		before := s.rested(b)
		n := 0
		for b.Loop() {
			if n < 10_000 {
				for range 10_000 {
					n++
					if status, data, err := do(c, "PUT", s.url+"/_standin/sandboxes/s"+strconv.Itoa(n), "", "{}"); err != nil || status >= 300 {
						b.Fatal(status, string(data), err)
					}
				}
			}
		}
		b.ReportMetric(float64(n), "sandboxes")
		b.ReportMetric(s.rested(b)-before, "MB-added")
		b.ReportMetric(0, "ns/op")
	})
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func median(ds []time.Duration) time.Duration {
	slices.Sort(ds)
	return ds[len(ds)/2]
}

// nobody is a ResponseWriter that forgets.
type nobody struct {
	header http.Header
	body   []byte
}

func (w *nobody) Header() http.Header         { return w.header }
func (w *nobody) WriteHeader(int)             {}
func (w *nobody) Write(b []byte) (int, error) { w.body = append(w.body[:0], b...); return len(b), nil }

// BenchmarkHandler is the handler alone, without net/http and without a
// network: its allocations.
func BenchmarkHandler(b *testing.B) {
	call := handlerOf(b, nil)
	login := func() session {
		var s session
		if err := json.Unmarshal(call("POST", "/auth/login/password", "", `{"email":"asha@example.com","password":"standin-Passw0rd"}`), &s); err != nil {
			b.Fatal(err)
		}
		return s
	}
	b.Run("logout", func(b *testing.B) {
		token := login().Content.AccessToken
		b.ReportAllocs()
		for b.Loop() {
			data := call("POST", "/auth/logout", token, "")
			_, rest, ok := bytes.Cut(data, []byte(`"access_token":"`))
			if !ok {
				b.Fatalf("%s", data)
			}
			token = string(rest[:bytes.IndexByte(rest, '"')])
		}
	})
	b.Run("get-user", func(b *testing.B) {
		s := login()
		b.ReportAllocs()
		for b.Loop() {
			if data := call("GET", "/auth/user/"+s.Content.User.ID, s.Content.AccessToken, ""); !bytes.Contains(data, []byte("asha@example.com")) {
				b.Fatalf("%s", data)
			}
		}
	})
	b.Run("github-list", func(b *testing.B) {
		document := os.Getenv(githubDocument)
		if document == "" {
			b.Skip(githubDocument + " names no document")
		}
		call := handlerOf(b, []string{document})
		b.ReportAllocs()
		for b.Loop() {
			if data := call("GET", githubList, "", ""); len(data) < 80_000 {
				b.Fatalf("%s", data)
			}
		}
	})
}

// handlerOf is the handler of a server with that command line, as a function of
// method, target, token and body that gives the answer's body.
func handlerOf(b *testing.B, args []string) func(method, target, token, body string) []byte {
	p := program{getenv: func(string) string { return "" }, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	s, err := p.parseServe(args)
	if err != nil {
		b.Fatal(err)
	}
	fake, err := p.newFake(b.Context(), s)
	if err != nil {
		b.Fatal(err)
	}
	server, err := newServer(s, fake)
	if err != nil {
		b.Fatal(err)
	}
	w := &nobody{header: http.Header{}}
	return func(method, target, token, body string) []byte {
		req, _ := http.NewRequest(method, "http://127.0.0.1:4010"+target, nil)
		req.RequestURI = target
		if body != "" {
			req, _ = http.NewRequest(method, "http://127.0.0.1:4010"+target, strings.NewReader(body))
			req.RequestURI = target
			req.Header.Set("Content-Type", "application/json")
		}
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		clear(w.header)
		server.Handler.ServeHTTP(w, req)
		return w.body
	}
}
