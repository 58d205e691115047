package render

import (
	"image"
	"image/color"
)

// rows gives the rows of a decoded picture as bytes: red, green, blue and alpha, multiplied by alpha, whatever the
// picture is made of. A picture that is smaller than its canvas lies on it where its bounds say.
type rows struct {
	m             image.Image
	width, height int // of the canvas
	fill          func(y, x0, x1 int, dst []uint8)
}

// rows reads a picture that the head's format decoded.
func (h head) rows(m image.Image) *rows { return newRows(m, h.width, h.height, h.format.studio) }

// newRows reads m on a canvas; studio says that its YCbCr is of the kind that television has.
func newRows(m image.Image, width, height int, studio bool) *rows {
	r := &rows{m: m, width: width, height: height}
	switch m := m.(type) {
	case *image.YCbCr:
		if studio {
			r.fill = func(y, x0, x1 int, dst []uint8) { fillStudio(m, nil, y, x0, x1, dst) }
			break
		}
		r.fill = func(y, x0, x1 int, dst []uint8) { fillYCbCr(m, y, x0, x1, dst) }
	case *image.NYCbCrA:
		r.fill = func(y, x0, x1 int, dst []uint8) { fillStudio(&m.YCbCr, m.A[m.AOffset(x0, y):], y, x0, x1, dst) }
	case *image.Paletted:
		table := premultiplied(m.Palette)
		r.fill = func(y, x0, x1 int, dst []uint8) {
			for i, index := range m.Pix[m.PixOffset(x0, y):][:x1-x0] {
				*(*[4]uint8)(dst[4*i:]) = table[index]
			}
		}
	case *image.RGBA:
		r.fill = func(y, x0, x1 int, dst []uint8) { copy(dst, m.Pix[m.PixOffset(x0, y):][:4*(x1-x0)]) }
	case *image.NRGBA:
		r.fill = func(y, x0, x1 int, dst []uint8) { fillNRGBA(m.Pix[m.PixOffset(x0, y):][:4*(x1-x0)], dst) }
	case *image.Gray:
		r.fill = func(y, x0, x1 int, dst []uint8) {
			for i, v := range m.Pix[m.PixOffset(x0, y):][:x1-x0] {
				*(*[4]uint8)(dst[4*i:]) = [4]uint8{v, v, v, 0xff}
			}
		}
	default: // 16 bits a colour, CMYK
		r.fill = func(y, x0, x1 int, dst []uint8) { fillAny(m, y, x0, x1, dst) }
	}
	return r
}

// read writes row y of the canvas into dst, four bytes a pixel.
func (r *rows) read(y int, dst []uint8) {
	b := r.m.Bounds()
	if b.Min.X > 0 || b.Max.X < r.width || y < b.Min.Y || y >= b.Max.Y {
		clear(dst)
	}
	if y >= b.Min.Y && y < b.Max.Y {
		r.fill(y, b.Min.X, b.Max.X, dst[4*b.Min.X:])
	}
}

func fillYCbCr(m *image.YCbCr, y, x0, x1 int, dst []uint8) {
	for x := x0; x < x1; x++ {
		c := m.COffset(x, y)
		red, green, blue := color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
		*(*[4]uint8)(dst) = [4]uint8{red, green, blue, 0xff}
		dst = dst[4:]
	}
}

// fillStudio converts the YCbCr of a WebP, which has 16 to 235 for black to white (RFC 6386, 9.2; BT.601). Go takes
// it for the full range of a JPEG and shows it grey (golang/go#40173). A nil alpha is opaque.
func fillStudio(m *image.YCbCr, alpha []uint8, y, x0, x1 int, dst []uint8) {
	byte8 := func(v int) uint8 { return uint8(min(max(v>>8, 0), 255)) }
	for x := x0; x < x1; x++ {
		at := m.COffset(x, y)
		light, cb, cr := 298*(int(m.Y[m.YOffset(x, y)])-16)+128, int(m.Cb[at])-128, int(m.Cr[at])-128
		px := [4]uint8{byte8(light + 409*cr), byte8(light - 100*cb - 208*cr), byte8(light + 516*cb), 0xff}
		*(*[4]uint8)(dst) = px
		if alpha != nil {
			px[3] = alpha[x-x0]
			fillNRGBA(px[:], dst)
		}
		dst = dst[4:]
	}
}

func fillNRGBA(src, dst []uint8) {
	for ; len(src) >= 4; src, dst = src[4:], dst[4:] {
		a := uint32(src[3])
		if a == 0xff {
			copy(dst, src[:4])
			continue
		}
		for c := range 3 {
			dst[c] = uint8((uint32(src[c])*a + 127) / 255)
		}
		dst[3] = src[3]
	}
}

func fillAny(m image.Image, y, x0, x1 int, dst []uint8) {
	deep, ok := m.(image.RGBA64Image)
	for x := x0; x < x1; x, dst = x+1, dst[4:] {
		var c color.RGBA64
		if ok {
			c = deep.RGBA64At(x, y)
		} else {
			red, green, blue, a := m.At(x, y).RGBA()
			c = color.RGBA64{uint16(red), uint16(green), uint16(blue), uint16(a)}
		}
		*(*[4]uint8)(dst) = [4]uint8{eight(c.R), eight(c.G), eight(c.B), eight(c.A)}
	}
}

// eight rounds 16 bits to 8.
func eight(v uint16) uint8 { return uint8((uint32(v)*255 + 32767) / 65535) }

// premultiplied makes a table of 256 colours, those that the palette lacks see-through.
func premultiplied(p color.Palette) *[256][4]uint8 {
	table := new([256][4]uint8)
	for i, c := range p[:min(len(p), 256)] {
		red, green, blue, a := c.RGBA()
		table[i] = [4]uint8{eight(uint16(red)), eight(uint16(green)), eight(uint16(blue)), eight(uint16(a))}
	}
	return table
}

// flatten lays the picture on a ground, which is taken as opaque.
func flatten(m *image.RGBA, ground color.NRGBA) {
	under := [3]uint32{uint32(ground.R), uint32(ground.G), uint32(ground.B)}
	for px := m.Pix; len(px) >= 4; px = px[4:] {
		free := 255 - uint32(px[3])
		if free == 0 {
			continue
		}
		for c := range 3 {
			px[c] = uint8(min(255, uint32(px[c])+(under[c]*free+127)/255))
		}
		px[3] = 0xff
	}
}
