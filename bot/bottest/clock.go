package bottest

import (
	"time"

	"promostack/store"
)

// FastClock runs times faster than the machine's clock, so that tests see minutes pass in seconds.
func FastClock(times int) store.Clock {
	return &fastClock{began: time.Now(), times: time.Duration(times)}
}

type fastClock struct {
	began time.Time
	times time.Duration
}

// Now has no monotonic part: its differences are those of the fast time.
func (c *fastClock) Now() time.Time {
	return c.began.Round(0).UTC().Add(time.Since(c.began) * c.times)
}

func (c *fastClock) Timer(d time.Duration) store.Timer {
	return fastTimer{timer: time.NewTimer(d / c.times), clock: c}
}

type fastTimer struct {
	timer *time.Timer
	clock *fastClock
}

func (t fastTimer) C() <-chan time.Time { return t.timer.C }
func (t fastTimer) Stop() bool          { return t.timer.Stop() }
