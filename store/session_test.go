package store_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestSessionEndsWhenItShould(t *testing.T) {
	const minute = time.Minute
	for _, c := range []struct {
		name  string
		steps func(t *testing.T, s *store.Store, clock *store.ManualClock, id string)
		alive bool
	}{
		{"just begun", func(*testing.T, *store.Store, *store.ManualClock, string) {}, true},
		{"idle for less than two hours", func(_ *testing.T, _ *store.Store, clock *store.ManualClock, _ string) {
			clock.Advance(store.SessionIdle - minute)
		}, true},
		{"idle for two hours", func(_ *testing.T, _ *store.Store, clock *store.ManualClock, _ string) {
			clock.Advance(store.SessionIdle)
		}, false},
		{"in use for 23 hours", func(t *testing.T, s *store.Store, clock *store.ManualClock, id string) {
			use(t, s, clock, id, 23)
		}, true},
		{"in use for 24 hours", func(t *testing.T, s *store.Store, clock *store.ManualClock, id string) {
			use(t, s, clock, id, 23)
			clock.Advance(time.Hour)
		}, false},
		{"signed out", func(t *testing.T, s *store.Store, _ *store.ManualClock, id string) {
			fatal(t, s.RevokeSession(t.Context(), id))
		}, false},
		{"signed out, then touched", func(t *testing.T, s *store.Store, clock *store.ManualClock, id string) {
			fatal(t, s.RevokeSession(t.Context(), id))
			clock.Advance(2 * minute)
			if err := s.TouchSession(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("touched: %v", err)
			}
		}, false},
		{"everybody signed out", func(t *testing.T, s *store.Store, _ *store.ManualClock, _ string) {
			fatal(t, s.RevokeAllSessions(t.Context()))
		}, false},
		{"another one signed out", func(t *testing.T, s *store.Store, _ *store.ManualClock, id string) {
			fatal(t, s.RevokeSession(t.Context(), id+"0"))
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock := store.NewManualClock(storetest.Noon())
			s := storetest.OpenAt(t, clock)
			made, err := s.CreateSession(t.Context(), "192.0.2.1", "Agent\x00")
			fatal(t, err)
			c.steps(t, s, clock, made.ID)
			got, err := s.Session(t.Context(), made.ID)
			if alive := err == nil; alive != c.alive || err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("alive %v, want %v (%v)", alive, c.alive, err)
			}
			if list, err := s.Sessions(t.Context()); err != nil || len(list) > 0 != c.alive {
				t.Errorf("listed %v, %v", list, err)
			}
			if err == nil && (got.Agent != "Agent" || got.Address != "192.0.2.1" || !got.Created.Equal(storetest.Noon())) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func use(t *testing.T, s *store.Store, clock *store.ManualClock, id string, hours int) {
	t.Helper()
	for range hours {
		clock.Advance(time.Hour)
		fatal(t, s.TouchSession(t.Context(), id))
	}
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSessionsOfANewEpochLiveWhileOldOnesAreSwept(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		old, err := s.CreateSession(ctx, "", "")
		fatal(t, err)
		fatal(t, s.RevokeAllSessions(ctx))
		fatal(t, s.RevokeAllSessions(ctx))
		made, err := s.CreateSession(ctx, "", strings.Repeat("x", 1000))
		fatal(t, err)
		if made.Epoch != old.Epoch+2 || len(made.ID) < 32 || made.ID == old.ID {
			t.Errorf("old %+v, new %+v", old, made)
		}
		if _, err := s.Session(ctx, made.ID); err != nil {
			t.Error(err)
		}
		if _, err := s.Session(ctx, old.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("old session: %v", err)
		}
		if n, err := s.SweepSessions(ctx, made.Expires.Add(time.Second)); n != 2 || err != nil {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}

func TestAuditTellsWhoDidWhatNewestFirst(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ctx, w := t.Context(), s.Workspace(store.DefaultWorkspace)
		for _, action := range []string{"one", "two", "three"} {
			fatal(t, w.Audit(ctx, "admin", action, "spring", map[string]int{"version": 3}))
		}
		undone := errors.New("undone")
		err := s.InTx(ctx, func(tx *store.Tx) error {
			fatal(t, tx.Workspace(store.DefaultWorkspace).Audit(ctx, "admin", "never", "", nil))
			return undone
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
		fatal(t, w.Audit(ctx, "a\x00b", "four", "", nil))
		list, err := w.AuditLog(ctx, 2, 0)
		if err != nil || len(list) != 2 || list[0].Action != "four" || list[0].Actor != "ab" || list[0].Details != nil || list[1].Action != "three" {
			t.Fatalf("got %+v, %v", list, err)
		}
		var details map[string]int
		if err := json.Unmarshal(list[1].Details, &details); err != nil || details["version"] != 3 || !list[1].At.Equal(clock.Now()) {
			t.Errorf("got %+v, %v", list[1], err)
		}
		if older, err := w.AuditLog(ctx, 10, list[1].ID); err != nil || len(older) != 2 || older[0].Action != "two" {
			t.Errorf("older %+v, %v", older, err)
		}
	})
}
