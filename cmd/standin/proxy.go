package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/record"
)

// proxy passes requests on to a real service and checks both directions, until
// ctx ends.
func (p program) proxy(ctx context.Context, args []string) error {
	var s settings
	f := s.flags()
	f.BoolVar(&s.insecure, "insecure", false, "")
	f.StringVar(&s.record, "record", "", "")
	f.BoolVar(&s.noRedact, "no-redact", false, "")
	if err := p.fromEnv(f); err != nil {
		return err
	}
	if err := parse(f, args); err != nil {
		return p.orHelp(ctx, err)
	}
	if f.NArg() == 0 {
		return &usageError{"proxy takes the address of the real service, and documents after it", "for example: standin proxy https://api.example.com/v1 openapi.yaml"}
	}
	s.upstream, s.documents = f.Arg(0), f.Args()[1:]
	if err := s.validate(); err != nil {
		return err
	}
	if s.record == "" {
		return p.serveAs(ctx, s)
	}
	var err error
	if s.recorder, err = record.NewRecorder(s.record, record.RecorderOptions{Service: publicAddress(s.upstream), NoRedact: s.noRedact}); err != nil {
		return &hinted{fmt.Errorf("--record: %w", err), "give a folder that can be written to", exitBroken}
	}
	return p.serveAs(ctx, s)
}

// publicAddress is an address without what may be secret in it.
func publicAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the service" // which mock.New will refuse
	}
	u.User, u.RawQuery = nil, ""
	return u.String()
}

// startRecording lets the recorder work, if there is one. What it returns ends
// it, and tells what it has recorded.
func (p program) startRecording(s settings, fake *mock.Handler) func() error {
	if s.recorder == nil {
		return func() error { return nil }
	}
	go s.recorder.Run(fake.Document, time.After)
	return func() error {
		made, err := s.recorder.Close()
		p.tellRecording("recorded", made.Recording)
		if made.Lost > 0 {
			fmt.Fprintf(p.stderr, "recorded: %d exchanges more found no room\n", made.Lost)
		}
		if made.Partial > 0 {
			fmt.Fprintf(p.stderr, "recorded: %d answers went through unread, for their length or coding, and are left out\n", made.Partial)
		}
		if err != nil {
			return &hinted{fmt.Errorf("--record: %w", err), "", exitBroken}
		}
		return nil
	}
}

// real is the service that the settings name, nil if none.
func (s settings) real() *mock.Upstream {
	if s.upstream == "" {
		return nil
	}
	return &mock.Upstream{URL: s.upstream, Insecure: s.insecure}
}
