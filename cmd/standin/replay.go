package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/standin-dev/standin/mock/record"
	"github.com/standin-dev/standin/scenarios"
	"github.com/standin-dev/standin/spec"
)

// replayName is the scenario that a capture becomes.
const replayName = "replay"

// world is what a fake is made of, and made of again at a reload.
type world struct {
	doc *spec.Document
	own []scenarios.Scenario // of the user's files, and the capture to replay
}

// load loads what the settings name. Without a document, a capture of anything
// but the API that is built in is its own.
func (p program) load(ctx context.Context, s settings) (world, error) {
	var w world
	var seen []record.Exchange
	var err error
	if s.replay != "" {
		if seen, err = p.readCapture(s.replay); err != nil {
			return w, err
		}
	}
	if w.doc, err = p.loadAll(ctx, s.sources); err != nil {
		return w, err
	}
	if w.own, err = loadScenarios(s.scenarioFiles); err != nil || s.replay == "" {
		return w, err
	}
	o := record.Options{Name: replayName, Summary: "What " + filepath.Base(s.replay) + " has captured."}
	made := record.Convert(w.doc, seen, o)
	if len(made.Scenario.Rules) == 0 && len(s.documents) == 0 {
		loader := spec.Loader{}
		if w.doc, err = loader.Parse(ctx, s.replay, record.Document(filepath.Base(s.replay), seen)); err != nil {
			return w, loadError(err)
		}
		made = record.Convert(w.doc, seen, o)
	}
	if len(made.Scenario.Rules) == 0 {
		return w, &hinted{fmt.Errorf("--replay: none of the %d answers of %s belongs to an operation of the document", len(seen), s.replay),
			"is it the capture of this API, and are the paths of its servers in the document?", exitLoad}
	}
	p.tellRecording("replay", made)
	w.own = append(w.own, made.Scenario)
	return w, nil
}

func (p program) readCapture(file string) ([]record.Exchange, error) {
	archive, err := readArchive("--replay", file)
	if err != nil {
		return nil, err
	}
	seen, others, err := record.FromArchive(archive)
	if err != nil {
		return nil, &hinted{fmt.Errorf("%s: %w", file, err), "", exitLoad}
	}
	if others > 0 {
		fmt.Fprintf(p.stderr, "replay: %d of %d entries hold no answer that could be given\n", others, len(archive.Log.Entries))
	}
	return seen, nil
}

// tellRecording tells what became of exchanges, in a line.
func (p program) tellRecording(what string, r *record.Recording) {
	fmt.Fprintf(p.stderr, "%s: %d answers", what, len(r.Scenario.Rules))
	for _, n := range []struct {
		count int
		told  string
	}{
		{r.Broken, "of them break the document"}, {r.Apart, "exchanges reach no operation of it and are left out"},
		{r.Unsaid, "have a status that no answer can have and are left out"}, {r.Over, "found no room and are left out"},
	} {
		if n.count > 0 {
			fmt.Fprintf(p.stderr, "; %d %s", n.count, n.told)
		}
	}
	fmt.Fprintln(p.stderr)
}
