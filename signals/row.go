package signals

import (
	"time"

	"promostack/store"
)

// row is a new signal as the store keeps it.
func row(s Signal, symbol string, i Interval, version int, p Params) store.Signal {
	return store.Signal{
		Strategy: p.Strategy, Version: version, Symbol: symbol, Interval: i, CandleOpen: when(s.CandleOpen), Side: string(s.Side),
		DecidedAt: when(s.DecidedAt), Deadline: when(s.Deadline), Entry: s.Entry, TakeProfit: s.TP, StopLoss: s.SL,
		RSI: s.RSI, MACD: s.MACD, MACDSignal: s.MACDSignal, ATR: s.ATR, Spread: p.Spread, Pip: p.Pip, Status: string(s.Status),
	}
}

// FromRow is a stored signal as the rules see it.
func FromRow(r store.Signal) Signal {
	s := Signal{
		Idea:       Idea{Side: Side(r.Side), RSI: r.RSI, MACD: r.MACD, MACDSignal: r.MACDSignal, ATR: r.ATR},
		CandleOpen: r.CandleOpen.UnixMilli(), DecidedAt: r.DecidedAt.UnixMilli(), Deadline: r.Deadline.UnixMilli(),
		Entry: r.Entry, TP: r.TakeProfit, SL: r.StopLoss, Status: Status(r.Status), Exit: r.Exit, Ambiguous: r.Ambiguous,
	}
	if !r.ExitAt.IsZero() {
		s.ExitAt = r.ExitAt.UnixMilli()
	}
	return s
}

// judged puts what a watch found into the row.
func judged(r store.Signal, w Watch) store.Signal {
	to, price := w.Judged()
	r.WatchedTo, r.LastPrice = when(to), price
	r.Status, r.Exit, r.Ambiguous = string(w.Status), w.Exit, w.Ambiguous
	if w.Closed() {
		r.ExitAt = when(w.ExitAt)
		r.Points = w.Points(Params{Spread: r.Spread})
	}
	return r
}

func when(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
