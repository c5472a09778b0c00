package main

import (
	"context"

	"github.com/standin-dev/standin/mock"
)

// proxy passes requests on to a real service and checks both directions, until
// ctx ends.
func (p program) proxy(ctx context.Context, args []string) error {
	var s settings
	f := s.flags()
	f.BoolVar(&s.insecure, "insecure", false, "")
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
	return p.serveAs(ctx, s)
}

// real is the service that the settings name, nil if none.
func (s settings) real() *mock.Upstream {
	if s.upstream == "" {
		return nil
	}
	return &mock.Upstream{URL: s.upstream, Insecure: s.insecure}
}
