package mock

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	wall := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	other := time.Date(2030, 6, 1, 0, 0, 0, 0, time.UTC)
	hour := time.Hour
	for _, tc := range []struct {
		name        string
		clock       Clock
		now, inHour time.Time // when the wall shows 12:00, and an hour later
	}{
		{"it follows the wall", Clock{}, wall, wall.Add(hour)},
		{"it runs on from where it was set", Clock{}.Set(wall, other), other, other.Add(hour)},
		{"it stands where it was frozen", Clock{}.Freeze(wall), wall, wall},
		{"it stays frozen when it is set", Clock{}.Freeze(wall).Set(wall, other), other, other},
		{"it advances while it runs", Clock{}.Advance(hour), wall.Add(hour), wall.Add(2 * hour)},
		{"it advances while it is frozen", Clock{}.Freeze(wall).Advance(hour), wall.Add(hour), wall.Add(hour)},
		{"it goes back", Clock{}.Advance(-hour), wall.Add(-hour), wall},
		{"it runs again from where it stood", Clock{}.Set(wall, other).Freeze(wall).Run(wall), other, other.Add(hour)},
		{"running a running clock changes nothing", Clock{}.Advance(hour).Run(wall.Add(hour)), wall.Add(hour), wall.Add(2 * hour)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.clock.Now(wall); !got.Equal(tc.now) {
				t.Errorf("now %v, want %v", got, tc.now)
			}
			if got := tc.clock.Now(wall.Add(hour)); !got.Equal(tc.inHour) {
				t.Errorf("in an hour %v, want %v", got, tc.inHour)
			}
		})
	}
}
