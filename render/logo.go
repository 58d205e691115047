package render

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math"

	xdraw "golang.org/x/image/draw"

	"promostack/assets"
	"promostack/store"
)

// markKey stands for the mark that we ship, where a key of the brand's own logo would stand.
const markKey = "mark"

// logoCircle is where a brand's logo goes on a picture: a circle at the top left, margin pixels from both edges. The
// geometry is the previous product's and a promise.
func logoCircle(width, height int) (margin, diameter int) {
	side := min(width, height)
	return max(20, (side*4+50)/100), max(32, (side*12+50)/100)
}

// logoKey is the key of the logo for this order, "" when none is wanted.
func (s *Studio) logoKey(ctx context.Context, ws *store.Workspace, v store.Variant, wanted bool) (string, error) {
	if !wanted || !v.Logo {
		return "", nil
	}
	brand, err := ws.Brand(ctx)
	if err != nil {
		return "", fmt.Errorf("read the brand: %w", err)
	}
	if brand.LogoKey == "" {
		return markKey, nil
	}
	return brand.LogoKey, nil
}

// logo loads the file behind a logo key. A brand whose file is gone carries our mark until somebody mends it.
func (s *Studio) logo(ctx context.Context, key string) ([]byte, error) {
	if key != markKey {
		body, err := s.readBlob(ctx, key)
		if !errors.Is(err, store.ErrNotFound) {
			return body, err
		}
		s.log.Warn("brand logo is missing, our mark stands in", "key", key)
	}
	return fs.ReadFile(assets.Web(), "img/mark.png")
}

// drawLogo lays a logo over dst: cut to a square around its middle, then to the circle.
func drawLogo(dst *image.RGBA, logo image.Image) {
	margin, diameter := logoCircle(dst.Rect.Dx(), dst.Rect.Dy())
	b := logo.Bounds()
	side := min(b.Dx(), b.Dy())
	if side == 0 {
		return
	}
	corner := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	round := image.NewRGBA(image.Rect(0, 0, diameter, diameter))
	xdraw.CatmullRom.Scale(round, round.Rect, logo, image.Rectangle{corner, corner.Add(image.Pt(side, side))}, xdraw.Src, nil)
	at := image.Rect(margin, margin, margin+diameter, margin+diameter)
	xdraw.DrawMask(dst, at, round, image.Point{}, disc(diameter), image.Point{}, xdraw.Over)
}

// disc is the mask of a full circle, smooth at its edge.
func disc(diameter int) *image.Alpha {
	m := image.NewAlpha(image.Rect(0, 0, diameter, diameter))
	r := float64(diameter) / 2
	for y := range diameter {
		for x := range diameter {
			d := math.Hypot(float64(x)+0.5-r, float64(y)+0.5-r)
			m.SetAlpha(x, y, color.Alpha{A: uint8(min(max(r+0.5-d, 0), 1)*255 + 0.5)})
		}
	}
	return m
}
