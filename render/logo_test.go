package render

import (
	"image"
	"image/color"
	"testing"

	"promostack/store"
)

// logoPixel is the colour in the middle of a picture's logo, drawn for an order with or without one.
func logoPixel(t *testing.T, s *Studio, ws *store.Workspace, wanted bool) (color.RGBA, string) {
	t.Helper()
	p, err := s.Make(t.Context(), ws, Order{Template: "plain", Variant: "square", Code: "A", Logo: wanted})
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, p).RGBAAt(20+24, 20+24), p.Key
}

func saveLogo(t *testing.T, s *Studio, ws *store.Workspace, m image.Image) string {
	t.Helper()
	body := pngOf(t, m)
	key := store.BlobKey("brand", body, ".png")
	if err := s.store.Blobs().Put(t.Context(), key, body); err != nil {
		t.Fatal(err)
	}
	brand, err := ws.Brand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	brand.LogoKey = key
	if _, err := ws.SaveBrand(t.Context(), brand); err != nil {
		t.Fatal(err)
	}
	return key
}

func TestBrandLogoStandsOnThePictureWhenOrderAndVariantWantIt(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "plain", plain(400, 400, color.Black), store.Variant{Box: lowBox, FontColor: "#808080", Logo: true})
	mark, markKey := logoPixel(t, s, ws, true)
	bare, bareKey := logoPixel(t, s, ws, false)
	if bare != (color.RGBA{A: 255}) || mark == bare || markKey == bareKey {
		t.Errorf("our mark gives %v, no logo %v, keys %s and %s", mark, bare, markKey, bareKey)
	}
	red := color.RGBA{200, 0, 0, 255}
	logo := saveLogo(t, s, ws, plain(64, 64, red))
	own, ownKey := logoPixel(t, s, ws, true)
	if own != red || ownKey == markKey {
		t.Errorf("the brand's red logo gives %v", own)
	}
	if err := s.store.Blobs().Delete(t.Context(), logo); err != nil {
		t.Fatal(err)
	}
	s.shelf = newShelf(1<<20, s.prepare) // a fresh start forgets what was drawn
	if lost, _ := logoPixel(t, s, ws, true); lost != mark {
		t.Errorf("a lost logo gives %v, our mark %v", lost, mark)
	}
}

func TestVariantWithoutLogoCarriesNone(t *testing.T) {
	s, ws, _ := studioFor(t)
	publish(t, s, ws, "plain", plain(400, 400, color.Black), store.Variant{Box: lowBox, FontColor: "#808080"})
	if got, _ := logoPixel(t, s, ws, true); got != (color.RGBA{A: 255}) {
		t.Errorf("%v", got)
	}
}

func TestTransparentLogoShowsTheArtworkThroughIt(t *testing.T) {
	m := plain(400, 400, color.RGBA{10, 20, 30, 255})
	half := image.NewNRGBA(image.Rect(0, 0, 50, 50))
	for i := range half.Pix {
		half.Pix[i] = []uint8{255, 255, 255, 128}[i%4]
	}
	drawLogo(m, half)
	got := m.RGBAAt(44, 44)
	if got.A != 255 || got.R < 130 || got.R > 136 || got.B < 140 || got.B > 146 {
		t.Errorf("half white over dark blue gives %v", got)
	}
}
