package signals

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"promostack/store"
)

// flags are the rules of a backtest or replay as a person writes them.
type flags struct {
	set                *flag.FlagSet
	candles, clock     string
	from, to           string
	strategy           string
	hours, rsi, days   string
	hold               time.Duration
	tp, sl             float64
	pip, spread        float64
	oneOpen            bool
	cooldown, warmup   int
	json, post         bool
	html, sweep, share string
}

func newFlags(name string, stderr io.Writer) *flags {
	d := DefaultParams()
	f := &flags{set: flag.NewFlagSet(name, flag.ContinueOnError)}
	s := f.set
	s.SetOutput(stderr)
	s.StringVar(&f.candles, "candles", "", "candle `FILE` (CSV), or \"synthetic\" for a made-up year")
	s.StringVar(&f.clock, "clock", "utc", "clock of the file: utc, newyork+7 (most MT5 servers) or an offset such as +02:00")
	s.StringVar(&f.from, "from", "", "first decision, RFC 3339 or a date, UTC")
	s.StringVar(&f.to, "to", "", "no decision from here on")
	s.StringVar(&f.strategy, "strategy", d.Strategy, "one of "+strings.Join(StrategyNames(), ", "))
	s.StringVar(&f.hours, "hours", fmt.Sprintf("%d-%d", d.FromHour, d.ToHour), "hours of decisions, UTC; 0-24 is the whole day")
	s.StringVar(&f.rsi, "rsi", fmt.Sprintf("%g,%g", d.RSILow, d.RSIHigh), "buy below, sell above")
	s.StringVar(&f.days, "days", "", "weekdays of decisions, for example mon,tue,wed; empty: every day")
	s.DurationVar(&f.hold, "hold", d.Hold, "closed at the market after")
	s.Float64Var(&f.tp, "atr-tp", d.ATRTP, "take profit, in ATR")
	s.Float64Var(&f.sl, "atr-sl", d.ATRSL, "stop loss, in ATR")
	s.Float64Var(&f.pip, "pip", d.Pip, "size of a pip, in price")
	s.Float64Var(&f.spread, "spread", d.Spread, "taken off every result, in price")
	s.BoolVar(&f.oneOpen, "one-open", d.OneOpen, "no new signal while one is open")
	s.IntVar(&f.cooldown, "cooldown", d.Cooldown, "candles to wait after a signal")
	s.IntVar(&f.warmup, "warmup", d.Warmup, "candles before the first decision")
	return f
}

// parse reads the arguments; the error is a sentence. A mistake of the flag package has been printed already.
func (f *flags) parse(args []string) (Params, error) {
	if err := f.set.Parse(args); err != nil {
		return Params{}, err
	}
	if f.set.NArg() > 0 {
		return Params{}, fmt.Errorf("what is %q? Flags begin with --", f.set.Arg(0))
	}
	p := Params{
		Strategy: f.strategy, ATRTP: f.tp, ATRSL: f.sl, Weekdays: AllWeek, Hold: f.hold, Warmup: f.warmup,
		OneOpen: f.oneOpen, Cooldown: f.cooldown, Spread: f.spread, Pip: f.pip,
	}
	if n, err := fmt.Sscanf(f.hours+"\n", "%d-%d\n", &p.FromHour, &p.ToHour); n != 2 || err != nil {
		return p, fmt.Errorf("--hours %q is no range; an example is 8-22", f.hours)
	}
	if p.FromHour == 0 && p.ToHour == 24 {
		p.ToHour = 0
	}
	low, high, ok := strings.Cut(f.rsi, ",")
	var errLow, errHigh error
	p.RSILow, errLow = strconv.ParseFloat(low, 64)
	p.RSIHigh, errHigh = strconv.ParseFloat(high, 64)
	if !ok || errLow != nil || errHigh != nil {
		return p, fmt.Errorf("--rsi %q is no pair; an example is 35,65", f.rsi)
	}
	if f.days != "" {
		p.Weekdays = 0
		for _, day := range strings.Split(strings.ToLower(f.days), ",") {
			n := strings.Index("sun mon tue wed thu fri sat", day)
			if len(day) != 3 || n < 0 || n%4 != 0 {
				return p, fmt.Errorf("--days: %q is no weekday; an example is mon,tue,wed", day)
			}
			p.Weekdays |= 1 << (n / 4)
		}
	}
	return p, p.Check()
}

// series reads the candle file.
func (f *flags) series() (Series, error) {
	switch f.candles {
	case "":
		return Series{}, errors.New("say which candles: --candles FILE, or --candles synthetic")
	case "synthetic":
		cs, err := Synthetic(1, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), M15)
		return Series{Candles: cs, Interval: M15}, err
	}
	file, err := os.Open(f.candles)
	if err != nil {
		return Series{}, fmt.Errorf("cannot open the candle file: %w", errors.Unwrap(err))
	}
	defer file.Close()
	s, err := ReadCSV(file, CSVOptions{Clock: f.clock})
	if err != nil {
		return s, fmt.Errorf("%s: %w", f.candles, err)
	}
	return s, nil
}

// moments reads --from and --to; an empty one is the zero time.
func (f *flags) moments() (from, to time.Time, err error) {
	if from, err = moment("--from", f.from); err != nil {
		return from, to, err
	}
	if to, err = moment("--to", f.to); err != nil {
		return from, to, err
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		return from, to, errors.New("--from must lie before --to")
	}
	return from, to, nil
}

func moment(name, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q is no time; examples are 2025-03-01 and 2025-03-01T08:15:00Z", name, s)
}

// BacktestCommand is `promostack backtest`. It returns the exit code: 0, 1 when the file cannot be used, 2 for wrong
// arguments.
func BacktestCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("backtest", stderr)
	f.set.BoolVar(&f.json, "json", false, "print JSON")
	f.set.StringVar(&f.html, "html", "", "write a report with charts to `FILE`")
	f.set.StringVar(&f.sweep, "sweep", "", "try every combination, for example \"rsi-low=25:40:5 atr-tp=2,3,4\"")
	f.set.StringVar(&f.share, "in-sample", "0.7", "share of the series in which a sweep may choose")
	p, err := f.parse(args)
	if err != nil {
		return mistaken(stderr, err)
	}
	from, to, err := f.moments()
	if err != nil {
		return mistaken(stderr, err)
	}
	series, err := f.series()
	if err != nil {
		return fail(stderr, err)
	}
	if f.sweep != "" {
		return f.runSweep(ctx, series, p, stdout, stderr)
	}
	b, err := RunBacktest(ctx, series.Candles, series.Interval, p)
	if err != nil {
		return fail(stderr, err)
	}
	b = b.Between(from, to)
	if f.html != "" {
		if err := writeReport(f.html, b, series); err != nil {
			return fail(stderr, err)
		}
	}
	if f.json {
		err = b.WriteJSON(stdout)
	} else {
		err = b.WriteText(stdout, series)
	}
	if err != nil {
		return fail(stderr, err)
	}
	return 0
}

func (f *flags) runSweep(ctx context.Context, series Series, p Params, stdout, stderr io.Writer) int {
	grid, err := ParseGrid(f.sweep)
	if err != nil {
		return mistaken(stderr, err)
	}
	share, err := strconv.ParseFloat(f.share, 64)
	if err != nil || math.IsNaN(share) {
		return mistaken(stderr, fmt.Errorf("--in-sample %q is no number; an example is 0.7", f.share))
	}
	trials, err := Sweep(ctx, series.Candles, series.Interval, p, grid, share)
	if err != nil {
		return fail(stderr, err)
	}
	if err := WriteTrials(stdout, trials, grid, f.json); err != nil {
		return fail(stderr, err)
	}
	return 0
}

// Poster is what posts the outbox of a scratch store to the configured channel.
type Poster interface {
	// Post sends what is pending.
	Post(ctx context.Context) error
	// Close waits for what is being sent.
	Close() error
}

// ReplayCommand is `promostack replay`: the live engine on a simulated clock and a scratch database in a folder that is
// gone afterwards. With --post, post makes what sends the outbox to the channel.
func ReplayCommand(ctx context.Context, args []string, stdout, stderr io.Writer, post func(*store.Store) (Poster, error)) int {
	f := newFlags("replay", stderr)
	f.set.BoolVar(&f.post, "post", false, "post to the configured channel what it would have got")
	p, err := f.parse(args)
	if err != nil {
		return mistaken(stderr, err)
	}
	from, to, err := f.moments()
	if err != nil {
		return mistaken(stderr, err)
	}
	if from.IsZero() || to.IsZero() {
		return mistaken(stderr, errors.New("say which days: --from 2025-03-03 --to 2025-03-08"))
	}
	series, err := f.series()
	if err != nil {
		return fail(stderr, err)
	}
	if series.Interval != M15 {
		return fail(stderr, fmt.Errorf("the engine decides on 15min candles, the file has %s", series.Interval))
	}
	if !f.post {
		post = nil
	}
	if err := f.replay(ctx, series, from, to, p, stdout, post); err != nil {
		return fail(stderr, err)
	}
	return 0
}

func (f *flags) replay(ctx context.Context, series Series, from, to time.Time, p Params, stdout io.Writer, post func(*store.Store) (Poster, error)) (err error) {
	dir, err := os.MkdirTemp("", "promostack-replay-")
	if err != nil {
		return fmt.Errorf("make a scratch folder: %w", err)
	}
	defer os.RemoveAll(dir)
	clock := store.NewManualClock(from)
	s, err := store.Open(ctx, store.Options{Dir: dir, Clock: clock})
	if err != nil {
		return err
	}
	defer s.Close()
	var poster Poster
	if post != nil {
		if poster, err = post(s); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, poster.Close()) }()
	}
	ws := s.Workspace(store.DefaultWorkspace)
	said := int64(0)
	each := func(ctx context.Context, now time.Time) error {
		posts, err := ws.Posts(ctx, "pending", 1000)
		if err != nil {
			return err
		}
		for _, post := range posts {
			if post.ID <= said {
				continue
			}
			said = post.ID
			line, err := Line(ctx, ws, post)
			if err != nil {
				return err
			}
			fmt.Fprintf(stdout, "%s  %s\n", now.Format(time.RFC3339), line)
		}
		if poster == nil {
			return nil
		}
		return poster.Post(ctx)
	}
	steps, err := Replay{Store: s, Clock: clock, Series: series.Candles, From: from, To: to, Params: p, Each: each}.Run(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d steps, %d posts\n", steps, said)
	return nil
}

// Line is a post in one plain line.
func Line(ctx context.Context, ws *store.Workspace, post store.Post) (string, error) {
	if post.Kind == "recap" {
		var r Recap
		if err := json.Unmarshal([]byte(post.Body), &r); err != nil {
			return "", fmt.Errorf("read recap %s: %w", post.Key, err)
		}
		s := r.Summary
		return fmt.Sprintf("%s recap: %d won, %d lost, %d expired, %+.1f pips, %+.2f R", r.Kind, s.Won, s.Lost, s.Expired, s.TotalPips, s.TotalR), nil
	}
	r, err := ws.Signal(ctx, post.Subject)
	if err != nil {
		return "", err
	}
	if post.Kind == "signal" {
		return fmt.Sprintf("#%d %s %s at %.2f, take profit %.2f, stop loss %.2f (RSI %.2f, MACD %.4f, ATR %.2f)",
			r.ID, r.Side, r.Symbol, r.Entry, r.TakeProfit, r.StopLoss, r.RSI, r.MACD, r.ATR), nil
	}
	return fmt.Sprintf("#%d %s at %.2f: %+.2f points, %+.1f pips", r.ID, r.Status, r.Exit, r.Points, r.Points/r.Pip), nil
}

func mistaken(stderr io.Writer, err error) int {
	if !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(stderr, "promostack:", err)
	}
	return 2
}

func fail(stderr io.Writer, err error) int {
	fmt.Fprintln(stderr, "promostack:", err)
	return 1
}
