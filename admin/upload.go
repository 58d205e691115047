package admin

import (
	"context"
	"fmt"
	"image/color"
	"io"
	"net/http"

	"promostack/render"
	"promostack/store"
)

const (
	artSide   = 2160 // px: no picture of a template is larger
	logoSide  = 1024
	leastFree = 200 << 20 // bytes that must stay free on the disk (threat T28)
)

// panelUpload takes a picture for a template or the logo, and answers with what is known of it.
func (s *Server) panelUpload(w http.ResponseWriter, r *http.Request) error {
	if err := s.room(); err != nil {
		return err
	}
	var (
		art    string
		stored picture
		seen   bool
	)
	_, err := readForm(r, func(fields map[string]string, name string, body io.Reader) (err error) {
		if name != "file" || seen {
			return nil
		}
		seen = true
		// What the picture is for comes before the picture: forms keep their order.
		art, stored, err = s.take(r.Context(), fields["for"], body)
		return err
	})
	if err != nil {
		return err
	}
	if !seen {
		return store.Invalid{Field: "file", Sentence: "Choose a picture: PNG, JPEG, WebP or GIF."}
	}
	return s.writeJSON(w, r, http.StatusCreated, map[string]any{"art": art, "url": mediaURL(art), "thumb": mediaURL(stored.Thumb),
		"width": stored.Width, "height": stored.Height, "bytes": stored.Bytes, "type": stored.Type})
}

// room refuses uploads when the disk is nearly full, so that the database keeps its room.
func (s *Server) room() error {
	if s.FreeBytes == nil {
		return nil
	}
	free, err := s.FreeBytes()
	if err != nil {
		return fmt.Errorf("look at the free space: %w", err)
	}
	if free < leastFree {
		return store.ErrFull
	}
	return nil
}

// take makes a clean picture of an uploaded one and keeps it.
func (s *Server) take(ctx context.Context, kind string, body io.Reader) (string, picture, error) {
	if kind == "logo" {
		return s.takeLogo(ctx, body)
	}
	if kind != "art" && kind != "" {
		return "", picture{}, store.Invalid{Field: "for", Sentence: `A picture is for "art" or for the "logo".`}
	}
	clean, err := s.clean(ctx, body, "file")
	if err != nil {
		return "", picture{}, err
	}
	v, err := s.keepArt(ctx, clean)
	if err != nil {
		return "", picture{}, err
	}
	p, err := s.picture(ctx, v.Art)
	return v.Art, p, err
}

// clean is an artwork without anything in it but the picture; see-through places become white.
func (s *Server) clean(ctx context.Context, body io.Reader, field string) (render.CleanPicture, error) {
	white := color.NRGBA{255, 255, 255, 255}
	clean, err := s.Studio.Intake(ctx, body, render.IntakeOptions{Field: field, MaxSide: artSide, Ground: &white})
	return clean, bodyOr(err)
}

// bodyOr tells apart a picture that is refused and a body that did not arrive.
func bodyOr(err error) error {
	if err == nil {
		return nil
	}
	if isTimeout(err) {
		return bodyError(err)
	}
	return err
}

// keepArt stores an artwork with its thumbnail, and what is known of it.
func (s *Server) keepArt(ctx context.Context, clean render.CleanPicture) (store.Variant, error) {
	var v store.Variant
	if err := s.Studio.StoreArt(ctx, &v, clean.Bytes); err != nil {
		return v, err
	}
	return v, s.keepPicture(ctx, v.Art, picture{Width: v.Width, Height: v.Height, Thumb: v.Thumb, Bytes: len(clean.Bytes), Type: clean.Type, At: s.clock.Now()})
}

func (s *Server) takeLogo(ctx context.Context, body io.Reader) (string, picture, error) {
	clean, err := s.Studio.Intake(ctx, body, render.IntakeOptions{MaxSide: logoSide})
	if err != nil {
		return "", picture{}, bodyOr(err)
	}
	key := store.BlobKey("logo", clean.Bytes, "."+clean.Ext)
	if err := s.Store.Blobs().Put(ctx, key, clean.Bytes); err != nil {
		return "", picture{}, fmt.Errorf("keep the logo: %w", err)
	}
	p := picture{Width: clean.Width, Height: clean.Height, Thumb: key, Bytes: len(clean.Bytes), Type: clean.Type, At: s.clock.Now()}
	return key, p, s.keepPicture(ctx, key, p)
}
