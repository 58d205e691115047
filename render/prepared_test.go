package render

import (
	"bytes"
	"context"
	"errors"
	"image"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"promostack/store"
)

func yield() { runtime.Gosched() }

func TestShelfMakesAnArtworkOnceForAllWhoWait(t *testing.T) {
	var made atomic.Int64
	begin := make(chan struct{})
	shelf := newShelf(1<<20, func(context.Context, preparedKey) (*prepared, error) {
		<-begin
		made.Add(1)
		return &prepared{base: image.NewRGBA(image.Rect(0, 0, 8, 8))}, nil
	})
	key := preparedKey{art: "art/a.png", width: 8, height: 8}
	impatient, cancel := context.WithCancel(t.Context())
	got := make(chan error, 20)
	for i := range 20 {
		ctx := t.Context()
		if i == 0 {
			ctx = impatient
		}
		go func() {
			_, err := shelf.get(ctx, key)
			got <- err
		}()
	}
	cancel() // whoever gives up must not spoil it for the others
	gaveUp := 0
	close(begin)
	for range 20 {
		if err := <-got; errors.Is(err, context.Canceled) {
			gaveUp++
		} else if err != nil {
			t.Error(err)
		}
	}
	if made.Load() != 1 || gaveUp > 1 {
		t.Errorf("made %d times, %d gave up", made.Load(), gaveUp)
	}
}

func TestShelfKeepsWhatWasUsedLast(t *testing.T) {
	var made []string
	shelf := newShelf(3*2*4*100, func(_ context.Context, key preparedKey) (*prepared, error) {
		made = append(made, key.art)
		return &prepared{base: image.NewRGBA(image.Rect(0, 0, 10, 10))}, nil
	})
	for _, art := range []string{"a", "b", "c", "a", "d", "a", "b"} { // d pushes b out, b pushes c out
		if _, err := shelf.get(t.Context(), preparedKey{art: art, width: 10, height: 10}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"a", "b", "c", "d", "b"}; !slices.Equal(made, want) {
		t.Errorf("made %v, want %v", made, want)
	}
	if _, err := shelf.get(t.Context(), preparedKey{art: "huge", width: 1000, height: 1000}); err != nil {
		t.Fatal(err)
	}
	if shelf.size > shelf.limit || shelf.used.Len() != 3 {
		t.Errorf("%d bytes of %d in %d artworks: what is too large for the shelf must not empty it", shelf.size, shelf.limit, shelf.used.Len())
	}
}

func TestShelfForgetsFailures(t *testing.T) {
	fail := errors.New("the folder is away")
	shelf := newShelf(1<<20, func(context.Context, preparedKey) (*prepared, error) {
		if fail != nil {
			return nil, fail
		}
		return &prepared{}, nil
	})
	if _, err := shelf.get(t.Context(), preparedKey{}); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	fail = nil
	if _, err := shelf.get(t.Context(), preparedKey{}); err != nil {
		t.Error(err)
	}
}

func TestMasksStayWithinTheirBytes(t *testing.T) {
	set := newTypesetter()
	set.masks.limit = 40_000
	font, _ := FontByID("inter-700")
	dst := image.NewRGBA(image.Rect(0, 0, 900, 300))
	for q := 48; q < 400; q += 7 {
		set.draw(dst, font, "WELCOME-30", Fit{Quarters: q, X: 10, Y: 150}, style{stroke: q%2 == 0})
		if set.masks.size > set.masks.limit {
			t.Fatalf("%d bytes of %d", set.masks.size, set.masks.limit)
		}
	}
	size := 0
	for e := set.masks.used.Front(); e != nil; e = e.Next() {
		size += len(e.Value.(*keptMask).mask.pix) + maskOverhead
	}
	if size != set.masks.size || len(set.masks.by) != set.masks.used.Len() {
		t.Errorf("counted %d bytes, there are %d; %d names for %d masks", set.masks.size, size, len(set.masks.by), set.masks.used.Len())
	}
}

func TestTextBeyondThePictureIsCutOffSafely(t *testing.T) {
	set := newTypesetter()
	font, _ := FontByID("inter-700")
	for _, at := range []Fit{{Quarters: 960, X: -500, Y: -10}, {Quarters: 960, X: 90, Y: 95}, {Quarters: 400, X: 40, Y: 400}, {Quarters: 960, X: -3, Y: 50}} {
		dst := image.NewRGBA(image.Rect(0, 0, 100, 100))
		if dirty := set.draw(dst, font, "WQ_", at, style{stroke: true}); !dirty.In(dst.Rect) {
			t.Errorf("%+v: dirty %v", at, dirty)
		}
	}
}

func TestStoreArtNamesFilesByContentAndMakesAThumbnail(t *testing.T) {
	s, _, _ := studioFor(t)
	art := pngOf(t, stripes(960, 600))
	var v, again store.Variant
	if err := s.StoreArt(t.Context(), &v, art); err != nil {
		t.Fatal(err)
	}
	if err := s.StoreArt(t.Context(), &again, art); err != nil {
		t.Fatal(err)
	}
	if v.Art != again.Art || v.Thumb != again.Thumb || v.Width != 960 || v.Height != 600 {
		t.Errorf("%+v, then %+v", v, again)
	}
	kept, err := s.readBlob(t.Context(), v.Art)
	if err != nil || !bytes.Equal(kept, art) {
		t.Errorf("%d bytes of %d are kept, %v", len(kept), len(art), err)
	}
	thumb, err := s.readBlob(t.Context(), v.Thumb)
	if err != nil {
		t.Fatal(err)
	}
	if c, kind, err := image.DecodeConfig(bytes.NewReader(thumb)); err != nil || kind != "jpeg" || c.Width != 480 || c.Height != 300 {
		t.Errorf("thumbnail: %s of %dx%d, %v", kind, c.Width, c.Height, err)
	}
	var no store.Invalid
	if err := s.StoreArt(t.Context(), &v, []byte("<svg/>")); !errors.As(err, &no) || no.Field != "file" {
		t.Errorf("an SVG for artwork: %v", err)
	}
}
