package admin

import (
	"context"
	"net/http"
	"time"

	"promostack/signals"
)

// statusWord is the one state that the panel shows in front, the worst first, and what to do about it.
func statusWord(key, paused, open bool, h signals.Health, nextOpen time.Time) (state, sentence string) {
	switch {
	case !key:
		return "off", "There is no market data: set TWELVE_DATA_API_KEY, then start again. Signals that are stored stay here."
	case paused:
		return "paused", "No new signals are decided. Open ones are watched to their end."
	case h.Problem != "":
		return "failing", "The last step failed: " + h.Problem
	case h.Stale:
		return "stale", "The market is open, but the newest candle is old. Nothing is decided on old prices; it is asked again by itself."
	case !open:
		return "closed", "The market is closed. It opens " + nextOpen.UTC().Format("Mon 2 Jan, 15:04") + " UTC."
	case h.LastStep.IsZero():
		return "waiting", "The engine has not looked at the market yet, or another process does that."
	}
	return "running", "Looking at every closed candle."
}

// panelSignalStatus is how the engine does, and what waits to be posted.
func (s *Server) panelSignalStatus(w http.ResponseWriter, r *http.Request) error {
	out, err := s.signalStatus(r.Context(), r)
	if err != nil {
		return err
	}
	return s.writeJSON(w, r, http.StatusOK, out)
}

func (s *Server) signalStatus(ctx context.Context, r *http.Request) (map[string]any, error) {
	ws, now := s.workspace(r), s.clock.Now()
	paused, err := signals.Paused(ctx, ws)
	if err != nil {
		return nil, err
	}
	calendar, err := signals.NewCalendar()
	if err != nil {
		return nil, err
	}
	used, err := signals.StoreMeter{Store: s.Store}.Used(ctx)
	if err != nil {
		return nil, err
	}
	newest, err := s.Store.CandlesBefore(ctx, signals.Symbol, signals.M15, now.UnixMilli(), 1)
	if err != nil {
		return nil, err
	}
	unsent, err := ws.Unsent(ctx, outboxShown)
	if err != nil {
		return nil, err
	}
	waiting := map[string]int{"pending": 0, "sending": 0, "unknown": 0, "dropped": 0}
	for _, p := range unsent {
		waiting[p.State]++
	}
	h := signals.Health{Held: []signals.Held{}, Faults: []string{}}
	if s.Engine != nil {
		h = s.Engine.Health()
	}
	open := calendar.Open(now)
	state, sentence := statusWord(s.Engine != nil, paused, open, h, calendar.NextOpen(now))
	out := map[string]any{
		"state": state, "sentence": sentence, "paused": paused, "market_open": open, "key": s.Engine != nil,
		"budget":    map[string]any{"used": used.Day, "of": signals.CreditsPerDay, "minute": used.Minute, "per_minute": signals.CreditsPerMinute, "until": moment(used.Until)},
		"last_step": moment(h.LastStep), "next_step": moment(h.NextStep), "clock_skew_seconds": h.Skew, "held": h.Held, "faults": h.Faults, "outbox": waiting, "newest_candle": nil,
	}
	if len(newest) > 0 {
		out["newest_candle"] = moment(newest[0].Time())
	}
	return out, nil
}
