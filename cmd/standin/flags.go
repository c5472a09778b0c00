package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/record"
	"github.com/standin-dev/standin/spec"
)

// settings are what the flags and variables of serve say.
type settings struct {
	sources
	host                    string
	port                    int
	scenario, scenarioFiles []string
	seed                    uint64
	clock                   string
	freeze, strict, lenient bool
	watch                   bool
	state, stateSeed        string
	replay                  string
	auth                    string
	journal                 int
	controlToken, logFormat string
	tlsCert, tlsKey         string
	otp, algorithm, secret  string
	accessTTL, refreshTTL   time.Duration
	upstream                string // of proxy
	insecure                bool   // likewise
	record                  string // likewise, as are the next two
	noRedact                bool
	recorder                *record.Recorder
	callbackHosts           []string
}

// authKind is what --auth names.
func (s settings) authKind() mock.Auth {
	if s.auth == "issued" {
		return mock.AuthIssued
	}
	return mock.AuthAny
}

// active are the scenarios that are on from the start: a capture behind those
// that were asked for.
func (s settings) active() []string {
	out := append([]string{}, s.scenario...)
	if s.replay != "" {
		out = append(out, replayName)
	}
	return out
}

// start is the time that --clock names, zero without it.
func (s settings) start() (time.Time, error) {
	if s.clock == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s.clock); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &usageError{
		msg:  fmt.Sprintf("--clock %q is no time", s.clock),
		hint: "write it as in RFC 3339: --clock 2026-01-31T09:30:00Z",
	}
}

// loopback reports whether the server can be reached from this machine only.
func (s settings) loopback() bool {
	ip := net.ParseIP(s.host)
	return s.host == "localhost" || ip != nil && ip.IsLoopback()
}

// parseServe reads serve's flags and variables.
func (p program) parseServe(args []string) (settings, error) {
	var s settings
	f := s.flags()
	if err := p.fromEnv(f); err != nil {
		return s, err
	}
	if err := parse(f, args); err != nil {
		return s, err
	}
	s.documents = f.Args()
	return s, s.validate()
}

// flags are the flags of every verb that serves, for the settings to be set by.
func (s *settings) flags() *pflag.FlagSet {
	f := pflag.NewFlagSet("standin", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.SortFlags = false
	s.sources.flags(f)
	f.StringVar(&s.host, "host", "127.0.0.1", "")
	f.IntVar(&s.port, "port", 4010, "")
	f.StringArrayVar(&s.scenario, "scenario", nil, "")
	f.StringArrayVar(&s.scenarioFiles, "scenarios", nil, "")
	f.Uint64Var(&s.seed, "seed", 1, "")
	f.StringVar(&s.clock, "clock", "", "")
	f.BoolVar(&s.freeze, "freeze", false, "")
	f.BoolVar(&s.strict, "strict", false, "")
	f.BoolVar(&s.lenient, "lenient", false, "")
	f.StringVar(&s.auth, "auth", "any", "")
	f.BoolVar(&s.watch, "watch", false, "")
	f.StringVar(&s.state, "state", "", "")
	f.StringVar(&s.stateSeed, "state-seed", "", "")
	f.StringVar(&s.replay, "replay", "", "")
	f.IntVar(&s.journal, "journal", 1000, "")
	f.StringVar(&s.controlToken, "control-token", "", "")
	f.StringSliceVar(&s.callbackHosts, "callback-hosts", nil, "")
	f.StringVar(&s.logFormat, "log-format", "text", "")
	f.StringVar(&s.tlsCert, "tls-cert", "", "")
	f.StringVar(&s.tlsKey, "tls-key", "", "")
	f.StringVar(&s.otp, "otp", "", "")
	f.StringVar(&s.algorithm, "token-algorithm", "", "")
	f.StringVar(&s.secret, "token-secret", "", "")
	f.DurationVar(&s.accessTTL, "access-ttl", 0, "")
	f.DurationVar(&s.refreshTTL, "refresh-ttl", 0, "")
	return f
}

func (s settings) validate() error {
	switch {
	case s.port < 0 || s.port > 65535:
		return &usageError{fmt.Sprintf("--port %d is no port", s.port), "give a number from 1 to 65535, or 0 for a free one"}
	case s.logFormat != "text" && s.logFormat != "json":
		return &usageError{fmt.Sprintf("--log-format %q is neither text nor json", s.logFormat), ""}
	case (s.tlsCert == "") != (s.tlsKey == ""):
		return &usageError{"--tls-cert and --tls-key go together", "give both, or neither"}
	case s.strict && s.lenient:
		return &usageError{"--strict and --lenient contradict each other", "give one of them"}
	case s.auth != "any" && s.auth != "issued":
		return &usageError{fmt.Sprintf("--auth %q is neither any nor issued", s.auth), "any takes every well-formed credential, issued those of POST /_standin/tokens"}
	case s.journal < 1:
		return &usageError{fmt.Sprintf("--journal %d keeps nothing", s.journal), "give the number of exchanges to keep, at least 1"}
	}
	_, err := s.start()
	return err
}

// fromEnv sets every flag that has a variable: --log-format is STANDIN_LOG_FORMAT.
func (p program) fromEnv(f *pflag.FlagSet) error {
	var err error
	f.VisitAll(func(flag *pflag.Flag) {
		name := "STANDIN_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))
		value := p.getenv(name)
		if value == "" || err != nil {
			return
		}
		values := []string{value}
		list, repeatable := flag.Value.(pflag.SliceValue)
		if repeatable {
			values = strings.Split(value, ",")
		}
		for _, v := range values {
			if e := flag.Value.Set(strings.TrimSpace(v)); e != nil {
				err = &usageError{fmt.Sprintf("%s=%s: %v", name, value, plainReason(e)), "mend the variable, or give --" + flag.Name}
				return
			}
		}
		if repeatable {
			// A flag on the command line replaces the variable's list, and
			// pflag appends unless the flag still counts as untouched.
			flag.Value = &overridden{Value: flag.Value, list: list}
		}
	})
	return err
}

// overridden is a repeatable flag whose values came from a variable: the first
// one on the command line replaces them all.
type overridden struct {
	pflag.Value
	list    pflag.SliceValue
	touched bool
}

func (o *overridden) Set(s string) error {
	if !o.touched {
		o.touched = true
		return o.list.Replace([]string{s})
	}
	return o.list.Append(s)
}

// parse parses flags and makes our errors of the library's.
func parse(f *pflag.FlagSet, args []string) error {
	err := f.Parse(args)
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pflag.ErrHelp):
		return errAskedHelp
	case errors.As(err, &unknown):
		return &usageError{"there is no flag --" + unknown.GetSpecifiedName(), nearestFlag(f, unknown.GetSpecifiedName())}
	case errors.As(err, &invalid):
		return &usageError{fmt.Sprintf("--%s %s: %v", invalid.GetFlag().Name, strconv.Quote(invalid.GetValue()), plainReason(invalid.Unwrap())), "standin help tells what it takes"}
	}
	return &usageError{err.Error(), "standin help tells what there is"}
}

// errAskedHelp is parse's error for --help.
var errAskedHelp = errors.New("help asked for")

// plainReason is a flag's own error without the library's words around it.
func plainReason(err error) string {
	msg := err.Error()
	if i := strings.LastIndex(msg, ": "); i >= 0 {
		msg = msg[i+2:]
	}
	return msg
}

// nearestFlag is a hint for a flag that is not there.
func nearestFlag(f *pflag.FlagSet, name string) string {
	var names []string
	f.VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
	near := spec.Near(name, names)
	if len(near) == 0 {
		return "standin help tells what there is"
	}
	return "did you mean --" + strings.Join(near, ", --") + "?"
}
