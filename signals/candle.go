// Package signals is what the market tells us: candles, indicators, strategies, outcomes, the engine that runs them
// live, and the backtest and replay that run the very same functions over the past.
package signals

import (
	"time"

	"promostack/store"
)

// Candle is one closed interval of prices.
type Candle = store.Candle

// Interval is the length of a candle.
type Interval = store.Interval

// The intervals that the engine decides and watches on.
const (
	M1  = Interval(time.Minute)
	M15 = Interval(15 * time.Minute)
	H1  = Interval(time.Hour)
)
