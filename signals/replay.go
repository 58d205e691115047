package signals

import (
	"context"
	"fmt"
	"log/slog"
	"sort"
	"time"

	"promostack/store"
)

// SeriesMarket is a Market over candles that are all known, as a clock reveals them: replays, tests and offline use.
type SeriesMarket struct {
	Clock   store.Clock
	Series  []Candle // ascending
	Spacing Interval
}

// Candles are the candles that are closed by the clock; other intervals than the series' own are not there.
func (m SeriesMarket) Candles(_ context.Context, symbol string, i Interval, from, to time.Time) (Batch, error) {
	if i != m.Spacing || symbol != Symbol {
		return Batch{}, fmt.Errorf("%w: the series holds %s of %s only", ErrMarket, m.Spacing, Symbol)
	}
	now := m.Clock.Now()
	first := sort.Search(len(m.Series), func(n int) bool { return m.Series[n].At >= from.UnixMilli() })
	last := first
	for last < len(m.Series) && m.Series[last].At < to.UnixMilli() && i.Closed(m.Series[last].At, now) {
		last++
	}
	return Batch{Candles: m.Series[first:last], Server: now}, nil
}

// Replay drives the live engine through past days on a simulated clock.
type Replay struct {
	Store    *store.Store       // a scratch store that goes by Clock
	Clock    *store.ManualClock // set to anything; the replay moves it
	Series   []Candle           // 15-minute candles, ascending; those before From are the warm-up
	From, To time.Time
	Params   Params
	Log      *slog.Logger
	// Each is called after every step: what is in the outbox may be posted then. May be nil.
	Each func(ctx context.Context, now time.Time) error
}

// Run replays and reports how many steps it took. What it decided stands in the scratch store.
func (r Replay) Run(ctx context.Context) (int, error) {
	ws := r.Store.Workspace(store.DefaultWorkspace)
	if _, err := SaveSettings(ctx, ws, r.Params, "replay", 0); err != nil {
		return 0, err
	}
	r.Clock.Set(r.From)
	engine, err := NewEngine(EngineOptions{
		Store: r.Store, Workspace: ws.ID(), Market: SeriesMarket{r.Clock, r.Series, M15}, Log: r.Log,
	})
	if err != nil {
		return 0, err
	}
	for steps := 1; ; steps++ {
		now := r.Clock.Now()
		next, err := engine.Step(ctx, now)
		if err != nil {
			return steps, err
		}
		if r.Each != nil {
			if err := r.Each(ctx, now); err != nil {
				return steps, err
			}
		}
		if next.After(r.To) {
			return steps, nil
		}
		r.Clock.Set(next)
	}
}
