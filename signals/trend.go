package signals

// trendMACD takes the default rule's ideas only in the direction of the trend: buys above and sells below the EMA(200)
// of one-hour closes. The hours are joined from the same candles, and only hours that are over count.
type trendMACD struct{}

// Name is "trend-macd".
func (trendMACD) Name() string { return "trend-macd" }

// Title is what a person reads.
func (trendMACD) Title() string { return "RSI and MACD, only with the trend of EMA 200 on 1 h" }

// Window is 3,600: 200 hours for the seed of the slow average, 700 more to forget it.
func (trendMACD) Window() int { return 3600 }

// Start begins a pass.
func (trendMACD) Start(p Params) Decider {
	return &trendPass{rule: macdRSIPass{p: p, r: newReadings()}, ema: NewEMA(200), hour: -1}
}

type trendPass struct {
	rule  macdRSIPass
	ema   EMA
	trend float64
	known bool
	hour  int64   // open of the hour being joined, Unix ms; -1 before the first
	close float64 // last close in it
}

// Add takes the next closed candle.
func (t *trendPass) Add(c Candle) (Idea, bool) {
	if hour := H1.Floor(c.At); hour != t.hour {
		if t.hour >= 0 {
			t.trend, t.known = t.ema.Add(t.close)
		}
		t.hour = hour
	}
	t.close = c.Close
	idea, ok := t.rule.Add(c)
	if !ok || !t.known || idea.Side == Buy && c.Close < t.trend || idea.Side == Sell && c.Close > t.trend {
		return Idea{}, false
	}
	return idea, true
}
