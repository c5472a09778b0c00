package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/standin-dev/standin/mock/har"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// narrow leaves of a comparison what a recorded client uses.
func (p program) narrow(ctx context.Context, c *comparison, s diffing) error {
	all, err := p.recorded(ctx, s)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return &hinted{fmt.Errorf("%s holds no exchange", s.usedBy), "record a client first: standin exec --report har=FILE, or GET /_standin/exchanges", exitLoad}
	}
	c.Diff, c.strange = c.UsedBy(all)
	c.used, c.exchanges = true, len(all)
	if c.strange == len(all) {
		return &hinted{fmt.Errorf("none of the %s in %s is for an operation of %s", count(len(all), "exchange"), s.usedBy, c.Old),
			"is it a recording of this API, and are its servers' paths in the document?", exitLoad}
	}
	return nil
}

// recorded reads what a client did: an HTTP archive, or a journal as the control
// API gives it, from a file or from a running fake.
func (p program) recorded(ctx context.Context, s diffing) ([]spec.Recorded, error) {
	if isAddress(s.usedBy) {
		c := controlClient{base: strings.TrimRight(s.usedBy, "/"), token: s.token}
		data, err := c.get(ctx, "/exchanges")
		if err != nil {
			return nil, c.old(err)
		}
		return readRecorded(s.usedBy, data)
	}
	var data []byte
	var err error
	if s.usedBy == "-" {
		data, err = io.ReadAll(io.LimitReader(p.stdin, maxAnswer))
	} else {
		data, err = os.ReadFile(s.usedBy)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &hinted{fmt.Errorf("there is no file %s", s.usedBy), "--used-by takes an HTTP archive, or a journal", exitLoad}
	}
	if err != nil {
		return nil, &hinted{err, "", exitLoad}
	}
	return readRecorded(s.usedBy, data)
}

// recording is a file of any kind that diff may be given.
type recording struct {
	Kind      string             `json:"kind"`
	Log       json.RawMessage    `json:"log"`
	Exchanges *[]report.Exchange `json:"exchanges"`
}

func readRecorded(name string, data []byte) ([]spec.Recorded, error) {
	var r recording
	var fault error
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &r); err != nil && r.Kind == "" {
		fault = err
	}
	switch {
	case r.Kind == report.Kind:
		return nil, &hinted{fmt.Errorf("%s is a report, which keeps only samples of what it saw", name), "give an HTTP archive (--report har=FILE), or the journal (GET /_standin/exchanges)", exitLoad}
	case r.Exchanges != nil:
		return fromJournal(name, *r.Exchanges)
	case r.Log != nil:
		a, err := har.Parse(name, data)
		if err != nil {
			return nil, err
		}
		return fromArchive(name, a)
	case fault == nil:
		fault = errors.New("it has neither the member log of an HTTP archive nor the exchanges of a journal")
	}
	return nil, &hinted{fmt.Errorf("%s: it is no recording: %w", name, fault), "--used-by takes an HTTP archive, or a journal (GET /_standin/exchanges)", exitLoad}
}

func fromArchive(name string, a *har.Archive) (out []spec.Recorded, err error) {
	for i := range a.Log.Entries {
		e := &a.Log.Entries[i]
		r := spec.Recorded{}
		if r.Request, _, err = e.Request.Spec(); err == nil && e.Response.Status != 0 {
			r.Response, err = e.Response.Spec()
		}
		if err != nil {
			return nil, &hinted{fmt.Errorf("%s: log.entries[%d]: %w", name, i, err), "", exitLoad}
		}
		out = append(out, r)
	}
	return out, nil
}

// fromJournal takes what clients asked; what a fake has sent of its own accord is
// none of that.
func fromJournal(name string, all []report.Exchange) (out []spec.Recorded, err error) {
	for i := range all {
		e := &all[i]
		if e.Delivery != "" {
			continue
		}
		q, a := &e.Request, &e.Response
		r := spec.Recorded{
			Request:  &spec.Request{Method: q.Method, Path: q.Path, RawQuery: q.Query, Header: q.Headers, Host: q.Host},
			Response: &spec.Response{Status: e.Status, Header: a.Headers}, Cut: q.Cut > 0 || a.Cut > 0,
		}
		if r.Request.Body, err = q.Bytes(); err == nil {
			r.Response.Body, err = a.Bytes()
		}
		if err != nil || q.Method == "" {
			return nil, &hinted{fmt.Errorf("%s: exchanges[%d] is no exchange of a journal", name, i), "give what GET /_standin/exchanges has answered", exitLoad}
		}
		out = append(out, r)
	}
	return out, nil
}
