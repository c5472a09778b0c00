package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/mock/storefront"
	"github.com/standin-dev/standin/mock/verify"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// verifying is what the flags of verify say.
type verifying struct {
	sources
	judgement
	url                      string
	suites, only             []string
	vars, credentials, hooks []string
	safe                     []string
	allowWrites, insecure    bool
	rate                     float64
	seed                     uint64
	archive, format          string
	controlToken             string
}

// parts are what verify runs, unless --only names fewer.
var parts = []string{"scenarios", "arazzo", "cases"}

// verify runs the contract suite against a real service.
func (p program) verify(ctx context.Context, args []string) error {
	var s verifying
	f := pflag.NewFlagSet("standin verify", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	s.sources.flags(f)
	s.judgement.flags(f)
	f.StringArrayVar(&s.suites, "suite", nil, "")
	f.StringSliceVar(&s.only, "only", nil, "")
	f.StringArrayVar(&s.vars, "var", nil, "")
	f.StringArrayVar(&s.credentials, "credential", nil, "")
	f.StringArrayVar(&s.hooks, "hook", nil, "")
	f.StringSliceVar(&s.safe, "safe", nil, "")
	f.BoolVar(&s.allowWrites, "allow-writes", false, "")
	f.BoolVar(&s.insecure, "insecure", false, "")
	f.Float64Var(&s.rate, "rate", 0, "")
	f.Uint64Var(&s.seed, "seed", 1, "")
	f.StringVar(&s.archive, "har", "", "")
	f.StringVar(&s.format, "format", "text", "")
	f.StringVar(&s.controlToken, "control-token", "", "")
	if err := p.fromEnv(f); err != nil {
		return err
	}
	if err := parse(f, args); err != nil {
		return p.orHelp(ctx, err)
	}
	if f.NArg() == 0 {
		return &usageError{"verify takes the address of the service, and the document after it", "for example: standin verify https://api.example.com/v1 openapi.yaml"}
	}
	s.url, s.documents = f.Arg(0), f.Args()[1:]
	if err := s.read(); err != nil {
		return err
	}
	return p.runVerify(ctx, &s)
}

// read checks what the flags say.
func (s *verifying) read() error {
	for _, name := range s.only {
		if !slices.Contains(parts, name) {
			return &usageError{fmt.Sprintf("--only %s is no part of a suite", quote(name)), "the parts are " + strings.Join(parts, ", ")}
		}
	}
	if s.format != "text" {
		s.reports = append(s.reports, s.format+"=-")
	}
	if s.rate < 0 {
		return &usageError{fmt.Sprintf("--rate %v is no rate", s.rate), "give the requests a second at most, or 0 for no bound"}
	}
	for flag, list := range map[string][]string{"var": s.vars, "credential": s.credentials, "hook": s.hooks} {
		if _, err := pairsOf(flag, list); err != nil {
			return err
		}
	}
	return s.judgement.read()
}

// pairsOf reads NAME=VALUE.
func pairsOf(flag string, list []string) (map[string]string, error) {
	out := map[string]string{}
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, &usageError{fmt.Sprintf("--%s %s has no NAME=VALUE", flag, quote(text)), "for example: --" + flag + " name=value"}
		}
		out[name] = value
	}
	return out, nil
}

func (p program) runVerify(ctx context.Context, s *verifying) error {
	doc, err := p.loadAll(ctx, s.sources)
	if err != nil {
		return err
	}
	suite, err := s.load()
	if err != nil {
		return err
	}
	vars, _ := pairsOf("var", s.vars) // read has read them
	credentials, _ := pairsOf("credential", s.credentials)
	o := verify.Options{
		Vars: vars, Credentials: credentials, Hooks: s.hook(), AllowWrites: s.allowWrites, Safe: s.safe,
		Seed: s.seed, Rate: s.rate, Progress: p.progress(s),
	}
	address := s.url
	signs := doc.Operation("POST /auth/login/password") != nil
	standin := verify.DetectStandin(ctx, s.url, s.controlToken, "verify-"+strconv.FormatInt(time.Now().UnixNano(), 36))
	if standin != nil {
		defer standin.Close(context.WithoutCancel(ctx))
		address = standin.Address()
		if len(s.hooks) == 0 {
			o.Hooks = standin.Hook
		}
		if signs {
			seeded(vars)
		}
	}
	if signs && vars["email"] != "" && vars["password"] != "" {
		o.SignIn = storefront.SignIn(vars["email"], vars["password"])
	}
	h, err := mock.New(doc, mock.Options{Upstream: &mock.Upstream{URL: address, Insecure: s.insecure}, Scenarios: suite.scenarios,
		Active: []string{}, Logger: slog.New(slog.DiscardHandler), Lenient: true, Keep: 200})
	if err != nil {
		return &hinted{err, "", exitLoad}
	}
	v := verify.New(h, o)
	if err := p.reachable(ctx, h, doc); err != nil {
		return err
	}
	suite.run(ctx, v, s, doc)
	return p.tellVerified(v, h, s)
}

// seeded are the variables of a Standin's own storefront that are not given.
func seeded(vars map[string]string) {
	first := storefront.Seeded()[0]
	for name, value := range map[string]string{"email": first.Email, "password": first.Password, "otp": storefront.DefaultOTP, "new_email": "verify@example.com"} {
		if _, ok := vars[name]; !ok {
			vars[name] = value
		}
	}
}

// reachable tells whether anything answers at all: a suite of failures would say
// the same at length.
func (p program) reachable(ctx context.Context, h *mock.Handler, doc *spec.Document) error {
	path := "/"
	if ops := doc.Operations(); len(ops) > 0 {
		path = ops[0].Path
	}
	ex := h.Send(ctx, mock.DefaultSandbox, &spec.Request{Method: "OPTIONS", Path: path, Host: "localhost"})
	if ex.Response.Status == 502 && ex.Source == mock.SourceRefusal {
		return &hinted{errors.New(ex.Reason), "check the address, and that the service runs", exitBroken}
	}
	return nil
}

// suite is what there is to run beside the generated cases.
type suite struct {
	scenarios []scenarios.Scenario
	workflows []*verify.Workflows
	archive   *har.Archive
}

// load reads the files that the flags name: scenarios, or Arazzo workflows, as
// their content says.
func (s *verifying) load() (*suite, error) {
	out := &suite{}
	for _, file := range s.suites {
		data, err := os.ReadFile(file)
		if info, e := os.Stat(file); e == nil && info.IsDir() {
			err = nil
		}
		if err != nil {
			return nil, &hinted{err, "name a scenario file, a folder of them, or an Arazzo description", exitLoad}
		}
		if bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n{\""), []byte("arazzo")) {
			w, err := verify.ParseWorkflows(file, data)
			if err != nil {
				return nil, &hinted{err, "", exitLoad}
			}
			out.workflows = append(out.workflows, w)
			continue
		}
		scs, err := scenarios.Load(file)
		if err != nil {
			return nil, loadError(err)
		}
		out.scenarios = append(out.scenarios, scs...)
	}
	if s.archive != "" {
		var err error
		if out.archive, err = readArchive("--har", s.archive); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (u *suite) run(ctx context.Context, v *verify.Verifier, s *verifying, doc *spec.Document) {
	wants := func(part string) bool { return len(s.only) == 0 && s.archive == "" || slices.Contains(s.only, part) }
	if wants("scenarios") {
		all := append(scenarios.Builtin(), u.scenarios...)
		if len(s.suites) > 0 {
			all = u.scenarios
		}
		v.Scenarios(ctx, all)
	}
	if wants("arazzo") {
		flows := u.workflows
		if len(s.suites) == 0 && doc.Operation("POST /auth/logout") != nil {
			// It ships; a test holds that it can be read.
			w, _ := verify.ParseWorkflows("logout.arazzo.yaml", storefront.Story())
			flows = append(flows, w)
		}
		for _, w := range flows {
			v.Play(ctx, w)
		}
	}
	if u.archive != nil {
		v.Archive(ctx, u.archive)
	}
	if wants("cases") {
		v.Cases(ctx)
	}
}

// hook runs the operator's commands; nil where none is given.
func (s *verifying) hook() func(context.Context, string, map[string]string) (map[string]string, error) {
	commands, _ := pairsOf("hook", s.hooks)
	if len(commands) == 0 {
		return nil
	}
	return func(ctx context.Context, name string, vars map[string]string) (map[string]string, error) {
		command, ok := commands[name]
		if !ok {
			return nil, fmt.Errorf("give it with --hook %s=COMMAND (%w)", name, verify.ErrNoHook)
		}
		ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "sh", "-c", command)
		cmd.Env = os.Environ()
		for k, value := range vars {
			cmd.Env = append(cmd.Env, "STANDIN_VAR_"+strings.ToUpper(strings.ReplaceAll(k, "-", "_"))+"="+value)
		}
		var told bytes.Buffer
		cmd.Stderr = &told
		cmd.WaitDelay = time.Second
		out, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("its command failed: %w: %s", err, bytes.TrimSpace(told.Bytes()))
		}
		more := map[string]string{}
		if len(bytes.TrimSpace(out)) > 0 && json.Unmarshal(out, &more) != nil {
			return nil, errors.New("its command printed something that is no JSON object of texts")
		}
		return more, nil
	}
}

// progress tells each check as it ends: what failed at length, what passed only
// to a terminal's watcher who asked for text.
func (p program) progress(s *verifying) func(verify.Check) {
	return func(c verify.Check) {
		where := c.Suite
		if c.Operation != "" {
			where += " " + c.Operation
		}
		switch c.Outcome {
		case verify.Passed:
			fmt.Fprintf(p.stderr, "ok    %s: %s\n", where, c.Name)
		case verify.Skipped:
			fmt.Fprintf(p.stderr, "skip  %s: %s\n        %s\n", where, c.Name, c.Detail)
		default:
			fmt.Fprintf(p.stderr, "FAIL  %s: %s\n        %s\n", where, c.Name, c.Detail)
		}
	}
}

// tellVerified tells the outcome and writes the evidence.
func (p program) tellVerified(v *verify.Verifier, h *mock.Handler, s *verifying) error {
	to := p.stdout
	if s.format != "text" {
		to = p.stderr
	}
	r := v.Report()
	fmt.Fprintf(to, "\n%d checks passed, %d failed, %d skipped\n", v.Count(verify.Passed), v.Count(verify.Failed), v.Count(verify.Skipped))
	err := p.verdict(r, s.judgement, func() []*report.Exchange { return h.Recorded("") }, to)
	if err == nil && v.Count(verify.Failed) > 0 {
		return errBroken
	}
	return err
}
