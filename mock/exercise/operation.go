package exercise

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

func itoa(n int) string { return strconv.Itoa(n) }

// worker exercises one operation.
type worker struct {
	ctx     context.Context
	h       *mock.Handler
	op      *spec.Operation
	sandbox string
	judge   *spec.Judge
	out     *Report
}

func exerciseOne(ctx context.Context, h *mock.Handler, op *spec.Operation, index int, seed uint64) *Report {
	w := &worker{ctx: ctx, h: h, op: op, sandbox: "exercise-" + itoa(index), out: &Report{Excused: map[string]int{}}}
	defer h.DropSandbox(w.sandbox)
	w.judge = op.Judge()
	if stock, _ := w.judge.Stock(); stock {
		w.out.Judged.Stock++
	} else {
		w.out.Judged.Own++
	}
	cases := op.Cases(seed)
	for _, why := range cases.Unmade {
		w.out.Unmade = append(w.out.Unmade, Problem{Operation: op.ID, Message: why, At: op.Pos})
	}
	if !op.Succeeds() {
		w.out.Document = append(w.out.Document, Problem{Operation: op.ID, Where: "responses", Message: "it documents no success", At: op.Pos, By: "standin"})
	}
	for _, c := range cases.Valid {
		w.valid(c)
	}
	for _, c := range cases.Invalid {
		w.invalid(c)
	}
	if len(cases.Valid) > 0 {
		w.answers(cases.Valid[0])
	}
	return w.out
}

// answers asks for every documented answer with one request.
func (w *worker) answers(c spec.Case) {
	for _, r := range w.op.Responses() {
		status := codeOf(w.op, r)
		if status < 200 {
			continue // no answer, but a part of one (RFC 9110, 15.2)
		}
		types := r.Content
		if len(types) == 0 {
			types = []spec.MediaSpec{{}}
		}
		for i := range types {
			w.answer(c, status, &types[i], false)
			if len(types[i].Examples) > 0 {
				w.answer(c, status, &types[i], true)
			}
		}
	}
}

// codeOf is a status that the response covers, and no other of the operation's.
func codeOf(op *spec.Operation, r *spec.ResponseSpec) int {
	if r.Status != "default" {
		return r.Code()
	}
	for _, code := range []int{500, 400, 503, 418, 200} {
		if op.Response(code) == r {
			return code
		}
	}
	return r.Code()
}

// answer asks for one documented answer, generated or as the document has it.
func (w *worker) answer(c spec.Case, status int, m *spec.MediaSpec, dynamic bool) {
	header := http.Header{"Prefer": {"code=" + itoa(status)}}
	c.Name = itoa(status)
	if m.Type != "" {
		header["Accept"] = []string{m.Type}
		c.Name += " as " + m.Type
	}
	if dynamic {
		header["Prefer"][0] += ", dynamic=true"
		c.Name += ", generated"
	}
	ex := w.send(c, header)
	w.out.Valid++
	example := len(m.Examples) > 0 && !dynamic
	if ex.Response.Status != status || ex.Source != mock.SourcePrefer {
		w.note(&w.out.Broken, c, ex, Problem{Where: "status", Message: "asked for " + c.Name + ", and got: " + ex.Reason, At: m.Pos, By: "standin"})
		return
	}
	w.judgeAnswer(c, ex, example)
}

// judgeAnswer notes what is wrong with an answer.
func (w *worker) judgeAnswer(c spec.Case, ex *mock.Exchange, example bool) {
	if standinsOwn(ex) || !w.op.Succeeds() && ex.Response.Status < 400 {
		return // told once, of the operation
	}
	list := &w.out.Broken
	if example {
		list = &w.out.Document
	}
	ours := false
	for _, v := range ex.Violations {
		if v.In == "response" && v.Severity == spec.SeverityError {
			ours = true
			to := list
			if v.Blame == spec.BlameDocument && ex.Source == mock.SourceExample {
				to = &w.out.Document
			}
			w.note(to, c, ex, Problem{Where: v.Where, Keyword: v.Keyword, Message: v.Message, Pointer: v.Pointer, At: v.Position, By: "standin"})
		}
	}
	if ours {
		return
	}
	call, err := w.op.Call(c)
	if err != nil {
		return
	}
	call.Request = &ex.Request
	for _, f := range w.judge.Response(call, &ex.Response) {
		if fault := w.op.Excused(f); fault != nil {
			w.out.Excused[fault.Name]++
			continue
		}
		w.note(list, c, ex, Problem{Where: f.Where, Keyword: f.Keyword, Message: f.Message, At: w.op.Pos, By: "library"})
	}
}

// standinsOwn reports whether an answer is a refusal of Standin itself, where the
// document gives none: it says so in its type.
func standinsOwn(ex *mock.Exchange) bool {
	return ex.Source == mock.SourceRefusal && ex.Response.Header.Get("Content-Type") == "application/problem+json" &&
		bytes.Contains(ex.Response.Body, []byte(mock.ProblemType))
}

// valid sends a valid request, which must be taken.
func (w *worker) valid(c spec.Case) {
	ex := w.send(c, nil)
	w.out.Valid++
	refused := false
	for _, v := range ex.Violations {
		if v.In == "request" && v.Severity == spec.SeverityError {
			refused = true
			w.note(&w.out.Refused, c, ex, Problem{Where: v.Where, Keyword: v.Keyword, Message: v.Message, Pointer: v.Pointer, At: v.Position, By: "standin"})
		}
	}
	w.judgeAnswer(c, ex, fromExample(w.op, ex))
	if refused {
		return
	}
	call, err := w.op.Call(c)
	if err != nil {
		w.note(&w.out.Refused, c, ex, Problem{Where: "path", Message: err.Error(), At: w.op.Pos, By: "standin"})
		return
	}
	for _, f := range w.judge.Request(call) {
		if fault := w.op.Excused(f); fault != nil {
			w.out.Excused[fault.Name]++
			continue
		}
		w.note(&w.out.Disputed, c, ex, Problem{Where: f.Where, Keyword: f.Keyword, Message: "taken as valid, and the library says: " + f.Message, At: w.op.Pos, By: "library"})
	}
}

// fromExample reports whether an answer may be an example of the document's.
func fromExample(op *spec.Operation, ex *mock.Exchange) bool {
	r := op.Response(ex.Response.Status)
	if r == nil || ex.Source != mock.SourceExample && ex.Source != mock.SourceRefusal {
		return false
	}
	for i := range r.Content {
		if len(r.Content[i].Examples) > 0 {
			return true
		}
	}
	return false
}

// invalid sends a request that breaks one thing, for which it must be refused.
func (w *worker) invalid(c spec.Case) {
	ex := w.send(c, nil)
	w.out.Invalid++
	if ex.Response.Status >= 400 && blames(ex, c.Breaks) {
		w.judgeAnswer(c, ex, fromExample(w.op, ex))
		return
	}
	w.note(&w.out.Accepted, c, ex, Problem{Where: c.Breaks.Where, Keyword: c.Breaks.Keyword, At: w.op.Pos, By: "standin",
		Message: "the request breaks " + c.Breaks.Keyword + " at " + c.Breaks.Where + ", and was answered: " + ex.Reason})
}

// blames reports whether a request was found wrong where it is: at the same
// parameter, or in the body.
func blames(ex *mock.Exchange, b *spec.Break) bool {
	root, _, _ := strings.Cut(b.Where, "/")
	for _, v := range ex.Violations {
		at, _, _ := strings.Cut(v.Where, "/")
		if v.In == "request" && v.Severity == spec.SeverityError && strings.EqualFold(at, root) {
			return true
		}
	}
	return false
}

// note adds a problem of an exchange to a list.
func (w *worker) note(to *[]Problem, c spec.Case, ex *mock.Exchange, p Problem) {
	p.Operation, p.Case, p.Request, p.Status = w.op.ID, c.Name, ex.Request.Method+" "+ex.Target, ex.Response.Status
	*to = append(*to, p)
}

// send sends a case's request, with more headers, and returns the exchange that
// came of it.
func (w *worker) send(c spec.Case, more http.Header) *mock.Exchange {
	w.out.Exchanges++
	r := *c.Request
	r.Header = maps.Clone(r.Header)
	maps.Copy(r.Header, more)
	return w.h.Send(w.ctx, w.sandbox, &r)
}
