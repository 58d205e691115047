package coupon

import (
	"context"
	"fmt"
	"time"
)

// flight is one call of the provider, for everybody who wants to know the same code.
type flight struct {
	done    chan struct{} // closed when verdict stands
	verdict Verdict
}

// board joins the call for a code or begins one; nil when the breaker keeps calls back. The lock is held. The call
// belongs to nobody: whoever leaves does not end it for the others, Budget does.
func (d *Desk) board(code string, now time.Time) *flight {
	if f, ok := d.flights[code]; ok {
		return f
	}
	if !d.breaker.allow(now) {
		return nil
	}
	f := &flight{done: make(chan struct{})}
	d.flights[code] = f
	d.health.Calls++
	go d.fly(code, f)
	return f
}

func (d *Desk) fly(code string, f *flight) {
	start := d.o.Clock.Now()
	v, err := d.ask(code)
	now := d.o.Clock.Now()
	if err == nil {
		v = d.complete(v, code, now)
	}
	tell := d.settle(v, err, now, now.Sub(start))
	if err != nil {
		v = d.unknown(context.Background(), code, outageOf(err).Status)
	}
	f.verdict = v
	d.mu.Lock()
	delete(d.flights, code)
	d.mu.Unlock()
	close(f.done)
	if tell {
		d.tell(v)
	}
}

// ask calls the provider and waits no longer than Budget, even for one that does not listen to its context. A
// provider that panics has failed, no more.
func (d *Desk) ask(code string) (Verdict, error) {
	ctx, cancel := withBudget(context.Background(), d.o.Clock, Budget)
	defer cancel()
	type result struct {
		v   Verdict
		err error
	}
	got := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				got <- result{err: fmt.Errorf("provider %s panicked: %v", d.provider.Name(), p)}
			}
		}()
		v, err := d.provider.Lookup(ctx, code)
		got <- result{v, err}
	}()
	select {
	case r := <-got:
		if r.err == nil && !known(r.v.Status) {
			r.err = &Outage{Status: r.v.HTTPStatus, Sentence: "The provider said nothing about the code."}
		}
		return r.v, r.err
	case <-ctx.Done():
		return Verdict{}, context.Cause(ctx)
	}
}

// complete fills in what a provider leaves to the Desk.
func (d *Desk) complete(v Verdict, code string, now time.Time) Verdict {
	v.Canonical, v.Source, v.At = code, d.provider.Name(), now
	v.Passed = v.Status == Valid
	if v.HTTPStatus == 0 {
		v.HTTPStatus = 404
		if v.Passed {
			v.HTTPStatus = 200
		}
	}
	if v.Message == "" {
		v.Message = sentence(v)
	}
	return v
}

// settle writes down how a call ended: in the cache, the breaker, the health and the log. It reports whether the
// memory should be told.
func (d *Desk) settle(v Verdict, err error, now time.Time, took time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.breaker.failures
	d.breaker.settle(err == nil, now)
	d.health.Took = took
	if err != nil {
		out := outageOf(err)
		d.health.LastFailure, d.health.Sentence, d.health.Setup = now, out.Sentence, out.Setup
		if before == 0 || d.breaker.failures == breakAfter {
			d.o.Log.Warn("coupon provider fails", "provider", d.provider.Name(), "failures", d.breaker.failures, "err", err)
		}
		return false
	}
	d.health.LastAnswer, d.health.Sentence, d.health.Setup = now, "", false
	if before > 0 {
		d.o.Log.Info("coupon provider answers again", "provider", d.provider.Name())
	}
	d.recent = append(d.recent, v)
	if len(d.recent) > recentKept {
		d.recent = d.recent[1:]
	}
	e := d.entry(v, now)
	if old, ok := d.cache.peek(v.Canonical); ok {
		e.remembered = old.remembered
	}
	d.cache.put(e)
	switch {
	case d.o.Memory == nil || d.quick:
		return false
	case v.Status != Valid:
		e.remembered = time.Time{}
		return true
	case now.Sub(e.remembered) < rememberLag:
		return false
	}
	e.remembered = now
	return true
}

// entry decides how long a verdict is the answer. A code that ends in ten seconds is valid for ten seconds.
func (d *Desk) entry(v Verdict, now time.Time) *entry {
	keep := keepInvalid
	if v.Status == Valid {
		keep = keepValid
		if !v.Ends.IsZero() {
			keep = min(keep, v.Ends.Sub(now))
		}
	}
	e := &entry{verdict: v, fresh: now.Add(keep), known: now.Add(keep)}
	if d.quick {
		e.fresh = now.Add(min(keep, keepQuick))
	}
	return e
}

// unknown is the verdict when the provider could not be asked: the outage policy decides what it means.
func (d *Desk) unknown(ctx context.Context, code string, status int) Verdict {
	v := Verdict{Status: Unknown, Canonical: code, Source: d.provider.Name(), At: d.o.Clock.Now(), HTTPStatus: status}
	v.Passed = d.o.Outage == Allow || d.o.Outage == Recent && d.wasValid(ctx, code, v.At)
	v.Message = sentence(v)
	if v.Passed {
		v.Message = passSentence(d.o.Outage)
	}
	return v
}

// wasValid asks the memory. One that cannot tell has seen nothing.
func (d *Desk) wasValid(ctx context.Context, code string, now time.Time) bool {
	if d.o.Memory == nil {
		return false
	}
	ctx, cancel := withBudget(ctx, d.o.Clock, memoryBudget)
	defer cancel()
	at, err := d.o.Memory.LastValid(ctx, code)
	return err == nil && now.Sub(at) < recentLife
}

// tell brings the memory up to date. It comes after the answer, which does not wait for it.
func (d *Desk) tell(v Verdict) {
	ctx, cancel := withBudget(context.Background(), d.o.Clock, memoryBudget)
	defer cancel()
	if v.Status == Valid {
		if err := d.o.Memory.RememberValid(ctx, v.Canonical, v.At); err != nil {
			d.o.Log.Warn("coupon verdict not remembered", "err", err)
		}
		return
	}
	if _, err := d.o.Memory.LastValid(ctx, v.Canonical); err != nil {
		return // never valid: guesses cost a read, no write
	}
	if err := d.o.Memory.ForgetValid(ctx, v.Canonical); err != nil {
		d.o.Log.Warn("coupon verdict not forgotten", "err", err)
	}
}
