package signals

import (
	"testing"
	"time"
)

func TestCalendarGoesByNewYork(t *testing.T) {
	c, err := NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]bool{
		"2026-01-11T22:59:00Z": false, "2026-01-11T23:00:00Z": true, // winter Sunday
		"2026-07-12T21:59:00Z": false, "2026-07-12T22:00:00Z": true, // summer Sunday
		"2026-01-16T21:59:00Z": true, "2026-01-16T22:00:00Z": false, // winter Friday
		"2026-07-17T20:59:00Z": true, "2026-07-17T21:00:00Z": false, // summer Friday
		"2026-01-14T22:30:00Z": false, "2026-01-14T23:00:00Z": true, // the daily break
		"2026-03-08T21:30:00Z": false, "2026-03-08T22:00:00Z": true, // the Sunday on which the clock springs forward
		"2026-11-01T22:30:00Z": false, "2026-11-01T23:00:00Z": true, // and the one on which it falls back
		"2026-04-03T12:00:00Z": false, "2026-04-02T12:00:00Z": true, // Good Friday
		"2026-04-02T22:30:00Z": false, "2026-04-05T22:00:00Z": true, // its eve, and Easter Sunday
		"2025-12-25T12:00:00Z": false, "2025-12-24T23:30:00Z": false, "2025-12-25T23:00:00Z": true, // Christmas
		"2025-12-24T18:30:00Z": true, "2025-12-24T19:00:00Z": false, // its eve closes early
		"2026-01-01T12:00:00Z": false, "2026-01-01T23:00:00Z": true, // New Year
		"2025-11-27T19:00:00Z": true, "2025-11-27T20:00:00Z": false, // Thanksgiving
		"2026-05-25T18:00:00Z": true, "2026-05-25T19:00:00Z": false, // Memorial Day
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Open(when); got != want {
			t.Errorf("%s: open %v, want %v", at, got, want)
		}
	}
}

func TestNextOpenFindsSundayEvening(t *testing.T) {
	c, err := NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	got := c.NextOpen(time.Date(2026, 7, 17, 21, 0, 30, 0, time.UTC))
	if want := time.Date(2026, 7, 19, 22, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Fatalf("%v, want %v", got, want)
	}
}

// TestWholeDayHas92Candles: 23 hours of 15 minutes.
func TestWholeDayHas92Candles(t *testing.T) {
	c, err := NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for at := time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC); at.Day() == 10; at = at.Add(15 * time.Minute) {
		if c.CandleOpen(at.UnixMilli(), M15) {
			n++
		}
	}
	if n != 92 {
		t.Fatalf("%d candles, want 92", n)
	}
}
