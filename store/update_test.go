package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestTakeUpdateKnowsARepeat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		u := store.Update{Connection: 1, ID: 7, Seq: 1, Lane: 5, TakenAt: storetest.Noon(), Body: []byte(`{"update_id":7}`)}
		for i, want := range []bool{true, false, false} {
			fresh, err := ws.TakeUpdate(t.Context(), u)
			if err != nil || fresh != want {
				t.Fatalf("call %d: fresh %v (%v), want %v", i, fresh, err, want)
			}
		}
		u.Connection = 2
		if fresh, err := ws.TakeUpdate(t.Context(), u); err != nil || !fresh {
			t.Fatalf("another bot's update with the same number: %v (%v)", fresh, err)
		}
	})
}

func TestUpdatesWaitUntilTheyAreFinishedOrParked(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		for i := range int64(4) {
			if _, err := ws.TakeUpdate(ctx, store.Update{Connection: 1, ID: 10 - i, Seq: i + 1, TakenAt: storetest.Noon(), Body: []byte("{}")}); err != nil {
				t.Fatal(err)
			}
		}
		if err := ws.FinishUpdate(ctx, 1, 10); err != nil {
			t.Fatal(err)
		}
		if tries, err := ws.TryUpdate(ctx, 1, 9); err != nil || tries != 1 {
			t.Fatalf("tries %d (%v)", tries, err)
		}
		if err := ws.ParkUpdate(ctx, 1, 9, "three panics"); err != nil {
			t.Fatal(err)
		}
		waiting, err := ws.WaitingUpdates(ctx, 1, 10)
		if err != nil || len(waiting) != 2 || waiting[0].ID != 8 || waiting[1].ID != 7 {
			t.Fatalf("waiting %+v (%v)", waiting, err)
		}
		parked, err := ws.ParkedUpdates(ctx, 1, 10)
		if err != nil || len(parked) != 1 || parked[0].Error != "three panics" || parked[0].Tries != 1 {
			t.Fatalf("parked %+v (%v)", parked, err)
		}
		if u, err := ws.RetryUpdate(ctx, 1, 9, 100); err != nil || u.ID != 9 {
			t.Fatalf("%+v (%v)", u, err)
		}
		if _, err := ws.RetryUpdate(ctx, 1, 9, 101); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("a second retry: %v", err)
		}
		if u, err := ws.WaitingUpdate(ctx, 1, 9); err != nil || string(u.Body) != "{}" {
			t.Fatalf("%+v (%v)", u, err)
		}
		if _, err := ws.WaitingUpdate(ctx, 1, 10); !errors.Is(err, store.ErrNotFound) {
			t.Fatalf("a finished one: %v", err)
		}
		if w, p, err := ws.CountUpdates(ctx, 1); err != nil || w != 3 || p != 0 {
			t.Fatalf("waiting %d, parked %d (%v)", w, p, err)
		}
		if seq, err := ws.LastSeq(ctx, 1); err != nil || seq != 100 {
			t.Fatalf("last seq %d (%v)", seq, err)
		}
	})
}

func TestSweepForgetsOnlyWhatIsDoneAndOld(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	storetest.EachAt(t, clock, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		for i := range int64(3) {
			if _, err := ws.TakeUpdate(ctx, store.Update{Connection: 1, ID: i, Seq: i + 1, TakenAt: clock.Now(), Body: []byte("{}")}); err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range []error{ws.FinishUpdate(ctx, 1, 0), ws.ParkUpdate(ctx, 1, 1, "x")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		clock.Advance(47 * time.Hour)
		if n, err := s.SweepUpdates(ctx, 48*time.Hour); err != nil || n != 0 {
			t.Fatalf("too early: %d (%v)", n, err)
		}
		clock.Advance(2 * time.Hour)
		if n, err := s.SweepUpdates(ctx, 48*time.Hour); err != nil || n != 1 {
			t.Fatalf("swept %d (%v)", n, err)
		}
		if w, p, err := ws.CountUpdates(ctx, 1); err != nil || w != 1 || p != 1 {
			t.Fatalf("waiting %d, parked %d (%v)", w, p, err)
		}
	})
}

func TestEffectIsSentOnceAndRepeatedOnceWhenUncertain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		ctx := t.Context()
		certain := store.Effect{Connection: 1, Update: 5, N: 0}
		begin := func(e store.Effect, want store.EffectState, wantMessage int) {
			t.Helper()
			before, message, err := ws.BeginEffect(ctx, e)
			if err != nil || before != want || message != wantMessage {
				t.Fatalf("before %d, message %d (%v), want %d, %d", before, message, err, want, wantMessage)
			}
		}
		begin(certain, store.EffectNew, 0)
		if err := ws.FinishEffect(ctx, certain, 77); err != nil {
			t.Fatal(err)
		}
		begin(certain, store.EffectSent, 77)
		uncertain := store.Effect{Connection: 1, Update: 5, N: 1}
		begin(uncertain, store.EffectNew, 0)
		begin(uncertain, store.EffectSending, 0)
		begin(uncertain, store.EffectUnknown, 0)
		begin(uncertain, store.EffectUnknown, 0)
		refused := store.Effect{Connection: 1, Update: 5, N: 2}
		begin(refused, store.EffectNew, 0)
		if err := ws.DropEffect(ctx, refused); err != nil {
			t.Fatal(err)
		}
		begin(refused, store.EffectNew, 0)
	})
}

func TestOfManyRepeatsAtOnceExactlyOneIsFresh(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		var fresh, seq atomic.Int64
		var all sync.WaitGroup
		const ids, repeats = 60, 6
		for range repeats {
			for id := range int64(ids) {
				all.Go(func() {
					ok, err := ws.TakeUpdate(t.Context(), store.Update{Connection: 1, ID: id, Seq: seq.Add(1), TakenAt: storetest.Noon(), Body: []byte("{}")})
					if err != nil {
						t.Error(err)
					}
					if ok {
						fresh.Add(1)
					}
				})
			}
		}
		all.Wait()
		if n, _, err := ws.CountUpdates(t.Context(), 1); err != nil || n != ids || fresh.Load() != ids {
			t.Errorf("%d stored, %d called fresh, want %d (%v)", n, fresh.Load(), ids, err)
		}
	})
}
