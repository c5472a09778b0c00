package mock

import "time"

// Clock is a sandbox's idea of now. The zero Clock follows the wall clock.
type Clock struct {
	Offset time.Duration `json:"offset,omitempty"` // ahead of the wall clock, while it runs
	At     time.Time     `json:"at,omitzero"`      // where it stands, while it is frozen
	Frozen bool          `json:"frozen,omitempty"`
}

// Now is the clock's time when the wall clock shows wall.
func (c Clock) Now(wall time.Time) time.Time {
	if c.Frozen {
		return c.At
	}
	return wall.Add(c.Offset).UTC()
}

// Set moves the clock to a time; it goes on running, or stays frozen there.
func (c Clock) Set(wall, to time.Time) Clock {
	if c.Frozen {
		return Clock{At: to.UTC(), Frozen: true}
	}
	return Clock{Offset: to.Sub(wall)}
}

// Freeze stops the clock where it is.
func (c Clock) Freeze(wall time.Time) Clock {
	return Clock{At: c.Now(wall), Frozen: true}
}

// Run lets a frozen clock go on from where it stands.
func (c Clock) Run(wall time.Time) Clock {
	if !c.Frozen {
		return c
	}
	return Clock{Offset: c.At.Sub(wall)}
}

// Advance moves the clock by d, which may be negative.
func (c Clock) Advance(d time.Duration) Clock {
	if c.Frozen {
		c.At = c.At.Add(d)
		return c
	}
	c.Offset += d
	return c
}
