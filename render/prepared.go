package render

import (
	"bytes"
	"container/list"
	"context"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // artwork is PNG or JPEG
	_ "image/png"
	"io"
	"math"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/singleflight"

	"promostack/store"
)

// maxArtBytes and maxArtPixels bound artwork that is decoded: what intake lets in, with room for imported files.
const (
	maxArtBytes  = 32 << 20
	maxArtPixels = 24_000_000
)

// prepared is an artwork decoded once, with its logo on it. It never changes; frames are copies to draw into.
type prepared struct {
	base   *image.RGBA
	opaque bool
	frames sync.Pool // of *frame
}

// frame is a copy of the artwork, and what was drawn over it.
type frame struct {
	*image.RGBA
	dirty image.Rectangle
}

// take is a clean copy of the artwork; give it back when its pixels are not needed any more.
func (p *prepared) take() *frame {
	f, ok := p.frames.Get().(*frame)
	if !ok {
		f = &frame{RGBA: image.NewRGBA(p.base.Rect)}
		copy(f.Pix, p.base.Pix)
	}
	return f
}

// give undoes what was drawn, which is a small part of the picture, and keeps the copy.
func (p *prepared) give(f *frame) {
	draw.Draw(f.RGBA, f.dirty, p.base, f.dirty.Min, draw.Src)
	f.dirty = image.Rectangle{}
	p.frames.Put(f)
}

// preparedKey names a prepared artwork by what it was made of: content has one key, so versions need none.
type preparedKey struct {
	art, logo     string
	width, height int
}

func (k preparedKey) String() string {
	return fmt.Sprintf("%s %s %dx%d", k.art, k.logo, k.width, k.height)
}

// size is about what an artwork of this key takes: the artwork and one copy that is drawn into.
func (k preparedKey) size() int64 { return 2 * 4 * int64(k.width) * int64(k.height) }

// shelf keeps the artworks used last, up to a number of bytes, and makes each only once at a time. It is safe for
// concurrent use.
type shelf struct {
	make   func(ctx context.Context, key preparedKey) (*prepared, error)
	flight singleflight.Group
	limit  int64

	mu   sync.Mutex
	size int64
	by   map[preparedKey]*list.Element
	used *list.List // of shelved, used last in front
}

type shelved struct {
	key  preparedKey
	done *prepared
}

// cacheBytes is the size of picture caches: 256 MB, or a quarter of the memory limit where that is less.
func cacheBytes() int64 {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return 256 << 20
	}
	return min(256<<20, limit/4)
}

func newShelf(limit int64, make func(ctx context.Context, key preparedKey) (*prepared, error)) *shelf {
	return &shelf{make: make, limit: limit, by: map[preparedKey]*list.Element{}, used: list.New()}
}

// get finds or makes a prepared artwork. Who gives up waiting does not stop the making: others may wait for it too.
func (s *shelf) get(ctx context.Context, key preparedKey) (*prepared, error) {
	if p := s.find(key); p != nil {
		return p, nil
	}
	made := s.flight.DoChan(key.String(), func() (any, error) {
		if p := s.find(key); p != nil {
			return p, nil
		}
		p, err := s.make(context.WithoutCancel(ctx), key)
		if err == nil {
			s.keep(key, p)
		}
		return p, err
	})
	select {
	case r := <-made:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*prepared), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *shelf) find(key preparedKey) *prepared {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.by[key]
	if !ok {
		return nil
	}
	s.used.MoveToFront(e)
	return e.Value.(shelved).done
}

func (s *shelf) keep(key preparedKey, p *prepared) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.by[key]; ok || key.size() > s.limit {
		return
	}
	s.by[key] = s.used.PushFront(shelved{key, p})
	s.size += key.size()
	for s.size > s.limit {
		last := s.used.Remove(s.used.Back()).(shelved)
		delete(s.by, last.key)
		s.size -= last.key.size()
	}
}

// prepare decodes an artwork and lays the logo over it.
func (s *Studio) prepare(ctx context.Context, key preparedKey) (*prepared, error) {
	art, err := s.decodeBlob(ctx, key.art)
	if err != nil {
		return nil, fmt.Errorf("artwork %s: %w", key.art, err)
	}
	if art.Bounds().Dx() != key.width || art.Bounds().Dy() != key.height {
		return nil, fmt.Errorf("artwork %s is %v, the template says %dx%d", key.art, art.Bounds().Size(), key.width, key.height)
	}
	p := &prepared{base: image.NewRGBA(image.Rect(0, 0, key.width, key.height))}
	draw.Draw(p.base, p.base.Rect, art, art.Bounds().Min, draw.Src)
	p.opaque = p.base.Opaque()
	if key.logo == "" {
		return p, nil
	}
	logo, err := s.logo(ctx, key.logo)
	if err != nil {
		return nil, fmt.Errorf("logo %s: %w", key.logo, err)
	}
	drawLogo(p.base, logo)
	return p, nil
}

// decodeBlob reads a stored picture. Its size is looked at before its pixels are made.
func (s *Studio) decodeBlob(ctx context.Context, key string) (image.Image, error) {
	body, err := s.readBlob(ctx, key)
	if err != nil {
		return nil, err
	}
	return decode(body)
}

func (s *Studio) readBlob(ctx context.Context, key string) ([]byte, error) {
	file, info, err := s.store.Blobs().Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size > maxArtBytes {
		return nil, fmt.Errorf("%s has %d bytes, that is no artwork", key, info.Size)
	}
	return io.ReadAll(io.LimitReader(file, maxArtBytes))
}

// decode makes the pixels of a picture whose size is sound.
func decode(body []byte) (image.Image, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("read the picture's head: %w", err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > store.MaxSide || config.Height > store.MaxSide || config.Width*config.Height > maxArtPixels {
		return nil, fmt.Errorf("a picture of %d x %d pixels is too large", config.Width, config.Height)
	}
	m, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("read the picture: %w", err)
	}
	return m, nil
}
