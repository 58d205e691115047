package render

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"testing"

	"promostack/store"
)

func TestIntakeTakesAPictureAndRefusesAText(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 40, 20))
	m.SetNRGBA(1, 1, color.NRGBA{255, 0, 0, 128})
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	p, err := Intake(t.Context(), &file, IntakeOptions{MaxSide: 20})
	if err != nil || p.Width != 20 || p.Height != 10 || !p.HasAlpha || p.Type != "image/png" {
		t.Fatalf("%+v, %v", p, err)
	}
	_, err = Intake(t.Context(), bytes.NewReader([]byte("hello")), IntakeOptions{Field: "logo"})
	if invalid := (store.Invalid{}); !errors.As(err, &invalid) || invalid.Field != "logo" || invalid.Sentence != "This is a text, not a picture. Send a PNG, JPEG, WebP or GIF picture." {
		t.Fatalf("a text: %v", err)
	}
}
