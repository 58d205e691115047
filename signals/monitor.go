package signals

import "time"

// Status is what became of a signal.
type Status string

// The states of a signal.
const (
	Open    Status = "open"
	Won     Status = "won"
	Lost    Status = "lost"
	Expired Status = "expired"
	Missed  Status = "missed" // decided too late to be posted; it has no outcome
)

// Signal is a decision and, once it is over, its outcome. Times are Unix milliseconds UTC, prices in the quote currency.
type Signal struct {
	Idea
	CandleOpen int64   // open of the candle that decided
	DecidedAt  int64   // its close
	Entry      float64 // its close price
	TP         float64 // take profit
	SL         float64 // stop loss
	Deadline   int64   // closed at the market then

	Status    Status
	ExitAt    int64   // close of the candle in which it ended; 0 while open
	Exit      float64 // price at which it ended; 0 while open
	Ambiguous bool    // stop and profit lay in the same candle; the stop was counted
}

// NewSignal makes the signal of an idea in the closed candle c.
func NewSignal(idea Idea, c Candle, interval Interval, p Params) Signal {
	decided := c.At + interval.Millis()
	sign := idea.Side.sign()
	return Signal{
		Idea: idea, CandleOpen: c.At, DecidedAt: decided, Entry: c.Close,
		TP:       round2(c.Close + sign*float64(p.ATRTP*idea.ATR)),
		SL:       round2(c.Close - sign*float64(p.ATRSL*idea.ATR)),
		Deadline: decided + p.Hold.Milliseconds(), Status: Open,
	}
}

// Watch judges an open signal candle by candle, in order. Each closed candle from the decision on counts while it
// opens before the deadline: first its open (a gap fills there), then the stop, then the profit.
type Watch struct {
	Signal
	last  int64   // close time of the last candle that counted
	price float64 // its close price
}

// NewWatch begins to watch a signal.
func NewWatch(s Signal) Watch { return ResumeWatch(s, s.DecidedAt, s.Entry) }

// ResumeWatch goes on watching a signal that was judged up to the moment to (Unix ms), when the price was price.
func ResumeWatch(s Signal, to int64, price float64) Watch {
	return Watch{Signal: s, last: to, price: price}
}

// Judged is the close of the last candle that counted (Unix ms), and its price.
func (w *Watch) Judged() (int64, float64) { return w.last, w.price }

// Add takes the next closed candle of the given length and reports whether the signal is over.
func (w *Watch) Add(c Candle, interval Interval) bool {
	if w.Status != Open {
		return true
	}
	if c.At+interval.Millis() <= w.last {
		return false // before the decision, or judged already by shorter candles
	}
	if c.At >= w.Deadline {
		return w.expire()
	}
	w.last, w.price = c.At+interval.Millis(), c.Close
	up := w.Side.sign()
	stopped := func(p float64) bool { return up*(p-w.SL) <= 0 }
	paid := func(p float64) bool { return up*(p-w.TP) >= 0 }
	worst, best := c.Low, c.High
	if up < 0 {
		worst, best = c.High, c.Low
	}
	switch {
	case stopped(c.Open):
		w.end(Lost, c.Open)
	case paid(c.Open):
		w.end(Won, c.Open)
	case stopped(worst):
		w.end(Lost, w.SL)
		w.Ambiguous = paid(best)
	case paid(best):
		w.end(Won, w.TP)
	}
	return w.Status != Open
}

// Tell says that every candle that closed by now (Unix ms) has been added; a signal past its deadline expires at the
// last close that counted, or at its entry when the market printed nothing.
func (w *Watch) Tell(now int64) bool {
	if w.Status == Open && now >= w.Deadline {
		w.expire()
	}
	return w.Status != Open
}

func (w *Watch) expire() bool {
	w.end(Expired, w.price)
	return true
}

func (w *Watch) end(s Status, price float64) { w.Status, w.Exit, w.ExitAt = s, price, w.last }

// Closed reports whether the signal has an outcome.
func (s Signal) Closed() bool { return s.Status == Won || s.Status == Lost || s.Status == Expired }

// Points is the result in price after the spread; 0 while the signal is open.
func (s Signal) Points(p Params) float64 {
	if !s.Closed() {
		return 0
	}
	return clean(s.Side.sign()*(s.Exit-s.Entry) - p.Spread)
}

// R is the result in units of the risk taken (the distance from entry to stop).
func (s Signal) R(p Params) float64 {
	risk := s.Side.sign() * (s.Entry - s.SL)
	if risk <= 0 {
		return 0
	}
	return s.Points(p) / risk
}

// Decided is the moment of the decision.
func (s Signal) Decided() time.Time { return time.UnixMilli(s.DecidedAt).UTC() }
