package render

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io/fs"
	"math"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"promostack/assets"
)

// canvas is a picture that cards are drawn on: boxes, lines and words, straight into the pixels.
type canvas struct {
	img *image.RGBA
	ras *vector.Rasterizer
}

func newCanvas(w, h int, ground color.RGBA) *canvas {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	return &canvas{img: img, ras: vector.NewRasterizer(w, h)}
}

// box fills a rectangle of whole pixels.
func (c *canvas) box(x, y, w, h float64, col color.Color) {
	r := image.Rect(int(math.Round(x)), int(math.Round(y)), int(math.Round(x+w)), int(math.Round(y+h)))
	draw.Draw(c.img, r, image.NewUniform(col), image.Point{}, draw.Over)
}

// rounded fills a rectangle with round corners.
func (c *canvas) rounded(x, y, w, h, r float64, col color.Color) {
	box := image.Rect(int(x)-1, int(y)-1, int(x+w)+2, int(y+h)+2)
	x, y = x-float64(box.Min.X), y-float64(box.Min.Y)
	c.shape(box, func(z *vector.Rasterizer) {
		const k = 0.5523 // a quarter circle as one cubic curve
		f := func(v float64) float32 { return float32(v) }
		z.MoveTo(f(x+r), f(y))
		z.LineTo(f(x+w-r), f(y))
		z.CubeTo(f(x+w-r+r*k), f(y), f(x+w), f(y+r-r*k), f(x+w), f(y+r))
		z.LineTo(f(x+w), f(y+h-r))
		z.CubeTo(f(x+w), f(y+h-r+r*k), f(x+w-r+r*k), f(y+h), f(x+w-r), f(y+h))
		z.LineTo(f(x+r), f(y+h))
		z.CubeTo(f(x+r-r*k), f(y+h), f(x), f(y+h-r+r*k), f(x), f(y+h-r))
		z.LineTo(f(x), f(y+r))
		z.CubeTo(f(x), f(y+r-r*k), f(x+r-r*k), f(y), f(x+r), f(y))
	}, col)
}

// line draws a line of some width through the points; points that are not a number break it.
func (c *canvas) line(points []spot, width float64, col color.Color) {
	box := image.Rectangle{}
	for _, p := range points {
		if !math.IsNaN(p.y) {
			box = box.Union(image.Rect(int(p.x-width)-1, int(p.y-width)-1, int(p.x+width)+2, int(p.y+width)+2))
		}
	}
	off := spot{float64(box.Min.X), float64(box.Min.Y)}
	c.shape(box, func(z *vector.Rasterizer) {
		for i := 1; i < len(points); i++ {
			a, b := points[i-1], points[i]
			if math.IsNaN(a.y) || math.IsNaN(b.y) {
				continue
			}
			stroke(z, spot{a.x - off.x, a.y - off.y}, spot{b.x - off.x, b.y - off.y}, width/2)
		}
	}, col)
}

type spot struct{ x, y float64 }

// stroke adds the rectangle around a piece of a line, lengthened a little so that pieces meet.
func stroke(z *vector.Rasterizer, a, b spot, half float64) {
	dx, dy := b.x-a.x, b.y-a.y
	l := math.Hypot(dx, dy)
	if l == 0 {
		return
	}
	dx, dy = dx/l*half, dy/l*half
	a, b = spot{a.x - dx/2, a.y - dy/2}, spot{b.x + dx/2, b.y + dy/2}
	z.MoveTo(float32(a.x-dy), float32(a.y+dx))
	z.LineTo(float32(b.x-dy), float32(b.y+dx))
	z.LineTo(float32(b.x+dy), float32(b.y-dx))
	z.LineTo(float32(a.x+dy), float32(a.y-dx))
	z.ClosePath()
}

// dashes draws a level line in dashes.
func (c *canvas) dashes(x0, x1, y, width float64, col color.Color) {
	for x := x0; x < x1; x += 18 {
		c.box(x, y-width/2, math.Min(11, x1-x), width, col)
	}
}

// shape fills a path inside box; the path's coordinates begin at the corner of the box.
func (c *canvas) shape(box image.Rectangle, path func(*vector.Rasterizer), col color.Color) {
	if box.Empty() {
		return
	}
	c.ras.Reset(box.Dx(), box.Dy())
	path(c.ras)
	c.ras.ClosePath()
	c.ras.Draw(c.img, box, image.NewUniform(col), image.Point{})
}

// cardFace is a font for the words of a card; sizes are pixels.
type cardFace struct {
	font *sfnt.Font
	upem int
}

var cardFaces = sync.OnceValues(func() (map[int]*cardFace, error) {
	faces := map[int]*cardFace{}
	for _, weight := range []int{500, 700} {
		name := fmt.Sprintf("ui/InterCard-%d.ttf", weight)
		body, err := fs.ReadFile(assets.Fonts(), name)
		if err != nil {
			return nil, fmt.Errorf("read font %s: %w", name, err)
		}
		f, err := sfnt.Parse(body)
		if err != nil {
			return nil, fmt.Errorf("parse font %s: %w", name, err)
		}
		faces[weight] = &cardFace{font: f, upem: int(f.UnitsPerEm())}
	}
	return faces, nil
})

// letters is a set of words ready to be drawn: glyphs and their places in font units.
type letters struct {
	face  *cardFace
	size  float64
	glyph []sfnt.GlyphIndex
	at    []float64 // px from the start
	width float64   // px
}

// set lays words out; digits all get the width of 0, so that columns of prices stand straight.
func (f *cardFace) set(text string, size float64) letters {
	l := letters{face: f, size: size}
	var buf sfnt.Buffer
	scale := size / float64(f.upem)
	ppem := fixed.I(f.upem)
	zero, _ := f.font.GlyphIndex(&buf, '0')
	digit, _ := f.font.GlyphAdvance(&buf, zero, ppem, font.HintingNone)
	for _, r := range text {
		g, err := f.font.GlyphIndex(&buf, r)
		if err != nil || g == 0 {
			g, _ = f.font.GlyphIndex(&buf, '?')
		}
		a, _ := f.font.GlyphAdvance(&buf, g, ppem, font.HintingNone)
		shift := 0.0
		if r >= '0' && r <= '9' {
			shift, a = float64(digit-a)/64*scale/2, digit
		}
		l.glyph, l.at = append(l.glyph, g), append(l.at, l.width+shift)
		l.width += float64(a) / 64 * scale
	}
	return l
}

// words draws text with its baseline at y; align 0, 1 or 2 puts its start, middle or end at x. It gives the width.
func (c *canvas) words(face *cardFace, text string, size, x, y float64, align int, col color.RGBA) float64 {
	l := face.set(text, size)
	x -= l.width * float64(align) / 2
	var buf sfnt.Buffer
	quarters := int(size * 4)
	for i, g := range l.glyph {
		shape, err := outline(face.font, &buf, g)
		if err != nil {
			continue
		}
		pen := math.Floor((x+l.at[i])*4 + 0.5)
		px := math.Floor(pen / 4)
		m := fillMask(scaled(shape, face.upem, quarters, uint8(pen-px*4)))
		if m != nil {
			blend(c.img, m, int(px)+m.x, int(math.Round(y))+m.y, col, 255)
		}
	}
	return l.width
}
