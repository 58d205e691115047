package store_test

import (
	"context"
	"errors"
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

func TestLeaseIsRenewed(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
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
	})
}
