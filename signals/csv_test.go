package signals

import (
	"strings"
	"testing"
)

func TestCSVShapes(t *testing.T) {
	want := Candle{At: 1735779600000, Open: 2624, High: 2626.5, Low: 2623, Close: 2625} // 2025-01-02 01:00 UTC
	for name, c := range map[string]struct{ file, clock string }{
		"iso":          {"datetime,open,high,low,close,volume\n2025-01-02 01:00:00,2624,2626.5,2623,2625,10\n2025-01-02 01:15:00,1,1,1,1,1\n", ""},
		"zoned":        {"datetime,open,high,low,close\n2025-01-02T03:00:00+02:00,2624,2626.5,2623,2625\n2025-01-02T01:15:00Z,1,1,1,1\n", ""},
		"unix":         {"timestamp;close;low;high;open\n1735779600;2625;2623;2626.5;2624\n1735780500;1;1;1;1\n", ""},
		"mt5 header":   {"<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2025.01.02\t03:00:00\t2624\t2626.5\t2623\t2625\t5\n2025.01.02\t03:15:00\t1\t1\t1\t1\t1\n", "newyork+7"},
		"mt5 bare":     {"2025.01.02,03:00,2624,2626.5,2623,2625,5\r\n2025.01.02,03:15,1,1,1,1,1\r\n", "+02:00"},
		"bom, quotes":  {"\xef\xbb\xbf\"datetime\",\"open\",\"high\",\"low\",\"close\"\n\"2025-01-02 01:00\",\"2624\",\"2626.5\",\"2623\",\"2625\"\n2025-01-02 01:15,1,1,1,1\n", "utc"},
		"out of order": {"datetime,open,high,low,close\n2025-01-02 01:15:00,1,1,1,1\n2025-01-02 01:00:00,2624,2626.5,2623,2625\n2025-01-02 01:15:00,1,1,1,1\n", ""},
	} {
		s, err := ReadCSV(strings.NewReader(c.file), CSVOptions{Clock: c.clock})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(s.Candles) != 2 || s.Candles[0] != want || s.Interval != M15 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestCSVMistakesAreSentences(t *testing.T) {
	head := "datetime,open,high,low,close\n"
	for name, c := range map[string]struct{ file, clock, want string }{
		"empty":          {"", "", "too few candles"},
		"header only":    {head, "", "too few candles"},
		"column missing": {"datetime,open,high,close\n", "", `no column "low"`},
		"mixed zones":    {head + "2025-01-02 01:00:00,1,1,1,1\n2025-01-02T01:15:00Z,1,1,1,1\n", "", "line 3: times with and without a zone are mixed"},
		"no time":        {head + "yesterday,1,1,1,1\n", "", `line 2: "yesterday" is no time`},
		"31 June":        {head + "2025-06-31 01:00:00,1,1,1,1\n", "", "is no time"},
		"no price":       {head + "2025-01-02 01:00:00,1,one,1,1\n", "", `line 2: "one" is no price`},
		"NaN":            {head + "2025-01-02 01:00:00,1,NaN,1,1\n", "", "is no price"},
		"negative":       {head + "2025-01-02 01:00:00,1,1,-1,1\n", "", "is no price"},
		"contradiction":  {head + "2025-01-02 01:00:00,1,2,1.5,1.7\n", "", "contradict"},
		"short line":     {head + "2025-01-02 01:00:00,1\n", "", "line 2: 2 columns"},
		"two truths":     {head + "2025-01-02 01:00:00,1,1,1,1\n2025-01-02 01:15:00,1,1,1,1\n2025-01-02 01:00:00,2,2,2,2\n", "", "two different candles"},
		"off the grid":   {head + "2025-01-02 01:00:00,1,1,1,1\n2025-01-02 01:15:00,1,1,1,1\n2025-01-02 01:33:00,2,2,2,2\n2025-01-02 01:45:00,1,1,1,1\n2025-01-02 02:00:00,1,1,1,1\n", "", "grid"},
		"unknown clock":  {head, "broker", "is no clock"},
		"binary rubbish": {strings.Repeat("\x00\xff", 300_000), "", "too long"},
		"html":           {"<html><body>not found</body></html>\n", "", "no column"},
	} {
		_, err := ReadCSV(strings.NewReader(c.file), CSVOptions{Clock: c.clock})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("datetime,open,high,low,close\n2025-01-02 01:00:00,1,1,1,1\n2025-01-02 01:15:00,1,1,1,1\n")
	f.Add("2025.01.02,03:00,2624,2626.5,2623,2625,5\n")
	f.Fuzz(func(t *testing.T, file string) {
		s, err := ReadCSV(strings.NewReader(file), CSVOptions{})
		if err != nil {
			return
		}
		for i, c := range s.Candles {
			if c.Check() != nil || i > 0 && c.At <= s.Candles[i-1].At {
				t.Fatalf("took %+v", s.Candles)
			}
		}
	})
}
