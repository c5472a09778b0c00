package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/standin-dev/standin/mock"
)

// settle is how long a file must have been left alone before it is read: an
// editor writes in several steps.
const settle = 100 * time.Millisecond

// watch reloads the document and the scenarios whenever one of their files
// changes, until ctx ends. What cannot be loaded is told, and what was served
// goes on being served.
func (p program) watch(ctx context.Context, s settings, fake *mock.Handler) {
	logger := newLogger(p.stderr, s.logFormat)
	w, err := fsnotify.NewWatcher()
	if err != nil {
		logger.Warn("nothing is watched", "error", err)
		return
	}
	defer w.Close()
	// Folders are watched, not files: an editor that replaces a file would end
	// the watch on it.
	for _, path := range append(slices.Clone(s.documents), s.scenarioFiles...) {
		if path == "" || path == "-" {
			continue
		}
		if err := w.Add(filepath.Dir(path)); err != nil {
			logger.Warn("not watched", "path", path, "error", err)
		}
		_ = w.Add(path) // a folder of scenarios; a file is watched by its folder
	}
	timer := time.NewTimer(settle)
	timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.Events:
			timer.Reset(settle)
		case err := <-w.Errors:
			logger.Warn("watching", "error", err)
		case <-timer.C:
			p.reload(ctx, s, fake)
		}
	}
}

func (p program) reload(ctx context.Context, s settings, fake *mock.Handler) {
	doc, err := p.loadAll(ctx, s.sources)
	if err != nil {
		p.fail(err)
		return
	}
	own, err := loadScenarios(s.scenarioFiles)
	if err == nil {
		err = fake.Reload(ctx, doc, own)
	}
	if err != nil {
		p.fail(err)
		return
	}
	newLogger(p.stderr, s.logFormat).Info("reloaded", "document", doc.Title(), "operations", len(doc.Operations()))
}
