package signals

import "math"

// The indicators follow TA-Lib's definitions (classic compatibility, unstable period 0) to the last digit that the
// order of operations allows. Each takes one closed candle at a time in constant time; the bool reports whether the
// value is defined yet.

// EMA is the exponential moving average of n values: seeded with their plain mean, then v += (x-v)*2/(n+1).
type EMA struct {
	n     int
	seen  int
	k     float64
	value float64
}

// NewEMA makes an average over n >= 1 values.
func NewEMA(n int) EMA { return EMA{n: n, k: 2 / float64(n+1)} }

// Add takes the next value.
func (e *EMA) Add(x float64) (float64, bool) {
	e.seen++
	if e.seen < e.n {
		e.value += x
		return 0, false
	}
	if e.seen == e.n {
		e.value = (e.value + x) / float64(e.n)
		return e.value, true
	}
	e.value = float64((x-e.value)*e.k) + e.value
	return e.value, true
}

// RSI is Wilder's relative strength index of n differences: 100 g/(g+l); a flat market is 0, as in TA-Lib.
type RSI struct {
	n          int
	seen       int
	last       float64
	gain, loss float64
}

// NewRSI makes an index over n >= 2 differences; the first value comes with candle n+1.
func NewRSI(n int) RSI { return RSI{n: n} }

// Add takes the next close.
func (r *RSI) Add(x float64) (float64, bool) {
	d := x - r.last
	r.last = x
	r.seen++
	if r.seen == 1 {
		return 0, false
	}
	gain, loss := math.Max(d, 0), math.Max(-d, 0)
	n := float64(r.n)
	switch {
	case r.seen <= r.n:
		r.gain, r.loss = r.gain+gain, r.loss+loss
		return 0, false
	case r.seen == r.n+1:
		r.gain, r.loss = (r.gain+gain)/n, (r.loss+loss)/n
	default:
		r.gain = (float64(r.gain*(n-1)) + gain) / n
		r.loss = (float64(r.loss*(n-1)) + loss) / n
	}
	sum := r.gain + r.loss
	if sum < 1e-14 {
		return 0, true
	}
	return 100 * (r.gain / sum), true
}

// MACD is the difference of a fast and a slow EMA with an EMA of itself as signal line. As in TA-Lib the fast average
// is seeded on the last fast values of the slow one's seed, so that both begin at the same candle.
type MACD struct {
	fast, slow, signal EMA
	skip               int
}

// NewMACD makes the usual MACD(fast, slow, signal), fast < slow; the first value comes with candle slow+signal-1.
func NewMACD(fast, slow, signal int) MACD {
	return MACD{fast: NewEMA(fast), slow: NewEMA(slow), signal: NewEMA(signal), skip: slow - fast}
}

// Add takes the next close and gives the line and its signal.
func (m *MACD) Add(x float64) (line, signal float64, ok bool) {
	slow, ok := m.slow.Add(x)
	if m.skip > 0 {
		m.skip--
		return 0, 0, false
	}
	fast, _ := m.fast.Add(x)
	if !ok {
		return 0, 0, false
	}
	line = fast - slow
	signal, ok = m.signal.Add(line)
	return line, signal, ok
}

// TrueRange is the largest of high-low and the distances from the last close; the first candle has none.
type TrueRange struct {
	last float64
	seen bool
}

// Add takes the next candle.
func (t *TrueRange) Add(c Candle) (float64, bool) {
	last, ok := t.last, t.seen
	t.last, t.seen = c.Close, true
	if !ok {
		return 0, false
	}
	return math.Max(c.High-c.Low, math.Max(math.Abs(c.High-last), math.Abs(c.Low-last))), true
}

// ATR is Wilder's average true range over n candles; the first value comes with candle n+1.
type ATR struct {
	n     int
	seen  int
	tr    TrueRange
	value float64
}

// NewATR makes an average over n >= 1 candles.
func NewATR(n int) ATR { return ATR{n: n} }

// Add takes the next candle.
func (a *ATR) Add(c Candle) (float64, bool) {
	tr, ok := a.tr.Add(c)
	if !ok {
		return 0, false
	}
	a.seen++
	n := float64(a.n)
	switch {
	case a.seen < a.n:
		a.value += tr
		return 0, false
	case a.seen == a.n:
		a.value = (a.value + tr) / n
	default:
		a.value = (float64(a.value*(n-1)) + tr) / n
	}
	return a.value, true
}
