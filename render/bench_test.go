package render

import (
	"image"
	"io/fs"
	"testing"

	"promostack/assets"
	"promostack/store"
)

// benchStudio has one photo-like starter template.
func benchStudio(b *testing.B) (*Studio, *store.Workspace) {
	b.Helper()
	s, ws, _ := studioFor(b)
	manifest, err := readManifest(assets.Starter())
	if err != nil {
		b.Fatal(err)
	}
	if err := s.installOne(b.Context(), ws, assets.Starter(), manifest[0]); err != nil {
		b.Fatal(err)
	}
	return s, ws
}

func benchMake(b *testing.B, variant string, f Format) {
	s, ws := benchStudio(b)
	j, err := s.plan(b.Context(), ws, Order{Template: "black-friday", Variant: variant, Code: "WELCOME-30", Format: f})
	if err != nil {
		b.Fatal(err)
	}
	var size int
	for b.Loop() {
		p, err := s.draw(b.Context(), j)
		if err != nil {
			b.Fatal(err)
		}
		size = len(p.Bytes)
	}
	b.ReportMetric(float64(size), "bytes/picture")
}

func BenchmarkDrawSquarePNG(b *testing.B)  { benchMake(b, "square", PNG) }
func BenchmarkDrawSquareJPEG(b *testing.B) { benchMake(b, "square", JPEG) }
func BenchmarkDrawStoryPNG(b *testing.B)   { benchMake(b, "story", PNG) }
func BenchmarkDrawStoryJPEG(b *testing.B)  { benchMake(b, "story", JPEG) }

// BenchmarkMake is all of it: template, gate, drawing, encoding, usage row.
func BenchmarkMake(b *testing.B) {
	s, ws := benchStudio(b)
	for b.Loop() {
		if _, err := s.Make(b.Context(), ws, Order{Template: "black-friday", Variant: "square", Code: "WELCOME-30", Format: JPEG, By: By{Source: "bot"}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPlan is everything before the drawing.
func BenchmarkPlan(b *testing.B) {
	s, ws := benchStudio(b)
	for b.Loop() {
		if _, err := s.plan(b.Context(), ws, Order{Template: "black-friday", Variant: "square", Code: "WELCOME-30"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLetter sets a text whose masks are warm.
func BenchmarkLetter(b *testing.B) {
	for _, stroke := range []bool{false, true} {
		b.Run(map[bool]string{false: "fill", true: "outline"}[stroke], func(b *testing.B) {
			set, dst := newTypesetter(), image.NewRGBA(image.Rect(0, 0, 1080, 1080))
			font, _ := FontByID("inter-700")
			fit, err := FitText(font, "WELCOME-30", PixelBox{54, 842, 972, 130}, FitRule{})
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				set.draw(dst, font, "WELCOME-30", fit, style{stroke: stroke})
			}
		})
	}
}

// BenchmarkGlyph rasterises a glyph that no cache holds.
func BenchmarkGlyph(b *testing.B) {
	font, _ := FontByID("inter-700")
	for _, stroke := range []bool{false, true} {
		b.Run(map[bool]string{false: "fill", true: "outline"}[stroke], func(b *testing.B) {
			for b.Loop() {
				makeMask(maskKey{font, 'S', 4 * 130, 1, stroke})
			}
		})
	}
}

// BenchmarkInstall is the first start's share of this room: six templates, twelve thumbnails.
func BenchmarkInstallArt(b *testing.B) {
	s, _, _ := studioFor(b)
	art, err := fs.ReadFile(assets.Starter(), "black-friday-story.jpg")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var v store.Variant
		if err := s.StoreArt(b.Context(), &v, art); err != nil {
			b.Fatal(err)
		}
	}
}
