package store_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestManualClockFiresWhatFellDueOnce(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	atOnce, soon, later := clock.Timer(0), clock.Timer(time.Minute), clock.Timer(time.Hour)
	stopped := clock.Timer(time.Minute)
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer stops once")
	}
	if clock.Waiting() != 2 {
		t.Errorf("%d wait", clock.Waiting())
	}
	clock.Advance(-time.Hour)
	clock.Advance(time.Hour + time.Minute)
	clock.Advance(time.Second)
	for name, c := range map[string]struct {
		timer store.Timer
		fired bool
	}{"at once": {atOnce, true}, "soon": {soon, true}, "later": {later, false}, "stopped": {stopped, false}} {
		select {
		case <-c.timer.C():
			if !c.fired {
				t.Errorf("%s fired", name)
			}
		default:
			if c.fired {
				t.Errorf("%s did not fire", name)
			}
		}
	}
	if soon.Stop() || !later.Stop() {
		t.Error("Stop tells whether the timer was still waiting")
	}
	if got := clock.Now(); got != storetest.Noon().Add(time.Minute+time.Second) {
		t.Error(got)
	}
}

func TestSystemClockIsInUTCAndItsTimersFire(t *testing.T) {
	clock := store.SystemClock()
	if clock.Now().Location() != time.UTC {
		t.Error(clock.Now())
	}
	timer := clock.Timer(-time.Second)
	<-timer.C()
	if timer.Stop() {
		t.Error("a timer that fired was stopped")
	}
	if late := clock.Timer(time.Hour); !late.Stop() {
		t.Error("a waiting timer was not stopped")
	}
}

func TestWaitEndsWithTheClockOrTheContext(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() { done <- store.Wait(t.Context(), clock, time.Minute) }()
	for clock.Waiting() < 1 { // the goroutine is about to ask for its timer
		runtime.Gosched()
	}
	clock.Advance(time.Minute)
	if err := <-done; err != nil {
		t.Error(err)
	}
	cancel()
	if err := store.Wait(ctx, clock, time.Minute); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if clock.Waiting() != 0 {
		t.Error("a timer was left behind")
	}
}
