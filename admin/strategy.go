package admin

import (
	"encoding/json"
	"fmt"
	"time"

	"promostack/signals"
	"promostack/store"
)

// strategyJSON is the numbers of a strategy as clients read and write them. Times are UTC.
type strategyJSON struct {
	Strategy string  `json:"strategy"`
	RSILow   float64 `json:"rsi_low"`
	RSIHigh  float64 `json:"rsi_high"`
	ATRTP    float64 `json:"atr_tp"`
	ATRSL    float64 `json:"atr_sl"`
	FromHour int     `json:"from_hour"`
	ToHour   int     `json:"to_hour"`
	Weekdays []int   `json:"weekdays"` // 0 = Sunday … 6
	Hold     float64 `json:"hold"`     // hours
	Warmup   int     `json:"warmup"`   // candles
	OneOpen  bool    `json:"one_open"`
	Cooldown int     `json:"cooldown"` // candles
	Spread   float64 `json:"spread"`
	Pip      float64 `json:"pip"`
}

func strategyOf(p signals.Params) strategyJSON {
	out := strategyJSON{Strategy: p.Strategy, RSILow: p.RSILow, RSIHigh: p.RSIHigh, ATRTP: p.ATRTP, ATRSL: p.ATRSL, FromHour: p.FromHour, ToHour: p.ToHour,
		Weekdays: []int{}, Hold: p.Hold.Hours(), Warmup: p.Warmup, OneOpen: p.OneOpen, Cooldown: p.Cooldown, Spread: p.Spread, Pip: p.Pip}
	for day := range 7 {
		if p.Weekdays&(1<<day) != 0 {
			out.Weekdays = append(out.Weekdays, day)
		}
	}
	return out
}

// params is what a client wrote; Check has looked at it.
func (in strategyJSON) params() (signals.Params, error) {
	// Numbers that no duration holds are refused before they wrap around.
	hold := time.Duration(min(max(in.Hold, -1), 10_000) * float64(time.Hour))
	p := signals.Params{Strategy: in.Strategy, RSILow: in.RSILow, RSIHigh: in.RSIHigh, ATRTP: in.ATRTP, ATRSL: in.ATRSL, FromHour: in.FromHour, ToHour: in.ToHour,
		Hold: hold, Warmup: in.Warmup, OneOpen: in.OneOpen, Cooldown: in.Cooldown, Spread: in.Spread, Pip: in.Pip}
	for _, day := range in.Weekdays {
		if day < 0 || day > 6 {
			return p, store.Invalid{Field: "weekdays", Sentence: "A weekday is a number from 0 (Sunday) to 6 (Saturday)."}
		}
		p.Weekdays |= 1 << day
	}
	return p, p.Check()
}

// readStrategy reads a body whose key "config" holds numbers of a strategy, with those of now for what it leaves out;
// base is the version the client started from, 0 when it says none.
func readStrategy(body []byte, now signals.Params) (p signals.Params, base int, err error) {
	in := struct {
		Version int          `json:"version"`
		Config  strategyJSON `json:"config"`
	}{Config: strategyOf(now)}
	in.Config.Weekdays = nil
	if err := json.Unmarshal(body, &in); err != nil {
		return p, 0, wrongType(err)
	}
	if in.Config.Weekdays == nil {
		in.Config.Weekdays = strategyOf(now).Weekdays
	}
	p, err = in.Config.params()
	return p, in.Version, err
}

// versionJSON is a set of numbers and who set them when.
type versionJSON struct {
	Version int          `json:"version"`
	At      time.Time    `json:"at"`
	Actor   string       `json:"actor"`
	Config  strategyJSON `json:"config"`
}

func versionOf(v store.StrategyVersion) (versionJSON, error) {
	p := signals.DefaultParams()
	if err := json.Unmarshal([]byte(v.Params), &p); err != nil {
		return versionJSON{}, fmt.Errorf("read strategy version %d: %w", v.Version, err)
	}
	return versionJSON{Version: v.Version, At: v.CreatedAt.UTC(), Actor: v.Actor, Config: strategyOf(p)}, nil
}
