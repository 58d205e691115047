package signals

import "math"

// Columns are the indicators of a series, one value a candle, NaN where undefined: what charts show.
func Columns(cs []Candle) (rsi, macd, signal []float64) {
	r := newReadings()
	for _, c := range cs {
		v, ok := r.rsi.Add(c.Close)
		if !ok {
			v = math.NaN()
		}
		line, sig, ok := r.macd.Add(c.Close)
		if !ok {
			line, sig = math.NaN(), math.NaN()
		}
		rsi, macd, signal = append(rsi, v), append(macd, line), append(signal, sig)
	}
	return rsi, macd, signal
}
