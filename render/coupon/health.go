package coupon

import (
	"context"
	"time"

	"promostack/store"
)

// The states of a Desk.
const (
	Working = "working" // the last call was answered, or none was made yet
	Failing = "failing" // the last call failed
	Paused  = "paused"  // the circuit breaker keeps calls back
)

// Health is what the panel and the doctor show of a Desk.
type Health struct {
	Provider    string        // its name
	State       string        // Working, Failing or Paused
	Sentence    string        // what is wrong and what to do; "" while Working
	Setup       bool          // the configuration is wrong: waiting will not mend it
	LastAnswer  time.Time     // zero: never
	LastFailure time.Time     // zero: never
	Failures    int           // calls that failed in a row
	PausedUntil time.Time     // zero unless Paused
	Took        time.Duration // how long the last call took
	Calls       int64         // asked of the provider since the start
	Hits        int64         // answered from the cache since the start
	Entries     int           // codes in the cache
}

// Health tells how the provider is doing. It asks nobody.
func (d *Desk) Health() Health {
	now := d.o.Clock.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	h := d.health
	h.Provider, h.State = d.provider.Name(), Working
	h.Entries, h.Failures = d.cache.order.Len(), d.breaker.failures
	switch {
	case d.breaker.paused(now):
		h.State, h.PausedUntil = Paused, d.breaker.until
	case d.breaker.failures > 0:
		h.State = Failing
	}
	return h
}

// probeCode is well-formed and nobody's.
const probeCode = "PROMOSTACK-DOCTOR-CHECK"

// Probe asks a provider about a code that nobody has, past every cache, and tells how long the answer took. Its
// error is an *Outage with a sentence for whoever runs the product.
func Probe(ctx context.Context, p Provider, clock store.Clock) (time.Duration, error) {
	start := clock.Now()
	ctx, cancel := withBudget(ctx, clock, Budget)
	defer cancel()
	_, err := p.Lookup(ctx, probeCode)
	if err != nil {
		return clock.Now().Sub(start), outageOf(err)
	}
	return clock.Now().Sub(start), nil
}
