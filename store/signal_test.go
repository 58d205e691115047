package store_test

import (
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func TestSignalsAreFilteredCountedAndPaged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ws := s.Workspace(store.DefaultWorkspace)
		for i := range 12 {
			at := storetest.Noon().Add(time.Duration(i) * time.Hour)
			side, status := "BUY", "open"
			if i%2 == 1 {
				side = "SELL"
			}
			if i%4 == 3 {
				status = "missed"
			}
			_, _, err := ws.AddSignal(t.Context(), store.Signal{Strategy: "x", Version: 1, Symbol: "XAU/USD", Interval: store.Interval(15 * time.Minute),
				CandleOpen: at, Side: side, DecidedAt: at, Deadline: at, Entry: 1, TakeProfit: 2, StopLoss: 0.5, Pip: 0.1, Status: status})
			if err != nil {
				t.Fatal(err)
			}
		}
		for name, c := range map[string]struct {
			f    store.SignalFilter
			want int
		}{
			"all":       {store.SignalFilter{}, 12},
			"posted":    {store.SignalFilter{Posted: true}, 9},
			"sells":     {store.SignalFilter{Side: "SELL"}, 6},
			"missed":    {store.SignalFilter{Status: "missed"}, 3},
			"a span":    {store.SignalFilter{From: storetest.Noon().Add(time.Hour), To: storetest.Noon().Add(3 * time.Hour)}, 2},
			"sold span": {store.SignalFilter{Side: "SELL", Posted: true, From: storetest.Noon().Add(2 * time.Hour)}, 2},
			"no exits":  {store.SignalFilter{ByExit: true, From: storetest.Noon()}, 0},
		} {
			n, err := ws.CountSignals(t.Context(), c.f)
			list, listErr := ws.Signals(t.Context(), c.f)
			if err != nil || listErr != nil || n != c.want || len(list) != c.want {
				t.Errorf("%s: %d counted, %d listed, want %d (%v, %v)", name, n, len(list), c.want, err, listErr)
			}
		}
		page, err := ws.Signals(t.Context(), store.SignalFilter{Limit: 5, Offset: 10})
		if err != nil || len(page) != 2 || !page[1].DecidedAt.Equal(storetest.Noon()) {
			t.Errorf("last page: %d signals, %v", len(page), err)
		}
	})
}
