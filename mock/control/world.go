package control

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/standin-dev/standin/mock"
	"github.com/standin-dev/standin/scenarios"
)

// health tells that the server is up, what it serves, and how much it checked.
func (a *api) health(*call) answer {
	type document struct {
		Title      string `json:"title"`
		Version    string `json:"version"`
		Operations int    `json:"operations"`
	}
	doc := a.fake.Document()
	return ok(struct {
		Status   string       `json:"status"`
		Version  string       `json:"version"`
		Document document     `json:"document"`
		Checked  mock.Checked `json:"checked"`
	}{"ok", a.opts.Version, document{doc.Title(), doc.Version(), len(doc.Operations())}, a.fake.Checked()})
}

// listScenarios lists what can be switched on, and says what is.
func (a *api) listScenarios(c *call) answer {
	type scenario struct {
		scenarios.Info
		Active bool `json:"active"`
	}
	active := c.box.Active(c.r.Context())
	list := []scenario{}
	for _, info := range a.fake.Scenarios().All() {
		if info.Operations == nil {
			info.Operations = []string{}
		}
		list = append(list, scenario{info, slices.Contains(active, info.Name)})
	}
	return ok(map[string]any{"scenarios": list})
}

// activeScenarios is what /scenario reads and writes.
type activeScenarios struct {
	Active []string `json:"active"`
}

func (a *api) showActive(c *call) answer {
	return ok(activeScenarios{c.box.Active(c.r.Context())})
}

func (a *api) activate(c *call) answer {
	var want activeScenarios
	if refused := c.decode(&want); refused != nil {
		return *refused
	}
	if want.Active == nil {
		return *refuse(badBody, `say which scenarios shall be active, in order: {"active": ["slow"]}; [] is none`)
	}
	return a.switchTo(c, want.Active)
}

func (a *api) deactivate(c *call) answer { return a.switchTo(c, nil) }

func (a *api) switchTo(c *call, names []string) answer {
	if twice := firstTwin(names); twice != "" {
		return *refuse(badBody, "active names %s twice", short(twice))
	}
	if err := c.box.Activate(c.r.Context(), names...); err != nil {
		return *changeRefused(err)
	}
	return a.showActive(c)
}

// firstTwin is the first name that stands in the list for the second time.
func firstTwin(names []string) string {
	for i, n := range names {
		if slices.Contains(names[:i], n) {
			return n
		}
	}
	return ""
}

// changeRefused is the answer to an error of a change to a sandbox.
func changeRefused(err error) *answer {
	var unknown *mock.UnknownScenario
	switch {
	case errors.As(err, &unknown):
		ans := refuse(unknownScenario, "%v; GET %s/scenarios lists them", unknown, mock.Prefix)
		ans.problem.Nearest = unknown.Nearest
		return ans
	case errors.Is(err, mock.ErrSandboxName):
		return refuse(badSandbox, "%v", err)
	case errors.Is(err, mock.ErrNoSandbox):
		return refuse(unknownSandbox, "%v", err)
	}
	return refuse(stateError, "%v", err)
}

// exportState is the whole world as one JSON document.
func (a *api) exportState(c *call) answer {
	data, err := c.box.Export(c.r.Context())
	if err != nil {
		return *refuse(stateError, "%v", err)
	}
	return answer{status: http.StatusOK, body: append(data, '\n'), media: "application/json"}
}

// importState replaces the world by one that was exported.
func (a *api) importState(c *call) answer {
	if len(strings.TrimSpace(string(c.body[:min(len(c.body), 64)]))) == 0 {
		return *refuse(badState, "send what GET %s/state answers", mock.Prefix)
	}
	if refused := c.wellFormed(); refused != nil {
		return *refused
	}
	err := c.box.Import(c.r.Context(), c.body)
	var unknown *mock.UnknownScenario
	if errors.As(err, &unknown) {
		ans := refuse(badState, "it has an active scenario that is not here: %v", unknown)
		ans.problem.Nearest = unknown.Nearest
		return *ans
	}
	if err != nil {
		return *refuse(badState, "%v", err)
	}
	return done()
}

func (a *api) resetState(c *call) answer {
	if err := c.box.Reset(c.r.Context()); err != nil {
		return *refuse(stateError, "%v", err)
	}
	return done()
}

// clockValue is a clock as the API shows it.
type clockValue struct {
	Now    time.Time `json:"now"`
	Frozen bool      `json:"frozen"`
}

func clockOf(ctx context.Context, box *mock.Sandbox) clockValue {
	now, frozen := box.Now(ctx)
	return clockValue{now, frozen}
}
