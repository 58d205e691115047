package signals

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CSVOptions say how to read a candle file.
type CSVOptions struct {
	// Clock is the zone of times that carry none: "utc" (the default), "newyork+7" (most MT5 servers) or an offset
	// such as "+02:00".
	Clock    string
	Interval Interval // 0 = the commonest distance between rows
}

// Series is a candle file as it was read.
type Series struct {
	Candles  []Candle // ascending, each open once
	Interval Interval
	Weekend  int // rows left out because the market is shut from Friday to Sunday evening
	Repeats  int // rows left out because they stood there twice, the same
}

// maxRows bounds a file: 40 years of one-minute candles.
const maxRows = 15_000_000

// ReadCSV reads candles with a header (time or datetime, or date and time; open, high, low, close) or in MT5's columns
// without one, separated by comma, semicolon or tab, with ISO or dotted dates. A mistake is reported with its line.
func ReadCSV(r io.Reader, o CSVOptions) (Series, error) {
	zone, err := parseClock(o.Clock)
	if err != nil {
		return Series{}, err
	}
	in := bufio.NewReaderSize(r, 1<<18)
	p := csvParser{zone: zone}
	for line := 1; ; line++ {
		row, err := readLine(in)
		if len(row) > 0 {
			if e := p.line(row); e != nil {
				return Series{}, fmt.Errorf("line %d: %w", line, e)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Series{}, fmt.Errorf("read candles: %w", err)
		}
		if len(p.candles) > maxRows {
			return Series{}, fmt.Errorf("the file has more than %d candles", maxRows)
		}
	}
	return p.series(o.Interval)
}

func readLine(in *bufio.Reader) ([]byte, error) {
	row, err := in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, errors.New("a line is too long for a candle file")
	}
	row = bytes.TrimSpace(bytes.TrimPrefix(row, []byte("\xef\xbb\xbf")))
	return row, err
}

type csvParser struct {
	zone    func(time.Time) time.Time
	sep     string
	columns csvColumns
	ready   bool
	zoned   int // 1: times carry a zone, -1: they do not
	candles []Candle
}

type csvColumns struct{ stamp, clock, open, high, low, close, need int }

func (p *csvParser) line(raw []byte) error {
	row := string(raw)
	if p.sep == "" {
		p.sep = separator(row)
	}
	cells := strings.Split(row, p.sep)
	if !p.ready {
		p.ready = true
		header, err := p.header(cells)
		if header || err != nil {
			return err
		}
	}
	if len(cells) < p.columns.need {
		return fmt.Errorf("%d columns, but the first line has %d", len(cells), p.columns.need)
	}
	return p.row(cells)
}

func separator(row string) string {
	for _, s := range []string{"\t", ";", ","} {
		if strings.Contains(row, s) {
			return s
		}
	}
	return ","
}

// header finds the columns by name; MT5's exports without a header are known by their first cell, a date.
func (p *csvParser) header(cells []string) (bool, error) {
	p.columns = csvColumns{-1, -1, -1, -1, -1, -1, len(cells)}
	c := &p.columns
	names := map[string]*int{
		"datetime": &c.stamp, "timestamp": &c.stamp, "date": &c.stamp, "open_time": &c.stamp, "time": &c.clock,
		"open": &c.open, "high": &c.high, "low": &c.low, "close": &c.close,
	}
	for i, cell := range cells {
		name := strings.ToLower(strings.Trim(strings.TrimSpace(cell), `<>"`))
		if at := names[name]; at != nil && *at < 0 {
			*at = i
		}
	}
	if c.stamp < 0 && c.clock >= 0 {
		c.stamp, c.clock = c.clock, -1
	}
	if c.stamp < 0 && len(cells) >= 6 && strings.Count(cells[0], ".") == 2 {
		*c = csvColumns{0, 1, 2, 3, 4, 5, 6}
		return false, nil
	}
	for _, col := range []struct {
		at   int
		name string
	}{{c.stamp, "datetime"}, {c.open, "open"}, {c.high, "high"}, {c.low, "low"}, {c.close, "close"}} {
		if col.at < 0 {
			return true, fmt.Errorf("there is no column %q; needed are datetime, open, high, low and close", col.name)
		}
	}
	return true, nil
}

func (p *csvParser) row(cells []string) error {
	stamp := cell(cells, p.columns.stamp)
	if p.columns.clock >= 0 {
		stamp += " " + cell(cells, p.columns.clock)
	}
	at, err := p.time(stamp)
	if err != nil {
		return err
	}
	c := Candle{At: at}
	for _, f := range [...]struct {
		to *float64
		at int
	}{{&c.Open, p.columns.open}, {&c.High, p.columns.high}, {&c.Low, p.columns.low}, {&c.Close, p.columns.close}} {
		v, err := strconv.ParseFloat(cell(cells, f.at), 64)
		if err != nil {
			return fmt.Errorf("%q is no price", cell(cells, f.at))
		}
		*f.to = v
	}
	if err := c.Check(); err != nil {
		return err
	}
	p.candles = append(p.candles, c)
	return nil
}

func cell(cells []string, i int) string { return strings.Trim(strings.TrimSpace(cells[i]), `"`) }

// series puts the rows in order and checks that they are one series.
func (p *csvParser) series(interval Interval) (Series, error) {
	cs := p.candles
	if len(cs) < 2 {
		return Series{}, fmt.Errorf("%w: the file holds %d", ErrTooFew, len(cs))
	}
	slices.SortStableFunc(cs, func(a, b Candle) int { return cmp.Compare(a.At, b.At) })
	s := Series{Interval: interval}
	if s.Interval == 0 {
		s.Interval = commonest(cs)
	}
	calendar, err := NewCalendar()
	if err != nil {
		return Series{}, err
	}
	out := cs[:0]
	for i, c := range cs {
		if i > 0 && len(out) > 0 && c.At == out[len(out)-1].At {
			if c != out[len(out)-1] {
				return Series{}, fmt.Errorf("two different candles open at %s", c.Time().Format(time.RFC3339))
			}
			s.Repeats++
			continue
		}
		if c.At%s.Interval.Millis() != 0 {
			return Series{}, fmt.Errorf("the candle of %s does not open on the %s grid: is the clock of the file right?",
				c.Time().Format(time.RFC3339), s.Interval)
		}
		if calendar.weekend(c.Time()) {
			s.Weekend++
			continue
		}
		out = append(out, c)
	}
	s.Candles = out
	return s, nil
}

// commonest is the distance that most neighbours have.
func commonest(cs []Candle) Interval {
	count := map[int64]int{}
	best := int64(0)
	for i := 1; i < len(cs); i++ {
		d := cs[i].At - cs[i-1].At
		if d <= 0 {
			continue
		}
		if count[d]++; count[d] > count[best] {
			best = d
		}
	}
	return Interval(time.Duration(max(best, 60_000)) * time.Millisecond)
}
