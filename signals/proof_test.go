package signals

import (
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

// TestRecordHoldsEveryDecisionAndOutcome replays days and checks the chain against the ledger; altering any row breaks it.
func TestRecordHoldsEveryDecisionAndOutcome(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	if _, err := (Replay{Store: s, Clock: clock, Series: series, From: from, To: to, Params: lively(), Log: quiet}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	ws := s.Workspace(store.DefaultWorkspace)
	chain, err := ws.Record(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, r := range readLedger(t, s).signals {
		want++
		if FromRow(r).Closed() {
			want++
		}
	}
	if len(chain) != want || want < 8 {
		t.Fatalf("%d entries, want %d", len(chain), want)
	}
	if n := VerifyRecord(chain); n != 0 {
		t.Fatalf("entry %d does not fit", n)
	}
	for i := range chain {
		altered := append([]store.Entry{}, chain...)
		altered[i].Body = altered[i].Body[:len(altered[i].Body)-1] + " }"
		if n := VerifyRecord(altered); n != int64(i+1) {
			t.Fatalf("entry %d altered: %d is named", i+1, n)
		}
	}
}

func TestOpenSignalsAreHiddenForFourHours(t *testing.T) {
	clock := store.NewManualClock(storetest.Noon())
	s := storetest.OpenAt(t, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	add := func(decided time.Time) {
		r := store.Signal{Strategy: "x", Version: 1, Symbol: Symbol, Interval: M15, CandleOpen: decided.Add(-15 * time.Minute), Side: "BUY",
			DecidedAt: decided, Deadline: decided.Add(4 * time.Hour), Entry: 1, TakeProfit: 2, StopLoss: 0.5, Pip: 0.1, Status: "open"}
		id, _, err := ws.AddSignal(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		r.ID = id
		if err := recordSignal(t.Context(), ws, r); err != nil {
			t.Fatal(err)
		}
	}
	add(clock.Now().Add(-5 * time.Hour))
	add(clock.Now().Add(-time.Hour))
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {3 * time.Hour, 2}} {
		got, err := PublicRecord(t.Context(), ws, clock.Now().Add(c.after))
		if err != nil || len(got) != c.want {
			t.Errorf("after %s: %d entries, want %d (%v)", c.after, len(got), c.want, err)
		}
	}
}
