package coupon

import (
	"testing"
	"time"

	"promostack/store"
)

// testClock is a manual clock that tells which timers are made.
type testClock struct {
	*store.ManualClock
	made chan time.Duration
}

func newClock() *testClock {
	return &testClock{store.NewManualClock(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)), make(chan time.Duration, 10_000)}
}

func (c *testClock) Timer(d time.Duration) store.Timer {
	timer := c.ManualClock.Timer(d)
	c.made <- d
	return timer
}

// pause waits until somebody sleeps for something between two bounds, lets that time pass and returns it.
func (c *testClock) pause(t *testing.T, least, most time.Duration) time.Duration {
	t.Helper()
	for {
		select {
		case d := <-c.made:
			if d >= least && d <= most {
				c.Advance(d)
				return d
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("nobody sleeps between %v and %v", least, most)
		}
	}
}
