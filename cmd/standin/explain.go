package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock/report"
)

// explain tells why a running fake has answered an exchange as it did. Without
// a sandbox in the address all of them are asked.
func (p program) explain(ctx context.Context, args []string) error {
	var c controlClient
	f := pflag.NewFlagSet("standin explain", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.base, "url", "http://127.0.0.1:4010", "")
	f.StringVar(&c.token, "control-token", "", "")
	if err := p.fromEnv(f); err != nil {
		return err
	}
	if err := parse(f, args); err != nil {
		return p.orHelp(ctx, err)
	}
	if f.NArg() != 1 {
		return &usageError{"explain takes the id of an exchange: the answer's Standin-Exchange header", "for example: standin explain 01KJM6E0M0ZZZZZZZZZZZZZZZZ --url http://127.0.0.1:4010"}
	}
	c.base = strings.TrimRight(c.base, "/")
	e, err := c.exchange(ctx, f.Arg(0))
	if errors.Is(err, errNotThere) {
		return &hinted{fmt.Errorf("no journal at %s has an exchange %s, or has it any more", c.base, quote(f.Arg(0))), "the id is in the answer's Standin-Exchange header; --url names the fake, and serve --journal how many are kept", exitBroken}
	}
	if err != nil {
		return err
	}
	for i, step := range e.Explanation {
		if i > 0 {
			step = "  " + step
		}
		fmt.Fprintln(p.stdout, printable(step))
	}
	return nil
}

// printable is a line that was made of what a client sent, for a terminal.
func printable(line string) string { return string(appendField(nil, line)) }

// exchange looks for an exchange in the sandbox of the address, then in all.
func (c controlClient) exchange(ctx context.Context, id string) (*report.Exchange, error) {
	path := "/exchanges/" + url.PathEscape(id)
	body, err := c.get(ctx, path)
	if errors.Is(err, errNotThere) && !strings.Contains(c.base, "/~") {
		return c.anywhere(ctx, path)
	}
	if err != nil {
		return nil, err
	}
	return decodeExchange(body)
}

func (c controlClient) anywhere(ctx context.Context, path string) (*report.Exchange, error) {
	body, err := c.get(ctx, "/sandboxes")
	if err != nil {
		return nil, err
	}
	var list struct{ Sandboxes []struct{ Name string } }
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, fmt.Errorf("%s: %w", c.base, err)
	}
	for _, s := range list.Sandboxes {
		in := controlClient{base: c.base + "/~" + s.Name, token: c.token}
		body, err := in.get(ctx, path)
		if errors.Is(err, errNotThere) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return decodeExchange(body)
	}
	return nil, errNotThere
}

func decodeExchange(body []byte) (*report.Exchange, error) {
	e := &report.Exchange{}
	if err := json.Unmarshal(body, e); err != nil {
		return nil, fmt.Errorf("the exchange cannot be read: %w", err)
	}
	return e, nil
}
