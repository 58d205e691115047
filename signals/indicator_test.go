package signals

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

type refCase struct {
	Candles []struct {
		T                      int64
		Open, High, Low, Close float64
	}
	Expect map[string][]*float64
}

func readRef(t *testing.T) map[string]refCase {
	t.Helper()
	body, err := os.ReadFile("testdata/indicators_ref.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Cases map[string]refCase }
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Cases) == 0 {
		t.Fatal("no reference cases")
	}
	return doc.Cases
}

// TestIndicatorsEqualTALib compares every value with the reference of TA-Lib's own C code: within 1e-9, and
// undefined exactly where TA-Lib is undefined.
func TestIndicatorsEqualTALib(t *testing.T) {
	for name, c := range readRef(t) {
		rsi, macd, atr, ema, tr := NewRSI(14), NewMACD(12, 26, 9), NewATR(14), NewEMA(12), TrueRange{}
		for i, row := range c.Candles {
			candle := Candle{At: row.T * 1000, Open: row.Open, High: row.High, Low: row.Low, Close: row.Close}
			same := func(key string, got float64, ok bool) {
				t.Helper()
				want := c.Expect[key][i]
				if ok != (want != nil) {
					t.Errorf("%s %s[%d]: defined %v, want %v", name, key, i, ok, want != nil)
					return
				}
				if ok && math.Abs(got-*want) > 1e-9 {
					t.Errorf("%s %s[%d] = %.12f, want %.12f", name, key, i, got, *want)
				}
			}
			v, ok := rsi.Add(candle.Close)
			same("rsi14", v, ok)
			line, signal, ok := macd.Add(candle.Close)
			same("macd", line, ok)
			same("macd_signal", signal, ok)
			same("macd_hist", line-signal, ok)
			v, ok = atr.Add(candle)
			same("atr14", v, ok)
			v, ok = ema.Add(candle.Close)
			same("ema12", v, ok)
			v, ok = tr.Add(candle)
			same("trange", v, ok)
		}
	}
}

func TestRSIAtTheEdges(t *testing.T) {
	last := func(next func(i int) float64) float64 {
		r := NewRSI(14)
		var v float64
		for i := range 40 {
			v, _ = r.Add(next(i))
		}
		return v
	}
	if v := last(func(int) float64 { return 2000 }); v != 0 {
		t.Errorf("flat: %v, want 0", v)
	}
	if v := last(func(i int) float64 { return 2000 + float64(i) }); v != 100 {
		t.Errorf("only gains: %v, want 100", v)
	}
	if v := last(func(i int) float64 { return 2000 - float64(i) }); v != 0 {
		t.Errorf("only losses: %v, want 0", v)
	}
}
