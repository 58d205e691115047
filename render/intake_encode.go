package render

import (
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
)

const (
	cleanQuality = 90
	// crispWorth is how many times a JPEG's bytes a PNG may have and still be the better file: letters and flat
	// colours stay sharp in it.
	crispWorth = 2
	// crispFree is the size up to which a PNG is always the better file, in bytes.
	crispFree = 64 << 10
)

// encodeClean makes the file. A picture with alpha becomes a PNG; for the others both are tried: flat art is best
// and often smallest as a PNG, a photo takes several times the bytes of a JPEG and gains nothing.
func encodeClean(m *image.RGBA, p *patience) (CleanPicture, error) {
	out := CleanPicture{Width: m.Rect.Dx(), Height: m.Rect.Dy(), HasAlpha: !m.Opaque()}
	most := 0
	var photo patientBuffer
	if !out.HasAlpha {
		photo.p = p
		if err := jpeg.Encode(&photo, m, &jpeg.Options{Quality: cleanQuality}); err != nil {
			return CleanPicture{}, encodeError(p, err)
		}
		most = max(crispFree, crispWorth*photo.Len())
	}
	flat := patientBuffer{p: p, most: most}
	err := png.Encode(&flat, m)
	if errors.Is(err, errFull) {
		out.Bytes, out.Type, out.Ext = photo.Bytes(), "image/jpeg", "jpg"
		return out, nil
	}
	if err != nil {
		return CleanPicture{}, encodeError(p, err)
	}
	out.Bytes, out.Type, out.Ext = flat.Bytes(), "image/png", "png"
	return out, nil
}

func encodeError(p *patience, err error) error {
	if over := p.err(); over != nil {
		return over
	}
	return fmt.Errorf("encode clean picture: %w", err)
}
