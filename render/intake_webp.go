package render

import (
	"encoding/binary"
	"strings"
)

// bigLossless is the size of a lossless WebP from which its code tables alone can take up to 140 MB.
const bigLossless = 64 << 10

// webpHead walks over the chunks of a WebP. Every chunk must be there to its end: Go's decoder makes room for what a
// chunk claims to be.
func webpHead(b []byte) (head, error) {
	var h head
	end := 8 + int64(binary.LittleEndian.Uint32(b[4:]))
	if end < 12 || end > int64(len(b)) {
		return head{}, damaged("WebP")
	}
	var pictures int
	for rest := b[12:end]; len(rest) >= 8; {
		name, size := string(rest[:4]), binary.LittleEndian.Uint32(rest[4:])
		if int64(size) > int64(len(rest)-8) {
			return head{}, damaged("WebP")
		}
		body := rest[8 : 8+size]
		rest = rest[min(len(rest), 8+int(size)+int(size&1)):]
		var err error
		switch name {
		case "ANIM", "ANMF":
			return head{}, refusal("This WebP is an animation. Send a still picture: PNG, JPEG, WebP or GIF.")
		case "EXIF":
			if h.orientation == 0 {
				h.orientation = tiffOrientation([]byte(strings.TrimPrefix(string(body), exifMark)))
			}
		case "ICCP":
			h.profile = func() []byte { return body }
		case "VP8X":
			err = h.canvas(body)
		case "ALPH":
			h.decode += 5 * h.area() // a picture of four bytes, of which one stays
			h.lonely = h.lonely || size > bigLossless
		case "VP8 ", "VP8L":
			pictures++
			err = h.picture(name, body)
		}
		if err != nil {
			return head{}, err
		}
	}
	if pictures != 1 {
		return head{}, damaged("WebP")
	}
	return h, nil
}

func (h head) area() int64 { return int64(h.width) * int64(h.height) }

// canvas reads VP8X, which comes first if it comes.
func (h *head) canvas(b []byte) error {
	if len(b) != 10 || h.width != 0 {
		return damaged("WebP")
	}
	return h.meet(1+(int(b[4])|int(b[5])<<8|int(b[6])<<16), 1+(int(b[7])|int(b[8])<<8|int(b[9])<<16))
}

// picture reads the first bytes of the picture itself.
func (h *head) picture(name string, b []byte) error {
	if name == "VP8L" {
		if len(b) < 5 || b[0] != 0x2f {
			return damaged("WebP")
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		if err := h.meet(1+int(bits&0x3fff), 1+int(bits>>14&0x3fff)); err != nil {
			return err
		}
		h.decode += 9 * h.area() // pixels, and a copy of them for a palette
		h.lonely = h.lonely || len(b) > bigLossless
		return nil
	}
	if len(b) < 10 || string(b[3:6]) != "\x9d\x01\x2a" {
		return damaged("WebP")
	}
	if err := h.meet(int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff)); err != nil {
		return err
	}
	h.decode += int64(h.width+15) * int64(h.height+15) * 2 // 1.5 for the samples, the rest for filters
	h.decode += int64(len(b))
	return nil
}

// meet takes a size. It refuses one that is too large at once, and one that contradicts what was said before.
func (h *head) meet(w, height int) error {
	if h.width != 0 && (h.width != w || h.height != height) {
		return damaged("WebP")
	}
	h.width, h.height = w, height
	return checkSize("WebP", w, height)
}
