package signals_test

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"promostack/signals"
)

// A second opinion, written from the published rules alone and as slowly as they read: whole columns of indicators, and
// for each signal a walk over the rows that follow it. It shares no code with the product.

type bar struct {
	open       time.Time
	o, h, l, c float64
}

type verdict struct {
	candle, side, status, exitAt string
	entry, tp, sl, exit, points  string
	ambiguous                    bool
}

func readBars(t *testing.T, name string) []bar {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var bars []bar
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), ",")
		at, err := time.Parse("2006-01-02 15:04:05", cells[0])
		if err != nil {
			continue // the header
		}
		b := bar{open: at}
		for i, to := range []*float64{&b.o, &b.h, &b.l, &b.c} {
			if *to, err = strconv.ParseFloat(cells[i+1], 64); err != nil {
				t.Fatal(err)
			}
		}
		bars = append(bars, b)
	}
	return bars
}

func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(len(xs))
}

func emptyColumn(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// columnEMA: the value at bar first+n-1 is the mean of bars first to first+n-1.
func columnEMA(x []float64, first, n int) []float64 {
	out := emptyColumn(len(x))
	at := first + n - 1
	if at >= len(x) {
		return out
	}
	out[at] = mean(x[first : at+1])
	for i := at + 1; i < len(x); i++ {
		out[i] = out[i-1] + (x[i]-out[i-1])*2/(float64(n)+1)
	}
	return out
}

func columnRSI(closes []float64) []float64 {
	out := emptyColumn(len(closes))
	var up, down []float64
	for i := 1; i < len(closes); i++ {
		d := closes[i] - closes[i-1]
		up, down = append(up, math.Max(d, 0)), append(down, math.Max(-d, 0))
	}
	g, l := mean(up[:14]), mean(down[:14])
	for i := 14; i < len(closes); i++ {
		if i > 14 {
			g, l = (13*g+up[i-1])/14, (13*l+down[i-1])/14
		}
		if g+l < 1e-14 {
			out[i] = 0
			continue
		}
		out[i] = 100 * g / (g + l)
	}
	return out
}

func columnATR(bars []bar) []float64 {
	out := emptyColumn(len(bars))
	tr := []float64{0}
	for i := 1; i < len(bars); i++ {
		c := bars[i-1].c
		tr = append(tr, math.Max(bars[i].h-bars[i].l, math.Max(math.Abs(bars[i].h-c), math.Abs(bars[i].l-c))))
	}
	out[14] = mean(tr[1:15])
	for i := 15; i < len(bars); i++ {
		out[i] = (13*out[i-1] + tr[i]) / 14
	}
	return out
}

func columnMACD(closes []float64) (line, signal []float64) {
	fast, slow := columnEMA(closes, 14, 12), columnEMA(closes, 0, 26)
	line = make([]float64, len(closes))
	for i := range line {
		line[i] = fast[i] - slow[i]
	}
	return line, columnEMA(line, 25, 9)
}

func cents(x float64) float64 { return math.Floor((x+1e-9)*100+0.5) / 100 }

func reference(bars []bar, rsiLow, rsiHigh float64, from, to, warmup int) []verdict {
	var closes []float64
	for _, b := range bars {
		closes = append(closes, b.c)
	}
	rsi, atr := columnRSI(closes), columnATR(bars)
	line, signal := columnMACD(closes)
	var out []verdict
	for i := warmup - 1; i < len(bars); i++ {
		if math.IsNaN(signal[i-1]) || !(atr[i] > 0) {
			continue
		}
		decided := bars[i].open.Add(15 * time.Minute)
		if from != to && (decided.Hour() < from || decided.Hour() >= to) {
			continue
		}
		up := line[i-1] <= signal[i-1] && line[i] > signal[i]
		down := line[i-1] >= signal[i-1] && line[i] < signal[i]
		switch {
		case rsi[i] < rsiLow && up:
			out = append(out, follow(bars, i, "BUY", atr[i]))
		case rsi[i] > rsiHigh && down:
			out = append(out, follow(bars, i, "SELL", atr[i]))
		}
	}
	return out
}

// follow walks over the bars after the decision at the close of bar i.
func follow(bars []bar, i int, side string, atr float64) verdict {
	entry := bars[i].c
	decided := bars[i].open.Add(15 * time.Minute)
	end := decided.Add(4 * time.Hour)
	tp, sl := cents(entry+4*atr), cents(entry-2*atr)
	if side == "SELL" {
		tp, sl = cents(entry-4*atr), cents(entry+2*atr)
	}
	finish := func(status string, exit float64, at time.Time, both bool) verdict {
		points := exit - entry
		if side == "SELL" {
			points = entry - exit
		}
		v := verdict{
			candle: bars[i].open.Format(time.RFC3339), side: side, status: status, ambiguous: both,
			entry: fmt.Sprintf("%.5f", entry), tp: fmt.Sprintf("%.2f", tp), sl: fmt.Sprintf("%.2f", sl),
		}
		if status != "open" {
			v.exit, v.exitAt, v.points = fmt.Sprintf("%.5f", exit), at.Format(time.RFC3339), fmt.Sprintf("%.5f", points)
		}
		return v
	}
	exit, at := entry, decided
	for _, b := range bars[i+1:] {
		if !b.open.Before(end) {
			return finish("expired", exit, at, false)
		}
		over := b.open.Add(15 * time.Minute)
		hitSL := b.l <= sl
		hitTP := b.h >= tp
		openSL, openTP := b.o <= sl, b.o >= tp
		if side == "SELL" {
			hitSL, hitTP = b.h >= sl, b.l <= tp
			openSL, openTP = b.o >= sl, b.o <= tp
		}
		switch {
		case openSL:
			return finish("lost", b.o, over, false)
		case openTP:
			return finish("won", b.o, over, false)
		case hitSL:
			return finish("lost", sl, over, hitTP)
		case hitTP:
			return finish("won", tp, over, false)
		}
		exit, at = b.c, over
	}
	if !at.Before(end) {
		return finish("expired", exit, at, false)
	}
	return finish("open", 0, time.Time{}, false)
}

func product(t *testing.T, name string, p signals.Params) []verdict {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	series, err := signals.ReadCSV(f, signals.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := signals.RunBacktest(context.Background(), series.Candles, series.Interval, p)
	if err != nil {
		t.Fatal(err)
	}
	var out []verdict
	for _, s := range b.Signals {
		v := verdict{
			candle: time.UnixMilli(s.CandleOpen).UTC().Format(time.RFC3339), side: string(s.Side), status: string(s.Status), ambiguous: s.Ambiguous,
			entry: fmt.Sprintf("%.5f", s.Entry), tp: fmt.Sprintf("%.2f", s.TP), sl: fmt.Sprintf("%.2f", s.SL),
		}
		if s.Status != signals.Open {
			v.exit, v.points = fmt.Sprintf("%.5f", s.Exit), fmt.Sprintf("%.5f", s.Points(p))
			v.exitAt = time.UnixMilli(s.ExitAt).UTC().Format(time.RFC3339)
		}
		out = append(out, v)
	}
	return out
}

// TestBacktestEqualsTheSlowReference compares every signal and outcome, on the bundled year and, when
// PROMOSTACK_CANDLES names a file (comma, ISO dates, UTC), on that one too.
func TestBacktestEqualsTheSlowReference(t *testing.T) {
	files := []string{"testdata/synthetic_xauusd_m15.csv"}
	if name := os.Getenv("PROMOSTACK_CANDLES"); name != "" {
		files = append(files, name)
	}
	for _, name := range files {
		bars := readBars(t, name)
		for _, c := range []struct {
			low, high        float64
			from, to, warmup int
		}{{35, 65, 8, 22, 250}, {35, 65, 8, 22, 34 + 1}, {45, 55, 0, 0, 250}, {49, 51, 12, 16, 40}} {
			p := signals.DefaultParams()
			p.RSILow, p.RSIHigh, p.FromHour, p.ToHour, p.Warmup = c.low, c.high, c.from, c.to, c.warmup
			want, got := reference(bars, c.low, c.high, c.from, c.to, c.warmup), product(t, name, p)
			if len(want) < 10 || len(got) != len(want) {
				t.Fatalf("%+v: %d signals, the reference has %d", c, len(got), len(want))
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%+v, signal %d:\n got %+v\nwant %+v", c, i, got[i], want[i])
				}
			}
			t.Logf("%+v: %d signals agree", c, len(want))
		}
	}
}
