//go:build !noarazzo

package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/pb33f/go-yaml"
	"github.com/pb33f/libopenapi/arazzo"
	high "github.com/pb33f/libopenapi/datamodel/high/arazzo"
	"github.com/pb33f/libopenapi/datamodel/low"
	lowarazzo "github.com/pb33f/libopenapi/datamodel/low/arazzo"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/spec"
)

// Workflows is an Arazzo description, 1.0 or 1.1.
type Workflows struct {
	name string
	doc  *high.Arazzo
}

// ParseWorkflows reads an Arazzo description; name is that of its file. The error
// says what is wrong with it.
func ParseWorkflows(name string, data []byte) (*Workflows, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: this is no Arazzo description: its top is not an object", name)
	}
	top := root.Content[0]
	var model lowarazzo.Arazzo
	if err := low.BuildModel(top, &model); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := model.Build(context.Background(), nil, top, nil); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	doc := high.NewArazzo(&model)
	if doc.Arazzo == "" {
		return nil, fmt.Errorf("%s: this is no Arazzo description: it has no member `arazzo`", name)
	}
	// The library's check knows 1.0 alone; what 1.1 adds, its engine refuses
	// before a workflow that uses what it cannot do.
	if found := arazzo.Validate(doc); found != nil && strings.HasPrefix(doc.Arazzo, "1.0") && found.HasErrors() {
		var all []error
		for _, e := range found.Errors {
			all = append(all, fmt.Errorf("%s:%d:%d: %w", name, e.Line, e.Column, e.Cause))
		}
		return nil, errors.Join(all...)
	}
	return &Workflows{name, doc}, nil
}

// Play plays every workflow that no other one calls, each step a check.
func (v *Verifier) Play(ctx context.Context, w *Workflows) {
	called := map[string]bool{}
	for _, flow := range w.doc.Workflows {
		for _, step := range flow.Steps {
			called[step.WorkflowId] = true
		}
	}
	for _, flow := range w.doc.Workflows {
		if ctx.Err() == nil && !called[flow.WorkflowId] {
			v.play(ctx, w, flow)
		}
	}
}

func (v *Verifier) play(ctx context.Context, w *Workflows, flow *high.Workflow) {
	suite := "arazzo " + flow.WorkflowId
	if op := v.unknown(flow); op != "" {
		v.add(Check{Suite: suite, Name: flow.Summary, Outcome: Skipped, Detail: "the document has no operation " + op})
		return
	}
	if op := v.forbidden(flow); op != nil {
		v.add(Check{Suite: suite, Name: flow.Summary, Outcome: Skipped, Operation: op.ID,
			Detail: op.ID + " may change the service's data: allow that with --allow-writes, or name the operation with --safe"})
		return
	}
	p := &player{v: v}
	engine := arazzo.NewEngineWithConfig(w.doc, p, nil, &arazzo.EngineConfig{SleepFunc: v.o.Wait})
	result, err := engine.RunWorkflow(ctx, flow.WorkflowId, v.inputs(flow))
	if result == nil {
		v.add(Check{Suite: suite, Name: flow.Summary, Outcome: Failed, Keyword: "expect", Detail: err.Error()})
		return
	}
	for i, step := range result.Steps {
		c := Check{Suite: suite, Name: step.StepId, Outcome: Passed}
		if i < len(p.sent) {
			c.Exchange, c.Operation = p.sent[i], p.sent[i].Operation
			c.Name = step.StepId
		}
		switch {
		case !step.Success:
			c.Outcome, c.Keyword, c.Detail = Failed, "expect", fmt.Sprint(step.Error)
			if c.Exchange != nil {
				c.Detail = describe(c.Exchange) + ": " + c.Detail
			}
		case c.Exchange != nil:
			if w := broken(c.Exchange, false); w != nil {
				c.Outcome, c.Keyword, c.Detail = Failed, "contract", describe(c.Exchange)+": "+w.Message
			}
		}
		v.add(c)
	}
}

// unknown is the first operation of a workflow that the document lacks.
func (v *Verifier) unknown(flow *high.Workflow) string {
	for _, step := range flow.Steps {
		if step.WorkflowId == "" && v.operationOf(step.OperationId, step.OperationPath) == nil {
			return step.OperationId + step.OperationPath
		}
	}
	return ""
}

// forbidden is the first operation of a workflow that may not be called.
func (v *Verifier) forbidden(flow *high.Workflow) *spec.Operation {
	for _, step := range flow.Steps {
		if step.WorkflowId != "" {
			continue
		}
		if op := v.operationOf(step.OperationId, step.OperationPath); v.lasting(op) && !v.o.AllowWrites {
			return op
		}
	}
	return nil
}

// lasting tells whether a workflow's call changes what outlives it. A story about
// sessions must be free to begin and end them: of the methods that write, those
// count that are safe to repeat on purpose or remove (RFC 9110, 9.2.2).
func (v *Verifier) lasting(op *spec.Operation) bool {
	switch op.Method {
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		return v.writes(op)
	}
	return false
}

// operationOf is the operation that a step names: by its id, with or without its
// source, or by a pointer into its source.
func (v *Verifier) operationOf(id, path string) *spec.Operation {
	doc := v.h.Document()
	if rest, ok := strings.CutPrefix(id, "$sourceDescriptions."); ok {
		_, id, _ = strings.Cut(rest, ".")
	}
	if id != "" {
		return doc.Operation(id)
	}
	_, pointer, _ := strings.Cut(path, "#/paths/")
	template, method, ok := strings.Cut(pointer, "/")
	if !ok {
		return nil
	}
	template = strings.ReplaceAll(strings.ReplaceAll(template, "~1", "/"), "~0", "~")
	return doc.Operation(strings.ToUpper(method) + " " + template)
}

// inputs are a workflow's: our variables, else the defaults of its schema.
func (v *Verifier) inputs(flow *high.Workflow) map[string]any {
	out := map[string]any{}
	if flow.Inputs != nil {
		var schema struct {
			Properties map[string]struct {
				Default any `yaml:"default"`
			} `yaml:"properties"`
		}
		if flow.Inputs.Decode(&schema) == nil {
			for name, p := range schema.Properties {
				if p.Default != nil {
					out[name] = p.Default
				}
			}
		}
	}
	for name, value := range v.o.Vars {
		out[name] = value
	}
	return out
}

// player carries out the requests of a workflow.
type player struct {
	v    *Verifier
	sent []*mock.Exchange
}

// Execute is [arazzo.Executor].
func (p *player) Execute(ctx context.Context, e *arazzo.ExecutionRequest) (*arazzo.ExecutionResponse, error) {
	op := p.v.operationOf(e.OperationID, e.OperationPath)
	if op == nil {
		return nil, fmt.Errorf("the document has no operation %s%s", e.OperationID, e.OperationPath)
	}
	r, err := requestFor(op, e)
	if err != nil {
		return nil, err
	}
	ex := p.v.send(ctx, r)
	p.sent = append(p.sent, ex)
	if !answered(ex) {
		return nil, errors.New(ex.Reason)
	}
	out := &arazzo.ExecutionResponse{StatusCode: ex.Response.Status, Headers: ex.Response.Header, URL: r.Path, Method: r.Method}
	if body := bodyOf(ex); body != nil {
		out.Body = body
	} else if len(ex.Response.Body) > 0 {
		out.Body = string(ex.Response.Body)
	}
	return out, nil
}

// requestFor is the request of a step. The engine says no more of a parameter
// than its name: the document knows where it goes.
func requestFor(op *spec.Operation, e *arazzo.ExecutionRequest) (*spec.Request, error) {
	path, query := op.Path, url.Values{}
	r := &spec.Request{Method: op.Method, Header: http.Header{}, Host: "localhost"}
	for name, value := range e.Parameters {
		switch op.ParamIn(name) {
		case "path":
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(text(value)))
		case "query":
			query.Set(name, text(value))
		case "cookie":
			r.Header.Add("Cookie", name+"="+text(value))
		default:
			r.Header.Set(name, text(value))
		}
	}
	r.Path, r.RawQuery = path, query.Encode()
	if e.RequestBody == nil {
		return r, nil
	}
	media := e.ContentType
	if media == "" {
		media = "application/json"
	}
	r.Header.Set("Content-Type", media)
	if s, ok := e.RequestBody.(string); ok && !strings.Contains(media, "json") {
		r.Body = []byte(s)
		return r, nil
	}
	var err error
	r.Body, err = json.Marshal(e.RequestBody)
	return r, err
}
