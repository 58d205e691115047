package signals

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"promostack/store"
)

// Symbol is what the engine trades.
const Symbol = "XAU/USD"

// Engine turns closed candles into signals and outcomes. All it knows stands in the store: it may be killed between
// any two steps. One engine runs at a time.
type Engine struct {
	store    *store.Store
	ws       *store.Workspace
	market   Market
	calendar *Calendar
	log      *slog.Logger
	fine     bool
	health   healthBox
}

// EngineOptions are what an engine needs.
type EngineOptions struct {
	Store     *store.Store
	Workspace int64
	Market    Market
	Log       *slog.Logger
	// Fine watches open signals by 1-minute candles every five minutes; without it by the 15-minute ones.
	Fine bool
}

// The kinds of work with a due time. decidedRow is no alarm but the mark up to which candles were decided on.
const (
	candlesDue = "signals.candles"
	watchDue   = "signals.watch"
	decidedRow = "signals.decided"
)

const (
	lateBy     = 5 * time.Second  // a candle is asked for this long after its close
	retryAfter = time.Minute      // after a failed step
	nap        = time.Minute      // the longest sleep: the machine's clock may jump
	watchEvery = 5 * time.Minute  // 1-minute candles of open signals
	freshFor   = 5 * time.Minute  // a signal is not posted later than this after it was written down
	givenUp    = 30 * time.Minute // a signal whose last candles never came expires this long after its deadline
	chunk      = 40 * 24 * time.Hour
)

// NewEngine makes an engine.
func NewEngine(o EngineOptions) (*Engine, error) {
	calendar, err := NewCalendar()
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Engine{
		store: o.Store, ws: o.Store.Workspace(o.Workspace), market: o.Market, calendar: calendar, log: o.Log, fine: o.Fine,
	}, nil
}

// Health is how the engine does.
func (e *Engine) Health() Health { return e.health.read() }

// Run steps until ctx ends, sleeping until the next due time.
func (e *Engine) Run(ctx context.Context) error {
	for {
		now := e.store.Clock().Now()
		next, err := e.Step(ctx, now)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			e.log.Warn("signals step failed", "err", err)
		}
		timer := e.store.Clock().Timer(min(next.Sub(now), nap))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C():
		}
	}
}

// Step does everything that is due at now and says when something is due next. After an error the same work is due
// again a little later, or when the provider's budget allows.
func (e *Engine) Step(ctx context.Context, now time.Time) (time.Time, error) {
	err := e.step(ctx, now)
	next, dueErr := e.next(ctx, now)
	if err != nil || dueErr != nil {
		next = e.retry(ctx, now, err)
	}
	e.health.change(func(h *Health) {
		h.LastStep, h.NextStep, h.Problem = now, next, ""
		h.MarketOpen = e.calendar.Open(now)
		if err != nil {
			h.Problem = err.Error()
		}
	})
	return next, errors.Join(err, dueErr)
}

func (e *Engine) step(ctx context.Context, now time.Time) error {
	paused, err := Paused(ctx, e.ws)
	if err != nil {
		return err
	}
	e.health.change(func(h *Health) { h.Paused = paused })
	if e.fine {
		if err := e.when(ctx, now, watchDue, func() error { return e.watchFine(ctx, now) }); err != nil {
			return errors.Join(err, e.recaps(ctx, now))
		}
	}
	err = e.when(ctx, now, candlesDue, func() error { return e.candles(ctx, now, paused) })
	return errors.Join(err, e.recaps(ctx, now)) // a recap is due whether the market can be asked or not
}

// when runs work whose time has come.
func (e *Engine) when(ctx context.Context, now time.Time, kind string, work func() error) error {
	due, err := e.due(ctx, kind)
	if err != nil || due.After(now) {
		return err
	}
	return work()
}

// due is the zero time, long ago, for work that was never done.
func (e *Engine) due(ctx context.Context, kind string) (time.Time, error) {
	t, err := e.ws.Due(ctx, kind)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	return t, err
}

func (e *Engine) next(ctx context.Context, now time.Time) (time.Time, error) {
	next, err := e.due(ctx, candlesDue)
	if err != nil {
		return time.Time{}, err
	}
	p, _, err := Settings(ctx, e.ws)
	if err != nil {
		return time.Time{}, err
	}
	// A due time beyond what the clock of now demands was set before the clock or the settings changed.
	if latest, err := e.nextCandle(ctx, now, p); err != nil {
		return time.Time{}, err
	} else if latest.Before(next) {
		next = latest
		if err := e.ws.SetDue(ctx, candlesDue, next); err != nil {
			return time.Time{}, err
		}
	}
	others := []string{dailyDue, weeklyDue}
	if e.fine {
		others = append(others, watchDue)
	}
	for _, kind := range others {
		due, err := e.due(ctx, kind)
		if err != nil {
			return time.Time{}, err
		}
		if due.Before(next) {
			next = due
		}
	}
	if !next.After(now) {
		next = now.Add(time.Second)
	}
	return next, nil
}

func (e *Engine) retry(ctx context.Context, now time.Time, err error) time.Time {
	next := now.Add(retryAfter)
	var limit LimitError
	if errors.As(err, &limit) && limit.Until.After(now) {
		next = limit.Until.Add(time.Second)
	}
	if ctx.Err() == nil {
		for _, kind := range []string{candlesDue, watchDue} {
			if due, dueErr := e.due(ctx, kind); dueErr == nil && !due.After(now) {
				_ = e.ws.SetDue(ctx, kind, next) // a failure here only means one more attempt
			}
		}
	}
	return next
}

// candles fetches what closed since the last time, judges and decides candle by candle, and sets the next due time.
func (e *Engine) candles(ctx context.Context, now time.Time, paused bool) error {
	p, version, err := Settings(ctx, e.ws)
	if err != nil {
		return err
	}
	if err := e.fetch(ctx, now, p); err != nil {
		return err
	}
	mark, err := e.due(ctx, decidedRow)
	if err != nil {
		return err
	}
	from := int64(0)
	if !mark.IsZero() {
		from = mark.UnixMilli() + 1
	} else if from, err = e.firstDecision(ctx, now); err != nil {
		return err
	}
	fresh, err := e.store.Candles(ctx, Symbol, M15, from, now.UnixMilli())
	if err != nil {
		return err
	}
	for _, c := range fresh {
		if err := e.candle(ctx, now, c, p, version, paused); err != nil {
			return err
		}
	}
	if err := e.expire(ctx, now); err != nil {
		return err
	}
	next, err := e.nextCandle(ctx, now, p)
	if err != nil {
		return err
	}
	return e.ws.SetDue(ctx, candlesDue, next)
}

// firstDecision is where a new installation begins: at the newest closed candle; what came before is warm-up only.
func (e *Engine) firstDecision(ctx context.Context, now time.Time) (int64, error) {
	last, err := e.store.CandlesBefore(ctx, Symbol, M15, now.UnixMilli(), 1)
	if err != nil || len(last) == 0 {
		return 0, err
	}
	return last[0].At, nil
}

// fetch stores the candles since the newest stored one, with two of overlap for late revisions.
func (e *Engine) fetch(ctx context.Context, now time.Time, p Params) error {
	from := now.Add(-warmupSpan(p))
	last, err := e.store.CandlesBefore(ctx, Symbol, M15, now.UnixMilli(), 1)
	if err != nil {
		return err
	}
	if len(last) > 0 {
		if t := last[0].Time().Add(-2 * M15.Duration()); t.After(from) {
			from = t
		}
	}
	for from.Before(now) {
		to := from.Add(chunk)
		if to.After(now) {
			to = now
		}
		batch, err := e.market.Candles(ctx, Symbol, M15, from, to)
		if err != nil {
			return err
		}
		if _, _, err := e.store.SaveCandles(ctx, Symbol, M15, batch.Candles); err != nil {
			return err
		}
		e.seen(now, batch)
		from = to
	}
	return nil
}

// warmupSpan is the calendar time that surely holds the window: 92 candles a day on five days of seven, and holidays.
func warmupSpan(p Params) time.Duration {
	n := max(strategies[p.Strategy].Window(), p.Warmup)
	return time.Duration(n/92+1)*24*time.Hour*7/5 + 5*24*time.Hour
}

func (e *Engine) seen(now time.Time, b Batch) {
	e.health.change(func(h *Health) {
		h.Faults = b.Faults
		if n := len(b.Candles); n > 0 {
			h.NewestCandle = b.Candles[n-1].Time()
		}
		old := now.Sub(h.NewestCandle) > 3*M15.Duration() // opened three intervals ago: closed two ago
		h.Stale = old && e.calendar.Open(now) && e.calendar.Open(now.Add(-3*M15.Duration()))
		if !b.Server.IsZero() {
			h.Skew = now.Sub(b.Server).Seconds()
		}
	})
	if len(b.Faults) > 0 {
		e.log.Warn("market rows refused", "count", len(b.Faults), "first", b.Faults[0])
	}
}

// nextCandle is the next close at which a candle is wanted: each one while signals are open, else only those at which
// a decision may fall.
func (e *Engine) nextCandle(ctx context.Context, now time.Time, p Params) (time.Time, error) {
	open, err := e.ws.OpenSignals(ctx)
	if err != nil {
		return time.Time{}, err
	}
	at := M15.Floor(now.Add(-lateBy).UnixMilli()) + M15.Millis() // the next close
	for range 14 * 24 * 4 {
		wanted := e.calendar.CandleOpen(at-M15.Millis(), M15)
		if wanted && (len(open) > 0 || p.inSession(at)) || len(open) > 0 && at >= open[0].Deadline.UnixMilli() {
			break
		}
		at += M15.Millis()
	}
	return when(at).Add(lateBy), nil
}

// candle does all that one closed candle demands in one transaction: outcomes, then perhaps a signal with its post, and
// the mark that it is done.
func (e *Engine) candle(ctx context.Context, now time.Time, c Candle, p Params, version int, paused bool) error {
	idea, found, err := e.idea(ctx, c, p)
	if err != nil {
		return err
	}
	return e.store.InTx(ctx, func(tx *store.Tx) error {
		ws := tx.Workspace(e.ws.ID())
		open, err := e.judge(ctx, ws, []Candle{c}, M15)
		if err != nil {
			return err
		}
		if found && !paused {
			if err := e.decide(ctx, ws, now, c, idea, p, version, open); err != nil {
				return err
			}
		}
		return ws.SetDue(ctx, decidedRow, c.Time())
	})
}

// decide writes a signal and its post down, or says why not.
func (e *Engine) decide(ctx context.Context, ws *store.Workspace, now time.Time, c Candle, idea Idea, p Params, version, open int) error {
	s := NewSignal(idea, c, M15, p)
	if !p.inSession(s.DecidedAt) || p.OneOpen && open > 0 {
		return nil
	}
	if cool, err := e.cooling(ctx, ws, c, p); err != nil || cool {
		return err
	}
	if now.Sub(s.Decided()) > M15.Duration() {
		s.Status = Missed
	}
	r := row(s, Symbol, M15, version, p)
	id, added, err := ws.AddSignal(ctx, r)
	if err != nil || !added {
		return err
	}
	r.ID = id
	if err := recordSignal(ctx, ws, r); err != nil || s.Status == Missed {
		return err
	}
	_, err = ws.AddPost(ctx, store.Post{
		Kind: "signal", Key: fmt.Sprintf("signal:%d", id), Subject: id, Body: fmt.Sprintf(`{"signal":%d}`, id), FreshUntil: now.Add(freshFor),
	})
	return err
}

// cooling reports whether too few candles closed since the last signal.
func (e *Engine) cooling(ctx context.Context, ws *store.Workspace, c Candle, p Params) (bool, error) {
	if p.Cooldown == 0 {
		return false, nil
	}
	last, err := ws.LastSignal(ctx)
	if err != nil || last.IsZero() {
		return false, err
	}
	between, err := e.store.Candles(ctx, Symbol, M15, last.UnixMilli()+1, c.At)
	return len(between) < p.Cooldown, err
}
