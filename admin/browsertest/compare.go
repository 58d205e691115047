package browsertest

import (
	"image"
	"image/draw"
	"math"
)

// Luma is a picture as 8-bit luminance in floats, row by row.
type Luma struct {
	Width, Height int
	Pix           []float64
}

// LumaOf takes a rectangle of a picture.
func LumaOf(m image.Image, r image.Rectangle) Luma {
	r = r.Intersect(m.Bounds())
	plain, ok := m.(*image.NRGBA)
	if !ok {
		plain = image.NewNRGBA(r)
		draw.Draw(plain, r, m, r.Min, draw.Src)
	}
	l := Luma{Width: r.Dx(), Height: r.Dy(), Pix: make([]float64, r.Dx()*r.Dy())}
	for y := range l.Height {
		row := plain.Pix[plain.PixOffset(r.Min.X, r.Min.Y+y):]
		for x := range l.Width {
			c := row[4*x : 4*x+3]
			l.Pix[y*l.Width+x] = 0.299*float64(c[0]) + 0.587*float64(c[1]) + 0.114*float64(c[2])
		}
	}
	return l
}

// MaxDiff is the largest difference of a pixel's luminance in two pictures of one size, 0 to 255; 256 when their
// sizes differ.
func MaxDiff(a, b Luma) float64 {
	if a.Width != b.Width || a.Height != b.Height {
		return 256
	}
	worst := 0.0
	for i := range a.Pix {
		worst = max(worst, math.Abs(a.Pix[i]-b.Pix[i]))
	}
	return worst
}

// SSIM is the mean structural similarity of two pictures of one size (Wang et al. 2004: 11 x 11 Gaussian window of
// sigma 1.5, K1 0.01, K2 0.03); 0 when their sizes differ or are below the window.
func SSIM(a, b Luma) float64 {
	if a.Width != b.Width || a.Height != b.Height || a.Width < ssimWindow || a.Height < ssimWindow {
		return 0
	}
	const c1, c2 = (0.01 * 255) * (0.01 * 255), (0.03 * 255) * (0.03 * 255)
	muA, muB := blur(a), blur(b)
	aa, bb, ab := blur(product(a, a)), blur(product(b, b)), blur(product(a, b))
	sum := 0.0
	for i := range muA.Pix {
		ma, mb := muA.Pix[i], muB.Pix[i]
		va, vb, cov := aa.Pix[i]-ma*ma, bb.Pix[i]-mb*mb, ab.Pix[i]-ma*mb
		sum += (2*ma*mb + c1) * (2*cov + c2) / ((ma*ma + mb*mb + c1) * (va + vb + c2))
	}
	return sum / float64(len(muA.Pix))
}

// InkBox is the smallest rectangle around the pixels whose luminance differs from the ground by more than 40.
func InkBox(l Luma, ground float64) image.Rectangle {
	var box image.Rectangle
	for y := range l.Height {
		for x := range l.Width {
			if math.Abs(l.Pix[y*l.Width+x]-ground) > 40 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

const ssimWindow = 11

func product(a, b Luma) Luma {
	p := Luma{a.Width, a.Height, make([]float64, len(a.Pix))}
	for i := range a.Pix {
		p.Pix[i] = a.Pix[i] * b.Pix[i]
	}
	return p
}

// blur applies the window where it fits entirely: the result is 10 smaller each way.
func blur(l Luma) Luma {
	var k [ssimWindow]float64
	total := 0.0
	for i := range k {
		d := float64(i - ssimWindow/2)
		k[i] = math.Exp(-d * d / (2 * 1.5 * 1.5))
		total += k[i]
	}
	w, h := l.Width-ssimWindow+1, l.Height-ssimWindow+1
	rows := make([]float64, w*l.Height)
	for y := range l.Height {
		from, to := l.Pix[y*l.Width:(y+1)*l.Width], rows[y*w:(y+1)*w]
		for i := range k {
			add(to, from[i:], k[i]/total)
		}
	}
	out := Luma{w, h, make([]float64, w*h)}
	for y := range h {
		for i := range k {
			add(out.Pix[y*w:(y+1)*w], rows[(y+i)*w:], k[i]/total)
		}
	}
	return out
}

// add adds weight times from to to, as long as that is.
func add(to, from []float64, weight float64) {
	for x := range to {
		to[x] += from[x] * weight
	}
}
