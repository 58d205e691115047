package render

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"slices"
	"strings"

	"promostack/store"
)

// Level says how much a finding matters.
type Level string

// The levels of findings.
const (
	LevelError   Level = "error"   // some codes cannot be drawn or read at all
	LevelWarning Level = "warning" // it works, but worse than it could
)

// Finding is something about a variant that its maker should know before it is published.
type Finding struct {
	Level    Level  `json:"level"`
	Field    string `json:"field"` // box, fontColor, font …
	Sentence string `json:"sentence"`
}

// What lint demands.
const (
	goodContrast = 3.0  // WCAG 2.2, 1.4.3, for large type
	poorContrast = 1.5  // nobody reads this
	smallPx      = 28.0 // of a picture 1080 px wide; smaller type is lost on a phone
	lintGrid     = 48   // points each way at which the ground is looked at
	storyTop     = 0.14 // covered by the names and buttons of story viewers
	storyBottom  = 0.20
)

// lintCodes are codes of a usual and of the greatest length, made of letters of average width.
var lintCodes = []string{"WELCOME-BONUS-30", strings.Repeat("WELCOME-BONUS-30", 4)}

// Lint looks at a variant before it is published. art is its artwork (PNG or JPEG); nil reads the stored one.
func (s *Studio) Lint(ctx context.Context, v store.Variant, art []byte) ([]Finding, error) {
	leave, err := s.gate.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if art == nil {
		if art, err = s.readBlob(ctx, v.Art); err != nil {
			return nil, fmt.Errorf("artwork %s: %w", v.Art, ourFault(err))
		}
	}
	var found []Finding
	err = s.pixels(ctx, art, func(m *rows, _ *patience) error {
		v.Width, v.Height = m.width, m.height
		found = lint(v, m.m)
		return nil
	})
	return found, artRefused(err)
}

func lint(v store.Variant, art image.Image) []Finding {
	font, box, _, err := setting(v)
	if err != nil {
		return []Finding{asFinding(err)}
	}
	findings := lintGlyphs(font)
	findings = append(findings, lintSizes(v)...)
	findings = append(findings, lintContrast(v, art, box)...)
	return append(findings, lintStory(v, box)...)
}

func asFinding(err error) Finding {
	var invalid store.Invalid
	if errors.As(err, &invalid) {
		return Finding{LevelError, invalid.Field, invalid.Sentence}
	}
	return Finding{LevelError, "", err.Error()}
}

func lintGlyphs(f *Font) []Finding {
	missing := ""
	for i := range len(alphabet) {
		if _, ok := f.Advance(alphabet[i]); !ok {
			missing += alphabet[i : i+1]
		}
	}
	if missing == "" {
		return nil
	}
	return []Finding{{LevelError, "font", fmt.Sprintf("The font %s lacks %s: codes with them cannot be drawn.", f.Name, missing)}}
}

// lintSizes tries codes of 16 and of 64 characters.
func lintSizes(v store.Variant) []Finding {
	for i, code := range lintCodes {
		fit, err := VariantFit(v, code)
		var invalid store.Invalid
		switch {
		case errors.As(err, &invalid) && invalid.Field != "coupon_code":
			return []Finding{asFinding(err)}
		case err != nil && i == 0:
			return []Finding{{LevelError, "box", fmt.Sprintf("Codes longer than about %d characters do not fit this box: make it wider.", longest(v))}}
		case err != nil:
			return []Finding{{LevelWarning, "box", fmt.Sprintf("Codes longer than about %d characters do not fit this box. A code may have 64.", longest(v))}}
		case i == 0 && fit.Size()*1080/float64(v.Width) < smallPx:
			return []Finding{{LevelWarning, "box", fmt.Sprintf("A code of 16 characters is only %g px high here and hard to read on a phone: make the box larger.", fit.Size())}}
		}
	}
	return nil
}

// longest is how many characters of the long code still fit.
func longest(v store.Variant) int {
	code := lintCodes[1]
	for len(code) > 0 {
		if _, err := VariantFit(v, code); err == nil {
			break
		}
		code = code[:len(code)-1]
	}
	return len(code)
}

func lintContrast(v store.Variant, art image.Image, box PixelBox) []Finding {
	ratio := BoxContrast(art, box, parseColor(v.FontColor), v.Stroke)
	switch {
	case ratio >= goodContrast, box.W == 0, box.H == 0:
		return nil
	case ratio < poorContrast:
		return []Finding{{LevelError, "fontColor", fmt.Sprintf("The code can hardly be told from the picture under it (contrast %.1f : 1): choose another colour or the outline.", ratio)}}
	}
	return []Finding{{LevelWarning, "fontColor", fmt.Sprintf("The code stands out too little from the picture under it (contrast %.1f : 1, 3 : 1 is good).", ratio)}}
}

// BoxContrast is how well a text of this colour stands out from the picture under the box: the WCAG contrast ratio
// (1 to 21) that nine tenths of the box reach. The picture is looked at in the middles of a grid of 48 x 48 cells;
// where the picture is transparent it counts as white. With the outline a point counts with the better of two
// ratios, against the picture and against the picture under 75 % black. The editor does the same in JavaScript.
func BoxContrast(art image.Image, box PixelBox, text color.RGBA, stroke bool) float64 {
	if box.W <= 0 || box.H <= 0 {
		return 1
	}
	ratios := make([]float64, 0, lintGrid*lintGrid)
	own := luminance(text.R, text.G, text.B)
	for i := range lintGrid {
		for k := range lintGrid {
			x := art.Bounds().Min.X + box.X + (2*k+1)*box.W/(2*lintGrid)
			y := art.Bounds().Min.Y + box.Y + (2*i+1)*box.H/(2*lintGrid)
			r, g, b := onWhite(art.At(x, y))
			ratio := contrast(own, luminance(r, g, b))
			if stroke {
				ratio = max(ratio, contrast(own, luminance(r/4, g/4, b/4)))
			}
			ratios = append(ratios, ratio)
		}
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/10]
}

func onWhite(c color.Color) (r, g, b uint8) {
	pr, pg, pb, a := c.RGBA()
	white := 0xffff - a
	return uint8((pr + white) >> 8), uint8((pg + white) >> 8), uint8((pb + white) >> 8)
}

// luminance is WCAG's relative luminance of an sRGB colour.
func luminance(r, g, b uint8) float64 {
	linear := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

// lintStory keeps the code of a 9:16 picture out of what story viewers cover.
func lintStory(v store.Variant, box PixelBox) []Finding {
	if math.Abs(float64(v.Height)*9-float64(v.Width)*16) > float64(v.Height)*9/100 {
		return nil
	}
	top, bottom := int(storyTop*float64(v.Height)), v.Height-int(storyBottom*float64(v.Height))
	switch {
	case box.Y < top:
		return []Finding{{LevelWarning, "box", "The box reaches into the top 14 %, which stories cover with a name: move it down."}}
	case box.Y+box.H > bottom:
		return []Finding{{LevelWarning, "box", "The box reaches into the bottom 20 %, which stories cover with buttons: move it up."}}
	}
	return nil
}
