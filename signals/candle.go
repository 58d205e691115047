// Package signals is what the market tells us: candles, indicators, strategies, outcomes, the engine that runs them
// live, and the backtest and replay that run the very same functions over the past.
package signals

import (
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

// The intervals that the engine decides and watches on.
const (
	M1  = Interval(time.Minute)
	M15 = Interval(15 * time.Minute)
	H1  = Interval(time.Hour)
)

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
