package signals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"promostack/store"
	"promostack/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

// lively are numbers that decide a few times a day.
func lively() Params {
	p := DefaultParams()
	p.RSILow, p.RSIHigh = 49.99, 50.01
	return p
}

// fortnight is two weeks of the synthetic year, with the weeks before as warm-up; a summer time change lies in it.
func fortnight(t testing.TB) ([]Candle, time.Time, time.Time) {
	t.Helper()
	days := 9
	if testing.Short() {
		days = 6
	}
	from := time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)
	return readSynthetic(t).Candles[:6500], from, from.AddDate(0, 0, days)
}

type ledger struct {
	signals []store.Signal
	posts   []string
}

func readLedger(t testing.TB, s *store.Store) ledger {
	t.Helper()
	ws := s.Workspace(store.DefaultWorkspace)
	list, err := ws.Signals(t.Context(), store.SignalFilter{})
	if err != nil {
		t.Fatal(err)
	}
	posts, err := ws.Posts(t.Context(), "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	l := ledger{signals: list}
	for _, p := range posts {
		l.posts = append(l.posts, p.Kind+" "+p.Body)
	}
	return l
}

func replayed(t testing.TB, p Params, series []Candle, from, to time.Time) ledger {
	t.Helper()
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	if _, err := (Replay{Store: s, Clock: clock, Series: series, From: from, To: to, Params: p, Log: quiet}).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return readLedger(t, s)
}

// TestReplayDecidesWhatBacktestDecides: the live engine on a simulated clock gives the backtest's list.
func TestReplayDecidesWhatBacktestDecides(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	for _, one := range []bool{false, true} {
		p := lively()
		p.OneOpen, p.Cooldown = one, 2
		if !one {
			p.Cooldown = 0
		}
		got := replayed(t, p, series, from, to)
		var want []Signal
		for _, s := range mustBacktest(t, series, p).Signals {
			if !s.Decided().Before(from) && s.Decided().Before(to) {
				want = append(want, s)
			}
		}
		if one {
			want = want[max(0, len(want)-len(got.signals)):] // what was open before the replay began differs
		}
		if len(want) < 5 || len(got.signals) < len(want)-1 || len(got.signals) > len(want)+1 {
			t.Fatalf("replay has %d signals, backtest %d", len(got.signals), len(want))
		}
		byOpen := map[int64]store.Signal{}
		for _, r := range got.signals {
			byOpen[r.CandleOpen.UnixMilli()] = r
		}
		same := 0
		for _, w := range want {
			r, ok := byOpen[w.CandleOpen]
			if !ok {
				continue
			}
			g := FromRow(r)
			if r.Status != "open" && (g.Status != w.Status || g.ExitAt != w.ExitAt || e5(g.Exit) != e5(w.Exit) || g.Ambiguous != w.Ambiguous || g.Side != w.Side || g.TP != w.TP || g.SL != w.SL) {
				t.Errorf("signal of %s:\n replay   %+v\n backtest %+v", w.Decided(), g, w)
			}
			same++
		}
		if same < len(want)-2 {
			t.Errorf("only %d of %d signals are the same", same, len(want))
		}
	}
}

// TestYearEndIsAWeekLikeAnyOther: over Christmas and New Year's Eve the live engine agrees with the backtest.
func TestYearEndIsAWeekLikeAnyOther(t *testing.T) {
	t.Parallel()
	series := readSynthetic(t).Candles
	from, to := time.Date(2025, 12, 22, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	got := map[int64]store.Signal{}
	for _, r := range replayed(t, lively(), series, from, to).signals {
		got[r.CandleOpen.UnixMilli()] = r
	}
	want := 0
	for _, w := range mustBacktest(t, series, lively()).Signals {
		if w.Decided().Before(from) || !w.Decided().Before(to) {
			continue
		}
		want++
		if g := FromRow(got[w.CandleOpen]); g.Side != w.Side || g.Closed() && w.Closed() && (g.Status != w.Status || e5(g.Exit) != e5(w.Exit)) {
			t.Errorf("signal of %s:\n replay   %+v\n backtest %+v", w.Decided(), g, w)
		}
	}
	if want < 3 || len(got) != want {
		t.Errorf("%d signals, backtest has %d", len(got), want)
	}
}

func e5(v float64) int64 { return int64(v*1e5 + 0.5) }

// fuse is a context that ends after some number of looks at it: a kill at any point between two database calls.
type fuse struct {
	context.Context
	cancel context.CancelFunc
	left   atomic.Int64
}

func newFuse(ctx context.Context, looks int64) *fuse {
	inner, cancel := context.WithCancel(ctx)
	f := &fuse{Context: inner, cancel: cancel}
	f.left.Store(looks)
	return f
}

func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) <= 0 {
		f.cancel()
	}
	return f.Context.Done()
}

// TestKilledEngineEndsWhereTheOtherDoes cuts steps off at random points, starts a new engine each time, and finds the
// ledger and the outbox of the run that was never cut.
func TestKilledEngineEndsWhereTheOtherDoes(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	want := replayed(t, lively(), series, from, to)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	if _, err := SaveSettings(t.Context(), ws, lively(), "test", 0); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 3))
	cuts := 0
	for now := from; !now.After(to); now = clock.Now() {
		engine, err := NewEngine(EngineOptions{Store: s, Workspace: ws.ID(), Market: SeriesMarket{clock, series, M15}, Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		if r.IntN(3) == 0 {
			f := newFuse(t.Context(), int64(1+r.IntN(120)))
			if _, err := engine.Step(f, now); err != nil {
				cuts++
			}
			f.cancel()
			continue // the next engine stands at the same moment
		}
		next, err := engine.Step(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		if next.After(to) {
			break
		}
		clock.Set(next)
	}
	got := readLedger(t, s)
	if cuts < 10 {
		t.Fatalf("only %d steps were cut off", cuts)
	}
	compareLedgers(t, got, want)
}

func compareLedgers(t *testing.T, got, want ledger) {
	t.Helper()
	if len(want.signals) < 4 {
		t.Fatalf("only %d signals to compare", len(want.signals))
	}
	if g, w := fmt.Sprint(got.posts), fmt.Sprint(want.posts); g != w {
		t.Errorf("posts differ:\n got %s\nwant %s", g, w)
	}
	if len(got.signals) != len(want.signals) {
		t.Fatalf("%d signals, want %d", len(got.signals), len(want.signals))
	}
	for i := range got.signals {
		g, w := got.signals[i], want.signals[i]
		g.CreatedAt, w.CreatedAt, g.ClosedAt, w.ClosedAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
		if g != w {
			t.Errorf("signal %d:\n got %+v\nwant %+v", i, g, w)
		}
	}
}

// TestLateDecisionsAreMissedButOutcomesAreTrue: after half a day of silence no stale signal is posted, and what was
// open ends when and where it ended.
func TestLateDecisionsAreMissedButOutcomesAreTrue(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	want := replayed(t, lively(), series, from, to)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	if _, err := SaveSettings(t.Context(), ws, lively(), "test", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(EngineOptions{Store: s, Workspace: ws.ID(), Market: SeriesMarket{clock, series, M15}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	for clock.Now().Before(to) {
		next, err := engine.Step(t.Context(), clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		if h := next.Hour(); h == 10 {
			next = next.Add(9 * time.Hour) // nobody is there from ten to seven
		}
		clock.Set(next)
	}
	got := readLedger(t, s)
	missed := 0
	outcomes := map[int64]store.Signal{}
	for _, w := range want.signals {
		outcomes[w.CandleOpen.UnixMilli()] = w
	}
	for _, g := range got.signals {
		w, ok := outcomes[g.CandleOpen.UnixMilli()]
		if g.Status == "missed" {
			missed++
			continue
		}
		if !ok || g.Status != "open" && w.Status != "open" && (g.Status != w.Status || !g.ExitAt.Equal(w.ExitAt) || g.Exit != w.Exit) {
			t.Errorf("signal of %s: %s at %s, want %s at %s", g.DecidedAt, g.Status, g.ExitAt, w.Status, w.ExitAt)
		}
	}
	if missed == 0 {
		t.Error("nothing was missed: the test tests nothing")
	}
	posts, err := ws.Posts(t.Context(), "", 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range posts {
		if p.Subject == 0 {
			continue // a recap
		}
		r, err := ws.Signal(t.Context(), p.Subject)
		if err != nil || r.Status == "missed" {
			t.Errorf("post %s is about a missed signal (%v)", p.Key, err)
		}
	}
}

// TestClockJumpsMakeNothingTwice sets the clock an hour forth and back again and again.
func TestClockJumpsMakeNothingTwice(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	if _, err := SaveSettings(t.Context(), ws, lively(), "test", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(EngineOptions{Store: s, Workspace: ws.ID(), Market: SeriesMarket{clock, series, M15}, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	true_, r := from, rand.New(rand.NewPCG(5, 5))
	for true_.Before(to) {
		shift := []time.Duration{0, 0, 0, time.Hour, -time.Hour}[r.IntN(5)]
		clock.Set(true_.Add(shift))
		if _, err := engine.Step(t.Context(), clock.Now()); err != nil {
			t.Fatal(err)
		}
		true_ = true_.Add(15 * time.Minute)
	}
	seen := map[string]bool{}
	for _, p := range readLedger(t, s).posts {
		if seen[p] {
			t.Errorf("%s twice", p)
		}
		seen[p] = true
	}
	if len(seen) < 4 {
		t.Fatalf("only %d posts", len(seen))
	}
}

func TestPausedEngineWatchesButDecidesNothing(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	half := from.Add(to.Sub(from) / 2)
	_, err := Replay{Store: s, Clock: clock, Series: series, From: from, To: to, Params: lively(), Log: quiet,
		Each: func(ctx context.Context, now time.Time) error { return SetPaused(ctx, ws, now.After(half)) }}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range readLedger(t, s).signals {
		if g.DecidedAt.After(half.Add(time.Hour)) {
			t.Errorf("a signal was decided at %s", g.DecidedAt)
		}
		if g.Status == "open" {
			t.Errorf("the signal of %s was never judged", g.DecidedAt)
		}
	}
}

func TestBadSettingsAreSentences(t *testing.T) {
	for _, change := range []func(*Params){
		func(p *Params) { p.RSILow = 70 }, func(p *Params) { p.Warmup = 5 }, func(p *Params) { p.Strategy = "magic" },
		func(p *Params) { p.ATRSL = 0 }, func(p *Params) { p.Weekdays = 0 }, func(p *Params) { p.FromHour = 25 },
	} {
		p := DefaultParams()
		change(&p)
		var invalid store.Invalid
		if err := p.Check(); !errors.As(err, &invalid) || invalid.Field == "" || invalid.Sentence == "" {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

func BenchmarkLiveTick(b *testing.B) {
	series, from, _ := fortnight(b)
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(b, clock)
	ws := s.Workspace(store.DefaultWorkspace)
	engine, err := NewEngine(EngineOptions{Store: s, Workspace: ws.ID(), Market: SeriesMarket{clock, series, M15}, Log: quiet})
	if err != nil {
		b.Fatal(err)
	}
	next := from
	for b.Loop() {
		clock.Set(next)
		if next, err = engine.Step(b.Context(), next); err != nil {
			b.Fatal(err)
		}
		if next.After(series[len(series)-1].Time()) {
			b.StopTimer()
			return
		}
	}
}
