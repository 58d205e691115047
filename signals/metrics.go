package signals

import (
	"math"
	"time"
)

// Summary is what a list of signals earned. Channel, panel, API and backtest all show these very figures.
type Summary struct {
	Signals  int `json:"signals"`
	Won      int `json:"won"`
	Lost     int `json:"lost"`
	Expired  int `json:"expired"`
	Open     int `json:"open"`
	Missed   int `json:"missed,omitempty"`
	Unclear  int `json:"ambiguous"` // stop and profit in one candle, counted as lost
	Positive int `json:"positive"`  // results above zero, expired ones included

	WinRate       *float64 `json:"win_rate"`         // percent: won / (won + lost); expired stand apart; null when none was decided
	WinRateSigned *float64 `json:"win_rate_by_sign"` // percent of all closed signals whose result is above zero
	BreakEven     *float64 `json:"break_even_rate"`  // percent of won among won and lost at which the distances of TP and SL end even, before spread
	ProfitFactor  *float64 `json:"profit_factor"`    // gains / losses in points; null when nothing was lost
	ExpectancyR   *float64 `json:"expectancy_r"`     // mean R of all closed signals
	ExpectancyLow *float64 `json:"expectancy_r_low"` // 95 % interval of that mean (normal approximation)
	ExpectancyUp  *float64 `json:"expectancy_r_high"`

	TotalPoints       float64 `json:"total_points"`
	TotalPips         float64 `json:"total_pips"`
	TotalR            float64 `json:"total_r"`
	MaxDrawdownPoints float64 `json:"max_drawdown_points"`
	MaxDrawdownR      float64 `json:"max_drawdown_r"`
	LongestLosingRun  int     `json:"longest_losing_run"` // results below zero in a row
}

// Group is the summary of a part of the signals.
type Group struct {
	Key string `json:"key"`
	Summary
}

// EquityPoint is the running total after one more signal ended.
type EquityPoint struct {
	At     time.Time `json:"at"`
	Points float64   `json:"points"`
	R      float64   `json:"r"`
}

// Summarise counts signals; those with an outcome must come in the order in which they ended.
func Summarise(list []Signal, p Params) Summary {
	var t tally
	for i := range list {
		t.add(&list[i], p)
	}
	return t.summary(p)
}

// Equity is the running total of the signals that have an outcome, in the order given.
func Equity(list []Signal, p Params) []EquityPoint {
	out := []EquityPoint{}
	var points, r float64
	for _, s := range list {
		if !s.Closed() {
			continue
		}
		points, r = clean(points+s.Points(p)), r+s.R(p)
		out = append(out, EquityPoint{At: time.UnixMilli(s.ExitAt).UTC(), Points: points, R: r})
	}
	return out
}

// tally adds signals up without keeping them, so that a sweep allocates nothing.
type tally struct {
	s            Summary
	gain, loss   float64
	sumR, sumRR  float64
	points, peak float64
	peakR        float64
	run          int
}

func (t *tally) add(s *Signal, p Params) {
	t.s.Signals++
	switch s.Status {
	case Won:
		t.s.Won++
	case Lost:
		t.s.Lost++
	case Expired:
		t.s.Expired++
	case Missed:
		t.s.Missed++
		return
	default:
		t.s.Open++
		return
	}
	if s.Ambiguous {
		t.s.Unclear++
	}
	t.result(s.Points(p), s.R(p))
}

func (t *tally) result(points, r float64) {
	t.run++
	switch {
	case points > 0:
		t.s.Positive++
		t.gain += points
		t.run = 0
	case points < 0:
		t.loss -= points
	default:
		t.run = 0
	}
	t.s.LongestLosingRun = max(t.s.LongestLosingRun, t.run)
	t.sumR += r
	t.sumRR += r * r
	t.points += points
	t.peak, t.peakR = math.Max(t.peak, t.points), math.Max(t.peakR, t.sumR)
	t.s.MaxDrawdownPoints = math.Max(t.s.MaxDrawdownPoints, t.peak-t.points)
	t.s.MaxDrawdownR = math.Max(t.s.MaxDrawdownR, t.peakR-t.sumR)
}

func (t *tally) summary(p Params) Summary {
	s := t.s
	closed := float64(s.Won + s.Lost + s.Expired)
	if decided := float64(s.Won + s.Lost); decided > 0 {
		s.WinRate = ptr(100 * float64(s.Won) / decided)
	}
	if p.ATRTP+p.ATRSL > 0 {
		s.BreakEven = ptr(100 * p.ATRSL / (p.ATRTP + p.ATRSL))
	}
	if t.loss > 0 {
		s.ProfitFactor = ptr(t.gain / t.loss)
	}
	if closed > 0 {
		s.WinRateSigned = ptr(100 * float64(s.Positive) / closed)
		mean := t.sumR / closed
		s.ExpectancyR = ptr(mean)
		if closed > 1 {
			half := 1.96 * math.Sqrt(math.Max(0, t.sumRR-closed*mean*mean)/(closed-1)/closed)
			s.ExpectancyLow, s.ExpectancyUp = ptr(mean-half), ptr(mean+half)
		}
	}
	s.TotalPoints, s.TotalR = clean(t.points), clean(t.sumR)
	s.TotalPips = clean(t.points / p.Pip)
	s.MaxDrawdownPoints, s.MaxDrawdownR = clean(s.MaxDrawdownPoints), clean(s.MaxDrawdownR)
	return s
}

func ptr(v float64) *float64 { return &v }
