package render

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"math"
	"os"
	"testing"

	"promostack/store"
)

var updateCards = flag.Bool("update-cards", false, "write the golden cards anew")

// exampleChart is a chart of a wave, so that no market data is needed.
func exampleChart() ChartCard {
	k := ChartCard{
		Title: "XAU/USD", Subtitle: "15min · signal #12 · 10 Mar 2026, 12:15 UTC", Badge: "BUY", Good: true,
		RSILow: 35, RSIHigh: 65, Entry: 2650.4, TakeProfit: 2662.2, StopLoss: 2644.5, Footer: "Not financial advice. Past results say little about future ones.",
	}
	price := 2662.0
	for i := range 72 {
		next := 2656 + 8*math.Sin(float64(i)/9) - float64(i)*0.12 + 1.6*math.Sin(float64(i)*1.7)
		if i == 71 {
			next = k.Entry
		}
		k.Candles = append(k.Candles, store.Candle{Open: price, Close: next, High: math.Max(price, next) + 1.1, Low: math.Min(price, next) - 1.2})
		price = next
		k.MACD = append(k.MACD, 2*math.Cos(float64(i)/9))
		k.Signal = append(k.Signal, 2*math.Cos(float64(i-5)/9))
		k.RSI = append(k.RSI, 50+22*math.Cos(float64(i)/9))
	}
	k.MACD[0], k.Signal[0], k.RSI[0] = math.NaN(), math.NaN(), math.NaN()
	return k
}

func exampleRecap() RecapCard {
	return RecapCard{
		Title: "Monday, 10 March 2026", Subtitle: "XAU/USD · daily recap", Figure: "+42.0 pips", Good: true,
		Facts:  [][2]string{{"Won", "2"}, {"Lost", "1"}, {"Expired", "2"}, {"Result", "+1.35 R"}},
		Bars:   []RecapBar{{2, "won"}, {-1, "lost"}, {0.4, "expired"}, {2, "won"}, {-0.35, "expired"}, {0, "open"}},
		Footer: "Not financial advice. Past results say little about future ones.",
	}
}

// TestCardsLookAsTheyDid compares cards with golden pictures. Shapes are antialiased in float32, so a pixel may be off
// by a little from one processor to the next.
func TestCardsLookAsTheyDid(t *testing.T) {
	for name, draw := range map[string]func() ([]byte, error){
		"chart": exampleChart().PNG, "recap": exampleRecap().PNG, "quiet": RecapCard{
			Title: "Saturday, 14 March 2026", Subtitle: "XAU/USD · daily recap", Figure: "No signals", Flat: true,
			Empty: "The rule saw nothing worth trading.", Footer: "Not financial advice.",
		}.PNG,
	} {
		body, err := draw()
		if err != nil {
			t.Fatal(err)
		}
		file := "testdata/card-" + name + ".png"
		if *updateCards {
			if err := os.WriteFile(file, body, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if off := differing(t, body, want, 24); off > 200 {
			t.Errorf("%s: %d pixels differ", name, off)
		}
	}
}

// differing counts pixels that differ by more than the tolerance in any channel.
func differing(t *testing.T, a, b []byte, tolerance int) int {
	t.Helper()
	var pics [2]image.Image
	for i, body := range [][]byte{a, b} {
		m, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		pics[i] = m
	}
	if pics[0].Bounds() != pics[1].Bounds() {
		t.Fatalf("%v and %v", pics[0].Bounds(), pics[1].Bounds())
	}
	n := 0
	for y := range cardSide {
		for x := range cardSide {
			r0, g0, b0, _ := pics[0].At(x, y).RGBA()
			r1, g1, b1, _ := pics[1].At(x, y).RGBA()
			for _, d := range []int{int(r0>>8) - int(r1>>8), int(g0>>8) - int(g1>>8), int(b0>>8) - int(b1>>8)} {
				if d > tolerance || -d > tolerance {
					n++
					break
				}
			}
		}
	}
	return n
}

func TestChartCardRefusesWhatItCannotDraw(t *testing.T) {
	k := exampleChart()
	k.RSI = k.RSI[:5]
	if _, err := k.PNG(); err == nil {
		t.Error("a card with too few values was drawn")
	}
	flat := exampleChart()
	for i := range flat.Candles {
		flat.Candles[i] = store.Candle{Open: 1, High: 1, Low: 1, Close: 1}
		flat.MACD[i], flat.Signal[i] = 0, 0
	}
	flat.Entry, flat.TakeProfit, flat.StopLoss = 1, 1, 1
	if _, err := flat.PNG(); err != nil {
		t.Errorf("a flat market: %v", err)
	}
}

func BenchmarkChartCardWithoutEncoding(b *testing.B) {
	k := exampleChart()
	for b.Loop() {
		if _, err := k.draw(); err != nil {
			b.Fatal(err)
		}
	}
}
