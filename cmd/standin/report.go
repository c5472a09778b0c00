package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
)

// report judges runs: of fakes that were started elsewhere, by their addresses,
// and of reports that were written before, by their files; all of them together.
func (p program) report(ctx context.Context, args []string) error {
	var j judgement
	var format, token string
	f := pflag.NewFlagSet("standin report", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	j.flags(f)
	f.StringVar(&format, "format", "", "")
	f.StringVar(&token, "control-token", "", "")
	if err := p.fromEnv(f); err != nil {
		return err
	}
	if err := parse(f, args); err != nil {
		return p.orHelp(ctx, err)
	}
	if format != "" {
		j.reports = append(j.reports, format+"=-")
	}
	if err := j.read(); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return &usageError{"report takes the address of a running fake, or reports in files", "for example: standin report http://127.0.0.1:4010, or standin report a.json b.json"}
	}
	var all []*report.Report
	var recorded []*report.Exchange
	var archives []*har.Archive
	for _, source := range f.Args() {
		if !isAddress(source) {
			r, err := readReport(source)
			if err != nil {
				return err
			}
			all = append(all, r)
			continue
		}
		c := controlClient{base: strings.TrimRight(source, "/"), token: token}
		r, err := c.report(ctx, j.noRedact)
		if err != nil {
			return err
		}
		all = append(all, r)
		if j.wants(report.HAR) {
			a, err := c.archive(ctx, j.noRedact)
			if err != nil {
				return err
			}
			archives = append(archives, a)
		}
	}
	words := p.stdout
	if j.toStdout() {
		words = p.stderr
	}
	sum := report.Merge(all...)
	if len(archives) > 0 {
		if err := p.writeArchives(archives, &j); err != nil {
			return err
		}
	}
	return p.verdict(sum, j, func() []*report.Exchange { return recorded }, words)
}

func isAddress(source string) bool {
	return strings.HasPrefix(source, "http://") || strings.HasPrefix(source, "https://")
}

func (j *judgement) wants(format report.Format) bool {
	for _, e := range j.files {
		if e.format == format {
			return true
		}
	}
	return false
}

func (j *judgement) toStdout() bool {
	for _, e := range j.files {
		if e.file == "-" {
			return true
		}
	}
	return false
}

// writeArchives writes what running fakes have recorded as one archive, and
// takes it off the list of files to write.
func (p program) writeArchives(archives []*har.Archive, j *judgement) error {
	sum := archives[0]
	for _, a := range archives[1:] {
		sum.Log.Entries = append(sum.Log.Entries, a.Log.Entries...)
	}
	data, err := sum.Encode()
	if err != nil {
		return err
	}
	var rest []evidence
	for _, e := range j.files {
		switch {
		case e.format != report.HAR:
			rest = append(rest, e)
		case e.file == "-":
			if _, err := p.stdout.Write(data); err != nil {
				return err
			}
		default:
			if err := os.WriteFile(e.file, data, 0o644); err != nil {
				return &hinted{fmt.Errorf("the report cannot be written: %w", err), "check the name and its folder in --report", exitBroken}
			}
		}
	}
	j.files = rest
	return nil
}

func readReport(name string) (*report.Report, error) {
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &hinted{fmt.Errorf("there is no file %s", name), "a running fake is named by its address: http://127.0.0.1:4010", exitLoad}
	}
	if err != nil {
		return nil, &hinted{err, "", exitLoad}
	}
	r, err := report.Parse(data)
	if err != nil {
		return nil, &hinted{fmt.Errorf("%s: %w", name, err), "give what --report json=FILE or GET /_standin/report has written", exitLoad}
	}
	return r, nil
}

// controlClient asks a running fake's control API.
type controlClient struct{ base, token string }

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 256 << 20

// errNotThere is get's error for 404.
var errNotThere = errors.New("not there")

// get gets a path below the control API's.
func (c controlClient) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+mock.Prefix+path, nil)
	if err != nil {
		return nil, &usageError{quote(c.base) + " is no address", "for example: http://127.0.0.1:4010"}
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := anyCertificate.Do(req)
	if err != nil {
		return nil, &hinted{fmt.Errorf("nothing answers at %s", c.base), "is the fake running, and is this its address?", exitBroken}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", c.base, err)
	case resp.StatusCode == http.StatusNotFound:
		return body, errNotThere
	case resp.StatusCode == http.StatusUnauthorized:
		return nil, &hinted{fmt.Errorf("%s wants its control token", c.base), "give it with --control-token, or in STANDIN_CONTROL_TOKEN", exitBroken}
	case resp.StatusCode != http.StatusOK:
		var problem struct{ Detail string }
		_ = json.Unmarshal(body, &problem) // without one the status must do
		return nil, &hinted{fmt.Errorf("%s answers %d: %s", c.base, resp.StatusCode, problem.Detail), "is it a Standin?", exitBroken}
	}
	return body, nil
}

func (c controlClient) report(ctx context.Context, raw bool) (*report.Report, error) {
	body, err := c.get(ctx, "/report?"+c.query("json", raw))
	if err != nil {
		return nil, c.old(err)
	}
	r, err := report.Parse(body)
	if err != nil {
		return nil, &hinted{fmt.Errorf("%s: %w", c.base, err), "is it a Standin of the same version?", exitBroken}
	}
	return r, nil
}

func (c controlClient) archive(ctx context.Context, raw bool) (*har.Archive, error) {
	body, err := c.get(ctx, "/report?"+c.query("har", raw))
	if err != nil {
		return nil, c.old(err)
	}
	return har.Parse(c.base, body)
}

func (c controlClient) query(format string, raw bool) string {
	q := url.Values{"format": {format}}
	if raw {
		q.Set("redact", "false")
	}
	return q.Encode()
}

// old words that a server has no report at all.
func (c controlClient) old(err error) error {
	if errors.Is(err, errNotThere) {
		return &hinted{fmt.Errorf("%s has no report", c.base), "is it a Standin, and a recent one?", exitBroken}
	}
	return err
}
