package render

import (
	"fmt"
	"math"

	"promostack/store"
)

const (
	minFontPx = 12  // smaller than this a code cannot be read on a phone
	maxFontPx = 240 // above 256 px browsers draw text another way
)

// PixelBox is a box in whole pixels of the natural picture.
type PixelBox struct{ X, Y, W, H int }

// FitRule is how a text is set into its box.
type FitRule struct {
	MaxPx  int    // largest size, px; 0 = 240, and never more than that
	PadPx  int    // kept free left and right, px
	HAlign string // left, center or right
	VAlign string // top, middle or bottom
}

// Fit is where a text goes: its size, and the pen's first place on the baseline in whole pixels.
type Fit struct {
	Quarters int // font size in quarter pixels
	X, Y     int // left end of the baseline
	Units    int // width of the text in font units
}

// Size is the font size in pixels, a multiple of a quarter.
func (f Fit) Size() float64 { return float64(f.Quarters) / 4 }

// FitText finds the largest size at which text stands inside box, in closed form and in integers only: the
// browser does the same divisions on the same table (assets/web/js/editor/fit.js) and gets the same result.
// It returns store.Invalid when the text does not fit at 12 px or holds a character that the font lacks.
func FitText(f *Font, text string, box PixelBox, rule FitRule) (Fit, error) {
	units, err := textUnits(f, text)
	if err != nil {
		return Fit{}, err
	}
	return fitUnits(f, text, units, box, rule)
}

// fitUnits is FitText for a text of known width.
func fitUnits(f *Font, text string, units int, box PixelBox, rule FitRule) (Fit, error) {
	box.X, box.W = box.X+rule.PadPx, box.W-2*rule.PadPx
	if box.W <= 0 || box.H <= 0 {
		return Fit{}, store.Invalid{Field: "box", Sentence: "The box for the code has no room in it: make it larger or its padding smaller."}
	}
	largest := rule.MaxPx
	if largest <= 0 || largest > maxFontPx {
		largest = maxFontPx
	}
	q := min(4*box.W*f.Upem/units, 4*box.H*f.Upem/f.Cap, 4*max(largest, minFontPx))
	if q < 4*minFontPx {
		return Fit{}, tooLong(f, text, box)
	}
	fit := Fit{Quarters: q, Units: units}
	place(f, &fit, box, rule)
	return fit, nil
}

// place sets the origin, rounding half up: x by the width of the text, y by the height of a capital, so that
// the line does not jump when somebody types a Q or a _.
func place(f *Font, fit *Fit, box PixelBox, rule FitRule) {
	em := 4 * f.Upem // a pixel in the units of the products below
	free := box.W*em - fit.Quarters*fit.Units
	rise := fit.Quarters * f.Cap
	fit.X, fit.Y = box.X, box.Y+box.H
	switch rule.HAlign {
	case "left":
	case "right":
		fit.X += (2*free + em) / (2 * em)
	default:
		fit.X += (free + em) / (2 * em)
	}
	switch rule.VAlign {
	case "bottom":
	case "top":
		fit.Y = box.Y + (2*rise+em)/(2*em)
	default:
		fit.Y = box.Y + (box.H*em+rise+em)/(2*em)
	}
}

// textUnits is the advance width of text in font units, kerning included.
func textUnits(f *Font, text string) (int, error) {
	units := 0
	for i, c := range text {
		if c >= 128 || f.glyph[c] == 0 || c == ' ' {
			return 0, store.Invalid{Field: "coupon_code", Sentence: fmt.Sprintf("The font %s has no character “%s” for this code.", f.Name, string(c))}
		}
		units += int(f.advance[c])
		if i > 0 {
			units += f.Kern(text[i-1], text[i])
		}
	}
	if units <= 0 {
		return 0, store.Invalid{Field: "coupon_code", Sentence: "Type a coupon code."}
	}
	return units, nil
}

func tooLong(f *Font, text string, box PixelBox) error {
	if 4*box.H*f.Upem/f.Cap < 4*minFontPx {
		return store.Invalid{Field: "box", Sentence: "The box for the code is too low for a readable text: make it higher."}
	}
	return store.Invalid{Field: "coupon_code", Sentence: fmt.Sprintf(
		"The code %s is too long for this template: at the smallest readable size it does not fit its box.", text)}
}

// VariantFit is FitText for a code on a variant: its font, its box in pixels and its padding.
func VariantFit(v store.Variant, code string) (Fit, error) {
	f, box, rule, err := setting(v)
	if err != nil {
		return Fit{}, err
	}
	return FitText(f, code, box, rule)
}

// endedFit is VariantFit for words of our own, which may have spaces between them.
func endedFit(v store.Variant, words string) (Fit, error) {
	f, box, rule, err := setting(v)
	if err != nil {
		return Fit{}, err
	}
	units := 0
	for i := range len(words) {
		units += int(f.advance[words[i]])
		if i > 0 {
			units += f.Kern(words[i-1], words[i])
		}
	}
	return fitUnits(f, words, units, box, rule)
}

// setting is how texts are set on a variant.
func setting(v store.Variant) (*Font, PixelBox, FitRule, error) {
	f, ok := FontByID(v.Font)
	if !ok {
		return nil, PixelBox{}, FitRule{}, store.Invalid{Field: "font", Sentence: fmt.Sprintf("There is no font %q here: choose another one for this template.", v.Font)}
	}
	box, err := BoxPixels(v.Box, v.Width, v.Height)
	if err != nil {
		return nil, PixelBox{}, FitRule{}, err
	}
	return f, box, FitRule{MaxPx: v.MaxFontPx, PadPx: padPixels(box.W, v.PaddingPct), HAlign: v.Box.HAlign, VAlign: v.Box.VAlign}, nil
}

// BoxPixels is a percent box in pixels of a picture: each of its four numbers rounded half up, as the previous
// product did, then cut to the picture.
func BoxPixels(b store.Box, width, height int) (PixelBox, error) {
	for _, pct := range []float64{b.LeftPct, b.TopPct, b.WidthPct, b.HeightPct} {
		if !(math.Abs(pct) <= 1000) {
			return PixelBox{}, store.Invalid{Field: "box", Sentence: "The box for the code needs numbers from 0 to 100 percent."}
		}
	}
	x, w := span(percent(width, b.LeftPct), percent(width, b.WidthPct), width)
	y, h := span(percent(height, b.TopPct), percent(height, b.HeightPct), height)
	return PixelBox{x, y, w, h}, nil
}

// percent rounds half up. The conversions keep the compiler from fusing the operations, which would round
// otherwise than a browser does.
func percent(whole int, pct float64) int {
	product := float64(float64(whole) * pct)
	return int(math.Floor(float64(product/100) + 0.5))
}

// padPixels is the padding of one side, rounded down.
func padPixels(boxWidth int, pct float64) int {
	if !(pct > 0) || pct > 100 {
		return 0
	}
	product := float64(float64(boxWidth) * pct)
	return int(math.Floor(product / 100))
}

// span cuts the stretch of size from start to what lies between 0 and whole.
func span(start, size, whole int) (int, int) {
	end := min(start+size, whole)
	start = max(start, 0)
	return start, max(end-start, 0)
}
