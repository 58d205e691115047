package render

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"promostack/admin/browsertest"
	"promostack/store"
)

// goldenTolerance is what a channel may differ by: x/image/vector computes coverage in fixed point or in floats,
// with vector instructions or without, by machine, and rounds in its own way each time.
const goldenTolerance = 3

// target is a logo that shows how it was cropped, turned and cut: quarters of four colours with a ring.
func target(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{230, 57, 70, 255}
			switch {
			case x > width/2 && y <= height/2:
				c = color.RGBA{29, 152, 255, 255}
			case x <= width/2 && y > height/2:
				c = color.RGBA{255, 210, 63, 255}
			case y > height/2:
				c = color.RGBA{255, 255, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func TestLayoutLooksAsItDid(t *testing.T) {
	set := newTypesetter()
	for name, c := range map[string]struct {
		width, height int
		code          string
		variant       store.Variant
		paint         func(m *image.RGBA)
	}{
		"centre":  {300, 200, "WELCOME-30", store.Variant{Font: "inter-700", FontColor: "#FFFFFF", PaddingPct: 2, Box: lowBox}, nil},
		"outline": {300, 200, "SAVE20", store.Variant{Font: "bebas-neue-400", FontColor: "#FFD23F", Stroke: true, Box: store.Box{LeftPct: 40, TopPct: 50, WidthPct: 56, HeightPct: 45, HAlign: "right", VAlign: "bottom"}}, nil},
		"logo":    {200, 356, "J_Q", store.Variant{Font: "montserrat-800", FontColor: "#0B0D12", MaxFontPx: 40, Box: store.Box{LeftPct: 5, TopPct: 40, WidthPct: 90, HeightPct: 20, HAlign: "left", VAlign: "top"}}, func(m *image.RGBA) { drawLogo(m, target(90, 60)) }},
		"faded":   {300, 200, "ENDED", store.Variant{Font: "poppins-700", FontColor: "#FFFFFF", Stroke: true, Box: lowBox}, fade},
	} {
		m := image.NewRGBA(image.Rect(0, 0, c.width, c.height))
		draw.Draw(m, m.Rect, stripes(c.width, c.height), image.Point{}, draw.Src)
		draw.Draw(m, image.Rect(0, c.height/3, c.width, c.height), image.NewUniform(color.RGBA{70, 140, 110, 255}), image.Point{}, draw.Src)
		if c.paint != nil {
			c.paint(m)
		}
		c.variant.Width, c.variant.Height = c.width, c.height
		fit, err := VariantFit(c.variant, c.code)
		if err != nil {
			t.Fatal(err)
		}
		font, _ := FontByID(c.variant.Font)
		set.draw(m, font, c.code, fit, style{parseColor(c.variant.FontColor), c.variant.Stroke})
		compareGolden(t, name, m)
	}
}

func compareGolden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	file := filepath.Join("testdata", "golden", name+".png")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, pngOf(t, got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := png.Decode(bytes.NewReader(body))
	if err != nil || m.Bounds() != got.Rect {
		t.Fatalf("%s: %v, %v", file, m.Bounds(), err)
	}
	want := image.NewRGBA(got.Rect)
	draw.Draw(want, want.Rect, m, image.Point{}, draw.Src)
	for i, v := range got.Pix {
		if d := int(v) - int(want.Pix[i]); d > goldenTolerance || d < -goldenTolerance {
			t.Fatalf("%s differs at pixel %d, %d: %v, was %v", name, i/4%got.Rect.Dx(), i/4/got.Rect.Dx(), got.Pix[i&^3:i&^3+4], want.Pix[i&^3:i&^3+4])
		}
	}
}

func TestLogoCircleHasTheOldGeometry(t *testing.T) {
	for _, c := range []struct{ width, height, margin, diameter int }{
		{1080, 1080, 43, 130}, {1080, 1920, 43, 130}, {400, 400, 20, 48}, {200, 200, 20, 32}, {1350, 1080, 43, 130}, {8000, 100, 20, 32}, {2160, 2160, 86, 259},
	} {
		if margin, diameter := logoCircle(c.width, c.height); margin != c.margin || diameter != c.diameter {
			t.Errorf("%dx%d: margin %d, diameter %d, want %d, %d", c.width, c.height, margin, diameter, c.margin, c.diameter)
		}
	}
}

func TestLogoIsCroppedToTheMiddleAndCutToTheCircle(t *testing.T) {
	m := plain(400, 400, color.Black)
	drawLogo(m, target(300, 100)) // the middle 100 x 100: red is left of 150
	for _, c := range []struct {
		x, y int
		want string
	}{
		{20, 20, "#000000"}, {67, 20, "#000000"}, {19, 44, "#000000"}, {68, 44, "#000000"}, // corners, and beside the circle
		{30, 40, "#E63946"}, {58, 40, "#1D98FF"}, {30, 56, "#FFD23F"}, {58, 56, "#FFFFFF"},
	} {
		if got := m.RGBAAt(c.x, c.y); got != parseColor(c.want) {
			t.Errorf("pixel %d, %d is %v, want %s", c.x, c.y, got, c.want)
		}
	}
}

func TestBrowserAndServerDrawTheLogoInTheSamePlace(t *testing.T) {
	page := openParity(t)
	one := browserCase{Name: "logo", Ground: "#101418", Code: "A", Variant: browserVariant{
		Width: 400, Height: 400, Font: "inter-700", FontColor: "#101418", Logo: true, Box: lowBox}}
	logo := target(330, 200)
	_, theirs := drawInBrowser(t, page, one, `await picture("data:image/png;base64,`+base64.StdEncoding.EncodeToString(pngOf(t, logo))+`")`)
	ours := plain(400, 400, parseColor(one.Ground))
	drawLogo(ours, logo)
	ground := browsertest.LumaOf(ours, image.Rect(0, 0, 1, 1)).Pix[0]
	a, b := browsertest.InkBox(browsertest.LumaOf(theirs, ours.Rect), ground), browsertest.InkBox(browsertest.LumaOf(ours, ours.Rect), ground)
	if a.Empty() || abs(a.Min.X-b.Min.X) > 1 || abs(a.Min.Y-b.Min.Y) > 1 || abs(a.Max.X-b.Max.X) > 1 || abs(a.Max.Y-b.Max.Y) > 1 {
		t.Errorf("the browser's logo is in %v, the server's in %v", a, b)
	}
	// Both scale the same picture down, each with a filter of its own.
	crop := image.Rect(14, 14, 74, 74)
	if score := browsertest.SSIM(browsertest.LumaOf(theirs, crop), browsertest.LumaOf(ours, crop)); score < 0.97 {
		t.Errorf("SSIM %.4f", score)
	}
}

func TestPreviewCoversDevicePixels(t *testing.T) {
	page := openParity(t)
	drawInBrowser(t, page, browserCase{Ground: "#101418", Code: "A", Variant: browserVariant{Width: 1080, Height: 1920, Font: "inter-700", Box: lowBox}}, "null")
	for ratio, want := range map[string][2]int{"1": {320, 569}, "2": {640, 1138}, "3": {960, 1707}} {
		if got := browsertest.Eval[[2]int](page, "preview(320, "+ratio+")"); got != want {
			t.Errorf("at %s device pixels: %v, want %v", ratio, got, want)
		}
	}
}
