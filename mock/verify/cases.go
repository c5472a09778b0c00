package verify

import (
	"context"
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// made is what the cases of [spec.Operation.Cases] present as a credential.
const made = "standin-exercise"

// Cases sends generated requests to every operation: what creates first, what
// deletes last, and things by the ids that earlier answers brought.
func (v *Verifier) Cases(ctx context.Context) {
	g := &generated{v: v, ids: map[*spec.Resource]string{}, actions: map[*spec.Operation]*spec.Action{}}
	for _, r := range v.h.Document().Resources() {
		for _, a := range r.Actions {
			g.actions[a.Operation] = a
		}
	}
	for _, op := range g.order() {
		if ctx.Err() != nil {
			return
		}
		g.operation(ctx, op)
	}
}

// generated is one run over all operations.
type generated struct {
	v       *Verifier
	ids     map[*spec.Resource]string // of the last thing that was seen
	actions map[*spec.Operation]*spec.Action
	token   string // for the operation under way
}

// order is that of the operations: creating, listing, reading, changing, all
// else, deleting; parents' collections before their children's.
func (g *generated) order() []*spec.Operation {
	ops := slices.Clone(g.v.h.Document().Operations())
	rank := func(op *spec.Operation) int {
		a := g.actions[op]
		switch {
		case a == nil:
			return 4
		case a.Kind == spec.ActionCreate:
			return 0
		case a.Kind == spec.ActionList:
			return 1
		case a.Kind == spec.ActionRead:
			return 2
		case a.Kind == spec.ActionDelete:
			return 5
		}
		return 3
	}
	depth := func(op *spec.Operation) int { return strings.Count(op.Path, "{") }
	slices.SortStableFunc(ops, func(a, b *spec.Operation) int {
		ra, rb := rank(a), rank(b)
		switch {
		case ra == 5 || rb == 5:
			if ra != rb {
				return ra - rb
			}
			return depth(b) - depth(a) // children before their parents
		case depth(a) != depth(b):
			return depth(a) - depth(b)
		}
		return ra - rb
	})
	return ops
}

// operation sends the cases of one operation.
func (g *generated) operation(ctx context.Context, op *spec.Operation) {
	v := g.v
	if v.writes(op) && !v.o.AllowWrites {
		v.add(Check{Suite: "cases", Name: op.Name(), Operation: op.ID, Outcome: Skipped, Pos: op.Pos,
			Detail: op.Method + " may change the service's data: allow that with --allow-writes, or name the operation with --safe"})
		return
	}
	cases := op.Cases(v.o.Seed)
	for _, c := range cases.Valid {
		g.sign(ctx, op)
		g.valid(ctx, op, c)
	}
	for _, c := range cases.Invalid {
		g.sign(ctx, op)
		g.invalid(ctx, op, c)
	}
}

// sign signs in for an operation that wants it: the case before may have signed
// out.
func (g *generated) sign(ctx context.Context, op *spec.Operation) {
	g.token = ""
	if len(op.Security) == 0 || g.v.o.SignIn == nil {
		return
	}
	g.token = g.v.o.SignIn(ctx, func(r *spec.Request) *mock.Exchange { return g.v.send(ctx, r) })
}

// valid sends a case that keeps to the document.
func (g *generated) valid(ctx context.Context, op *spec.Operation, c spec.Case) {
	check := Check{Suite: "cases", Name: c.Name, Operation: op.ID, Pos: op.Pos, Outcome: Passed}
	req, known := g.prepare(op, c)
	ex := g.v.send(ctx, req)
	check.Exchange = ex
	status := ex.Response.Status
	w := broken(ex, false)
	switch {
	case !answered(ex):
		check.Outcome, check.Keyword, check.Detail = Failed, "crash", ex.Reason
	case w != nil:
		check.Outcome, check.Keyword, check.Detail = Failed, "contract", describe(ex)+": "+w.Message
	case status >= 500 && op.Response(status) == nil, status >= 500 && c.Breaks == nil:
		check.Outcome, check.Keyword, check.Detail = Failed, "crash", describe(ex)+" to a valid request"
	case status == 401 || status == 403:
		check.Outcome, check.Detail = Skipped, describe(ex)+": a credential for "+op.ID+" is missing (--credential SCHEME=VALUE)"
	case status == 404 && !known, status == 409, status == 410:
		check.Outcome, check.Detail = Skipped, describe(ex)+": the service knows nothing of made-up ids"
	case status >= 400:
		check.Outcome, check.Detail = Skipped, describe(ex)+": the form was right; what it means, only the service knows"
	default:
		g.learn(op, ex)
	}
	g.v.add(check)
}

// invalid sends a case that breaks one thing, for which it must be refused.
func (g *generated) invalid(ctx context.Context, op *spec.Operation, c spec.Case) {
	check := Check{Suite: "cases", Name: c.Name, Operation: op.ID, Pos: op.Pos, Outcome: Passed}
	req, _ := g.prepare(op, c)
	if c.Breaks.Where == "security" {
		req = c.Request
	}
	ex := g.v.send(ctx, req)
	check.Exchange = ex
	status := ex.Response.Status
	w := broken(ex, true)
	switch {
	case !answered(ex):
		check.Outcome, check.Keyword, check.Detail = Failed, "crash", ex.Reason
	case status >= 500:
		check.Outcome, check.Keyword, check.Detail = Failed, "crash", describe(ex)+" to a request that breaks "+c.Breaks.Keyword+" at "+c.Breaks.Where
	case status < 400:
		check.Outcome, check.Keyword = Failed, "refuse"
		check.Detail = describe(ex) + ", though it breaks " + c.Breaks.Keyword + " at " + c.Breaks.Where
	case w != nil:
		check.Outcome, check.Keyword, check.Detail = Failed, "contract", describe(ex)+": "+w.Message
	case (status == 401 || status == 403) && c.Breaks.Where != "security":
		check.Outcome, check.Detail = Skipped, describe(ex)+": a credential for "+op.ID+" is missing (--credential SCHEME=VALUE)"
	}
	g.v.add(check)
}

// prepare puts the operator's credentials, and the ids of things that are there,
// into a case's request; known tells whether all ids in its path are such.
func (g *generated) prepare(op *spec.Operation, c spec.Case) (r *spec.Request, known bool) {
	copied := *c.Request
	r = &copied
	r.Header = r.Header.Clone()
	g.authorise(op, r)
	known = !strings.Contains(op.Path, "{")
	if c.Breaks != nil && strings.HasPrefix(c.Breaks.Where, "path.") {
		return r, known
	}
	a := g.actions[op]
	if a == nil {
		return r, known
	}
	ids, ok := g.path(a)
	if ok {
		r.Path, known = replace(op.Path, r.Path, ids)
	}
	return r, known
}

// path are the ids of the things in the path of an action's operation, the
// outermost first, as far as they are known.
func (g *generated) path(a *spec.Action) (ids []string, ok bool) {
	for r := a.Resource; r != nil; r = r.Parent {
		own := r != a.Resource || strings.HasPrefix(shapeless(a.Operation.Path), shapeless(r.Item)) && r.Item != r.Home
		if !own {
			continue
		}
		id, known := g.ids[r]
		if !known {
			return nil, false
		}
		ids = append(ids, id)
	}
	slices.Reverse(ids)
	return ids, len(ids) > 0
}

// shapeless is a template without the names of its parameters.
func shapeless(template string) string {
	parts := strings.Split(template, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// replace puts ids in the place of the last parameters of a path that are whole
// segments; all tells whether there was an id for each.
func replace(template, path string, ids []string) (out string, all bool) {
	names, parts := strings.Split(template, "/"), strings.Split(path, "/")
	if len(names) != len(parts) {
		return path, false
	}
	var places []int
	for i, name := range names {
		if strings.HasPrefix(name, "{") && strings.HasSuffix(name, "}") {
			places = append(places, i)
		}
	}
	all = len(places) == len(ids)
	for len(places) > len(ids) {
		places = places[1:]
	}
	for i, place := range places {
		parts[place] = url.PathEscape(ids[i])
	}
	return strings.Join(parts, "/"), all
}

// learn keeps the id of a thing that an answer carries.
func (g *generated) learn(op *spec.Operation, ex *mock.Exchange) {
	a := g.actions[op]
	if a == nil || !a.Carries || len(a.Resource.Key) == 0 || a.Kind == spec.ActionDelete {
		return
	}
	if _, have := g.ids[a.Resource]; have && a.Kind != spec.ActionCreate {
		return
	}
	thing := bodyOf(ex)
	for _, name := range a.Output {
		m, _ := thing.(map[string]any)
		thing = m[name]
	}
	if list, ok := thing.([]any); ok {
		if len(list) == 0 {
			return
		}
		thing = list[0]
	}
	for _, name := range a.Resource.Key {
		m, _ := thing.(map[string]any)
		thing = m[name]
	}
	switch id := thing.(type) {
	case string:
		g.ids[a.Resource] = id
	case float64:
		g.ids[a.Resource] = shortJSON(id)
	}
}

// authorise puts the operator's credentials where a case has made-up ones.
func (g *generated) authorise(op *spec.Operation, r *spec.Request) {
	for _, alt := range op.Security {
		for _, s := range alt {
			value := g.v.o.Credentials[s.Name]
			bearer := s.Type == "http" && s.Kind == "bearer" || s.Type == "oauth2" || s.Type == "openIdConnect"
			if value == "" && bearer {
				value = g.token
			}
			if value == "" {
				continue
			}
			present(r, s, bearer, value)
		}
	}
}

func present(r *spec.Request, s spec.SchemeUse, bearer bool, value string) {
	authorization := r.Header.Get("Authorization")
	switch {
	case bearer && strings.HasSuffix(authorization, made):
		r.Header.Set("Authorization", "Bearer "+value)
	case s.Type == "http" && s.Kind == "basic" && strings.HasPrefix(authorization, "Basic "):
		r.Header.Set("Authorization", "Basic "+basic(value))
	case s.Type == "http" && strings.HasSuffix(authorization, made):
		r.Header.Set("Authorization", s.Kind+" "+value)
	case s.Type == "apiKey" && s.Kind == "header" && r.Header.Get(s.Param) == made:
		r.Header.Set(s.Param, value)
	case s.Type == "apiKey" && s.Kind == "query":
		r.RawQuery = strings.Replace(r.RawQuery, url.QueryEscape(s.Param)+"="+made, url.QueryEscape(s.Param)+"="+url.QueryEscape(value), 1)
	case s.Type == "apiKey" && s.Kind == "cookie":
		r.Header.Set("Cookie", strings.Replace(r.Header.Get("Cookie"), s.Param+"="+made, s.Param+"="+value, 1))
	}
}

// basic is user:password as RFC 7617 has it sent.
func basic(pair string) string { return base64.StdEncoding.EncodeToString([]byte(pair)) }
