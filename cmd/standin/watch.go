package main

import (
	"context"
	"hash/maphash"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// settle is how long files must have been left alone before they are read: an
// editor writes in several steps.
const settle = 100 * time.Millisecond

// retry is how often a document that cannot be loaded is tried again, whatever
// the watcher says: what it lacks may turn up in a folder that is not watched.
const retry = 2 * time.Second

// watcher reloads the documents and the scenarios whenever one of their files
// has changed. What cannot be loaded is told, and what was served goes on being
// served.
type watcher struct {
	program
	settings settings
	fake     *mock.Handler
	logger   *slog.Logger
	notify   *fsnotify.Watcher
	files    []string // of the documents that are served, and of their overlays
	seen     uint64   // what was in all files when they were last read
	told     string   // the fault that was last told, "" while all is well
}

var sums = maphash.MakeSeed()

// watcher is one for what is served now. It has looked at the files when it
// returns: a change from then on is seen, however late it runs.
func (p program) watcher(s settings, fake *mock.Handler) *watcher {
	w := &watcher{program: p, settings: s, fake: fake, logger: newLogger(p.stderr, s.logFormat), files: fake.Document().Files()}
	w.seen = w.content()
	return w
}

// run reloads until ctx ends.
func (w *watcher) run(ctx context.Context) {
	var err error
	if w.notify, err = fsnotify.NewWatcher(); err != nil {
		w.logger.Warn("nothing is watched", "error", err)
		return
	}
	defer w.notify.Close()
	w.follow()
	if len(w.notify.WatchList()) == 0 {
		w.logger.Warn("nothing is watched: no document is a file")
	}
	timer := time.NewTimer(settle) // for what changed between loading and watching
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.notify.Events:
			timer.Reset(settle)
		case err := <-w.notify.Errors:
			w.logger.Warn("watching", "error", err)
		case <-timer.C:
			if w.look(ctx) {
				timer.Reset(retry)
			}
		}
	}
}

// paths are all files and folders that matter.
func (w *watcher) paths() []string {
	all := slices.Concat(w.files, w.settings.overlays, w.settings.scenarioFiles)
	for _, name := range w.settings.documents {
		_, file, err := spec.SplitMount(name)
		if err == nil {
			all = append(all, file)
		}
	}
	if w.settings.replay != "" {
		all = append(all, w.settings.replay)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// follow watches the folders of all paths: an editor that replaces a file would
// end the watch on the file itself.
func (w *watcher) follow() {
	for _, path := range w.paths() {
		info, err := os.Stat(path)
		if err != nil {
			continue // a URL, standard input, or not there just now
		}
		if info.IsDir() {
			err = w.notify.Add(path)
		} else {
			err = w.notify.Add(filepath.Dir(path))
		}
		if err != nil {
			w.logger.Warn("not watched", "path", path, "error", err)
		}
	}
}

// content sums up what all files hold. Other files beside them change all the
// time, and links to them may be swapped.
func (w *watcher) content() uint64 {
	var h maphash.Hash
	h.SetSeed(sums)
	add := func(path string) {
		h.WriteString(path)
		if data, err := os.ReadFile(path); err == nil {
			h.Write(data)
		}
		h.WriteByte(0)
	}
	for _, path := range w.paths() {
		entries, err := os.ReadDir(path)
		if err != nil {
			add(path)
		}
		for _, e := range entries {
			if ext := filepath.Ext(e.Name()); ext == ".yaml" || ext == ".yml" || ext == ".json" {
				add(filepath.Join(path, e.Name()))
			}
		}
	}
	return h.Sum64()
}

// look reloads if anything has changed, and reports whether to look again soon.
func (w *watcher) look(ctx context.Context) (again bool) {
	now := w.content()
	if now == w.seen && w.told == "" {
		return false
	}
	w.seen = now
	err := w.reload(ctx)
	if w.content() != now {
		return w.look(ctx) // half of a change was read
	}
	if err == nil {
		w.told = ""
		w.follow()
		return false
	}
	if ctx.Err() == nil && w.told != err.Error() {
		w.told = err.Error()
		if w.settings.logFormat == "text" {
			w.fail(err)
		}
		w.logger.Warn("not reloaded; the last good document goes on being served", "error", firstLine(err))
	}
	return true
}

func (w *watcher) reload(ctx context.Context) error {
	made, err := w.load(ctx, w.settings)
	if err != nil {
		return err
	}
	doc, before := made.doc, w.fake.Document()
	if err := w.fake.Reload(ctx, doc, made.own); err != nil {
		return err
	}
	w.files = doc.Files()
	w.logger.Info("reloaded", "document", doc.Title(), "operations", len(doc.Operations()),
		"new", len(missing(doc, before)), "gone", len(missing(before, doc)), "warnings", len(doc.Warnings()))
	return nil
}

// missing are the operations of one document that another has not.
func missing(from, in *spec.Document) (out []string) {
	there := map[string]bool{}
	for _, o := range in.Operations() {
		there[o.Method+" "+o.Path] = true
	}
	for _, o := range from.Operations() {
		if name := o.Method + " " + o.Path; !there[name] {
			out = append(out, name)
		}
	}
	return out
}
