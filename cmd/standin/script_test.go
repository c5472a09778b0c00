package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if size, err := strconv.Atoi(os.Getenv(bareEnv)); err == nil {
		bare(size)
		return
	}
	testscript.Main(m, map[string]func(){"standin": main})
}

// TestScripts runs testdata/script/*.txtar. Beside testscript's own commands
// there are:
//
//	start [proxy] [args]      standin in the background; $URL is where it answers
//	halt                      ends the one started last by SIGTERM; its output is in out and err
//	http METHOD TARGET [-H 'Name: value']… [-d BODY] STATUS
//	                          one request; the answer is in `stdout`, head and body
//	taken                     holds a port, $TAKEN
//	await PATTERN FILE        waits until a file has a line that matches
//	code N ARGS…              runs standin, which must end with exit code N
//	signalled                 see exec_test.go
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:             "testdata/script",
		UpdateScripts:   os.Getenv("UPDATE") != "",
		ContinueOnError: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"start": start, "halt": halt, "http": httpDo, "taken": taken, "await": await, "code": code, "signalled": signalled,
		},
	})
}

// running is a server that a script has started.
type running struct {
	cmd      *exec.Cmd
	out, err *os.File
	done     chan error
}

var apiLine = regexp.MustCompile(`(?m)^  API +(\S+)$`)

func start(ts *testscript.TestScript, neg bool, args []string) {
	dir := ts.MkAbs(".")
	r := &running{done: make(chan error, 1)}
	var err error
	if r.out, err = os.Create(filepath.Join(dir, "out")); err == nil {
		r.err, err = os.Create(filepath.Join(dir, "err"))
	}
	ts.Check(err)
	bin, err := exec.LookPath("standin")
	ts.Check(err)
	port := []string{"--port", "0"}
	for _, a := range args {
		if a == "--port" {
			port = nil
		}
	}
	verb := "serve"
	if len(args) > 0 && args[0] == "proxy" {
		verb, args = args[0], args[1:]
	}
	r.cmd = exec.Command(bin, append(append([]string{verb}, args...), port...)...)
	r.cmd.Dir, r.cmd.Stdout, r.cmd.Stderr = dir, r.out, r.err
	r.cmd.Env = append(os.Environ(), "STANDIN_FROM_SCRIPT=")
	for _, name := range []string{"STANDIN_SCENARIO", "STANDIN_LOG_FORMAT", "STANDIN_SEED", "STANDIN_AUTH"} {
		if v := ts.Getenv(name); v != "" {
			r.cmd.Env = append(r.cmd.Env, name+"="+v)
		}
	}
	ts.Check(r.cmd.Start())
	go func() { r.done <- r.cmd.Wait() }()
	ts.Defer(func() { _ = r.cmd.Process.Kill() })
	// It has printed its address once it listens; the file is looked at until
	// then, or until it has ended.
	deadline := time.After(time.Minute)
	for {
		text, _ := os.ReadFile(r.out.Name())
		if m := apiLine.FindSubmatch(text); m != nil {
			ts.Setenv("URL", string(m[1]))
			break
		}
		select {
		case err := <-r.done:
			said, _ := os.ReadFile(r.err.Name())
			ts.Fatalf("it ended: %v\n%s", err, said)
		case <-deadline:
			ts.Fatalf("it does not listen")
		case <-time.After(2 * time.Millisecond):
		}
	}
	serversMu.Lock()
	defer serversMu.Unlock()
	servers[ts] = append(servers[ts], r)
}

// servers are the servers of the scripts, which run side by side.
var (
	serversMu sync.Mutex // guards servers
	servers   = map[*testscript.TestScript][]*running{}
)

// lastStarted takes the server that a script has started last, nil if none.
func lastStarted(ts *testscript.TestScript) *running {
	serversMu.Lock()
	defer serversMu.Unlock()
	n := len(servers[ts]) - 1
	if n < 0 {
		return nil
	}
	r := servers[ts][n]
	servers[ts] = servers[ts][:n]
	return r
}

func halt(ts *testscript.TestScript, neg bool, args []string) {
	r := lastStarted(ts)
	if r == nil {
		ts.Fatalf("nothing was started")
	}
	ts.Check(r.cmd.Process.Signal(syscall.SIGTERM))
	if err := <-r.done; err != nil {
		said, _ := os.ReadFile(r.err.Name())
		ts.Fatalf("it ended badly: %v\n%s", err, said)
	}
}

func httpDo(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: http METHOD TARGET [-H 'Name: value']… [-d BODY] STATUS")
	}
	method, target, status := args[0], args[1], args[len(args)-1]
	var body io.Reader
	header := http.Header{}
	for rest := args[2 : len(args)-1]; len(rest) > 1; rest = rest[2:] {
		switch rest[0] {
		case "-H":
			name, value, _ := strings.Cut(rest[1], ": ")
			header.Add(name, value)
		case "-d":
			body = strings.NewReader(rest[1])
			if header.Get("Content-Type") == "" {
				header.Set("Content-Type", "application/json")
			}
		default:
			ts.Fatalf("unknown option %s", rest[0])
		}
	}
	if strings.HasPrefix(target, "/") {
		target = ts.Getenv("URL") + target
	}
	req, err := http.NewRequestWithContext(context.Background(), method, target, body)
	ts.Check(err)
	req.Header = header
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		if status == "broken" {
			return
		}
		ts.Fatalf("%v", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if status == "broken" {
		if err == nil {
			ts.Fatalf("the answer came whole: %d %s", resp.StatusCode, data)
		}
		return
	}
	ts.Check(err)
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d\n", resp.StatusCode)
	_ = resp.Header.Write(&out)
	fmt.Fprintf(&out, "\n%s\n", data)
	fmt.Fprint(ts.Stdout(), out.String())
	ts.Check(os.WriteFile(ts.MkAbs("answer"), out.Bytes(), 0o644))
	if got := fmt.Sprint(resp.StatusCode); got != status {
		ts.Fatalf("%s %s: %s, want %s\n%s", method, target, got, status, data)
	}
}

func taken(ts *testscript.TestScript, neg bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	_, port, _ := net.SplitHostPort(l.Addr().String())
	ts.Setenv("TAKEN", port)
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: await PATTERN FILE")
	}
	want, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	deadline := time.After(time.Minute)
	for {
		text, _ := os.ReadFile(ts.MkAbs(args[1]))
		if want.Match(text) {
			return
		}
		select {
		case <-deadline:
			ts.Fatalf("%s never matched %s:\n%s", args[1], args[0], text)
		case <-time.After(2 * time.Millisecond):
		}
	}
}
