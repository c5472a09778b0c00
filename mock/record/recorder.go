package record

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/mock/report"
	"github.com/standin-dev/standin/spec"
)

// The bounds of a recording: different exchanges, and bytes of their messages.
const (
	MaxRules = 1000 // as a scenario has them
	maxBytes = 64 << 20
)

// writeEvery is how long at most what was seen waits to be written.
const writeEvery = time.Second

// Recorder writes what a real service answers, through a proxy, into files: a
// scenario, the bodies that it is too small for, and what the collections hold.
// Within a second of an exchange the files have it, whatever becomes of the
// program then; each file is written beside its place and moved there, so that
// none is ever half written. Secrets are left out as in all evidence
// ([report.Redact]); bodies that are no text are kept as they are.
type Recorder struct {
	dir, name string
	o         RecorderOptions

	seen    chan *mock.Exchange
	closing chan struct{} // closed by Close
	ended   chan struct{} // closed by Run
	end     sync.Once

	// The rest is the running goroutine's alone, and who reads it after Close.
	kept    []Exchange
	last    map[string]int // the last of the exchanges with a request, by its key
	bytes   int
	written map[string]bool // bodies
	made    *Recording
	apart   int // exchanges that reach no operation
	out     Outcome
	failed  error
}

// RecorderOptions say how a recorder works.
type RecorderOptions struct {
	Service  string // the address of the service, for the summary
	NoRedact bool   // secrets stay
}

// NewRecorder makes the folder and a recorder into it. What an earlier one has
// left there stays: the scenario is "recorded", or "recorded-2" and so on.
func NewRecorder(dir string, o RecorderOptions) (*Recorder, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	r := &Recorder{
		dir: dir, name: "recorded", o: o, seen: make(chan *mock.Exchange, 64), closing: make(chan struct{}), ended: make(chan struct{}),
		last: map[string]int{}, written: map[string]bool{}, made: &Recording{},
	}
	for n := 2; ; n++ {
		if _, err := os.Stat(r.file()); errors.Is(err, os.ErrNotExist) {
			return r, nil
		}
		r.name = "recorded-" + strconv.Itoa(n)
	}
}

func (r *Recorder) file() string { return filepath.Join(r.dir, r.name+".yaml") }

// Name is the scenario's.
func (r *Recorder) Name() string { return r.name }

// Observe takes an exchange ([mock.Options].Observe). It waits while very many
// are yet to be taken in, and does nothing after Close.
func (r *Recorder) Observe(ex *mock.Exchange) {
	if ex.Source != mock.SourceUpstream {
		return
	}
	select {
	case r.seen <- ex:
	case <-r.closing:
	}
}

// Run takes exchanges in and writes them until Close. Document is the one that is
// served at the time, and after is [time.After].
func (r *Recorder) Run(document func() *spec.Document, after func(time.Duration) <-chan time.Time) {
	defer close(r.ended)
	var due <-chan time.Time
	for {
		select {
		case ex := <-r.seen:
			if r.take(document(), ex) && due == nil {
				due = after(writeEvery)
			}
		case <-due:
			due = nil
			r.write(document())
		case <-r.closing:
			for len(r.seen) > 0 {
				r.take(document(), <-r.seen)
			}
			r.write(document())
			return
		}
	}
}

// Outcome is what became of a recording.
type Outcome struct {
	*Recording
	Lost    int // exchanges beyond the bound of bytes
	Partial int // exchanges whose answers went through unread, for their length or coding
}

// Close ends the recording once everything is written. The error is why files
// could not be. Where nothing was recorded there is no file.
func (r *Recorder) Close() (Outcome, error) {
	r.end.Do(func() { close(r.closing) })
	<-r.ended
	r.out.Recording = r.made
	r.made.Apart = r.apart
	return r.out, r.failed
}

// take keeps an exchange, and tells whether there is anything new to write.
func (r *Recorder) take(doc *spec.Document, ex *mock.Exchange) bool {
	for _, v := range ex.Violations {
		if v.Keyword == "unchecked" && v.In == "response" {
			r.out.Partial++
			return false
		}
	}
	e := Exchange{Request: ex.Request, Response: ex.Response}
	for _, v := range ex.Violations {
		e.NoBody = e.NoBody || v.Keyword == "unchecked"
	}
	secrets := mock.SecretNames(doc)
	if !r.o.NoRedact {
		e = redact(doc, e, secrets)
	}
	route := doc.Find(e.Request.Method, e.Request.Path)
	if route.Operation == nil {
		r.apart++
		return false
	}
	key := keyOf(route, &e) + "\x00" + tellingKey(&e, secrets)
	if i, known := r.last[key]; known && answerKey(&r.kept[i]) == answerKey(&e) {
		r.kept[i].Times = max(r.kept[i].Times, 1) + 1
		return true
	}
	size := len(e.Request.Body) + len(e.Response.Body) + 2048
	if r.bytes+size > maxBytes || len(r.kept) >= 4*MaxRules {
		r.out.Lost++
		return false
	}
	r.bytes += size
	r.last[key] = len(r.kept)
	r.kept = append(r.kept, e)
	return true
}

// write writes the files.
func (r *Recorder) write(doc *spec.Document) {
	r.made = Convert(doc, r.kept, Options{Name: r.name, Summary: "What " + r.o.Service + " has answered.", MaxRules: MaxRules})
	if len(r.made.Scenario.Rules) == 0 {
		return
	}
	files := r.made.Files()
	if seeds := Seeds(doc, r.kept); seeds != nil {
		files["state/"+r.name+".yaml"] = seeds
	}
	r.failed = nil
	scenario := r.name + ".yaml"
	for name, data := range files { // the scenario last: what it names is there
		if name != scenario && !r.written[name] {
			r.put(name, data)
		}
	}
	r.put(scenario, files[scenario])
}

func (r *Recorder) put(name string, data []byte) {
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	err := os.MkdirAll(filepath.Dir(path), 0o777)
	if err == nil {
		err = os.WriteFile(path+".new", data, 0o666)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		r.failed = errors.Join(r.failed, err)
		return
	}
	r.written[name] = filepath.Dir(name) == "bodies" // which are named after what they hold
}

// redact is an exchange without its secrets. Where the answer's body would then
// break the document and did not before, others of the same shape stand in their
// place.
func redact(doc *spec.Document, e Exchange, secrets []string) Exchange {
	documents := []report.Document{{Secrets: secrets}}
	form := &report.Exchange{
		Target:   e.Request.Path,
		Request:  report.Message{Path: e.Request.Path, Query: e.Request.RawQuery, Headers: e.Request.Header},
		Response: report.Message{Headers: e.Response.Header},
	}
	form.Request.SetBody(e.Request.Body)
	form.Response.SetBody(e.Response.Body)
	clean := report.RedactExchange(form, documents)
	out := e
	out.Request.Path, out.Request.RawQuery, out.Request.Header = clean.Request.Path, clean.Request.Query, clean.Request.Headers
	out.Response.Header = clean.Response.Headers.Clone()
	delete(out.Response.Header, "Set-Cookie")
	if clean.Request.Body != nil {
		out.Request.Body = []byte(*clean.Request.Body)
	}
	if clean.Response.Body == nil || *clean.Response.Body == string(e.Response.Body) {
		return out
	}
	out.Response.Body = []byte(*clean.Response.Body)
	if breaks(doc, &out) && !breaks(doc, &e) {
		out.Response.Body = []byte(report.Disguise(form, documents).Response.Text())
	}
	return out
}

// breaks tells whether an answer breaks the document.
func breaks(doc *spec.Document, e *Exchange) bool {
	route := doc.Find(e.Request.Method, e.Request.Path)
	return route.Operation != nil && breaksAt(doc, route, e)
}

// tellingKey tells calls of one request apart that Convert may tell apart.
func tellingKey(e *Exchange, keys []string) string {
	var b strings.Builder
	for _, name := range slices.Concat(keys, candidates) {
		b.WriteString(told(name, e.Request.Header, keys) + "\x00")
	}
	return b.String()
}
