package signals

import (
	"math"
	"math/rand/v2"
	"time"
)

// Synthetic makes candles that look like gold without being anybody's quotes: a random walk whose volatility clusters
// and follows the hours of the day, in the sessions of the real calendar, with gaps over the breaks. The same seed
// gives the same candles on every machine: no function is used whose last digit may differ, and no fused operation.
func Synthetic(seed uint64, from, to time.Time, i Interval) ([]Candle, error) {
	calendar, err := NewCalendar()
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	price, variance := 2650.0, 1.0
	var out []Candle
	gap := false
	for at := i.Floor(from.UnixMilli()); at < to.UnixMilli(); at += i.Millis() {
		if !calendar.CandleOpen(at, i) {
			gap = true
			continue
		}
		z := bell(r)
		variance = 0.02 + float64(0.93*variance) + float64(float64(0.05*variance)*float64(z*z))
		step := float64(price*0.00042) * float64(math.Sqrt(variance)*dayShape(time.UnixMilli(at).UTC().Hour()))
		if gap {
			price += float64(float64(step*2) * bell(r))
			gap = false
		}
		c := Candle{At: at, Open: price, High: price, Low: price}
		const parts = 12
		for range parts {
			price = math.Max(price+float64(step/math.Sqrt(parts)*bell(r)), 100)
			c.High, c.Low = math.Max(c.High, price), math.Min(c.Low, price)
		}
		c.Close = price
		out = append(out, Candle{At: at, Open: round2(c.Open), High: round2(c.High), Low: round2(c.Low), Close: round2(c.Close)})
	}
	return out, nil
}

// bell is nearly normal: mean 0, variance 1. It uses sums only, so that it is the same everywhere.
func bell(r *rand.Rand) float64 {
	sum := -6.0
	for range 12 {
		sum += r.Float64()
	}
	return sum
}

// dayShape: the European and American hours move more than the Asian ones.
func dayShape(hour int) float64 {
	switch {
	case hour >= 12 && hour < 17:
		return 1.6
	case hour >= 7 && hour < 20:
		return 1.1
	}
	return 0.7
}
