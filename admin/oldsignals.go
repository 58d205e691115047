package admin

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"time"

	"promostack/signals"
	"promostack/store"
)

// forexSignal is a signal as clients of the previous product read it.
type forexSignal struct {
	ID     int64    `json:"id"`
	Side   string   `json:"signal_type"`
	Pair   string   `json:"pair"`
	Frame  string   `json:"timeframe"`
	Entry  float64  `json:"entry_price"`
	TP     float64  `json:"take_profit"`
	SL     float64  `json:"stop_loss"`
	Status string   `json:"status"`
	RSI    float64  `json:"rsi_value"`
	MACD   float64  `json:"macd_value"`
	ATR    float64  `json:"atr_value"`
	Posted any      `json:"posted_at"`
	Closed any      `json:"closed_at"`
	Pips   *float64 `json:"result_pips"` // null while open; 0 is a result
}

func forexSignalOf(r store.Signal) forexSignal {
	out := forexSignal{ID: r.ID, Side: r.Side, Pair: r.Symbol, Frame: r.Interval.String(), Entry: places(r.Entry, 2), TP: places(r.TakeProfit, 2),
		SL: places(r.StopLoss, 2), Status: r.Status, RSI: places(r.RSI, 2), MACD: places(r.MACD, 4), ATR: places(r.ATR, 2),
		Posted: moment(r.DecidedAt), Closed: moment(r.ExitAt)}
	if r.Status == string(signals.Open) {
		out.Status = "pending"
	}
	if signals.FromRow(r).Closed() {
		pips := pipsOf(r)
		out.Pips = &pips
	}
	return out
}

// pipsOf is the result of a signal in pips of its own size.
func pipsOf(r store.Signal) float64 {
	if r.Pip <= 0 {
		return 0
	}
	return places(r.Points/r.Pip, 2)
}

// places rounds half away from zero.
func places(v float64, n int) float64 {
	scale := math.Pow10(n)
	return math.Round(v*scale)/scale + 0 // no minus on a zero
}

// forexSignals lists signals, newest first. Missed ones were never posted, so they come only when asked for.
func (s *Server) forexSignals(w http.ResponseWriter, r *http.Request) error {
	f, err := signalFilter(r)
	if err != nil {
		return err
	}
	f.Limit = queryNumber(r, "limit", 100, 1, 1000)
	rows, err := s.workspace(r).Signals(r.Context(), f)
	if err != nil {
		return err
	}
	out := make([]forexSignal, 0, len(rows))
	for _, row := range rows {
		out = append(out, forexSignalOf(row))
	}
	return s.writeJSON(w, r, http.StatusOK, out)
}

// signalFilter is the filter of a query; an unknown word is refused instead of finding nothing.
func signalFilter(r *http.Request) (store.SignalFilter, error) {
	q := r.URL.Query()
	f := store.SignalFilter{Status: q.Get("status"), Side: q.Get("side")}
	switch f.Status {
	case "", "all":
		f.Status, f.Posted = "", f.Status == ""
	case "pending":
		f.Status = string(signals.Open)
	case "open", "won", "lost", "expired", "missed":
	default:
		return f, store.Invalid{Field: "status", Sentence: "The status is pending, won, lost, expired or missed."}
	}
	if f.Side != "" && f.Side != string(signals.Buy) && f.Side != string(signals.Sell) {
		return f, store.Invalid{Field: "side", Sentence: "The side is BUY or SELL."}
	}
	return f, nil
}

// forexStats sums up the last days as the recaps do: what counts are the signals that ended in them, and those that
// were decided in them and are still open.
func (s *Server) forexStats(w http.ResponseWriter, r *http.Request) error {
	days := queryNumber(r, "days", 7, 1, 3650)
	now := s.clock.Now().UTC()
	from := now.AddDate(0, 0, -days)
	recap, err := signals.MakeRecap(r.Context(), s.workspace(r), "stats", from, now.Add(time.Millisecond), "UTC")
	if err != nil {
		return err
	}
	type perDay struct {
		Date  string `json:"date"`
		Count int    `json:"count"`
	}
	counts := map[string]int{}
	for _, line := range recap.Signals {
		counts[line.Decided.UTC().Format(time.DateOnly)]++
	}
	daily := []perDay{}
	for day, n := range counts {
		daily = append(daily, perDay{day, n})
	}
	slices.SortFunc(daily, func(a, b perDay) int { return cmp.Compare(a.Date, b.Date) })
	sum := recap.Summary
	pairs := []map[string]any{}
	if sum.Signals > 0 {
		pairs = append(pairs, map[string]any{"pair": signals.Symbol, "count": sum.Signals})
	}
	rate := 0.0
	if sum.WinRate != nil {
		rate = places(*sum.WinRate, 1)
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{
		"total_signals": sum.Signals, "closed_signals": sum.Won + sum.Lost + sum.Expired, "won_signals": sum.Won, "lost_signals": sum.Lost,
		"expired_signals": sum.Expired, "pending_signals": sum.Open, "win_rate": rate, "total_pips": places(sum.TotalPips, 2),
		"signals_by_pair": pairs, "daily_signals": daily,
	})
}

// forexConfig shows the numbers of the strategy.
func (s *Server) forexConfig(w http.ResponseWriter, r *http.Request) error {
	p, version, err := signals.Settings(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	paused, err := signals.Paused(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"version": version, "paused": paused, "config": strategyOf(p)})
}

// forexSaveConfig makes new numbers the current ones, as a new version.
func (s *Server) forexSaveConfig(w http.ResponseWriter, r *http.Request) error {
	var raw json.RawMessage
	if err := readJSON(r, &raw); err != nil {
		return err
	}
	now, _, err := signals.Settings(r.Context(), s.workspace(r))
	if err != nil {
		return err
	}
	p, base, err := readStrategy(raw, now)
	if err != nil {
		return err
	}
	version, err := signals.SaveSettings(r.Context(), s.workspace(r), p, "admin", base)
	if err != nil {
		return err
	}
	s.audit(r, "change strategy", "", map[string]any{"version": version})
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "version": version, "config": strategyOf(p)})
}

// forexPause stops new signals or lets them come again; open ones are watched to their end.
func (s *Server) forexPause(paused bool) handler {
	action := map[bool]string{true: "pause signals", false: "resume signals"}[paused]
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := signals.SetPaused(r.Context(), s.workspace(r), paused); err != nil {
			return err
		}
		s.audit(r, action, "", nil)
		return s.writeJSON(w, r, http.StatusOK, map[string]any{"success": true, "paused": paused})
	}
}
