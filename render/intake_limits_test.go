package render

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image/gif"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"promostack/store"
)

func newStillClock() *store.ManualClock { return store.NewManualClock(time.Unix(0, 0)) }

// hurryingClock goes on by a step each time it is looked at.
type hurryingClock struct {
	store.Clock
	step  time.Duration
	looks atomic.Int64
}

func (c *hurryingClock) Now() time.Time {
	return time.Unix(0, 0).Add(time.Duration(c.looks.Add(1)) * c.step)
}

// TestIntakeGivesUpAfterFiveSeconds stops in the middle of each stage: decoding, scaling, encoding.
func TestIntakeGivesUpAfterFiveSeconds(t *testing.T) {
	m := speckled(150, 150)
	var paletted bytes.Buffer
	if err := gif.Encode(&paletted, m, nil); err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"jpeg": encodedJPEG(m), "png": encodedPNG(m), "gif": paletted.Bytes(),
		"webp": riff(riffChunk("VP8L", lossless(800, 800, func(x, y int) bool { return x < y }))),
	} {
		looks := &hurryingClock{Clock: newStillClock()}
		if _, err := Intake(t.Context(), bytes.NewReader(body), IntakeOptions{MaxSide: 100, Clock: looks}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all := looks.looks.Load()
		for _, part := range []int64{2, all / 2, all - 1} {
			c := &hurryingClock{Clock: newStillClock(), step: intakeTime/time.Duration(part) + 1}
			_, err := Intake(t.Context(), bytes.NewReader(body), IntakeOptions{MaxSide: 100, Clock: c})
			if !errors.As(err, new(store.Invalid)) || !strings.Contains(err.Error(), "longer than 5 seconds") {
				t.Errorf("%s, given up at look %d of %d: %v", name, part, all, err)
			}
			if n := c.looks.Load(); n > part+3 {
				t.Errorf("%s, to be given up at look %d of %d: went on to %d", name, part, all, n)
			}
		}
	}
}

func TestIntakeStopsWhenNobodyWaits(t *testing.T) {
	body := zeroPNG(300, 300, 8, 6, 0, 32)
	ctx, cancel := context.WithCancel(t.Context())
	c := &cancellingClock{Clock: newStillClock(), cancel: cancel}
	if _, err := Intake(ctx, bytes.NewReader(body), IntakeOptions{Clock: c}); !errors.Is(err, context.Canceled) || errors.As(err, new(store.Invalid)) {
		t.Fatalf("left in the middle: %v", err)
	}
	if _, err := Intake(ctx, bytes.NewReader(body), IntakeOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("left before: %v", err)
	}
}

// cancellingClock lets its caller leave when it is looked at for the third time.
type cancellingClock struct {
	store.Clock
	cancel context.CancelFunc
	looks  int
}

func (c *cancellingClock) Now() time.Time {
	if c.looks++; c.looks == 3 {
		c.cancel()
	}
	return c.Clock.Now()
}

func TestDecodeBudgetIsSharedOutAndWaitedFor(t *testing.T) {
	b := NewDecodeBudget(100)
	first, err := b.Take(t.Context(), 60)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Take(t.Context(), 101); !errors.As(err, new(store.Invalid)) {
		t.Fatalf("more than there is: %v", err)
	}
	leaving, leave := context.WithCancel(t.Context())
	leave()
	if _, err := b.Take(leaving, 60); !errors.Is(err, context.Canceled) {
		t.Fatalf("left while waiting: %v", err)
	}
	second := make(chan func())
	go func() {
		release, err := b.Take(context.Background(), 60)
		if err != nil {
			t.Error(err)
		}
		second <- release
	}()
	select {
	case <-second:
		t.Fatal("120 of 100 are held")
	default:
	}
	first()
	(<-second)()
	all, err := b.Take(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	all()
}

func TestIntakeTakesItsShareOfTheBudget(t *testing.T) {
	body := zeroPNG(500, 500, 8, 6, 0, 32)
	budget := NewDecodeBudget(5 << 20)
	if _, err := Intake(t.Context(), bytes.NewReader(body), IntakeOptions{Budget: budget, Clock: newStillClock()}); err != nil {
		t.Fatal(err)
	}
	hold, err := budget.Take(t.Context(), 4<<20)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Intake(ctx, bytes.NewReader(body), IntakeOptions{Budget: budget, Clock: newStillClock()}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("while another holds it: %v", err)
	}
	hold()
	if _, err := Intake(t.Context(), bytes.NewReader(body), IntakeOptions{Budget: budget, Clock: newStillClock()}); err != nil {
		t.Fatal(err)
	}
	_, err = Intake(t.Context(), bytes.NewReader(zeroPNG(1000, 1000, 8, 6, 0, 32)), IntakeOptions{Budget: budget, Field: "art"})
	if invalid := (store.Invalid{}); !errors.As(err, &invalid) || invalid.Field != "art" || !strings.Contains(invalid.Sentence, "11 MB of memory") {
		t.Fatalf("more than there is: %v", err)
	}
}

func FuzzHeads(f *testing.F) {
	for _, h := range hostiles() {
		if heavy[h.name] || strings.Contains(h.refused, "24 megapixels") {
			continue
		}
		if body, err := readUpload(f.Context(), h.body(), 4<<10); err == nil {
			f.Add(body)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := readHead(body)
		if err != nil {
			if !errors.As(err, new(refusal)) {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if h.width < 1 || h.height < 1 || h.width > maxSide || h.height > maxSide || h.width*h.height > maxPixels ||
			h.decode < 1 || h.decode > 1<<40 || h.orientation < 0 || h.orientation > 8 {
			t.Fatalf("head %+v", h)
		}
	})
}

// FuzzIntake runs small pictures all the way: nothing panics, and what is let through opens again.
func FuzzIntake(f *testing.F) {
	f.Add(encodedPNG(art(9, 9)))
	f.Add(encodedJPEG(art(16, 16), exifSegment(tiff(binary.BigEndian, 6, 0))))
	f.Add(encodedGIF(2, 9, 9))
	f.Add(riff(vp8x(0x18, 1, 1), riffChunk("ALPH", []byte{0, 9}), riffChunk("VP8 ", lossy1)))
	f.Add(riff(riffChunk("VP8L", lossless(9, 9, func(x, y int) bool { return x < y }))))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Intake(t.Context(), bytes.NewReader(body), IntakeOptions{MaxSide: 64, Budget: NewDecodeBudget(8 << 20), Clock: newStillClock()})
		if err != nil {
			if !errors.As(err, new(store.Invalid)) {
				t.Fatalf("%v is no sentence", err)
			}
			return
		}
		checkClean(t, "fuzzed", p)
	})
}

func FuzzOrientation(f *testing.F) {
	f.Add(tiff(binary.LittleEndian, 6, 8))
	f.Fuzz(func(t *testing.T, body []byte) {
		if o := tiffOrientation(body); o < 0 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
	})
}
