package coupon

import (
	"context"
	"testing"
	"time"

	"promostack/render/coupon/crmtest"
)

// running starts the Desk's Run; the returned func lets its next look at the cache happen and waits for it.
func running(t *testing.T, b bench) func() {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	asleep := func() {
		for d := range b.clock.made {
			if d == refreshEvery {
				return
			}
		}
	}
	go func() { ended <- b.Run(ctx) }()
	asleep()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return func() {
		b.clock.Advance(refreshEvery)
		asleep()
	}
}

func TestRunRefreshesWhatIsInUseAndNothingElse(t *testing.T) {
	b := newBench(t, Options{})
	b.crm.On("USED", crmtest.Status(200))
	b.crm.On("ONCE", crmtest.Status(200))
	b.check(t, "USED", Valid, true)
	b.check(t, "USED", Valid, true)
	b.check(t, "ONCE", Valid, true)
	b.check(t, "BAD", Invalid, false)
	b.check(t, "BAD", Invalid, false)
	look := running(t, b)
	for range 8 {
		look()
	}
	if n := len(b.crm.Calls()); n != 3 {
		t.Fatalf("%d calls after 40 s", n)
	}
	look()
	calls := b.crm.Calls()
	if len(calls) != 4 || calls[3].Code != "USED" {
		t.Fatalf("calls after 45 s: %+v", calls)
	}
	for range 3 {
		look()
	}
	if !b.Cached("USED") || b.Cached("ONCE") {
		t.Fatal("after 60 s the code in use should stand and the other not")
	}
	for range 20 { // nobody used it any more
		look()
	}
	if n := len(b.crm.Calls()); n != 4 || b.Cached("USED") {
		t.Fatalf("%d calls: an unused code is refreshed for ever", n)
	}
}

func TestRunKeepsTheOldVerdictToItsEndWhenRefreshingFails(t *testing.T) {
	b := newBench(t, Options{})
	b.crm.On("USED", crmtest.Status(200), crmtest.Status(403))
	b.check(t, "USED", Valid, true)
	b.check(t, "USED", Valid, true)
	look := running(t, b)
	for range 11 {
		look()
	}
	b.check(t, "USED", Valid, true) // at 55 s, though the service failed at 45 and 50 s
	look()
	b.check(t, "USED", Unknown, false)
}

func TestRunTellsOfACodeThatWentBad(t *testing.T) {
	b := newBench(t, Options{})
	b.crm.On("USED", crmtest.Status(200), crmtest.Status(404))
	b.check(t, "USED", Valid, true)
	b.check(t, "USED", Valid, true)
	look := running(t, b)
	for range 9 {
		look()
	}
	b.check(t, "USED", Invalid, false)
	if n := len(b.crm.Calls()); n != 2 {
		t.Fatalf("%d calls", n)
	}
	b.clock.Advance(time.Second)
}
