package signals

import (
	"testing"
	"time"
)

// watched runs candles past a signal at 100 with profit and stop 4 and 2 away; each candle is open, high, low, close.
func watched(side Side, candles ...[4]float64) Watch {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC).UnixMilli()
	s := Signal{Idea: Idea{Side: side}, CandleOpen: at - M15.Millis(), DecidedAt: at, Entry: 100, TP: 104, SL: 98, Deadline: at + 4*H1.Millis(), Status: Open}
	if side == Sell {
		s.TP, s.SL = 96, 102
	}
	w := NewWatch(s)
	for i, c := range candles {
		w.Add(Candle{At: at + int64(i)*M15.Millis(), Open: c[0], High: c[1], Low: c[2], Close: c[3]}, M15)
	}
	return w
}

func TestMonitorOutcomes(t *testing.T) {
	for _, c := range []struct {
		name      string
		side      Side
		candles   [][4]float64
		status    Status
		exit      float64
		candle    int // the candle after whose close it is over
		ambiguous bool
	}{
		{"nothing yet", Buy, [][4]float64{{100, 101, 99, 100}}, Open, 0, 0, false},
		{"profit by the high", Buy, [][4]float64{{100, 104, 99, 101}}, Won, 104, 1, false},
		{"stop by the low", Buy, [][4]float64{{100, 101, 98, 100}}, Lost, 98, 1, false},
		{"both in one candle count as the stop", Buy, [][4]float64{{100, 105, 97, 104}}, Lost, 98, 1, true},
		{"a gap below the stop fills at the open", Buy, [][4]float64{{100, 101, 99, 100}, {95, 106, 94, 105}}, Lost, 95, 2, false},
		{"a gap above the profit fills at the open", Buy, [][4]float64{{100, 101, 99, 100}, {106, 107, 90, 100}}, Won, 106, 2, false},
		{"sell: profit by the low", Sell, [][4]float64{{100, 101, 96, 99}}, Won, 96, 1, false},
		{"sell: stop by the high", Sell, [][4]float64{{100, 102, 99, 99}}, Lost, 102, 1, false},
		{"sell: both count as the stop", Sell, [][4]float64{{100, 102, 96, 99}}, Lost, 102, 1, true},
		{"sell: a gap above the stop", Sell, [][4]float64{{103, 104, 90, 99}}, Lost, 103, 1, false},
	} {
		w := watched(c.side, c.candles...)
		if w.Status != c.status || w.Exit != c.exit || w.Ambiguous != c.ambiguous {
			t.Errorf("%s: %s at %v, ambiguous %v", c.name, w.Status, w.Exit, w.Ambiguous)
		}
		if want := w.DecidedAt + int64(c.candle)*M15.Millis(); c.candle > 0 && w.ExitAt != want {
			t.Errorf("%s: over at %v, want %v", c.name, time.UnixMilli(w.ExitAt).UTC(), time.UnixMilli(want).UTC())
		}
	}
}

func TestExpiryIsMarkedToTheMarket(t *testing.T) {
	calm := make([][4]float64, 16)
	for i := range calm {
		calm[i] = [4]float64{100, 101, 99, 100.5}
	}
	w := watched(Buy, calm...)
	if w.Status != Open {
		t.Fatalf("%s before the deadline", w.Status)
	}
	if !w.Tell(w.Deadline) || w.Status != Expired || w.Exit != 100.5 || w.ExitAt != w.Deadline {
		t.Fatalf("%s at %v", w.Status, w.Exit)
	}
	if got := w.Points(DefaultParams()); got != 0.5 {
		t.Errorf("%v points, want 0.5", got)
	}
	late := watched(Buy, append(calm, [4]float64{104, 110, 104, 110})...)
	if late.Status != Expired || late.Exit != 100.5 {
		t.Errorf("a candle that opens at the deadline counted: %s at %v", late.Status, late.Exit)
	}
	silent := watched(Sell)
	silent.Tell(silent.Deadline)
	if silent.Status != Expired || silent.Exit != silent.Entry {
		t.Errorf("no candle at all: %s at %v", silent.Status, silent.Exit)
	}
}

func TestResultsCarrySpreadPipsAndRisk(t *testing.T) {
	p := DefaultParams()
	p.Spread = 0.5
	w := watched(Buy, [4]float64{100, 104, 99, 101})
	if got := w.Points(p); got != 3.5 {
		t.Errorf("%v points, want 3.5", got)
	}
	if got := w.R(p); got != 1.75 {
		t.Errorf("%v R, want 1.75", got)
	}
	if got := Summarise([]Signal{w.Signal}, p).TotalPips; got != 35 {
		t.Errorf("%v pips, want 35", got)
	}
}

// TestOldOracle: BUY at 2650 with an ATR of 3 puts the stop at 2644 and the profit at 2662.
func TestOldOracle(t *testing.T) {
	s := NewSignal(Idea{Side: Buy, ATR: 3}, Candle{Close: 2650}, M15, DefaultParams())
	if s.SL != 2644 || s.TP != 2662 {
		t.Fatalf("stop %v, profit %v", s.SL, s.TP)
	}
}
