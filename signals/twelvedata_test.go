package signals

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"promostack/signals/markettest"
	"promostack/store"
)

// purse is a Meter that remembers what it was told.
type purse struct {
	taken int
	until time.Time
	err   error
}

func (p *purse) Take(context.Context) error { p.taken++; return p.err }
func (p *purse) Exhaust(_ context.Context, until time.Time) error {
	p.until = until
	return nil
}

func wire(c Candle) markettest.Row {
	f := func(v float64) string { return fmt.Sprintf("%.5f", v) }
	return markettest.Row{
		"datetime": c.Time().Format("2006-01-02 15:04:05"), "open": f(c.Open), "high": f(c.High), "low": f(c.Low), "close": f(c.Close),
	}
}

// tuesday is a moment in the middle of a session.
var tuesday = time.Date(2026, 3, 10, 12, 0, 7, 0, time.UTC)

func market(t *testing.T, client *http.Client) (*TwelveData, *markettest.Server, *purse, *store.ManualClock) {
	t.Helper()
	clock := store.NewManualClock(tuesday)
	fake := markettest.New(t, "secret-key", clock.Now)
	p := &purse{}
	td, err := NewTwelveData(TwelveDataOptions{Base: fake.URL, Key: "secret-key", Clock: clock, Meter: p, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return td, fake, p, clock
}

func hour(n int) []Candle {
	var out []Candle
	for i := range n {
		out = append(out, Candle{At: tuesday.Truncate(time.Hour).Add(time.Duration(i-n) * 15 * time.Minute).UnixMilli(), Open: 3000, High: 3002, Low: 2999, Close: 3001})
	}
	return out
}

func ask(td *TwelveData) (Batch, error) {
	return td.Candles(context.Background(), "XAU/USD", M15, tuesday.Add(-6*time.Hour), tuesday.Add(time.Hour))
}

func TestFormingCandleIsDropped(t *testing.T) {
	td, fake, p, clock := market(t, nil)
	forming := Candle{At: tuesday.Truncate(time.Hour).UnixMilli(), Open: 3000, High: 3050, Low: 2900, Close: 2950}
	fake.Serve(func(string) []markettest.Row {
		var rows []markettest.Row
		for _, c := range append(hour(8), forming) {
			rows = append(rows, wire(c))
		}
		return rows
	})
	b, err := ask(td)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Candles) != 8 || len(b.Faults) != 0 || p.taken != 1 {
		t.Fatalf("%d candles, faults %v, %d credits; want 8, none, 1", len(b.Candles), b.Faults, p.taken)
	}
	clock.Set(tuesday.Truncate(time.Hour).Add(15*time.Minute + settle))
	if b, err = ask(td); err != nil || len(b.Candles) != 9 {
		t.Fatalf("after its close: %d candles, %v", len(b.Candles), err)
	}
}

func TestBadRowsAreRefusedByName(t *testing.T) {
	td, fake, _, _ := market(t, nil)
	good := hour(4)
	base := good[0].Time().Add(-3 * time.Hour)
	bad := func(n int, change func(markettest.Row)) markettest.Row {
		r := wire(Candle{At: base.Add(time.Duration(n) * 15 * time.Minute).UnixMilli(), Open: 3000, High: 3002, Low: 2999, Close: 3001})
		change(r)
		return r
	}
	fake.Serve(func(string) []markettest.Row {
		rows := []markettest.Row{
			bad(0, func(r markettest.Row) { r["close"] = nil }),
			bad(1, func(r markettest.Row) { r["open"] = "NaN" }),
			bad(2, func(r markettest.Row) { r["low"] = "0" }),
			bad(3, func(r markettest.Row) { r["low"] = "-3" }),
			bad(4, func(r markettest.Row) { r["high"] = "2000" }),
			bad(5, func(markettest.Row) {}), bad(5, func(r markettest.Row) { r["close"] = "3001.5" }),
			bad(6, func(markettest.Row) {}), bad(6, func(markettest.Row) {}), // the same twice is no harm
		}
		for i := len(good) - 1; i >= 0; i-- { // unordered
			rows = append(rows, wire(good[i]))
		}
		return append(rows, wire(Candle{At: tuesday.Add(30 * time.Minute).Truncate(15 * time.Minute).UnixMilli(), Open: 1, High: 1, Low: 1, Close: 1}))
	})
	b, err := ask(td)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Candles) != 5 {
		t.Errorf("%d candles kept, want 5: %v", len(b.Candles), b.Candles)
	}
	if len(b.Faults) != 7 {
		t.Errorf("%d faults, want 7:\n%s", len(b.Faults), strings.Join(b.Faults, "\n"))
	}
	for i := 1; i < len(b.Candles); i++ {
		if b.Candles[i].At <= b.Candles[i-1].At {
			t.Error("not in order")
		}
	}
}

func TestWeekendRowsAreRefused(t *testing.T) {
	td, fake, _, clock := market(t, nil)
	clock.Set(time.Date(2026, 3, 14, 12, 0, 7, 0, time.UTC)) // a Saturday
	fake.Serve(func(string) []markettest.Row {
		return []markettest.Row{wire(Candle{At: clock.Now().Add(-time.Hour).Truncate(time.Hour).UnixMilli(), Open: 3000, High: 3000, Low: 3000, Close: 3000})}
	})
	b, err := td.Candles(context.Background(), "XAU/USD", M15, clock.Now().Add(-6*time.Hour), clock.Now())
	if err != nil || len(b.Candles) != 0 || len(b.Faults) != 1 {
		t.Fatalf("%v, %v, %v", b.Candles, b.Faults, err)
	}
}

func TestProviderFailuresAreToldApart(t *testing.T) {
	quick := &http.Client{Timeout: 200 * time.Millisecond}
	td, fake, p, _ := market(t, quick)
	var limit LimitError
	fake.Fail(markettest.MinuteLimit)
	if _, err := ask(td); !errors.As(err, &limit) || limit.Day || !limit.Until.Equal(tuesday.Truncate(time.Minute).Add(time.Minute)) || !p.until.Equal(limit.Until) {
		t.Errorf("minute limit: %v", err)
	}
	fake.Fail(markettest.DayLimit)
	if _, err := ask(td); !errors.As(err, &limit) || !limit.Day || !limit.Until.Equal(time.Date(2026, 3, 11, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("day limit: %v", err)
	}
	fake.Fail(markettest.NoData)
	if b, err := ask(td); err != nil || len(b.Candles) != 0 {
		t.Errorf("no data: %v, %v", b, err)
	}
	for name, f := range map[string]markettest.Failure{
		"key": markettest.BadKey, "symbol": markettest.BadSymbol, "500": markettest.Broken, "html": markettest.HTML,
		"empty": markettest.Empty, "hang": markettest.Hang, "null": {Status: 200, Body: "null"}, "list": {Status: 200, Body: "[]"},
		"other symbol": {Status: 200, Body: `{"meta":{"symbol":"XAG/USD","interval":"15min"},"values":[],"status":"ok"}`},
	} {
		fake.Fail(f)
		b, err := ask(td)
		if !errors.Is(err, ErrMarket) || len(b.Candles) != 0 {
			t.Errorf("%s: %v, %v", name, b, err)
		}
		if err != nil && (strings.Contains(err.Error(), "secret-key") || strings.Contains(err.Error(), "127.0.0.1:")) {
			t.Errorf("%s: the error tells too much: %v", name, err)
		}
	}
}

func TestNoCreditMeansNoCall(t *testing.T) {
	td, fake, p, _ := market(t, nil)
	p.err = LimitError{Until: tuesday.Add(time.Minute)}
	if _, err := ask(td); !errors.As(err, new(LimitError)) {
		t.Fatalf("got %v", err)
	}
	if len(fake.Calls()) != 0 {
		t.Fatal("the provider was asked without a credit")
	}
}
