package render

import "image"

// turn sets a picture upright as its EXIF orientation says (1 to 8, TIFF 6.0: where the stored first row and first
// column belong).
func turn(m *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if orientation >= 5 {
		w, h = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := x, y // where the pixel is stored
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, w-1-x
			case 7:
				sx, sy = h-1-y, w-1-x
			case 8:
				sx, sy = h-1-y, x
			}
			*(*[4]uint8)(out.Pix[y*out.Stride+4*x:]) = *(*[4]uint8)(m.Pix[sy*m.Stride+4*sx:])
		}
	}
	return out
}
