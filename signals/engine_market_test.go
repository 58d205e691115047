package signals

import (
	"math/rand/v2"
	"net/http"
	"sort"
	"testing"
	"time"

	"promostack/signals/markettest"
	"promostack/store"
	"promostack/store/storetest"
)

// live is an engine on the real client, a fake provider and a clock that the test moves.
type live struct {
	engine *Engine
	fake   *markettest.Server
	clock  *store.ManualClock
	store  *store.Store
	ws     *store.Workspace
}

func newLive(t *testing.T, p Params, from time.Time, fine bool, series map[string][]Candle) *live {
	t.Helper()
	clock := store.NewManualClock(from)
	s := storetest.OpenAt(t, clock)
	fake := markettest.New(t, "key", clock.Now)
	wired := map[string][]markettest.Row{}
	for interval, cs := range series {
		for _, c := range cs {
			wired[interval] = append(wired[interval], wire(c))
		}
	}
	fake.Serve(func(interval string) []markettest.Row {
		cs := series[interval]
		now := clock.Now().UnixMilli()
		end := sort.Search(len(cs), func(i int) bool { return cs[i].At > now }) // with the one that still forms
		return wired[interval][max(0, end-5000):end]
	})
	td, err := NewTwelveData(TwelveDataOptions{
		Base: fake.URL, Key: "key", Clock: clock, Meter: StoreMeter{s}, Client: &http.Client{Timeout: 5 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws := s.Workspace(store.DefaultWorkspace)
	if _, err := SaveSettings(t.Context(), ws, p, "test", 0); err != nil {
		t.Fatal(err)
	}
	engine, err := NewEngine(EngineOptions{Store: s, Workspace: ws.ID(), Market: td, Log: quiet, Fine: fine})
	if err != nil {
		t.Fatal(err)
	}
	return &live{engine, fake, clock, s, ws}
}

// run steps until to; before each step it may break something.
func (l *live) run(t *testing.T, to time.Time, before func()) (failures int) {
	t.Helper()
	for now := l.clock.Now(); now.Before(to); now = l.clock.Now() {
		if before != nil {
			before()
		}
		next, err := l.engine.Step(t.Context(), now)
		if err != nil {
			failures++
		}
		if !next.After(now) {
			t.Fatalf("the next step is due at %s, now is %s", next, now)
		}
		l.clock.Set(next)
	}
	return failures
}

// budget fails when the provider was asked more often than the plan allows; it reports the fullest day.
func (l *live) budget(t *testing.T) int {
	t.Helper()
	minutes, days := map[time.Time]int{}, map[time.Time]int{}
	fullest := 0
	for _, at := range l.fake.Calls() {
		minutes[at.Truncate(time.Minute)]++
		days[at.Truncate(24*time.Hour)]++
		fullest = max(fullest, days[at.Truncate(24*time.Hour)])
		if minutes[at.Truncate(time.Minute)] > CreditsPerMinute {
			t.Fatalf("more than %d calls in the minute of %s", CreditsPerMinute, at)
		}
		if days[at.Truncate(24*time.Hour)] > CreditsPerDay {
			t.Fatalf("more than %d calls on the day of %s", CreditsPerDay, at)
		}
	}
	return fullest
}

// TestProviderTroubleMakesNoWrongSignal breaks a third of the answers in every known way. What is decided all the same
// is what is decided without trouble, the budget holds, and the end of the trouble is the end of it.
func TestProviderTroubleMakesNoWrongSignal(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	calm := newLive(t, lively(), from, false, map[string][]Candle{"15min": series})
	if n := calm.run(t, to, nil); n != 0 {
		t.Fatalf("%d steps failed without any trouble", n)
	}
	want := map[int64]store.Signal{}
	for _, s := range readLedger(t, calm.store).signals {
		want[s.CandleOpen.UnixMilli()] = s
	}
	rough := newLive(t, lively(), from, false, map[string][]Candle{"15min": series})
	r := rand.New(rand.NewPCG(11, 11))
	trouble := []markettest.Failure{
		markettest.MinuteLimit, markettest.Broken, markettest.HTML, markettest.Empty, markettest.NoData, markettest.BadSymbol,
		{Status: 200, Body: `{"meta":{"symbol":"XAU/USD","interval":"15min"},"values":[{"datetime":"2025-03-03 10:00:00","open":"NaN","high":"1","low":"0","close":null}],"status":"ok"}`},
		{Status: 200, Body: `{"meta":{"symbol":"EUR/USD","interval":"15min"},"values":[{"datetime":"2025-03-03 10:00:00","open":"1","high":"1","low":"1","close":"1"}],"status":"ok"}`},
	}
	failed := rough.run(t, to, func() {
		if r.IntN(3) == 0 {
			rough.fake.Fail(trouble[r.IntN(len(trouble))])
		}
	})
	if failed < 20 {
		t.Fatalf("only %d steps failed", failed)
	}
	same := 0
	for _, g := range readLedger(t, rough.store).signals {
		w, ok := want[g.CandleOpen.UnixMilli()]
		if !ok {
			t.Errorf("a signal at %s that calm days do not have", g.DecidedAt)
			continue
		}
		if g.Status != "missed" && (g.Side != w.Side || g.Entry != w.Entry || g.TakeProfit != w.TakeProfit || g.Status != w.Status || g.Exit != w.Exit) {
			t.Errorf("signal of %s:\n rough %+v\n calm  %+v", g.DecidedAt, g, w)
		}
		same++
	}
	if same < len(want)*8/10 {
		t.Errorf("%d of %d signals came through", same, len(want))
	}
	rough.budget(t)
	if day := calm.budget(t); day > 370 {
		t.Errorf("a normal day took %d credits", day)
	}
}

// TestDayLimitRestsUntilMidnight: after the day's last credit nobody is asked until the next UTC day.
func TestDayLimitRestsUntilMidnight(t *testing.T) {
	t.Parallel()
	series, from, _ := fortnight(t)
	l := newLive(t, lively(), from.Add(9*time.Hour), false, map[string][]Candle{"15min": series})
	l.fake.Fail(markettest.DayLimit)
	l.run(t, from.Add(26*time.Hour), nil)
	calls := l.fake.Calls()
	if len(calls) < 2 || calls[1].Before(from.Add(24*time.Hour)) {
		t.Fatalf("asked again at %v", calls[1])
	}
	if h := l.engine.Health(); h.Problem != "" {
		t.Errorf("still troubled: %s", h.Problem)
	}
}

// TestOutliersAndHolesAreHeld: an idea in a wild candle, or right behind a missing one, becomes no signal, and the
// reason can be read.
func TestOutliersAndHolesAreHeld(t *testing.T) {
	t.Parallel()
	series, from, to := fortnight(t)
	calm := replayed(t, lively(), series, from, to)
	victim := calm.signals[len(calm.signals)/2]
	holed := append([]Candle{}, series...)
	for i, c := range holed {
		if c.At == victim.CandleOpen.UnixMilli() {
			holed = append(holed[:i-1], holed[i:]...)
			break
		}
	}
	l := newLive(t, lively(), from, false, map[string][]Candle{"15min": holed})
	l.run(t, victim.DecidedAt.Add(time.Minute), nil)
	for _, s := range readLedger(t, l.store).signals {
		if s.CandleOpen.Equal(victim.CandleOpen) {
			t.Errorf("a signal behind a hole: %+v", s)
		}
	}
}

// minutes makes a 1-minute series and the 15-minute one that it adds up to.
func minutes(t *testing.T) (m1, m15 []Candle, from, to time.Time) {
	t.Helper()
	from, to = time.Date(2025, 3, 4, 6, 0, 0, 0, time.UTC), time.Date(2025, 3, 7, 21, 0, 0, 0, time.UTC)
	m1, err := Synthetic(4, from.Add(-12*24*time.Hour), to, M1)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(m1); {
		at := M15.Floor(m1[i].At)
		c := m1[i]
		c.At = at
		for ; i < len(m1) && M15.Floor(m1[i].At) == at; i++ {
			c.High, c.Low, c.Close = max(c.High, m1[i].High), min(c.Low, m1[i].Low), m1[i].Close
		}
		m15 = append(m15, c)
	}
	return m1, m15, from, to
}

// TestFineWatchFindsTheTrueMinute judges by 1-minute candles where they come, by 15-minute ones where they do not, and
// agrees with a watch over all minutes; the day's budget holds.
func TestFineWatchFindsTheTrueMinute(t *testing.T) {
	t.Parallel()
	m1, m15, from, to := minutes(t)
	p := lively()
	p.Warmup = 250
	l := newLive(t, p, from, true, map[string][]Candle{"15min": m15, "1min": m1})
	l.run(t, to, nil)
	list := readLedger(t, l.store).signals
	closed, early := 0, 0
	for _, g := range list {
		s := FromRow(g)
		if !s.Closed() {
			continue
		}
		closed++
		w := NewWatch(undecided(s))
		for _, c := range m1 {
			if w.Add(c, M1) {
				break
			}
		}
		if w.Status != s.Status || w.Exit != s.Exit || w.ExitAt != s.ExitAt && s.Status != Expired {
			coarse := s.ExitAt%M15.Millis() == 0 && w.Status == s.Status
			if !coarse && !s.Ambiguous {
				t.Errorf("signal of %s: %s at %v (%s), by the minutes %s at %v (%s)", s.Decided(), s.Status, s.Exit, when(s.ExitAt), w.Status, w.Exit, when(w.ExitAt))
			}
		}
		if s.ExitAt%M15.Millis() != 0 {
			early++
		}
	}
	if closed < 5 || early == 0 {
		t.Fatalf("%d outcomes, %d of them inside a quarter: the test tests nothing", closed, early)
	}
	if day := l.budget(t); day > 370 {
		t.Errorf("a day took %d credits", day)
	}
}
