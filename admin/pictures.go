package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats of stored artwork
	_ "image/png"
	"io"
	"path"
	"strings"

	"promostack/store"
)

// maxStored bounds what is read of a stored picture; intake makes none larger.
const maxStored = 64 << 20

// describe is the key of what is known of an uploaded picture. It lies beside it and is not served.
func describe(art string) string { return strings.TrimSuffix(art, path.Ext(art)) + ".json" }

// picture is what is known of a stored picture; ErrNotFound when there is none.
func (s *Server) picture(ctx context.Context, art string) (picture, error) {
	var p picture
	if store.CheckKey(art) != nil || !strings.HasPrefix(art, "art/") && !strings.HasPrefix(art, "logo/") {
		return p, store.ErrNotFound
	}
	raw, err := s.blob(ctx, describe(art), 64<<10)
	if errors.Is(err, store.ErrNotFound) {
		return s.look(ctx, art)
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fmt.Errorf("read what is known of %s: %w", art, err)
	}
	return p, nil
}

// look finds out what there is to know of a picture that came another way than by an upload, and writes it down.
func (s *Server) look(ctx context.Context, art string) (picture, error) {
	body, err := s.blob(ctx, art, maxStored)
	if err != nil {
		return picture{}, err
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return picture{}, fmt.Errorf("look at %s: %w", art, err)
	}
	p := picture{Width: config.Width, Height: config.Height, Bytes: len(body), Type: "image/" + format, At: s.clock.Now()}
	if strings.HasPrefix(art, "art/") {
		var v store.Variant
		if err := s.Studio.StoreArt(ctx, &v, body); err != nil {
			return p, err
		}
		p.Thumb = v.Thumb
	}
	return p, s.keepPicture(ctx, art, p)
}

// keepPicture writes down what is known of a stored picture.
func (s *Server) keepPicture(ctx context.Context, art string, p picture) error {
	if err := s.Store.Blobs().Put(ctx, describe(art), encode(p)); err != nil {
		return fmt.Errorf("keep what is known of %s: %w", art, err)
	}
	return nil
}

// blob reads a stored file of at most so many bytes.
func (s *Server) blob(ctx context.Context, key string, most int64) ([]byte, error) {
	body, _, err := s.Store.Blobs().Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	raw, err := io.ReadAll(io.LimitReader(body, most))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", key, err)
	}
	return raw, nil
}
