package admin

import (
	"net/http"
	"strconv"
	"time"

	"promostack/signals"
	"promostack/store"
)

// signalJSON is a signal as the panel reads it.
type signalJSON struct {
	ID        int64    `json:"id"`
	Side      string   `json:"side"`
	Status    string   `json:"status"`
	Version   int      `json:"version"`
	Decided   any      `json:"decided_at"`
	Deadline  any      `json:"deadline"`
	Exited    any      `json:"exit_at"`
	Entry     float64  `json:"entry"`
	TP        float64  `json:"take_profit"`
	SL        float64  `json:"stop_loss"`
	Exit      *float64 `json:"exit"`
	Pips      *float64 `json:"pips"`
	R         *float64 `json:"r"`
	RSI       float64  `json:"rsi"`
	MACD      float64  `json:"macd"`
	ATR       float64  `json:"atr"`
	Ambiguous bool     `json:"ambiguous"`
}

func signalOf(row store.Signal) signalJSON {
	out := signalJSON{ID: row.ID, Side: row.Side, Status: row.Status, Version: row.Version, Decided: moment(row.DecidedAt), Deadline: moment(row.Deadline),
		Exited: moment(row.ExitAt), Entry: row.Entry, TP: row.TakeProfit, SL: row.StopLoss, RSI: places(row.RSI, 2), MACD: places(row.MACD, 4), ATR: places(row.ATR, 2), Ambiguous: row.Ambiguous}
	if s := signals.FromRow(row); s.Closed() {
		exit, pips, r := row.Exit, pipsOf(row), places(s.R(signals.Params{Spread: row.Spread}), 2)
		out.Exit, out.Pips, out.R = &exit, &pips, &r
	}
	return out
}

// panelFilter is signalFilter with a span of days, UTC.
func panelFilter(r *http.Request) (store.SignalFilter, error) {
	f, err := signalFilter(r)
	if err != nil {
		return f, err
	}
	if f.Status == "" {
		f.Posted = false // the panel hides nothing
	}
	for name, to := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return f, store.Invalid{Field: name, Sentence: "Give the day as 2026-11-23."}
		}
		*to = day
	}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1)
	}
	return f, nil
}

// panelSignals lists signals, newest first, a page at a time.
func (s *Server) panelSignals(w http.ResponseWriter, r *http.Request) error {
	f, err := panelFilter(r)
	if err != nil {
		return err
	}
	f.Limit, f.Offset = queryNumber(r, "limit", 25, 1, 200), queryNumber(r, "offset", 0, 0, 10_000_000)
	total, err := s.workspace(r).CountSignals(r.Context(), f)
	if err != nil {
		return err
	}
	rows, err := s.workspace(r).Signals(r.Context(), f)
	if err != nil {
		return err
	}
	out := make([]signalJSON, 0, len(rows))
	for _, row := range rows {
		out = append(out, signalOf(row))
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"total": total, "signals": out})
}

// panelSignalsCSV is the same list as a file.
func (s *Server) panelSignalsCSV(w http.ResponseWriter, r *http.Request) error {
	f, err := panelFilter(r)
	if err != nil {
		return err
	}
	f.Limit = 1 << 30
	rows, err := s.workspace(r).Signals(r.Context(), f)
	if err != nil {
		return err
	}
	file := newCSV("id", "decided_at", "side", "pair", "timeframe", "strategy", "version", "entry", "take_profit", "stop_loss", "status", "exit_at", "exit", "pips", "r", "rsi", "macd", "atr")
	number := func(v float64, n int) string { return strconv.FormatFloat(v, 'f', n, 64) }
	for _, row := range rows {
		exit, pips, risk := "", "", ""
		if sig := signals.FromRow(row); sig.Closed() {
			exit, pips, risk = number(row.Exit, 2), number(pipsOf(row), 2), number(places(sig.R(signals.Params{Spread: row.Spread}), 2), 2)
		}
		file.row(strconv.FormatInt(row.ID, 10), momentText(row.DecidedAt), row.Side, row.Symbol, row.Interval.String(), row.Strategy, strconv.Itoa(row.Version),
			number(row.Entry, 2), number(row.TakeProfit, 2), number(row.StopLoss, 2), row.Status, momentText(row.ExitAt), exit, pips, risk,
			number(row.RSI, 2), number(row.MACD, 4), number(row.ATR, 2))
	}
	return file.send(w, r, "signals.csv")
}

// maxPoints of a curve: more than the eye tells apart.
const maxPoints = 400

// thin keeps at most maxPoints of a curve, always the last one.
func thin(points []signals.EquityPoint) []signals.EquityPoint {
	if len(points) <= maxPoints {
		return points
	}
	out := make([]signals.EquityPoint, 0, maxPoints)
	for i := 1; i <= maxPoints; i++ {
		out = append(out, points[i*len(points)/maxPoints-1])
	}
	return out
}

// panelSignalFigures sums up what ended in the last days (0 = ever), by the same definitions as channel and backtest.
func (s *Server) panelSignalFigures(w http.ResponseWriter, r *http.Request) error {
	days := queryNumber(r, "days", 30, 0, 3650)
	f := store.SignalFilter{From: time.UnixMilli(1), ByExit: true, Limit: 1 << 30}
	if days > 0 {
		f.From = s.clock.Now().AddDate(0, 0, -days)
	}
	rows, err := s.workspace(r).Signals(r.Context(), f)
	if err != nil {
		return err
	}
	open, err := s.workspace(r).OpenSignals(r.Context())
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"days": days, "summary": signals.SummariseRows(rows), "open": len(open), "equity": thin(signals.EquityRows(rows))})
}

// panelSignalChart is the newest candles and the signals on them.
func (s *Server) panelSignalChart(w http.ResponseWriter, r *http.Request) error {
	candles, err := s.Store.CandlesBefore(r.Context(), signals.Symbol, signals.M15, s.clock.Now().UnixMilli(), queryNumber(r, "candles", 400, 50, 3000))
	if err != nil {
		return err
	}
	type bar struct {
		Time  int64   `json:"time"` // open, Unix seconds
		Open  float64 `json:"open"`
		High  float64 `json:"high"`
		Low   float64 `json:"low"`
		Close float64 `json:"close"`
	}
	bars, drawn := make([]bar, 0, len(candles)), []signalJSON{}
	for _, c := range candles {
		bars = append(bars, bar{c.At / 1000, c.Open, c.High, c.Low, c.Close})
	}
	if len(candles) > 0 {
		rows, err := s.workspace(r).Signals(r.Context(), store.SignalFilter{From: candles[0].Time(), Limit: 300})
		if err != nil {
			return err
		}
		for _, row := range rows {
			drawn = append(drawn, signalOf(row))
		}
	}
	return s.writeJSON(w, r, http.StatusOK, map[string]any{"symbol": signals.Symbol, "interval": signals.M15.String(), "seconds": signals.M15.Millis() / 1000, "candles": bars, "signals": drawn})
}
