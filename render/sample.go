package render

import (
	"context"
	"image"

	"promostack/store"
)

// sampleText stands on samples: no code, so that a picture of it promises nothing.
const sampleText = "SAMPLE"

// Sample is a variant with the word SAMPLE on it, for galleries. It asks no gate and records nothing. Errors as
// Make's, without *Refused.
func (s *Studio) Sample(ctx context.Context, ws *store.Workspace, template, variant string, f Format) (Picture, error) {
	j, err := s.find(ctx, ws, template, variant, f)
	if err != nil {
		return Picture{}, err
	}
	j.text = sampleText
	if j.fit, err = VariantFit(j.variant, j.text); err != nil {
		return Picture{}, err
	}
	if j.logo, err = s.logoKey(ctx, ws, j.variant, true); err != nil {
		return Picture{}, err
	}
	return s.draw(ctx, j)
}

// Ended is a variant in grey that says that the offer has ended, for links that outlive their code. It asks no gate
// and records nothing. Errors as Make's, without *Refused.
func (s *Studio) Ended(ctx context.Context, ws *store.Workspace, template, variant string, f Format) (Picture, error) {
	j, err := s.find(ctx, ws, template, variant, f)
	if err != nil {
		return Picture{}, err
	}
	j.ended = true
	j.variant.FontColor, j.variant.Stroke = "#FFFFFF", true // what it is set on is grey now
	for _, text := range []string{"OFFER ENDED", "ENDED"} {
		if j.fit, err = endedFit(j.variant, text); err == nil {
			j.text = text
			break
		}
	}
	if j.logo, err = s.logoKey(ctx, ws, j.variant, true); err != nil {
		return Picture{}, err
	}
	return s.draw(ctx, j)
}

// fade turns a picture grey and darker.
func fade(m *image.RGBA) {
	for i := 0; i+3 < len(m.Pix); i += 4 {
		p := m.Pix[i : i+4 : i+4]
		luma := uint8((299*uint32(p[0]) + 587*uint32(p[1]) + 114*uint32(p[2])) * 6 / 10_000)
		p[0], p[1], p[2] = luma, luma, luma
	}
}
