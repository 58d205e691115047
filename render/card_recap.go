package render

import (
	"fmt"
	"image/color"
	"math"
)

// RecapCard is a day's or a week's record as a picture of 1080 by 1080 pixels.
type RecapCard struct {
	Title    string // "Monday, 10 March"
	Subtitle string // "XAU/USD · daily recap"
	Figure   string // the large number: "+42.0 pips"
	Good     bool   // its colour; Flat wins
	Flat     bool
	Facts    [][2]string // up to four: a name and a value
	Bars     []RecapBar  // one for each result, in order
	Empty    string      // said in place of the bars when there are none
	Footer   string
}

// RecapBar is one result.
type RecapBar struct {
	Value  float64 // in R
	Status string  // won, lost, expired, open
}

// PNG draws the card.
func (k RecapCard) PNG() ([]byte, error) {
	faces, err := cardFaces()
	if err != nil {
		return nil, err
	}
	c := newCanvas(cardSide, cardSide, cardGround)
	c.words(faces[700], k.Title, 56, 48, 104, 0, cardText)
	c.words(faces[500], k.Subtitle, 26, 48, 148, 0, cardSoft)
	col := cardBad
	switch {
	case k.Flat:
		col = cardText
	case k.Good:
		col = cardGood
	}
	c.words(faces[700], k.Figure, 120, 48, 320, 0, col)
	k.facts(c, faces)
	k.bars(c, faces)
	c.words(faces[500], k.Footer, 22, 48, 1048, 0, cardHint)
	return newEncoder().encode(c.img, true, PNG)
}

func (k RecapCard) facts(c *canvas, faces map[int]*cardFace) {
	n := min(len(k.Facts), 4)
	if n == 0 {
		return
	}
	const gap = 16.0
	width := (cardSide - 80 - gap*float64(n-1)) / float64(n)
	for i, f := range k.Facts[:n] {
		x := 40 + float64(i)*(width+gap)
		c.rounded(x, 372, width, 128, 16, cardPanel)
		c.words(faces[500], f[0], 22, x+24, 418, 0, cardHint)
		c.words(faces[700], f[1], 38, x+24, 470, 0, cardText)
	}
}

func (k RecapCard) bars(c *canvas, faces map[int]*cardFace) {
	const top, height = 532.0, 456.0
	c.rounded(40, top, cardSide-80, height, 16, cardPanel)
	if len(k.Bars) == 0 {
		c.words(faces[500], k.Empty, 32, cardSide/2, top+height/2+10, 1, cardSoft)
		return
	}
	lo, hi := -1.0, 1.0
	for _, b := range k.Bars {
		lo, hi = math.Min(lo, b.Value), math.Max(hi, b.Value)
	}
	y := func(v float64) float64 { return top + 44 + (hi-v)/(hi-lo)*(height-140) }
	c.box(72, y(0), cardSide-144, 2, cardLine)
	slot := math.Min((cardSide-144)/float64(len(k.Bars)), 140)
	left := cardSide/2 - slot*float64(len(k.Bars))/2
	for i, b := range k.Bars {
		x := left + slot*(float64(i)+0.14)
		up, down := math.Min(y(b.Value), y(0)), math.Max(y(b.Value), y(0))
		col := map[string]color.RGBA{"won": cardGood, "lost": cardBad, "expired": cardInfo}[b.Status]
		if b.Status == "open" {
			up, down, col = y(0)-4, y(0)+6, cardHint
		}
		c.box(x, up, slot*0.72, math.Max(down-up, 4), col)
		if slot > 64 && b.Status != "open" {
			c.words(faces[500], fmt.Sprintf("%+.1f", b.Value), 22, x+slot*0.36, barLabel(b.Value, up, down), 1, cardSoft)
		}
	}
	x := 72.0
	for _, key := range []struct {
		name string
		col  color.RGBA
	}{{"won", cardGood}, {"lost", cardBad}, {"expired at the market", cardInfo}, {"in R", cardHint}} {
		if key.name != "in R" {
			c.rounded(x, top+height-36, 16, 16, 4, key.col)
			x += 26
		}
		x += c.words(faces[500], key.name, 20, x, top+height-21, 0, cardHint) + 28
	}
}

// barLabel is the baseline of a bar's number: above a gain, below a loss.
func barLabel(v, up, down float64) float64 {
	if v < 0 {
		return down + 26
	}
	return up - 10
}
