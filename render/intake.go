package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"runtime"
	"time"

	"promostack/store"
)

const (
	maxUploadBytes  = 10 << 20
	maxSide         = 8192
	maxPixels       = 24_500_000 // "24 megapixels": cameras of that class make up to 24.3
	intakeTime      = 5 * time.Second
	collectFrom     = 4 << 20 // bytes of work after which the garbage is collected before the next picture may begin
	acceptedFormats = "Send a PNG, JPEG, WebP or GIF picture."
)

// IntakeOptions are the wishes for a picture that comes in.
type IntakeOptions struct {
	Field    string        // name of the form field, for store.Invalid; "" = "file"
	MaxBytes int64         // of the file; 0 = 10 MB
	MaxSide  int           // scaled down until neither side is longer, px; 0 = kept as it is. 2160 suits artwork
	Ground   *color.NRGBA  // see-through places are filled with it; nil keeps them, for logos and overlays
	Clock    store.Clock   // nil: the machine's
	Budget   *DecodeBudget // nil: one of its own, for tests and tools
}

// CleanPicture is a picture made anew from the pixels of one that came in: upright, in sRGB, with nothing in the
// file but the picture.
type CleanPicture struct {
	Bytes         []byte
	Type          string // image/png or image/jpeg
	Ext           string // png or jpg
	Width, Height int    // px
	HasAlpha      bool   // some of it is see-through
}

// Intake reads a picture that nobody vouches for (PNG, JPEG, WebP, the first frame of a GIF) and makes a clean one.
// Bytes, sides, pixels, JPEG scans, memory and time are bounded before anything of that size happens; orientation is
// applied, colours with a profile of screens or cameras (Display P3, Adobe RGB) are taken to sRGB, and every kind of
// metadata is left behind. What cannot be taken is store.Invalid with what is wrong and what is accepted; other
// errors are ctx.Err() and those of r. Other profiles, such as those of printers, are dropped. Safe for concurrent
// use.
func Intake(ctx context.Context, r io.Reader, o IntakeOptions) (CleanPicture, error) {
	o = o.filled()
	p, err := intake(ctx, r, o)
	var no refusal
	if errors.As(err, &no) {
		return CleanPicture{}, store.Invalid{Field: o.Field, Sentence: string(no)}
	}
	var invalid store.Invalid
	if errors.As(err, &invalid) {
		return CleanPicture{}, store.Invalid{Field: o.Field, Sentence: invalid.Sentence}
	}
	return p, err
}

// Intake is the package's Intake with the Studio's clock and its share of the memory for decoding.
func (s *Studio) Intake(ctx context.Context, r io.Reader, o IntakeOptions) (CleanPicture, error) {
	o.Clock, o.Budget = s.store.Clock(), s.decodes
	return Intake(ctx, r, o)
}

func (o IntakeOptions) filled() IntakeOptions {
	if o.Field == "" {
		o.Field = "file"
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = maxUploadBytes
	}
	if o.Clock == nil {
		o.Clock = store.SystemClock()
	}
	if o.Budget == nil {
		o.Budget = NewDecodeBudget(0)
	}
	return o
}

// refusal is a sentence for the person who sent the picture.
type refusal string

func (r refusal) Error() string { return string(r) }

func intake(ctx context.Context, r io.Reader, o IntakeOptions) (CleanPicture, error) {
	body, err := readUpload(ctx, r, o.MaxBytes)
	if err != nil {
		return CleanPicture{}, err
	}
	h, err := readHead(body)
	if err != nil {
		return CleanPicture{}, err
	}
	need := h.cost(len(body), o)
	release, err := o.Budget.Take(ctx, need)
	if err != nil {
		return CleanPicture{}, err
	}
	defer release()
	out, err := h.clean(body, o, newPatience(ctx, o.Clock))
	body = nil
	if need >= collectFrom {
		// The next picture may take this memory as soon as it is released: without this the garbage of one and the
		// pixels of the next would stand side by side, twice the budget.
		runtime.GC()
	}
	return out, err
}

// readUpload reads the whole file and no more than it may have.
func readUpload(ctx context.Context, r io.Reader, most int64) ([]byte, error) {
	body, err := readWhole(io.LimitReader(r, most+1), min(sizeOf(r), most+1))
	if err != nil {
		return nil, fmt.Errorf("read uploaded picture: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	switch {
	case len(body) == 0:
		return nil, refusal("This file is empty. " + acceptedFormats)
	case int64(len(body)) > most:
		return nil, refusal(fmt.Sprintf("This file has more than %s. Save the picture smaller, or as a JPEG, and send it again.", megabytes(most)))
	}
	return body, nil
}

// sizeOf is the size of a file whose reader knows it, else 0.
func sizeOf(r io.Reader) int64 {
	file, ok := r.(io.Seeker)
	if !ok {
		return 0
	}
	here, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	end, err := file.Seek(0, io.SeekEnd)
	if _, back := file.Seek(here, io.SeekStart); err != nil || back != nil {
		return 0 // reading will tell what is wrong with it
	}
	return end - here
}

// readWhole reads to the end, into one buffer if size is right: growing would cost the file's size again.
func readWhole(r io.Reader, size int64) ([]byte, error) {
	body := make([]byte, max(0, size))
	n, err := io.ReadFull(r, body)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return body[:n], nil
	}
	if err != nil {
		return nil, err
	}
	rest, err := io.ReadAll(r)
	if len(rest) == 0 {
		return body, err
	}
	return append(body, rest...), err
}

func megabytes(n int64) string {
	if n%(1<<20) == 0 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// clean decodes, scales, flattens, turns and encodes.
func (h head) clean(body []byte, o IntakeOptions, p *patience) (CleanPicture, error) {
	m, err := h.decodeImage(body, p)
	if err != nil {
		return CleanPicture{}, err
	}
	w, height := fitSide(h.width, h.height, o.MaxSide)
	flat, err := shrink(h.rows(m), w, height, p)
	if err != nil {
		return CleanPicture{}, err
	}
	m = nil
	if h.profile != nil {
		if g, ok := readProfile(h.profile()); ok {
			if err := g.apply(flat, p); err != nil {
				return CleanPicture{}, err
			}
		}
	}
	if o.Ground != nil {
		flatten(flat, *o.Ground)
	}
	return encodeClean(turn(flat, h.orientation), p)
}

// decodeImage runs the format's decoder. One that panics has met a damaged file.
func (h head) decodeImage(body []byte, p *patience) (m image.Image, err error) {
	defer func() {
		if recover() != nil {
			m, err = nil, h.damaged()
		}
	}()
	m, err = h.format.decode(&patientReader{r: bytes.NewReader(body), p: p})
	if slow := p.err(); slow != nil {
		return nil, slow // whatever the decoder made of it
	}
	if err != nil {
		return nil, h.damaged()
	}
	canvas := image.Rect(0, 0, h.width, h.height)
	if m.Bounds() != canvas && (h.format.whole || !m.Bounds().In(canvas) || m.Bounds().Empty()) {
		return nil, h.damaged() // its parts contradict each other
	}
	return m, nil
}

// fitSide is the size of a picture whose longer side may have so many pixels; 0 = as many as it has.
func fitSide(w, h, most int) (int, int) {
	if most <= 0 || max(w, h) <= most {
		return w, h
	}
	if w >= h {
		return most, max(1, (h*most+w/2)/w)
	}
	return max(1, (w*most+h/2)/h), most
}
