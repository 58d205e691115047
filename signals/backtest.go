package signals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Backtest is a strategy's whole past over one series.
type Backtest struct {
	Params   Params
	Interval Interval
	Candles  int
	From, To time.Time // opens of the first and last candle
	Signals  []Signal  // in the order of the decisions; those without an outcome at the end of the series stay open
	Summary  Summary
}

// RunBacktest runs a strategy over closed candles in ascending order. It looks at ctx now and then.
func RunBacktest(ctx context.Context, candles []Candle, interval Interval, p Params) (Backtest, error) {
	return WatchBacktest(ctx, candles, interval, p, func(int) {})
}

// WatchBacktest is RunBacktest that tells now and then how many candles are done.
func WatchBacktest(ctx context.Context, candles []Candle, interval Interval, p Params, told func(done int)) (Backtest, error) {
	if err := p.Check(); err != nil {
		return Backtest{}, err
	}
	if len(candles) < p.Warmup {
		return Backtest{}, tooFew(len(candles), p)
	}
	b := Backtest{
		Params: p, Interval: interval, Candles: len(candles),
		From: candles[0].Time(), To: candles[len(candles)-1].Time(),
	}
	pass := NewPass(p, interval)
	over := func(s Signal) { b.Signals = append(b.Signals, s) }
	for i, c := range candles {
		if i&4095 == 0 {
			if ctx.Err() != nil {
				return Backtest{}, ctx.Err()
			}
			told(i)
		}
		pass.Add(c, over)
	}
	b.Summary = Summarise(b.Signals, p) // in the order of the ends
	b.Summary.Open = len(pass.Unfinished())
	b.Summary.Signals += b.Summary.Open
	b.Signals = append(b.Signals, pass.Unfinished()...)
	slices.SortStableFunc(b.Signals, func(x, y Signal) int { return cmp.Compare(x.CandleOpen, y.CandleOpen) })
	return b, nil
}

// ByEnd are the signals that have an outcome, in the order in which they ended.
func (b Backtest) ByEnd() []Signal {
	out := slices.DeleteFunc(slices.Clone(b.Signals), func(s Signal) bool { return !s.Closed() })
	slices.SortStableFunc(out, func(x, y Signal) int { return cmp.Compare(x.ExitAt, y.ExitAt) })
	return out
}

// Groups summarises the signals by a key of each, in the order of the keys given.
func (b Backtest) Groups(keys []string, key func(Signal) string) []Group {
	tallies := map[string]*tally{}
	for _, k := range keys {
		tallies[k] = &tally{}
	}
	for _, s := range b.ByEnd() {
		if t := tallies[key(s)]; t != nil {
			t.add(&s, b.Params)
		}
	}
	out := make([]Group, len(keys))
	for i, k := range keys {
		out[i] = Group{Key: k, Summary: tallies[k].summary(b.Params)}
	}
	return out
}

// BySide, ByHour and ByWeekday are the usual groups; hours and days are UTC at the decision.
func (b Backtest) BySide() []Group {
	return b.Groups([]string{string(Buy), string(Sell)}, func(s Signal) string { return string(s.Side) })
}

// ByHour groups by the hour of the decision, "00" to "23".
func (b Backtest) ByHour() []Group {
	keys := make([]string, 24)
	for h := range keys {
		keys[h] = fmt.Sprintf("%02d", h)
	}
	return b.Groups(keys, func(s Signal) string { return s.Decided().Format("15") })
}

// ByWeekday groups by the weekday of the decision, "Mon" to "Sun".
func (b Backtest) ByWeekday() []Group {
	return b.Groups([]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
		func(s Signal) string { return s.Decided().Format("Mon") })
}

func tooFew(n int, p Params) error {
	return fmt.Errorf("%w: %d are there, the strategy needs %d before its first decision", ErrTooFew, n, p.Warmup)
}

// ErrTooFew says that a series is too short for the strategy's warm-up.
var ErrTooFew = errors.New("too few candles")
