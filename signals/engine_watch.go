package signals

import (
	"context"
	"fmt"
	"time"

	"promostack/store"
)

// judge shows closed candles to the open signals, writes down what became of them, and reports how many stay open.
func (e *Engine) judge(ctx context.Context, ws *store.Workspace, cs []Candle, i Interval) (int, error) {
	open, err := ws.OpenSignals(ctx)
	if err != nil {
		return 0, err
	}
	left := 0
	for _, r := range open {
		w := ResumeWatch(FromRow(r), r.WatchedTo.UnixMilli(), r.LastPrice)
		for _, c := range cs {
			if w.Add(c, i) || w.Tell(c.At+i.Millis()) {
				break
			}
		}
		if err := e.write(ctx, ws, r, w); err != nil {
			return 0, err
		}
		if w.Status == Open {
			left++
		}
	}
	return left, nil
}

// write keeps what a watch found; an outcome is posted in the same transaction.
func (e *Engine) write(ctx context.Context, ws *store.Workspace, r store.Signal, w Watch) error {
	after := judged(r, w)
	if after == r {
		return nil
	}
	changed, err := ws.JudgeSignal(ctx, after)
	if err != nil || !changed || w.Status == Open {
		return err
	}
	if err := recordOutcome(ctx, ws, after); err != nil {
		return err
	}
	_, err = ws.AddPost(ctx, store.Post{
		Kind: "outcome", Key: fmt.Sprintf("outcome:%d", r.ID), Subject: r.ID, Body: fmt.Sprintf(`{"signal":%d}`, r.ID),
	})
	return err
}

// watchFine judges open signals by 1-minute candles.
func (e *Engine) watchFine(ctx context.Context, now time.Time) error {
	open, err := e.ws.OpenSignals(ctx)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		from := open[0].WatchedTo
		for _, s := range open {
			if s.WatchedTo.Before(from) {
				from = s.WatchedTo
			}
		}
		batch, err := e.market.Candles(ctx, Symbol, M1, from, now)
		if err != nil {
			return err
		}
		if err := e.judgeInOrder(ctx, batch.Candles); err != nil {
			return err
		}
	}
	next := now.Add(watchEvery)
	if len(open) == 0 || !e.calendar.Open(next) {
		if next, err = e.due(ctx, candlesDue); err != nil {
			return err
		}
		next = next.Add(watchEvery)
	}
	return e.ws.SetDue(ctx, watchDue, next)
}

// judgeInOrder shows 1-minute candles to the open signals in one transaction. A hole in them ends it: the 15-minute
// candle that covers the hole judges what lies in it.
func (e *Engine) judgeInOrder(ctx context.Context, cs []Candle) error {
	whole := cs
	for n := 1; n < len(cs); n++ {
		if cs[n].At != cs[n-1].At+M1.Millis() && e.calendar.CandleOpen(cs[n-1].At+M1.Millis(), M1) {
			whole = cs[:n]
			break
		}
	}
	return e.store.InTx(ctx, func(tx *store.Tx) error {
		_, err := e.judge(ctx, tx.Workspace(e.ws.ID()), whole, M1)
		return err
	})
}

// expire ends signals whose deadline passed and whose last candles will not come any more.
func (e *Engine) expire(ctx context.Context, now time.Time) error {
	open, err := e.ws.OpenSignals(ctx)
	if err != nil {
		return err
	}
	for _, r := range open {
		shut := !e.calendar.CandleOpen(r.Deadline.UnixMilli()-M15.Millis(), M15)
		if now.Before(r.Deadline) || !shut && now.Before(r.Deadline.Add(givenUp)) {
			continue
		}
		w := ResumeWatch(FromRow(r), r.WatchedTo.UnixMilli(), r.LastPrice)
		w.Tell(now.UnixMilli())
		err := e.store.InTx(ctx, func(tx *store.Tx) error { return e.write(ctx, tx.Workspace(e.ws.ID()), r, w) })
		if err != nil {
			return err
		}
	}
	return nil
}

// idea runs the rule over the newest candles up to c, and holds back what cannot be trusted. Seeing always the same
// window, it says the same whenever it is asked: after a restart as before it.
func (e *Engine) idea(ctx context.Context, c Candle, p Params) (Idea, bool, error) {
	if !p.inSession(c.At + M15.Millis()) {
		return Idea{}, false, nil
	}
	window, err := e.store.CandlesBefore(ctx, Symbol, M15, c.At+1, max(strategies[p.Strategy].Window(), p.Warmup))
	if err != nil {
		return Idea{}, false, err
	}
	decider := strategies[p.Strategy].Start(p)
	var idea Idea
	var found bool
	for _, w := range window {
		idea, found = decider.Add(w)
	}
	if !found {
		return Idea{}, false, nil
	}
	if reason := e.distrust(window, idea); reason != "" {
		e.health.hold(c.At, idea.Side, reason)
		e.log.Warn("signal held back", "candle", c.Time(), "side", idea.Side, "reason", reason)
		return Idea{}, false, nil
	}
	return idea, true, nil
}

// outlierATR: a candle this many times as wide as usual is a wrong price or no time to trade.
const outlierATR = 10

// distrust says why an idea in the last candle of the window cannot be trusted; "" when it can.
func (e *Engine) distrust(window []Candle, idea Idea) string {
	last := window[len(window)-1]
	if last.High-last.Low > outlierATR*idea.ATR {
		return fmt.Sprintf("the candle is %.0f times as wide as usual", (last.High-last.Low)/idea.ATR)
	}
	if len(window) > 1 {
		before := window[len(window)-2].At
		for at := before + M15.Millis(); at < last.At; at += M15.Millis() {
			if e.calendar.CandleOpen(at, M15) {
				return "the candle of " + when(at).Format(time.RFC3339) + " is missing"
			}
		}
	}
	return ""
}
