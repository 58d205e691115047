package admin

import (
	"log/slog"
	"testing"
	"time"

	"promostack/admin/setup"
	"promostack/render"
	"promostack/signals"
	"promostack/store"
	"promostack/store/storetest"
)

// traded is a server whose engine decided for days on synthetic candles, and the owner's session on it. The clock
// stands at the end of those days.
func traded(t *testing.T, days int) (*Server, owner) {
	t.Helper()
	from := time.Date(2026, time.February, 9, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, days).Add(13 * time.Hour)
	series, err := signals.Synthetic(7, from.AddDate(0, 0, -10), to, signals.M15)
	if err != nil {
		t.Fatal(err)
	}
	clock := store.NewManualClock(from)
	st := storetest.OpenAt(t, clock)
	p := signals.DefaultParams()
	p.RSILow, p.RSIHigh = 49.9, 50.1 // often enough for a test
	if _, err := (signals.Replay{Store: st, Clock: clock, Series: series, From: from, To: to, Params: p, Log: slog.New(slog.DiscardHandler)}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Set(to)
	s := testServer(t, func(o *Options) { onStore(t, o, st) })
	return s, signedInTo(t, s)
}

func TestOldSignalRoutes(t *testing.T) {
	s, o := traded(t, 4)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	rows, err := ws.Signals(t.Context(), store.SignalFilter{})
	if err != nil || len(rows) < 5 {
		t.Fatalf("%d signals, %v", len(rows), err)
	}
	// A result of nothing at all stays a number.
	flat := rows[0]
	flat.CandleOpen, flat.Version, flat.Status = flat.CandleOpen.Add(time.Minute), 9, "open"
	id, _, err := ws.AddSignal(t.Context(), flat)
	if err != nil {
		t.Fatal(err)
	}
	open := flat
	open.CandleOpen = open.CandleOpen.Add(time.Minute)
	if _, _, err := ws.AddSignal(t.Context(), open); err != nil {
		t.Fatal(err)
	}
	flat.ID, flat.Status, flat.Exit, flat.ExitAt, flat.Points = id, "expired", flat.Entry, s.clock.Now(), 0
	if _, err := ws.JudgeSignal(t.Context(), flat); err != nil {
		t.Fatal(err)
	}
	res := ask{path: "/api/forex-signals?limit=1000", header: cookies(o.cookie), status: 200}.of(t, s)
	list := read[[]map[string]any](t, res)
	if len(list) != len(rows)+2 {
		t.Errorf("%d signals, want %d", len(list), len(rows)+2)
	}
	for _, got := range list {
		for _, key := range []string{"id", "signal_type", "pair", "timeframe", "entry_price", "take_profit", "stop_loss", "status", "rsi_value", "macd_value", "atr_value", "posted_at", "closed_at", "result_pips"} {
			if _, ok := got[key]; !ok {
				t.Fatalf("no %s in %v", key, got)
			}
		}
		pips, closed := got["result_pips"].(float64)
		if got["status"] == "open" || (got["status"] == "pending") == closed {
			t.Errorf("status and result do not go together: %v", got)
		}
		if got["id"] == float64(id) && (!closed || pips != 0) {
			t.Errorf("a flat result is %v", got["result_pips"])
		}
	}
	asks(t, s,
		ask{path: "/api/forex-signals?status=pending", header: cookies(o.cookie), status: 200, has: []string{`"status":"pending"`}, hasNot: []string{`"won"`}},
		ask{path: "/api/forex-signals?status=lost&limit=1", header: cookies(o.cookie), status: 200, has: []string{`"status":"lost"`}},
		ask{path: "/api/forex-signals?status=nonsense", header: cookies(o.cookie), status: 422, has: []string{`"field":"status"`}})
}

// TestEveryoneCountsTheSame compares the old API, the recaps' summary, the panel and a backtest of the same candles.
func TestEveryoneCountsTheSame(t *testing.T) {
	s, o := traded(t, 11)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	ended, err := ws.Signals(t.Context(), store.SignalFilter{From: time.UnixMilli(1), ByExit: true, Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	want := signals.SummariseRows(ended)
	if want.Won == 0 || want.Lost == 0 || want.WinRate == nil {
		t.Fatalf("nothing to compare: %+v", want)
	}
	stats := o.do("GET", "/api/forex-stats?days=30", nil, 200)
	for key, figure := range map[string]float64{
		"won_signals": float64(want.Won), "lost_signals": float64(want.Lost), "expired_signals": float64(want.Expired),
		"closed_signals": float64(want.Won + want.Lost + want.Expired), "win_rate": places(*want.WinRate, 1), "total_pips": places(want.TotalPips, 2),
	} {
		if stats[key] != figure {
			t.Errorf("old API: %s is %v, the ledger says %v", key, stats[key], figure)
		}
	}
	p, _, err := signals.Settings(t.Context(), ws)
	if err != nil {
		t.Fatal(err)
	}
	candles, err := s.Store.Candles(t.Context(), signals.Symbol, signals.M15, 0, s.clock.Now().UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	// The live engine began with what it saw first as warm-up; the backtest is asked about the same days.
	first := time.Date(2026, time.February, 9, 0, 0, 0, 0, time.UTC)
	b, err := signals.RunBacktest(t.Context(), candles, signals.M15, p)
	if err != nil {
		t.Fatal(err)
	}
	var same []signals.Signal
	for _, sig := range b.ByEnd() {
		if sig.CandleOpen >= first.UnixMilli()-signals.M15.Millis() {
			same = append(same, sig)
		}
	}
	got := signals.Summarise(same, p)
	if got.Won != want.Won || got.Lost != want.Lost || got.Expired != want.Expired || places(got.TotalPips, 2) != places(want.TotalPips, 2) || *got.WinRate != *want.WinRate {
		t.Errorf("backtest %+v\nledger %+v", got, want)
	}
}

func TestOldConfigRoutes(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	before := o.do("GET", "/api/forex-config", nil, 200)
	if before["version"] != 1.0 || dig(t, before, "config", "hold") != 4.0 || len(dig(t, before, "config", "weekdays").([]any)) != 7 {
		t.Fatalf("%v", before)
	}
	asks(t, s,
		ask{name: "out of range", method: "PUT", path: "/api/forex-config", body: `{"version":1,"config":{"rsi_low":101}}`, header: cookies(o.cookie), status: 422, has: []string{`"field":"rsi_low"`}},
		ask{name: "no day", method: "PUT", path: "/api/forex-config", body: `{"version":1,"config":{"weekdays":[]}}`, header: cookies(o.cookie), status: 422, has: []string{`"field":"weekdays"`}},
		ask{name: "day eight", method: "PUT", path: "/api/forex-config", body: `{"version":1,"config":{"weekdays":[8]}}`, header: cookies(o.cookie), status: 422},
		ask{name: "for ever", method: "PUT", path: "/api/forex-config", body: `{"version":1,"config":{"hold":1e300}}`, header: cookies(o.cookie), status: 422, has: []string{`"field":"hold"`}},
		ask{name: "text for a number", method: "PUT", path: "/api/forex-config", body: `{"version":1,"config":{"hold":"4"}}`, header: cookies(o.cookie), status: 400},
		ask{name: "without a base", method: "PUT", path: "/api/forex-config", body: `{"config":{"hold":3}}`, header: cookies(o.cookie), status: 409})
	after := o.do("PUT", "/api/forex-config", `{"version":1,"config":{"hold":3,"one_open":true}}`, 200)
	if after["version"] != 2.0 || dig(t, after, "config", "hold") != 3.0 || dig(t, after, "config", "rsi_low") != 35.0 {
		t.Errorf("%v", after)
	}
	o.do("PUT", "/api/forex-config", `{"version":1,"config":{"hold":5}}`, 409)
	for _, step := range []struct {
		path   string
		paused bool
	}{{"/api/forex/pause", true}, {"/api/forex/pause", true}, {"/api/forex/resume", false}} {
		o.do("POST", step.path, "{}", 200)
		if now := o.do("GET", "/api/forex-config", nil, 200); now["paused"] != step.paused {
			t.Errorf("after %s: %v", step.path, now["paused"])
		}
	}
}

// onStore puts the parts of a test server on another store.
func onStore(t *testing.T, o *Options, st *store.Store) {
	t.Helper()
	desks := setup.NewDesks(st, setup.Config{Coupons: setup.Coupons{Provider: "open", Outage: "deny"}}, o.Log)
	studio, err := render.New(render.Options{Store: st, Coupons: desks.For})
	if err != nil {
		t.Fatal(err)
	}
	o.Store, o.Desks, o.Studio, o.Password = st, desks, studio, password(t, st)
}
