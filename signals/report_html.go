package signals

import (
	"bytes"
	_ "embed"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"promostack/assets/markup"
)

//go:embed report.html
var reportPage string

// writeReport writes a page with charts that needs nothing but a browser.
func writeReport(name string, b Backtest, series Series) error {
	body, err := b.HTML(series)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, body, 0o644); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// HTML is the report as one self-contained page.
func (b Backtest) HTML(series Series) ([]byte, error) {
	page, err := markup.Parse("report", reportPage, markup.Funcs{
		"percent": percent, "number": number,
		"day":   func(t time.Time) string { return t.Format("2 Jan 2006") },
		"stamp": func(ms int64) string { return when(ms).Format("2006-01-02 15:04") },
		"price": func(v float64) string { return fmt.Sprintf("%.2f", v) },
		"hours": func(d time.Duration) string { return fmt.Sprintf("%g", d.Hours()) },
		"plus":  func(v float64) string { return fmt.Sprintf("%+.2f", v) },
	})
	if err != nil {
		return nil, fmt.Errorf("parse the report page: %w", err)
	}
	var out bytes.Buffer
	ended := b.ByEnd()
	err = page.Execute(&out, map[string]any{
		"B": b, "Title": strategies[b.Params.Strategy].Title(), "Series": series, "Equity": equityChart(Equity(ended, b.Params)),
		"Outcomes": outcomeChart(ended, b.Params), "Hours": barChart(b.ByHour()), "Days": barChart(b.ByWeekday()),
		"Sides": b.BySide(), "Rows": b.rows(),
	})
	if err != nil {
		return nil, fmt.Errorf("write the report page: %w", err)
	}
	return out.Bytes(), nil
}

type reportRow struct {
	Signal
	Points, R float64
	Done      bool
}

func (b Backtest) rows() []reportRow {
	out := make([]reportRow, len(b.Signals))
	for i, s := range b.Signals {
		out[i] = reportRow{s, s.Points(b.Params), s.R(b.Params), s.Closed()}
	}
	return out
}

// chart is the ready geometry of one picture: a viewBox of 1000 by 300.
type chart struct {
	Line   string // points of a polyline
	Area   string // points of the polygon under it
	Zero   float64
	Marks  []mark
	Labels []label
	Empty  bool
}

type mark struct {
	X, Y, W, H float64
	Class      string
	Title      string
}

type label struct {
	X, Y float64
	Text string
}

const chartW, chartH = 1000.0, 300.0

// scaleY maps values to the chart's height, with zero always in sight.
func scaleY(values []float64) func(float64) float64 {
	lo, hi := 0.0, 0.0
	for _, v := range values {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	if hi == lo {
		hi = 1
	}
	return func(v float64) float64 { return 12 + (hi-v)/(hi-lo)*(chartH-40) }
}

func equityChart(points []EquityPoint) chart {
	if len(points) < 2 {
		return chart{Empty: true}
	}
	values := make([]float64, len(points))
	for i, p := range points {
		values[i] = p.R
	}
	y := scaleY(values)
	from, span := points[0].At, points[len(points)-1].At.Sub(points[0].At).Seconds()
	c := chart{Zero: y(0)}
	var line strings.Builder
	for _, p := range points {
		x := 50 + p.At.Sub(from).Seconds()/math.Max(span, 1)*(chartW-60)
		fmt.Fprintf(&line, "%.1f,%.1f ", x, y(p.R))
	}
	c.Line = strings.TrimSpace(line.String())
	c.Area = fmt.Sprintf("50,%.1f %s %.1f,%.1f", c.Zero, c.Line, chartW-10, c.Zero)
	lo, hi := values[0], values[0]
	for _, v := range values {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	for _, v := range []float64{lo, hi} {
		c.Labels = append(c.Labels, label{4, y(v) + 4, fmt.Sprintf("%+.1f", v)})
	}
	c.Labels = append(c.Labels, label{50, chartH - 4, from.Format("Jan 2006")}, label{chartW - 80, chartH - 4, points[len(points)-1].At.Format("Jan 2006")})
	return c
}

// outcomeChart has one bar for each result, in the order of the ends.
func outcomeChart(ended []Signal, p Params) chart {
	if len(ended) == 0 {
		return chart{Empty: true}
	}
	values := make([]float64, len(ended))
	for i, s := range ended {
		values[i] = s.R(p)
	}
	y := scaleY(values)
	c := chart{Zero: y(0)}
	step := (chartW - 60) / float64(len(ended))
	for i, s := range ended {
		c.Marks = append(c.Marks, mark{
			X: 50 + float64(i)*step + step*0.1, W: math.Max(step*0.8, 0.5), Y: math.Min(y(values[i]), c.Zero),
			H: math.Max(math.Abs(y(values[i])-c.Zero), 0.5), Class: string(s.Status),
			Title: fmt.Sprintf("%s %s: %s, %+.2f R", s.Decided().Format("2006-01-02 15:04"), s.Side, s.Status, values[i]),
		})
	}
	return c
}

// barChart has one bar for each group: its total in R.
func barChart(groups []Group) chart {
	values := make([]float64, len(groups))
	any := false
	for i, g := range groups {
		values[i] = g.TotalR
		any = any || g.Signals > 0
	}
	if !any {
		return chart{Empty: true}
	}
	y := scaleY(values)
	c := chart{Zero: y(0)}
	step := (chartW - 60) / float64(len(groups))
	for i, g := range groups {
		class := "won"
		if g.TotalR < 0 {
			class = "lost"
		}
		x := 50 + float64(i)*step
		c.Marks = append(c.Marks, mark{
			X: x + step*0.15, W: step * 0.7, Y: math.Min(y(g.TotalR), c.Zero), H: math.Abs(y(g.TotalR) - c.Zero), Class: class,
			Title: fmt.Sprintf("%s: %d signals, %+.2f R", g.Key, g.Signals, g.TotalR),
		})
		c.Labels = append(c.Labels, label{x + step/2 - 10, chartH - 4, g.Key})
	}
	return c
}
