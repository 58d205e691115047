package render

import (
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// format is one kind of picture that is taken in.
type format struct {
	name   string // for people: "a PNG"
	head   func(body []byte) (head, error)
	decode func(io.Reader) (image.Image, error)
	studio bool // its YCbCr is of the kind that television has
	whole  bool // the decoded picture has the size that the head promises; a GIF's first frame may be a part of it
}

// head is what is known of a picture before any of its pixels are made.
type head struct {
	format        *format
	width, height int           // px, as stored
	decode        int64         // bytes that the decoder takes
	lonely        bool          // its decoder may take more than that: none of its like beside it
	orientation   int           // EXIF: 1 to 8; 0 = not said
	profile       func() []byte // unpacks the ICC profile; nil = there is none
}

var (
	pngFormat  = format{name: "PNG", head: pngHead, decode: png.Decode, whole: true}
	jpegFormat = format{name: "JPEG", head: jpegHead, decode: jpeg.Decode, whole: true}
	gifFormat  = format{name: "GIF", head: gifHead, decode: gif.Decode}
	webpFormat = format{name: "WebP", head: webpHead, decode: webp.Decode, whole: true, studio: true}
)

// readHead finds out what a file is, by what it holds and never by its name, and reads its head. The
// size of what it gives is sound.
func readHead(body []byte) (head, error) {
	f, err := sniff(body)
	if err != nil {
		return head{}, err
	}
	h, err := f.head(body)
	if err != nil {
		return head{}, err
	}
	h.format = f
	return h, checkSize(f.name, h.width, h.height)
}

func damaged(name string) error {
	return refusal("This " + name + " is damaged or cut off and could not be read to its end. Save or download it once more and send it again.")
}

func (h head) damaged() error { return damaged(h.format.name) }

// checkSize refuses sizes. Each side is looked at first, so that their product cannot overflow.
func checkSize(name string, w, h int) error {
	if w < 1 || h < 1 {
		return refusal(fmt.Sprintf("This %s says that it is %d × %d pixels, so there is nothing to see in it. %s", name, w, h, acceptedFormats))
	}
	if w > maxSide || h > maxSide || w*h > maxPixels {
		return refusal(fmt.Sprintf("This picture is %d × %d pixels. No side may have more than %d, and the whole no more than 24 megapixels (6000 × 4000).",
			w, h, maxSide))
	}
	return nil
}

// cost is how much memory the whole way of a picture takes, garbage and all, in bytes: the file, the decoded
// pixels, the scaled ones, the turned ones, and what they are encoded into.
func (h head) cost(file int, o IntakeOptions) int64 {
	w, height := fitSide(h.width, h.height, o.MaxSide)
	out := int64(w) * int64(height)
	need := int64(file) + h.decode + 4*out + 4*out
	if h.orientation > 1 {
		need += 4 * out
	}
	if h.profile != nil {
		need += 4 * maxProfile
	}
	if h.lonely {
		need = max(need, o.Budget.half())
	}
	return need
}
