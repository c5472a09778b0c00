package control

import (
	"context"
	"net/http"

	"github.com/standin-dev/standin/mock"
)

// sandboxValue is a sandbox as the API shows it.
type sandboxValue struct {
	Name      string     `json:"name"`
	Seed      uint64     `json:"seed"`
	Active    []string   `json:"active"`
	Clock     clockValue `json:"clock"`
	Exchanges int        `json:"exchanges"` // that its journal keeps
}

func sandboxOf(ctx context.Context, box *mock.Sandbox) sandboxValue {
	return sandboxValue{
		Name: box.Name(), Seed: box.Seeded(ctx), Active: box.Active(ctx), Clock: clockOf(ctx, box), Exchanges: box.Journal().Len(),
	}
}

func (a *api) listSandboxes(c *call) answer {
	list := []sandboxValue{}
	for _, box := range a.fake.Sandboxes() {
		list = append(list, sandboxOf(c.r.Context(), box))
	}
	return ok(map[string]any{"sandboxes": list})
}

// makeSandbox makes a sandbox, or resets the one of that name, journal included.
func (a *api) makeSandbox(c *call) answer {
	var want struct {
		From   string       `json:"from"`
		Seed   *uint64      `json:"seed"`
		Active []string     `json:"active"`
		Clock  *clockChange `json:"clock"`
	}
	name := c.params["name"]
	if !mock.ValidSandboxName(name) {
		return *refuse(badSandbox, "%s cannot be: %v", short(name), mock.ErrSandboxName)
	}
	if refused := c.decode(&want); refused != nil {
		return *refused
	}
	if twice := firstTwin(want.Active); twice != "" {
		return *refuse(badBody, "active names %s twice", short(twice))
	}
	start := mock.SandboxStart{From: want.From, Seed: want.Seed, Active: want.Active}
	if refused := want.Clock.start(&start); refused != nil {
		return *refused
	}
	status := http.StatusCreated
	if a.fake.Lookup(name) != nil {
		status = http.StatusOK
	}
	box, err := a.fake.MakeSandbox(c.r.Context(), name, start)
	if err != nil {
		return *changeRefused(err)
	}
	a.streams.end(name)
	return answer{status: status, value: sandboxOf(c.r.Context(), box)}
}

func (a *api) dropSandbox(c *call) answer {
	name := c.params["name"]
	if !a.fake.DropSandbox(name) {
		return *refuse(unknownSandbox, "there is no sandbox %s; GET %s/sandboxes lists them", short(name), mock.Prefix)
	}
	a.streams.end(name)
	return done()
}
