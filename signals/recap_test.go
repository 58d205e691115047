package signals

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

func recapsOf(t *testing.T, s *store.Store) map[string]Recap {
	t.Helper()
	posts, err := s.Workspace(store.DefaultWorkspace).Posts(t.Context(), "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Recap{}
	for _, p := range posts {
		if p.Kind != "recap" {
			continue
		}
		var r Recap
		if err := json.Unmarshal([]byte(p.Body), &r); err != nil {
			t.Fatal(err)
		}
		out[p.Key] = r
	}
	return out
}

// TestRecapsComeOncePerPeriodAndAddUp replays days and adds the recaps up against the ledger.
func TestRecapsComeOncePerPeriodAndAddUp(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	if _, err := (Replay{Store: s, Clock: clock, Series: series, From: from, To: to, Params: lively(), Log: quiet}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	days := int(to.Sub(from).Hours() / 24)
	daily, won, lost, points := 0, 0, 0, 0.0
	var last time.Time
	for key, r := range recapsOf(t, s) {
		if r.To.Sub(r.From) != 24*time.Hour && r.Kind == "daily" {
			t.Errorf("%s covers %s", key, r.To.Sub(r.From))
		}
		if r.Kind == "daily" {
			daily++
			won, lost, points = won+r.Summary.Won, lost+r.Summary.Lost, points+r.Summary.TotalPoints
			if r.To.After(last) {
				last = r.To
			}
		}
	}
	if daily != days {
		t.Errorf("%d daily recaps in %d days", daily, days)
	}
	rows, err := s.Workspace(store.DefaultWorkspace).Signals(t.Context(), store.SignalFilter{ByExit: true, From: from, To: last})
	if err != nil {
		t.Fatal(err)
	}
	if sum := SummariseRows(rows); sum.Won != won || sum.Lost != lost || clean(sum.TotalPoints-points) != 0 {
		t.Errorf("recaps: %d won, %d lost, %.2f points; ledger %d, %d, %.2f", won, lost, points, sum.Won, sum.Lost, sum.TotalPoints)
	}
}

func TestLateRecapIsPostedWithinTwelveHoursOnly(t *testing.T) {
	series, from, _ := fortnight(t)
	for _, c := range []struct {
		late time.Duration
		want int
	}{{11 * time.Hour, 1}, {13 * time.Hour, 0}} {
		clock := store.NewManualClock(from.Add(10 * time.Hour))
		s := storetest.OpenAt(t, clock)
		engine, err := NewEngine(EngineOptions{Store: s, Workspace: store.DefaultWorkspace, Market: SeriesMarket{clock, series, M15}, Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		step := func() {
			if _, err := engine.Step(t.Context(), clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		step()
		clock.Set(from.Add(23*time.Hour + 59*time.Minute + c.late))
		step()
		step()
		if got := recapsOf(t, s); len(got) != c.want {
			t.Errorf("%s late: %d recaps, want %d", c.late, len(got), c.want)
		}
	}
}

func TestRecapTimesFollowTheirZone(t *testing.T) {
	p := DefaultPosting()
	p.Zone, p.DailyAt, p.WeeklyDay, p.WeeklyAt = "America/New_York", "17:30", 5, "18:00"
	now := time.Date(2026, 3, 7, 12, 0, 0, 0, time.UTC) // Saturday before the clock springs forward
	if next, err := p.next(dailyDue, now); err != nil || !next.Equal(time.Date(2026, 3, 7, 22, 30, 0, 0, time.UTC)) {
		t.Errorf("daily: %v, %v", next, err)
	}
	if next, err := p.next(dailyDue, now.AddDate(0, 0, 1)); err != nil || !next.Equal(time.Date(2026, 3, 8, 21, 30, 0, 0, time.UTC)) {
		t.Errorf("daily in summer: %v, %v", next, err)
	}
	if last, err := p.last(weeklyDue, now); err != nil || !last.Equal(time.Date(2026, 3, 6, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("weekly: %v, %v", last, err)
	}
}

func TestPostingSettingsAreChecked(t *testing.T) {
	s := storetest.Open(t)
	ws := s.Workspace(store.DefaultWorkspace)
	for field, change := range map[string]func(*Posting){
		"daily_at": func(p *Posting) { p.DailyAt = "25:00" }, "zone": func(p *Posting) { p.Zone = "Mars/Olympus" },
		"footer": func(p *Posting) { p.Footer = strings.Repeat("x", 301) }, "weekly_day": func(p *Posting) { p.WeeklyDay = 7 },
	} {
		p := DefaultPosting()
		change(&p)
		var invalid store.Invalid
		if err := SavePosting(context.Background(), ws, p); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	p := DefaultPosting()
	p.EveryOutcome, p.Footer = true, "  Mind the risk. "
	if err := SavePosting(t.Context(), ws, p); err != nil {
		t.Fatal(err)
	}
	p.Footer = "Mind the risk."
	if got, err := PostingOf(t.Context(), ws); err != nil || got != p {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTextsHoldTheFactsAndNoMarkupOfOthers(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 15, 0, 0, time.UTC)
	r := store.Signal{
		ID: 7, Symbol: "XAU/USD", Interval: M15, Side: "BUY", DecidedAt: at, Deadline: at.Add(4 * time.Hour), Entry: 2650, TakeProfit: 2662,
		StopLoss: 2644, RSI: 33.1, MACD: -0.4213, ATR: 3, Pip: 0.1, Status: "won", Exit: 2662, ExitAt: at.Add(time.Hour), Points: 12,
	}
	p := DefaultPosting()
	p.Footer, p.Cornix = "a < b & c", true
	for _, want := range []string{"BUY XAU/USD", "15min", "#7", "2650.00", "2662.00", "2644.00", "33.10", "-0.4213", "3.00", "Stop Targets: 1) 2644.00", "a &lt; b &amp; c"} {
		if text := SignalText(r, p); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	text := OutcomeText(r, `<script> & "more"`)
	for _, want := range []string{"Take profit hit", "+120.0 pips", "+12.00 USD", "+2.00 R", "&lt;script&gt; &amp;"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	quietDay := RecapText(Recap{Kind: "daily", To: at, Zone: "UTC"}, "", p)
	if !strings.Contains(quietDay, "No signals") {
		t.Errorf("a quiet day does not say so:\n%s", quietDay)
	}
	many := Recap{Kind: "weekly", To: at, Zone: "UTC", Root: strings.Repeat("f", 64)}
	for i := range 500 {
		many.Signals = append(many.Signals, RecapSignal{ID: int64(i), Side: Sell, Status: Lost, Points: -6, Pips: -60, R: -1})
	}
	if n := len([]rune(RecapText(many, strings.Repeat("x", 300), p))); n > 4096 {
		t.Errorf("%d characters are too many for Telegram", n)
	}
}
