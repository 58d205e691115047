package render

import (
	"container/list"
	"context"
	"fmt"
	"image"
	"image/draw"
	"io"
	"math"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// maxArtBytes bounds stored pictures: what intake makes, with room for imported files.
const maxArtBytes = 32 << 20

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
	body, err := s.readBlob(ctx, key.art)
	if err != nil {
		return nil, fmt.Errorf("artwork %s: %w", key.art, err)
	}
	p := &prepared{}
	err = s.pixels(ctx, body, func(m *rows, patience *patience) error {
		if m.width != key.width || m.height != key.height {
			return fmt.Errorf("it is %d x %d pixels, the template says %d x %d", m.width, m.height, key.width, key.height)
		}
		p.base, err = shrink(m, m.width, m.height, patience)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("artwork %s: %w", key.art, err)
	}
	p.opaque = p.base.Opaque()
	if key.logo == "" {
		return p, nil
	}
	if body, err = s.logo(ctx, key.logo); err != nil {
		return nil, fmt.Errorf("logo %s: %w", key.logo, err)
	}
	err = s.pixels(ctx, body, func(m *rows, _ *patience) error {
		drawLogo(p.base, m.m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("logo %s: %w", key.logo, err)
	}
	return p, nil
}

// readBlob reads a stored picture.
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

// ownTime is how long a picture of our own may take to decode, however busy the machine is.
const ownTime = time.Minute

// pixels decodes a picture and shows it to use, in the memory that is set aside for decoding.
func (s *Studio) pixels(ctx context.Context, body []byte, use func(m *rows, p *patience) error) error {
	h, err := readHead(body)
	if err != nil {
		return err
	}
	need := int64(len(body)) + h.decode + 4*h.area()
	if h.lonely {
		need = max(need, s.decodes.half())
	}
	release, err := s.decodes.Take(ctx, need)
	if err != nil {
		return err
	}
	defer release()
	p := &patience{ctx: ctx, clock: s.store.Clock(), until: s.store.Clock().Now().Add(ownTime)}
	m, err := h.decodeImage(body, p)
	if err != nil {
		return err
	}
	return use(h.rows(m), p)
}
