package signals

import (
	"fmt"
	"math"
	"time"

	"promostack/store"
)

// Params are all the numbers of a strategy. A signal keeps the version of the numbers that made it.
type Params struct {
	Strategy string        `json:"strategy"`  // name of a Strategy
	RSILow   float64       `json:"rsi_low"`   // buy below
	RSIHigh  float64       `json:"rsi_high"`  // sell above
	ATRTP    float64       `json:"atr_tp"`    // take profit, in ATR from the entry
	ATRSL    float64       `json:"atr_sl"`    // stop loss, in ATR from the entry
	FromHour int           `json:"from_hour"` // first hour of the day, UTC, in which to decide
	ToHour   int           `json:"to_hour"`   // first hour in which not to; equal to FromHour: all day
	Weekdays uint8         `json:"weekdays"`  // bit 0 = Sunday … bit 6 = Saturday
	Hold     time.Duration `json:"hold"`      // a signal that is neither won nor lost by then is closed at the market
	Warmup   int           `json:"warmup"`    // candles that must be seen before the first decision
	OneOpen  bool          `json:"one_open"`  // no new signal while one is open
	Cooldown int           `json:"cooldown"`  // candles to wait after a signal before the next
	Spread   float64       `json:"spread"`    // taken off every result, in price
	Pip      float64       `json:"pip"`       // size of a pip, in price
}

// AllWeek is the weekday mask that lets every day pass.
const AllWeek uint8 = 1<<7 - 1

// MinWarmup is the number of candles before MACD(12,26,9) has its first value.
const MinWarmup = 34

// DefaultParams are the numbers of the default strategy.
func DefaultParams() Params {
	return Params{
		Strategy: "macd-rsi", RSILow: 35, RSIHigh: 65, ATRTP: 4, ATRSL: 2, FromHour: 8, ToHour: 22,
		Weekdays: AllWeek, Hold: 4 * time.Hour, Warmup: 250, Pip: 0.1,
	}
}

// Check says, field by field in the first mistake found, what a number may be.
func (p Params) Check() error {
	if _, ok := strategies[p.Strategy]; !ok {
		return store.Invalid{Field: "strategy", Sentence: fmt.Sprintf("There is no strategy %q.", p.Strategy)}
	}
	for _, f := range [...]struct {
		field     string
		v, lo, hi float64
	}{
		{"rsi_low", p.RSILow, 0, 100}, {"rsi_high", p.RSIHigh, 0, 100},
		{"atr_tp", p.ATRTP, 0.1, 100}, {"atr_sl", p.ATRSL, 0.1, 100},
		{"from_hour", float64(p.FromHour), 0, 23}, {"to_hour", float64(p.ToHour), 0, 24},
		{"hold", p.Hold.Hours(), 0.25, 240}, {"warmup", float64(p.Warmup), MinWarmup, 100_000},
		{"cooldown", float64(p.Cooldown), 0, 10_000}, {"spread", p.Spread, 0, 1000}, {"pip", p.Pip, 1e-6, 1000},
	} {
		if math.IsNaN(f.v) || f.v < f.lo || f.v > f.hi {
			return store.Invalid{Field: f.field, Sentence: fmt.Sprintf("%s must lie between %g and %g.", f.field, f.lo, f.hi)}
		}
	}
	if p.RSILow >= p.RSIHigh {
		return store.Invalid{Field: "rsi_low", Sentence: "rsi_low must be below rsi_high."}
	}
	if p.Weekdays == 0 || p.Weekdays > AllWeek {
		return store.Invalid{Field: "weekdays", Sentence: "Choose at least one weekday."}
	}
	return nil
}

// inSession reports whether a decision may fall at the moment decided (Unix ms).
func (p Params) inSession(decided int64) bool {
	t := time.UnixMilli(decided).UTC()
	if p.Weekdays&(1<<t.Weekday()) == 0 {
		return false
	}
	h := t.Hour()
	switch {
	case p.FromHour == p.ToHour:
		return true
	case p.FromHour < p.ToHour:
		return h >= p.FromHour && h < p.ToHour
	}
	return h >= p.FromHour || h < p.ToHour // over midnight
}

// round2 rounds a price to two places, half up; the tiny addend lifts what binary fractions put just below a half.
func round2(x float64) float64 { return math.Floor((x+1e-9)*100+0.5) / 100 }

// clean takes binary noise off a difference of prices, and the sign off a zero.
func clean(x float64) float64 { return math.Round(x*1e8)/1e8 + 0 }
