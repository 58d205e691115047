package store

import (
	"context"
	"fmt"
	"time"
)

// Signal is a trading signal and what became of it. Prices are in the quote currency.
type Signal struct {
	ID         int64
	Strategy   string // name of the rule
	Version    int    // version of its numbers
	Symbol     string // "XAU/USD"
	Interval   Interval
	CandleOpen time.Time // open of the candle that decided
	Side       string    // BUY or SELL
	DecidedAt  time.Time // its close
	Deadline   time.Time // closed at the market then
	Entry      float64
	TakeProfit float64
	StopLoss   float64
	RSI        float64
	MACD       float64
	MACDSignal float64
	ATR        float64
	Spread     float64 // taken off the result
	Pip        float64 // size of a pip

	Status    string    // open, won, lost, expired; missed: decided too late to be posted
	WatchedTo time.Time // close of the last candle that was judged
	LastPrice float64   // its close price
	ExitAt    time.Time // zero while open
	Exit      float64
	Ambiguous bool    // stop and profit lay in one candle; the stop was counted
	Points    float64 // result in price, after the spread
	CreatedAt time.Time
	ClosedAt  time.Time // when we learned of the outcome
}

// SignalFilter chooses signals. The zero value chooses all, newest decision first.
type SignalFilter struct {
	Status   string
	From, To time.Time // by decision; zero = no bound
	ByExit   bool      // From and To are about the exit, and the order is oldest exit first
	Side     string    // BUY or SELL; "" = both
	Posted   bool      // leaves out the missed ones, which nobody was told of
	Limit    int       // 0 = 1,000
	Offset   int
}

const signalColumns = `id, strategy, version, symbol, interval_ms, candle_open, side, decided_at, deadline, entry,
	take_profit, stop_loss, rsi, macd, macd_signal, atr, spread, pip, status, watched_to, last_price, exit_at,
	exit_price, ambiguous, points, created_at, closed_at`

// AddSignal stores a new signal and gives it its number; it reports false when there is one of this decision already.
func (w *Workspace) AddSignal(ctx context.Context, s Signal) (id int64, added bool, err error) {
	err = w.inTx(ctx, func(tx *Tx) error {
		ids, err := all(ctx, tx.tx, scanInt, `
			INSERT INTO signal (workspace_id, strategy, version, symbol, interval_ms, candle_open, side, decided_at, deadline,
				entry, take_profit, stop_loss, rsi, macd, macd_signal, atr, spread, pip, status, watched_to, last_price, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
			ON CONFLICT (workspace_id, strategy, version, symbol, interval_ms, candle_open, side) DO NOTHING
			RETURNING id`,
			w.id, s.Strategy, s.Version, s.Symbol, s.Interval.Millis(), ms(s.CandleOpen), s.Side, ms(s.DecidedAt), ms(s.Deadline),
			e5(s.Entry), e5(s.TakeProfit), e5(s.StopLoss), s.RSI, s.MACD, s.MACDSignal, s.ATR, e5(s.Spread), e5(s.Pip),
			s.Status, ms(s.DecidedAt), e5(s.Entry), w.now())
		if err != nil || len(ids) == 0 {
			return err
		}
		id, added = ids[0], true
		return nil
	})
	if err != nil {
		return 0, false, fmt.Errorf("store a signal: %w", err)
	}
	return id, added, nil
}

// JudgeSignal writes down how far a signal was watched and, once it is over, its outcome. Only an open signal changes;
// it reports false when it was over before.
func (w *Workspace) JudgeSignal(ctx context.Context, s Signal) (bool, error) {
	closed := int64(0)
	if s.Status != "open" {
		closed = w.now()
	}
	n, err := w.exec(ctx, `
		UPDATE signal
		SET status = $3, watched_to = $4, last_price = $5, exit_at = $6, exit_price = $7, ambiguous = $8, points = $9, closed_at = $10
		WHERE workspace_id = $1 AND id = $2 AND status = 'open'`,
		w.id, s.ID, s.Status, ms(s.WatchedTo), e5(s.LastPrice), ms(s.ExitAt), e5(s.Exit), s.Ambiguous, e5(s.Points), closed)
	if err != nil {
		return false, fmt.Errorf("judge signal %d: %w", s.ID, err)
	}
	return n == 1, nil
}

// Signal finds a signal by its number; ErrNotFound.
func (w *Workspace) Signal(ctx context.Context, id int64) (Signal, error) {
	s, err := one(ctx, w.reader(), scanSignal, `SELECT `+signalColumns+` FROM signal WHERE workspace_id = $1 AND id = $2`, w.id, id)
	if err != nil {
		return Signal{}, fmt.Errorf("read signal %d: %w", id, err)
	}
	return s, nil
}

// Signals lists signals.
func (w *Workspace) Signals(ctx context.Context, f SignalFilter) ([]Signal, error) {
	if f.Limit <= 0 {
		f.Limit = 1000
	}
	order := "decided_at DESC, id DESC"
	if f.ByExit {
		order = "exit_at, id"
	}
	where, args := f.where(w.id)
	n := len(args)
	list, err := all(ctx, w.reader(), scanSignal, fmt.Sprintf(`
		SELECT %s
		FROM signal
		WHERE %s
		ORDER BY %s
		LIMIT $%d OFFSET $%d`, signalColumns, where, order, n+1, n+2), append(args, f.Limit, f.Offset)...)
	if err != nil {
		return nil, fmt.Errorf("list signals: %w", err)
	}
	return list, nil
}

// CountSignals counts what Signals would list without a limit.
func (w *Workspace) CountSignals(ctx context.Context, f SignalFilter) (int, error) {
	where, args := f.where(w.id)
	n, err := one(ctx, w.reader(), scanInt, `SELECT COUNT(*) FROM signal WHERE `+where, args...)
	if err != nil {
		return 0, fmt.Errorf("count signals: %w", err)
	}
	return int(n), nil
}

// where is the condition and its values; only what is asked for stands in it, so that an index can serve it.
func (f SignalFilter) where(workspace int64) (string, []any) {
	column := "decided_at"
	if f.ByExit {
		column = "exit_at"
	}
	text, args := "workspace_id = $1", []any{workspace}
	add := func(condition string, value any) {
		args = append(args, value)
		text += fmt.Sprintf(" AND %s $%d", condition, len(args))
	}
	if !f.From.IsZero() {
		add(column+" >=", ms(f.From))
	}
	if !f.To.IsZero() {
		add(column+" <", ms(f.To))
	}
	if f.Status != "" {
		add("status =", f.Status)
	}
	if f.Side != "" {
		add("side =", f.Side)
	}
	if f.Posted {
		text += " AND status <> 'missed'"
	}
	return text, args
}

// OpenSignals are the signals without an outcome, oldest decision first.
func (w *Workspace) OpenSignals(ctx context.Context) ([]Signal, error) {
	list, err := all(ctx, w.reader(), scanSignal, `
		SELECT `+signalColumns+`
		FROM signal
		WHERE workspace_id = $1 AND status = 'open'
		ORDER BY decided_at, id`, w.id)
	if err != nil {
		return nil, fmt.Errorf("list open signals: %w", err)
	}
	return list, nil
}

// LastSignal is when the newest signal that was not missed was decided; the zero time when there is none.
func (w *Workspace) LastSignal(ctx context.Context) (time.Time, error) {
	n, err := one(ctx, w.reader(), scanInt, `
		SELECT CAST(COALESCE(MAX(candle_open), 0) AS BIGINT)
		FROM signal
		WHERE workspace_id = $1 AND status <> 'missed'`, w.id)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the last signal: %w", err)
	}
	return at(n), nil
}

func scanSignal(r scanner) (Signal, error) {
	var s Signal
	var interval, candle, decided, deadline, entry, tp, sl, spread, pip, watched, last, exitAt, exit, points, created, closed int64
	err := r.Scan(&s.ID, &s.Strategy, &s.Version, &s.Symbol, &interval, &candle, &s.Side, &decided, &deadline, &entry,
		&tp, &sl, &s.RSI, &s.MACD, &s.MACDSignal, &s.ATR, &spread, &pip, &s.Status, &watched, &last, &exitAt,
		&exit, &s.Ambiguous, &points, &created, &closed)
	s.Interval = Interval(time.Duration(interval) * time.Millisecond)
	s.CandleOpen, s.DecidedAt, s.Deadline, s.WatchedTo = at(candle), at(decided), at(deadline), at(watched)
	s.ExitAt, s.CreatedAt, s.ClosedAt = at(exitAt), at(created), at(closed)
	s.Entry, s.TakeProfit, s.StopLoss, s.Spread, s.Pip = price(entry), price(tp), price(sl), price(spread), price(pip)
	s.LastPrice, s.Exit, s.Points = price(last), price(exit), price(points)
	return s, err
}

// StrategyVersion is the numbers that a strategy went by from a moment on.
type StrategyVersion struct {
	Version   int
	Params    string // JSON
	Actor     string // who set them
	CreatedAt time.Time
}

// AddStrategyVersion makes new numbers the current ones; ErrConflict when base is not the current version (0 = none yet).
func (w *Workspace) AddStrategyVersion(ctx context.Context, params, actor string, base int) (StrategyVersion, error) {
	v := StrategyVersion{Version: base + 1, Params: params, Actor: clean(actor), CreatedAt: w.s.clock.Now()}
	err := w.inTx(ctx, func(tx *Tx) error {
		last, err := one(ctx, tx.tx, scanInt, `
			SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT)
			FROM strategy_version
			WHERE workspace_id = $1`, w.id)
		if err != nil {
			return err
		}
		if int(last) != base {
			return ErrConflict
		}
		_, err = exec(ctx, tx.tx, `
			INSERT INTO strategy_version (workspace_id, version, params, actor, created_at)
			VALUES ($1, $2, $3, $4, $5)`, w.id, v.Version, v.Params, v.Actor, ms(v.CreatedAt))
		return err
	})
	if err != nil {
		return StrategyVersion{}, fmt.Errorf("save strategy version %d: %w", v.Version, err)
	}
	return v, nil
}

// StrategyVersions lists every version of the numbers, newest first.
func (w *Workspace) StrategyVersions(ctx context.Context) ([]StrategyVersion, error) {
	list, err := all(ctx, w.reader(), func(r scanner) (StrategyVersion, error) {
		var v StrategyVersion
		var created int64
		err := r.Scan(&v.Version, &v.Params, &v.Actor, &created)
		v.CreatedAt = at(created)
		return v, err
	}, `
		SELECT version, params, actor, created_at
		FROM strategy_version
		WHERE workspace_id = $1
		ORDER BY version DESC`, w.id)
	if err != nil {
		return nil, fmt.Errorf("list strategy versions: %w", err)
	}
	return list, nil
}

// Due is when a kind of work falls due next; ErrNotFound when it never was set.
func (w *Workspace) Due(ctx context.Context, kind string) (time.Time, error) {
	n, err := one(ctx, w.reader(), scanInt, `SELECT at FROM due WHERE workspace_id = $1 AND kind = $2`, w.id, kind)
	if err != nil {
		return time.Time{}, fmt.Errorf("read when %s is due: %w", kind, err)
	}
	return at(n), nil
}

// SetDue says when a kind of work falls due next.
func (w *Workspace) SetDue(ctx context.Context, kind string, when time.Time) error {
	_, err := w.exec(ctx, `
		INSERT INTO due (workspace_id, kind, at)
		VALUES ($1, $2, $3)
		ON CONFLICT (workspace_id, kind) DO UPDATE SET at = excluded.at`, w.id, kind, ms(when))
	if err != nil {
		return fmt.Errorf("set when %s is due: %w", kind, err)
	}
	return nil
}
