package render

import (
	"math"

	"golang.org/x/image/font/sfnt"
)

// strokeWidth is the width of the outline of a text in pixels: 8 % of its size, 2 at least, as the previous
// product's page drew it. Half of it lies outside of the letter.
func strokeWidth(quarters int) int { return max(2, quarters/50) }

// strokeMask is the outline of a shape, drawn with a round pen of this width. With a round pen the stroke is exactly
// what lies nearer to the path than half its width, so each pixel's coverage is read off its distance to the path.
func strokeMask(segments []segment, width int) *mask {
	half := float32(width) / 2
	box := bounds(segments, half+1)
	if box.Empty() {
		return &mask{}
	}
	m := &mask{x: box.Min.X, y: box.Min.Y, w: box.Dx(), h: box.Dy()}
	near := make([]float32, m.w*m.h) // squared distance to the path
	for i := range near {
		near[i] = math.MaxFloat32
	}
	eachLine(segments, func(a, b point) { m.nearer(near, a, b, half+1) })
	m.pix = make([]uint8, len(near))
	for i, d := range near {
		if d < (half+1)*(half+1) {
			covered := half + 0.5 - float32(math.Sqrt(float64(d)))
			m.pix[i] = uint8(min(max(covered, 0), 1)*255 + 0.5)
		}
	}
	return m
}

// nearer takes the line from a to b into the distances of the pixels within reach of it.
func (m *mask) nearer(near []float32, a, b point, reach float32) {
	dx, dy := b.x-a.x, b.y-a.y
	length := dx*dx + dy*dy
	left := max(floor(min(a.x, b.x)-reach)-m.x, 0)
	right := min(floor(max(a.x, b.x)+reach)+1-m.x, m.w)
	top := max(floor(min(a.y, b.y)-reach)-m.y, 0)
	bottom := min(floor(max(a.y, b.y)+reach)+1-m.y, m.h)
	for y := top; y < bottom; y++ {
		py := float32(y+m.y) + 0.5 - a.y
		row := near[y*m.w : (y+1)*m.w]
		for x := left; x < right; x++ {
			px := float32(x+m.x) + 0.5 - a.x
			t := float32(0)
			if length > 0 {
				t = min(max((px*dx+py*dy)/length, 0), 1)
			}
			ex, ey := px-t*dx, py-t*dy
			row[x] = min(row[x], ex*ex+ey*ey)
		}
	}
}

// eachLine walks an outline with its curves cut into lines that stray from them by less than a twentieth of a pixel.
func eachLine(segments []segment, line func(a, b point)) {
	var start, pen point
	closeContour := func() {
		if pen != start {
			line(pen, start)
		}
	}
	for _, s := range segments {
		end := s.args[s.count()-1]
		switch s.op {
		case sfnt.SegmentOpMoveTo:
			closeContour()
			start = end
		case sfnt.SegmentOpLineTo:
			line(pen, end)
		case sfnt.SegmentOpQuadTo:
			c, from := s.args[0], pen
			eachPiece(from, c, c, end, func(t float32) point {
				u := 1 - t
				return point{u*u*from.x + 2*u*t*c.x + t*t*end.x, u*u*from.y + 2*u*t*c.y + t*t*end.y}
			}, line)
		case sfnt.SegmentOpCubeTo:
			c, d, from := s.args[0], s.args[1], pen
			eachPiece(from, c, d, end, func(t float32) point {
				u := 1 - t
				k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
				return point{k0*from.x + k1*c.x + k2*d.x + k3*end.x, k0*from.y + k1*c.y + k2*d.y + k3*end.y}
			}, line)
		}
		pen = end
	}
	closeContour()
}

// eachPiece cuts the curve at, from a to b with the control points c and d, into pieces of equal parameter. How far a
// piece strays falls with the square of their number.
func eachPiece(a, c, d, b point, at func(t float32) point, line func(a, b point)) {
	bend := max(bendOf(a, c, d), bendOf(c, d, b))
	n := 1 + int(math.Sqrt(float64(bend)*0.75/0.05))
	pen := a
	for i := 1; i <= n; i++ {
		next := at(float32(i) / float32(n))
		line(pen, next)
		pen = next
	}
}

// bendOf is how far three points are from lying evenly on a line.
func bendOf(a, b, c point) float32 {
	x, y := a.x-2*b.x+c.x, a.y-2*b.y+c.y
	return float32(math.Sqrt(float64(x*x + y*y)))
}
