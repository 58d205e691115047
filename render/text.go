package render

import (
	"image"
	"image/color"
	"sync"
)

// typesetter draws texts. It is safe for concurrent use.
type typesetter struct {
	masks  *maskCache
	layers sync.Pool // of *mask, for outlines
}

// maskCacheBytes holds some hundred codes at their sizes.
const maskCacheBytes = 16 << 20

func newTypesetter() *typesetter { return &typesetter{masks: newMaskCache(maskCacheBytes)} }

// style is how a text looks.
type style struct {
	color  color.RGBA // opaque
	stroke bool       // outline: black 75 %, under the fill
}

const strokeAlpha = 191 // 75 %

// draw sets text into dst at the place that fit says and returns the pixels it may have changed. dst holds
// premultiplied colours.
func (t *typesetter) draw(dst *image.RGBA, f *Font, text string, fit Fit, look style) image.Rectangle {
	dirty := image.Rectangle{}
	if look.stroke {
		dirty = t.drawStroke(dst, f, text, fit)
	}
	t.eachGlyph(f, text, fit, false, func(m *mask, x, y int) {
		dirty = dirty.Union(blend(dst, m, x, y, look.color, 255))
	})
	return dirty
}

// drawStroke gathers the outlines of all letters before it blends them: where two of them meet it is no darker.
func (t *typesetter) drawStroke(dst *image.RGBA, f *Font, text string, fit Fit) image.Rectangle {
	all := image.Rectangle{}
	t.eachGlyph(f, text, fit, true, func(m *mask, x, y int) {
		all = all.Union(image.Rect(x, y, x+m.w, y+m.h))
	})
	all = all.Intersect(dst.Rect)
	if all.Empty() {
		return all
	}
	layer := t.layer(all)
	t.eachGlyph(f, text, fit, true, func(m *mask, x, y int) { layer.lighten(m, x, y) })
	dirty := blend(dst, layer, all.Min.X, all.Min.Y, color.RGBA{A: 255}, strokeAlpha)
	t.layers.Put(layer)
	return dirty
}

// layer is an empty mask of this box.
func (t *typesetter) layer(box image.Rectangle) *mask {
	layer, ok := t.layers.Get().(*mask)
	if !ok {
		layer = &mask{}
	}
	layer.x, layer.y, layer.w, layer.h = box.Min.X, box.Min.Y, box.Dx(), box.Dy()
	if n := layer.w * layer.h; cap(layer.pix) < n {
		layer.pix = make([]uint8, n)
	} else {
		layer.pix = layer.pix[:n]
		clear(layer.pix)
	}
	return layer
}

// lighten raises the mask to m, whose corner is at x, y, wherever m covers more.
func (t *mask) lighten(m *mask, x, y int) {
	r := image.Rect(x, y, x+m.w, y+m.h).Intersect(image.Rect(t.x, t.y, t.x+t.w, t.y+t.h))
	for py := r.Min.Y; py < r.Max.Y; py++ {
		from := m.pix[(py-y)*m.w+r.Min.X-x:][:r.Dx()]
		to := t.pix[(py-t.y)*t.w+r.Min.X-t.x:][:r.Dx()]
		for i, v := range from {
			if v > to[i] {
				to[i] = v
			}
		}
	}
}

// eachGlyph places the letters of a text: the pen runs in font units, and each letter stands on the nearest quarter
// of a pixel, as browsers set it. x, y is the corner of the mask in the picture.
func (t *typesetter) eachGlyph(f *Font, text string, fit Fit, stroke bool, visit func(m *mask, x, y int)) {
	units := 0
	for i := range len(text) {
		c := text[i]
		if i > 0 {
			units += f.Kern(text[i-1], c)
		}
		at := 4*fit.X + floorDiv(2*fit.Quarters*units+f.Upem, 2*f.Upem) // quarter pixels
		m := t.masks.get(maskKey{f, c, int32(fit.Quarters), uint8(at & 3), stroke})
		if m.w > 0 {
			visit(m, at>>2+m.x, fit.Y+m.y)
		}
		units += int(f.advance[c])
	}
}

// floorDiv is a/b rounded down; b is positive.
func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// blend lays an opaque colour over dst where m covers it, m's corner at x, y, with the whole of it at this alpha.
// It returns the pixels of dst under m.
func blend(dst *image.RGBA, m *mask, x, y int, c color.RGBA, alpha uint32) image.Rectangle {
	r := image.Rect(x, y, x+m.w, y+m.h).Intersect(dst.Rect)
	red, green, blue := uint32(c.R), uint32(c.G), uint32(c.B)
	for py := r.Min.Y; py < r.Max.Y; py++ {
		from := m.pix[(py-y)*m.w+r.Min.X-x:][:r.Dx()]
		to := dst.Pix[dst.PixOffset(r.Min.X, py):][:4*r.Dx()]
		for i, covered := range from {
			if covered == 0 {
				continue
			}
			p := to[4*i : 4*i+4 : 4*i+4]
			if covered == 255 && alpha == 255 {
				p[0], p[1], p[2], p[3] = c.R, c.G, c.B, 255
				continue
			}
			a := div255(uint32(covered) * alpha)
			b := 255 - a
			p[0] = uint8(div255(red*a + uint32(p[0])*b))
			p[1] = uint8(div255(green*a + uint32(p[1])*b))
			p[2] = uint8(div255(blue*a + uint32(p[2])*b))
			p[3] = uint8(div255(255*a + uint32(p[3])*b))
		}
	}
	return r
}

// div255 is v/255 rounded, for v up to 255*255.
func div255(v uint32) uint32 {
	v += 128
	return (v + v>>8) >> 8
}
