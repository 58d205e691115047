package render

import (
	"fmt"
	"image"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// point is a place of an outline in font units, y down, or in pixels once scaled.
type point struct{ x, y float32 }

// segment is one piece of an outline; it begins where the one before it ended.
type segment struct {
	op   sfnt.SegmentOp
	args [3]point
}

// mask is how much of each pixel a shape covers, 0 to 255. x and y place its corner from the pen's pixel on the
// baseline.
type mask struct {
	x, y, w, h int
	pix        []uint8
}

// outline loads a glyph in font units, which are whole numbers: nothing is lost before it is scaled.
func outline(font *sfnt.Font, buf *sfnt.Buffer, glyph sfnt.GlyphIndex) ([]segment, error) {
	loaded, err := font.LoadGlyph(buf, glyph, fixed.I(int(font.UnitsPerEm())), nil)
	if err != nil {
		return nil, fmt.Errorf("outline of glyph %d: %w", glyph, err)
	}
	segments := make([]segment, len(loaded))
	for i, s := range loaded {
		segments[i].op = s.Op
		for k, a := range s.Args {
			segments[i].args[k] = point{float32(a.X) / 64, float32(a.Y) / 64}
		}
	}
	return segments, nil
}

// scaled is the outline in pixels at a size of so many quarter pixels, moved right by so many quarters of a pixel.
func scaled(segments []segment, upem, quarters int, quarter uint8) []segment {
	scale := float32(quarters) / float32(4*upem)
	shift := float32(quarter) / 4
	out := make([]segment, len(segments))
	for i, s := range segments {
		out[i].op = s.op
		for k, a := range s.args {
			out[i].args[k] = point{a.x*scale + shift, a.y * scale}
		}
	}
	return out
}

// count is how many of a segment's points are used; the last of them is where it ends.
func (s segment) count() int {
	switch s.op {
	case sfnt.SegmentOpQuadTo:
		return 2
	case sfnt.SegmentOpCubeTo:
		return 3
	}
	return 1
}

// bounds is the smallest box of whole pixels around all points, grown by so many pixels.
func bounds(segments []segment, grow float32) image.Rectangle {
	if len(segments) == 0 {
		return image.Rectangle{}
	}
	low, high := segments[0].args[0], segments[0].args[0]
	for _, s := range segments {
		for _, p := range s.args[:s.count()] {
			low = point{min(low.x, p.x), min(low.y, p.y)}
			high = point{max(high.x, p.x), max(high.y, p.y)}
		}
	}
	return image.Rect(floor(low.x-grow), floor(low.y-grow), -floor(-high.x-grow), -floor(-high.y-grow))
}

func floor(v float32) int { return int(math.Floor(float64(v))) }

// fillMask rasterises an outline in pixels in the box of its own size.
func fillMask(segments []segment) *mask {
	box := bounds(segments, 0)
	if box.Empty() {
		return &mask{}
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	at := func(p point) (float32, float32) { return p.x - float32(box.Min.X), p.y - float32(box.Min.Y) }
	for _, s := range segments {
		ax, ay := at(s.args[0])
		bx, by := at(s.args[1])
		cx, cy := at(s.args[2])
		switch s.op {
		case sfnt.SegmentOpMoveTo:
			r.ClosePath()
			r.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			r.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			r.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			r.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	r.ClosePath()
	alpha := image.NewAlpha(image.Rect(0, 0, box.Dx(), box.Dy()))
	r.Draw(alpha, alpha.Rect, image.Opaque, image.Point{})
	return &mask{x: box.Min.X, y: box.Min.Y, w: box.Dx(), h: box.Dy(), pix: alpha.Pix}
}
