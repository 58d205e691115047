package signals

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// time reads "2025-01-02 01:00[:00]", "2025-01-02T01:00:00Z", "2025.01.02 01:00" or Unix seconds, and refuses a file
// that mixes times with and without a zone.
func (p *csvParser) time(s string) (int64, error) {
	if at, ok := plainTime(s); ok {
		if p.zoned > 0 {
			return 0, errors.New("times with and without a zone are mixed")
		}
		p.zoned = -1
		return p.zone(at).UnixMilli(), nil
	}
	at, err := time.Parse(time.RFC3339, strings.Replace(strings.ReplaceAll(s, ".", "-"), " ", "T", 1))
	if err == nil {
		if p.zoned < 0 {
			return 0, errors.New("times with and without a zone are mixed")
		}
		p.zoned = 1
		return at.UnixMilli(), nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n > 1e8 && n < 1e14 {
		if n < 1e11 {
			n *= 1000
		}
		return n, nil
	}
	return 0, fmt.Errorf("%q is no time; an example is 2025-01-02 08:15:00", s)
}

// plainTime reads a time without a zone by hand: it is the hot spot of a file with 250,000 rows.
func plainTime(s string) (time.Time, bool) {
	if n := len(s); n != 16 && n != 19 {
		return time.Time{}, false
	}
	if (s[4] != '-' && s[4] != '.' && s[4] != '/') || s[7] != s[4] || (s[10] != ' ' && s[10] != 'T') || s[13] != ':' {
		return time.Time{}, false
	}
	var f [6]int
	for i, part := range [...]struct{ at, n int }{{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}} {
		if part.at >= len(s) {
			break
		}
		for _, b := range []byte(s[part.at : part.at+part.n]) {
			if b < '0' || b > '9' {
				return time.Time{}, false
			}
			f[i] = f[i]*10 + int(b-'0')
		}
	}
	if f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > 31 || f[3] > 23 || f[4] > 59 || f[5] > 59 {
		return time.Time{}, false
	}
	t := time.Date(f[0], time.Month(f[1]), f[2], f[3], f[4], f[5], 0, time.UTC)
	return t, t.Day() == f[2] // not the 31st of June
}

// parseClock gives the function that turns a wall-clock time of the file into the moment it means.
func parseClock(name string) (func(time.Time) time.Time, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" || name == "utc" {
		return func(t time.Time) time.Time { return t }, nil
	}
	if name == "newyork+7" {
		ny, err := time.LoadLocation("America/New_York")
		if err != nil {
			return nil, fmt.Errorf("load New York's clock: %w", err)
		}
		return func(t time.Time) time.Time {
			w := t.Add(-7 * time.Hour)
			return time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, ny)
		}, nil
	}
	if off, err := time.Parse("-07:00", name); err == nil {
		_, seconds := off.Zone()
		return func(t time.Time) time.Time { return t.Add(-time.Duration(seconds) * time.Second) }, nil
	}
	return nil, fmt.Errorf("%q is no clock: say utc, newyork+7 or an offset such as +02:00", name)
}

// weekend reports whether t lies in the closed days of the week, New York time.
func (c *Calendar) weekend(t time.Time) bool {
	ny := t.In(c.zone)
	switch ny.Weekday() {
	case time.Saturday:
		return true
	case time.Sunday:
		return ny.Hour() < 17
	case time.Friday:
		return ny.Hour() >= 18
	}
	return false
}
