package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
	"io/fs"
	"strings"

	"golang.org/x/sync/errgroup"

	"promostack/assets"
	"promostack/store"
)

// thumbWidth is the width of gallery thumbnails, px: a card of the gallery on a dense screen.
const (
	thumbWidth   = 480
	thumbQuality = 82
)

// StoreArt keeps a clean artwork (PNG or JPEG, as Intake makes it) and its thumbnail under the names of their
// content, and fills in the variant's art, thumb, width and height.
func (s *Studio) StoreArt(ctx context.Context, v *store.Variant, art []byte) error {
	var thumb bytes.Buffer
	err := s.pixels(ctx, art, func(m *rows, p *patience) error {
		v.Width, v.Height = m.width, m.height
		return writeThumbnail(&thumb, m, p)
	})
	if err != nil {
		return artRefused(err)
	}
	ext := ".png"
	if bytes.HasPrefix(art, []byte{0xff, 0xd8}) {
		ext = ".jpg"
	}
	v.Art, v.Thumb = store.BlobKey("art", art, ext), store.BlobKey("thumb", thumb.Bytes(), ".jpg")
	if err := s.store.Blobs().Put(ctx, v.Art, art); err != nil {
		return fmt.Errorf("keep the artwork: %w", err)
	}
	if err := s.store.Blobs().Put(ctx, v.Thumb, thumb.Bytes()); err != nil {
		return fmt.Errorf("keep the thumbnail: %w", err)
	}
	return nil
}

// artRefused makes a refusal what the person sees who sent the artwork.
func artRefused(err error) error {
	var no refusal
	if errors.As(err, &no) {
		return store.Invalid{Field: "file", Sentence: string(no)}
	}
	return err
}

// writeThumbnail writes a JPEG of the picture, 480 px wide or as wide as it is, on white where it is transparent.
func writeThumbnail(out *bytes.Buffer, m *rows, p *patience) error {
	width := min(thumbWidth, m.width)
	height := max(1, (m.height*width+m.width/2)/m.width)
	small, err := shrink(m, width, height, p)
	if err != nil {
		return err
	}
	flatten(small, color.NRGBA{255, 255, 255, 255})
	if err := jpeg.Encode(out, small, &jpeg.Options{Quality: thumbQuality}); err != nil {
		return fmt.Errorf("encode the thumbnail: %w", err)
	}
	return nil
}

// starter is a template of the manifest in assets.Starter.
type starter struct {
	Slug     string           `json:"slug"`
	Name     string           `json:"name"`
	Position int              `json:"position"`
	Variants []starterVariant `json:"variants"`
}

type starterVariant struct {
	Name       string    `json:"name"`
	File       string    `json:"file"`
	Box        store.Box `json:"box"`
	MaxFontPx  int       `json:"maxFontPx"`
	FontColor  string    `json:"fontColor"`
	Font       string    `json:"font"`
	Stroke     bool      `json:"stroke"`
	PaddingPct float64   `json:"paddingPct"`
	Logo       bool      `json:"logo"`
}

// The setting that remembers whether the starter templates went in.
const (
	starterKey   = "starter_templates"
	starterBegun = "begun"
	starterDone  = "done"
)

// Install puts the starter templates into a workspace that never had any template. It may be called at every start:
// what it did is remembered, and what a crash interrupted is carried on.
func (s *Studio) Install(ctx context.Context, ws *store.Workspace) error {
	return s.installFrom(ctx, ws, assets.Starter())
}

// installFrom is Install with templates of another folder.
func (s *Studio) installFrom(ctx context.Context, ws *store.Workspace, from fs.FS) error {
	state, err := ws.Setting(ctx, starterKey)
	if errors.Is(err, store.ErrNotFound) {
		state, err = s.beginInstall(ctx, ws)
	}
	if err != nil || state == starterDone {
		return err
	}
	manifest, err := readManifest(from)
	if err != nil {
		return err
	}
	for _, t := range manifest {
		if err := s.installOne(ctx, ws, from, t); err != nil {
			return fmt.Errorf("install the template %s: %w", t.Slug, err)
		}
	}
	if err := ws.SetSetting(ctx, starterKey, starterDone); err != nil {
		return err
	}
	s.log.Info("starter templates installed", "workspace", ws.ID(), "templates", len(manifest))
	return nil
}

// beginInstall decides whether the workspace is new and remembers it.
func (s *Studio) beginInstall(ctx context.Context, ws *store.Workspace) (string, error) {
	for _, filter := range []store.TemplateFilter{{}, {Deleted: true}} {
		known, err := ws.Templates(ctx, filter)
		if err != nil {
			return "", err
		}
		if len(known) > 0 {
			return starterDone, ws.SetSetting(ctx, starterKey, starterDone)
		}
	}
	return starterBegun, ws.SetSetting(ctx, starterKey, starterBegun)
}

func readManifest(fsys fs.FS) ([]starter, error) {
	body, err := fs.ReadFile(fsys, "manifest.json")
	if err != nil {
		return nil, fmt.Errorf("read the starter templates: %w", err)
	}
	var manifest []starter
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&manifest); err != nil {
		return nil, fmt.Errorf("read the starter templates: %w", err)
	}
	return manifest, nil
}

func (s *Studio) installOne(ctx context.Context, ws *store.Workspace, from fs.FS, one starter) error {
	if _, err := ws.Template(ctx, one.Slug); !errors.Is(err, store.ErrNotFound) {
		return err // nil: it went in before we were interrupted
	}
	t := store.Template{Slug: one.Slug, Name: one.Name, Position: one.Position, Web: true, Telegram: true,
		Variants: make([]store.Variant, len(one.Variants))}
	work, each := errgroup.WithContext(ctx)
	for i, f := range one.Variants {
		work.Go(func() error {
			art, err := fs.ReadFile(from, f.File)
			if err != nil {
				return err
			}
			t.Variants[i] = store.Variant{Name: f.Name, Box: f.Box, MaxFontPx: f.MaxFontPx, FontColor: f.FontColor, Font: f.Font,
				Stroke: f.Stroke, PaddingPct: f.PaddingPct, Logo: f.Logo}
			return s.StoreArt(each, &t.Variants[i], art)
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	_, err := ws.PublishTemplate(ctx, t, 0)
	return err
}
