package signals

// Pass runs a strategy and the watch over its signals along one series, a closed candle at a time. Backtest, sweep,
// replay and the live engine all decide by it.
type Pass struct {
	params   Params
	interval Interval
	decider  Decider
	open     []Watch
	wait     int // candles left of the cooldown
}

// NewPass begins a pass; p must have passed Check.
func NewPass(p Params, interval Interval) *Pass {
	return &Pass{params: p, interval: interval, decider: strategies[p.Strategy].Start(p)}
}

// Add takes the next closed candle: first it judges the open signals and calls over for each that ended, then it
// decides and reports a new signal.
func (s *Pass) Add(c Candle, over func(Signal)) (Signal, bool) {
	if len(s.open) > 0 {
		s.watch(c, over)
	}
	if s.wait > 0 {
		s.wait--
	}
	idea, ok := s.decider.Add(c)
	if !ok || s.wait > 0 || s.params.OneOpen && len(s.open) > 0 || !s.params.inSession(c.At+s.interval.Millis()) {
		return Signal{}, false
	}
	signal := NewSignal(idea, c, s.interval, s.params)
	s.open = append(s.open, NewWatch(signal))
	s.wait = s.params.Cooldown
	if s.wait > 0 {
		s.wait++ // this candle does not count
	}
	return signal, true
}

func (s *Pass) watch(c Candle, over func(Signal)) {
	kept := s.open[:0]
	for i := range s.open {
		w := s.open[i]
		if w.Add(c, s.interval) || w.Tell(c.At+s.interval.Millis()) {
			over(w.Signal)
			continue
		}
		kept = append(kept, w)
	}
	s.open = kept
}

// Unfinished are the signals that have no outcome yet, oldest first.
func (s *Pass) Unfinished() []Signal {
	out := make([]Signal, 0, len(s.open))
	for _, w := range s.open {
		out = append(out, w.Signal)
	}
	return out
}
