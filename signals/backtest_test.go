package signals

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

func mustBacktest(t testing.TB, cs []Candle, p Params) Backtest {
	t.Helper()
	b, err := RunBacktest(context.Background(), cs, M15, p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// busy are numbers that decide often, so that a short series has many signals.
func busy() Params {
	p := DefaultParams()
	p.RSILow, p.RSIHigh, p.Warmup, p.FromHour, p.ToHour = 49, 51, MinWarmup, 0, 0
	return p
}

// TestNothingKnowsTheFuture: what is said about candles[:n] is what was said about them once all are known, but for
// the outcomes that were still open.
func TestNothingKnowsTheFuture(t *testing.T) {
	all := readSynthetic(t).Candles[:6000]
	for _, name := range StrategyNames() {
		p := busy()
		p.Strategy = name
		full := mustBacktest(t, all, p)
		if len(full.Signals) < 20 {
			t.Fatalf("%s: only %d signals to compare", name, len(full.Signals))
		}
		r := rand.New(rand.NewPCG(7, 7))
		for range 60 {
			n := p.Warmup + r.IntN(len(all)-p.Warmup)
			part := mustBacktest(t, all[:n], p)
			if len(part.Signals) > len(full.Signals) {
				t.Fatalf("%s: %d signals from %d candles, but %d from all", name, len(part.Signals), n, len(full.Signals))
			}
			for i, s := range part.Signals {
				want := full.Signals[i]
				if s.Status == Open {
					s, want = undecided(s), undecided(want)
				}
				if s != want {
					t.Fatalf("%s, candles[:%d], signal %d:\n got %+v\nwant %+v", name, n, i, s, want)
				}
			}
			if next := len(part.Signals); next < len(full.Signals) && full.Signals[next].CandleOpen < all[n-1].At {
				t.Fatalf("%s: candles[:%d] missed the signal of %s", name, n, full.Signals[next].Decided())
			}
		}
	}
}

func undecided(s Signal) Signal {
	s.Status, s.ExitAt, s.Exit, s.Ambiguous = Open, 0, 0, false
	return s
}

func TestOneOpenAndCooldownHoldSignalsBack(t *testing.T) {
	all := readSynthetic(t).Candles[:6000]
	p := busy()
	free := mustBacktest(t, all, p)
	p.OneOpen = true
	one := mustBacktest(t, all, p)
	for i := 1; i < len(one.Signals); i++ {
		if one.Signals[i].DecidedAt < one.Signals[i-1].ExitAt {
			t.Fatalf("signal %d was decided while the one before was open", i)
		}
	}
	if len(one.Signals) >= len(free.Signals) {
		t.Fatalf("one open at a time: %d signals, freely %d", len(one.Signals), len(free.Signals))
	}
	p = busy()
	p.Cooldown = 8
	cool := mustBacktest(t, all, p)
	for i := 1; i < len(cool.Signals); i++ {
		if d := cool.Signals[i].CandleOpen - cool.Signals[i-1].CandleOpen; d <= 8*M15.Millis() && sameSession(all, cool.Signals[i-1].CandleOpen, d) {
			t.Fatalf("signal %d came %v after the one before", i, time.Duration(d)*time.Millisecond)
		}
	}
}

// sameSession reports whether no candle is missing in the d milliseconds after at.
func sameSession(cs []Candle, at, d int64) bool {
	i := slices.IndexFunc(cs, func(c Candle) bool { return c.At == at })
	j := slices.IndexFunc(cs, func(c Candle) bool { return c.At == at+d })
	return int64(j-i)*M15.Millis() == d
}

func TestTooFewCandlesIsASentence(t *testing.T) {
	_, err := RunBacktest(context.Background(), readSynthetic(t).Candles[:100], M15, DefaultParams())
	if !errors.Is(err, ErrTooFew) {
		t.Fatalf("got %v", err)
	}
}

func TestSweepChoosesInSampleAndShowsOutOfSample(t *testing.T) {
	cs := readSynthetic(t).Candles
	g, err := ParseGrid("rsi-low=30:40:5 atr-tp=2,3,4")
	if err != nil {
		t.Fatal(err)
	}
	trials, err := Sweep(context.Background(), cs, M15, DefaultParams(), g, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	if len(trials) != 9 {
		t.Fatalf("%d trials, want 9", len(trials))
	}
	for i, tr := range trials {
		b := mustBacktest(t, cs, tr.Params)
		if got := tr.In.Signals + tr.Out.Signals; got+b.Summary.Open != b.Summary.Signals {
			t.Errorf("trial %d: %d in and out of sample, backtest has %d", i, got, b.Summary.Signals)
		}
		if i > 0 && value(tr.In.ExpectancyR) > value(trials[i-1].In.ExpectancyR) {
			t.Errorf("trial %d is better in sample than the one before", i)
		}
	}
	for _, bad := range []string{"", "rsi-low", "nosuch=1", "rsi-low=5:1:1", "rsi-low=1:5:0", "rsi-low=a,b", "rsi-low=0:1:0.0000001"} {
		if _, err := ParseGrid(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// series is the file that PROMOSTACK_CANDLES names, or the bundled one.
func series(tb testing.TB) Series {
	tb.Helper()
	name := os.Getenv("PROMOSTACK_CANDLES")
	if name == "" {
		return readSynthetic(tb)
	}
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	s, err := ReadCSV(f, CSVOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func BenchmarkBacktest250kCandles(b *testing.B) {
	cs, err := Synthetic(2, time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC), M15)
	if err != nil {
		b.Fatal(err)
	}
	cs = cs[:min(len(cs), 250_000)]
	b.ReportMetric(float64(len(cs)), "candles")
	b.ReportAllocs()
	for b.Loop() {
		mustBacktest(b, cs, DefaultParams())
	}
}

func BenchmarkSweep1000SetsOneYear(b *testing.B) {
	cs := series(b).Candles
	g, err := ParseGrid("rsi-low=26:35:1 rsi-high=61:70:1 atr-tp=1.5:6:0.5")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Sweep(context.Background(), cs, M15, DefaultParams(), g, 0.7); err != nil {
			b.Fatal(err)
		}
	}
}
