package coupon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"promostack/render/coupon/crmtest"
	"promostack/store"
)

// bench is a Desk in front of a fake FunderPro.
type bench struct {
	*Desk
	crm   *crmtest.Server
	clock *testClock
}

func newBench(t *testing.T, o Options) bench {
	t.Helper()
	crm, p, clock := startFunderPro(t)
	o.Clock, o.Log = clock, slog.New(slog.DiscardHandler)
	return bench{NewDesk(p, o), crm, clock}
}

func (b bench) check(t *testing.T, code string, want Status, passed bool) Verdict {
	t.Helper()
	v, err := b.Check(t.Context(), code)
	if err != nil || v.Status != want || v.Passed != passed || v.Message == "" {
		t.Fatalf("check %s: %+v, %v; want %s, passed %v", code, v, err, want, passed)
	}
	return v
}

// down answers every code with an error that is not retried, so that no test has to wait.
func (b bench) down() { b.crm.On("", crmtest.Status(403)) }

func TestDeskRefusesMalformedCodesWithoutACall(t *testing.T) {
	b := newBench(t, Options{})
	for _, raw := range []string{"", " ", "a.b", "SALE🚀", "خصم", "<b>", "a\x00b", fmt.Sprintf("%065d", 0)} {
		if v, err := b.Check(t.Context(), raw); !errors.As(err, new(store.Invalid)) || v.Passed {
			t.Errorf("%q: %+v, %v", raw, v, err)
		}
		if !b.Cached(raw) {
			t.Errorf("%q is not free", raw)
		}
	}
	if n := len(b.crm.Calls()); n != 0 {
		t.Fatalf("%d calls", n)
	}
}

func TestDeskKeepsValidFor60AndInvalidFor30Seconds(t *testing.T) {
	b := newBench(t, Options{})
	b.crm.On("GOOD", crmtest.Status(200))
	if b.Cached("good") {
		t.Fatal("a code that nobody asked for is cached")
	}
	first := b.check(t, " good ", Valid, true)
	if first.Canonical != "GOOD" || first.Source != "funderpro" || !first.At.Equal(b.clock.Now()) || first.HTTPStatus != 200 {
		t.Errorf("verdict %+v", first)
	}
	b.check(t, "bad", Invalid, false)
	b.clock.Advance(30*time.Second - 1)
	b.check(t, "GOOD", Valid, true)
	b.check(t, "BAD", Invalid, false)
	if n := len(b.crm.Calls()); n != 2 || !b.Cached("Good") || !b.Cached("bad") {
		t.Fatalf("%d calls", n)
	}
	b.clock.Advance(1)
	if b.Cached("bad") || !b.Cached("good") {
		t.Fatal("the invalid verdict outlived its 30 s or the valid one did not")
	}
	b.check(t, "BAD", Invalid, false)
	b.clock.Advance(30 * time.Second)
	b.crm.On("GOOD", crmtest.Status(404))
	b.check(t, "GOOD", Invalid, false) // F15: at most 60 s old
	if h := b.Health(); h.Calls != 4 || h.Hits != 2 || h.State != Working || len(b.crm.Calls()) != 4 {
		t.Fatalf("health %+v after %d calls", h, len(b.crm.Calls()))
	}
}

func TestDeskAsksOnceForFiftyAtOnce(t *testing.T) {
	b := newBench(t, Options{})
	gate := make(chan struct{})
	b.crm.On("ALPHA", crmtest.Answer{Status: 200, Hold: gate})
	leaving, leave := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := b.Check(leaving, "alpha")
		gone <- err
	}()
	<-b.crm.Arrived
	verdicts := make(chan Verdict, 50)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			v, err := b.Check(context.Background(), "ALPHA")
			if err != nil {
				t.Error(err)
			}
			verdicts <- v
		})
	}
	if !b.Cached("alpha") {
		t.Error("a code that is being asked for is not free")
	}
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	close(gate)
	group.Wait()
	close(verdicts)
	for v := range verdicts {
		if v.Status != Valid || !v.Passed {
			t.Fatalf("verdict %+v", v)
		}
	}
	if n := len(b.crm.Calls()); n != 1 {
		t.Fatalf("%d calls", n)
	}
}

func TestDeskBreakerOpensAfterFiveFailuresForThirtySeconds(t *testing.T) {
	b := newBench(t, Options{})
	b.down()
	for i := range 5 {
		if h := b.Health(); i > 0 && (h.State != Failing || h.Failures != i || !h.Setup || h.Sentence == "") {
			t.Fatalf("health after %d failures: %+v", i, h)
		}
		b.check(t, fmt.Sprint("CODE-", i), Unknown, false)
	}
	for i := range 20 {
		if v := b.check(t, fmt.Sprint("MORE-", i), Unknown, false); v.Message != "We cannot check codes right now. Try again in a minute." {
			t.Fatal(v.Message)
		}
	}
	h := b.Health()
	if n := len(b.crm.Calls()); n != 5 || h.State != Paused || !h.PausedUntil.Equal(b.clock.Now().Add(30*time.Second)) {
		t.Fatalf("%d calls, health %+v", n, h)
	}
	b.clock.Advance(30 * time.Second)
	b.check(t, "PROBE", Unknown, false)
	b.check(t, "NEXT", Unknown, false)
	if n := len(b.crm.Calls()); n != 6 {
		t.Fatalf("%d calls: the half-open breaker lets one through", n)
	}
	b.clock.Advance(30 * time.Second)
	gate := make(chan struct{})
	b.crm.On("PROBE", crmtest.Answer{Status: 200, Hold: gate})
	b.crm.On("", crmtest.Status(404))
	probe := make(chan Verdict, 1)
	go func() {
		v, _ := b.Check(context.Background(), "PROBE")
		probe <- v
	}()
	for range 6 {
		<-b.crm.Arrived
	}
	<-b.crm.Arrived
	b.check(t, "WHILE-PROBING", Unknown, false)
	close(gate)
	if v := <-probe; v.Status != Valid {
		t.Fatalf("probe: %+v", v)
	}
	b.check(t, "AFTER", Invalid, false)
	if h := b.Health(); h.State != Working || h.Failures != 0 || h.Sentence != "" || h.Setup {
		t.Fatalf("health %+v", h)
	}
}

func TestDeskAnswersWithinTheBudgetWhateverTheProviderDoes(t *testing.T) {
	for name, p := range map[string]Provider{"deaf": deaf{}, "panic": deaf{"panic"}, "silent": deaf{"silent"}} {
		clock := newClock() // its own: pause must not take another case's timer for this one's
		d := NewDesk(p, Options{Clock: clock, Log: slog.New(slog.DiscardHandler)})
		got := make(chan Verdict, 1)
		go func() {
			v, _ := d.Check(context.Background(), "ALPHA")
			got <- v
		}()
		if name == "deaf" {
			clock.pause(t, Budget, Budget)
		}
		if v := <-got; v.Status != Unknown || v.Passed {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

// deaf is a provider that does not listen to its context, panics, or says nothing.
type deaf struct{ how string }

func (deaf) Name() string { return "deaf" }
func (d deaf) Lookup(context.Context, string) (Verdict, error) {
	switch d.how {
	case "panic":
		panic("provider")
	case "silent":
		return Verdict{}, nil
	}
	select {}
}

func TestDeskKeepsNoMoreThanItMay(t *testing.T) {
	b := newBench(t, Options{Entries: 3})
	b.crm.On("", crmtest.Status(200))
	for _, code := range []string{"A", "B", "C", "A", "D"} {
		b.check(t, code, Valid, true)
	}
	for code, want := range map[string]bool{"A": true, "B": false, "C": true, "D": true} {
		if b.Cached(code) != want {
			t.Errorf("%s cached: %v", code, !want)
		}
	}
	if h := b.Health(); h.Entries != 3 {
		t.Errorf("%d entries", h.Entries)
	}
	b.Forget("A")
	b.check(t, "A", Valid, true)
	b.Forget()
	b.check(t, "C", Valid, true)
	if n := len(b.crm.Calls()); n != 6 {
		t.Errorf("%d calls", n)
	}
	if got := b.Recent(); len(got) != 6 || got[0].Canonical != "C" || got[5].Canonical != "A" {
		t.Errorf("recent %+v", got)
	}
}

func TestDeskLetsAVerdictEndWithItsCode(t *testing.T) {
	clock := newClock()
	d := NewDesk(ending{clock.Now().Add(10 * time.Second)}, Options{Clock: clock})
	if v, err := d.Check(t.Context(), "A"); err != nil || v.Message != "This code is valid: 30 % off, until 23 November 2026, 12:00 UTC." {
		t.Fatalf("%+v, %v", v, err)
	}
	clock.Advance(10*time.Second - 1)
	if !d.Cached("A") {
		t.Error("forgotten too early")
	}
	clock.Advance(1)
	if d.Cached("A") {
		t.Error("a verdict outlives its code")
	}
}

type ending struct{ at time.Time }

func (ending) Name() string { return "ending" }
func (e ending) Lookup(context.Context, string) (Verdict, error) {
	return Verdict{Status: Valid, Ends: e.at, Discount: Discount{PercentMilli: 30_000}}, nil
}
