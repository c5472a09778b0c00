package mock

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock/internal/wire"
	"github.com/standin-dev/standin/spec"
)

// visit is one request on its way through [Handler.ServeHTTP]: each stage fills
// in what it is named for, and reads only what stands above that.
type visit struct {
	contract *contract
	wall     time.Time // the one reading of the wall clock

	// read
	request spec.Request
	rest    io.Reader // of a body over the bound, on its way to the real service
	target  string
	sandbox *Sandbox
	prefs   preferences
	refused *plan // by read or find: there is nothing to decide

	// find and bind
	route spec.Route
	call  Call
	found []spec.Violation // in the request

	// decide
	denied bool // the credentials are not good enough

	id   string
	at   time.Time
	plan plan

	trail Trail

	// answer and check
	response   spec.Response
	carried    carried          // where the real service answered
	violations []spec.Violation // all
}

// plan is what decide made of a call: everything about the answer but its
// making. Either response is complete, or want says what the document shall
// give.
type plan struct {
	response     spec.Response
	want         *spec.Want
	source       Source
	reason       string
	scenario     string // whose reply or fault it is
	acted        []string
	notes        []string // why each scenario rule did or did not act
	troubles     []string // expressions of scenarios that failed
	forward      bool     // the real service answers
	recorded     bool     // the reply is a real service's
	undocumented bool     // the scenario says so: nothing is checked
	ours         bool     // Standin's own refusal, no answer of the API's
	fault        wire.Fault
	delay        time.Duration
}

// ServeHTTP is the life of a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if preflight(w, r) {
		return
	}
	v := visit{contract: h.contract.Load(), wall: h.opts.Wall()}
	if h.file(&v, w, r) {
		return
	}
	h.checked.seen.Add(1)
	h.read(&v, r)
	h.find(&v)
	h.bind(&v)
	h.decide(&v, r.Context())
	h.answer(&v, r)
	defer v.carried.close()
	h.check(&v)
	ex := h.record(&v, r)
	var err error
	if v.callsBack() {
		err = h.writeThenCall(&v, ex, w, r)
	} else {
		err = wire.Write(r.Context(), w, v.onWire(ex, r))
	}
	h.log(r.Context(), ex, err)
}

// file serves what stands beside the API.
func (h *Handler) file(v *visit, w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	_, path := CutSandbox(r.URL.Path)
	f, ok := v.contract.files[path]
	if !ok {
		f, ok = h.kept(v, r, path)
	}
	if !ok {
		return false
	}
	header := http.Header{"Content-Type": {f.ContentType}}
	maps.Copy(header, f.Header)
	if origin := r.Header.Get("Origin"); origin != "" {
		share(header, origin)
	}
	// The client's leaving is the only error, and files are not logged.
	_ = wire.Write(r.Context(), w, wire.Answer{Status: http.StatusOK, Header: header, Body: f.Body(), HeadOnly: r.Method == http.MethodHead})
	return true
}

// kept is what the named sandbox keeps beside the API, under a path.
func (h *Handler) kept(v *visit, r *http.Request, path string) (f File, ok bool) {
	b := &h.opts.Behaviours
	if b.Kept == nil || !strings.HasPrefix(path, b.KeptUnder) || v.contract.doc.Find(r.Method, path).Operation != nil {
		return f, false
	}
	name, _ := NamedSandbox(r)
	if name == "" {
		name = DefaultSandbox
	}
	box := h.Lookup(name)
	if box == nil {
		return f, false
	}
	box.touch(v.wall)
	box.View(r.Context(), func(tx *Tx) { f, ok = b.Kept(tx, path) })
	return f, ok
}

// read reads the request whole, bounded, and picks the sandbox.
func (h *Handler) read(v *visit, r *http.Request) {
	named, path := NamedSandbox(r)
	v.target = r.URL.RequestURI()
	v.request = spec.Request{Method: r.Method, Path: path, RawQuery: r.URL.RawQuery, Header: r.Header, Host: r.Host, TLS: r.TLS != nil}
	refuse := func(p plan) {
		if v.refused == nil {
			v.refused = &p
		}
	}
	if n := headerSize(r); n > MaxHeader {
		refuse(refuseHeaders.plan("the address and headers have "+itoa(n)+" bytes, the bound is "+sizeText(MaxHeader), nil))
	}
	var err error
	if v.request.Body, err = readBody(r, h.opts.MaxBody); errors.Is(err, errTooLarge) && h.upstream != nil {
		v.request.Body, v.rest, err = readPart(r, v.request.Body, h.opts.MaxBody)
	}
	if err == nil && r.Header["Content-Encoding"] != nil && v.rest == nil {
		err = decodeContent(&v.request, h.opts.MaxBody)
	}
	if err != nil {
		refuse(bodyRefusal(err, h.opts.MaxBody))
	}
	if v.sandbox, err = h.resolve(named, v.contract, &v.request); err != nil {
		refuse(refuseSandboxName.plan("the name "+quoteShort(named)+" cannot be: "+err.Error(), nil))
		// The default sandbox always is, or can be made.
		v.sandbox, _ = h.Sandbox(DefaultSandbox)
	}
	v.sandbox.touch(v.wall)
	v.prefs, v.request.RawQuery, err = readPreferences(r.Header, r.URL.RawQuery)
	if err != nil {
		refuse(refusePrefer.plan(err.Error(), nil))
	}
	for _, name := range v.prefs.scenarios {
		if set := v.contract.scenarios; !set.Has(name) {
			e := UnknownScenario{Name: name, Nearest: set.Nearest(name)}
			refuse(refuseScenario.plan(e.Error(), func(p *problem) { p.Nearest = e.Nearest }))
		}
	}
}

// MaxHeader bounds a request's address and headers, in bytes. A server in front
// should let somewhat more through: what it refuses itself has no JSON body.
const MaxHeader = 64 << 10

func headerSize(r *http.Request) int {
	n := len(r.RequestURI)
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(value) + len(": \r\n")
		}
	}
	return n
}

// errTooLarge is readBody's error for a body over the bound.
var errTooLarge = errors.New("too large")

func readBody(r *http.Request, limit int64) ([]byte, error) {
	switch n := r.ContentLength; {
	case n == 0 || r.Body == nil || r.Body == http.NoBody:
		return nil, nil
	case n > limit:
		return nil, errTooLarge
	case n > 0 && n <= 64<<10:
		// Larger ones grow as they arrive: a header alone must not cost memory.
		body := make([]byte, n)
		_, err := io.ReadFull(r.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		return body, errTooLarge // what is read is the service's, where there is one
	}
	if len(body) == 0 {
		body = nil
	}
	return body, err
}

func bodyRefusal(err error, limit int64) plan {
	var timeout net.Error
	var coding unknownCoding
	switch {
	case errors.As(err, &coding):
		p := refuseCoding.plan("the body's Content-Encoding is "+quoteShort(string(coding))+"; gzip and deflate are understood", nil)
		p.response.Header["Accept-Encoding"] = []string{"gzip, deflate"} // RFC 9110, 15.5.16
		return p
	case errors.Is(err, errCoding):
		return refuseCoded.plan(err.Error(), nil)
	case errors.Is(err, errTooLarge):
		return refuseTooLarge.plan("the body is over the bound of "+sizeText(limit), nil)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return refuseTimeout.plan("the body did not arrive in time", nil)
	}
	return refuseBroken.plan("the body could not be read to its end: "+err.Error(), nil)
}

// find finds the operation.
func (h *Handler) find(v *visit) {
	v.route = v.contract.doc.Find(v.request.Method, v.request.Path)
	if v.route.Operation != nil {
		return
	}
	var p plan
	var wrong spec.Violation
	if v.route.PathKnown {
		detail := v.request.Method + " is not documented for " + quoteShort(v.request.Path) + "; " + joinComma(v.route.Allow) + " would be"
		p = refuseMethod.plan(detail, func(p *problem) { p.Allow = v.route.Allow })
		wrong = spec.Violation{Where: "method", Keyword: "method", Got: v.request.Method, Want: joinComma(v.route.Allow), Message: detail,
			Fix: "use a documented method, or document this one"}
	} else {
		nearest := v.contract.doc.Nearest(v.request.Path, 3)
		detail := "the document has no path " + quoteShort(v.request.Path)
		if mistake := pathMistake(v.request.Path, nearest, v.contract.doc.Operations()); mistake != "" {
			detail += ": " + mistake
		}
		switch {
		case len(nearest) > 0:
			detail += "; the nearest are " + joinComma(nearest)
		case len(v.contract.doc.Operations()) == 0:
			detail = "the document has no paths, so nothing answers on " + quoteShort(v.request.Path)
		}
		p = refusePath.plan(detail, func(p *problem) { p.Nearest = nearest })
		wrong = spec.Violation{Where: "path", Keyword: "path", Got: quoteShort(v.request.Path), Want: joinComma(nearest), Message: detail,
			Fix: "use a documented path, or document this one"}
	}
	wrong.In, wrong.Blame, wrong.Severity = "request", spec.BlameClient, spec.SeverityError
	v.found = []spec.Violation{wrong}
	if v.refused == nil && h.upstream == nil { // the real service may know better
		v.refused = &p
	}
}

// bind decodes the request and checks it.
func (h *Handler) bind(v *visit) {
	if v.route.Operation == nil {
		return
	}
	call, found := v.contract.doc.Bind(&v.request, v.route)
	v.call.Call, v.found = call, found
	if v.rest != nil {
		v.found = unread(v.found, "request", "it is longer than "+sizeText(h.opts.MaxBody)+", and goes on as it comes")
	}
	if h.opts.Strict {
		v.found = strict(v.found)
	}
}

// strict makes errors of warnings.
func strict(vs []spec.Violation) []spec.Violation {
	out := make([]spec.Violation, len(vs))
	for i, v := range vs {
		if v.Blame != spec.BlameScenario {
			v.Severity = spec.SeverityError
		}
		out[i] = v
	}
	return out
}

// answer carries the plan out to a complete response.
func (h *Handler) answer(v *visit, r *http.Request) {
	if v.plan.forward {
		h.carry(v, r)
		return
	}
	v.response = v.plan.response
	if v.plan.want == nil {
		return
	}
	made, err := v.route.Operation.Respond(*v.plan.want)
	if err == nil {
		merge(made, v.plan.response.Header)
		v.response = *made
		return
	}
	refusal := refuseNoAnswer
	switch {
	case errors.Is(err, spec.ErrNotAcceptable):
		if h.notAcceptable(v) {
			return
		}
		refusal = refuseAccept
	case v.plan.source == SourcePrefer:
		refusal = refusePrefer
	}
	p := refusal.plan(err.Error(), func(p *problem) { p.Operation = v.route.Operation.ID })
	v.plan, v.response = v.plan.under(p), p.response
}

// notAcceptable answers with the document's own 406, if it has one.
func (h *Handler) notAcceptable(v *visit) bool {
	want := *v.plan.want
	want.Status, want.Example = v.route.Operation.RefusalStatus(http.StatusNotAcceptable), ""
	if want.Status == 0 {
		return false
	}
	made, err := v.route.Operation.Respond(want)
	if err != nil {
		return false
	}
	v.response, v.plan.want = *made, &want
	v.plan.reason = "Accept takes none of the documented media types"
	return true
}

// merge sets headers over those that a made response has.
func merge(r *spec.Response, over http.Header) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for name, values := range over {
		r.Header[name] = values
	}
}

// check checks the response against the document, whatever made it.
func (h *Handler) check(v *visit) {
	v.violations = v.found
	switch {
	case v.plan.ours || v.route.Operation == nil:
	case v.plan.undocumented:
		v.violations = append(v.violations[:len(v.violations):len(v.violations)], spec.Violation{
			In: "response", Where: "status", Keyword: "undocumented", Got: itoa(v.response.Status),
			Message: "scenario " + v.plan.scenario + " answers a status that the document does not list, as it says; the body is not checked",
			Blame:   spec.BlameScenario, Severity: spec.SeverityWarning,
		})
	default:
		h.checkResponse(v)
	}
	if len(v.violations) == 0 {
		h.checked.accepted.Add(1)
	} else {
		h.checked.reported.Add(1)
	}
}

func (h *Handler) checkResponse(v *visit) {
	wrong := v.contract.doc.CheckResponse(asGet(v.call.Call, &v.response), &v.response)
	if v.carried.opaque != "" {
		wrong = unread(wrong, "response", v.carried.opaque)
	}
	if len(wrong) == 0 {
		return
	}
	blame := spec.BlameFake
	switch v.plan.source {
	case SourceUpstream:
		blame = spec.BlameUpstream
	case SourceScenario:
		blame = spec.BlameScenario
		if v.plan.recorded {
			blame = spec.BlameUpstream
		}
	case SourcePrefer, SourceExample:
		if !v.plan.want.Dynamic || v.response.Unsatisfied() {
			blame = spec.BlameDocument
		}
	}
	if h.opts.Strict {
		wrong = strict(wrong)
	}
	var worst *spec.Violation
	all := append(v.violations[:len(v.violations):len(v.violations)], wrong...)
	for i := len(v.violations); i < len(all); i++ {
		all[i].Blame = blame
		if worst == nil && all[i].Severity == spec.SeverityError && blame != spec.BlameScenario {
			worst = &all[i]
		}
	}
	v.violations = all
	if !h.opts.Strict || worst == nil {
		return
	}
	op := v.route.Operation
	p := refuseOurs.plan("the answer of "+op.ID+" breaks the document at "+worst.Where+": "+worst.Message, func(p *problem) {
		p.Operation, p.Pointer, p.Violations = op.ID, worst.Pointer, wrong
	})
	v.plan, v.response = v.plan.under(p), p.response
}

// asGet is the call as which an answer is checked: GET for a HEAD, whose body is
// made, and then only not written (RFC 9110, 9.3.2).
func asGet(c *spec.Call, r *spec.Response) *spec.Call {
	if len(r.Body) == 0 || c.Request.Method != http.MethodHead {
		return c
	}
	call, request := *c, *c.Request
	request.Method = http.MethodGet
	call.Request = &request
	return &call
}

// record completes the response's headers and puts the exchange into the
// journal, before any delay and before a byte leaves: a client that holds its
// answer always finds it there.
func (h *Handler) record(v *visit, r *http.Request) *Exchange {
	header := v.response.Header
	if header == nil {
		header = make(http.Header, 4)
		v.response.Header = header
	}
	header["Standin-Exchange"] = []string{v.id}
	ours := v.plan.source != SourceUpstream
	if ours || header["Date"] == nil {
		header["Date"] = h.dateHeader(v.at)
	}
	if ours && !v.plan.recorded && v.response.Status == http.StatusUnauthorized && header["Www-Authenticate"] == nil {
		header["Www-Authenticate"] = v.challenge()
	}
	if n := len(v.violations); n > 0 {
		header["Standin-Violations"] = []string{itoa(n)}
	}
	ex := &Exchange{
		ID: v.id, Sandbox: v.sandbox.name, At: v.at,
		Request: v.request, Target: v.target, Response: v.response,
		Reason: v.plan.reason, Source: v.plan.source, Scenario: v.plan.scenario, Acted: v.plan.acted,
		Notes: v.plan.notes, Troubles: v.plan.troubles,
		Fault: v.plan.fault, Delay: v.plan.delay, Violations: v.violations,
	}
	if op := v.route.Operation; op != nil {
		ex.Operation, ex.Template = op.ID, op.Name()
		v.trail.Operation = op.Pos
	}
	if v.call.Call != nil {
		v.trail.Params, v.trail.Credentials, v.trail.Token = v.call.Params, v.call.Credentials, v.call.Identity.Token
	}
	ex.Trail = v.trail
	if !v.plan.ours {
		ex.Applied = v.prefs.applied()
	}
	if ex.Applied != "" {
		header["Preference-Applied"] = []string{ex.Applied}
	}
	if origin := r.Header["Origin"]; len(origin) > 0 {
		share(header, origin[0])
	}
	ex.Duration = h.opts.Wall().Sub(v.wall)
	v.sandbox.tallied().add(v, ex)
	v.sandbox.journal.add(ex)
	if h.opts.Observe != nil {
		h.opts.Observe(ex)
	}
	return ex
}

// log writes the exchange's one record. Bodies and headers never go into it.
func (h *Handler) log(ctx context.Context, ex *Exchange, err error) {
	if !h.opts.Logger.Enabled(ctx, slog.LevelInfo) {
		return
	}
	attrs := [13]slog.Attr{
		slog.String("id", ex.ID),
		slog.String("sandbox", ex.Sandbox),
		slog.String("method", ex.Request.Method),
		slog.String("target", ex.Target),
		slog.String("operation", ex.Operation),
		slog.Int("status", ex.Response.Status),
		slog.String("reason", ex.Reason),
		slog.Duration("duration", ex.Duration),
	}
	n := 8
	if len(ex.Acted) > 0 {
		attrs[n] = slog.String("scenario", joinComma(ex.Acted))
		n++
	}
	if ex.Fault != wire.None {
		attrs[n] = slog.String("fault", ex.Fault.String())
		n++
	}
	if len(ex.Violations) > 0 {
		attrs[n] = slog.Any("violations", ex.Violations)
		n++
	}
	if len(ex.Troubles) > 0 {
		attrs[n] = slog.String("trouble", strings.Join(ex.Troubles, "; "))
		n++
	}
	if err != nil {
		attrs[n] = slog.String("unsent", err.Error())
		n++
	}
	h.opts.Logger.LogAttrs(ctx, slog.LevelInfo, "exchange", attrs[:n]...)
}
