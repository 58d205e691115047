package store

import (
	"context"
	"sync"
	"time"
)

// Clock is the only source of time in the product, so that tests and replays can drive it.
type Clock interface {
	// Now is the present moment, in UTC.
	Now() time.Time
	// Timer fires once, d from now; a d of zero or less fires at once.
	Timer(d time.Duration) Timer
}

// Timer is one alarm of a Clock. It is used by one goroutine at a time.
type Timer interface {
	// C carries the time at which the alarm fired.
	C() <-chan time.Time
	// Stop ends the alarm; it reports false when the alarm had fired or was stopped before.
	Stop() bool
}

// SystemClock is the machine's own clock.
func SystemClock() Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() time.Time              { return time.Now().UTC() }
func (systemClock) Timer(d time.Duration) Timer { return systemTimer{time.NewTimer(d)} }

type systemTimer struct{ t *time.Timer }

func (t systemTimer) C() <-chan time.Time { return t.t.C }
func (t systemTimer) Stop() bool          { return t.t.Stop() }

// ManualClock stands still until somebody moves it. It is safe for concurrent use.
type ManualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*manualTimer]struct{}
}

// NewManualClock makes a clock that shows now.
func NewManualClock(now time.Time) *ManualClock {
	return &ManualClock{now: now.UTC(), timers: map[*manualTimer]struct{}{}}
}

// Now is the moment that the clock was last moved to.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Timer fires when the clock is moved to or past d from now.
func (c *ManualClock) Timer(d time.Duration) Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := &manualTimer{clock: c, at: c.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- c.now
		return t
	}
	c.timers[t] = struct{}{}
	return t
}

// Advance moves the clock by d and fires what fell due; a negative d moves it back and fires nothing.
func (c *ManualClock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }

// Set moves the clock to now and fires what fell due.
func (c *ManualClock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now.UTC()
	for t := range c.timers {
		if !t.at.After(c.now) {
			t.c <- c.now
			delete(c.timers, t)
		}
	}
}

// Waiting is the number of timers that have not fired yet: tests wait for it before they move the clock.
func (c *ManualClock) Waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.timers)
}

type manualTimer struct {
	clock *ManualClock
	at    time.Time
	c     chan time.Time
}

func (t *manualTimer) C() <-chan time.Time { return t.c }

func (t *manualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	_, waiting := t.clock.timers[t]
	delete(t.clock.timers, t)
	return waiting
}

// Wait returns nil after d, or the error of ctx when that ends first.
func Wait(ctx context.Context, c Clock, d time.Duration) error {
	t := c.Timer(d)
	defer t.Stop()
	select {
	case <-t.C():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
