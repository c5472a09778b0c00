package control

import (
	"time"

	"github.com/standin-dev/standin/mock"
)

// A clock can show any time from 1970 on, when ULIDs begin, up to here: the
// distance to the wall clock stays well within a time.Duration.
const lastYear = 2199

// maxAdvance bounds one move of a clock, forward or back.
const maxAdvance = 100 * 365 * 24 * time.Hour

// clockChange is what a clock is set to; what is nil stays as it is.
type clockChange struct {
	Now    *string `json:"now"`
	Frozen *bool   `json:"frozen"`
}

// time is the time to set, zero if there is none.
func (cc clockChange) time() (time.Time, *answer) {
	if cc.Now == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, *cc.Now)
	if err != nil {
		return t, refuse(badClock, "now is %s; want a time as in RFC 3339, like 2026-03-01T09:30:00Z", short(*cc.Now))
	}
	return t, inRange(t)
}

func inRange(t time.Time) *answer {
	if year := t.UTC().Year(); year < 1970 || year > lastYear {
		return refuse(badClock, "%s lies outside the years 1970 to %d, which a clock can show", t.UTC().Format(time.RFC3339), lastYear)
	}
	return nil
}

func (a *api) showClock(c *call) answer { return ok(clockOf(c.r.Context(), c.box)) }

func (a *api) setClock(c *call) answer {
	var want clockChange
	if refused := c.decode(&want); refused != nil {
		return *refused
	}
	to, refused := want.time()
	switch {
	case refused != nil:
		return *refused
	case want.Now == nil && want.Frozen == nil:
		return *refuse(badClock, `say what to set: {"now": "2026-03-01T09:30:00Z", "frozen": true}, or one of them`)
	}
	if err := c.box.SetClock(c.r.Context(), to, want.Frozen); err != nil {
		return *changeRefused(err)
	}
	return a.showClock(c)
}

func (a *api) advance(c *call) answer {
	var want struct {
		By *string `json:"by"`
	}
	if refused := c.decode(&want); refused != nil {
		return *refused
	}
	if want.By == nil {
		return *refuse(badClock, `say how far: {"by": "15m"}`)
	}
	by, err := time.ParseDuration(*want.By)
	if err != nil {
		return *refuse(badClock, "by is %s; want a duration such as 90s, 15m, 24h or -1h30m", short(*want.By))
	}
	if by > maxAdvance || by < -maxAdvance {
		return *refuse(badClock, "by is %s; want a hundred years at most", by)
	}
	if refused := inRange(clockOf(c.r.Context(), c.box).Now.Add(by)); refused != nil {
		return *refused
	}
	if err := c.box.Advance(c.r.Context(), by); err != nil {
		return *changeRefused(err)
	}
	return a.showClock(c)
}

// start puts a change, nil for none, into how a sandbox starts.
func (cc *clockChange) start(into *mock.SandboxStart) *answer {
	if cc == nil {
		return nil
	}
	var refused *answer
	into.Now, refused = cc.time()
	into.Frozen = cc.Frozen
	return refused
}
