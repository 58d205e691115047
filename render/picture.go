// Package render makes coupon pictures: a valid code, set into the box of a template, drawn and encoded.
//
// Studio is the only door: it asks the coupon gate before it draws, and records what was made. The browser draws
// its previews itself, by the same arithmetic on the same tables (fit.go and assets/web/js/editor/fit.js).
package render

import (
	"errors"

	"promostack/render/coupon"
)

// ErrBusy says that more pictures are asked for than can be made in time; the same order may go through later.
var ErrBusy = errors.New("too many pictures are being made right now")

// Refused says that no picture may be made for a code; Verdict says why.
type Refused struct{ Verdict coupon.Verdict }

// Error is the verdict's sentence.
func (r *Refused) Error() string { return r.Verdict.Message }

// Format is a file format of finished pictures.
type Format string

// The formats that pictures are made in.
const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
)

// MediaType is the format's name in HTTP, image/png or image/jpeg.
func (f Format) MediaType() string {
	if f == JPEG {
		return "image/jpeg"
	}
	return "image/png"
}

// By says who asks for a picture, for the usage statistics.
type By struct {
	Source   string // web, bot, image, bulk or panel
	Member   int64  // the member who talks to our bot; 0 = nobody we know
	ChatKind string // private, group …; "" outside Telegram
}

// Order asks for one picture.
type Order struct {
	Template string // slug
	Variant  string // square, story …
	Code     string // as typed: the Studio makes it canonical
	Logo     bool   // draw the brand logo where the variant allows it
	Format   Format // "" = PNG
	By       By
}

// Picture is a finished picture. Its bytes are the caller's to read, not to change.
type Picture struct {
	Bytes         []byte
	Type          string // media type
	Key           string // the same for equal pictures: of template, version, variant, code, options and format
	Width, Height int
	Code          string // the canonical code that stands in it; "" for samples
	Verdict       coupon.Verdict
}
