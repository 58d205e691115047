package signals

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Between keeps the signals that were decided from the one moment to before the other; a zero moment is no bound. The
// indicators have seen the whole series all the same.
func (b Backtest) Between(from, to time.Time) Backtest {
	if from.IsZero() && to.IsZero() {
		return b
	}
	b.Signals = slices.DeleteFunc(slices.Clone(b.Signals), func(s Signal) bool {
		return !from.IsZero() && s.Decided().Before(from) || !to.IsZero() && !s.Decided().Before(to)
	})
	ended := b.ByEnd()
	b.Summary = Summarise(ended, b.Params)
	b.Summary.Open = len(b.Signals) - len(ended)
	b.Summary.Signals = len(b.Signals)
	if from.After(b.From) {
		b.From = from
	}
	if !to.IsZero() && to.Before(b.To) {
		b.To = to
	}
	return b
}

type signalJSON struct {
	CandleOpen time.Time  `json:"candle_open"`
	DecidedAt  time.Time  `json:"decided_at"`
	Side       Side       `json:"side"`
	Entry      float64    `json:"entry"`
	TP         float64    `json:"tp"`
	SL         float64    `json:"sl"`
	RSI        float64    `json:"rsi"`
	MACD       float64    `json:"macd"`
	MACDSignal float64    `json:"macd_signal"`
	ATR        float64    `json:"atr"`
	Status     Status     `json:"status"`
	ExitAt     *time.Time `json:"exit_at"`
	Exit       *float64   `json:"exit"`
	Ambiguous  bool       `json:"ambiguous"`
	Points     *float64   `json:"points"`
	Pips       *float64   `json:"pips"`
	R          *float64   `json:"r"`
}

func (b Backtest) signalsJSON() []signalJSON {
	out := make([]signalJSON, 0, len(b.Signals))
	for _, s := range b.Signals {
		j := signalJSON{
			CandleOpen: when(s.CandleOpen), DecidedAt: s.Decided(), Side: s.Side, Entry: s.Entry, TP: s.TP, SL: s.SL,
			RSI: s.RSI, MACD: s.MACD, MACDSignal: s.MACDSignal, ATR: s.ATR, Status: s.Status, Ambiguous: s.Ambiguous,
		}
		if s.Closed() {
			at, points := when(s.ExitAt), s.Points(b.Params)
			j.ExitAt, j.Exit, j.Points = &at, ptr(s.Exit), ptr(points)
			j.Pips, j.R = ptr(clean(points/b.Params.Pip)), ptr(s.R(b.Params))
		}
		out = append(out, j)
	}
	return out
}

type paramsJSON struct {
	Strategy string  `json:"strategy"`
	RSI      []any   `json:"rsi"`
	ATRTP    float64 `json:"atr_tp"`
	ATRSL    float64 `json:"atr_sl"`
	Hours    string  `json:"hours"`
	Hold     string  `json:"hold"`
	Warmup   int     `json:"warmup"`
	OneOpen  bool    `json:"one_open"`
	Cooldown int     `json:"cooldown"`
	Spread   float64 `json:"spread"`
	Pip      float64 `json:"pip"`
	Weekdays uint8   `json:"weekdays"`
	Interval string  `json:"interval"`
	Candles  int     `json:"candles"`
	From     string  `json:"from"`
	To       string  `json:"to"`
}

func (b Backtest) paramsJSON() paramsJSON {
	p := b.Params
	return paramsJSON{
		Strategy: p.Strategy, RSI: []any{p.RSILow, p.RSIHigh}, ATRTP: p.ATRTP, ATRSL: p.ATRSL,
		Hours: fmt.Sprintf("%d-%d", p.FromHour, p.ToHour), Hold: p.Hold.String(), Warmup: p.Warmup, OneOpen: p.OneOpen,
		Cooldown: p.Cooldown, Spread: p.Spread, Pip: p.Pip, Weekdays: p.Weekdays, Interval: b.Interval.String(),
		Candles: b.Candles, From: b.From.Format(time.RFC3339), To: b.To.Format(time.RFC3339),
	}
}

// WriteJSON writes the whole result; times are RFC 3339 UTC, rates percent.
func (b Backtest) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	err := e.Encode(struct {
		Params    paramsJSON    `json:"params"`
		Summary   Summary       `json:"summary"`
		Signals   []signalJSON  `json:"signals"`
		Equity    []EquityPoint `json:"equity"`
		BySide    []Group       `json:"by_side"`
		ByHour    []Group       `json:"by_hour"`
		ByWeekday []Group       `json:"by_weekday"`
	}{b.paramsJSON(), b.Summary, b.signalsJSON(), Equity(b.ByEnd(), b.Params), b.BySide(), b.ByHour(), b.ByWeekday()})
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// WriteText writes the result for a person at a terminal.
func (b Backtest) WriteText(out io.Writer, series Series) error {
	var text strings.Builder
	s := b.Summary
	fmt.Fprintf(&text, "%s on %d candles of %s, %s to %s\n", strategies[b.Params.Strategy].Title(), b.Candles, b.Interval,
		b.From.Format("2006-01-02"), b.To.Format("2006-01-02"))
	if series.Weekend+series.Repeats > 0 {
		fmt.Fprintf(&text, "Left out: %d candles of closed weekends, %d that stood there twice\n", series.Weekend, series.Repeats)
	}
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		fmt.Fprintf(w, "  %s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("signals", "%d: %d won, %d lost, %d expired, %d still open, %d ambiguous", s.Signals, s.Won, s.Lost, s.Expired, s.Open, s.Unclear)
	row("win rate", "%s of won and lost (even at %s before spread); %s of all results are above zero", percent(s.WinRate), percent(s.BreakEven), percent(s.WinRateSigned))
	row("profit factor", "%s", number(s.ProfitFactor))
	row("expectancy", "%s R, 95 %% interval %s to %s", number(s.ExpectancyR), number(s.ExpectancyLow), number(s.ExpectancyUp))
	row("total", "%+.2f points, %+.1f pips, %+.2f R", s.TotalPoints, s.TotalPips, s.TotalR)
	row("max drawdown", "%.2f points, %.2f R", s.MaxDrawdownPoints, s.MaxDrawdownR)
	row("longest losing run", "%d", s.LongestLosingRun)
	fmt.Fprintf(w, "\n  \tsignals\twon\tlost\texpired\tpoints\tR\n")
	for _, g := range slices.Concat(b.BySide(), b.ByWeekday(), b.ByHour()) {
		if g.Signals > 0 {
			fmt.Fprintf(w, "  %s\t%d\t%d\t%d\t%d\t%+.2f\t%+.2f\n", g.Key, g.Signals, g.Won, g.Lost, g.Expired, g.TotalPoints, g.TotalR)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	text.WriteString("\nPast results of a rule say little about its future. This is no advice.\n")
	if _, err := io.WriteString(out, text.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// WriteTrials writes a sweep: in-sample beside out of sample.
func WriteTrials(out io.Writer, trials []Trial, g Grid, asJSON bool) error {
	if asJSON {
		e := json.NewEncoder(out)
		e.SetIndent("", " ")
		if err := e.Encode(map[string]any{"trials": trials}); err != nil {
			return fmt.Errorf("write the sweep: %w", err)
		}
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d combinations, best in-sample expectancy first\n", len(trials))
	fmt.Fprintf(w, "rsi\ttp\tsl\thold\thours\tcooldown\t|\tin: signals\twin rate\tR each\t|\tout: signals\twin rate\tR each\n")
	for _, t := range trials[:min(len(trials), 40)] {
		p := t.Params
		fmt.Fprintf(w, "%g,%g\t%g\t%g\t%s\t%d-%d\t%d\t|\t%d\t%s\t%s\t|\t%d\t%s\t%s\n", p.RSILow, p.RSIHigh, p.ATRTP, p.ATRSL, p.Hold,
			p.FromHour, p.ToHour, p.Cooldown, t.In.Signals, percent(t.In.WinRate), number(t.In.ExpectancyR),
			t.Out.Signals, percent(t.Out.WinRate), number(t.Out.ExpectancyR))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the sweep: %w", err)
	}
	return nil
}

func percent(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", *v)
}

func number(v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf("%.3f", *v)
}
