package render

import (
	"image"
	"math"
)

// shrink scales a picture to w × h with the Catmull-Rom filter, stretched so that it takes every pixel into account.
// It goes from row to row and keeps only those that the filter spans: x/image/draw keeps the whole height in floats,
// 200 MB for a camera's picture. A picture that has the size already is copied.
func shrink(src *rows, w, h int, p *patience) (*image.RGBA, error) {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if w == src.width && h == src.height {
		for y := range h {
			if err := p.err(); err != nil {
				return nil, err
			}
			src.read(y, dst.Pix[y*dst.Stride:][:4*w])
		}
		return dst, nil
	}
	across, down := taps(src.width, w), taps(src.height, h)
	ring := newRing(src, across, w, down)
	sum := make([]float32, 4*w)
	for y, t := range down {
		if err := p.err(); err != nil {
			return nil, err
		}
		clear(sum)
		for i, weight := range t.weights {
			for x, v := range ring.row(t.first + i) {
				sum[x] += weight * v
			}
		}
		store8(dst.Pix[y*dst.Stride:][:4*w], sum)
	}
	return dst, nil
}

// tap says which source samples make one sample of the result, and how much each counts.
type tap struct {
	first   int
	weights []float32
}

// taps lays the filter over from samples for each of to; to is not more than from.
func taps(from, to int) []tap {
	scale := float64(from) / float64(to)
	list := make([]tap, to)
	for i := range list {
		centre := (float64(i) + 0.5) * scale
		first := max(0, int(math.Ceil(centre-2*scale-0.5)))
		last := min(from-1, int(math.Floor(centre+2*scale-0.5)))
		weights := make([]float32, last-first+1)
		total := 0.0
		for j := range weights {
			v := catmullRom((float64(first+j) + 0.5 - centre) / scale)
			weights[j] = float32(v)
			total += v
		}
		for j := range weights {
			weights[j] /= float32(total)
		}
		list[i] = tap{first, weights}
	}
	return list
}

// catmullRom is the cubic filter with B = 0 and C = 0.5 (Mitchell and Netravali, 1988).
func catmullRom(x float64) float64 {
	x = math.Abs(x)
	switch {
	case x < 1:
		return (1.5*x-2.5)*x*x + 1
	case x < 2:
		return ((-0.5*x+2.5)*x-4)*x + 2
	}
	return 0
}

// ring keeps the source rows that the filter spans, scaled across. Rows are asked for in rising order.
type ring struct {
	src    *rows
	across []tap
	kept   [][]float32
	next   int // the first row that was not made yet
	bytes  []uint8
}

func newRing(src *rows, across []tap, w int, down []tap) *ring {
	span := 0
	for _, t := range down {
		span = max(span, len(t.weights))
	}
	r := &ring{src: src, across: across, kept: make([][]float32, span), bytes: make([]uint8, 4*src.width)}
	for i := range r.kept {
		r.kept[i] = make([]float32, 4*w)
	}
	return r
}

func (r *ring) row(y int) []float32 {
	for ; r.next <= y; r.next++ {
		r.src.read(r.next, r.bytes)
		r.squeeze(r.kept[r.next%len(r.kept)])
	}
	return r.kept[y%len(r.kept)]
}

// squeeze scales the row in bytes across.
func (r *ring) squeeze(dst []float32) {
	for x, t := range r.across {
		var red, green, blue, alpha float32
		src := r.bytes[4*t.first:]
		for i, weight := range t.weights {
			px := src[4*i : 4*i+4 : 4*i+4]
			red += weight * float32(px[0])
			green += weight * float32(px[1])
			blue += weight * float32(px[2])
			alpha += weight * float32(px[3])
		}
		*(*[4]float32)(dst[4*x:]) = [4]float32{red, green, blue, alpha}
	}
}

// store8 rounds to bytes. The filter overshoots at edges: a colour stays between nothing and its alpha.
func store8(dst []uint8, src []float32) {
	for i := 0; i+3 < len(src); i += 4 {
		alpha := min(max(src[i+3]+0.5, 0), 255)
		for c := range 3 {
			dst[i+c] = uint8(min(max(src[i+c]+0.5, 0), float32(uint8(alpha))))
		}
		dst[i+3] = uint8(alpha)
	}
}
