package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"

	"promostack/store"
)

// describe is the key of what is known of an uploaded picture. It lies beside it and is not served.
func describe(art string) string { return strings.TrimSuffix(art, path.Ext(art)) + ".json" }

// picture is what is known of a stored picture; ErrNotFound when there is none.
func (s *Server) picture(ctx context.Context, art string) (picture, error) {
	var p picture
	if store.CheckKey(art) != nil || !strings.HasPrefix(art, "art/") && !strings.HasPrefix(art, "logo/") {
		return p, store.ErrNotFound
	}
	body, _, err := s.Store.Blobs().Open(ctx, describe(art))
	if err != nil {
		return p, err
	}
	defer body.Close()
	raw, err := io.ReadAll(io.LimitReader(body, 64<<10))
	if err != nil {
		return p, fmt.Errorf("read what is known of %s: %w", art, err)
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fmt.Errorf("read what is known of %s: %w", art, err)
	}
	return p, nil
}

// keepPicture writes down what is known of a stored picture.
func (s *Server) keepPicture(ctx context.Context, art string, p picture) error {
	if err := s.Store.Blobs().Put(ctx, describe(art), encode(p)); err != nil {
		return fmt.Errorf("keep what is known of %s: %w", art, err)
	}
	return nil
}
