package render

import (
	"context"
	"errors"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// waitFor gives way until so many wait at the gate.
func waitFor(t *testing.T, g *gate, n int64) {
	t.Helper()
	for g.waiting.Load() != n {
		yield()
	}
}

func TestGateGivesTheTurnToWhoWaits(t *testing.T) {
	g := newGate(1, store.NewManualClock(storetest.Noon()))
	leave, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		next, err := g.enter(t.Context())
		if err == nil {
			next()
		}
		got <- err
	}()
	waitFor(t, g, 1)
	leave()
	if err := <-got; err != nil {
		t.Error(err)
	}
}

func TestGateSendsAwayWhoWaitedFiveSeconds(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	g := newGate(1, clock)
	leave, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	got := make(chan error, 1)
	go func() {
		_, err := g.enter(t.Context())
		got <- err
	}()
	for clock.Waiting() == 0 {
		yield()
	}
	clock.Advance(5*time.Second - time.Millisecond)
	select {
	case err := <-got:
		t.Fatalf("sent away too soon: %v", err)
	default:
	}
	clock.Advance(time.Millisecond)
	if err := <-got; !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
}

func TestGateLetsSixtyFourWait(t *testing.T) {
	g := newGate(1, store.NewManualClock(storetest.Noon()))
	leave, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error, gateQueue)
	for range gateQueue {
		go func() {
			_, err := g.enter(ctx)
			got <- err
		}()
	}
	waitFor(t, g, gateQueue)
	if _, err := g.enter(t.Context()); !errors.Is(err, ErrBusy) {
		t.Errorf("the 65th gets %v", err)
	}
	cancel()
	for range gateQueue {
		if err := <-got; !errors.Is(err, context.Canceled) {
			t.Errorf("who gives up gets %v", err)
		}
	}
	waitFor(t, g, 0)
}
