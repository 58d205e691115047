package coupon

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"promostack/render/coupon/crmtest"
	"promostack/store"
)

// memory is a Memory that may fail.
type memory struct {
	mu    sync.Mutex
	valid map[string]time.Time
	told  chan string
	err   error
}

func newMemory() *memory { return &memory{valid: map[string]time.Time{}, told: make(chan string, 100)} }

func (m *memory) RememberValid(_ context.Context, code string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.valid[code] = at
	m.told <- code
	return m.err
}

func (m *memory) LastValid(_ context.Context, code string) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.valid[code]
	if !ok {
		return time.Time{}, errors.Join(store.ErrNotFound, m.err)
	}
	return at, m.err
}

func TestOutageDenyPassesNothing(t *testing.T) {
	m := newMemory()
	for _, policy := range []Policy{"", Deny} {
		b := newBench(t, Options{Outage: policy, Memory: m})
		m.valid["ALPHA"] = b.clock.Now()
		b.down()
		if v := b.check(t, "ALPHA", Unknown, false); v.HTTPStatus != 403 {
			t.Errorf("%+v", v)
		}
	}
}

func TestOutageAllowPassesEverythingWellFormed(t *testing.T) {
	b := newBench(t, Options{Outage: Allow})
	b.down()
	v := b.check(t, "ALPHA", Unknown, true)
	if v.Message != "We cannot check codes right now, so this one goes unchecked." {
		t.Error(v.Message)
	}
	b.crm.On("ALPHA", crmtest.Status(404))
	b.check(t, "ALPHA", Invalid, false) // what is known to be invalid never passes
}

func TestOutageRecentPassesWhatWasValidWithinADay(t *testing.T) {
	m := newMemory()
	b := newBench(t, Options{Outage: Recent, Memory: m})
	b.crm.On("ALPHA", crmtest.Status(200))
	b.check(t, "ALPHA", Valid, true)
	<-m.told
	b.down()
	b.crm.On("ALPHA", crmtest.Status(403))
	b.clock.Advance(24*time.Hour - 1)
	v := b.check(t, "ALPHA", Unknown, true)
	if v.Message != "We cannot check codes right now. This one was valid within the last day, so you can go on." {
		t.Error(v.Message)
	}
	b.check(t, "BETA", Unknown, false)
	b.clock.Advance(1)
	b.check(t, "ALPHA", Unknown, false)
	m.err = errors.New("disk gone")
	m.valid["ALPHA"] = b.clock.Now()
	b.check(t, "ALPHA", Unknown, false)
	for range 5 {
		b.check(t, "GAMMA", Unknown, false)
	}
	m.err = nil
	if b.Health().State != Paused {
		t.Fatal("the breaker should be open")
	}
	b.check(t, "ALPHA", Unknown, true) // also when nobody is asked
	if v, err := newBench(t, Options{Outage: Recent}).unknown(t.Context(), "ALPHA", 0), error(nil); v.Passed || err != nil {
		t.Error("without a memory nothing is recent")
	}
}

func (m *memory) ForgetValid(_ context.Context, code string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.valid, code)
	m.told <- "not " + code
	return m.err
}

func TestOutageRecentPassesNothingThatWentBadSince(t *testing.T) {
	m := newMemory()
	b := newBench(t, Options{Outage: Recent, Memory: m})
	b.crm.On("ALPHA", crmtest.Status(200), crmtest.Status(404), crmtest.Status(403))
	b.check(t, "ALPHA", Valid, true)
	<-m.told
	b.check(t, "NEVER", Invalid, false) // forgets nothing
	b.clock.Advance(time.Minute)
	b.check(t, "ALPHA", Invalid, false)
	if what := <-m.told; what != "not ALPHA" {
		t.Fatalf("the memory was told %q", what)
	}
	b.clock.Advance(time.Minute)
	b.check(t, "ALPHA", Unknown, false)
}

func TestMemoryIsToldSeldom(t *testing.T) {
	m := newMemory()
	b := newBench(t, Options{Memory: m})
	b.crm.On("", crmtest.Status(200))
	for range 11 { // 0 to 10 minutes
		b.check(t, "ALPHA", Valid, true)
		b.clock.Advance(time.Minute)
	}
	for range 2 {
		if code := <-m.told; code != "ALPHA" {
			t.Fatal(code)
		}
	}
	if len(m.told) != 0 || len(b.crm.Calls()) != 11 {
		t.Fatalf("told %d times more, %d calls", len(m.told), len(b.crm.Calls()))
	}
}
