package render

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"
	"testing"

	"promostack/store"
)

func plain(width, height int, c color.Color) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(m, m.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	return m
}

func TestContrastIsWCAGs(t *testing.T) {
	for _, c := range []struct {
		ground, text string
		stroke       bool
		want         float64
	}{
		{"#000000", "#FFFFFF", false, 21},
		{"#FFFFFF", "#FFFFFF", false, 1},
		{"#FFFFFF", "#767676", false, 4.54},
		{"#1D98FF", "#FFFFFF", false, 2.98},
		{"#FFFFFF", "#FFFFFF", true, 10.5}, // the outline carries it: white on 25 % grey
		{"#000000", "#000000", true, 1},
	} {
		got := BoxContrast(plain(100, 100, parseColor(c.ground)), PixelBox{10, 10, 80, 80}, parseColor(c.text), c.stroke)
		if math.Abs(got-c.want) > 0.06*c.want/2 {
			t.Errorf("%s on %s, outline %v: %.2f, want %.2f", c.text, c.ground, c.stroke, got, c.want)
		}
	}
}

func TestContrastTakesTheWorstTenthOfTheBox(t *testing.T) {
	m := plain(480, 480, color.Black)
	draw.Draw(m, image.Rect(0, 0, 480, 40), image.White, image.Point{}, draw.Src) // a twelfth: forgiven
	if got := BoxContrast(m, PixelBox{0, 0, 480, 480}, parseColor("#FFFFFF"), false); got < 20 {
		t.Errorf("a twelfth of white ground gives %.1f", got)
	}
	draw.Draw(m, image.Rect(0, 0, 480, 60), image.White, image.Point{}, draw.Src) // an eighth: not
	if got := BoxContrast(m, PixelBox{0, 0, 480, 480}, parseColor("#FFFFFF"), false); got > 1.1 {
		t.Errorf("an eighth of white ground gives %.1f", got)
	}
}

func TestLintFindsWhatATemplateMakerShouldKnow(t *testing.T) {
	good := store.Variant{Width: 1080, Height: 1080, FontColor: "#FFFFFF", Font: "inter-700", PaddingPct: 2,
		Box: store.Box{LeftPct: 3, TopPct: 50, WidthPct: 94, HeightPct: 12, HAlign: "center", VAlign: "middle"}}
	with := func(change func(v *store.Variant)) store.Variant {
		v := good
		change(&v)
		return v
	}
	for name, c := range map[string]struct {
		variant store.Variant
		level   Level
		field   string
		says    string
	}{
		"nothing":       {good, "", "", ""},
		"colour":        {with(func(v *store.Variant) { v.FontColor = "#101010" }), LevelError, "fontColor", "hardly"},
		"dull colour":   {with(func(v *store.Variant) { v.FontColor = "#3a3a3a" }), LevelWarning, "fontColor", "too little"},
		"font":          {with(func(v *store.Variant) { v.Font = "comic-sans" }), LevelError, "font", "no font"},
		"no room":       {with(func(v *store.Variant) { v.Box.WidthPct = 0 }), LevelError, "box", "no room"},
		"low box":       {with(func(v *store.Variant) { v.Box.HeightPct = 0.5 }), LevelError, "box", "too low"},
		"narrow box":    {with(func(v *store.Variant) { v.Box.WidthPct = 8 }), LevelError, "box", "longer than about"},
		"small type":    {with(func(v *store.Variant) { v.Box.WidthPct = 20 }), LevelWarning, "box", "only"},
		"long codes":    {with(func(v *store.Variant) { v.Box.WidthPct = 45 }), LevelWarning, "box", "64"},
		"story top":     {with(func(v *store.Variant) { v.Height = 1920; v.Box.TopPct = 5 }), LevelWarning, "box", "top 14 %"},
		"story bottom":  {with(func(v *store.Variant) { v.Height = 1920; v.Box.TopPct = 75 }), LevelWarning, "box", "bottom 20 %"},
		"story, middle": {with(func(v *store.Variant) { v.Height = 1920 }), "", "", ""},
	} {
		found := lint(c.variant, plain(c.variant.Width, c.variant.Height, color.Black))
		if c.level == "" {
			if len(found) != 0 {
				t.Errorf("%s: %+v", name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Level != c.level || found[0].Field != c.field || !strings.Contains(found[0].Sentence, c.says) {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func TestLintReadsTheStoredArtwork(t *testing.T) {
	s, ws, _ := studioFor(t)
	v := publish(t, s, ws, "plain", plain(400, 400, color.White), store.Variant{Box: lowBox, FontColor: "#FFFFFF"})
	found, err := s.Lint(t.Context(), v, nil)
	if err != nil || len(found) == 0 || found[len(found)-1].Field != "fontColor" {
		t.Errorf("%+v, %v", found, err)
	}
	found, err = s.Lint(t.Context(), v, pngOf(t, plain(400, 400, color.Black)))
	if err != nil || len(found) > 1 {
		t.Errorf("with new artwork: %+v, %v", found, err)
	}
}
