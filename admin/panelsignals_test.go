package admin

import (
	"strings"
	"testing"
	"time"

	"promostack/signals"
	"promostack/store"
)

func TestPanelSignals(t *testing.T) {
	s, o := traded(t, 4)
	all := o.do("GET", "/api/panel/signals?status=all&limit=3", nil, 200)
	total, _ := all["total"].(float64)
	if total < 5 || len(dig(t, all, "signals").([]any)) != 3 {
		t.Fatalf("%v", all)
	}
	last := o.do("GET", "/api/panel/signals?status=all&limit=3&offset=1000", nil, 200)
	if last["total"] != total || len(dig(t, last, "signals").([]any)) != 0 {
		t.Errorf("behind the end: %v", last)
	}
	buys, sells := o.do("GET", "/api/panel/signals?status=all&side=BUY", nil, 200), o.do("GET", "/api/panel/signals?status=all&side=SELL", nil, 200)
	if buys["total"].(float64)+sells["total"].(float64) != total {
		t.Errorf("%v buys, %v sells, %v in all", buys["total"], sells["total"], total)
	}
	asks(t, s,
		ask{path: "/api/panel/signals?from=2030-01-01", header: cookies(o.cookie), status: 200, has: []string{`"total":0`}},
		ask{path: "/api/panel/signals?from=yesterday", header: cookies(o.cookie), status: 422, has: []string{`"field":"from"`}},
		ask{path: "/api/panel/signals?side=HOLD", header: cookies(o.cookie), status: 422, has: []string{`"field":"side"`}},
		ask{path: "/api/panel/signals.csv?status=expired", header: cookies(o.cookie), status: 200, has: []string{"id,decided_at,side", ",expired,"}, hasNot: []string{",lost,"}})
	chart := o.do("GET", "/api/panel/signals/chart?candles=200", nil, 200)
	if len(dig(t, chart, "candles").([]any)) != 200 || chart["seconds"] != 900.0 {
		t.Errorf("chart: %v", chart["seconds"])
	}
	figures, stats := o.do("GET", "/api/panel/signals/figures?days=0", nil, 200), o.do("GET", "/api/forex-stats?days=3650", nil, 200)
	if dig(t, figures, "summary", "won") != stats["won_signals"] || places(dig(t, figures, "summary", "total_pips").(float64), 2) != stats["total_pips"] {
		t.Errorf("panel %v\nold API %v", figures["summary"], stats)
	}
}

func TestPanelSignalStatus(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	status := func() string { return text(t, o.do("GET", "/api/panel/signals/status", nil, 200), "state") }
	if got := status(); got != "off" {
		t.Errorf("without a key: %s", got)
	}
	for _, c := range []struct {
		key, paused, open bool
		want              string
	}{{true, true, true, "paused"}, {true, false, false, "closed"}, {true, false, true, "waiting"}, {false, true, true, "off"}} {
		if got, sentence := statusWord(c.key, c.paused, c.open, signals.Health{}, s.clock.Now()); got != c.want || sentence == "" {
			t.Errorf("%+v: %s, %q", c, got, sentence)
		}
	}
}

func TestPanelPostingSettings(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	o.do("PUT", "/api/panel/signals/posting", `{"posting":{"every_outcome":true,"footer":"At your own risk."}}`, 200)
	got := o.do("GET", "/api/panel/signals/posting", nil, 200)
	if dig(t, got, "posting", "every_outcome") != true || dig(t, got, "posting", "footer") != "At your own risk." || dig(t, got, "posting", "daily_at") != "23:59" {
		t.Errorf("%v", got)
	}
	for body, field := range map[string]string{`{"daily_at":"25:00"}`: "daily_at", `{"zone":"Mars"}`: "zone", `{"weekly_day":7}`: "weekly_day", `{"footer":"` + strings.Repeat("x", 301) + `"}`: "footer"} {
		if bad := o.do("PUT", "/api/panel/signals/posting", `{"posting":`+body+`}`, 422); bad["field"] != field {
			t.Errorf("%s: field %v", body, bad["field"])
		}
	}
	o.do("PUT", "/api/panel/signals/posting", `{}`, 200)
	o.do("PUT", "/api/panel/signals/posting", `{"posting":null}`, 400)
}

func TestPanelOutbox(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	ws := s.Store.Workspace(store.DefaultWorkspace)
	add := func(key string, fresh time.Time, states ...string) {
		if _, err := ws.AddPost(t.Context(), store.Post{Kind: "outcome", Key: key, Body: "{}", FreshUntil: fresh}); err != nil {
			t.Fatal(err)
		}
		for _, state := range states {
			p, err := ws.Post(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			from := p.State
			p.State = state
			if moved, err := ws.MovePost(t.Context(), p, from); err != nil || !moved {
				t.Fatal(moved, err)
			}
		}
	}
	add("uncertain", time.Time{}, "sending", "unknown")
	add("sent", time.Time{}, "sending", "sent")
	add("late", s.clock.Now().Add(-time.Minute), "dropped")
	listed := o.do("GET", "/api/panel/signals/outbox", nil, 200)
	if len(dig(t, listed, "posts").([]any)) != 2 || dig(t, listed, "posts", 0, "late") != true {
		t.Fatalf("%v", listed)
	}
	for _, c := range []struct {
		key, action string
		status      int
	}{{"late", "again", 409}, {"sent", "again", 409}, {"sent", "drop", 409}, {"uncertain", "eat", 422}, {"nothing", "drop", 404}, {"uncertain", "again", 200}, {"uncertain", "again", 409}, {"uncertain", "drop", 200}, {"uncertain", "again", 200}} {
		o.do("POST", "/api/panel/signals/outbox", map[string]string{"key": c.key, "action": c.action}, c.status)
	}
	if p, err := ws.Post(t.Context(), "uncertain"); err != nil || p.State != "pending" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestPanelBacktest(t *testing.T) {
	s := testServer(t)
	o := signedInTo(t, s)
	if got := o.do("GET", "/api/panel/signals/backtest", nil, 200); got["state"] != "none" {
		t.Fatalf("%v", got)
	}
	o.do("POST", "/api/panel/signals/backtest", `{"config":{"rsi_low":200}}`, 422)
	o.do("POST", "/api/panel/signals/backtest", `{"config":{"rsi_low":45,"rsi_high":55}}`, 202)
	if second := o.do("POST", "/api/panel/signals/backtest", `{}`, 409); !strings.Contains(text(t, second, "error"), "running already") {
		t.Errorf("%v", second)
	}
	// Cancelled before anybody took it up.
	o.do("POST", "/api/panel/signals/backtest/cancel", `{}`, 200)
	s.try(t.Context(), <-s.trials.queue)
	if got := o.do("GET", "/api/panel/signals/backtest", nil, 200); got["state"] != "cancelled" {
		t.Fatalf("%v", got)
	}
	o.do("POST", "/api/panel/signals/backtest", `{"config":{"rsi_low":45,"rsi_high":55}}`, 202)
	s.try(t.Context(), <-s.trials.queue)
	got := o.do("GET", "/api/panel/signals/backtest", nil, 200)
	if got["state"] != "done" || got["source"] != "synthetic" || got["done"] != got["candles"] || dig(t, got, "result", "summary", "signals").(float64) < 20 || dig(t, got, "config", "rsi_low") != 45.0 {
		t.Errorf("%v", got)
	}
}
