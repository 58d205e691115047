package store

import (
	"context"
	"fmt"
	"math"
	"time"
)

// Candle is one closed interval of prices. Prices are in the quote currency (USD for XAU/USD).
type Candle struct {
	At    int64 // open of the interval, Unix milliseconds UTC
	Open  float64
	High  float64
	Low   float64
	Close float64
}

// Time is the open of the interval.
func (c Candle) Time() time.Time { return time.UnixMilli(c.At).UTC() }

// Check refuses what no market can have printed: prices that are not finite and positive, a high below the low, an
// open or close outside them.
func (c Candle) Check() error {
	for _, p := range [...]float64{c.Open, c.High, c.Low, c.Close} {
		if math.IsNaN(p) || math.IsInf(p, 0) || p <= 0 {
			return fmt.Errorf("candle of %s: %v is no price", c.Time().Format(time.RFC3339), p)
		}
	}
	if c.High < c.Low || c.Open > c.High || c.Open < c.Low || c.Close > c.High || c.Close < c.Low {
		return fmt.Errorf("candle of %s: open %v, high %v, low %v and close %v contradict each other",
			c.Time().Format(time.RFC3339), c.Open, c.High, c.Low, c.Close)
	}
	return nil
}

// Interval is the length of a candle.
type Interval time.Duration

// Millis is the length in milliseconds.
func (i Interval) Millis() int64 { return time.Duration(i).Milliseconds() }

// Duration is the length as package time has it.
func (i Interval) Duration() time.Duration { return time.Duration(i) }

// String is the name that Twelve Data and our rows use: "1min", "15min", "1h".
func (i Interval) String() string {
	d := time.Duration(i)
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dmin", d/time.Minute)
}

// Closed reports whether the candle that opened at (Unix ms) is over at now.
func (i Interval) Closed(at int64, now time.Time) bool { return at+i.Millis() <= now.UnixMilli() }

// Floor is the open (Unix ms) of the interval that holds the moment t (Unix ms).
func (i Interval) Floor(t int64) int64 {
	n := i.Millis()
	r := t % n
	if r < 0 {
		r += n
	}
	return t - r
}

// e5 is a price as the database keeps it: hundred-thousandths.
func e5(price float64) int64 { return int64(math.Round(price * 1e5)) }

func price(e5 int64) float64 { return float64(e5) / 1e5 }

// SaveCandles stores closed candles; one that is there already and differs is revised. It reports how many were new
// and how many revised, in one transaction.
func (s *Store) SaveCandles(ctx context.Context, symbol string, i Interval, cs []Candle) (fresh, revised int, err error) {
	err = s.InTx(ctx, func(tx *Tx) error {
		fresh, revised, err = tx.SaveCandles(ctx, symbol, i, cs)
		return err
	})
	return fresh, revised, err
}

// SaveCandles is Store.SaveCandles inside a transaction.
func (t *Tx) SaveCandles(ctx context.Context, symbol string, i Interval, cs []Candle) (fresh, revised int, err error) {
	now := t.s.now()
	for _, c := range cs {
		n, err := exec(ctx, t.tx, `
			INSERT INTO candle (symbol, interval_ms, at, open, high, low, close, stored_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (symbol, interval_ms, at) DO NOTHING`,
			symbol, i.Millis(), c.At, e5(c.Open), e5(c.High), e5(c.Low), e5(c.Close), now)
		if err != nil {
			return 0, 0, fmt.Errorf("store a candle: %w", err)
		}
		if n == 1 {
			fresh++
			continue
		}
		n, err = exec(ctx, t.tx, `
			UPDATE candle
			SET open = $4, high = $5, low = $6, close = $7, revisions = revisions + 1
			WHERE symbol = $1 AND interval_ms = $2 AND at = $3 AND (open <> $4 OR high <> $5 OR low <> $6 OR close <> $7)`,
			symbol, i.Millis(), c.At, e5(c.Open), e5(c.High), e5(c.Low), e5(c.Close))
		if err != nil {
			return 0, 0, fmt.Errorf("revise a candle: %w", err)
		}
		revised += n
	}
	return fresh, revised, nil
}

// Candles are the stored candles that open at or after from and before to (Unix ms), oldest first.
func (s *Store) Candles(ctx context.Context, symbol string, i Interval, from, to int64) ([]Candle, error) {
	cs, err := all(ctx, s.read, scanCandle, `
		SELECT at, open, high, low, close
		FROM candle
		WHERE symbol = $1 AND interval_ms = $2 AND at >= $3 AND at < $4
		ORDER BY at`, symbol, i.Millis(), from, to)
	if err != nil {
		return nil, fmt.Errorf("read candles: %w", err)
	}
	return cs, nil
}

// CandlesBefore are the n newest stored candles that open before the moment (Unix ms), oldest first.
func (s *Store) CandlesBefore(ctx context.Context, symbol string, i Interval, before int64, n int) ([]Candle, error) {
	cs, err := all(ctx, s.read, scanCandle, `
		SELECT at, open, high, low, close
		FROM (
			SELECT at, open, high, low, close
			FROM candle
			WHERE symbol = $1 AND interval_ms = $2 AND at < $3
			ORDER BY at DESC
			LIMIT $4
		) AS newest
		ORDER BY at`, symbol, i.Millis(), before, n)
	if err != nil {
		return nil, fmt.Errorf("read candles: %w", err)
	}
	return cs, nil
}

func scanCandle(r scanner) (Candle, error) {
	var c Candle
	var o, h, l, e int64
	err := r.Scan(&c.At, &o, &h, &l, &e)
	c.Open, c.High, c.Low, c.Close = price(o), price(h), price(l), price(e)
	return c, err
}
