package signals

import (
	"fmt"
	"time"
	_ "time/tzdata" // the calendar must not depend on the machine's zone files
)

// Calendar knows when gold trades: Sunday 18:00 to Friday 17:00 New York time, with a break from 17:00 to 18:00 each
// day, full holidays and early closes. It goes by New York's clock, so daylight saving time moves it in UTC.
// It is safe for concurrent use.
type Calendar struct{ zone *time.Location }

// NewCalendar loads New York's clock from the zone data that the binary carries.
func NewCalendar() (*Calendar, error) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		return nil, fmt.Errorf("load New York's clock: %w", err)
	}
	return &Calendar{zone: zone}, nil
}

// Session hours, minutes after New York's midnight.
const (
	dayClose   = 17 * 60
	dayReopen  = 18 * 60
	earlyClose = 14*60 + 30 // US bank holidays and the day after Thanksgiving
	eveClose   = 13*60 + 45 // Christmas Eve
	halfClose  = 13 * 60    // Independence Day and Juneteenth
)

// Open reports whether the market trades at t.
func (c *Calendar) Open(t time.Time) bool {
	ny := t.In(c.zone)
	minute := ny.Hour()*60 + ny.Minute()
	switch ny.Weekday() {
	case time.Saturday:
		return false
	case time.Sunday:
		return minute >= dayReopen && !closedEvening(ny)
	}
	if minute >= dayReopen {
		return ny.Weekday() != time.Friday && !closedEvening(ny)
	}
	return minute < closeOf(ny)
}

// CandleOpen reports whether the market traded in any part of the interval that opens at (Unix ms).
func (c *Calendar) CandleOpen(at int64, i Interval) bool {
	start := time.UnixMilli(at)
	return c.Open(start) || c.Open(start.Add(i.Duration()-time.Minute))
}

// NextOpen is the first full minute at or after t at which the market trades.
func (c *Calendar) NextOpen(t time.Time) time.Time {
	m := t.Truncate(time.Minute)
	if m.Before(t) {
		m = m.Add(time.Minute)
	}
	for i := 0; i < 8*24*60 && !c.Open(m); i++ {
		m = m.Add(time.Minute)
	}
	return m.UTC()
}

// closeOf is the minute at which the session of New York's date ends; 0 when there is none.
func closeOf(ny time.Time) int {
	if closedDay(ny) {
		return 0
	}
	y, m, d := ny.Date()
	switch {
	case m == time.December && d == 24:
		return eveClose
	case onObserved(ny, time.July, 4), onObserved(ny, time.June, 19):
		return halfClose
	case sameDay(ny, nthWeekday(y, time.January, time.Monday, 3)), // Martin Luther King
		sameDay(ny, nthWeekday(y, time.February, time.Monday, 3)), // Presidents' Day
		sameDay(ny, lastMonday(y, time.May)),                      // Memorial Day
		sameDay(ny, nthWeekday(y, time.September, time.Monday, 1)),
		sameDay(ny, nthWeekday(y, time.November, time.Thursday, 4)),
		sameDay(ny, nthWeekday(y, time.November, time.Thursday, 4).AddDate(0, 0, 1)):
		return earlyClose
	}
	return dayClose
}

// closedDay: New Year's Day, Christmas Day and Good Friday have no day session.
func closedDay(ny time.Time) bool {
	y, m, d := ny.Date()
	if m == time.January && d == 1 || m == time.December && d == 25 {
		return true
	}
	return sameDay(ny, easter(y).AddDate(0, 0, -2))
}

// closedEvening: the evening session belongs to the next day's date; it is missing before a closed day.
func closedEvening(ny time.Time) bool { return closedDay(ny.AddDate(0, 0, 1)) }

// onObserved: a fixed holiday, moved to Friday or Monday when it falls on a weekend.
func onObserved(ny time.Time, m time.Month, d int) bool {
	day := time.Date(ny.Year(), m, d, 0, 0, 0, 0, time.UTC)
	switch day.Weekday() {
	case time.Saturday:
		day = day.AddDate(0, 0, -1)
	case time.Sunday:
		day = day.AddDate(0, 0, 1)
	}
	return sameDay(ny, day)
}

func sameDay(a, b time.Time) bool {
	ay, am, ad := a.Date()
	by, bm, bd := b.Date()
	return ay == by && am == bm && ad == bd
}

func nthWeekday(y int, m time.Month, w time.Weekday, n int) time.Time {
	first := time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	shift := (int(w) - int(first.Weekday()) + 7) % 7
	return first.AddDate(0, 0, shift+7*(n-1))
}

func lastMonday(y int, m time.Month) time.Time {
	last := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, -((int(last.Weekday()) + 6) % 7))
}

// easter is Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}
