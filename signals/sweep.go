package signals

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Grid is a set of values to try for each number, by flag name: "rsi-low": {30, 35}.
type Grid map[string][]float64

// sweepable are the numbers that a sweep may vary.
var sweepable = map[string]func(*Params, float64){
	"rsi-low":  func(p *Params, v float64) { p.RSILow = v },
	"rsi-high": func(p *Params, v float64) { p.RSIHigh = v },
	"atr-tp":   func(p *Params, v float64) { p.ATRTP = v },
	"atr-sl":   func(p *Params, v float64) { p.ATRSL = v },
	"hold":     func(p *Params, v float64) { p.Hold = time.Duration(v * float64(time.Hour)) },
	"cooldown": func(p *Params, v float64) { p.Cooldown = int(v) },
	"from":     func(p *Params, v float64) { p.FromHour = int(v) },
	"to":       func(p *Params, v float64) { p.ToHour = int(v) },
}

// maxSweep bounds the combinations of one sweep.
const maxSweep = 100_000

// ParseGrid reads "rsi-low=25:40:5 atr-tp=2,3,4": a range with a step, or a list, for each name.
func ParseGrid(s string) (Grid, error) {
	g := Grid{}
	for _, part := range strings.Fields(s) {
		name, values, ok := strings.Cut(part, "=")
		if _, known := sweepable[name]; !ok || !known {
			return nil, fmt.Errorf("%q is no number to sweep; known are %s", name, strings.Join(sweepNames(), ", "))
		}
		vs, err := parseValues(values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		g[name] = vs
	}
	if len(g) == 0 {
		return nil, errors.New(`say what to sweep, for example "rsi-low=25:40:5 atr-tp=2,3,4"`)
	}
	return g, nil
}

func sweepNames() []string {
	names := make([]string, 0, len(sweepable))
	for n := range sweepable {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func parseValues(s string) ([]float64, error) {
	if parts := strings.Split(s, ":"); len(parts) == 3 {
		var f [3]float64
		for i, p := range parts {
			v, err := strconv.ParseFloat(p, 64)
			if err != nil {
				return nil, fmt.Errorf("%q is no number", p)
			}
			f[i] = v
		}
		if !(f[2] > 0) || !(f[1] >= f[0]) || (f[1]-f[0])/f[2] > maxSweep {
			return nil, fmt.Errorf("%q is no range; an example is 25:40:5", s)
		}
		var out []float64
		for n := 0; ; n++ {
			v := f[0] + float64(n)*f[2]
			if v > f[1]+f[2]*1e-9 {
				return out, nil
			}
			out = append(out, v)
		}
	}
	var out []float64
	for _, p := range strings.Split(s, ",") {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", p)
		}
		out = append(out, v)
	}
	return out, nil
}

// sets is every combination of the grid on top of base; combinations that contradict themselves are left out.
func (g Grid) sets(base Params) ([]Params, error) {
	out := []Params{base}
	for _, name := range sweepNames() {
		values := g[name]
		if len(values) == 0 {
			continue
		}
		if len(out)*len(values) > maxSweep {
			return nil, fmt.Errorf("the grid has more than %d combinations", maxSweep)
		}
		next := make([]Params, 0, len(out)*len(values))
		for _, p := range out {
			for _, v := range values {
				q := p
				sweepable[name](&q, v)
				next = append(next, q)
			}
		}
		out = next
	}
	out = slices.DeleteFunc(out, func(p Params) bool { return p.Check() != nil })
	if len(out) == 0 {
		return nil, errors.New("no combination of the grid is allowed")
	}
	return out, nil
}

// Trial is one combination: what it earned where it was chosen, and where it was not.
type Trial struct {
	Params Params  `json:"params"`
	In     Summary `json:"in_sample"`
	Out    Summary `json:"out_of_sample"`
}

// Sweep tries every combination of the grid on all cores with a walk-forward split: a signal decided in the first
// share of the series is in-sample, a later one out of sample. Trials come best in-sample expectancy first, so that the
// second column shows what that choice was worth.
func Sweep(ctx context.Context, candles []Candle, interval Interval, base Params, g Grid, share float64) ([]Trial, error) {
	if !(share > 0 && share < 1) {
		return nil, errors.New("the in-sample share must lie between 0 and 1")
	}
	sets, err := g.sets(base)
	if err != nil {
		return nil, err
	}
	if len(candles) < base.Warmup {
		return nil, tooFew(len(candles), base)
	}
	split := candles[int(float64(len(candles))*share)].At
	trials := make([]Trial, len(sets))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(sets) || ctx.Err() != nil {
					return
				}
				trials[n] = try(candles, interval, sets[n], split)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	slices.SortStableFunc(trials, func(a, b Trial) int { return cmp.Compare(value(b.In.ExpectancyR), value(a.In.ExpectancyR)) })
	return trials, nil
}

func try(candles []Candle, interval Interval, p Params, split int64) Trial {
	var in, out tally
	pass := NewPass(p, interval)
	add := func(s Signal) {
		if s.CandleOpen < split {
			in.add(&s, p)
			return
		}
		out.add(&s, p)
	}
	for _, c := range candles {
		pass.Add(c, add)
	}
	return Trial{Params: p, In: in.summary(p), Out: out.summary(p)}
}

func value(v *float64) float64 {
	if v == nil {
		return -1e9
	}
	return *v
}
