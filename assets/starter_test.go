package assets

import (
	"encoding/json"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"io/fs"
	"math"
	"strconv"
	"testing"
)

type starterVariant struct {
	Name, File, FontColor, Font string
	Box                         struct {
		LeftPct, TopPct, WidthPct, HeightPct float64
		HAlign, VAlign                       string
	}
	MaxFontPx  int
	PaddingPct float64
}

// TestStarterTemplatesAreFitToPost guards what the drawing of a starter template promises: its sizes, a place for the
// code inside the picture and inside what the apps leave free of a story, and a code that stands out from its plate.
func TestStarterTemplatesAreFitToPost(t *testing.T) {
	var templates []struct {
		Slug, Name string
		Variants   []starterVariant
	}
	text, err := fs.ReadFile(Starter(), "manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &templates); err != nil {
		t.Fatal(err)
	}
	if len(templates) != 6 {
		t.Errorf("%d templates", len(templates))
	}
	heights := map[string]int{"square": 1080, "story": 1920}
	for _, tt := range templates {
		if len(tt.Variants) != 2 {
			t.Errorf("%s has %d variants", tt.Slug, len(tt.Variants))
		}
		for _, v := range tt.Variants {
			t.Run(tt.Slug+"/"+v.Name, func(t *testing.T) {
				m := starterPicture(t, v.File)
				if m.Bounds() != image.Rect(0, 0, 1080, heights[v.Name]) {
					t.Fatalf("the picture is %v", m.Bounds())
				}
				checkCodePlace(t, m, v)
			})
		}
	}
}

func starterPicture(t *testing.T, name string) image.Image {
	t.Helper()
	info, err := fs.Stat(Starter(), name)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 200_000 {
		t.Errorf("%s has %d bytes, 200000 are allowed", name, info.Size())
	}
	f, err := Starter().Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func checkCodePlace(t *testing.T, m image.Image, v starterVariant) {
	t.Helper()
	w, h := float64(m.Bounds().Dx()), float64(m.Bounds().Dy())
	box := image.Rect(int(v.Box.LeftPct*w/100), int(v.Box.TopPct*h/100), int((v.Box.LeftPct+v.Box.WidthPct)*w/100), int((v.Box.TopPct+v.Box.HeightPct)*h/100))
	if !box.In(m.Bounds()) || box.Dx() < 500 || box.Dy() < 100 {
		t.Errorf("the box is %v", box)
	}
	if v.Name == "story" && (box.Min.Y < 269 || box.Max.Y > 1536) {
		t.Errorf("the box %v lies where the apps put their own signs (top 14 %%, bottom 20 %%)", box)
	}
	if v.MaxFontPx < 60 || v.MaxFontPx > 240 || v.PaddingPct != 2 {
		t.Errorf("largest size %d px, padding %v %%", v.MaxFontPx, v.PaddingPct)
	}
	n, err := strconv.ParseUint(v.FontColor[1:], 16, 24)
	if err != nil {
		t.Fatal(err)
	}
	code := luminance(color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255})
	// The ground that a code can cover: inside the padding, and as high as the largest type.
	pad, middle, half := box.Dx()/50, (box.Min.Y+box.Max.Y)/2, int(float64(v.MaxFontPx)*0.37)
	for y := middle - half; y <= middle+half; y++ {
		for x := box.Min.X + pad; x < box.Max.X-pad; x++ {
			ground := luminance(m.At(x, y))
			if contrast := (max(code, ground) + 0.05) / (min(code, ground) + 0.05); contrast < 7 {
				t.Fatalf("contrast of the code with its plate is %.1f at %d,%d; 7 is wanted", contrast, x, y)
			}
		}
	}
}

// luminance is the relative luminance of WCAG 2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
