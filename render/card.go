package render

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"promostack/store"
)

// cardSide is the width and height of a card, px.
const cardSide = 1080

// The colours of cards: the design system's tokens.
var (
	cardGround = color.RGBA{0x0b, 0x0d, 0x12, 0xff}
	cardPanel  = color.RGBA{0x12, 0x15, 0x1c, 0xff}
	cardLine   = color.RGBA{0x2a, 0x30, 0x3d, 0xff}
	cardText   = color.RGBA{0xee, 0xf1, 0xf6, 0xff}
	cardSoft   = color.RGBA{0xb6, 0xbf, 0xcd, 0xff}
	cardHint   = color.RGBA{0x92, 0x9d, 0xb0, 0xff}
	cardAccent = color.RGBA{0xf6, 0xb9, 0x3b, 0xff}
	cardGood   = color.RGBA{0x45, 0xd1, 0x9a, 0xff}
	cardBad    = color.RGBA{0xff, 0x7b, 0x80, 0xff}
	cardInfo   = color.RGBA{0x7a, 0xb8, 0xff, 0xff}
)

// faint is a colour at so many percent, premultiplied.
func faint(c color.RGBA, percent int) color.RGBA {
	f := func(v uint8) uint8 { return uint8(int(v) * percent / 100) }
	return color.RGBA{f(c.R), f(c.G), f(c.B), uint8(255 * percent / 100)}
}

// ChartCard is a trading signal as a picture of 1080 by 1080 pixels.
type ChartCard struct {
	Title    string // "XAU/USD"
	Subtitle string // "15min · signal #12 · 10 Mar 2026, 12:15 UTC"
	Badge    string // "BUY", or an outcome
	Good     bool   // colour of the badge
	// Candles are the newest ones, oldest first; 20 to 120 of them look well. MACD, Signal and RSI stand beside them,
	// NaN where undefined.
	Candles           []store.Candle
	MACD, Signal, RSI []float64
	RSILow, RSIHigh   float64
	Entry             float64
	TakeProfit        float64
	StopLoss          float64
	Footer            string
}

// PNG draws the card. It needs at least two candles, with a value of each indicator for every one.
func (k ChartCard) PNG() ([]byte, error) {
	c, err := k.draw()
	if err != nil {
		return nil, err
	}
	return newEncoder().encode(c.img, true, PNG)
}

func (k ChartCard) draw() (*canvas, error) {
	faces, err := cardFaces()
	if err != nil {
		return nil, err
	}
	n := len(k.Candles)
	if n < 2 || len(k.MACD) != n || len(k.Signal) != n || len(k.RSI) != n {
		return nil, fmt.Errorf("a chart card of %d candles, %d, %d and %d indicator values", n, len(k.MACD), len(k.Signal), len(k.RSI))
	}
	c := newCanvas(cardSide, cardSide, cardGround)
	k.head(c, faces)
	k.prices(c, faces)
	k.macd(c, faces)
	k.rsi(c, faces)
	c.words(faces[500], k.Footer, 22, 48, 1048, 0, cardHint)
	return c, nil
}

func (k ChartCard) head(c *canvas, faces map[int]*cardFace) {
	c.words(faces[700], k.Title, 64, 48, 104, 0, cardText)
	c.words(faces[500], k.Subtitle, 26, 48, 148, 0, cardSoft)
	col := cardBad
	if k.Good {
		col = cardGood
	}
	w := faces[700].set(k.Badge, 44).width + 64
	c.rounded(cardSide-48-w, 48, w, 84, 20, col)
	c.words(faces[700], k.Badge, 44, cardSide-48-w/2, 106, 1, cardGround)
}

// strip is the panel of one chart: candles run from left to right, values from top to bottom.
type strip struct {
	top, height float64
	lo, hi      float64
	n           int
}

const (
	chartLeft  = 48.0
	chartRight = 892.0 // prices stand to the right of it
	ahead      = 12    // candles of room to the right of the newest
)

func (s strip) x(i int) float64 {
	return chartLeft + 14 + (chartRight-chartLeft-28)*(float64(i)+0.5)/float64(s.n+ahead)
}

func (s strip) y(v float64) float64 {
	return s.top + 18 + (s.hi-v)/(s.hi-s.lo)*(s.height-36)
}

func (s strip) panel(c *canvas) {
	c.rounded(chartLeft-8, s.top, cardSide-2*chartLeft+16, s.height, 16, cardPanel)
}

// points are the places of a row of values.
func (s strip) points(values []float64) []spot {
	out := make([]spot, len(values))
	for i, v := range values {
		out[i] = spot{s.x(i), s.y(v)}
	}
	return out
}

func (k ChartCard) prices(c *canvas, faces map[int]*cardFace) {
	s := strip{top: 176, height: 520, lo: math.Min(k.StopLoss, k.TakeProfit), hi: math.Max(k.StopLoss, k.TakeProfit), n: len(k.Candles)}
	for _, b := range k.Candles {
		s.lo, s.hi = math.Min(s.lo, b.Low), math.Max(s.hi, b.High)
	}
	if s.hi <= s.lo {
		s.hi = s.lo + 1
	}
	s.panel(c)
	from := s.x(len(k.Candles) - 1)
	zone := func(level float64, col color.RGBA) {
		top, bottom := math.Min(s.y(level), s.y(k.Entry)), math.Max(s.y(level), s.y(k.Entry))
		c.box(from, top, chartRight-from, bottom-top, faint(col, 14))
	}
	zone(k.TakeProfit, cardGood)
	zone(k.StopLoss, cardBad)
	width := math.Max(2, math.Floor((s.x(1)-s.x(0))*0.62))
	for i, b := range k.Candles {
		col := cardGood
		if b.Close < b.Open {
			col = cardBad
		}
		x := s.x(i)
		c.box(x-1, s.y(b.High), 2, math.Max(1, s.y(b.Low)-s.y(b.High)), col)
		top, bottom := s.y(math.Max(b.Open, b.Close)), s.y(math.Min(b.Open, b.Close))
		c.box(x-width/2, top, width, math.Max(2, bottom-top), col)
	}
	for _, l := range k.levels(s) {
		c.dashes(chartLeft+8, chartRight, l.y, 2, faint(l.col, 75))
		c.words(faces[500], l.name, 20, chartRight+12, l.label-8, 0, cardHint)
		c.words(faces[700], priceText(l.value), 26, chartRight+12, l.label+17, 0, l.col)
	}
}

type level struct {
	name     string
	value    float64
	col      color.RGBA
	y, label float64 // line, and middle of its label
}

// levels are entry, take profit and stop loss from top to bottom, with labels that do not touch.
func (k ChartCard) levels(s strip) []level {
	ls := []level{
		{name: "Take profit", value: k.TakeProfit, col: cardGood}, {name: "Entry", value: k.Entry, col: cardText},
		{name: "Stop loss", value: k.StopLoss, col: cardBad},
	}
	if k.TakeProfit < k.StopLoss {
		ls[0], ls[2] = ls[2], ls[0]
	}
	const apart = 58
	for i := range ls {
		ls[i].y = s.y(ls[i].value)
		ls[i].label = ls[i].y
	}
	ls[0].label = math.Min(ls[0].label, ls[1].label-apart)
	ls[2].label = math.Max(ls[2].label, ls[1].label+apart)
	return ls
}

func (k ChartCard) macd(c *canvas, faces map[int]*cardFace) {
	s := strip{top: 712, height: 148, n: len(k.Candles)}
	for i := range k.MACD {
		for _, v := range []float64{k.MACD[i], k.Signal[i], k.MACD[i] - k.Signal[i]} {
			if !math.IsNaN(v) {
				s.lo, s.hi = math.Min(s.lo, v), math.Max(s.hi, v)
			}
		}
	}
	if s.hi <= s.lo {
		s.hi = s.lo + 1
	}
	s.panel(c)
	c.box(chartLeft+8, s.y(0), chartRight-chartLeft-8, 1, cardLine)
	width := math.Max(2, math.Floor((s.x(1)-s.x(0))*0.62))
	for i := range k.MACD {
		h := k.MACD[i] - k.Signal[i]
		if math.IsNaN(h) {
			continue
		}
		col := faint(cardGood, 45)
		if h < 0 {
			col = faint(cardBad, 45)
		}
		c.box(s.x(i)-width/2, math.Min(s.y(h), s.y(0)), width, math.Abs(s.y(h)-s.y(0)), col)
	}
	c.line(s.points(k.Signal), 2.5, cardAccent)
	c.line(s.points(k.MACD), 2.5, cardInfo)
	c.words(faces[500], "MACD", 20, chartRight+12, s.top+62, 0, cardHint)
	c.words(faces[700], strconv.FormatFloat(k.MACD[len(k.MACD)-1], 'f', 2, 64), 26, chartRight+12, s.top+92, 0, cardInfo)
}

func (k ChartCard) rsi(c *canvas, faces map[int]*cardFace) {
	s := strip{top: 876, height: 126, lo: 0, hi: 100, n: len(k.Candles)}
	s.panel(c)
	c.box(chartLeft+8, s.y(k.RSIHigh), chartRight-chartLeft-8, s.y(k.RSILow)-s.y(k.RSIHigh), faint(cardInfo, 8))
	for _, v := range []float64{k.RSILow, k.RSIHigh} {
		c.dashes(chartLeft+8, chartRight, s.y(v), 1, cardLine)
	}
	c.line(s.points(k.RSI), 2.5, cardText)
	c.words(faces[500], "RSI", 20, chartRight+12, s.top+52, 0, cardHint)
	c.words(faces[700], strconv.FormatFloat(k.RSI[len(k.RSI)-1], 'f', 1, 64), 26, chartRight+12, s.top+82, 0, cardText)
}

// priceText is a price with two places and thousands apart.
func priceText(v float64) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', 2, 64)
	whole, cents, _ := strings.Cut(text, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	return b.String() + "." + cents
}
