package forex

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"promostack/bot"
	"promostack/render"
	"promostack/signals"
	"promostack/store"
)

// chartCandles is how many candles a card shows.
const chartCandles = 72

// chart is the picture of a signal: the candles up to the decision, the levels, MACD and RSI.
func (p *poster) chart(r store.Signal, badge string, good bool, posting signals.Posting) *bot.Media {
	return &bot.Media{Name: fmt.Sprintf("signal-%d.png", r.ID), Draw: func(ctx context.Context) ([]byte, error) {
		const warmup = 300
		cs, err := p.bot.Candles(ctx, r.Symbol, r.Interval, r.DecidedAt, warmup+chartCandles)
		if err != nil {
			return nil, err
		}
		rsi, macd, signal := signals.Columns(cs)
		from := max(0, len(cs)-chartCandles)
		settings, _, err := signals.Settings(ctx, p.ws)
		if err != nil {
			return nil, err
		}
		return render.ChartCard{
			Title: r.Symbol, Subtitle: fmt.Sprintf("%s · signal #%d · %s", r.Interval, r.ID, r.DecidedAt.Format("2 Jan 2006, 15:04 UTC")),
			Badge: badge, Good: good, Candles: cs[from:], MACD: macd[from:], Signal: signal[from:], RSI: rsi[from:],
			RSILow: settings.RSILow, RSIHigh: settings.RSIHigh, Entry: r.Entry, TakeProfit: r.TakeProfit, StopLoss: r.StopLoss,
			Footer: posting.Footer,
		}.PNG()
	}}
}

// recapCard is the picture of a day or a week.
func recapCard(r signals.Recap, posting signals.Posting) *bot.Media {
	return &bot.Media{Name: r.Kind + ".png", Draw: func(context.Context) ([]byte, error) {
		zone, err := time.LoadLocation(r.Zone)
		if err != nil {
			zone = time.UTC
		}
		s := r.Summary
		k := render.RecapCard{
			Title: r.To.In(zone).Format("Monday, 2 January"), Subtitle: signals.Symbol + " · daily recap", Footer: posting.Footer,
			Figure: fmt.Sprintf("%+.1f pips", s.TotalPips), Good: s.TotalPips > 0, Flat: s.TotalPips == 0,
			Facts: [][2]string{
				{"Won", strconv.Itoa(s.Won)}, {"Lost", strconv.Itoa(s.Lost)}, {"Expired", strconv.Itoa(s.Expired)},
				{"Result", fmt.Sprintf("%+.2f R", s.TotalR)},
			},
		}
		if r.Kind == "weekly" {
			k.Title, k.Subtitle = "Week to "+r.To.In(zone).Format("2 January"), signals.Symbol+" · weekly recap"
		}
		for _, line := range r.Signals {
			k.Bars = append(k.Bars, render.RecapBar{Value: line.R, Status: string(line.Status)})
		}
		if len(r.Signals) == 0 {
			k.Figure, k.Flat, k.Facts, k.Empty = "No signals", true, nil, "The rule saw nothing worth trading."
		}
		return k.PNG()
	}}
}
