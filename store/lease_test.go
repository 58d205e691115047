package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestLeaseRunsWorkAndGivesItsErrorBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		boom := errors.New("boom")
		err := s.Lease(t.Context(), "engine", func(ctx context.Context) error {
			if _, _, err := s.LeaseHolder(ctx, "engine"); err != nil {
				t.Errorf("while it runs: %v", err)
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		if _, _, err := s.LeaseHolder(t.Context(), "engine"); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("afterwards: %v", err)
		}
	})
}

func TestLeaseEndsWithItsContext(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx, cancel := context.WithCancel(t.Context())
		running := make(chan struct{})
		ended := make(chan error)
		go func() {
			ended <- s.Lease(ctx, "engine", func(ctx context.Context) error { close(running); <-ctx.Done(); return ctx.Err() })
		}()
		<-running
		cancel()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	})
}

func TestLeaseIsRenewedOnPostgres(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	s := storetest.OpenPostgresAt(t, clock)
	ctx, cancel := context.WithCancel(t.Context())
	running := make(chan struct{})
	ended := make(chan error)
	go func() {
		ended <- s.Lease(ctx, "engine", func(ctx context.Context) error { close(running); <-ctx.Done(); return nil })
	}()
	<-running
	_, first, err := s.LeaseHolder(ctx, "engine")
	if err != nil {
		t.Fatal(err)
	}
	for until := first; !until.After(first); {
		if clock.Waiting() > 0 {
			clock.Advance(6 * time.Second)
		}
		if _, until, err = s.LeaseHolder(ctx, "engine"); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-ended
}

func TestLeaseThatWasLostEndsTheWork(t *testing.T) {
	url := storetest.PostgresURL(t)
	ctx, cancel := context.WithCancel(t.Context())
	type event struct {
		who   string
		begin bool
	}
	events := make(chan event, 10)
	var running sync.WaitGroup
	start := func(who string) *store.ManualClock {
		clock := store.NewManualClock(storetest.Noon())
		s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), DatabaseURL: url, Clock: clock})
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			err := s.Lease(ctx, "engine", func(ctx context.Context) error {
				events <- event{who, true}
				<-ctx.Done()
				events <- event{who, false}
				return nil
			})
			if err := errors.Join(err, s.Close()); err != nil {
				t.Error(err)
			}
		})
		return clock
	}
	want := func(w event) {
		t.Helper()
		if got := <-events; got != w {
			t.Fatalf("%+v, want %+v", got, w)
		}
	}
	first := start("a")
	want(event{"a", true})
	second := start("b") // waits
	for second.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	second.Advance(20 * time.Second) // the first one seems to be dead
	want(event{"b", true})
	for first.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	first.Advance(6 * time.Second) // it is not, and learns that it lost
	want(event{"a", false})
	cancel()
	want(event{"b", false})
	running.Wait()
}
