package signals

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func run(t *testing.T, command string, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if command == "replay" {
		code = ReplayCommand(t.Context(), args, &stdout, &stderr, nil)
	} else {
		code = BacktestCommand(t.Context(), args, &stdout, &stderr)
	}
	return code, stdout.String(), stderr.String()
}

// TestBacktestJSON holds the promised shape.
func TestBacktestJSON(t *testing.T) {
	html := filepath.Join(t.TempDir(), "report.html")
	code, out, errs := run(t, "backtest", "--candles", syntheticFile, "--json", "--html", html)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var got struct {
		Params  map[string]any
		Summary map[string]any
		Signals []map[string]any
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"signals", "won", "lost", "expired", "win_rate", "profit_factor", "expectancy_r", "max_drawdown_points", "max_drawdown_r", "total_points", "total_pips"} {
		if _, ok := got.Summary[key]; !ok {
			t.Errorf("summary has no %s", key)
		}
	}
	if len(got.Signals) == 0 || int(got.Summary["signals"].(float64)) != len(got.Signals) {
		t.Fatalf("%d signals, summary says %v", len(got.Signals), got.Summary["signals"])
	}
	for _, key := range []string{"candle_open", "decided_at", "side", "entry", "tp", "sl", "rsi", "macd", "macd_signal", "atr", "status", "exit_at", "exit", "ambiguous", "points", "pips", "r"} {
		if _, ok := got.Signals[0][key]; !ok {
			t.Errorf("a signal has no %s", key)
		}
	}
	if at, err := time.Parse(time.RFC3339, got.Signals[0]["decided_at"].(string)); err != nil || at.Location() != time.UTC {
		t.Errorf("decided_at %v: %v", got.Signals[0]["decided_at"], err)
	}
	page, err := os.ReadFile(html)
	if err != nil || !bytes.Contains(page, []byte("<svg")) || bytes.Contains(page, []byte("http")) {
		t.Errorf("the report is %d bytes, %v; it must hold charts and load nothing", len(page), err)
	}
}

func TestWrongUseOfBacktestAndReplay(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short.csv")
	if err := os.WriteFile(short, []byte("datetime,open,high,low,close\n2025-01-02 01:00:00,1,1,1,1\n2025-01-02 01:15:00,1,1,1,1\n2025-01-02 01:30:00,1,1,1,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command string
		args    string
		code    int
		want    string
	}{
		{"backtest", "", 1, "say which candles"},
		{"backtest", "--candles nosuch.csv", 1, "cannot open the candle file"},
		{"backtest", "--candles " + short, 1, "too few candles: 3 are there"},
		{"backtest", "--candles synthetic --hours noon", 2, "is no range"},
		{"backtest", "--candles synthetic --rsi 35", 2, "is no pair"},
		{"backtest", "--candles synthetic --rsi 70,30", 2, "rsi_low must be below"},
		{"backtest", "--candles synthetic --warmup 5", 2, "warmup must lie between 34"},
		{"backtest", "--candles synthetic --days mon,yay", 2, "is no weekday"},
		{"backtest", "--candles synthetic --from tomorrow", 2, "is no time"},
		{"backtest", "--candles synthetic --from 2025-03-01 --to 2025-02-01", 2, "must lie before"},
		{"backtest", "--candles synthetic extra", 2, "Flags begin with --"},
		{"backtest", "--candles synthetic --sweep magic=1", 2, "no number to sweep"},
		{"backtest", "--candles synthetic --clock moon", 0, ""},
		{"backtest", "--candles " + short + " --clock moon", 1, "is no clock"},
		{"replay", "--candles synthetic", 2, "say which days"},
	} {
		code, _, errs := run(t, c.command, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") > 1 {
			t.Errorf("%s %s: exit %d, %q; want %d, %q", c.command, c.args, code, errs, c.code, c.want)
		}
	}
}

func TestReplayPrintsWhatItWouldHaveSaid(t *testing.T) {
	code, out, errs := run(t, "replay", "--candles", syntheticFile, "--from", "2025-03-03", "--to", "2025-03-06", "--rsi", "49.99,50.01")
	if code != 0 || !strings.Contains(out, "take profit") || !strings.Contains(out, "steps") {
		t.Fatalf("exit %d\n%s\n%s", code, out, errs)
	}
}
