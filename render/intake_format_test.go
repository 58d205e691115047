package render

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"testing"

	"golang.org/x/image/draw"
)

// take runs a sound file through Intake and gives the clean picture's pixels.
func take(t *testing.T, body []byte, o IntakeOptions) (CleanPicture, image.Image) {
	t.Helper()
	o.Clock = newStillClock()
	p, err := Intake(t.Context(), bytes.NewReader(body), o)
	if err != nil {
		t.Fatal(err)
	}
	return p, checkClean(t, t.Name(), p)
}

func near(a, b color.Color, most int) bool {
	x, y := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	for _, d := range [4]int{int(x.R) - int(y.R), int(x.G) - int(y.G), int(x.B) - int(y.B), int(x.A) - int(y.A)} {
		if d > most || d < -most {
			return false
		}
	}
	return true
}

// converted draws art into another kind of picture.
func converted(m draw.Image) image.Image {
	draw.Draw(m, m.Bounds(), art(m.Bounds().Dx(), m.Bounds().Dy()), image.Point{}, draw.Src)
	return m
}

func TestIntakeKeepsThePixelsOfEveryKindOfPNG(t *testing.T) {
	r := image.Rect(0, 0, 48, 32)
	web := color.Palette{color.Transparent}
	for _, c := range []color.Color{color.NRGBA{220, 20, 20, 255}, color.NRGBA{220, 20, 20, 128}, color.NRGBA{20, 200, 20, 255}, color.NRGBA{20, 20, 220, 255}, color.NRGBA{240, 240, 240, 255}} {
		web = append(web, c)
	}
	for name, m := range map[string]image.Image{
		"NRGBA": art(48, 32), "RGBA": converted(image.NewRGBA(r)), "NRGBA64": converted(image.NewNRGBA64(r)),
		"RGBA64": converted(image.NewRGBA64(r)), "palette": converted(image.NewPaletted(r, web)),
		"grey": converted(image.NewGray(r)), "grey of 16 bits": converted(image.NewGray16(r)),
	} {
		p, out := take(t, encodedPNG(m), IntakeOptions{})
		if p.Type != "image/png" || p.Width != 48 || p.Height != 32 {
			t.Errorf("%s: %+v", name, p)
		}
		seeThrough := false
		for y := range 32 {
			for x := range 48 {
				_, _, _, a := m.At(x, y).RGBA()
				seeThrough = seeThrough || a < 0xffff
				if !near(m.At(x, y), out.At(x, y), 2) { // alpha is multiplied in and out again: two levels at half of it
					t.Fatalf("%s: %v at %d,%d becomes %v", name, m.At(x, y), x, y, out.At(x, y))
				}
			}
		}
		if p.HasAlpha != seeThrough {
			t.Errorf("%s: alpha %v", name, p.HasAlpha)
		}
	}
}

func TestIntakeReadsTheOtherFormats(t *testing.T) {
	dots := func(x, y int) bool { return x < y }
	adobe := jpegSegment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00"))
	for name, c := range map[string]struct {
		body []byte
		at   image.Point
		want color.Color
	}{
		"lossless WebP":            {riff(riffChunk("VP8L", lossless(30, 30, dots))), image.Pt(2, 20), color.NRGBA{10, 255, 20, 255}},
		"lossless WebP, other dot": {riff(riffChunk("VP8L", lossless(30, 30, dots))), image.Pt(20, 2), color.NRGBA{10, 0, 20, 255}},
		"WebP with loss":           {riff(riffChunk("VP8 ", lossy1)), image.Pt(0, 0), nil},
		"white WebP with loss":     {riff(riffChunk("VP8 ", lossyWhite)), image.Pt(9, 9), color.White},
		"WebP with loss and alpha": {riff(vp8x(0x10, 1, 1), riffChunk("ALPH", []byte{0, 0}), riffChunk("VP8 ", lossy1)), image.Pt(0, 0), color.NRGBA{}},
		"GIF":                      {encodedGIF(3, 30, 30), image.Pt(1, 0), color.NRGBA{0, 0, 255, 255}},
		"grey JPEG":                {greyJPEG{sof: 0xc0, w: 33, h: 17, sampling: []byte{0x11}, scans: 1}.bytes(), image.Pt(9, 9), color.Gray{128}},
		"4:2:0 JPEG":               {greyJPEG{sof: 0xc0, w: 33, h: 17, sampling: []byte{0x22, 0x11, 0x11}, scans: 1}.bytes(), image.Pt(32, 16), color.Gray{128}},
		"progressive JPEG":         {greyJPEG{sof: 0xc2, w: 33, h: 17, sampling: []byte{0x22, 0x11, 0x11}, scans: 3}.bytes(), image.Pt(32, 16), color.Gray{128}},
		"RGB JPEG":                 {greyJPEG{sof: 0xc0, w: 33, h: 17, sampling: []byte{0x11, 0x11, 0x11}, scans: 1, before: adobe}.bytes(), image.Pt(3, 3), color.Gray{128}},
		"CMYK JPEG":                {greyJPEG{sof: 0xc0, w: 33, h: 17, sampling: []byte{0x11, 0x11, 0x11, 0x11}, scans: 1, before: adobe}.bytes(), image.Pt(3, 3), color.Gray{64}},
	} {
		p, out := take(t, c.body, IntakeOptions{})
		if c.want != nil && !near(out.At(c.at.X, c.at.Y), c.want, 1) {
			t.Errorf("%s: %v at %v, want %v (%+v)", name, out.At(c.at.X, c.at.Y), c.at, c.want, p.Type)
		}
	}
}

// TestIntakePutsTheFirstFrameOfAGIFOnItsScreen uses a frame that fills a part of it only.
func TestIntakePutsTheFirstFrameOfAGIFOnItsScreen(t *testing.T) {
	m := image.NewPaletted(image.Rect(10, 5, 20, 15), color.Palette{color.NRGBA{9, 200, 9, 255}, color.White})
	var body bytes.Buffer
	if err := gif.EncodeAll(&body, &gif.GIF{Image: []*image.Paletted{m}, Delay: []int{0}, Config: image.Config{Width: 40, Height: 30}}); err != nil {
		t.Fatal(err)
	}
	p, out := take(t, body.Bytes(), IntakeOptions{})
	if p.Width != 40 || p.Height != 30 || !p.HasAlpha || !near(out.At(9, 5), color.Transparent, 0) || !near(out.At(10, 5), m.Palette[0], 0) ||
		!near(out.At(19, 14), m.Palette[0], 0) || !near(out.At(20, 14), color.Transparent, 0) {
		t.Fatalf("%+v: %v %v", p, out.At(9, 5), out.At(10, 5))
	}
	p, out = take(t, body.Bytes(), IntakeOptions{Ground: &color.NRGBA{1, 2, 3, 255}, MaxSide: 20})
	if p.Width != 20 || p.HasAlpha || !near(out.At(1, 1), color.NRGBA{1, 2, 3, 255}, 0) {
		t.Fatalf("on a ground: %+v, %v", p, out.At(1, 1))
	}
}

func TestIntakeFlattensOnAGround(t *testing.T) {
	ground := color.NRGBA{0, 0, 100, 255}
	p, out := take(t, encodedPNG(art(40, 40)), IntakeOptions{Ground: &ground})
	if p.HasAlpha || !near(out.At(15, 15), color.NRGBA{110, 10, 60, 255}, 1) || !near(out.At(1, 1), color.NRGBA{220, 20, 20, 255}, 0) {
		t.Fatalf("%+v: %v, %v", p, out.At(15, 15), out.At(1, 1))
	}
}

// seen are the corners of the upright picture (0 top left, 1 top right, 2 bottom left, 3 bottom right) where the
// stored corners, in the same order, belong: EXIF 2.32, 4.6.4.A, "orientation".
var seen = [9][4]int{1: {0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3}, {1, 3, 0, 2}, {3, 1, 2, 0}, {2, 0, 3, 1}}

func TestIntakeSetsPicturesUpright(t *testing.T) {
	stored := art(64, 32)
	for i := 3; i < len(stored.Pix); i += 4 {
		stored.Pix[i] = 255
	}
	corner := func(m image.Image, i int) color.Color {
		b := m.Bounds()
		return m.At([2]int{3, b.Dx() - 4}[i&1], [2]int{3, b.Dy() - 4}[i>>1])
	}
	for o := 1; o <= 8; o++ {
		for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
			exif := tiff(order, o, 0)
			for kind, body := range map[string][]byte{"jpeg": encodedJPEG(stored, exifSegment(exif)), "png": encodedPNG(stored, chunk("eXIf", exif))} {
				for _, side := range []int{0, 32} {
					p, out := take(t, body, IntakeOptions{MaxSide: side})
					if (p.Width > p.Height) != (o < 5) {
						t.Errorf("%s %d: %d × %d", kind, o, p.Width, p.Height)
					}
					for i, at := range seen[o] {
						if !near(corner(stored, i), corner(out, at), 12) {
							t.Errorf("%s %s %d: corner %d is not seen at %d", kind, name, o, i, at)
						}
					}
				}
			}
		}
		lit := func(x, y int) bool { return x == 0 && y == 0 }
		for _, before := range []string{"", exifMark} {
			body := riff(vp8x(8, 12, 6), riffChunk("VP8L", lossless(12, 6, lit)), riffChunk("EXIF", append([]byte(before), tiff(binary.BigEndian, o, 0)...)))
			_, out := take(t, body, IntakeOptions{})
			b, at := out.Bounds(), seen[o][0]
			if !near(out.At([2]int{0, b.Dx() - 1}[at&1], [2]int{0, b.Dy() - 1}[at>>1]), color.NRGBA{10, 255, 20, 255}, 0) {
				t.Errorf("webp %d %q: the lit corner is not at %d", o, before, at)
			}
		}
	}
}

// TestIntakeScalesAsXImageDoes holds our row-by-row filter against draw.CatmullRom, which keeps everything in floats.
// One level is rounding.
func TestIntakeScalesAsXImageDoes(t *testing.T) {
	for _, size := range []image.Point{{300, 200}, {200, 300}, {101, 100}, {640, 3}, {3, 640}} {
		m := image.NewRGBA(image.Rectangle{Max: size})
		for i := range m.Pix {
			m.Pix[i] = uint8((i*i/7 + i/size.X) % 251)
			if i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		w, h := fitSide(size.X, size.Y, 100)
		want := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.CatmullRom.Scale(want, want.Rect, m, m.Rect, draw.Src, nil)
		got, err := shrink(newRows(m, size.X, size.Y, false), w, h, newPatience(t.Context(), newStillClock()))
		if err != nil {
			t.Fatal(err)
		}
		for y := range h {
			for x := range w {
				if !near(want.At(x, y), got.At(x, y), 1) {
					t.Fatalf("%v: %v at %d,%d, want %v", size, got.At(x, y), x, y, want.At(x, y))
				}
			}
		}
	}
}

func TestIntakeChoosesTheBetterFile(t *testing.T) {
	flat, photo := art(300, 300), speckled(300, 300)
	for i := 3; i < len(flat.Pix); i += 4 {
		flat.Pix[i] = 255
	}
	ghost := image.NewNRGBA(photo.Rect)
	copy(ghost.Pix, photo.Pix)
	ghost.Pix[3] = 0
	for name, c := range map[string]struct {
		m    image.Image
		kind string
	}{"flat art": {flat, "image/png"}, "photo": {photo, "image/jpeg"}, "photo with a hole": {ghost, "image/png"}} {
		if p, _ := take(t, encodedPNG(c.m), IntakeOptions{}); p.Type != c.kind {
			t.Errorf("%s becomes %s of %d KB", name, p.Type, len(p.Bytes)>>10)
		}
	}
}

// speckled is a grainy picture without alpha.
func speckled(w, h int) *image.NRGBA {
	m, grain := image.NewNRGBA(image.Rect(0, 0, w, h)), noise(4*w*h)
	for i := range m.Pix {
		m.Pix[i] = uint8(i*160/len(m.Pix)) + grain[i]&31
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func TestFitSideKeepsTheShape(t *testing.T) {
	for _, c := range [][5]int{{100, 50, 0, 100, 50}, {100, 50, 100, 100, 50}, {100, 50, 10, 10, 5}, {50, 100, 10, 5, 10}, {8192, 1, 100, 100, 1}, {1, 8192, 100, 1, 100}, {6000, 4000, 2160, 2160, 1440}, {7, 7, 1, 1, 1}} {
		if w, h := fitSide(c[0], c[1], c[2]); w != c[3] || h != c[4] {
			t.Errorf("%v: %d × %d", fmt.Sprint(c), w, h)
		}
	}
}
