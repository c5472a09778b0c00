package scenarios

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/standin-dev/standin/spec"
)

// world is what expressions see, by the names in the tags.
type world struct {
	Request   *requestView   `expr:"request"`
	Operation *operationView `expr:"operation"`
	Token     *tokenView     `expr:"token"`
	User      map[string]any `expr:"user"`
	State     map[string]any `expr:"state"`
	Clock     *clockView     `expr:"clock"`
	Scenario  *scenarioView  `expr:"scenario"`
	Rule      *ruleView      `expr:"rule"`
	Run       *run           `expr:"run·"` // for the functions of cost.go
}

type requestView struct {
	Method  string            `expr:"method"`
	Path    string            `expr:"path"`
	Params  map[string]string `expr:"params"`
	Query   map[string]string `expr:"query"`
	Headers map[string]string `expr:"headers"` // never filled: a look-up calls header
	Body    any               `expr:"body"`
	Args    map[string]any    `expr:"args"`
}

type operationView struct {
	ID       string   `expr:"id"`
	Method   string   `expr:"method"`
	Path     string   `expr:"path"`
	Tags     []string `expr:"tags"`
	Statuses []int    `expr:"statuses"`
	Bearer   bool     `expr:"bearer"`
}

type tokenView struct {
	Present   bool      `expr:"present"`
	Valid     bool      `expr:"valid"`
	IssuedAt  time.Time `expr:"issued_at"`
	ExpiresAt time.Time `expr:"expires_at"`
	Session   string    `expr:"session"`
}

type clockView struct {
	Now time.Time `expr:"now"`
}

type scenarioView struct {
	Name  string    `expr:"name"`
	Since time.Time `expr:"since"`
	Calls int       `expr:"calls"`
}

type ruleView struct {
	Calls int `expr:"calls"`
}

// run is the state of evaluation during one [Set.Decide]. Parts of the world
// are made when the first expression looks at them.
type run struct {
	env  *Env
	have uses
	fuel int
	vm   vm.VM

	world    world
	request  requestView
	token    tokenView
	clock    clockView
	scenario scenarioView
	rule     ruleView
}

func newRun(env *Env) *run {
	r := &run{env: env, fuel: fuel}
	r.vm.MemoryBudget = memory
	r.clock.Now = utc(env.Now)
	r.world = world{
		Request: &r.request, Token: &r.token, Clock: &r.clock,
		Scenario: &r.scenario, Rule: &r.rule, Run: r,
	}
	return r
}

// utc drops the time zone and the monotonic reading, so that a time prints and
// compares the same wherever it came from.
func utc(t time.Time) time.Time { return t.UTC().Round(0) }

// at points the world at one rule.
func (r *run) at(op *operationView, st *State, ruleCalls uint64) {
	r.fuel = fuel
	r.world.Operation = op
	r.world.State = st.Vars
	r.scenario = scenarioView{Name: st.Name, Since: utc(st.Since), Calls: int(st.Calls)}
	r.rule.Calls = int(ruleCalls)
}

// eval runs an expression. It never panics; the error says why there is no
// value, without the source.
func (r *run) eval(x *expression) (any, error) {
	r.need(x.uses &^ r.have)
	v, err := r.vm.Run(x.prog, &r.world)
	if err == nil {
		return v, nil
	}
	if fe := (*file.Error)(nil); errors.As(err, &fe) {
		if errors.Is(fe.Prev, errFuel) || fe.Message == "memory budget exceeded" {
			return nil, errFuel
		}
		return nil, errors.New(fe.Message)
	}
	return nil, err
}

// holds runs a condition.
func (r *run) holds(x *expression) (bool, error) {
	v, err := r.eval(x)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok {
		return false, errors.New("a condition must be true or false")
	}
	return b, nil
}

// need fills in the parts of the world that are not there yet.
func (r *run) need(parts uses) {
	if parts == 0 {
		return
	}
	r.have |= parts
	env := r.env
	if parts&useRequest != 0 {
		in := &env.Request
		r.request.Method, r.request.Path, r.request.Params, r.request.Query = in.Method, in.Path, in.Params, in.Query
	}
	if parts&useBody != 0 && env.Request.Body != nil {
		r.request.Body = env.Request.Body()
	}
	if parts&useArgs != 0 && env.Request.Args != nil {
		r.request.Args = env.Request.Args()
	}
	if parts&useToken != 0 {
		t := &env.Token
		r.token = tokenView{t.Present, t.Valid, utc(t.IssuedAt), utc(t.ExpiresAt), t.Session}
	}
	if parts&useUser != 0 && env.User != nil {
		r.world.User = object(env.User())
	}
}

func (r *run) header(name string) string {
	if r.env.Request.Header == nil {
		return ""
	}
	return r.env.Request.Header(name)
}

// object makes a JSON object of a value, nil if it is none.
func object(v any) map[string]any {
	if m, ok := v.(map[string]any); ok || v == nil {
		return m
	}
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	var m map[string]any
	if json.Unmarshal(data, &m) != nil {
		return nil
	}
	return m
}

// viewOf makes what expressions see of an operation.
func viewOf(op *spec.Operation) *operationView {
	return &operationView{
		ID: op.ID, Method: op.Method, Path: op.Path, Tags: op.Tags,
		Statuses: statusesOf(op), Bearer: op.NeedsBearer(),
	}
}
