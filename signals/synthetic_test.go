package signals

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata anew")

const syntheticFile = "testdata/synthetic_xauusd_m15.csv"

func syntheticYear(t testing.TB) []Candle {
	t.Helper()
	cs, err := Synthetic(1, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), M15)
	if err != nil {
		t.Fatal(err)
	}
	return cs
}

// TestBundledSeriesIsTheGenerators keeps the file that the README uses equal to what the generator makes.
func TestBundledSeriesIsTheGenerators(t *testing.T) {
	var want bytes.Buffer
	want.WriteString("datetime,open,high,low,close\n")
	for _, c := range syntheticYear(t) {
		fmt.Fprintf(&want, "%s,%.2f,%.2f,%.2f,%.2f\n", c.Time().Format("2006-01-02 15:04:05"), c.Open, c.High, c.Low, c.Close)
	}
	if *update {
		if err := os.WriteFile(syntheticFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(syntheticFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Fatal("the bundled series is not what the generator makes; run with -update and look at the difference")
	}
}

func readSynthetic(t testing.TB) Series {
	t.Helper()
	f, err := os.Open(syntheticFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := ReadCSV(f, CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
